/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of management messages: which types there are, and which fields stand in them.
 * Private to core/plc.
 *
 * A message is described by rows in wire order; each row says where its member lies in the struct
 * and what it looks like on the wire.  Decoding, encoding, comparing and printing walk the rows.
 */
#ifndef CCS_PLC_MME_TABLE_H
#define CCS_PLC_MME_TABLE_H

#include "ccs/mme.h"

enum mme_field_kind {
	MME_END,
	MME_NUMBER, /* little endian, unsigned, `size` bytes */
	MME_SIGNED, /* likewise, two's complement, 2 bytes */
	MME_HEX,    /* `size` bytes, in the struct */
	MME_MAC,    /* 6 bytes, in the struct */
	MME_TEXT,   /* `size` characters, in the struct; ends at the first 0 */
	MME_BYTES,  /* pointer; as many half bytes as the count says, times `unit` */
	MME_LEVELS, /* pointer to dB values; likewise */
	MME_STRING, /* pointer to characters; likewise */
	MME_BUFFER, /* likewise, in a field of MME_BUFFER_SIZE that the frame's end may cut */
	MME_TAIL,   /* pointer to what is left without padding; the count is not on the wire */
	MME_LIST,   /* struct ccs_mme_list of kind `unit`; the count says how many entries */
	MME_SKIP,   /* `size` reserved bytes */
	MME_MORE,   /* bool: whether `size` more bytes follow; if not, the message ends here */
	MME_WHEN,   /* `rows` follow when the number at `at` (of `size` bytes) is `unit` */
};

#define MME_BUFFER_SIZE 254

enum {
	MME_SECRET = 1, /* shown only on request */
	MME_BRIEF = 2,	/* part of the summary */
	MME_CODE = 4,	/* there in hexadecimal */
};

/* Eight bytes on a 32-bit machine: there are some 400 of them. */
struct mme_field {
	union {
		const char *name;
		const struct mme_field *rows; /* WHEN */
	};
	unsigned int kind : 5;
	unsigned int flags : 3;
	uint8_t at; /* offset in the struct */
	union {
		uint8_t size;  /* on the wire */
		uint8_t count; /* BYTES to LIST: offset of the member that counts */
	};
	unsigned int unit : 5;
	unsigned int
		number_size : 3; /* of the counting member; NUMBER: in the struct, if it differs */
};

enum mme_vendor {
	MME_STANDARD, /* no OUI */
	MME_QUALCOMM,
	MME_QUALCOMM_OR_ZERO,
	MME_LUMISSIL,
	MME_DSPACE,
	MME_SPIDCOM,
	MME_IOTECHA,
};

struct mme_message {
	const struct mme_field *fields;
	uint16_t type;
	unsigned int mmv : 2;	 /* that we send */
	unsigned int accept : 3; /* bit n: MMV n has this layout */
	unsigned int vendor : 3;
};

/* From this kind on the rows stand in the second table. */
#define MME_VENDOR_FIRST CCS_MME_MS_PB_ENC_REQ

extern const struct mme_message ccs_mme_standard_messages[MME_VENDOR_FIRST];
extern const struct mme_message ccs_mme_vendor_messages[CCS_MME_KINDS - MME_VENDOR_FIRST];

/* The row of a kind; that of CCS_MME_OTHER has no fields. */
static inline const struct mme_message *ccs_mme_message(unsigned int kind)
{
	return kind < MME_VENDOR_FIRST ? &ccs_mme_standard_messages[kind]
				       : &ccs_mme_vendor_messages[kind - MME_VENDOR_FIRST];
}

/* Where the struct of the message's kind begins. */
static inline const void *ccs_mme_struct(const struct ccs_mme *mme)
{
	return (const uint8_t *)mme + offsetof(struct ccs_mme, cm_slac_parm_req);
}

/* By enum ccs_mme_list_kind: the fields of an entry. */
extern const struct mme_field *const ccs_mme_lists[CCS_MME_LISTS];

/* Room for an entry of any list. */
union mme_entry {
	struct ccs_mme_mac mac;
	struct ccs_mme_network network;
	struct ccs_mme_rate rate;
	struct ccs_mme_avln avln;
	struct ccs_mme_sta sta;
	struct ccs_mme_interval interval;
	struct ccs_mme_module module;
};

/* Whether the payload begins with an OUI. */
bool ccs_mme_has_oui(const struct ccs_mme *mme);

/* The number at `offset` of a struct. */
uint64_t ccs_mme_number(const void *from, size_t offset, size_t size);

/* The member of a row of kind NUMBER or SIGNED. */
uint64_t ccs_mme_field_number(const struct mme_field *field, const void *from);

/* The pointer of a row, and how many bytes are there. */
const uint8_t *ccs_mme_field_bytes(const struct mme_field *field, const void *from, uint64_t *size);

/* Whether the rows of a WHEN apply. */
bool ccs_mme_field_applies(const struct mme_field *field, const void *from);

#endif

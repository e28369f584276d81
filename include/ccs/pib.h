/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parameter block (PIB) of a Qualcomm modem: which file it stands in, its checksums, its
 *fields, and the change of the modem's role.
 *
 *	struct ccs_pib pib;
 *	if (!ccs_pib_open(&pib, bytes, size) && !ccs_pib_set_role(&pib, CCS_PIB_ROLE_EV, changed))
 *		write(changed, size);
 *
 * Files are those of open-plc-utils (.pib), and what a modem gives as its module 0x7002: a chain of
 * images, each behind a header of 96 bytes, of which one is the PIB (QCA7000, 7005, 7006, 6410,
 * 7420).  Older chips (INT6x00) have the PIB alone; it can be looked at and never changed.
 *
 * A PIB holds the transmit level of each carrier, keys and the MAC.  So only a white list of fields
 * is ever patched, and nothing without all checksums right before and after.
 *
 * Sources: images read from modems, of two chips and four makers.
 */
#ifndef CCS_PIB_H
#define CCS_PIB_H

#include "ccs/error.h"
#include "ccs/modem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CCS_PIB_FILE_MAX 16384 /* a chain has 9,040 to 9,796 bytes */

enum ccs_pib_form {
	CCS_PIB_CHAIN,
	CCS_PIB_RAW, /* of an INT6x00 */
};

/* A look into the bytes of the caller, which must outlive it.  Everything is private but `form`. */
struct ccs_pib {
	enum ccs_pib_form form;
	const uint8_t *file;
	size_t size;
	size_t header; /* where the header of the PIB stands in a chain */
	size_t image;  /* where the PIB itself stands */
	size_t image_size;
};

/*
 * Finds the PIB and checks every header, length and checksum on the way.
 *	CCS_ERR_HEADER		no chain and no PIB
 *	CCS_ERR_SHORT, _LENGTH	the file is not as long as it says, or bytes are left over, or the
 *PIB ends before its keys and the number of its chip CCS_ERR_MISSING		a chain without PIB;
 *CCS_ERR_COUNT: with two CCS_ERR_CHECKSUM	a checksum is wrong
 *	CCS_ERR_SIZE		longer than CCS_PIB_FILE_MAX
 */
int ccs_pib_open(struct ccs_pib *pib, const uint8_t *file, size_t size);

/* The complement of all 32-bit words (little endian) xored; `size` is a multiple of 4. */
uint32_t ccs_pib_checksum(const uint8_t *bytes, size_t size);

/* X(name, offset in the image, size, form, text): form as in enum ccs_pib_shape */
#define CCS_PIB_FIELDS(X)                                                           \
	X(MAC, 0x000c, 6, MAC, "MAC")                                               \
	X(DAK, 0x0012, 16, SECRET, "device key")                                    \
	X(MANUFACTURER, 0x0024, 64, TEXT, "manufacturer's name")                    \
	X(NMK, 0x0064, 16, SECRET, "network key")                                   \
	X(USER, 0x0074, 64, TEXT, "user's name")                                    \
	X(AVLN, 0x00b4, 64, TEXT, "network's name")                                 \
	X(CCO, 0x00f4, 1, NUMBER, "coordinator (0 auto, 1 never, 2 always)")        \
	X(NID, 0x00f8, 7, HEX, "network identifier")                                \
	X(IDENT, 0x0120, 4, HEX_NUMBER, "chip")                                     \
	X(TONES, 0x0a0c, 0x1653 - 0x0a0c, HEX, "transmit levels")                   \
	X(SLAC, 0x1653, 1, NUMBER, "SLAC (0 off, 1 car, 2 charger)")                \
	X(MORE_TONES, 0x1654, 0x1c1c - 0x1654, HEX, "transmit levels, second part") \
	X(LOW_SPEED, 0x1c98, 4, NUMBER, "low link speed in kbit/s")                 \
	X(HIGH_SPEED, 0x1c9c, 4, NUMBER, "high link speed in kbit/s")

enum ccs_pib_field {
#define CCS_PIB_FIELD_ROW(name, offset, size, form, text) CCS_PIB_##name,
	CCS_PIB_FIELDS(CCS_PIB_FIELD_ROW)
#undef CCS_PIB_FIELD_ROW
		CCS_PIB_FIELD_COUNT,
};

enum ccs_pib_shape {
	CCS_PIB_SHAPE_MAC,
	CCS_PIB_SHAPE_HEX,
	CCS_PIB_SHAPE_TEXT,
	CCS_PIB_SHAPE_NUMBER,
	CCS_PIB_SHAPE_HEX_NUMBER,
	CCS_PIB_SHAPE_SECRET,
};

/*
 * The bytes of a field and their number; NULL: this PIB is too short to have it.  Each has MAC,
 * keys and names; each chain the number of the chip, too.
 */
const uint8_t *ccs_pib_get(const struct ccs_pib *pib, enum ccs_pib_field field, size_t *size);

/* A field of at most 4 bytes as a number; 0 where there is none. */
uint32_t ccs_pib_number(const struct ccs_pib *pib, enum ccs_pib_field field);

/*
 * Whether a field is absent or all zero.  Keys of zeros mean that the PIB came over the power line,
 * where modems hide them, and written back would make the modem useless.
 *
 * NOTE: a QCA7420 was seen to hide its device key from its own host as well, which addressed it by
 * its MAC.
 */
bool ccs_pib_is_zero(const struct ccs_pib *pib, enum ccs_pib_field field);

/* Whether the network key or the device key is zero. */
bool ccs_pib_lacks_keys(const struct ccs_pib *pib);

/* Whether the network identifier belongs to the network key; else it was given by CM_SET_KEY. */
bool ccs_pib_has_derived_nid(const struct ccs_pib *pib);

enum ccs_pib_role {
	CCS_PIB_ROLE_PLAIN, /* an ordinary power line adapter */
	CCS_PIB_ROLE_EV,
	CCS_PIB_ROLE_EVSE,
	CCS_PIB_ROLE_OTHER, /* a combination that fits none */
	CCS_PIB_ROLES,
};

/* "ev", "evse", "plain", "other" */
const char *ccs_pib_role_name(enum ccs_pib_role role);

enum ccs_pib_role ccs_pib_role(const struct ccs_pib *pib);

/* The chips whose PIB we know well enough to change it. */
bool ccs_pib_chip_is_known(enum ccs_modem_chip chip);

/*
 * Copies the file to `to`, which has the same size, patches the white list there (coordinator,
 *SLAC, link speeds, user's name) and renews the checksums.  A role of CCS_PIB_ROLE_PLAIN leaves the
 *speeds, and a name that is not a role.
 *	CCS_ERR_UNKNOWN		no chain, or a chip we do not know
 *	CCS_ERR_RANGE		no such role
 *	CCS_ERR_SHORT		the image ends before a field of the list
 * Nothing is written then.
 */
int ccs_pib_set_role(const struct ccs_pib *pib, enum ccs_pib_role role, uint8_t *to);

/* A stretch of bytes in which two files differ: one field, or bytes we have no name for. */
struct ccs_pib_change {
	size_t at; /* in the file; begin with 0 */
	size_t size;
	const char *text;
	int field;     /* enum ccs_pib_field; -1: none of these */
	bool patched;  /* of the white list */
	bool checksum; /* follows from the others */
};

/*
 * The next difference between two files of the same size, from change->at + change->size on; begin
 * with a struct of zeros.  False: no more.
 */
bool ccs_pib_next_change(const struct ccs_pib *before, const struct ccs_pib *after,
			 struct ccs_pib_change *change);

/* Whether they differ in nothing but the white list and the checksums that follow from it. */
bool ccs_pib_is_patch(const struct ccs_pib *before, const struct ccs_pib *after);

/* Whether MAC, keys, chip and all that was white-listed or never may change are the same. */
bool ccs_pib_means_same(const struct ccs_pib *a, const struct ccs_pib *b);

struct ccs_print;

/* The value of a field, as text; keys only with `show_secrets`. */
void ccs_pib_print_field(struct ccs_print *print, const struct ccs_pib *pib,
			 enum ccs_pib_field field, bool show_secrets);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading capture files: pcap (both byte orders, micro- and nanoseconds, the "modified" form) and
 * pcapng (all sections, both byte orders, every packet block, decryption secrets).
 *
 * The reader streams: it holds one buffer of fixed size, whatever the size of the file, and
 * packets are delivered where they lie in it.
 *
 *	struct ccs_capture_error error;
 *	struct ccs_capture *capture;
 *	struct ccs_packet packet;
 *	int n = ccs_capture_open(&capture, "session.pcapng", &error);
 *	if (n < 0)
 *		fail(error.text);
 *	while ((n = ccs_capture_next(capture, &packet)) != 0) {
 *		if (n < 0)
 *			warn(ccs_capture_fault(capture)->text);
 *		else
 *			use(&packet);
 *	}
 *	ccs_capture_close(capture);
 *
 * Source: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
 */
#ifndef TRACE_CAPTURE_H
#define TRACE_CAPTURE_H

#include "ccs/error.h"
#include "ccs/time.h"

#include <stddef.h>
#include <stdint.h>

/* Largest packet that is accepted; the same limit as in libpcap and Wireshark. */
#define CCS_CAPTURE_PACKET_MAX 262144

/* Most interfaces of one pcapng section; packets of further ones are faults. */
#define CCS_CAPTURE_INTERFACES 1024

struct ccs_capture;

/* What is odd about a packet that was delivered all the same: bits of ccs_packet.odd. */
enum ccs_packet_odd {
	CCS_PACKET_CUT = 1,	 /* length < original_length: the recorder cut it */
	CCS_PACKET_NO_TIME = 2,	 /* the file has no time for it; the previous one's is given */
	CCS_PACKET_BACKWARD = 4, /* earlier than the packet before it */
	CCS_PACKET_CLOCK = 8,	 /* before 2000 or after 2100: the recorder's clock was not set */
};

struct ccs_packet {
	ccs_time time;		/* microseconds since 1970 UTC, 0 .. end of the year 9999 */
	uint64_t number;	/* from 1, as Wireshark counts */
	const uint8_t *bytes;	/* in the reader's buffer, valid until the next call */
	size_t length;		/* bytes that the file holds */
	size_t original_length; /* bytes on the wire, never less than length */
	uint32_t link_type;	/* LINKTYPE_ number of tcpdump.org: 1 is Ethernet */
	uint32_t odd;		/* bits of enum ccs_packet_odd */
};

/* Why a file could not be opened, or what was wrong at one place of it. */
struct ccs_capture_error {
	int code;	 /* of enum ccs_error */
	uint64_t offset; /* byte of the file where the damaged part begins */
	uint64_t packet; /* number of the packet that should have come; 0 before the first */
	char text[200];	 /* one line for people, without full stop; offset and packet included */
};

/*
 * Opens a file, or stdin for "-", and reads its header.  `*capture` belongs to the caller until
 * ccs_capture_close.  On an error `*capture` is NULL and `error` (never NULL) says why:
 *	CCS_ERR_IO	 cannot be opened or read, or no memory
 *	CCS_ERR_SHORT	 empty, or it ends within its header
 *	CCS_ERR_UNKNOWN	 not a capture; the text says what it looks like, e.g. a compressed file
 */
int ccs_capture_open(struct ccs_capture **capture, const char *path,
		     struct ccs_capture_error *error);

/*
 * The same for bytes from anywhere: `read` puts up to `size` bytes into `to` and returns how
 * many, 0 at the end, or a negative value with errno set.
 */
typedef long ccs_capture_read(void *user, uint8_t *to, size_t size);

int ccs_capture_open_read(struct ccs_capture **capture, ccs_capture_read *read, void *user,
			  struct ccs_capture_error *error);

/*
 * Key material inside a pcapng: `type` is that of the Decryption Secrets Block
 * (CCS_SECRETS_TLS_KEY_LOG: lines of NSS key log), `bytes` are valid during the call.  Called
 * from ccs_capture_next, before the packets that follow the block.
 */
#define CCS_SECRETS_TLS_KEY_LOG 0x544c534b

typedef void ccs_capture_secrets(void *user, uint32_t type, const uint8_t *bytes, size_t length);

void ccs_capture_on_secrets(struct ccs_capture *capture, ccs_capture_secrets *secrets, void *user);

/*
 * The next packet.  Returns 1, or 0 at the end of the capture, or one fault of the file:
 *	CCS_ERR_SHORT	 it ends in the middle of a packet or block
 *	CCS_ERR_LENGTH	 a length that cannot be true, or contradicts another one
 *	CCS_ERR_SIZE	 a packet, list of interfaces or secret larger than we accept
 *	CCS_ERR_UNKNOWN	 a packet of an interface that was not declared
 *	CCS_ERR_IO	 reading failed
 * After a fault call it again: it goes on where the file makes sense again (pcapng), or returns
 * 0 (pcap, which has no marks to find the next packet by).  Every call gets further, so the loop
 * above ends for every file.
 */
int ccs_capture_next(struct ccs_capture *capture, struct ccs_packet *packet);

/* The fault that ccs_capture_next returned last. */
const struct ccs_capture_error *ccs_capture_fault(const struct ccs_capture *capture);

void ccs_capture_close(struct ccs_capture *capture);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of one direction of a TLS connection into records (RFC 8446 5.1).
 *
 * When bytes are lost or make no sense, the next place that looks like the header of a record is
 * searched: five bytes that random ones are once in fifteen million.
 */
#ifndef CCS_TRACE_TLS_RECORD_H
#define CCS_TRACE_TLS_RECORD_H

#include "trace/tls_keys.h"

#include "ccs/cursor.h"
#include "ccs/time.h"

#define CCS_TLS_HEADER_SIZE 5

enum ccs_tls_content {
	CCS_TLS_CHANGE_CIPHER_SPEC = 20,
	CCS_TLS_ALERT = 21,
	CCS_TLS_HANDSHAKE = 22,
	CCS_TLS_APPLICATION = 23,
	CCS_TLS_HEARTBEAT = 24,
};

/* Where in the capture. */
struct ccs_tls_mark {
	uint64_t frame;
	ccs_time time;
};

struct ccs_tls_record {
	unsigned int dir;
	const uint8_t *header; /* its 5 bytes: type, version, length */
	const uint8_t *body;
	size_t length; /* of the body */
	struct ccs_tls_mark mark;
};

struct ccs_tls_framer {
	uint8_t bytes[CCS_TLS_HEADER_SIZE + CCS_TLS_BODY_MAX];
	size_t used;
	uint64_t skip; /* the rest of a damaged record */
	bool searching;
};

enum ccs_tls_framing {
	CCS_TLS_MORE,	/* the input is used up */
	CCS_TLS_RECORD, /* a record, in the framer's memory until the next call */
	CCS_TLS_CHAOS,	/* no record begins here: searching from now on */
};

/* Takes bytes from `input` up to the next event; fills header, body and length of `out` for
 * CCS_TLS_RECORD. */
enum ccs_tls_framing ccs_tls_framer_next(struct ccs_tls_framer *framer, struct ccs_reader *input,
					 struct ccs_tls_record *out);

/* `length` bytes (0: unknown) are lost.  Returns the number of records lost by that, or
 * CCS_ERR_UNKNOWN when it cannot be told. */
int ccs_tls_framer_gap(struct ccs_tls_framer *framer, uint64_t length);

#endif

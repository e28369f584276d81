/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The message sets of V2G and how one finds the set of a message.
 *
 * An EXI stream does not say what it is.  The handshake (supportedAppProtocol) agrees on a
 * namespace; from then on this and the payload type of the V2GTP header name the set.  Where the
 * handshake was not seen, payload type and second byte do: the codes of the root elements of the
 * handshake, DIN SPEC 70121 and ISO 15118-2 differ, and each set of ISO 15118-20 has its own
 * payload type.
 *
 * Source: ISO 15118-2 8.6.2, ISO 15118-20 7.8.3 (payload types); EXI root codes.
 */
#ifndef CCS_MESSAGE_H
#define CCS_MESSAGE_H

#include "ccs/exi.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ccs_protocol {
	CCS_PROTOCOL_NONE,
	CCS_PROTOCOL_APP, /* the handshake */
	CCS_PROTOCOL_DIN,
	CCS_PROTOCOL_ISO2,
	CCS_PROTOCOL_ISO20, /* CommonMessages */
	CCS_PROTOCOL_ISO20_AC,
	CCS_PROTOCOL_ISO20_DC,
	CCS_PROTOCOL_ISO20_WPT,
	CCS_PROTOCOL_ISO20_ACDP,
	CCS_PROTOCOL_COUNT
};

struct ccs_protocol_info {
	const char *name;      /* `proto` of records: "iso20dc" */
	const char *title;     /* for people: "ISO 15118-20 DC" */
	const char *uri;       /* the namespace, as the handshake names it */
	uint16_t payload_type; /* of its ordinary messages */
	const struct ccs_exi_set *set;
};

/* `protocol` is any but CCS_PROTOCOL_NONE. */
const struct ccs_protocol_info *ccs_protocol_info(enum ccs_protocol protocol);

/* The protocol of a namespace, of a `proto` name; CCS_PROTOCOL_NONE: not one of ours. */
enum ccs_protocol ccs_protocol_of_uri(struct ccs_text uri);
enum ccs_protocol ccs_protocol_of_name(struct ccs_text name);

static inline bool ccs_protocol_is_iso20(enum ccs_protocol protocol)
{
	return protocol >= CCS_PROTOCOL_ISO20;
}

/*
 * The set of a message in a connection that agreed on `agreed` (CCS_PROTOCOL_NONE: no handshake
 * seen, or none succeeded).  `exi` is looked at only as far as its second byte, and never to tell
 * ISO 15118-20 from other protocols: there any byte can stand.
 *
 * Returns CCS_PROTOCOL_NONE when it cannot be known.
 */
enum ccs_protocol ccs_protocol_of_message(enum ccs_protocol agreed, uint16_t payload_type,
					  const uint8_t *exi, size_t length);

#endif

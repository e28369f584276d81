/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The car's SECC discovery: asks until a charger says where it listens.
 *
 *	ccs_sdp_client_init(&client, &config);
 *	ccs_sdp_client_start(&client, now);
 *	... datagrams of ccs_sdp_client_send go to [ff02::1]:CCS_SDP_PORT, from one port;
 *	... those that arrive there to ccs_sdp_client_receive, until it returns 0:
 *	connect(client.secc.secc_ip, client.secc.secc_port) with or without TLS
 *(client.secc.security)
 *
 * Sources: ISO 15118-2 7.10.1, DIN SPEC 70121 8.3; rules R1, R11, R12.
 */
#ifndef CCS_SDP_CLIENT_H
#define CCS_SDP_CLIENT_H

#include "ccs/sdp.h"
#include "ccs/time.h"

#include <stdbool.h>

/* Interval and count: CCS_TIMER_SDP_INTERVAL and _COUNT of timing.h. */
struct ccs_sdp_client_config {
	ccs_time interval; /* between requests */
	uint32_t count;	   /* of requests before it gives up */
	bool tls;	   /* asked for; an answer with TLS is taken */
	bool plain;	   /* an answer without TLS is taken; asked for when there is no `tls` */
	bool any_port;	   /* quirk port-any: outside 49152 to 65535 too */
};

enum ccs_sdp_client_state {
	CCS_SDP_CLIENT_IDLE,
	CCS_SDP_CLIENT_ASKING,
	CCS_SDP_CLIENT_FOUND,
	CCS_SDP_CLIENT_GAVE_UP,
};

/* `state` and `secc` may be read; the others are private. */
struct ccs_sdp_client {
	enum ccs_sdp_client_state state;
	struct ccs_sdp secc; /* FOUND: the answer */
	struct ccs_sdp_client_config config;
	uint32_t asked;
	ccs_time next;
	bool due; /* a request waits to be fetched */
};

void ccs_sdp_client_init(struct ccs_sdp_client *client, const struct ccs_sdp_client_config *config);

/* Asks, from anew whatever it was doing. */
void ccs_sdp_client_start(struct ccs_sdp_client *client, ccs_time now);

/*
 * A datagram.  Returns 0: it is the answer; CCS_IGNORED: out of turn, or no answer that we can
 * use (security, transport, port or address); or an error of ccs_sdp_decode.  It goes on asking
 * then.
 */
int ccs_sdp_client_receive(struct ccs_sdp_client *client, const uint8_t *datagram, size_t length);

void ccs_sdp_client_tick(struct ccs_sdp_client *client, ccs_time now);

/* A datagram to send: its length, 0: none, CCS_ERR_SPACE: `buffer` is too small, it waits. */
int ccs_sdp_client_send(struct ccs_sdp_client *client, uint8_t *buffer, size_t size);

/* When to tick; CCS_NEVER: it does not ask. */
ccs_time ccs_sdp_client_deadline(const struct ccs_sdp_client *client);

#endif

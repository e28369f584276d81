/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Datagrams of SECC discovery on one interface: [ff02::1]:15118.
 *
 * The socket is bound to the interface and never connected, so that an ICMP error of a peer that
 * answers by raw frames (pyPLC) does not reach it.
 */
#ifndef CCS_LINUX_SDP_SOCKET_H
#define CCS_LINUX_SDP_SOCKET_H

#include "linux/loop.h"
#include "linux/problem.h"

#include "ccs/record.h"

struct ccs_sdp_events {
	void (*datagram)(void *user, const uint8_t *datagram, size_t length,
			 const struct ccs_address *from);
	void *user;
};

struct ccs_sdp_socket {
	struct ccs_watch *watch; /* NULL: closed */
	struct ccs_sdp_events events;
	uint32_t index;
};

/*
 * The car sends from any one port, the charger listens on CCS_SDP_PORT.  `name` and `index` are of
 * the interface.  Returns 0; -1: see `problem`.
 */
int ccs_sdp_open(struct ccs_sdp_socket *sdp, uv_loop_t *loop, enum ccs_side side, const char *name,
		 uint32_t index, const struct ccs_sdp_events *events, struct ccs_problem *problem);

/* `to` NULL: to all.  What cannot be sent is lost. */
void ccs_sdp_send(struct ccs_sdp_socket *sdp, const uint8_t *datagram, size_t length,
		  const struct ccs_address *to);

void ccs_sdp_close(struct ccs_sdp_socket *sdp);

#endif

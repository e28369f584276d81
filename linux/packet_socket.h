/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Raw frames of one interface: those of the power line (EtherType 0x88e1), in and out, and for a
 * recording all of IPv6, as it passes by.
 *
 * The kernel filters: nothing else reaches the process.  Opening needs CAP_NET_RAW, binding does
 * not: an interface that comes back with another index is bound anew without any privilege.
 */
#ifndef CCS_LINUX_PACKET_SOCKET_H
#define CCS_LINUX_PACKET_SOCKET_H

#include "linux/loop.h"
#include "linux/problem.h"

#include <stdbool.h>

#define CCS_PACKET_MAX 2048 /* longer frames are cut */

enum ccs_packet_kind {
	CCS_PACKET_PLC,	 /* 0x88e1 for this host; what we send ourselves is not seen */
	CCS_PACKET_IPV6, /* 0x86dd, both directions; not for sending */
};

struct ccs_packet_events {
	/* `sent`: it went out. */
	void (*frame)(void *user, const uint8_t *frame, size_t length, bool sent);
	void *user;
};

struct ccs_packet_socket {
	struct ccs_watch *watch; /* NULL: closed */
	enum ccs_packet_kind kind;
	struct ccs_packet_events events;
	uint32_t index; /* of the interface; 0: bound to none */
	uint64_t lost;	/* frames that could not be sent */
};

/* 0; -1: see `problem`. */
int ccs_packet_open(struct ccs_packet_socket *packets, uv_loop_t *loop, enum ccs_packet_kind kind,
		    const struct ccs_packet_events *events, struct ccs_problem *problem);

/* Binds it to the interface with this index; 0: there is none now, what is sent is lost. */
int ccs_packet_bind(struct ccs_packet_socket *packets, uint32_t index);

/* A frame that the interface does not take now is lost, as on a wire: false. */
bool ccs_packet_send(struct ccs_packet_socket *packets, const uint8_t *frame, size_t length);

void ccs_packet_close(struct ccs_packet_socket *packets);

#endif

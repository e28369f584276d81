/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ear at a network interface: all frames of the power line (EtherType 0x88e1) and of IPv6 that
 * pass it, whoever they are for, with the kernel's time.
 *
 *	ccs_listen_open(&listen, loop, "eth1", &events, &problem);
 *	ccs_privileges_drop();
 *	uv_run(loop, UV_RUN_DEFAULT);
 *	ccs_listen_close(&listen);	and run the loop until it is empty
 *
 * The interface is made promiscuous while somebody listens.  It may go down, vanish and come back:
 * the ear is bound to it anew, without any privilege.
 */
#ifndef CCS_LINUX_LISTEN_H
#define CCS_LINUX_LISTEN_H

#include "linux/netif.h"

/* The kernel may join several segments of TCP to one frame of up to 64 KB. */
#define CCS_LISTEN_FRAME_MAX (65536 + 64)

struct ccs_listen_events {
	/* `time`: microseconds since 1970; `sent`: by this computer. */
	void (*frame)(void *user, const uint8_t *frame, size_t length, bool sent, ccs_time time);
	/* All frames that waited were handed over. */
	void (*idle)(void *user);
	/* The interface is another than `before`; `text` says how. */
	void (*changed)(void *user, const struct ccs_netif *before, const char *text);
	void *user;
};

/* To be read by anyone: name, netif.  The rest is private. */
struct ccs_listen {
	const char *name;
	struct ccs_netif netif;
	struct ccs_listen_events events;
	struct ccs_watch *watch; /* NULL: closed */
	struct ccs_watch *news;
	uint32_t index; /* bound to; 0: to none */
	uint64_t dropped;
	uint8_t frame[CCS_LISTEN_FRAME_MAX];
};

/*
 * `name` must outlive it.  -1: no such interface, none of Ethernet, no permission, see `problem`;
 * nothing is open then, but the loop has to run until it is empty.
 */
int ccs_listen_open(struct ccs_listen *listen, uv_loop_t *loop, const char *name,
		    const struct ccs_listen_events *events, struct ccs_problem *problem);

/* False: only programs of this computer are behind it (veth, tap, dummy), as far as one can know.
 */
bool ccs_listen_is_real(const struct ccs_listen *listen);

/* To the own modem.  It is not heard by the ear itself; false: the interface does not take it. */
bool ccs_listen_send(struct ccs_listen *listen, const uint8_t *frame, size_t length);

/* Frames so far that came when the buffer was full. */
uint64_t ccs_listen_dropped(struct ccs_listen *listen);

/* Closing twice is allowed. */
void ccs_listen_close(struct ccs_listen *listen);

#endif

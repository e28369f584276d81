/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network interface as the kernel has it now, and word of its changes.
 *
 *	struct ccs_netif netif;
 *	ccs_netif_look(&netif, "eth1");		nothing there is no error: index is 0
 *	watch = ccs_netif_watch(loop, changed, user, &problem);
 *	... in changed(user): ccs_netif_drain(watch), look again, compare
 */
#ifndef CCS_LINUX_NETIF_H
#define CCS_LINUX_NETIF_H

#include "linux/loop.h"
#include "linux/problem.h"

#include <stdbool.h>

struct ccs_netif {
	uint32_t index; /* 0: there is no such interface */
	bool up;	/* switched on, and with a carrier */
	bool ethernet;	/* has a MAC */
	uint8_t mac[6];
	bool has_ip; /* link-local, and not tentative any more */
	uint8_t ip[16];
};

void ccs_netif_look(struct ccs_netif *netif, const char *name);

/*
 * Calls `changed` whenever an interface or an IPv6 address has come, gone or changed, whichever it
 * is.  Close it with ccs_watch_close.  NULL: see `problem`.
 */
struct ccs_watch *ccs_netif_watch(uv_loop_t *loop, void (*changed)(void *user), void *user,
				  struct ccs_problem *problem);

void ccs_netif_drain(struct ccs_watch *watch);

/* 0; -1: no such interface, with the names of those that there are in `problem`. */
int ccs_netif_require(const char *name, struct ccs_problem *problem);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines for who listens with a syslog daemon or a capture: UDP datagrams "<15>text" (RFC 3164,
 * user.debug) to an address of the interface's network, mostly the broadcast 255.255.255.255.
 *
 * An ordinary socket, so that the checksums of IP and UDP are right.  A line that cannot be sent is
 * lost; nobody waits for it.  An interface that is down, or gone, is used again when it is back.
 */
#ifndef CCS_LINUX_SYSLOG_H
#define CCS_LINUX_SYSLOG_H

#include "linux/listen_config.h"
#include "linux/problem.h"

#include <netinet/in.h>
#include <stddef.h>

#define CCS_SYSLOG_TEXT 700 /* longer ones are cut */

struct ccs_syslog {
	int fd; /* -1: closed */
	struct sockaddr_in to;
	const char *interface;
};

/* Sends by this interface only, whose name must stay.  -1: see `problem`. */
int ccs_syslog_open(struct ccs_syslog *syslog, const struct ccs_syslog_config *config,
		    const char *interface, struct ccs_problem *problem);

/* A line, without its end. */
void ccs_syslog_send(struct ccs_syslog *syslog, const char *text, size_t length);

/* Closing twice is allowed. */
void ccs_syslog_close(struct ccs_syslog *syslog);

#endif

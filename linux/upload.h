/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chargers that a listener meets, told to a web server as pyPLC's listener did:
 *
 *	URL?chargerMac=<12 hex digits or na>&loops=<n>&pos=<latitude>_<longitude>
 *
 * at once for a new charger, and every `interval`.  A charger is told until the server has taken
 * it, with the place where it was met; then it is `na`.  `loops` counts what was sent so far.  The
 * position is `no_pos` when nothing is known of it, `0.0_0.0` without a fix.  The method is GET;
 * time-out and repetition are those of linux/webhook_post.h.
 */
#ifndef CCS_LINUX_UPLOAD_H
#define CCS_LINUX_UPLOAD_H

#include "linux/gpsd.h"
#include "linux/listen_config.h"
#include "linux/problem.h"

#include "ccs/print.h"

struct ccs_upload;

/* `gpsd` may be NULL.  NULL: see `problem`. */
struct ccs_upload *ccs_upload_open(uv_loop_t *loop, const struct ccs_upload_config *config,
				   const struct ccs_gpsd *gpsd,
				   void (*told)(void *user, const char *text), void *user,
				   struct ccs_problem *problem);

/* A charger that was not met lately. */
void ccs_upload_charger(struct ccs_upload *upload, const uint8_t mac[6]);

/* NULL is allowed. */
void ccs_upload_close(struct ccs_upload *upload);

/* `mac`: NULL when none was met. */
void ccs_upload_print_query(struct ccs_print *p, const char *url, const uint8_t *mac,
			    uint64_t loops, const struct ccs_position *position);

#endif

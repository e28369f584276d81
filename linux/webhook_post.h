/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to a web server in the event loop: libcurl's multi interface on libuv.
 *
 * One request at a time.  Only the newest counts: one that comes while another is on its way, or
 * waits to be tried again, takes the place of what waits.  A failure (no connection, no answer in
 * time, a status that is not 2xx) is tried again after 1 s, 2 s, 4 s and so on up to a minute;
 * after so many tries it is given up, until there is something new to say.  Answers are not read,
 * redirections not followed.
 */
#ifndef CCS_LINUX_WEBHOOK_POST_H
#define CCS_LINUX_WEBHOOK_POST_H

#include "linux/problem.h"

#include "ccs/time.h"

#include <stdbool.h>
#include <uv.h>

#define CCS_WEBHOOK_URL	 512  /* with its end */
#define CCS_WEBHOOK_BODY 8192 /* likewise */

struct ccs_webhook_post_config {
	bool get;		   /* the method is GET, without a body; else POST */
	const char *account;	   /* its name; "" or NULL: none */
	const char *password_file; /* its first line; "" or NULL: none */
	const char *ca_file; /* certificates (PEM) that know the server; "" or NULL: the system's */
	ccs_time timeout;
	unsigned int tries; /* of one request; at least 1 */
	/* The server has taken this one.  NULL is allowed. */
	void (*taken)(void *user, const char *url);
	/* For people, when it changes: "answers", or what is wrong. */
	void (*told)(void *user, const char *text);
	void *user;
};

struct ccs_webhook_post;

/* NULL: see `problem` (a file that cannot be read, no memory; libcurl is not there). */
struct ccs_webhook_post *ccs_webhook_post_open(uv_loop_t *loop,
					       const struct ccs_webhook_post_config *config,
					       struct ccs_problem *problem);

/* `body` is JSON, or "", as always for GET. */
void ccs_webhook_post_send(struct ccs_webhook_post *post, const char *url, const char *body);

/* Breaks off what is on its way.  Not from `told`.  NULL is allowed. */
void ccs_webhook_post_close(struct ccs_webhook_post *post);

#endif

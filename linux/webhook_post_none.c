/* SPDX-License-Identifier: Apache-2.0 */
/* In place of webhook_post.c where libcurl is not there. */
#include "linux/webhook_post.h"

struct ccs_webhook_post *ccs_webhook_post_open(uv_loop_t *loop,
					       const struct ccs_webhook_post_config *config,
					       struct ccs_problem *problem)
{
	(void)loop;
	(void)config;
	ccs_problem_set(problem, "webhook: this ccs was built without libcurl");
	return NULL;
}

void ccs_webhook_post_send(struct ccs_webhook_post *post, const char *url, const char *body)
{
	(void)post;
	(void)url;
	(void)body;
}

void ccs_webhook_post_close(struct ccs_webhook_post *post)
{
	(void)post;
}

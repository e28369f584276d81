/* SPDX-License-Identifier: Apache-2.0 */
/* The uploads of a listener. */
#include "linux/upload.h"

#include "linux/loop.h"
#include "linux/webhook_post.h"

#include <stdlib.h>
#include <string.h>

#define TRIES 3 /* the next one comes soon */

struct ccs_upload {
	const struct ccs_upload_config *config;
	const struct ccs_gpsd *gpsd;
	struct ccs_webhook_post *post;
	uv_timer_t timer;
	void (*told)(void *user, const char *text);
	void *user;
	uint8_t mac[6];
	struct ccs_position place; /* where it was met */
	bool has_mac;		   /* which the server has not taken yet, */
	char url[CCS_WEBHOOK_URL]; /* in this */
	uint64_t loops;
};

static void print_position(struct ccs_print *p, const struct ccs_position *position)
{
	char latitude[CCS_POSITION_TEXT], longitude[CCS_POSITION_TEXT];

	if (ccs_position_print(position, latitude, longitude)) {
		ccs_print_text(p, latitude);
		ccs_print_char(p, '_');
		ccs_print_text(p, longitude);
	} else {
		ccs_print_text(p, position->kind == CCS_POSITION_NONE ? "no_pos" : "0.0_0.0");
	}
}

void ccs_upload_print_query(struct ccs_print *p, const char *url, const uint8_t *mac,
			    uint64_t loops, const struct ccs_position *position)
{
	ccs_print_text(p, url);
	ccs_print_text(p, strchr(url, '?') ? "&chargerMac=" : "?chargerMac=");
	if (mac)
		ccs_print_hex(p, mac, 6);
	else
		ccs_print_text(p, "na");
	ccs_print_text(p, "&loops=");
	ccs_print_unsigned(p, loops);
	ccs_print_text(p, "&pos=");
	print_position(p, position);
}

static void find_position(const struct ccs_upload *upload, struct ccs_position *position)
{
	*position = (struct ccs_position) { CCS_POSITION_NONE };
	if (upload->gpsd)
		ccs_gpsd_position(upload->gpsd, ccs_loop_now(), position);
}

/* A charger is told of until the server has taken it, with its place: that is not ours any more. */
static void upload_now(struct ccs_upload *upload)
{
	struct ccs_position position = upload->place;
	const uint8_t *mac = upload->has_mac ? upload->mac : NULL;
	struct ccs_print p;

	if (!mac)
		find_position(upload, &position);
	ccs_print_init(&p, upload->url, sizeof(upload->url) - 1);
	ccs_upload_print_query(&p, upload->config->url, mac, upload->loops++, &position);
	*p.at = '\0';
	ccs_webhook_post_send(upload->post, upload->url, "");
}

static void on_taken(void *user, const char *url)
{
	struct ccs_upload *upload = user;

	if (strcmp(url, upload->url) == 0)
		upload->has_mac = false;
}

static void on_told(void *user, const char *text)
{
	struct ccs_upload *upload = user;

	upload->told(upload->user, text);
}

static void on_timer(uv_timer_t *timer)
{
	upload_now(timer->data);
}

struct ccs_upload *ccs_upload_open(uv_loop_t *loop, const struct ccs_upload_config *config,
				   const struct ccs_gpsd *gpsd,
				   void (*told)(void *user, const char *text), void *user,
				   struct ccs_problem *problem)
{
	struct ccs_upload *upload = calloc(1, sizeof(*upload));
	struct ccs_webhook_post_config post = {
		.get = true,
		.ca_file = config->ca_file,
		.timeout = config->timeout,
		.tries = TRIES,
		.taken = on_taken,
		.told = on_told,
		.user = upload,
	};

	if (!upload) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	upload->config = config;
	upload->gpsd = gpsd;
	upload->told = told;
	upload->user = user;
	upload->post = ccs_webhook_post_open(loop, &post, problem);
	if (!upload->post) {
		free(upload);
		return NULL;
	}
	uv_timer_init(loop, &upload->timer);
	upload->timer.data = upload;
	uv_timer_start(&upload->timer, on_timer, 0, (uint64_t)(config->interval / 1000));
	return upload;
}

void ccs_upload_charger(struct ccs_upload *upload, const uint8_t mac[6])
{
	memcpy(upload->mac, mac, sizeof(upload->mac));
	upload->has_mac = true;
	find_position(upload, &upload->place);
	upload_now(upload);
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void ccs_upload_close(struct ccs_upload *upload)
{
	if (!upload)
		return;
	ccs_webhook_post_close(upload->post);
	uv_close((uv_handle_t *)&upload->timer, on_closed);
}

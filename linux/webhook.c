/* SPDX-License-Identifier: Apache-2.0 */
/* A station, what is known of its session, and two posts. */
#include "linux/webhook.h"

#include "linux/loop.h"
#include "linux/webhook_post.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD 1000 /* ms, between two looks at the station */
#define SOON   50   /* ms, after a state record: there may be more of them */

/* One server. */
struct receiver {
	struct ccs_webhook *webhook;
	struct ccs_webhook_post *post; /* NULL: it is not wanted */
	const char *endpoint;
	char told[CCS_WEBHOOK_BODY];
	char state[2 * CCS_STATION_FIELD_NAME]; /* when it was told, */
	size_t known;				/* as were so many fields, */
	ccs_time time;				/* then */
};

struct ccs_webhook {
	const struct ccs_webhook_config *config;
	struct ccs_station_seen station;
	struct ccs_station_fields known;
	struct receiver json;
	struct receiver query;
	char state[2 * CCS_STATION_FIELD_NAME]; /* and phase, now */
	uv_timer_t timer;
	bool soon;
};

/* What cannot wait: another state, and what was unknown until now. */
static bool is_urgent(const struct receiver *receiver)
{
	const struct ccs_webhook *webhook = receiver->webhook;

	return strcmp(receiver->state, webhook->state) != 0 ||
	       webhook->known.count > receiver->known;
}

/* True when `text` is new, and it is time to say it. */
static bool is_due(const struct receiver *receiver, const char *text, ccs_time now)
{
	return strcmp(text, receiver->told) != 0 &&
	       (is_urgent(receiver) || !receiver->told[0] ||
		now - receiver->time >= receiver->webhook->config->interval);
}

static void send_to(struct receiver *receiver, const char *text, const char *url, const char *body,
		    ccs_time now)
{
	snprintf(receiver->told, sizeof(receiver->told), "%s", text);
	strcpy(receiver->state, receiver->webhook->state);
	receiver->known = receiver->webhook->known.count;
	receiver->time = now;
	ccs_webhook_post_send(receiver->post, url, body);
}

/* `last`: there will not be another time. */
static void tell_query(struct ccs_webhook *webhook, bool last, ccs_time now)
{
	struct receiver *query = &webhook->query;
	char url[CCS_WEBHOOK_URL];
	struct ccs_print p;

	if (!*ccs_station_fields_text(&webhook->known, "evccid"))
		return;
	ccs_print_init(&p, url, sizeof(url) - 1);
	ccs_webhook_print_query(&p, query->endpoint, &webhook->known,
				webhook->config->capacity_mwh);
	*p.at = '\0';
	if (p.failed)
		return;
	if (is_due(query, url, now) || (last && strcmp(url, query->told) != 0))
		send_to(query, url, url, "", now);
}

/* What waited for its time is told now; the same car is news in its next session. */
static void leave_car(struct ccs_webhook *webhook, ccs_time now)
{
	if (!webhook->query.post)
		return;
	tell_query(webhook, true, now);
	webhook->query.told[0] = '\0';
}

static void tell_json(struct ccs_webhook *webhook, ccs_time now)
{
	struct receiver *json = &webhook->json;
	const struct ccs_stations *stations = webhook->station.stations;
	struct ccs_station_fields all = { .count = 1,
					  .list[0] = { .name = "name", .is_text = true } };
	char body[CCS_WEBHOOK_BODY];
	struct ccs_print p;

	snprintf(all.list[0].text, sizeof(all.list[0].text), "%s",
		 stations->name(stations->user, webhook->station.number));
	ccs_station_fields_merge(&all, &webhook->known);
	ccs_print_init(&p, body, sizeof(body) - 1);
	ccs_station_fields_print(&all, &p);
	*p.at = '\0';
	if (!p.failed && is_due(json, body, now))
		send_to(json, body, json->endpoint, body, now);
}

static void look(struct ccs_webhook *webhook)
{
	struct ccs_station_fields fields;
	ccs_time now = ccs_loop_now();

	ccs_station_fields_ask(&fields, webhook->station.stations, webhook->station.number);
	if (!ccs_webhook_is_same_car(&webhook->known, &fields))
		leave_car(webhook, now);
	ccs_webhook_learn(&webhook->known, &fields);
	snprintf(webhook->state, sizeof(webhook->state), "%.20s %.20s",
		 ccs_station_fields_text(&fields, "state"),
		 ccs_station_fields_text(&fields, "phase"));
	if (webhook->json.post)
		tell_json(webhook, now);
	if (webhook->query.post)
		tell_query(webhook, false, now);
}

static void on_timer(uv_timer_t *timer)
{
	struct ccs_webhook *webhook = timer->data;

	webhook->soon = false;
	look(webhook);
}

void ccs_webhook_record(struct ccs_webhook *webhook, const struct ccs_record *record)
{
	if (!webhook || webhook->soon || record->kind != CCS_RECORD_STATE)
		return;
	webhook->soon = true;
	uv_timer_start(&webhook->timer, on_timer, SOON, PERIOD);
}

/* Opening and closing. */

static void on_told(void *user, const char *text)
{
	struct receiver *receiver = user;
	char line[400], address[160];

	ccs_webhook_public_address(address, sizeof(address), receiver->endpoint);
	snprintf(line, sizeof(line), "%s %s", address, text);
	receiver->webhook->station.tell(receiver->webhook->station.user, line);
}

static bool open_receiver(struct ccs_webhook *webhook, struct receiver *receiver, uv_loop_t *loop,
			  const char *endpoint, struct ccs_problem *problem)
{
	struct ccs_webhook_post_config config = {
		.ca_file = webhook->config->ca_file,
		.timeout = webhook->config->timeout,
		.tries = webhook->config->tries,
		.told = on_told,
		.user = receiver,
	};

	/* A password is for one server only. */
	if (receiver == &webhook->json) {
		config.account = webhook->config->user;
		config.password_file = webhook->config->password_file;
	}
	receiver->webhook = webhook;
	receiver->endpoint = endpoint;
	if (!*endpoint)
		return true;
	receiver->post = ccs_webhook_post_open(loop, &config, problem);
	return receiver->post;
}

struct ccs_webhook *ccs_webhook_open(uv_loop_t *loop, const struct ccs_webhook_config *config,
				     const struct ccs_station_seen *station,
				     struct ccs_problem *problem)
{
	struct ccs_webhook *webhook = calloc(1, sizeof(*webhook));
	const char *smartevse = station->side == CCS_SIDE_EVSE ? config->smartevse : "";

	if (!webhook) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	webhook->config = config;
	webhook->station = *station;
	if (!open_receiver(webhook, &webhook->json, loop, config->url, problem) ||
	    !open_receiver(webhook, &webhook->query, loop, smartevse, problem)) {
		ccs_webhook_post_close(webhook->json.post);
		free(webhook);
		return NULL;
	}
	uv_timer_init(loop, &webhook->timer);
	webhook->timer.data = webhook;
	uv_timer_start(&webhook->timer, on_timer, PERIOD, PERIOD);
	return webhook;
}

static void on_timer_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void ccs_webhook_close(struct ccs_webhook *webhook)
{
	if (!webhook)
		return;
	ccs_webhook_post_close(webhook->json.post);
	ccs_webhook_post_close(webhook->query.post);
	uv_close((uv_handle_t *)&webhook->timer, on_timer_closed);
}

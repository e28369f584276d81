/* SPDX-License-Identifier: Apache-2.0 */
/* A station, its tree, and the broker. */
#include "linux/mqtt.h"

#include "linux/loop.h"
#include "linux/mqtt_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PERIOD 1000 /* ms, between two looks at the station */
#define SOON   50   /* ms, after a state record: there may be more of them */

struct ccs_mqtt {
	struct ccs_station_seen station;
	struct ccs_mqtt_client *client;
	struct ccs_mqtt_tree tree;
	uv_timer_t timer;
	bool soon;
	ccs_time second; /* in which there were so many commands */
	unsigned int commands;
	char id[128];
	char status[CCS_MQTT_TOPIC];
	char set_command[CCS_MQTT_TOPIC];
	char set_key[CCS_MQTT_TOPIC];
	const char *subscriptions[2];
	bool closed;
};

static bool publish(void *user, const char *topic, const char *payload, size_t length, bool retain)
{
	struct ccs_mqtt *mqtt = user;

	return mqtt->client &&
	       ccs_mqtt_client_publish(mqtt->client, topic, payload, length, retain);
}

static void look(struct ccs_mqtt *mqtt)
{
	struct ccs_station_fields fields;

	ccs_station_fields_ask(&fields, mqtt->station.stations, mqtt->station.number);
	ccs_mqtt_tree_tell(&mqtt->tree, &fields);
}

static void on_timer(uv_timer_t *timer)
{
	struct ccs_mqtt *mqtt = timer->data;

	mqtt->soon = false;
	look(mqtt);
}

static void look_soon(struct ccs_mqtt *mqtt)
{
	if (mqtt->soon)
		return;
	mqtt->soon = true;
	uv_timer_start(&mqtt->timer, on_timer, SOON, PERIOD);
}

/* The broker. */

static void on_connected(void *user)
{
	struct ccs_mqtt *mqtt = user;

	ccs_mqtt_tree_forget(&mqtt->tree);
	look_soon(mqtt);
}

static void on_told(void *user, bool connected, const char *text)
{
	struct ccs_mqtt *mqtt = user;
	char line[272];

	(void)connected;
	snprintf(line, sizeof(line), "MQTT: %s", text);
	mqtt->station.tell(mqtt->station.user, line);
}

/* Commands. */

static bool act(struct ccs_mqtt *mqtt, const char *payload, char why[CCS_CONTROL_WHY])
{
	const struct ccs_stations *stations = mqtt->station.stations;
	enum ccs_verb verb = ccs_verb_find(payload);
	const char *refusal = "there is no such command";

	if (verb != CCS_VERB_COUNT && verb != CCS_VERB_STATUS && verb != CCS_VERB_SET)
		refusal = stations->act(stations->user, mqtt->station.number, verb);
	if (refusal)
		snprintf(why, CCS_CONTROL_WHY, "%s", refusal);
	return !refusal;
}

static bool set(struct ccs_mqtt *mqtt, const char *name, const char *value,
		char why[CCS_CONTROL_WHY])
{
	const struct ccs_stations *stations = mqtt->station.stations;
	char key[CCS_MQTT_NAME + 8];

	snprintf(key, sizeof(key), "%s.%s", mqtt->station.side == CCS_SIDE_EV ? "ev" : "evse",
		 name);
	return stations->set(stations->user, mqtt->station.number, key, value, why);
}

static bool obey(struct ccs_mqtt *mqtt, enum ccs_mqtt_request request, const char *name,
		 const char *payload, char why[CCS_CONTROL_WHY])
{
	ccs_time now = ccs_loop_now();

	if (now - mqtt->second >= CCS_SECONDS(1)) {
		mqtt->second = now;
		mqtt->commands = 0;
	}
	if (++mqtt->commands > CCS_MQTT_COMMANDS) {
		snprintf(why, CCS_CONTROL_WHY, "too many commands in a second");
		return false;
	}
	return request == CCS_MQTT_COMMAND ? act(mqtt, payload, why)
					   : set(mqtt, name, payload, why);
}

static void on_message(void *user, const char *topic, const char *payload, bool retained)
{
	struct ccs_mqtt *mqtt = user;
	char below[CCS_MQTT_NAME + 8] = "command", name[CCS_MQTT_NAME], why[CCS_CONTROL_WHY];
	enum ccs_mqtt_request request = ccs_mqtt_tree_request(&mqtt->tree, topic, name);
	bool done;

	if (request == CCS_MQTT_NO_REQUEST || retained)
		return;
	done = obey(mqtt, request, name, payload, why);
	if (mqtt->closed)
		return; /* that was the command */
	if (request == CCS_MQTT_KEY)
		snprintf(below, sizeof(below), "config/%s", name);
	if (done)
		ccs_mqtt_tree_say(&mqtt->tree, below, payload, request == CCS_MQTT_KEY);
	else
		ccs_mqtt_tree_say(&mqtt->tree, "error", why, false);
	look_soon(mqtt);
}

/* Opening and closing. */

static struct ccs_mqtt_client *connect_client(struct ccs_mqtt *mqtt, uv_loop_t *loop,
					      const struct ccs_mqtt_config *config,
					      struct ccs_problem *problem)
{
	const char *root = mqtt->tree.root;
	struct ccs_mqtt_client_config client = {
		.broker = &config->broker,
		.id = mqtt->id,
		.status_topic = mqtt->status,
		.subscriptions = mqtt->subscriptions,
		.subscription_count = config->commands ? 2 : 0,
		.connected = on_connected,
		.message = on_message,
		.told = on_told,
		.user = mqtt,
	};
	char host[32] = "";

	gethostname(host, sizeof(host) - 1);
	snprintf(mqtt->id, sizeof(mqtt->id), "%s@%s", root, host);
	snprintf(mqtt->status, sizeof(mqtt->status), "%s/status", root);
	snprintf(mqtt->set_command, sizeof(mqtt->set_command), "%s/command/set", root);
	snprintf(mqtt->set_key, sizeof(mqtt->set_key), "%s/config/+/set", root);
	mqtt->subscriptions[0] = mqtt->set_command;
	mqtt->subscriptions[1] = mqtt->set_key;
	return ccs_mqtt_client_open(loop, &client, problem);
}

struct ccs_mqtt *ccs_mqtt_open(uv_loop_t *loop, const struct ccs_mqtt_config *config,
			       const struct ccs_station_seen *station, struct ccs_problem *problem)
{
	struct ccs_mqtt *mqtt = calloc(1, sizeof(*mqtt));
	struct ccs_mqtt_tree_config tree = {
		.topic = config->topic,
		.discovery = config->discovery,
		.name = station->stations->name(station->stations->user, station->number),
		.side = station->side,
		.commands = config->commands,
		.send = publish,
		.user = mqtt,
	};

	if (!mqtt) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	mqtt->station = *station;
	ccs_mqtt_tree_init(&mqtt->tree, &tree);
	mqtt->client = connect_client(mqtt, loop, config, problem);
	if (!mqtt->client) {
		free(mqtt);
		return NULL;
	}
	uv_timer_init(loop, &mqtt->timer);
	mqtt->timer.data = mqtt;
	uv_timer_start(&mqtt->timer, on_timer, PERIOD, PERIOD);
	return mqtt;
}

void ccs_mqtt_record(struct ccs_mqtt *mqtt, const struct ccs_record *record)
{
	if (!mqtt || mqtt->closed)
		return;
	ccs_mqtt_tree_event(&mqtt->tree, record);
	if (record->kind == CCS_RECORD_STATE)
		look_soon(mqtt);
}

static void on_timer_closed(uv_handle_t *handle)
{
	free(handle->data);
}

/* NOTE: the last look is what a reader of retained topics finds until the station is back. */
void ccs_mqtt_close(struct ccs_mqtt *mqtt)
{
	if (!mqtt || mqtt->closed)
		return;
	look(mqtt);
	mqtt->closed = true;
	ccs_mqtt_client_close(mqtt->client);
	mqtt->client = NULL;
	uv_close((uv_handle_t *)&mqtt->timer, on_timer_closed);
}

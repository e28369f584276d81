/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver "mqtt": a car's or a charger's hardware behind an MQTT broker, with pyPLC's topics.
 *
 * Below `mqtt_topic` values are taken by their names, commands told by theirs; where pyPLC has a
 * topic, its name and its words stand in their place (the tables below).  Commands are told when
 * they change, levels again each second, and so, in a session, are its state, the state of charge
 * and what the charger measures: supplies go on with each time.  A value counts from its arrival,
 * so whoever gives it has to give it again within its age limit; a retained one is ignored, for
 * nobody knows how old it is.  `enabled` is a switch, not a measurement: it holds, retained or not,
 * until it is said anew, also when the broker was away in between; until it was said once nothing
 * is stopped.
 *
 * NOTE: pyPLC's charger at its newest did not tell the car the voltage that it got here, and its
 * car listened to nothing; both was meant otherwise, and so it is here.
 */
#include "linux/hw/driver.h"
#include "linux/loop.h"
#include "linux/mqtt_client.h"

#include "ccs/evse_session.h"
#include "ccs/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AGAIN	   CCS_SECONDS(1)
#define TOLD_MAX   64 /* of a payload, with its end */
#define TOPICS_MAX (CCS_HW_VALUE_COUNT + 1)

/* What is told of the session. */
enum news { STATE, CAR, SOC, CAPACITY, VOLTAGE, CURRENT, MAX_VOLTAGE, MAX_CURRENT, NEWS_COUNT };

struct mqtt {
	struct ccs_hw_seat *seat;
	struct ccs_mqtt_client *client;
	char id[CCS_HW_PATH + 128];
	char topics[TOPICS_MAX][CCS_MQTT_TOPIC];
	const char *subscriptions[TOPICS_MAX];
	size_t topic_count;
	char command[CCS_HW_COMMAND_COUNT][TOLD_MAX]; /* told last */
	char news[NEWS_COUNT][TOLD_MAX];
	ccs_time again;
	int32_t stop;
};

/* A point by pyPLC's topic. */
static const struct alias {
	unsigned int sides;
	int point;
	const char *topic;
} value_aliases[] = {
	{ CCS_HW_EVSE, CCS_HW_VALUE_PRESENT_VOLTAGE, "charger_voltage" },
	{ CCS_HW_EVSE, CCS_HW_VALUE_PRESENT_CURRENT, "charger_current" },
	{ CCS_HW_EVSE, CCS_HW_VALUE_MAX_VOLTAGE, "charger_max_voltage" },
	{ CCS_HW_EVSE, CCS_HW_VALUE_MAX_CURRENT, "charger_max_current" },
}, command_aliases[] = {
	{ CCS_HW_EV, CCS_HW_COMMAND_CP, "cpstate" },
	{ CCS_HW_BOTH, CCS_HW_COMMAND_CONTACTOR, "relay_request" },
	{ CCS_HW_BOTH, CCS_HW_COMMAND_LOCK, "lock_request" },
	{ CCS_HW_EVSE, CCS_HW_COMMAND_SET_VOLTAGE, "target_voltage" },
	{ CCS_HW_EVSE, CCS_HW_COMMAND_SET_CURRENT, "target_current" },
};

static const char *const news_topics[NEWS_COUNT] = {
	"fsm_state",
	"evccid",
	"soc",
	"battery_capacity",
	"charger_voltage",
	"charger_current",
	"charger_max_voltage",
	"charger_max_current",
};

/* pyPLC names a state by what was answered last, we by what comes next. */
static const char *const pyplc_states[] = {
	[CCS_EVSE_HANDSHAKE] = "Waiting f AppHandShake",
	[CCS_EVSE_SESSION_SETUP] = "Schema negotiated",
	[CCS_EVSE_SERVICE_DISCOVERY] = "Session established",
	[CCS_EVSE_PAYMENT] = "Services discovered",
	[CCS_EVSE_AUTHORISATION] = "ContractAuthentication",
	[CCS_EVSE_PARAMETERS] = "ChargeParamDiscovery",
	[CCS_EVSE_READY] = "PowerDelivery",
	[CCS_EVSE_CABLE_CHECK] = "CableCheck",
	[CCS_EVSE_PRE_CHARGE] = "PreCharging",
	[CCS_EVSE_CHARGING] = "CurrentDemand",
	[CCS_EVSE_STOPPED] = "WeldingDetection",
	[CCS_EVSE_CLOSING] = "SessionStop",
	[CCS_EVSE_ENDED] = "Stopped",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *topic_of(const struct alias *aliases, size_t count, int point, unsigned int side,
			    const char *otherwise)
{
	for (size_t i = 0; i < count; i++)
		if (aliases[i].point == point && (aliases[i].sides & side))
			return aliases[i].topic;
	return otherwise;
}

static const char *topic_of_value(const struct mqtt *m, int value)
{
	return topic_of(value_aliases, COUNT(value_aliases), value, m->seat->board->side,
			ccs_hw_values[value].name);
}

static const char *topic_of_command(const struct mqtt *m, int command)
{
	return topic_of(command_aliases, COUNT(command_aliases), command, m->seat->board->side,
			ccs_hw_commands[command].name);
}

/* From the broker. */

static const char *root_of(const struct mqtt *m)
{
	return m->seat->board->config->mqtt_topic;
}

/* The value of this topic; -1: none that this driver has. */
static int find_value(const struct mqtt *m, const char *name)
{
	for (int i = 0; i < CCS_HW_VALUE_COUNT; i++)
		if (m->seat->board->values[i].seat == m->seat &&
		    strcmp(name, topic_of_value(m, i)) == 0)
			return i;
	return -1;
}

static void take_switch(struct mqtt *m, const char *payload, bool is_enabled, ccs_time now)
{
	int32_t reading;

	if (!ccs_hw_parse(CCS_HW_SWITCH, payload, &reading)) {
		ccs_hw_note(m->seat, CCS_NOTE_WARNING, now, "not understood: %s", payload);
		return;
	}
	m->stop = is_enabled ? !reading : reading;
	ccs_hw_give(m->seat, CCS_HW_VALUE_STOP, m->stop, now);
}

static void take_value(struct mqtt *m, const char *name, const char *payload, ccs_time now)
{
	int value = find_value(m, name);
	int32_t reading;

	if (value < 0)
		return;
	if (ccs_hw_parse(ccs_hw_values[value].unit, payload, &reading))
		ccs_hw_give(m->seat, (enum ccs_hw_value)value, reading, now);
	else
		ccs_hw_note(m->seat, CCS_NOTE_WARNING, now, "not understood: %s %s", name, payload);
}

static void on_message(void *user, const char *topic, const char *payload, bool retained)
{
	struct mqtt *m = user;
	ccs_time now = ccs_loop_now();
	const char *name = strrchr(topic, '/');

	name = name ? name + 1 : topic;
	if (strcmp(name, "enabled") == 0 || strcmp(name, "stop") == 0)
		take_switch(m, payload, *name == 'e', now);
	else if (!retained)
		take_value(m, name, payload, now);
	ccs_hw_poke(m->seat);
}

/* Whoever listens behind the broker may have missed what was told before. */
static void on_connected(void *user)
{
	struct mqtt *m = user;

	memset(m->command, 0, sizeof(m->command));
	memset(m->news, 0, sizeof(m->news));
	m->again = 0;
}

static void on_told(void *user, bool connected, const char *text)
{
	struct mqtt *m = user;
	ccs_time now = ccs_loop_now();

	if (connected)
		ccs_hw_up(m->seat, now);
	else
		ccs_hw_down(m->seat, now, "broker: %s", text);
	ccs_hw_poke(m->seat);
}

/* To the broker. */

static void tell(struct mqtt *m, const char *name, const char *payload, char told[TOLD_MAX],
		 bool again)
{
	char topic[CCS_MQTT_TOPIC];

	if (!again && strcmp(payload, told) == 0)
		return;
	snprintf(topic, sizeof(topic), "%s/%s", root_of(m), name);
	if (ccs_mqtt_client_publish(m->client, topic, payload, strlen(payload), false))
		snprintf(told, TOLD_MAX, "%s", payload);
}

/* "400" or "400.5" of a number in thousandths. */
static const char *print_milli(int64_t milli, char text[CCS_HW_TEXT])
{
	struct ccs_print p;
	unsigned int digits = milli % 1000 == 0 ? 0 : 3;

	ccs_print_init(&p, text, CCS_HW_TEXT - 1);
	ccs_print_fixed(&p, digits ? milli : milli / 1000, digits);
	while (digits && p.at[-1] == '0')
		p.at--;
	*p.at = '\0';
	return text;
}

static const char *print_command(int command, int32_t value, char text[CCS_HW_TEXT])
{
	enum ccs_hw_unit unit = ccs_hw_commands[command].unit;

	if (command == CCS_HW_COMMAND_CONTACTOR)
		return value ? "on" : "off";
	if (command == CCS_HW_COMMAND_LOCK)
		return value ? "lock" : "unlock";
	if (unit == CCS_HW_VOLT || unit == CCS_HW_AMPERE)
		return print_milli(value, text);
	ccs_hw_print(unit, value, text);
	return text;
}

/* A lock is not told again: that may start a motor. */
static void tell_commands(struct mqtt *m, bool again)
{
	char text[CCS_HW_TEXT];
	int32_t value;

	for (int i = 0; i < CCS_HW_COMMAND_COUNT; i++)
		if (i != CCS_HW_COMMAND_NEWS &&
		    ccs_hw_commanded(m->seat, (enum ccs_hw_command)i, &value))
			tell(m, topic_of_command(m, i), print_command(i, value, text),
			     m->command[i], again && i != CCS_HW_COMMAND_LOCK);
}

static const char *state_of(const struct ccs_hw_news *news, unsigned int side)
{
	for (size_t i = 0; side == CCS_HW_EVSE && i < COUNT(pyplc_states); i++)
		if (pyplc_states[i] &&
		    strcmp(news->state, ccs_evse_state_text((enum ccs_evse_state)i)) == 0)
			return pyplc_states[i];
	return news->state;
}

static bool is_in_session(const struct mqtt *m)
{
	const struct ccs_hw_news *news = &m->seat->board->news;

	return news->active || (news->state && state_of(news, m->seat->board->side) != news->state);
}

static void tell_news(struct mqtt *m, enum news what, const char *payload, bool again)
{
	tell(m, news_topics[what], payload, m->news[what], again);
}

static void tell_number(struct mqtt *m, enum news what, bool known, int64_t milli, bool again)
{
	char text[CCS_HW_TEXT];

	if (known)
		tell_news(m, what, print_milli(milli, text), again);
}

/* What a charger knows of its car. */
static void tell_car(struct mqtt *m, const struct ccs_hw_news *news)
{
	static const uint8_t nobody[sizeof(news->car)];
	char text[2 * sizeof(news->car) + 1];
	struct ccs_print p;

	if (memcmp(news->car, nobody, sizeof(nobody)) == 0)
		return;
	ccs_print_init(&p, text, sizeof(text) - 1);
	ccs_print_hex(&p, news->car, sizeof(news->car));
	*p.at = '\0';
	tell_news(m, CAR, text, false);
	tell_number(m, SOC, news->soc > 0, news->soc * (int64_t)100, is_in_session(m));
	tell_number(m, CAPACITY, news->capacity_mwh, news->capacity_mwh, false);
}

/* What a car knows of its charger. */
static void tell_charger(struct mqtt *m, const struct ccs_hw_news *news)
{
	bool again = is_in_session(m);

	tell_number(m, VOLTAGE, news->charger_mv.known, news->charger_mv.value, again);
	tell_number(m, CURRENT, news->charger_ma.known, news->charger_ma.value, again);
	tell_number(m, MAX_VOLTAGE, news->charger_max_mv, news->charger_max_mv, false);
	tell_number(m, MAX_CURRENT, news->charger_max_ma, news->charger_max_ma, false);
}

/* A new state at once: supplies go by it. */
static void tell_session(struct mqtt *m, bool again)
{
	const struct ccs_hw_board *board = m->seat->board;
	int32_t listens;

	if (!ccs_hw_commanded(m->seat, CCS_HW_COMMAND_NEWS, &listens))
		return;
	if (board->news.state)
		tell_news(m, STATE, state_of(&board->news, board->side), again && is_in_session(m));
	if (!again)
		return;
	if (board->side == CCS_HW_EVSE)
		tell_car(m, &board->news);
	else
		tell_charger(m, &board->news);
}

static void step(void *driver, ccs_time now)
{
	struct mqtt *m = driver;
	bool again = now >= m->again;

	if (!m->seat->up)
		return;
	tell_commands(m, again);
	tell_session(m, again);
	if (!again)
		return;
	m->again = now + AGAIN;
	ccs_hw_give(m->seat, CCS_HW_VALUE_STOP, m->stop, now);
}

static ccs_time deadline(const void *driver)
{
	const struct mqtt *m = driver;

	return m->seat->up ? m->again : CCS_NEVER;
}

/* Opening and closing. */

static void subscribe(struct mqtt *m, const char *name)
{
	char *topic = m->topics[m->topic_count];

	snprintf(topic, CCS_MQTT_TOPIC, "%s/%s", root_of(m), name);
	m->subscriptions[m->topic_count++] = topic;
}

static void subscribe_all(struct mqtt *m)
{
	for (int i = 0; i < CCS_HW_VALUE_COUNT; i++)
		if (m->seat->board->values[i].seat == m->seat)
			subscribe(m, topic_of_value(m, i));
	if (m->seat->board->values[CCS_HW_VALUE_STOP].seat == m->seat)
		subscribe(m, "enabled");
}

static bool connect_client(struct mqtt *m, struct ccs_problem *problem)
{
	const struct ccs_hw_board *board = m->seat->board;
	struct ccs_mqtt_client_config client = {
		.broker = &board->config->broker,
		.id = m->id,
		.subscriptions = m->subscriptions,
		.subscription_count = m->topic_count,
		.connected = on_connected,
		.message = on_message,
		.told = on_told,
		.user = m,
	};
	char host[32] = "";

	if (!board->config->broker.host[0] || !board->config->mqtt_topic[0]) {
		ccs_problem_set(problem, "mqtt: set mqtt.broker, and mqtt_topic of the station");
		return false;
	}
	gethostname(host, sizeof(host) - 1);
	snprintf(m->id, sizeof(m->id), "hardware %s of %s@%s", root_of(m), board->config->station,
		 host);
	m->client = ccs_mqtt_client_open(board->loop, &client, problem);
	return m->client;
}

static void *open_mqtt(struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	struct mqtt *m = calloc(1, sizeof(*m));

	if (!m) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	m->seat = seat;
	snprintf(seat->why, sizeof(seat->why), "the broker has not answered yet");
	subscribe_all(m);
	if (!connect_client(m, problem)) {
		free(m);
		return NULL;
	}
	return m;
}

static void close_mqtt(void *driver)
{
	struct mqtt *m = driver;

	ccs_mqtt_client_close(m->client);
	free(m);
}

const struct ccs_hw_driver ccs_hw_driver_mqtt = {
	.name = "mqtt",
	.text = "an MQTT broker, with pyPLC's topics",
	.values = "*",
	.commands = "*",
	.open = open_mqtt,
	.step = step,
	.deadline = deadline,
	.close = close_mqtt,
};

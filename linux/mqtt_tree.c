/* SPDX-License-Identifier: Apache-2.0 */
/* Topics and payloads of a station. */
#include "linux/mqtt_tree.h"

#include "linux/mqtt_client.h"
#include "trace/record_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENT_MAX     4096
#define DISCOVERY_MAX 1024

/* A name is one level of a topic, and a part of an identifier. */
static void add_level(char *to, size_t size, const char *name)
{
	size_t length = strlen(to);

	snprintf(to + length, size - length, "/%s", *name ? name : "station");
	for (to += length + 1; *to; to++)
		if (strchr("/+#", *to))
			*to = '_';
}

void ccs_mqtt_tree_init(struct ccs_mqtt_tree *tree, const struct ccs_mqtt_tree_config *config)
{
	memset(tree, 0, sizeof(*tree));
	tree->config = *config;
	snprintf(tree->root, sizeof(tree->root), "%s", config->topic);
	add_level(tree->root, sizeof(tree->root), config->name);
}

void ccs_mqtt_tree_forget(struct ccs_mqtt_tree *tree)
{
	tree->told.count = 0;
	tree->discovered = 0;
	tree->verdict_told = false;
}

static bool put(struct ccs_mqtt_tree *tree, const char *below, const char *payload, size_t length,
		bool retain)
{
	char topic[CCS_MQTT_TOPIC];

	snprintf(topic, sizeof(topic), "%s/%s", tree->root, below);
	return tree->config.send(tree->config.user, topic, payload, length, retain);
}

void ccs_mqtt_tree_say(struct ccs_mqtt_tree *tree, const char *below, const char *payload,
		       bool retain)
{
	put(tree, below, payload, strlen(payload), retain);
}

/* Home Assistant. */

/* What it shows, by the names of the fields; NULL: nothing special. */
static const struct sensor {
	enum ccs_side side; /* UNKNOWN: both */
	const char *field, *name, *unit, *class;
} sensors[] = {
	{ CCS_SIDE_UNKNOWN, "state", "State", NULL, NULL },
	{ CCS_SIDE_UNKNOWN, "phase", "Phase", NULL, NULL },
	{ CCS_SIDE_UNKNOWN, "protocol", "Protocol", NULL, NULL },
	{ CCS_SIDE_UNKNOWN, "soc", "State of charge", "%", "battery" },
	{ CCS_SIDE_UNKNOWN, "voltage", "Voltage", "V", "voltage" },
	{ CCS_SIDE_UNKNOWN, "current", "Current", "A", "current" },
	{ CCS_SIDE_UNKNOWN, "power", "Power", "W", "power" },
	{ CCS_SIDE_EV, "target_voltage", "Target voltage", "V", "voltage" },
	{ CCS_SIDE_EV, "target_current", "Target current", "A", "current" },
	{ CCS_SIDE_EVSE, "set_voltage", "Set voltage", "V", "voltage" },
	{ CCS_SIDE_EVSE, "set_current", "Set current", "A", "current" },
	{ CCS_SIDE_EVSE, "energy", "Energy", "Wh", "energy" },
	{ CCS_SIDE_EVSE, "evccid", "Car", NULL, NULL },
	{ CCS_SIDE_EVSE, "authorisation", "Authorisation", NULL, NULL },
	{ CCS_SIDE_UNKNOWN, "verdict", "Last session", NULL, NULL },
};

/* What is true or false. */
static const struct binary {
	const char *field, *name, *class;
} binaries[] = {
	{ "plugged", "Plug", "plug" },
	{ "fault", "Fault", "problem" },
};

static const struct button {
	enum ccs_side side;
	enum ccs_verb verb;
	const char *name;
} buttons[] = {
	{ CCS_SIDE_UNKNOWN, CCS_VERB_STOP, "Stop" },
	{ CCS_SIDE_UNKNOWN, CCS_VERB_START, "Start" },
	{ CCS_SIDE_UNKNOWN, CCS_VERB_PAUSE, "Pause" },
	{ CCS_SIDE_UNKNOWN, CCS_VERB_RESUME, "Resume" },
	{ CCS_SIDE_EVSE, CCS_VERB_AUTHORIZE, "Authorise" },
	{ CCS_SIDE_EVSE, CCS_VERB_DENY, "Deny" },
};

#define SENSORS	 (sizeof(sensors) / sizeof(*sensors))
#define BINARIES (sizeof(binaries) / sizeof(*binaries))
#define BUTTONS	 (sizeof(buttons) / sizeof(*buttons))
#define ROWS	 (SENSORS + BINARIES + BUTTONS)

/* "ccs_left": letters, digits, _ and - only. */
static void identify(const struct ccs_mqtt_tree *tree, char *id, size_t size)
{
	snprintf(id, size, "%s", tree->root);
	for (; *id; id++)
		if (!((*id >= 'a' && *id <= 'z') || (*id >= 'A' && *id <= 'Z') ||
		      (*id >= '0' && *id <= '9') || *id == '-'))
			*id = '_';
}

/* `,"name":"<root>/below"` */
static void print_topic(const struct ccs_mqtt_tree *tree, struct ccs_print *p, const char *name,
			const char *below)
{
	char topic[CCS_MQTT_TOPIC];

	snprintf(topic, sizeof(topic), "%s/%s", tree->root, below);
	ccs_control_print_text(p, name, topic);
}

/* `length` 0: there is no such entity, or no more. */
static bool send_entity(struct ccs_mqtt_tree *tree, const char *kind, const char *entity,
			const char *payload, size_t length)
{
	char id[CCS_MQTT_ROOT], topic[CCS_MQTT_TOPIC];

	identify(tree, id, sizeof(id));
	snprintf(topic, sizeof(topic), "%s/%s/%s/%s/config", tree->config.discovery, kind, id,
		 entity);
	return tree->config.send(tree->config.user, topic, payload, length, true);
}

/* What all entities have, and the end of the object. */
static bool finish_entity(struct ccs_mqtt_tree *tree, const char *kind, const char *entity,
			  struct ccs_print *p)
{
	bool ev = tree->config.side == CCS_SIDE_EV;
	char id[CCS_MQTT_ROOT];

	identify(tree, id, sizeof(id));
	print_topic(tree, p, "availability_topic", "status");
	ccs_print_text(p, ",\"unique_id\":\"");
	ccs_print_text(p, id);
	ccs_print_char(p, '_');
	ccs_print_text(p, entity);
	ccs_print_text(p, "\",\"device\":{\"manufacturer\":\"OpenCCS\",\"identifiers\":[\"");
	ccs_print_text(p, id);
	ccs_print_text(p, "\"]");
	ccs_control_print_text(p, "name", tree->config.name);
	ccs_control_print_text(p, "model", ev ? "CCS car" : "CCS charger");
	ccs_print_text(p, "}}");
	return p->failed || send_entity(tree, kind, entity, p->start, ccs_print_length(p));
}

static void begin_entity(struct ccs_print *p, const char *name)
{
	ccs_print_text(p, "{\"name\":");
	ccs_print_json(p, name, strlen(name));
}

static bool is_of_side(const struct ccs_mqtt_tree *tree, enum ccs_side side)
{
	return side == CCS_SIDE_UNKNOWN || side == tree->config.side;
}

/* A meter counts on, whatever is charged. */
static const char *state_class_of(const struct sensor *sensor)
{
	if (!sensor->unit)
		return NULL;
	return strcmp(sensor->class, "energy") == 0 ? "total_increasing" : "measurement";
}

static bool discover_sensor(struct ccs_mqtt_tree *tree, const struct sensor *sensor,
			    struct ccs_print *p)
{
	if (!is_of_side(tree, sensor->side))
		return send_entity(tree, "sensor", sensor->field, "", 0);
	begin_entity(p, sensor->name);
	print_topic(tree, p, "state_topic", sensor->field);
	/* What is empty it would pass over: "None" is unknown. */
	ccs_control_print_text(p, "value_template", "{{ value or None }}");
	ccs_control_print_text(p, "unit_of_measurement", sensor->unit);
	ccs_control_print_text(p, "device_class", sensor->class);
	ccs_control_print_text(p, "state_class", state_class_of(sensor));
	return finish_entity(tree, "sensor", sensor->field, p);
}

static bool discover_binary(struct ccs_mqtt_tree *tree, const struct binary *binary,
			    struct ccs_print *p)
{
	begin_entity(p, binary->name);
	print_topic(tree, p, "state_topic", binary->field);
	ccs_control_print_text(p, "payload_on", "true");
	ccs_control_print_text(p, "payload_off", "false");
	ccs_control_print_text(p, "device_class", binary->class);
	return finish_entity(tree, "binary_sensor", binary->field, p);
}

static bool discover_button(struct ccs_mqtt_tree *tree, const struct button *button,
			    struct ccs_print *p)
{
	const char *verb = ccs_verb_name(button->verb);

	if (!tree->config.commands || !is_of_side(tree, button->side))
		return send_entity(tree, "button", verb, "", 0);
	begin_entity(p, button->name);
	print_topic(tree, p, "command_topic", "command/set");
	ccs_control_print_text(p, "payload_press", verb);
	return finish_entity(tree, "button", verb, p);
}

/* Row `number` of sensors, binaries and buttons; false: it was not taken. */
static bool discover_row(struct ccs_mqtt_tree *tree, size_t number)
{
	char payload[DISCOVERY_MAX];
	struct ccs_print p;

	ccs_print_init(&p, payload, sizeof(payload));
	if (number < SENSORS)
		return discover_sensor(tree, &sensors[number], &p);
	number -= SENSORS;
	return number < BINARIES ? discover_binary(tree, &binaries[number], &p)
				 : discover_button(tree, &buttons[number - BINARIES], &p);
}

/* NOTE: what is not offered is taken away: it may have been, with another configuration, and the
 * broker keeps it. */

static void discover(struct ccs_mqtt_tree *tree)
{
	if (!tree->config.discovery[0])
		return;
	while (tree->discovered < ROWS && discover_row(tree, tree->discovered))
		tree->discovered++;
}

/* State. */

/* As the field "power", where voltage and current are known. */
static void add_power(struct ccs_station_fields *fields)
{
	const char *voltage = ccs_station_fields_text(fields, "voltage");
	const char *current = ccs_station_fields_text(fields, "current");
	struct ccs_station_field *power = &fields->list[fields->count];

	if (!*voltage || !*current || fields->count == CCS_STATION_FIELDS)
		return;
	memset(power, 0, sizeof(*power));
	strcpy(power->name, "power");
	snprintf(power->text, sizeof(power->text), "%lld",
		 ccs_nearest(strtod(voltage, NULL) * strtod(current, NULL)));
	fields->count++;
}

/* Takes away what is not known any more; false: not taken. */
static bool clear_unknown(struct ccs_mqtt_tree *tree, const struct ccs_station_fields *fields)
{
	struct ccs_station_fields *told = &tree->told;

	for (size_t i = 0; i < told->count;) {
		if (ccs_station_fields_find(fields, told->list[i].name)) {
			i++;
			continue;
		}
		if (!put(tree, told->list[i].name, "", 0, true))
			return false;
		told->list[i] = told->list[--told->count];
	}
	return true;
}

static bool is_told(const struct ccs_mqtt_tree *tree, const struct ccs_station_field *field)
{
	const struct ccs_station_field *told = ccs_station_fields_find(&tree->told, field->name);

	return told && strcmp(told->text, field->text) == 0;
}

static void tell_verdict(struct ccs_mqtt_tree *tree)
{
	if (tree->verdict[0] && !tree->verdict_told)
		tree->verdict_told = put(tree, "verdict", tree->verdict, strlen(tree->verdict),
					 true);
}

void ccs_mqtt_tree_tell(struct ccs_mqtt_tree *tree, const struct ccs_station_fields *fields)
{
	struct ccs_station_fields all = *fields;
	struct ccs_station_fields one = { .count = 1 };

	add_power(&all);
	if (!clear_unknown(tree, &all))
		return;
	for (size_t i = 0; i < all.count; i++) {
		if (is_told(tree, &all.list[i]))
			continue;
		if (!put(tree, all.list[i].name, all.list[i].text, strlen(all.list[i].text), true))
			return;
		one.list[0] = all.list[i];
		ccs_station_fields_merge(&tree->told, &one);
	}
	tell_verdict(tree);
	discover(tree);
}

void ccs_mqtt_tree_event(struct ccs_mqtt_tree *tree, const struct ccs_record *record)
{
	char payload[EVENT_MAX];
	struct ccs_print p;

	if (record->kind != CCS_RECORD_STATE && record->kind != CCS_RECORD_NOTE &&
	    record->kind != CCS_RECORD_VERDICT && record->kind != CCS_RECORD_SESSION)
		return;
	ccs_print_init(&p, payload, sizeof(payload));
	ccs_record_json_print(&p, record, false);
	if (!p.failed)
		put(tree, "event", payload, ccs_print_length(&p) - 1, false); /* its newline */
	if (record->kind != CCS_RECORD_VERDICT)
		return;
	snprintf(tree->verdict, sizeof(tree->verdict), "%s", record->note.text);
	tree->verdict_told = false;
	tell_verdict(tree);
}

/* Requests. */

/* The one level between `below` and "/set". */
static bool take_between(const char *topic, const char *below, char name[CCS_MQTT_NAME])
{
	size_t before = strlen(below), length = strlen(topic);

	if (length <= before + 4 || strncmp(topic, below, before) != 0 ||
	    strcmp(topic + length - 4, "/set") != 0 || length - 4 - before >= CCS_MQTT_NAME)
		return false;
	memcpy(name, topic + before, length - 4 - before);
	name[length - 4 - before] = '\0';
	return !strchr(name, '/');
}

enum ccs_mqtt_request ccs_mqtt_tree_request(const struct ccs_mqtt_tree *tree, const char *topic,
					    char name[CCS_MQTT_NAME])
{
	size_t length = strlen(tree->root);

	if (strncmp(topic, tree->root, length) != 0 || topic[length] != '/')
		return CCS_MQTT_NO_REQUEST;
	topic += length + 1;
	if (strcmp(topic, "command/set") == 0)
		return CCS_MQTT_COMMAND;
	return take_between(topic, "config/", name) ? CCS_MQTT_KEY : CCS_MQTT_NO_REQUEST;
}

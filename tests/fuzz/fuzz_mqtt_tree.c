/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of a station, and behind a newline the topic of a message from a broker.  What is
 * told once is not told again, and the fields as JSON are JSON.
 */
#include "linux/mqtt_tree.h"
#include "linux/webhook.h"

#include "ccs/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool count(void *user, const char *topic, const char *payload, size_t length, bool retain)
{
	(void)retain;
	if (strncmp(topic, "ccs/left", 8) != 0 || memchr(payload, '\0', length))
		abort();
	++*(size_t *)user;
	return true;
}

static void check_json(const struct ccs_station_fields *fields)
{
	static char text[65536];
	struct ccs_json_slice value;
	struct ccs_json json;
	struct ccs_print p;

	ccs_print_init(&p, text, sizeof(text));
	ccs_station_fields_print(fields, &p);
	json = (struct ccs_json) { p.start, p.at };
	if (p.failed || ccs_json_skip(&json, &value) < 0 || ccs_json_peek(&json))
		abort();
	ccs_print_init(&p, text, sizeof(text));
	ccs_webhook_print_query(&p, "http://box", fields, 0);
	if (p.failed)
		abort();
}

static void tell_twice(struct ccs_mqtt_tree *tree, const struct ccs_station_fields *fields)
{
	size_t *told = tree->config.user, before;

	ccs_mqtt_tree_tell(tree, fields);
	before = *told;
	ccs_mqtt_tree_tell(tree, fields);
	if (*told != before)
		abort();
}

static void request(const struct ccs_mqtt_tree *tree, const uint8_t *bytes, size_t size)
{
	char *topic = malloc(size + 1), name[CCS_MQTT_NAME];

	memcpy(topic, bytes, size);
	topic[size] = '\0';
	if (ccs_mqtt_tree_request(tree, topic, name) == CCS_MQTT_KEY &&
	    (strlen(name) >= sizeof(name) || strchr(name, '/')))
		abort();
	free(topic);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t told = 0;
	const struct ccs_mqtt_tree_config config = {
		.topic = "ccs", .discovery = "", .name = "left", .send = count, .user = &told
	};
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	size_t length = end ? (size_t)(end - data) : size;
	struct ccs_station_fields fields, known = { .count = 0 };
	struct ccs_mqtt_tree tree;
	char *members = malloc(length + 1);

	ccs_mqtt_tree_init(&tree, &config);
	memcpy(members, data, length);
	ccs_station_fields_read(&fields, members, length);
	free(members);
	check_json(&fields);
	ccs_webhook_learn(&known, &fields);
	ccs_webhook_learn(&known, &fields);
	check_json(&known);
	tell_twice(&tree, &known);
	if (end)
		request(&tree, end + 1, size - length - 1);
	return 0;
}

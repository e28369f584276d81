/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in an MQTT broker about a station:
 *
 *	ccs/left/status		"online", "offline" (the will)		retained
 *	ccs/left/<field>	each member of `ccs ctl --json status`	retained; empty: unknown now
 *	ccs/left/power		W, of voltage and current		likewise
 *	ccs/left/verdict	how the last session ended		retained
 *	ccs/left/event		state, note, verdict, session records	JSON, not retained
 *	ccs/left/command/set	in: a verb of `ccs ctl`
 *	ccs/left/command	out: the verb that was done
 *	ccs/left/config/K/set	in: the key K of [ev] or [evse]
 *	ccs/left/config/K	out: the value as it was accepted	retained
 *	ccs/left/error		out: why something was not done
 *
 * and, for Home Assistant, what it needs to know to show all this by itself.  Here are topics and
 * payloads only; linux/mqtt.h sends them.
 */
#ifndef CCS_LINUX_MQTT_TREE_H
#define CCS_LINUX_MQTT_TREE_H

#include "linux/station_fields.h"

#include "ccs/record.h"

#define CCS_MQTT_ROOT 96 /* "ccs/left", with its end */
#define CCS_MQTT_NAME 48 /* of a key, with its end */

struct ccs_mqtt_tree_config {
	const char *topic;     /* "ccs" */
	const char *discovery; /* Home Assistant's prefix; "": none */
	const char *name;      /* of the station */
	enum ccs_side side;
	bool commands; /* are obeyed, and so offered */
	/* Takes a message, or not: what is retained is offered again the next time. */
	bool (*send)(void *user, const char *topic, const char *payload, size_t length,
		     bool retain);
	void *user;
};

/* `root` may be read; the rest is private. */
struct ccs_mqtt_tree {
	struct ccs_mqtt_tree_config config;
	char root[CCS_MQTT_ROOT];
	struct ccs_station_fields told; /* that the broker knows */
	char verdict[CCS_STATION_FIELD_TEXT];
	bool verdict_told;
	size_t discovered; /* rows of the discovery that it has */
};

void ccs_mqtt_tree_init(struct ccs_mqtt_tree *tree, const struct ccs_mqtt_tree_config *config);

/* The broker is another one, or began anew: it knows nothing. */
void ccs_mqtt_tree_forget(struct ccs_mqtt_tree *tree);

/* Sends what has changed. */
void ccs_mqtt_tree_tell(struct ccs_mqtt_tree *tree, const struct ccs_station_fields *fields);

/* Sends a record, if it is one of those above; a verdict is kept for a broker that is away. */
void ccs_mqtt_tree_event(struct ccs_mqtt_tree *tree, const struct ccs_record *record);

/* Below the root: ("error", "left: there is no session"). */
void ccs_mqtt_tree_say(struct ccs_mqtt_tree *tree, const char *below, const char *payload,
		       bool retain);

enum ccs_mqtt_request {
	CCS_MQTT_NO_REQUEST,
	CCS_MQTT_COMMAND,
	CCS_MQTT_KEY, /* `name` is the key */
};

/* What the topic of a message asks for. */
enum ccs_mqtt_request ccs_mqtt_tree_request(const struct ccs_mqtt_tree *tree, const char *topic,
					    char name[CCS_MQTT_NAME]);

#endif

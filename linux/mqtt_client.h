/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection to an MQTT broker (3.1.1) in the event loop: libmosquitto without its threads.
 *
 *	client = ccs_mqtt_client_open(&loop, &config, &problem);
 *	ccs_mqtt_client_publish(client, "ccs/left/soc", "42.0", 4, true);
 *	ccs_mqtt_client_close(client);
 *
 * Nothing blocks: the name of the broker is looked up in libuv's thread pool, the rest is done as
 * the socket allows.  A broker that goes, hangs or refuses is tried again, after 1 s first, then
 * twice as long each time up to a minute, until a connection has lasted for 10 s.  What it does not
 * take is refused by `publish`: at most CCS_MQTT_WAITING messages wait, so that a broker which
 * hangs costs no memory either.
 *
 * NOTE: libmosquitto takes the memory for a message before anybody is asked, and in MQTT 3.1.1 only
 * the broker can limit that; docs/mqtt.md says how.
 *
 * NOTE: a name lookup cannot be broken off; where the name server is dead, the loop runs out only
 * when the resolver has given up.
 */
#ifndef CCS_LINUX_MQTT_CLIENT_H
#define CCS_LINUX_MQTT_CLIENT_H

#include "linux/mqtt_config.h"
#include "linux/problem.h"

#include <stddef.h>
#include <uv.h>

#define CCS_MQTT_WAITING 128
#define CCS_MQTT_TOPIC	 192 /* longest, with its end */
#define CCS_MQTT_PAYLOAD 192 /* longest that is received, with its end */

/* All that it points to, the broker excepted, must stay until the client is closed. */
struct ccs_mqtt_client_config {
	const struct ccs_mqtt_broker *broker;
	/* A broker ends an older connection of the same id, and says its will, before it takes the
	 * new one: with another id each time the old will would come later, and stay. */
	const char *id;
	const char *status_topic; /* "online", and as the will "offline"; NULL: none */
	const char *const *subscriptions;
	size_t subscription_count;
	/* It is there, or there again: whatever the broker knew may be gone. */
	void (*connected)(void *user);
	/* A message, terminated; what is too long is not told. */
	void (*message)(void *user, const char *topic, const char *payload, bool retained);
	/* For people, when it changes: "connected", or why not. */
	void (*told)(void *user, bool connected, const char *text);
	void *user;
};

struct ccs_mqtt_client;

/* NULL: see `problem` (a file that cannot be read, no memory; libmosquitto is not there). */
struct ccs_mqtt_client *ccs_mqtt_client_open(uv_loop_t *loop,
					     const struct ccs_mqtt_client_config *config,
					     struct ccs_problem *problem);

/* False: not connected, or the broker does not keep up; the message is not sent. */
bool ccs_mqtt_client_publish(struct ccs_mqtt_client *client, const char *topic, const char *payload,
			     size_t length, bool retain);

/* Says "offline" if it can, and closes; also from a callback.  NULL is allowed. */
void ccs_mqtt_client_close(struct ccs_mqtt_client *client);

#endif

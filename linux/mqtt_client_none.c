/* SPDX-License-Identifier: Apache-2.0 */
/* In place of mqtt_client.c where libmosquitto is not there. */
#include "linux/mqtt_client.h"

struct ccs_mqtt_client *ccs_mqtt_client_open(uv_loop_t *loop,
					     const struct ccs_mqtt_client_config *config,
					     struct ccs_problem *problem)
{
	(void)loop;
	(void)config;
	ccs_problem_set(problem, "MQTT: this ccs was built without libmosquitto");
	return NULL;
}

bool ccs_mqtt_client_publish(struct ccs_mqtt_client *client, const char *topic, const char *payload,
			     size_t length, bool retain)
{
	(void)client;
	(void)topic;
	(void)payload;
	(void)length;
	(void)retain;
	return false;
}

void ccs_mqtt_client_close(struct ccs_mqtt_client *client)
{
	(void)client;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Those elsewhere who are told what the stations do: an MQTT broker, web servers. */
#include "tools/station.h"

static void tell(void *user, const char *text)
{
	struct ccs_role *role = user;

	ccs_complain(&role->output, "%s", text);
}

/* A station that cannot tell others is a station all the same. */
static void open_for(struct ccs_role *role, struct ccs_role_voice *voice)
{
	const struct ccs_config *config = &role->reader.config;
	const struct ccs_station_seen station = {
		.stations = &role->stations,
		.number = voice->number,
		.side = role->side,
		.tell = tell,
		.user = role,
	};
	struct ccs_problem problem;

	if (config->mqtt.broker.host[0] && config->mqtt.topic[0]) {
		voice->mqtt = ccs_mqtt_open(&role->loop, &config->mqtt, &station, &problem);
		if (!voice->mqtt)
			tell(role, problem.text);
	}
	if (config->webhook.url[0] || config->webhook.smartevse[0]) {
		voice->webhook = ccs_webhook_open(&role->loop, &config->webhook, &station,
						  &problem);
		if (!voice->webhook)
			tell(role, problem.text);
	}
}

void ccs_role_open_outside(struct ccs_role *role)
{
	for (struct ccs_role_voice *voice = role->voices; voice; voice = voice->next)
		open_for(role, voice);
}

void ccs_role_close_outside(struct ccs_role *role)
{
	for (struct ccs_role_voice *voice = role->voices; voice; voice = voice->next) {
		ccs_mqtt_close(voice->mqtt);
		ccs_webhook_close(voice->webhook);
		voice->mqtt = NULL;
		voice->webhook = NULL;
	}
}

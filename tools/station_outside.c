/* SPDX-License-Identifier: Apache-2.0 */
/* Those elsewhere who are told what the stations do: an MQTT broker, web servers. */
#include "tools/station.h"

static void tell(void *user, const char *text)
{
	struct ccs_role *role = user;

	ccs_complain(&role->output, "%s", text);
}

/* A station that cannot tell others is a station all the same. */
void ccs_role_open_outside(struct ccs_role *role)
{
	const struct ccs_mqtt_config *config = &role->reader.config.mqtt;
	struct ccs_problem problem;

	for (struct ccs_role_voice *voice = role->voices; voice; voice = voice->next) {
		struct ccs_mqtt_station station = { &role->stations, voice->number, role->side,
						    tell, role };

		if (!config->broker.host[0])
			continue;
		voice->mqtt = ccs_mqtt_open(&role->loop, config, &station, &problem);
		if (!voice->mqtt)
			tell(role, problem.text);
	}
}

void ccs_role_close_outside(struct ccs_role *role)
{
	for (struct ccs_role_voice *voice = role->voices; voice; voice = voice->next) {
		ccs_mqtt_close(voice->mqtt);
		voice->mqtt = NULL;
	}
}

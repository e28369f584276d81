/* SPDX-License-Identifier: Apache-2.0 */
/* [mqtt] of the configuration. */
#ifndef CCS_LINUX_MQTT_CONFIG_H
#define CCS_LINUX_MQTT_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

/* How a broker is reached. */
struct ccs_mqtt_broker {
	char host[128]; /* "": MQTT is not used */
	uint16_t port;	/* 0: 1883, with TLS 8883 */
	char user[64];	/* "": none */
	char password_file[160];
	bool tls;
	char ca_file[160]; /* "": those that the system trusts */
	char cert_file[160];
	char key_file[160];
};

struct ccs_mqtt_config {
	struct ccs_mqtt_broker broker;
	char topic[32];	    /* above the stations' names */
	char discovery[32]; /* Home Assistant's prefix; "": none */
	bool commands;
};

#endif

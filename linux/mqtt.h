/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A station in MQTT: tells what linux/mqtt_tree.h says, and takes commands.
 *
 *	mqtt = ccs_mqtt_open(&loop, &config, &station, &problem);
 *	ccs_mqtt_record(mqtt, record);	each record of the station
 *	ccs_mqtt_close(mqtt);		still says "offline"
 *
 * The station is asked once a second, and at each of its state records; only what has changed is
 * sent.  Commands are obeyed only where the configuration says so.  A retained one is not: it would
 * be given again at each connection.  More than CCS_MQTT_COMMANDS in a second are refused.
 */
#ifndef CCS_LINUX_MQTT_H
#define CCS_LINUX_MQTT_H

#include "linux/mqtt_client.h"
#include "linux/station_fields.h"

#include "ccs/record.h"

#define CCS_MQTT_COMMANDS 5

struct ccs_mqtt;

/* What it points to must stay until it is closed.  NULL: see `problem`. */
struct ccs_mqtt *ccs_mqtt_open(uv_loop_t *loop, const struct ccs_mqtt_config *config,
			       const struct ccs_station_seen *station, struct ccs_problem *problem);

/* A record with a date.  NULL is allowed. */
void ccs_mqtt_record(struct ccs_mqtt *mqtt, const struct ccs_record *record);

/* Also from a callback of the stations.  NULL is allowed. */
void ccs_mqtt_close(struct ccs_mqtt *mqtt);

#endif

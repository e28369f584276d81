/* SPDX-License-Identifier: Apache-2.0 */
/* A charger on a network interface: port.h with the station of ccs/evse_station.h. */
#ifndef CCS_LINUX_EVSE_PORT_H
#define CCS_LINUX_EVSE_PORT_H

#include "linux/port.h"

#include "ccs/evse_station.h"

struct ccs_evse_port {
	struct ccs_port port;
	struct ccs_evse_station station;
	struct ccs_evse_commands before;
};

/*
 * Makes and starts the station and opens the port.  `station` is copied; its random generator
 * is filled in, and its MAC where it is zero.  -1: see `problem`, and ccs_port_open.
 */
int ccs_evse_port_open(struct ccs_evse_port *port, uv_loop_t *loop,
		       const struct ccs_port_config *config,
		       const struct ccs_evse_station_config *station, struct ccs_problem *problem);

/* Another configuration, while no car is plugged in: begins anew with it, the sockets stay. */
void ccs_evse_port_renew(struct ccs_evse_port *port, const struct ccs_evse_station_config *station);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A car on a network interface: port.h with the station of ccs/ev_station.h. */
#ifndef CCS_LINUX_EV_PORT_H
#define CCS_LINUX_EV_PORT_H

#include "linux/port.h"

#include "ccs/ev_station.h"

struct ccs_ev_port {
	struct ccs_port port;
	struct ccs_ev_station station;
	struct ccs_ev_commands before;
};

/*
 * Makes and starts the station and opens the port.  `station` is copied; its random generator
 * is filled in, and its MAC where it is zero.  -1: see `problem`, and ccs_port_open.
 */
int ccs_ev_port_open(struct ccs_ev_port *port, uv_loop_t *loop,
		     const struct ccs_port_config *config,
		     const struct ccs_ev_station_config *station, struct ccs_problem *problem);

/*
 * Another configuration, with at least one protocol, while nothing is plugged in: begins anew with
 * it, the sockets stay.
 */
void ccs_ev_port_renew(struct ccs_ev_port *port, const struct ccs_ev_station_config *station);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the configuration to stations.
 *
 *	ccs_config_make_ev(&reader.config, &station);
 *	... the caller adds what only it knows: values and commands of the hardware, random, sink,
 *	... and slac.mac where it is zero still: the interface's
 *	... whenever the hardware has filled the values:
 *	ccs_config_limit_ev(&reader.config.ev, &values);
 *
 * The stations point into the configuration: it has to stay as long as they do.
 */
#ifndef CCS_LINUX_CONFIG_STATION_H
#define CCS_LINUX_CONFIG_STATION_H

#include "linux/config.h"

#include "ccs/ev_station.h"
#include "ccs/evse_station.h"

void ccs_config_make_ev(const struct ccs_config *config, struct ccs_ev_station_config *station);

/* `evse`: the number of the charger, below evse_count. */
void ccs_config_make_evse(const struct ccs_config *config, size_t evse,
			  struct ccs_evse_station_config *station);

/*
 * Narrows what the battery or supply says to what is configured; never widens it.  A configured
 * target replaces the battery's, inside the limits.
 */
void ccs_config_limit_ev(const struct ccs_config_ev *ev, struct ccs_ev_values *values);

/* Authorisation by `ctl` is left to whoever grants it. */
void ccs_config_limit_evse(const struct ccs_config_evse *evse, struct ccs_evse_values *values);

#endif

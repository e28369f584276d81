/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs evse`: chargers on network interfaces, one each. */
#include "linux/evse_port.h"
#include "linux/sim_evse.h"
#include "tools/station.h"

#include <stdlib.h>

struct charger {
	struct evse *evse;
	struct ccs_role_voice voice;
	struct ccs_evse_port port;
	struct ccs_sim_evse hardware;
	bool served; /* there was a session */
	bool over;   /* it serves no more */
};

struct evse {
	struct ccs_role role;
	struct charger *chargers;
	size_t count; /* whose port was opened, or tried */
};

static const char help[] =
	"Usage: ccs evse -i IF [OPTION]...\n"
	"Is a charger: waits for cars and charges them.  The supply is simulated.  Several "
	"chargers,\n"
	"one interface each, are sections [evse NAME] of the configuration.\n\n"
	"  -i, --interface IF       the interface with the PLC modem behind it\n"
	"      --port N             TCP port of the sessions (default: a random one from 49152 "
	"on)\n"
	"      --once               ends after one session\n"
	"      --sim-modem          there is no modem: simulates one (veth, bridge, two "
	"computers)\n"
	"      --attenuation DB     that it measures\n"
	"      --no-slac            plugged in is linked: begins with the discovery\n"
	"  -c, --config FILE        instead of /etc/ccs; `ccs config list` shows all that can be "
	"set\n"
	"      --set KEY=VALUE      one key of the configuration: --set evse.max_current=32A\n"
	"  -w, --write FILE         all frames as a capture (pcapng)\n"
	"  -v, --verbose            all fields of every message, and the talk with the modem\n"
	"      --json               JSON lines for programs\n"
	"      --color WHEN         auto (default), always, never; NO_COLOR is respected\n"
	"      --help, --version\n\n"
	"Exit status: 0 stopped as asked; 1 the session of --once failed; 2 wrong use; 3 the "
	"machine\n"
	"lacks something.\n";

static struct evse *evse_of(struct ccs_role *role)
{
	return (struct evse *)role; /* its first member */
}

static const struct ccs_config_evse *config_of(const struct charger *charger)
{
	const struct evse *evse = charger->evse;

	return &evse->role.reader.config.evse[charger - evse->chargers];
}

static bool is_busy(const struct charger *charger)
{
	enum ccs_evse_station_state state = charger->port.station.state;

	return state == CCS_EVSE_STATION_SESSION || state == CCS_EVSE_STATION_PAUSED ||
	       state == CCS_EVSE_STATION_BASIC;
}

/* Sessions are ended safely first. */
static void stop(struct ccs_role *role)
{
	struct evse *evse = evse_of(role);

	for (size_t i = 0; i < evse->count; i++) {
		evse->chargers[i].hardware.world.evse_values.stop = true;
		evse->chargers[i].hardware.keeps_out = true;
		ccs_port_poke(&evse->chargers[i].port.port);
	}
}

static void close_all(struct ccs_role *role)
{
	struct evse *evse = evse_of(role);

	for (size_t i = 0; i < evse->count; i++)
		ccs_port_close(&evse->chargers[i].port.port);
}

static int is_missing(struct ccs_role *role, struct ccs_problem *problem)
{
	struct evse *evse = evse_of(role);

	for (size_t i = 0; i < evse->count; i++) {
		const struct ccs_port *port = &evse->chargers[i].port.port;

		if (!port->complete && ccs_port_is_missing(port, problem))
			return -1;
	}
	return 0;
}

static bool has_failed(const struct charger *charger)
{
	return charger->port.port.breaches ||
	       (config_of(charger)->once && charger->served &&
		charger->port.station.session.fault != CCS_EVSE_FAULT_NONE);
}

/* Ends when no charger serves any more. */
static void end_when_over(struct evse *evse)
{
	int status = CCS_EXIT_DONE;

	for (size_t i = 0; i < evse->count; i++) {
		if (!evse->chargers[i].over)
			return;
		if (has_failed(&evse->chargers[i]))
			status = CCS_EXIT_FAILED;
	}
	ccs_role_end(&evse->role, status);
}

static void on_changed(void *user, ccs_time now)
{
	struct charger *charger = user;
	bool available = charger->port.station.state == CCS_EVSE_STATION_AVAILABLE;

	(void)now;
	if (is_busy(charger))
		charger->served = true;
	else if (charger->evse->role.stopping ||
		 (config_of(charger)->once && charger->served && available))
		charger->over = true;
	if (charger->over)
		end_when_over(charger->evse);
}

static int open_charger(struct evse *evse, size_t number, struct ccs_problem *problem)
{
	const struct ccs_config *config = &evse->role.reader.config;
	const struct ccs_config_evse *own = &config->evse[number];
	struct charger *charger = &evse->chargers[number];
	struct ccs_evse_station_config station;
	struct ccs_port_config port;

	charger->evse = evse;
	ccs_role_give_voice(&charger->voice, &evse->role,
			    config->evse_count > 1 ? own->name : NULL);
	port = ccs_role_port(&own->line, &charger->voice);
	ccs_config_make_evse(config, number, &station);
	station.session.values = &charger->hardware.world.evse_values;
	station.session.commands = &charger->hardware.world.evse_commands;
	station.sink = &charger->voice.sink;
	ccs_sim_evse_init(&charger->hardware, &config->sim, &charger->port.station, ccs_loop_now());
	charger->hardware.config = own;
	port.tcp_port = own->port;
	port.attenuation_db = (uint8_t)own->sim_attenuation;
	port.attenuations = &own->sim_attenuations;
	port.hardware = ccs_sim_evse_hardware(&charger->hardware);
	port.changed = on_changed;
	port.user = charger;
	evse->count++;
	return ccs_evse_port_open(&charger->port, &evse->role.loop, &port, &station, problem);
}

int ccs_evse_command(int argc, char **argv)
{
	static struct evse evse = {
		.role = { .name = "evse",
			  .help = help,
			  .side = CCS_SIDE_EVSE,
			  .stop = stop,
			  .close = close_all,
			  .is_missing = is_missing },
	};
	struct ccs_problem problem;
	int status = ccs_role_begin(&evse.role, argc, argv);

	if (status >= 0)
		return status;
	evse.chargers = calloc(evse.role.reader.config.evse_count, sizeof(*evse.chargers));
	if (!evse.chargers) {
		ccs_problem_set(&problem, "out of memory");
		return ccs_role_fail(&evse.role, &problem);
	}
	status = -1;
	for (size_t i = 0; status < 0 && i < evse.role.reader.config.evse_count; i++)
		if (open_charger(&evse, i, &problem))
			status = ccs_role_fail(&evse.role, &problem);
	if (status < 0)
		status = ccs_role_run(&evse.role);
	free(evse.chargers);
	return status;
}

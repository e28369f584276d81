/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs evse`: a charger on a network interface. */
#include "linux/evse_port.h"
#include "linux/sim_evse.h"
#include "tools/station.h"

#include <stdlib.h>

struct evse {
	struct ccs_role role;
	struct ccs_evse_port port;
	struct ccs_sim_evse hardware;
	uint16_t tcp_port;
	bool served; /* there was a session */
	bool listening;
};

static const char help[] =
	"Usage: ccs evse -i IF [OPTION]...\n"
	"Is a charger: waits for cars and charges them.  The supply is simulated.\n\n"
	"  -i, --interface IF       the interface with the PLC modem behind it\n"
	"      --port N             TCP port of the sessions (default: a random one from 49152 "
	"on)\n"
	"      --sim-modem          there is no modem: simulates one (veth, bridge, two "
	"computers)\n"
	"      --attenuation DB     that it measures (default 20)\n"
	"      --no-slac            plugged in is linked: begins with the discovery\n"
	"      --once               ends after one session\n"
	"  -v, --verbose            all fields of every message, and the talk with the modem\n"
	"      --json               JSON lines for programs\n"
	"      --color WHEN         auto (default), always, never; NO_COLOR is respected\n"
	"      --help, --version\n\n"
	"Exit status: 0 stopped as asked; 1 the session of --once failed; 2 wrong use; 3 the "
	"machine\n"
	"lacks something.\n";

enum { OPTION_PORT = CCS_ROLE_OWN };

static const struct option options[] = {
	{ "port", required_argument, NULL, OPTION_PORT },
	CCS_ROLE_ROWS,
	{ 0 },
};

static struct evse *evse_of(struct ccs_role *role)
{
	return (struct evse *)role; /* its first member */
}

static int take_option(struct ccs_role *role, int option)
{
	char *end;
	unsigned long port;

	if (option != OPTION_PORT)
		return -1;
	port = strtoul(optarg, &end, 10);
	if (*end || end == optarg || port < 1024 || port > 65535) {
		ccs_complain(&role->output, "--port is 1024 to 65535, not %s", optarg);
		return CCS_EXIT_USAGE;
	}
	evse_of(role)->tcp_port = (uint16_t)port;
	return -1;
}

static bool is_busy(const struct evse *evse)
{
	enum ccs_evse_station_state state = evse->port.station.state;

	return state == CCS_EVSE_STATION_SESSION || state == CCS_EVSE_STATION_PAUSED ||
	       state == CCS_EVSE_STATION_BASIC;
}

/* A session is ended safely first. */
static void stop(struct ccs_role *role)
{
	struct evse *evse = evse_of(role);

	evse->hardware.world.evse_values.stop = true;
	evse->hardware.keeps_out = true;
	ccs_port_poke(&evse->port.port);
}

static int judge(const struct evse *evse)
{
	const struct ccs_evse_session *session = &evse->port.station.session;

	if (evse->port.port.breaches)
		return CCS_EXIT_FAILED;
	if (!evse->role.once || !evse->served)
		return CCS_EXIT_DONE;
	return session->fault == CCS_EVSE_FAULT_NONE ? CCS_EXIT_DONE : CCS_EXIT_FAILED;
}

static void on_changed(void *user, ccs_time now)
{
	struct evse *evse = user;

	(void)now;
	if (is_busy(evse))
		evse->served = true;
	else if (evse->role.stopping || (evse->role.once && evse->served &&
					 evse->port.station.state == CCS_EVSE_STATION_AVAILABLE))
		ccs_role_end(&evse->role, judge(evse));
}

int ccs_evse_command(int argc, char **argv)
{
	static struct evse evse = {
		.role = { .name = "evse",
			  .help = help,
			  .options = options,
			  .take_option = take_option,
			  .stop = stop },
	};
	struct sim_world_config world = sim_world_default();
	struct ccs_evse_station_config station = { 0 };
	struct ccs_port_config port;
	struct ccs_problem problem;
	int status = ccs_role_begin(&evse.role, argc, argv);

	if (status >= 0)
		return status;
	ccs_sim_evse_init(&evse.hardware, &world, &evse.port.station, ccs_loop_now());
	ccs_slac_evse_set_defaults(&station.slac);
	station.session.values = &evse.hardware.world.evse_values;
	station.session.commands = &evse.hardware.world.evse_commands;
	station.session.quirks = ccs_quirks_default();
	station.sink = &evse.role.sink;
	station.without_slac = evse.role.without_slac;
	port = ccs_role_port(&evse.role);
	port.tcp_port = evse.tcp_port;
	port.hardware = ccs_sim_evse_hardware(&evse.hardware);
	port.changed = on_changed;
	port.user = &evse;
	if (ccs_evse_port_open(&evse.port, &evse.role.loop, &port, &station, &problem))
		return ccs_role_fail(&evse.role, &problem);
	return ccs_role_run(&evse.role, &evse.port.port);
}

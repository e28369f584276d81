/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs ev`: a car on a network interface. */
#include "linux/ev_port.h"
#include "linux/sim_ev.h"
#include "tools/station.h"

#include <stdlib.h>

struct ev {
	struct ccs_role role;
	struct ccs_ev_port port;
	struct ccs_sim_ev hardware;
	uint32_t charge_s; /* wants the end after so long; 0: when it is full */
	ccs_time charging; /* since when */
	bool over;	   /* the session: the plug is to be pulled */
};

static const char help[] =
	"Usage: ccs ev -i IF [OPTION]...\n"
	"Is a car: plugs in, finds its charger, charges, and unplugs.  The battery is "
	"simulated.\n\n"
	"  -i, --interface IF       the interface with the PLC modem behind it\n"
	"      --charge-seconds N   ends charging after N seconds\n"
	"      --sim-modem          there is no modem: simulates one (veth, bridge, two "
	"computers)\n"
	"      --no-slac            plugged in is linked: begins with the discovery of the "
	"charger\n"
	"      --once               one session (always so)\n"
	"  -v, --verbose            all fields of every message, and the talk with the modem\n"
	"      --json               JSON lines for programs\n"
	"      --color WHEN         auto (default), always, never; NO_COLOR is respected\n"
	"      --help, --version\n\n"
	"Exit status: 0 charged, and ended as planned; 1 failed; 2 wrong use; 3 the machine lacks\n"
	"something.\n";

enum { OPTION_CHARGE_SECONDS = CCS_ROLE_OWN };

static const struct option options[] = {
	{ "charge-seconds", required_argument, NULL, OPTION_CHARGE_SECONDS },
	CCS_ROLE_ROWS,
	{ 0 },
};

static struct ev *ev_of(struct ccs_role *role)
{
	return (struct ev *)role; /* its first member */
}

static int take_option(struct ccs_role *role, int option)
{
	char *end;
	unsigned long seconds;

	if (option != OPTION_CHARGE_SECONDS)
		return -1;
	seconds = strtoul(optarg, &end, 10);
	if (*end || end == optarg || seconds < 1 || seconds > 604800) {
		ccs_complain(&role->output, "--charge-seconds is 1 to 604800, not %s", optarg);
		return CCS_EXIT_USAGE;
	}
	ev_of(role)->charge_s = (uint32_t)seconds;
	return -1;
}

static void stop(struct ccs_role *role)
{
	struct ev *ev = ev_of(role);

	ev->hardware.world.ev_values.stop = true;
	ccs_port_poke(&ev->port.port);
}

static int judge(const struct ev *ev)
{
	const struct ccs_ev_session *session = &ev->port.station.session;

	return ev->port.port.breaches == 0 &&
			       ccs_ev_session_outcome(session) != CCS_EV_OUTCOME_NONE &&
			       ccs_ev_session_outcome(session) != CCS_EV_OUTCOME_FAILED
		       ? CCS_EXIT_DONE
		       : CCS_EXIT_FAILED;
}

static void say_why(struct ev *ev)
{
	const struct ccs_ev_session *session = &ev->port.station.session;

	if (ccs_ev_session_outcome(session) == CCS_EV_OUTCOME_NONE)
		ccs_complain(&ev->role.output, "no session: no charger was found on %s",
			     ev->role.interface);
	else if (ccs_ev_session_outcome(session) == CCS_EV_OUTCOME_FAILED)
		ccs_complain(&ev->role.output, "the session failed: %s",
			     ccs_ev_reason_text(ccs_ev_session_reason(session)));
}

static void watch_charging(struct ev *ev, ccs_time now)
{
	bool charges = ccs_ev_session_state(&ev->port.station.session) == CCS_EV_STATE_CHARGING;

	if (!charges)
		ev->charging = CCS_NEVER;
	else if (ev->charging == CCS_NEVER)
		ev->charging = now;
	else if (ev->charge_s && now - ev->charging >= CCS_SECONDS(ev->charge_s))
		ev->hardware.world.ev_values.stop = true;
}

/* Plugs out when it is done, and ends when that is noticed. */
static void on_changed(void *user, ccs_time now)
{
	struct ev *ev = user;

	watch_charging(ev, now);
	if (ev->port.station.state == CCS_EV_STATION_DONE)
		ev->over = true;
	if (!ev->over)
		return;
	if (sim_world_unplug(&ev->hardware.world)) {
		say_why(ev);
		ccs_role_end(&ev->role, judge(ev));
	}
}

int ccs_ev_command(int argc, char **argv)
{
	static struct ev ev = {
		.role = { .name = "ev",
			  .help = help,
			  .options = options,
			  .take_option = take_option,
			  .stop = stop },
		.charging = CCS_NEVER,
	};
	struct sim_world_config world = sim_world_default();
	struct ccs_ev_station_config station = { 0 };
	struct ccs_port_config port;
	struct ccs_problem problem;
	int status = ccs_role_begin(&ev.role, argc, argv);

	if (status >= 0)
		return status;
	ccs_sim_ev_init(&ev.hardware, &world, &ev.port.station, ccs_loop_now());
	sim_world_plug(&ev.hardware.world);
	ccs_slac_ev_set_defaults(&station.slac);
	station.session.values = &ev.hardware.world.ev_values;
	station.session.commands = &ev.hardware.world.ev_commands;
	station.session.quirks = ccs_quirks_default();
	station.session.offers[station.session.offer_count++] = CCS_PROTOCOL_DIN;
	station.sink = &ev.role.sink;
	station.without_slac = ev.role.without_slac;
	port = ccs_role_port(&ev.role);
	port.hardware = ccs_sim_ev_hardware(&ev.hardware);
	port.changed = on_changed;
	port.user = &ev;
	if (ccs_ev_port_open(&ev.port, &ev.role.loop, &port, &station, &problem))
		return ccs_role_fail(&ev.role, &problem);
	return ccs_role_run(&ev.role, &ev.port.port);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs ev`: a car on a network interface. */
#include "linux/ev_port.h"
#include "linux/sim_ev.h"
#include "tools/station.h"

#define REPLUG CCS_SECONDS(2) /* --forever: from unplug to plug */

struct ev {
	struct ccs_role role;
	struct ccs_role_voice voice;
	struct ccs_ev_port port;
	struct ccs_sim_ev hardware;
	ccs_time charging; /* since when; CCS_NEVER: it is not */
	uv_timer_t replug;
};

static const char help[] =
	"Usage: ccs ev -i IF [OPTION]...\n"
	"Is a car: plugs in, finds its charger, charges, and unplugs.  The battery is "
	"simulated.\n\n"
	"  -i, --interface IF       the interface with the PLC modem behind it\n"
	"      --charge-seconds N   ends charging after N seconds\n"
	"      --until-soc P        ends charging at P % state of charge\n"
	"      --forever            plugs in again after each session\n"
	"      --sim-modem          there is no modem: simulates one (veth, bridge, two "
	"computers)\n"
	"      --no-slac            plugged in is linked: begins with the discovery of the "
	"charger\n"
	"  -c, --config FILE        instead of /etc/ccs; `ccs config list` shows all that can be "
	"set\n"
	"      --set KEY=VALUE      one key of the configuration: --set ev.protocols=din\n"
	"  -w, --write FILE         all frames as a capture (pcapng)\n"
	"  -v, --verbose            all fields of every message, and the talk with the modem\n"
	"      --json               JSON lines for programs\n"
	"      --color WHEN         auto (default), always, never; NO_COLOR is respected\n"
	"      --help, --version\n\n"
	"Exit status: 0 charged, and ended as planned; 1 failed; 2 wrong use; 3 the machine lacks\n"
	"something.\n";

static struct ev *ev_of(struct ccs_role *role)
{
	return (struct ev *)role; /* its first member */
}

static void stop(struct ccs_role *role)
{
	struct ev *ev = ev_of(role);

	ev->hardware.world.ev_values.stop = true;
	ccs_port_poke(&ev->port.port);
}

static void close_all(struct ccs_role *role)
{
	struct ev *ev = ev_of(role);

	ccs_port_close(&ev->port.port);
	if (!uv_is_closing((uv_handle_t *)&ev->replug))
		uv_close((uv_handle_t *)&ev->replug, NULL);
}

static int is_missing(struct ccs_role *role, struct ccs_problem *problem)
{
	const struct ccs_port *port = &ev_of(role)->port.port;

	return port->complete ? 0 : ccs_port_is_missing(port, problem);
}

static int judge(const struct ev *ev)
{
	enum ccs_ev_outcome outcome = ccs_ev_session_outcome(&ev->port.station.session);
	bool sound = ev->port.port.breaches == 0 && outcome != CCS_EV_OUTCOME_NONE &&
		     outcome != CCS_EV_OUTCOME_FAILED;

	return sound ? CCS_EXIT_DONE : CCS_EXIT_FAILED;
}

static void say_why(struct ev *ev)
{
	const struct ccs_ev_session *session = &ev->port.station.session;
	enum ccs_ev_outcome outcome = ccs_ev_session_outcome(session);

	if (outcome == CCS_EV_OUTCOME_NONE)
		ccs_complain(&ev->role.output, "no session: no charger was found on %s",
			     ev->port.port.config.interface);
	else if (outcome == CCS_EV_OUTCOME_FAILED)
		ccs_complain(&ev->role.output, "the session failed: %s",
			     ccs_ev_reason_text(ccs_ev_session_reason(session)));
}

/* Whether the time or the state of charge has come at which charging shall end. */
static bool is_enough(const struct ev *ev, ccs_time now)
{
	const struct ccs_config_ev *config = &ev->role.reader.config.ev;

	if (config->charge_us && now - ev->charging >= config->charge_us)
		return true;
	return config->until_soc && ev->hardware.world.ev_values.soc.known &&
	       ev->hardware.world.ev_values.soc.value >= config->until_soc;
}

static void watch_charging(struct ev *ev, ccs_time now)
{
	if (ccs_ev_session_state(&ev->port.station.session) != CCS_EV_STATE_CHARGING)
		ev->charging = CCS_NEVER;
	else if (ev->charging == CCS_NEVER)
		ev->charging = now;
	if (ev->charging != CCS_NEVER && is_enough(ev, now))
		ev->hardware.world.ev_values.stop = true;
}

static void on_replug(uv_timer_t *timer)
{
	struct ev *ev = timer->data;

	ev->hardware.world.ev_values.stop = false;
	sim_world_plug(&ev->hardware.world);
	ccs_port_poke(&ev->port.port);
}

/* A person pulls the plug when it is done. */
static void on_changed(void *user, ccs_time now)
{
	struct ev *ev = user;
	bool again = ev->role.reader.config.ev.forever && !ev->role.stopping;

	watch_charging(ev, now);
	if (!ev->hardware.world.plugged && ev->role.stopping)
		ccs_role_end(&ev->role, CCS_EXIT_DONE);
	if (ev->port.station.state != CCS_EV_STATION_DONE || !ev->hardware.world.plugged ||
	    !sim_world_unplug(&ev->hardware.world))
		return;
	say_why(ev);
	if (again)
		uv_timer_start(&ev->replug, on_replug, REPLUG / 1000, 0);
	else
		ccs_role_end(&ev->role, judge(ev));
}

static int open_port(struct ev *ev, struct ccs_problem *problem)
{
	const struct ccs_config *config = &ev->role.reader.config;
	struct ccs_port_config port = ccs_role_port(&config->ev.line, &ev->voice);
	struct ccs_ev_station_config station;

	ccs_config_make_ev(config, &station);
	station.session.values = &ev->hardware.world.ev_values;
	station.session.commands = &ev->hardware.world.ev_commands;
	station.sink = &ev->voice.sink;
	ccs_sim_ev_init(&ev->hardware, &config->sim, &ev->port.station, ccs_loop_now());
	ev->hardware.config = &config->ev;
	sim_world_plug(&ev->hardware.world);
	port.hardware = ccs_sim_ev_hardware(&ev->hardware);
	port.changed = on_changed;
	port.user = ev;
	return ccs_ev_port_open(&ev->port, &ev->role.loop, &port, &station, problem);
}

int ccs_ev_command(int argc, char **argv)
{
	static struct ev ev = {
		.role = { .name = "ev",
			  .help = help,
			  .side = CCS_SIDE_EV,
			  .stop = stop,
			  .close = close_all,
			  .is_missing = is_missing },
		.charging = CCS_NEVER,
	};
	struct ccs_problem problem;
	int status = ccs_role_begin(&ev.role, argc, argv);

	if (status >= 0)
		return status;
	ccs_role_give_voice(&ev.voice, &ev.role, NULL);
	uv_timer_init(&ev.role.loop, &ev.replug);
	ev.replug.data = &ev;
	if (open_port(&ev, &problem))
		return ccs_role_fail(&ev.role, &problem);
	return ccs_role_run(&ev.role);
}

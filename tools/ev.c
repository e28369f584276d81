/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs ev`: a car on a network interface. */
#include "linux/ev_port.h"
#include "linux/hw/claim.h"
#include "linux/hw/ev_board.h"
#include "linux/sim_ev.h"
#include "tools/station.h"

#define REPLUG CCS_SECONDS(2) /* --forever: from unplug to plug */

struct ev {
	struct ccs_role role;
	struct ccs_role_voice voice;
	struct ccs_ev_port port;
	struct ccs_sim_ev hardware;
	struct ccs_hw_ev drivers;
	bool real;		      /* the drivers are the hardware, not the simulation */
	struct ccs_ev_values *values; /* of the hardware */
	struct ccs_ev_commands *commands;
	struct ccs_config config;	/* that the station works with */
	bool outdated;			/* there is a newer one for the next session */
	ccs_time charging;		/* since when; CCS_NEVER: it is not */
	bool waits;			/* for a person, who stopped it or pulled the plug */
	enum ccs_ev_station_state told; /* to the service manager */
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
	"      --fault WHAT         our messages get it, in each session, to test the other side:\n"
	"                           'SIDE MESSAGE KIND [after N] [times N]' as in `ccs sim "
	"--list`;\n"
	"                           may be repeated\n"
	"      --record DIR         a folder for each session: capture, records, values, summary\n"
	"  -w, --write FILE         all frames as a capture (pcapng)\n"
	"  -v, --verbose            all fields of every message, and the talk with the modem\n"
	"  -q, --quiet              no lines at all\n"
	"      --every-round        every round of the charging loop, not one a second\n"
	"      --only WHAT          only these records, as with `ccs decode`\n"
	"      --json               JSON lines for programs\n"
	"      --color WHEN         auto (default), always, never; NO_COLOR is respected\n"
	"      --help, --version\n\n"
	"Exit status: 0 charged, and ended as planned; 1 failed; 2 wrong use; 3 the machine lacks\n"
	"something.\n";

static struct ev *ev_of(struct ccs_role *role)
{
	return (struct ev *)role; /* its first member */
}

static void wish_stop(struct ev *ev, bool stop)
{
	ev->values->stop = ev->drivers.stop = stop;
}

static void wait_for_person(struct ev *ev, bool wait)
{
	ev->waits = ev->drivers.held = wait;
}

static bool is_plugged(const struct ev *ev)
{
	return ev->real ? ev->port.station.state != CCS_EV_STATION_UNPLUGGED
			: ev->hardware.world.plugged;
}

/* Real plugs are pulled by people: whoever waits for that is done. */
static bool pull_plug(struct ev *ev)
{
	return ev->real || sim_world_unplug(&ev->hardware.world);
}

static void stop(struct ccs_role *role)
{
	struct ev *ev = ev_of(role);

	wish_stop(ev, true);
	ccs_port_poke(&ev->port.port);
}

static void close_all(struct ccs_role *role)
{
	struct ev *ev = ev_of(role);

	ccs_port_close(&ev->port.port);
	ccs_hw_close(&ev->drivers.board);
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
	bool sound = ev->port.port.breaches == 0 && !ev->drivers.reason[0] &&
		     outcome != CCS_EV_OUTCOME_NONE && outcome != CCS_EV_OUTCOME_FAILED;

	return sound ? CCS_EXIT_DONE : CCS_EXIT_FAILED;
}

static void say_why(struct ev *ev)
{
	const struct ccs_ev_session *session = &ev->port.station.session;
	enum ccs_ev_outcome outcome = ccs_ev_session_outcome(session);

	if (ev->drivers.reason[0])
		ccs_complain(&ev->role.output, "the hardware ended the session: %s",
			     ev->drivers.reason);
	else if (outcome == CCS_EV_OUTCOME_NONE)
		ccs_complain(&ev->role.output, "no session: no charger was found on %s",
			     ev->port.port.config.interface);
	else if (outcome == CCS_EV_OUTCOME_FAILED)
		ccs_complain(&ev->role.output, "the session failed: %s",
			     ccs_ev_reason_text(ccs_ev_session_reason(session)));
}

/* Whether the time or the state of charge has come at which charging shall end. */
static bool is_enough(const struct ev *ev, ccs_time now)
{
	const struct ccs_config_ev *config = &ev->config.ev;

	if (config->charge_us && now - ev->charging >= config->charge_us)
		return true;
	return config->until_soc && ev->values->soc.known &&
	       ev->values->soc.value >= config->until_soc;
}

static void watch_charging(struct ev *ev, ccs_time now)
{
	if (ccs_ev_session_state(&ev->port.station.session) != CCS_EV_STATE_CHARGING)
		ev->charging = CCS_NEVER;
	else if (ev->charging == CCS_NEVER)
		ev->charging = now;
	if (ev->charging != CCS_NEVER && is_enough(ev, now))
		wish_stop(ev, true);
}

/* What was wished for a session does not hold for the next one. */
static void forget_wishes(struct ev *ev)
{
	wait_for_person(ev, false);
	wish_stop(ev, false);
	ev->values->pause = false;
}

static void plug_in(struct ev *ev)
{
	uv_timer_stop(&ev->replug);
	forget_wishes(ev);
	if (!ev->real)
		sim_world_plug(&ev->hardware.world);
	ccs_port_poke(&ev->port.port);
}

static void on_replug(uv_timer_t *timer)
{
	plug_in(timer->data);
}

/* A person pulls the plug when it is done. */
static void end_session(struct ev *ev)
{
	bool again = ev->config.ev.forever && !ev->role.stopping;

	if ((again && (ev->waits || ev->real)) || !pull_plug(ev))
		return;
	say_why(ev);
	if (again)
		uv_timer_start(&ev->replug, on_replug, REPLUG / 1000, 0);
	else
		ccs_role_end(&ev->role, judge(ev));
}

static void make_station(struct ev *ev, struct ccs_ev_station_config *station)
{
	ccs_config_copy(&ev->config, &ev->role.reader.config, 0);
	ev->outdated = false;
	ccs_config_make_ev(&ev->config, station);
	station->session.values = ev->values;
	station->session.commands = ev->commands;
	station->sink = &ev->voice.sink;
}

static void renew(struct ev *ev)
{
	struct ccs_ev_station_config station;

	make_station(ev, &station);
	ccs_ev_port_renew(&ev->port, &station);
}

static void tell_manager(struct ev *ev)
{
	if (ev->told == ev->port.station.state)
		return;
	ev->told = ev->port.station.state;
	ccs_notify_status(&ev->role.notify, ccs_ev_station_state_text(ev->told));
}

static void on_changed(void *user, ccs_time now)
{
	struct ev *ev = user;
	const bool plugged = is_plugged(ev);

	watch_charging(ev, now);
	tell_manager(ev);
	if (ev->real && !plugged && !ev->role.stopping)
		forget_wishes(ev);
	if (!plugged && ev->role.stopping)
		ccs_role_end(&ev->role, CCS_EXIT_DONE);
	else if (plugged && ev->port.station.state == CCS_EV_STATION_DONE)
		end_session(ev);
	else if (ev->outdated && ev->port.station.state == CCS_EV_STATION_UNPLUGGED)
		renew(ev);
}

static void on_reading(void *user)
{
	ccs_port_poke(&((struct ev *)user)->port.port);
}

static int open_hardware(struct ev *ev, struct ccs_hardware *hardware, struct ccs_problem *problem)
{
	if (!ev->real) {
		ccs_sim_ev_init(&ev->hardware, &ev->config.sim, &ev->port.station, ccs_loop_now());
		ev->hardware.config = &ev->config.ev;
		sim_world_plug(&ev->hardware.world);
		*hardware = ccs_sim_ev_hardware(&ev->hardware);
		return 0;
	}
	if (ccs_hw_claim(CCS_HW_EV, &ev->config.ev.hardware, problem) ||
	    ccs_hw_ev_open(&ev->drivers, &ev->role.loop, &ev->config, &ev->port.station,
			   &ev->voice.sink, problem))
		return -1;
	ev->drivers.board.changed = on_reading;
	ev->drivers.board.user = ev;
	*hardware = ccs_hw_ev_hardware(&ev->drivers);
	return 0;
}

static void choose_hardware(struct ev *ev)
{
	ev->real = ev->role.reader.config.ev.hardware.preset != CCS_HW_PRESET_SIM;
	ev->values = ev->real ? &ev->drivers.values : &ev->hardware.world.ev_values;
	ev->commands = ev->real ? &ev->drivers.commands : &ev->hardware.world.ev_commands;
}

static int open_port(struct ev *ev, struct ccs_problem *problem)
{
	struct ccs_ev_station_config station;
	struct ccs_port_config port;

	ev->port.port.closed = true; /* until it is open */
	choose_hardware(ev);
	make_station(ev, &station);
	if (ccs_role_port(&ev->voice, &ev->config.ev.line, &port, problem))
		return -1;
	if (open_hardware(ev, &port.hardware, problem))
		return -1;
	port.changed = on_changed;
	port.user = ev;
	return ccs_ev_port_open(&ev->port, &ev->role.loop, &port, &station, problem);
}

/* Another configuration. */
static void change(struct ccs_role *role)
{
	struct ev *ev = ev_of(role);

	ev->outdated = ccs_config_adopt(&ev->config, &role->reader.config, 0);
	ccs_port_poke(&ev->port.port);
}

/* `ccs ctl`, and keys. */

static const char *name_of(void *user, size_t number)
{
	(void)number;
	return ev_of(user)->config.ev.line.interface;
}

static bool is_in_session(const struct ev *ev)
{
	return ev->port.station.state == CCS_EV_STATION_SESSION;
}

static const char by_hand[] = "the hardware is real: that is done by hand";

static const char *end_charging(struct ev *ev)
{
	if (!is_plugged(ev))
		return "nothing is plugged in";
	wait_for_person(ev, true);
	wish_stop(ev, true);
	ccs_port_poke(&ev->port.port);
	return NULL;
}

static const char *begin_again(struct ev *ev)
{
	enum ccs_ev_station_state state = ev->port.station.state;

	if (is_plugged(ev) && state != CCS_EV_STATION_DONE)
		return "it is not over yet";
	if (state == CCS_EV_STATION_DONE) {
		wish_stop(ev, false);
		ccs_ev_station_again(&ev->port.station, ccs_loop_now());
	}
	plug_in(ev);
	return NULL;
}

static const char *pause_charging(struct ev *ev)
{
	if (!is_in_session(ev))
		return "there is no session";
	ev->values->pause = true;
	ccs_port_poke(&ev->port.port);
	return NULL;
}

static const char *resume(struct ev *ev)
{
	if (ev->port.station.state != CCS_EV_STATION_PAUSED)
		return "it is not paused";
	ev->values->pause = false;
	ccs_ev_station_again(&ev->port.station, ccs_loop_now());
	ccs_port_poke(&ev->port.port);
	return NULL;
}

/* The station looks for the edge. */
static const char *renegotiate(struct ev *ev)
{
	const struct ccs_ev_session *session = &ev->port.station.session;

	if (!is_in_session(ev) || ccs_ev_session_state(session) != CCS_EV_STATE_CHARGING ||
	    ccs_channel_agreed(&session->channel) != CCS_PROTOCOL_ISO2)
		return "only while charging, with ISO 15118-2";
	ev->values->renegotiate = false;
	ccs_port_poke(&ev->port.port);
	ev->values->renegotiate = true;
	ccs_port_poke(&ev->port.port);
	return NULL;
}

static const char *plug(struct ev *ev)
{
	if (ev->real)
		return by_hand;
	if (is_plugged(ev))
		return "it is plugged in already";
	plug_in(ev);
	return NULL;
}

static const char *unplug(struct ev *ev)
{
	if (ev->real)
		return by_hand;
	if (!is_plugged(ev))
		return "nothing is plugged in";
	if (!sim_world_unplug(&ev->hardware.world))
		return "the lock holds the plug: stop first";
	wait_for_person(ev, true);
	ccs_port_poke(&ev->port.port);
	return NULL;
}

static const char *act(void *user, size_t number, enum ccs_verb verb)
{
	struct ev *ev = ev_of(user);

	(void)number;
	switch (verb) {
	case CCS_VERB_STOP:
		return end_charging(ev);
	case CCS_VERB_START:
		return begin_again(ev);
	case CCS_VERB_PAUSE:
		return pause_charging(ev);
	case CCS_VERB_RESUME:
		return resume(ev);
	case CCS_VERB_RENEGOTIATE:
		return renegotiate(ev);
	case CCS_VERB_PLUG:
		return plug(ev);
	case CCS_VERB_UNPLUG:
		return unplug(ev);
	case CCS_VERB_AUTHORIZE:
	case CCS_VERB_DENY:
		return "that is the charger's to decide";
	case CCS_VERB_STATUS:
	case CCS_VERB_SET:
	case CCS_VERB_COUNT:
		break;
	}
	return "that cannot be done"; /* the caller does these itself */
}

/* Of the hardware, or of the session until it is unplugged. */
static bool has_fault(const struct ev *ev)
{
	return (ev->real && ev->drivers.board.trouble) ||
	       (is_plugged(ev) && ev->port.station.session.outcome == CCS_EV_OUTCOME_FAILED);
}

static void describe(void *user, size_t number, struct ccs_print *p)
{
	static const char *const states[] = {
#define ROW(id, text) #id,
		CCS_EV_STATION_STATES(ROW)
#undef ROW
	};
	static const char *const phases[] = {
#define ROW(id, text) #id,
		CCS_EV_STATES(ROW)
#undef ROW
	};
	const struct ev *ev = ev_of(user);
	const struct ccs_ev_session *session = &ev->port.station.session;
	const struct ccs_ev_values *values = ev->values;
	const char *folder = ccs_session_folder_current(ev->voice.folder);
	const struct ccs_measured target_mv = ccs_measured(values->target.mv, 0);
	const struct ccs_measured target_ma = ccs_measured(values->target.ma, 0);

	(void)number;
	ccs_control_print_text(p, "side", "ev");
	ccs_control_print_text(p, "interface", ev->config.ev.line.interface);
	ccs_control_print_id(p, "state", states[ev->port.station.state]);
	if (is_in_session(ev))
		ccs_control_print_id(p, "phase", phases[ccs_ev_session_state(session)]);
	ccs_control_print_bool(p, "plugged", is_plugged(ev));
	ccs_control_print_bool(p, "fault", has_fault(ev));
	ccs_control_print_protocol(p, ccs_channel_agreed(&session->channel));
	ccs_control_print_tenths(p, "voltage", &values->inlet_mv);
	ccs_control_print_tenths(p, "current", &values->current_ma);
	ccs_control_print_measured(p, "soc", &values->soc, 1);
	ccs_control_print_tenths(p, "target_voltage", &target_mv);
	ccs_control_print_tenths(p, "target_current", &target_ma);
	ccs_control_print_text(p, "recording", *folder ? folder : NULL);
}

int ccs_ev_command(int argc, char **argv)
{
	static struct ev ev = {
		.role = { .name = "ev",
			  .help = help,
			  .side = CCS_SIDE_EV,
			  .stop = stop,
			  .close = close_all,
			  .is_missing = is_missing,
			  .changed = change,
			  .stations = { .count = 1,
					.name = name_of,
					.act = act,
					.set = ccs_role_set,
					.describe = describe,
					.user = &ev } },
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

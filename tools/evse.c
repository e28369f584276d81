/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs evse`: chargers on network interfaces, one each. */
#include "linux/evse_port.h"
#include "linux/hw/claim.h"
#include "linux/hw/evse_board.h"
#include "linux/sim_evse.h"
#include "tools/station.h"

#include <stdio.h>
#include <stdlib.h>

struct charger {
	struct evse *evse;
	struct ccs_role_voice voice;
	struct ccs_evse_port port;
	struct ccs_sim_evse hardware;
	struct ccs_hw_evse drivers;
	bool real;			/* the drivers are the hardware, not the simulation */
	struct ccs_evse_values *values; /* of the hardware */
	struct ccs_evse_commands *commands;
	struct ccs_config config; /* that the station works with */
	bool outdated;		  /* there is a newer one for the next car */
	bool busy;		  /* a session goes on */
	bool met;		  /* the car that is plugged in has had a session */
	bool served;		  /* there was a session */
	bool over;		  /* it serves no more */
};

struct evse {
	struct ccs_role role;
	struct charger *chargers;
	size_t count;	 /* whose port was opened, or tried */
	size_t sessions; /* told to the service manager */
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
	"      --fault WHAT         our messages get it, in each session, to test the other side:\n"
	"                           'SIDE MESSAGE KIND [after N] [times N]' as in `ccs sim "
	"--list`,\n"
	"                           or pyplc:N, a test case of pyPLC's; may be repeated\n"
	"      --record DIR         a folder for each session: capture, records, values, summary\n"
	"  -w, --write FILE         all frames as a capture (pcapng)\n"
	"  -v, --verbose            all fields of every message, and the talk with the modem\n"
	"  -q, --quiet              no lines at all\n"
	"      --every-round        every round of the charging loop, not one a second\n"
	"      --only WHAT          only these records, as with `ccs decode`\n"
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
	return &charger->config.evse[charger - charger->evse->chargers];
}

static bool is_busy(const struct charger *charger)
{
	enum ccs_evse_station_state state = charger->port.station.state;

	return state == CCS_EVSE_STATION_SESSION || state == CCS_EVSE_STATION_PAUSED ||
	       state == CCS_EVSE_STATION_BASIC;
}

static void wish_stop(struct charger *charger, bool wish)
{
	charger->values->stop = charger->drivers.stop = wish;
}

/* Sessions are ended safely first. */
static void stop(struct ccs_role *role)
{
	struct evse *evse = evse_of(role);

	for (size_t i = 0; i < evse->count; i++) {
		wish_stop(&evse->chargers[i], true);
		evse->chargers[i].hardware.keeps_out = true;
		ccs_port_poke(&evse->chargers[i].port.port);
	}
}

static void close_all(struct ccs_role *role)
{
	struct evse *evse = evse_of(role);

	for (size_t i = 0; i < evse->count; i++) {
		ccs_port_close(&evse->chargers[i].port.port);
		ccs_hw_close(&evse->chargers[i].drivers.board);
	}
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

/* Who may charge has to be asked for each session, where a person or program decides it. */
static void forget_authorisation(struct charger *charger)
{
	if (config_of(charger)->authorisation == CCS_CONFIG_CTL)
		charger->values->authorisation = CCS_AUTHORISATION_PENDING;
}

/* A session has ended: what was wished for it does not hold for the next one. */
static void end_session(struct charger *charger)
{
	forget_authorisation(charger);
	wish_stop(charger, charger->evse->role.stopping);
}

static void make_station(struct charger *charger, struct ccs_evse_station_config *station)
{
	struct evse *evse = charger->evse;

	ccs_config_copy(&charger->config, &evse->role.reader.config,
			(size_t)(charger - evse->chargers));
	charger->outdated = false;
	ccs_config_make_evse(&charger->config, (size_t)(charger - evse->chargers), station);
	station->session.values = charger->values;
	station->session.commands = charger->commands;
	station->sink = &charger->voice.sink;
}

static void renew(struct charger *charger)
{
	struct ccs_evse_station_config station;

	make_station(charger, &station);
	ccs_evse_port_renew(&charger->port, &station);
}

static void tell_manager(struct evse *evse)
{
	size_t sessions = 0;
	char text[64];

	for (size_t i = 0; i < evse->count; i++)
		sessions += evse->chargers[i].busy;
	if (sessions == evse->sessions)
		return;
	evse->sessions = sessions;
	snprintf(text, sizeof(text), "%zu of %zu in session", sessions, evse->count);
	ccs_notify_status(&evse->role.notify, text);
}

static void watch_car(struct charger *charger)
{
	enum ccs_evse_station_state state = charger->port.station.state;

	if (state == CCS_EVSE_STATION_SESSION)
		charger->met = true;
	else if (state <= CCS_EVSE_STATION_AVAILABLE)
		charger->met = false;
}

static void watch_session(struct charger *charger)
{
	bool busy = is_busy(charger);

	watch_car(charger);
	if (busy == charger->busy)
		return;
	charger->busy = busy;
	charger->served = true;
	if (!busy)
		end_session(charger);
	tell_manager(charger->evse);
}

static void on_changed(void *user, ccs_time now)
{
	struct charger *charger = user;
	bool available = charger->port.station.state == CCS_EVSE_STATION_AVAILABLE;

	(void)now;
	watch_session(charger);
	if (!charger->busy && (charger->evse->role.stopping ||
			       (config_of(charger)->once && charger->served && available)))
		charger->over = true;
	if (charger->over)
		end_when_over(charger->evse);
	else if (charger->outdated && available)
		renew(charger);
}

static void on_reading(void *user)
{
	ccs_port_poke(&((struct charger *)user)->port.port);
}

static int open_hardware(struct charger *charger, const struct ccs_config_evse *own,
			 struct ccs_hardware *hardware, struct ccs_problem *problem)
{
	if (!charger->real) {
		ccs_sim_evse_init(&charger->hardware, &charger->config.sim, &charger->port.station,
				  ccs_loop_now());
		charger->hardware.config = own;
		*hardware = ccs_sim_evse_hardware(&charger->hardware);
		return 0;
	}
	if (ccs_hw_claim(CCS_HW_EVSE, &own->hardware, problem) ||
	    ccs_hw_evse_open(&charger->drivers, &charger->evse->role.loop, own,
			     &charger->port.station, &charger->voice.sink, problem))
		return -1;
	charger->drivers.board.changed = on_reading;
	charger->drivers.board.user = charger;
	*hardware = ccs_hw_evse_hardware(&charger->drivers);
	return 0;
}

static void choose_hardware(struct charger *charger, const struct ccs_hw_config *hardware)
{
	charger->real = hardware->preset != CCS_HW_PRESET_SIM;
	charger->values = charger->real ? &charger->drivers.values
					: &charger->hardware.world.evse_values;
	charger->commands = charger->real ? &charger->drivers.commands
					  : &charger->hardware.world.evse_commands;
}

static int open_charger(struct evse *evse, size_t number, struct ccs_problem *problem)
{
	struct charger *charger = &evse->chargers[number];
	const struct ccs_config_evse *own = &charger->config.evse[number];
	struct ccs_evse_station_config station;
	struct ccs_port_config port;

	charger->evse = evse;
	charger->port.port.closed = true; /* until it is open */
	evse->count++;
	choose_hardware(charger, &evse->role.reader.config.evse[number].hardware);
	make_station(charger, &station);
	ccs_role_give_voice(&charger->voice, &evse->role,
			    charger->config.evse_count > 1 ? own->name : NULL);
	if (ccs_role_port(&charger->voice, &own->line, &port, problem))
		return -1;
	if (open_hardware(charger, own, &port.hardware, problem))
		return -1;
	forget_authorisation(charger);
	port.tcp_port = own->port;
	port.attenuation_db = (uint8_t)own->sim_attenuation;
	port.attenuations = &own->sim_attenuations;
	port.changed = on_changed;
	port.user = charger;
	return ccs_evse_port_open(&charger->port, &evse->role.loop, &port, &station, problem);
}

/* Another configuration. */

static void change_charger(struct charger *charger, size_t number)
{
	enum ccs_config_authorisation before = config_of(charger)->authorisation;

	charger->outdated = ccs_config_adopt(&charger->config, &charger->evse->role.reader.config,
					     number);
	if (!charger->busy && config_of(charger)->authorisation != before)
		forget_authorisation(charger);
	ccs_port_poke(&charger->port.port);
}

static void change(struct ccs_role *role)
{
	struct evse *evse = evse_of(role);

	for (size_t i = 0; i < evse->count; i++)
		change_charger(&evse->chargers[i], i);
}

/* `ccs ctl`, and keys. */

static const char *name_of(void *user, size_t number)
{
	const struct ccs_config_evse *config = config_of(&evse_of(user)->chargers[number]);

	return config->name[0] ? config->name : config->line.interface;
}

static const char *end_charging(struct charger *charger)
{
	enum ccs_evse_station_state state = charger->port.station.state;

	if (state == CCS_EVSE_STATION_DONE || state <= CCS_EVSE_STATION_AVAILABLE)
		return "there is no session";
	wish_stop(charger, true);
	ccs_port_poke(&charger->port.port);
	wish_stop(charger, is_busy(charger));
	return NULL;
}

static const char *take_result(struct charger *charger, int result, const char *why)
{
	ccs_port_poke(&charger->port.port);
	return result ? why : NULL;
}

static const char *begin_again(struct charger *charger, enum ccs_evse_station_state from,
			       const char *why)
{
	if (charger->port.station.state != from)
		return why;
	return take_result(charger, ccs_evse_station_again(&charger->port.station, ccs_loop_now()),
			   why);
}

static const char *authorise(struct charger *charger, enum ccs_authorisation authorisation)
{
	if (config_of(charger)->authorisation != CCS_CONFIG_CTL)
		return "nobody is asked here: set evse.authorisation=ctl";
	charger->values->authorisation = authorisation;
	ccs_port_poke(&charger->port.port);
	return NULL;
}

static const char by_hand[] = "the hardware is real: that is done by hand";

static const char *plug(struct charger *charger)
{
	if (charger->real)
		return by_hand;
	if (charger->hardware.world.plugged)
		return "a car is plugged in already";
	charger->hardware.keeps_out = false;
	charger->hardware.person = ccs_loop_now();
	ccs_port_poke(&charger->port.port);
	return NULL;
}

static const char *unplug(struct charger *charger)
{
	if (charger->real)
		return by_hand;
	if (!charger->hardware.world.plugged)
		return "no car is plugged in";
	if (!sim_world_unplug(&charger->hardware.world))
		return "the lock holds the plug: stop first";
	charger->hardware.keeps_out = true;
	ccs_port_poke(&charger->port.port);
	return NULL;
}

static const char *act(void *user, size_t number, enum ccs_verb verb)
{
	static const char only[] = "only while charging, with ISO 15118-2";
	struct charger *charger = &evse_of(user)->chargers[number];
	struct ccs_evse_session *session = &charger->port.station.session;
	ccs_time now = ccs_loop_now();

	switch (verb) {
	case CCS_VERB_STOP:
		return end_charging(charger);
	case CCS_VERB_START:
		return begin_again(charger, CCS_EVSE_STATION_DONE, "no car waits for it");
	case CCS_VERB_PAUSE:
		return take_result(charger, ccs_evse_session_pause(session, now), only);
	case CCS_VERB_RESUME:
		return begin_again(charger, CCS_EVSE_STATION_PAUSED, "it is not paused");
	case CCS_VERB_RENEGOTIATE:
		return take_result(charger, ccs_evse_session_renegotiate(session, now), only);
	case CCS_VERB_AUTHORIZE:
		return authorise(charger, CCS_AUTHORISATION_GRANTED);
	case CCS_VERB_DENY:
		return authorise(charger, CCS_AUTHORISATION_DENIED);
	case CCS_VERB_PLUG:
		return plug(charger);
	case CCS_VERB_UNPLUG:
		return unplug(charger);
	case CCS_VERB_STATUS:
	case CCS_VERB_SET:
	case CCS_VERB_COUNT:
		break;
	}
	return "that cannot be done"; /* the caller does these itself */
}

/* Wh; nothing when the car has not given it. */
static void describe_energy(struct ccs_print *p, const char *name, int32_t mwh)
{
	const struct ccs_measured energy = ccs_measured(mwh, 0);

	if (mwh)
		ccs_control_print_measured(p, name, &energy, 3);
}

static void describe_car(const struct ccs_evse_session *session, struct ccs_print *p)
{
	const struct ccs_evse_car *car = &session->car;
	const struct ccs_measured full_soc = ccs_measured(car->full_soc, 0);
	char evccid[2 * sizeof(car->evccid) + 1];
	struct ccs_print hex;

	ccs_print_init(&hex, evccid, sizeof(evccid) - 1);
	ccs_print_hex(&hex, car->evccid, car->evccid_length);
	*hex.at = '\0';
	ccs_control_print_text(p, "evccid", evccid[0] ? evccid : NULL);
	ccs_control_print_measured(p, "soc", &car->soc, 1);
	if (car->full_soc)
		ccs_control_print_measured(p, "full_soc", &full_soc, 1);
	describe_energy(p, "energy_capacity", car->capacity_mwh);
	describe_energy(p, "energy_request", car->request_mwh);
}

/* Of the hardware, or of the session until the car is unplugged. */
static bool has_fault(const struct charger *charger)
{
	return (charger->real && charger->drivers.board.trouble) ||
	       (charger->met && charger->port.station.session.fault != CCS_EVSE_FAULT_NONE);
}

static void describe(void *user, size_t number, struct ccs_print *p)
{
	static const char *const states[] = {
#define ROW(id, text) #id,
		CCS_EVSE_STATION_STATES(ROW)
#undef ROW
	};
	static const char *const phases[] = {
#define ROW(id, text) #id,
		CCS_EVSE_STATES(ROW)
#undef ROW
	};
	static const char *const authorisations[] = { "pending", "granted", "denied" };
	const struct charger *charger = &evse_of(user)->chargers[number];
	const struct ccs_evse_session *session = &charger->port.station.session;
	const struct ccs_evse_values *values = charger->values;
	const char *folder = ccs_session_folder_current(charger->voice.folder);
	const struct ccs_measured set_mv = ccs_measured(charger->commands->set.mv, 0);
	const struct ccs_measured set_ma = ccs_measured(charger->commands->set.ma, 0);

	ccs_control_print_text(p, "side", "evse");
	ccs_control_print_text(p, "interface", config_of(charger)->line.interface);
	ccs_control_print_id(p, "state", states[charger->port.station.state]);
	if (charger->port.station.state == CCS_EVSE_STATION_SESSION)
		ccs_control_print_id(p, "phase", phases[session->state]);
	ccs_control_print_bool(p, "plugged",
			       charger->port.station.state >= CCS_EVSE_STATION_PLUGGED);
	ccs_control_print_bool(p, "fault", has_fault(charger));
	/* Until it is unplugged: a session, a probe above all, is sooner over than anybody asks. */
	if (charger->met) {
		ccs_control_print_protocol(p, session->protocol);
		describe_car(session, p);
	}
	ccs_control_print_tenths(p, "voltage", &values->present_mv);
	ccs_control_print_tenths(p, "current", &values->present_ma);
	ccs_control_print_tenths(p, "set_voltage", &set_mv);
	ccs_control_print_tenths(p, "set_current", &set_ma);
	ccs_control_print_measured(p, "energy", &values->energy_wh, 0);
	ccs_control_print_text(p, "authorisation", authorisations[values->authorisation]);
	ccs_control_print_text(p, "recording", *folder ? folder : NULL);
}

int ccs_evse_command(int argc, char **argv)
{
	static struct evse evse = {
		.role = { .name = "evse",
			  .help = help,
			  .side = CCS_SIDE_EVSE,
			  .stop = stop,
			  .close = close_all,
			  .is_missing = is_missing,
			  .changed = change,
			  .stations = { .name = name_of,
					.act = act,
					.set = ccs_role_set,
					.describe = describe,
					.user = &evse } },
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
	evse.role.stations.count = evse.count;
	if (status < 0)
		status = ccs_role_run(&evse.role);
	free(evse.chargers);
	return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* pyPlc.ini, the configuration of pyPLC, in ours. */
#include "linux/config_print.h"
#include "linux/hw/needs.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define HOMEPLUG_KEY "evse_power_supply_control_via_special_homeplug_message"

#define TEXT 64 /* of a value that is made, with its end */

/* What other keys of the same file say. */
enum {
	BOARD = 1 << 0,	   /* the car has a board of its own */
	MQTT = 1 << 1,	   /* MQTT is in use, which every file configures */
	CALLBACK = 1 << 2, /* likewise the callback */
	TRUSTS = 1 << 3,   /* the inlet is not measured */
	DIETER = 1 << 4,   /* which board */
	CELERON55 = 1 << 5,
	MODE = 1 << 6,	  /* a role is named; which: */
	CAR = 1 << 7,	  /* or none is */
	CHARGER = 1 << 8, /* likewise */
	LISTENER = 1 << 9,
	FOCCCICAPE = 1 << 10,
	HOMEPLUG = 1 << 11, /* the supply is commanded over the power line */
	MQTT_BOARD = 1 << 12,
	READINGS = 1 << 13, /* something measures, board or not */
	BATTERY = 1 << 14,  /* the battery says what it wants, and how full it is */
};

static const struct sign {
	const char *name;
	const char *value; /* NULL: any */
	unsigned int means;
} signs[] = {
	{ "mode", NULL, MODE },
	{ "mode", "PevMode", CAR },
	{ "mode", "EvseMode", CHARGER },
	{ "digital_output_device", "dieter", BOARD | DIETER },
	{ "digital_output_device", "celeron55device", BOARD | CELERON55 },
	{ "digital_output_device", "beaglebone", BOARD },
	{ "digital_output_device", "mqtt", MQTT | MQTT_BOARD },
	{ "analog_input_device", "dieter", READINGS | DIETER },
	{ "analog_input_device", "celeron55device", READINGS | CELERON55 },
	{ "analog_input_device", "mqtt", READINGS | MQTT },
	{ "charge_parameter_backend", "chademo", READINGS | BATTERY },
	{ "charge_parameter_backend", "celeron55device", READINGS | BATTERY | CELERON55 },
	{ "charge_parameter_backend", "mqtt", READINGS | BATTERY | MQTT },
	{ "soc_callback_enabled", "yes", CALLBACK },
	{ "use_evsepresentvoltage_for_precharge_end", "yes", TRUSTS },
	{ "evsemode_environment", "focccicape", FOCCCICAPE },
	{ HOMEPLUG_KEY, "yes", HOMEPLUG },
};

/* A key of pyPLC, and what is said of it where no rule applies. */
struct row {
	const char *name;
	const char *text;
};

#define TENS_OF_WH "+0 Wh"
#define NOT_IN_USE "not in use: "
#define NO_MQTT	   NOT_IN_USE "is for [mqtt], which tells what the stations do"

static const struct row rows[] = {
	{ "mode", "PevMode is the command `ccs ev`, EvseMode `ccs evse`, others `ccs listen`" },
	{ "is_simulation_without_modems",
	  "was never read; [ev] and [evse] have sim_modem and without_slac" },
	{ "eth_interface", NULL },
	{ "eth_windows_interface_name", "not needed: `ccs` runs on Linux" },
	{ "display_via_serial", NOT_IN_USE
	  "is [ev] or [evse] news = oled with display_port; some presets have their own" },
	{ "light_bulb_demo", NULL },
	{ "soc_simulation",
	  "not needed: the board, or the simulated battery ([sim] battery.soc), has one" },
	{ "evse_simulate_precharge",
	  "not needed: the supply measures, or is simulated, [sim] supply" },
	{ "digital_output_device", "no hardware that `ccs` knows: [ev] preset = exec takes any" },
	{ "analog_input_device",
	  "no hardware that `ccs` knows: [ev] inlet_voltage = exec takes any" },
	{ "use_evsepresentvoltage_for_precharge_end", NULL },
	{ "use_physical_inlet_voltage_during_chargeloop",
	  "not needed: displays show the charger's voltage" },
	{ "u_delta_max_for_end_of_precharge", NULL },
	{ "serial_port", NOT_IN_USE "is for [ev] dieter_port, celeron55_port, display_port" },
	{ "serial_baud", "not needed: only celeron55's board has another than 19200" },
	{ "mqtt_broker", NO_MQTT },
	{ "mqtt_topic", NO_MQTT },
	{ "charge_target_voltage", NULL },
	{ "exit_on_session_end", NULL },
	{ "allow_new_session_after_stopping",
	  "not needed: the charger waits until the car is unplugged, then for the next" },
	{ "exit_if_no_local_link_address_is_found",
	  "not needed: a missing address is said, and waited for" },
	{ "log_the_evse_mac_to_file", "is [record] directory: empty, nothing is recorded" },
	{ "testsuite_enable", "is the option --fault of `ccs evse`: pyplc:1 to pyplc:16" },
	{ "udp_syslog_enable",
	  "dropped: broadcasts may upset chargers; of `ccs listen` [syslog] to" },
	{ "charge_parameter_backend", "nothing that `ccs` knows: [ev] battery_voltage, soc, "
				      "target_current_from, ... = a driver" },
	{ "evsemode_environment", "no hardware that `ccs` knows: [evse] preset = exec takes any" },
	{ HOMEPLUG_KEY, NOT_IN_USE "is for [evse] set_voltage, present_voltage, ... = homeplug" },
	{ "evse_printtrace", "not needed: what happens is said always" },
	{ "evse_show_decoded_transmit_message", "not needed: messages are shown decoded" },
	{ "sniffer_print_raw_exi", "not needed: `ccs listen --json` has the EXI of each message" },
	{ "soc_callback_enabled", "is [webhook] smartevse, an address or none" },
	{ "soc_callback_endpoint", NOT_IN_USE "is for [webhook] smartevse" },
	{ "soc_fallback_energy_capacity", NOT_IN_USE "is for [webhook] capacity, in kWh" },
	{ "logging_url",
	  "for the listener only, and every file has one: [upload] url, of `ccs listen`" },
	{ "smart_listener_configuration", "1 is `ccs listen --join`, 0 without; 2 is not there" },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* What follows from a value: a key of ours, or, without a section, only words. */
static const struct rule {
	const char *name;
	const char *value;   /* NULL: any; yes and no: as they are meant */
	unsigned int needs;  /* all of these */
	unsigned int unless; /* and none of these */
	const char *section;
	const char *key;
	const char *ours; /* NULL: the same value; beginning with +: the same, and this behind it */
} rules[] = {
	{ "eth_interface", NULL, 0, 0, "ev", "interface", NULL },
	{ "eth_interface", NULL, 0, 0, "evse", "interface", NULL },
	{ "eth_interface", NULL, CHARGER | HOMEPLUG, 0, "evse", "homeplug_interface", NULL },
	{ "light_bulb_demo", "yes", 0, 0, "quirks", "late-load", "yes" },
	{ "light_bulb_demo", "no", 0, 0, "quirks", "late-load", "no" },
	{ "digital_output_device", "dieter", CAR, 0, "ev", "preset", "dieter" },
	{ "digital_output_device", "celeron55device", CAR, 0, "ev", "preset", "celeron55" },
	{ "digital_output_device", "beaglebone", CAR, 0, "ev", "preset", "beaglebone" },
	{ "digital_output_device", "mqtt", CAR | MODE, 0, "ev", "preset", "mqtt" },
	{ "digital_output_device", "mqtt", CHARGER | MODE, 0, "evse", "preset", "mqtt" },
	{ "digital_output_device", NULL, CAR | READINGS, BOARD | MQTT_BOARD, "ev", "preset",
	  "custom" },
	{ "digital_output_device", NULL, CAR | READINGS, BOARD | MQTT_BOARD, "ev", "plug",
	  "assumed" },
	{ "digital_output_device", NULL, CAR | READINGS, BOARD | MQTT_BOARD, "ev", "cp_duty",
	  "assumed" },
	{ "digital_output_device", NULL, CAR | READINGS, BOARD | MQTT_BOARD, "ev", "lock_feedback",
	  "assumed" },
	{ "digital_output_device", NULL, CAR | READINGS, BOARD | MQTT_BOARD, "ev",
	  "contactor_feedback", "assumed" },
	{ "digital_output_device", NULL, 0, CAR, NULL, NULL, NOT_IN_USE "is for a car" },
	{ "digital_output_device", "none", CAR, READINGS, NULL, NULL, "the car is simulated" },
	{ "display_via_serial", "yes", CAR | DIETER, 0, "ev", "news", "dieter" },
	{ "display_via_serial", "yes", CAR | BOARD, DIETER | CELERON55, "ev", "news", "oled" },
	{ "display_via_serial", "no", 0, 0, NULL, NULL, "there is none" },
	{ "soc_simulation", "yes", CAR | BOARD, CELERON55 | BATTERY, "ev", "soc", "simulated" },
	{ "evse_simulate_precharge", "yes", CHARGER | FOCCCICAPE, HOMEPLUG, "evse",
	  "present_voltage", "simulated" },
	{ "evse_simulate_precharge", "yes", CHARGER | FOCCCICAPE, HOMEPLUG, "evse",
	  "present_current", "simulated" },
	{ "evse_simulate_precharge", "yes", CHARGER | FOCCCICAPE, HOMEPLUG, "evse", "supply",
	  "simulated" },
	{ "evse_simulate_precharge", "yes", CHARGER | FOCCCICAPE, HOMEPLUG, "evse", "set_voltage",
	  "simulated" },
	{ "evse_simulate_precharge", "yes", CHARGER | FOCCCICAPE, HOMEPLUG, "evse", "set_current",
	  "simulated" },
	{ "evse_simulate_precharge", "no", 0, 0, NULL, NULL,
	  "a real supply: [evse] set_voltage, set_current, present_voltage = a driver" },
	{ "analog_input_device", "none", CAR | BOARD | TRUSTS, 0, "ev", "inlet_voltage", "none" },
	{ "analog_input_device", "dieter", CAR, 0, "ev", "inlet_voltage", "dieter" },
	{ "analog_input_device", "celeron55device", CAR, 0, "ev", "inlet_voltage", "celeron55" },
	{ "analog_input_device", "mqtt", CAR, MQTT_BOARD, "ev", "inlet_voltage", "mqtt" },
	{ "analog_input_device", "mqtt", CAR | MQTT_BOARD, 0, NULL, NULL, "as the preset has it" },
	{ "analog_input_device", "none", 0, BOARD | TRUSTS, NULL, NULL, "nothing follows from it" },
	{ "analog_input_device", "none", BOARD, TRUSTS, NULL, NULL,
	  "[ev] inlet_voltage is what the preset has" },
	{ "analog_input_device", NULL, 0, CAR, NULL, NULL, NOT_IN_USE "is for a car" },
	{ "use_evsepresentvoltage_for_precharge_end", "yes", 0, 0, "quirks", "reported-voltage",
	  "yes" },
	{ "use_evsepresentvoltage_for_precharge_end", "no", 0, 0, "quirks", "reported-voltage",
	  "no" },
	{ "u_delta_max_for_end_of_precharge", NULL, 0, 0, "safety", "precharge_voltage", NULL },
	{ "serial_port", NULL, CAR | DIETER, 0, "ev", "dieter_port", NULL },
	{ "serial_port", NULL, CAR | CELERON55, 0, "ev", "celeron55_port", NULL },
	{ "serial_port", NULL, CAR | BOARD, DIETER | CELERON55, "ev", "display_port", NULL },
	{ "serial_baud", NULL, CAR | CELERON55, 0, "ev", "celeron55_baud", NULL },
	{ "mqtt_broker", NULL, MQTT, 0, "mqtt", "broker", NULL },
	{ "mqtt_topic", NULL, MQTT, 0, "ev", "mqtt_topic", NULL },
	{ "mqtt_topic", NULL, MQTT, 0, "evse", "mqtt_topic", NULL },
	{ "charge_target_voltage", NULL, 0, 0, "ev", "target_voltage", NULL },
	{ "exit_on_session_end", "yes", 0, 0, "ev", "forever", "no" },
	{ "exit_on_session_end", "no", 0, 0, "ev", "forever", "yes" },
	{ "allow_new_session_after_stopping", "no", 0, 0, NULL, NULL,
	  "not there: after a stop it waits for the next car; [evse] once = yes ends after any" },
	{ "log_the_evse_mac_to_file", "yes", 0, 0, "record", "directory", "/var/lib/ccs/sessions" },
	{ "charge_parameter_backend", "chademo", CAR, 0, "ev", "battery_voltage", "chademo" },
	{ "charge_parameter_backend", "chademo", CAR, 0, "ev", "target_voltage_from", "chademo" },
	{ "charge_parameter_backend", "chademo", CAR, 0, "ev", "target_current_from", "chademo" },
	{ "charge_parameter_backend", "chademo", CAR, 0, "ev", "soc", "chademo" },
	{ "charge_parameter_backend", "mqtt", CAR | MQTT_BOARD, 0, NULL, NULL,
	  "as the preset has it" },
	{ "charge_parameter_backend", "mqtt", CAR, MQTT_BOARD, "ev", "battery_voltage", "mqtt" },
	{ "charge_parameter_backend", "mqtt", CAR, MQTT_BOARD, "ev", "target_voltage_from",
	  "mqtt" },
	{ "charge_parameter_backend", "mqtt", CAR, MQTT_BOARD, "ev", "target_current_from",
	  "mqtt" },
	{ "charge_parameter_backend", "mqtt", CAR, MQTT_BOARD, "ev", "soc", "mqtt" },
	{ "charge_parameter_backend", "celeron55device", CAR, 0, "ev", "battery_voltage",
	  "celeron55" },
	{ "charge_parameter_backend", "celeron55device", CAR, 0, "ev", "target_current_from",
	  "celeron55" },
	{ "charge_parameter_backend", "celeron55device", CAR, 0, "ev", "soc", "celeron55" },
	{ "charge_parameter_backend", "none", CAR, 0, NULL, NULL,
	  "pyPLC had 230 V and 10 A then: [ev] battery_voltage, target_current say what is" },
	{ "charge_parameter_backend", NULL, 0, CAR, NULL, NULL, NOT_IN_USE "is for a car" },
	{ "evsemode_environment", "focccicape", CHARGER, 0, "evse", "preset", "focccicape" },
	{ "evsemode_environment", "none", CHARGER | HOMEPLUG, MQTT_BOARD, "evse", "preset",
	  "custom" },
	{ "evsemode_environment", "none", 0, HOMEPLUG, NULL, NULL, "there is none" },
	{ "evsemode_environment", NULL, 0, CHARGER, NULL, NULL, NOT_IN_USE "is for a charger" },
	{ HOMEPLUG_KEY, "yes", CHARGER, 0, "evse", "supply", "homeplug" },
	{ HOMEPLUG_KEY, "yes", CHARGER, 0, "evse", "set_voltage", "homeplug" },
	{ HOMEPLUG_KEY, "yes", CHARGER, 0, "evse", "set_current", "homeplug" },
	{ HOMEPLUG_KEY, "yes", CHARGER, 0, "evse", "present_voltage", "homeplug" },
	{ "soc_callback_endpoint", NULL, CALLBACK, 0, "webhook", "smartevse", NULL },
	{ "soc_fallback_energy_capacity", NULL, CALLBACK, 0, "webhook", "capacity", TENS_OF_WH },
	{ "logging_url", NULL, LISTENER, 0, "upload", "url", NULL },
};

#define RULES (sizeof(rules) / sizeof(rules[0]))

struct importer {
	struct ccs_config_reader *reader;
	struct ccs_print *p;
	unsigned int signs;
	size_t known;
};

/* Its reader did not mind upper and lower case. */
static const struct row *find(const char *section, const char *name)
{
	for (size_t i = 0; strcasecmp(section, "general") == 0 && i < ROWS; i++) {
		if (strcasecmp(rows[i].name, name) == 0)
			return &rows[i];
	}
	return NULL;
}

/* 1 yes, 0 no, -1 neither. */
static int yes_or_no(const char *value)
{
	static const struct ccs_config_key key = { .type = CCS_CONFIG_YES_NO };
	bool yes;

	return ccs_config_read_value(&key, &yes, value) ? yes : -1;
}

static bool is_value(const char *value, const char *wanted)
{
	int yes = yes_or_no(wanted);

	return yes >= 0 ? yes_or_no(value) == yes : strcasecmp(value, wanted) == 0;
}

static bool concerns(const struct rule *rule, const char *name)
{
	return strcasecmp(rule->name, name) == 0;
}

static bool applies(const struct importer *importer, const struct rule *rule, const char *name,
		    const char *value)
{
	return concerns(rule, name) && (importer->signs & rule->needs) == rule->needs &&
	       !(importer->signs & rule->unless) && (!rule->value || is_value(value, rule->value));
}

/* A switch has rules for yes and no. */
static bool is_wrong_switch(const char *name, const char *value)
{
	for (size_t i = 0; i < RULES; i++) {
		if (concerns(&rules[i], name) && rules[i].value && yes_or_no(rules[i].value) >= 0)
			return yes_or_no(value) < 0;
	}
	return false;
}

static void print_rule(struct ccs_print *p, const struct rule *rule, bool first, const char *ours)
{
	ccs_print_text(p, first ? "is [" : ", [");
	ccs_print_text(p, rule->section);
	ccs_print_text(p, "] ");
	ccs_print_text(p, rule->key);
	ccs_print_text(p, " = ");
	ccs_print_text(p, ours);
}

/* What the value is in ours; `text` is for one that is made. */
static const char *translate(const struct rule *rule, const char *value, char text[TEXT])
{
	if (!rule->ours)
		return value;
	if (rule->ours[0] != '+')
		return rule->ours;
	snprintf(text, TEXT, "%s%s", value, rule->ours + 1);
	return text;
}

static void follow(struct importer *importer, struct ccs_config_origin origin,
		   const struct rule *rule, const char *value, bool first)
{
	char text[TEXT];
	const char *ours = translate(rule, value, text);

	print_rule(importer->p, rule, first, ours);
	ccs_config_assign(importer->reader, origin, rule->section, rule->key, ours);
}

/* Nothing follows from a value that is wrong. */
static void import_value(struct importer *importer, struct ccs_config_origin origin,
			 const struct row *row, const char *value)
{
	const char *words = row->text ? row->text : "is neither yes nor no";
	bool any = false, said = false;

	for (size_t i = 0; i < RULES; i++) {
		if (!applies(importer, &rules[i], row->name, value))
			continue;
		if (rules[i].section) {
			follow(importer, origin, &rules[i], value, !any);
			any = true;
		} else if (!said) {
			words = rules[i].ours;
			said = true;
		}
	}
	if (!any)
		ccs_print_text(importer->p, words);
}

static void import_line(void *user, struct ccs_config_origin origin, const char *section,
			const char *name, const char *value)
{
	struct importer *importer = user;
	const struct row *row = find(section, name);

	ccs_print_text(importer->p, "# ");
	ccs_print_text(importer->p, name);
	ccs_print_text(importer->p, " = ");
	ccs_print_text(importer->p, value);
	ccs_print_text(importer->p, "\n#     ");
	if (row)
		import_value(importer, origin, row, value);
	else
		ccs_print_text(importer->p, "ignored: no key of pyPLC");
	ccs_print_char(importer->p, '\n');
	if (row && is_wrong_switch(name, value))
		ccs_config_complain_at(importer->reader, origin, "%s: '%s' is not yes or no", name,
				       value);
	importer->known += row != NULL;
}

static void look_for_signs(void *user, struct ccs_config_origin origin, const char *section,
			   const char *name, const char *value)
{
	struct importer *importer = user;

	(void)origin;
	for (size_t i = 0; find(section, name) && i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (strcasecmp(signs[i].name, name) == 0 &&
		    (!signs[i].value || is_value(value, signs[i].value)))
			importer->signs |= signs[i].means;
	}
}

/* A file that names no mode is for both roles. */
static void find_role(struct importer *importer)
{
	if (!(importer->signs & MODE))
		importer->signs |= CAR | CHARGER;
	else if (!(importer->signs & (CAR | CHARGER)))
		importer->signs |= LISTENER;
}

static void print_lack(struct ccs_print *p, const struct ccs_problem *problem, const char *hint)
{
	ccs_print_text(p, "\n# Still to be said: ");
	ccs_print_text(p, problem->text);
	ccs_print_text(p, "\n# ");
	ccs_print_text(p, hint);
	ccs_print_char(p, '\n');
}

/* What pyPLC had in its program, or went without. */
static void print_left(struct importer *importer)
{
	const struct ccs_config *config = &importer->reader->config;
	struct ccs_problem problem;

	if (importer->signs & CAR && ccs_hw_check_ev(config, &problem))
		print_lack(importer->p, &problem, "pyPLC had 398 V, 100 A and a battery of 230 V.");
	if (importer->signs & CHARGER && ccs_hw_check_evse(&config->evse[0], &problem))
		print_lack(importer->p, &problem,
			   "pyPLC had 450 V, 200 A, and did not measure the isolation.");
	if (importer->signs & CHARGER && importer->signs & CALLBACK)
		ccs_print_text(importer->p,
			       "\n# A wallbox that only wants to know the state of charge, and "
			       "charges with AC itself:\n# [evse] ac_phases = 3, probe = yes: a "
			       "short session asks, without voltage.\n");
}

/* What pyPLC did not do. */
static void print_new(struct importer *importer)
{
	const struct ccs_mqtt_config *mqtt = &importer->reader->config.mqtt;

	if (mqtt->broker.host[0] && mqtt->topic[0])
		ccs_print_text(importer->p,
			       "\n# New: broker and Home Assistant are told what the station "
			       "does; with an empty\n# [mqtt] topic they are not.\n");
}

int ccs_config_import(struct ccs_print *p, struct ccs_config_reader *reader, const char *path)
{
	struct importer importer = { .reader = reader, .p = p };
	struct ccs_config_shown shown = { .changed = true, .plain = true };

	ccs_print_text(p, "# ");
	ccs_print_text(p, path);
	ccs_print_text(p, " of pyPLC, by `ccs config import`\n\n");
	ccs_config_read_file(reader, path, look_for_signs, &importer);
	find_role(&importer);
	if (!reader->errors)
		ccs_config_read_file(reader, path, import_line, &importer);
	if (!importer.known && !reader->errors)
		ccs_config_complain_at(reader, (struct ccs_config_origin) { .source = path },
				       "holds no key of pyPLC");
	ccs_config_resolve(reader);
	print_left(&importer);
	print_new(&importer);
	ccs_print_char(p, '\n');
	ccs_config_print_values(p, reader, &shown);
	return reader->errors ? CCS_ERR_TEXT : 0;
}

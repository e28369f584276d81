/* SPDX-License-Identifier: Apache-2.0 */
/* pyPlc.ini, the configuration of pyPLC, in ours. */
#include "linux/config_print.h"

#include <string.h>
#include <strings.h>

#define TARGETS 2

/* A key of pyPLC.  Without `yes` its value is taken as it is, else as what it means. */
struct row {
	const char *name;
	const char *text; /* what becomes of it */
	struct {
		const char *section;
		const char *name;
	} targets[TARGETS];
	const char *yes;
	const char *no;
};

#define DRIVERS	 "is [ev] preset, or a driver for each point: see docs/drivers.md"
#define NO_PANEL "not needed: displays show the voltage at the charger"

static const struct row rows[] = {
	{ "mode", "PevMode is the command `ccs ev`, EvseMode `ccs evse`" },
	{ "is_simulation_without_modems",
	  "was never read; [ev] and [evse] have sim_modem and without_slac" },
	{ "eth_interface", NULL, { { "ev", "interface" }, { "evse", "interface" } } },
	{ "eth_windows_interface_name", "not needed: `ccs` runs on Linux" },
	{ "display_via_serial", "is [ev] or [evse] news = oled" },
	{ "light_bulb_demo", NULL, { { "quirks", "late-load" } }, "yes", "no" },
	{ "soc_simulation", "not needed: the simulated battery has one, [sim] battery.soc" },
	{ "evse_simulate_precharge", "not needed: the simulated supply does, [sim] supply" },
	{ "digital_output_device", DRIVERS },
	{ "analog_input_device", DRIVERS },
	{ "use_evsepresentvoltage_for_precharge_end",
	  NULL,
	  { { "quirks", "reported-voltage" } },
	  "yes",
	  "no" },
	{ "use_physical_inlet_voltage_during_chargeloop", NO_PANEL },
	{ "u_delta_max_for_end_of_precharge", NULL, { { "safety", "precharge_voltage" } } },
	{ "serial_port", "is [ev] dieter_port, celeron55_port or display_port" },
	{ "serial_baud", "is [ev] celeron55_baud; dieter and the display have 19200" },
	{ "mqtt_broker", "is [mqtt] broker, where MQTT is in use: pyPLC has it in every file" },
	{ "mqtt_topic", "not yet: there is no MQTT" },
	{ "charge_target_voltage", NULL, { { "ev", "target_voltage" } } },
	{ "exit_on_session_end", NULL, { { "ev", "forever" } }, "no", "yes" },
	{ "allow_new_session_after_stopping",
	  "not needed: the charger waits until the car is unplugged, then for the next" },
	{ "exit_if_no_local_link_address_is_found",
	  "not needed: a missing address is said, and waited for" },
	{ "log_the_evse_mac_to_file", NULL, { { "general", "peers" } }, "/var/lib/ccs/peers", "" },
	{ "testsuite_enable", "not needed: `ccs sim` has the faults" },
	{ "udp_syslog_enable", "dropped: no broadcasts, they may upset chargers" },
	{ "charge_parameter_backend", "chademo is [ev] battery_voltage, target_voltage_from, "
				      "target_current_from, soc = chademo" },
	{ "evsemode_environment", "focccicape is [evse] preset = focccicape" },
	{ "evse_power_supply_control_via_special_homeplug_message",
	  "not yet: supplies are bound by [evse] set_voltage, present_voltage, ..." },
	{ "evse_printtrace", "not needed: what happens is said always; see [log] level" },
	{ "evse_show_decoded_transmit_message", "not needed: messages are shown decoded" },
	{ "sniffer_print_raw_exi", "not needed: --json has the EXI of each message" },
	{ "soc_callback_enabled", "is [webhook] smartevse, which is empty where it is not wanted" },
	{ "soc_callback_endpoint", "is [webhook] smartevse, where the callback was enabled" },
	{ "soc_fallback_energy_capacity", "is [webhook] capacity; 2700 is 27 kWh" },
	{ "logging_url", "not yet: there is no upload" },
	{ "smart_listener_configuration", "not yet: there is no `ccs listen`" },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

struct importer {
	struct ccs_config_reader *reader;
	struct ccs_print *p;
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

static void print_targets(struct ccs_print *p, const struct row *row, const char *ours)
{
	for (size_t i = 0; i < TARGETS && row->targets[i].section; i++) {
		ccs_print_text(p, i ? " and [" : "is [");
		ccs_print_text(p, row->targets[i].section);
		ccs_print_text(p, "] ");
		ccs_print_text(p, row->targets[i].name);
	}
	ccs_print_text(p, " = ");
	ccs_print_text(p, ours);
}

static void print_comment(struct ccs_print *p, const char *name, const char *value,
			  const struct row *row, const char *ours)
{
	ccs_print_text(p, "# ");
	ccs_print_text(p, name);
	ccs_print_text(p, " = ");
	ccs_print_text(p, value);
	ccs_print_text(p, "\n#     ");
	if (!row)
		ccs_print_text(p, "ignored: no key of pyPLC");
	else if (row->text)
		ccs_print_text(p, row->text);
	else
		print_targets(p, row, ours ? ours : "?");
	ccs_print_char(p, '\n');
}

/* NULL: the value is neither yes nor no. */
static const char *meaning(const struct row *row, const char *value)
{
	static const struct ccs_config_key yes_no = { .type = CCS_CONFIG_YES_NO };
	bool yes;

	if (!row->yes)
		return value;
	if (!ccs_config_read_value(&yes_no, &yes, value))
		return NULL;
	return yes ? row->yes : row->no;
}

static void import_line(void *user, struct ccs_config_origin origin, const char *section,
			const char *name, const char *value)
{
	struct importer *importer = user;
	const struct row *row = find(section, name);
	const char *ours = row ? meaning(row, value) : NULL;

	print_comment(importer->p, name, value, row, ours);
	if (row && !ours)
		ccs_config_complain_at(importer->reader, origin, "%s: '%s' is not yes or no", name,
				       value);
	for (size_t i = 0; ours && i < TARGETS && row->targets[i].section; i++)
		ccs_config_assign(importer->reader, origin, row->targets[i].section,
				  row->targets[i].name, ours);
	importer->known += row != NULL;
}

int ccs_config_import(struct ccs_print *p, struct ccs_config_reader *reader, const char *path)
{
	struct importer importer = { .reader = reader, .p = p };
	struct ccs_config_shown shown = { .changed = true, .plain = true };

	ccs_print_text(p, "# ");
	ccs_print_text(p, path);
	ccs_print_text(p, " of pyPLC, by `ccs config import`\n\n");
	ccs_config_read_file(reader, path, import_line, &importer);
	if (!importer.known && !reader->errors)
		ccs_config_complain_at(reader, (struct ccs_config_origin) { .source = path },
				       "holds no key of pyPLC");
	ccs_config_resolve(reader);
	ccs_print_char(p, '\n');
	ccs_config_print_values(p, reader, &shown);
	return reader->errors ? CCS_ERR_TEXT : 0;
}

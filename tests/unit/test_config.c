/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration: its table, values as text, files, what overrides what, what is refused. */
#include "linux/config_print.h"
#include "sim/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SAID 32

/* A reader with a directory of its own, and what it complained of. */
struct bench {
	struct ccs_config_reader reader;
	char directory[64];
	char said[SAID][256];
	size_t count;
};

static void complain(void *user, const char *text)
{
	struct bench *b = user;

	assert_true(b->count < SAID);
	snprintf(b->said[b->count++], sizeof(b->said[0]), "%s", text);
}

static int set_up(void **state)
{
	static struct bench bench;
	char path[128];

	memset(&bench, 0, sizeof(bench));
	snprintf(bench.directory, sizeof(bench.directory), "%s/ccs-config-XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : P_tmpdir);
	assert_non_null(mkdtemp(bench.directory));
	snprintf(path, sizeof(path), "%s/conf.d", bench.directory);
	assert_int_equal(mkdir(path, 0700), 0);
	ccs_config_init(&bench.reader, complain, &bench);
	ccs_config_take_option(&bench.reader, 'c', bench.directory);
	*state = &bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	char command[128];

	ccs_config_free(&b->reader);
	snprintf(command, sizeof(command), "rm -r '%s'", b->directory);
	return system(command);
}

static void write_file(const struct bench *b, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", b->directory, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static const struct ccs_config *load(struct bench *b, const char *text)
{
	b->count = 0;
	write_file(b, "ccs.conf", text);
	if (ccs_config_load(&b->reader) < 0)
		print_message("# %s\n", b->said[0]);
	assert_int_equal(b->count, 0);
	assert_int_equal(b->reader.errors, 0);
	return &b->reader.config;
}

/* One fault, and it is this (behind the directory's name). */
static void assert_refused(struct bench *b, const char *text, const char *fault)
{
	char expected[512];

	b->count = 0;
	write_file(b, "ccs.conf", text);
	assert_int_equal(ccs_config_load(&b->reader), CCS_ERR_TEXT);
	assert_int_equal(b->count, 1);
	snprintf(expected, sizeof(expected), "%s/%s", b->directory, fault);
	assert_string_equal(b->said[0], expected);
}

static const void *value_of(const struct ccs_config *config, const struct ccs_config_key *key)
{
	return (const char *)config + key->offset;
}

/* The table. */

static void test_every_row_is_complete(void **state)
{
	const struct ccs_config_key *key;
	size_t count = 0;

	(void)state;
	for (; (key = ccs_config_key(count)); count++) {
		assert_non_null(ccs_config_section_text(key->section));
		assert_true(strlen(key->text) > 8);
		assert_ptr_equal(ccs_config_find(key->section, key->name), key);
		assert_null(strpbrk(key->name, " =:;#[]"));
		assert_true(key->type == CCS_CONFIG_QUIRK || key->type == CCS_CONFIG_TEXT ||
			    key->least <= key->most);
	}
	assert_true(count > 250);
}

static void test_every_limit_has_a_key(void **state)
{
	(void)state;
#define SLAC(name, ...)	 assert_non_null(ccs_config_find("slac", #name));
#define MODEM(name, ...) assert_non_null(ccs_config_find("modem", #name));
	CCS_SLAC_LIMITS(SLAC)
	CCS_MODEM_LIMITS(MODEM)
#undef SLAC
#undef MODEM
}

static void test_every_timer_is_the_timer_of_its_name(void **state)
{
	static struct ccs_config config;

	(void)state;
	ccs_config_set_defaults(&config);
	for (enum ccs_timer t = 0; t < CCS_TIMERS; t++) {
		const struct ccs_timing_row *row = ccs_timing_row(t);
		const struct ccs_config_key *key;
		char name[128];

		snprintf(name, sizeof(name), "%s.%s%s%s", row->set, row->prefix, row->name,
			 row->suffix);
		key = ccs_config_find("timing", name);
		assert_non_null(key);
		assert_ptr_equal(value_of(&config, key), &config.timing.value[t]);
		assert_int_equal(key->least, row->least);
		assert_int_equal(key->most, row->most);
		assert_int_equal(config.timing.value[t], row->value);
	}
}

static void test_chips_are_in_the_order_of_the_modem(void **state)
{
	const struct ccs_config_key *key = ccs_config_find("modem", "chip");
	char text[16], expected[16];

	(void)state;
	for (enum ccs_modem_chip chip = CCS_MODEM_QCA7000; chip < CCS_MODEM_CHIPS; chip++) {
		struct ccs_print p;

		ccs_print_init(&p, text, sizeof(text) - 1);
		ccs_config_print_value(&p, key, &chip);
		*p.at = '\0';
		snprintf(expected, sizeof(expected), "%s", ccs_modem_chip_name(chip));
		assert_int_equal(strcasecmp(text, expected), 0);
	}
}

static void test_transfers_are_all_there(void **state)
{
	static struct ccs_config config;
	const struct ccs_config_key *key = ccs_config_find("ev", "other_transfers");
	void *at = &config.ev.other_transfers;

	(void)state;
	assert_true(ccs_config_read_value(key, at, key->choices));
	assert_int_equal(config.ev.other_transfers, (1 << CCS_EV_TRANSFERS) - 1);
	assert_true(ccs_config_read_value(key, at, "ac-single-phase, dc-core"));
	assert_int_equal(config.ev.other_transfers,
			 1 << CCS_EV_TRANSFER_AC_SINGLE_PHASE | 1 << CCS_EV_TRANSFER_DC_CORE);
	assert_false(ccs_config_read_value(key, at, "dc-core ac"));
	assert_true(ccs_config_read_value(key, at, ""));
	assert_int_equal(config.ev.other_transfers, 0);
}

/* Scenarios (sim/setting.h) and [sim] call the same thing by the same name. */
static void test_the_simulation_has_the_names_of_scenarios(void **state)
{
	const size_t world = offsetof(struct sim_config, world);
	const struct sim_setting *setting;
	size_t count = 0;

	(void)state;
	for (size_t i = 0; (setting = sim_setting_row(i)); i++) {
		const struct ccs_config_key *key = ccs_config_find("sim", setting->key);
		size_t offset = setting->offset - world;

		if (setting->offset < world || offset >= sizeof(struct sim_world_config))
			continue;
		assert_non_null(key);
		assert_int_equal(key->offset, offsetof(struct ccs_config, sim) + offset);
		count++;
	}
	assert_true(count > 20);
}

/* What is printed is read again to the same value: defaults, and the ends of each range. */
static void assert_round_trip(const struct ccs_config_key *key, const void *at)
{
	static struct ccs_config other;
	char text[1024];
	struct ccs_print p;
	void *to = (char *)&other + key->offset;

	memset(&other, 0x55, sizeof(other));
	ccs_print_init(&p, text, sizeof(text) - 1);
	ccs_config_print_value(&p, key, at);
	*p.at = '\0';
	assert_false(p.failed);
	assert_true(ccs_config_read_value(key, to, text));
	if (key->type == CCS_CONFIG_QUIRK)
		assert_int_equal(ccs_quirk_is_on(to, (enum ccs_quirk)key->least),
				 ccs_quirk_is_on(at, (enum ccs_quirk)key->least));
	else if (key->type != CCS_CONFIG_PROTOCOLS)
		assert_memory_equal(to, at, key->size);
}

static void test_values_come_back_as_printed(void **state)
{
	static struct ccs_config config;
	const struct ccs_config_key *key;

	(void)state;
	ccs_config_set_defaults(&config);
	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		assert_round_trip(key, value_of(&config, key));
		if (key->type == CCS_CONFIG_NUMBER) {
			assert_true(ccs_config_number(key, value_of(&config, key)) >= key->least);
			assert_true(ccs_config_number(key, value_of(&config, key)) <= key->most);
		}
	}
}

static void test_ends_of_the_timers_ranges(void **state)
{
	const struct ccs_config_key *key;

	(void)state;
	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		int64_t room = 0;
		char text[64];

		if (key->type != CCS_CONFIG_NUMBER || strcmp(key->section, "timing") != 0)
			continue;
		snprintf(text, sizeof(text), "%lld", (long long)key->most);
		assert_true(ccs_config_read_value(key, &room, text));
		assert_int_equal(ccs_config_number(key, &room), key->most);
		snprintf(text, sizeof(text), "%lld", (long long)key->most + 1);
		assert_false(ccs_config_read_value(key, &room, text));
		snprintf(text, sizeof(text), "%lld", (long long)key->least);
		assert_true(ccs_config_read_value(key, &room, text));
		snprintf(text, sizeof(text), "%lld", (long long)key->least - 1);
		assert_false(ccs_config_read_value(key, &room, text));
	}
}

/* Values. */

static void test_numbers_and_units(void **state)
{
	static const struct {
		const char *text;
		int64_t mv; /* -1: refused */
	} cases[] = {
		{ "450", 450000 },
		{ "402.5", 402500 },
		{ "402.5 V", 402500 },
		{ "402.5V", 402500 },
		{ ".5", 500 },
		{ "1.", 1000 },
		{ "0.4 kV", 400000 },
		{ "1234 mV", 1234 },
		{ "0.001", 1 },
		{ "1.00000", 1000 },
		{ "0.0005", -1 }, /* a fraction of the inner unit */
		{ "1500.001", -1 },
		{ "-1", -1 },
		{ "", -1 },
		{ ".", -1 },
		{ "-", -1 },
		{ "1.2.3", -1 },
		{ "4o0", -1 },
		{ "400 A", -1 },
		{ "400 v", -1 },
		{ "1e2", -1 },
		{ "+1", -1 },
		{ "0x10", -1 },
		{ "999999999999999999", -1 },
		{ "99999999999999999999", -1 },
		{ "9223372036854775808 mV", -1 },
	};
	const struct ccs_config_key *key = ccs_config_find("ev", "max_voltage");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int32_t mv = 7;
		bool taken = ccs_config_read_value(key, &mv, cases[i].text);

		assert_int_equal(taken, cases[i].mv >= 0);
		assert_int_equal(mv, taken ? cases[i].mv : 7);
	}
}

static void test_a_file_fills_the_structs(void **state)
{
	const struct ccs_config *config = load(*state, "# a car\n"
						       "[ev]\n"
						       "interface = eth1\n"
						       "  mac = 02:00:00:00:0a:0B ; of the modem\n"
						       "target_current = -12.5 A\n"
						       "charge_seconds = 1.5 min\n"
						       "until_soc = 80 %\n"
						       "capacity = 64 kWh\n"
						       "protocols = iso2, din\n"
						       "forever = Yes\n"
						       "transfer = dc-core\n"
						       "[slac]\n"
						       "TT_match_join = 20 s\n"
						       "[sim]\n"
						       "battery.temperature = -10.5\n");
	static const uint8_t mac[6] = { 2, 0, 0, 0, 10, 11 };

	assert_string_equal(config->ev.line.interface, "eth1");
	assert_memory_equal(config->ev.line.mac, mac, sizeof(mac));
	assert_int_equal(config->ev.target.ma, -12500);
	assert_int_equal(config->ev.charge_us, 90000000);
	assert_int_equal(config->ev.until_soc, 800);
	assert_int_equal(config->ev.capacity_mwh, 64000000);
	assert_int_equal(config->ev.protocols.count, 2);
	assert_int_equal(config->ev.protocols.list[0], CCS_PROTOCOL_ISO2);
	assert_int_equal(config->ev.protocols.list[1], CCS_PROTOCOL_DIN);
	assert_true(config->ev.forever);
	assert_int_equal(config->ev.transfer, CCS_EV_TRANSFER_DC_CORE);
	assert_int_equal(config->slac.limits.value[CCS_SLAC_TT_match_join], 20000);
	assert_int_equal(config->sim.battery.dc, -105);
	assert_int_equal(config->evse_count, 1);
	assert_string_equal(config->evse[0].name, "");
}

static void test_calibration(void **state)
{
	struct bench *b = *state;
	const struct ccs_config *config = load(b, "[evse]\ncalibration = 3\n");
	char text[512] = "[evse]\ncalibration =";

	for (size_t i = 0; i < CCS_SLAC_GROUPS; i++)
		assert_int_equal(config->evse[0].calibration[i], 3);
	for (size_t i = 0; i < CCS_SLAC_GROUPS; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %zu", i);
	config = load(b, text);
	for (size_t i = 0; i < CCS_SLAC_GROUPS; i++)
		assert_int_equal(config->evse[0].calibration[i], i);
	assert_refused(b, "[evse]\ncalibration = 1 2\n",
		       "ccs.conf:2: [evse] calibration: '1 2' is not one number of dB from 0 to "
		       "100, or 58 of them");
}

static void test_attenuations(void **state)
{
	struct bench *b = *state;
	const struct ccs_config *config =
		load(b, "[evse]\nsim_attenuations = 02:00:00:00:00:01=40 02:00:00:00:00:02=7\n");
	const struct ccs_attenuations *read = &config->evse[0].sim_attenuations;

	assert_int_equal(read->count, 2);
	assert_int_equal(read->list[0].mac[5], 1);
	assert_int_equal(read->list[0].db, 40);
	assert_int_equal(read->list[1].db, 7);
	for (const char *const *wrong = (const char *const[]) { "02:00:00:00:00:01=101",
								"02:00:00:00:00:01=", "02:00:00=4",
								"02:00:00:00:00:01=4x", NULL };
	     *wrong; wrong++) {
		char text[128], said[192];

		snprintf(text, sizeof(text), "[evse]\nsim_attenuations = %s\n", *wrong);
		snprintf(said, sizeof(said),
			 "ccs.conf:2: [evse] sim_attenuations: '%s' is not empty or up to 8 of "
			 "MAC=dB, as 02:00:00:00:00:01=40",
			 *wrong);
		assert_refused(b, text, said);
	}
}

/* What overrides what. */

static void test_later_files_and_the_command_line_override(void **state)
{
	struct bench *b = *state;
	const struct ccs_config *config;
	const struct ccs_config_key *key = ccs_config_find("ev", "tries");

	write_file(b, "conf.d/20-b.conf", "[ev]\ntries = 7\n");
	write_file(b, "conf.d/10-a.conf", "[ev]\ntries = 6\nfull_soc = 90\n");
	write_file(b, "conf.d/30-c.conf~", "[ev]\ntries = 8\n");
	config = load(b, "[ev]\ntries = 5\nfull_soc = 95\nmax_current = 9\n");
	assert_int_equal(config->ev.tries, 7);
	assert_int_equal(config->ev.full_soc, 900);
	assert_int_equal(config->ev.limits.max_ma, 9000);
	assert_int_equal(b->reader.file_count, 3);
	assert_non_null(strstr(ccs_config_origin(&b->reader, key, 0).source, "conf.d/20-b.conf"));
	assert_int_equal(ccs_config_origin(&b->reader, key, 0).line, 2);

	assert_true(ccs_config_take_option(&b->reader, CCS_CONFIG_OPTION_SET, "ev.tries=9"));
	ccs_config_set(&b->reader, "ev.interface", "eth7", "-i");
	assert_false(ccs_config_take_option(&b->reader, 'x', "ev.tries=9"));
	assert_int_equal(ccs_config_load(&b->reader), 0);
	assert_int_equal(config->ev.tries, 9);
	assert_string_equal(config->ev.line.interface, "eth7");
	assert_string_equal(ccs_config_origin(&b->reader, key, 0).source, "--set");
}

/* As after SIGHUP: nothing of the old values stays. */
static void test_loading_again_begins_with_the_defaults(void **state)
{
	struct bench *b = *state;

	assert_int_equal(load(b, "[ev]\ntries = 5\n[evse left]\ninterface = a\n")->ev.tries, 5);
	assert_int_equal(load(b, "")->ev.tries, 3);
	assert_string_equal(b->reader.config.evse[0].name, "");
}

static void test_several_chargers(void **state)
{
	struct bench *b = *state;
	const struct ccs_config *config = load(b, "[evse left]\n"
						  "interface = eth1\n"
						  "max_current = 100\n"
						  "[evse right]\n"
						  "interface = eth2\n"
						  "[evse]\n"
						  "max_current = 200\n"
						  "evse_id = DE*CCS*E1\n");
	const struct ccs_config_key *key = ccs_config_find("evse", "max_current");

	assert_int_equal(config->evse_count, 2);
	assert_string_equal(config->evse[0].name, "left");
	assert_string_equal(config->evse[0].line.interface, "eth1");
	assert_int_equal(config->evse[0].limits.max_ma, 100000);
	assert_string_equal(config->evse[1].name, "right");
	assert_int_equal(config->evse[1].limits.max_ma, 200000);
	assert_string_equal(config->evse[1].evse_id, "DE*CCS*E1");
	assert_int_equal(config->evse[0].tries, 3);
	assert_int_equal(ccs_config_origin(&b->reader, key, 0).line, 3);
	assert_int_equal(ccs_config_origin(&b->reader, key, 1).line, 7);
}

static void test_strict_is_before_the_single_quirks(void **state)
{
	const struct ccs_config *config = load(*state, "[quirks]\n"
						       "plain-ok = yes\n"
						       "strict = yes\n");

	assert_int_equal(config->quirks.bits, (uint64_t)1 << CCS_QUIRK_PLAIN_OK);
}

static void test_quirks_are_single_bits(void **state)
{
	struct ccs_quirks expected = ccs_quirks_default();
	const struct ccs_config *config = load(*state, "[quirks]\nplain-ok = no\n");

	ccs_quirk_set(&expected, CCS_QUIRK_PLAIN_OK, false);
	assert_int_equal(config->quirks.bits, expected.bits);
}

static void test_slac_preset(void **state)
{
	const struct ccs_config *config = load(*state, "[slac]\n"
						       "C_EV_match_signalattn_indirect = 30\n"
						       "preset = strict\n");

	assert_int_equal(config->slac.limits.value[CCS_SLAC_C_EV_match_signalattn_direct], 10);
	assert_int_equal(config->slac.limits.value[CCS_SLAC_C_EV_match_signalattn_indirect], 30);
}

/* What is refused: where, what, and what was expected. */

static void test_refused(void **state)
{
	static const struct {
		const char *text;
		const char *fault;
	} cases[] = {
		{ "[ev]\nmax_volt = 3\n",
		  "ccs.conf:2: no key 'max_volt' in [ev]: is it 'max_voltage'?" },
		{ "[ev]\nevse_id = 3\n",
		  "ccs.conf:2: no key 'evse_id' in [ev]: it is one of [evse]" },
		{ "[ev]\nxyzzy = 3\n",
		  "ccs.conf:2: no key 'xyzzy' in [ev]: see `ccs config list ev`" },
		{ "[timing]\ndin.V2G_EVCC_PrechargeTimeout = 3\n",
		  "ccs.conf:2: no key 'din.V2G_EVCC_PrechargeTimeout' in [timing]: is it "
		  "'din.V2G_EVCC_PreCharge_Timeout'?" },
		{ "[evs]\ntries = 3\n", "ccs.conf:2: no section [evs]: is it [ev]?" },
		{ "[harbour]\ntries = 3\n",
		  "ccs.conf:2: no section [harbour]: see `ccs config list`" },
		{ "tries = 3\n", "ccs.conf:1: 'tries' stands in no section" },
		{ "[ev]\ntries = 0\n",
		  "ccs.conf:2: [ev] tries: '0' is not a whole number from 1 to 20" },
		{ "[ev]\nmax_voltage = 4o0\n",
		  "ccs.conf:2: [ev] max_voltage: '4o0' is not a number from 0 to 1500 V" },
		{ "[ev]\nmax_power = 22\n",
		  "ccs.conf:2: [ev] max_power: '22' is not a number from 0 to 4000 kW, with its "
		  "unit" },
		{ "[ev]\nforever = maybe\n", "ccs.conf:2: [ev] forever: 'maybe' is not yes or no" },
		{ "[evse]\nauthorisation = nobody\n",
		  "ccs.conf:2: [evse] authorisation: 'nobody' is not one of free, ctl, deny" },
		{ "[evse]\nevse_id = short\n",
		  "ccs.conf:2: [evse] evse_id: 'short' is not a text of 7 to 37 characters "
		  "without ;" },
		{ "[ev]\ninterface = averyverylongname\n",
		  "ccs.conf:2: [ev] interface: 'averyverylongname' is not a text of at most 15 "
		  "characters without ;" },
		{ "[general]\nrun_directory =;x\n", "ccs.conf:2: [general] run_directory: ';x' is "
						    "not a text of at most 159 characters "
						    "without ;" },
		{ "[ev]\nprotocols = din din\n", "ccs.conf:2: [ev] protocols: 'din din' is not a "
						 "list of din and iso2, each once" },
		{ "[ev]\nprotocols =\n",
		  "ccs.conf:2: [ev] protocols: '' is not a list of din and iso2, each once" },
		{ "[ev]\nmac = 01:00:00:00:00:01\n",
		  "ccs.conf:2: [ev] mac: '01:00:00:00:00:01' is not a MAC address of one station, "
		  "as 02:00:00:00:00:01" },
		{ "[ev]\nmac = 02:00:00:00:00:\n",
		  "ccs.conf:2: [ev] mac: '02:00:00:00:00:' is not a MAC address of one station, "
		  "as 02:00:00:00:00:01" },
		{ "[ev]\n\ntries = 3\ntries = 4\n",
		  "ccs.conf:4: [ev] tries: stands in line 3 already" },
		{ "[ev]\nwhat is this\n", "ccs.conf:2: neither [section] nor key = value" },
		{ "[ev\n", "ccs.conf:1: neither [section] nor key = value" },
		{ "[evse a b]\ntries = 3\n",
		  "ccs.conf:2: [evse a b]: a charger's name is 1 to 31 letters, digits, - or _" },
		{ "[evse]\nmin_voltage = 500\nmax_voltage = 400\n",
		  "ccs.conf:2: [evse] min_voltage is more than max_voltage" },
		{ "[sim]\nsupply.max_voltage = 100\n",
		  "ccs.conf:2: [sim] supply.min_voltage is more than supply.max_voltage" },
		{ "[mqtt]\nbroker = box\npassword_file = x\n",
		  "ccs.conf:3: [mqtt] password_file needs user" },
		{ "[webhook]\npassword_file = x\n",
		  "ccs.conf:2: [webhook] password_file needs user" },
		{ "[evse]\nprobe = yes\n", "ccs.conf:2: [evse] probe needs ac_phases" },
		{ "[evse]\nac_phases = 2\n", "ccs.conf:2: [evse] ac_phases: 2 is not 0, 1 or 3" },
		{ "[evse a]\ninterface = x\n[evse b]\ninterface = x\n",
		  "ccs.conf:4: [evse b] has the interface x of [evse a]" },
		{ "[evse a]\ninterface = x\n[evse b]\ninterface = y\nmqtt_topic = box\n"
		  "[evse c]\ninterface = z\nmqtt_topic = box\n[evse]\npreset = mqtt\n",
		  "ccs.conf:8: [evse c] has the mqtt_topic box of [evse b]" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused(*state, cases[i].text, cases[i].fault);
}

static void test_each_charger_needs_an_interface(void **state)
{
	struct bench *b = *state;

	write_file(b, "ccs.conf", "[evse a]\ntries = 3\n[evse b]\ninterface = x\n");
	assert_int_equal(ccs_config_load(&b->reader), CCS_ERR_TEXT);
	assert_string_equal(b->said[0], "[evse a] has no interface");
	assert_int_equal(b->count, 1);
}

/* Also with the default, which stands nowhere, and with a single point. */
static void test_each_charger_needs_a_topic(void **state)
{
	struct bench *b = *state;

	write_file(b, "ccs.conf",
		   "[evse a]\ninterface = x\npreset = custom\npresent_voltage = mqtt\n"
		   "[evse b]\ninterface = y\npreset = mqtt\n[evse c]\ninterface = z\n");
	assert_int_equal(ccs_config_load(&b->reader), CCS_ERR_TEXT);
	assert_string_equal(b->said[0], "[evse b] has the mqtt_topic pyPlc of [evse a]");
	assert_int_equal(b->count, 1);
}

static void test_long_lines_and_zero_bytes(void **state)
{
	struct bench *b = *state;
	char text[600] = "[ev]\n# ";
	char path[128];
	FILE *file;

	memset(text + strlen(text), 'x', 400);
	load(b, text); /* a comment may be long */
	text[5] = 'k';
	assert_refused(b, text, "ccs.conf:2: longer than 199 characters");

	snprintf(path, sizeof(path), "%s/ccs.conf", b->directory);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite("[ev]\ntries\0= 3\n", 1, 15, file), 15);
	assert_int_equal(fclose(file), 0);
	b->count = 0;
	assert_int_equal(ccs_config_load(&b->reader), CCS_ERR_TEXT);
	assert_non_null(strstr(b->said[0], "ccs.conf:2: holds a zero byte"));
}

static void test_options_that_are_refused(void **state)
{
	static const struct {
		const char *option;
		const char *fault;
	} cases[] = {
		{ "ev.tries", "--set: 'ev.tries' is not section.key=value" },
		{ "tries=3", "--set: 'tries' is not section.key" },
		{ "ev.tries=x", "--set: [ev] tries: 'x' is not a whole number from 1 to 20" },
		{ "ev.trys=3", "--set: no key 'trys' in [ev]: is it 'tries'?" },
	};
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ccs_config_take_option(&b->reader, CCS_CONFIG_OPTION_SET, cases[i].option);
	assert_int_equal(ccs_config_load(&b->reader), CCS_ERR_TEXT);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(b->said[i], cases[i].fault);
	assert_int_equal(b->count, sizeof(cases) / sizeof(cases[0]));
}

static void test_a_file_that_is_not_there(void **state)
{
	struct bench *b = *state;

	ccs_config_take_option(&b->reader, 'c', "/no/such/file");
	assert_int_equal(ccs_config_load(&b->reader), CCS_ERR_TEXT);
	assert_string_equal(b->said[0], "/no/such/file: cannot be read: No such file or directory");
}

/* Printing. */

static char *print_example(void)
{
	static char text[65536];
	struct ccs_print p;

	ccs_print_init(&p, text, sizeof(text) - 1);
	ccs_config_print_example(&p);
	assert_false(p.failed);
	*p.at = '\0';
	return text;
}

static const char *print_values(struct bench *b, char text[65536])
{
	struct ccs_print p;

	ccs_print_init(&p, text, 65535);
	ccs_config_print_values(&p, &b->reader, &(struct ccs_config_shown) { .plain = true });
	assert_false(p.failed);
	*p.at = '\0';
	return text;
}

static void test_the_example_is_the_defaults(void **state)
{
	static char defaults[65536], values[65536];
	struct bench *b = *state;
	char *example = print_example();

	load(b, "");
	print_values(b, defaults);
	/* Without the comment signs in front of the keys. */
	for (char *at = example; (at = strstr(at, "\n#")); at++) {
		if (at[2] != ' ')
			at[1] = ' ';
	}
	load(b, example);
	assert_true(b->reader.assignment_count > 250);
	assert_string_equal(print_values(b, values), defaults);
}

static void test_what_is_shown_can_be_read(void **state)
{
	static char shown[65536], again[65536];
	struct bench *b = *state;

	load(b, "[ev]\ntries = 5\nmax_power = 33300 W\n"
		"[slac]\npreset = strict\n"
		"[evse a]\ninterface = x\nmax_current = 5\n"
		"[evse b]\ninterface = y\n");
	load(b, print_values(b, shown));
	assert_string_equal(print_values(b, again), shown);
	assert_int_equal(b->reader.config.evse_count, 2);
	assert_int_equal(b->reader.config.ev.limits.max_w, 33300);
	assert_int_equal(b->reader.config.evse[0].limits.max_ma, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_complete),
		cmocka_unit_test(test_every_limit_has_a_key),
		cmocka_unit_test(test_every_timer_is_the_timer_of_its_name),
		cmocka_unit_test(test_chips_are_in_the_order_of_the_modem),
		cmocka_unit_test(test_transfers_are_all_there),
		cmocka_unit_test(test_the_simulation_has_the_names_of_scenarios),
		cmocka_unit_test(test_values_come_back_as_printed),
		cmocka_unit_test(test_ends_of_the_timers_ranges),
		cmocka_unit_test(test_numbers_and_units),
#define FILED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
		FILED(test_a_file_fills_the_structs),
		FILED(test_calibration),
		FILED(test_attenuations),
		FILED(test_later_files_and_the_command_line_override),
		FILED(test_loading_again_begins_with_the_defaults),
		FILED(test_several_chargers),
		FILED(test_strict_is_before_the_single_quirks),
		FILED(test_quirks_are_single_bits),
		FILED(test_slac_preset),
		FILED(test_refused),
		FILED(test_each_charger_needs_an_interface),
		FILED(test_each_charger_needs_a_topic),
		FILED(test_long_lines_and_zero_bytes),
		FILED(test_options_that_are_refused),
		FILED(test_a_file_that_is_not_there),
		FILED(test_the_example_is_the_defaults),
		FILED(test_what_is_shown_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

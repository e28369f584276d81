/* SPDX-License-Identifier: Apache-2.0 */
/* Points and boards: names and numbers, bindings, ages, silence, and what follows from it. */
#include "hw_bench.h"
#include "linux/hw/ev_board.h"
#include "linux/hw/evse_board.h"

static struct bench bench;

static int set_up(void **state)
{
	(void)state;
	bench_begin(&bench);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bench_end(&bench);
	return 0;
}

static struct ccs_hw_seat *seat_of(struct ccs_hw_board *board, enum ccs_hw_driver_id id)
{
	for (size_t i = 0; i < board->seat_count; i++)
		if (board->seats[i].driver == ccs_hw_driver(id))
			return &board->seats[i];
	fail_msg("no such driver at work");
	return NULL;
}

/* Points. */

static void test_numbers_as_people_write_them(void **state)
{
	static const struct {
		enum ccs_hw_unit unit;
		const char *text;
		int32_t value;
	} good[] = {
		{ CCS_HW_VOLT, "398.5", 398500 },
		{ CCS_HW_VOLT, "-0.001", -1 },
		{ CCS_HW_VOLT, "12.34567", 12345 },
		{ CCS_HW_AMPERE, ".5", 500 },
		{ CCS_HW_AMPERE, "7.", 7000 },
		{ CCS_HW_PERCENT, "55.5", 555 },
		{ CCS_HW_CELSIUS, "-12.3", -123 },
		{ CCS_HW_WATT, "50000", 50000 },
		{ CCS_HW_WATT_HOUR, "52000.5", 52000500 },
		{ CCS_HW_METER, "2050000.7", 2050000 },
		{ CCS_HW_VOLT, "2147483.647", INT32_MAX },
		{ CCS_HW_SWITCH, "on", 1 },
		{ CCS_HW_SWITCH, "open", 0 },
		{ CCS_HW_SWITCH, "true", 1 },
		{ CCS_HW_PILOT, "C", 3 },
		{ CCS_HW_PILOT, "-", 0 },
		{ CCS_HW_ISOLATION, "valid", 2 },
	};
	static const char *const bad[] = { "",	  "-",		 ".",
					   "1e3", "0x10",	 "12 V",
					   "nan", "2147483.648", "99999999999999999999",
					   "--1", " 1",		 "1,5" };
	int32_t value;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(ccs_hw_parse(good[i].unit, good[i].text, &value));
		assert_int_equal(value, good[i].value);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ccs_hw_parse(CCS_HW_VOLT, bad[i], &value));
	assert_false(ccs_hw_parse(CCS_HW_SWITCH, "2", &value));
	assert_false(ccs_hw_parse(CCS_HW_PILOT, "c", &value));
}

static void test_all_ends_of_all_ranges_are_read_back(void **state)
{
	char text[CCS_HW_TEXT];
	int32_t value;

	(void)state;
	for (int i = 0; i < CCS_HW_VALUE_COUNT; i++) {
		const struct ccs_hw_point *point = &ccs_hw_values[i];

		assert_int_equal(ccs_hw_find_value(point->name, point->sides), i);
		for (int end = 0; end < 2; end++) {
			ccs_hw_print(point->unit, end ? point->most : point->least, text);
			assert_true(ccs_hw_parse(point->unit, text, &value));
			assert_int_equal(value, end ? point->most : point->least);
		}
	}
	for (int i = 0; i < CCS_HW_COMMAND_COUNT; i++)
		assert_int_equal(
			ccs_hw_find_command(ccs_hw_commands[i].name, ccs_hw_commands[i].sides), i);
	assert_int_equal(ccs_hw_find_value("present_voltage", CCS_HW_EV), -1);
	/* Fast chargers count to this in a few years. */
	assert_true(ccs_hw_values[CCS_HW_VALUE_ENERGY].most >= 1000000000);
	assert_string_equal(ccs_hw_unit_name(ccs_hw_values[CCS_HW_VALUE_ENERGY].unit), "Wh");
	ccs_hw_print(ccs_hw_values[CCS_HW_VALUE_ENERGY].unit, 2050000, text);
	assert_string_equal(text, "2050000");
}

/* Every preset binds only what its drivers offer. */
static void test_presets_fit_their_drivers(void **state)
{
	struct ccs_hw_config config = { 0 };

	(void)state;
	for (config.preset = 0; config.preset < CCS_HW_PRESET_COUNT; config.preset++)
		for (unsigned int side = CCS_HW_EV; side <= CCS_HW_EVSE; side++) {
			for (int i = 0; i < CCS_HW_VALUE_COUNT; i++) {
				const struct ccs_hw_driver *driver = ccs_hw_driver(
					ccs_hw_driver_of_value(&config, (enum ccs_hw_value)i,
							       side));

				if (driver && (ccs_hw_values[i].sides & side))
					assert_true(ccs_hw_offers(driver->values,
								  ccs_hw_values[i].name));
			}
			for (int i = 0; i < CCS_HW_COMMAND_COUNT; i++) {
				const struct ccs_hw_driver *driver = ccs_hw_driver(
					ccs_hw_driver_of_command(&config, (enum ccs_hw_command)i,
								 side));

				if (driver && (ccs_hw_commands[i].sides & side))
					assert_true(ccs_hw_offers(driver->commands,
								  ccs_hw_commands[i].name));
			}
		}
}

/* A vehicle's own monitor must be off while the charger's measures (commands need no answer). */
static void test_a_program_hears_of_the_monitor(void **state)
{
	struct ccs_hw_config config = { .preset = CCS_HW_PRESET_EXEC };

	(void)state;
	assert_int_equal(
		ccs_hw_driver_of_command(&config, CCS_HW_COMMAND_ISOLATION_MONITOR, CCS_HW_EV),
		CCS_HW_EXEC);
}

/* Boards. */

static void test_a_driver_that_cannot_is_refused(void **state)
{
	struct ccs_problem problem;

	(void)state;
	BENCH_CONFIGURE(&bench, "ev.preset=custom", "ev.inlet_voltage=assumed");
	assert_int_equal(ccs_hw_open(&bench.board, &bench.loop, CCS_HW_EV,
				     &bench.reader.config.ev.hardware, NULL, &problem),
			 -1);
	assert_string_equal(problem.text, "[ev] inlet_voltage = assumed: this driver measures no "
					  "inlet_voltage; see `ccs hw list`");
	bench.board.closed = true;
}

static void open_quiet_program(void)
{
	BENCH_CONFIGURE(&bench, "ev.preset=custom", "ev.inlet_voltage=exec", "ev.soc=exec",
			"ev.emergency=exec", "ev.contactor=exec", "ev.lock_feedback=assumed",
			"ev.exec_command=exec cat >/dev/null");
	bench_open(&bench, CCS_HW_EV);
}

static void test_readings_age(void **state)
{
	struct ccs_hw_seat *seat;
	ccs_time t;
	int32_t mv;

	(void)state;
	open_quiet_program();
	seat = seat_of(&bench.board, CCS_HW_EXEC);
	t = bench.board.opened + CCS_SECONDS(60);
	ccs_hw_give(seat, CCS_HW_VALUE_INLET_VOLTAGE, 398500, t);
	assert_true(ccs_hw_get(&bench.board, CCS_HW_VALUE_INLET_VOLTAGE, t + CCS_SECONDS(1), &mv));
	assert_int_equal(mv, 398500);
	assert_false(
		ccs_hw_get(&bench.board, CCS_HW_VALUE_INLET_VOLTAGE, t + CCS_SECONDS(1) + 1, &mv));
	assert_false(
		ccs_hw_measured(&bench.board, CCS_HW_VALUE_INLET_VOLTAGE, t + CCS_SECONDS(1) + 1)
			.known);
}

static void test_ages_as_configured(void **state)
{
	struct ccs_hw_seat *seat;
	ccs_time t;
	int32_t mv;

	(void)state;
	BENCH_CONFIGURE(&bench, "ev.preset=custom", "ev.inlet_voltage=exec",
			"ev.battery_voltage=exec", "ev.exec_command=exec cat >/dev/null",
			"safety.sensor_age=3s", "ev.max_age=inlet_voltage=3s");
	bench_open(&bench, CCS_HW_EV);
	seat = seat_of(&bench.board, CCS_HW_EXEC);
	t = bench.board.opened + CCS_SECONDS(4);
	ccs_hw_up(seat, t);
	ccs_hw_give(seat, CCS_HW_VALUE_INLET_VOLTAGE, 398500, t);
	ccs_hw_give(seat, CCS_HW_VALUE_BATTERY_VOLTAGE, 398500, t + CCS_SECONDS(2));
	ccs_hw_step(&bench.board, t + CCS_MS(2500));
	assert_int_equal(bench.board.trouble, CCS_HW_FORGET);
	assert_true(ccs_hw_deadline(&bench.board) <= t + CCS_SECONDS(3) + 1);
	assert_true(ccs_hw_get(&bench.board, CCS_HW_VALUE_INLET_VOLTAGE, t + CCS_SECONDS(3), &mv));
	assert_false(
		ccs_hw_get(&bench.board, CCS_HW_VALUE_INLET_VOLTAGE, t + CCS_SECONDS(3) + 1, &mv));
	assert_false(ccs_hw_get(&bench.board, CCS_HW_VALUE_BATTERY_VOLTAGE, t + CCS_SECONDS(3) + 1,
				&mv));
}

static void test_absurd_and_foreign_readings_are_refused(void **state)
{
	struct ccs_hw_seat *seat;
	ccs_time t;
	int32_t mv;

	(void)state;
	open_quiet_program();
	seat = seat_of(&bench.board, CCS_HW_EXEC);
	t = bench.board.opened + CCS_SECONDS(60);
	ccs_hw_up(seat, t);
	ccs_hw_give(seat, CCS_HW_VALUE_INLET_VOLTAGE, 1500001, t);
	ccs_hw_give(seat, CCS_HW_VALUE_INLET_VOLTAGE, -20001, t);
	ccs_hw_give(seat, CCS_HW_VALUE_BATTERY_VOLTAGE, 300000, t);
	ccs_hw_give(seat, CCS_HW_VALUE_LOCK_FEEDBACK, 1, t);
	assert_false(ccs_hw_get(&bench.board, CCS_HW_VALUE_INLET_VOLTAGE, t, &mv));
	assert_false(ccs_hw_get(&bench.board, CCS_HW_VALUE_BATTERY_VOLTAGE, t, &mv));
	assert_false(ccs_hw_get(&bench.board, CCS_HW_VALUE_LOCK_FEEDBACK, t, &mv));
	assert_string_equal(bench.notes, "exec: is there\n"
					 "exec: inlet_voltage 1500.001 is absurd, and not used\n");
}

/* Nothing is said while devices start, but nobody is called all the time for that either. */
static void test_silence_at_the_beginning(void **state)
{
	struct ccs_hw_seat *seat;
	ccs_time t;

	(void)state;
	open_quiet_program();
	seat = seat_of(&bench.board, CCS_HW_EXEC);
	t = bench.board.opened;
	ccs_hw_up(seat, t);
	ccs_hw_give(seat, CCS_HW_VALUE_INLET_VOLTAGE, 0, t);
	ccs_hw_step(&bench.board, t + CCS_MS(1001));
	assert_int_equal(bench.board.trouble, CCS_HW_EMERGENCY);
	assert_true(ccs_hw_deadline(&bench.board) > t + CCS_MS(1001));
	assert_string_equal(bench.notes, "exec: is there\n");
	ccs_hw_up(seat, t + CCS_MS(3000));
	ccs_hw_step(&bench.board, t + CCS_MS(3000));
	assert_non_null(strstr(bench.notes, "exec: soc is not known\n"));
	assert_non_null(strstr(bench.notes, "exec: emergency is not known\n"));
}

/* One driver for each kind of consequence; the worst is told. */
static void test_silence_is_trouble(void **state)
{
	struct ccs_hw_seat *seat;
	ccs_time t;

	(void)state;
	open_quiet_program();
	seat = seat_of(&bench.board, CCS_HW_EXEC);
	ccs_hw_step(&bench.board, bench.board.opened);
	assert_int_not_equal(bench.board.trouble, CCS_HW_FORGET);
	assert_string_equal(bench.notes, "");

	t = bench.board.opened + CCS_SECONDS(4);
	ccs_hw_up(seat, t);
	ccs_hw_give(seat, CCS_HW_VALUE_INLET_VOLTAGE, 0, t);
	ccs_hw_give(seat, CCS_HW_VALUE_SOC, 500, t);
	ccs_hw_give(seat, CCS_HW_VALUE_EMERGENCY, 0, t);
	ccs_hw_step(&bench.board, t);
	assert_int_equal(bench.board.trouble, CCS_HW_FORGET);

	ccs_hw_give(seat, CCS_HW_VALUE_EMERGENCY, 0, t + CCS_MS(500));
	assert_true(ccs_hw_deadline(&bench.board) <= t + CCS_MS(1001));
	ccs_hw_step(&bench.board, t + CCS_MS(1001));
	assert_int_equal(bench.board.trouble, CCS_HW_STOP);
	assert_string_equal(bench.board.why, "exec: inlet_voltage is not known");
	ccs_hw_step(&bench.board, t + CCS_MS(1501));
	assert_int_equal(bench.board.trouble, CCS_HW_EMERGENCY);
	assert_string_equal(bench.board.why, "exec: emergency is not known");

	/* It comes back. */
	t += CCS_SECONDS(2);
	ccs_hw_give(seat, CCS_HW_VALUE_INLET_VOLTAGE, 0, t);
	ccs_hw_give(seat, CCS_HW_VALUE_EMERGENCY, 0, t);
	ccs_hw_step(&bench.board, t);
	assert_int_equal(bench.board.trouble, CCS_HW_FORGET);
	assert_string_equal(bench.notes, "exec: is there\n"
					 "exec: inlet_voltage is not known\n"
					 "exec: emergency is not known\n"
					 "the hardware is complete again\n");
}

static void test_a_device_that_is_gone_measures_nothing(void **state)
{
	struct ccs_hw_seat *seat;
	ccs_time t;
	int32_t mv;

	(void)state;
	open_quiet_program();
	seat = seat_of(&bench.board, CCS_HW_EXEC);
	t = bench.board.opened + CCS_SECONDS(4);
	ccs_hw_up(seat, t);
	ccs_hw_give(seat, CCS_HW_VALUE_INLET_VOLTAGE, 398500, t);
	ccs_hw_down(seat, t, "was unplugged");
	assert_false(ccs_hw_get(&bench.board, CCS_HW_VALUE_INLET_VOLTAGE, t, &mv));
	ccs_hw_step(&bench.board, t);
	assert_int_not_equal(bench.board.trouble, CCS_HW_FORGET);
	assert_non_null(strstr(bench.notes, "exec: was unplugged\n"));
	assert_string_equal(bench.board.why, "exec: was unplugged: nobody measures emergency");
	assert_non_null(strstr(bench.notes, "exec: was unplugged: nobody measures soc\n"));

	/* It says nothing more, but nobody notices it going. */
	ccs_hw_up(seat, t);
	ccs_hw_step(&bench.board, t + ccs_hw_driver_exec.quiet);
	assert_true(seat->up);
	ccs_hw_step(&bench.board, t + ccs_hw_driver_exec.quiet + 1);
	assert_false(seat->up);
	assert_string_equal(seat->why, "has fallen silent");
}

/* Steps through so many seconds; how often the assumed plug was pulled. */
static int count_pulls(ccs_time *now, int seconds)
{
	int pulls = 0;
	bool in = true;

	for (ccs_time end = *now + CCS_SECONDS(seconds); *now < end; *now += CCS_MS(100)) {
		int32_t plug;

		ccs_hw_step(&bench.board, *now);
		assert_true(ccs_hw_get(&bench.board, CCS_HW_VALUE_PLUG, *now, &plug));
		pulls += in && !plug;
		in = plug;
		if (!in)
			bench.board.news.done = false; /* the station sees it */
	}
	return pulls;
}

static void test_an_assumed_plug_is_pulled_when_the_session_is_over(void **state)
{
	struct ccs_hw_news *news = &bench.board.news;
	ccs_time now;

	(void)state;
	BENCH_CONFIGURE(&bench, "ev.preset=custom", "ev.plug=assumed", "ev.unplug_after=20s");
	bench_open(&bench, CCS_HW_EV);
	now = bench.board.opened;
	assert_int_equal(count_pulls(&now, 100), 0);

	news->done = true; /* ended in order: the charger may be there still */
	assert_int_equal(count_pulls(&now, 19), 0);
	assert_int_equal(count_pulls(&now, 100), 1);

	news->done = news->alone = true;
	assert_int_equal(count_pulls(&now, 3), 1);
	news->alone = false;

	news->done = news->held = true;
	assert_int_equal(count_pulls(&now, 100), 0);
	news->held = false;
	assert_int_equal(count_pulls(&now, 1), 1);

	bench.reader.config.ev.hardware.unplug_us = 0;
	news->done = true;
	assert_int_equal(count_pulls(&now, 100), 0);
}

/* What a device says without end: some of it, and how much it was. */
static void test_notes_are_limited(void **state)
{
	struct ccs_hw_seat *seat;
	ccs_time t;

	(void)state;
	open_quiet_program();
	seat = seat_of(&bench.board, CCS_HW_EXEC);
	t = bench.board.opened + CCS_SECONDS(1);
	for (int i = 0; i < 1000; i++)
		ccs_hw_note(seat, CCS_NOTE_WARNING, t + i, "nonsense");
	ccs_hw_up(seat, t + CCS_MS(2));
	assert_non_null(strstr(bench.notes, "exec: nonsense\nexec: is there\n"));
	assert_int_equal(strlen(bench.notes),
			 strlen("exec: nonsense\n") * 12 + strlen("exec: is there\n"));
	assert_true(ccs_hw_deadline(&bench.board) <= t + CCS_SECONDS(1));
	ccs_hw_step(&bench.board, t + CCS_MS(999));
	assert_null(strstr(bench.notes, "more"));
	ccs_hw_step(&bench.board, t + CCS_SECONDS(1));
	assert_non_null(strstr(bench.notes, "exec: is there\nexec: 988 more\n"));
	ccs_hw_note(seat, CCS_NOTE_WARNING, t + CCS_MS(1001), "sense");
	assert_non_null(strstr(bench.notes, "more\nexec: sense\n"));
}

/* A car. */

static const char *const car_options[] = {
	"ev.preset=custom",
	"ev.inlet_voltage=exec",
	"ev.battery_voltage=exec",
	"ev.lock_feedback=assumed",
	"ev.contactor_feedback=assumed",
	"ev.cp_duty=assumed",
	"ev.plug=assumed",
	"ev.target_current_from=exec",
	"ev.max_voltage=400V",
	"ev.max_current=100A",
	"ev.target_voltage=390V",
	"ev.target_current=50A",
	"ev.contactor=exec",
	"ev.exec_command=exec cat >/dev/null",
	NULL,
};

static void test_a_car_stops_when_a_driver_is_silent(void **state)
{
	static struct ccs_hw_ev ev;
	struct ccs_problem problem;
	struct ccs_hardware hardware;
	struct ccs_hw_seat *seat;
	ccs_time t;

	(void)state;
	bench_configure(&bench, car_options);
	assert_int_equal(
		ccs_hw_ev_open(&ev, &bench.loop, &bench.reader.config, NULL, &bench.sink, &problem),
		0);
	hardware = ccs_hw_ev_hardware(&ev);
	seat = seat_of(&ev.board, CCS_HW_EXEC);
	t = ev.board.opened + CCS_SECONDS(4);
	hardware.step(hardware.user, t);
	assert_int_equal(ev.values.plug, CCS_PLUG_UNKNOWN);
	assert_true(ev.values.stop);
	assert_false(ev.values.ready);
	assert_int_equal(ev.values.target.ma, 0);

	ccs_hw_up(seat, t);
	ccs_hw_give(seat, CCS_HW_VALUE_INLET_VOLTAGE, 12000, t);
	ccs_hw_give(seat, CCS_HW_VALUE_BATTERY_VOLTAGE, 360000, t);
	ccs_hw_give(seat, CCS_HW_VALUE_TARGET_CURRENT, 20000, t);
	hardware.step(hardware.user, t);
	assert_int_equal(ev.values.plug, CCS_PLUG_IN);
	assert_false(ev.values.stop);
	assert_true(ev.values.ready);
	assert_int_equal(ev.values.inlet_mv.value, 12000);
	assert_int_equal(ev.values.target.mv, 390000);
	assert_int_equal(ev.values.target.ma, 20000);
	assert_int_equal(ev.values.limits.max_ma, 100000);
	assert_int_equal(ev.values.lock, CCS_LOCK_OPEN);

	ev.commands.lock = true;
	hardware.step(hardware.user, t + CCS_MS(100));
	assert_int_equal(ev.values.lock, CCS_LOCK_OPEN);
	ccs_hw_give(seat, CCS_HW_VALUE_INLET_VOLTAGE, 12000, t + CCS_MS(600));
	ccs_hw_give(seat, CCS_HW_VALUE_BATTERY_VOLTAGE, 360000, t + CCS_MS(600));
	hardware.step(hardware.user, t + CCS_MS(600));
	assert_int_equal(ev.values.lock, CCS_LOCK_CLOSED);
	assert_false(ev.values.stop);

	/* The battery's wish ends with its word, although another is configured. */
	hardware.step(hardware.user, t + CCS_MS(1100));
	assert_int_equal(ev.values.target.ma, 0);
	assert_true(ev.values.stop);
	ccs_hw_close(&ev.board);
}

/* A charger. */

static const char *const charger_options[] = {
	"evse.preset=custom",
	"evse.present_voltage=exec",
	"evse.cp_state=assumed",
	"evse.supply=exec",
	"evse.set_voltage=exec",
	"evse.set_current=exec",
	"evse.without_monitor=yes",
	"evse.max_voltage=500V",
	"evse.max_current=60A",
	"evse.min_current=1A",
	"evse.exec_command=exec cat >/dev/null",
	NULL,
};

static void test_a_charger_goes_off_when_a_driver_is_silent(void **state)
{
	static struct ccs_hw_evse evse;
	struct ccs_problem problem;
	struct ccs_hardware hardware;
	struct ccs_hw_seat *seat;
	ccs_time t;

	(void)state;
	bench_configure(&bench, charger_options);
	assert_int_equal(ccs_hw_evse_open(&evse, &bench.loop, &bench.reader.config.evse[0], NULL,
					  &bench.sink, &problem),
			 0);
	hardware = ccs_hw_evse_hardware(&evse);
	seat = seat_of(&evse.board, CCS_HW_EXEC);
	t = evse.board.opened + CCS_SECONDS(4);
	hardware.step(hardware.user, t); /* nothing begins */
	assert_int_equal(evse.values.pilot, CCS_PILOT_UNKNOWN);
	assert_non_null(strstr(bench.notes, "exec: the program has not said anything yet: "
					    "nobody carries out supply\n"));
	ccs_hw_up(seat, t);
	ccs_hw_give(seat, CCS_HW_VALUE_PRESENT_VOLTAGE, 100, t);
	hardware.step(hardware.user, t);
	assert_int_equal(evse.values.supply, CCS_SUPPLY_READY);
	assert_int_equal(evse.values.isolation, CCS_ISOLATION_NO_MONITOR);
	assert_int_equal(evse.values.pilot, CCS_PILOT_B);
	assert_int_equal(evse.values.limits.max_mv, 500000);
	assert_int_equal(evse.values.limits.discharge_ma, 0);
	assert_false(evse.values.has_lock);
	assert_false(evse.values.emergency);

	hardware.step(hardware.user, t + CCS_MS(1001));
	assert_true(evse.values.emergency);
	assert_false(evse.values.present_mv.known);
	assert_int_equal(evse.values.supply, CCS_SUPPLY_FAULT);
	assert_int_equal(evse.values.pilot, CCS_PILOT_UNKNOWN);
	ccs_hw_close(&evse.board);
}

/* Neither does a session begin, nor is the one that ended taken for one that was unplugged. */
static void test_a_car_without_its_board(void **state)
{
	static struct ccs_hw_ev ev;
	static struct ccs_ev_station station;
	struct ccs_problem problem;
	ccs_time t;

	(void)state;
	bench_configure(&bench, car_options);
	bench.reader.config.ev.hardware.value[CCS_HW_VALUE_PLUG] = CCS_HW_NOBODY;
	bench.reader.config.ev.hardware.value[CCS_HW_VALUE_DUTY] = CCS_HW_EXEC;
	if (ccs_hw_ev_open(&ev, &bench.loop, &bench.reader.config, &station, &bench.sink, &problem))
		fail_msg("%s", problem.text);
	t = ev.board.opened + CCS_SECONDS(4);
	station.state = CCS_EV_STATION_UNPLUGGED;
	ccs_hw_ev_hardware(&ev).step(&ev, t);
	assert_int_not_equal(ev.board.trouble, CCS_HW_FORGET);
	assert_int_equal(ev.values.plug, CCS_PLUG_UNKNOWN);
	station.state = CCS_EV_STATION_SESSION;
	ccs_hw_ev_hardware(&ev).step(&ev, t);
	assert_int_equal(ev.values.plug, CCS_PLUG_IN);
	station.state = CCS_EV_STATION_DONE;
	ccs_hw_ev_hardware(&ev).step(&ev, t);
	assert_int_equal(ev.values.plug, CCS_PLUG_IN);
	ccs_hw_close(&ev.board);
}

/* What a button says, and what its silence means, goes to the station at once. */
static void test_emergency_of_a_car(void **state)
{
	static struct ccs_hw_ev ev;
	struct ccs_problem problem;
	struct ccs_hw_seat *seat;
	ccs_time t;

	(void)state;
	bench_configure(&bench, car_options);
	bench.reader.config.ev.hardware.value[CCS_HW_VALUE_EMERGENCY] = CCS_HW_EXEC;
	assert_int_equal(
		ccs_hw_ev_open(&ev, &bench.loop, &bench.reader.config, NULL, &bench.sink, &problem),
		0);
	seat = seat_of(&ev.board, CCS_HW_EXEC);
	t = ev.board.opened + CCS_SECONDS(4);
	for (int32_t pressed = 0; pressed < 2; pressed++) {
		ccs_hw_give(seat, CCS_HW_VALUE_EMERGENCY, pressed, t);
		ccs_hw_ev_hardware(&ev).step(&ev, t);
		assert_int_equal(ev.values.emergency, pressed);
	}
	ccs_hw_give(seat, CCS_HW_VALUE_EMERGENCY, 0, t);
	ccs_hw_ev_hardware(&ev).step(&ev, t + CCS_SECONDS(1));
	assert_false(ev.values.emergency);
	ccs_hw_ev_hardware(&ev).step(&ev, t + CCS_SECONDS(1) + 1);
	assert_true(ev.values.emergency);
	ccs_hw_close(&ev.board);
}

/* With one more value by a driver, all of which are there. */
static struct ccs_hw_seat *open_charger(struct ccs_hw_evse *evse, enum ccs_hw_value value)
{
	struct ccs_config_evse *config = &bench.reader.config.evse[0];
	struct ccs_hw_seat *seat;
	struct ccs_problem problem;

	bench_configure(&bench, charger_options);
	config->hardware.value[value] = CCS_HW_EXEC;
	if (ccs_hw_evse_open(evse, &bench.loop, config, NULL, &bench.sink, &problem))
		fail_msg("%s", problem.text);
	seat = seat_of(&evse->board, CCS_HW_EXEC);
	ccs_hw_up(seat, evse->board.opened + CCS_SECONDS(4));
	return seat;
}

static void step_charger(struct ccs_hw_evse *evse, struct ccs_hw_seat *seat, ccs_time now)
{
	ccs_hw_give(seat, CCS_HW_VALUE_PRESENT_VOLTAGE, 100, now);
	ccs_hw_evse_hardware(evse).step(evse, now);
}

static void test_emergency_of_a_charger(void **state)
{
	static struct ccs_hw_evse evse;
	struct ccs_hw_seat *seat = open_charger(&evse, CCS_HW_VALUE_EMERGENCY);
	ccs_time t = evse.board.opened + CCS_SECONDS(4);

	(void)state;
	for (int32_t pressed = 0; pressed < 2; pressed++) {
		ccs_hw_give(seat, CCS_HW_VALUE_EMERGENCY, pressed, t);
		step_charger(&evse, seat, t);
		assert_int_equal(evse.values.emergency, pressed);
	}
	ccs_hw_close(&evse.board);
}

static void test_a_bouncing_pilot(void **state)
{
	static struct ccs_hw_evse evse;
	struct ccs_hw_seat *seat = open_charger(&evse, CCS_HW_VALUE_CP_STATE);
	ccs_time t = evse.board.opened + CCS_SECONDS(4);

	(void)state;
	ccs_hw_give(seat, CCS_HW_VALUE_CP_STATE, CCS_PILOT_C, t);
	step_charger(&evse, seat, t);
	assert_int_equal(evse.values.pilot, CCS_PILOT_C);
	for (int i = 1; i <= 30; i++) {
		ccs_hw_give(seat, CCS_HW_VALUE_CP_STATE, i % 2 ? CCS_PILOT_B : CCS_PILOT_C,
			    t + CCS_MS(10 * i));
		step_charger(&evse, seat, t + CCS_MS(10 * i));
		step_charger(&evse, seat, t + CCS_MS(10 * i + 9));
		assert_int_equal(evse.values.pilot, CCS_PILOT_C);
	}
	/* One that stays is not waited for, not even for another reading. */
	t += CCS_SECONDS(1);
	ccs_hw_give(seat, CCS_HW_VALUE_CP_STATE, CCS_PILOT_A, t);
	step_charger(&evse, seat, t);
	assert_int_equal(evse.values.pilot, CCS_PILOT_C);
	assert_true(ccs_hw_evse_hardware(&evse).deadline(&evse) <= t + CCS_MS(20));
	step_charger(&evse, seat, t + CCS_MS(20));
	assert_int_equal(evse.values.pilot, CCS_PILOT_A);
	step_charger(&evse, seat, t + CCS_MS(1001));
	assert_int_equal(evse.values.pilot, CCS_PILOT_UNKNOWN);
	ccs_hw_close(&evse.board);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_as_people_write_them),
		cmocka_unit_test(test_all_ends_of_all_ranges_are_read_back),
		cmocka_unit_test(test_presets_fit_their_drivers),
		cmocka_unit_test(test_a_program_hears_of_the_monitor),
		cmocka_unit_test_setup_teardown(test_a_driver_that_cannot_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_readings_age, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ages_as_configured, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_absurd_and_foreign_readings_are_refused,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_silence_at_the_beginning, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_silence_is_trouble, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_device_that_is_gone_measures_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			test_an_assumed_plug_is_pulled_when_the_session_is_over, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_notes_are_limited, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_car_stops_when_a_driver_is_silent, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_a_charger_goes_off_when_a_driver_is_silent,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_car_without_its_board, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_emergency_of_a_car, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_emergency_of_a_charger, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_bouncing_pilot, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

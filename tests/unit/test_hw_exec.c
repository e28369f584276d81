/* SPDX-License-Identifier: Apache-2.0 */
/* The exec driver: shell scripts as boards, good ones and bad ones. */
#define _GNU_SOURCE
#include "hw_bench.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void run_program(const char *program)
{
	BENCH_CONFIGURE(&bench, "ev.preset=custom", "ev.inlet_voltage=exec",
			"ev.battery_voltage=exec", "ev.contactor=exec", "ev.cp_state=exec",
			"ev.news=exec");
	/* A file cannot hold a semicolon in a value; there it is a script. */
	assert_true(strlen(program) < CCS_HW_PATH);
	strcpy(bench.reader.config.ev.hardware.exec_command, program);
	bench_open(&bench, CCS_HW_EV);
}

static bool is_up(struct bench *b)
{
	return b->board.seats[0].up;
}

static bool has_both(struct bench *b)
{
	return bench_knows(b, CCS_HW_VALUE_INLET_VOLTAGE) &&
	       bench_knows(b, CCS_HW_VALUE_BATTERY_VOLTAGE);
}

static bool has_inlet(struct bench *b)
{
	return bench_knows(b, CCS_HW_VALUE_INLET_VOLTAGE);
}

static void test_a_script_measures_and_obeys(void **state)
{
	(void)state;
	/* What it is told comes back as measured. */
	run_program("while read n v; do case $n$v in contactor*) echo inlet_voltage $v;; "
		    "cp_stateC) echo battery_voltage 398.5;; esac; done");
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_CONTACTOR, 1);
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_CP, CCS_PILOT_C);
	bench_run(&bench, has_both);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_INLET_VOLTAGE), 1000);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_BATTERY_VOLTAGE), 398500);
	assert_string_equal(bench.notes, "exec: is there\n");
}

static void test_nonsense_is_said_and_not_used(void **state)
{
	(void)state;
	run_program("printf 'inlet_voltage much\\nno_such 1\\ninlet_voltage\\n\\001\\n"
		    "inlet_voltage 9999\\n# hello\\ninlet_voltage 7\\n'; while read l; do :; done");
	bench_run(&bench, has_inlet);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_INLET_VOLTAGE), 7000);
	assert_string_equal(bench.notes, "exec: not understood: inlet_voltage much\n"
					 "exec: not understood: no_such 1\n"
					 "exec: not understood: inlet_voltage\n"
					 "exec: is there\n"
					 "exec: inlet_voltage 9999.000 is absurd, and not used\n"
					 "exec:  hello\n");
}

static bool has_ended(struct bench *b)
{
	return strstr(b->board.seats[0].why, "ended") != NULL;
}

static void test_a_program_that_ends_is_started_again(void **state)
{
	(void)state;
	run_program("read line; echo inlet_voltage 7; exit 3");
	bench_run(&bench, has_ended);
	assert_false(has_inlet(&bench));
	assert_string_equal(bench.board.seats[0].why, "the program ended with status 3");
	ccs_hw_step(&bench.board, ccs_loop_now() + CCS_SECONDS(3));
	bench_run(&bench, has_inlet);
	/* Whether its output or it is seen to end first is chance. */
	assert_non_null(strstr(bench.notes, "exec: the program ended with status 3\n"));
	assert_non_null(strstr(strstr(bench.notes, "status 3"), "exec: is there\n"));
}

static void test_a_program_that_is_missing(void **state)
{
	(void)state;
	run_program("exec /no/such/program 2>/dev/null");
	bench_run(&bench, has_ended);
	assert_string_equal(bench.board.seats[0].why, "the program ended with status 127");
}

static void test_a_program_without_measurements_is_alive(void **state)
{
	(void)state;
	run_program("echo alive; while read l; do :; done");
	bench_run(&bench, is_up);
	assert_false(has_inlet(&bench));
}

/* Its pipe fills; the board goes on, and no line is cut. */
static void test_a_program_that_does_not_read(void **state)
{
	ccs_time t;

	(void)state;
	run_program("echo inlet_voltage 7; exec tail -f /dev/null");
	bench_run(&bench, has_inlet);
	t = ccs_loop_now();
	for (int i = 0; i < 100000; i++) {
		ccs_hw_set(&bench.board, CCS_HW_COMMAND_CONTACTOR, i % 2);
		ccs_hw_step(&bench.board, t);
	}
	assert_true(ccs_hw_deadline(&bench.board) <= t + CCS_MS(20));
}

static bool was_killed(struct bench *b)
{
	return strstr(b->board.seats[0].why, "ended by signal 15") != NULL;
}

/* It runs, but nobody would know what it does. */
static void test_a_program_that_falls_silent_is_ended(void **state)
{
	(void)state;
	run_program("echo inlet_voltage 7; exec tail -f /dev/null");
	bench_run(&bench, has_inlet);
	ccs_hw_step(&bench.board, ccs_loop_now() + CCS_MS(3100));
	assert_string_equal(bench.board.seats[0].why, "has fallen silent");
	bench_run(&bench, was_killed);
	ccs_hw_step(&bench.board, ccs_loop_now() + CCS_SECONDS(3));
	bench_run(&bench, has_inlet);
}

static char folder[] = P_tmpdir "/ccs-hw-XXXXXX";
static int fifo = -1;

static void make_folder(void)
{
	strcpy(strrchr(folder, '-') + 1, "XXXXXX");
	assert_non_null(mkdtemp(folder));
}

static void remove_folder(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(system(command), 0);
}

static char witness;

/* Nobody has the other end open any more. */
static bool is_let_go(struct bench *b)
{
	ssize_t n = read(fifo, &witness, 1);

	(void)b;
	return n == 0 && witness == 'x';
}

/* A child that outlives its program would be another voice beside the next program's. */
static void test_what_a_program_leaves_behind_is_ended(void **state)
{
	char program[160], path[64];

	(void)state;
	make_folder();
	snprintf(path, sizeof(path), "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	fifo = open(path, O_RDONLY | O_NONBLOCK);
	assert_true(fifo >= 0);
	witness = 0;
	/* It waits for its child, which keeps the output, too; started again it has none. */
	snprintf(program, sizeof(program),
		 "cd %s; [ -e up ] || (printf x; >up; exec tail -f /dev/null) 3>&1 >fifo & "
		 "echo alive; until [ -e up ]; do read line; done",
		 folder);
	run_program(program);
	bench_run(&bench, is_let_go);
	assert_non_null(strstr(bench.notes, "exec: the program ended with status 0\n"));
	close(fifo);
	remove_folder();
}

/* Its last words are unread, but its input has ended, not broken. */
static void test_the_end_of_input_is_an_end(void **state)
{
	char program[160], path[64];

	(void)state;
	make_folder();
	snprintf(program, sizeof(program),
		 "printf 'inlet_voltage 7\\n%%.0s' $(seq 500); cat >/dev/null && touch %s/end",
		 folder);
	run_program(program);
	bench_run(&bench, has_inlet);
	ccs_hw_close(&bench.board);
	uv_run(&bench.loop, UV_RUN_DEFAULT);
	snprintf(path, sizeof(path), "%s/end", folder);
	assert_int_equal(access(path, F_OK), 0);
	remove_folder();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_script_measures_and_obeys, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_nonsense_is_said_and_not_used, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_a_program_that_ends_is_started_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_a_program_that_is_missing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_program_without_measurements_is_alive,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_program_that_does_not_read, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_a_program_that_falls_silent_is_ended, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_what_a_program_leaves_behind_is_ended, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_the_end_of_input_is_an_end, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

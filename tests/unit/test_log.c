/* SPDX-License-Identifier: Apache-2.0 */
/* The log of a simulated session: which lines there are, and how they begin. */
#include "linux/log.h"

#include "sim.h"
#include "trace/analyser.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int pipe_ends[2];
static char text[65536];

static int set_up(void **state)
{
	(void)state;
	unsetenv("JOURNAL_STREAM");
	assert_int_equal(pipe(pipe_ends), 0);
	assert_int_equal(fcntl(pipe_ends[0], F_SETFL, O_NONBLOCK), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(pipe_ends[0]);
	close(pipe_ends[1]);
	return 0;
}

static const char *read_log(void)
{
	ssize_t n = read(pipe_ends[0], text, sizeof(text) - 1);

	text[n < 0 ? 0 : n] = '\0';
	return text;
}

/* From the frames of the line, as an analyser sees them. */
struct scene {
	struct ccs_analyser *analyser;
	uint64_t frames;
};

static void take_frame(void *user, const uint8_t *frame, size_t length, ccs_time time)
{
	struct scene *scene = user;
	const struct ccs_packet packet = {
		.time = time,
		.number = ++scene->frames,
		.bytes = frame,
		.length = length,
		.original_length = length,
		.link_type = 1,
	};

	ccs_analyser_packet(scene->analyser, &packet);
}

static void run(struct sim *sim, ccs_time span)
{
	ccs_time end = sim_now(sim) + span;

	while (sim_now(sim) < end)
		sim_step(sim, end);
}

static void log_session(struct ccs_log *log, ccs_time charging)
{
	struct scene scene = { .analyser = ccs_analyser_new(&log->sink, NULL) };
	const struct sim_watch watch = { take_frame, NULL, &scene };
	struct sim_config config;
	struct sim *sim;

	sim_config_default(&config);
	sim = sim_new(&config, &watch);
	sim_plug(sim, 0);
	run(sim, CCS_SECONDS(20) + charging);
	sim_world(sim, 0)->ev_values.stop = true;
	sim_touch(sim, 0);
	run(sim, CCS_SECONDS(30));
	sim_free(sim);
	ccs_analyser_free(scene.analyser);
}

/* The checkpoints of the log, "100 101 103". */
static const char *checkpoints(void)
{
	static char numbers[1024];
	size_t length = 0;

	read_log();
	for (char *line = text, *end; *line; line = end + 1) {
		const char *number = strchr(line, '[');

		end = strchr(line, '\n');
		assert_non_null(end);
		if (number && number < end && strchr("0123456789", number[1]))
			length += (size_t)snprintf(numbers + length, sizeof(numbers) - length,
						   "%s%d", length ? " " : "", atoi(number + 1));
	}
	return numbers;
}

static void test_checkpoints_of_a_charger(void **state)
{
	struct ccs_log log;

	(void)state;
	ccs_log_init(&log, pipe_ends[1], CCS_SIDE_EVSE, NULL);
	log_session(&log, 0);
	assert_string_equal(
		checkpoints(),
		"1 100 101 103 104 110 120 140 150 155 1 201 202 400 402 500 505 510 515 520 "
		"525 530 535 538 540 545 560 565 570 575 600 605 700 705 800 805 850 855 900 "
		"905 1");
}

static void test_checkpoints_of_a_car(void **state)
{
	struct ccs_log log;

	(void)state;
	ccs_log_init(&log, pipe_ends[1], CCS_SIDE_EV, NULL);
	log_session(&log, 0);
	assert_string_equal(
		checkpoints(),
		"170 100 102 103 104 110 130 140 150 160 170 200 203 400 403 500 506 510 515 "
		"520 525 530 535 538 540 545 560 565 570 575 600 606 700 705 800 806 850 855 "
		"900 905 170");
}

/* Charging goes on: a line with what flows each minute. */
static void test_long_charging(void **state)
{
	struct ccs_log log;
	int lines = 0;

	(void)state;
	ccs_log_init(&log, pipe_ends[1], CCS_SIDE_EVSE, NULL);
	log_session(&log, CCS_SECONDS(150));
	for (const char *at = read_log(); (at = strstr(at, "[705] ")); at++)
		lines++;
	assert_int_equal(lines, 3);
}

/* Single records. */

static struct ccs_record note(enum ccs_note_level level, const char *words)
{
	return (struct ccs_record) {
		.kind = CCS_RECORD_NOTE,
		.time = CCS_SECONDS(1772366400),
		.note = { .level = level, .topic = "evse", .text = words },
	};
}

static void test_lines_for_people(void **state)
{
	const struct ccs_record record = note(CCS_NOTE_WARNING, "a\n<0>b\033[2J");
	struct ccs_log log;

	(void)state;
	ccs_log_init(&log, pipe_ends[1], CCS_SIDE_EVSE, "left");
	ccs_emit(&log.sink, &record);
	assert_string_equal(read_log(),
			    "2026-03-01T12:00:00.000000Z left evse: a\\n<0>b\\u001b[2J\n");
}

static void test_lines_for_the_journal(void **state)
{
	static const char expected[] = "<6>evse: text\n<4>evse: text\n<3>evse: text\n"
				       "<5>evse: text\n<3>din: ";
	struct ccs_record record = note(CCS_NOTE_INFO, "text");
	struct ccs_log log;
	struct stat status;
	char stream[64];

	(void)state;
	assert_int_equal(fstat(pipe_ends[1], &status), 0);
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)status.st_dev,
		 (unsigned long long)status.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	ccs_log_init(&log, pipe_ends[1], CCS_SIDE_EVSE, NULL);
	ccs_emit(&log.sink, &record);
	record.note.level = CCS_NOTE_WARNING;
	ccs_emit(&log.sink, &record);
	record.note.level = CCS_NOTE_ERROR;
	ccs_emit(&log.sink, &record);
	record.note.level = CCS_NOTE_INFO;
	record.kind = CCS_RECORD_VERDICT;
	ccs_emit(&log.sink, &record);
	record.kind = CCS_RECORD_MSG;
	record.msg = (struct ccs_record_msg) { .proto = "din", .error = CCS_ERR_SHORT };
	ccs_emit(&log.sink, &record);
	read_log();
	assert_memory_equal(text, expected, sizeof(expected) - 1);
}

/* A car asks for a charger each second: that is said, and each minute why nothing comes of it. */
static void test_tries_without_a_charger(void **state)
{
	static const char *const words[] = { "asking", "no charger answers", "waiting" };
	struct ccs_record record = note(CCS_NOTE_INFO, NULL);
	struct ccs_log log;
	int lines = 0;

	(void)state;
	ccs_log_init(&log, pipe_ends[1], CCS_SIDE_EV, NULL);
	record.note.topic = "slac";
	for (int second = 0; second < 150; second++, record.time += CCS_SECONDS(1)) {
		for (int i = 0; i < 3; i++) {
			record.kind = i == 1 ? CCS_RECORD_NOTE : CCS_RECORD_STATE;
			record.note.level = i == 1 ? CCS_NOTE_WARNING : CCS_NOTE_INFO;
			record.note.text = words[i];
			ccs_emit(&log.sink, &record);
		}
	}
	record.kind = CCS_RECORD_STATE;
	record.note.text = "sounding";
	ccs_emit(&log.sink, &record);
	for (const char *at = read_log(); (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, 3 + 2 + 1);
	assert_non_null(strstr(text, "slac: sounding\n"));
}

static void test_which_descriptor_is_the_journal(void **state)
{
	struct stat status;
	char stream[64];

	(void)state;
	assert_int_equal(fstat(pipe_ends[1], &status), 0);
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)status.st_dev,
		 (unsigned long long)status.st_ino);
	assert_true(ccs_log_is_journal(stream, pipe_ends[1]));
	assert_false(ccs_log_is_journal(NULL, pipe_ends[1]));
	assert_false(ccs_log_is_journal("", pipe_ends[1]));
	assert_false(ccs_log_is_journal("1:2", pipe_ends[1]));
	assert_false(ccs_log_is_journal(stream, -1));
	strcat(stream, "x");
	assert_false(ccs_log_is_journal(stream, pipe_ends[1]));
}

static void test_values_are_no_events(void **state)
{
	const struct ccs_record record = { .kind = CCS_RECORD_VALUE,
					   .value = { "present_voltage", 1, "V" } };
	struct ccs_log log;

	(void)state;
	ccs_log_init(&log, pipe_ends[1], CCS_SIDE_EVSE, NULL);
	ccs_emit(&log.sink, &record);
	assert_string_equal(read_log(), "");
}

/* Nobody reads for a while: nothing waits, and it is said what is missing. */
static void test_a_reader_that_sleeps(void **state)
{
	const struct ccs_record record = note(CCS_NOTE_INFO, "text");
	struct ccs_log log;
	char expected[64];
	unsigned int lost;

	(void)state;
	ccs_log_init(&log, pipe_ends[1], CCS_SIDE_EVSE, NULL);
	for (int i = 0; i < 5000; i++)
		ccs_emit(&log.sink, &record);
	lost = log.lost;
	assert_true(lost > 0 && lost < 5000);
	while (*read_log())
		;
	ccs_emit(&log.sink, &record);
	snprintf(expected, sizeof(expected), "log: %u lines are missing here", lost);
	assert_non_null(strstr(read_log(), expected));
	assert_non_null(strstr(text, "evse: text\n"));
	assert_int_equal(log.lost, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_checkpoints_of_a_charger),
		TEST(test_checkpoints_of_a_car),
		TEST(test_long_charging),
		TEST(test_lines_for_people),
		TEST(test_lines_for_the_journal),
		TEST(test_tries_without_a_charger),
		TEST(test_which_descriptor_is_the_journal),
		TEST(test_values_are_no_events),
		TEST(test_a_reader_that_sleeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

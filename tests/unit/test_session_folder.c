/* SPDX-License-Identifier: Apache-2.0 */
/* What stays of simulated sessions: whole, killed, on a full disk, too many. */
#include "linux/session_folder.h"

#include "sim.h"
#include "linux/peers.h"
#include "linux/session_folder_file.h"
#include "trace/analyser.h"
#include "trace/csv.h"
#include "trace/keylog.h"
#include "trace/record_json.h"
#include "trace/source.h"
#include "trace/summary_report.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define TEXT_MAX (8 << 20)

/* A simulated station pair whose frames are recorded. */
struct bench {
	char path[64];
	struct ccs_session_folder_config config;
	struct ccs_session_folder *folder;
	struct ccs_problem problem;
	struct sim_config sim_config;
	struct sim *sim;
	ccs_time ticked;
	uint64_t frames; /* of sessions */
	int complaints;
	char complaint[512];
};

static char text[TEXT_MAX], expected[TEXT_MAX];

static void take_frame(void *user, const uint8_t *frame, size_t length, ccs_time time)
{
	struct bench *b = user;

	ccs_session_folder_frame(b->folder, frame, length, time);
	b->frames += ccs_session_folder_current(b->folder)[0] != '\0';
}

static void take_record(void *user, int point, const struct ccs_record *record)
{
	struct bench *b = user;

	(void)point;
	ccs_session_folder_record(b->folder, record, b->sim_config.start + record->time);
}

static void complain(void *user, const char *line)
{
	struct bench *b = user;

	b->complaints++;
	snprintf(b->complaint, sizeof(b->complaint), "%s", line);
}

static struct ccs_session_folder *open_folder(struct bench *b)
{
	b->folder = ccs_session_folder_open(&b->config, &b->problem);
	return b->folder;
}

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	const struct sim_watch watch = { take_frame, take_record, b };

	assert_non_null(b);
	strcpy(b->path, "/tmp/ccs-sessions-XXXXXX");
	assert_non_null(mkdtemp(b->path));
	b->config = (struct ccs_session_folder_config) {
		.path = b->path,
		.interface = "plc0",
		.program = "ccs test",
		.side = CCS_SIDE_EVSE,
		.complain = complain,
		.user = b,
	};
	sim_config_default(&b->sim_config);
	b->sim = sim_new(&b->sim_config, &watch);
	assert_non_null(b->sim);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	char command[128];

	ccs_session_folder_close(b->folder);
	sim_free(b->sim);
	snprintf(command, sizeof(command), "rm -rf %s", b->path);
	assert_int_equal(system(command), 0);
	free(b);
	return 0;
}

static ccs_time now_of(const struct bench *b)
{
	return b->sim_config.start + sim_now(b->sim);
}

/* Goes on for a time, and ticks each second. */
static void run(struct bench *b, ccs_time span)
{
	ccs_time end = sim_now(b->sim) + span;

	while (sim_now(b->sim) < end) {
		ccs_time tick = b->ticked + CCS_SECONDS(1);

		sim_step(b->sim, tick < end ? tick : end);
		if (sim_now(b->sim) < tick)
			continue;
		b->ticked = tick;
		ccs_session_folder_tick(b->folder, now_of(b));
	}
}

/* From plug to unplug; the car has enough after 40 s. */
static void run_session(struct bench *b)
{
	sim_world(b->sim, 0)->ev_values.stop = false;
	sim_plug(b->sim, 0);
	run(b, CCS_SECONDS(40));
	sim_world(b->sim, 0)->ev_values.stop = true;
	sim_touch(b->sim, 0);
	run(b, CCS_SECONDS(30));
	assert_true(sim_point_is_over(b->sim, 0));
	assert_true(sim_unplug(b->sim, 0, false));
	run(b, CCS_SECONDS(5));
}

/* Session folders, the oldest first; returns how many. */
static int list(const struct bench *b, char names[8][CCS_FOLDER_NAME_MAX])
{
	struct dirent **entries;
	int count = 0, n = scandir(b->path, &entries, NULL, alphasort);

	assert_true(n >= 0);
	for (int i = 0; i < n; i++) {
		if (ccs_folder_is_name(entries[i]->d_name) && count < 8)
			strcpy(names[count++], entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return count;
}

static const char *only(const struct bench *b)
{
	static char names[8][CCS_FOLDER_NAME_MAX];

	assert_int_equal(list(b, names), 1);
	return names[0];
}

static int make_room(const struct bench *b, uint64_t keep_free, uint64_t most)
{
	const struct ccs_folder_limits limits = { keep_free, most };
	int parent = open(b->path, O_RDONLY | O_DIRECTORY);
	int result = ccs_folder_make_room(parent, &limits);

	close(parent);
	return result;
}

static const char *path_of(const struct bench *b, const char *folder, const char *file)
{
	static char path[1024];

	snprintf(path, sizeof(path), "%s/%s%s%s", b->path, folder, *file ? "/" : "", file);
	return path;
}

static size_t read_text(const struct bench *b, const char *folder, const char *file)
{
	FILE *f = fopen(path_of(b, folder, file), "rb");
	size_t length;

	assert_non_null(f);
	length = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[length] = '\0';
	return length;
}

/* What the capture of a folder says, in all three forms. */
struct reading {
	struct ccs_print print;
	struct ccs_csv csv;
	struct ccs_summary *summary;
	bool as_csv, as_summary;
	struct ccs_analyser_counts counts;
	ccs_time last;
};

static void report(void *user, const struct ccs_session_facts *session)
{
	struct reading *r = user;

	if (r->as_summary)
		ccs_summary_print_json(&r->print, session, NULL);
}

static void take_read(void *user, const struct ccs_record *record)
{
	struct reading *r = user;

	r->last = record->time;
	ccs_emit(ccs_summary_sink(r->summary), record);
	if (r->as_csv)
		ccs_csv_take(&r->csv, &r->print, record);
	else if (!r->as_summary)
		ccs_record_json_print(&r->print, record, false);
}

static void read_capture(struct reading *r, const char *path)
{
	const struct ccs_sink sink = { take_read, r };
	struct ccs_keylog *keylog = ccs_keylog_new();
	struct ccs_analyser *analyser = ccs_analyser_new(&sink, keylog);
	struct ccs_capture_error error;

	ccs_print_init(&r->print, expected, sizeof(expected) - 1);
	if (r->as_csv)
		ccs_csv_header(&r->print);
	r->summary = ccs_summary_new(report, r);
	assert_int_equal(ccs_source_run(analyser, path, &error), 0);
	ccs_summary_finish(r->summary);
	r->counts = *ccs_analyser_counts(analyser);
	ccs_summary_free(r->summary);
	ccs_analyser_free(analyser);
	ccs_keylog_free(keylog);
	*r->print.at = '\0';
}

/* The station's own records, which have no frame, are taken out. */
static void keep_analysed(char *lines)
{
	char *to = lines;

	for (char *line = lines, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		*end = '\0';
		if (!strstr(line, "\"frame\":"))
			continue;
		*end = '\n';
		memmove(to, line, (size_t)(end + 1 - line));
		to += end + 1 - line;
	}
	*to = '\0';
}

/* Says only where the two part. */
static void expect_same(void)
{
	const char *a = text, *b = expected, *line = text;

	for (; *a && *a == *b; a++, b++)
		line = *a == '\n' ? a + 1 : line;
	if (*a != *b)
		fail_msg("%.300s\ninstead of\n%.300s", line, b - (a - line));
}

static void expect_whole(const struct bench *b, const char *folder)
{
	struct reading lines = { 0 }, rows = { .as_csv = true }, summary = { .as_summary = true };
	char path[1024];

	strcpy(path, path_of(b, folder, CCS_FOLDER_CAPTURE));
	read_capture(&lines, path);
	assert_int_equal(lines.counts.damaged, 0);
	assert_int_equal(lines.counts.undecoded, 0);
	assert_true(lines.counts.messages > 100);
	read_text(b, folder, CCS_FOLDER_RECORDS);
	assert_non_null(strstr(text, "\"kind\":\"state\""));
	keep_analysed(text);
	expect_same();
	read_capture(&rows, path);
	read_text(b, folder, CCS_FOLDER_VALUES);
	expect_same();
	read_capture(&summary, path);
	read_text(b, folder, CCS_FOLDER_SUMMARY);
	expect_same();
}

static void test_the_files_agree(void **state)
{
	struct bench *b = *state;
	struct stat status;
	const char *name;

	assert_non_null(open_folder(b));
	run_session(b);
	assert_string_equal(ccs_session_folder_current(b->folder), only(b));
	ccs_session_folder_close(b->folder);
	b->folder = NULL;
	name = only(b);
	assert_string_equal(name + 20, "-02CC50000001");
	expect_whole(b, name);
	assert_non_null(strstr(text, "\"verdict\":\"ok\""));
	assert_int_equal(b->complaints, 0);
	assert_int_equal(stat(path_of(b, name, CCS_FOLDER_CAPTURE), &status), 0);
	assert_int_equal(status.st_mode & 077, 0);
	read_text(b, CCS_PEERS_FILE, "");
	assert_non_null(strstr(text, "\"side\":\"ev\",\"id\":\"02:CC:50:00:00:01\""));
	assert_non_null(strstr(text, "\"sessions\":1,\"verdict\":\"ok\""));
}

static void test_each_session_has_its_folder(void **state)
{
	struct bench *b = *state;
	char names[8][CCS_FOLDER_NAME_MAX];

	assert_non_null(open_folder(b));
	run_session(b);
	run_session(b);
	run(b, CCS_SESSION_FOLDER_SILENCE + CCS_SECONDS(2));
	assert_string_equal(ccs_session_folder_current(b->folder), "");
	run_session(b);
	ccs_session_folder_close(b->folder);
	b->folder = NULL;
	assert_int_equal(list(b, names), 3);
	for (int i = 0; i < 3; i++)
		expect_whole(b, names[i]);
	read_text(b, CCS_PEERS_FILE, "");
	assert_non_null(strstr(text, "\"sessions\":3"));
	assert_null(strstr(strchr(text, '\n') + 1, "\n"));
}

/* In a process of its own, which is killed. */
static void record_and_die(struct bench *b, ccs_time at)
{
	if (!open_folder(b))
		_exit(1);
	sim_plug(b->sim, 0);
	run(b, at);
	raise(SIGKILL);
}

static void expect_what_is_left(const struct bench *b, ccs_time at)
{
	struct reading lines = { 0 };
	size_t length;

	read_capture(&lines, path_of(b, only(b), CCS_FOLDER_CAPTURE));
	assert_int_equal(lines.counts.damaged, 0);
	assert_in_range(lines.last, now_of(b) + at - CCS_SECONDS(2), now_of(b) + at);
	read_text(b, only(b), CCS_FOLDER_RECORDS);
	keep_analysed(text);
	length = strlen(text);
	/* Behind these the reader only says that the capture ends. */
	assert_true(length > 10000);
	assert_memory_equal(text, expected, length);
	read_text(b, only(b), CCS_FOLDER_SUMMARY);
	assert_non_null(strstr(text, "\"verdict\":\"incomplete\""));
}

static void test_killed(void **state)
{
	struct bench *b = *state;

	for (ccs_time at = CCS_SECONDS(12); at < CCS_SECONDS(30); at += CCS_MS(2370)) {
		pid_t child = fork();
		int status;

		assert_true(child >= 0);
		if (!child)
			record_and_die(b, at);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		expect_what_is_left(b, at);
		assert_int_equal(make_room(b, 0, 1), 0);
	}
}

/* In a process of its own: limits of a process cannot be taken back. */
static void record_on_a_full_disk(struct bench *b)
{
	const struct rlimit limit = { 20000, 20000 };
	bool sound;

	if (!open_folder(b) || setrlimit(RLIMIT_FSIZE, &limit))
		_exit(1);
	run_session(b);
	sound = b->complaints == 1 && strstr(b->complaint, "File too large") &&
		strstr(b->complaint, b->path);
	run_session(b);
	sound = sound && b->complaints == 2;
	ccs_session_folder_close(b->folder);
	_exit(sound ? 0 : 2);
}

static void test_full_disk(void **state)
{
	struct bench *b = *state;
	char names[8][CCS_FOLDER_NAME_MAX];
	struct reading lines = { 0 };
	size_t length;
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child)
		record_on_a_full_disk(b);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(list(b, names), 2);
	for (int i = 0; i < 2; i++) {
		read_capture(&lines, path_of(b, names[i], CCS_FOLDER_CAPTURE));
		assert_int_equal(lines.counts.damaged, 0);
		length = read_text(b, names[i], CCS_FOLDER_RECORDS);
		assert_in_range(length, 1, 20000);
		assert_int_equal(text[length - 1], '\n');
	}
}

static void test_parent_vanishes(void **state)
{
	struct bench *b = *state;

	assert_non_null(open_folder(b));
	assert_int_equal(rmdir(b->path), 0);
	run_session(b);
	assert_int_equal(b->complaints, 1);
	assert_non_null(strstr(b->complaint, "No such file or directory"));
	assert_int_equal(mkdir(b->path, 0700), 0);
}

static void test_no_such_place(void **state)
{
	struct bench *b = *state;
	char path[128];

	b->config.path = "/proc/nowhere/sessions";
	assert_null(open_folder(b));
	assert_non_null(strstr(b->problem.text, "/proc/nowhere/sessions: No such file"));
	assert_non_null(strstr(b->problem.text, "make this folder for this user"));
	b->config.path = "/dev/null";
	assert_null(open_folder(b));
	assert_non_null(strstr(b->problem.text, "/dev/null: "));
	snprintf(path, sizeof(path), "%s/made/too/", b->path);
	b->config.path = path;
	assert_non_null(open_folder(b));
}

/* Cars that match at once on one line: what is written is whole, and no frame is missing. */
static void test_several_cars(void **state)
{
	struct bench *b = *state;
	char names[8][CCS_FOLDER_NAME_MAX];
	uint64_t packets = 0;
	int count;

	b->sim_config.points = 3;
	sim_reset(b->sim, &b->sim_config);
	assert_non_null(open_folder(b));
	for (int i = 0; i < 3; i++)
		sim_plug(b->sim, i);
	run(b, CCS_SECONDS(60));
	ccs_session_folder_close(b->folder);
	b->folder = NULL;
	count = list(b, names);
	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		struct reading lines = { 0 };

		read_capture(&lines, path_of(b, names[i], CCS_FOLDER_CAPTURE));
		assert_int_equal(lines.counts.damaged, 0);
		packets += lines.counts.packets;
	}
	assert_int_equal(packets, b->frames);
	assert_int_equal(b->complaints, 0);
}

static void test_secrets(void **state)
{
	static const char line[] =
		"CLIENT_RANDOM 0123456789abcdef0123456789abcdef0123456789abcdef"
		"0123456789abcdef 00112233445566778899aabbccddeeff0011223344556677"
		"8899aabbccddeeff00112233445566778899aabbccddeeff\n";
	struct bench *b = *state;
	struct reading lines = { 0 };
	size_t length;
	bool found = false;

	assert_non_null(open_folder(b));
	sim_plug(b->sim, 0);
	run(b, CCS_SECONDS(10));
	ccs_session_folder_secrets(b->folder, line, strlen(line));
	run(b, CCS_SECONDS(5));
	read_capture(&lines, path_of(b, only(b), CCS_FOLDER_CAPTURE));
	assert_int_equal(lines.counts.damaged, 0);
	length = read_text(b, only(b), CCS_FOLDER_CAPTURE);
	for (size_t i = 0; i + strlen(line) < length; i++)
		found |= !memcmp(text + i, line, strlen(line));
	assert_true(found);
	length = read_text(b, only(b), CCS_FOLDER_RECORDS);
	assert_null(strstr(text, "00112233445566778899aabbccddeeff"));
}

/* A clock that is set ends no session. */
static void test_clock_jumps(void **state)
{
	struct bench *b = *state;

	assert_non_null(open_folder(b));
	sim_plug(b->sim, 0);
	run(b, CCS_SECONDS(20));
	ccs_session_folder_tick(b->folder, now_of(b) + CCS_SECONDS(100000000));
	ccs_session_folder_tick(b->folder, now_of(b));
	assert_string_equal(ccs_session_folder_current(b->folder), only(b));
}

/* Rotation. */

static void make_folder(const struct bench *b, const char *name, size_t size)
{
	FILE *f;

	assert_int_equal(mkdir(path_of(b, name, ""), 0700), 0);
	f = fopen(path_of(b, name, CCS_FOLDER_CAPTURE), "wb");
	assert_non_null(f);
	memset(text, 'x', size);
	assert_int_equal(fwrite(text, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

static bool is_there(const struct bench *b, const char *name)
{
	return !access(path_of(b, name, ""), F_OK);
}

static void test_the_oldest_go_first(void **state)
{
	struct bench *b = *state;

	make_folder(b, "2026-03-01T12-00-00Z-02CC50000001", 100 << 10);
	make_folder(b, "2025-03-01T12-00-00Z", 100 << 10);
	make_folder(b, "2024-12-31T23-59-59Z-02CC50000001-2", 100 << 10);
	make_folder(b, "photos", 500 << 10);
	assert_int_equal(make_room(b, 0, 0), 0);
	assert_int_equal(make_room(b, 1, 310 << 10), 0);
	assert_true(is_there(b, "2024-12-31T23-59-59Z-02CC50000001-2"));
	assert_int_equal(make_room(b, 1, 210 << 10), 0);
	assert_false(is_there(b, "2024-12-31T23-59-59Z-02CC50000001-2"));
	assert_true(is_there(b, "2025-03-01T12-00-00Z"));
	assert_int_equal(make_room(b, 0, 1), 0);
	assert_false(is_there(b, "2025-03-01T12-00-00Z"));
	assert_false(is_there(b, "2026-03-01T12-00-00Z-02CC50000001"));
	assert_true(is_there(b, "photos"));
}

static void test_foreign_files_stay(void **state)
{
	struct bench *b = *state;
	const char *name = "2024-12-31T23-59-59Z";
	char path[128];
	FILE *f;

	make_folder(b, name, 10);
	f = fopen(path_of(b, name, "notes.txt"), "w");
	fclose(f);
	make_folder(b, "elsewhere", 10);
	snprintf(path, sizeof(path), "%s/elsewhere", b->path);
	assert_int_equal(symlink(path, path_of(b, "2023-12-31T23-59-59Z", "")), 0);
	assert_int_equal(make_room(b, 0, 1), 0);
	assert_int_equal(access(path_of(b, name, "notes.txt"), F_OK), 0);
	assert_int_not_equal(access(path_of(b, name, CCS_FOLDER_CAPTURE), F_OK), 0);
	assert_int_equal(access(path_of(b, "elsewhere", CCS_FOLDER_CAPTURE), F_OK), 0);
}

static void test_what_is_written_stays(void **state)
{
	struct bench *b = *state;

	make_folder(b, "2024-12-31T23-59-59Z", 10);
	assert_non_null(open_folder(b));
	sim_plug(b->sim, 0);
	run(b, CCS_SECONDS(20));
	assert_int_equal(make_room(b, 0, 1), 0);
	assert_string_equal(ccs_session_folder_current(b->folder), only(b));
	assert_int_equal(access(path_of(b, only(b), CCS_FOLDER_CAPTURE), F_OK), 0);
}

static void test_less_is_free_than_shall_be(void **state)
{
	struct bench *b = *state;

	make_folder(b, "2024-12-31T23-59-59Z", 10);
	b->config.limits = (struct ccs_folder_limits) { UINT64_MAX, 1 };
	assert_null(open_folder(b));
	assert_non_null(strstr(b->problem.text, "keep_free"));
	assert_true(is_there(b, "2024-12-31T23-59-59Z"));
}

/* Names. */

static void expect_name(const char *evccid, unsigned int number, const char *name)
{
	char got[CCS_FOLDER_NAME_MAX];

	ccs_folder_name(got, CCS_SECONDS(1772366400), evccid, number);
	assert_string_equal(got, name);
	assert_true(ccs_folder_is_name(got));
}

static void test_names(void **state)
{
	static const char *const foreign[] = {
		"",
		".",
		"..",
		"2026-03-01",
		"2026-03-01T12-00-00Z-",
		"2026-03-01T12-00-00Z/..",
		"2026-03-01T12-00-00Z-a/b",
		"2026-03-01T12-00-00Z.bak",
		"2026-03-01T12-00-00Zold",
		"2026-03-01T12-00-00Z-a-2-3",
		"2026-03-01T12-00-0xZ",
		"2026-03-01T12-00-00Z-0123456789012345678901234567890123456789012345",
		"peers.jsonl",
	};

	(void)state;
	expect_name("", 1, "2026-03-01T12-00-00Z");
	expect_name("", 2, "2026-03-01T12-00-00Z-2");
	expect_name("02:CC:50:00:00:01", 3, "2026-03-01T12-00-00Z-02CC50000001-3");
	expect_name("../../etc/passwd", 1, "2026-03-01T12-00-00Z-etcpasswd");
	expect_name("../..", 1, "2026-03-01T12-00-00Z");
	expect_name("\033[31m\n\"$(id)\"", 1, "2026-03-01T12-00-00Z-31mid");
	expect_name("\xc3\xa4\xff", 1, "2026-03-01T12-00-00Z");
	expect_name("0123456789012345678901234567890123456789", 100,
		    "2026-03-01T12-00-00Z-01234567890123456789012345678901-100");
	for (size_t i = 0; i < sizeof(foreign) / sizeof(*foreign); i++)
		assert_false(ccs_folder_is_name(foreign[i]));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_the_files_agree),
		TEST(test_each_session_has_its_folder),
		TEST(test_killed),
		TEST(test_full_disk),
		TEST(test_parent_vanishes),
		TEST(test_no_such_place),
		TEST(test_several_cars),
		TEST(test_secrets),
		TEST(test_clock_jumps),
		TEST(test_the_oldest_go_first),
		TEST(test_foreign_files_stay),
		TEST(test_what_is_written_stays),
		TEST(test_less_is_free_than_shall_be),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

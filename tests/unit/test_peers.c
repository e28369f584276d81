/* SPDX-License-Identifier: Apache-2.0 */
/* Who was met: told by a session, entered into the file, read back. */
#include "linux/peers.h"

#include "ccs/print.h"
#include "trace/summary.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
	char path[64];
	int folder;
};

static char text[8 << 20];

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	assert_non_null(place);
	strcpy(place->path, "/tmp/ccs-peers-XXXXXX");
	assert_non_null(mkdtemp(place->path));
	place->folder = open(place->path, O_RDONLY | O_DIRECTORY);
	assert_true(place->folder >= 0);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	unlinkat(place->folder, CCS_PEERS_FILE, 0);
	unlinkat(place->folder, CCS_PEERS_FILE ".new", AT_REMOVEDIR);
	assert_int_equal(rmdir(place->path), 0);
	close(place->folder);
	free(place);
	return 0;
}

static struct ccs_peer car(const char *id, const char *mac, const char *time)
{
	struct ccs_peer peer = { .side = CCS_SIDE_EV, .sessions = 1, .verdict = "ok" };

	strcpy(peer.id, id);
	strcpy(peer.mac, mac);
	strcpy(peer.first, time);
	strcpy(peer.last, time);
	return peer;
}

static void enter(const struct place *place, struct ccs_peer peer)
{
	assert_int_equal(ccs_peers_enter(place->folder, &peer), 0);
}

static void read_file(const struct place *place)
{
	int fd = openat(place->folder, CCS_PEERS_FILE, O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	assert_true(n >= 0);
	text[n] = '\0';
	close(fd);
}

static void write_file(const struct place *place, const char *content)
{
	int fd = openat(place->folder, CCS_PEERS_FILE, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, content, strlen(content)), (ssize_t)strlen(content));
	close(fd);
}

static size_t count_lines(void)
{
	size_t lines = 0;

	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	return lines;
}

static void test_one_that_comes_again(void **state)
{
	const struct place *place = *state;

	enter(place, car("A", "02:00:00:00:00:01", "1"));
	enter(place, car("B", "02:00:00:00:00:02", "2"));
	enter(place, car("A", "02:00:00:00:00:03", "3"));
	read_file(place);
	assert_string_equal(text, "{\"v\":1,\"kind\":\"peer\",\"side\":\"ev\",\"id\":\"B\","
				  "\"mac\":\"02:00:00:00:00:02\",\"first\":\"2\",\"last\":\"2\","
				  "\"sessions\":1,\"verdict\":\"ok\"}\n"
				  "{\"v\":1,\"kind\":\"peer\",\"side\":\"ev\",\"id\":\"A\","
				  "\"mac\":\"02:00:00:00:00:03\",\"first\":\"1\",\"last\":\"3\","
				  "\"sessions\":2,\"verdict\":\"ok\"}\n");
}

/* Matching failed at first: only the MAC was seen. */
static void test_one_that_told_no_name(void **state)
{
	const struct place *place = *state;
	struct ccs_peer charger = car("", "02:00:00:00:00:01", "4");

	enter(place, car("", "02:00:00:00:00:01", "1"));
	enter(place, car("A", "02:00:00:00:00:01", "2"));
	enter(place, car("", "02:00:00:00:00:01", "3"));
	charger.side = CCS_SIDE_EVSE;
	enter(place, charger);
	enter(place, car("B", "02:00:00:00:00:01", "5"));
	read_file(place);
	assert_int_equal(count_lines(), 3);
	assert_non_null(strstr(text, "\"id\":\"A\",\"mac\":\"02:00:00:00:00:01\",\"first\":\"1\","
				     "\"last\":\"3\",\"sessions\":3"));
}

static void test_what_people_wrote_stays(void **state)
{
	const struct place *place = *state;

	write_file(place, "# our cars\n"
			  "{\"side\":\"ev\",\"id\":\"A\",\"sessions\":7,\"note\":\"the \\\"old\\\" "
			  "one\",\"x\":[1,{}]}");
	enter(place, car("A", "", "9"));
	read_file(place);
	assert_string_equal(
		text, "# our cars\n"
		      "{\"v\":1,\"kind\":\"peer\",\"side\":\"ev\",\"id\":\"A\",\"first\":\"9\","
		      "\"last\":\"9\",\"sessions\":8,\"verdict\":\"ok\","
		      "\"note\":\"the \\\"old\\\" one\"}\n");
}

static void test_there_is_an_end_to_it(void **state)
{
	const struct place *place = *state;
	size_t length = 0;

	for (int i = 0; i < CCS_PEERS_MOST + 3; i++)
		length += (size_t)sprintf(text + length, "{\"side\":\"ev\",\"id\":\"car %d\"}\n",
					  i);
	write_file(place, text);
	enter(place, car("new", "", "1"));
	read_file(place);
	assert_int_equal(count_lines(), CCS_PEERS_MOST);
	assert_null(strstr(text, "\"car 3\""));
	assert_non_null(strstr(text, "\"car 4\""));
	assert_non_null(strstr(text, "\"new\""));
}

static void test_nothing_is_lost_when_it_fails(void **state)
{
	const struct place *place = *state;
	const struct ccs_peer peer = car("A", "", "1");

	write_file(place, "before\n");
	assert_int_equal(mkdirat(place->folder, CCS_PEERS_FILE ".new", 0700), 0);
	assert_int_equal(ccs_peers_enter(place->folder, &peer), -1);
	read_file(place);
	assert_string_equal(text, "before\n");
}

/* Several processes that enter at once, each its own car. */
static void test_several_at_once(void **state)
{
	const struct place *place = *state;
	pid_t children[4];

	for (int i = 0; i < 4; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i])
			continue;
		for (int k = 0; k < 25; k++) {
			struct ccs_peer peer = car("", "", "1");

			sprintf(peer.id, "%d-%d", i, k);
			if (ccs_peers_enter(place->folder, &peer))
				_exit(1);
		}
		_exit(0);
	}
	for (int i = 0; i < 4; i++) {
		int status;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	read_file(place);
	assert_int_equal(count_lines(), 100);
}

static void test_told_by_a_session(void **state)
{
	static struct ccs_session_facts session;
	struct ccs_peer peer;

	(void)state;
	assert_false(ccs_peer_of(&peer, &session, CCS_SIDE_EV));
	session.time = CCS_SECONDS(1772366400);
	session.begin.since = CCS_SECONDS(5);
	session.end.since = CCS_SECONDS(65);
	session.slac.has_ev = true;
	memset(session.slac.ev_mac, 0xa5, 6);
	strcpy(session.v2g.evccid, "\033[2J\"\\\xff x");
	assert_true(ccs_peer_of(&peer, &session, CCS_SIDE_EV));
	assert_false(ccs_peer_of(&peer, &session, CCS_SIDE_EVSE));
	assert_true(ccs_peer_of(&peer, &session, CCS_SIDE_EV));
	assert_string_equal(peer.id, "?[2J\"\\? x");
	assert_string_equal(peer.mac, "a5:a5:a5:a5:a5:a5");
	assert_string_equal(peer.first, "2026-03-01T12:00:00.000000Z");
	assert_string_equal(peer.last, "2026-03-01T12:01:00.000000Z");
	assert_true(peer.outcome[0]);
}

static void test_it_reads_what_it_prints(void **state)
{
	static struct ccs_session_facts session;
	struct ccs_peer peer, again;
	struct ccs_print print;
	char line[2048];

	(void)state;
	memset(session.v2g.evseid, '"', sizeof(session.v2g.evseid) - 1);
	assert_true(ccs_peer_of(&peer, &session, CCS_SIDE_EVSE));
	memset(peer.note, 'n', sizeof(peer.note) - 1);
	peer.sessions = 123456789;
	ccs_print_init(&print, line, sizeof(line));
	ccs_peer_print(&print, &peer);
	assert_false(print.failed);
	assert_true(ccs_peer_read(&again, line, ccs_print_length(&print) - 1));
	assert_memory_equal(&again, &peer, sizeof(peer));
}

static void test_lines_that_are_no_peers(void **state)
{
	static const char *const lines[] = {
		"",
		"{",
		"{}",
		"[]",
		"{\"side\":\"ev\"}",
		"{\"id\":\"A\"}",
		"{\"side\":\"ex\",\"id\":\"A\"}",
		"{\"side\":\"ev\",\"id\":1}",
		"{\"side\":\"ev\",\"id\":\"A\",\"sessions\":-1}",
		"{\"side\":\"ev\",\"id\":\"A\",\"sessions\":1e3}",
		"{\"side\":\"ev\",\"id\":\"A\",\"sessions\":1234567890123456789}",
		"{\"side\":\"ev\",\"id\":\"\\u0000\"}",
		"{\"side\":\"ev\",\"id\":\"A\"",
		"{\"side\":\"ev\",\"mac\":\"02:00:00:00:00:00:01\"}",
	};
	struct ccs_peer peer;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (ccs_peer_read(&peer, lines[i], strlen(lines[i])))
			fail_msg("%s", lines[i]);
	assert_true(ccs_peer_read(&peer, "{\"side\":\"ev\",\"id\":\"A\"}", 22));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_that_comes_again),
		TEST(test_one_that_told_no_name),
		TEST(test_what_people_wrote_stays),
		TEST(test_there_is_an_end_to_it),
		TEST(test_nothing_is_lost_when_it_fails),
		TEST(test_several_at_once),
		cmocka_unit_test(test_told_by_a_session),
		cmocka_unit_test(test_it_reads_what_it_prints),
		cmocka_unit_test(test_lines_that_are_no_peers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

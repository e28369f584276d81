/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCP reassembly.  Segments go in by send(); what comes out is a text: "open0 >abc gap3> <xy fin>
 * closed0:fin/0", with > for what the client sent and < for the server.
 */
#include "trace/tcp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SYN CCS_TCP_SYN
#define ACK CCS_TCP_ACK
#define FIN (CCS_TCP_FIN | CCS_TCP_ACK)
#define RST CCS_TCP_RST

static struct ccs_tcp *tcp;
static char out[4096];
static uint64_t frame_no;
static uint64_t last_frame; /* of the last event */
static ccs_time now;
static uint16_t client_port;
static size_t bytes_out;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	size_t n = strlen(out);
	va_list args;

	va_start(args, format);
	vsnprintf(out + n, sizeof(out) - n, format, args);
	va_end(args);
}

static void on_opened(void *owner, struct ccs_tcp_connection *c, const struct ccs_tcp_at *at)
{
	assert_ptr_equal(owner, out);
	assert_null(c->user);
	c->user = malloc(1);
	last_frame = at->frame;
	say("%s%d ", c->roles_known ? "open" : "found", (int)c->number);
}

static void on_data(void *owner, struct ccs_tcp_connection *c, enum ccs_tcp_end from,
		    const uint8_t *bytes, size_t length, const struct ccs_tcp_at *at)
{
	assert_ptr_equal(owner, out);
	assert_non_null(c->user);
	assert_true(length > 0);
	last_frame = at->frame;
	bytes_out += length;
	if (length < 20)
		say("%c%.*s ", from == CCS_TCP_CLIENT ? '>' : '<', (int)length,
		    (const char *)bytes);
}

static void on_gap(void *owner, struct ccs_tcp_connection *c, enum ccs_tcp_end from,
		   uint32_t missing, const struct ccs_tcp_at *at)
{
	assert_ptr_equal(owner, out);
	assert_non_null(c->user);
	last_frame = at->frame;
	say("gap%u%c ", missing, from == CCS_TCP_CLIENT ? '>' : '<');
}

static void on_finished(void *owner, struct ccs_tcp_connection *c, enum ccs_tcp_end by,
			const struct ccs_tcp_at *at)
{
	assert_ptr_equal(owner, out);
	assert_non_null(c->user);
	last_frame = at->frame;
	say("fin%c ", by == CCS_TCP_CLIENT ? '>' : '<');
}

static void on_closed(void *owner, struct ccs_tcp_connection *c, enum ccs_tcp_close how,
		      enum ccs_tcp_end by, const struct ccs_tcp_at *at)
{
	static const char *const names[] = { "fin",	 "rst",	    "refused", "unanswered",
					     "replaced", "evicted", "end" };

	assert_ptr_equal(owner, out);
	last_frame = at->frame;
	say("closed%d:%s/%c ", (int)c->number, names[how], ">< "[by]);
	free(c->user);
}

static const struct ccs_tcp_events events = { on_opened, on_data, on_gap, on_finished, on_closed };

static int start(void **state)
{
	(void)state;
	tcp = ccs_tcp_new(&events, out);
	assert_non_null(tcp);
	out[0] = '\0';
	frame_no = 0;
	now = CCS_SECONDS(1700000000);
	client_port = 50000;
	bytes_out = 0;
	return 0;
}

static int stop(void **state)
{
	(void)state;
	ccs_tcp_finish(tcp);
	ccs_tcp_free(tcp);
	return 0;
}

static void send_bytes(char from, uint8_t flags, uint32_t seq, uint32_t ack, const uint8_t *bytes,
		       size_t length, size_t missing)
{
	struct ccs_address ends[2] = { { CCS_ADDRESS_IPV6, client_port, { 0xfe, 0x80, [15] = 1 } },
				       { CCS_ADDRESS_IPV6, 61341, { 0xfe, 0x80, [15] = 2 } } };
	static struct ccs_frame frame;
	struct ccs_packet packet = { .time = now, .number = ++frame_no };

	frame = (struct ccs_frame) { .kind = CCS_FRAME_TCP,
				     .src = ends[from == '<'],
				     .dst = ends[from == '>'],
				     .payload = bytes,
				     .length = length,
				     .missing = missing,
				     .tcp_seq = seq,
				     .tcp_ack = ack,
				     .tcp_flags = flags };
	ccs_tcp_segment(tcp, &frame, &packet);
}

static void send(char from, uint8_t flags, uint32_t seq, uint32_t ack, const char *text)
{
	send_bytes(from, flags, seq, ack, (const uint8_t *)text, strlen(text), 0);
}

/* The client's first byte is 1001, the server's 5001. */
static void handshake(void)
{
	send('>', SYN, 1000, 0, "");
	send('<', SYN | ACK, 5000, 1001, "");
	send('>', ACK, 1001, 5001, "");
}

static void expect(const char *text)
{
	assert_string_equal(out, text);
	out[0] = '\0';
}

static void expect_at_end(const char *text)
{
	ccs_tcp_finish(tcp);
	expect(text);
}

static void test_a_plain_session(void **state)
{
	(void)state;
	handshake();
	send('>', ACK, 1001, 5001, "abc");
	assert_int_equal(last_frame, 4);
	send('<', ACK, 5001, 1004, "xy");
	send('<', FIN, 5003, 1004, "z");
	send('>', ACK, 1004, 5005, "late");
	send('>', FIN, 1008, 5005, "");
	send('<', ACK, 5005, 1009, "");
	send('>', ACK, 1009, 5005, "after the end");
	expect("open0 >abc <xy <z fin< >late fin> closed0:fin/< ");
	expect_at_end("");
}

static void test_retransmissions_and_overlaps_give_the_first_copy(void **state)
{
	(void)state;
	handshake();
	send('>', ACK, 1001, 5001, "abc");
	send('>', ACK, 1001, 5001, "abc");
	send('>', ACK, 1001, 5001, "ABCDE");
	send('>', ACK, 1003, 5001, "xxxf");
	send('>', ACK, 1001, 5001, "");
	expect("open0 >abc >DE >f ");
}

static void test_reordered_segments_wait(void **state)
{
	(void)state;
	handshake();
	send('>', ACK, 1007, 5001, "ghi");
	send('>', ACK, 1004, 5001, "def");
	expect("open0 ");
	send('>', ACK, 1001, 5001, "abc");
	assert_int_equal(last_frame, 6);
	expect(">abc >def >ghi ");
}

static void test_overlapping_segments_that_wait(void **state)
{
	(void)state;
	handshake();
	send('>', ACK, 1003, 5001, "cd");
	send('>', ACK, 1008, 5001, "hi");
	send('>', ACK, 1002, 5001, "BCDEFGHIJ"); /* before, between, behind */
	send('>', ACK, 1004, 5001, "xxxxxxxxxx");
	send('>', ACK, 1001, 5001, "ab");
	expect("open0 >ab >cd >EFG >hi >J >xxx ");
}

static void test_a_hole_that_was_acknowledged_is_given_up(void **state)
{
	(void)state;
	handshake();
	send('>', ACK, 1004, 5001, "def");
	send('<', ACK, 5001, 1007, "answer"); /* has seen all, and says so with data */
	assert_int_equal(last_frame, 5);
	expect("open0 gap3> >def <answer ");
	send('<', ACK, 5007, 1010, ""); /* bare: may be ahead of the data */
	send('>', ACK, 1007, 5007, "ghi");
	expect(">ghi ");
	send('<', ACK, 5007, 1013, "");
	expect("");
	send('<', ACK, 5007, 1013, "");
	expect("gap3> ");
	send('>', ACK, 1010, 5007, "jkl"); /* too late */
	expect("");
}

static void test_an_acknowledged_hole_ends_where_the_ack_does(void **state)
{
	(void)state;
	handshake();
	send('>', ACK, 1004, 5001, "def");
	send('>', ACK, 1010, 5001, "jkl");
	send('<', ACK, 5001, 1007, "x");
	expect("open0 gap3> >def <x ");
	send('>', ACK, 1007, 5002, "ghi");
	expect(">ghi >jkl ");
}

static void test_an_old_hole_is_given_up(void **state)
{
	(void)state;
	handshake();
	send('>', ACK, 1004, 5001, "def");
	now += CCS_SECONDS(CCS_TCP_HOLE);
	send('>', ACK, 1007, 5001, "ghi");
	expect("open0 ");
	now += 1;
	send('>', ACK, 1010, 5001, "jkl");
	expect("gap3> >def >ghi >jkl ");
}

static void test_the_room_for_waiting_segments_is_bounded(void **state)
{
	static uint8_t bytes[100000];

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	handshake();
	for (uint32_t i = 0; i < 3; i++)
		send_bytes('>', ACK, 1011 + i * 100000, 5001, bytes, sizeof(bytes), 0);
	expect("open0 gap10> ");
	assert_int_equal(bytes_out, 300000);
	for (uint32_t i = 0; i < 2000; i++) /* many tiny ones with holes between */
		send_bytes('>', ACK, 400000 + i * 2, 5001, bytes, 1, 0);
	assert_memory_equal(out, "gap98989> >a gap1> >a gap1> >a ", 31);
	assert_true(bytes_out < 300000 + 2000 - 500);
	assert_true(bytes_out > 300000 + 900);
}

static void test_a_segment_larger_than_the_room_is_delivered(void **state)
{
	static uint8_t bytes[CCS_TCP_WAITING];

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	handshake();
	send('>', ACK, 1006, 5001, "fg");
	send_bytes('>', ACK, 1004, 5001, bytes, sizeof(bytes), 0);
	expect("open0 gap3> >aa >fg ");
	assert_int_equal(bytes_out, sizeof(bytes));
}

static void test_all_connections_share_their_room(void **state)
{
	static uint8_t bytes[50000];
	size_t count = 4 * CCS_TCP_WAITING_ALL / sizeof(bytes);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		client_port++;
		handshake();
		send_bytes('>', ACK, 1002, 5001, bytes, sizeof(bytes), 0);
	}
	assert_true(bytes_out > (count - 42) * sizeof(bytes));
	assert_true(bytes_out < count * sizeof(bytes));
	ccs_tcp_finish(tcp);
	assert_int_equal(bytes_out, count * sizeof(bytes));
}

static void test_reset_and_end_of_capture_give_up_holes(void **state)
{
	(void)state;
	handshake();
	send('>', ACK, 1004, 5001, "def");
	send('<', ACK, 5003, 1001, "xy");
	send('<', RST, 5005, 0, "");
	expect("open0 gap3> >def gap2< <xy closed0:rst/< ");
	send('>', ACK, 1007, 5005, "late");
	client_port++;
	handshake();
	send('>', ACK, 1004, 5001, "def");
	expect("open1 ");
	expect_at_end("gap3> >def closed1:end/  ");
}

static void test_a_reset_of_something_else_is_ignored(void **state)
{
	(void)state;
	handshake();
	send('>', RST, 1001 + 70000, 0, "");
	send('>', ACK, 1001, 5001, "abc");
	expect("open0 >abc ");
}

static void test_fin_behind_a_hole(void **state)
{
	(void)state;
	handshake();
	send('>', FIN, 1004, 5001, "def");
	expect("open0 ");
	send('<', ACK, 5001, 1008, "");
	send('<', FIN, 5001, 1008, "");
	expect("gap3> >def fin> fin< closed0:fin/> ");
	client_port++;
	handshake();
	send('>', FIN, 1004, 5001, "def");
	send('>', ACK, 1001, 5001, "abc");
	expect("open1 >abc >def fin> ");
	expect_at_end("closed1:end/> ");
}

static void test_refused_connects_are_one_event_each(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) { /* the same SYN again and again is one attempt */
		send('>', SYN, 1000, 0, "");
		send('<', RST | ACK, 0, 1001, "");
	}
	expect("closed0:refused/< ");
	for (uint32_t i = 1; i < 5000; i++) {
		char expected[40];

		client_port = (uint16_t)(1024 + i);
		send('>', SYN, i, 0, "");
		send('<', RST | ACK, 0, i + 1, "");
		snprintf(expected, sizeof(expected), "closed%u:refused/< ", i);
		expect(expected);
	}
	expect_at_end("");
}

static void test_unanswered_connects(void **state)
{
	(void)state;
	send('>', SYN, 1000, 0, "");
	send('>', SYN, 1000, 0, "");
	send('>', SYN, 2000, 0, "dropped"); /* another attempt on the same port */
	expect("closed0:unanswered/  ");
	send('>', RST, 2001, 0, "");
	expect("closed1:unanswered/> ");
	send('>', SYN, 3000, 0, "");
	expect_at_end("closed2:unanswered/  ");
}

static void test_the_table_of_connections_is_bounded(void **state)
{
	(void)state;
	handshake();
	send('>', ACK, 1004, 5001, "def");
	client_port++;
	handshake();
	out[0] = '\0';
	for (int i = 0; i < CCS_TCP_CONNECTIONS - 2; i++) {
		client_port++;
		handshake();
	}
	out[0] = '\0';
	client_port++;
	send('>', SYN, 1000, 0, "");
	expect("gap3> >def closed0:evicted/  "); /* the least recently used */
	client_port++;
	send('>', SYN, 1000, 0, "");
	expect("closed1024:unanswered/  "); /* half open ones make room first */
	send('<', RST | ACK, 0, 1001, "");
	out[0] = '\0';
	client_port++;
	send('>', SYN, 1000, 0, ""); /* and closed ones before them */
	expect("");
}

static void test_a_reused_port_is_a_new_connection(void **state)
{
	(void)state;
	handshake();
	send('>', ACK, 1001, 5001, "abc");
	send('>', SYN, 90000, 0, "");
	send('<', SYN | ACK, 70000, 90001, "");
	send('>', ACK, 90001, 70001, "new");
	expect("open0 >abc closed0:replaced/  open1 >new ");
	send('<', RST, 70001, 0, "");
	send('>', SYN, 90000, 0, ""); /* after the end even with the same number */
	send('<', SYN | ACK, 80000, 90001, "");
	expect("closed1:rst/< open2 ");
}

static void test_an_old_half_open_connection_is_no_answer(void **state)
{
	(void)state;
	send('>', SYN, 6509, 0, "");
	send('<', ACK, 777, 10897, ""); /* challenge, from a session of earlier */
	send('>', RST | ACK, 10897, 777, "");
	send('<', SYN | ACK, 5000, 10897, "");
	expect("");
	send('>', SYN, 6509, 0, "");
	send('<', SYN | ACK, 9000, 6510, "");
	send('<', SYN | ACK, 9000, 6510, "");
	send('>', ACK, 6510, 9001, "abc");
	expect("open0 >abc ");
}

static void test_a_capture_that_starts_in_mid_session(void **state)
{
	(void)state;
	send('<', ACK, 5000, 1000, ""); /* nothing to be seen yet */
	send('<', FIN, 5000, 1000, "");
	send('<', RST, 5000, 0, "");
	expect("");
	send('<', ACK, 5000, 1000, "first");
	expect("found0 >first ");	   /* whoever sends first is end 0 */
	send('>', ACK, 1003, 5005, "def"); /* that 1000 comes next was acknowledged */
	send('>', ACK, 1000, 5005, "abc");
	send('<', ACK, 5005, 1006, "x");
	expect("<abc <def >x ");
}

static void test_lost_parts_of_the_handshake(void **state)
{
	(void)state;
	send('>', SYN, 1000, 0, "");
	send('>', ACK, 1001, 5001, "abc"); /* the answer is missing */
	send('<', ACK, 5001, 1004, "x");
	expect("open0 >abc <x ");
	client_port++;
	send('<', SYN | ACK, 5000, 1001, ""); /* the SYN is missing */
	send('>', ACK, 1004, 5001, "def");
	send('>', ACK, 1001, 5001, "abc");
	expect("open1 >abc >def ");
	client_port++;
	send('>', SYN, 1000, 0, "");
	send('<', ACK, 5001, 1004, "x"); /* answer and question are missing */
	expect("open2 gap3> <x ");
}

static void test_data_in_a_syn_waits_for_the_answer(void **state)
{
	(void)state;
	send('>', SYN, 1000, 0, "abc");
	expect("");
	send('<', SYN | ACK, 5000, 1004, "");
	expect(""); /* acknowledges more than the SYN: not known here */
	send('<', SYN | ACK, 5000, 1001, "");
	send('>', ACK, 1004, 5001, "def");
	expect("open0 >abc >def ");
}

static void test_sequence_numbers_wrap_around(void **state)
{
	(void)state;
	send('>', SYN, UINT32_MAX - 3, 0, "");
	send('<', SYN | ACK, UINT32_MAX, UINT32_MAX - 2, "");
	send('>', ACK, 3, 0, "ghi");
	send('>', ACK, UINT32_MAX - 2, 0, "abc");
	send('>', ACK, UINT32_MAX - 1, 0, "bcdef");
	send('<', ACK, 0, 6, "x");
	send('>', FIN, 6, 1, "");
	expect("open0 >abc >def >ghi <x fin> ");
}

static void test_keepalives_and_window_probes(void **state)
{
	(void)state;
	handshake();
	send('>', ACK, 1001, 5001, "abc");
	send('>', ACK, 1003, 5001, "");	 /* keepalive */
	send('>', ACK, 1003, 5001, "?"); /* with a byte of garbage */
	send('<', ACK, 5001, 1004, "");
	send('>', ACK, 1004, 5001, "d"); /* probe of a closed window: is data */
	send('<', ACK, 5001, 1004, "");
	send('>', ACK, 1004, 5001, "def");
	expect("open0 >abc >d >ef ");
}

static void test_what_the_recorder_cut_is_a_gap(void **state)
{
	(void)state;
	handshake();
	send_bytes('>', ACK, 1001, 5001, (const uint8_t *)"abc", 3, 7);
	send_bytes('>', ACK, 1001, 5001, (const uint8_t *)"abc", 3, 7);
	send('>', ACK, 1011, 5001, "next");
	expect("open0 >abc gap7> >next ");
	send('>', ACK, 1018, 5001, "tu");
	send_bytes('>', ACK, 1015, 5001, (const uint8_t *)"q", 1, 9);
	expect(">q gap2> >tu gap5> ");
	send_bytes('>', FIN, 1025, 5001, (const uint8_t *)"z", 1, 3);
	expect(">z gap3> fin> ");
}

static void test_garbage_far_ahead_is_ignored(void **state)
{
	(void)state;
	handshake();
	send('>', ACK, 1001 + (1u << 30) + 1, 5001, "no");
	send('<', ACK, 5001, 1001 + (1u << 30) + 1, "yes");
	send('>', ACK, 1001, 5004, "abc");
	expect("open0 <yes >abc ");
	expect_at_end("closed0:end/  ");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
	const struct CMUnitTest tests[] = {
		TEST(test_a_plain_session),
		TEST(test_retransmissions_and_overlaps_give_the_first_copy),
		TEST(test_reordered_segments_wait),
		TEST(test_overlapping_segments_that_wait),
		TEST(test_a_hole_that_was_acknowledged_is_given_up),
		TEST(test_an_acknowledged_hole_ends_where_the_ack_does),
		TEST(test_an_old_hole_is_given_up),
		TEST(test_the_room_for_waiting_segments_is_bounded),
		TEST(test_a_segment_larger_than_the_room_is_delivered),
		TEST(test_all_connections_share_their_room),
		TEST(test_reset_and_end_of_capture_give_up_holes),
		TEST(test_a_reset_of_something_else_is_ignored),
		TEST(test_fin_behind_a_hole),
		TEST(test_refused_connects_are_one_event_each),
		TEST(test_unanswered_connects),
		TEST(test_the_table_of_connections_is_bounded),
		TEST(test_a_reused_port_is_a_new_connection),
		TEST(test_an_old_half_open_connection_is_no_answer),
		TEST(test_a_capture_that_starts_in_mid_session),
		TEST(test_lost_parts_of_the_handshake),
		TEST(test_data_in_a_syn_waits_for_the_answer),
		TEST(test_sequence_numbers_wrap_around),
		TEST(test_keepalives_and_window_probes),
		TEST(test_what_the_recorder_cut_is_a_gap),
		TEST(test_garbage_far_ahead_is_ignored),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A loop, a board in it, and what it says. */
#include "hw_bench.h"

#define PATIENCE 10000 /* ms; nothing here takes it unless it is broken */

static void take_note(void *user, const struct ccs_record *record)
{
	struct bench *bench = user;
	size_t length = strlen(bench->notes);

	assert_string_equal(record->note.topic, "hw");
	snprintf(bench->notes + length, sizeof(bench->notes) - length, "%s\n", record->note.text);
}

static void complain(void *user, const char *text)
{
	(void)user;
	fail_msg("%s", text);
}

void bench_begin(struct bench *bench)
{
	memset(bench, 0, sizeof(*bench));
	uv_loop_init(&bench->loop);
	ccs_config_init(&bench->reader, complain, NULL);
	bench->sink = (struct ccs_sink) { .take = take_note, .user = bench };
	bench->board.closed = true;
}

void bench_end(struct bench *bench)
{
	ccs_hw_close(&bench->board);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&bench->loop), 0);
	ccs_config_free(&bench->reader);
}

/* Of the command line alone: /dev/null is an empty file. */
const struct ccs_config *bench_configure(struct bench *bench, const char *const *options)
{
	ccs_config_take_option(&bench->reader, 'c', "/dev/null");
	for (; *options; options++)
		ccs_config_take_option(&bench->reader, CCS_CONFIG_OPTION_SET, *options);
	assert_int_equal(ccs_config_load(&bench->reader), 0);
	return &bench->reader.config;
}

void bench_open(struct bench *bench, unsigned int side)
{
	const struct ccs_config *config = &bench->reader.config;
	struct ccs_problem problem;

	if (ccs_hw_open(&bench->board, &bench->loop, side,
			side == CCS_HW_EV ? &config->ev.hardware : &config->evse[0].hardware,
			&bench->sink, &problem))
		fail_msg("%s", problem.text);
}

static void on_patience(uv_timer_t *timer)
{
	*(bool *)timer->data = true;
}

static void on_tick(uv_timer_t *timer)
{
	(void)timer;
}

void bench_run(struct bench *bench, bool (*is_done)(struct bench *bench))
{
	bool over = false;
	uv_timer_t patience, tick;

	uv_timer_init(&bench->loop, &patience);
	uv_timer_init(&bench->loop, &tick);
	patience.data = &over;
	uv_timer_start(&patience, on_patience, PATIENCE, 0);
	while (!over) {
		ccs_time now = ccs_loop_now();

		ccs_hw_step(&bench->board, now);
		if (is_done(bench))
			break;
		ccs_loop_set_timer(&tick, on_tick, ccs_hw_deadline(&bench->board), now);
		uv_run(&bench->loop, UV_RUN_ONCE);
	}
	uv_close((uv_handle_t *)&patience, NULL);
	uv_close((uv_handle_t *)&tick, NULL);
	uv_run(&bench->loop, UV_RUN_NOWAIT);
	if (over)
		fail_msg("it did not come; notes: %s", bench->notes);
}

int32_t bench_get(struct bench *bench, enum ccs_hw_value value)
{
	int32_t reading;

	if (!ccs_hw_get(&bench->board, value, ccs_loop_now(), &reading))
		fail_msg("%s is unknown; notes: %s", ccs_hw_values[value].name, bench->notes);
	return reading;
}

bool bench_knows(struct bench *bench, enum ccs_hw_value value)
{
	int32_t reading;

	return ccs_hw_get(&bench->board, value, ccs_loop_now(), &reading);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of drivers share: a loop, a configuration by text, and the notes of a board. */
#ifndef CCS_HW_BENCH_H
#define CCS_HW_BENCH_H

#include "linux/config_station.h"
#include "linux/hw/driver.h"
#include "linux/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct bench {
	uv_loop_t loop;
	struct ccs_config_reader reader;
	struct ccs_hw_board board;
	char notes[4096]; /* a line each */
	struct ccs_sink sink;
};

/* Empty before each test. */
void bench_begin(struct bench *bench);

/* Runs out the loop, which must have nothing left. */
void bench_end(struct bench *bench);

/* "ev.preset=exec", ...; NULL at the end. */
const struct ccs_config *bench_configure(struct bench *bench, const char *const *options);
#define BENCH_CONFIGURE(bench, ...) \
	bench_configure(bench, (const char *const[]) { __VA_ARGS__, NULL })

/* Opens the board of `side`. */
void bench_open(struct bench *bench, unsigned int side);

/* Runs the loop, with steps of the board in between, until the condition holds; fails after 10 s.
 */
void bench_run(struct bench *bench, bool (*is_done)(struct bench *bench));

/* The value as it is now; fails when it is unknown. */
int32_t bench_get(struct bench *bench, enum ccs_hw_value value);
bool bench_knows(struct bench *bench, enum ccs_hw_value value);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of `ccs hw` share: options, the open board and its loop, lines. */
#ifndef CCS_TOOLS_HW_H
#define CCS_TOOLS_HW_H

#include "linux/config.h"
#include "linux/hw/driver.h"
#include "linux/loop.h"
#include "tools/command.h"

#define CCS_HW_TOOL_SIGNALS 6

struct ccs_hw_tool {
	struct ccs_output output;
	struct ccs_config_reader reader;

	/* Options. */
	unsigned int side;
	const char *name; /* of the charger; NULL: the first */
	bool json, yes, contactors;
	bool live;		      /* test: what is behind the contactors may be so */
	ccs_time seconds;	      /* of watch, of each output in test; 0: not said */
	int32_t supply_mv, supply_ma; /* of test, likewise */

	/* Live. */
	uv_loop_t loop;
	uv_timer_t timer;
	uv_signal_t signals[CCS_HW_TOOL_SIGNALS];
	struct ccs_hw_board board;
	struct ccs_sink sink;
	const struct ccs_hw_verb *verb;
	ccs_time begun;
	ccs_time shown;
	struct ccs_measured last[CCS_HW_VALUE_COUNT]; /* that were shown */
	bool over;
	int status;

	/* test */
	size_t row;
	ccs_time row_began;
	bool supply_wanted; /* its voltage or current was said */
	bool was_live;	    /* a voltage may have come to the pins */
	bool ends;	    /* everything is off, but perhaps the lock; row_began is when */
};

/* What a verb does with the open board. */
struct ccs_hw_verb {
	void (*work)(struct ccs_hw_tool *tool, ccs_time now); /* after each step of the board */
	void (*interrupt)(struct ccs_hw_tool *tool, int signal);
};

/* That of the options; NULL: there is no such charger, which was said. */
const struct ccs_hw_config *ccs_hw_tool_config(struct ccs_hw_tool *tool);

/* Of the charger of the options, each of which may be 0; likewise. */
const struct ccs_limits *ccs_hw_tool_limits(struct ccs_hw_tool *tool);

/* Opens the board and runs until ccs_hw_tool_finish; shows the values as they change.  Returns the
 * exit status. */
int ccs_hw_tool_run(struct ccs_hw_tool *tool, const struct ccs_hw_verb *verb);

/* Everything off, and the end. */
void ccs_hw_tool_finish(struct ccs_hw_tool *tool, int status);

/* "name                value unit  (driver)" */
void ccs_hw_tool_line(struct ccs_hw_tool *tool, const char *name, const char *value,
		      const char *unit, const char *driver);

/* `"key":"text"` behind a brace, or behind a comma. */
void ccs_hw_tool_field(struct ccs_print *p, const char *key, const char *text, bool first);

void ccs_hw_tool_padded(struct ccs_print *p, const char *text, size_t width);

/* " V"; nothing for words. */
void ccs_hw_tool_unit(struct ccs_print *p, const char *unit);

/* The verbs; each returns the exit status. */
int ccs_hw_tool_list(struct ccs_hw_tool *tool);
int ccs_hw_tool_watch(struct ccs_hw_tool *tool);
int ccs_hw_tool_test(struct ccs_hw_tool *tool);

#endif

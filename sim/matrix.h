/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matrix of faults: every fault of a message, of the matching, of the connection, of the
 * hardware and of people, at every moment where it can make a difference, for both protocols; each
 * as a script of its own.
 *
 *	struct sim_matrix matrix;
 *	struct sim_case one;
 *
 *	sim_matrix_init(&matrix);
 *	while (sim_matrix_next(&matrix, &one))
 *		play one.script; sim_case_judge(&one, ...)
 *
 * Whatever the fault is, no invariant may break, the stations must come to rest, and the hardware
 * must not suffer from more than the fault itself does (`events`).
 */
#ifndef SIM_MATRIX_H
#define SIM_MATRIX_H

#include "play.h"

/* X(id, name, text) */
#define SIM_FAMILIES(X)                                                                 \
	X(PYPLC, "pyplc", "the 16 cases of pyPLC's test suite")                         \
	X(MESSAGE, "message", "a message that is lost, late, damaged, wrong, ...")      \
	X(MME, "mme", "a message of the matching, likewise")                            \
	X(CONNECTION, "connection", "reset, half-closed, silent, an intruder, no link") \
	X(HARDWARE, "hardware", "contactors, locks, supply, pilot, sensors")            \
	X(PEOPLE, "people", "stop, emergency, unplugged, pulled by force")

enum sim_family {
#define SIM_FAMILY_ROW(id, name, text) SIM_FAMILY_##id,
	SIM_FAMILIES(SIM_FAMILY_ROW)
#undef SIM_FAMILY_ROW
		SIM_FAMILY_COUNT
};

const char *sim_family_name(enum sim_family family);
const char *sim_family_text(enum sim_family family);

struct sim_case {
	enum sim_family family;
	char name[120];	 /* "din dc evse PreChargeRes wrong-code FAILED after 2" */
	char text[1024]; /* the script, for `ccs sim` */
	struct sim_script script;
	uint32_t events;  /* of the hardware that the fault itself causes, a bit each */
	bool must_charge; /* it is harmless: the session ends as it should */
	bool must_fail;	  /* a session must end in a safe shutdown, or as the charger wants */
};

/* Private. */
struct sim_matrix {
	enum sim_family family;
	size_t row;
	size_t column;
	int mode;
	struct sim_fault_matrix messages;
	struct sim_message_fault message;
	bool later; /* the same fault once more, later */
};

void sim_matrix_init(struct sim_matrix *matrix);

/* False: that was the last. */
bool sim_matrix_next(struct sim_matrix *matrix, struct sim_case *one);

/* A case that chance makes: two or three faults at any time, on a line that may be bad. */
void sim_matrix_random(uint64_t seed, struct sim_case *one);

/* After its play: NULL, or what is wrong with the stations. */
const char *sim_case_judge(const struct sim_case *one, const struct sim_play *play);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The conversations of a capture: each request with its response, as it was recorded. */
#ifndef REPLAY_RECORDING_H
#define REPLAY_RECORDING_H

#include "ccs/message.h"
#include "ccs/time.h"
#include "said.h"

/* A message as it was, with its V2GTP header. */
struct replay_message {
	uint8_t *bytes; /* NULL: there was none */
	size_t length;
	ccs_time time;		 /* since the start of the capture */
	struct replay_said said; /* without `session` */
};

struct replay_exchange {
	enum replay_step step;
	struct replay_message request, response;
};

/* From one handshake to the next. */
struct replay_conversation {
	enum ccs_protocol protocol; /* NONE: nothing but the handshake */
	bool tls;
	uint8_t id[8]; /* SessionID of the charger */
	uint8_t phases;
	uint32_t tuples;
	int32_t tuple[REPLAY_TUPLES];
	size_t undecoded;
	size_t count;
	struct replay_exchange *exchanges;
};

struct replay_recording {
	size_t count;
	struct replay_conversation *conversations;
};

/* Reads a capture; false: it cannot be read.  Afterwards `recording` is to be freed. */
bool replay_recording_read(struct replay_recording *recording, const char *path);

void replay_recording_free(struct replay_recording *recording);

/* How far a session came, by responses that were no failure; REPLAY_OTHER: none. */
struct replay_reach {
	enum replay_step way; /* to the power and in the charging loop, */
	enum replay_step end; /* and of the end */
	unsigned int rounds;  /* of the charging loop */
};

void replay_reach_add(struct replay_reach *reach, enum replay_step step);

struct replay_reach replay_reach_recorded(const struct replay_conversation *conversation);

#endif

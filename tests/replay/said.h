/* SPDX-License-Identifier: Apache-2.0 */
/* What a message of a session says, as far as a replay needs it, whatever its protocol. */
#ifndef REPLAY_SAID_H
#define REPLAY_SAID_H

#include "ccs/exi.h"

/* X(id, name): requests with their responses, in the order of a session. */
#define REPLAY_STEPS(X)                              \
	X(OTHER, "something else")                   \
	X(HANDSHAKE, "handshake")                    \
	X(SESSION_SETUP, "session setup")            \
	X(SERVICES, "service discovery")             \
	X(SERVICE_DETAIL, "service detail")          \
	X(PAYMENT, "service and payment")            \
	X(AUTHORISATION, "authorisation")            \
	X(PARAMETERS, "parameters")                  \
	X(CABLE_CHECK, "cable check")                \
	X(PRECHARGE, "precharge")                    \
	X(START, "power delivery start")             \
	X(DEMAND, "current demand")                  \
	X(STATUS, "charging status")                 \
	X(RECEIPT, "metering receipt")               \
	X(RENEGOTIATE, "power delivery renegotiate") \
	X(STOP, "power delivery stop")               \
	X(WELDING, "welding detection")              \
	X(SESSION_STOP, "session stop")

enum replay_step {
#define REPLAY_STEP_ROW(id, name) REPLAY_##id,
	REPLAY_STEPS(REPLAY_STEP_ROW)
#undef REPLAY_STEP_ROW
};

const char *replay_step_name(enum replay_step step);

#define REPLAY_TUPLES 3

struct replay_said {
	enum replay_step step; /* PowerDeliveryRes: START, it does not say of which request it is */
	bool is_request;
	bool ok;	     /* of a response: no FAILED code */
	bool finished;	     /* EVSEProcessing; true where there is none */
	bool has_mv, has_ma; /* present values of a response, targets of a request */
	int64_t mv, ma;	     /* thousandths */
	uint8_t phases;	     /* AC that is offered or asked for; 0: DC */
	uint32_t tuples;     /* SASchedules of a response */
	int32_t tuple[REPLAY_TUPLES];
	struct ccs_bytes session;
};

/* OTHER for all that is not the handshake, DIN SPEC 70121 or ISO 15118-2. */
void replay_read(const struct ccs_exi_document *document, struct replay_said *said);

#endif

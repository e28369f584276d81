/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults of V2G messages as data: what can go wrong with a message between the station that sends
 * it and the network.
 *
 * A fault is one line of words, in scenario files as in tables of this program:
 *
 *	SIDE MESSAGE KIND [ARGUMENT ...] [after N] [times N]
 *
 *	evse PreChargeRes wrong-code FAILED after 2
 *	ev   CurrentDemandReq set EVTargetVoltage 1000 times 1
 *	ev   * late 2500ms
 *
 * SIDE is who sends the message, `ev` or `evse`; MESSAGE the name of its element in the handshake,
 * DIN SPEC 70121 or ISO 15118-2, or `*` for every message of this side.  The first N messages stay
 * whole with `after N`, N messages are changed with `times N`, else all that follow.  Several
 *faults may hit one message; tamper.h says in which order they act.
 */
#ifndef SIM_MESSAGE_FAULTS_H
#define SIM_MESSAGE_FAULTS_H

#include "random.h"

#include "ccs/message.h"
#include "ccs/print.h"
#include "ccs/record.h"
#include "ccs/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands behind the name of a kind. */
enum sim_fault_argument {
	SIM_ARGUMENT_NONE,
	SIM_ARGUMENT_NUMBER,  /* decimal or 0x...; may be left out */
	SIM_ARGUMENT_TIME,    /* 300ms, 2s */
	SIM_ARGUMENT_VALUE,   /* of the field that the kind is about */
	SIM_ARGUMENT_FIELD,   /* name of a field and value */
	SIM_ARGUMENT_MESSAGE, /* name of a message of the same side */
};

/* Where a fault acts: on the bytes of the document, on the frame around them, or on its way. */
enum sim_fault_stage {
	SIM_STAGE_FIELDS,
	SIM_STAGE_FRAME,
	SIM_STAGE_WAY,
};

/*
 * X(id, name, stage, argument, field, value, text)
 *
 * `set` writes a value as people do: a number with decimals, in the base unit where the field is a
 * physical quantity (`set EVSEPresentVoltage 1000`), a literal, true or false.  The field is the
 * first of this name in wire order; a dotted name goes on inside of it
 * (`set EVTargetVoltage.Multiplier 127`).  An optional field becomes present.  A number beyond what
 * EXI can carry there becomes the nearest that it can: multiplier 127 is 4, SoC 200 is 127.
 */
#define SIM_MESSAGE_FAULTS(X)                                                                     \
	X(WRONG_CODE, "wrong-code", FIELDS, VALUE, "ResponseCode", NULL, "another response code") \
	X(STATUS, "status", FIELDS, VALUE, "EVSEStatusCode", NULL, "DC status of the charger")    \
	X(NOTIFICATION, "notification", FIELDS, VALUE, "EVSENotification", NULL,                  \
	  "notification of the charger")                                                          \
	X(ISOLATION, "isolation", FIELDS, VALUE, "EVSEIsolationStatus", NULL, "isolation status") \
	X(EV_ERROR, "ev-error", FIELDS, VALUE, "EVErrorCode", NULL, "error code of the car")      \
	X(ONGOING, "ongoing", FIELDS, NONE, "EVSEProcessing", "Ongoing", "never finished")        \
	X(SET, "set", FIELDS, FIELD, NULL, NULL, "a field with another value")                    \
	X(WRONG_SESSION_ID, "wrong-session-id", FIELDS, NONE, "SessionID", NULL,                  \
	  "session ID with its last octet inverted")                                              \
	X(WRONG_SCHEMA_ID, "wrong-schema-id", FIELDS, NONE, "SchemaID", NULL,                     \
	  "a SchemaID that nobody offered")                                                       \
	X(HEADER_NOTIFICATION, "header-notification", FIELDS, NONE, "Notification", NULL,         \
	  "a Notification in the header")                                                         \
	X(HEADER_SIGNATURE, "header-signature", FIELDS, NONE, "Signature", NULL,                  \
	  "a Signature in the header")                                                            \
	X(OUT_OF_TURN, "out-of-turn", FIELDS, MESSAGE, NULL, NULL,                                \
	  "another message, least content, same session")                                         \
	X(DAMAGED, "damaged", FRAME, NUMBER, NULL, NULL,                                          \
	  "N bits in a row inverted, somewhere in the EXI; 1")                                    \
	X(TRUNCATED, "truncated", FRAME, NUMBER, NULL, NULL,                                      \
	  "EXI of N bytes, the header agrees; half of it")                                        \
	X(EMPTY, "empty", FRAME, NONE, NULL, NULL, "a header that announces nothing")             \
	X(OVERSIZED, "oversized", FRAME, NUMBER, NULL, NULL,                                      \
	  "a header that announces N bytes; 0xfffffff0")                                          \
	X(CUT, "cut", FRAME, NUMBER, NULL, NULL, "the last N bytes never come; half of the EXI")  \
	X(WRONG_PAYLOAD_TYPE, "wrong-payload-type", FRAME, NUMBER, NULL, NULL,                    \
	  "payload type N; 0x9000, SDP")                                                          \
	X(BAD_HEADER, "bad-header", FRAME, NONE, NULL, NULL, "version and its complement agree")  \
	X(LOST, "lost", WAY, NONE, NULL, NULL, "does not arrive")                                 \
	X(LATE, "late", WAY, TIME, NULL, NULL, "arrives later")                                   \
	X(DOUBLED, "doubled", WAY, NONE, NULL, NULL, "arrives twice")

enum sim_message_fault_kind {
#define SIM_FAULT_ROW(id, name, stage, argument, field, value, text) SIM_MESSAGE_##id,
	SIM_MESSAGE_FAULTS(SIM_FAULT_ROW)
#undef SIM_FAULT_ROW
		SIM_MESSAGE_FAULT_KINDS
};

struct sim_message_fault_info {
	const char *name;
	const char *text; /* what happens to the message */
	enum sim_fault_stage stage;
	enum sim_fault_argument argument;
	const char *field; /* what it is about; NULL: the fault says so, or it is about none */
	const char *value; /* what it becomes; NULL: likewise */
};

const struct sim_message_fault_info *sim_message_fault_info(enum sim_message_fault_kind kind);

/* Longest name of the standards and a dot more. */
#define SIM_NAME_SIZE 64

struct sim_message_fault {
	enum sim_message_fault_kind kind;
	enum ccs_side side;	     /* who sends the message */
	char message[SIM_NAME_SIZE]; /* element, or "*" */
	uint32_t first;		     /* messages that stay whole */
	uint32_t count;		     /* messages that are changed; 0: all that follow */
	ccs_time delay;		     /* SIM_ARGUMENT_TIME */
	uint32_t number;	     /* SIM_ARGUMENT_NUMBER; 0: as the text of the kind says */
	char field[SIM_NAME_SIZE];   /* SIM_ARGUMENT_FIELD */
	char value[SIM_NAME_SIZE];   /* SIM_ARGUMENT_VALUE, _FIELD; _MESSAGE: its name */
};

/*
 * Reads the words of a fault.  Returns 0, or, with what was wrong and what was expected in `why`:
 *	CCS_ERR_SYNTAX	a word is missing, is one too many, or is not a number or time
 *	CCS_ERR_NAME	no such side, message, kind, field or literal, or the message has no such
 *field
 */
int sim_message_fault_parse(struct sim_message_fault *fault, const char *const *words, size_t count,
			    struct ccs_print *why);

/* The same of one line, words separated by blanks. */
int sim_message_fault_read(struct sim_message_fault *fault, const char *line,
			   struct ccs_print *why);

/* The words again, as the reader takes them. */
void sim_message_fault_print(struct ccs_print *print, const struct sim_message_fault *fault);

/*
 * Whether a message of the set can have this fault: it is of the fault's side and has the field, in
 * an alternative whose name does not begin with `without` (NULL: any).  0 or an error as above.
 */
int sim_message_fault_check(const struct sim_message_fault *fault, const struct ccs_exi_set *set,
			    const char *message, const char *without);

/*
 * Every fault that makes sense in a session: each message of both sides with each fault that the
 * message has the fields for.  ISO 15118-2 and DIN SPEC 70121, DC and (ISO 15118-2) AC.
 *
 *	struct sim_fault_matrix matrix = { .protocol = CCS_PROTOCOL_DIN };
 *	struct sim_message_fault fault;
 *
 *	while (sim_fault_matrix_next(&matrix, &fault))
 *		run a session with it
 */
struct sim_fault_matrix {
	enum ccs_protocol protocol;
	bool ac;
	size_t message; /* the next; begin with 0 */
	size_t line;
};

bool sim_fault_matrix_next(struct sim_fault_matrix *matrix, struct sim_message_fault *fault);

/*
 * Any one of them, without a walk over all; false: there are none for this protocol.  All messages
 * are equally likely, and then, about, all their faults.
 */
bool sim_fault_matrix_any(struct sim_fault_matrix matrix, struct sim_random *random,
			  struct sim_message_fault *fault);

/*
 * Faults of HomePlug messages (MMEs) on the power line, written likewise:
 *
 *	ev   CM_SLAC_PARM.REQ lost times 2
 *	evse CM_ATTEN_CHAR.IND wrong-run-id
 *	evse CM_SET_KEY.CNF late 8s
 *
 * SIDE is who sends the message: the host, or its modem that answers it.
 *
 * X(id, name, argument, text)
 */
#define SIM_MME_FAULTS(X)                                                                          \
	X(LOST, "lost", NONE, "does not arrive")                                                   \
	X(LATE, "late", TIME, "arrives later")                                                     \
	X(DOUBLED, "doubled", NONE, "arrives twice")                                               \
	X(DAMAGED, "damaged", NUMBER, "N bits in a row inverted, behind the header; 1")            \
	X(TRUNCATED, "truncated", NUMBER, "a frame of N bytes; half of what is behind the header") \
	X(FOREIGN, "foreign", NONE, "from a station with another MAC")                             \
	X(WRONG_RUN_ID, "wrong-run-id", NONE, "run ID with its last octet inverted")

enum sim_mme_fault_kind {
#define SIM_FAULT_ROW(id, name, argument, text) SIM_MME_##id,
	SIM_MME_FAULTS(SIM_FAULT_ROW)
#undef SIM_FAULT_ROW
		SIM_MME_FAULT_KINDS
};

struct sim_mme_fault_info {
	const char *name;
	const char *text;
	enum sim_fault_argument argument; /* NONE, NUMBER or TIME */
};

const struct sim_mme_fault_info *sim_mme_fault_info(enum sim_mme_fault_kind kind);

struct sim_mme_fault {
	enum sim_mme_fault_kind kind;
	enum ccs_side side;
	char message[SIM_NAME_SIZE]; /* "CM_SLAC_PARM.CNF" as in records, or "*" */
	uint32_t first;		     /* as in struct sim_message_fault */
	uint32_t count;
	ccs_time delay;
	uint32_t number;
};

/* As those of sim_message_fault; CCS_ERR_NAME too for a message without a run ID to be wrong. */
int sim_mme_fault_parse(struct sim_mme_fault *fault, const char *const *words, size_t count,
			struct ccs_print *why);
int sim_mme_fault_read(struct sim_mme_fault *fault, const char *line, struct ccs_print *why);
void sim_mme_fault_print(struct ccs_print *print, const struct sim_mme_fault *fault);

/* Every fault that makes sense in a matching: the one of `*row`, from 0 on, which moves on. */
bool sim_mme_matrix_next(size_t *row, struct sim_mme_fault *fault);

/* A test case of pyPLC: what its charger does wrong, and how the car has to end. */
struct sim_pyplc_case {
	const char *title;
	const char *faults[4]; /* lines as above; NULL from the last on */
	bool charges;	       /* the session ends as charging finished, else in a safe shutdown: */
	bool asked;	       /* an orderly one is safe too, for the charger asked for it (R31) */
};

#define SIM_PYPLC_CASES 16

/* Case N is sim_pyplc_cases[N - 1]. */
extern const struct sim_pyplc_case sim_pyplc_cases[SIM_PYPLC_CASES];

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of `ccs modem` share: options, the way to the modem, reports. */
#ifndef CCS_TOOLS_MODEM_H
#define CCS_TOOLS_MODEM_H

#include "linux/modem_tool.h"
#include "tools/command.h"

#include "ccs/pib_job.h"

struct ccs_modem_command {
	struct ccs_output output;
	struct ccs_modem_tool tool;
	struct ccs_modem_tool_sim sim;
	uint32_t given;		 /* options that are not for every verb, a bit each */
	const char *operands[2]; /* behind the verb; NULL */

	/* Options. */
	const char *interface;
	const char *folder; /* of the backups */
	const char *nid;
	uint32_t rounds; /* 0: until interrupted */
	bool yes;
	bool json;
	bool secrets;
	bool join;
	bool evse;
	bool damaged;
	bool hidden_device_key;
	bool other_levels;
	const char *sim_path;
	const char *sim_modem;
	const char *sim_fault;
};

/* Says what went wrong with `problem`; the exit status. */
int ccs_modem_fail(struct ccs_modem_command *c, int status, const struct ccs_problem *problem);

/* A question for a person, answered yes; --yes answers it, and without a terminal it is no. */
bool ccs_modem_confirm(struct ccs_modem_command *c, const char *question);

/* "label      " of a line of text. */
void ccs_modem_label(struct ccs_print *print, const char *label);

/* What a modem says of itself: other characters than those of ASCII do not reach a terminal. */
void ccs_modem_text(struct ccs_print *print, const char *text, size_t most);

/* The beginning of the JSON line of a modem: {"v":1,"kind":"modem","mac":"..." */
void ccs_modem_begin_json(struct ccs_print *print, const uint8_t mac[6]);

/* ,"name":"text" */
void ccs_modem_add_json(struct ccs_print *print, const char *name, const char *text);

/* The verbs; each returns the exit status. */
int ccs_modem_list(struct ccs_modem_command *c);
int ccs_modem_watch(struct ccs_modem_command *c);
int ccs_modem_info(struct ccs_modem_command *c);
int ccs_modem_key(struct ccs_modem_command *c);
int ccs_modem_backup(struct ccs_modem_command *c);
int ccs_modem_role(struct ccs_modem_command *c);
int ccs_modem_restore(struct ccs_modem_command *c);
int ccs_modem_factory(struct ccs_modem_command *c);
int ccs_modem_reset(struct ccs_modem_command *c);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configuration that changes while stations run.
 *
 * Each station works with its own copy, because engines point into it: what may change at any time
 * (limits, targets, authorisation, when to end) is copied at once, the rest (protocols, timing,
 * quirks, ...) when no session goes on.  What sockets, files and the simulation were opened with
 * needs a restart.
 */
#ifndef CCS_LINUX_CONFIG_CHANGE_H
#define CCS_LINUX_CONFIG_CHANGE_H

#include "linux/config_keys.h"
#include "linux/problem.h"

enum ccs_config_change {
	CCS_CONFIG_AT_ONCE,
	CCS_CONFIG_NEXT_SESSION,
	CCS_CONFIG_RESTART,
};

enum ccs_config_change ccs_config_change_of(const struct ccs_config_key *key);

/*
 * `fresh` was read in the place of `old`: what needs a restart is as it was again, and `tell` is
 * called for each such key, once.  False when there are other chargers than before: do not use
 * `fresh` then.
 */
bool ccs_config_keep(struct ccs_config *fresh, const struct ccs_config *old,
		     void (*tell)(void *user, const struct ccs_config_key *key), void *user);

/*
 * A station's copy of all that concerns it: of the chargers only number `evse`, so that the rest of
 * its memory, which is large, is never touched.
 */
void ccs_config_copy(struct ccs_config *copy, const struct ccs_config *config, size_t evse);

/*
 * Takes over what changes at once into a station's copy; `evse`: the number of the charger.  True
 * when there is more, for which the whole `fresh` is to be copied between two sessions.
 */
bool ccs_config_adopt(struct ccs_config *copy, const struct ccs_config *fresh, size_t evse);

/* Sets "section.key".  False: `problem` says why not. */
bool ccs_config_alter(struct ccs_config *config, size_t evse, const char *key, const char *value,
		      struct ccs_problem *problem);

#endif

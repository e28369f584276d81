/* SPDX-License-Identifier: Apache-2.0 */
/* One car at the charger, from CM_SLAC_PARM.CNF to CM_SLAC_MATCH.REQ. */
#ifndef CCS_SLAC_SESSION_H
#define CCS_SLAC_SESSION_H

#include "ccs/slac_evse.h"

/* The session of this car, whatever its run; NULL. */
struct ccs_slac_session *ccs_slac_session_find(struct ccs_slac_evse *evse, const uint8_t mac[6]);

/* Likewise, with this RunID. */
struct ccs_slac_session *ccs_slac_session_find_run(struct ccs_slac_evse *evse, const uint8_t mac[6],
						   const uint8_t run_id[8]);

/* CM_SLAC_PARM.REQ while matching. */
int ccs_slac_session_begin(struct ccs_slac_evse *evse, const struct ccs_mme *mme, ccs_time now);

/* Every other message of a session but CM_SLAC_MATCH.REQ. */
int ccs_slac_session_take(struct ccs_slac_evse *evse, const struct ccs_mme *mme, ccs_time now);

/* This one gets the key; all others are over. */
void ccs_slac_session_match(struct ccs_slac_evse *evse, struct ccs_slac_session *s, ccs_time now);

/* CM_SLAC_MATCH.CNF again. */
void ccs_slac_session_repeat_match(struct ccs_slac_session *s);

void ccs_slac_session_tick(struct ccs_slac_evse *evse, ccs_time now);
void ccs_slac_session_end_all(struct ccs_slac_evse *evse);

/* The control pilot went from one state to another. */
void ccs_slac_session_count_edge(struct ccs_slac_evse *evse, enum ccs_pilot from,
				 enum ccs_pilot to);

/* A car has got as far as sounding. */
bool ccs_slac_session_is_busy(const struct ccs_slac_evse *evse);

ccs_time ccs_slac_session_deadline(const struct ccs_slac_evse *evse);

/* As ccs_slac_evse_send. */
int ccs_slac_session_send(struct ccs_slac_evse *evse, uint8_t *frame, size_t size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What each message set does for the car's session: responses to replies, requests to documents. */
#ifndef CCS_CORE_EV_MESSAGES_H
#define CCS_CORE_EV_MESSAGES_H

#include "charging.h"

/*
 * Reads a response into `reply`.  Returns 0, or the reason why the session has to fail, an
 * enum ccs_ev_reason.
 */
enum ccs_ev_reason ccs_ev_handshake_read(struct ccs_ev_session *session,
					 const struct ccs_exi_document *document,
					 struct ccs_ev_reply *reply);
enum ccs_ev_reason ccs_ev_din_read(struct ccs_ev_session *session,
				   const struct ccs_exi_document *document,
				   struct ccs_ev_reply *reply);

/* Encodes a request into the channel.  Returns its length or an error of ccs_channel_send. */
int ccs_ev_handshake_ask(struct ccs_ev_session *session);
int ccs_ev_din_ask(struct ccs_ev_session *session, enum ccs_ev_message message);

/* values.c: the gate for the charger's values; what is not plausible is told to the sink. */
bool ccs_ev_take(struct ccs_ev_session *session, enum ccs_taken kind, int64_t milli,
		 int32_t *value);

/* What the requests say of the car, in thousandths of V and A. */
struct ccs_ev_wish {
	int32_t max_mv; /* announced maxima */
	int32_t max_ma;
	int32_t max_w; /* CCS_NO_LIMIT: not given */
	struct ccs_setpoint target;
	int32_t soc;	      /* percent */
	int32_t full_seconds; /* to the full battery; negative: not known */
	int32_t bulk_seconds;
	bool bulk; /* the bulk state of charge is reached */
	bool ready;
};

/* values.c */
struct ccs_ev_wish ccs_ev_wish_now(const struct ccs_ev_session *session);

#endif

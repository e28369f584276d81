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
enum ccs_ev_reason ccs_ev_iso2_read(struct ccs_ev_session *session,
				    const struct ccs_exi_document *document,
				    struct ccs_ev_reply *reply);

/* Encodes a request into the channel.  Returns its length or an error of ccs_channel_send. */
int ccs_ev_handshake_ask(struct ccs_ev_session *session);
int ccs_ev_din_ask(struct ccs_ev_session *session, enum ccs_ev_message message);
int ccs_ev_iso2_ask(struct ccs_ev_session *session, enum ccs_ev_message message);

/* How a SessionSetupRes opened the session. */
enum ccs_ev_opening {
	CCS_EV_OPENING_REFUSED,
	CCS_EV_OPENING_PLAIN, /* OK, which says nothing */
	CCS_EV_OPENING_NEW,
	CCS_EV_OPENING_JOINED,
};

/* opening.c: keeps the charger's id, or says why not; the id of later responses. */
enum ccs_ev_reason ccs_ev_open(struct ccs_ev_session *session, struct ccs_bytes id,
			       enum ccs_ev_opening opening);
bool ccs_ev_is_our_session(const struct ccs_ev_session *session, struct ccs_bytes id);

/* opening.c: takes one of `offered`, 1 << enum ccs_ev_transfer each; false: the car has none. */
bool ccs_ev_choose_transfer(struct ccs_ev_session *session, unsigned int offered);

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

/* values.c: AC, per phase: what the car may draw now in mA. */
int32_t ccs_ev_onboard_ma(const struct ccs_ev_session *session);

/* values.c: the power of the car in W, whatever the charger allows. */
int32_t ccs_ev_own_power(const struct ccs_ev_session *session);

/* values.c: phases that are used, 1 for DC. */
int32_t ccs_ev_phases(const struct ccs_ev_session *session);

/* values.c */
struct ccs_ev_wish ccs_ev_wish_now(const struct ccs_ev_session *session);

#endif

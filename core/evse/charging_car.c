/* SPDX-License-Identifier: Apache-2.0 */
/* What the car says of itself and demands, through the gate of limits.h. */
#include "evse/charging.h"

/* What is odd is said, what is refused is kept out. */
static bool take(struct ccs_evse_session *session, enum ccs_taken kind, int64_t milli,
		 int32_t *value, ccs_time now)
{
	const char *reason;
	int result = ccs_limits_take(kind, milli, value, &reason);

	if (reason)
		ccs_channel_tell(&session->channel, CCS_RECORD_NOTE, CCS_NOTE_WARNING,
				 ccs_taken_name(kind), reason, now);
	return result >= 0;
}

/* What it can take it can also give, where that is wished for (E-4): it announces nothing else. */
bool evse_take_maxima(struct ccs_evse_session *session, const struct evse_maxima *maxima,
		      ccs_time now)
{
	struct ccs_limits *ev = &session->facts.ev;
	bool good = true;

	if (maxima->has_mv)
		good &= take(session, CCS_TAKEN_VOLTAGE_LIMIT, maxima->mv, &ev->max_mv, now);
	if (maxima->has_ma)
		good &= take(session, CCS_TAKEN_CURRENT_LIMIT, maxima->ma, &ev->max_ma, now);
	if (maxima->has_mw)
		good &= take(session, CCS_TAKEN_POWER_LIMIT, maxima->mw, &ev->max_w, now);
	if (ccs_quirk_is_on(&session->config.quirks, CCS_QUIRK_DISCHARGE)) {
		ev->discharge_ma = ev->max_ma;
		ev->discharge_w = ev->max_w;
	}
	return good;
}

void evse_take_car(struct ccs_evse_session *session, const struct evse_event *event, ccs_time now)
{
	int32_t soc;

	if (event->capacity_mwh)
		take(session, CCS_TAKEN_ENERGY, event->capacity_mwh, &session->car.capacity_mwh,
		     now);
	if (event->request_mwh)
		take(session, CCS_TAKEN_ENERGY, event->request_mwh, &session->car.request_mwh, now);
	if (event->full_soc)
		take(session, CCS_TAKEN_STATE_OF_CHARGE, event->full_soc * (int64_t)1000,
		     &session->car.full_soc, now);
	if (event->has_soc &&
	    take(session, CCS_TAKEN_STATE_OF_CHARGE, event->soc * (int64_t)1000, &soc, now))
		session->car.soc = ccs_measured(soc, now);
}

/* What is refused leaves the old target. */
void evse_take_demand(struct ccs_evse_session *session, const struct evse_event *event,
		      ccs_time now)
{
	take(session, CCS_TAKEN_TARGET_VOLTAGE, event->target_mv, &session->demand.mv, now);
	take(session, CCS_TAKEN_TARGET_CURRENT, event->target_ma, &session->demand.ma, now);
}

static void tell_value(const struct ccs_evse_session *session, const char *name, int64_t milli,
		       const char *unit, ccs_time now)
{
	const struct ccs_channel_config *channel = &session->channel.config;
	struct ccs_record record = {
		.kind = CCS_RECORD_VALUE,
		.time = now,
		.since = now,
		.dir = CCS_SIDE_EV,
		.session = channel->session,
		.value = { name, milli, unit },
	};

	ccs_emit(channel->sink, &record);
}

/* The EVCCID as people know it: two digits an octet. */
static void tell_evccid(const struct ccs_evse_session *session, ccs_time now)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * sizeof(session->car.evccid) + 1];
	uint8_t n = session->car.evccid_length;

	for (uint8_t i = 0; i < n; i++) {
		text[2 * i] = digits[session->car.evccid[i] >> 4];
		text[2 * i + 1] = digits[session->car.evccid[i] & 15];
	}
	text[2 * n] = '\0';
	ccs_channel_tell(&session->channel, CCS_RECORD_NOTE, CCS_NOTE_INFO, "evccid", text, now);
}

void evse_tell_car(const struct ccs_evse_session *session, ccs_time now)
{
	const struct ccs_evse_car *car = &session->car;

	tell_evccid(session, now);
	if (car->soc.known)
		tell_value(session, "soc", car->soc.value * (int64_t)100, "%", now);
	if (car->capacity_mwh)
		tell_value(session, "energy_capacity", car->capacity_mwh, "Wh", now);
	if (car->request_mwh)
		tell_value(session, "energy_request", car->request_mwh, "Wh", now);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What every answer tells besides its code: status, notification, measurements, limits, meter. */
#include "evse/charging.h"

/* DC_EVSEStatusCode of a session that was cut short. */
static enum evse_status fault_status(enum ccs_evse_fault fault)
{
	switch (fault) {
	case CCS_EVSE_FAULT_EMERGENCY:
		return EVSE_STATUS_EMERGENCY;
	case CCS_EVSE_FAULT_UNLOCKED:
	case CCS_EVSE_FAULT_SUPPLY:
	case CCS_EVSE_FAULT_ISOLATION:
	case CCS_EVSE_FAULT_NO_MONITOR:
	case CCS_EVSE_FAULT_LIVE:
	case CCS_EVSE_FAULT_TEST:
	case CCS_EVSE_FAULT_SENSOR:
	case CCS_EVSE_FAULT_OVERVOLTAGE:
	case CCS_EVSE_FAULT_CONTACTOR:
	case CCS_EVSE_FAULT_SLOW:
		return EVSE_STATUS_MALFUNCTION;
	case CCS_EVSE_FAULT_NONE:
	case CCS_EVSE_FAULT_PILOT:
	case CCS_EVSE_FAULT_DENIED:
	case CCS_EVSE_FAULT_STOP_IGNORED:
	case CCS_EVSE_FAULT_SILENCE:
	case CCS_EVSE_FAULT_PROTOCOL:
	case CCS_EVSE_FAULT_UNPLUGGED:
	case CCS_EVSE_FAULT_CONNECTION:
		break;
	}
	return EVSE_STATUS_SHUTDOWN;
}

/* R22, R36: ready unless there is a reason. */
static enum evse_status find_status(const struct ccs_evse_session *session,
				    const struct evse_event *event,
				    const struct evse_answer *answer)
{
	if (session->fault != CCS_EVSE_FAULT_NONE)
		return fault_status(session->fault);
	if (evse_wants_stop(session))
		return EVSE_STATUS_SHUTDOWN;
	if (answer->code >= EVSE_CODE_FAILED || session->state >= CCS_EVSE_STOPPED)
		return EVSE_STATUS_NOT_READY;
	if (answer->ongoing)
		return event->request == EVSE_REQUEST_CABLE_CHECK ? EVSE_STATUS_ISOLATING
								  : EVSE_STATUS_NOT_READY;
	return EVSE_STATUS_READY;
}

static enum evse_notification find_notification(const struct ccs_evse_session *session)
{
	if (evse_wants_stop(session) && session->state < CCS_EVSE_STOPPED)
		return EVSE_NOTIFICATION_STOP;
	return session->renegotiate ? EVSE_NOTIFICATION_RENEGOTIATE : EVSE_NOTIFICATION_NONE;
}

/* A probe delivers nothing; these are numbers that no car refuses. */
static const struct ccs_limits probe_limits = {
	.max_mv = 920000,
	.min_mv = 150000,
	.max_ma = 125000,
	.min_ma = 1000,
	.max_w = 50000,
};

/* E-3: cars refuse parameters of 0 W or 0 A. */
static struct ccs_limits announce(const struct ccs_evse_session *session, ccs_time now)
{
	struct ccs_limits limits = evse_own_limits(session, now);

	if (session->config.probe)
		return probe_limits;
	if (!ccs_quirk_is_on(&session->config.quirks, CCS_QUIRK_NONZERO_LIMITS))
		return limits;
	if (limits.max_ma <= 0)
		limits.max_ma = limits.min_ma > 0 ? limits.min_ma : 1000;
	if (limits.max_w <= 0)
		limits.max_w = 1000;
	return limits;
}

/* E-3 for AC. */
static int32_t announce_ac(const struct ccs_evse_session *session, ccs_time now)
{
	int32_t ma = evse_ac_ma(session, now);
	bool nonzero = ccs_quirk_is_on(&session->config.quirks, CCS_QUIRK_NONZERO_LIMITS);

	return nonzero && ma < EVSE_LEAST_AC_MA ? EVSE_LEAST_AC_MA : ma;
}

static enum ccs_isolation find_isolation(const struct ccs_evse_session *session)
{
	if (!session->isolation_tested)
		return CCS_ISOLATION_INVALID; /* R37 */
	if (session->config.values->isolation == CCS_ISOLATION_WARNING)
		return CCS_ISOLATION_WARNING;
	return session->isolation;
}

/* The reading, and from time to time the wish for a receipt of it. */
static void fill_meter(struct ccs_evse_session *session, struct evse_answer *answer, ccs_time now)
{
	const struct ccs_measured *energy = &session->config.values->energy_wh;

	if (!session->config.meter_id.length || !energy->known || energy->value < 0)
		return;
	answer->has_meter = true;
	answer->meter_wh = energy->value;
	if (answer->code != EVSE_CODE_OK || now < session->receipts)
		return;
	answer->receipt = session->receipt = true;
	session->receipts = now + session->config.receipt_us;
}

/* The power of a schedule that follows the limits. */
static int32_t find_offer(const struct ccs_evse_session *session, const struct evse_answer *answer)
{
	int64_t mv = (int64_t)session->config.ac.nominal_mv * session->phases;
	int64_t w = mv * answer->ac_ma / 1000000;

	if (!evse_is_ac(session))
		return answer->limits.max_w;
	return w < INT32_MAX ? (int32_t)w : INT32_MAX;
}

void evse_fill_answer(struct ccs_evse_session *session, const struct evse_event *event,
		      struct evse_answer *answer, ccs_time now)
{
	answer->status = find_status(session, event, answer);
	answer->notification = find_notification(session);
	answer->isolation = find_isolation(session);
	answer->present_mv = evse_present_mv(session, now);
	answer->present_ma = evse_present_ma(session, now);
	answer->limits = announce(session, now);
	answer->ac_ma = evse_ac_ma(session, now);
	if (event->request == EVSE_REQUEST_PARAMETERS) {
		answer->ac_ma = announce_ac(session, now);
		session->offered_w = find_offer(session, answer);
	}
	answer->rcd = session->config.values->supply == CCS_SUPPLY_FAULT;
	if (event->request == EVSE_REQUEST_DEMAND || event->request == EVSE_REQUEST_STATUS)
		fill_meter(session, answer, now);
}

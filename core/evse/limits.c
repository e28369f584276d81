/* SPDX-License-Identifier: Apache-2.0 */
/* What the charger allows at this moment: its hardware, the heat of the plug, the schedule. */
#include "evse/charging.h"

static int32_t smaller(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

bool evse_is_ac(const struct ccs_evse_session *session)
{
	return session->facts.ac;
}

/* A contact whose temperature is not measured any more counts as one at the limit. */
static int32_t derate(const struct ccs_evse_session *session, int32_t ma, ccs_time now)
{
	int32_t hottest = session->config.hottest_dc;
	int32_t temperature = hottest;

	if (!hottest)
		return ma;
	ccs_measured_get(&session->config.values->plug_dc, now, session->config.sensor_us,
			 &temperature);
	return ccs_limits_derate(ma, temperature, hottest);
}

struct ccs_limits evse_own_limits(const struct ccs_evse_session *session, ccs_time now)
{
	struct ccs_limits limits = session->config.values->limits;

	limits.max_ma = derate(session, limits.max_ma, now);
	limits.discharge_ma = derate(session, limits.discharge_ma, now);
	if (session->facts.delivering)
		limits.max_w = smaller(limits.max_w, evse_schedule_now(session, now));
	return limits;
}

int32_t evse_ac_ma(const struct ccs_evse_session *session, ccs_time now)
{
	const struct ccs_evse_ac *ac = &session->config.ac;
	struct ccs_limits limits = evse_own_limits(session, now);
	int64_t mv = (int64_t)ac->nominal_mv * session->phases;
	int64_t ma = smaller(limits.max_ma, derate(session, ac->max_ma, now));

	if (limits.max_w != CCS_NO_LIMIT && mv > 0 && limits.max_w * INT64_C(1000000) / mv < ma)
		ma = limits.max_w * INT64_C(1000000) / mv;
	return ma > 0 ? (int32_t)ma : 0;
}

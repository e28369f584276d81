/* SPDX-License-Identifier: Apache-2.0 */
/* From the configuration to stations. */
#include "linux/config_station.h"

#include "ccs/limits.h"

#include <string.h>

#define DIN_EVSEID_SIZE 32

static const uint8_t no_mac[6];

void ccs_config_make_ev(const struct ccs_config *config, struct ccs_ev_station_config *station)
{
	const struct ccs_config_ev *ev = &config->ev;
	struct ccs_ev_session_config *session = &station->session;

	*station = (struct ccs_ev_station_config) {
		.without_slac = ev->line.without_slac,
		.basic_ac = ev->basic_ac,
		.tries = ev->tries,
	};
	ccs_slac_ev_set_defaults(&station->slac);
	memcpy(station->slac.mac, ev->line.mac, sizeof(station->slac.mac));
	station->slac.validation = ev->validation;
	station->slac.decide_early = ev->decide_early;
	station->slac.limits = config->slac.limits;
	station->slac.modem = config->modem;

	session->timing = &config->timing;
	session->tolerances = &config->safety;
	session->quirks = config->quirks;
	session->offer_count = ev->protocols.count;
	memcpy(session->offers, ev->protocols.list, sizeof(session->offers));
	session->transfer = ev->transfer;
	session->other_transfers = ev->other_transfers;
	session->ongoing_pause = ev->ongoing_pause;
	session->precharge_pause = ev->precharge_pause;
	session->demand_pause = ev->demand_pause;
	if (memcmp(ev->line.mac, no_mac, sizeof(no_mac)) != 0) {
		memcpy(session->evccid, ev->line.mac, sizeof(ev->line.mac));
		session->evccid_length = sizeof(ev->line.mac);
	}
}

static struct ccs_text text_of(const char *text)
{
	return (struct ccs_text) { text, (uint32_t)strlen(text) };
}

/* One that is too long for DIN SPEC 70121 is not cut: another charger's could be the same then. */
static void set_identity(const struct ccs_config_evse *evse, struct ccs_evse_config *session)
{
	const struct ccs_text id = text_of(evse->evse_id);

	session->evse_name = id;
	if (id.length && id.length <= DIN_EVSEID_SIZE)
		session->evse_id = (struct ccs_bytes) { (const uint8_t *)id.at, id.length };
	session->meter_id = text_of(evse->meter_id);
}

static void make_evse_session(const struct ccs_config *config, const struct ccs_config_evse *evse,
			      struct ccs_evse_config *session)
{
	set_identity(evse, session);
	session->timing = &config->timing;
	session->tolerances = &config->safety;
	session->quirks = config->quirks;
	if (evse->protocols.count == 1)
		session->only = evse->protocols.list[0];
	session->test_mv = evse->test_mv;
	session->ripple_ma = evse->ripple_ma;
	session->without_monitor = evse->without_monitor;
	session->authorisation_us = evse->authorisation_us;
	session->stop_us = evse->stop_us;
	session->sensor_us = config->safety.sensor_us;
	if (evse->ac.phases)
		session->ac = evse->ac;
	session->probe = evse->probe;
	session->receipt_us = evse->receipt_us;
	session->hottest_dc = evse->hottest_dc;
	session->answer_delay = evse->pacing_us;
}

void ccs_config_make_evse(const struct ccs_config *config, size_t number,
			  struct ccs_evse_station_config *station)
{
	const struct ccs_config_evse *evse = &config->evse[number];

	*station = (struct ccs_evse_station_config) {
		.without_slac = evse->line.without_slac,
		.basic_ac = evse->basic_ac,
		.basic_ma = evse->basic_ma,
		.tries = evse->tries,
	};
	ccs_slac_evse_set_defaults(&station->slac);
	memcpy(station->slac.mac, evse->line.mac, sizeof(station->slac.mac));
	station->slac.validation = evse->validation;
	memcpy(station->slac.calibration, evse->calibration, sizeof(station->slac.calibration));
	station->slac.synthetic_db = (uint8_t)evse->synthetic_db;
	station->slac.limits = config->slac.limits;
	station->slac.modem = config->modem;
	make_evse_session(config, evse, &station->session);
}

static int32_t or_no_limit(int32_t value)
{
	return value ? value : CCS_NO_LIMIT;
}

static void narrow(struct ccs_limits *limits, const struct ccs_limits *configured)
{
	const struct ccs_limits bounds = {
		.max_mv = or_no_limit(configured->max_mv),
		.min_mv = configured->min_mv,
		.max_ma = or_no_limit(configured->max_ma),
		.min_ma = configured->min_ma,
		.max_w = or_no_limit(configured->max_w),
		.discharge_ma = or_no_limit(configured->discharge_ma),
		.discharge_w = or_no_limit(configured->discharge_w),
	};

	*limits = ccs_limits_combine(limits, &bounds);
}

void ccs_config_limit_ev(const struct ccs_config_ev *ev, struct ccs_ev_values *values)
{
	narrow(&values->limits, &ev->limits);
	if (ev->target.mv)
		values->target.mv = ev->target.mv;
	if (ev->target.ma)
		values->target.ma = ev->target.ma;
	ccs_limits_clamp(&values->limits, &values->target);
	if (ev->capacity_mwh)
		values->capacity_mwh = ev->capacity_mwh;
	values->request_mwh = ev->request_mwh;
	values->full_soc = ev->full_soc;
	values->bulk_soc = ev->bulk_soc;
}

void ccs_config_limit_evse(const struct ccs_config_evse *evse, struct ccs_evse_values *values)
{
	narrow(&values->limits, &evse->limits);
	values->discharge_ma = evse->discharge_ma;
	switch (evse->authorisation) {
	case CCS_CONFIG_FREE:
		values->authorisation = CCS_AUTHORISATION_GRANTED;
		break;
	case CCS_CONFIG_CTL:
		break;
	case CCS_CONFIG_DENY:
		values->authorisation = CCS_AUTHORISATION_DENIED;
		break;
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A number for each state; the states of a charger say what it expects next. */
#include "linux/hw/state_number.h"

static const uint8_t info_numbers[] = {
	[CCS_EVSE_STATION_AVAILABLE] = 18, /* listening */
	[CCS_EVSE_STATION_PLUGGED] = 18,   [CCS_EVSE_STATION_MATCHING] = 20,
	[CCS_EVSE_STATION_LINKED] = 22, /* matched */
	[CCS_EVSE_STATION_PAUSED] = 15,	   [CCS_EVSE_STATION_DONE] = 2,
};

static const uint8_t info_numbers_in_session[] = {
	[CCS_EVSE_IDLE] = 19, /* TCP is connected */
	[CCS_EVSE_HANDSHAKE] = 1,
	[CCS_EVSE_SESSION_SETUP] = 3, /* the schema is agreed upon */
	[CCS_EVSE_SERVICE_DISCOVERY] = 4,
	[CCS_EVSE_PAYMENT] = 5,
	[CCS_EVSE_AUTHORISATION] = 6,
	[CCS_EVSE_PARAMETERS] = 12,
	[CCS_EVSE_READY] = 8,
	[CCS_EVSE_CABLE_CHECK] = 9,
	[CCS_EVSE_PRE_CHARGE] = 10,
	[CCS_EVSE_CHARGING] = 13,
	[CCS_EVSE_STOPPED] = 14,
	[CCS_EVSE_CLOSING] = 15,
	[CCS_EVSE_ENDED] = 15,
};

#define SOUNDING 21

static bool is_sounding(const struct ccs_slac_evse *slac)
{
	for (size_t i = 0; i < sizeof(slac->sessions) / sizeof(slac->sessions[0]); i++)
		if (slac->sessions[i].state >= CCS_SLAC_SESSION_SOUNDING)
			return true;
	return false;
}

uint8_t ccs_hw_info_number(const struct ccs_evse_station *station)
{
	if (station->state == CCS_EVSE_STATION_SESSION)
		return info_numbers_in_session[station->session.state];
	if (station->state == CCS_EVSE_STATION_MATCHING && is_sounding(&station->slac))
		return SOUNDING;
	return info_numbers[station->state];
}

static const uint16_t checkpoints[] = {
	[CCS_EV_STATION_UNPLUGGED] = 2,	  [CCS_EV_STATION_PLUGGED] = 4,
	[CCS_EV_STATION_DISCOVERY] = 200, [CCS_EV_STATION_CONNECTING] = 301,
	[CCS_EV_STATION_PAUSED] = 905,	  [CCS_EV_STATION_BASIC] = 5,
	[CCS_EV_STATION_DONE] = 905,
};

static const uint16_t checkpoints_of_slac[CCS_SLAC_EV_STATES] = {
	[CCS_SLAC_EV_UNMATCHED] = 6,	[CCS_SLAC_EV_PREPARING] = 6,
	[CCS_SLAC_EV_ASKING] = 100,	[CCS_SLAC_EV_SOUNDING] = 104,
	[CCS_SLAC_EV_COLLECTING] = 130, [CCS_SLAC_EV_VALIDATING] = 140,
	[CCS_SLAC_EV_POSTPONED] = 140,	[CCS_SLAC_EV_TOGGLING] = 140,
	[CCS_SLAC_EV_MATCHING] = 150,	[CCS_SLAC_EV_JOINING] = 180,
	[CCS_SLAC_EV_MATCHED] = 190,	[CCS_SLAC_EV_PAUSED] = 190,
	[CCS_SLAC_EV_WAITING] = 6,	[CCS_SLAC_EV_FAILED] = 6,
	[CCS_SLAC_EV_LOST] = 6,
};

static const uint16_t checkpoints_in_session[] = {
	[CCS_EV_STATE_IDLE] = 303, /* TCP is connected */
	[CCS_EV_STATE_HANDSHAKE] = 400,
	[CCS_EV_STATE_SESSION_SETUP] = 500,
	[CCS_EV_STATE_SERVICE_DISCOVERY] = 510,
	[CCS_EV_STATE_PAYMENT_SELECTION] = 520,
	[CCS_EV_STATE_AUTHORISATION] = 530,
	[CCS_EV_STATE_PARAMETERS] = 540,
	[CCS_EV_STATE_LOCKING] = 555,
	[CCS_EV_STATE_CABLE_CHECK] = 560,
	[CCS_EV_STATE_PRECHARGE] = 570,
	[CCS_EV_STATE_CLOSING] = 590,
	[CCS_EV_STATE_POWER_ON] = 600,
	[CCS_EV_STATE_CHARGING] = 700,
	[CCS_EV_STATE_RENEGOTIATING] = 540,
	[CCS_EV_STATE_POWER_OFF] = 800,
	[CCS_EV_STATE_FALLING] = 806,
	[CCS_EV_STATE_OPENING] = 1300,
	[CCS_EV_STATE_WELDING] = 850,
	[CCS_EV_STATE_SESSION_STOP] = 900,
	[CCS_EV_STATE_SHUTDOWN] = 1300,
	[CCS_EV_STATE_ENDED] = 905,
};

uint16_t ccs_hw_checkpoint(const struct ccs_ev_station *station)
{
	if (station->state == CCS_EV_STATION_SESSION)
		return checkpoints_in_session[ccs_ev_session_state(&station->session)];
	if (station->state == CCS_EV_STATION_MATCHING)
		return checkpoints_of_slac[station->slac.state];
	return checkpoints[station->state];
}

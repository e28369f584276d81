/* SPDX-License-Identifier: Apache-2.0 */
/* The measured paces. */
#include "plc_pace.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* clang-format off */
static const struct sim_pace paces[] = {
	/* cars                      start gap sound match  rsp */
	{ "ioniq",    CCS_SIDE_EV,   212,  20, 40,   1220, { 45, 54 } },
	{ "model-y",  CCS_SIDE_EV,   229,  24, 24,   1208, {  7,  7 } },
	{ "model-x",  CCS_SIDE_EV,   262,  25, 25,   1208, { 17, 17 } },
	{ "polestar", CCS_SIDE_EV,   229,  40, 40,   1520, {  7,  7 } },
	{ "audi",     CCS_SIDE_EV,   239,  40, 40,   0,    { 12, 19 } },
	/* chargers */
	{ .name = "alpitronic",   .side = CCS_SIDE_EVSE, .parm = { 5, 38 }, .ind = { 7, 20 },
	  .match = { 5, 7 }, .db = 10 },
	{ .name = "hyc150",       .side = CCS_SIDE_EVSE, .parm = { 10, 10 }, .ind = { 20, 20 },
	  .match = { 10, 10 }, .db = 19 },
	{ .name = "compleo",      .side = CCS_SIDE_EVSE, .parm = { 5, 5 }, .match = { 5, 5 },
	  .waits = true, .db = 21 },
	{ .name = "abb",          .side = CCS_SIDE_EVSE, .parm = { 6, 6 }, .match = { 5, 5 },
	  .waits = true, .db = 22 },
	{ .name = "supercharger", .side = CCS_SIDE_EVSE, .parm = { 7, 8 }, .ind = { 9, 9 },
	  .match = { 6, 6 }, .db = 17 },
};
/* clang-format on */

const struct sim_pace *sim_pace_at(size_t i)
{
	return i < COUNT(paces) ? &paces[i] : NULL;
}

const struct sim_pace *sim_pace_find(const char *name)
{
	for (size_t i = 0; i < COUNT(paces); i++) {
		if (strcmp(paces[i].name, name) == 0)
			return &paces[i];
	}
	return NULL;
}

void sim_pace_configure(const struct sim_pace *pace, struct ccs_slac_ev_config *config)
{
	uint16_t *value = config->limits.value;

	if (pace->side != CCS_SIDE_EV)
		return;
	value[CCS_SLAC_TT_match_response] = pace->start_ms;
	value[CCS_SLAC_TP_EV_batch_msg_interval] = pace->gap_ms;
	value[CCS_SLAC_first_sound_interval] = pace->first_sound_ms;
	if (pace->match_ms)
		value[CCS_SLAC_TT_EV_atten_results] = pace->match_ms;
	config->decide_early = pace->match_ms == 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the seeds of fuzz_slac_ev and fuzz_slac_evse: seed_slac CORPUS, where the folders slac_ev
 * and slac_evse are.  Each is a session of steps as fuzz_slac.h has them; to be made anew when
 * enum ccs_mme_kind changes.
 */
#include "ccs/mme.h"

#include <stdio.h>

#define STARTED	   32 /* flags of a target, its first byte */
#define VALIDATING 2

#define MATCH			   0xe0, /* actions */
#define PILOT(state, pwm)	   0xe6, (state) | (pwm) << 7,
#define MS(n)			   0xf0, (n) >> 8, (n)&0xff, /* times */
#define SECONDS(n)		   0xf3, ((n)*125) >> 8, ((n)*125) & 0xff,
#define TAKE(kind)		   CCS_MME_##kind - 1, 0, /* messages as they should be */
#define TAKE_WITH(kind, at, value) CCS_MME_##kind - 1, 1, (at), (value),

#define TAKE_TOGGLES(n) CCS_MME_CM_VALIDATE_CNF - 1, 2, 20, (n), 21, 2,

#define MODEM_READY TAKE(VS_SW_VER_CNF) TAKE(CM_SET_KEY_CNF) MS(300) TAKE(CM_GET_KEY_CNF)
#define JOINED \
	TAKE(CM_SET_KEY_CNF) MS(1000) TAKE(CM_GET_KEY_CNF) TAKE(VS_PL_LINK_STATUS_CNF) MS(500)
#define CAR_REPORTED MATCH TAKE(CM_SLAC_PARM_CNF) MS(600) TAKE(CM_ATTEN_CHAR_IND) MS(1200)
#define PROFILES                   \
	TAKE(CM_ATTEN_PROFILE_IND) \
	MS(20)                     \
	TAKE(VS_ATTEN_CHAR_IND) MS(1) TAKE(CM_ATTEN_PROFILE_IND) MS(20) TAKE(CM_ATTEN_PROFILE_IND)
#define CHARGER_REPORTED       \
	PILOT(1, 1)            \
	TAKE(CM_SLAC_PARM_REQ) \
	MS(200) TAKE(CM_START_ATTEN_CHAR_IND) MS(60) PROFILES TAKE(CM_ATTEN_CHAR_RSP)

static const uint8_t ev_matched[] = { STARTED,
				      MODEM_READY CAR_REPORTED TAKE(CM_SLAC_MATCH_CNF) JOINED };
static const uint8_t ev_lost[] = { STARTED, MODEM_READY CAR_REPORTED TAKE(CM_SLAC_MATCH_CNF)
						    JOINED TAKE(CM_AMP_MAP_REQ) SECONDS(60)
							    MATCH SECONDS(100) };
static const uint8_t ev_validated[] = { STARTED | VALIDATING,
					MODEM_READY CAR_REPORTED TAKE_WITH(CM_VALIDATE_CNF, 21, 0)
						MS(400) TAKE(CM_VALIDATE_CNF) MS(2150)
							TAKE_TOGGLES(3) TAKE(CM_SLAC_MATCH_CNF)
								JOINED };
static const uint8_t ev_two_chargers[] = {
	STARTED,
	MODEM_READY MATCH TAKE(CM_SLAC_PARM_CNF) TAKE_WITH(CM_SLAC_PARM_CNF, 11, 2) MS(600)
		TAKE(CM_ATTEN_CHAR_IND) TAKE_WITH(CM_ATTEN_CHAR_IND, 11, 2) MS(1200)
			TAKE_WITH(CM_VALIDATE_CNF, 21, 3) TAKE_WITH(CM_VALIDATE_CNF, 11, 2) MS(3000)
};
static const uint8_t ev_alone[] = { STARTED, MODEM_READY MATCH SECONDS(60) };

static const uint8_t evse_matched[] = { STARTED,
					MODEM_READY CHARGER_REPORTED TAKE(CM_SLAC_MATCH_REQ)
						TAKE(VS_PL_LINK_STATUS_CNF) MS(500) };
static const uint8_t evse_unplugged[] = {
	STARTED, MODEM_READY CHARGER_REPORTED TAKE(CM_SLAC_MATCH_REQ) TAKE(VS_PL_LINK_STATUS_CNF)
			 MS(500) TAKE(CM_AMP_MAP_REQ) PILOT(0, 0) TAKE(CM_SET_KEY_CNF) MS(400)
				 TAKE(CM_GET_KEY_CNF) CHARGER_REPORTED
};
static const uint8_t evse_validated[] = {
	STARTED,
	MODEM_READY CHARGER_REPORTED TAKE(CM_VALIDATE_REQ) TAKE_WITH(CM_VALIDATE_REQ, 20, 9) MS(200)
		PILOT(2, 1) MS(300) PILOT(1, 1) MS(600) TAKE(CM_SLAC_MATCH_REQ) SECONDS(20)
};
static const uint8_t evse_several[] = {
	STARTED, MODEM_READY PILOT(1, 1) TAKE(CM_SLAC_PARM_REQ) TAKE_WITH(CM_SLAC_PARM_REQ, 11, 1)
			 TAKE_WITH(CM_SLAC_PARM_REQ, 11, 2) TAKE_WITH(CM_SLAC_PARM_REQ, 11, 3)
				 TAKE_WITH(CM_SLAC_PARM_REQ, 11, 4)
					 TAKE_WITH(CM_SLAC_PARM_REQ, 11, 5) SECONDS(60)
};

static const struct {
	const char *name;
	const uint8_t *bytes;
	size_t size;
} seeds[] = {
	{ "slac_ev/matched", ev_matched, sizeof(ev_matched) },
	{ "slac_ev/lost", ev_lost, sizeof(ev_lost) },
	{ "slac_ev/validated", ev_validated, sizeof(ev_validated) },
	{ "slac_ev/two-chargers", ev_two_chargers, sizeof(ev_two_chargers) },
	{ "slac_ev/alone", ev_alone, sizeof(ev_alone) },
	{ "slac_evse/matched", evse_matched, sizeof(evse_matched) },
	{ "slac_evse/unplugged", evse_unplugged, sizeof(evse_unplugged) },
	{ "slac_evse/validated", evse_validated, sizeof(evse_validated) },
	{ "slac_evse/several", evse_several, sizeof(evse_several) },
};

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: seed_slac CORPUS\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		char path[4096];
		FILE *file;

		snprintf(path, sizeof(path), "%s/%s", argv[1], seeds[i].name);
		file = fopen(path, "wb");
		if (!file || fwrite(seeds[i].bytes, 1, seeds[i].size, file) != seeds[i].size ||
		    fclose(file)) {
			perror(path);
			return 3;
		}
	}
	return 0;
}

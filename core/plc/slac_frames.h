/* SPDX-License-Identifier: Apache-2.0 */
/* SLAC messages as both sides make and check them; ISO 15118-3 annex A. */
#ifndef CCS_SLAC_FRAMES_H
#define CCS_SLAC_FRAMES_H

#include "ccs/slac_ev.h"

#include <string.h>

#define CCS_SLAC_TIME_OUT	6 /* 100 ms: TT_EVSE_match_MNBC as the messages say it */
#define CCS_SLAC_RESP_TYPE	1
#define CCS_SLAC_MATCH_REQ_SIZE 0x3e
#define CCS_SLAC_MATCH_CNF_SIZE 0x56

/* Of CM_VALIDATE. */
#define CCS_SLAC_VALIDATE_NOT_READY    0
#define CCS_SLAC_VALIDATE_READY	       1
#define CCS_SLAC_VALIDATE_SUCCESS      2
#define CCS_SLAC_VALIDATE_FAILURE      3
#define CCS_SLAC_VALIDATE_NOT_REQUIRED 4

extern const uint8_t ccs_slac_broadcast[6];

static inline bool ccs_slac_same_mac(const uint8_t a[6], const uint8_t b[6])
{
	return memcmp(a, b, 6) == 0;
}

/* A MAC that a single station can have. */
bool ccs_slac_is_station(const uint8_t mac[6]);

/* The frame that the state of the car sends. */
void ccs_slac_make_ev_frame(struct ccs_slac_ev *ev, struct ccs_mme *mme);

void ccs_slac_make_atten_char_rsp(const struct ccs_slac_ev *ev, const uint8_t evse_mac[6],
				  struct ccs_mme *mme);

/* BCB toggles: phases, the first B included, and the Timer that announces them. */
unsigned int ccs_slac_toggle_phases(const struct ccs_slac_ev *ev);
uint8_t ccs_slac_toggle_timer(const struct ccs_slac_ev *ev);

#endif

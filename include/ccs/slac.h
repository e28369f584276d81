/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SLAC, ISO 15118-3: what both sides share.  The engines are in slac_ev.h and slac_evse.h.
 *
 * Timers and counters carry the standard's names: TP a performance time (be done), TT a time-out
 * (wait at least), C a counter, T another time.  Times are in milliseconds.
 */
#ifndef CCS_SLAC_H
#define CCS_SLAC_H

#include "ccs/error.h"

#include <stddef.h>
#include <stdint.h>

#define CCS_SLAC_GROUPS	      58 /* carrier groups of an attenuation profile */
#define CCS_SLAC_PARALLEL_MAX 5	 /* C_EVSE_match_parallel; and chargers that a car compares */

/* X(name, value, minimum, maximum) */
#define CCS_SLAC_LIMITS(X)                                                                     \
	X(C_EV_match_MNBC, 10, 1, 10) /* sounds */                                             \
	X(C_EV_start_atten_char_inds, 3, 1, 3)                                                 \
	X(C_EV_match_retry, 2, 0, 10)		      /* repetitions of a request */           \
	X(C_EV_match_signalattn_direct, 35, 0, 255)   /* dB; below: found */                   \
	X(C_EV_match_signalattn_indirect, 50, 0, 255) /* dB; above: not found */               \
	X(signalattn_close, 3, 0, 255) /* dB; chargers closer than this are doubtful */        \
	X(C_EV_vald_nb_toggles, 3, 1, 3)                                                       \
	X(C_conn_max_match, 3, 1, 100) /* rounds of TT_matching_repetition */                  \
	X(C_sequ_retry, 2, 0, 10)      /* sequences over E/F after the first time */           \
	X(TT_match_response, 200, 200, 1000)                                                   \
	X(TT_match_sequence, 400, 400, 2000)                                                   \
	X(TT_matching_rate, 400, 400, 10000)                                                   \
	X(TT_matching_repetition, 10000, 0, 60000)                                             \
	X(TT_match_join, 12000, 1000, 60000)                                                   \
	X(TP_EV_SLAC_init, 10000, 0, 10000)                                                    \
	X(TP_EV_batch_msg_interval, 20, 20, 50)                                                \
	X(first_sound_interval, 40, 20, 100) /* last START_ATTEN_CHAR to the first sound */    \
	X(TT_EV_atten_results, 1200, 600, 5000)                                                \
	X(TP_EV_match_session, 400, 100, 500) /* until a charger "not ready" is asked again */ \
	X(TP_EV_vald_state_duration, 300, 200, 400)                                            \
	X(TP_link_ready_notification, 200, 200, 1000)                                          \
	X(TT_EVSE_SLAC_init, 40000, 10000, 50000)                                              \
	X(TT_EVSE_match_MNBC, 600, 600, 1000)                                                  \
	X(TT_EVSE_match_session, 10000, 1000, 60000)                                           \
	X(TT_EVSE_vald_toggle, 3500, 600, 3500)                                                \
	X(T_step_EF, 4000, 4000, 8000)                                                         \
	X(T_step_X1, 750, 0, 10000) /* behind E/F before 5 % again */                          \
	X(T_conn_resume, 6000, 1000, 60000)

enum ccs_slac_limit {
#define CCS_SLAC_LIMIT_ROW(name, value, minimum, maximum) CCS_SLAC_##name,
	CCS_SLAC_LIMITS(CCS_SLAC_LIMIT_ROW)
#undef CCS_SLAC_LIMIT_ROW
		CCS_SLAC_LIMIT_COUNT,
};

struct ccs_slac_limits {
	uint16_t value[CCS_SLAC_LIMIT_COUNT];
};

void ccs_slac_set_default_limits(struct ccs_slac_limits *limits);

/* CCS_ERR_NAME: no limit of this name; CCS_ERR_RANGE: beyond its minimum or maximum. */
int ccs_slac_set_limit(struct ccs_slac_limits *limits, const char *name, uint32_t value);

/*
 * Attenuation limits by a name: "field" 35 and 50 dB, what real chargers need; "strict" 10 and
 * 20 dB, the standard's text.  CCS_ERR_NAME.
 */
int ccs_slac_set_preset(struct ccs_slac_limits *limits, const char *name);

/* Random bytes of a generator fit for keys; must fill all of them. */
struct ccs_slac_random {
	void (*fill)(void *user, uint8_t *bytes, size_t size);
	void *user;
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Records of the engines of the power line. */
#ifndef CCS_SLAC_REPORT_H
#define CCS_SLAC_REPORT_H

#include "ccs/record.h"

/* Who speaks, about whom (`peer`, a MAC or NULL), when. */
struct ccs_slac_voice {
	const struct ccs_sink *sink;
	const char *topic;
	enum ccs_side side;
	const uint8_t *peer;
	ccs_time now;
};

/* A record STATE. */
void ccs_slac_report_state(const struct ccs_slac_voice *voice, const char *text);

/* A record NOTE. */
void ccs_slac_report_note(const struct ccs_slac_voice *voice, enum ccs_note_level level,
			  const char *text);

/* A record VALUE: `hundredths` of a dB. */
void ccs_slac_report_db(const struct ccs_slac_voice *voice, const char *name, uint32_t hundredths);

#endif

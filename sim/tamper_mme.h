/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tampering with HomePlug messages: applies the MME faults of message_faults.h to frames on the
 * power line, where its hook decides about them (plc.h).
 *
 *	static void fate(void *user, const struct ccs_mme *mme, int from, int to,
 *			 struct sim_plc_fate *fate)
 *	{
 *		sim_mme_tamper_frame(tamper, side of `from`, fate);
 *	}
 *
 * A frame that several hosts hear is several frames here, each on a way of its own: who wants to
 * count messages and not ways asks for one pair of nodes only.  Between a host and its own modem
 * (`from` is `to`: CM_SET_KEY, CM_ATTEN_PROFILE) there is one way.
 */
#ifndef SIM_TAMPER_MME_H
#define SIM_TAMPER_MME_H

#include "message_faults.h"
#include "plc.h"

#define SIM_MME_TAMPER_FAULTS 8

/* Members but the counters are private. */
struct sim_mme_tamper {
	struct sim_mme_fault faults[SIM_MME_TAMPER_FAULTS];
	uint32_t seen[SIM_MME_TAMPER_FAULTS];	/* frames that the fault is about */
	uint32_t done[SIM_MME_TAMPER_FAULTS];	/* of them, those that were changed */
	uint32_t failed[SIM_MME_TAMPER_FAULTS]; /* should have been, but could not */
	size_t count;
	struct sim_random random;
};

/* Without faults; `seed` decides which bits are damaged. */
void sim_mme_tamper_init(struct sim_mme_tamper *tamper, uint64_t seed);

/* Begins with the next message of the kind.  CCS_ERR_SPACE: there are enough. */
int sim_mme_tamper_add(struct sim_mme_tamper *tamper, const struct sim_mme_fault *fault);

/*
 * What becomes of a frame that `side` sent: changes frame, length and the rest of its fate. Returns
 * how many faults did.
 */
int sim_mme_tamper_frame(struct sim_mme_tamper *tamper, enum ccs_side side,
			 struct sim_plc_fate *fate);

/* "CM_SLAC_PARM.REQ", terminated, in `text`. */
const char *sim_mme_type(const struct ccs_mme *mme, char text[SIM_NAME_SIZE]);

/* The run ID of a SLAC message; NULL: it has none. */
uint8_t *sim_mme_run_id(struct ccs_mme *mme);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbers by which people who know pyPLC's logs speak of the moments of a session: 100 the car
 * asks for matching, 203 it has the charger's address, 400 handshake, 700 charging, ...  Source:
 * pyPLC's list of checkpoints; those that are messages, as they are seen from one side.
 */
#ifndef CCS_LINUX_LOG_CHECKPOINT_H
#define CCS_LINUX_LOG_CHECKPOINT_H

#include "ccs/record.h"

#include <stdbool.h>

struct ccs_checkpoints {
	enum ccs_side side; /* whose log it is; UNKNOWN counts as the charger's */
	bool stopping;	    /* the last PowerDelivery ends charging */
};

/* The number of a record; 0: it has none.  Records are to be given in their order. */
int ccs_checkpoint_of(struct ccs_checkpoints *checkpoints, const struct ccs_record *record);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of a station as a number, for small displays.  A charger's is pyPLC's "info number"
 * (frame 0x678 of the FoccciCape), a car's is pyPLC's checkpoint (frame 0x567, as ccs32clara sends
 * it; log_checkpoint.h has those of single messages).
 */
#ifndef CCS_LINUX_HW_STATE_NUMBER_H
#define CCS_LINUX_HW_STATE_NUMBER_H

#include "ccs/ev_station.h"
#include "ccs/evse_station.h"

#include <stdint.h>

/* 1 to 22; 0: it is off. */
uint8_t ccs_hw_info_number(const struct ccs_evse_station *station);

/* 2 to 1400; 0: it is off. */
uint16_t ccs_hw_checkpoint(const struct ccs_ev_station *station);

#endif

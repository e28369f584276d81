/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A supply behind the power line: set-points in a frame that looks like CM_ATTEN_CHAR.IND, which an
 * unpaired modem hands on, and measurements in one that looks like CM_START_ATTEN_CHAR.IND
 * (pyPLC's "special homeplug message").
 */
#ifndef CCS_LINUX_HW_HOMEPLUG_H
#define CCS_LINUX_HW_HOMEPLUG_H

#include "linux/hw/board.h"

#define CCS_HOMEPLUG_COMMAND 129

/* mV and mA, in steps of 0.1; what does not fit is the end of the range. */
void ccs_homeplug_command(uint8_t frame[CCS_HOMEPLUG_COMMAND], const uint8_t mac[6], int32_t mv,
			  int32_t ma);

/* True, and the voltage, when the frame is a supply's. */
bool ccs_homeplug_feedback(const uint8_t *frame, size_t length, int32_t *mv);

/* What the supply is to be told now: 0 V and 0 A while `supply` is off. */
void ccs_homeplug_wish(const struct ccs_hw_seat *seat, int32_t *mv, int32_t *ma);

#endif

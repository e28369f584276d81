/* SPDX-License-Identifier: Apache-2.0 */
/* The step-up stages of DiDeBoCCS, which stand in series: which of them make a voltage. */
#ifndef CCS_LINUX_HW_DIDEBO_H
#define CCS_LINUX_HW_DIDEBO_H

#include <stdint.h>

/* A bit for each stage: 225, 100, 50, 25 and 12 V. */
#define CCS_DIDEBO_STAGES 5

/* The largest set that does not make more than `mv`; between 187 and 225 V there is none. */
unsigned int ccs_didebo_stages(int32_t mv);

/* What a set makes, mV. */
int32_t ccs_didebo_voltage(unsigned int stages);

/* Of a reading of its converter (12 bits, 1.8 V), mV. */
int32_t ccs_didebo_measured(int32_t reading);

#endif

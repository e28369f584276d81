/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arithmetic of the electrical world.  Integers only, so that a run is the same to the byte on
 * every machine: microvolts, milliamperes, milliohms, nanofarads, microseconds, nanojoules.
 * (mA * mOhm is uV; up to 2 kV, 3 kA and steps of 100 ms nothing overflows.)
 */
#ifndef SIM_ELECTRIC_H
#define SIM_ELECTRIC_H

#include "ccs/time.h"

#include <stdint.h>

/* Energy of a constant power. */
static inline int64_t sim_energy_nj(int64_t uv, int64_t ma, ccs_time us)
{
	return uv / 1000 * ma * us / 1000;
}

/* Energy in a capacitor. */
static inline int64_t sim_capacitor_nj(int64_t nf, int64_t uv)
{
	int64_t mv = uv / 1000;

	return nf * mv / 1000 * mv / 2000;
}

/*
 * What is left of `value` after `us` of a decay with this time constant: value * tau / (tau + us),
 * never past zero and stable for steps of any length.
 */
static inline int64_t sim_decay(int64_t value, ccs_time tau_us, ccs_time us)
{
	int64_t k;

	if (us <= 0)
		return value;
	k = tau_us * 1000 / us + 1000;
	return value - value / k * 1000 - value % k * 1000 / k;
}

/* `from` moved towards `to` by at most `step`. */
static inline int64_t sim_approach(int64_t from, int64_t to, int64_t step)
{
	if (from < to)
		return to - from < step ? to : from + step;
	return from - to < step ? to : from - step;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The charger's station under attack. */
#include "fuzz_stations.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_station(data, size, CCS_SIDE_EVSE);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time is an argument: microseconds of any clock that never goes back.  Only differences
 * matter, except in records of captures, where it counts from 1970-01-01 UTC.
 */
#ifndef CCS_TIME_H
#define CCS_TIME_H

#include <stdint.h>

typedef int64_t ccs_time;

#define CCS_NEVER INT64_MAX

#define CCS_MS(n)      ((ccs_time)(n)*1000)
#define CCS_SECONDS(n) ((ccs_time)(n)*1000000)

#endif

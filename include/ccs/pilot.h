/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CCS_PILOT_H
#define CCS_PILOT_H

/* The control pilot as a charger sees it (IEC 61851-1 table A.4) and as a car makes it. */
enum ccs_pilot {
	CCS_PILOT_UNKNOWN,
	CCS_PILOT_A, /* 12 V: no vehicle */
	CCS_PILOT_B, /* 9 V: connected, not ready */
	CCS_PILOT_C, /* 6 V: wants energy */
	CCS_PILOT_D, /* 3 V: wants energy, needs ventilation */
	CCS_PILOT_E, /* 0 V: short circuit, charger off, or the vehicle's diode is missing */
	CCS_PILOT_F, /* -12 V: charger not available */
};

#endif

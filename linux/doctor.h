/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether this computer is ready to be a car or a charger on a network interface: one finding for
 * each thing that was looked at, with what to do.
 *
 *	struct ccs_doctor doctor = { .interface = "eth1" };
 *	if (ccs_doctor_examine(&doctor, &problem))
 *		return CCS_EXIT_MACHINE;	there is no such interface
 *	... doctor.findings[0 .. doctor.count - 1]
 *
 * Looks and asks only, changes nothing; sends nothing but questions to the own modem.  Takes up to
 * five seconds when no modem answers.
 */
#ifndef CCS_LINUX_DOCTOR_H
#define CCS_LINUX_DOCTOR_H

#include "linux/netif.h"

enum ccs_doctor_result {
	CCS_DOCTOR_OK,
	CCS_DOCTOR_FIX,	    /* the text says what is wrong and what to do */
	CCS_DOCTOR_UNKNOWN, /* it cannot be told; the text says why */
};

struct ccs_doctor_finding {
	const char *check; /* one word: "modem" */
	enum ccs_doctor_result result;
	char text[256];
};

#define CCS_DOCTOR_CHECKS 9

struct ccs_doctor {
	/* Set by the caller. */
	const char *interface;
	bool without_modem; /* there is none: simulated, or a session without SLAC */

	struct ccs_doctor_finding findings[CCS_DOCTOR_CHECKS];
	size_t count;

	/* Private. */
	struct ccs_netif netif;
	bool may_raw;
};

/* "ok", "fix", "unknown" */
const char *ccs_doctor_result_name(enum ccs_doctor_result result);

/* -1: there is no such interface, or none of Ethernet, see `problem`. */
int ccs_doctor_examine(struct ccs_doctor *doctor, struct ccs_problem *problem);

/* For the files of the doctor only. */

typedef void ccs_doctor_check(struct ccs_doctor *doctor, struct ccs_doctor_finding *finding);

ccs_doctor_check ccs_doctor_modem;     /* found, chip, firmware, link */
ccs_doctor_check ccs_doctor_manager;   /* NetworkManager, systemd-networkd, DHCP clients */
ccs_doctor_check ccs_doctor_addresses; /* others than the link-local one */

void ccs_doctor_say(struct ccs_doctor_finding *finding, enum ccs_doctor_result result,
		    const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif

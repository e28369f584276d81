/* SPDX-License-Identifier: Apache-2.0 */
/* [webhook] of the configuration. */
#ifndef CCS_LINUX_WEBHOOK_CONFIG_H
#define CCS_LINUX_WEBHOOK_CONFIG_H

#include "ccs/time.h"

#include <stdint.h>

struct ccs_webhook_config {
	char url[160]; /* is posted JSON; "": none */
	char user[64]; /* at `url`; "": none */
	char password_file[160];
	char ca_file[160];    /* that know the servers; "": those that the system trusts */
	char smartevse[160];  /* is posted a query as SmartEVSE takes it; "": none */
	int32_t capacity_mwh; /* told to SmartEVSE for a car that does not say; 0: unknown */
	ccs_time interval;    /* between two posts, unless the state has changed */
	ccs_time timeout;     /* of one */
	uint8_t tries;
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* ISO 15118-2 at the charger: what its two files share. */
#ifndef EVSE_ISO2_H
#define EVSE_ISO2_H

#include "ccs/msg/iso2.h"
#include "evse/charging.h"

#define EVSE_ISO2_SERVICE 1 /* the ServiceID of charging */

/* iso2_answer.c: the response to `request` leaves; false: it was no request, or has no room. */
bool evse_iso2_send(struct ccs_evse_session *session, const struct iso2_Body *request,
		    enum evse_request kind, const struct evse_answer *answer, ccs_time now);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What web servers are told. */
#include "linux/webhook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool ccs_webhook_is_same_car(const struct ccs_station_fields *known,
			     const struct ccs_station_fields *newer)
{
	const char *car = ccs_station_fields_text(newer, "evccid");

	return *car && strcmp(car, ccs_station_fields_text(known, "evccid")) == 0;
}

/* Another car, or none, is another session. */
void ccs_webhook_learn(struct ccs_station_fields *known, const struct ccs_station_fields *newer)
{
	if (ccs_webhook_is_same_car(known, newer))
		ccs_station_fields_merge(known, newer);
	else
		*known = *newer;
}

/* `name=42`, -1 when it is not known. */
static void print_number(struct ccs_print *p, const char *name,
			 const struct ccs_station_fields *known, const char *field,
			 long long otherwise)
{
	const char *text = ccs_station_fields_text(known, field);

	ccs_print_text(p, name);
	ccs_print_signed(p, *text ? ccs_nearest(strtod(text, NULL)) : otherwise);
}

void ccs_webhook_print_query(struct ccs_print *p, const char *endpoint,
			     const struct ccs_station_fields *known, int32_t capacity_mwh)
{
	/* NOTE: of capacities a SmartEVSE keeps the largest, so a guess must not come before the
	 * car's own, which comes with its state of charge or never. */
	bool has_spoken = ccs_station_fields_find(known, "soc");

	ccs_print_text(p, endpoint);
	ccs_print_char(p, strchr(endpoint, '?') ? '&' : '?');
	print_number(p, "current_soc=", known, "soc", -1);
	print_number(p, "&full_soc=", known, "full_soc", -1);
	print_number(p, "&energy_capacity=", known, "energy_capacity",
		     capacity_mwh && has_spoken ? capacity_mwh / 1000 : -1);
	print_number(p, "&energy_request=", known, "energy_request", -1);
	ccs_print_text(p, "&evccid=");
	ccs_print_text(p, ccs_station_fields_text(known, "evccid"));
}

void ccs_webhook_public_address(char *text, size_t size, const char *url)
{
	const char *host = strstr(url, "://");
	size_t scheme;

	host = host ? host + 3 : url;
	scheme = (size_t)(host - url);
	for (size_t i = strcspn(host, "?#"); i-- > 0;) {
		if (host[i] == '@') {
			host += i + 1;
			break;
		}
	}
	snprintf(text, size, "%.*s%.*s", (int)scheme, url, (int)strcspn(host, "?#"), host);
}

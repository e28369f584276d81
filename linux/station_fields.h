/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a station is doing, as names and texts: the members that `describe` of struct ccs_stations
 * prints, one by one.  Whoever tells others about a station (MQTT, web hooks) takes them from here,
 * so that all use the names of `ccs ctl --json status`.
 */
#ifndef CCS_LINUX_STATION_FIELDS_H
#define CCS_LINUX_STATION_FIELDS_H

#include "linux/control_request.h"

#include "ccs/record.h"

#include <stdbool.h>

#define CCS_STATION_FIELDS     32
#define CCS_STATION_FIELD_NAME 24  /* with its end */
#define CCS_STATION_FIELD_TEXT 192 /* likewise */

struct ccs_station_field {
	char name[CCS_STATION_FIELD_NAME]; /* "soc" */
	char text[CCS_STATION_FIELD_TEXT]; /* "42.0"; of a string what it says, unescaped */
	bool is_text;			   /* a string, not a number */
};

/* In the order of `describe`; what is unknown now is not there. */
struct ccs_station_fields {
	struct ccs_station_field list[CCS_STATION_FIELDS];
	size_t count;
};

/* A station as those see it who tell others about it. */
struct ccs_station_seen {
	const struct ccs_stations *stations;
	size_t number;
	enum ccs_side side;
	/* For people: whoever is told is there, or is not, and why. */
	void (*tell)(void *user, const char *text);
	void *user;
};

/* Asks station `number`.  What is too long, and whatever comes behind the last place, is left out.
 */
void ccs_station_fields_ask(struct ccs_station_fields *fields, const struct ccs_stations *stations,
			    size_t number);

/* From `,"name":"text","soc":42.0`; false: it is nothing like it, and `fields` holds what came
 * before the fault. */
bool ccs_station_fields_read(struct ccs_station_fields *fields, const char *members, size_t length);

/* NULL when it is not known. */
const struct ccs_station_field *ccs_station_fields_find(const struct ccs_station_fields *fields,
							const char *name);

/* The text of one; "" when it is not known. */
const char *ccs_station_fields_text(const struct ccs_station_fields *fields, const char *name);

/* Takes over from `newer` what it knows; what it does not know stays. */
void ccs_station_fields_merge(struct ccs_station_fields *fields,
			      const struct ccs_station_fields *newer);

/* To the nearest whole number.  Not llround: libm would be 300 KB for it. */
static inline long long ccs_nearest(double number)
{
	return (long long)(number < 0 ? number - 0.5 : number + 0.5);
}

/* All as a JSON object. */
void ccs_station_fields_print(const struct ccs_station_fields *fields, struct ccs_print *p);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Members of a station's JSON object, one by one. */
#include "linux/station_fields.h"

#include "ccs/json.h"

#include <string.h>

#define MEMBERS_MAX 4096 /* of one station */

static bool take_text(struct ccs_json *json, struct ccs_station_field *field, bool *fits)
{
	struct ccs_json_slice text;
	int length;

	if (ccs_json_string(json, &text) < 0)
		return false;
	*fits &= text.length < sizeof(field->text);
	if (!*fits)
		return true;
	length = ccs_json_unescape(&text, field->text);
	field->text[length < 0 ? 0 : length] = '\0';
	field->is_text = true;
	return length >= 0;
}

static bool take_number(struct ccs_json *json, struct ccs_station_field *field, bool *fits)
{
	struct ccs_json_slice number;

	if (ccs_json_skip(json, &number) < 0)
		return false;
	*fits &= number.length < sizeof(field->text);
	if (!*fits)
		return true;
	memcpy(field->text, number.at, number.length);
	field->text[number.length] = '\0';
	return true;
}

/* `"name": value`.  `fits` is false when there is no room for it. */
static bool take_member(struct ccs_json *json, struct ccs_station_field *field, bool *fits)
{
	struct ccs_json_slice name;

	memset(field, 0, sizeof(*field));
	*fits = true;
	if (ccs_json_string(json, &name) < 0 || ccs_json_take(json, ':') < 0)
		return false;
	if (name.length < sizeof(field->name))
		memcpy(field->name, name.at, name.length);
	else
		*fits = false;
	return ccs_json_peek(json) == '"' ? take_text(json, field, fits)
					  : take_number(json, field, fits);
}

static struct ccs_station_field *find(struct ccs_station_fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->count; i++)
		if (strcmp(fields->list[i].name, name) == 0)
			return &fields->list[i];
	return NULL;
}

/* In the place of what had the name, or behind the last. */
static void put(struct ccs_station_fields *fields, const struct ccs_station_field *field)
{
	struct ccs_station_field *place = find(fields, field->name);

	if (!place && fields->count < CCS_STATION_FIELDS)
		place = &fields->list[fields->count++];
	if (place)
		*place = *field;
}

bool ccs_station_fields_read(struct ccs_station_fields *fields, const char *members, size_t length)
{
	struct ccs_json json = { members, members + length };
	struct ccs_station_field field;
	bool fits;

	fields->count = 0;
	while (ccs_json_peek(&json)) {
		if (ccs_json_take(&json, ',') < 0 || !take_member(&json, &field, &fits))
			return false;
		if (fits)
			put(fields, &field);
	}
	return true;
}

void ccs_station_fields_ask(struct ccs_station_fields *fields, const struct ccs_stations *stations,
			    size_t number)
{
	char members[MEMBERS_MAX];
	struct ccs_print p;

	ccs_print_init(&p, members, sizeof(members));
	stations->describe(stations->user, number, &p);
	ccs_station_fields_read(fields, members, ccs_print_length(&p));
}

const struct ccs_station_field *ccs_station_fields_find(const struct ccs_station_fields *fields,
							const char *name)
{
	return find((struct ccs_station_fields *)fields, name);
}

const char *ccs_station_fields_text(const struct ccs_station_fields *fields, const char *name)
{
	const struct ccs_station_field *field = ccs_station_fields_find(fields, name);

	return field ? field->text : "";
}

void ccs_station_fields_merge(struct ccs_station_fields *fields,
			      const struct ccs_station_fields *newer)
{
	for (size_t i = 0; i < newer->count; i++)
		put(fields, &newer->list[i]);
}

void ccs_station_fields_print(const struct ccs_station_fields *fields, struct ccs_print *p)
{
	ccs_print_char(p, '{');
	for (size_t i = 0; i < fields->count; i++) {
		const struct ccs_station_field *field = &fields->list[i];

		if (i > 0)
			ccs_print_char(p, ',');
		ccs_print_json(p, field->name, strlen(field->name));
		ccs_print_char(p, ':');
		if (field->is_text)
			ccs_print_json(p, field->text, strlen(field->text));
		else
			ccs_print_text(p, field->text);
	}
	ccs_print_char(p, '}');
}

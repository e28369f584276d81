/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the charging loop. */
#include "trace/csv.h"

#include "ccs/quantities.h"

#include <string.h>

/* Those that belong to one pair of messages: not carried over to the next. */
#define MOMENTARY                                                                                  \
	(UINT64_C(1) << CCS_VALUE_TARGET_VOLTAGE | UINT64_C(1) << CCS_VALUE_TARGET_CURRENT |       \
	 UINT64_C(1) << CCS_VALUE_PRESENT_VOLTAGE | UINT64_C(1) << CCS_VALUE_PRESENT_CURRENT |     \
	 UINT64_C(1) << CCS_VALUE_EV_PRESENT_VOLTAGE | UINT64_C(1) << CCS_VALUE_EV_PRESENT_POWER | \
	 UINT64_C(1) << CCS_VALUE_EVSE_PRESENT_POWER | UINT64_C(1) << CCS_VALUE_EVSE_TARGET_POWER)

static const enum ccs_value columns[] = {
	CCS_VALUE_TARGET_VOLTAGE,     CCS_VALUE_TARGET_CURRENT,
	CCS_VALUE_PRESENT_VOLTAGE,    CCS_VALUE_PRESENT_CURRENT,
	CCS_VALUE_EV_PRESENT_VOLTAGE, CCS_VALUE_EV_PRESENT_POWER,
	CCS_VALUE_EVSE_TARGET_POWER,  CCS_VALUE_EV_MAX_VOLTAGE,
	CCS_VALUE_EV_MAX_CURRENT,     CCS_VALUE_EV_MAX_POWER,
	CCS_VALUE_EVSE_MAX_VOLTAGE,   CCS_VALUE_EVSE_MAX_CURRENT,
	CCS_VALUE_EVSE_MAX_POWER,     CCS_VALUE_SOC,
	CCS_VALUE_METER_READING,
};

static const struct {
	const char *name;
	enum ccs_flag flag;
} flags[] = {
	{ "current_limit_achieved", CCS_FLAG_CURRENT_LIMIT },
	{ "voltage_limit_achieved", CCS_FLAG_VOLTAGE_LIMIT },
	{ "power_limit_achieved", CCS_FLAG_POWER_LIMIT },
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))
#define FLAGS	(sizeof(flags) / sizeof(flags[0]))

void ccs_csv_header(struct ccs_print *print)
{
	ccs_print_text(print, "session,frame,time_s");
	for (size_t i = 0; i < COLUMNS; i++) {
		ccs_print_char(print, ',');
		ccs_print_text(print, ccs_value_name(columns[i]));
		ccs_print_char(print, '_');
		ccs_print_text(print, ccs_value_unit(columns[i]));
	}
	ccs_print_text(print, ",power_W");
	for (size_t i = 0; i < FLAGS; i++) {
		ccs_print_char(print, ',');
		ccs_print_text(print, flags[i].name);
	}
	ccs_print_text(print, ",response,evse_status,notification,ev_error\n");
}

static void print_number(struct ccs_print *print, int64_t milli)
{
	if (milli % 1000 == 0)
		ccs_print_signed(print, milli / 1000);
	else
		ccs_print_fixed(print, milli, 3);
}

/* What flows: the product where both are known, else what a side reports. */
static void print_power(struct ccs_print *print, const struct ccs_values *v)
{
	if (ccs_values_has(v, CCS_VALUE_PRESENT_VOLTAGE) &&
	    ccs_values_has(v, CCS_VALUE_PRESENT_CURRENT))
		print_number(print, ccs_power_mw(v->milli[CCS_VALUE_PRESENT_VOLTAGE],
						 v->milli[CCS_VALUE_PRESENT_CURRENT]));
	else if (ccs_values_has(v, CCS_VALUE_EV_PRESENT_POWER))
		print_number(print, v->milli[CCS_VALUE_EV_PRESENT_POWER]);
	else if (ccs_values_has(v, CCS_VALUE_EVSE_PRESENT_POWER))
		print_number(print, v->milli[CCS_VALUE_EVSE_PRESENT_POWER]);
}

static void print_literal(struct ccs_print *print, const char *literal)
{
	ccs_print_char(print, ',');
	ccs_print_text(print, literal ? literal : "");
}

static void print_row(struct ccs_print *print, const struct ccs_values *v,
		      const struct ccs_record *record)
{
	ccs_print_unsigned(print, record->session);
	ccs_print_char(print, ',');
	if (record->frame)
		ccs_print_unsigned(print, record->frame);
	ccs_print_char(print, ',');
	ccs_print_fixed(print, record->since, 6);
	for (size_t i = 0; i < COLUMNS; i++) {
		ccs_print_char(print, ',');
		if (ccs_values_has(v, columns[i]))
			print_number(print, v->milli[columns[i]]);
	}
	ccs_print_char(print, ',');
	print_power(print, v);
	for (size_t i = 0; i < FLAGS; i++)
		if (v->has_flags & flags[i].flag)
			print_literal(print, v->flags & flags[i].flag ? "1" : "0");
		else
			print_literal(print, NULL);
	print_literal(print, v->response);
	print_literal(print, v->evse_status);
	print_literal(print, v->notification);
	print_literal(print, v->ev_error);
	ccs_print_char(print, '\n');
}

bool ccs_csv_take(struct ccs_csv *csv, struct ccs_print *print, const struct ccs_record *record)
{
	struct ccs_values values;
	struct ccs_values *latest = &csv->latest;

	if (record->kind != CCS_RECORD_MSG || !ccs_values_read(&values, &record->msg))
		return false;
	if (record->session != csv->session)
		*csv = (struct ccs_csv) { .session = record->session };
	if (values.request) {
		latest->has &= ~MOMENTARY;
		latest->ev_error = NULL;
	}
	ccs_values_merge(latest, &values);
	if (values.request)
		latest->ev_error = values.ev_error;
	if (values.step != CCS_STEP_CHARGE_LOOP) {
		csv->requested = false;
		return false;
	}
	if (values.request || !csv->requested) {
		csv->requested = values.request;
		return false;
	}
	csv->requested = false;
	latest->response = values.response;
	latest->evse_status = values.evse_status;
	latest->notification = values.notification;
	print_row(print, latest, record);
	return true;
}

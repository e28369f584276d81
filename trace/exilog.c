/* SPDX-License-Identifier: Apache-2.0 */
/* The log files of pyPLC. */
#include "trace/exilog.h"

#include "ccs/exi.h"
#include "ccs/mme.h"
#include "trace/values.h"

#include <string.h>

#define TIME_LENGTH 26 /* 2023-05-01T12:00:00.123456 */
#define DATE_LENGTH 10

static const char *const names[CCS_EXILOG_FORMATS] = {
	[CCS_EXILOG_EXI] = "pyplc-exi",
	[CCS_EXILOG_MACLOG] = "pyplc-maclog",
	[CCS_EXILOG_DECODED] = "pyplc-decoded",
	[CCS_EXILOG_VALUES] = "pyplc-values",
};

static const struct {
	const char *name;
	enum ccs_value value;
	bool whole; /* an integer */
} shown_values[] = {
	{ "EVSEPresentVoltage", CCS_VALUE_PRESENT_VOLTAGE, false },
	{ "EVSEPresentCurrent", CCS_VALUE_PRESENT_CURRENT, false },
	{ "EVTargetVoltage", CCS_VALUE_TARGET_VOLTAGE, false },
	{ "EVTargetCurrent", CCS_VALUE_TARGET_CURRENT, false },
	{ "EVRESSSOC", CCS_VALUE_SOC, true },
};

/* `separator` between date and time. */
static void print_time(struct ccs_print *p, ccs_time time, char separator)
{
	char text[40];
	struct ccs_print stamp;

	ccs_print_init(&stamp, text, sizeof(text));
	ccs_print_rfc3339(&stamp, time);
	ccs_print_bytes(p, text, DATE_LENGTH);
	ccs_print_char(p, separator);
	ccs_print_bytes(p, text + DATE_LENGTH + 1, TIME_LENGTH - DATE_LENGTH - 1);
}

static void print_upper_hex(struct ccs_print *p, const uint8_t *bytes, size_t size)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < size; i++) {
		ccs_print_char(p, digits[bytes[i] >> 4]);
		ccs_print_char(p, digits[bytes[i] & 0xf]);
	}
}

/* NULL: pyPLC has no codec for it. */
static const char *exi_tag(const struct ccs_record *record)
{
	const char *proto = record->msg.proto ? record->msg.proto : "";
	bool of_car = record->dir == CCS_SIDE_EV;

	if (!strcmp(proto, "app"))
		return of_car ? "DH" : "Dh";
	return strcmp(proto, "din") ? NULL : of_car ? "ED" : "DD";
}

static void print_exi(struct ccs_print *p, const struct ccs_record *record)
{
	const struct ccs_record_msg *msg = &record->msg;
	const char *tag = exi_tag(record);

	if (!tag)
		ccs_print_text(p, "# ");
	print_time(p, record->time, 'T');
	ccs_print_char(p, tag ? '=' : ' ');
	ccs_print_text(p, tag ? tag : "of another message set: ");
	if (!tag)
		ccs_print_text(p, msg->type ? msg->type : "unknown");
	else
		ccs_print_char(p, ' ');
	if (tag && record->dir == CCS_SIDE_EV)
		ccs_print_hex(p, msg->exi, msg->exi_length);
	else if (tag)
		print_upper_hex(p, msg->exi, msg->exi_length);
	ccs_print_char(p, '\n');
}

static void print_mac(struct ccs_print *p, const struct ccs_record *record)
{
	print_time(p, record->time, 'T');
	ccs_print_text(p, " SECC MAC");
	for (int i = 0; i < 6; i++) {
		ccs_print_char(p, i ? ':' : ' ');
		print_upper_hex(p, &record->mme->src[i], 1);
	}
	ccs_print_char(p, '\n');
}

static void print_decoded(struct ccs_print *p, const struct ccs_record *record)
{
	ccs_print_text(p, "Packet #");
	ccs_print_unsigned(p, record->frame);
	ccs_print_text(p, " [");
	print_time(p, record->time, ' ');
	ccs_print_text(p, "] ");
	ccs_print_hex(p, record->msg.exi, record->msg.exi_length);
	ccs_print_text(p, " means:\n");
	if (record->msg.document)
		ccs_exi_print_json(p, record->msg.document);
	ccs_print_char(p, '\n');
}

/* As many decimals as it has, at least one. */
static void print_float(struct ccs_print *p, int64_t milli)
{
	if (milli % 100 == 0)
		ccs_print_fixed(p, milli / 100, 1);
	else if (milli % 10 == 0)
		ccs_print_fixed(p, milli / 10, 2);
	else
		ccs_print_fixed(p, milli, 3);
}

static void begin_value(struct ccs_print *p, const struct ccs_record *record, const char *name)
{
	ccs_print_char(p, '[');
	print_time(p, record->time, ' ');
	ccs_print_text(p, "] ");
	ccs_print_text(p, name);
	ccs_print_char(p, '=');
}

/* DC_EVSEStatusCodeType in its order, to the reserved ones. */
static int status_number(const char *status)
{
	static const char *const literals[] = {
		"EVSE_NotReady",
		"EVSE_Ready",
		"EVSE_Shutdown",
		"EVSE_UtilityInterruptEvent",
		"EVSE_IsolationMonitoringActive",
		"EVSE_EmergencyShutdown",
		"EVSE_Malfunction",
	};

	for (int i = 0; i < (int)(sizeof(literals) / sizeof(*literals)); i++)
		if (status && strcmp(status, literals[i]) == 0)
			return i;
	return -1;
}

/* pyPLC's converter of clara's logs has it, that of captures has not. */
static void print_status(struct ccs_print *p, const struct ccs_record *record, const char *status)
{
	int number = status_number(status);

	if (!record->in_log || number < 0)
		return;
	begin_value(p, record, "EVSEStatusCode");
	ccs_print_signed(p, number);
	ccs_print_char(p, '\n');
}

static void print_values(struct ccs_print *p, const struct ccs_record *record)
{
	struct ccs_values values;

	if (!ccs_values_read(&values, &record->msg))
		return;
	for (size_t i = 0; i < sizeof(shown_values) / sizeof(*shown_values); i++) {
		int64_t milli = values.milli[shown_values[i].value];

		if (!ccs_values_has(&values, shown_values[i].value))
			continue;
		begin_value(p, record, shown_values[i].name);
		if (shown_values[i].whole)
			ccs_print_signed(p, milli / 1000);
		else
			print_float(p, milli);
		ccs_print_char(p, '\n');
	}
	print_status(p, record, values.evse_status);
}

const char *ccs_exilog_name(enum ccs_exilog_format format)
{
	return names[format];
}

bool ccs_exilog_find(const char *name, enum ccs_exilog_format *format)
{
	for (int i = 0; i < CCS_EXILOG_FORMATS; i++)
		if (!strcmp(name, names[i])) {
			*format = (enum ccs_exilog_format)i;
			return true;
		}
	return false;
}

void ccs_exilog_begin(enum ccs_exilog_format format, struct ccs_print *p)
{
	switch (format) {
	case CCS_EXILOG_EXI:
		ccs_print_text(p, "init\n");
		break;
	case CCS_EXILOG_DECODED:
		ccs_print_text(p, "# V2G messages, by ccs decode\n# JSON as in docs/records.md\n");
		break;
	case CCS_EXILOG_VALUES:
		ccs_print_text(p, "# values of V2G messages, by ccs decode\n# V, A, percent\n");
		break;
	case CCS_EXILOG_MACLOG:
	case CCS_EXILOG_FORMATS:
		break;
	}
}

void ccs_exilog_end(enum ccs_exilog_format format, struct ccs_print *p)
{
	if (format == CCS_EXILOG_EXI)
		ccs_print_text(p, "closing\n");
}

void ccs_exilog_take(enum ccs_exilog_format format, struct ccs_print *p,
		     const struct ccs_record *record)
{
	bool is_message = record->kind == CCS_RECORD_MSG;

	switch (format) {
	case CCS_EXILOG_EXI:
		if (is_message)
			print_exi(p, record);
		break;
	case CCS_EXILOG_MACLOG:
		if (record->kind == CCS_RECORD_MME && record->mme->kind == CCS_MME_CM_SLAC_PARM_CNF)
			print_mac(p, record);
		break;
	case CCS_EXILOG_DECODED:
		if (is_message)
			print_decoded(p, record);
		break;
	case CCS_EXILOG_VALUES:
		if (is_message)
			print_values(p, record);
		break;
	case CCS_EXILOG_FORMATS:
		break;
	}
}

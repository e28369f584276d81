/* SPDX-License-Identifier: Apache-2.0 */
/* What a listener sees, for others. */
#include "tools/listen_tell.h"

#include "ccs/mme.h"
#include "linux/loop.h"
#include "trace/diagnosis.h"
#include "trace/vendor.h"

#include <stdio.h>
#include <string.h>

#define NUMBER 24 /* characters of one, with its end */
#define MAC    18
#define STAMP  32

/* What is known, for a command's environment. */
struct known {
	struct ccs_event_value list[CCS_EVENT_VALUES];
	size_t count;
	char latitude[CCS_POSITION_TEXT], longitude[CCS_POSITION_TEXT];
	char time[STAMP];
};

static void add(struct known *known, const char *name, const char *text)
{
	known->list[known->count++] = (struct ccs_event_value) { name, text };
}

static void find_position(const struct ccs_listen_tell *tell, struct ccs_position *position)
{
	*position = tell->position;
	if (tell->gpsd)
		ccs_gpsd_position(tell->gpsd, ccs_loop_now(), position);
}

/* What every event has. */
static void begin(struct known *known, const struct ccs_listen_tell *tell, ccs_time time)
{
	struct ccs_position position;
	struct ccs_print p;

	memset(known, 0, sizeof(*known));
	ccs_print_init(&p, known->time, sizeof(known->time) - 1);
	ccs_print_rfc3339(&p, time);
	add(known, "CCS_INTERFACE", tell->interface);
	add(known, "CCS_TIME", known->time);
	find_position(tell, &position);
	if (!ccs_position_print(&position, known->latitude, known->longitude))
		return;
	add(known, "CCS_LATITUDE", known->latitude);
	add(known, "CCS_LONGITUDE", known->longitude);
}

static void run(struct ccs_listen_tell *tell, enum ccs_event event, const struct known *known)
{
	if (tell->events)
		ccs_events_run(tell->events, event, known->list, known->count);
}

static void print_mac(char text[MAC], const uint8_t mac[6])
{
	struct ccs_print p;

	ccs_print_init(&p, text, MAC - 1);
	ccs_print_mac(&p, mac);
	*p.at = '\0';
}

/* Cars and chargers. */

static void say_place(struct ccs_listen_tell *tell, const char *mac, const struct known *known)
{
	char text[160];

	if (!known->latitude[0])
		return;
	snprintf(text, sizeof(text), "charger %s at %s %s", mac, known->latitude, known->longitude);
	tell->said(tell->user, CCS_NOTE_INFO, text);
}

/* Neighbours answer the same car in turn: each of them is new once. */
static bool is_new(struct ccs_listen_met *met, const uint8_t mac[6])
{
	const size_t size = sizeof(met->macs[0]);
	size_t i = 0;
	bool known;

	while (i < CCS_LISTEN_MET - 1 && memcmp(met->macs[i], mac, size) != 0)
		i++;
	known = !memcmp(met->macs[i], mac, size);
	memmove(met->macs[1], met->macs[0], i * size);
	memcpy(met->macs[0], mac, size);
	return !known;
}

static void meet(struct ccs_listen_tell *tell, enum ccs_event event, struct ccs_listen_met *met,
		 const struct ccs_record *record)
{
	const uint8_t *mac = record->mme->src;
	struct known known;
	char text[MAC];

	if (!is_new(met, mac))
		return;
	print_mac(text, mac);
	begin(&known, tell, record->time);
	add(&known, "CCS_MAC", text);
	add(&known, "CCS_VENDOR", ccs_vendor_name(mac));
	run(tell, event, &known);
	if (event != CCS_EVENT_NEW_CHARGER)
		return;
	say_place(tell, text, &known);
	if (tell->upload)
		ccs_upload_charger(tell->upload, mac);
}

static void begin_session(struct ccs_listen_tell *tell, const struct ccs_record *record)
{
	struct known known;
	char number[NUMBER];

	begin(&known, tell, record->time);
	snprintf(number, sizeof(number), "%u", (unsigned int)record->session);
	add(&known, "CCS_SESSION", number);
	run(tell, CCS_EVENT_SESSION_BEGIN, &known);
}

/* The talk with the own modem is nobody else's business, and rounds would be too many. */
static bool is_for_syslog(struct ccs_listen_tell *tell, const struct ccs_record *record)
{
	if (record->kind == CCS_RECORD_MME && (record->mme->kind < CCS_MME_CM_SLAC_PARM_REQ ||
					       record->mme->kind > CCS_MME_CM_SLAC_MATCH_CNF))
		return false;
	return ccs_rounds_want(&tell->rounds, record);
}

static void send_syslog(struct ccs_listen_tell *tell, const struct ccs_record *record)
{
	const char *text = tell->room;

	if (!is_for_syslog(tell, record))
		return;
	ccs_print_init(&tell->line, tell->room, sizeof(tell->room) - 1);
	ccs_record_text_print(&tell->text, record);
	*tell->line.at = '\0';
	text += strspn(text, " ");
	ccs_syslog_send(&tell->syslog, text, strcspn(text, "\n"));
}

void ccs_listen_tell_record(struct ccs_listen_tell *tell, const struct ccs_record *record)
{
	bool is_mme = record->kind == CCS_RECORD_MME;

	if (tell->has_syslog)
		send_syslog(tell, record);
	if (is_mme && record->mme->kind == CCS_MME_CM_SLAC_PARM_CNF)
		meet(tell, CCS_EVENT_NEW_CHARGER, &tell->chargers, record);
	else if (is_mme && record->mme->kind == CCS_MME_CM_SLAC_PARM_REQ)
		meet(tell, CCS_EVENT_NEW_CAR, &tell->cars, record);
	else if (record->kind == CCS_RECORD_SESSION)
		begin_session(tell, record);
}

void ccs_listen_tell_session(struct ccs_listen_tell *tell, const struct ccs_session_facts *session)
{
	struct ccs_diagnosis diagnosis;
	char number[NUMBER], energy[NUMBER], soc[NUMBER], ev[MAC], evse[MAC];
	struct known known;

	ccs_diagnose(session, &diagnosis);
	begin(&known, tell, session->time);
	snprintf(number, sizeof(number), "%u", (unsigned int)session->number);
	snprintf(energy, sizeof(energy), "%lld", (long long)session->charge.charged_mwh / 1000);
	snprintf(soc, sizeof(soc), "%lld", (long long)session->charge.soc.last / 1000);
	print_mac(ev, session->slac.ev_mac);
	print_mac(evse, session->slac.evse_mac);
	add(&known, "CCS_SESSION", number);
	add(&known, "CCS_VERDICT", ccs_verdict_name(diagnosis.verdict));
	add(&known, "CCS_REASON", diagnosis.code);
	add(&known, "CCS_PROTOCOL", session->v2g.proto);
	add(&known, "CCS_EV_MAC", session->slac.has_ev ? ev : NULL);
	add(&known, "CCS_EVSE_MAC", session->slac.has_evse ? evse : NULL);
	add(&known, "CCS_EVCCID", session->v2g.evccid);
	add(&known, "CCS_EVSEID", session->v2g.evseid);
	add(&known, "CCS_ENERGY", session->charge.rounds ? energy : NULL);
	add(&known, "CCS_SOC", session->charge.soc.seen ? soc : NULL);
	run(tell, CCS_EVENT_SESSION_END, &known);
}

/* Life. */

static void say_fault(void *user, const char *text)
{
	struct ccs_listen_tell *tell = user;

	tell->said(tell->user, CCS_NOTE_WARNING, text);
}

static void say_upload(void *user, const char *text)
{
	struct ccs_listen_tell *tell = user;
	char line[200];

	snprintf(line, sizeof(line), "[upload] the server %s", text);
	tell->said(tell->user, CCS_NOTE_INFO, line);
}

int ccs_listen_tell_open(struct ccs_listen_tell *tell, const struct ccs_listen_config *config,
			 const char *interface, struct ccs_problem *problem)
{
	tell->config = config;
	tell->interface = interface;
	if (!config->syslog.to[0])
		return 0;
	if (ccs_syslog_open(&tell->syslog, &config->syslog, interface, problem))
		return -1;
	ccs_record_text_init(&tell->text, &tell->line);
	tell->has_syslog = true;
	return 0;
}

int ccs_listen_tell_start(struct ccs_listen_tell *tell, uv_loop_t *loop,
			  void (*said)(void *user, enum ccs_note_level level, const char *text),
			  void *user, struct ccs_problem *problem)
{
	const struct ccs_listen_config *config = tell->config;

	tell->said = said;
	tell->user = user;
	tell->events = ccs_events_open(loop, &config->on, say_fault, tell);
	if (config->gpsd.host[0])
		tell->gpsd = ccs_gpsd_open(loop, &config->gpsd, say_fault, tell);
	if (!tell->events || (config->gpsd.host[0] && !tell->gpsd))
		return ccs_problem_set(problem, "out of memory");
	if (!config->upload.url[0])
		return 0;
	tell->upload = ccs_upload_open(loop, &config->upload, tell->gpsd, say_upload, tell,
				       problem);
	return tell->upload ? 0 : -1;
}

void ccs_listen_tell_stop(struct ccs_listen_tell *tell)
{
	find_position(tell, &tell->position);
	ccs_upload_close(tell->upload);
	ccs_gpsd_close(tell->gpsd);
	tell->upload = NULL;
	tell->gpsd = NULL;
}

void ccs_listen_tell_close(struct ccs_listen_tell *tell)
{
	ccs_events_close(tell->events);
	tell->events = NULL;
	if (!tell->has_syslog)
		return;
	ccs_syslog_close(&tell->syslog);
	ccs_record_text_free(&tell->text);
	tell->has_syslog = false;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What happens on TCP and TLS: the frame and note records of the analyser. */
#include "trace/summary_parts.h"

#include <stdio.h>
#include <string.h>

static bool is_ours(const struct ccs_tcp_facts *tcp, const struct ccs_record *record)
{
	uint16_t a = record->src.port;
	uint16_t b = record->dst.port;

	return (a == tcp->ev_port && b == tcp->evse_port) ||
	       (a == tcp->evse_port && b == tcp->ev_port);
}

/* From now on this connection counts. */
static void follow(struct ccs_tcp_facts *tcp, uint16_t ev_port, uint16_t evse_port)
{
	tcp->ev_port = ev_port;
	tcp->evse_port = evse_port;
	memset(tcp->fin, 0, sizeof(tcp->fin));
	memset(tcp->rst, 0, sizeof(tcp->rst));
	tcp->open_end = (struct ccs_at) { 0 };
}

/* Whether a connect to this port is meant for the charging communication. */
static bool is_meant(const struct ccs_session_facts *s, uint16_t port)
{
	if (s->sdp.response.count > 0)
		return port == s->sdp.port;
	return s->v2g.first.seen ? port == s->tcp.evse_port : true;
}

static void take_opened(struct ccs_session_facts *s, const struct ccs_record *record)
{
	if (!is_meant(s, record->dst.port))
		return;
	ccs_see(&s->tcp.opened, ccs_at_of(record));
	if (!s->v2g.first.seen)
		follow(&s->tcp, record->src.port, record->dst.port);
}

/* One failed connect, or as many more as the record says. */
static void take_failed(struct ccs_session_facts *s, const struct ccs_record *record,
			struct ccs_seen *seen)
{
	uint64_t count = record->note.count ? record->note.count : 1;

	if (!is_meant(s, record->dst.port)) {
		seen = &s->tcp.other;
		s->tcp.other_port = record->dst.port;
	}
	ccs_see(seen, ccs_at_of(record));
	seen->count += count < UINT32_MAX - seen->count ? (uint32_t)count - 1 : 0;
}

static void mark(struct ccs_at *first, const struct ccs_record *record)
{
	if (!first->seen)
		*first = ccs_at_of(record);
}

/* Who sent it; a client whose role is not known yet is the car. */
static enum ccs_side sender_of(const struct ccs_tcp_facts *tcp, const struct ccs_record *record)
{
	if (record->dir != CCS_SIDE_UNKNOWN)
		return record->dir;
	return record->src.port == tcp->evse_port ? CCS_SIDE_EVSE : CCS_SIDE_EV;
}

static void keep_name(char *room, size_t size, const char *name)
{
	if (name)
		ccs_keep_text(room, size, name, strlen(name));
}

static void take_alert(struct ccs_session_facts *s, const struct ccs_record *record)
{
	const struct ccs_record_tls *alert = record->note.tls;
	struct ccs_tls_facts *tls = &s->tls;

	mark(&tls->alert, record);
	tls->alert_by = sender_of(&s->tcp, record);
	if (alert->alert_name)
		snprintf(tls->alert_name, sizeof(tls->alert_name), "%s", alert->alert_name);
	else
		snprintf(tls->alert_name, sizeof(tls->alert_name), "%u", alert->alert);
}

static void take_tls(struct ccs_session_facts *s, const struct ccs_record *record)
{
	const struct ccs_record_tls *said = record->note.tls;
	struct ccs_tls_facts *tls = &s->tls;

	if (!said)
		return;
	switch (said->event) {
	case CCS_TLS_EVENT_OTHER:
		return;
	case CCS_TLS_EVENT_AGREED:
		tls->agreed = ccs_at_of(record);
		keep_name(tls->version, sizeof(tls->version), said->version);
		keep_name(tls->cipher, sizeof(tls->cipher), said->cipher);
		return;
	case CCS_TLS_EVENT_ALERT:
		take_alert(s, record);
		break;
	case CCS_TLS_EVENT_FAILED:
		mark(&tls->failed, record);
		if (tls->alert.seen)
			return;
		break;
	case CCS_TLS_EVENT_UNDECRYPTED:
		mark(&tls->opaque, record);
		if (tls->alert.seen || tls->failed.seen)
			return;
		break;
	}
	keep_name(tls->text, sizeof(tls->text), record->note.text);
}

void ccs_summary_take_frame(struct ccs_session_facts *s, const struct ccs_record *record)
{
	struct ccs_tcp_facts *tcp = &s->tcp;
	const char *topic = record->note.topic;

	if (strcmp(topic, "tcp_opened") == 0) {
		take_opened(s, record);
	} else if (strcmp(topic, "tcp_refused") == 0) {
		take_failed(s, record, &tcp->refused);
	} else if (strcmp(topic, "tcp_unanswered") == 0) {
		take_failed(s, record, &tcp->unanswered);
	} else if (strcmp(topic, "tls") == 0) {
		take_tls(s, record);
	} else if (is_ours(tcp, record) && strcmp(topic, "tcp_fin") == 0) {
		mark(&tcp->fin[sender_of(tcp, record)], record);
	} else if (is_ours(tcp, record) && strcmp(topic, "tcp_reset") == 0) {
		mark(&tcp->rst[sender_of(tcp, record)], record);
	} else if (is_ours(tcp, record) && strcmp(topic, "tcp_end") == 0) {
		mark(&tcp->open_end, record);
	} else if (is_ours(tcp, record) && strcmp(topic, "gap") == 0 &&
		   record->note.level != CCS_NOTE_INFO) {
		mark(&tcp->gap_at, record);
		tcp->gaps++;
	}
}

void ccs_summary_follow(struct ccs_session_facts *s, const struct ccs_record *record)
{
	bool from_ev = record->dir == CCS_SIDE_EV;

	if (!is_ours(&s->tcp, record))
		follow(&s->tcp, from_ev ? record->src.port : record->dst.port,
		       from_ev ? record->dst.port : record->src.port);
}

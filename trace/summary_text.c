/* SPDX-License-Identifier: Apache-2.0 */
/* A session's summary for people. */
#include "trace/summary_report.h"

#include "ccs/message.h"
#include "ccs/sdp.h"
#include "trace/diagnosis.h"
#include "trace/text_line.h"
#include "trace/vendor.h"

#include <string.h>

#define WIDTH  99 /* and a full stop */
#define INDENT 14 /* of what stands behind the labels */

/* A line that breaks between words. */
struct block {
	struct ccs_print *print;
	bool colour;
	size_t column;
	size_t start; /* column of the first piece of the line */
};

static void put_colour(struct block *b, enum ccs_colour colour)
{
	struct ccs_line line = { .print = b->print, .colour = b->colour };

	ccs_line_colour(&line, colour);
}

static void put_blanks(struct block *b, size_t count)
{
	ccs_line_pad(&(struct ccs_line) { .print = b->print }, 0, count);
	b->column += count;
}

static void put_label(struct block *b, const char *label)
{
	ccs_print_text(b->print, "  ");
	put_colour(b, CCS_COLOUR_DIM);
	ccs_print_text(b->print, label);
	put_colour(b, CCS_COLOUR_NONE);
	b->column = 2 + strlen(label);
	put_blanks(b, b->column < INDENT ? INDENT - b->column : 1);
	b->start = b->column;
}

static void put_newline(struct block *b)
{
	ccs_print_char(b->print, '\n');
	b->column = b->start = 0;
}

/* A piece that is not broken; `gap` blanks before it unless it begins the line. */
static void put_piece(struct block *b, size_t gap, const char *text, size_t length)
{
	if (b->column > b->start && b->column + gap + length > WIDTH) {
		put_newline(b);
		put_blanks(b, INDENT);
		b->start = INDENT;
	} else if (b->column > b->start) {
		put_blanks(b, gap);
	}
	ccs_print_bytes(b->print, text, length);
	b->column += length;
}

static void put_words(struct block *b, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, " ");

		if (length > 0)
			put_piece(b, 1, text, length);
		text += length + (text[length] == ' ');
	}
}

/* Makes one piece of a line. */
struct piece {
	char text[160];
	struct ccs_print print;
};

static struct ccs_print *begin_piece(struct piece *piece)
{
	ccs_print_init(&piece->print, piece->text, sizeof(piece->text));
	return &piece->print;
}

static void put(struct block *b, const struct piece *piece)
{
	put_piece(b, 2, piece->text, ccs_print_length(&piece->print));
}

static void put_text(struct block *b, const char *text)
{
	put_piece(b, 2, text, strlen(text));
}

static void print_quantity(struct ccs_print *p, int64_t milli, const char *unit)
{
	struct ccs_line line = { .print = p };

	ccs_line_quantity(&line, milli, unit);
}

static void print_duration(struct ccs_print *p, ccs_time us)
{
	ccs_print_fixed(p, (us + 500) / 1000, 3);
	ccs_print_text(p, " s");
}

void ccs_summary_print_place(struct ccs_print *p, const struct ccs_session_facts *s, uint64_t frame)
{
	ccs_print_text(p, s->in_log ? "line " : "frame ");
	ccs_print_unsigned(p, frame);
}

static void put_head(struct block *b, const struct ccs_session_facts *s, const char *file)
{
	struct piece piece;
	struct ccs_print *p;

	put_colour(b, CCS_COLOUR_HEAD);
	p = begin_piece(&piece);
	ccs_print_text(p, "Session ");
	ccs_print_unsigned(p, s->number);
	put(b, &piece);
	put_colour(b, CCS_COLOUR_NONE);
	p = begin_piece(&piece);
	if (ccs_record_is_dated(s->in_log, s->time)) {
		ccs_print_rfc3339(p, s->time);
		while (p->at[-1] != '.') /* without fractions of a second */
			p->at--;
		p->at--;
		ccs_print_text(p, "Z  ");
	}
	print_duration(p, s->end.since - s->begin.since);
	if (s->begin.frame && s->end.frame) {
		ccs_print_text(p, s->in_log ? "  lines " : "  frames ");
		ccs_print_unsigned(p, s->begin.frame);
		ccs_print_char(p, '-');
		ccs_print_unsigned(p, s->end.frame);
	}
	put(b, &piece);
	if (file)
		put_text(b, file);
	put_newline(b);
}

static void put_diagnosis(struct block *b, const struct ccs_session_facts *s)
{
	static const enum ccs_colour colours[] = { CCS_COLOUR_EVSE, CCS_COLOUR_FAILURE,
						   CCS_COLOUR_WARNING };
	static const char *const labels[] = { "OK", "FAILED", "INCOMPLETE" };
	struct ccs_diagnosis d;
	struct piece piece;
	struct ccs_print *p = begin_piece(&piece);

	ccs_diagnose(s, &d);
	ccs_print_text(b->print, "  ");
	put_colour(b, colours[d.verdict]);
	ccs_print_text(b->print, labels[d.verdict]);
	b->column = 2 + strlen(labels[d.verdict]);
	put_blanks(b, b->column < INDENT ? INDENT - b->column : 1);
	b->start = b->column;
	put_words(b, d.sentence);
	ccs_print_char(b->print, '.');
	b->column++;
	put_colour(b, CCS_COLOUR_NONE);
	if (d.at.frame) {
		ccs_print_text(p, "See ");
		ccs_summary_print_place(p, s, d.at.frame);
		ccs_print_char(p, '.');
		put_piece(b, 1, piece.text, ccs_print_length(p));
	}
	put_newline(b);
	if (!d.advice[0])
		return;
	put_label(b, "check");
	put_words(b, d.advice);
	put_newline(b);
}

static void put_side(struct block *b, const char *label, const uint8_t *mac, const char *id_label,
		     const char *id)
{
	const char *vendor = mac ? ccs_vendor_name(mac) : NULL;
	struct piece piece;
	struct ccs_print *p;

	if (!mac && !*id)
		return;
	put_label(b, label);
	if (mac) {
		p = begin_piece(&piece);
		ccs_print_mac(p, mac);
		put(b, &piece);
	}
	if (vendor)
		put_text(b, vendor);
	if (*id) {
		p = begin_piece(&piece);
		ccs_print_text(p, id_label);
		ccs_print_text(p, id);
		put(b, &piece);
	}
	put_newline(b);
}

static void put_attenuation(struct block *b, const struct ccs_slac_answer *answer)
{
	struct piece piece;
	struct ccs_print *p = begin_piece(&piece);

	ccs_print_fixed(p, answer->mean_mdb / 100, 1);
	ccs_print_text(p, " dB (");
	ccs_print_unsigned(p, answer->lowest);
	ccs_print_text(p, " to ");
	ccs_print_unsigned(p, answer->highest);
	ccs_print_char(p, ')');
	put(b, &piece);
}

/* Several chargers heard the car: all of them, and which one it chose. */
static void put_answers(struct block *b, const struct ccs_slac_facts *slac)
{
	struct piece piece;

	for (uint32_t i = 0; i < slac->answer_count && i < CCS_SUMMARY_ANSWERS; i++) {
		const struct ccs_slac_answer *answer = &slac->answers[i];
		struct ccs_print *p = begin_piece(&piece);
		bool chosen = slac->match_cnf.count && !memcmp(answer->mac, slac->evse_mac, 6);

		put_newline(b);
		put_blanks(b, INDENT);
		b->start = INDENT;
		ccs_print_mac(p, answer->mac);
		put(b, &piece);
		if (answer->groups)
			put_attenuation(b, answer);
		if (chosen)
			put_text(b, "chosen");
	}
}

static void put_slac(struct block *b, const struct ccs_slac_facts *slac)
{
	struct piece piece;
	struct ccs_print *p;

	if (slac->parm_req.count + slac->answer_count == 0)
		return;
	put_label(b, "SLAC");
	if (slac->has_run_id) {
		p = begin_piece(&piece);
		ccs_print_text(p, "run id ");
		ccs_print_hex(p, slac->run_id, sizeof(slac->run_id));
		put(b, &piece);
	}
	if (slac->has_nid) {
		p = begin_piece(&piece);
		ccs_print_text(p, "NID ");
		ccs_print_hex(p, slac->nid, sizeof(slac->nid));
		put(b, &piece);
	}
	p = begin_piece(&piece);
	ccs_print_unsigned(p, slac->sound.count);
	ccs_print_text(p, " sounds");
	put(b, &piece);
	if (slac->answer_count == 1 && slac->answers[0].groups)
		put_attenuation(b, &slac->answers[0]);
	else if (slac->answer_count > 1)
		put_answers(b, slac);
	put_newline(b);
}

static const char *security_name(uint8_t security)
{
	return security == CCS_SDP_TLS ? "TLS" : "no TLS";
}

static void put_link(struct block *b, const struct ccs_session_facts *s)
{
	const struct ccs_sdp_facts *sdp = &s->sdp;
	struct piece piece;
	struct ccs_print *p = begin_piece(&piece);

	if (sdp->request.count + sdp->response.count == 0)
		return;
	put_label(b, "SDP");
	if (sdp->request.count) {
		ccs_print_text(p, "asked ");
		ccs_print_text(p, security_name(sdp->first_asked));
		if (sdp->request.count > 1) {
			ccs_print_text(p, " (");
			ccs_print_unsigned(p, sdp->request.count);
			ccs_print_text(p, " times)");
		}
		ccs_print_text(p, ", ");
	}
	if (sdp->response.count) {
		ccs_print_text(p, "answered ");
		ccs_print_text(p, security_name(sdp->security_answered));
		ccs_print_text(p, ", [");
		ccs_print_ipv6(p, sdp->secc_ip);
		ccs_print_text(p, "]:");
		ccs_print_unsigned(p, sdp->port);
	} else {
		ccs_print_text(p, "not answered");
	}
	put(b, &piece);
	put_newline(b);
}

static void put_tls(struct block *b, const struct ccs_tls_facts *tls)
{
	if (!tls->agreed.seen)
		return;
	put_label(b, "TLS");
	put_text(b, tls->version);
	put_text(b, tls->cipher);
	put_text(b, tls->failed.seen || tls->alert.seen ? "failed"
		    : tls->opaque.seen			? "not decrypted"
							: "decrypted");
	put_newline(b);
}

const char *ccs_summary_protocol(const char *proto)
{
	enum ccs_protocol protocol =
		ccs_protocol_of_name((struct ccs_text) { proto, (uint32_t)strlen(proto) });

	return protocol == CCS_PROTOCOL_NONE ? proto : ccs_protocol_info(protocol)->title;
}

static void put_offer(struct block *b, const struct ccs_offer *offer)
{
	enum ccs_protocol protocol =
		ccs_protocol_of_uri((struct ccs_text) { offer->uri, (uint32_t)strlen(offer->uri) });
	struct piece piece;
	struct ccs_print *p = begin_piece(&piece);

	ccs_print_text(p, protocol ? ccs_protocol_info(protocol)->title : offer->uri);
	ccs_print_char(p, ' ');
	ccs_print_unsigned(p, offer->major);
	ccs_print_char(p, '.');
	ccs_print_unsigned(p, offer->minor);
	ccs_print_text(p, " (priority ");
	ccs_print_unsigned(p, offer->priority);
	ccs_print_char(p, ')');
	put(b, &piece);
}

static void put_protocol(struct block *b, const struct ccs_v2g_facts *v2g)
{
	if (v2g->offer_count) {
		put_label(b, "offered");
		for (uint32_t i = 0; i < v2g->offer_count; i++)
			put_offer(b, &v2g->offers[i]);
		put_newline(b);
	}
	if (!v2g->proto[0])
		return;
	put_label(b, "protocol");
	put_text(b, ccs_summary_protocol(v2g->proto));
	if (v2g->energy_mode[0])
		put_text(b, v2g->energy_mode);
	if (v2g->payment[0])
		put_text(b, v2g->payment);
	if (v2g->by_content)
		put_text(b, "(judged by content)");
	put_newline(b);
}

static void put_column(struct block *b, size_t width, const struct piece *piece)
{
	size_t length = ccs_print_length(&piece->print);

	put_blanks(b, length < width ? width - length : 1);
	ccs_print_bytes(b->print, piece->text, length);
}

static void put_phase(struct block *b, const struct ccs_phase_facts *phase, const char *title)
{
	struct piece piece;
	size_t length = strlen(title);

	put_blanks(b, INDENT);
	ccs_print_text(b->print, title);
	put_blanks(b, length < 14 ? 14 - length : 1);
	print_duration(begin_piece(&piece), phase->begin.since);
	put_column(b, 14, &piece);
	print_duration(begin_piece(&piece), phase->took);
	put_column(b, 14, &piece);
	if (phase->rounds) {
		ccs_print_unsigned(begin_piece(&piece), phase->rounds);
		put_column(b, 10, &piece);
	}
	put_newline(b);
}

static void put_phases(struct block *b, const struct ccs_session_facts *s)
{
	bool any = false;

	for (unsigned int i = 1; i < CCS_PHASE_COUNT; i++)
		any = any || s->phases[i].entered;
	if (!any)
		return;
	put_label(b, "phase");
	ccs_print_text(b->print, "                       at          took  requests\n");
	for (unsigned int i = 1; i < CCS_PHASE_COUNT; i++)
		if (s->phases[i].entered)
			put_phase(b, &s->phases[i], ccs_phase_title(i));
}

static void put_range(struct block *b, const struct ccs_range *range, const char *unit)
{
	struct piece piece;
	struct ccs_print *p = begin_piece(&piece);

	if (!range->seen)
		return;
	ccs_print_fixed(p, range->lowest / 100, 1);
	ccs_print_text(p, " to");
	print_quantity(p, range->highest, unit);
	put(b, &piece);
}

static void put_soc(struct block *b, const struct ccs_range *soc)
{
	struct piece piece;
	struct ccs_print *p = begin_piece(&piece);

	if (!soc->seen)
		return;
	ccs_print_text(p, "SoC ");
	ccs_print_signed(p, soc->first / 1000);
	ccs_print_text(p, " to ");
	ccs_print_signed(p, soc->last / 1000);
	ccs_print_text(p, " %");
	put(b, &piece);
}

static void put_energy(struct block *b, const char *label, int64_t mwh)
{
	struct piece piece;
	struct ccs_print *p = begin_piece(&piece);

	ccs_print_text(p, label);
	print_quantity(p, mwh, "Wh");
	put(b, &piece);
}

static void put_charge(struct block *b, const struct ccs_charge_facts *c)
{
	struct piece piece;
	struct ccs_print *p;

	if (!c->soc.seen && !c->voltage.seen && !c->power.seen && !c->meter.seen)
		return;
	put_label(b, "charge");
	put_soc(b, &c->soc);
	put_range(b, &c->voltage, "V");
	put_range(b, &c->current, "A");
	if (c->power.seen) {
		p = begin_piece(&piece);
		ccs_print_text(p, "peak");
		print_quantity(p, c->peak_mw, "W");
		put(b, &piece);
		put_energy(b, "energy", c->charged_mwh);
		if (c->discharged_mwh)
			put_energy(b, "discharged", c->discharged_mwh);
	}
	if (c->meter.seen)
		put_energy(b, "meter", c->meter.last - c->meter.first);
	put_newline(b);
}

static void put_limits(struct block *b, const struct ccs_charge_facts *c)
{
	static const char *const names[CCS_LIMIT_COUNT] = {
		"the car's demand",    "the charger's current", "the charger's voltage",
		"the charger's power", "below the demand",	"no demand"
	};
	struct piece piece;
	ccs_time all = 0;

	for (unsigned int i = 0; i < CCS_LIMIT_COUNT; i++)
		all += c->limited[i];
	if (all == 0)
		return;
	put_label(b, "limited by");
	for (unsigned int i = 0; i < CCS_LIMIT_COUNT; i++) {
		struct ccs_print *p = begin_piece(&piece);

		if (c->limited[i] * 200 < all) /* would be 0 % */
			continue;
		ccs_print_text(p, names[i]);
		ccs_print_char(p, ' ');
		ccs_print_signed(p, (c->limited[i] * 100 + all / 2) / all);
		ccs_print_text(p, " %");
		put(b, &piece);
	}
	put_newline(b);
}

static void print_latency(struct ccs_print *p, const struct ccs_session_facts *s, const char *who,
			  const struct ccs_latency *latency)
{
	ccs_print_text(p, who);
	ccs_print_text(p, " median ");
	ccs_print_fixed(p, ccs_latency_percentile(latency, 50) / 100, 1);
	ccs_print_text(p, " ms, max ");
	ccs_print_fixed(p, latency->max / 100, 1);
	ccs_print_text(p, " ms");
	if (latency->max_frame) {
		ccs_print_text(p, " (");
		ccs_summary_print_place(p, s, latency->max_frame);
		ccs_print_char(p, ')');
	}
}

static void put_latency(struct block *b, const struct ccs_session_facts *s)
{
	const struct ccs_v2g_facts *v2g = &s->v2g;
	struct piece piece;

	if (v2g->evse.count == 0)
		return;
	put_label(b, "answers");
	print_latency(begin_piece(&piece), s, "charger", &v2g->evse);
	put(b, &piece);
	if (v2g->ev.count) {
		print_latency(begin_piece(&piece), s, "car", &v2g->ev);
		put(b, &piece);
	}
	put_newline(b);
}

static void put_remarks(struct block *b, const struct ccs_session_facts *s)
{
	char remark[320];

	for (unsigned int i = 0; ccs_diagnosis_remark(s, i, remark, sizeof(remark)); i++) {
		put_label(b, "note");
		put_words(b, remark);
		put_newline(b);
	}
}

void ccs_summary_print_text(struct ccs_print *print, const struct ccs_session_facts *s,
			    const char *file, bool colour)
{
	struct block b = { .print = print, .colour = colour };

	put_head(&b, s, file);
	put_diagnosis(&b, s);
	put_side(&b, "car", s->slac.has_ev ? s->slac.ev_mac : NULL, "EVCCID ", s->v2g.evccid);
	put_side(&b, "charger", s->slac.has_evse ? s->slac.evse_mac : NULL, "EVSEID ",
		 s->v2g.evseid);
	put_slac(&b, &s->slac);
	put_link(&b, s);
	put_tls(&b, &s->tls);
	put_protocol(&b, &s->v2g);
	put_phases(&b, s);
	put_charge(&b, &s->charge);
	put_limits(&b, &s->charge);
	put_latency(&b, s);
	put_remarks(&b, s);
}

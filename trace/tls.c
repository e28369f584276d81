/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS connection: bytes to records, records to content.
 *
 * Records are taken in the order of their arrival.  The first one whose secret is missing, and
 * all behind it, wait in a queue; the queue is tried again when the key log has grown.
 */
#include "trace/tls.h"

#include "trace/keylog.h"
#include "trace/tls_decrypt.h"

#include "ccs/error.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define ALERT_CLOSE_NOTIFY  0
#define ALERT_USER_CANCELED 90
#define ALERT_FATAL	    2

/* A record that waits, or a gap (length 0). */
struct waiting {
	struct waiting *next;
	struct ccs_tls_mark mark;
	int64_t lost; /* gap: number of records, negative: unknown */
	unsigned int dir;
	size_t length;
	uint8_t bytes[]; /* header and body */
};

struct direction {
	struct ccs_tls_framer framer;
	struct ccs_tls_decryptor decryptor;
	uint64_t dropped; /* records, because the queue was full */
	bool encrypted;	  /* the side has changed to its final keys */
	bool spoken;	  /* plain text came out */
	bool missing;	  /* plain text is missing since the last that came out */
	bool chaos_told, misfit_told;
};

struct ccs_tls {
	struct ccs_tls_handshake handshake;
	struct direction directions[2];
	struct waiting *first, **last;
	size_t kept;	     /* bytes in the queue */
	bool full;	     /* dropping until the queue is empty */
	bool ending;	     /* nothing waits any more */
	uint64_t generation; /* of the key log when the queue was last tried */
	uint8_t plain[CCS_TLS_BODY_MAX];
};

static bool is_1_3(const struct ccs_tls *tls)
{
	return tls->handshake.summary.version == CCS_TLS_1_3;
}

static void note_side(struct ccs_tls *tls, const struct ccs_tls_mark *mark,
		      enum ccs_note_level level, unsigned int dir, const char *before,
		      const char *behind)
{
	char text[200];
	struct ccs_print p;

	ccs_print_init(&p, text, sizeof(text));
	ccs_print_text(&p, before);
	ccs_print_text(&p, ccs_tls_side_name(&tls->handshake, dir));
	ccs_print_text(&p, behind);
	ccs_tls_note(&tls->handshake, mark, level, dir, &p);
}

static void tell_failure(struct ccs_tls *tls, const struct ccs_tls_mark *mark)
{
	struct ccs_tls_summary *s = &tls->handshake.summary;
	char text[sizeof(s->offered) + 80];
	struct ccs_print p;

	if (s->failed || s->established)
		return;
	s->failed = true;
	ccs_print_init(&p, text, sizeof(text));
	ccs_print_text(&p, "TLS handshake not completed");
	if (s->offered[0]) {
		ccs_print_text(&p, "; the client offered ");
		ccs_print_text(&p, s->offered);
	}
	ccs_tls_note_event(&tls->handshake, mark, CCS_TLS_EVENT_FAILED, CCS_NOTE_ERROR,
			   CCS_TLS_BOTH, &p);
}

static void take_alert(struct ccs_tls *tls, const struct ccs_tls_record *record,
		       const uint8_t *bytes, size_t length)
{
	struct ccs_tls_handshake *h = &tls->handshake;
	enum ccs_note_level level = CCS_NOTE_WARNING;
	bool mild, fatal;
	char text[120];
	struct ccs_print p;

	if (length != 2)
		return;
	mild = bytes[1] == ALERT_CLOSE_NOTIFY || bytes[1] == ALERT_USER_CANCELED;
	fatal = !mild && (bytes[0] == ALERT_FATAL || is_1_3(tls)); /* RFC 8446 6: level unused */
	if (mild || fatal)
		level = fatal ? CCS_NOTE_ERROR : CCS_NOTE_INFO;
	ccs_print_init(&p, text, sizeof(text));
	ccs_print_text(&p, ccs_tls_side_name(h, record->dir));
	ccs_print_text(&p, fatal ? " sends fatal alert " : " sends alert ");
	ccs_tls_print_name(&p, ccs_tls_alert_name(bytes[1]), bytes[1]);
	if (fatal && !h->summary.alert) {
		h->summary.alert = bytes[1];
		h->summary.alert_name = ccs_tls_alert_name(bytes[1]);
	}
	ccs_tls_note_event(h, &record->mark, fatal ? CCS_TLS_EVENT_ALERT : CCS_TLS_EVENT_OTHER,
			   level, record->dir, &p);
	if (fatal)
		tell_failure(tls, &record->mark);
	h->summary.failed |= fatal;
}

static void set_encrypted(struct ccs_tls *tls, unsigned int dir)
{
	tls->directions[dir].encrypted = true;
	if (tls->directions[!dir].encrypted)
		tls->handshake.summary.established = true;
}

static void take_change_cipher(struct ccs_tls *tls, const struct ccs_tls_record *record)
{
	if (is_1_3(tls))
		return;
	ccs_tls_handshake_change_cipher(&tls->handshake, &record->mark, record->dir);
	ccs_tls_decrypt_change(&tls->directions[record->dir].decryptor);
	set_encrypted(tls, record->dir);
}

static void take_handshake(struct ccs_tls *tls, const struct ccs_tls_record *record,
			   const uint8_t *bytes, size_t length, bool authentic)
{
	struct ccs_tls_decryptor *d = &tls->directions[record->dir].decryptor;
	unsigned int flags = ccs_tls_handshake_take(&tls->handshake, &record->mark, record->dir,
						    bytes, length, authentic);

	if (!is_1_3(tls))
		return;
	if (flags & CCS_TLS_FINISHED) {
		ccs_tls_decrypt_finished(d);
		set_encrypted(tls, record->dir);
	}
	if (flags & CCS_TLS_KEY_UPDATE)
		ccs_tls_decrypt_update(d);
}

static void tell_gap(struct ccs_tls *tls, unsigned int dir, const struct ccs_tls_mark *mark)
{
	const struct ccs_tls_config *c = &tls->handshake.config;

	if (c->gap)
		c->gap(c->user, dir, mark->frame, mark->time);
}

static void take_plain(struct ccs_tls *tls, const struct ccs_tls_record *record,
		       const uint8_t *bytes, size_t length)
{
	const struct ccs_tls_config *c = &tls->handshake.config;
	struct direction *d = &tls->directions[record->dir];

	if (d->missing && !d->spoken)
		tell_gap(tls, record->dir, &record->mark);
	if (d->missing && d->spoken)
		note_side(tls, &record->mark, CCS_NOTE_INFO, record->dir, "decryption of the ",
			  "'s data goes on");
	d->missing = false;
	d->spoken = true;
	tls->handshake.summary.records_plain++;
	if (c->plain && length)
		c->plain(c->user, record->dir, bytes, length, record->mark.frame,
			 record->mark.time);
}

static void take_content(struct ccs_tls *tls, const struct ccs_tls_record *record, uint8_t type,
			 const uint8_t *bytes, size_t length, bool authentic)
{
	switch (type) {
	case CCS_TLS_CHANGE_CIPHER_SPEC:
		take_change_cipher(tls, record);
		break;
	case CCS_TLS_ALERT:
		take_alert(tls, record, bytes, length);
		break;
	case CCS_TLS_HANDSHAKE:
		take_handshake(tls, record, bytes, length, authentic);
		break;
	case CCS_TLS_APPLICATION:
		if (authentic)
			take_plain(tls, record, bytes, length);
		break;
	default: /* heartbeat and what does not exist */
		break;
	}
}

/* Plain text of the direction is missing from here on. */
static void begin_gap(struct ccs_tls *tls, unsigned int dir, const struct ccs_tls_mark *mark)
{
	struct direction *d = &tls->directions[dir];

	if (d->spoken && !d->missing)
		tell_gap(tls, dir, mark);
	d->missing = true;
}

static void count_lost(struct ccs_tls *tls, const struct ccs_tls_record *record)
{
	tls->handshake.summary.records_lost++;
	tls->handshake.summary.bytes_lost += record->length;
}

static void lose_record(struct ccs_tls *tls, const struct ccs_tls_record *record, int error)
{
	struct direction *d = &tls->directions[record->dir];
	bool misfit = error == CCS_ERR_CRYPTO && !d->decryptor.skipping;

	count_lost(tls, record);
	if (record->header[0] == CCS_TLS_APPLICATION)
		set_encrypted(tls, record->dir);
	if (record->header[0] == CCS_TLS_ALERT)
		note_side(tls, &record->mark, CCS_NOTE_INFO, record->dir, "encrypted alert of the ",
			  ", which we cannot read");
	if (misfit && !d->misfit_told)
		note_side(tls, &record->mark, CCS_NOTE_WARNING, record->dir,
			  d->decryptor.used ? "a damaged TLS record of the "
					    : "the secrets do not fit the records of the ",
			  "");
	d->misfit_told |= misfit;
	if (!d->decryptor.skipping)
		begin_gap(tls, record->dir, &record->mark);
}

static bool is_encrypted(struct ccs_tls *tls, const struct ccs_tls_record *record)
{
	struct direction *d = &tls->directions[record->dir];
	bool application = record->header[0] == CCS_TLS_APPLICATION;

	if (is_1_3(tls))
		return application;
	if (application && !d->encrypted &&
	    tls->handshake.server_hello) { /* the ChangeCipherSpec was lost */
		ccs_tls_decrypt_change(&d->decryptor);
		ccs_tls_decrypt_gap(&d->decryptor, CCS_ERR_UNKNOWN);
		set_encrypted(tls, record->dir);
	}
	return d->encrypted || application;
}

/* False: it must wait for a secret. */
static bool take_record(struct ccs_tls *tls, const struct ccs_tls_record *record)
{
	struct direction *d = &tls->directions[record->dir];
	uint8_t type = record->header[0];
	int n;

	if (!is_encrypted(tls, record)) {
		take_content(tls, record, type, record->body, record->length, false);
		return true;
	}
	n = ccs_tls_decrypt(&d->decryptor, &tls->handshake, record, tls->plain, &type);
	if (n == CCS_IGNORED && !tls->ending && tls->handshake.config.keylog)
		return false;
	if (n < 0) {
		lose_record(tls, record, n);
		return true;
	}
	tls->handshake.summary.decrypted = true;
	take_content(tls, record, type, tls->plain, (size_t)n, true);
	return true;
}

static void take_gap(struct ccs_tls *tls, unsigned int dir, int64_t records,
		     const struct ccs_tls_mark *mark)
{
	ccs_tls_handshake_gap(&tls->handshake, dir);
	ccs_tls_decrypt_gap(&tls->directions[dir].decryptor, records);
	begin_gap(tls, dir, mark);
}

/* Memory of the queue, within the bounds; NULL: there is none. */
static struct waiting *make_waiting(struct ccs_tls *tls, size_t size)
{
	const struct ccs_tls_config *c = &tls->handshake.config;
	struct waiting *w;

	if (tls->full || tls->kept + size > c->keep || (c->keep_all && *c->keep_all < size))
		return NULL;
	w = malloc(size);
	if (!w)
		return NULL;
	tls->kept += size;
	if (c->keep_all)
		*c->keep_all -= size;
	return w;
}

static void remove_first(struct ccs_tls *tls)
{
	size_t *keep_all = tls->handshake.config.keep_all;
	struct waiting *w = tls->first;
	size_t size = sizeof(*w) + w->length;

	tls->first = w->next;
	tls->kept -= size;
	if (keep_all)
		*keep_all += size;
	free(w);
}

/* Puts a record, or with `lost` a gap, behind the queue. */
static void wait_in_queue(struct ccs_tls *tls, const struct ccs_tls_record *record, int64_t lost)
{
	size_t length = lost ? 0 : CCS_TLS_HEADER_SIZE + record->length;
	struct waiting *w = make_waiting(tls, sizeof(*w) + length);

	if (!w) {
		if (!tls->full)
			ccs_tls_note_text(&tls->handshake, &record->mark, CCS_NOTE_WARNING,
					  CCS_TLS_BOTH,
					  "too much TLS data without secrets; the rest is dropped");
		tls->full = true;
		if (!lost)
			count_lost(tls, record);
		tls->directions[record->dir].dropped++;
		return;
	}
	*w = (struct waiting) {
		.mark = record->mark,
		.lost = lost,
		.dir = record->dir,
		.length = length,
	};
	if (length)
		memcpy(w->bytes, record->header, length);
	*tls->last = w;
	tls->last = &w->next;
}

static bool take_waiting(struct ccs_tls *tls, const struct waiting *w)
{
	struct ccs_tls_record record = {
		.dir = w->dir,
		.header = w->bytes,
		.body = w->bytes + CCS_TLS_HEADER_SIZE,
		.length = w->length - CCS_TLS_HEADER_SIZE,
		.mark = w->mark,
	};

	if (w->length)
		return take_record(tls, &record);
	take_gap(tls, w->dir, w->lost, &w->mark);
	return true;
}

/* Takes from the queue what need not wait any more. */
static void drain(struct ccs_tls *tls)
{
	struct ccs_tls_mark mark = { 0, 0 };

	while (tls->first && take_waiting(tls, tls->first)) {
		mark = tls->first->mark;
		remove_first(tls);
	}
	if (tls->first)
		return;
	tls->last = &tls->first;
	tls->full = false;
	for (unsigned int dir = 0; dir < 2; dir++) {
		if (tls->directions[dir].dropped)
			take_gap(tls, dir, (int64_t)tls->directions[dir].dropped, &mark);
		tls->directions[dir].dropped = 0;
	}
}

/* A hello that the queue may be waiting for: it overtakes. */
static bool is_urgent(struct ccs_tls *tls, const struct ccs_tls_record *record)
{
	const struct ccs_tls_handshake *h = &tls->handshake;

	return record->header[0] == CCS_TLS_HANDSHAKE && !(h->client_hello && h->server_hello) &&
	       !is_encrypted(tls, record);
}

static void submit(struct ccs_tls *tls, const struct ccs_tls_record *record)
{
	bool waits = tls->first != NULL;

	if (waits && is_urgent(tls, record)) {
		take_record(tls, record);
		drain(tls);
	} else if (waits || !take_record(tls, record)) {
		wait_in_queue(tls, record, 0);
	}
}

bool ccs_tls_looks_like(const uint8_t *bytes, size_t length)
{
	return length >= CCS_TLS_HEADER_SIZE && bytes[0] == CCS_TLS_HANDSHAKE && bytes[1] == 3 &&
	       bytes[2] <= 4 && (bytes[3] || bytes[4]) &&
	       ((size_t)bytes[3] << 8 | bytes[4]) <= CCS_TLS_BODY_MAX;
}

struct ccs_tls *ccs_tls_new(const struct ccs_tls_config *config)
{
	struct ccs_tls *tls = calloc(1, sizeof(*tls));

	if (!tls)
		return NULL;
	tls->handshake.config = *config;
	if (!config->keep)
		tls->handshake.config.keep = CCS_TLS_KEEP;
	tls->handshake.summary.client_dir = CCS_TLS_BOTH;
	tls->last = &tls->first;
	return tls;
}

void ccs_tls_data(struct ccs_tls *tls, unsigned int dir, const uint8_t *bytes, size_t length,
		  uint64_t frame, ccs_time time)
{
	struct direction *d = &tls->directions[dir];
	struct ccs_reader input = ccs_reader(bytes, length);
	struct ccs_tls_record record = { .dir = dir, .mark = { frame, time } };
	enum ccs_tls_framing framing;

	ccs_tls_poll(tls);
	while ((framing = ccs_tls_framer_next(&d->framer, &input, &record)) != CCS_TLS_MORE) {
		if (framing == CCS_TLS_RECORD) {
			submit(tls, &record);
			continue;
		}
		if (!d->chaos_told)
			note_side(tls, &record.mark, CCS_NOTE_WARNING, dir, "data of the ",
				  " are no TLS records");
		d->chaos_told = true;
		ccs_tls_gap(tls, dir, 0, frame, time);
	}
}

void ccs_tls_gap(struct ccs_tls *tls, unsigned int dir, uint64_t length, uint64_t frame,
		 ccs_time time)
{
	struct ccs_tls_record record = { .dir = dir, .mark = { frame, time } };
	int lost = ccs_tls_framer_gap(&tls->directions[dir].framer, length);

	if (lost == 0)
		return;
	if (tls->first)
		wait_in_queue(tls, &record, lost);
	else
		take_gap(tls, dir, lost, &record.mark);
}

void ccs_tls_poll(struct ccs_tls *tls)
{
	const struct ccs_keylog *keylog = tls->handshake.config.keylog;

	if ((!tls->first && !tls->full) || tls->generation == ccs_keylog_generation(keylog))
		return;
	tls->generation = ccs_keylog_generation(keylog);
	drain(tls);
}

/* Why records were not decrypted. */
static const char *find_reason(const struct ccs_tls *tls)
{
	const struct ccs_tls_handshake *h = &tls->handshake;
	const struct ccs_tls_decryptor *d[2] = { &tls->directions[0].decryptor,
						 &tls->directions[1].decryptor };

	if (!h->client_hello || !h->server_hello)
		return "the start of the TLS handshake was not captured";
	if (h->summary.version != CCS_TLS_1_2 && h->summary.version != CCS_TLS_1_3)
		return "only TLS 1.2 and 1.3 can be decrypted";
	if (h->summary.decrypted)
		return "data or secrets are missing";
	if (!d[0]->failures && !d[1]->failures) {
		const struct ccs_tls_suite *suite = ccs_tls_suite_find(h->summary.cipher);

		return suite && suite->mode != CCS_TLS_UNSUPPORTED
			       ? "there are no secrets of this connection"
			       : "the cipher suite is not supported";
	}
	return "the secrets do not fit";
}

static void tell_lost(struct ccs_tls *tls, const struct ccs_tls_mark *mark)
{
	const struct ccs_tls_summary *s = &tls->handshake.summary;
	char text[200];
	struct ccs_print p;

	ccs_print_init(&p, text, sizeof(text));
	ccs_print_unsigned(&p, s->records_lost);
	ccs_print_text(&p, s->records_lost == 1 ? " TLS record (" : " TLS records (");
	ccs_print_unsigned(&p, s->bytes_lost);
	ccs_print_text(&p, " bytes) not decrypted: ");
	ccs_print_text(&p, find_reason(tls));
	ccs_tls_note_event(&tls->handshake, mark, CCS_TLS_EVENT_UNDECRYPTED, CCS_NOTE_ERROR,
			   CCS_TLS_BOTH, &p);
}

void ccs_tls_end(struct ccs_tls *tls, uint64_t frame, ccs_time time)
{
	struct ccs_tls_mark mark = { frame, time };

	ccs_tls_poll(tls);
	tls->ending = true;
	drain(tls);
	if (tls->handshake.summary.records_lost)
		tell_lost(tls, &mark);
	if (tls->handshake.client_hello)
		tell_failure(tls, &mark);
}

const struct ccs_tls_summary *ccs_tls_summary(const struct ccs_tls *tls)
{
	return &tls->handshake.summary;
}

void ccs_tls_free(struct ccs_tls *tls)
{
	if (!tls)
		return;
	while (tls->first)
		remove_first(tls);
	ccs_tls_handshake_free(&tls->handshake);
	OPENSSL_cleanse(tls, sizeof(*tls));
	free(tls);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* TLS handshake messages (RFC 5246 7.4, RFC 8446 4). */
#include "trace/tls_handshake.h"

#include "trace/tls_certificate.h"

#include <stdlib.h>
#include <string.h>

enum message {
	CLIENT_HELLO = 1,
	SERVER_HELLO = 2,
	ENCRYPTED_EXTENSIONS = 8,
	CERTIFICATE = 11,
	SERVER_KEY_EXCHANGE = 12,
	CERTIFICATE_REQUEST = 13,
	SERVER_HELLO_DONE = 14,
	FINISHED = 20,
	CERTIFICATE_STATUS = 22,
	KEY_UPDATE = 24,
};

enum extension {
	SERVER_NAME = 0,
	TRUSTED_CA_KEYS = 3,
	STATUS_REQUEST = 5,
	SUPPORTED_GROUPS = 10,
	ALPN = 16,
	STATUS_REQUEST_V2 = 17,
	ENCRYPT_THEN_MAC = 22,
	SUPPORTED_VERSIONS = 43,
	CERTIFICATE_AUTHORITIES = 47,
	KEY_SHARE = 51,
};

#define NAMED_CURVE    3
#define MESSAGE_HEADER 4
#define TEXT_SIZE      1280

/* The random of a ServerHello that is a HelloRetryRequest (RFC 8446 4.1.3). */
static const uint8_t retry_random[32] = {
	0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C,
	0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB,
	0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
};

static void hand_on(const struct ccs_tls_handshake *h, const struct ccs_tls_note *note)
{
	if (h->config.note)
		h->config.note(h->config.user, note);
}

void ccs_tls_note_event(const struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
			enum ccs_tls_event event, enum ccs_note_level level, unsigned int dir,
			struct ccs_print *text)
{
	*(text->at < text->end ? text->at : text->end - 1) = '\0';
	hand_on(h,
		&(struct ccs_tls_note) { event, level, dir, text->start, mark->frame, mark->time });
}

void ccs_tls_note(const struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
		  enum ccs_note_level level, unsigned int dir, struct ccs_print *text)
{
	ccs_tls_note_event(h, mark, CCS_TLS_EVENT_OTHER, level, dir, text);
}

void ccs_tls_note_text(const struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
		       enum ccs_note_level level, unsigned int dir, const char *text)
{
	hand_on(h, &(struct ccs_tls_note) { CCS_TLS_EVENT_OTHER, level, dir, text, mark->frame,
					    mark->time });
}

const char *ccs_tls_side_name(const struct ccs_tls_handshake *h, unsigned int dir)
{
	if (h->summary.client_dir == CCS_TLS_BOTH)
		return "one side";
	return dir == h->summary.client_dir ? "client" : "server";
}

/* A vector: a length of `width` bytes and as many bytes. */
static struct ccs_reader read_vector(struct ccs_reader *r, size_t width)
{
	size_t length = (size_t)ccs_read_be(r, width);
	const uint8_t *at = ccs_read(r, length);
	struct ccs_reader vector = { r->at, r->at, true };

	return at ? ccs_reader(at, length) : vector;
}

/* The next extension of a list; false at its end. */
static bool next_extension(struct ccs_reader *list, uint16_t *type, struct ccs_reader *content)
{
	if (!ccs_reader_left(list))
		return false;
	*type = ccs_read_be16(list);
	*content = read_vector(list, 2);
	return !list->failed;
}

/* Text of the peer: what is not printable ASCII becomes '?'. */
static void copy_text(char *out, size_t size, struct ccs_reader text)
{
	size_t n = 0;

	for (; n + 1 < size && ccs_reader_left(&text); n++) {
		uint8_t c = ccs_read_u8(&text);

		out[n] = c > 0x20 && c < 0x7F ? (char)c : '?';
	}
	out[n] = '\0';
}

/* A list of registered numbers, with their names. */
static void print_list(struct ccs_print *p, struct ccs_reader list,
		       const char *(*name)(uint16_t number))
{
	bool first = true;

	while (ccs_reader_left(&list) >= 2) {
		uint16_t number = ccs_read_be16(&list);

		if (ccs_tls_is_grease(number))
			continue;
		ccs_print_text(p, first ? "" : ", ");
		ccs_tls_print_name(p, name(number), number);
		first = false;
	}
}

static const char *suite_name(uint16_t id)
{
	const struct ccs_tls_suite *suite = ccs_tls_suite_find(id);

	return suite ? suite->name : NULL;
}

static void take_server_name(struct ccs_tls_handshake *h, struct ccs_reader content)
{
	struct ccs_reader list = read_vector(&content, 2);

	if (ccs_read_u8(&list) == 0)
		copy_text(h->summary.server_name, sizeof(h->summary.server_name),
			  read_vector(&list, 2));
}

static void take_alpn(struct ccs_tls_handshake *h, struct ccs_reader content)
{
	struct ccs_reader list = read_vector(&content, 2);

	copy_text(h->summary.alpn, sizeof(h->summary.alpn), read_vector(&list, 1));
}

/* The lists of a ClientHello, as they stand in it. */
struct offer {
	uint16_t version;
	struct ccs_reader versions, suites, groups;
};

static void take_client_extensions(struct ccs_tls_handshake *h, struct offer *offer,
				   struct ccs_reader extensions)
{
	struct ccs_tls_summary *s = &h->summary;
	struct ccs_reader content;
	uint16_t type;

	while (next_extension(&extensions, &type, &content)) {
		switch (type) {
		case SERVER_NAME:
			take_server_name(h, content);
			break;
		case TRUSTED_CA_KEYS:
		case CERTIFICATE_AUTHORITIES:
			s->trusted_ca_keys = true;
			break;
		case STATUS_REQUEST:
		case STATUS_REQUEST_V2:
			s->status_request = true;
			break;
		case SUPPORTED_GROUPS:
			offer->groups = read_vector(&content, 2);
			break;
		case SUPPORTED_VERSIONS:
			offer->versions = read_vector(&content, 1);
			break;
		default:
			break;
		}
	}
}

/* summary.offered */
static void tell_offer(struct ccs_tls_handshake *h, const struct offer *offer)
{
	char *text = h->summary.offered;
	size_t size = sizeof(h->summary.offered);
	struct ccs_print p;

	ccs_print_init(&p, text, size - 4);
	if (ccs_reader_left(&offer->versions))
		print_list(&p, offer->versions, ccs_tls_version_name);
	else
		ccs_tls_print_name(&p, ccs_tls_version_name(offer->version), offer->version);
	ccs_print_text(&p, "; ");
	print_list(&p, offer->suites, suite_name);
	if (ccs_reader_left(&offer->groups)) {
		ccs_print_text(&p, "; ");
		print_list(&p, offer->groups, ccs_tls_group_name);
	}
	memcpy(p.at, p.failed ? "..." : "", p.failed ? 4 : 1);
}

static bool take_client_hello(struct ccs_tls_handshake *h, unsigned int dir, struct ccs_reader r)
{
	struct ccs_tls_summary *s = &h->summary;
	struct ccs_reader none = { r.at, r.at, false };
	struct offer offer = { 0, none, none, none };
	const uint8_t *random;

	if (s->client_dir == !dir)
		return false;
	offer.version = ccs_read_be16(&r);
	random = ccs_read(&r, sizeof(h->client_random));
	read_vector(&r, 1); /* session id */
	offer.suites = read_vector(&r, 2);
	read_vector(&r, 1); /* compression */
	if (r.failed || !random)
		return false;
	memcpy(h->client_random, random, sizeof(h->client_random));
	s->client_dir = dir;
	s->server_name[0] = '\0';
	h->client_hello = true;
	h->server_done = false;
	take_client_extensions(h, &offer, read_vector(&r, 2));
	tell_offer(h, &offer);
	return true;
}

/* What both sides agreed on, once. */
static void tell_agreed(struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark)
{
	const struct ccs_tls_summary *s = &h->summary;
	char text[TEXT_SIZE];
	struct ccs_print p;

	if (h->agreed_told)
		return;
	h->agreed_told = true;
	ccs_print_init(&p, text, sizeof(text));
	ccs_tls_print_name(&p, s->version_name, s->version);
	ccs_print_text(&p, ", ");
	ccs_tls_print_name(&p, s->cipher_name, s->cipher);
	if (s->group) {
		ccs_print_text(&p, ", ");
		ccs_tls_print_name(&p, s->group_name, s->group);
	}
	if (s->server_name[0]) {
		ccs_print_text(&p, ", for server name ");
		ccs_print_text(&p, s->server_name);
	}
	ccs_print_text(&p, s->resumed ? ", resumed session" : "");
	ccs_print_text(&p, s->trusted_ca_keys ? ", client names its roots" : "");
	ccs_print_text(&p, s->status_request ? ", client asks for OCSP status" : "");
	ccs_tls_note_event(h, mark, CCS_TLS_EVENT_AGREED, CCS_NOTE_INFO, !s->client_dir, &p);
}

static void set_group(struct ccs_tls_handshake *h, uint16_t group)
{
	h->summary.group = group;
	h->summary.group_name = ccs_tls_group_name(group);
}

static void take_server_extensions(struct ccs_tls_handshake *h, struct ccs_reader extensions)
{
	struct ccs_reader content;
	uint16_t type;

	while (next_extension(&extensions, &type, &content)) {
		switch (type) {
		case SUPPORTED_VERSIONS:
			h->summary.version = ccs_read_be16(&content);
			break;
		case KEY_SHARE:
			set_group(h, ccs_read_be16(&content));
			break;
		case ENCRYPT_THEN_MAC:
			h->encrypt_then_mac = true;
			break;
		case ALPN:
			take_alpn(h, content);
			break;
		default:
			break;
		}
	}
}

static bool take_server_hello(struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
			      unsigned int dir, struct ccs_reader r)
{
	struct ccs_tls_summary *s = &h->summary;
	uint16_t version = ccs_read_be16(&r);
	const uint8_t *random = ccs_read(&r, sizeof(h->server_random));
	uint16_t cipher;

	read_vector(&r, 1); /* session id */
	cipher = ccs_read_be16(&r);
	ccs_read_u8(&r); /* compression */
	if (r.failed || !random || s->client_dir == dir)
		return false;
	s->client_dir = !dir;
	s->version = version;
	s->cipher = cipher;
	s->cipher_name = suite_name(cipher);
	h->encrypt_then_mac = false;
	h->agreed_told = false;
	take_server_extensions(h, read_vector(&r, 2));
	s->version_name = ccs_tls_version_name(s->version);
	if (memcmp(random, retry_random, sizeof(retry_random)) == 0)
		return true;
	memcpy(h->server_random, random, sizeof(h->server_random));
	h->server_hello = true;
	if (s->version == CCS_TLS_1_3)
		tell_agreed(h, mark);
	return true;
}

/* "CN=SECCCert" of "DC=CPO,CN=SECCCert,O=..."; a subject without one as it is. */
static void print_common_name(struct ccs_print *p, const char *subject)
{
	const char *name = strncmp(subject, "CN=", 3) == 0 ? subject : strstr(subject, ",CN=");
	size_t length = 3;

	if (!name) {
		ccs_print_text(p, subject);
		return;
	}
	name += *name == ',';
	while (name[length] && name[length] != ',')
		length += name[length] == '\\' && name[length + 1] ? 2 : 1;
	ccs_print_bytes(p, name, length);
}

static void print_labelled(struct ccs_print *p, const char *label, const char *text)
{
	ccs_print_text(p, label);
	ccs_print_text(p, text);
}

static void tell_certificate(const struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
			     unsigned int dir, const struct ccs_tls_certificate *c,
			     enum ccs_tls_validity validity)
{
	char text[TEXT_SIZE];
	struct ccs_print p;

	ccs_print_init(&p, text, sizeof(text));
	ccs_print_text(&p, ccs_tls_side_name(h, dir));
	ccs_print_text(&p, "'s certificate ");
	print_common_name(&p, c->subject);
	if (validity != CCS_TLS_VALID)
		ccs_print_text(&p, validity == CCS_TLS_EXPIRED ? ", EXPIRED" : ", NOT YET VALID");
	print_labelled(&p, ", valid ", c->not_before);
	print_labelled(&p, " to ", c->not_after);
	print_labelled(&p, ", ", c->key);
	print_labelled(&p, ", serial ", c->serial);
	print_labelled(&p, ", subject ", c->subject);
	print_labelled(&p, ", issuer ", c->issuer);
	ccs_tls_note(h, mark, validity == CCS_TLS_VALID ? CCS_NOTE_INFO : CCS_NOTE_WARNING, dir,
		     &p);
}

/* One entry of a Certificate message; false when it is damaged. */
static bool take_certificate(struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
			     unsigned int dir, struct ccs_reader der)
{
	struct ccs_tls_summary *s = &h->summary;
	struct ccs_tls_certificates *chain = dir == s->client_dir ? &s->client : &s->server;
	struct ccs_tls_certificate certificate;
	enum ccs_tls_validity validity;

	if (ccs_tls_certificate_read(&certificate, &validity, der.at, ccs_reader_left(&der),
				     mark->time) < 0)
		return false;
	tell_certificate(h, mark, dir, &certificate, validity);
	if (chain->count < CCS_TLS_CERTIFICATES_MAX)
		chain->list[chain->count] = certificate;
	chain->count++;
	return true;
}

static bool take_certificates(struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
			      unsigned int dir, struct ccs_reader r)
{
	struct ccs_tls_summary *s = &h->summary;
	bool is_1_3 = s->version == CCS_TLS_1_3;
	struct ccs_reader list;

	if (is_1_3)
		read_vector(&r, 1); /* context */
	list = read_vector(&r, 3);
	(dir == s->client_dir ? &s->client : &s->server)->count = 0;
	if (r.failed)
		return false;
	if (!ccs_reader_left(&list))
		ccs_tls_note_text(h, mark, CCS_NOTE_WARNING, dir, "an empty list of certificates");
	while (ccs_reader_left(&list)) {
		struct ccs_reader der = read_vector(&list, 3), content;
		struct ccs_reader extensions = { list.at, list.at, false };
		uint16_t type;

		if (is_1_3)
			extensions = read_vector(&list, 2);
		if (list.failed || !take_certificate(h, mark, dir, der))
			return false;
		while (next_extension(&extensions, &type, &content))
			s->status_sent |= type == STATUS_REQUEST;
	}
	return true;
}

static bool take_key_exchange(struct ccs_tls_handshake *h, struct ccs_reader r)
{
	const char *name = h->summary.cipher_name;

	if (!name || !strstr(name, "ECDHE"))
		return true;
	if (ccs_read_u8(&r) == NAMED_CURVE)
		set_group(h, ccs_read_be16(&r));
	return !r.failed;
}

/* The messages of the server alone, behind its hello. */
static bool take_server_message(struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
				uint8_t type, struct ccs_reader r)
{
	switch (type) {
	case ENCRYPTED_EXTENSIONS:
		take_server_extensions(h, read_vector(&r, 2));
		return true;
	case SERVER_KEY_EXCHANGE:
		return take_key_exchange(h, r);
	case CERTIFICATE_REQUEST:
		h->summary.client_auth = true;
		ccs_tls_note_text(h, mark, CCS_NOTE_INFO, !h->summary.client_dir,
				  "server asks for the client's certificate");
		return true;
	case CERTIFICATE_STATUS:
		h->summary.status_sent = true;
		return true;
	case SERVER_HELLO_DONE:
		h->server_done = true;
		tell_agreed(h, mark);
		return true;
	default:
		return true;
	}
}

/* One message; false when it is damaged. */
static bool take_message(struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
			 unsigned int dir, uint8_t type, struct ccs_reader r, bool authentic)
{
	bool is_1_3 = h->server_hello && h->summary.version == CCS_TLS_1_3;

	/* TLS 1.3: the hellos are open and come once, all others are encrypted. */
	if (is_1_3 && authentic == (type == CLIENT_HELLO || type == SERVER_HELLO))
		return true;
	if (is_1_3 && !authentic && h->client_hello)
		return true;
	if (type == CLIENT_HELLO)
		return take_client_hello(h, dir, r);
	if (type == SERVER_HELLO)
		return take_server_hello(h, mark, dir, r);
	if (h->summary.client_dir == CCS_TLS_BOTH)
		return true;
	if (type == CERTIFICATE)
		return take_certificates(h, mark, dir, r);
	return dir == h->summary.client_dir || take_server_message(h, mark, type, r);
}

static void tell_damaged(struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
			 unsigned int dir, uint8_t type)
{
	char text[80];
	struct ccs_print p;

	if (h->damaged_told)
		return;
	h->damaged_told = true;
	ccs_print_init(&p, text, sizeof(text));
	ccs_print_text(&p, "a damaged TLS handshake message of type ");
	ccs_print_unsigned(&p, type);
	ccs_tls_note(h, mark, CCS_NOTE_WARNING, dir, &p);
}

static bool append(struct ccs_tls_assembly *a, struct ccs_reader r)
{
	size_t left = ccs_reader_left(&r);

	if (a->size < a->used + left) {
		size_t size = 2 * (a->used + left);
		uint8_t *larger = realloc(a->bytes, size);

		if (!larger)
			return false;
		a->bytes = larger;
		a->size = size;
	}
	ccs_read_copy(&r, a->bytes + a->used, left);
	a->used += left;
	return true;
}

/* Takes the complete messages away from the front. */
static unsigned int take_messages(struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
				  unsigned int dir, bool authentic)
{
	struct ccs_tls_assembly *a = &h->assembly[dir];
	struct ccs_reader r = ccs_reader(a->bytes, a->used);
	unsigned int flags = 0;

	while (ccs_reader_left(&r) >= MESSAGE_HEADER) {
		struct ccs_reader ahead = r;
		uint8_t type = ccs_read_u8(&ahead);
		size_t length = (size_t)ccs_read_be(&ahead, 3);
		const uint8_t *body;

		if (length > CCS_TLS_MESSAGE_MAX) {
			tell_damaged(h, mark, dir, type);
			a->skip = length - ccs_reader_left(&ahead);
			r.at = r.end;
			break;
		}
		body = ccs_read(&ahead, length);
		if (!body)
			break;
		if (!take_message(h, mark, dir, type, ccs_reader(body, length), authentic))
			tell_damaged(h, mark, dir, type);
		flags |= type == FINISHED && authentic ? CCS_TLS_FINISHED : 0;
		flags |= type == KEY_UPDATE && authentic ? CCS_TLS_KEY_UPDATE : 0;
		r = ahead;
	}
	a->used = ccs_reader_left(&r);
	if (r.at != a->bytes)
		memmove(a->bytes, r.at, a->used);
	return flags;
}

unsigned int ccs_tls_handshake_take(struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
				    unsigned int dir, const uint8_t *bytes, size_t length,
				    bool authentic)
{
	struct ccs_tls_assembly *a = &h->assembly[dir];
	struct ccs_reader r = ccs_reader(bytes, length);
	size_t skip = a->skip < length ? a->skip : length;

	ccs_read(&r, skip);
	a->skip -= skip;
	if (!ccs_reader_left(&r))
		return 0;
	if (!append(a, r)) {
		ccs_tls_handshake_gap(h, dir);
		return 0;
	}
	return take_messages(h, mark, dir, authentic);
}

void ccs_tls_handshake_gap(struct ccs_tls_handshake *h, unsigned int dir)
{
	h->assembly[dir].used = 0;
	h->assembly[dir].skip = 0;
}

void ccs_tls_handshake_change_cipher(struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
				     unsigned int dir)
{
	ccs_tls_handshake_gap(h, dir);
	if (!h->server_hello || h->summary.version == CCS_TLS_1_3 || h->agreed_told ||
	    dir == h->summary.client_dir)
		return;
	h->summary.resumed = !h->server_done;
	tell_agreed(h, mark);
}

void ccs_tls_handshake_free(struct ccs_tls_handshake *h)
{
	free(h->assembly[0].bytes);
	free(h->assembly[1].bytes);
}

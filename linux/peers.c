/* SPDX-License-Identifier: Apache-2.0 */
/* The file of the peers that were met. */
#include "linux/peers.h"

#include "ccs/json.h"
#include "ccs/print.h"
#include "linux/session_folder_file.h"
#include "trace/diagnosis.h"
#include "trace/summary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (4 << 20)

/* Out of a session. */

static void tell_time(char text[32], ccs_time time)
{
	struct ccs_print print;

	ccs_print_init(&print, text, 31);
	ccs_print_rfc3339(&print, time);
	*print.at = '\0';
}

static bool is_printable(char c)
{
	return c >= ' ' && c <= '~';
}

/* Of what a peer calls itself everything but printable ASCII becomes a question mark. */
static void tell_id(char id[80], const char *told)
{
	size_t i = 0;

	for (; i < 79 && told[i]; i++)
		id[i] = is_printable(told[i]) ? told[i] : '?';
	id[i] = '\0';
}

static void tell_mac(char text[18], const uint8_t mac[6])
{
	struct ccs_print print;

	ccs_print_init(&print, text, 17);
	ccs_print_mac(&print, mac);
	*print.at = '\0';
}

bool ccs_peer_of(struct ccs_peer *peer, const struct ccs_session_facts *session, enum ccs_side side)
{
	bool is_ev = side == CCS_SIDE_EV;
	struct ccs_diagnosis diagnosis;

	memset(peer, 0, sizeof(*peer));
	peer->side = side;
	tell_id(peer->id, is_ev ? session->v2g.evccid : session->v2g.evseid);
	if (is_ev ? session->slac.has_ev : session->slac.has_evse)
		tell_mac(peer->mac, is_ev ? session->slac.ev_mac : session->slac.evse_mac);
	if (!peer->id[0] && !peer->mac[0])
		return false;
	tell_time(peer->first, session->time);
	tell_time(peer->last, session->time + session->end.since - session->begin.since);
	peer->sessions = 1;
	ccs_diagnose(session, &diagnosis);
	snprintf(peer->verdict, sizeof(peer->verdict), "%s", ccs_verdict_name(diagnosis.verdict));
	snprintf(peer->outcome, sizeof(peer->outcome), "%s", diagnosis.code);
	return true;
}

/* Text forms. */

static void print_text(struct ccs_print *print, const char *key, const char *text)
{
	if (!text[0])
		return;
	ccs_print_text(print, ",\"");
	ccs_print_text(print, key);
	ccs_print_text(print, "\":");
	ccs_print_json(print, text, strlen(text));
}

void ccs_peer_print(struct ccs_print *print, const struct ccs_peer *peer)
{
	ccs_print_text(print, "{\"v\":1,\"kind\":\"peer\"");
	print_text(print, "side", peer->side == CCS_SIDE_EV ? "ev" : "evse");
	print_text(print, "id", peer->id);
	print_text(print, "mac", peer->mac);
	print_text(print, "first", peer->first);
	print_text(print, "last", peer->last);
	ccs_print_text(print, ",\"sessions\":");
	ccs_print_unsigned(print, peer->sessions);
	print_text(print, "verdict", peer->verdict);
	print_text(print, "outcome", peer->outcome);
	if (peer->note[0]) {
		ccs_print_text(print, ",\"note\":\"");
		ccs_print_text(print, peer->note);
		ccs_print_char(print, '"');
	}
	ccs_print_text(print, "}\n");
}

static bool is_key(const struct ccs_json_slice *key, const char *name)
{
	return key->length == strlen(name) && !memcmp(key->at, name, key->length);
}

/* A string of the file into a field: printable ASCII that fits. */
static bool read_text(struct ccs_json *json, char *field, size_t size)
{
	struct ccs_json_slice text;
	char room[512];
	int length;

	if (ccs_json_string(json, &text) || text.length > sizeof(room))
		return false;
	length = ccs_json_unescape(&text, room);
	if (length < 0 || (size_t)length >= size)
		return false;
	for (int i = 0; i < length; i++)
		if (!is_printable(room[i]))
			return false;
	memcpy(field, room, (size_t)length);
	field[length] = '\0';
	return true;
}

/* As it stands in the file, which is how it goes back. */
static bool read_note(struct ccs_json *json, char *field, size_t size)
{
	struct ccs_json_slice text;

	if (ccs_json_string(json, &text) || text.length >= size ||
	    memchr(text.at, '\0', text.length))
		return false;
	memcpy(field, text.at, text.length);
	field[text.length] = '\0';
	return true;
}

static bool read_side(struct ccs_json *json, enum ccs_side *side)
{
	char name[8];

	if (!read_text(json, name, sizeof(name)))
		return false;
	*side = !strcmp(name, "ev") ? CCS_SIDE_EV : CCS_SIDE_EVSE;
	return *side == CCS_SIDE_EV || !strcmp(name, "evse");
}

static bool read_count(struct ccs_json *json, uint64_t *count)
{
	struct ccs_json_slice number;

	if (ccs_json_number(json, &number) || number.length > 18)
		return false;
	*count = 0;
	for (size_t i = 0; i < number.length; i++) {
		if (number.at[i] < '0' || number.at[i] > '9')
			return false;
		*count = *count * 10 + (uint64_t)(number.at[i] - '0');
	}
	return true;
}

static bool read_value(struct ccs_peer *peer, struct ccs_json *json,
		       const struct ccs_json_slice *key)
{
	const struct {
		const char *name;
		char *field;
		size_t size;
	} texts[] = {
		{ "id", peer->id, sizeof(peer->id) },
		{ "mac", peer->mac, sizeof(peer->mac) },
		{ "first", peer->first, sizeof(peer->first) },
		{ "last", peer->last, sizeof(peer->last) },
		{ "verdict", peer->verdict, sizeof(peer->verdict) },
		{ "outcome", peer->outcome, sizeof(peer->outcome) },
	};
	struct ccs_json_slice unknown;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (is_key(key, texts[i].name))
			return read_text(json, texts[i].field, texts[i].size);
	if (is_key(key, "note"))
		return read_note(json, peer->note, sizeof(peer->note));
	if (is_key(key, "side"))
		return read_side(json, &peer->side);
	if (is_key(key, "sessions"))
		return read_count(json, &peer->sessions);
	return !ccs_json_skip(json, &unknown);
}

bool ccs_peer_read(struct ccs_peer *peer, const char *line, size_t length)
{
	struct ccs_json json = { line, line + length };
	struct ccs_json_slice key;
	int more = 1;

	memset(peer, 0, sizeof(*peer));
	if (ccs_json_take(&json, '{'))
		return false;
	while (more == 1) {
		if (ccs_json_string(&json, &key) || ccs_json_take(&json, ':') ||
		    !read_value(peer, &json, &key))
			return false;
		more = ccs_json_next(&json, '}');
	}
	return more == 0 && peer->side != CCS_SIDE_UNKNOWN && (peer->id[0] || peer->mac[0]);
}

/* The file. */

struct text {
	char *bytes;
	size_t length;
};

/* Room for one more line is behind it.  No file is an empty one. */
static int read_file(int folder, struct text *text)
{
	int fd = openat(folder, CCS_PEERS_FILE, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat status = { 0 };
	ssize_t n = 0;

	if (fd < 0 && errno != ENOENT)
		return -1;
	if (fd >= 0 && fstat(fd, &status)) {
		close(fd);
		return -1;
	}
	text->bytes = status.st_size <= FILE_MAX ? malloc((size_t)status.st_size + 2048) : NULL;
	while (fd >= 0 && text->bytes && text->length < (size_t)status.st_size &&
	       (n = read(fd, text->bytes + text->length, (size_t)status.st_size - text->length)) >
		       0)
		text->length += (size_t)n;
	if (fd >= 0)
		close(fd);
	if (!text->bytes)
		errno = EFBIG;
	return text->bytes && n >= 0 ? 0 : -1;
}

static bool is_same(const struct ccs_peer *a, const struct ccs_peer *b)
{
	if (a->side != b->side)
		return false;
	if (a->id[0] && b->id[0])
		return !strcmp(a->id, b->id);
	return a->mac[0] && !strcmp(a->mac, b->mac);
}

/* What is known from earlier sessions, and is not said anew. */
static void merge(struct ccs_peer *peer, const struct ccs_peer *before)
{
	peer->sessions += before->sessions;
	memcpy(peer->note, before->note, sizeof(peer->note));
	if (before->first[0])
		memcpy(peer->first, before->first, sizeof(peer->first));
	if (!peer->id[0])
		memcpy(peer->id, before->id, sizeof(peer->id));
	if (!peer->mac[0])
		memcpy(peer->mac, before->mac, sizeof(peer->mac));
}

/* Takes the lines of `peer` out; returns how many are left. */
static size_t take_out(struct text *text, struct ccs_peer *peer)
{
	size_t lines = 0, kept = 0;

	for (size_t at = 0; at < text->length;) {
		const char *line = text->bytes + at;
		const char *end = memchr(line, '\n', text->length - at);
		size_t length = end ? (size_t)(end - line) + 1 : text->length - at;
		struct ccs_peer before;

		at += length;
		if (ccs_peer_read(&before, line, length - (end != NULL)) &&
		    is_same(&before, peer)) {
			merge(peer, &before);
			continue;
		}
		memmove(text->bytes + kept, line, length);
		kept += length;
		lines++;
	}
	text->length = kept;
	if (kept && text->bytes[kept - 1] != '\n')
		text->bytes[text->length++] = '\n';
	return lines;
}

static void forget_oldest(struct text *text, size_t count)
{
	size_t at = 0;

	while (at < text->length && count)
		if (text->bytes[at++] == '\n')
			count--;
	text->length -= at;
	memmove(text->bytes, text->bytes + at, text->length);
}

static int enter(int folder, const struct ccs_peer *peer)
{
	struct ccs_peer merged = *peer;
	struct text text = { 0 };
	struct ccs_print print;
	size_t lines;
	int result = read_file(folder, &text);

	if (!result) {
		lines = take_out(&text, &merged);
		if (lines >= CCS_PEERS_MOST)
			forget_oldest(&text, lines - CCS_PEERS_MOST + 1);
		ccs_print_init(&print, text.bytes + text.length, 2000);
		ccs_peer_print(&print, &merged);
		result = ccs_replace_file(folder, CCS_PEERS_FILE, text.bytes,
					  text.length + ccs_print_length(&print));
	}
	free(text.bytes);
	return result;
}

int ccs_peers_enter(int folder, const struct ccs_peer *peer)
{
	/* Of two processes that enter at once none is lost. */
	int lock = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result, error;

	if (lock < 0)
		return -1;
	(void)flock(lock, LOCK_EX);
	result = enter(folder, peer);
	error = errno;
	close(lock);
	errno = error;
	return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Key log: lines into a ring of secrets. */
#include "trace/keylog.h"

#include "ccs/hex.h"

#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_SIZE 512 /* the longest line that concerns us has 193 characters */

struct secret {
	uint8_t label;
	uint8_t length;
	uint8_t random[CCS_KEYLOG_RANDOM_SIZE];
	uint8_t bytes[CCS_KEYLOG_SECRET_SIZE];
};

struct line {
	char text[LINE_MAX_SIZE];
	size_t length; /* LINE_MAX_SIZE: too long, the rest is passed over */
};

struct ccs_keylog {
	struct line lines[CCS_KEYLOG_SOURCES];
	struct secret *secrets; /* allocated as they come, then used as a ring */
	size_t count, size, next;
	uint64_t generation;
	bool garbage, garbage_told;
	bool replaced, replaced_told;
};

static const char *const label_names[] = {
	[CCS_KEYLOG_MASTER] = "CLIENT_RANDOM",
	[CCS_KEYLOG_CLIENT_HANDSHAKE] = "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
	[CCS_KEYLOG_SERVER_HANDSHAKE] = "SERVER_HANDSHAKE_TRAFFIC_SECRET",
	[CCS_KEYLOG_CLIENT_TRAFFIC] = "CLIENT_TRAFFIC_SECRET_0",
	[CCS_KEYLOG_SERVER_TRAFFIC] = "SERVER_TRAFFIC_SECRET_0",
};

#define LABELS (sizeof(label_names) / sizeof(label_names[0]))

enum line_kind {
	LINE_SECRET,
	LINE_OTHER, /* empty, a comment, or a label that does not concern us */
	LINE_GARBAGE,
};

static void wipe_and_free(void *memory, size_t size)
{
	if (memory)
		OPENSSL_cleanse(memory, size);
	free(memory);
}

static const struct secret *find(const struct ccs_keylog *keylog, uint8_t label,
				 const uint8_t random[CCS_KEYLOG_RANDOM_SIZE])
{
	for (size_t i = 0; i < keylog->count; i++) {
		const struct secret *s = &keylog->secrets[i];

		if (s->label == label && memcmp(s->random, random, sizeof(s->random)) == 0)
			return s;
	}
	return NULL;
}

/* Room for one more secret: a new place, or the oldest one. */
static struct secret *make_place(struct ccs_keylog *keylog)
{
	if (keylog->count == keylog->size && keylog->size < CCS_KEYLOG_SECRETS_MAX) {
		size_t size = keylog->size ? keylog->size * 2 : 16;
		struct secret *larger = calloc(size, sizeof(*larger));

		if (larger && keylog->count)
			memcpy(larger, keylog->secrets, keylog->count * sizeof(*larger));
		if (larger) {
			wipe_and_free(keylog->secrets, keylog->size * sizeof(*larger));
			keylog->secrets = larger;
			keylog->size = size;
		}
	}
	if (keylog->count < keylog->size)
		return &keylog->secrets[keylog->count++];
	if (!keylog->count)
		return NULL;
	keylog->replaced = true;
	keylog->next %= keylog->count;
	return &keylog->secrets[keylog->next++];
}

static size_t add(struct ccs_keylog *keylog, const struct secret *secret)
{
	struct secret *place;

	if (find(keylog, secret->label, secret->random))
		return 0;
	place = make_place(keylog);
	if (!place)
		return 0;
	*place = *secret;
	keylog->generation++;
	return 1;
}

/* Reads pairs of hex digits up to `end` into `out` as far as it has room.  Returns the number of
 * bytes, also of those without room; 0 when it is no hex. */
static size_t read_hex(const char *at, const char *end, uint8_t *out, size_t size)
{
	size_t n = 0;

	if ((end - at) % 2)
		return 0;
	for (; at < end; at += 2, n++) {
		int high = ccs_hex_digit(at[0]), low = ccs_hex_digit(at[1]);

		if (high < 0 || low < 0)
			return 0;
		if (n < size)
			out[n] = (uint8_t)(high << 4 | low);
	}
	return n;
}

static bool is_label(const char *at, const char *end)
{
	for (const char *c = at; c < end; c++) {
		if (!(*c >= 'A' && *c <= 'Z') && !(*c >= '0' && *c <= '9') && *c != '_')
			return false;
	}
	return at < end;
}

/* The next word of the line; *at goes behind it. */
static const char *next_word(const char **at, const char *end, const char **word_end)
{
	const char *word;

	while (*at < end && (**at == ' ' || **at == '\t'))
		++*at;
	word = *at;
	while (*at < end && **at != ' ' && **at != '\t')
		++*at;
	*word_end = *at;
	return word;
}

static enum line_kind judge_secret(struct secret *out, const char *label, size_t label_length,
				   size_t random, size_t length)
{
	for (uint8_t i = 0; i < LABELS; i++) {
		if (strlen(label_names[i]) != label_length ||
		    memcmp(label_names[i], label, label_length) != 0)
			continue;
		out->label = i;
		out->length = (uint8_t)length;
		if (random != CCS_KEYLOG_RANDOM_SIZE)
			return LINE_GARBAGE;
		return length == 48 || (length == 32 && i != CCS_KEYLOG_MASTER) ? LINE_SECRET
										: LINE_GARBAGE;
	}
	return random && length ? LINE_OTHER : LINE_GARBAGE;
}

static enum line_kind read_line(const struct line *line, struct secret *out)
{
	const char *at = line->text, *end = line->text + line->length;
	const char *label, *label_end, *word, *word_end;
	size_t random, length;

	if (line->length == LINE_MAX_SIZE)
		return LINE_GARBAGE;
	while (end > at && strchr("\r \t", end[-1])) /* and the NUL some senders add */
		end--;
	label = next_word(&at, end, &label_end);
	if (label == label_end || *label == '#')
		return LINE_OTHER;
	word = next_word(&at, end, &word_end);
	random = read_hex(word, word_end, out->random, sizeof(out->random));
	word = next_word(&at, end, &word_end);
	length = read_hex(word, word_end, out->bytes, sizeof(out->bytes));
	if (!is_label(label, label_end) || at != end)
		return LINE_GARBAGE;
	return judge_secret(out, label, (size_t)(label_end - label), random, length);
}

/* The line is complete. */
static size_t finish_line(struct ccs_keylog *keylog, struct line *line)
{
	struct secret secret = { 0 };
	size_t added = 0;

	switch (read_line(line, &secret)) {
	case LINE_SECRET:
		added = add(keylog, &secret);
		break;
	case LINE_GARBAGE:
		keylog->garbage = true;
		break;
	case LINE_OTHER:
		break;
	}
	OPENSSL_cleanse(&secret, sizeof(secret));
	OPENSSL_cleanse(line->text, sizeof(line->text));
	line->length = 0;
	return added;
}

static bool begins_line(const char *text, size_t length)
{
	static const char *const starts[] = { "CLIENT_", "SERVER_", "EXPORTER_", "EARLY_", "#" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (length >= strlen(starts[i]) && !memcmp(text, starts[i], strlen(starts[i])))
			return true;
	}
	return false;
}

struct ccs_keylog *ccs_keylog_new(void)
{
	return calloc(1, sizeof(struct ccs_keylog));
}

void ccs_keylog_free(struct ccs_keylog *keylog)
{
	if (!keylog)
		return;
	wipe_and_free(keylog->secrets, keylog->size * sizeof(*keylog->secrets));
	wipe_and_free(keylog, sizeof(*keylog));
}

size_t ccs_keylog_feed(struct ccs_keylog *keylog, enum ccs_keylog_source source, const void *text,
		       size_t length)
{
	struct line *line = &keylog->lines[source];
	bool datagram = source == CCS_KEYLOG_DATAGRAM;
	const char *at = text;
	struct secret secret;
	size_t added = 0;

	if (datagram && line->length && begins_line(at, length))
		added += finish_line(keylog, line);
	for (size_t i = 0; i < length; i++) {
		if (at[i] == '\n')
			added += finish_line(keylog, line);
		else if (line->length < LINE_MAX_SIZE)
			line->text[line->length++] = at[i];
	}
	if (datagram && read_line(line, &secret) == LINE_SECRET)
		added += finish_line(keylog, line);
	OPENSSL_cleanse(&secret, sizeof(secret));
	return added;
}

size_t ccs_keylog_end(struct ccs_keylog *keylog, enum ccs_keylog_source source)
{
	return finish_line(keylog, &keylog->lines[source]);
}

const char *ccs_keylog_warning(struct ccs_keylog *keylog)
{
	if (keylog->garbage && !keylog->garbage_told) {
		keylog->garbage_told = true;
		return "the key log has lines that are not in the NSS format; they are ignored";
	}
	if (keylog->replaced && !keylog->replaced_told) {
		keylog->replaced_told = true;
		return "the key log has too many secrets; new ones replace the oldest";
	}
	return NULL;
}

uint64_t ccs_keylog_generation(const struct ccs_keylog *keylog)
{
	return keylog->generation;
}

size_t ccs_keylog_find(const struct ccs_keylog *keylog, enum ccs_keylog_label label,
		       const uint8_t random[CCS_KEYLOG_RANDOM_SIZE],
		       uint8_t secret[CCS_KEYLOG_SECRET_SIZE])
{
	const struct secret *found = find(keylog, (uint8_t)label, random);

	if (!found)
		return 0;
	memcpy(secret, found->bytes, found->length);
	return found->length;
}

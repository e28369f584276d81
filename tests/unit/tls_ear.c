/* SPDX-License-Identifier: Apache-2.0 */
/* A listener for the TLS tests. */
#include "tls_ear.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void take_plain(void *user, unsigned int dir, const uint8_t *bytes, size_t length,
		       uint64_t frame, ccs_time time)
{
	struct tls_ear *ear = user;

	assert_true(length <= sizeof(ear->plain[dir]) - ear->plain_length[dir]);
	assert_int_equal(time, (ccs_time)frame * 1000);
	memcpy(ear->plain[dir] + ear->plain_length[dir], bytes, length);
	ear->plain_length[dir] += length;
	ear->frame = frame;
	ear->turns += dir != ear->last;
	ear->last = dir;
}

static void take_gap(void *user, unsigned int dir, uint64_t frame, ccs_time time)
{
	struct tls_ear *ear = user;

	(void)frame;
	(void)time;
	ear->gaps[dir]++;
}

static void take_note(void *user, const struct ccs_tls_note *note)
{
	struct tls_ear *ear = user;
	size_t length = strlen(note->text);

	assert_true(note->dir <= CCS_TLS_BOTH);
	assert_true(length + 4 < sizeof(ear->notes) - ear->notes_length);
	ear->events |= 1u << note->event;
	ear->notes[ear->notes_length++] = "IWE"[note->level];
	ear->notes[ear->notes_length++] = ' ';
	memcpy(ear->notes + ear->notes_length, note->text, length);
	ear->notes_length += length;
	ear->notes[ear->notes_length++] = '\n';
}

void tls_ear_open(struct tls_ear *ear, size_t keep)
{
	struct ccs_tls_config config = {
		.keep = keep,
		.user = ear,
		.plain = take_plain,
		.gap = take_gap,
		.note = take_note,
	};

	memset(ear, 0, sizeof(*ear));
	ear->keep_all = TLS_EAR_KEEP_ALL;
	config.keep_all = &ear->keep_all;
	ear->keylog = ccs_keylog_new();
	assert_non_null(ear->keylog);
	config.keylog = ear->keylog;
	ear->tls = ccs_tls_new(&config);
	assert_non_null(ear->tls);
}

void tls_ear_close(struct tls_ear *ear)
{
	ccs_tls_free(ear->tls);
	assert_int_equal(ear->keep_all, TLS_EAR_KEEP_ALL);
	ccs_keylog_free(ear->keylog);
}

void tls_ear_secrets(struct tls_ear *ear, const struct tls_peers *peers)
{
	ccs_keylog_feed(ear->keylog, CCS_KEYLOG_FILE, peers->keylog, peers->keylog_length);
	ccs_keylog_end(ear->keylog, CCS_KEYLOG_FILE);
	assert_null(ccs_keylog_warning(ear->keylog));
}

void tls_ear_hear(struct tls_ear *ear, const struct tls_peers *peers, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		const struct tls_peers_chunk *c = &peers->chunks[i];

		ccs_tls_data(ear->tls, c->dir, peers->wire + c->at, c->length, i + 1,
			     (ccs_time)(i + 1) * 1000);
	}
}

void tls_ear_assert_all(const struct tls_ear *ear, const struct tls_peers *peers)
{
	for (unsigned int dir = 0; dir < 2; dir++) {
		assert_int_equal(ear->plain_length[dir], peers->plain_length[dir]);
		assert_memory_equal(ear->plain[dir], peers->plain[dir], peers->plain_length[dir]);
	}
}

unsigned int tls_ear_count(const struct tls_ear *ear, const char *text)
{
	unsigned int n = 0;

	for (const char *at = ear->notes; (at = strstr(at, text)); at++)
		n++;
	return n;
}

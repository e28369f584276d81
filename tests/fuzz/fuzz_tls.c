/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS decryption and key log.  An input is a list of steps: a byte that says which, two bytes of
 * length, and as many bytes.  Steps put text into the key log, data or holes into a direction,
 * or handshake messages directly behind the decryption, which no mutation would get through.
 */
#include "trace/keylog.h"
#include "trace/tls.h"
#include "trace/tls_handshake.h"

#include "ccs/cursor.h"

#include <stdlib.h>
#include <string.h>

enum step {
	STEP_KEYLOG,	     /* bytes: text; bits 4, 5: the source */
	STEP_DATA,	     /* bit 4: the direction */
	STEP_GAP,	     /* bit 4: the direction; the length is that of the hole */
	STEP_END_OF_SOURCE,  /* bits 4, 5 */
	STEP_OPEN_HANDSHAKE, /* bit 4: the direction */
	STEP_DECRYPTED_HANDSHAKE,
	STEPS,
};

#define KEEP 20000 /* so small that the bound is reached */

static uint64_t noise; /* whatever is given to us is read */

static void take_plain(void *user, unsigned int dir, const uint8_t *bytes, size_t length,
		       uint64_t frame, ccs_time time)
{
	(void)user;
	for (size_t i = 0; i < length; i++)
		noise += bytes[i];
	noise += dir + frame + (uint64_t)time;
}

static void take_gap(void *user, unsigned int dir, uint64_t frame, ccs_time time)
{
	(void)user;
	noise += dir + frame + (uint64_t)time;
}

static void take_note(void *user, const struct ccs_tls_note *note)
{
	(void)user;
	noise += (uint64_t)note->level + note->dir + strlen(note->text) + note->frame +
		 (uint64_t)note->time + (uint64_t)note->event;
}

static void run_step(struct ccs_keylog *keylog, struct ccs_tls *tls, struct ccs_tls_handshake *h,
		     uint8_t what, const uint8_t *bytes, size_t length)
{
	static const struct ccs_tls_mark mark = { 7, CCS_SECONDS(1700000000) };
	enum ccs_keylog_source source = (what >> 4 & 3) % CCS_KEYLOG_SOURCES;
	unsigned int dir = what >> 4 & 1;

	switch ((enum step)(what % 16 % STEPS)) {
	case STEP_KEYLOG:
		if (ccs_keylog_feed(keylog, source, bytes, length))
			ccs_tls_poll(tls);
		break;
	case STEP_DATA:
		ccs_tls_data(tls, dir, bytes, length, 7, mark.time);
		break;
	case STEP_GAP:
		break;
	case STEP_END_OF_SOURCE:
		ccs_keylog_end(keylog, source);
		break;
	case STEP_OPEN_HANDSHAKE:
	case STEP_DECRYPTED_HANDSHAKE:
		noise += ccs_tls_handshake_take(h, &mark, dir, bytes, length,
						what % 16 % STEPS == STEP_DECRYPTED_HANDSHAKE);
		break;
	case STEPS:
		break;
	}
}

static void run(struct ccs_keylog *keylog, struct ccs_tls *tls, struct ccs_tls_handshake *h,
		struct ccs_reader r)
{
	while (ccs_reader_left(&r)) {
		uint8_t what = ccs_read_u8(&r);
		size_t length = ccs_read_be16(&r);
		const uint8_t *bytes;
		uint8_t *copy;

		if (what % 16 % STEPS == STEP_GAP) {
			ccs_tls_gap(tls, what >> 4 & 1, length, 7, 0);
			continue;
		}
		if (length > ccs_reader_left(&r))
			length = ccs_reader_left(&r);
		bytes = ccs_read(&r, length);
		copy = malloc(length ? length : 1); /* so that a read beyond it is seen */
		if (!copy)
			return;
		if (length)
			memcpy(copy, bytes, length);
		run_step(keylog, tls, h, what, copy, length);
		free(copy);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ccs_keylog *keylog = ccs_keylog_new();
	struct ccs_tls_config config = {
		.keylog = keylog,
		.keep = KEEP,
		.plain = take_plain,
		.gap = take_gap,
		.note = take_note,
	};
	struct ccs_tls *tls = ccs_tls_new(&config);
	struct ccs_tls_handshake handshake = { .config = config };

	handshake.summary.client_dir = CCS_TLS_BOTH;
	if (keylog && tls) {
		run(keylog, tls, &handshake, ccs_reader(data, size));
		ccs_tls_end(tls, 8, 0);
		noise += strlen(ccs_tls_summary(tls)->offered);
	}
	ccs_tls_handshake_free(&handshake);
	ccs_tls_free(tls);
	ccs_keylog_free(keylog);
	return 0;
}

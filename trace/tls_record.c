/* SPDX-License-Identifier: Apache-2.0 */
/* TLS: bytes to records. */
#include "trace/tls_record.h"

#include "ccs/error.h"

#include <string.h>

static size_t body_length(const struct ccs_tls_framer *f)
{
	return (size_t)f->bytes[3] << 8 | f->bytes[4];
}

/* Whether the header is one.  While searching, only what TLS 1.2 and 1.3 write after the hellos
 * counts: that makes it the less likely by chance. */
static bool is_header(const struct ccs_tls_framer *f)
{
	const uint8_t *h = f->bytes;
	size_t length = body_length(f);

	return h[0] >= CCS_TLS_CHANGE_CIPHER_SPEC && h[0] <= CCS_TLS_HEARTBEAT && h[1] == 3 &&
	       (f->searching ? h[2] == 3 : h[2] <= 4) && length > 0 && length <= CCS_TLS_BODY_MAX;
}

/* Takes bytes until `size` are there. */
static bool fill(struct ccs_tls_framer *f, struct ccs_reader *input, size_t size)
{
	size_t n = size > f->used ? size - f->used : 0;

	if (n > ccs_reader_left(input))
		n = ccs_reader_left(input);
	ccs_read_copy(input, f->bytes + f->used, n);
	f->used += n;
	return f->used >= size;
}

static void skip_rest(struct ccs_tls_framer *f, struct ccs_reader *input)
{
	size_t n = ccs_reader_left(input);

	if (n > f->skip)
		n = (size_t)f->skip;
	ccs_read(input, n);
	f->skip -= n;
}

enum ccs_tls_framing ccs_tls_framer_next(struct ccs_tls_framer *framer, struct ccs_reader *input,
					 struct ccs_tls_record *out)
{
	skip_rest(framer, input);
	for (;;) {
		if (!fill(framer, input, CCS_TLS_HEADER_SIZE))
			return CCS_TLS_MORE;
		if (is_header(framer))
			break;
		if (!framer->searching) {
			framer->searching = true;
			return CCS_TLS_CHAOS;
		}
		framer->used--;
		memmove(framer->bytes, framer->bytes + 1, framer->used);
	}
	if (!fill(framer, input, CCS_TLS_HEADER_SIZE + body_length(framer)))
		return CCS_TLS_MORE;
	out->header = framer->bytes;
	out->body = framer->bytes + CCS_TLS_HEADER_SIZE;
	out->length = body_length(framer);
	framer->used = 0;
	framer->searching = false;
	return CCS_TLS_RECORD;
}

int ccs_tls_framer_gap(struct ccs_tls_framer *framer, uint64_t length)
{
	if (length && length <= framer->skip) {
		framer->skip -= length;
		return 0;
	}
	if (length && framer->used >= CCS_TLS_HEADER_SIZE && !framer->searching) {
		size_t left = CCS_TLS_HEADER_SIZE + body_length(framer) - framer->used;

		if (length <= left) {
			framer->skip = left - length;
			framer->used = 0;
			return 1;
		}
	}
	framer->skip = 0;
	framer->used = 0;
	framer->searching = true;
	return CCS_ERR_UNKNOWN;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a packet of any link type: two bytes link type, two bytes cut, the packet. */
#include "trace/link.h"

#include "ccs/cursor.h"

#include <stdbool.h>
#include <stdlib.h>

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool inside(const struct ccs_frame *f, const uint8_t *bytes, size_t size)
{
	return f->payload >= bytes && f->payload <= bytes + size &&
	       f->length <= size - (size_t)(f->payload - bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct ccs_frame f;
	struct ccs_reader r = ccs_reader(bytes, size);
	struct ccs_packet packet = { 0 };
	uint8_t *copy;
	size_t cut;
	int n;

	packet.link_type = ccs_read_be16(&r);
	cut = ccs_read_be16(&r);
	packet.length = ccs_reader_left(&r);
	packet.original_length = packet.length + cut;
	copy = malloc(packet.length + 1); /* so that a step beyond the end is seen */
	require(copy != NULL);
	if (packet.length)
		memcpy(copy + 1, r.at, packet.length);
	packet.bytes = copy + 1;
	n = ccs_frame_parse(&f, &packet);
	require(n <= 0 && (n < 0) == (f.fault != NULL));
	if (n == 0) {
		require(inside(&f, packet.bytes, packet.length) ||
			(f.kind == CCS_FRAME_MME && inside(&f, f.rebuilt, sizeof(f.rebuilt))));
		require(f.missing <= cut || f.payload == f.rebuilt);
		require(f.kind != CCS_FRAME_MME || f.length >= 14);
		require((f.kind != CCS_FRAME_TCP && f.kind != CCS_FRAME_UDP) ||
			f.src.kind >= CCS_ADDRESS_IPV4);
	}
	free(copy);
	return 0;
}

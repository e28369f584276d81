/* SPDX-License-Identifier: Apache-2.0 */
/* EXI to structs, explained step by step. */
#include "exi/decode.h"

static int walk(struct ccs_exi_decoder *d, const struct ccs_exi_type *type, uint8_t *base)
{
	return ccs_exi_walk(d, type, base, true);
}

int ccs_exi_trace(struct ccs_exi_document *document, const uint8_t *exi, size_t length,
		  struct ccs_pool *pool, struct ccs_exi_error *error,
		  void (*step)(void *user, const struct ccs_exi_step *step), void *user)
{
	struct ccs_exi_decoder d;

	d.pool = pool;
	d.set = document->set;
	d.step = step;
	d.user = user;
	ccs_bits_in_init(&d.in, exi, length);
	return ccs_exi_decode_root(&d, document, error, walk);
}

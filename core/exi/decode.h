/* SPDX-License-Identifier: Apache-2.0 */
/* What ccs_exi_decode and ccs_exi_trace share: all but the walk itself. */
#ifndef CCS_CORE_EXI_DECODE_H
#define CCS_CORE_EXI_DECODE_H

#include "exi/walk.h"

/* The walk over the content of a struct. */
typedef int ccs_exi_walk_function(struct ccs_exi_decoder *d, const struct ccs_exi_type *type,
				  uint8_t *base);

/* Header, root, content and end of a message. */
int ccs_exi_decode_root(struct ccs_exi_decoder *d, struct ccs_exi_document *document,
			struct ccs_exi_error *error, ccs_exi_walk_function *walk);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Values of variable length: varints, strings, octets, big integers (EXI 7.1). */
#ifndef CCS_CORE_EXI_CONTENT_H
#define CCS_CORE_EXI_CONTENT_H

#include "exi/bits.h"
#include "exi/table.h"

/* Each reads one value into the member at `to`; 0 or an error. */
int ccs_exi_read_varint(struct ccs_bits_in *in, uint64_t *value);
int ccs_exi_read_octets(struct ccs_bits_in *in, struct ccs_pool *pool, struct ccs_bytes *to);
int ccs_exi_read_text(struct ccs_bits_in *in, struct ccs_pool *pool, struct ccs_text *to);
int ccs_exi_read_integer(struct ccs_bits_in *in, struct ccs_pool *pool, struct ccs_integer *to);

/* A string that stands for nothing: text between elements of mixed content. */
int ccs_exi_skip_text(struct ccs_bits_in *in);

/* Each writes one value; 0 or an error. */
int ccs_exi_write_varint(struct ccs_bits_out *out, uint64_t value);
int ccs_exi_write_octets(struct ccs_bits_out *out, const struct ccs_bytes *from);
int ccs_exi_write_text(struct ccs_bits_out *out, const struct ccs_text *from);
int ccs_exi_write_integer(struct ccs_bits_out *out, const struct ccs_integer *from);

/* Code points of a UTF-8 string; a negative error when it is not valid. */
int ccs_exi_count_characters(const struct ccs_text *text, uint32_t *count);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes of what rows describe. */
#include "exi/table.h"

size_t ccs_exi_value_size(const struct ccs_exi_row *row)
{
	switch ((enum ccs_exi_kind)row->kind) {
	case CCS_EXI_BOOL:
		return sizeof(bool);
	case CCS_EXI_ENUM:
		return row->flags & CCS_EXI_WIDE ? sizeof(uint32_t) : 1;
	case CCS_EXI_BITS:
	case CCS_EXI_UVAR32:
	case CCS_EXI_SVAR32:
		return sizeof(uint32_t);
	case CCS_EXI_UVAR64:
	case CCS_EXI_SVAR64:
		return sizeof(uint64_t);
	case CCS_EXI_INTEGER:
		return sizeof(struct ccs_integer);
	case CCS_EXI_TEXT:
		return sizeof(struct ccs_text);
	case CCS_EXI_BYTES:
		return sizeof(struct ccs_bytes);
	case CCS_EXI_STRUCT:
		return ((const struct ccs_exi_type *)row->type)->size;
	case CCS_EXI_GROUP:
		return ((const struct ccs_exi_group *)row->type)->size;
	case CCS_EXI_ANY:
	case CCS_EXI_END:
		break;
	}
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Rows by name, for people: element names, literals, the field of an error. */
#include "ccs/print.h"
#include "exi/table.h"

#include <string.h>

const struct ccs_exi_names *ccs_exi_find_names(const struct ccs_exi_set *set,
					       const struct ccs_exi_row *row)
{
	for (size_t i = 0; i < set->module_count; i++) {
		const struct ccs_exi_module *module = set->modules[i];

		if (row < module->rows || row >= module->rows + module->row_count)
			continue;
		for (size_t k = 0; k < ccs_exi_all_names_count; k++) {
			if (ccs_exi_all_names[k].module == module)
				return &ccs_exi_all_names[k];
		}
	}
	return NULL;
}

const char *ccs_exi_row_name(const struct ccs_exi_set *set, const struct ccs_exi_row *row)
{
	const struct ccs_exi_names *names = ccs_exi_find_names(set, row);

	return names ? ccs_exi_name(names, row) : "";
}

const char *ccs_exi_set_name(const struct ccs_exi_set *set)
{
	return set->name;
}

const char *ccs_exi_element_name(const struct ccs_exi_document *document)
{
	if (document->element >= document->set->element_count)
		return "";
	return ccs_exi_row_name(document->set, ccs_exi_root(document->set, document->element));
}

/* A body that is nothing but a choice names the message: DIN and ISO 15118-2. */
const char *ccs_exi_message_name(const struct ccs_exi_document *document)
{
	const struct ccs_exi_row *row = ccs_exi_root(document->set, document->element);
	const struct ccs_exi_type *type = row->type, *body;
	const struct ccs_exi_group *group;
	const uint8_t *at;
	uint32_t tag;

	if (document->form == CCS_EXI_FRAGMENT || row->kind != CCS_EXI_STRUCT ||
	    strcmp(ccs_exi_element_name(document), "V2G_Message") != 0)
		return ccs_exi_element_name(document);
	body = type->rows[1].type;
	group = body->rows[0].type;
	at = (const uint8_t *)document->value + type->rows[1].offset + body->rows[0].offset;
	tag = ccs_exi_load(&body->rows[0], at);
	return tag ? ccs_exi_row_name(document->set, &group->rows[tag - 1]) : "";
}

void ccs_exi_print_field(struct ccs_print *print, const struct ccs_exi_set *set,
			 const struct ccs_exi_error *error)
{
	for (unsigned int i = 0; i < error->depth; i++) {
		const struct ccs_exi_row *row = error->path[i].row;

		if (i)
			ccs_print_char(print, '/');
		ccs_print_text(print, ccs_exi_row_name(set, row));
		if (i && ((row->flags & CCS_EXI_LIST) || error->path[i].entry)) {
			ccs_print_char(print, '[');
			ccs_print_unsigned(print, error->path[i].entry);
			ccs_print_char(print, ']');
		}
	}
}

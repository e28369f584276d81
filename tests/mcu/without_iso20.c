/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a firmware leaves out by linking this file before the library: the message sets of
 * ISO 15118-20, which are never agreed on then, and the names of elements, which only records and
 * traces show.
 */
#include "ccs/msg/iso20.h"
#include "exi/table.h"

const struct ccs_exi_set ccs_set_iso20, ccs_set_iso20ac, ccs_set_iso20acdp, ccs_set_iso20dc,
	ccs_set_iso20wpt;

const char *ccs_exi_row_name(const struct ccs_exi_set *set, const struct ccs_exi_row *row)
{
	(void)set;
	(void)row;
	return "";
}

const char *ccs_exi_message_name(const struct ccs_exi_document *document)
{
	(void)document;
	return "";
}

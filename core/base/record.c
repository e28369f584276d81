/* SPDX-License-Identifier: Apache-2.0 */
/* Names of record kinds and the text form of addresses. */
#include "ccs/record.h"

#include "ccs/print.h"

const char *ccs_record_kind_name(enum ccs_record_kind kind)
{
	static const char *const names[] = { "frame", "mme",  "sdp",	 "msg",	   "state",
					     "value", "note", "verdict", "session" };

	return names[kind];
}

void ccs_print_address(struct ccs_print *print, const struct ccs_address *address)
{
	switch (address->kind) {
	case CCS_ADDRESS_NONE:
		return;
	case CCS_ADDRESS_MAC:
		ccs_print_mac(print, address->bytes);
		return;
	case CCS_ADDRESS_IPV4:
		for (size_t i = 0; i < 4; i++) {
			ccs_print_unsigned(print, address->bytes[i]);
			ccs_print_char(print, i < 3 ? '.' : ':');
		}
		break;
	case CCS_ADDRESS_IPV6:
		ccs_print_char(print, '[');
		ccs_print_ipv6(print, address->bytes);
		ccs_print_text(print, "]:");
		break;
	}
	ccs_print_unsigned(print, address->port);
}

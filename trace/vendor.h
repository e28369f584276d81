/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who made the interface with this MAC address: a small table of the makers that are met at
 * charging plugs.  In a car it is often the maker of the charge controller, in a charger that of
 * the modem or the network chip.  From the public IEEE register and from recorded sessions.
 */
#ifndef CCS_TRACE_VENDOR_H
#define CCS_TRACE_VENDOR_H

#include <stdint.h>

/* "Volkswagen"; "random" for a locally administered address that is not in the table; NULL: not
 * known. */
const char *ccs_vendor_name(const uint8_t mac[6]);

#endif

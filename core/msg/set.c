/* SPDX-License-Identifier: Apache-2.0 */
/* The table of the message sets and the choice among them. */
#include "ccs/message.h"

#include "ccs/msg/app.h"
#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"
#include "ccs/msg/iso20.h"

#include <string.h>

static const struct ccs_protocol_info protocols[CCS_PROTOCOL_COUNT] = {
	[CCS_PROTOCOL_APP] = { "app", "supportedAppProtocol", "urn:iso:15118:2:2010:AppProtocol",
			       0x8001, &ccs_set_app },
	[CCS_PROTOCOL_DIN] = { "din", "DIN 70121", "urn:din:70121:2012:MsgDef", 0x8001,
			       &ccs_set_din },
	[CCS_PROTOCOL_ISO2] = { "iso2", "ISO 15118-2", "urn:iso:15118:2:2013:MsgDef", 0x8001,
				&ccs_set_iso2 },
	[CCS_PROTOCOL_ISO20] = { "iso20", "ISO 15118-20",
				 "urn:iso:std:iso:15118:-20:CommonMessages", 0x8002,
				 &ccs_set_iso20 },
	[CCS_PROTOCOL_ISO20_AC] = { "iso20ac", "ISO 15118-20 AC", "urn:iso:std:iso:15118:-20:AC",
				    0x8003, &ccs_set_iso20ac },
	[CCS_PROTOCOL_ISO20_DC] = { "iso20dc", "ISO 15118-20 DC", "urn:iso:std:iso:15118:-20:DC",
				    0x8004, &ccs_set_iso20dc },
	[CCS_PROTOCOL_ISO20_WPT] = { "iso20wpt", "ISO 15118-20 WPT",
				     "urn:iso:std:iso:15118:-20:WPT", 0x8006, &ccs_set_iso20wpt },
	[CCS_PROTOCOL_ISO20_ACDP] = { "iso20acdp", "ISO 15118-20 ACDP",
				      "urn:iso:std:iso:15118:-20:ACDP", 0x8005,
				      &ccs_set_iso20acdp },
};

const struct ccs_protocol_info *ccs_protocol_info(enum ccs_protocol protocol)
{
	return &protocols[protocol];
}

static bool is_text(struct ccs_text text, const char *literal)
{
	return strlen(literal) == text.length && !memcmp(literal, text.at, text.length);
}

enum ccs_protocol ccs_protocol_of_uri(struct ccs_text uri)
{
	for (int i = CCS_PROTOCOL_APP; i < CCS_PROTOCOL_COUNT; i++)
		if (is_text(uri, protocols[i].uri))
			return (enum ccs_protocol)i;
	return CCS_PROTOCOL_NONE;
}

enum ccs_protocol ccs_protocol_of_name(struct ccs_text name)
{
	for (int i = CCS_PROTOCOL_APP; i < CCS_PROTOCOL_COUNT; i++)
		if (is_text(name, protocols[i].name))
			return (enum ccs_protocol)i;
	return CCS_PROTOCOL_NONE;
}

/* The root codes: 2 bits in the handshake (0, 1), 7 bits in DIN (77) and ISO 15118-2 (76). */
static enum ccs_protocol find_by_root(uint8_t second)
{
	if (second < 0x80)
		return CCS_PROTOCOL_APP;
	if ((second & 0xfe) == 0x9a)
		return CCS_PROTOCOL_DIN;
	if ((second & 0xfe) == 0x98)
		return CCS_PROTOCOL_ISO2;
	return CCS_PROTOCOL_NONE;
}

/* Schedule renegotiation carries messages of four sets whose 6-bit root codes differ. */
static enum ccs_protocol find_side_stream(uint8_t second)
{
	switch (second >> 2) {
	case 4: /* AC_ChargeParameterDiscoveryReq, -Res */
	case 5:
		return CCS_PROTOCOL_ISO20_AC;
	case 15:
	case 16:
		return CCS_PROTOCOL_ISO20_DC;
	case 29:
	case 30:
		return CCS_PROTOCOL_ISO20_WPT;
	default:
		return CCS_PROTOCOL_ISO20;
	}
}

enum ccs_protocol ccs_protocol_of_message(enum ccs_protocol agreed, uint16_t payload_type,
					  const uint8_t *exi, size_t length)
{
	uint8_t second = length > 1 ? exi[1] : 0xff;
	enum ccs_protocol found;

	switch (payload_type) {
	case 0x8001: /* NOTE: after a -20 handshake a peer sent a CommonMessages request with it */
		if (ccs_protocol_is_iso20(agreed))
			return CCS_PROTOCOL_ISO20;
		found = find_by_root(second);
		return found ? found : agreed;
	case 0x8002:
	case 0x8102: /* metering confirmation */
	case 0x8104: /* parking status */
		return CCS_PROTOCOL_ISO20;
	case 0x8003:
		return CCS_PROTOCOL_ISO20_AC;
	case 0x8004:
		return CCS_PROTOCOL_ISO20_DC;
	case 0x8005:
	case 0x8103: /* ACDP system status */
		return CCS_PROTOCOL_ISO20_ACDP;
	case 0x8006:
		return CCS_PROTOCOL_ISO20_WPT;
	case 0x8101:
		return find_side_stream(second);
	default:
		return CCS_PROTOCOL_NONE;
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Management messages as text: type, JSON fields, summary. */
#include "ccs/mme.h"

#include "mme_table.h"

#include "ccs/print.h"

#include <string.h>

/* Types without their last two bits. */
static const struct {
	uint16_t base;
	const char *name;
} names[] = {
	{ 0x0000, "CC_CCO_APPOINT" },
	{ 0x0014, "CC_DISCOVER_LIST" },
	{ 0x0030, "CC_ASSOC" },
	{ 0x0034, "CC_LEAVE" },
	{ 0x0038, "CC_SET_TEI_MAP" },
	{ 0x6000, "CM_ASSOCIATED_STA" },
	{ 0x6004, "CM_ENCRYPTED_PAYLOAD" },
	{ 0x6008, "CM_SET_KEY" },
	{ 0x600c, "CM_GET_KEY" },
	{ 0x6010, "CM_SC_JOIN" },
	{ 0x6014, "CM_CHAN_EST" },
	{ 0x6018, "CM_TM_UPDATE" },
	{ 0x601c, "CM_AMP_MAP" },
	{ 0x6020, "CM_BRG_INFO" },
	{ 0x6024, "CM_CONN_NEW" },
	{ 0x6028, "CM_CONN_REL" },
	{ 0x602c, "CM_CONN_MOD" },
	{ 0x6030, "CM_CONN_INFO" },
	{ 0x6034, "CM_STA_CAP" },
	{ 0x6038, "CM_NW_INFO" },
	{ 0x603c, "CM_GET_BEACON" },
	{ 0x6040, "CM_HFID" },
	{ 0x6044, "CM_MME_ERROR" },
	{ 0x6048, "CM_NW_STATS" },
	{ 0x6060, "CM_STA_IDENTITY" },
	{ 0x6064, "CM_SLAC_PARM" },
	{ 0x6068, "CM_START_ATTEN_CHAR" },
	{ 0x606c, "CM_ATTEN_CHAR" },
	{ 0x6070, "CM_PKCS_CERT" },
	{ 0x6074, "CM_MNBC_SOUND" },
	{ 0x6078, "CM_VALIDATE" },
	{ 0x607c, "CM_SLAC_MATCH" },
	{ 0x6080, "CM_SLAC_USER_DATA" },
	{ 0x6084, "CM_ATTEN_PROFILE" },
	{ 0x8000, "MS_PB_ENC" },
	{ 0xa000, "VS_SW_VER" },
	{ 0xa004, "VS_WR_MEM" },
	{ 0xa008, "VS_RD_MEM" },
	{ 0xa00c, "VS_ST_MAC" },
	{ 0xa010, "VS_GET_NVM" },
	{ 0xa01c, "VS_RS_DEV" },
	{ 0xa020, "VS_WR_MOD" },
	{ 0xa024, "VS_RD_MOD" },
	{ 0xa028, "VS_MOD_NVM" },
	{ 0xa02c, "VS_WD_RPT" },
	{ 0xa030, "VS_LNK_STATS" },
	{ 0xa034, "VS_SNIFFER" },
	{ 0xa038, "VS_NW_INFO" },
	{ 0xa040, "VS_CP_RPT" },
	{ 0xa050, "VS_SET_KEY" },
	{ 0xa054, "VS_MFG_STRING" },
	{ 0xa058, "VS_RD_CBLOCK" },
	{ 0xa05c, "VS_SET_SDRAM" },
	{ 0xa060, "VS_HOST_ACTION" },
	{ 0xa068, "VS_OP_ATTRIBUTES" },
	{ 0xa06c, "VS_ENET_SETTINGS" },
	{ 0xa070, "VS_TONE_MAP_CHAR" },
	{ 0xa074, "VS_NW_INFO_STATS" },
	{ 0xa078, "VS_SLAVE_MEM" },
	{ 0xa07c, "VS_FAC_DEFAULTS" },
	{ 0xa084, "VS_MULTICAST_INFO" },
	{ 0xa088, "VS_CLASSIFICATION" },
	{ 0xa090, "VS_RX_TONE_MAP_CHAR" },
	{ 0xa094, "VS_SET_LED_BEHAVIOR" },
	{ 0xa098, "VS_WRITE_AND_EXECUTE_APPLET" },
	{ 0xa09c, "VS_MDIO" },
	{ 0xa0a4, "VS_BANDWIDTH" },
	{ 0xa0a8, "VS_SNID" },
	{ 0xa0ac, "VS_NN_MITIGATE" },
	{ 0xa0b0, "VS_MODULE_OPERATION" },
	{ 0xa0b4, "VS_DIAG_NETWORK_PROBE" },
	{ 0xa0b8, "VS_PL_LINK_STATUS" },
	{ 0xa0bc, "VS_GPIO_STATE_CHANGE" },
	{ 0xa0d0, "VS_MULTIPORT_LNK_STA" },
	{ 0xa0dc, "VS_EM_ID_TABLE" },
	{ 0xa0e0, "VS_STANDBY" },
	{ 0xa0f0, "VS_MICROCONTROLLER_DIAG" },
	{ 0xa0f8, "VS_GET_PROPERTY" },
	{ 0xa100, "VS_SET_PROPERTY" },
	{ 0xa104, "VS_PHYSWITCH_MDIO" },
	{ 0xa114, "VS_MDU_TRAFFIC_STATS" },
	{ 0xa118, "VS_FORWARD_CONFIG" },
	{ 0xa14c, "VS_ATTEN_CHAR" },
	{ 0xa200, "VS_HYBRID_INFO" },
};

static const char categories[8][4] = { "CC", "CP", "NN", "CM", "MS", "VS", "MME", "MME" };
static const char suffixes[4][5] = { ".REQ", ".CNF", ".IND", ".RSP" };

/* Every other Lumissil message has its type here; some carry keys. */
#define LUMISSIL_FIRST 0xac00
#define LUMISSIL_LAST  0xadff

static void print_code(struct ccs_print *p, uint64_t code, unsigned int digits)
{
	while (digits--)
		ccs_print_char(p, "0123456789ABCDEF"[code >> 4 * digits & 15]);
}

void ccs_mme_print_type(struct ccs_print *p, const struct ccs_mme *mme)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].base == (mme->type & ~3)) {
			ccs_print_text(p, names[i].name);
			ccs_print_text(p, suffixes[mme->type & 3]);
			return;
		}
	}
	ccs_print_text(p, categories[mme->type >> 13]);
	ccs_print_char(p, '_');
	print_code(p, mme->type, 4);
}

/* JSON */

struct json {
	struct ccs_print *print;
	bool secrets;
	bool more; /* something stands in the object already */
};

static void print_key(struct json *j, const char *name)
{
	if (j->more)
		ccs_print_char(j->print, ',');
	j->more = true;
	ccs_print_char(j->print, '"');
	ccs_print_text(j->print, name);
	ccs_print_text(j->print, "\":");
}

static void print_quoted_hex(struct ccs_print *p, const uint8_t *bytes, uint64_t size)
{
	ccs_print_char(p, '"');
	ccs_print_hex(p, bytes, (size_t)size);
	ccs_print_char(p, '"');
}

static void print_levels(struct ccs_print *p, const uint8_t *levels, uint64_t count)
{
	ccs_print_char(p, '[');
	for (uint64_t i = 0; i < count; i++) {
		if (i)
			ccs_print_char(p, ',');
		ccs_print_unsigned(p, levels[i]);
	}
	ccs_print_char(p, ']');
}

/* Texts end at the first 0, or with their field. */
static void print_quoted_text(struct ccs_print *p, const uint8_t *text, uint64_t size)
{
	const uint8_t *end = size ? memchr(text, 0, (size_t)size) : NULL;

	ccs_print_json(p, (const char *)text, end ? (size_t)(end - text) : (size_t)size);
}

static void print_object(struct json *outer, const struct mme_field *f, const void *from);

static void print_list(struct json *j, struct ccs_mme_list list)
{
	const struct mme_field *rows = ccs_mme_lists[list.kind];
	union mme_entry entry;
	bool more = false;

	ccs_print_char(j->print, '[');
	while (ccs_mme_next(&list, &entry)) {
		if (more)
			ccs_print_char(j->print, ',');
		more = true;
		print_object(j, rows, &entry);
	}
	ccs_print_char(j->print, ']');
}

static void print_value(struct json *j, const struct mme_field *f, const void *from)
{
	const uint8_t *at = (const uint8_t *)from + f->at, *bytes;
	struct ccs_mme_list list;
	uint64_t size;

	switch ((enum mme_field_kind)f->kind) {
	case MME_NUMBER:
		ccs_print_unsigned(j->print, ccs_mme_field_number(f, from));
		break;
	case MME_SIGNED:
		ccs_print_signed(j->print, (int16_t)ccs_mme_field_number(f, from));
		break;
	case MME_HEX:
		print_quoted_hex(j->print, at, f->size);
		break;
	case MME_MAC:
		ccs_print_char(j->print, '"');
		ccs_print_mac(j->print, at);
		ccs_print_char(j->print, '"');
		break;
	case MME_TEXT:
		print_quoted_text(j->print, at, f->size);
		break;
	case MME_BYTES:
		bytes = ccs_mme_field_bytes(f, from, &size);
		print_quoted_hex(j->print, bytes, size);
		break;
	case MME_LEVELS:
		bytes = ccs_mme_field_bytes(f, from, &size);
		print_levels(j->print, bytes, size);
		break;
	case MME_STRING:
	case MME_BUFFER:
	case MME_TAIL:
		bytes = ccs_mme_field_bytes(f, from, &size);
		print_quoted_text(j->print, bytes, size);
		break;
	case MME_LIST:
		memcpy(&list, at, sizeof(list));
		list.kind = f->unit;
		print_list(j, list);
		break;
	case MME_END:
	case MME_SKIP:
	case MME_MORE:
	case MME_WHEN:
		break;
	}
}

static void print_fields(struct json *j, const struct mme_field *f, const void *from)
{
	for (; f->kind != MME_END; f++) {
		if (f->kind == MME_MORE && !ccs_mme_number(from, f->at, sizeof(bool)))
			return;
		if (f->kind == MME_WHEN && ccs_mme_field_applies(f, from))
			print_fields(j, f->rows, from);
		if (f->kind >= MME_SKIP || ((f->flags & MME_SECRET) && !j->secrets))
			continue;
		print_key(j, f->name);
		print_value(j, f, from);
	}
}

static void print_object(struct json *outer, const struct mme_field *f, const void *from)
{
	struct json j = { outer->print, outer->secrets, false };

	ccs_print_char(j.print, '{');
	print_fields(&j, f, from);
	ccs_print_char(j.print, '}');
}

static bool has_secret(const struct mme_field *f)
{
	for (; f->kind != MME_END; f++) {
		if ((f->flags & MME_SECRET) || (f->kind == MME_WHEN && has_secret(f->rows)))
			return true;
	}
	return false;
}

/* Whether the bytes of a message we could not take apart may hold a key. */
static bool may_hold_secret(uint16_t type)
{
	if (type >= LUMISSIL_FIRST && type <= LUMISSIL_LAST)
		return true;
	for (unsigned int i = CCS_MME_OTHER + 1; i < CCS_MME_KINDS; i++) {
		const struct mme_message *m = ccs_mme_message(i);

		if (m->type == type && has_secret(m->fields))
			return true;
	}
	return false;
}

void ccs_mme_print_fields(struct ccs_print *p, const struct ccs_mme *mme, bool show_secrets)
{
	struct json j = { p, show_secrets, false };

	ccs_print_char(p, '{');
	if (ccs_mme_has_oui(mme)) {
		print_key(&j, "oui");
		print_quoted_hex(p, mme->oui, 3);
	}
	if (mme->fmi) {
		print_key(&j, "fmi");
		ccs_print_unsigned(p, mme->fmi);
		print_key(&j, "fmsn");
		ccs_print_unsigned(p, mme->fmsn);
	}
	print_fields(&j, ccs_mme_message(mme->kind)->fields, ccs_mme_struct(mme));
	if (mme->kind == CCS_MME_OTHER && (show_secrets || !may_hold_secret(mme->type))) {
		print_key(&j, "data");
		print_quoted_hex(p, mme->rest, mme->rest_size);
	}
	ccs_print_char(p, '}');
}

/* For people */

static void print_words(struct ccs_print *p, const char *name)
{
	for (; *name; name++)
		ccs_print_char(p, *name == '_' ? ' ' : *name);
	ccs_print_char(p, ' ');
}

static void print_brief(struct ccs_print *p, const struct mme_field *f, const void *from,
			bool *more);

static void print_brief_list(struct ccs_print *p, struct ccs_mme_list list)
{
	const struct mme_field *rows = ccs_mme_lists[list.kind];
	union mme_entry entry;
	bool again = false;

	ccs_print_char(p, '[');
	while (ccs_mme_next(&list, &entry)) {
		bool more = false;

		if (again)
			ccs_print_text(p, "; ");
		again = true;
		print_brief(p, rows, &entry, &more);
	}
	ccs_print_char(p, ']');
}

static void print_brief_value(struct ccs_print *p, const struct mme_field *f, const void *from)
{
	const uint8_t *at = (const uint8_t *)from + f->at;
	struct json j = { p, false, false };
	struct ccs_mme_list list;
	uint64_t size;

	if (f->kind == MME_HEX) {
		ccs_print_hex(p, at, f->size);
	} else if (f->kind == MME_MAC) {
		ccs_print_mac(p, at);
	} else if (f->kind == MME_LEVELS) {
		at = ccs_mme_field_bytes(f, from, &size);
		ccs_print_text(p, "mean ");
		ccs_print_fixed(p, ccs_mme_mean_attenuation(at, (uint8_t)size), 2);
		ccs_print_text(p, " dB");
	} else if (f->kind == MME_LIST) {
		memcpy(&list, at, sizeof(list));
		list.kind = f->unit;
		print_brief_list(p, list);
	} else if (f->flags & MME_CODE) {
		ccs_print_text(p, "0x");
		print_code(p, ccs_mme_field_number(f, from), f->size * 2u);
	} else {
		print_value(&j, f, from);
	}
}

static void print_brief(struct ccs_print *p, const struct mme_field *f, const void *from,
			bool *more)
{
	for (; f->kind != MME_END; f++) {
		if (f->kind == MME_WHEN && ccs_mme_field_applies(f, from))
			print_brief(p, f->rows, from, more);
		if (!(f->flags & MME_BRIEF))
			continue;
		if (*more)
			ccs_print_text(p, ", ");
		*more = true;
		print_words(p, f->name);
		print_brief_value(p, f, from);
	}
}

void ccs_mme_print_summary(struct ccs_print *p, const struct ccs_mme *mme)
{
	bool more = false;

	print_brief(p, ccs_mme_message(mme->kind)->fields, ccs_mme_struct(mme), &more);
	if (mme->kind != CCS_MME_OTHER)
		return;
	if (ccs_mme_has_oui(mme)) {
		ccs_print_text(p, "oui ");
		ccs_print_hex(p, mme->oui, 3);
		ccs_print_text(p, ", ");
	}
	if (mme->fmi) {
		ccs_print_text(p, "fragment ");
		ccs_print_unsigned(p, mme->fmi & 15u);
		ccs_print_text(p, " of 0 to ");
		ccs_print_unsigned(p, mme->fmi >> 4);
		ccs_print_text(p, ", ");
	}
	ccs_print_unsigned(p, mme->rest_size);
	ccs_print_text(p, " bytes");
}

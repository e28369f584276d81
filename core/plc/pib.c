/* SPDX-License-Identifier: Apache-2.0 */
/* The file around a PIB, its checksums and fields. */
#include "ccs/pib.h"

#include "ccs/cursor.h"
#include "ccs/keys.h"
#include "ccs/print.h"

#include <string.h>

/* The header of an image in a chain. */
#define HEADER_SIZE	0x60
#define HEADER_ADDRESS	0x08
#define HEADER_LENGTH	0x10
#define HEADER_IMAGE	0x14 /* checksum of the image */
#define HEADER_NEXT	0x1c
#define HEADER_PREVIOUS 0x20
#define HEADER_TYPE	0x24
#define HEADER_CHECKSUM 0x5c
#define CHAIN_END	0xffffffff
#define TYPE_PIB	0x0f
#define IMAGE_SIZE_MIN	0x124	   /* up to the number of the chip */
#define CHAIN_VERSION	0x00010001 /* 1.1 */

/* A PIB without a chain. */
#define RAW_LENGTH   4
#define RAW_CHECKSUM 8
#define RAW_SIZE_MIN 0x100

#define NAME_SIZE 64

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	uint16_t offset;
	uint16_t size;
	enum ccs_pib_shape shape;
	const char *text;
} fields[CCS_PIB_FIELD_COUNT] = {
#define ROW(name, offset, size, form, text) { offset, size, CCS_PIB_SHAPE_##form, text },
	CCS_PIB_FIELDS(ROW)
#undef ROW
};

/* All that may ever be patched, and with what: by role. */
static const struct {
	enum ccs_pib_field field;
	uint32_t value[CCS_PIB_ROLE_OTHER];
	bool also_plain;
} patches[] = {
	{ CCS_PIB_CCO, { 0, 1, 2 }, true },
	{ CCS_PIB_SLAC, { 0, 1, 2 }, true },
	{ CCS_PIB_LOW_SPEED, { 0, 10240, 10240 }, false },
	{ CCS_PIB_HIGH_SPEED, { 0, 102400, 102400 }, false },
};

/* What the user's name of a modem says about its role; open-plc-utils' scripts write the same. */
static const char *const role_texts[CCS_PIB_ROLE_OTHER] = { "", "PEV", "EVSE" };

static const char *const role_names[CCS_PIB_ROLES] = { "plain", "ev", "evse", "other" };

static uint32_t word(const uint8_t *bytes, size_t at)
{
	struct ccs_reader r = ccs_reader(bytes + at, 4);

	return ccs_read_le32(&r);
}

static void set_word(uint8_t *bytes, size_t at, uint32_t value)
{
	struct ccs_writer w = ccs_writer(bytes + at, 4);

	ccs_write_le32(&w, value);
}

uint32_t ccs_pib_checksum(const uint8_t *bytes, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 4 <= size; i += 4)
		sum ^= word(bytes, i);
	return ~sum;
}

/* The file. */

/* One header and its image; over bytes that hold their own checksum the sum is 0. */
static int check_image(const uint8_t *file, size_t size, size_t at, size_t previous)
{
	const uint8_t *header = file + at;
	uint32_t length;

	if (size - at < HEADER_SIZE)
		return CCS_ERR_SHORT;
	if (word(header, 0) != CHAIN_VERSION)
		return CCS_ERR_HEADER;
	if (ccs_pib_checksum(header, HEADER_SIZE) != 0)
		return CCS_ERR_CHECKSUM;
	length = word(header, HEADER_LENGTH);
	if (length > size - at - HEADER_SIZE)
		return CCS_ERR_SHORT;
	if (length % 4 || word(header, HEADER_ADDRESS) != at + HEADER_SIZE ||
	    word(header, HEADER_PREVIOUS) != (uint32_t)previous)
		return CCS_ERR_LENGTH;
	if (ccs_pib_checksum(header + HEADER_SIZE, length) != word(header, HEADER_IMAGE))
		return CCS_ERR_CHECKSUM;
	return 0;
}

/* The header behind `at`: each begins where the image before it ends, so the walk ends, too. */
static int find_next(const uint8_t *file, size_t size, size_t at, size_t *next)
{
	uint32_t said = word(file + at, HEADER_NEXT);
	size_t end = at + HEADER_SIZE + word(file + at, HEADER_LENGTH);

	*next = said == CHAIN_END ? 0 : end;
	return said == CHAIN_END ? (end == size ? 0 : CCS_ERR_LENGTH)
				 : (said == end ? 0 : CCS_ERR_LENGTH);
}

static int open_chain(struct ccs_pib *pib)
{
	size_t at = 0, previous = CHAIN_END, next;
	int result;

	do {
		result = check_image(pib->file, pib->size, at, previous);
		if (!result)
			result = find_next(pib->file, pib->size, at, &next);
		if (result)
			return result;
		if (word(pib->file + at, HEADER_TYPE) == TYPE_PIB) {
			if (pib->image)
				return CCS_ERR_COUNT;
			pib->header = at;
			pib->image = at + HEADER_SIZE;
			pib->image_size = word(pib->file + at, HEADER_LENGTH);
			if (pib->image_size < IMAGE_SIZE_MIN)
				return CCS_ERR_SHORT;
		}
		previous = at;
		at = next;
	} while (at);
	return pib->image ? 0 : CCS_ERR_MISSING;
}

static int open_raw(struct ccs_pib *pib)
{
	struct ccs_reader r = ccs_reader(pib->file + RAW_LENGTH, 2);

	/* 0x60000000 and the like begin other files of the same tools; a version may be 0. */
	if (pib->size < RAW_SIZE_MIN || pib->file[3])
		return CCS_ERR_HEADER;
	if (ccs_read_le16(&r) != pib->size || pib->size % 4)
		return CCS_ERR_LENGTH;
	pib->image_size = pib->size;
	return ccs_pib_checksum(pib->file, pib->size) ? CCS_ERR_CHECKSUM : 0;
}

int ccs_pib_open(struct ccs_pib *pib, const uint8_t *file, size_t size)
{
	*pib = (struct ccs_pib) { .file = file, .size = size };
	if (size > CCS_PIB_FILE_MAX)
		return CCS_ERR_SIZE;
	if (size < 4)
		return CCS_ERR_SHORT;
	pib->form = word(file, 0) == CHAIN_VERSION ? CCS_PIB_CHAIN : CCS_PIB_RAW;
	return pib->form == CCS_PIB_CHAIN ? open_chain(pib) : open_raw(pib);
}

static void renew_checksums(const struct ccs_pib *pib, uint8_t *file)
{
	uint8_t *header = file + pib->header;

	set_word(header, HEADER_IMAGE, ccs_pib_checksum(file + pib->image, pib->image_size));
	set_word(header, HEADER_CHECKSUM, ccs_pib_checksum(header, HEADER_CHECKSUM));
}

/* Fields. */

static bool has_field(const struct ccs_pib *pib, enum ccs_pib_field field)
{
	/* NOTE: of the older chips' layout we know the first fields only. */
	return (size_t)fields[field].offset + fields[field].size <= pib->image_size &&
	       (pib->form == CCS_PIB_CHAIN || field < CCS_PIB_CCO);
}

const uint8_t *ccs_pib_get(const struct ccs_pib *pib, enum ccs_pib_field field, size_t *size)
{
	if (!has_field(pib, field))
		return NULL;
	*size = fields[field].size;
	return pib->file + pib->image + fields[field].offset;
}

uint32_t ccs_pib_number(const struct ccs_pib *pib, enum ccs_pib_field field)
{
	size_t size;
	const uint8_t *at = ccs_pib_get(pib, field, &size);
	struct ccs_reader r;

	if (!at || size > 4)
		return 0;
	r = ccs_reader(at, size);
	return (uint32_t)ccs_read_le(&r, size);
}

bool ccs_pib_is_zero(const struct ccs_pib *pib, enum ccs_pib_field field)
{
	static const uint8_t zero[16];
	size_t size;
	const uint8_t *at = ccs_pib_get(pib, field, &size);

	return !at || ccs_keys_equal(at, zero, size);
}

bool ccs_pib_lacks_keys(const struct ccs_pib *pib)
{
	return ccs_pib_is_zero(pib, CCS_PIB_DAK) || ccs_pib_is_zero(pib, CCS_PIB_NMK);
}

bool ccs_pib_has_derived_nid(const struct ccs_pib *pib)
{
	size_t size;
	const uint8_t *nmk = ccs_pib_get(pib, CCS_PIB_NMK, &size);
	const uint8_t *nid = ccs_pib_get(pib, CCS_PIB_NID, &size);
	uint8_t derived[CCS_NID_SIZE];

	if (!nmk || !nid)
		return false;
	ccs_keys_derive_nid(nmk, nid[CCS_NID_SIZE - 1] >> 4, derived);
	return memcmp(nid, derived, sizeof(derived)) == 0;
}

/* The role. */

const char *ccs_pib_role_name(enum ccs_pib_role role)
{
	return role_names[role];
}

enum ccs_pib_role ccs_pib_role(const struct ccs_pib *pib)
{
	uint32_t cco = ccs_pib_number(pib, CCS_PIB_CCO);
	uint32_t slac = ccs_pib_number(pib, CCS_PIB_SLAC);

	if (slac == 0)
		return CCS_PIB_ROLE_PLAIN;
	if (slac == cco && slac < CCS_PIB_ROLE_OTHER)
		return (enum ccs_pib_role)slac;
	return CCS_PIB_ROLE_OTHER;
}

bool ccs_pib_chip_is_known(enum ccs_modem_chip chip)
{
	return chip == CCS_MODEM_QCA7000 || chip == CCS_MODEM_QCA7005 ||
	       chip == CCS_MODEM_QCA7006 || chip == CCS_MODEM_QCA6410 || chip == CCS_MODEM_QCA7420;
}

/* By its number alone: a class of chips is not enough to change a PIB. */
static enum ccs_modem_chip chip_of(const struct ccs_pib *pib)
{
	struct ccs_vs_sw_ver_cnf cnf = { .has_ident = true };

	cnf.chip_ident = ccs_pib_number(pib, CCS_PIB_IDENT);
	return ccs_modem_identify(&cnf);
}

static bool is_role_text(const uint8_t name[NAME_SIZE])
{
	for (size_t i = 1; i < COUNT(role_texts); i++) {
		if (strncmp((const char *)name, role_texts[i], NAME_SIZE) == 0)
			return true;
	}
	return false;
}

static void set_name(uint8_t name[NAME_SIZE], enum ccs_pib_role role)
{
	if (role == CCS_PIB_ROLE_PLAIN && !is_role_text(name))
		return;
	memset(name, 0, NAME_SIZE);
	memcpy(name, role_texts[role], strlen(role_texts[role]));
}

static bool has_patches(const struct ccs_pib *pib)
{
	for (size_t i = 0; i < COUNT(patches); i++) {
		if (!has_field(pib, patches[i].field))
			return false;
	}
	return true;
}

int ccs_pib_set_role(const struct ccs_pib *pib, enum ccs_pib_role role, uint8_t *to)
{
	if (pib->form != CCS_PIB_CHAIN || !ccs_pib_chip_is_known(chip_of(pib)))
		return CCS_ERR_UNKNOWN;
	if (role >= CCS_PIB_ROLE_OTHER)
		return CCS_ERR_RANGE;
	if (!has_patches(pib))
		return CCS_ERR_SHORT;
	memcpy(to, pib->file, pib->size);
	for (size_t i = 0; i < COUNT(patches); i++) {
		size_t at = pib->image + fields[patches[i].field].offset;
		struct ccs_writer w = ccs_writer(to + at, fields[patches[i].field].size);

		if (role != CCS_PIB_ROLE_PLAIN || patches[i].also_plain)
			ccs_write_le(&w, patches[i].value[role], fields[patches[i].field].size);
	}
	set_name(to + pib->image + fields[CCS_PIB_USER].offset, role);
	renew_checksums(pib, to);
	return 0;
}

/* Differences. */

static bool is_patched(int field)
{
	for (size_t i = 0; i < COUNT(patches); i++) {
		if ((int)patches[i].field == field)
			return true;
	}
	return field == CCS_PIB_USER;
}

/* The field at `at` of the file, into `change`; false: no name for it. */
static bool name_field(const struct ccs_pib *pib, size_t at, struct ccs_pib_change *change)
{
	for (size_t i = 0; i < CCS_PIB_FIELD_COUNT; i++) {
		size_t begin = pib->image + fields[i].offset;

		if (!has_field(pib, (enum ccs_pib_field)i) || at < begin ||
		    at >= begin + fields[i].size)
			continue;
		*change = (struct ccs_pib_change) { begin,  fields[i].size,	fields[i].text,
						    (int)i, is_patched((int)i), false };
		return true;
	}
	return false;
}

static bool name_checksum(const struct ccs_pib *pib, size_t at, struct ccs_pib_change *change)
{
	static const size_t places[] = { HEADER_IMAGE, HEADER_CHECKSUM };

	for (size_t i = 0; pib->form == CCS_PIB_CHAIN && i < COUNT(places); i++) {
		if (at - pib->header - places[i] >= 4)
			continue;
		*change = (struct ccs_pib_change) {
			pib->header + places[i], 4, "checksum", -1, false, true
		};
		return true;
	}
	return false;
}

bool ccs_pib_next_change(const struct ccs_pib *a, const struct ccs_pib *b,
			 struct ccs_pib_change *change)
{
	struct ccs_pib_change named;
	size_t at = change->at + change->size, end;

	while (at < a->size && a->file[at] == b->file[at])
		at++;
	if (at >= a->size)
		return false;
	if (name_field(a, at, change) || name_checksum(a, at, change))
		return true;
	for (end = at + 1; end < a->size && a->file[end] != b->file[end]; end++) {
		if (name_field(a, end, &named) || name_checksum(a, end, &named))
			break;
	}
	*change = (struct ccs_pib_change) { at, end - at, "other bytes", -1, false, false };
	return true;
}

static bool has_same_shape(const struct ccs_pib *a, const struct ccs_pib *b)
{
	return a->form == b->form && a->size == b->size && a->image == b->image &&
	       a->image_size == b->image_size;
}

bool ccs_pib_is_patch(const struct ccs_pib *before, const struct ccs_pib *after)
{
	struct ccs_pib_change change = { 0 };

	if (!has_same_shape(before, after))
		return false;
	while (ccs_pib_next_change(before, after, &change)) {
		if (!change.patched && !change.checksum)
			return false;
	}
	return true;
}

bool ccs_pib_means_same(const struct ccs_pib *a, const struct ccs_pib *b)
{
	struct ccs_pib_change change = { 0 };

	if (!has_same_shape(a, b))
		return false;
	while (ccs_pib_next_change(a, b, &change)) {
		if (change.field >= 0)
			return false;
	}
	return true;
}

/* Text. */

static void print_name(struct ccs_print *print, const uint8_t *text, size_t size)
{
	for (size_t i = 0; i < size && text[i]; i++)
		ccs_print_char(print, text[i] >= ' ' && text[i] < 0x7f ? (char)text[i] : '?');
}

void ccs_pib_print_field(struct ccs_print *print, const struct ccs_pib *pib,
			 enum ccs_pib_field field, bool show_secrets)
{
	size_t size = 0;
	const uint8_t *at = ccs_pib_get(pib, field, &size);
	const uint32_t number = ccs_pib_number(pib, field);
	const uint8_t big_endian[4] = { (uint8_t)(number >> 24), (uint8_t)(number >> 16),
					(uint8_t)(number >> 8), (uint8_t)number };

	if (!at)
		return;
	switch (fields[field].shape) {
	case CCS_PIB_SHAPE_MAC:
		ccs_print_mac(print, at);
		break;
	case CCS_PIB_SHAPE_TEXT:
		print_name(print, at, size);
		break;
	case CCS_PIB_SHAPE_NUMBER:
		ccs_print_unsigned(print, number);
		break;
	case CCS_PIB_SHAPE_HEX_NUMBER:
		ccs_print_hex(print, big_endian, sizeof(big_endian));
		break;
	case CCS_PIB_SHAPE_SECRET:
		if (!show_secrets) {
			ccs_print_text(print, ccs_pib_is_zero(pib, field) ? "(zero)" : "(secret)");
			break;
		}
		ccs_print_hex(print, at, size);
		break;
	case CCS_PIB_SHAPE_HEX:
		if (size > 16)
			ccs_print_text(print, "(table)");
		else
			ccs_print_hex(print, at, size);
		break;
	}
}

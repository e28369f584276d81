/* SPDX-License-Identifier: Apache-2.0 */
/* Management messages: decoding, encoding, comparing, lists. */
#include "ccs/mme.h"

#include "mme_table.h"

#include "ccs/cursor.h"

#define VENDOR_FIRST 0xa000
#define VENDOR_LAST  0xbfff

/* What a walk over rows says beside errors and 0. */
#define WALK_ENDS 1

static const uint8_t ouis[][3] = {
	[MME_STANDARD] = { 0, 0, 0 },
	[MME_QUALCOMM] = { 0x00, 0xb0, 0x52 },
	[MME_QUALCOMM_OR_ZERO] = { 0x00, 0xb0, 0x52 },
	[MME_LUMISSIL] = { 0x00, 0x16, 0xe8 },
	[MME_DSPACE] = { 0x64, 0x4d, 0x70 },
	[MME_SPIDCOM] = { 0x00, 0x13, 0xd7 },
	[MME_IOTECHA] = { 0x00, 0x80, 0xe1 },
};

uint64_t ccs_mme_number(const void *from, size_t offset, size_t size)
{
	const uint8_t *at = (const uint8_t *)from + offset;
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;

	switch (size) {
	case 1:
		return *at;
	case 2:
		memcpy(&u16, at, 2);
		return u16;
	case 4:
		memcpy(&u32, at, 4);
		return u32;
	default:
		memcpy(&u64, at, 8);
		return u64;
	}
}

static void set_number(void *to, size_t offset, size_t size, uint64_t value)
{
	uint8_t *at = (uint8_t *)to + offset;
	uint32_t u32 = (uint32_t)value;
	uint16_t u16 = (uint16_t)value;

	switch (size) {
	case 1:
		*at = (uint8_t)value;
		break;
	case 2:
		memcpy(at, &u16, 2);
		break;
	case 4:
		memcpy(at, &u32, 4);
		break;
	default:
		memcpy(at, &value, 8);
		break;
	}
}

static size_t get_number_size(const struct mme_field *f)
{
	return f->number_size ? f->number_size : f->size;
}

uint64_t ccs_mme_field_number(const struct mme_field *f, const void *from)
{
	return ccs_mme_number(from, f->at, get_number_size(f));
}

static uint64_t get_byte_count(const struct mme_field *f, const void *from)
{
	return (ccs_mme_number(from, f->count, f->number_size) * f->unit + 1) / 2;
}

const uint8_t *ccs_mme_field_bytes(const struct mme_field *f, const void *from, uint64_t *size)
{
	const uint8_t *bytes;

	memcpy(&bytes, (const uint8_t *)from + f->at, sizeof(bytes));
	*size = get_byte_count(f, from);
	return bytes;
}

static void set_pointer(const struct mme_field *f, void *to, const uint8_t *bytes)
{
	memcpy((uint8_t *)to + f->at, &bytes, sizeof(bytes));
}

static struct ccs_mme_list *get_list(const struct mme_field *f, void *of)
{
	return (struct ccs_mme_list *)(void *)((uint8_t *)of + f->at);
}

static const struct ccs_mme_list *get_const_list(const struct mme_field *f, const void *of)
{
	return (const struct ccs_mme_list *)(const void *)((const uint8_t *)of + f->at);
}

bool ccs_mme_field_applies(const struct mme_field *f, const void *from)
{
	return ccs_mme_number(from, f->at, f->size) == f->unit;
}

/* Decoding */

static int decode_fields(const struct mme_field *f, struct ccs_reader *r, void *to);

static int decode_counted(const struct mme_field *f, struct ccs_reader *r, void *to)
{
	uint64_t size = get_byte_count(f, to);
	size_t room = ccs_reader_left(r);

	if (f->kind == MME_BUFFER) {
		if (size > MME_BUFFER_SIZE)
			return CCS_ERR_LENGTH;
		room = room < MME_BUFFER_SIZE ? room : MME_BUFFER_SIZE;
	}
	if (size > room)
		return CCS_ERR_SHORT;
	set_pointer(f, to, ccs_read(r, f->kind == MME_BUFFER ? room : (size_t)size));
	return 0;
}

/* What is left without the padding. */
static size_t measure_tail(const struct ccs_reader *r)
{
	size_t n = ccs_reader_left(r);

	while (n && !r->at[n - 1])
		n--;
	return n;
}

static int decode_list(const struct mme_field *f, struct ccs_reader *r, void *to)
{
	struct ccs_mme_list *list = get_list(f, to);
	uint64_t count = ccs_mme_number(to, f->count, f->number_size);
	union mme_entry entry;
	int result = 0;

	list->kind = f->unit;
	list->at = r->at;
	while (count-- && !result)
		result = decode_fields(ccs_mme_lists[f->unit], r, &entry);
	list->size = (uint16_t)(r->at - list->at);
	return result;
}

static int decode_field(const struct mme_field *f, struct ccs_reader *r, void *to)
{
	uint8_t *at = (uint8_t *)to + f->at;

	switch ((enum mme_field_kind)f->kind) {
	case MME_END:
		break;
	case MME_NUMBER:
	case MME_SIGNED:
		set_number(to, f->at, get_number_size(f), ccs_read_le(r, f->size));
		break;
	case MME_HEX:
	case MME_MAC:
	case MME_TEXT:
		ccs_read_copy(r, at, f->size);
		break;
	case MME_BYTES:
	case MME_LEVELS:
	case MME_STRING:
	case MME_BUFFER:
		return decode_counted(f, r, to);
	case MME_TAIL:
		set_number(to, f->count, f->number_size, measure_tail(r));
		return decode_counted(f, r, to);
	case MME_LIST:
		return decode_list(f, r, to);
	case MME_SKIP:
		ccs_read(r, f->size);
		break;
	case MME_MORE:
		set_number(to, f->at, sizeof(bool), ccs_reader_left(r) >= f->size);
		return ccs_reader_left(r) >= f->size ? 0 : WALK_ENDS;
	case MME_WHEN:
		return ccs_mme_field_applies(f, to) ? decode_fields(f->rows, r, to) : 0;
	}
	return r->failed ? CCS_ERR_SHORT : 0;
}

static int decode_fields(const struct mme_field *f, struct ccs_reader *r, void *to)
{
	int result = 0;

	for (; f->kind != MME_END && !result; f++)
		result = decode_field(f, r, to);
	return result;
}

static bool is_vendor_type(uint16_t type)
{
	return type >= VENDOR_FIRST && type <= VENDOR_LAST;
}

bool ccs_mme_has_oui(const struct ccs_mme *mme)
{
	if (mme->mmv && (mme->fmi & 15))
		return false;
	return is_vendor_type(mme->type) || ccs_mme_message(mme->kind)->vendor != MME_STANDARD;
}

static bool match_oui(enum mme_vendor vendor, const uint8_t oui[3])
{
	if (vendor == MME_STANDARD)
		return true;
	if (vendor == MME_QUALCOMM_OR_ZERO && !memcmp(oui, ouis[MME_STANDARD], 3))
		return true;
	return !memcmp(oui, ouis[vendor], 3);
}

static enum ccs_mme_kind find_kind(const struct ccs_mme *mme, const uint8_t oui[3])
{
	for (unsigned int i = CCS_MME_OTHER + 1; i < CCS_MME_KINDS; i++) {
		const struct mme_message *m = ccs_mme_message(i);

		if (m->type == mme->type && mme->mmv < 3 && (m->accept >> mme->mmv & 1) &&
		    match_oui((enum mme_vendor)m->vendor, oui))
			return (enum ccs_mme_kind)i;
	}
	return CCS_MME_OTHER;
}

static void set_rest(struct ccs_mme *mme, const struct ccs_reader *r)
{
	size_t left = ccs_reader_left(r);

	mme->rest = r->at;
	mme->rest_size = left > UINT16_MAX ? UINT16_MAX : (uint16_t)left;
}

/* The payload from `r` on; leaves `mme` as it is when that fails. */
static int decode_payload(struct ccs_mme *mme, struct ccs_reader *r)
{
	static const uint8_t none[3];
	const uint8_t *oui = ccs_reader_left(r) < 3 ? none : r->at;
	enum ccs_mme_kind kind = find_kind(mme, oui);
	const struct mme_message *m = ccs_mme_message(kind);
	int result;

	if (m->vendor != MME_STANDARD)
		ccs_read_copy(r, mme->oui, 3);
	result = decode_fields(m->fields, r,
			       (uint8_t *)mme + offsetof(struct ccs_mme, cm_slac_parm_req));
	if (result < 0)
		return result;
	mme->kind = kind;
	return 0;
}

/* Up to FMSN.  What the frame is too short for stays 0. */
static int decode_header(struct ccs_mme *mme, struct ccs_reader *r)
{
	uint16_t ethertype;

	ccs_read_copy(r, mme->dst, 6);
	if (!r->failed)
		ccs_read_copy(r, mme->src, 6);
	ethertype = r->failed ? 0 : ccs_read_be16(r);
	if (r->failed)
		return CCS_ERR_SHORT;
	if (ethertype != CCS_MME_ETHERTYPE)
		return CCS_ERR_HEADER;
	mme->mmv = ccs_read_u8(r);
	mme->type = ccs_read_le16(r);
	if (mme->mmv && !r->failed) {
		mme->fmi = ccs_read_u8(r);
		mme->fmsn = ccs_read_u8(r);
	}
	return r->failed ? CCS_ERR_SHORT : 0;
}

int ccs_mme_decode(struct ccs_mme *mme, const uint8_t *frame, size_t length)
{
	struct ccs_reader r = ccs_reader(frame, length), payload;
	int result;

	memset(mme, 0, sizeof(*mme));
	result = decode_header(mme, &r);
	if (result)
		return result;
	payload = r;
	if (ccs_mme_has_oui(mme))
		ccs_read_copy(&r, mme->oui, 3);
	set_rest(mme, &r);
	if (r.failed || length > CCS_MME_FRAME_MAX)
		return r.failed ? CCS_ERR_SHORT : CCS_ERR_SIZE;
	if (mme->fmi)
		return 0;
	result = decode_payload(mme, &payload);
	if (!result && mme->kind != CCS_MME_OTHER)
		set_rest(mme, &payload);
	return result;
}

/* Encoding */

void ccs_mme_init(struct ccs_mme *mme, enum ccs_mme_kind kind, const uint8_t dst[6],
		  const uint8_t src[6])
{
	const struct mme_message *m = ccs_mme_message(kind);

	memset(mme, 0, sizeof(*mme));
	memcpy(mme->dst, dst, 6);
	memcpy(mme->src, src, 6);
	mme->kind = kind;
	mme->type = m->type;
	mme->mmv = m->mmv;
	memcpy(mme->oui, ouis[m->vendor], 3);
}

static int encode_fields(const struct mme_field *f, struct ccs_writer *w, const void *from);

static int encode_counted(const struct mme_field *f, struct ccs_writer *w, const void *from)
{
	uint64_t size;
	const uint8_t *bytes = ccs_mme_field_bytes(f, from, &size);

	if ((size && !bytes) || (f->kind == MME_BUFFER && size > MME_BUFFER_SIZE))
		return CCS_ERR_LENGTH;
	if (size > CCS_MME_FRAME_MAX)
		return CCS_ERR_SPACE;
	ccs_write(w, bytes, (size_t)size);
	if (f->kind == MME_BUFFER)
		ccs_write_zero(w, MME_BUFFER_SIZE - (size_t)size);
	return w->failed ? CCS_ERR_SPACE : 0;
}

static int encode_list(const struct mme_field *f, struct ccs_writer *w, const void *from)
{
	const struct ccs_mme_list *list = get_const_list(f, from);
	struct ccs_mme_list rest = *list;
	uint64_t count = ccs_mme_number(from, f->count, f->number_size);
	union mme_entry entry;

	if ((list->size || count) && list->kind != f->unit)
		return CCS_ERR_LENGTH;
	while (count && ccs_mme_next(&rest, &entry))
		count--;
	if (count || rest.size)
		return CCS_ERR_LENGTH;
	ccs_write(w, list->at, list->size);
	return 0;
}

static int encode_field(const struct mme_field *f, struct ccs_writer *w, const void *from)
{
	switch ((enum mme_field_kind)f->kind) {
	case MME_END:
		break;
	case MME_NUMBER:
	case MME_SIGNED:
		ccs_write_le(w, ccs_mme_field_number(f, from), f->size);
		break;
	case MME_HEX:
	case MME_MAC:
	case MME_TEXT:
		ccs_write(w, (const uint8_t *)from + f->at, f->size);
		break;
	case MME_BYTES:
	case MME_LEVELS:
	case MME_STRING:
	case MME_BUFFER:
	case MME_TAIL:
		return encode_counted(f, w, from);
	case MME_LIST:
		return encode_list(f, w, from);
	case MME_SKIP:
		ccs_write_zero(w, f->size);
		break;
	case MME_MORE:
		return ccs_mme_number(from, f->at, sizeof(bool)) ? 0 : WALK_ENDS;
	case MME_WHEN:
		return ccs_mme_field_applies(f, from) ? encode_fields(f->rows, w, from) : 0;
	}
	return w->failed ? CCS_ERR_SPACE : 0;
}

static int encode_fields(const struct mme_field *f, struct ccs_writer *w, const void *from)
{
	int result = 0;

	for (; f->kind != MME_END && !result; f++)
		result = encode_field(f, w, from);
	return result;
}

static void encode_header(const struct ccs_mme *mme, struct ccs_writer *w)
{
	ccs_write(w, mme->dst, 6);
	ccs_write(w, mme->src, 6);
	ccs_write_be16(w, CCS_MME_ETHERTYPE);
	ccs_write_u8(w, mme->mmv);
	ccs_write_le16(w, mme->type);
	if (mme->mmv) {
		ccs_write_u8(w, mme->fmi);
		ccs_write_u8(w, mme->fmsn);
	}
	if (ccs_mme_has_oui(mme))
		ccs_write(w, mme->oui, 3);
}

int ccs_mme_encode(const struct ccs_mme *mme, uint8_t *frame, size_t size)
{
	struct ccs_writer w = ccs_writer(frame,
					 size < CCS_MME_FRAME_MAX ? size : CCS_MME_FRAME_MAX);
	int result;

	encode_header(mme, &w);
	result = encode_fields(ccs_mme_message(mme->kind)->fields, &w, ccs_mme_struct(mme));
	if (result < 0)
		return result;
	ccs_write(&w, mme->rest, mme->rest_size);
	if (!w.failed && w.at - frame < CCS_MME_FRAME_MIN)
		ccs_write_zero(&w, CCS_MME_FRAME_MIN - (size_t)(w.at - frame));
	return w.failed ? CCS_ERR_SPACE : (int)(w.at - frame);
}

/* Comparing */

static bool equal_bytes(const void *a, const void *b, size_t size)
{
	return size == 0 || memcmp(a, b, size) == 0;
}

static bool equal_counted(const struct mme_field *f, const void *a, const void *b)
{
	uint64_t size_a, size_b;
	const uint8_t *bytes_a = ccs_mme_field_bytes(f, a, &size_a);
	const uint8_t *bytes_b = ccs_mme_field_bytes(f, b, &size_b);

	return size_a == size_b && equal_bytes(bytes_a, bytes_b, (size_t)size_a);
}

static bool equal_lists(const struct ccs_mme_list *a, const struct ccs_mme_list *b)
{
	return a->size == b->size && equal_bytes(a->at, b->at, a->size);
}

static bool equal_fields(const struct mme_field *f, const void *a, const void *b)
{
	bool equal = true;

	for (; f->kind != MME_END && equal; f++) {
		switch ((enum mme_field_kind)f->kind) {
		case MME_END:
		case MME_SKIP:
			break;
		case MME_NUMBER:
		case MME_SIGNED:
			equal = ccs_mme_field_number(f, a) == ccs_mme_field_number(f, b);
			break;
		case MME_HEX:
		case MME_MAC:
		case MME_TEXT:
			equal = equal_bytes((const uint8_t *)a + f->at, (const uint8_t *)b + f->at,
					    f->size);
			break;
		case MME_BYTES:
		case MME_LEVELS:
		case MME_STRING:
		case MME_BUFFER:
		case MME_TAIL:
			equal = equal_counted(f, a, b);
			break;
		case MME_LIST:
			equal = equal_lists(get_const_list(f, a), get_const_list(f, b));
			break;
		case MME_MORE:
			equal = ccs_mme_number(a, f->at, 1) == ccs_mme_number(b, f->at, 1);
			if (!ccs_mme_number(a, f->at, 1))
				return equal;
			break;
		case MME_WHEN:
			equal = !ccs_mme_field_applies(f, a) || equal_fields(f->rows, a, b);
			break;
		}
	}
	return equal;
}

bool ccs_mme_equal(const struct ccs_mme *a, const struct ccs_mme *b)
{
	if (memcmp(a->dst, b->dst, 6) || memcmp(a->src, b->src, 6) || a->kind != b->kind ||
	    a->type != b->type || a->mmv != b->mmv || a->fmi != b->fmi || a->fmsn != b->fmsn ||
	    memcmp(a->oui, b->oui, 3))
		return false;
	if (a->kind == CCS_MME_OTHER)
		return a->rest_size == b->rest_size && equal_bytes(a->rest, b->rest, a->rest_size);
	return equal_fields(ccs_mme_message(a->kind)->fields, ccs_mme_struct(a), ccs_mme_struct(b));
}

/* Lists */

bool ccs_mme_next(struct ccs_mme_list *list, void *entry)
{
	struct ccs_reader r;

	if (!list->size || list->kind >= CCS_MME_LISTS)
		return false;
	r = ccs_reader(list->at, list->size);
	if (decode_fields(ccs_mme_lists[list->kind], &r, entry))
		return false;
	list->at = r.at;
	list->size = (uint16_t)ccs_reader_left(&r);
	return true;
}

int ccs_mme_append(struct ccs_mme_list *list, const void *entry, uint8_t *memory, size_t size)
{
	struct ccs_writer w = ccs_writer(memory, size < UINT16_MAX ? size : UINT16_MAX);
	int result;

	if (!ccs_write_room(&w, list->size))
		return CCS_ERR_SPACE;
	result = encode_fields(ccs_mme_lists[list->kind], &w, entry);
	if (result)
		return result;
	list->at = memory;
	list->size = (uint16_t)(w.at - memory);
	return 0;
}

uint32_t ccs_mme_mean_attenuation(const uint8_t *aag, uint8_t num_groups)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i < num_groups; i++)
		sum += aag[i];
	return num_groups ? (sum * 100 + num_groups / 2) / num_groups : 0;
}

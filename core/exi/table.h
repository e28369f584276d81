/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables that the generator writes and the codec walks.
 *
 * A type is a list of rows in wire order: attributes, then content, then END.  A state of the
 * EXI grammar is a place before a row; the events possible there are those of this row and, as
 * long as rows may be absent, of the rows behind it.  So an event code is the number of events
 * that are passed over, and its width (in the row) is all that need be known of the grammar.
 * The last code of every state is the escape to what
 * no schema declares.  Source: EXI 1.0 8.5.4.
 */
#ifndef CCS_CORE_EXI_TABLE_H
#define CCS_CORE_EXI_TABLE_H

#include "ccs/exi.h"

#include <string.h>

/* What stands at a row. */
enum ccs_exi_kind {
	CCS_EXI_BOOL,	 /* bool */
	CCS_EXI_ENUM,	 /* enumeration: 1 byte, or 4 when WIDE */
	CCS_EXI_BITS,	 /* n-bit integer, int32_t */
	CCS_EXI_UVAR32,	 /* unsigned varint, int32_t or uint32_t */
	CCS_EXI_SVAR32,	 /* sign and varint, int32_t */
	CCS_EXI_UVAR64,	 /* uint64_t */
	CCS_EXI_SVAR64,	 /* int64_t */
	CCS_EXI_INTEGER, /* struct ccs_integer */
	CCS_EXI_TEXT,	 /* struct ccs_text */
	CCS_EXI_BYTES,	 /* struct ccs_bytes */
	CCS_EXI_STRUCT,	 /* an element with a type of its own */
	CCS_EXI_GROUP,	 /* choice or substitution group: tag and union */
	CCS_EXI_ANY,	 /* wildcard: known, so that codes are right, and refused */
	CCS_EXI_END,	 /* end of the element */
};

/* How it stands there. */
enum {
	CCS_EXI_OPTIONAL = 1, /* may be absent */
	CCS_EXI_LIST = 2,     /* may repeat: the member is a struct ccs_exi_list */
	CCS_EXI_POINTER = 4,  /* the member is a pointer into the pool, NULL: absent */
	CCS_EXI_WIDE = 8,     /* BITS, ENUM, tag of a GROUP: the member has 4 bytes */
	CCS_EXI_BARE = 16,    /* attribute or text: the event is followed by the value alone */
	CCS_EXI_ATTRIBUTE = 32,
	CCS_EXI_MANY = 64,   /* list of which at least two are mandatory */
	CCS_EXI_PLAIN = 128, /* none of the above but OPTIONAL and WIDE, and no wildcard */
};

#define CCS_EXI_NO_FLAG	 0xff	/* row.has: no presence flag */
#define CCS_EXI_NO_LIMIT 0xffff /* row.limit, row.max: unbounded */

/* 16 bytes where pointers have four: there are about 1,500 of them. */
struct ccs_exi_row {
	const void *type; /* STRUCT: ccs_exi_type; GROUP: ccs_exi_group; varints: ccs_exi_range */
	uint16_t offset;  /* of the member in its struct */
	uint16_t limit;	  /* BOOL, ENUM, BITS: largest (value - base); TEXT, BYTES: longest */
	union {
		uint16_t skip; /* rows to go on when absent */
		uint16_t max;  /* LIST: entries at most; absent: go on by one row */
	};
	uint8_t kind;
	uint8_t flags;
	uint8_t width; /* of the event code in the state before this row */
	uint8_t bits;  /* BOOL, ENUM, BITS: width of the value; TEXT, BYTES: shortest */
	int8_t base;   /* BITS: smallest value */
	union {
		uint8_t has;  /* offset of the presence flag */
		uint8_t more; /* LIST: width after an entry that is neither first nor last */
	};
};

/* One schema file: all its rows in one array, so that a row tells its module and its names. */
struct ccs_exi_module {
	const struct ccs_exi_row *rows;
	uint16_t row_count;
};

struct ccs_exi_type {
	const struct ccs_exi_row *rows;
	uint16_t size; /* of the struct */
	bool mixed;    /* untyped text may stand between the elements */
	bool quantity; /* multiplier or exponent, perhaps a unit, value: see quantity.h */
};

struct ccs_exi_group {
	const struct ccs_exi_row *rows; /* alternatives, offsets within the group's struct */
	uint16_t size;
	uint8_t count;
};

struct ccs_exi_range {
	int64_t min;
	uint64_t max;
};

/* How a list looks in a struct, whatever its entries are. */
struct ccs_exi_list {
	void *at;
	uint32_t count;
};

/*
 * The one name of a set that is declared with two types is coded by the grammar of EXI 8.5.3
 * when it is a fragment (ISO 15118-2 eMAID); it has at most an Id and text.
 */
struct ccs_exi_relaxed {
	uint16_t element;   /* in the set's elements */
	uint8_t attributes; /* distinct attribute names of the set */
	uint8_t id;	    /* place of its Id among them */
	const struct ccs_exi_type *type;
};

/* A row of one of the set's modules: slot in the upper 3 bits, index in the others. */
#define CCS_EXI_REFERENCE(slot, index) (uint16_t)((slot) << 13 | (index))

struct ccs_exi_set {
	const char *name;	  /* "din", as in records */
	const uint16_t *elements; /* references of all names of the set, sorted */
	const uint16_t *roots;	  /* which of them are global, as indices */
	const struct ccs_exi_module *const *modules;
	const struct ccs_exi_relaxed *relaxed; /* or NULL */
	uint16_t element_count;
	uint16_t root_count;
	uint8_t module_count;
	uint8_t root_width;	/* of the root's code in a document: roots and SE(*), */
	uint8_t fragment_width; /* and in a fragment: elements, SE(*) and ED */
};

static inline unsigned int ccs_exi_width(unsigned int codes)
{
	unsigned int n = 0;

	while (codes > 1u << n)
		n++;
	return n;
}

/* Members of one byte or four: BOOL, ENUM, BITS, and the tag of a GROUP. */
static inline uint32_t ccs_exi_load(const struct ccs_exi_row *row, const void *at)
{
	uint32_t value;

	if (!(row->flags & CCS_EXI_WIDE))
		return *(const uint8_t *)at;
	memcpy(&value, at, sizeof(value));
	return value;
}

static inline void ccs_exi_store(const struct ccs_exi_row *row, uint8_t *to, uint32_t value)
{
	if (row->flags & CCS_EXI_WIDE)
		memcpy(to, &value, sizeof(value));
	else
		*to = (uint8_t)value;
}

/* Size of the member's value: of one entry when it is a list. */
size_t ccs_exi_value_size(const struct ccs_exi_row *row);

/* The row that stands for an element of the set. */
static inline const struct ccs_exi_row *ccs_exi_root(const struct ccs_exi_set *set, size_t element)
{
	uint16_t reference = set->elements[element];

	return &set->modules[reference >> 13]->rows[reference & 0x1fff];
}

/*
 * What only people need, apart, so that it can be left out: names of elements and literals of
 * enumerations.  Generated for all modules together.
 */
struct ccs_exi_names {
	const struct ccs_exi_module *module;
	const uint16_t *names; /* of each row: where in the text, terminated by NUL */
	const uint16_t
		*literals; /* of each enumeration row: its first literal, the others follow */
};

extern const struct ccs_exi_names ccs_exi_all_names[];
extern const size_t ccs_exi_all_names_count;
extern const char ccs_exi_names_text[];

/* The names of the module that a row of the set belongs to: look up once for a whole type. */
const struct ccs_exi_names *ccs_exi_find_names(const struct ccs_exi_set *set,
					       const struct ccs_exi_row *row);

static inline const char *ccs_exi_name(const struct ccs_exi_names *names,
				       const struct ccs_exi_row *row)
{
	return ccs_exi_names_text + names->names[row - names->module->rows];
}

/* First literal of an enumeration row; the others follow, each terminated by NUL. */
static inline const char *ccs_exi_literals(const struct ccs_exi_names *names,
					   const struct ccs_exi_row *row)
{
	return ccs_exi_names_text + names->literals[row - names->module->rows];
}

/* Name of a row of any module of the set. */
const char *ccs_exi_row_name(const struct ccs_exi_set *set, const struct ccs_exi_row *row);

#endif

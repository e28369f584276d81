/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The message codec: EXI to structs and back, for every message set, over generated tables.
 *
 * A document is one encoded message: its set, its root element and the struct of that element.
 * The structs are declared in the generated headers ccs/msg/app.h, din.h, iso2.h, iso20.h and
 * xmldsig.h; schema/README.md says how the schema becomes C.
 *
 *	struct ccs_exi_document doc = { .set = &ccs_set_din };
 *	int n = ccs_exi_decode(&doc, bytes, length, &pool, &error);
 *	if (n >= 0 && doc.element == din_element_V2G_Message) {
 *		const struct din_V2G_Message *m = doc.value;
 *		if (m->Body.tag == din_BodyElement_PreChargeReq)
 *			use(m->Body.PreChargeReq.EVTargetVoltage.Value);
 *	}
 *
 * Source: W3C EXI 1.0 with the options of ISO 15118-2 [V2G2-099], [V2G2-600]: bit-packed,
 * schema-informed, not strict, no string table.
 */
#ifndef CCS_EXI_H
#define CCS_EXI_H

#include "ccs/error.h"
#include "ccs/msg/bounds.h"
#include "ccs/pool.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* UTF-8, not terminated. */
struct ccs_text {
	const char *at;
	uint32_t length;
};

/* hexBinary and base64Binary. */
struct ccs_bytes {
	const uint8_t *at;
	uint32_t length;
};

/* xs:integer (certificate serial numbers): sign and big-endian magnitude. */
struct ccs_integer {
	const uint8_t *at;
	uint32_t length;
	bool negative;
};

#define CCS_TEXT(literal)  ((struct ccs_text) { (literal), sizeof(literal) - 1 })
#define CCS_BYTES(p, size) ((struct ccs_bytes) { (p), (uint32_t)(size) })

struct ccs_exi_set; /* one message set: ccs_set_app, ccs_set_din, ... */

enum ccs_exi_form {
	CCS_EXI_DOCUMENT, /* a message */
	CCS_EXI_FRAGMENT, /* one element as it is signed (ISO 15118-2 7.9.2.4) */
};

struct ccs_exi_document {
	const struct ccs_exi_set *set; /* in */
	enum ccs_exi_form form;	       /* in */
	uint16_t element;	       /* root: enum <set>_element */
	void *value; /* struct of that element; a simple element: its value alone */
};

struct ccs_exi_row;
struct ccs_print;

/* Where decoding, encoding or reading JSON failed; ccs_exi_print_field makes text of it. */
struct ccs_exi_error {
	int code;   /* as returned */
	size_t bit; /* position in the EXI stream; in JSON text: in characters */
	uint8_t depth;
	struct {
		const struct ccs_exi_row *row;
		uint32_t entry; /* in a list */
	} path[CCS_EXI_DEPTH + 1];
};

/* "V2G_Message/Body/PreChargeReq/EVTargetVoltage/Value"; list entries as "AppProtocol[2]". */
void ccs_exi_print_field(struct ccs_print *print, const struct ccs_exi_set *set,
			 const struct ccs_exi_error *error);

/*
 * Reads one message.  Everything that varies in size, and the struct of the root, is put into
 * `pool`.  `error` may be NULL.  Values are accepted as EXI can carry them: an integer may lie
 * outside its facets (EVRESSSOC 127) and a string may be longer; the application checks ranges.
 *
 * Returns the number of bytes used; what follows is not looked at (some cars pad).
 *	CCS_ERR_SPACE	 the pool is full: try again with a larger one
 *	CCS_ERR_SHORT	 the input ends early
 *	CCS_ERR_HEADER	 not an EXI stream as V2G uses it
 *	CCS_ERR_EVENT, _ENUM, _RANGE, _TEXT, _WILDCARD  not a message of this set
 */
int ccs_exi_decode(struct ccs_exi_document *document, const uint8_t *exi, size_t length,
		   struct ccs_pool *pool, struct ccs_exi_error *error);

/*
 * Writes one message into `out`, at most `size` bytes.  Returns the length.
 *	CCS_ERR_SPACE	`out` is too small
 *	CCS_ERR_RANGE, _ENUM, _TEXT, _COUNT	a value or a list breaks the limits of the schema
 *	CCS_ERR_MISSING	a choice without a valid alternative
 */
int ccs_exi_encode(const struct ccs_exi_document *document, uint8_t *out, size_t size,
		   struct ccs_exi_error *error);

/* As ccs_exi_encode, but values may leave their facets where EXI can carry them: for tools that
 * repeat what a peer sent. */
int ccs_exi_encode_lenient(const struct ccs_exi_document *document, uint8_t *out, size_t size,
			   struct ccs_exi_error *error);

/* \"din\", \"iso20dc\", ...: the `proto` of records. */
const char *ccs_exi_set_name(const struct ccs_exi_set *set);

/* Name of the root element: "V2G_Message", "DC_ChargeLoopReq". */
const char *ccs_exi_element_name(const struct ccs_exi_document *document);

/* Name of the message: the body's element for DIN and ISO 15118-2, else the root's. */
const char *ccs_exi_message_name(const struct ccs_exi_document *document);

/* JSON of the message as design.md section 5 has it (the `body` of a record). */
void ccs_exi_print_json(struct ccs_print *print, const struct ccs_exi_document *document);

/*
 * Reads that JSON: `document` names set and form; element and value are filled in.  Keys may come
 * in any order.  A fragment whose name stands in two namespaces of the set is the first that the
 * value fits.
 * Returns the number of characters used.  Errors: CCS_ERR_SYNTAX, _NAME, _TYPE, _RANGE, _ENUM,
 * _MISSING, _SPACE.
 */
int ccs_exi_read_json(struct ccs_exi_document *document, const char *json, size_t length,
		      struct ccs_pool *pool, struct ccs_exi_error *error);

/* One step of a decoder, for people: `width` bits at `bit` are `what`. */
struct ccs_exi_step {
	size_t bit;
	size_t width;
	const char *what;	       /* "header", "SE", "AT", "CH", "EE", "value", ... */
	const char *field;	       /* the element or attribute it belongs to; may be NULL */
	const struct ccs_exi_row *row; /* "value": its row, */
	const void *value;	       /* and the member that it went to */
};

/* As ccs_exi_decode, calling `step` for every group of bits it reads, in order. */
int ccs_exi_trace(struct ccs_exi_document *document, const uint8_t *exi, size_t length,
		  struct ccs_pool *pool, struct ccs_exi_error *error,
		  void (*step)(void *user, const struct ccs_exi_step *step), void *user);

/* The value of a step that has one, as JSON. */
void ccs_exi_print_value(struct ccs_print *print, const struct ccs_exi_set *set,
			 const struct ccs_exi_row *row, const void *value);

#endif

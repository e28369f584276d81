/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The codec of one message set (FUZZ_SET): what is decoded is encoded and decoded again to the
 * same, by way of JSON too, and the explaining decoder says what the ordinary one says.
 * The lowest bit of the first byte is the form, the others make the pool small.
 */
#include "ccs/exi.h"
#include "ccs/print.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define POOL_SIZE (256u << 10)
#define TEXT_SIZE (2u << 20)

extern const struct ccs_exi_set FUZZ_SET;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t pool_memory[POOL_SIZE], again_memory[POOL_SIZE], third_memory[POOL_SIZE];
static uint8_t first[TEXT_SIZE], second[TEXT_SIZE];
static char text[TEXT_SIZE], other[TEXT_SIZE];

static size_t print_json(const struct ccs_exi_document *document, char *to)
{
	struct ccs_print print;

	ccs_print_init(&print, to, TEXT_SIZE);
	ccs_exi_print_json(&print, document);
	assert(!print.failed);
	return ccs_print_length(&print);
}

static void ignore_step(void *user, const struct ccs_exi_step *step)
{
	size_t *end = user;

	assert(step->bit == *end);
	*end = step->bit + step->width;
}

static void check_field(const struct ccs_exi_error *error)
{
	struct ccs_print print;

	ccs_print_init(&print, other, TEXT_SIZE);
	ccs_exi_print_field(&print, &FUZZ_SET, error);
}

static void check_trace(const struct ccs_exi_document *like, const uint8_t *exi, size_t size,
			int expected)
{
	struct ccs_exi_document document = { .set = &FUZZ_SET, .form = like->form };
	struct ccs_exi_error error;
	struct ccs_pool pool;
	size_t end = 0;
	int n;

	ccs_pool_init(&pool, third_memory, POOL_SIZE);
	n = ccs_exi_trace(&document, exi, size, &pool, &error, ignore_step, &end);
	assert(n == expected);
	if (n < 0)
		check_field(&error);
	else
		assert(end == 8 * (size_t)n);
}

/* A pool of any size leads to the same message or to CCS_ERR_SPACE. */
static void check_small_pool(const struct ccs_exi_document *like, const uint8_t *exi, size_t size,
			     int expected, size_t room)
{
	struct ccs_exi_document document = { .set = &FUZZ_SET, .form = like->form };
	uint8_t *memory = malloc(room ? room : 1);
	struct ccs_pool pool;
	int n;

	ccs_pool_init(&pool, memory, room);
	n = ccs_exi_decode(&document, exi, size, &pool, NULL);
	assert(n == expected || n == CCS_ERR_SPACE);
	free(memory);
}

/* Decoded -> EXI -> decoded. */
static int check_again(const struct ccs_exi_document *document, size_t length)
{
	struct ccs_exi_document again = { .set = &FUZZ_SET, .form = document->form };
	struct ccs_exi_error error;
	struct ccs_pool pool;
	int n = ccs_exi_encode_lenient(document, first, TEXT_SIZE, &error), used;

	assert(n > 0);
	ccs_pool_init(&pool, again_memory, POOL_SIZE);
	used = ccs_exi_decode(&again, first, (size_t)n, &pool, &error);
	assert(used == n && again.element == document->element);
	assert(print_json(&again, other) == length && memcmp(text, other, length) == 0);
	/* Neither does a buffer of exactly the size fail, nor is one less enough. */
	assert(ccs_exi_encode_lenient(document, second, (size_t)n, NULL) == n);
	assert(memcmp(first, second, (size_t)n) == 0);
	assert(ccs_exi_encode_lenient(document, second, (size_t)n - 1, NULL) == CCS_ERR_SPACE);
	return n;
}

/* Decoded -> JSON -> EXI. */
static void check_json(const struct ccs_exi_document *like, size_t length, int n)
{
	struct ccs_exi_document document = { .set = &FUZZ_SET, .form = like->form };
	struct ccs_exi_error error;
	struct ccs_pool pool;

	ccs_pool_init(&pool, again_memory, POOL_SIZE);
	assert(ccs_exi_read_json(&document, text, length, &pool, &error) == (int)length);
	if (document.element != like->element)
		return; /* a name of two namespaces: JSON means the first */
	assert(ccs_exi_encode_lenient(&document, second, TEXT_SIZE, &error) == n);
	assert(memcmp(first, second, (size_t)n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ccs_exi_document document = { .set = &FUZZ_SET };
	struct ccs_exi_error error;
	struct ccs_pool pool;
	size_t length;
	int n;

	if (size < 1 || size > 8192)
		return 0;
	document.form = data[0] & 1 ? CCS_EXI_FRAGMENT : CCS_EXI_DOCUMENT;
	ccs_pool_init(&pool, pool_memory, POOL_SIZE);
	n = ccs_exi_decode(&document, data + 1, size - 1, &pool, &error);
	if (n == CCS_ERR_SPACE)
		return 0;
	check_trace(&document, data + 1, size - 1, n);
	check_small_pool(&document, data + 1, size - 1, n, (size_t)(data[0] >> 1) * 64);
	if (n < 0) {
		check_field(&error);
		return 0;
	}
	length = print_json(&document, text);
	n = check_again(&document, length);
	check_json(&document, length, n);
	return 0;
}

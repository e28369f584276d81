/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON to messages: what is read and can be encoded comes back from EXI as the same message.
 * The first byte chooses set and form, the rest is the text.
 */
#include "../random/message.h"
#include "ccs/print.h"

#include <assert.h>
#include <string.h>

#define POOL_SIZE (256u << 10)
#define TEXT_SIZE (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t pool_memory[POOL_SIZE], again_memory[POOL_SIZE];
static uint8_t first[TEXT_SIZE], second[TEXT_SIZE];
static char text[TEXT_SIZE];

static void check_same(const struct ccs_exi_document *like, int n)
{
	struct ccs_exi_document document = { .set = like->set, .form = like->form };
	struct ccs_exi_document read = document;
	struct ccs_print print;
	struct ccs_pool pool;

	ccs_pool_init(&pool, again_memory, POOL_SIZE);
	assert(ccs_exi_decode(&document, first, (size_t)n, &pool, NULL) == n);
	ccs_print_init(&print, text, TEXT_SIZE);
	ccs_exi_print_json(&print, &document);
	ccs_pool_init(&pool, again_memory, POOL_SIZE);
	assert(ccs_exi_read_json(&read, text, ccs_print_length(&print), &pool, NULL) > 0);
	assert(ccs_exi_encode(&read, second, TEXT_SIZE, NULL) == n);
	assert(memcmp(first, second, (size_t)n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ccs_exi_document document = { 0 };
	struct ccs_exi_error error;
	struct ccs_print print;
	struct ccs_pool pool;
	int n;

	if (size < 1 || size > 16384)
		return 0;
	document.set = random_sets[(data[0] >> 1) % random_set_count];
	document.form = data[0] & 1 ? CCS_EXI_FRAGMENT : CCS_EXI_DOCUMENT;
	ccs_pool_init(&pool, pool_memory, POOL_SIZE);
	n = ccs_exi_read_json(&document, (const char *)data + 1, size - 1, &pool, &error);
	if (n < 0) {
		ccs_print_init(&print, text, TEXT_SIZE);
		ccs_exi_print_field(&print, document.set, &error);
		return 0;
	}
	assert((size_t)n <= size - 1);
	n = ccs_exi_encode(&document, first, TEXT_SIZE, &error);
	if (n > 0)
		check_same(&document, n);
	return 0;
}

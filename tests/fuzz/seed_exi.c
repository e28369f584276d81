/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the seeds of the fuzz targets of the codec: seed_exi CORPUS, where the folders exi_SET and
 * json are.  Messages are random; the same ones every time.
 */
#include "../random/message.h"
#include "ccs/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOL_SIZE (256u << 10)
#define LARGEST	  400
#define SEEDS	  40

static uint8_t memory[POOL_SIZE], bytes[POOL_SIZE];
static char text[POOL_SIZE];
static const char *corpus;

static void save(const char *target, unsigned int number, uint8_t lead, const void *content,
		 size_t size)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/%03u", corpus, target, number);
	file = fopen(path, "wb");
	if (!file || fputc(lead, file) == EOF || fwrite(content, 1, size, file) != size ||
	    fclose(file)) {
		perror(path);
		exit(3);
	}
}

/* Every element once, until there are enough; small ones only. */
static void seed_set(size_t set, enum ccs_exi_form form, struct random_source *random,
		     unsigned int *json)
{
	struct ccs_exi_document document = { .set = random_sets[set], .form = form };
	size_t count = random_element_count(document.set), step = count / SEEDS + 1;
	unsigned int number = form == CCS_EXI_FRAGMENT ? 500 : 0;
	char target[64];

	document.element = 0;
	snprintf(target, sizeof(target), "exi_%s", ccs_exi_set_name(document.set));
	for (size_t i = 0; i < count; i += form == CCS_EXI_FRAGMENT ? step : 1) {
		int many = 1;

		document.element = (uint16_t)i;
		if (form == CCS_EXI_DOCUMENT && !random_is_root(document.set, document.element))
			continue;
		if (strcmp(ccs_exi_element_name(&document), "V2G_Message") == 0)
			many = SEEDS;
		while (many--) {
			struct ccs_print print;
			struct ccs_pool pool;
			int n;

			ccs_pool_init(&pool, memory, POOL_SIZE);
			if (!random_message(random, &document, &pool))
				continue;
			n = ccs_exi_encode(&document, bytes, POOL_SIZE, NULL);
			if (n < 0 || n > LARGEST)
				continue;
			save(target, number, (uint8_t)(0xfe | form), bytes, (size_t)n);
			if (number++ % 4)
				continue;
			ccs_print_init(&print, text, POOL_SIZE);
			ccs_exi_print_json(&print, &document);
			save("json", (*json)++, (uint8_t)(set << 1 | form), text,
			     ccs_print_length(&print));
		}
	}
}

int main(int argc, char **argv)
{
	struct random_source random = { .state = 4711 };
	unsigned int json = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: seed_exi CORPUS\n");
		return 2;
	}
	corpus = argv[1];
	for (size_t set = 0; set < random_set_count; set++) {
		seed_set(set, CCS_EXI_DOCUMENT, &random, &json);
		seed_set(set, CCS_EXI_FRAGMENT, &random, &json);
	}
	return 0;
}

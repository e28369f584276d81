/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration from any file, ours or pyPLC's: no crash; what is taken is inside its range,
 * and what is shown of it reads back to the same.
 */
#define _GNU_SOURCE

#include "linux/config_print.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_SIZE (1u << 20)

static char text[TEXT_SIZE], text_again[TEXT_SIZE];

/* A file without a place in a file system. */
static int make_file(const void *bytes, size_t size, char path[32])
{
	int file = memfd_create("fuzz", 0);

	assert(file >= 0);
	assert(write(file, bytes, size) == (ssize_t)size);
	snprintf(path, 32, "/proc/self/fd/%d", file);
	return file;
}

static int load(struct ccs_config_reader *reader, const void *bytes, size_t size)
{
	char path[32];
	int file = make_file(bytes, size, path), result;

	ccs_config_init(reader, NULL, NULL);
	ccs_config_take_option(reader, 'c', path);
	result = ccs_config_load(reader);
	close(file);
	return result;
}

static void check_ranges(struct ccs_config_reader *reader)
{
	const struct ccs_config_key *key;

	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		for (size_t e = 0; e < reader->config.evse_count; e++) {
			const void *at = ccs_config_at(&reader->config, key,
						       &reader->config.evse[e]);

			if (key->type == CCS_CONFIG_NUMBER)
				assert(ccs_config_number(key, at) >= key->least &&
				       ccs_config_number(key, at) <= key->most);
		}
	}
}

static size_t show(struct ccs_config_reader *reader, char *to)
{
	struct ccs_print p;

	ccs_print_init(&p, to, TEXT_SIZE);
	ccs_config_print_values(&p, reader, &(struct ccs_config_shown) { .plain = true });
	assert(!p.failed);
	return ccs_print_length(&p);
}

static void check_reads_back(struct ccs_config_reader *reader)
{
	static struct ccs_config_reader again;
	size_t length = show(reader, text);

	assert(load(&again, text, length) == 0);
	assert(show(&again, text_again) == length);
	assert(memcmp(text, text_again, length) == 0);
	ccs_config_free(&again);
}

static void import(const uint8_t *data, size_t size)
{
	struct ccs_config_reader reader;
	char path[32];
	int file = make_file(data, size, path);
	struct ccs_print p;

	ccs_config_init(&reader, NULL, NULL);
	ccs_print_init(&p, text, sizeof(text));
	ccs_config_import(&p, &reader, path);
	check_ranges(&reader);
	ccs_config_free(&reader);
	close(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ccs_config_reader reader;

	if (size > 16384)
		return 0;
	if (load(&reader, data, size) == 0)
		check_reads_back(&reader);
	check_ranges(&reader);
	ccs_config_free(&reader);
	import(data, size);
	return 0;
}

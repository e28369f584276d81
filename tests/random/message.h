/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages of any type with valid random content, made by a walk over the tables: for tests that
 * go over all types, for seeds of fuzzers and for benchmarks.
 */
#ifndef TESTS_RANDOM_MESSAGE_H
#define TESTS_RANDOM_MESSAGE_H

#include "ccs/exi.h"

struct random_source {
	uint64_t state; /* any seed */
	bool full;	/* every optional element present, lists up to their maximum (at most 24) */
};

uint64_t random_next(struct random_source *random);

/*
 * Fills `document->value` for the set, form and element that it names.  False when the pool is
 * full or the element holds nothing but wildcards.
 */
bool random_message(struct random_source *random, struct ccs_exi_document *document,
		    struct ccs_pool *pool);

/* The sets in the order of their names in records; `count` of them. */
extern const struct ccs_exi_set *const random_sets[];
extern const size_t random_set_count;

/* How many elements a set has, and which of them are roots of documents. */
size_t random_element_count(const struct ccs_exi_set *set);
bool random_is_root(const struct ccs_exi_set *set, uint16_t element);

#endif

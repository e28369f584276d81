/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random numbers of the simulation: splitmix64.  One seed gives the same numbers on every machine;
 * each part of a world that needs chance draws from the world's one generator.
 */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdint.h>

struct sim_random {
	uint64_t state; /* the seed, any number */
};

static inline uint64_t sim_random_next(struct sim_random *random)
{
	uint64_t n = random->state += 0x9e3779b97f4a7c15u;

	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9u;
	n = (n ^ n >> 27) * 0x94d049bb133111ebu;
	return n ^ n >> 31;
}

/* 0 <= n < limit; limit > 0. */
static inline uint32_t sim_random_below(struct sim_random *random, uint32_t limit)
{
	return (uint32_t)((sim_random_next(random) >> 32) * limit >> 32);
}

/* -most <= n <= most. */
static inline int32_t sim_random_around(struct sim_random *random, int32_t most)
{
	return most > 0 ? (int32_t)sim_random_below(random, 2 * (uint32_t)most + 1) - most : 0;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faulty sessions by the thousand: faults FAMILY | random FIRST COUNT
 *
 * Each family of the matrix, or COUNT cases that chance makes from the seed FIRST on, is one TAP
 * case; a case that breaks an invariant, hurts the hardware or does not come to rest is told with
 * the script that shows it again: `ccs sim FILE`.
 */
#include "matrix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOLD 5 /* failures told in full */

struct count {
	uint32_t played;
	uint32_t failed;
};

static void play(struct sim *sim, const struct sim_case *one, struct count *count)
{
	struct sim_play scene;
	const char *wrong;

	sim_reset(sim, &one->script.config);
	sim_play_init(&scene, sim, &one->script);
	sim_play_run(&scene);
	wrong = sim_case_judge(one, &scene);
	count->played++;
	if (!wrong || count->failed++ >= TOLD)
		return;
	printf("# %s: %s\n", one->name, wrong);
	for (const char *line = one->text; *line; line += strcspn(line, "\n") + 1)
		printf("#   %.*s\n", (int)strcspn(line, "\n"), line);
}

static void play_family(struct sim *sim, const char *name, struct count *count)
{
	static struct sim_case one;
	struct sim_matrix matrix;

	sim_matrix_init(&matrix);
	while (sim_matrix_next(&matrix, &one))
		if (!strcmp(sim_family_name(one.family), name))
			play(sim, &one, count);
}

static void play_random(struct sim *sim, uint64_t first, uint64_t number, struct count *count)
{
	static struct sim_case one;

	for (uint64_t seed = first; seed < first + number; seed++) {
		sim_matrix_random(seed, &one);
		play(sim, &one, count);
	}
}

int main(int argc, char **argv)
{
	struct sim_config config;
	struct count count = { 0 };
	struct sim *sim;

	if (argc != 2 && argc != 4) {
		fprintf(stderr, "usage: faults FAMILY | random FIRST COUNT\n");
		return 2;
	}
	sim_config_default(&config);
	sim = sim_new(&config, NULL);
	if (!sim)
		return 3;
	printf("1..1\n");
	if (argc == 4)
		play_random(sim, strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10), &count);
	else
		play_family(sim, argv[1], &count);
	sim_free(sim);
	printf("%s 1 - %u faulty sessions of %s, %u of them wrong\n",
	       count.failed || !count.played ? "not ok" : "ok", count.played, argv[1],
	       count.failed);
	return count.failed || !count.played;
}

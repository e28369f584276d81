/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Complete charging sessions in virtual time, from the plug to the unplugged car: matching,
 * discovery, DIN SPEC 70121 or ISO 15118-2 with 300 rounds of the charging loop, welding detection;
 * world, modems and network simulated, invariants checked after every call of a station.
 *
 * Prints for each protocol how many of them one core does in a second: sessions [SECONDS]
 */
#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 300

/* The loop has a round each 104 ms: pause, and twice the way. */
static const char script_text[] = "plug\n"
				  "wait ev charging\n"
				  "wait 31.2 s\n"
				  "stop ev\n"
				  "wait over\n"
				  "unplug\n"
				  "expect ev stopped-by-car stop\n"
				  "expect evse none\n";

static double cpu_seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static void fail(const char *what)
{
	fprintf(stderr, "sessions: %s\n", what);
	exit(1);
}

/* Rounds of the loop in one session: the responses between PowerDelivery start and stop. */
static void count_round(void *user, int point, const struct ccs_record *record)
{
	uint32_t *rounds = user;

	(void)point;
	if (record->kind == CCS_RECORD_MSG && record->dir == CCS_SIDE_EV && record->msg.type &&
	    record->msg.type[0] == 'C' && record->msg.type[1] == 'u')
		++*rounds;
}

static void play(struct sim *sim, const struct sim_script *script)
{
	struct sim_play scene;

	sim_reset(sim, &script->config);
	sim_play_init(&scene, sim, script);
	sim_play_run(&scene);
	if (scene.state != SIM_PLAY_PASSED)
		fail(scene.why.text);
}

static uint32_t count_rounds(const struct sim_script *script)
{
	uint32_t rounds = 0;
	struct sim_watch watch = { NULL, count_round, &rounds };
	struct sim *sim = sim_new(&script->config, &watch);

	if (!sim)
		fail("no memory");
	play(sim, script);
	sim_free(sim);
	/* Each message is told by the sender and by the receiver. */
	return rounds / 2;
}

static void measure(const char *protocol, double seconds)
{
	static struct sim_script script;
	struct sim_script_error error;
	char setting[64];
	struct sim *sim;
	unsigned int sessions = 0;
	double began, took;

	sim_script_init(&script);
	snprintf(setting, sizeof(setting), "protocol = %s\n", protocol);
	if (!sim_script_read(&script, setting, &error) ||
	    !sim_script_read(&script, script_text, &error))
		fail(error.text);
	if (count_rounds(&script) < ROUNDS)
		fail("fewer rounds than said");
	sim = sim_new(&script.config, NULL);
	if (!sim)
		fail("no memory");
	began = cpu_seconds();
	do {
		script.config.seed++;
		play(sim, &script);
		sessions++;
		took = cpu_seconds() - began;
	} while (took < seconds);
	sim_free(sim);
	printf("sessions, %-4s DC, %d rounds each    %7.0f a second of one core\n", protocol,
	       ROUNDS, sessions / took);
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 2;

	measure("din", seconds);
	measure("iso2", seconds);
	return 0;
}

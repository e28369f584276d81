/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix of faults as a table. */
#include "tools/sim_faults.h"

#include "sim/matrix.h"

#include <string.h>
#include <time.h>

#define NAME_WIDTH 66

struct table {
	const struct ccs_sim_faults *options;
	struct ccs_print *print;
	uint32_t played;
	uint32_t failed;
};

static bool is_wanted(const struct table *table, const struct sim_case *one)
{
	const char *only = table->options->only;

	return !only || strstr(one->name, only) || !strcmp(sim_family_name(one->family), only);
}

static void print_padded(struct ccs_print *print, const char *text, size_t width)
{
	size_t length = strlen(text);

	ccs_print_text(print, text);
	do
		ccs_print_char(print, ' ');
	while (++length < width);
}

static void print_time(struct ccs_print *print, ccs_time time)
{
	ccs_print_fixed(print, time / CCS_MS(100), 1);
	ccs_print_text(print, " s");
}

static const char *outcome(const struct sim_verdict *verdict)
{
	if (!verdict->sessions)
		return "no session";
	if (verdict->last.outcome == CCS_EV_OUTCOME_FAILED)
		return "safe";
	if (verdict->last.outcome == CCS_EV_OUTCOME_STOPPED_BY_CHARGER)
		return "ended";
	return verdict->failures ? "recovered" : "ended";
}

/* What the fault did: the first failure, or how it ended all the same. */
static const struct sim_ending *ending(const struct sim_verdict *verdict)
{
	return verdict->failures ? &verdict->failed : &verdict->last;
}

/* A line: verdict, how it ended, when and why at both sides. */
static void print_row(struct table *table, const struct sim_case *one,
		      const struct sim_verdict *verdict, const char *wrong)
{
	struct ccs_print *print = table->print;

	print_padded(print, wrong ? "FAIL" : "ok", 5);
	print_padded(print, one->name, NAME_WIDTH);
	print_padded(print, outcome(verdict), 11);
	if (verdict->sessions) {
		print_time(print, ending(verdict)->time);
		ccs_print_text(print, "  ");
		ccs_print_text(print, ccs_ev_reason_text(ending(verdict)->reason));
		ccs_print_text(print, " / ");
		ccs_print_text(print, ccs_evse_fault_text(ending(verdict)->fault));
	}
	ccs_print_char(print, '\n');
	if (wrong) {
		ccs_print_text(print, "     ");
		ccs_print_text(print, verdict->breaches
					      ? ccs_invariant_name(verdict->breach.invariant)
					      : "wrong");
		ccs_print_text(print, ": ");
		ccs_print_text(print, wrong);
		ccs_print_char(print, '\n');
	}
}

static void print_json_text(struct ccs_print *print, const char *key, const char *text)
{
	ccs_print_text(print, ",\"");
	ccs_print_text(print, key);
	ccs_print_text(print, "\":");
	ccs_print_json(print, text, strlen(text));
}

static void print_json(struct table *table, const struct sim_case *one,
		       const struct sim_verdict *verdict, const char *wrong)
{
	struct ccs_print *print = table->print;

	ccs_print_text(print, "{\"v\":1,\"kind\":\"verdict\"");
	print_json_text(print, "family", sim_family_name(one->family));
	print_json_text(print, "case", one->name);
	print_json_text(print, "verdict", wrong ? "failed" : "passed");
	if (wrong)
		print_json_text(print, "why", wrong);
	if (verdict->breaches)
		print_json_text(print, "invariant", ccs_invariant_name(verdict->breach.invariant));
	print_json_text(print, "outcome", outcome(verdict));
	if (verdict->sessions) {
		print_json_text(print, "ev", ccs_ev_reason_text(ending(verdict)->reason));
		print_json_text(print, "evse", ccs_evse_fault_text(ending(verdict)->fault));
		ccs_print_text(print, ",\"seconds\":");
		ccs_print_fixed(print, ending(verdict)->time / CCS_MS(1), 3);
	}
	ccs_print_text(print, "}\n");
}

static void play(struct table *table, struct sim *sim, const struct sim_case *one)
{
	struct sim_play scene;
	const char *wrong;

	sim_reset(sim, &one->script.config);
	sim_play_init(&scene, sim, &one->script);
	sim_play_run(&scene);
	wrong = sim_case_judge(one, &scene);
	table->played++;
	table->failed += wrong != NULL;
	if (table->options->failed_only && !wrong)
		return;
	if (table->options->json)
		print_json(table, one, sim_verdict(sim, 0), wrong);
	else
		print_row(table, one, sim_verdict(sim, 0), wrong);
	ccs_output_line(table->options->output);
}

static void show(struct table *table, const struct sim_case *one)
{
	ccs_print_text(table->print, "# ");
	ccs_print_text(table->print, one->name);
	ccs_print_char(table->print, '\n');
	ccs_print_text(table->print, one->text);
	ccs_print_char(table->print, '\n');
	table->played++;
}

static void say_sum(struct table *table, const struct timespec *begin)
{
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	ccs_print_unsigned(table->print, table->played);
	ccs_print_text(table->print, " faulty sessions, ");
	ccs_print_unsigned(table->print, table->failed);
	ccs_print_text(table->print, " failed, in ");
	ccs_print_fixed(
		table->print,
		(end.tv_sec - begin->tv_sec) * 10 + (end.tv_nsec - begin->tv_nsec) / 100000000, 1);
	ccs_print_text(table->print, " s\n");
}

int ccs_sim_faults(const struct ccs_sim_faults *options)
{
	struct table table = { .options = options, .print = &options->output->print };
	struct sim_matrix matrix;
	struct sim_config config;
	struct timespec begin;
	static struct sim_case one;
	struct sim *sim;

	sim_config_default(&config);
	sim = sim_new(&config, NULL);
	if (!sim) {
		ccs_complain(options->output, "no memory");
		return CCS_EXIT_MACHINE;
	}
	clock_gettime(CLOCK_MONOTONIC, &begin);
	sim_matrix_init(&matrix);
	while (sim_matrix_next(&matrix, &one)) {
		if (!is_wanted(&table, &one))
			continue;
		if (options->show)
			show(&table, &one);
		else
			play(&table, sim, &one);
	}
	sim_free(sim);
	if (!table.played) {
		ccs_complain(options->output, "no case of the matrix has '%s' in its name",
			     options->only);
		return CCS_EXIT_USAGE;
	}
	if (!options->json && !options->show)
		say_sum(&table, &begin);
	ccs_output_flush(options->output);
	return table.failed ? CCS_EXIT_FAILED : CCS_EXIT_DONE;
}

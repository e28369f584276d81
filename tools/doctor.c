/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs doctor`: whether this computer is ready for a session on a network interface. */
#include "linux/doctor.h"
#include "linux/privileges.h"
#include "tools/command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define RESULT_WIDTH 9
#define CHECK_WIDTH  12

struct visit {
	struct ccs_output output;
	struct ccs_doctor doctor;
	bool json;
};

static const char help[] =
	"Usage: ccs doctor -i IF [OPTION]...\n"
	"Looks at all that a session on a network interface needs, and says for each in a line "
	"whether\n"
	"it is in order, or what is wrong and what to do.  Changes nothing.\n\n"
	"  -i, --interface IF   the interface with the PLC modem behind it\n"
	"      --sim-modem      there is no modem behind it: does not look for one\n"
	"      --json           JSON lines for programs\n"
	"      --help, --version\n\n"
	"Exit status: 0 all in order; 1 something is to be put in order; 2 wrong use; 3 something\n"
	"cannot be told, or there is no such interface.\n";

static void print_json(struct ccs_print *print, const struct ccs_doctor_finding *finding)
{
	ccs_print_text(print, "{\"v\":1,\"kind\":\"check\",\"check\":\"");
	ccs_print_text(print, finding->check);
	ccs_print_text(print, "\",\"result\":\"");
	ccs_print_text(print, ccs_doctor_result_name(finding->result));
	ccs_print_text(print, "\",\"text\":");
	ccs_print_json(print, finding->text, strlen(finding->text));
	ccs_print_text(print, "}\n");
}

static void print_column(struct ccs_print *print, const char *text, size_t width)
{
	ccs_print_text(print, text);
	for (size_t i = strlen(text); i < width; i++)
		ccs_print_char(print, ' ');
}

static void print_text(struct ccs_print *print, const struct ccs_doctor_finding *finding)
{
	print_column(print, ccs_doctor_result_name(finding->result), RESULT_WIDTH);
	print_column(print, finding->check, CHECK_WIDTH);
	ccs_print_text(print, finding->text);
	ccs_print_char(print, '\n');
}

/* What is to be done counts more than what cannot be told. */
static int judge(const struct ccs_doctor *doctor)
{
	int status = CCS_EXIT_DONE;

	for (size_t i = 0; i < doctor->count; i++) {
		if (doctor->findings[i].result == CCS_DOCTOR_FIX)
			return CCS_EXIT_FAILED;
		if (doctor->findings[i].result == CCS_DOCTOR_UNKNOWN)
			status = CCS_EXIT_MACHINE;
	}
	return status;
}

static int run(struct visit *v)
{
	struct ccs_problem problem;

	ccs_privileges_keep_raw();
	if (ccs_doctor_examine(&v->doctor, &problem)) {
		ccs_complain(&v->output, "%s", problem.text);
		return CCS_EXIT_MACHINE;
	}
	for (size_t i = 0; i < v->doctor.count; i++) {
		if (v->json)
			print_json(&v->output.print, &v->doctor.findings[i]);
		else
			print_text(&v->output.print, &v->doctor.findings[i]);
	}
	ccs_output_flush(&v->output);
	return v->output.failed ? CCS_EXIT_FAILED : judge(&v->doctor);
}

/* Options. */

enum option_number {
	OPTION_SIM_MODEM = 256,
	OPTION_JSON,
	OPTION_VERSION,
};

static const struct option options[] = {
	{ "interface", required_argument, NULL, 'i' },
	{ "sim-modem", no_argument, NULL, OPTION_SIM_MODEM },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ 0 },
};

static int usage(struct visit *v, const char *what, const char *value)
{
	ccs_complain(&v->output, "%s%s: see `ccs doctor --help`", what, value);
	return CCS_EXIT_USAGE;
}

/* Returns an exit status, or -1 to go on. */
static int take_option(struct visit *v, int option, const char *text)
{
	switch (option) {
	case 'i':
		v->doctor.interface = optarg;
		return -1;
	case OPTION_SIM_MODEM:
		v->doctor.without_modem = true;
		return -1;
	case OPTION_JSON:
		v->json = true;
		return -1;
	case OPTION_VERSION:
		puts("ccs " CCS_VERSION);
		return CCS_EXIT_DONE;
	case 'h':
		fputs(help, stdout);
		return CCS_EXIT_DONE;
	case ':':
		return usage(v, "this option needs a value: ", text);
	default:
		return usage(v, "no such option: ", text);
	}
}

int ccs_doctor_command(int argc, char **argv)
{
	static struct visit v;
	int option, status = -1;

	ccs_output_init(&v.output, "doctor");
	opterr = 0;
	while (status < 0) {
		const char *text = optind < argc ? argv[optind] : "";

		option = getopt_long(argc, argv, ":i:h", options, NULL);
		if (option < 0)
			break;
		status = take_option(&v, option, text);
	}
	if (status >= 0)
		return status;
	if (optind < argc)
		return usage(&v, "what is ", argv[optind]);
	if (!v.doctor.interface)
		return usage(&v, "on which interface? -i IF", "");
	return run(&v);
}

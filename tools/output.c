/* SPDX-License-Identifier: Apache-2.0 */
/* Output of the subcommands: stdout through one buffer, diagnostics on stderr. */
#include "tools/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void write_out(struct ccs_print *print)
{
	struct ccs_output *output = print->user;
	const char *at = print->start;

	while (at < print->at && !output->broken) {
		ssize_t n = write(STDOUT_FILENO, at, (size_t)(print->at - at));

		if (n >= 0) {
			at += n;
		} else if (errno != EINTR) {
			output->broken = true;
			output->failed = errno != EPIPE;
			if (output->failed)
				fprintf(stderr, "ccs %s: writing: %s\n", output->command,
					strerror(errno));
		}
	}
	print->at = print->start;
}

void ccs_output_init(struct ccs_output *output, const char *command)
{
	ccs_print_init(&output->print, output->buffer, sizeof(output->buffer));
	output->print.flush = write_out;
	output->print.user = output;
	output->terminal = isatty(STDOUT_FILENO);
	output->broken = output->failed = false;
	output->command = command;
}

void ccs_output_flush(struct ccs_output *output)
{
	if (ccs_print_length(&output->print))
		write_out(&output->print);
}

void ccs_output_line(struct ccs_output *output)
{
	if (output->terminal)
		ccs_output_flush(output);
}

bool ccs_output_colour(const struct ccs_output *output, const char *when, bool *colour)
{
	const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (!strcmp(when, "auto"))
		*colour = output->terminal && !(no_colour && *no_colour) &&
			  !(terminal && !strcmp(terminal, "dumb"));
	else if (!strcmp(when, "always") || !strcmp(when, "never"))
		*colour = when[0] == 'a';
	else
		return false;
	return true;
}

/* In one piece: other programs may write to the same terminal. */
void ccs_complain(struct ccs_output *output, const char *format, ...)
{
	char line[2048];
	const int most = (int)sizeof(line) - 1;
	int head, text;
	va_list arguments;

	ccs_output_flush(output);
	head = snprintf(line, sizeof(line), "ccs %s: ", output->command);
	va_start(arguments, format);
	text = vsnprintf(line + head, sizeof(line) - (size_t)head, format, arguments);
	va_end(arguments);
	text = text < 0 ? 0 : text;
	line[head + text < most ? head + text : most - 1] = '\n';
	line[head + text < most ? head + text + 1 : most] = '\0';
	fputs(line, stderr);
}

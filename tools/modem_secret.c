/* SPDX-License-Identifier: Apache-2.0 */
/* A line that nobody shall see. */
#include "tools/modem_secret.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

static struct termios shown;

/* A terminal without echo is not left behind. */
static void show_again_and_end(int number)
{
	tcsetattr(STDIN_FILENO, TCSANOW, &shown);
	signal(number, SIG_DFL);
	raise(number);
}

static void set_signals(void (*handler)(int number))
{
	for (size_t i = 0; i < SIGNALS; i++)
		signal(signals[i], handler);
}

static bool hide(const char *prompt)
{
	struct termios hidden;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &shown))
		return false;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	set_signals(show_again_and_end);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	fputs(prompt, stderr);
	return true;
}

size_t ccs_modem_secret_read(const char *prompt, char line[CCS_MODEM_SECRET_MAX])
{
	bool hidden = hide(prompt);

	if (!fgets(line, CCS_MODEM_SECRET_MAX, stdin))
		line[0] = '\0';
	if (hidden) {
		tcsetattr(STDIN_FILENO, TCSANOW, &shown);
		set_signals(SIG_DFL);
		fputc('\n', stderr);
	}
	line[strcspn(line, "\n")] = '\0';
	if (line[0] && line[strlen(line) - 1] == '\r')
		line[strlen(line) - 1] = '\0';
	return strlen(line);
}

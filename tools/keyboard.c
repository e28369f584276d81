/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of the terminal. */
#include "tools/keyboard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

static bool is_in_foreground(void)
{
	return tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static void set_keys(const struct ccs_keyboard *keyboard)
{
	struct termios keys = keyboard->before;

	keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	keys.c_cc[VMIN] = 1;
	keys.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &keys);
}

static void on_key(void *user)
{
	struct ccs_keyboard *keyboard = user;
	char key;
	ssize_t n = is_in_foreground() ? read(ccs_watch_fd(keyboard->watch), &key, 1) : -1;

	if (n > 0)
		keyboard->pressed(keyboard->user, key);
	else if (n == 0 || errno != EINTR)
		ccs_keyboard_close(keyboard); /* hung up, or sent to the background */
}

void ccs_keyboard_open(struct ccs_keyboard *keyboard, uv_loop_t *loop,
		       void (*pressed)(void *user, char key), void *user)
{
	*keyboard = (struct ccs_keyboard) { .pressed = pressed, .user = user };
	if (!isatty(STDIN_FILENO) || !is_in_foreground() ||
	    tcgetattr(STDIN_FILENO, &keyboard->before))
		return;
	signal(SIGTTIN, SIG_IGN); /* a session that goes on is not to be stopped by a key */
	keyboard->watch = ccs_watch_open(loop, fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), on_key,
					 keyboard);
	if (keyboard->watch)
		set_keys(keyboard);
}

void ccs_keyboard_close(struct ccs_keyboard *keyboard)
{
	if (!keyboard->watch)
		return;
	ccs_watch_close(keyboard->watch);
	keyboard->watch = NULL;
	if (is_in_foreground())
		tcsetattr(STDIN_FILENO, TCSANOW, &keyboard->before);
}

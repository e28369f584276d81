/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single keys, where stdin is the terminal that the program runs on: without Enter and without
 * being shown; Ctrl-C and Ctrl-Z work as ever.  What is typed while it runs in the background is
 * the shell's.
 */
#ifndef CCS_TOOLS_KEYBOARD_H
#define CCS_TOOLS_KEYBOARD_H

#include "linux/loop.h"

#include <termios.h>

/* The caller's; it must stay until the loop has run out. */
struct ccs_keyboard {
	struct ccs_watch *watch; /* NULL: there is none */
	struct termios before;
	void (*pressed)(void *user, char key);
	void *user;
};

void ccs_keyboard_open(struct ccs_keyboard *keyboard, uv_loop_t *loop,
		       void (*pressed)(void *user, char key), void *user);

/* Leaves the terminal as it was, unless it has become somebody else's. */
void ccs_keyboard_close(struct ccs_keyboard *keyboard);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A growing file, line by line. */
#include "linux/listen_keylog.h"

#include "ccs/keys.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Hands over the whole lines and keeps the beginning of the next. */
static void give_lines(struct ccs_listen_keylog *keylog)
{
	size_t whole = keylog->length;

	while (whole && keylog->room[whole - 1] != '\n')
		whole--;
	if (whole)
		keylog->take(keylog->user, keylog->room, whole);
	else if (keylog->length == sizeof(keylog->room))
		whole = keylog->length;
	keylog->length -= whole;
	memmove(keylog->room, keylog->room + whole, keylog->length);
}

static void begin_anew(struct ccs_listen_keylog *keylog)
{
	struct stat now;

	if (fstat(fileno(keylog->file), &now) || now.st_size >= keylog->taken)
		return;
	keylog->taken = 0;
	keylog->length = 0;
}

int ccs_listen_keylog_open(struct ccs_listen_keylog *keylog, const char *path,
			   void (*take)(void *user, const char *lines, size_t length), void *user,
			   struct ccs_problem *problem)
{
	*keylog = (struct ccs_listen_keylog) { .path = path, .take = take, .user = user };
	keylog->file = fopen(path, "re");
	if (!keylog->file && errno != ENOENT)
		return ccs_problem_set(problem, "%s: %s: it should hold TLS secrets", path,
				       strerror(errno));
	return 0;
}

void ccs_listen_keylog_poll(struct ccs_listen_keylog *keylog)
{
	size_t n;

	if (!keylog->file)
		keylog->file = fopen(keylog->path, "re");
	if (!keylog->file)
		return;
	begin_anew(keylog);
	/* An end of file stays one until it is sought. */
	if (fseek(keylog->file, keylog->taken, SEEK_SET))
		return;
	while ((n = fread(keylog->room + keylog->length, 1, sizeof(keylog->room) - keylog->length,
			  keylog->file)) > 0) {
		keylog->taken += (long)n;
		keylog->length += n;
		give_lines(keylog);
	}
}

void ccs_listen_keylog_close(struct ccs_listen_keylog *keylog)
{
	if (keylog->file)
		fclose(keylog->file);
	keylog->file = NULL;
	ccs_keys_wipe(keylog->room, sizeof(keylog->room));
}

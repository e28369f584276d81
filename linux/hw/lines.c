/* SPDX-License-Identifier: Apache-2.0 */
/* Lines in and out of a descriptor. */
#include "linux/hw/lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void end_line(struct ccs_hw_lines *lines)
{
	bool whole = !lines->skips && lines->in_length;

	lines->dropped += lines->skips;
	lines->skips = false;
	lines->in[lines->in_length] = '\0';
	lines->in_length = 0;
	if (whole)
		lines->take(lines->user, lines->in);
}

static void take_byte(struct ccs_hw_lines *lines, char c)
{
	if (c == '\n' || c == '\r' || c == '\a')
		end_line(lines);
	else if (c < ' ' || c > '~' || lines->in_length == sizeof(lines->in) - 1)
		lines->skips = true;
	else if (!lines->skips)
		lines->in[lines->in_length++] = c;
}

static void lose(struct ccs_hw_lines *lines, const char *why)
{
	ccs_hw_lines_close(lines);
	lines->lost(lines->owner, why);
}

/* One read for each event: a device that never ends does not keep the station waiting. */
static void on_readable(void *user)
{
	struct ccs_hw_lines *lines = user;
	char bytes[512];
	ssize_t n = read(ccs_watch_fd(lines->watch), bytes, sizeof(bytes));

	if (n == 0)
		lose(lines, "was closed");
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		lose(lines, strerror(errno));
	for (ssize_t i = 0; i < n && lines->watch; i++)
		take_byte(lines, bytes[i]);
}

int ccs_hw_lines_open(struct ccs_hw_lines *lines, uv_loop_t *loop, int in, int out)
{
	lines->skips = false;
	lines->in_length = lines->out_length = 0;
	lines->watch = ccs_watch_open(loop, in, on_readable, lines);
	lines->out_fd = lines->watch ? out : -1;
	if (!lines->watch && out >= 0)
		close(out);
	return lines->watch ? 0 : -1;
}

bool ccs_hw_lines_flush(struct ccs_hw_lines *lines)
{
	int fd;

	if (!lines->watch)
		return true;
	fd = lines->out_fd >= 0 ? lines->out_fd : ccs_watch_fd(lines->watch);
	while (lines->out_length) {
		ssize_t n = write(fd, lines->out, lines->out_length);

		/* Whatever is wrong, reading finds it out. */
		if (n <= 0)
			return false;
		lines->out_length -= (size_t)n;
		memmove(lines->out, lines->out + n, lines->out_length);
	}
	return true;
}

bool ccs_hw_lines_write(struct ccs_hw_lines *lines, const char *text)
{
	size_t length = strlen(text);

	if (!lines->watch || length > sizeof(lines->out) - lines->out_length)
		return false;
	memcpy(lines->out + lines->out_length, text, length);
	lines->out_length += length;
	ccs_hw_lines_flush(lines);
	return true;
}

void ccs_hw_lines_close(struct ccs_hw_lines *lines)
{
	if (lines->watch && lines->out_fd >= 0)
		close(lines->out_fd);
	ccs_watch_close(lines->watch);
	lines->watch = NULL;
	lines->out_length = 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Lines in and out of a descriptor. */
#include "linux/hw/lines.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
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

int ccs_hw_lines_open(struct ccs_hw_lines *lines, uv_loop_t *loop, int fd)
{
	lines->skips = false;
	lines->in_length = lines->out_length = 0;
	lines->watch = ccs_watch_open(loop, fd, on_readable, lines);
	return lines->watch ? 0 : -1;
}

/* A program that has ended must not end us with a signal. */
static ssize_t write_bytes(int fd, const char *bytes, size_t length)
{
	ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);

	return n < 0 && errno == ENOTSOCK ? write(fd, bytes, length) : n;
}

bool ccs_hw_lines_flush(struct ccs_hw_lines *lines)
{
	ssize_t n;

	if (!lines->watch)
		return true;
	while (lines->out_length) {
		n = write_bytes(ccs_watch_fd(lines->watch), lines->out, lines->out_length);
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
	ccs_watch_close(lines->watch);
	lines->watch = NULL;
	lines->out_length = 0;
}

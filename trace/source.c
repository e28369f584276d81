/* SPDX-License-Identifier: Apache-2.0 */
/* Files of any kind through the analyser. */
#include "trace/source.h"

#include "trace/analyser.h"
#include "trace/textlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What tells a capture from text: its header has zeros there. */
#define HEAD 8

/* A reader whose first bytes were looked at. */
struct peeked {
	ccs_capture_read *read;
	void *user;
	uint8_t bytes[4096];
	size_t filled;
	size_t taken;
};

static long read_peeked(void *user, uint8_t *to, size_t size)
{
	struct peeked *p = user;
	size_t n = p->filled - p->taken;

	if (!n)
		return p->read(p->user, to, size);
	if (n > size)
		n = size;
	memcpy(to, p->bytes + p->taken, n);
	p->taken += n;
	return (long)n;
}

/* No more is waited for than is needed, so that a live stream is shown at once. */
static long peek(struct peeked *p)
{
	long n = 1;

	while (p->filled < HEAD && n > 0) {
		n = p->read(p->user, p->bytes + p->filled, sizeof(p->bytes) - p->filled);
		p->filled += n > 0 ? (size_t)n : 0;
	}
	return n;
}

static int fail(struct ccs_capture_error *error, int code, const char *text)
{
	*error = (struct ccs_capture_error) { .code = code };
	snprintf(error->text, sizeof(error->text), "%s", text);
	return code;
}

static int run_log(struct ccs_analyser *analyser, struct peeked *p, struct ccs_capture_error *error)
{
	int result = ccs_log_run(analyser, read_peeked, p);

	if (result < 0)
		return fail(error, result, result == CCS_ERR_IO ? strerror(errno) : "no memory");
	if (!ccs_analyser_counts(analyser)->messages)
		return fail(error, CCS_ERR_UNKNOWN,
			    "no capture, and as text it holds no message (hex of EXI or V2GTP)");
	return 0;
}

int ccs_source_run_read(struct ccs_analyser *analyser, ccs_capture_read *read, void *user,
			struct ccs_capture_error *error)
{
	struct peeked p = { .read = read, .user = user };
	struct ccs_capture *capture;
	int result;

	if (peek(&p) < 0)
		return fail(error, CCS_ERR_IO, strerror(errno));
	if (ccs_log_looks_like(p.bytes, p.filled))
		return run_log(analyser, &p, error);
	result = ccs_capture_open_read(&capture, read_peeked, &p, error);
	if (result < 0)
		return result;
	ccs_analyser_run(analyser, capture);
	ccs_capture_close(capture);
	return 0;
}

struct file {
	int number;
	void (*waiting)(void *user);
	void *user;
};

static long read_file(void *user, uint8_t *to, size_t size)
{
	const struct file *file = user;
	ssize_t n;

	if (file->waiting)
		file->waiting(file->user);
	do
		n = read(file->number, to, size);
	while (n < 0 && errno == EINTR);
	return n;
}

int ccs_source_run_live(struct ccs_analyser *analyser, const char *path,
			void (*waiting)(void *user), void *user, struct ccs_capture_error *error)
{
	struct file file = { .waiting = waiting, .user = user };
	int result;

	file.number = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (file.number < 0)
		return fail(error, CCS_ERR_IO, strerror(errno));
	result = ccs_source_run_read(analyser, read_file, &file, error);
	if (file.number != STDIN_FILENO)
		close(file.number);
	return result;
}

int ccs_source_run(struct ccs_analyser *analyser, const char *path, struct ccs_capture_error *error)
{
	return ccs_source_run_live(analyser, path, NULL, NULL, error);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Files that grow by whole records, or are replaced in one step. */
#include "linux/session_folder_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WRITE_FROM 65536 /* bytes that are not kept until the next flush */
#define MODE	   0600	 /* captures hold network keys */

static int write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t n = write(fd, bytes, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		bytes += n;
		length -= (size_t)n;
	}
	return 0;
}

static void drop(struct ccs_growing *file)
{
	free(file->bytes);
	file->bytes = NULL;
	file->length = file->whole = file->room = 0;
}

static void fail(struct ccs_growing *file, int error)
{
	if (!file->error)
		file->error = error;
	drop(file);
}

static int make_room(struct ccs_growing *file, size_t length)
{
	size_t room = file->room ? file->room : 4096;
	char *bytes;

	while (room - file->length < length)
		room *= 2;
	if (room == file->room)
		return 0;
	bytes = realloc(file->bytes, room);
	if (!bytes)
		return -1;
	file->bytes = bytes;
	file->room = room;
	return 0;
}

int ccs_growing_put(void *user, const void *bytes, size_t length)
{
	struct ccs_growing *file = user;

	if (file->error || !length)
		return 0;
	if (make_room(file, length)) {
		fail(file, ENOMEM);
		return 0;
	}
	memcpy(file->bytes + file->length, bytes, length);
	file->length += length;
	return 0;
}

static void take_printed(struct ccs_print *print)
{
	ccs_growing_put(print->user, print->start, ccs_print_length(print));
	print->at = print->start;
}

int ccs_growing_open(struct ccs_growing *file, int folder, const char *name)
{
	memset(file, 0, sizeof(*file));
	ccs_print_init(&file->print, file->buffer, sizeof(file->buffer));
	file->print.flush = take_printed;
	file->print.user = file;
	file->fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, MODE);
	if (file->fd < 0)
		file->error = errno;
	return file->fd < 0 ? -1 : 0;
}

void ccs_growing_end_record(struct ccs_growing *file)
{
	take_printed(&file->print);
	file->whole = file->length;
	if (file->length >= WRITE_FROM)
		ccs_growing_flush(file);
}

void ccs_growing_flush(struct ccs_growing *file)
{
	if (file->fd < 0 || file->error || !file->whole)
		return;
	if (write_all(file->fd, file->bytes, file->whole)) {
		int error = errno;

		/* When it cannot be cut either, readers find a damaged end. */
		if (ftruncate(file->fd, (off_t)file->size))
			error = errno;
		fail(file, error);
		return;
	}
	file->size += file->whole;
	file->length -= file->whole;
	memmove(file->bytes, file->bytes + file->whole, file->length);
	file->whole = 0;
}

void ccs_growing_close(struct ccs_growing *file)
{
	if (file->fd < 0)
		return;
	ccs_growing_flush(file);
	close(file->fd);
	file->fd = -1;
	drop(file);
}

int ccs_replace_file(int folder, const char *name, const char *bytes, size_t length)
{
	char fresh[NAME_MAX + 1];
	int fd, result, error;

	snprintf(fresh, sizeof(fresh), "%s.new", name);
	unlinkat(folder, fresh, 0); /* of a process that was killed */
	fd = openat(folder, fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, MODE);
	if (fd < 0)
		return -1;
	result = write_all(fd, bytes, length);
	error = errno;
	if (close(fd) && !result) {
		result = -1;
		error = errno;
	}
	if (!result && !renameat(folder, fresh, folder, name))
		return 0;
	error = result ? error : errno;
	unlinkat(folder, fresh, 0);
	errno = error;
	return -1;
}

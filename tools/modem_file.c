/* SPDX-License-Identifier: Apache-2.0 */
/* PIB files: read whole, written once. */
#include "tools/modem_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int ccs_modem_file_read(const char *path, uint8_t bytes[CCS_PIB_FILE_MAX], size_t *size,
			struct ccs_problem *problem)
{
	FILE *file = fopen(path, "rb");
	bool more;

	if (!file)
		return ccs_problem_set(problem, "%s: %s", path, strerror(errno));
	*size = fread(bytes, 1, CCS_PIB_FILE_MAX, file);
	more = fgetc(file) != EOF;
	if (ferror(file)) {
		fclose(file);
		return ccs_problem_set(problem, "%s: cannot be read", path);
	}
	fclose(file);
	return more ? ccs_problem_set(problem, "%s: too long for a PIB", path) : 0;
}

static int write_all(int fd, const uint8_t *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno != EINTR)
			return -1;
		bytes += n > 0 ? n : 0;
		size -= n > 0 ? (size_t)n : 0;
	}
	return fsync(fd);
}

static int finish(int fd, const uint8_t *bytes, size_t size)
{
	int result = write_all(fd, bytes, size), error = errno;

	if (close(fd) && !result)
		return -1;
	errno = error;
	return result;
}

/* The name of the file, too, has to be on the disk. */
static int sync_folder(const char *path)
{
	char copy[CCS_MODEM_PATH_MAX];
	int fd, result;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	result = fsync(fd);
	close(fd);
	return result;
}

int ccs_modem_file_write(const char *path, const uint8_t *bytes, size_t size,
			 struct ccs_problem *problem)
{
	static uint8_t back[CCS_PIB_FILE_MAX];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t back_size;

	if (fd < 0)
		return ccs_problem_set(problem, "%s: %s", path, strerror(errno));
	if (finish(fd, bytes, size) || sync_folder(path)) {
		ccs_problem_set(problem, "%s: %s", path, strerror(errno));
		unlink(path); /* a part of a backup must not look like one */
		return -1;
	}
	if (ccs_modem_file_read(path, back, &back_size, problem))
		return -1;
	return back_size == size && memcmp(back, bytes, size) == 0
		       ? 0
		       : ccs_problem_set(problem, "%s: reads differently than written", path);
}

int ccs_modem_file_name(char path[CCS_MODEM_PATH_MAX], const char *folder, const uint8_t mac[6],
			struct ccs_problem *problem)
{
	char date[32], again[8] = "";
	time_t now = time(NULL);
	struct tm utc;

	strftime(date, sizeof(date), "%Y-%m-%dT%H%M%SZ", gmtime_r(&now, &utc));
	for (int i = 2; i < 100; i++) {
		int n = snprintf(path, CCS_MODEM_PATH_MAX, "%s/%02x%02x%02x%02x%02x%02x-%s%s.pib",
				 folder, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5], date,
				 again);

		if (n >= CCS_MODEM_PATH_MAX)
			return ccs_problem_set(problem, "%s: name too long", folder);
		if (access(path, F_OK))
			return 0;
		snprintf(again, sizeof(again), "-%d", i);
	}
	return ccs_problem_set(problem, "%s: too many backups in a second", folder);
}

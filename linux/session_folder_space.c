/* SPDX-License-Identifier: Apache-2.0 */
/* Names of session folders; the oldest give way. */
#include "linux/session_folder_space.h"

#include "ccs/print.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define EVCCID_MAX 32
#define DATE_SHAPE "0000-00-00T00-00-00Z" /* 0: a digit */

static const char *const our_files[] = {
	CCS_FOLDER_CAPTURE, CCS_FOLDER_RECORDS,	       CCS_FOLDER_VALUES,
	CCS_FOLDER_SUMMARY, CCS_FOLDER_SUMMARY ".new",
};

#define OUR_FILES (sizeof(our_files) / sizeof(*our_files))

/* Names. */

/* Not isalnum: what a peer sends is judged the same in every locale. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_plain(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

void ccs_folder_name(char name[CCS_FOLDER_NAME_MAX], ccs_time begun, const char *evccid,
		     unsigned int number)
{
	struct ccs_print print;
	size_t taken = 0;

	ccs_print_init(&print, name, CCS_FOLDER_NAME_MAX - 1);
	ccs_print_rfc3339(&print, begun);
	print.at = name + strlen(DATE_SHAPE) - 1;
	for (char *c = name; c < print.at; c++)
		if (*c == ':')
			*c = '-';
	ccs_print_char(&print, 'Z');
	for (; *evccid && taken < EVCCID_MAX; evccid++) {
		if (!is_plain(*evccid))
			continue;
		if (!taken++)
			ccs_print_char(&print, '-');
		ccs_print_char(&print, *evccid);
	}
	if (number > 1) {
		ccs_print_char(&print, '-');
		ccs_print_unsigned(&print, number);
	}
	*print.at = '\0';
}

bool ccs_folder_is_name(const char *name)
{
	const char *shape = DATE_SHAPE;
	int parts = 0;

	if (strlen(name) >= CCS_FOLDER_NAME_MAX)
		return false;
	for (; *shape; shape++, name++)
		if (*shape == '0' ? !is_digit(*name) : *shape != *name)
			return false;
	for (; *name; name++) {
		if (*name == '-' && is_plain(name[1]) && parts < 2)
			parts++;
		else if (!parts || !is_plain(*name))
			return false;
	}
	return true;
}

/* Deleting. */

void ccs_folder_lock(int capture)
{
	/* Where locks are unknown (some network file systems), so is who else uses it. */
	(void)flock(capture, LOCK_EX | LOCK_NB);
}

static bool is_in_use(int folder)
{
	int capture = openat(folder, CCS_FOLDER_CAPTURE,
			     O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool locked = capture >= 0 && flock(capture, LOCK_SH | LOCK_NB) < 0;

	if (capture >= 0)
		close(capture);
	return locked;
}

/* Its size, or deletes it, which does nothing to a folder in use or with foreign files in it. */
static uint64_t look_into(int parent, const char *name, bool delete)
{
	int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	uint64_t size = 0;
	struct stat file;

	if (folder < 0)
		return 0;
	if (delete &&is_in_use(folder)) {
		close(folder);
		return 0;
	}
	for (size_t i = 0; i < OUR_FILES; i++) {
		if (fstatat(folder, our_files[i], &file, AT_SYMLINK_NOFOLLOW))
			continue;
		if (!delete || !unlinkat(folder, our_files[i], 0))
			size += (uint64_t)file.st_blocks * 512;
	}
	close(folder);
	if (delete)
		(void)unlinkat(parent, name, AT_REMOVEDIR);
	return size;
}

struct folders {
	char (*names)[CCS_FOLDER_NAME_MAX];
	size_t count, room;
};

static void add_name(struct folders *folders, const char *name)
{
	if (folders->count == folders->room) {
		size_t room = folders->room ? folders->room * 2 : 64;
		void *names = realloc(folders->names, room * sizeof(*folders->names));

		if (!names)
			return;
		folders->names = names;
		folders->room = room;
	}
	memcpy(folders->names[folders->count++], name, strlen(name) + 1);
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The names begin with the date: in their order, the oldest is the first. */
static void list(int parent, struct folders *folders)
{
	int again = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = again >= 0 ? fdopendir(again) : NULL;
	const struct dirent *entry;

	if (!dir) {
		if (again >= 0)
			close(again);
		return;
	}
	while ((entry = readdir(dir)))
		if (ccs_folder_is_name(entry->d_name))
			add_name(folders, entry->d_name);
	closedir(dir);
	if (folders->count)
		qsort(folders->names, folders->count, sizeof(*folders->names), compare);
}

/* Whether so much is free, or would be with `more` besides.  Where it is not known, it is. */
static bool has_free(int parent, uint64_t bytes, uint64_t more)
{
	struct statvfs system;

	return bytes <= more || fstatvfs(parent, &system) ||
	       (uint64_t)system.f_bavail * system.f_frsize >= bytes - more;
}

static bool is_enough(int parent, const struct ccs_folder_limits *limits, uint64_t total)
{
	return (!limits->most || total <= limits->most) && has_free(parent, limits->keep_free, 0);
}

int ccs_folder_make_room(int parent, const struct ccs_folder_limits *limits)
{
	struct folders folders = { 0 };
	uint64_t total = 0;

	if (!limits->most && has_free(parent, limits->keep_free, 0))
		return 0;
	list(parent, &folders);
	for (size_t i = 0; i < folders.count; i++)
		total += look_into(parent, folders.names[i], false);
	if (has_free(parent, limits->keep_free, total))
		for (size_t i = 0; i < folders.count && !is_enough(parent, limits, total); i++)
			total -= look_into(parent, folders.names[i], true);
	free(folders.names);
	return has_free(parent, limits->keep_free, 0) ? 0 : -1;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the recordings. */
#include "captures.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_capture(const struct dirent *entry)
{
	return strstr(entry->d_name, ".pcap") != NULL;
}

unsigned int replay_each_capture(const char *directory,
				 void (*use)(void *user, const char *path, const char *name),
				 void *user)
{
	const char *shared = getenv("CCS_SHARED");
	struct dirent **files = NULL;
	char folder[3800], path[4096], name[256];
	int count;

	snprintf(folder, sizeof(folder), "%s/captures", shared ? shared : directory);
	count = scandir(folder, &files, is_capture, alphasort);
	if (count <= 0) {
		printf("1..1\nok 1 - replay of recordings # SKIP none in %s\n", folder);
		return 0;
	}
	for (int i = 0; i < count; i++) {
		const char *file = files[i]->d_name;

		snprintf(path, sizeof(path), "%s/%s", folder, file);
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(file, "."), file);
		use(user, path, name);
		free(files[i]);
	}
	free(files);
	return (unsigned int)count;
}

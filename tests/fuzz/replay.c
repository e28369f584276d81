/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs every file of the folders it is given through a fuzz target, once, in a block of exactly
 * its size.  A folder that does not exist is empty; no input at all is a failure.
 */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat info;
	uint8_t *data;
	size_t size;

	if (!file || fstat(fileno(file), &info)) {
		perror(path);
		exit(3);
	}
	if (!S_ISREG(info.st_mode)) {
		fclose(file);
		return 0;
	}
	size = (size_t)info.st_size;
	data = malloc(size ? size : 1);
	if (!data || fread(data, 1, size, file) != size) {
		perror(path);
		exit(3);
	}
	fclose(file);
	fprintf(stderr, "%s\n", path); /* the last line tells which one it died of */
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 1;
}

static int run_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[4096];
	int count = 0;

	if (!dir)
		return 0;
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		count += run_file(path);
	}
	closedir(dir);
	return count;
}

int main(int argc, char **argv)
{
	int count = 0;

	puts("1..1");
	fflush(stdout);
	for (int i = 1; i < argc; i++)
		count += run_folder(argv[i]);
	printf("%s 1 - %d inputs\n", count ? "ok" : "not ok", count);
	return !count;
}

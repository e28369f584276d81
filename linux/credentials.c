/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords and certificates in files. */
#include "linux/credentials.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool ccs_credentials_are_readable(const char *path, struct ccs_problem *problem)
{
	FILE *file = *path ? fopen(path, "re") : NULL;

	if (file)
		fclose(file);
	else if (*path)
		ccs_problem_set(problem, "%s: %s", path, strerror(errno));
	return file || !*path;
}

bool ccs_credentials_password(const char *path, char *password, size_t size,
			      struct ccs_problem *problem)
{
	FILE *file;
	bool read;

	password[0] = '\0';
	if (!*path)
		return true;
	file = fopen(path, "re");
	read = file && fgets(password, (int)size, file);
	if (!read)
		ccs_problem_set(problem, "%s: %s", path, file ? "is empty" : strerror(errno));
	if (file)
		fclose(file);
	if (read)
		password[strcspn(password, "\r\n")] = '\0';
	return read;
}

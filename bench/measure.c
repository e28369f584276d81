/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command some times with its output thrown away: measure TIMES COMMAND [ARGUMENT ...]
 *
 * Prints the shortest wall time in seconds and the largest resident memory in kilobytes.  This
 * program is small so that its own memory, which a process inherits, does not count.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double read_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Returns the exit status of the command, or 127. */
static int run(char **command, struct rusage *usage)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		int nowhere = open("/dev/null", O_WRONLY);

		dup2(nowhere, STDOUT_FILENO);
		dup2(nowhere, STDERR_FILENO);
		execvp(command[0], command);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, usage) != child || !WIFEXITED(status))
		return 127;
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	double best = 0;
	long memory = 0;
	int times = argc > 2 ? atoi(argv[1]) : 0;

	if (times < 1) {
		fprintf(stderr, "usage: measure TIMES COMMAND [ARGUMENT ...]\n");
		return 2;
	}
	for (int i = 0; i < times; i++) {
		struct rusage usage;
		double start = read_clock(), took;
		int status = run(argv + 2, &usage);

		if (status > 1) {
			fprintf(stderr, "measure: %s: exit status %d\n", argv[2], status);
			return 1;
		}
		took = read_clock() - start;
		if (i == 0 || took < best)
			best = took;
		if (usage.ru_maxrss > memory)
			memory = usage.ru_maxrss;
	}
	printf("%.6f %ld\n", best, memory);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The recordings that are shared among the tests, one after the other. */
#ifndef REPLAY_CAPTURES_H
#define REPLAY_CAPTURES_H

/*
 * Calls `use` with path and name (without ending) of each file in the folder "captures" of
 * CCS_SHARED, or of `directory` where that is not set; in the order of their names.  Returns their
 * number; where there is none it prints a skipped test.
 */
unsigned int replay_each_capture(const char *directory,
				 void (*use)(void *user, const char *path, const char *name),
				 void *user);

#endif

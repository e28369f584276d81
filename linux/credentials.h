/* SPDX-License-Identifier: Apache-2.0 */
/* Files with what proves who somebody is: passwords, certificates. */
#ifndef CCS_LINUX_CREDENTIALS_H
#define CCS_LINUX_CREDENTIALS_H

#include "linux/problem.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether a file that is named can be read; "" is no file, and true.  False: see `problem`. */
bool ccs_credentials_are_readable(const char *path, struct ccs_problem *problem);

/* The first line of a file, without its end; "" of the path "".  False: see `problem`.  Whoever
 * asks wipes it. */
bool ccs_credentials_password(const char *path, char *password, size_t size,
			      struct ccs_problem *problem);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A name that one process at a time may have.
 *
 * The lock is an abstract local address: it is of the process's own network namespace, needs no
 * writable folder, and ends with the process, however that ends.
 */
#ifndef CCS_LINUX_NAME_LOCK_H
#define CCS_LINUX_NAME_LOCK_H

#define CCS_NAME_LOCK_MAX 100 /* characters of a name */

/* A descriptor that holds the lock until it is closed; -1 with errno, EADDRINUSE: another has it.
 */
int ccs_name_lock(const char *name);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An interface has one station: two would answer the same car, and set keys in the same modem.
 *
 * The lock is of the interface's own network namespace (name_lock.h).
 */
#ifndef CCS_LINUX_INTERFACE_LOCK_H
#define CCS_LINUX_INTERFACE_LOCK_H

#include "linux/problem.h"

/* A descriptor that holds the lock until it is closed; -1: see `problem`. */
int ccs_interface_lock(const char *interface, struct ccs_problem *problem);

#endif

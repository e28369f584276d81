/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in files of sysfs. */
#ifndef CCS_LINUX_HW_SYSFS_H
#define CCS_LINUX_HW_SYSFS_H

#include <stdint.h>

#define CCS_SYSFS_PATH 256

/* 0, or -1 with errno (EINVAL: there is something else in it). */
int ccs_sysfs_read(const char *path, int64_t *value);
int ccs_sysfs_write(const char *path, int64_t value);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* PIB files on disk. */
#ifndef CCS_TOOLS_MODEM_FILE_H
#define CCS_TOOLS_MODEM_FILE_H

#include "linux/problem.h"

#include "ccs/pib.h"

#define CCS_MODEM_PATH_MAX 4096

/* Reads a whole file; -1: see `problem`. */
int ccs_modem_file_read(const char *path, uint8_t bytes[CCS_PIB_FILE_MAX], size_t *size,
			struct ccs_problem *problem);

/*
 * Writes a new file that only its owner may read, for there are keys in it, down to the disk, and
 * reads it back.  Nothing is ever overwritten.  -1: see `problem`.
 */
int ccs_modem_file_write(const char *path, const uint8_t *bytes, size_t size,
			 struct ccs_problem *problem);

/* FOLDER/MAC-DATE.pib, of now, which is no file yet; -1: see `problem`. */
int ccs_modem_file_name(char path[CCS_MODEM_PATH_MAX], const char *folder, const uint8_t mac[6],
			struct ccs_problem *problem);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a session folder.
 *
 * One that grows is written in whole records only (a line, a block of pcapng): what a killed
 * process leaves behind can be read to its end, and lacks what was not flushed.
 *
 *	ccs_growing_open(&file, folder, "records.jsonl");
 *	ccs_record_json_print(&file.print, record, false);
 *	ccs_growing_end_record(&file);
 *	... each second:
 *	ccs_growing_flush(&file);
 *	ccs_growing_close(&file);
 *
 * After a failure the file ends with the last record that fitted; more is dropped without a word.
 * Nothing is forced to the disk: that takes as long as it likes, and a killed process loses
 * nothing by it.
 */
#ifndef CCS_LINUX_SESSION_FOLDER_FILE_H
#define CCS_LINUX_SESSION_FOLDER_FILE_H

#include "ccs/print.h"

#include <stddef.h>
#include <stdint.h>

struct ccs_growing {
	struct ccs_print print; /* for text */
	int error;		/* errno of the first failure; 0: none */

	/* Private. */
	int fd;	       /* -1: closed */
	uint64_t size; /* of the file, up to the last whole record in it */
	char *bytes;   /* not written yet */
	size_t length;
	size_t whole; /* of these are whole records */
	size_t room;
	char buffer[1024]; /* of `print` */
};

/* Makes the file; there must be none of this name.  0, or -1 with `error` set. */
int ccs_growing_open(struct ccs_growing *file, int folder, const char *name);

/* Takes bytes; a ccs_pcapng_put whose user is the file.  Always 0. */
int ccs_growing_put(void *file, const void *bytes, size_t length);

/* What was put and printed since the last call is one record. */
void ccs_growing_end_record(struct ccs_growing *file);

void ccs_growing_flush(struct ccs_growing *file);

/* Flushes; what is no whole record is dropped.  Closing twice is allowed. */
void ccs_growing_close(struct ccs_growing *file);

/* Puts a file of this content in the place of `name`: readers see the old one or the new one,
 * whole. 0, or -1 with errno set and the old one untouched.  Uses `name`.new besides. */
int ccs_replace_file(int folder, const char *name, const char *bytes, size_t length);

#endif

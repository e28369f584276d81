/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing pcapng: one section, any number of interfaces, packets with comments, TLS secrets.
 *
 * The writer holds no memory and does no I/O: bytes leave through the caller's function.
 *
 *	struct ccs_pcapng w;
 *	ccs_pcapng_begin(&w, ccs_pcapng_to_file, file, "ccs 0.1");
 *	int plc = ccs_pcapng_add_interface(&w, 1, "plc0");
 *	ccs_pcapng_write_packet(&w, (uint32_t)plc, &packet, NULL);
 *
 * Blocks are written in native little endian with times in microseconds.
 */
#ifndef TRACE_PCAPNG_WRITE_H
#define TRACE_PCAPNG_WRITE_H

#include "trace/capture.h"

/* Takes `length` bytes; 0, or a negative error that the writer hands on. */
typedef int ccs_pcapng_put(void *user, const void *bytes, size_t length);

struct ccs_pcapng {
	ccs_pcapng_put *put;
	void *user;
	uint32_t interfaces;
};

/* A ccs_pcapng_put whose user is a FILE *; CCS_ERR_IO when it takes less. */
int ccs_pcapng_to_file(void *file, const void *bytes, size_t length);

/* Starts a section; `application` (may be NULL) is the program's name and version. */
int ccs_pcapng_begin(struct ccs_pcapng *w, ccs_pcapng_put *put, void *user,
		     const char *application);

/* Declares an interface; `name` may be NULL.  Returns its number, from 0, or an error. */
int ccs_pcapng_add_interface(struct ccs_pcapng *w, uint32_t link_type, const char *name);

/*
 * Writes time, bytes, length and original_length of `packet`; `comment` (UTF-8, up to 65535
 * bytes) may be NULL.  CCS_ERR_RANGE: no such interface, a time before 1970, or too long.
 */
int ccs_pcapng_write_packet(struct ccs_pcapng *w, uint32_t interface,
			    const struct ccs_packet *packet, const char *comment);

/* `type` as in ccs_capture_secrets.  CCS_ERR_RANGE: too long. */
int ccs_pcapng_write_secrets(struct ccs_pcapng *w, uint32_t type, const uint8_t *bytes,
			     size_t length);

#endif

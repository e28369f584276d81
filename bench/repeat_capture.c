/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Repeats a capture until the result has a given size: repeat_capture FILE MEGABYTES > LARGE
 *
 * Each repetition begins a second after the end of the one before it; everything else, ports and
 * sequence numbers too, is as in FILE.
 */
#include "trace/capture.h"
#include "trace/pcapng_write.h"

#include <stdio.h>
#include <stdlib.h>

#define LINK_TYPES 8

struct copy {
	struct ccs_pcapng writer;
	uint32_t link_types[LINK_TYPES]; /* by interface of the output */
	size_t link_type_count;
	uint64_t size;	/* of the output so far */
	ccs_time shift; /* of this repetition */
	ccs_time last;	/* time of the last packet of this repetition, in FILE */
};

static int put(void *user, const void *bytes, size_t length)
{
	struct copy *copy = user;

	copy->size += length;
	return ccs_pcapng_to_file(stdout, bytes, length);
}

static void put_secrets(void *user, uint32_t type, const uint8_t *bytes, size_t length)
{
	struct copy *copy = user;

	ccs_pcapng_write_secrets(&copy->writer, type, bytes, length);
}

/* The interface of the output for a link type, or a negative error. */
static int find_interface(struct copy *copy, uint32_t link_type)
{
	for (size_t i = 0; i < copy->link_type_count; i++)
		if (copy->link_types[i] == link_type)
			return (int)i;
	if (copy->link_type_count == LINK_TYPES)
		return CCS_ERR_SPACE;
	copy->link_types[copy->link_type_count++] = link_type;
	return ccs_pcapng_add_interface(&copy->writer, link_type, NULL);
}

static int copy_packet(struct copy *copy, struct ccs_packet packet)
{
	int interface = find_interface(copy, packet.link_type);

	if (interface < 0)
		return interface;
	copy->last = packet.time;
	packet.time += copy->shift;
	return ccs_pcapng_write_packet(&copy->writer, (uint32_t)interface, &packet, NULL);
}

/* One repetition.  Returns the time of its first packet. */
static ccs_time copy_capture(struct copy *copy, const char *path)
{
	struct ccs_capture *capture;
	struct ccs_capture_error error;
	struct ccs_packet packet;
	ccs_time first = CCS_NEVER;
	int n, result = ccs_capture_open(&capture, path, &error);

	if (result < 0) {
		fprintf(stderr, "repeat_capture: %s: %s\n", path, error.text);
		exit(1);
	}
	ccs_capture_on_secrets(capture, put_secrets, copy);
	while ((n = ccs_capture_next(capture, &packet)) != 0 && result >= 0) {
		if (n < 0)
			continue;
		if (first == CCS_NEVER)
			first = packet.time;
		result = copy_packet(copy, packet);
	}
	ccs_capture_close(capture);
	if (result < 0 || first == CCS_NEVER) {
		fprintf(stderr, "repeat_capture: %s: %s\n", path,
			result < 0 ? ccs_error_text(result) : "no packet in it");
		exit(1);
	}
	return first;
}

int main(int argc, char **argv)
{
	static struct copy copy;
	uint64_t wanted;

	if (argc != 3) {
		fprintf(stderr, "usage: repeat_capture FILE MEGABYTES > LARGE\n");
		return 2;
	}
	wanted = strtoull(argv[2], NULL, 10) * 1000000;
	if (ccs_pcapng_begin(&copy.writer, put, &copy, "repeat_capture") < 0)
		return 1;
	do {
		ccs_time first = copy_capture(&copy, argv[1]);

		copy.shift += copy.last - first + CCS_SECONDS(1);
	} while (copy.size < wanted);
	return fflush(stdout) ? 1 : 0;
}

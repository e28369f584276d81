/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of the two formats, pcap and pcapng, share. */
#ifndef TRACE_CAPTURE_FORMAT_H
#define TRACE_CAPTURE_FORMAT_H

#include "trace/input.h"

/* An interface of the current pcapng section. */
struct ccs_capture_interface {
	uint32_t link_type;
	uint32_t snap_length;
	uint64_t per_second; /* units of its timestamps; 0: finer than 64 bits can say */
	int64_t offset;	     /* seconds to be added to its timestamps */
};

struct ccs_capture {
	struct ccs_input input;
	int (*next)(struct ccs_capture *c, struct ccs_packet *packet);
	bool big_endian;
	bool stopped;	  /* nothing more to be read */
	bool io_reported; /* a read error was returned as a fault */
	unsigned int faults;
	uint64_t start;	  /* offset of the packet or block at hand */
	uint64_t packets; /* delivered */
	ccs_time last;	  /* time of the last packet */
	ccs_capture_secrets *secrets;
	void *secrets_user;
	struct ccs_capture_error fault;

	size_t record_header; /* pcap: bytes before the packet */
	bool nanoseconds;
	uint32_t link_type;

	size_t interface_count; /* pcapng */
	struct ccs_capture_interface interfaces[CCS_CAPTURE_INTERFACES];
};

static inline uint16_t ccs_capture_u16(const struct ccs_capture *c, const uint8_t *at)
{
	return (uint16_t)(c->big_endian ? at[0] << 8 | at[1] : at[1] << 8 | at[0]);
}

static inline uint32_t ccs_capture_u32(const struct ccs_capture *c, const uint8_t *at)
{
	if (c->big_endian)
		return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
	return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

/* Records a fault of the part at c->start and returns `code`.  No full stop in `format`. */
__attribute__((format(printf, 3, 4))) int ccs_capture_fail(struct ccs_capture *c, int code,
							   const char *format, ...);

/* Nothing is left at the start of a packet or block: 0, or the fault of a failed read. */
int ccs_capture_end(struct ccs_capture *c);

/* The file ends before the `wanted` bytes of the part at c->start; returns the fault. */
int ccs_capture_cut(struct ccs_capture *c, const char *part, uint64_t wanted, uint64_t left);

/* Completes a packet whose bytes, lengths and link type are set, and counts it.  Returns 1. */
int ccs_capture_deliver(struct ccs_capture *c, struct ccs_packet *packet, int64_t seconds,
			uint32_t micros);
int ccs_capture_deliver_timeless(struct ccs_capture *c, struct ccs_packet *packet);

/* The first header of the file, 24 bytes or more of it, stands at c->input.at.  0 or an error. */
int ccs_pcap_open(struct ccs_capture *c);
int ccs_pcapng_open(struct ccs_capture *c);

#endif

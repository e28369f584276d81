/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the simulated network share: net.c holds hosts, datagrams and the queue of
 * everything on its way; net_stream.c holds TCP.
 */
#ifndef SIM_NET_PARTS_H
#define SIM_NET_PARTS_H

#include "net.h"
#include "wire.h"

#define SIM_NET_FIRST_PORT 49152 /* of the dynamic ports (RFC 6335) */

struct sim_net_host {
	uint8_t mac[6];
	uint8_t ip[16];
	uint16_t next_port; /* for streams of its own */
};

struct sim_net_link {
	bool up;
	ccs_time known; /* the one has the other's MAC from then on; CCS_NEVER: did not ask yet */
};

struct sim_net_listener {
	int host;
	uint16_t port;
};

struct sim_net_datagram {
	int from, to;
	uint16_t port, to_port;
	bool is_used;
	size_t length;
	uint8_t bytes[SIM_NET_DATAGRAM_MAX];
};

enum sim_net_entry_kind {
	SIM_NET_ENTRY_DEPART,	 /* datagram: its receiver's MAC is known now */
	SIM_NET_ENTRY_ARRIVE,	 /* datagram */
	SIM_NET_ENTRY_ADVERTISE, /* two hosts: the asked one answers */
	SIM_NET_ENTRY_SEGMENT,	 /* a segment arrives */
	SIM_NET_ENTRY_PUMP,	 /* an end of a stream may send again */
};

enum sim_net_segment {
	SIM_NET_SEGMENT_NONE,
	SIM_NET_SEGMENT_SYN,
	SIM_NET_SEGMENT_SYN_ACK,
	SIM_NET_SEGMENT_ACK, /* of the SYN_ACK; others are images only */
	SIM_NET_SEGMENT_DATA,
	SIM_NET_SEGMENT_FIN,
	SIM_NET_SEGMENT_RST,
};

/* Something on its way. */
struct sim_net_entry {
	ccs_time time;
	uint64_t order; /* breaks ties: first come, first served */
	enum sim_net_entry_kind kind;
	union {
		int datagram;
		struct {
			int from, to;
		} hosts;
		struct {
			int stream, end;
			enum sim_net_segment kind;
			uint32_t length;
		} segment; /* of `end`, who sends; PUMP: stream and end only */
	};
};

enum sim_net_end_state {
	SIM_NET_END_CLOSED,
	SIM_NET_END_SYN_SENT,
	SIM_NET_END_SYN_RECEIVED,
	SIM_NET_END_OPEN,
};

/*
 * One end of a stream with what it sends.  Offsets count payload from the start of the stream:
 * base <= arrived <= sent <= written; `bytes` holds base .. written.
 */
struct sim_net_end {
	int host; /* -1: the address is of no host */
	uint16_t port;
	enum sim_net_end_state state;
	enum sim_net_segment control; /* to be sent before all else */
	bool waits;		      /* a PUMP is in the queue; nothing leaves before it */
	bool fin_wanted, fin_sent, fin_arrived;
	uint8_t tries; /* of what is first in turn, without success */
	uint8_t *bytes;
	size_t room;
	uint64_t base, arrived, sent, written;
	ccs_time last_arrival; /* what is sent later arrives later */
	uint32_t isn;
	uint32_t seq; /* that follows everything sent, also what was lost */
	uint32_t ack; /* that follows everything of the peer that arrived */
};

struct sim_net_stream {
	uint8_t to_ip[16];
	struct sim_net_end ends[2]; /* who connects; who listens */
};

/* `*array` with room for `count` elements of `size` bytes; new ones are zero. */
void sim_net_grow(void *array, size_t *room, size_t count, size_t size);

void sim_net_enqueue(struct sim_net *net, struct sim_net_entry entry);

/* The host with this address; -1: none. */
int sim_net_find(const struct sim_net *net, const uint8_t ip[16]);

struct sim_net_link *sim_net_link(struct sim_net *net, int from, int to);

/* When a frame sent now arrives; and whether it is lost, for any reason. */
ccs_time sim_net_arrival(struct sim_net *net, ccs_time now);
bool sim_net_loses(struct sim_net *net);

/*
 * When `from`, linked to `to`, may send it a frame: `now`, or, when it has to ask for its MAC
 * first, the time when the answer has arrived.
 */
ccs_time sim_net_resolve(struct sim_net *net, int from, int to, ccs_time now);

struct sim_wire_end sim_net_wire_end(const struct sim_net *net, int host, uint16_t port);

/* Gives a frame to the tap. */
void sim_net_show(struct sim_net *net, const uint8_t *frame, size_t length, ccs_time now);

/* An entry of a stream whose time has come; true: it gave an event. */
bool sim_net_take_segment(struct sim_net *net, const struct sim_net_entry *entry,
			  struct sim_net_event *event);
bool sim_net_take_pump(struct sim_net *net, const struct sim_net_entry *entry,
		       struct sim_net_event *event);

#endif

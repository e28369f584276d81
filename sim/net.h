/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The IP network of the virtual world, above the power line: hosts with link-local addresses, UDP
 * datagrams and TCP streams, with delay, loss, splitting, joining, reset and half-close; and, for
 * who listens, the image of each frame as Wireshark would show it.
 *
 *	struct sim_net net = { 0 };
 *	struct sim_net_config config = sim_net_default;
 *	struct sim_net_event event;
 *
 *	sim_net_reset(&net, &config);
 *	int car = sim_net_add(&net, car_mac), charger = sim_net_add(&net, charger_mac);
 *	sim_net_listen(&net, charger, 50000);
 *	sim_net_set_link(&net, car, charger, true);
 *	int stream = sim_net_connect(&net, car, sim_net_ip(&net, charger), 50000, now);
 *	for (now = sim_net_deadline(&net); now != CCS_NEVER; now = sim_net_deadline(&net))
 *		while (sim_net_next(&net, now, &event))
 *			... event.host learns event.kind, and writes, closes, ... at `now`
 *	sim_net_free(&net);
 *
 * Time is an argument and must not go back.  The same configuration and calls give the same events
 * and frames to the byte, and the tap changes nothing.  Memory grows as needed and is kept by
 * sim_net_reset, so that thousands of runs cost no heap; without memory the program ends.
 *
 * What TCP is here: segments of one direction arrive once and in order, each after the delay, or
 * after a retransmission when it was lost; a loss holds back its direction until then.  Nothing is
 * limited by windows or congestion.  Acknowledgements and resets are lost by a missing link only,
 * and nothing is that was sent before the link went down.
 */
#ifndef SIM_NET_H
#define SIM_NET_H

#include "random.h"

#include "ccs/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_NET_SEGMENT_MAX  1440 /* bytes in a TCP segment: what an Ethernet frame takes */
#define SIM_NET_DATAGRAM_MAX 1452 /* bytes in a UDP datagram, likewise */

/* A frame on the line, from its Ethernet header on, without checksum of the frame. */
typedef void sim_net_tap(void *user, const uint8_t *frame, size_t length, ccs_time now);

/* All zero is valid: no delay, no faults.  Members may be changed at any time between two calls. */
struct sim_net_config {
	uint64_t seed;	    /* used by sim_net_reset only */
	ccs_time delay;	    /* of each frame */
	ccs_time jitter;    /* up to so much more */
	uint32_t loss;	    /* per mille of frames that are lost */
	uint32_t duplicate; /* per mille of datagrams that arrive twice */
	uint32_t segment;   /* most bytes in a segment: few split; 0: SIM_NET_SEGMENT_MAX */
	ccs_time coalesce;  /* what is written within so much time is sent together; 0: at once */
	sim_net_tap *tap;   /* sees frames when they are sent, in order of time; NULL: none made */
	void *user;	    /* first argument of `tap` */
};

/* A LAN without faults: 1 ms delay, full segments, sent at once. */
extern const struct sim_net_config sim_net_default;

enum sim_net_event_kind {
	SIM_NET_DATAGRAM,  /* `bytes` to `local_port`, from `ip` and `port` */
	SIM_NET_ACCEPTED,  /* a new stream, by a host that listens */
	SIM_NET_CONNECTED, /* the stream of sim_net_connect is open */
	SIM_NET_REFUSED,   /* nobody listens there, or no answer for two minutes: it has ended */
	SIM_NET_DATA,	   /* `bytes` of the peer */
	SIM_NET_CLOSED,	   /* the peer will send no more; one may still write */
	SIM_NET_RESET,	   /* by the peer, or no acknowledgement for 15 minutes: it has ended */
};

struct sim_net_event {
	enum sim_net_event_kind kind;
	ccs_time time;
	int host;	     /* who learns it */
	int stream;	     /* -1: a datagram */
	uint8_t ip[16];	     /* of the peer */
	uint16_t port;	     /* of the peer */
	uint16_t local_port; /* of `host` */
	const uint8_t *bytes;
	size_t length; /* of a stream at least 1 */
};

/* Private, but `config` may be written.  All zero is a valid start for sim_net_reset and _free. */
struct sim_net {
	struct sim_net_config config;
	struct sim_random random;
	struct sim_net_host *hosts;
	struct sim_net_stream *streams;
	struct sim_net_listener *listeners;
	struct sim_net_datagram *datagrams; /* their memory; free ones too */
	struct sim_net_entry *queue;	    /* a heap: the first is the next */
	struct sim_net_link *links;	    /* host x host: from, to */
	uint8_t *bytes;			    /* of the last event */
	size_t host_count, stream_count, listener_count, datagram_count, queued;
	size_t host_room, stream_room, listener_room, datagram_room, queue_room;
	size_t link_room, bytes_room;
	uint64_t order;	 /* of the next entry */
	ccs_time tapped; /* time of the last frame */
};

/* Starts from anew, without hosts, with the configuration given. */
void sim_net_reset(struct sim_net *net, const struct sim_net_config *config);

/* Gives its memory back; all zero then. */
void sim_net_free(struct sim_net *net);

/* Adds a host; returns its number, from 0. */
int sim_net_add(struct sim_net *net, const uint8_t mac[6]);

/* Its link-local address, 16 bytes, made from the MAC (RFC 4291 appendix A); valid until _add. */
const uint8_t *sim_net_ip(const struct sim_net *net, int host);

/*
 * Whether frames pass between two hosts; at first they do not.  Without link a datagram is lost
 * and streams stall; they go on with the first retransmission after the link is back.
 */
void sim_net_set_link(struct sim_net *net, int a, int b, bool up);

/*
 * Sends to a host's address, or to all that are linked (an address of ff02::/16).  Dropped when it
 * is longer than SIM_NET_DATAGRAM_MAX or the address is of no host.
 */
void sim_net_send_datagram(struct sim_net *net, int host, uint16_t port, const uint8_t to_ip[16],
			   uint16_t to_port, const void *bytes, size_t length, ccs_time now);

/* Accepts, from now on, any number of streams; and no more. */
void sim_net_listen(struct sim_net *net, int host, uint16_t port);
void sim_net_unlisten(struct sim_net *net, int host, uint16_t port);

/*
 * Opens a stream; returns its number, which is not used again before sim_net_reset.  CONNECTED or
 * REFUSED will follow.
 */
int sim_net_connect(struct sim_net *net, int host, const uint8_t to_ip[16], uint16_t to_port,
		    ccs_time now);

/*
 * `host` writes, sends its FIN after what it wrote (and may still read), or resets: what was not
 * sent yet is dropped.  What is written before CONNECTED waits for it; closing before ends the
 * attempt.  On a stream that has ended for this host all three do nothing, as does writing after
 * closing.
 */
void sim_net_write(struct sim_net *net, int stream, int host, const void *bytes, size_t length,
		   ccs_time now);
void sim_net_close(struct sim_net *net, int stream, int host, ccs_time now);
void sim_net_abort(struct sim_net *net, int stream, int host, ccs_time now);

/*
 * The next event that is due: true, and `event->bytes` stay until the next call or sim_net_reset.
 * false: none until `now`, which may be CCS_NEVER.
 */
bool sim_net_next(struct sim_net *net, ccs_time now, struct sim_net_event *event);

/* When to call sim_net_next; it may then have no event.  CCS_NEVER: nothing is on its way. */
ccs_time sim_net_deadline(const struct sim_net *net);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A station on a network interface: what ev_port.h and evse_port.h have in common.
 *
 *	ccs_ev_port_open(&port, loop, &config, &station, &problem);
 *	ccs_privileges_drop();
 *	uv_run(loop, UV_RUN_DEFAULT);
 *	... when it is enough:
 *	ccs_port_close(&port.port);	and run the loop until it is empty
 *
 * For each event (a frame, a datagram, bytes, the deadline, a value that changed): the hardware is
 * read, the station called, what must always hold is checked, the hardware is told, all output is
 * sent, the connection brought to what the station wants, the timer set.  Nothing blocks, nothing
 * polls.
 *
 * The interface may go down, lose its address, vanish and come back: sockets are opened and bound
 * anew when it is there again; meanwhile what is sent is lost, and a connection counts as closed
 * when the address is gone.
 *
 * Several ports may share a loop, one interface each.  An interface has one port, of all processes.
 */
#ifndef CCS_LINUX_PORT_H
#define CCS_LINUX_PORT_H

#include "linux/hardware.h"
#include "linux/modem_front.h"
#include "linux/netif.h"
#include "linux/packet_socket.h"
#include "linux/port_faults.h"
#include "linux/sdp_socket.h"
#include "linux/stream.h"

#include "ccs/invariants.h"
#include "ccs/record.h"
#include "ccs/stream.h"

struct ccs_port_config {
	const char *interface;	/* its name; must outlive the port, as all that is pointed to */
	bool sim_modem;		/* there is no modem: one is simulated */
	uint8_t attenuation_db; /* that it measures */
	const struct ccs_attenuations *attenuations; /* of single cars, copied; NULL: none */
	uint16_t tcp_port;			     /* the charger listens here; 0: a random one */
	struct ccs_hardware hardware;
	const struct sim_message_fault *faults; /* in what the station says; copied */
	size_t fault_count;
	const struct ccs_sink *sink; /* of the port's own notes; NULL */
	/* After each event, when all is done; may close the port. */
	void (*changed)(void *user, ccs_time now);
	void *user;
	/*
	 * Every frame of the power line as the station sends and gets it, and, with `tap_ip`, every
	 * IPv6 packet of the interface; NULL: not recorded.
	 */
	void (*tap)(void *user, const uint8_t *frame, size_t length, bool sent, ccs_time now);
	bool tap_ip;
	void *tap_user;
};

struct ccs_port;

/* What differs between car and charger. */
struct ccs_port_calls {
	enum ccs_side side;
	void (*tick)(struct ccs_port *port, ccs_time now);
	void (*frame)(struct ccs_port *port, const uint8_t *frame, size_t length, ccs_time now);
	void (*datagram)(struct ccs_port *port, const uint8_t *datagram, size_t length,
			 ccs_time now);
	void (*bytes)(struct ccs_port *port, const uint8_t *bytes, size_t length, ccs_time now);
	int (*opened)(struct ccs_port *port, ccs_time now);
	void (*closed)(struct ccs_port *port, ccs_time now);
	int (*send_frame)(struct ccs_port *port, uint8_t *buffer, size_t size);
	int (*send_datagram)(struct ccs_port *port, uint8_t *buffer, size_t size);
	int (*send_stream)(struct ccs_port *port, uint8_t *buffer, size_t size);
	enum ccs_stream_wish (*wish)(const struct ccs_port *port);
	ccs_time (*deadline)(const struct ccs_port *port);
	void (*before)(struct ccs_port *port); /* remembers the commands, for the invariants */
	/* True when one broke in this step. */
	bool (*is_broken)(struct ccs_port *port, ccs_time now, struct ccs_breach *breach);
	/* The car: where to connect.  NULL for the charger. */
	void (*charger)(const struct ccs_port *port, struct ccs_address *address);
	/* The charger: where its server listens; port 0: nowhere.  NULL for the car. */
	void (*listens)(struct ccs_port *port, const uint8_t ip[16], uint16_t tcp_port);
};

/* To be read by anyone: netif, complete, tcp_port, breaches.  The rest is private. */
struct ccs_port {
	struct ccs_port_config config;
	const struct ccs_port_calls *calls;
	uv_loop_t *loop;
	struct ccs_netif netif;
	bool complete;	   /* nothing was missing, now or at some time before */
	uint16_t tcp_port; /* where the server listens; 0: nowhere */
	uint32_t breaches; /* of invariants */
	bool with_plc;

	int lock; /* of the interface; -1: not taken */
	uv_timer_t timer;
	struct ccs_watch *news; /* of the interfaces */
	struct ccs_packet_socket plc;
	struct ccs_packet_socket ip;
	struct ccs_sdp_socket sdp;
	struct ccs_server *server;
	struct ccs_stream *stream;
	struct ccs_port_faults *faults; /* NULL: none */
	struct ccs_modem_front modem;
	bool closed;
	bool quiet;	  /* the trouble with the sockets was told */
	ccs_time refused; /* when a connection was, so that it is told once a second */
};

/*
 * Opens all that can be opened now and starts the events; the station must have been started.  -1:
 * there is something that will not get better by waiting (see `problem`); nothing is open then,
 * but the loop has to run until it is empty.
 */
int ccs_port_open(struct ccs_port *port, const struct ccs_port_calls *calls, uv_loop_t *loop,
		  const struct ccs_port_config *config, bool with_plc, struct ccs_problem *problem);

/* What is missing to work: 0: nothing; -1: see `problem`.  It may come any time. */
int ccs_port_is_missing(const struct ccs_port *port, struct ccs_problem *problem);

/* Values changed, or somebody acted on the station: steps it now. */
void ccs_port_poke(struct ccs_port *port);

/* What was sent last is still delivered while the loop runs.  Closing twice is allowed. */
void ccs_port_close(struct ccs_port *port);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The charger's station: control pilot, matching, discovery, session, and back, as one engine.
 *
 *	ccs_evse_station_init(&station, &config);
 *	ccs_evse_station_start(&station, now);		power on
 *	ccs_evse_station_set_address(&station, ip, port);	where the TCP server listens
 *	... whenever something comes from outside, or a value changed, or the deadline has come:
 *	ccs_evse_station_receive_frame(&station, frame, length, now);	EtherType 0x88e1
 *	ccs_evse_station_receive_datagram(&station, datagram, length, now);	to port 15118
 *	... then send what ccs_evse_station_send_datagram gives back to the datagram's sender,
 *	before the next datagram is handed in;
 *	ccs_evse_station_opened(&station, now);		a car has connected; see below
 *	ccs_evse_station_receive_stream(&station, bytes, length, now);
 *	ccs_evse_station_closed(&station, now);		the car has closed it, or it was reset
 *	ccs_evse_station_tick(&station, now);
 *	... after each of these: carry out the commands, and
 *	while ((n = ccs_evse_station_send_frame(&station, buffer, size)) > 0)
 *		transmit(buffer, n);
 *	while ((n = ccs_evse_station_send_stream(&station, buffer, size)) > 0)
 *		send it as one piece;
 *	... and when `station.stream` is CCS_STREAM_CLOSED, close a connection that is open.
 *
 * The server listens always.  A connection that comes while `station.stream` is CCS_STREAM_CLOSED,
 * or while there is one already, is closed at once: ccs_evse_station_opened says so with
 * CCS_ERR_STATE.
 *
 * The station reads `config.session.values` and writes `config.session.commands` in each call.  It
 * alone writes `pilot` and `duty`: the wishes of the matching, the session's end, and AC charging
 * without communication come together here.
 *
 * Whatever happens, power goes by the session engine, in the call that sees the reason; the station
 * only decides how it goes on.  `values.pilot` is taken as it is: the shell debounces.
 *
 * Its life: no car (12 V steady); a car: 5 % after 500 ms; matching; a link: discovery is answered;
 * a session.  After a session the pilot goes to steady 12 V and the station waits for the car to be
 * unplugged; a session that failed before the power was on is begun anew, through E/F,
 * `config.tries` times.  What ends the 5 % in the session, and when, follows ISO 15118-3 and
 * ISO 15118-2 8.7.
 *
 * While a session is paused there is no oscillator; state C, or ccs_evse_station_again, wakes up.
 *
 * AC (`config.session.ac`): with `config.basic_ac` the nominal duty cycle comes when the matching
 * or all sessions failed, or after the session of a SoC probe (`config.session.probe`).
 *
 * Records: STATE for each state and NOTE for each failure (topic "station"), SDP, and those of the
 * engines; frames of the power line are the shell's to record.
 *
 * No heap: what it needs is in the struct (about 12 KB).  Sources: ISO 15118-3 7 and 9 to 12,
 * IEC 61851-1 annex A, ISO 15118-2 7 and 8.
 */
#ifndef CCS_EVSE_STATION_H
#define CCS_EVSE_STATION_H

#include "ccs/evse_session.h"
#include "ccs/sdp.h"
#include "ccs/slac_evse.h"
#include "ccs/stream.h"

#define CCS_EVSE_STATION_INPUT	4096
#define CCS_EVSE_STATION_POOL	4096
#define CCS_EVSE_STATION_OUTPUT 1024

/* X(id, text) */
#define CCS_EVSE_STATION_STATES(X)                          \
	X(OFF, "off")                                       \
	X(AVAILABLE, "waiting for a car")                   \
	X(PLUGGED, "a car is plugged in")                   \
	X(MATCHING, "matching")                             \
	X(LINKED, "linked, waiting for the car to connect") \
	X(SESSION, "in session")                            \
	X(PAUSED, "paused")                                 \
	X(BASIC, "charging without communication")          \
	X(DONE, "done, waiting for the car to be unplugged")

enum ccs_evse_station_state {
#define CCS_EVSE_STATION_STATE_ROW(id, text) CCS_EVSE_STATION_##id,
	CCS_EVSE_STATION_STATES(CCS_EVSE_STATION_STATE_ROW)
#undef CCS_EVSE_STATION_STATE_ROW
};

const char *ccs_evse_station_state_text(enum ccs_evse_station_state state);

/* Zeroed members take the default in brackets. */
struct ccs_evse_station_config {
	struct ccs_evse_config session; /* its channel memory is filled in by the station */
	/* mac and random must be given; the others by ccs_slac_evse_set_defaults. */
	struct ccs_slac_evse_config slac;
	const struct ccs_sink *sink; /* of all engines; NULL: nobody listens */
	bool without_slac;	     /* plugged in is linked: no modem, a bench */
	bool basic_ac;		     /* the nominal duty cycle is offered; not without session.ac */
	int32_t basic_ma;	     /* per phase, 6 A to 80 A [16 A]; lowered by values.limits */
	uint8_t tries;		     /* from E/F on [3] */
};

/* `state`, `stream`, `slac`, `session` may be read; the rest is private. */
struct ccs_evse_station {
	enum ccs_evse_station_state state;
	enum ccs_stream_wish stream;
	struct ccs_slac_evse slac;
	struct ccs_evse_session session;

	struct ccs_evse_station_config config;
	struct ccs_evse_facts facts;
	struct ccs_sdp answer; /* of the discovery */
	bool answer_due;
	uint8_t ip[16]; /* of the TCP server */
	uint16_t port;
	ccs_time now;	     /* of this call */
	ccs_time deadline;   /* of the state */
	ccs_time ef_until;   /* the station's own sequence at the pilot: state F, */
	ccs_time x1_until;   /* then X1 */
	ccs_time echo_until; /* our own F may still be measured */
	ccs_time on_until;   /* the oscillator stays on after a session */
	ccs_time stop_at;    /* since when charging without communication is to end */
	uint8_t failures;    /* since the plug came */
	bool powered;	     /* current was allowed in this session */
	bool asleep;	     /* paused, and the car shows B: C wakes us up */
	uint8_t input[CCS_EVSE_STATION_INPUT];
	uint8_t output[CCS_EVSE_STATION_OUTPUT];
	uint64_t pool[CCS_EVSE_STATION_POOL / sizeof(uint64_t)];
};

void ccs_evse_station_init(struct ccs_evse_station *station,
			   const struct ccs_evse_station_config *config);

void ccs_evse_station_start(struct ccs_evse_station *station, ccs_time now);

/* Without an address (port 0) no discovery is answered. */
void ccs_evse_station_set_address(struct ccs_evse_station *station, const uint8_t ip[16],
				  uint16_t port);

/* As the functions of the engines: 0, CCS_IGNORED, or why it could not be decoded. */
int ccs_evse_station_receive_frame(struct ccs_evse_station *station, const uint8_t *frame,
				   size_t length, ccs_time now);
int ccs_evse_station_receive_datagram(struct ccs_evse_station *station, const uint8_t *datagram,
				      size_t length, ccs_time now);
void ccs_evse_station_receive_stream(struct ccs_evse_station *station, const uint8_t *bytes,
				     size_t length, ccs_time now);

/* 0: it is the session's; CCS_ERR_STATE: close it. */
int ccs_evse_station_opened(struct ccs_evse_station *station, ccs_time now);
void ccs_evse_station_closed(struct ccs_evse_station *station, ccs_time now);

void ccs_evse_station_tick(struct ccs_evse_station *station, ccs_time now);

/*
 * From DONE: begins again, through E/F.  From PAUSED: wakes the car up.  CCS_ERR_STATE elsewhere.
 */
int ccs_evse_station_again(struct ccs_evse_station *station, ccs_time now);

/* Length of the next piece; 0: none; CCS_ERR_SPACE: `buffer` is too small, it waits. */
int ccs_evse_station_send_frame(struct ccs_evse_station *station, uint8_t *buffer, size_t size);
int ccs_evse_station_send_datagram(struct ccs_evse_station *station, uint8_t *buffer, size_t size);
int ccs_evse_station_send_stream(struct ccs_evse_station *station, uint8_t *buffer, size_t size);

/* When to tick at the latest; CCS_NEVER: only when values change. */
ccs_time ccs_evse_station_deadline(const struct ccs_evse_station *station);

/* For ccs_evse_check(). */
const struct ccs_evse_facts *ccs_evse_station_facts(const struct ccs_evse_station *station);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The car's station: plug, matching, discovery, connection, session, and back, as one engine.
 *
 *	ccs_ev_station_init(&station, &config);
 *	ccs_ev_station_start(&station, now);		power on
 *	... whenever something comes from outside, or a value changed, or the deadline has come:
 *	ccs_ev_station_receive_frame(&station, frame, length, now);	EtherType 0x88e1
 *	ccs_ev_station_receive_datagram(&station, datagram, length, now);	answers of SDP
 *	ccs_ev_station_receive_stream(&station, bytes, length, now);
 *	ccs_ev_station_opened(&station, now);	_closed(&station, now);
 *	ccs_ev_station_tick(&station, now);
 *	... after each of these: carry out the commands, and
 *	while ((n = ccs_ev_station_send_frame(&station, buffer, size)) > 0)
 *		transmit(buffer, n);
 *	while ((n = ccs_ev_station_send_datagram(&station, buffer, size)) > 0)
 *		send it to [ff02::1]:15118, always from the same port;
 *	while ((n = ccs_ev_station_send_stream(&station, buffer, size)) > 0)
 *		send it as one piece;
 *	... and bring the connection to what `station.stream` says:
 *	CCS_STREAM_OPEN with none:	connect to station.sdp.secc, then report _opened, or
 *					_closed when it is refused or takes more than 2 s;
 *	CCS_STREAM_CLOSED with one:	close it (what was sent is still delivered); report nothing.
 *
 * The station reads `config.session.values` and writes `config.session.commands` in each call.  It
 * alone writes the pilot: the wish of the session, the toggles of the matching, and state C of
 * charging without communication come together here.
 *
 * Its life: unplugged; plugged in and 5 % duty: matching; a link: discovery; an answer: connection;
 * a session.  What failed before the power was on is tried again `config.tries` times, from the
 * matching on (R14: a refused connection sooner than that); then, and after an ended session, it
 * waits until it is unplugged, or until it is told to begin again.  A duty cycle of 8 to 97 % is
 * AC charging without communication (IEC 61851-1), where `config.basic_ac` allows it: at once, and
 * after all that ended by the charger's will.
 *
 * A session that was paused is resumed when the charger shows 5 % again, when `values.pause` is
 * taken back, or by ccs_ev_station_again: with a BCB toggle if the charger sleeps.
 *
 * Records: STATE for each state and NOTE for each failure (topic "station"), SDP, and those of the
 * engines; frames of the power line are the shell's to record.
 *
 * No heap: what it needs is in the struct (about 12 KB).  Sources: ISO 15118-3 9 to 12, ISO 15118-2
 * 7, IEC 61851-1 annex A.
 */
#ifndef CCS_EV_STATION_H
#define CCS_EV_STATION_H

#include "ccs/ev_session.h"
#include "ccs/sdp_client.h"
#include "ccs/slac_ev.h"
#include "ccs/stream.h"

#define CCS_EV_STATION_INPUT  4096
#define CCS_EV_STATION_POOL   4096
#define CCS_EV_STATION_OUTPUT 1024

/* X(id, text) */
#define CCS_EV_STATION_STATES(X)                                \
	X(OFF, "off")                                           \
	X(UNPLUGGED, "unplugged")                               \
	X(PLUGGED, "plugged in, waiting for the control pilot") \
	X(MATCHING, "matching")                                 \
	X(DISCOVERY, "looking for the charger")                 \
	X(CONNECTING, "connecting")                             \
	X(SESSION, "in session")                                \
	X(PAUSED, "paused")                                     \
	X(BASIC, "charging without communication")              \
	X(DONE, "done, waiting to be unplugged")

enum ccs_ev_station_state {
#define CCS_EV_STATION_STATE_ROW(id, text) CCS_EV_STATION_##id,
	CCS_EV_STATION_STATES(CCS_EV_STATION_STATE_ROW)
#undef CCS_EV_STATION_STATE_ROW
};

const char *ccs_ev_station_state_text(enum ccs_ev_station_state state);

/* Zeroed members take the default in brackets. */
struct ccs_ev_station_config {
	/* Channel memory, and EVCCID when its length is 0, are filled in by the station. */
	struct ccs_ev_session_config session;
	/* mac and random must be given; the others by ccs_slac_ev_set_defaults. */
	struct ccs_slac_ev_config slac;
	const struct ccs_sink *sink; /* of all engines; NULL: nobody listens */
	bool without_slac;	     /* plugged in is linked: no modem, a bench */
	bool basic_ac;		     /* draws AC where the duty cycle offers it */
	uint8_t tries;		     /* from the matching on [3] */
};

/* `state`, `stream`, `slac`, `sdp`, `session` may be read; the rest is private. */
struct ccs_ev_station {
	enum ccs_ev_station_state state;
	enum ccs_stream_wish stream;
	struct ccs_slac_ev slac;
	struct ccs_sdp_client sdp;
	struct ccs_ev_session session;

	struct ccs_ev_station_config config;
	struct ccs_ev_facts facts;
	ccs_time now;	     /* of this call */
	ccs_time entered;    /* the state */
	ccs_time deadline;   /* of the state */
	ccs_time leave_at;   /* the modem leaves the charger's network */
	ccs_time joining;    /* since when the modems join */
	ccs_time connect_at; /* the next try to connect */
	ccs_time stop_at;    /* since when charging without communication is to end */
	uint8_t failures;    /* since the plug came */
	bool powered;	     /* the contactors were closed in this session */
	bool toggle_c;	     /* wakes the charger up */
	bool asleep;	     /* the 5 % went after the pause began */
	bool pause_seen;     /* values.pause, since the pause began */
	bool resumes;	     /* the next session continues the paused one */
	bool open_to_basic;  /* it was not the car that wanted the end */
	uint8_t input[CCS_EV_STATION_INPUT];
	uint8_t output[CCS_EV_STATION_OUTPUT];
	uint64_t pool[CCS_EV_STATION_POOL / sizeof(uint64_t)];
};

/* 0, or what ccs_ev_session_init says of the configuration. */
int ccs_ev_station_init(struct ccs_ev_station *station, const struct ccs_ev_station_config *config);

void ccs_ev_station_start(struct ccs_ev_station *station, ccs_time now);

/* As the functions of the engines: 0, CCS_IGNORED, or why it could not be decoded. */
int ccs_ev_station_receive_frame(struct ccs_ev_station *station, const uint8_t *frame,
				 size_t length, ccs_time now);
int ccs_ev_station_receive_datagram(struct ccs_ev_station *station, const uint8_t *datagram,
				    size_t length, ccs_time now);
void ccs_ev_station_receive_stream(struct ccs_ev_station *station, const uint8_t *bytes,
				   size_t length, ccs_time now);

/* The connection is open; was refused, closed or reset by the peer, or lost. */
void ccs_ev_station_opened(struct ccs_ev_station *station, ccs_time now);
void ccs_ev_station_closed(struct ccs_ev_station *station, ccs_time now);

void ccs_ev_station_tick(struct ccs_ev_station *station, ccs_time now);

/*
 * From DONE: begins again although it was not unplugged.  From PAUSED: wakes the charger up and
 * resumes.  CCS_ERR_STATE elsewhere.
 */
int ccs_ev_station_again(struct ccs_ev_station *station, ccs_time now);

/* Length of the next piece; 0: none; CCS_ERR_SPACE: `buffer` is too small, it waits. */
int ccs_ev_station_send_frame(struct ccs_ev_station *station, uint8_t *buffer, size_t size);
int ccs_ev_station_send_datagram(struct ccs_ev_station *station, uint8_t *buffer, size_t size);
int ccs_ev_station_send_stream(struct ccs_ev_station *station, uint8_t *buffer, size_t size);

/* When to tick at the latest; CCS_NEVER: only when values change. */
ccs_time ccs_ev_station_deadline(const struct ccs_ev_station *station);

/* For ccs_ev_check(). */
const struct ccs_ev_facts *ccs_ev_station_facts(const struct ccs_ev_station *station);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scripted car and a small supply around a charger's session: for its tests and its fuzz target.
 * After every step the invariants are checked; what broke first stays in `breach`.
 */
#ifndef EVSE_PEER_H
#define EVSE_PEER_H

#include "ccs/evse_session.h"
#include "ccs/msg/app.h"
#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"

struct peer {
	struct ccs_evse_session session;
	struct ccs_evse_values values;
	struct ccs_evse_commands commands;
	struct ccs_evse_commands before; /* the last step */
	struct ccs_sink sink;
	uint8_t memory[3][8192]; /* input, output, pool of the session */
	uint8_t pool[8192];	 /* of the response */
	ccs_time now;
	struct ccs_breach breach;
	bool sensor_silent;
	bool no_isolation; /* the monitor never finishes */
	ccs_time tested;   /* since when the isolation is tested */
	struct din_V2G_Message request;
	struct din_SelectedService service;
	struct din_ProfileEntry profile;
	const struct din_V2G_Message *response; /* NULL: none came */
	const struct iso2_V2G_Message *iso2;	/* in a session of ISO 15118-2 */
	struct iso2_V2G_Message iso2_request;
	struct iso2_SelectedService iso2_service;
	struct iso2_ProfileEntry iso2_profile;
	const struct app_supportedAppProtocolRes *handshake;
	int32_t least_mv, most_mv; /* that the cable has whatever is told; 0: any */
	bool car_closed;	   /* the car's contactors: a battery of 380 V is on the cable */
	int notes;
	int warnings;
	int verdicts;
	enum ccs_note_level verdict_level;
	const char *verdict; /* the last one */
	int64_t told_soc;    /* by VALUE records, in thousandths */
	int64_t told_capacity;
	char told_evccid[20];
};

/* A charger of 500 V, 200 A, 60 kW; a car in state B; everything granted; connected. */
void peer_open(struct peer *peer);

/* The same, with other settings. */
void peer_open_with(struct peer *peer, struct ccs_evse_config config);

/* Time goes on in steps of at most 100 ms; the supply follows its set-point. */
void peer_wait(struct peer *peer, ccs_time time);

/* Judges the values as they are. */
void peer_tick(struct peer *peer);

/* Bytes from the car; the last answer is decoded. */
void peer_receive(struct peer *peer, const uint8_t *bytes, size_t length);

/* A good request of that kind, to be changed before it is sent. */
void peer_prepare(struct peer *peer, enum din_BodyElement_tag tag);

/* Sends peer->request.  Returns the code of the response, -1: none came. */
int peer_send(struct peer *peer);

/* Both. */
int peer_ask(struct peer *peer, enum din_BodyElement_tag tag);

/* The same for ISO 15118-2: peer->iso2_request; the answer is in peer->iso2. */
void peer_prepare_iso2(struct peer *peer, enum iso2_BodyElement_tag tag);
void peer_send_iso2(struct peer *peer);

/* Sends a handshake of `count` offers. */
void peer_shake(struct peer *peer, struct app_AppProtocol *offers, uint32_t count);

/* The code of any response of DIN. */
int peer_code(const struct din_Body *body);

/* Opens with an offer of ISO 15118-2 (and DIN after it), and shakes hands. */
void peer_open_iso2(struct peer *peer, struct ccs_evse_config config);

/* Sends peer->iso2_request, or a good one of that kind; as peer_send and peer_ask. */
int peer_answer_iso2(struct peer *peer);
int peer_ask_iso2(struct peer *peer, enum iso2_BodyElement_tag tag);

/* PowerDeliveryReq with that progress. */
int peer_deliver_iso2(struct peer *peer, enum iso2_chargeProgress progress);

/* As peer_reach; also after a renegotiation. */
bool peer_reach_iso2(struct peer *peer, enum ccs_evse_state state);

/* The code of any response of ISO 15118-2. */
int peer_code_iso2(const struct iso2_Body *body);

/* The n-th state of a DC session, from SESSION_SETUP on. */
static inline enum ccs_evse_state peer_dc_state(int n)
{
	int at = CCS_EVSE_SESSION_SETUP + n;

	return (enum ccs_evse_state)(at < CCS_EVSE_READY ? at : at + 1);
}

/* Goes the good way until the session is in `state`; false: it did not get there. */
bool peer_reach(struct peer *peer, enum ccs_evse_state state);

#endif

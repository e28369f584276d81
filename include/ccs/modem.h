/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power line modem of this side: finding it, giving it a key, watching its link.
 *
 *	ccs_modem_init(&modem, &config, sink);
 *	ccs_modem_start(&modem, now);
 *	... frames of EtherType 0x88e1 go in and out, time goes in:
 *	ccs_modem_receive(&modem, frame, length, now);
 *	ccs_modem_tick(&modem, now);			at ccs_modem_deadline(&modem)
 *	while ((length = ccs_modem_send(&modem, frame, sizeof(frame))) > 0)
 *		transmit(frame, length);
 *
 * The SLAC engines (slac_ev.h, slac_evse.h) have one inside and feed it; by itself it is for tools.
 * It speaks to the modem at the own host port only, never to one across the power line, and never
 * changes more than the key.  What arrives is believed only from the modem found.
 *
 * What the chips do differently: Qualcomm says 1 for a key accepted, the standard's text 0; a
 * QCA7420 answers with the old key for 2.6 s, is silent until 5 s and sees its peer after 6 to 8 s.
 * So an accepted key is verified by CM_GET_KEY, and the link counts when that does not contradict.
 *
 * Sources: HomePlug AV 1.1 chapter 11, Green PHY 1.1; vendor messages as observed.
 */
#ifndef CCS_MODEM_H
#define CCS_MODEM_H

#include "ccs/error.h"
#include "ccs/mme.h"
#include "ccs/record.h"
#include "ccs/time.h"

enum ccs_modem_chip {
	CCS_MODEM_UNKNOWN, /* answers the standard's messages only (so do MSE102x) */
	CCS_MODEM_QCA_OTHER,
	CCS_MODEM_QCA7000,
	CCS_MODEM_QCA7005,
	CCS_MODEM_QCA7006,
	CCS_MODEM_QCA6410,
	CCS_MODEM_QCA6411,
	CCS_MODEM_QCA7420, /* AR7420 too */
	CCS_MODEM_QCA7500, /* no SLAC */
	CCS_MODEM_CG5317,  /* Lumissil */
	CCS_MODEM_MSE102X, /* Vertexcom; has no message of its own to be known by: configured only
			    */
	CCS_MODEM_CHIPS,
};

/* "QCA7005" */
const char *ccs_modem_chip_name(enum ccs_modem_chip chip);

/* The chip of a VS_SW_VER.CNF. */
enum ccs_modem_chip ccs_modem_identify(const struct ccs_vs_sw_ver_cnf *cnf);

/* Whether the modem has no firmware running: it has to be given one (host boot). */
bool ccs_modem_is_boot_loader(const struct ccs_vs_sw_ver_cnf *cnf);

enum ccs_modem_state {
	CCS_MODEM_OFF,
	CCS_MODEM_SEARCHING,
	CCS_MODEM_ABSENT, /* not found; asked now and then, goes on when it answers */
	CCS_MODEM_READY,
	CCS_MODEM_SETTING_KEY, /* CM_SET_KEY.REQ is out */
	CCS_MODEM_VERIFYING,   /* accepted; perhaps it restarts; CM_GET_KEY asks for the new key */
	CCS_MODEM_STATES,
};

/* What became of the key last given. */
enum ccs_modem_key {
	CCS_MODEM_KEY_NONE,
	CCS_MODEM_KEY_PENDING,
	CCS_MODEM_KEY_SET,    /* accepted, and verified where the modem can be asked */
	CCS_MODEM_KEY_FAILED, /* refused, unanswered, or the old one stayed */
};

/* X(name, value, minimum, maximum): milliseconds, or a count where the name says so. */
#define CCS_MODEM_LIMITS(X)                                                                    \
	X(find_interval, 200, 50, 5000)	    /* between two questions of the search */          \
	X(find_count, 15, 1, 1000)	    /* questions until it is called absent */          \
	X(find_again, 2000, 200, 60000)	    /* between two questions when absent */            \
	X(set_key_response, 500, 50, 5000)  /* until CM_SET_KEY.REQ is repeated */             \
	X(set_key_count, 12, 1, 100)	    /* requests without answer */                      \
	X(set_key_refused_count, 3, 1, 100) /* a QCA7005 may refuse once after a link */       \
	X(verify_interval, 300, 50, 5000)   /* between two CM_GET_KEY.REQ */                   \
	X(verify_time, 8000, 500, 30000)    /* for the new key to show */                      \
	X(link_settle, 1000, 0, 10000)	    /* no link is believed so soon after a key */      \
	X(link_fast, 100, 50, 5000)	    /* between two questions while there is no link */ \
	X(link_slow, 1000, 100, 60000)	    /* and while there is */                           \
	X(link_other_count, 5, 1, 100)	    /* unanswered questions until another is tried */  \
	X(link_loss_count, 3, 1, 100)	    /* answers "no" in a row until the link is lost */ \
	X(link_silence, 10000, 1000, 60000) /* without any answer the link is lost */

enum ccs_modem_limit {
#define CCS_MODEM_LIMIT_ROW(name, value, minimum, maximum) CCS_MODEM_LIMIT_##name,
	CCS_MODEM_LIMITS(CCS_MODEM_LIMIT_ROW)
#undef CCS_MODEM_LIMIT_ROW
		CCS_MODEM_LIMIT_COUNT,
};

struct ccs_modem_config {
	uint8_t host_mac[6];	  /* of the interface the modem is at */
	enum ccs_side side;	  /* the EVSE's modem is the coordinator */
	enum ccs_modem_chip chip; /* CCS_MODEM_UNKNOWN: find out */
	/* Resets the chip after each key (helps 1 session of 100, costs seconds in all others). */
	bool reset_after_key;
	uint16_t limit[CCS_MODEM_LIMIT_COUNT];
};

/* All zero but the limits, which get their defaults. */
void ccs_modem_set_defaults(struct ccs_modem_config *config);

/* CCS_ERR_NAME: no limit of this name; CCS_ERR_RANGE: beyond its minimum or maximum. */
int ccs_modem_set_limit(struct ccs_modem_config *config, const char *name, uint32_t value);

/* To be read by anyone: state, chip, key, link, has_mac, mac, key_writes.  The rest is private. */
struct ccs_modem {
	struct ccs_modem_config config;
	const struct ccs_sink *sink;
	enum ccs_modem_state state;
	enum ccs_modem_chip chip;
	enum ccs_modem_key key;
	bool link;	     /* the peer is there; false while it is not watched */
	bool has_mac;	     /* `mac` is the modem's */
	uint8_t mac[6];	     /* of the modem, which is not the host's */
	uint32_t key_writes; /* keys accepted since init: flash may wear */

	ccs_time deadline; /* of the state */
	ccs_time key_time; /* when the modem accepted the key */
	ccs_time key_end;  /* of the verification */
	ccs_time link_poll;
	ccs_time link_heard; /* last answer to a question for the link */
	uint16_t tries;
	uint16_t refusals;
	uint8_t pending;      /* frames to send, a bit each */
	uint8_t question;     /* of the search */
	uint8_t link_row;     /* of the questions for the link */
	uint16_t link_misses; /* unanswered in a row */
	uint16_t link_losses; /* "no" in a row */
	bool watching;
	bool asked;   /* a question for the link is open */
	bool settled; /* a question for the link was ever answered */
	bool renew;   /* another key came while one was on its way */
	bool old_key; /* CM_GET_KEY still showed another network */
	uint8_t nid[7];
	uint8_t nmk[16]; /* wiped when set */
};

/* `config` is copied; `sink` (may be NULL) must outlive the engine. */
void ccs_modem_init(struct ccs_modem *modem, const struct ccs_modem_config *config,
		    const struct ccs_sink *sink);

/* Begins the search; a modem known before is forgotten. */
void ccs_modem_start(struct ccs_modem *modem, ccs_time now);

/*
 * Gives it a key, at once or as soon as it is found and the key before has been accepted.  Follow
 * `key`.  The NMK is wiped from memory when the modem shows it or does not want it.
 */
void ccs_modem_set_key(struct ccs_modem *modem, const uint8_t nmk[16], const uint8_t nid[7],
		       ccs_time now);

/* Watches the link from now on or no longer; `link` begins as false. */
void ccs_modem_watch_link(struct ccs_modem *modem, bool on, ccs_time now);

/* 0; CCS_IGNORED: not from our modem or nothing we asked; errors as ccs_mme_decode. */
int ccs_modem_receive(struct ccs_modem *modem, const uint8_t *frame, size_t length, ccs_time now);

/* The same for a message that is decoded already. */
int ccs_modem_take(struct ccs_modem *modem, const struct ccs_mme *mme, ccs_time now);

void ccs_modem_tick(struct ccs_modem *modem, ccs_time now);

/* Length of the next frame to transmit, now; 0: none; CCS_ERR_SPACE: call again with more room. */
int ccs_modem_send(struct ccs_modem *modem, uint8_t *frame, size_t size);

/* When ccs_modem_tick wants to be called; CCS_NEVER. */
ccs_time ccs_modem_deadline(const struct ccs_modem *modem);

#endif

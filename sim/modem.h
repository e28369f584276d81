/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated power line modem: what it answers its host, when it has which key, and what it
 * measures.  The line between modems is plc.h, whose user needs of this only the table and, to
 * break something, `config` of sim_plc_modem.
 *
 * A key given with CM_SET_KEY.REQ is confirmed at once and used later.  For `old_key_ms` the modem
 * goes on with the old one, then it restarts and for `deaf_ms` neither hears nor says anything, and
 * `join_ms` (to which chance adds up to `join_spread_ms`) after that it sees others of its network.
 *
 * Sources: HomePlug AV 1.1 chapter 11, Green PHY 1.1; chips as measured.
 */
#ifndef SIM_MODEM_H
#define SIM_MODEM_H

#include "modem_store.h"
#include "random.h"

#include "ccs/mme.h"
#include "ccs/modem.h"
#include "ccs/slac.h"

/* What a modem is like.  A row of the table, or a changed copy. */
struct sim_modem_config {
	const char *name;
	enum ccs_modem_chip chip; /* UNKNOWN: answers the standard's messages only */
	const char *version;	  /* firmware, for those that tell */
	bool vendor_profiles;	  /* reports sounds as VS_ATTEN_CHAR.IND, also onto the line */
	bool profiles;		  /* reports sounds as CM_ATTEN_PROFILE.IND */
	bool empty_profiles;	  /* with no groups in them */
	bool no_get_key;	  /* does not answer CM_GET_KEY.REQ */
	bool no_link_status;	  /* nor what asks for its link */
	uint8_t key_result;	  /* of CM_SET_KEY.CNF when it takes the key */
	uint16_t old_key_ms;
	uint16_t deaf_ms;
	uint16_t join_ms;
	uint16_t join_spread_ms;
	uint16_t reset_ms;  /* deaf after VS_RS_DEV.REQ */
	bool dead;	    /* fault: hears and says nothing */
	bool refuses_key;   /* fault */
	bool forgets_key;   /* fault: confirms a key and stays with the old one */
	bool never_joins;   /* fault: has the key, but sees nobody */
	bool hears_nothing; /* fault: no profile for any sound */
};

enum sim_modem_kind {
	SIM_MODEM_QCA7005, /* chargers and cars: both kinds of profiles, link after 2.5 to 4 s */
	SIM_MODEM_AR7420,  /* mains adapters: empty profiles, link after 6.3 to 7.8 s */
	SIM_MODEM_CG5317,  /* Lumissil */
	SIM_MODEM_PLAIN,   /* what the standard says and nothing else; so is an MSE102x */
	SIM_MODEM_KINDS,
};

extern const struct sim_modem_config sim_modems[SIM_MODEM_KINDS];

/* "qca7005"; NULL: no modem of this name. */
const struct sim_modem_config *sim_modem_find(const char *name);

struct sim_modem_network {
	uint8_t nid[7];
	uint8_t nmk[16];
	ccs_time joined; /* from then on others are seen */
};

struct sim_modem {
	struct sim_modem_config config; /* may be changed at any time */
	enum ccs_side side;		/* which it is set up for: the EVSE's measures sounds */
	uint8_t mac[6];
	uint8_t host_mac[6];
	struct sim_modem_network before; /* until `change` */
	struct sim_modem_network after;	 /* from then on */
	ccs_time change;
	ccs_time awake;		       /* deaf from `change` until then */
	uint32_t keys;		       /* taken */
	struct sim_modem_store *store; /* Qualcomm's parameter block and its faults; NULL: none */
};

/* A message that a modem says.  Lists in `mme` point into `memory`: do not copy. */
struct sim_modem_reply {
	struct ccs_mme mme;
	uint8_t memory[CCS_SLAC_GROUPS + 64];
};

#define SIM_MODEM_PEERS 8 /* listed in an answer; there may be more */

/* Modems that it sees. */
struct sim_modem_peers {
	uint32_t count;
	uint8_t mac[SIM_MODEM_PEERS][6]; /* the first ones */
};

/* A modem with a random key, in no network; `number` makes its MAC. */
void sim_modem_init(struct sim_modem *modem, const struct sim_modem_config *config,
		    enum ccs_side side, const uint8_t host_mac[6], uint16_t number,
		    struct sim_random *random);

bool sim_modem_is_awake(const struct sim_modem *modem, ccs_time now);

/* The network it has the key of. */
const struct sim_modem_network *sim_modem_network(const struct sim_modem *modem, ccs_time now);

/* True when both have the same key, are awake and had time to join; `since` when the later did. */
bool sim_modem_shares_network(const struct sim_modem *a, const struct sim_modem *b, ccs_time now,
			      ccs_time *since);

/* True when a host reaches its modem under `address`. */
bool sim_modem_is_called(const struct sim_modem *modem, const uint8_t address[6]);

/* Its own host asks.  False: no answer. */
bool sim_modem_answer(struct sim_modem *modem, const struct ccs_mme *request,
		      const struct sim_modem_peers *peers, struct sim_random *random, ccs_time now,
		      struct sim_modem_reply *reply);

/* A host behind another modem of the network asks. */
bool sim_modem_answer_far(const struct sim_modem *modem, const struct ccs_mme *request,
			  ccs_time now, struct sim_modem_reply *reply);

/* What it reports of a sound of `pev_mac`; `vendor`: as VS_ATTEN_CHAR.IND.  False: nothing. */
bool sim_modem_report(const struct sim_modem *modem, const uint8_t pev_mac[6],
		      const uint8_t db[CCS_SLAC_GROUPS], bool vendor,
		      struct sim_modem_reply *reply);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a simulated Qualcomm modem keeps: its parameter block (PIB) in flash memory, the copy it
 * works with, the factory's copy, and the session in which a host writes a new one.  It answers
 * what a host asks about them, and breaks in the ways that real ones do.
 *
 * A new PIB is complete in the modem before its commit, and takes effect at the restart after it.
 */
#ifndef SIM_MODEM_STORE_H
#define SIM_MODEM_STORE_H

#include "ccs/mme.h"
#include "ccs/pib.h"
#include "ccs/time.h"

enum sim_store_fault {
	SIM_STORE_SOUND,
	SIM_STORE_SILENT,	 /* answers no question for its modules from number `fault_at` on */
	SIM_STORE_LOSES_ANSWER,	 /* does not answer that one */
	SIM_STORE_READS_BADLY,	 /* one byte of that answer is wrong */
	SIM_STORE_ZERO_KEYS,	 /* as modems show their PIB over the power line */
	SIM_STORE_FULL,		 /* reads on for ever */
	SIM_STORE_LOCKED,	 /* refuses sessions */
	SIM_STORE_REFUSES_CHUNK, /* refuses to take question number `fault_at` */
	SIM_STORE_WRITES_BADLY,	 /* one byte of what it keeps is wrong, and it finds out */
	SIM_STORE_POWER_LOSS,	 /* restarts at question number `fault_at` */
	SIM_STORE_POWER_LOST,	 /* the same, and does not come back */
	SIM_STORE_COMMITS_SILENT, /* commits, restarts by itself, and says nothing */
	SIM_STORE_FORGETS_COMMIT, /* says it did, and keeps the old PIB */
	SIM_STORE_TORN_COMMIT,	  /* keeps half of the new PIB, once; its MAC says so */
	SIM_STORE_TORN_ALWAYS,	  /* each time */
	SIM_STORE_BRICKED_COMMIT, /* comes back with its boot loader */
	SIM_STORE_NO_RESET,	  /* does not restart when it is told to, and says nothing */
	SIM_STORE_ODD_BYTES,	  /* changes a byte of no meaning by itself */
	SIM_STORE_NO_FACTORY,	  /* says that it took its factory's PIB, and keeps the other */
	SIM_STORE_FOREIGN_MAC,	  /* takes the MAC of a new PIB for another modem's */
	SIM_STORE_FOREIGN_DAK,	  /* and its device key */
	SIM_STORE_SESSION_ENDS,	  /* forgets the session at question number `fault_at` */
	SIM_STORE_NO_FLASH,	  /* has no flash memory: its host boots it */
	SIM_STORE_FAULTS,	  /* the fuzzer's corpus counts on the order: add at the end */
};

/* "power_loss"; SIM_STORE_FAULTS: no fault of this name. */
enum sim_store_fault sim_store_find_fault(const char *name);
const char *sim_store_fault_name(enum sim_store_fault fault);

struct sim_store_image {
	size_t size;
	uint8_t bytes[CCS_PIB_FILE_MAX];
};

struct sim_modem_store {
	enum sim_store_fault fault;
	uint32_t fault_at;  /* which question for a module, from 1 */
	uint32_t questions; /* for modules, so far */
	uint32_t commits;
	bool boot_loader; /* its firmware does not run any more */
	struct sim_store_image running;
	struct sim_store_image flash;
	struct sim_store_image factory;
	struct sim_store_image staged; /* what is being written; its size is what has come */
	uint32_t session_id;	       /* 0: none */
	ccs_time session_end;
	uint32_t staged_length;
	uint32_t staged_checksum;
	uint8_t answer[CCS_MME_FRAME_MAX]; /* data of the last one */
};

enum sim_store_result {
	SIM_STORE_NOT_MINE, /* not about what it keeps */
	SIM_STORE_NO_ANSWER,
	SIM_STORE_ANSWER,
	SIM_STORE_RESTART,	  /* without an answer */
	SIM_STORE_ANSWER_RESTART, /* after the answer */
	SIM_STORE_DIE,
};

/*
 * A chain as the maker's tools make it, for the chip, with that MAC; the keys are made of it.
 * Returns its size.
 */
size_t sim_store_make_pib(uint8_t chain[CCS_PIB_FILE_MAX], enum ccs_modem_chip chip,
			  const uint8_t mac[6]);

/*
 * Whether a file may be what such a modem keeps: the chain's headers are right and its PIB stands
 * where sim_store_make_pib puts it.  The PIB may be damaged: this is what a modem does to it that
 * breaks.
 */
bool sim_store_is_chain(const uint8_t *file, size_t size);

/* Renews the checksums of a PIB made by sim_store_make_pib. */
void sim_store_seal(struct sim_store_image *image);

/* Flash, factory's copy and running copy are `chain`. */
void sim_modem_store_init(struct sim_modem_store *store, const uint8_t *chain, size_t size);

/* A question of its host; `reply` points into the store until the next one. */
enum sim_store_result sim_modem_store_take(struct sim_modem_store *store, const uint8_t mac[6],
					   const struct ccs_mme *request, ccs_time now,
					   struct ccs_mme *reply);

/* What of it is in the language of older chips: VS_GET_NVM, VS_RD_MOD, VS_WR_MOD, VS_MOD_NVM. */
enum sim_store_result sim_modem_store_take_nvm(struct sim_modem_store *store, const uint8_t mac[6],
					       const struct ccs_mme *request,
					       struct ccs_mme *reply);

/* What the modem thinks of the PIB that is to become its own. */
enum sim_store_verdict {
	SIM_STORE_FITS,
	SIM_STORE_DAMAGED,
	SIM_STORE_OTHER_MAC,
	SIM_STORE_OTHER_DAK,
};

enum sim_store_verdict sim_modem_store_judge(const struct sim_modem_store *store);

/* What was staged into the flash memory, as well as the modem can. */
void sim_modem_store_keep(struct sim_modem_store *store);

/* A key that its host gave it goes into the PIB, too, with whatever NID came with it. */
void sim_modem_store_set_key(struct sim_modem_store *store, const uint8_t nmk[16],
			     const uint8_t nid[7]);

/* What a restart does. */
void sim_modem_store_boot(struct sim_modem_store *store);

/* The MAC of its PIB; 00:b0:52:00:00:03 when that is damaged. */
void sim_modem_store_mac(const struct sim_modem_store *store, uint8_t mac[6]);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and writing the parameter block (pib.h) of the modem at the own host port, so that
 * whatever happens the modem has the old or the new one, or the caller is told that it has neither.
 *
 *	ccs_pib_job_init(&job, &config);
 *	ccs_pib_job_start(&job, now);
 *	... frames of EtherType 0x88e1 go in and out, time goes in:
 *	ccs_pib_job_receive(&job, frame, length, now);
 *	ccs_pib_job_tick(&job, now);			at ccs_pib_job_deadline(&job)
 *	while ((length = ccs_pib_job_send(&job, frame, sizeof(frame))) > 0)
 *		transmit(frame, length);
 *	... until job.outcome is not CCS_PIB_PENDING
 *
 * Reading: the modem is identified, its PIB read twice, compared, all checksums verified, and it
 * must be of that modem: a PIB with the MAC of another or without keys came over the power line.
 *
 * Writing: the modem must be a chip we know (ccs_pib_chip_is_known) and the one the PIB belongs to,
 * and must still have the PIB that was read.  The new one goes into a session, which takes effect
 * as a whole when it is committed.  Then the modem is reset and read again.  What was read decides,
 * not what the modem said before: the new PIB, the old one, or something else, and then the old one
 * is written.  It takes 10 to 20 s; a modem that says nothing is waited for up to 8 minutes.
 *
 * It speaks to 00:b0:52:00:00:01, which never leaves the host port, and believes that modem only. A
 * switch gives that address to each modem behind it: where two answer nothing is done.  The
 *factory's copy is never written.
 *
 * Sources: vendor messages as observed; the tools in use for these modems.
 */
#ifndef CCS_PIB_JOB_H
#define CCS_PIB_JOB_H

#include "ccs/mme.h"
#include "ccs/pib.h"
#include "ccs/time.h"

#define CCS_PIB_VERSION_MAX 128

enum ccs_pib_task {
	CCS_PIB_TASK_READ,
	CCS_PIB_TASK_WRITE,
	CCS_PIB_TASK_RESET,
	CCS_PIB_TASK_FACTORY, /* the modem goes back to its factory's PIB, which is read */
};

enum ccs_pib_outcome {
	CCS_PIB_PENDING,
	CCS_PIB_DONE,	     /* READ, FACTORY: `buffer` holds `size` bytes; WRITE: the new PIB is
				there; RESET: the modem confirmed it and is there again */
	CCS_PIB_REFUSED,     /* nothing was written, for `reason` */
	CCS_PIB_UNCHANGED,   /* WRITE failed, and the old PIB was read back */
	CCS_PIB_ROLLED_BACK, /* WRITE failed, and the old PIB was written again and read back */
	CCS_PIB_FAILED,	     /* it is unknown, or wrong, what the modem has now: keep the backup;
				RESET: unknown whether it restarted */
	CCS_PIB_OUTCOMES,
};

enum ccs_pib_step {
	CCS_PIB_STEP_IDENTIFY,
	CCS_PIB_STEP_ALONE, /* is there another? */
	CCS_PIB_STEP_READ,
	CCS_PIB_STEP_READ_AGAIN,
	CCS_PIB_STEP_SESSION,
	CCS_PIB_STEP_WRITE,
	CCS_PIB_STEP_COMMIT,
	CCS_PIB_STEP_RESET,
	CCS_PIB_STEP_FACTORY,
	CCS_PIB_STEP_AWAY,   /* it restarts: no questions */
	CCS_PIB_STEP_RETURN, /* is it there again? */
	CCS_PIB_STEP_READ_BACK,
	CCS_PIB_STEP_END,
	CCS_PIB_STEPS,
};

/* "reading", for people. */
const char *ccs_pib_step_text(enum ccs_pib_step step);

struct ccs_pib_job_config {
	enum ccs_pib_task task;
	uint8_t host_mac[6];
	/* A device key of zero is accepted: for modems that hide it from their own host, too.  Not
	 * where WRITE has no `before`: nothing says then that it hides it. */
	bool hidden_device_key;
	uint8_t *buffer; /* CCS_PIB_FILE_MAX bytes, for what is read */
	/* WRITE; these must outlive the job: */
	const uint8_t *before; /* read from this modem; NULL: what it has is damaged, no way back */
	const uint8_t *after;
	size_t size;	     /* of both */
	uint32_t session_id; /* random, not 0 */
};

/* To be read by anyone: all before `config`.  The rest is private. */
struct ccs_pib_job {
	enum ccs_pib_outcome outcome;
	const char *reason; /* what went wrong first; NULL: nothing */
	uint16_t status;    /* that the modem said then; 0 */
	enum ccs_pib_step step;
	size_t at;   /* bytes read or written in this step */
	size_t size; /* of the PIB in `buffer`; READ refused: of what was read twice the same; 0 */
	size_t odd;  /* DONE, UNCHANGED: bytes without a name that differ from what was expected */
	bool boot_loader; /* it answered the last question instead of the firmware */
	/* READ refused, as the modem has no sound PIB or does not give it: what is there to do is
	 * to write a backup without `before`. */
	bool unreadable;
	enum ccs_modem_chip chip;
	uint32_t ident;
	uint8_t mac[6];
	char version[CCS_PIB_VERSION_MAX]; /* of the firmware, terminated */

	struct ccs_pib_job_config config;
	const uint8_t *file; /* being written */
	uint32_t session_id;
	ccs_time deadline;
	uint8_t tries;
	uint8_t roll_backs;
	bool pending;
	bool restarts; /* it was told to */
	bool unproven; /* a commit was sent, and no restart after it was confirmed */
};

/* `config` is copied. */
void ccs_pib_job_init(struct ccs_pib_job *job, const struct ccs_pib_job_config *config);

void ccs_pib_job_start(struct ccs_pib_job *job, ccs_time now);

/* 0; CCS_IGNORED: not from our modem or nothing we asked; errors as ccs_mme_decode. */
int ccs_pib_job_receive(struct ccs_pib_job *job, const uint8_t *frame, size_t length, ccs_time now);

void ccs_pib_job_tick(struct ccs_pib_job *job, ccs_time now);

/* Length of the next frame to transmit, now; 0: none; CCS_ERR_SPACE: call again with more room. */
int ccs_pib_job_send(struct ccs_pib_job *job, uint8_t *frame, size_t size);

ccs_time ccs_pib_job_deadline(const struct ccs_pib_job *job);

/* What a status of VS_MODULE_OPERATION.CNF says: "the PIB's checksum is wrong". */
const char *ccs_pib_status_text(uint16_t status);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* PIBs read from and written into a simulated modem that breaks at every moment there is. */
#include "ccs/pib_job.h"

#include "modem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define QUESTIONS 24 /* for modules while a PIB is written: 7 read, 9 write, 7 read back */

static const uint8_t host[6] = { 0x02, 0, 0, 0, 0, 0xe1 };

static struct sim_modem modem;
static struct sim_modem_store store;
static struct sim_random chance;
static struct ccs_pib_job job;
static struct ccs_pib_job_config config;
static uint8_t buffer[CCS_PIB_FILE_MAX], before[CCS_PIB_FILE_MAX], after[CCS_PIB_FILE_MAX];
static size_t size;
static ccs_time now;
static uint32_t sent; /* frames */
/* One more modem that the same frames reach; NULL: none. */
static struct sim_modem *neighbour;
static struct sim_modem_store neighbour_store;

static void plug_in(enum sim_modem_kind kind)
{
	chance.state = 7;
	sim_modem_init(&modem, &sim_modems[kind], CCS_SIDE_EV, host, 0x1234, &chance);
	size = sim_store_make_pib(before, sim_modems[kind].chip, modem.mac);
	sim_modem_store_init(&store, before, size);
	modem.store = &store;
	neighbour = NULL;
	now = CCS_SECONDS(1000);
	sent = 0;
}

static int set_up(void **state)
{
	struct ccs_pib pib;

	(void)state;
	plug_in(SIM_MODEM_QCA7005);
	config = (struct ccs_pib_job_config) {
		.task = CCS_PIB_TASK_WRITE,
		.buffer = buffer,
		.before = before,
		.after = after,
		.size = size,
		.session_id = 0x1000,
	};
	memcpy(config.host_mac, host, 6);
	return ccs_pib_open(&pib, before, size) || ccs_pib_set_role(&pib, CCS_PIB_ROLE_EVSE, after);
}

static void ask(struct sim_modem *whom, const struct ccs_mme *mme)
{
	static const struct sim_modem_peers nobody;
	static uint8_t answer[CCS_MME_FRAME_MAX];
	struct sim_modem_reply reply;
	int n;

	assert_true(sim_modem_is_called(whom, mme->dst));
	if (!sim_modem_is_awake(whom, now) ||
	    !sim_modem_answer(whom, mme, &nobody, &chance, now, &reply))
		return;
	n = ccs_mme_encode(&reply.mme, answer, sizeof(answer));
	assert_true(n > 0);
	ccs_pib_job_receive(&job, answer, (size_t)n, now);
}

/* One frame of the host to the modem, and its answer back. */
static void carry(const uint8_t *frame, size_t length)
{
	struct ccs_mme mme;

	sent++;
	now += 1000;
	assert_int_equal(ccs_mme_decode(&mme, frame, length), 0);
	assert_memory_equal(mme.src, host, 6);
	ask(&modem, &mme);
	if (neighbour)
		ask(neighbour, &mme);
}

static void begin(void)
{
	ccs_pib_job_init(&job, &config);
	ccs_pib_job_start(&job, now);
}

static enum ccs_pib_outcome finish(void)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	ccs_time start = now;

	while (job.outcome == CCS_PIB_PENDING) {
		int length = ccs_pib_job_send(&job, frame, sizeof(frame));

		assert_true(length >= 0);
		if (length) {
			carry(frame, (size_t)length);
			continue;
		}
		assert_true(ccs_pib_job_deadline(&job) != CCS_NEVER);
		if (now < ccs_pib_job_deadline(&job))
			now = ccs_pib_job_deadline(&job);
		ccs_pib_job_tick(&job, now);
		assert_true(now - start < CCS_SECONDS(3600));
	}
	assert_true(ccs_pib_job_deadline(&job) == CCS_NEVER);
	assert_int_equal(ccs_pib_job_send(&job, frame, sizeof(frame)), 0);
	return job.outcome;
}

static enum ccs_pib_outcome run(enum ccs_pib_task task)
{
	config.task = task;
	begin();
	return finish();
}

static bool has(const uint8_t *file)
{
	return store.flash.size == size && memcmp(store.flash.bytes, file, size) == 0;
}

/* What the user is told is what is there, whatever broke. */
static void check_truth(enum ccs_pib_outcome outcome)
{
	struct ccs_pib pib;

	switch (outcome) {
	case CCS_PIB_DONE:
		assert_true(has(after));
		assert_true(has(after) && store.running.size == size);
		break;
	case CCS_PIB_REFUSED:
	case CCS_PIB_UNCHANGED:
	case CCS_PIB_ROLLED_BACK:
		assert_true(has(before));
		assert_int_equal(ccs_pib_open(&pib, store.running.bytes, size), 0);
		break;
	case CCS_PIB_FAILED:
		break;
	case CCS_PIB_PENDING:
	case CCS_PIB_OUTCOMES:
		fail();
	}
	assert_memory_equal(store.factory.bytes, before, size);
	if (outcome != CCS_PIB_DONE)
		assert_non_null(job.reason);
}

static void test_read(void **state)
{
	(void)state;
	assert_int_equal(run(CCS_PIB_TASK_READ), CCS_PIB_DONE);
	assert_int_equal(job.size, size);
	assert_memory_equal(buffer, before, size);
	assert_int_equal(job.chip, CCS_MODEM_QCA7005);
	assert_memory_equal(job.mac, modem.mac, 6);
	assert_string_equal(job.version, sim_modems[SIM_MODEM_QCA7005].version);
	assert_null(job.reason);
	assert_int_equal(store.commits, 0);
	assert_int_equal(sent, 1 + 2 * 7);
}

static void test_write(void **state)
{
	(void)state;
	assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_DONE);
	check_truth(job.outcome);
	assert_int_equal(store.commits, 1);
	assert_int_equal(job.odd, 0);
}

static void test_write_and_back(void **state)
{
	(void)state;
	assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_DONE);
	config.before = after;
	config.after = before;
	now += CCS_SECONDS(60);
	assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_DONE);
	assert_true(has(before));
}

/* A PIB whose size is a multiple of the chunk ends with an empty one; each other size, too. */
static void test_another_chip(void **state)
{
	struct ccs_pib pib;

	(void)state;
	plug_in(SIM_MODEM_AR7420);
	config.size = size;
	assert_int_equal(ccs_pib_open(&pib, before, size), 0);
	assert_int_equal(ccs_pib_set_role(&pib, CCS_PIB_ROLE_EV, after), 0);
	assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_DONE);
	check_truth(job.outcome);
	assert_int_equal(store.running.size, 9796);
}

static void test_reset(void **state)
{
	(void)state;
	assert_int_equal(run(CCS_PIB_TASK_RESET), CCS_PIB_DONE);
	assert_true(has(before));
}

static void test_reset_that_is_not_confirmed(void **state)
{
	(void)state;
	store.fault = SIM_STORE_NO_RESET;
	assert_int_equal(run(CCS_PIB_TASK_RESET), CCS_PIB_FAILED);
	assert_string_equal(job.reason, "the modem does not confirm a restart");
}

static void test_factory(void **state)
{
	(void)state;
	assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_DONE);
	assert_true(has(after));
	assert_int_equal(run(CCS_PIB_TASK_FACTORY), CCS_PIB_DONE);
	assert_true(has(before));
	assert_int_equal(job.size, size);
	assert_memory_equal(buffer, before, size);
}

/* What the modem has is read, not what it said that it would have. */
static void test_factory_that_is_not_done(void **state)
{
	(void)state;
	assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_DONE);
	store.fault = SIM_STORE_NO_FACTORY;
	assert_int_equal(run(CCS_PIB_TASK_FACTORY), CCS_PIB_DONE);
	assert_memory_equal(buffer, after, size);
	store.fault = SIM_STORE_SILENT;
	assert_int_equal(run(CCS_PIB_TASK_FACTORY), CCS_PIB_FAILED);
	assert_non_null(strstr(job.reason, "does not give"));
	set_up(NULL);
	store.factory.bytes[0x3c0 + 0x200] ^= 1;
	assert_int_equal(run(CCS_PIB_TASK_FACTORY), CCS_PIB_FAILED);
	assert_non_null(strstr(job.reason, "damaged"));
}

/* The factory's PIB has the MAC of the factory; here the user gave it another. */
static void test_factory_brings_another_mac(void **state)
{
	static const uint8_t mac[6] = { 0x00, 0xb0, 0x52, 7, 7, 7 };

	(void)state;
	store.factory.size = sim_store_make_pib(store.factory.bytes, CCS_MODEM_QCA7005, mac);
	assert_int_equal(run(CCS_PIB_TASK_FACTORY), CCS_PIB_DONE);
	assert_memory_equal(job.mac, mac, 6);
	assert_memory_equal(buffer, store.factory.bytes, size);
}

/* Each fault, at each question there is. */
static void test_faults_at_every_moment(void **state)
{
	uint32_t seen[CCS_PIB_OUTCOMES] = { 0 };

	(void)state;
	for (int fault = SIM_STORE_SILENT; fault < SIM_STORE_FAULTS; fault++) {
		for (uint32_t at = 1; at <= QUESTIONS; at++) {
			set_up(NULL);
			store.fault = (enum sim_store_fault)fault;
			store.fault_at = at;
			run(CCS_PIB_TASK_WRITE);
			if (fault == SIM_STORE_ODD_BYTES && job.outcome == CCS_PIB_DONE)
				continue;
			check_truth(job.outcome);
			seen[job.outcome]++;
		}
	}
	for (int i = CCS_PIB_DONE; i < CCS_PIB_OUTCOMES; i++)
		assert_true(seen[i] > 0);
}

/* What becomes of a fault, in the middle of writing. */
static void test_what_becomes_of_faults(void **state)
{
	static const struct {
		enum sim_store_fault fault;
		uint32_t at;
		enum ccs_pib_outcome outcome;
	} rows[] = {
		{ SIM_STORE_SILENT, 1, CCS_PIB_REFUSED },
		{ SIM_STORE_SILENT, 10, CCS_PIB_FAILED }, /* it cannot be read any more */
		{ SIM_STORE_LOSES_ANSWER, 1, CCS_PIB_DONE },
		{ SIM_STORE_LOSES_ANSWER, 8, CCS_PIB_DONE },  /* the session */
		{ SIM_STORE_LOSES_ANSWER, 10, CCS_PIB_DONE }, /* a chunk */
		{ SIM_STORE_LOSES_ANSWER, 16, CCS_PIB_DONE }, /* the commit: read back */
		{ SIM_STORE_LOSES_ANSWER, 20, CCS_PIB_DONE },
		{ SIM_STORE_READS_BADLY, 3, CCS_PIB_REFUSED },
		{ SIM_STORE_ZERO_KEYS, 1, CCS_PIB_REFUSED },
		{ SIM_STORE_FULL, 1, CCS_PIB_REFUSED },
		{ SIM_STORE_LOCKED, 1, CCS_PIB_UNCHANGED },
		{ SIM_STORE_REFUSES_CHUNK, 12, CCS_PIB_UNCHANGED },
		{ SIM_STORE_WRITES_BADLY, 1, CCS_PIB_UNCHANGED },
		{ SIM_STORE_POWER_LOSS, 12, CCS_PIB_UNCHANGED },
		{ SIM_STORE_POWER_LOSS, 16, CCS_PIB_UNCHANGED },
		{ SIM_STORE_POWER_LOST, 12, CCS_PIB_FAILED },
		{ SIM_STORE_COMMITS_SILENT, 1, CCS_PIB_DONE },
		{ SIM_STORE_FORGETS_COMMIT, 1, CCS_PIB_UNCHANGED },
		{ SIM_STORE_TORN_COMMIT, 1, CCS_PIB_ROLLED_BACK },
		{ SIM_STORE_TORN_ALWAYS, 1, CCS_PIB_FAILED },
		{ SIM_STORE_BRICKED_COMMIT, 1, CCS_PIB_FAILED },
		{ SIM_STORE_NO_RESET, 1, CCS_PIB_FAILED }, /* it shows the old one still */
		{ SIM_STORE_ODD_BYTES, 1, CCS_PIB_DONE },
		{ SIM_STORE_FOREIGN_MAC, 1, CCS_PIB_UNCHANGED },
		{ SIM_STORE_FOREIGN_DAK, 1, CCS_PIB_UNCHANGED },
		{ SIM_STORE_SESSION_ENDS, 12, CCS_PIB_UNCHANGED },
		{ SIM_STORE_NO_FLASH, 1, CCS_PIB_UNCHANGED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set_up(NULL);
		store.fault = rows[i].fault;
		store.fault_at = rows[i].at;
		run(CCS_PIB_TASK_WRITE);
		if (job.outcome != rows[i].outcome)
			print_error("%s at %u: %s\n", sim_store_fault_name(rows[i].fault),
				    rows[i].at, job.reason ? job.reason : "done");
		assert_int_equal(job.outcome, rows[i].outcome);
	}
}

static void test_odd_bytes_are_told(void **state)
{
	(void)state;
	store.fault = SIM_STORE_ODD_BYTES;
	assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_DONE);
	assert_int_equal(job.odd, 1);
}

/* A backup that differs in nothing with a name is not taken for written when it was not. */
static void test_odd_bytes_decide_when_nothing_else_does(void **state)
{
	struct sim_store_image *image = &store.flash;

	(void)state;
	memcpy(after, before, size);
	image->bytes[0x3c0 + 0x1f00] ^= 1;
	image->bytes[0x3c0 + 0x1f40] ^= 1;
	sim_store_seal(image);
	memcpy(after, image->bytes, size);
	store.flash = store.factory;
	sim_modem_store_boot(&store);
	store.fault = SIM_STORE_FORGETS_COMMIT;
	assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_UNCHANGED);
	store.fault = SIM_STORE_SOUND;
	assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_DONE);
	assert_true(has(after));
}

static void test_the_modem_says_why(void **state)
{
	static const struct {
		enum sim_store_fault fault;
		uint16_t status;
		const char *text;
	} rows[] = {
		{ SIM_STORE_LOCKED, 0x23, "flash memory locked" },
		{ SIM_STORE_NO_FLASH, 0x20, "no flash memory" },
		{ SIM_STORE_SESSION_ENDS, 0x12, "unknown session" },
		{ SIM_STORE_FOREIGN_MAC, 0x52, "MAC of another modem" },
		{ SIM_STORE_FOREIGN_DAK, 0x53, "device key of another modem" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set_up(NULL);
		store.fault = rows[i].fault;
		store.fault_at = 12;
		assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_UNCHANGED);
		assert_int_equal(job.status, rows[i].status);
		assert_string_equal(ccs_pib_status_text(job.status), rows[i].text);
	}
	assert_string_equal(ccs_pib_status_text(0xffff), "a reason without a name");
}

/* Reading tells a PIB that may not be written back. */
static void test_reading_refuses(void **state)
{
	static const enum sim_store_fault faults[] = { SIM_STORE_SILENT, SIM_STORE_READS_BADLY,
						       SIM_STORE_ZERO_KEYS, SIM_STORE_FULL };

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		set_up(NULL);
		store.fault = faults[i];
		store.fault_at = 9;
		assert_int_equal(run(CCS_PIB_TASK_READ), CCS_PIB_REFUSED);
		assert_non_null(job.reason);
	}
	set_up(NULL);
	store.running.bytes[0x3c0 + 0x200] ^= 1;
	assert_int_equal(run(CCS_PIB_TASK_READ), CCS_PIB_REFUSED);
	assert_non_null(strstr(job.reason, "damaged"));
}

static void test_a_hidden_device_key(void **state)
{
	(void)state;
	memset(store.flash.bytes + 0x3c0 + 0x12, 0, 16);
	sim_store_seal(&store.flash);
	sim_modem_store_boot(&store);
	assert_int_equal(run(CCS_PIB_TASK_READ), CCS_PIB_REFUSED);
	assert_non_null(strstr(job.reason, "keys read as zero"));
	config.hidden_device_key = true;
	assert_int_equal(run(CCS_PIB_TASK_READ), CCS_PIB_DONE);
	store.fault = SIM_STORE_ZERO_KEYS; /* the network key, too */
	assert_int_equal(run(CCS_PIB_TASK_READ), CCS_PIB_REFUSED);
}

static void check_refused(const char *why)
{
	uint32_t commits = store.commits;

	assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_REFUSED);
	assert_non_null(strstr(job.reason, why));
	assert_int_equal(store.commits, commits);
	assert_int_equal(store.session_id, 0);
}

static void test_no_other_pib_is_written(void **state)
{
	static const uint8_t other[6] = { 0x00, 0xb0, 0x52, 9, 9, 9 };

	(void)state;
	sim_store_make_pib(after, CCS_MODEM_QCA7005, other);
	check_refused("another modem");
	sim_store_make_pib(after, CCS_MODEM_QCA7000, modem.mac);
	check_refused("another chip");
	memcpy(after, before, size);
	after[size / 2] ^= 1;
	check_refused("damaged");
	set_up(NULL);
	store.flash.bytes[0x3c0 + 0x200] ^= 1;
	sim_modem_store_boot(&store);
	check_refused("changed since");
	set_up(NULL);
	plug_in(SIM_MODEM_QCA7005);
	modem.config.chip = CCS_MODEM_QCA7500;
	check_refused("not one whose PIB we change");
}

/* A modem with a damaged PIB has no MAC of its own; its backup is written without a way back. */
static void test_restore_of_a_damaged_modem(void **state)
{
	(void)state;
	store.flash.bytes[0x3c0 + 0x200] ^= 1;
	sim_modem_store_boot(&store);
	sim_modem_store_mac(&store, modem.mac);
	config.before = NULL;
	config.after = before;
	assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_DONE);
	assert_true(has(before));
	set_up(NULL);
	config.before = NULL;
	modem.mac[5] ^= 1; /* a modem with a MAC of its own that is not the backup's */
	assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_REFUSED);
	assert_int_equal(store.commits, 0);
}

/* A PIB without device key is not written where the modem's own could not be read. */
static void test_no_zero_device_key_into_a_damaged_modem(void **state)
{
	(void)state;
	memset(store.flash.bytes + 0x3c0 + 0x12, 0, 16);
	sim_store_seal(&store.flash);
	memcpy(after, store.flash.bytes, size);
	store.flash.bytes[0x3c0 + 0x200] ^= 1;
	sim_modem_store_boot(&store);
	sim_modem_store_mac(&store, modem.mac);
	config.before = NULL;
	config.hidden_device_key = true;
	check_refused("it has no keys");
}

/* What cannot be read, and what can and may not be used. */
static void test_unreadable(void **state)
{
	static const struct {
		enum sim_store_fault fault;
		bool unreadable;
	} rows[] = {
		{ SIM_STORE_SILENT, true },
		{ SIM_STORE_READS_BADLY, false },
		{ SIM_STORE_ZERO_KEYS, false },
		{ SIM_STORE_FULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set_up(NULL);
		store.fault = rows[i].fault;
		store.fault_at = 9;
		assert_int_equal(run(CCS_PIB_TASK_READ), CCS_PIB_REFUSED);
		assert_int_equal(job.unreadable, rows[i].unreadable);
		assert_int_equal(job.size, rows[i].fault == SIM_STORE_ZERO_KEYS ? size : 0);
	}
	set_up(NULL);
	store.running.bytes[0x3c0 + 0x200] ^= 1;
	assert_int_equal(run(CCS_PIB_TASK_READ), CCS_PIB_REFUSED);
	assert_true(job.unreadable);
	assert_int_equal(job.size, size);
	assert_memory_equal(buffer, store.running.bytes, size);
	set_up(NULL);
	memcpy(modem.mac, "\x00\xb0\x52\x00\x00\x03", 6);
	assert_int_equal(run(CCS_PIB_TASK_READ), CCS_PIB_REFUSED);
	assert_true(job.unreadable);
	assert_non_null(strstr(job.reason, "takes for invalid"));
	set_up(NULL);
	modem.mac[5] ^= 1;
	assert_int_equal(run(CCS_PIB_TASK_READ), CCS_PIB_REFUSED);
	assert_false(job.unreadable);
	set_up(NULL);
	modem.config.dead = true;
	assert_int_equal(run(CCS_PIB_TASK_READ), CCS_PIB_REFUSED);
	assert_false(job.unreadable);
}

static void test_nobody_there(void **state)
{
	(void)state;
	modem.config.dead = true;
	assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_REFUSED);
	assert_string_equal(job.reason, "no modem answers");
	set_up(NULL);
	store.boot_loader = true;
	assert_int_equal(run(CCS_PIB_TASK_WRITE), CCS_PIB_REFUSED);
	assert_non_null(strstr(job.reason, "boot loader"));
}

/* Another modem answers each question before ours does. */
static void test_others_are_not_believed(void **state)
{
	static const uint8_t other[6] = { 0x00, 0xb0, 0x52, 9, 9, 9 };
	uint8_t frame[CCS_MME_FRAME_MAX], data[100] = { 0 };
	struct ccs_mme mme;
	int n;

	(void)state;
	config.task = CCS_PIB_TASK_READ;
	begin();
	n = ccs_pib_job_send(&job, frame, sizeof(frame));
	carry(frame, (size_t)n);
	now = ccs_pib_job_deadline(&job);
	ccs_pib_job_tick(&job, now);
	assert_int_equal(job.step, CCS_PIB_STEP_READ);
	ccs_mme_init(&mme, CCS_MME_VS_MODULE_OPERATION_CNF, host, other);
	mme.vs_module_operation_cnf.num_op_data = 1;
	mme.vs_module_operation_cnf.module_id = 0x7002;
	mme.vs_module_operation_cnf.length = sizeof(data);
	mme.vs_module_operation_cnf.data = data;
	n = ccs_mme_encode(&mme, frame, sizeof(frame));
	assert_int_equal(ccs_pib_job_receive(&job, frame, (size_t)n, now), CCS_IGNORED);
	/* Ours, but of another chunk. */
	memcpy(mme.src, modem.mac, 6);
	mme.vs_module_operation_cnf.offset = 1400;
	n = ccs_mme_encode(&mme, frame, sizeof(frame));
	assert_int_equal(ccs_pib_job_receive(&job, frame, (size_t)n, now), CCS_IGNORED);
	assert_int_equal(ccs_pib_job_receive(&job, frame, 10, now), CCS_ERR_SHORT);
	assert_int_equal(finish(), CCS_PIB_DONE);
	assert_memory_equal(buffer, before, size);
}

/* Nor is one that answers while ours restarts. */
static void test_no_other_modem_returns(void **state)
{
	static const uint8_t other[6] = { 0x00, 0xb0, 0x52, 9, 9, 9 };
	uint8_t frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme;
	int n;

	(void)state;
	config.task = CCS_PIB_TASK_RESET;
	begin();
	while (job.step != CCS_PIB_STEP_RETURN) {
		n = ccs_pib_job_send(&job, frame, sizeof(frame));
		if (n > 0) {
			carry(frame, (size_t)n);
			continue;
		}
		now = ccs_pib_job_deadline(&job);
		ccs_pib_job_tick(&job, now);
	}
	ccs_mme_init(&mme, CCS_MME_VS_SW_VER_CNF, host, other);
	mme.vs_sw_ver_cnf.version = "MAC";
	mme.vs_sw_ver_cnf.version_length = 3;
	n = ccs_mme_encode(&mme, frame, sizeof(frame));
	assert_int_equal(ccs_pib_job_receive(&job, frame, (size_t)n, now), CCS_IGNORED);
	assert_int_equal(finish(), CCS_PIB_DONE);
	assert_memory_equal(job.mac, modem.mac, 6);
}

static void plug_in_another(struct sim_modem *second)
{
	static uint8_t pib[CCS_PIB_FILE_MAX];

	sim_modem_init(second, &sim_modems[SIM_MODEM_QCA7005], CCS_SIDE_EV, host, 0x4321, &chance);
	sim_modem_store_init(&neighbour_store, pib,
			     sim_store_make_pib(pib, CCS_MODEM_QCA7005, second->mac));
	second->store = &neighbour_store;
	neighbour = second;
}

/* Where two modems hear what is said to one, neither is touched. */
static void test_two_modems(void **state)
{
	static struct sim_modem second;

	(void)state;
	for (int task = CCS_PIB_TASK_READ; task <= CCS_PIB_TASK_FACTORY; task++) {
		set_up(NULL);
		plug_in_another(&second);
		assert_int_equal(run((enum ccs_pib_task)task), CCS_PIB_REFUSED);
		assert_non_null(strstr(job.reason, "two modems"));
		assert_int_equal(sent, 1);
		set_up(NULL);
		plug_in_another(&second);
		neighbour_store.boot_loader = true;
		assert_int_equal(run((enum ccs_pib_task)task), CCS_PIB_REFUSED);
		assert_int_equal(sent, 1);
	}
}

/* The boot loader answers first, the other modem then: two; it before a restart: one. */
static void test_a_boot_loader_beside(void **state)
{
	static struct sim_modem second;

	(void)state;
	plug_in_another(&second);
	store.boot_loader = true;
	assert_int_equal(run(CCS_PIB_TASK_RESET), CCS_PIB_REFUSED);
	assert_non_null(strstr(job.reason, "two modems"));
	set_up(NULL);
	store.boot_loader = true;
	config.task = CCS_PIB_TASK_READ;
	begin();
	for (int i = 0; i < 2; i++) {
		uint8_t frame[CCS_MME_FRAME_MAX];

		carry(frame, (size_t)ccs_pib_job_send(&job, frame, sizeof(frame)));
		now = ccs_pib_job_deadline(&job);
		ccs_pib_job_tick(&job, now);
	}
	store.boot_loader = false;
	assert_int_equal(finish(), CCS_PIB_DONE);
}

/* One that wakes up after the question who is there takes the session, too, and no commit. */
static void test_another_wakes_up(void **state)
{
	static struct sim_modem second;
	uint8_t frame[CCS_MME_FRAME_MAX];

	(void)state;
	begin();
	while (job.step != CCS_PIB_STEP_SESSION) {
		int n = ccs_pib_job_send(&job, frame, sizeof(frame));

		if (n > 0) {
			carry(frame, (size_t)n);
			continue;
		}
		now = ccs_pib_job_deadline(&job);
		ccs_pib_job_tick(&job, now);
	}
	plug_in_another(&second);
	assert_int_equal(finish(), CCS_PIB_UNCHANGED);
	assert_non_null(strstr(job.reason, "another modem"));
	assert_true(has(before));
	assert_int_equal(store.commits + neighbour_store.commits, 0);
}

/* The emulator itself: what its host may do to it, in both languages. */

static struct ccs_mme *ask_store(struct ccs_mme *question)
{
	static struct ccs_mme answer;

	memcpy(question->src, host, 6);
	assert_int_equal(sim_modem_store_take(&store, modem.mac, question, now, &answer),
			 SIM_STORE_ANSWER);
	return &answer;
}

static uint16_t operate(enum ccs_module_op op, const uint8_t *data, size_t length, size_t at)
{
	static uint8_t memory[12];
	struct ccs_mme mme;
	struct ccs_vs_module_operation_req *req = &mme.vs_module_operation_req;
	struct ccs_mme_module module = { .module_id = 0x7002, .length = (uint32_t)size };

	ccs_mme_init(&mme, CCS_MME_VS_MODULE_OPERATION_REQ, modem.mac, host);
	req->mod_op = (uint16_t)op;
	req->session_id = 9;
	req->data = data + at;
	req->offset = (uint32_t)at;
	req->length = (uint16_t)length;
	req->module_id = 0x7002;
	req->num_modules = 1;
	req->modules.kind = CCS_MME_LIST_MODULE;
	module.checksum = ccs_pib_checksum(data, size);
	ccs_mme_append(&req->modules, &module, memory, sizeof(memory));
	return ask_store(&mme)->vs_module_operation_cnf.status;
}

static uint16_t write_in_a_session(const uint8_t *file)
{
	uint16_t status = operate(CCS_MODULE_OP_SESSION, file, 0, 0);

	for (size_t at = 0; !status && at < size; at += 1130)
		status = operate(CCS_MODULE_OP_WRITE, file, size - at < 1130 ? size - at : 1130,
				 at);
	return status ? status : operate(CCS_MODULE_OP_COMMIT, file, 0, 0);
}

static void test_the_emulator_knows_its_own_pib(void **state)
{
	static const uint8_t mac[6] = { 0x00, 0xb0, 0x52, 9, 9, 9 };
	struct sim_store_image image = { .size = size };

	(void)state;
	sim_store_make_pib(after, CCS_MODEM_QCA7005, mac);
	assert_int_equal(write_in_a_session(after), 0x52);
	memcpy(image.bytes, before, size);
	image.bytes[0x3c0 + 0x12] ^= 1;
	sim_store_seal(&image);
	assert_int_equal(write_in_a_session(image.bytes), 0x53);
	assert_true(has(before));
	assert_int_equal(write_in_a_session(before), 0);
}

static void test_the_emulator_ends_a_session(void **state)
{
	(void)state;
	assert_int_equal(operate(CCS_MODULE_OP_SESSION, after, 0, 0), 0);
	now += CCS_SECONDS(1799);
	assert_int_equal(operate(CCS_MODULE_OP_WRITE, after, 1000, 0), 0);
	now += CCS_SECONDS(1);
	assert_int_equal(operate(CCS_MODULE_OP_WRITE, after, 1000, 1000), 0x12);
}

static uint8_t write_chunk(const uint8_t *file, size_t at, uint32_t error)
{
	struct ccs_mme mme;
	size_t left = size - at;

	ccs_mme_init(&mme, CCS_MME_VS_WR_MOD_REQ, modem.mac, host);
	mme.vs_wr_mod_req.module = 2;
	mme.vs_wr_mod_req.length = (uint16_t)(left < 1024 ? left : 1024);
	mme.vs_wr_mod_req.offset = (uint32_t)at;
	mme.vs_wr_mod_req.data = file + at;
	mme.vs_wr_mod_req.checksum = error ^ ccs_pib_checksum(file + at, mme.vs_wr_mod_req.length);
	return ask_store(&mme)->vs_status_cnf.status;
}

static uint8_t make_it_last(uint8_t module)
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, CCS_MME_VS_MOD_NVM_REQ, modem.mac, host);
	mme.vs_mod_nvm_req.module = module;
	return ask_store(&mme)->vs_status_cnf.status;
}

static void test_the_emulator_in_the_old_language(void **state)
{
	struct ccs_mme mme, *answer;

	(void)state;
	ccs_mme_init(&mme, CCS_MME_VS_GET_NVM_REQ, modem.mac, host);
	assert_int_equal(ask_store(&mme)->vs_get_nvm_cnf.memory_size, 2097152);
	ccs_mme_init(&mme, CCS_MME_VS_RD_MOD_REQ, modem.mac, host);
	mme.vs_rd_mod_req.module = 2;
	mme.vs_rd_mod_req.length = 1024;
	mme.vs_rd_mod_req.offset = 8192;
	answer = ask_store(&mme);
	assert_int_equal(answer->vs_rd_mod_cnf.status, 0);
	assert_int_equal(answer->vs_rd_mod_cnf.length, size - 8192);
	assert_memory_equal(answer->vs_rd_mod_cnf.data, before + 8192, size - 8192);
	assert_int_equal(answer->vs_rd_mod_cnf.checksum,
			 ccs_pib_checksum(before + 8192, size - 8192));
	mme.vs_rd_mod_req.module = 1;
	assert_int_equal(ask_store(&mme)->vs_rd_mod_cnf.status, 0x10);
	assert_int_equal(write_chunk(after, 0, 1), 0x14);
	assert_int_equal(write_chunk(after, 1024, 0), 0x20);
	assert_int_equal(make_it_last(2), 0x24);
	for (size_t at = 0; at < size; at += 1024)
		assert_int_equal(write_chunk(after, at, 0), 0);
	assert_int_equal(make_it_last(1), 0x10);
	assert_true(has(before));
	assert_int_equal(make_it_last(2), 0);
	assert_true(has(after));
	store.fault = SIM_STORE_NO_FLASH;
	assert_int_equal(make_it_last(2), 0x14);
	store.fault = SIM_STORE_LOCKED;
	assert_int_equal(write_chunk(after, 0, 0), 0x50);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_read, set_up),
		cmocka_unit_test_setup(test_write, set_up),
		cmocka_unit_test_setup(test_write_and_back, set_up),
		cmocka_unit_test_setup(test_another_chip, set_up),
		cmocka_unit_test_setup(test_reset, set_up),
		cmocka_unit_test_setup(test_reset_that_is_not_confirmed, set_up),
		cmocka_unit_test_setup(test_factory, set_up),
		cmocka_unit_test_setup(test_factory_that_is_not_done, set_up),
		cmocka_unit_test_setup(test_factory_brings_another_mac, set_up),
		cmocka_unit_test_setup(test_faults_at_every_moment, set_up),
		cmocka_unit_test_setup(test_what_becomes_of_faults, set_up),
		cmocka_unit_test_setup(test_odd_bytes_are_told, set_up),
		cmocka_unit_test_setup(test_odd_bytes_decide_when_nothing_else_does, set_up),
		cmocka_unit_test_setup(test_the_modem_says_why, set_up),
		cmocka_unit_test_setup(test_reading_refuses, set_up),
		cmocka_unit_test_setup(test_a_hidden_device_key, set_up),
		cmocka_unit_test_setup(test_no_other_pib_is_written, set_up),
		cmocka_unit_test_setup(test_restore_of_a_damaged_modem, set_up),
		cmocka_unit_test_setup(test_no_zero_device_key_into_a_damaged_modem, set_up),
		cmocka_unit_test_setup(test_unreadable, set_up),
		cmocka_unit_test_setup(test_nobody_there, set_up),
		cmocka_unit_test_setup(test_others_are_not_believed, set_up),
		cmocka_unit_test_setup(test_no_other_modem_returns, set_up),
		cmocka_unit_test_setup(test_two_modems, set_up),
		cmocka_unit_test_setup(test_the_emulator_knows_its_own_pib, set_up),
		cmocka_unit_test_setup(test_the_emulator_ends_a_session, set_up),
		cmocka_unit_test_setup(test_the_emulator_in_the_old_language, set_up),
		cmocka_unit_test_setup(test_a_boot_loader_beside, set_up),
		cmocka_unit_test_setup(test_another_wakes_up, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

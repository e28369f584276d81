/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PIBs.  The first byte says what the rest is:
 *
 *	0	a file as it stands: it is opened or not; what opens is printed, patched for each
 *role and opened again, and no byte outside the white list has changed 1	changes (offset,
 *value) to a sound file, whose checksums are renewed
 *	else	how a modem and the line to it behave while a PIB is written into it: what is told
 *at the end is so
 */
#include "ccs/pib_job.h"
#include "ccs/print.h"

#include "modem.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_AT     0x360
#define PIB_AT	      0x3c0
#define MANIFEST_SIZE 0x300
#define LONGEST	      CCS_SECONDS(3600)
#define FRAME_HEAD    47 /* before the data of a module */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t file[CCS_PIB_FILE_MAX], changed[CCS_PIB_FILE_MAX], buffer[CCS_PIB_FILE_MAX];
static const uint8_t host[6] = { 0x02, 0, 0, 0, 0, 0xe1 };
static const uint8_t mac[6] = { 0x00, 0xb0, 0x52, 0x5a, 0, 1 };

/* Files. */

static void print_all(const struct ccs_pib *pib)
{
	char text[4096];
	struct ccs_print print;

	ccs_print_init(&print, text, sizeof(text));
	for (int i = 0; i < CCS_PIB_FIELD_COUNT; i++) {
		ccs_pib_print_field(&print, pib, (enum ccs_pib_field)i, false);
		ccs_pib_print_field(&print, pib, (enum ccs_pib_field)i, true);
	}
	if (print.failed)
		abort();
}

/* Within the file; and what every PIB has is there. */
static void check_fields(const struct ccs_pib *pib, size_t size)
{
	for (int i = 0; i < CCS_PIB_FIELD_COUNT; i++) {
		size_t length;
		const uint8_t *at = ccs_pib_get(pib, (enum ccs_pib_field)i, &length);

		if (at && (at < file || at + length > file + size))
			abort();
		if (!at && (i < CCS_PIB_CCO || (i == CCS_PIB_IDENT && pib->form == CCS_PIB_CHAIN)))
			abort();
	}
}

static void check_file(size_t size)
{
	struct ccs_pib pib, after;

	if (ccs_pib_open(&pib, file, size))
		return;
	check_fields(&pib, size);
	print_all(&pib);
	for (int role = 0; role < CCS_PIB_ROLES; role++) {
		if (ccs_pib_set_role(&pib, (enum ccs_pib_role)role, changed))
			continue;
		if (ccs_pib_open(&after, changed, size) || !ccs_pib_is_patch(&pib, &after) ||
		    ccs_pib_role(&after) != (enum ccs_pib_role)role)
			abort();
	}
}

static void put_sum(size_t at, const uint8_t *bytes, size_t size)
{
	uint32_t sum = ccs_pib_checksum(bytes, size);

	for (size_t i = 0; i < 4; i++)
		file[at + i] = (uint8_t)(sum >> 8 * i);
}

static void check_changes(const uint8_t *data, size_t size)
{
	size_t file_size = sim_store_make_pib(file, CCS_MODEM_QCA7005, mac);

	for (; size >= 3; data += 3, size -= 3)
		file[(size_t)(data[0] << 8 | data[1]) % file_size] = data[2];
	put_sum(0x14, file + 0x60, MANIFEST_SIZE);
	put_sum(0x5c, file, 0x5c);
	put_sum(HEADER_AT + 0x14, file + PIB_AT, file_size - PIB_AT);
	put_sum(HEADER_AT + 0x5c, file + HEADER_AT, 0x5c);
	check_file(file_size);
}

/* Writing. */

static struct {
	struct sim_modem modem;
	struct sim_modem_store store;
	struct sim_random random;
	struct ccs_pib_job job;
	ccs_time now;
	const uint8_t *data;
	size_t size;
} play;

static uint8_t next_byte(void)
{
	if (!play.size)
		return 0;
	play.size--;
	return *play.data++;
}

static void deliver(uint8_t *frame, size_t length)
{
	switch (next_byte()) {
	case 1: /* lost */
		return;
	case 2: /* twice */
		ccs_pib_job_receive(&play.job, frame, length, play.now);
		break;
	case 3: /* damaged */
		frame[next_byte() % FRAME_HEAD] ^= (uint8_t)(next_byte() | 1);
		break;
	case 4: /* cut */
		length = next_byte();
		break;
	case 5: /* slow */
		play.now += CCS_MS(100) * next_byte();
		ccs_pib_job_tick(&play.job, play.now);
		break;
	case 6: /* the modem breaks in another way */
		play.store.fault = (enum sim_store_fault)(next_byte() % SIM_STORE_FAULTS);
		play.store.fault_at = play.store.questions + next_byte() % 16;
		break;
	default:
		break;
	}
	ccs_pib_job_receive(&play.job, frame, length, play.now);
}

static void carry(const uint8_t *frame, size_t length)
{
	static const struct sim_modem_peers nobody;
	static uint8_t answer[CCS_MME_FRAME_MAX];
	struct sim_modem_reply reply;
	struct ccs_mme mme;
	int n;

	play.now += 1000;
	if (ccs_mme_decode(&mme, frame, length) || !sim_modem_is_called(&play.modem, mme.dst))
		abort();
	if (!sim_modem_is_awake(&play.modem, play.now) ||
	    !sim_modem_answer(&play.modem, &mme, &nobody, &play.random, play.now, &reply))
		return;
	n = ccs_mme_encode(&reply.mme, answer, sizeof(answer));
	if (n <= 0)
		abort();
	deliver(answer, (size_t)n);
}

static void run(void)
{
	uint8_t frame[CCS_MME_FRAME_MAX];

	while (play.job.outcome == CCS_PIB_PENDING) {
		int length = ccs_pib_job_send(&play.job, frame, sizeof(frame));

		if (length < 0 || play.now > LONGEST)
			abort();
		if (length) {
			carry(frame, (size_t)length);
			continue;
		}
		if (ccs_pib_job_deadline(&play.job) == CCS_NEVER)
			abort();
		if (play.now < ccs_pib_job_deadline(&play.job))
			play.now = ccs_pib_job_deadline(&play.job);
		ccs_pib_job_tick(&play.job, play.now);
	}
}

static void check_told(const uint8_t *before, const uint8_t *after, size_t size)
{
	const struct sim_store_image *flash = &play.store.flash;
	const uint8_t *told = play.job.outcome == CCS_PIB_DONE ? after : before;
	struct ccs_pib has, should;

	if (play.job.outcome == CCS_PIB_REFUSED && play.store.commits)
		abort();
	if (memcmp(play.store.factory.bytes, before, size) != 0)
		abort();
	if (play.job.outcome == CCS_PIB_FAILED)
		return;
	if (ccs_pib_open(&has, flash->bytes, flash->size) || ccs_pib_open(&should, told, size) ||
	    !ccs_pib_means_same(&has, &should))
		abort();
}

static void check_write(const uint8_t *data, size_t size)
{
	struct ccs_pib_job_config config = { .task = CCS_PIB_TASK_WRITE,
					     .buffer = buffer,
					     .before = file,
					     .after = changed,
					     .session_id = 1 };
	struct ccs_pib pib;

	memset(&play, 0, sizeof(play));
	play.data = data;
	play.size = size;
	memcpy(config.host_mac, host, 6);
	sim_modem_init(&play.modem, &sim_modems[SIM_MODEM_QCA7005], CCS_SIDE_EV, host, 1,
		       &play.random);
	config.size = sim_store_make_pib(file, CCS_MODEM_QCA7005, play.modem.mac);
	sim_modem_store_init(&play.store, file, config.size);
	play.modem.store = &play.store;
	play.store.fault = (enum sim_store_fault)(next_byte() % SIM_STORE_FAULTS);
	play.store.fault_at = next_byte();
	if (ccs_pib_open(&pib, file, config.size) ||
	    ccs_pib_set_role(&pib, CCS_PIB_ROLE_EV, changed))
		abort();
	ccs_pib_job_init(&play.job, &config);
	ccs_pib_job_start(&play.job, play.now);
	run();
	check_told(file, changed, config.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] == 0) {
		size_t length = size - 1 < sizeof(file) ? size - 1 : sizeof(file);

		memcpy(file, data + 1, length);
		check_file(length);
	} else if (data[0] == 1) {
		check_changes(data + 1, size - 1);
	} else {
		check_write(data + 1, size - 1);
	}
	return 0;
}

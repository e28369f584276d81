/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated modem of `ccs modem`. */
#include "linux/modem_tool_sim.h"

#include "ccs/keys.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NEAR_US 400  /* a modem at the own port answers so fast, as measured */
#define FAR_US	3000 /* and one across the power line */
#define SEED	5

static const uint8_t host_mac[6] = { 0x02, 0x00, 0x00, 0x00, 0x00, 0x01 };

static int set_fault(struct sim_modem_store *store, const char *text, struct ccs_problem *problem)
{
	char name[32] = "", *end = name + sizeof(name) - 1;
	const char *colon = strchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : strlen(text);

	if (length < sizeof(name))
		memcpy(name, text, length);
	store->fault = sim_store_find_fault(name);
	store->fault_at = colon ? (uint32_t)strtoul(colon + 1, &end, 10) : 1;
	if (store->fault == SIM_STORE_FAULTS)
		return ccs_problem_set(problem, "no such fault: %s", text);
	return *end || !store->fault_at
		       ? ccs_problem_set(problem, "no number of a question, from 1: %s", text)
		       : 0;
}

/* The PIB of the file; 0 bytes: there is no file.  What is no PIB must not become one. */
static int read_pib(const char *path, struct sim_store_image *image, struct ccs_problem *problem)
{
	FILE *file = fopen(path, "rb");
	bool more;

	image->size = 0;
	if (!file && errno == ENOENT)
		return 0;
	if (!file)
		return ccs_problem_set(problem, "%s: %s", path, strerror(errno));
	image->size = fread(image->bytes, 1, CCS_PIB_FILE_MAX, file);
	more = fgetc(file) != EOF;
	fclose(file);
	return !more && sim_store_is_chain(image->bytes, image->size)
		       ? 0
		       : ccs_problem_set(problem, "%s: is not the PIB of a modem to simulate",
					 path);
}

/* The modem is in the network that its PIB says. */
static void join_network(struct ccs_modem_tool_sim *sim)
{
	struct ccs_pib pib;
	size_t size;

	sim->modem.store = &sim->store;
	sim_modem_store_mac(&sim->store, sim->modem.mac);
	if (ccs_pib_open(&pib, sim->store.flash.bytes, sim->store.flash.size) ||
	    pib.form != CCS_PIB_CHAIN)
		return;
	memcpy(sim->modem.after.nmk, ccs_pib_get(&pib, CCS_PIB_NMK, &size), 16);
	memcpy(sim->modem.after.nid, ccs_pib_get(&pib, CCS_PIB_NID, &size), 7);
}

/* The one across the line has the network of adapters as they come from the shop. */
static void join_factory_network(struct sim_modem *far)
{
	static const char passphrase[] = "HomePlugAV";

	ccs_keys_derive_nmk(passphrase, sizeof(passphrase) - 1, far->after.nmk);
	ccs_keys_derive_nid(far->after.nmk, CCS_NID_SIMPLE_CONNECT, far->after.nid);
}

static void make_store(struct ccs_modem_tool_sim *sim, enum ccs_modem_chip chip)
{
	static uint8_t pib[CCS_PIB_FILE_MAX];

	sim_modem_store_init(&sim->store, pib, sim_store_make_pib(pib, chip, sim->modem.mac));
}

int ccs_modem_tool_sim_open(struct ccs_modem_tool_sim *sim, const char *path,
			    const struct sim_modem_config *kind, const char *fault,
			    struct ccs_problem *problem)
{
	memset(sim, 0, sizeof(*sim));
	sim->path = path;
	sim->random.state = SEED;
	if (read_pib(path, &sim->file, problem))
		return -1;
	sim_modem_init(&sim->modem, kind, CCS_SIDE_EV, host_mac, 1, &sim->random);
	sim_modem_init(&sim->far, kind, CCS_SIDE_EVSE, host_mac, 2, &sim->random);
	if (sim->file.size)
		sim_modem_store_init(&sim->store, sim->file.bytes, sim->file.size);
	else
		make_store(sim, kind->chip);
	if (fault && set_fault(&sim->store, fault, problem))
		return -1;
	join_network(sim);
	join_factory_network(&sim->far);
	sim->store.factory.size = sim_store_make_pib(sim->store.factory.bytes, kind->chip,
						     sim->modem.mac);
	return 0;
}

static void say(struct ccs_modem_tool_sim *sim, const struct sim_modem_reply *reply, ccs_time delay)
{
	unsigned int at = (sim->first + sim->waiting) % CCS_MODEM_TOOL_QUEUE;
	int length;

	if (sim->waiting == CCS_MODEM_TOOL_QUEUE)
		return;
	length = ccs_mme_encode(&reply->mme, sim->queue[at].bytes, sizeof(sim->queue[at].bytes));
	if (length <= 0)
		return;
	sim->queue[at].length = (size_t)length;
	sim->queue[at].due = sim->now + delay;
	sim->waiting++;
}

void ccs_modem_tool_sim_take(struct ccs_modem_tool_sim *sim, const uint8_t *frame, size_t length)
{
	struct sim_modem_peers peers = { 0 };
	struct sim_modem_reply reply;
	struct ccs_mme mme;
	ccs_time since;

	if (ccs_mme_decode(&mme, frame, length))
		return;
	peers.count = sim_modem_shares_network(&sim->modem, &sim->far, sim->now, &since);
	memcpy(peers.mac[0], sim->far.mac, 6);
	if (sim_modem_is_called(&sim->modem, mme.dst) &&
	    sim_modem_is_awake(&sim->modem, sim->now) &&
	    sim_modem_answer(&sim->modem, &mme, &peers, &sim->random, sim->now, &reply))
		say(sim, &reply, NEAR_US);
	if ((mme.dst[0] & 1) && peers.count &&
	    sim_modem_answer_far(&sim->far, &mme, sim->now, &reply))
		say(sim, &reply, FAR_US);
}

size_t ccs_modem_tool_sim_next(struct ccs_modem_tool_sim *sim, const uint8_t **frame)
{
	unsigned int at = sim->first;

	if (!sim->waiting || sim->queue[at].due > sim->now)
		return 0;
	sim->first = (at + 1) % CCS_MODEM_TOOL_QUEUE;
	sim->waiting--;
	*frame = sim->queue[at].bytes;
	return sim->queue[at].length;
}

ccs_time ccs_modem_tool_sim_deadline(const struct ccs_modem_tool_sim *sim)
{
	return sim->waiting ? sim->queue[sim->first].due : CCS_NEVER;
}

/* Beside the old file, which it replaces when it is complete.  There are keys in it. */
static int write_file(const char *path, const struct sim_store_image *image)
{
	char new_path[PATH_MAX];
	int n = snprintf(new_path, sizeof(new_path), "%s.XXXXXX", path);
	int fd = n < (int)sizeof(new_path) ? mkstemp(new_path) : -1;
	FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
	bool failed;

	if (!file)
		return -1;
	failed = fwrite(image->bytes, 1, image->size, file) != image->size;
	failed |= fclose(file) != 0;
	if (!failed && !rename(new_path, path))
		return 0;
	unlink(new_path);
	return -1;
}

int ccs_modem_tool_sim_close(struct ccs_modem_tool_sim *sim, struct ccs_problem *problem)
{
	const struct sim_store_image *now = &sim->store.flash;

	if (now->size == sim->file.size && memcmp(now->bytes, sim->file.bytes, now->size) == 0)
		return 0;
	return write_file(sim->path, now)
		       ? ccs_problem_set(problem, "%s: %s", sim->path, strerror(errno))
		       : 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A modem where there is none. */
#include "linux/modem_front.h"

#include "linux/loop.h"

#include "ccs/cursor.h"
#include "ccs/keys.h"

#include <string.h>

#define HOST_DELAY 400 /* us from the host to the modem and back, as measured */
#define JOIN_MS	   100 /* from the key to the link */

#define ANNOUNCE_EACH CCS_SECONDS(1)
#define GONE_AFTER    CCS_MS(3500)
#define NEWS_TYPE     0xa3f4 /* of the vendors' range, and free */
#define NEWS_SIZE     (7 + 8 + 16)

static const uint8_t everyone[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t news_oui[3] = { 0x02, 0x43, 0x53 }; /* nobody's: locally administered */

void ccs_modem_front_init(struct ccs_modem_front *front, enum ccs_side side,
			  const uint8_t host_mac[6], uint8_t attenuation_db,
			  const struct ccs_attenuations *attenuations, ccs_time now)
{
	struct sim_modem_config config = sim_modems[SIM_MODEM_QCA7005];

	memset(front, 0, sizeof(*front));
	front->attenuation_db = attenuation_db;
	if (attenuations)
		front->attenuations = *attenuations;
	front->announce = now;
	ccs_loop_random(NULL, (uint8_t *)&front->random.state, sizeof(front->random.state));
	/* Others on the wire have modems of their own to measure with. */
	config.vendor_profiles = false;
	config.old_key_ms = config.deaf_ms = config.join_spread_ms = 0;
	config.join_ms = JOIN_MS;
	sim_modem_init(&front->modem, &config, side, host_mac, 0, &front->random);
}

static void say(struct ccs_modem_front *front, const struct sim_modem_reply *reply, ccs_time now)
{
	size_t at = (front->first + front->waiting) % CCS_MODEM_FRONT_QUEUE;
	int n;

	if (front->waiting == CCS_MODEM_FRONT_QUEUE)
		return;
	n = ccs_mme_encode(&reply->mme, front->queue[at].bytes, sizeof(front->queue[at].bytes));
	if (n <= 0)
		return;
	front->queue[at].length = (uint16_t)n;
	front->queue[at].due = now + HOST_DELAY;
	front->waiting++;
}

/* Networks: what the own modem is in, and what the others tell of theirs. */

static void digest_network(const struct ccs_modem_front *front, struct ccs_modem_news *news,
			   ccs_time now)
{
	const struct sim_modem_network *network = sim_modem_network(&front->modem, now);
	struct ccs_sha256 hash;
	uint8_t digest[32];

	ccs_sha256_init(&hash);
	ccs_sha256_update(&hash, network->nid, sizeof(network->nid));
	ccs_sha256_update(&hash, network->nmk, sizeof(network->nmk));
	ccs_sha256_finish(&hash, digest);
	memcpy(news->nid, network->nid, sizeof(news->nid));
	memcpy(news->digest, digest, sizeof(news->digest));
}

static bool has_joined(const struct ccs_modem_front *front, ccs_time now)
{
	return now >= sim_modem_network(&front->modem, now)->joined;
}

static bool is_with_us(const struct ccs_modem_front *front, const struct ccs_modem_host *host,
		       ccs_time now)
{
	struct ccs_modem_news own;

	if (!host->announces)
		return true;
	digest_network(front, &own, now);
	return now - host->heard < GONE_AFTER && has_joined(front, now) &&
	       memcmp(own.nid, host->news.nid, sizeof(own.nid)) == 0 &&
	       memcmp(own.digest, host->news.digest, sizeof(own.digest)) == 0;
}

static struct sim_modem_peers peers_of(const struct ccs_modem_front *front, ccs_time now)
{
	/* The address of the modem behind a host is not known. */
	struct sim_modem_peers peers = { .mac = { { 0x00, 0xb0, 0x52, 0x00, 0x00, 0x02 } } };

	if (front->modem.keys == 0 || !has_joined(front, now))
		return peers;
	for (size_t i = 0; i < front->host_count; i++)
		if (is_with_us(front, &front->hosts[i], now))
			peers.count = 1;
	return peers;
}

bool ccs_modem_front_reaches(const struct ccs_modem_front *front, const uint8_t ip[16],
			     ccs_time now)
{
	bool elsewhere = false;

	for (size_t i = 0; i < front->host_count; i++) {
		const struct ccs_modem_host *host = &front->hosts[i];

		if (!host->announces || memcmp(host->news.ip, ip, 16) != 0)
			continue;
		if (is_with_us(front, host, now))
			return true;
		elsewhere = true;
	}
	return !elsewhere;
}

/* The host's entry; one that is new takes the place of the one that was heard longest ago. */
static struct ccs_modem_host *find_host(struct ccs_modem_front *front, const uint8_t mac[6])
{
	struct ccs_modem_host *oldest = &front->hosts[0];

	for (size_t i = 0; i < front->host_count; i++) {
		if (memcmp(front->hosts[i].mac, mac, 6) == 0)
			return &front->hosts[i];
		if (front->hosts[i].heard < oldest->heard)
			oldest = &front->hosts[i];
	}
	if (front->host_count < CCS_MODEM_FRONT_HOSTS)
		oldest = &front->hosts[front->host_count++];
	memset(oldest, 0, sizeof(*oldest));
	memcpy(oldest->mac, mac, 6);
	return oldest;
}

static void take_news(struct ccs_modem_front *front, struct ccs_modem_host *host,
		      const struct ccs_mme *mme, ccs_time now)
{
	struct ccs_reader r = ccs_reader(mme->rest, mme->rest_size);
	struct ccs_modem_news news;

	ccs_read_copy(&r, news.nid, sizeof(news.nid));
	ccs_read_copy(&r, news.digest, sizeof(news.digest));
	ccs_read_copy(&r, news.ip, sizeof(news.ip));
	if (r.failed)
		return;
	/* It does not know of us either. */
	if (!host->announces && front->announce > now)
		front->announce = now;
	host->announces = true;
	host->news = news;
	host->heard = now;
}

static bool is_news(const struct ccs_mme *mme)
{
	return mme->kind == CCS_MME_OTHER && mme->type == NEWS_TYPE &&
	       memcmp(mme->oui, news_oui, sizeof(news_oui)) == 0;
}

int ccs_modem_front_announce(struct ccs_modem_front *front, const uint8_t ip[16], uint8_t *frame,
			     size_t size, ccs_time now)
{
	uint8_t payload[NEWS_SIZE];
	struct ccs_writer w = ccs_writer(payload, sizeof(payload));
	struct ccs_mme mme = { .kind = CCS_MME_OTHER, .type = NEWS_TYPE };
	struct ccs_modem_news news;

	if (now < front->announce)
		return 0;
	front->announce = now + ANNOUNCE_EACH;
	digest_network(front, &news, now);
	ccs_write(&w, news.nid, sizeof(news.nid));
	ccs_write(&w, news.digest, sizeof(news.digest));
	ccs_write(&w, ip, 16);
	memcpy(mme.dst, everyone, 6);
	memcpy(mme.src, front->modem.host_mac, 6);
	memcpy(mme.oui, news_oui, sizeof(news_oui));
	mme.rest = payload;
	mme.rest_size = sizeof(payload);
	return ccs_mme_encode(&mme, frame, size);
}

/* Frames. */

bool ccs_modem_front_take(struct ccs_modem_front *front, const uint8_t *frame, size_t length,
			  ccs_time now)
{
	struct sim_modem_peers peers = peers_of(front, now);
	uint32_t keys = front->modem.keys;
	struct sim_modem_reply reply;
	struct ccs_mme mme;
	bool to_all;

	if (ccs_mme_decode(&mme, frame, length))
		return false;
	/* Others know the host by what it sends from, which need not be the interface's address. */
	memcpy(front->modem.host_mac, mme.src, 6);
	if (!sim_modem_is_called(&front->modem, mme.dst))
		return false;
	to_all = mme.dst[0] & 1;
	if (!sim_modem_answer(&front->modem, &mme, &peers, &front->random, now, &reply))
		return !to_all;
	say(front, &reply, now);
	if (front->modem.keys != keys)
		front->announce = front->modem.after.joined;
	return true;
}

static uint8_t attenuation_of(const struct ccs_modem_front *front, const uint8_t mac[6])
{
	for (size_t i = 0; i < front->attenuations.count; i++)
		if (memcmp(front->attenuations.list[i].mac, mac, 6) == 0)
			return front->attenuations.list[i].db;
	return front->attenuation_db;
}

static void measure(struct ccs_modem_front *front, const struct ccs_mme *sound, ccs_time now)
{
	uint8_t db[CCS_SLAC_GROUPS];
	struct sim_modem_reply reply;

	memset(db, attenuation_of(front, sound->src), sizeof(db));
	if (sim_modem_report(&front->modem, sound->src, db, false, &reply))
		say(front, &reply, now);
}

bool ccs_modem_front_hear(struct ccs_modem_front *front, const uint8_t *frame, size_t length,
			  ccs_time now)
{
	struct ccs_modem_host *host;
	struct ccs_mme mme;

	if (ccs_mme_decode(&mme, frame, length))
		return false;
	host = find_host(front, mme.src);
	if (is_news(&mme)) {
		take_news(front, host, &mme, now);
		return true;
	}
	if (!host->announces)
		host->heard = now;
	if (front->modem.side == CCS_SIDE_EVSE && mme.kind == CCS_MME_CM_MNBC_SOUND_IND)
		measure(front, &mme, now);
	return false;
}

int ccs_modem_front_next(struct ccs_modem_front *front, uint8_t *frame, size_t size, ccs_time now)
{
	size_t at = front->first, length = front->queue[at].length;

	if (!front->waiting || front->queue[at].due > now || length > size)
		return 0;
	memcpy(frame, front->queue[at].bytes, length);
	front->first = (uint8_t)((at + 1) % CCS_MODEM_FRONT_QUEUE);
	front->waiting--;
	return (int)length;
}

ccs_time ccs_modem_front_deadline(const struct ccs_modem_front *front)
{
	if (front->waiting && front->queue[front->first].due < front->announce)
		return front->queue[front->first].due;
	return front->announce;
}

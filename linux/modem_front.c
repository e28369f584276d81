/* SPDX-License-Identifier: Apache-2.0 */
/* A modem where there is none. */
#include "linux/modem_front.h"

#include "linux/loop.h"

#include <string.h>

#define HOST_DELAY 400 /* us from the host to the modem and back, as measured */
#define JOIN_MS	   100 /* from the key to the link */

void ccs_modem_front_init(struct ccs_modem_front *front, enum ccs_side side,
			  const uint8_t host_mac[6], uint8_t attenuation_db)
{
	struct sim_modem_config config = sim_modems[SIM_MODEM_QCA7005];

	memset(front, 0, sizeof(*front));
	front->attenuation_db = attenuation_db;
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

/* The peer whose modem cannot be asked: it is believed to be there once there is a key. */
static struct sim_modem_peers believed_peers(const struct ccs_modem_front *front, ccs_time now)
{
	struct sim_modem_peers peers = { .mac = { { 0x00, 0xb0, 0x52, 0x00, 0x00, 0x02 } } };

	peers.count = front->modem.keys > 0 && now >= sim_modem_network(&front->modem, now)->joined;
	return peers;
}

bool ccs_modem_front_take(struct ccs_modem_front *front, const uint8_t *frame, size_t length,
			  ccs_time now)
{
	struct sim_modem_peers peers = believed_peers(front, now);
	struct sim_modem_reply reply;
	struct ccs_mme mme;
	bool to_all;

	if (ccs_mme_decode(&mme, frame, length) || !sim_modem_is_called(&front->modem, mme.dst))
		return false;
	to_all = mme.dst[0] & 1;
	if (sim_modem_answer(&front->modem, &mme, &peers, &front->random, now, &reply)) {
		say(front, &reply, now);
		return true;
	}
	return !to_all;
}

void ccs_modem_front_hear(struct ccs_modem_front *front, const uint8_t *frame, size_t length,
			  ccs_time now)
{
	uint8_t db[CCS_SLAC_GROUPS];
	struct sim_modem_reply reply;
	struct ccs_mme mme;

	if (front->modem.side != CCS_SIDE_EVSE || ccs_mme_decode(&mme, frame, length) ||
	    mme.kind != CCS_MME_CM_MNBC_SOUND_IND)
		return;
	memset(db, front->attenuation_db, sizeof(db));
	if (sim_modem_report(&front->modem, mme.src, db, false, &reply))
		say(front, &reply, now);
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
	return front->waiting ? front->queue[front->first].due : CCS_NEVER;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The car's SECC discovery. */
#include "ccs/sdp_client.h"

#include <string.h>

#define LEAST_PORT 49152 /* ISO 15118-2: a port of the dynamic range */

void ccs_sdp_client_init(struct ccs_sdp_client *client, const struct ccs_sdp_client_config *config)
{
	*client = (struct ccs_sdp_client) { .config = *config, .next = CCS_NEVER };
}

static void ask(struct ccs_sdp_client *client, ccs_time now)
{
	client->asked++;
	client->due = true;
	client->next = now + client->config.interval;
}

void ccs_sdp_client_start(struct ccs_sdp_client *client, ccs_time now)
{
	client->state = CCS_SDP_CLIENT_ASKING;
	client->asked = 0;
	ask(client, now);
}

static void finish(struct ccs_sdp_client *client, enum ccs_sdp_client_state state)
{
	client->state = state;
	client->due = false;
	client->next = CCS_NEVER;
}

/* One host: neither unspecified nor multicast. */
static bool is_host(const uint8_t ip[16])
{
	static const uint8_t unspecified[16];

	return ip[0] != 0xff && memcmp(ip, unspecified, 16) != 0;
}

static bool is_usable(const struct ccs_sdp_client_config *config, const struct ccs_sdp *sdp)
{
	bool secure = sdp->security == CCS_SDP_TLS
			      ? config->tls
			      : sdp->security == CCS_SDP_NO_TLS && config->plain;

	return sdp->kind == CCS_SDP_RESPONSE && secure && sdp->transport == CCS_SDP_TCP &&
	       sdp->secc_port != 0 && (config->any_port || sdp->secc_port >= LEAST_PORT) &&
	       is_host(sdp->secc_ip);
}

int ccs_sdp_client_receive(struct ccs_sdp_client *client, const uint8_t *datagram, size_t length)
{
	struct ccs_sdp sdp;
	int result;

	if (client->state != CCS_SDP_CLIENT_ASKING)
		return CCS_IGNORED;
	result = ccs_sdp_decode(&sdp, datagram, length);
	if (result < 0)
		return result;
	if (!is_usable(&client->config, &sdp))
		return CCS_IGNORED;
	client->secc = sdp;
	finish(client, CCS_SDP_CLIENT_FOUND);
	return 0;
}

void ccs_sdp_client_tick(struct ccs_sdp_client *client, ccs_time now)
{
	if (client->state != CCS_SDP_CLIENT_ASKING || now < client->next)
		return;
	if (client->asked < client->config.count)
		ask(client, now);
	else
		finish(client, CCS_SDP_CLIENT_GAVE_UP);
}

int ccs_sdp_client_send(struct ccs_sdp_client *client, uint8_t *buffer, size_t size)
{
	struct ccs_sdp request = { .kind = CCS_SDP_REQUEST,
				   .security = client->config.tls ? CCS_SDP_TLS : CCS_SDP_NO_TLS,
				   .transport = CCS_SDP_TCP };
	int length;

	if (!client->due)
		return 0;
	length = ccs_sdp_encode(&request, buffer, size);
	if (length > 0)
		client->due = false;
	return length;
}

ccs_time ccs_sdp_client_deadline(const struct ccs_sdp_client *client)
{
	return client->next;
}

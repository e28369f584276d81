/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs modem key`: a network key into the modem, and perhaps into its network. */
#include "tools/modem.h"
#include "tools/modem_secret.h"
#include "tools/modem_survey.h"

#include "linux/loop.h"

#include "ccs/hex.h"
#include "ccs/keys.h"

#include <string.h>

#define NID_UNUSED 0xc0		   /* of its last byte: two bits that are always 0 */
#define JOIN_TIME  CCS_SECONDS(12) /* TT_match_join, ISO 15118-3 table A.1 */

struct keying {
	struct ccs_modem modem;
	bool join;
	ccs_time join_end; /* CCS_NEVER: the key is not in yet */
	ccs_time now;
};

static void follow(struct keying *k, ccs_time now)
{
	k->now = now;
	if (k->join && k->modem.key == CCS_MODEM_KEY_SET && k->join_end == CCS_NEVER) {
		k->join_end = now + JOIN_TIME;
		ccs_modem_watch_link(&k->modem, true, now);
	}
}

static void receive(void *of, const uint8_t *frame, size_t length, ccs_time now)
{
	struct keying *k = of;

	ccs_modem_receive(&k->modem, frame, length, now);
	follow(k, now);
}

static void tick(void *of, ccs_time now)
{
	struct keying *k = of;

	ccs_modem_tick(&k->modem, now);
	follow(k, now);
}

static int send_frame(void *of, uint8_t *frame, size_t size)
{
	struct keying *k = of;

	return ccs_modem_send(&k->modem, frame, size);
}

static ccs_time deadline(const void *of)
{
	const struct keying *k = of;
	ccs_time modem = ccs_modem_deadline(&k->modem);

	return k->join_end < modem ? k->join_end : modem;
}

static bool is_done(const void *of)
{
	const struct keying *k = of;

	if (k->modem.state == CCS_MODEM_ABSENT || k->modem.key == CCS_MODEM_KEY_FAILED)
		return true;
	if (k->modem.key != CCS_MODEM_KEY_SET)
		return false;
	return !k->join || k->modem.link || k->now >= k->join_end;
}

static bool parse_hex(const char *text, uint8_t *bytes, size_t size)
{
	if (strlen(text) != 2 * size)
		return false;
	for (size_t i = 0; i < size; i++) {
		int high = ccs_hex_digit(text[2 * i]), low = ccs_hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool has_passphrase_form(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((uint8_t)line[i] < ' ' || (uint8_t)line[i] > 0x7f)
			return false;
	}
	/* The one exception is what all adapters have when they come from the shop. */
	return (length >= CCS_PASSPHRASE_MIN && length <= CCS_PASSPHRASE_MAX) ||
	       strcmp(line, "HomePlugAV") == 0;
}

static bool read_passphrase(struct ccs_modem_command *c, uint8_t nmk[16])
{
	char line[CCS_MODEM_SECRET_MAX];
	size_t length = ccs_modem_secret_read("passphrase: ", line);
	bool good = has_passphrase_form(line, length);

	if (good)
		ccs_keys_derive_nmk(line, length, nmk);
	else
		ccs_complain(&c->output, "a passphrase has %d to %d characters, of ASCII",
			     CCS_PASSPHRASE_MIN, CCS_PASSPHRASE_MAX);
	ccs_keys_wipe(line, sizeof(line));
	return good;
}

static bool read_hex_key(struct ccs_modem_command *c, uint8_t nmk[16])
{
	char line[CCS_MODEM_SECRET_MAX];
	bool good;

	ccs_modem_secret_read("network key: ", line);
	good = parse_hex(line, nmk, CCS_NMK_SIZE);
	if (!good)
		ccs_complain(&c->output, "a key is 32 hex digits");
	ccs_keys_wipe(line, sizeof(line));
	return good;
}

static bool read_nmk(struct ccs_modem_command *c, uint8_t nmk[16])
{
	const char *text = c->operands[0];

	if (!strcmp(text, "passphrase"))
		return read_passphrase(c, nmk);
	if (!strcmp(text, "-"))
		return read_hex_key(c, nmk);
	if (!strcmp(text, "random")) {
		ccs_loop_random(NULL, nmk, CCS_NMK_SIZE);
		return true;
	}
	if (parse_hex(text, nmk, CCS_NMK_SIZE))
		return true;
	ccs_complain(&c->output, "a key is 32 hex digits, `-`, `passphrase` or `random`, not %s",
		     text);
	return false;
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
	uint8_t all = 0;

	for (size_t i = 0; i < size; i++)
		all |= bytes[i];
	return !all;
}

/* A key of zeros is how a modem shows that it hides it; a NID of zeros, that it has no network. */
static bool read_key(struct ccs_modem_command *c, uint8_t nmk[16], uint8_t nid[7])
{
	if (!read_nmk(c, nmk))
		return false;
	if (is_zero(nmk, CCS_NMK_SIZE)) {
		ccs_complain(&c->output, "a key of zeros is none");
		return false;
	}
	ccs_keys_derive_nid(nmk, CCS_NID_SIMPLE_CONNECT, nid);
	if (c->nid && (!parse_hex(c->nid, nid, CCS_NID_SIZE) ||
		       nid[CCS_NID_SIZE - 1] & NID_UNUSED || is_zero(nid, CCS_NID_SIZE))) {
		ccs_complain(&c->output, "a NID is 14 hex digits, the last two at most 3f, not %s",
			     c->nid);
		return false;
	}
	return true;
}

static int report(struct ccs_modem_command *c, const struct keying *k, const uint8_t nid[7])
{
	struct ccs_print *p = &c->output.print;

	if (k->modem.state == CCS_MODEM_ABSENT) {
		ccs_complain(&c->output, "no modem answers");
		return CCS_EXIT_FAILED;
	}
	if (k->modem.key != CCS_MODEM_KEY_SET) {
		ccs_complain(&c->output, "the modem did not take the key");
		return CCS_EXIT_FAILED;
	}
	ccs_print_mac(p, k->modem.mac);
	ccs_print_text(p, " has the key of network ");
	ccs_print_hex(p, nid, CCS_NID_SIZE);
	ccs_print_char(p, '\n');
	if (!k->join)
		return CCS_EXIT_DONE;
	ccs_print_text(p, k->modem.link ? "another modem of this network is there\n"
					: "no other modem of this network is there\n");
	return k->modem.link ? CCS_EXIT_DONE : CCS_EXIT_FAILED;
}

int ccs_modem_key(struct ccs_modem_command *c)
{
	static struct keying k;
	struct ccs_modem_talk talk = { .of = &k,
				       .receive = receive,
				       .tick = tick,
				       .send = send_frame,
				       .deadline = deadline,
				       .is_done = is_done };
	struct ccs_modem_config config;
	struct ccs_modem_identity own;
	uint8_t nmk[CCS_NMK_SIZE], nid[CCS_NID_SIZE];

	if (!read_key(c, nmk, nid)) {
		ccs_keys_wipe(nmk, sizeof(nmk));
		return CCS_EXIT_USAGE;
	}
	if (ccs_modem_survey_own(&c->tool, &own) > 1) {
		ccs_keys_wipe(nmk, sizeof(nmk));
		ccs_complain(&c->output, "two modems at this interface: leave one of them only");
		return CCS_EXIT_FAILED;
	}
	k.join = c->join;
	k.join_end = CCS_NEVER;
	k.now = ccs_modem_tool_now(&c->tool);
	ccs_modem_set_defaults(&config);
	config.side = c->evse ? CCS_SIDE_EVSE : CCS_SIDE_EV;
	memcpy(config.host_mac, c->tool.host_mac, 6);
	ccs_modem_init(&k.modem, &config, NULL);
	ccs_modem_start(&k.modem, k.now);
	ccs_modem_set_key(&k.modem, nmk, nid, k.now);
	ccs_keys_wipe(nmk, sizeof(nmk));
	ccs_modem_tool_run(&c->tool, &talk);
	return report(c, &k, nid);
}

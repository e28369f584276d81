/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power line layer on a pipe, for slac.py.  Lines in, a JSON line out for each:
 *
 *	frame HEX	decode, print, encode again
 *	nid NMK LEVEL	the NID
 *	key HEX		NMK and DAK of the passphrase with these bytes
 */
#include "ccs/keys.h"
#include "ccs/mme.h"
#include "ccs/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ccs_print out;

static void write_out(struct ccs_print *p)
{
	fwrite(p->start, 1, ccs_print_length(p), stdout);
	p->at = p->start;
}

static size_t read_hex(const char *text, uint8_t *bytes, size_t size)
{
	size_t n = 0;
	unsigned int byte;

	for (; n < size && sscanf(text + 2 * n, "%2x", &byte) == 1; n++)
		bytes[n] = (uint8_t)byte;
	return n;
}

static void print_hex(const char *key, const uint8_t *bytes, size_t size)
{
	ccs_print_text(&out, key);
	ccs_print_char(&out, '"');
	ccs_print_hex(&out, bytes, size);
	ccs_print_char(&out, '"');
}

static void print_number(const char *key, int64_t number)
{
	ccs_print_text(&out, key);
	ccs_print_signed(&out, number);
}

static void answer_frame(const char *hex)
{
	uint8_t frame[2048], again[CCS_MME_FRAME_MAX];
	size_t length = read_hex(hex, frame, sizeof(frame));
	struct ccs_mme mme;
	int result = ccs_mme_decode(&mme, frame, length), size;

	print_number("{\"result\":", result);
	print_number(",\"mmtype\":", mme.type);
	print_number(",\"mmv\":", mme.mmv);
	print_number(",\"fmi\":", mme.fmi);
	print_number(",\"fmsn\":", mme.fmsn);
	print_hex(",\"dst\":", mme.dst, 6);
	print_hex(",\"src\":", mme.src, 6);
	ccs_print_text(&out, ",\"type\":\"");
	ccs_mme_print_type(&out, &mme);
	ccs_print_text(&out, "\",\"fields\":");
	ccs_mme_print_fields(&out, &mme, true);
	size = ccs_mme_encode(&mme, again, sizeof(again));
	print_hex(",\"again\":", again, size < 0 ? 0 : (size_t)size);
}

static void answer_nid(const char *text)
{
	uint8_t nmk[16], nid[7];
	const char *level = strchr(text, ' ');

	read_hex(text, nmk, sizeof(nmk));
	ccs_keys_derive_nid(nmk, level ? (unsigned int)atoi(level) : 0, nid);
	print_hex("{\"nid\":", nid, sizeof(nid));
}

static void answer_key(const char *hex)
{
	uint8_t text[256], nmk[16], dak[16];
	size_t length = read_hex(hex, text, sizeof(text));

	ccs_keys_derive_nmk((const char *)text, length, nmk);
	ccs_keys_derive_dak((const char *)text, length, dak);
	print_hex("{\"nmk\":", nmk, sizeof(nmk));
	print_hex(",\"dak\":", dak, sizeof(dak));
}

int main(void)
{
	static char line[8192], text[4096];

	ccs_print_init(&out, text, sizeof(text));
	out.flush = write_out;
	while (fgets(line, sizeof(line), stdin)) {
		if (!strncmp(line, "frame ", 6))
			answer_frame(line + 6);
		else if (!strncmp(line, "nid ", 4))
			answer_nid(line + 4);
		else
			answer_key(line + 4);
		ccs_print_text(&out, "}\n");
	}
	write_out(&out);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the seeds of fuzz_tls: seed_tls FOLDER.  Each is a session between two real peers, in the
 * steps that fuzz_tls.c describes.
 */
#include "../unit/tls_peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP_KEYLOG		 0
#define STEP_DATA		 1
#define STEP_OPEN_HANDSHAKE	 4
#define STEP_DECRYPTED_HANDSHAKE 5

static struct tls_peers peers;

static const struct seed {
	const char *name;
	bool late; /* the secrets come behind the data */
	struct tls_peers_options options;
} seeds[] = {
	{ "cbc", false, { .version = TLS1_2_VERSION, .suite = "ECDHE-ECDSA-AES128-SHA256" } },
	{ "cbc-mac-first",
	  true,
	  { .version = TLS1_2_VERSION,
	    .suite = "ECDHE-ECDSA-AES256-SHA384",
	    .no_encrypt_then_mac = true } },
	{ "gcm",
	  true,
	  { .version = TLS1_2_VERSION, .suite = "ECDHE-ECDSA-AES128-GCM-SHA256", .mutual = true } },
	{ "ccm8", false, { .version = TLS1_2_VERSION, .suite = "ECDHE-ECDSA-AES128-CCM8" } },
	{ "tls13", false, { .version = TLS1_3_VERSION, .suite = "TLS_AES_256_GCM_SHA384" } },
	{ "tls13-mutual",
	  true,
	  { .version = TLS1_3_VERSION, .suite = "TLS_CHACHA20_POLY1305_SHA256", .mutual = true } },
	{ "refused", false, { .version = TLS1_2_VERSION, .distrust = true } },
};

static void write_step(FILE *file, int what, const void *bytes, size_t length)
{
	fputc(what, file);
	fputc((int)(length >> 8), file);
	fputc((int)(length & 0xFF), file);
	fwrite(bytes, 1, length, file);
}

/* The handshake messages in the open records of TLS 1.2, as if they had been decrypted too. */
static void write_handshake(FILE *file, const uint8_t *wire, size_t length, unsigned int dir)
{
	int step = dir ? STEP_DECRYPTED_HANDSHAKE : STEP_OPEN_HANDSHAKE;

	while (length > 5) {
		size_t body = (size_t)wire[3] << 8 | wire[4];

		if (wire[0] != 22 || body + 5 > length)
			return;
		write_step(file, step | (int)dir << 4, wire + 5, body);
		wire += 5 + body;
		length -= 5 + body;
	}
}

static void write_session(FILE *file, const struct seed *seed)
{
	if (!seed->late)
		write_step(file, STEP_KEYLOG, peers.keylog, peers.keylog_length);
	for (size_t i = 0; i < peers.chunk_count; i++) {
		const struct tls_peers_chunk *c = &peers.chunks[i];

		write_step(file, STEP_DATA | (int)c->dir << 4, peers.wire + c->at, c->length);
		if (i < 2)
			write_handshake(file, peers.wire + c->at, c->length, c->dir);
	}
	if (seed->late)
		write_step(file, STEP_KEYLOG, peers.keylog, peers.keylog_length);
}

static void make_seed(const char *folder, const struct seed *seed)
{
	char path[4096];
	FILE *file;

	if (tls_peers_start(&peers, &seed->options)) {
		tls_peers_write(&peers, TLS_PEERS_CLIENT, 45);
		tls_peers_write(&peers, TLS_PEERS_SERVER, 60);
		tls_peers_close(&peers, TLS_PEERS_CLIENT);
	}
	snprintf(path, sizeof(path), "%s/%s", folder, seed->name);
	file = fopen(path, "wb");
	if (!file) {
		perror(path);
		exit(3);
	}
	write_session(file, seed);
	if (fclose(file)) {
		perror(path);
		exit(3);
	}
	tls_peers_free(&peers);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "seed_tls: give the folder of the seeds\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		make_seed(argv[1], &seeds[i]);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A line of peers.jsonl: what can be read is printed as a line that reads the same. */
#include "linux/peers.h"

#include "ccs/print.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ccs_peer peer, again;
	struct ccs_print print;
	char *line = malloc(size), text[2000];

	memcpy(line, data, size);
	if (ccs_peer_read(&peer, line, size)) {
		ccs_print_init(&print, text, sizeof(text));
		ccs_peer_print(&print, &peer);
		if (print.failed || print.at[-1] != '\n' ||
		    !ccs_peer_read(&again, text, ccs_print_length(&print) - 1) ||
		    memcmp(&peer, &again, sizeof(peer)))
			abort();
	}
	free(line);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* An SDP datagram: what decodes gives the same bytes again, and a text. */
#include "ccs/sdp.h"

#include "ccs/print.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *again;
	struct ccs_sdp sdp;
	struct ccs_print p;
	char text[200];

	if (ccs_sdp_decode(&sdp, data, size))
		return 0;
	again = malloc(size);
	if (ccs_sdp_encode(&sdp, again, size) != (int)size || memcmp(again, data, size))
		abort();
	if (ccs_sdp_encode(&sdp, again, size - 1) != CCS_ERR_SPACE)
		abort();
	free(again);
	ccs_print_init(&p, text, sizeof(text));
	ccs_sdp_print_fields(&p, &sdp);
	ccs_sdp_print_summary(&p, &sdp);
	if (p.failed && sdp.payload_length < 50)
		abort();
	return 0;
}

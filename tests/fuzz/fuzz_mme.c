/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A frame: what decodes is encoded, decoded again and is the same; it can be printed whatever the
 * result; the text without secrets is never the longer one.
 */
#include "ccs/mme.h"

#include "ccs/print.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char text[1 << 16];

static size_t print_all(const struct ccs_mme *mme, bool secrets)
{
	struct ccs_print p;

	ccs_print_init(&p, text, sizeof(text));
	ccs_mme_print_fields(&p, mme, secrets);
	if (p.failed || text[0] != '{' || p.at[-1] != '}')
		abort();
	return ccs_print_length(&p);
}

static void check_text(const struct ccs_mme *mme)
{
	struct ccs_print p;

	if (print_all(mme, false) > print_all(mme, true))
		abort();
	ccs_print_init(&p, text, sizeof(text));
	ccs_mme_print_type(&p, mme);
	ccs_mme_print_summary(&p, mme);
	if (p.failed)
		abort();
}

static void check_round(const struct ccs_mme *mme, size_t size)
{
	uint8_t *frame = malloc(CCS_MME_FRAME_MAX);
	int length = ccs_mme_encode(mme, frame, CCS_MME_FRAME_MAX);
	struct ccs_mme again;

	if (length < CCS_MME_FRAME_MIN || ccs_mme_decode(&again, frame, (size_t)length))
		abort();
	/* What we know nothing of has its padding in it. */
	if ((mme->kind != CCS_MME_OTHER || size >= CCS_MME_FRAME_MIN) &&
	    !ccs_mme_equal(mme, &again))
		abort();
	free(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ccs_mme mme;
	int result = ccs_mme_decode(&mme, data, size);

	if (result == CCS_ERR_HEADER)
		return 0;
	check_text(&mme);
	if (!result)
		check_round(&mme, size);
	else if (mme.kind != CCS_MME_OTHER)
		abort();
	return 0;
}

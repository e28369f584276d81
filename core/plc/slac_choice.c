/* SPDX-License-Identifier: Apache-2.0 */
/* Which charger: ISO 15118-3, decision by attenuation (EVSE_FOUND, EVSE_POTENTIALLY_FOUND). */
#include "slac_choice.h"

#include <string.h>

struct ccs_slac_candidate *ccs_slac_find_candidate(struct ccs_slac_ev *ev, const uint8_t mac[6])
{
	for (size_t i = 0; i < ev->candidate_count; i++) {
		if (memcmp(ev->candidates[i].mac, mac, 6) == 0)
			return &ev->candidates[i];
	}
	return NULL;
}

/* Whoever has not reported gives way. */
static struct ccs_slac_candidate *find_place(struct ccs_slac_ev *ev)
{
	if (ev->candidate_count < CCS_SLAC_PARALLEL_MAX)
		return &ev->candidates[ev->candidate_count++];
	if (ev->state == CCS_SLAC_EV_ASKING)
		return NULL;
	for (size_t i = 0; i < ev->candidate_count; i++) {
		if (!ev->candidates[i].reported)
			return &ev->candidates[i];
	}
	return NULL;
}

struct ccs_slac_candidate *ccs_slac_add_candidate(struct ccs_slac_ev *ev, const uint8_t mac[6])
{
	struct ccs_slac_candidate *c = ccs_slac_find_candidate(ev, mac);

	if (c)
		return c;
	c = find_place(ev);
	if (c) {
		memset(c, 0, sizeof(*c));
		memcpy(c->mac, mac, 6);
	}
	return c;
}

bool ccs_slac_all_reported(const struct ccs_slac_ev *ev)
{
	for (size_t i = 0; i < ev->candidate_count; i++) {
		if (!ev->candidates[i].reported)
			return false;
	}
	return ev->candidate_count > 0;
}

/* EVSE_FOUND is below the direct limit, EVSE_POTENTIALLY_FOUND up to the indirect one. */
static bool is_within(const struct ccs_slac_ev *ev, const struct ccs_slac_candidate *c,
		      enum ccs_slac_limit limit)
{
	unsigned int db = 100u * ev->config.limits.value[limit];

	return c->reported &&
	       (limit == CCS_SLAC_C_EV_match_signalattn_direct ? c->mean < db : c->mean <= db);
}

static struct ccs_slac_candidate *find_best(struct ccs_slac_ev *ev, bool refused,
					    enum ccs_slac_limit limit)
{
	struct ccs_slac_candidate *best = NULL;

	for (size_t i = 0; i < ev->candidate_count; i++) {
		struct ccs_slac_candidate *c = &ev->candidates[i];

		if (c->refused == refused && !c->excluded && is_within(ev, c, limit) &&
		    (!best || c->mean < best->mean))
			best = c;
	}
	return best;
}

/* Another one that might be ours as well. */
static bool has_rival(const struct ccs_slac_ev *ev, const struct ccs_slac_candidate *best)
{
	for (size_t i = 0; i < ev->candidate_count; i++) {
		const struct ccs_slac_candidate *c = &ev->candidates[i];
		int distance = (int)c->mean - (int)best->mean;

		if (c != best && c->reported && !c->excluded &&
		    distance < 100 * (int)ev->config.limits.value[CCS_SLAC_signalattn_close])
			return true;
	}
	return false;
}

static bool wants_validation(const struct ccs_slac_ev *ev, const struct ccs_slac_candidate *best)
{
	switch (ev->config.validation) {
	case CCS_SLAC_VALIDATE_NEVER:
		return false;
	case CCS_SLAC_VALIDATE_ALWAYS:
		return true;
	case CCS_SLAC_VALIDATE_IN_DOUBT:
		break;
	}
	return !is_within(ev, best, CCS_SLAC_C_EV_match_signalattn_direct) || has_rival(ev, best);
}

/*
 * NOTE: chargers exist that answer every CM_VALIDATE.REQ with "failure".  Where attenuation alone
 * would have found one, it is taken when nobody proved to be the right one.
 */
enum ccs_slac_choice ccs_slac_choose(struct ccs_slac_ev *ev, struct ccs_slac_candidate **best)
{
	*best = find_best(ev, false, CCS_SLAC_C_EV_match_signalattn_indirect);
	if (*best)
		return wants_validation(ev, *best) ? CCS_SLAC_CHOICE_VALIDATE
						   : CCS_SLAC_CHOICE_FOUND;
	if (ev->config.validation == CCS_SLAC_VALIDATE_ALWAYS)
		return CCS_SLAC_CHOICE_NONE;
	*best = find_best(ev, true, CCS_SLAC_C_EV_match_signalattn_direct);
	return *best ? CCS_SLAC_CHOICE_UNPROVEN : CCS_SLAC_CHOICE_NONE;
}

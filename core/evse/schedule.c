/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schedules that the car may choose from (ISO 15118-2 8.5.2.10 ff., DIN SPEC 70121 9.5.2.9
 * ff.), and what the chosen one allows at this moment.
 */
#include "evse/charging.h"

#define DAY_SECONDS (24u * 3600) /* NOTE: tables 24 h long are what cars know from others */
#define TUPLE	    1		 /* SAScheduleTupleID where there is no choice */

/* One entry for all the time. */
static void offer_flat(struct ccs_evse_schedule *offer, int32_t w)
{
	offer->count = 1;
	offer->tuples[0] = (struct ccs_evse_tuple) { .id = TUPLE, .count = 1 };
	offer->tuples[0].entries[0] = (struct ccs_evse_pmax) { 0, w };
}

/* A pause is offered as a day without power: ISO 15118-2 has no notification for it. */
void evse_schedule_offer(const struct ccs_evse_session *session, struct ccs_evse_schedule *offer)
{
	const struct ccs_evse_schedule *set = session->config.schedule;

	*offer = (struct ccs_evse_schedule) { .duration_s = DAY_SECONDS };
	if (session->pause) {
		offer_flat(offer, 0);
	} else if (!set || !set->count) {
		offer_flat(offer, session->offered_w);
	} else {
		*offer = *set;
		if (!offer->duration_s)
			offer->duration_s = DAY_SECONDS;
	}
}

/* NULL: the schedule has no such tuple. */
static const struct ccs_evse_tuple *find_tuple(const struct ccs_evse_schedule *schedule, int32_t id)
{
	for (uint8_t i = 0; i < schedule->count && i < CCS_EVSE_TUPLES; i++)
		if (schedule->tuples[i].id == id)
			return &schedule->tuples[i];
	return NULL;
}

bool evse_schedule_has(const struct ccs_evse_session *session, int32_t tuple)
{
	struct ccs_evse_schedule offer;

	evse_schedule_offer(session, &offer);
	return find_tuple(&offer, tuple);
}

/* The power in the second `s`. */
static int32_t power_at(const struct ccs_evse_tuple *tuple, uint64_t s)
{
	int32_t w = tuple->entries[0].max_w;

	for (uint8_t i = 1; i < tuple->count && i < CCS_EVSE_ENTRIES; i++)
		if (tuple->entries[i].start_s <= s)
			w = tuple->entries[i].max_w;
	return w;
}

/* The least that is allowed from `from` to before `to`. */
static int32_t least_power(const struct ccs_evse_tuple *tuple, uint64_t from, uint64_t to)
{
	int32_t least = power_at(tuple, from);

	for (uint8_t i = 1; i < tuple->count && i < CCS_EVSE_ENTRIES; i++) {
		const struct ccs_evse_pmax *entry = &tuple->entries[i];

		if (entry->start_s > from && entry->start_s < to && entry->max_w < least)
			least = entry->max_w;
	}
	return least;
}

/* NOTE: within 1 %, because PMax and the car's power are rounded on the wire. */
bool evse_schedule_allows(const struct ccs_evse_session *session,
			  const struct evse_profile *profile, int32_t tuple)
{
	struct ccs_evse_schedule offer;
	const struct ccs_evse_tuple *chosen;

	evse_schedule_offer(session, &offer);
	chosen = find_tuple(&offer, tuple);
	for (uint32_t i = 0; chosen && i < profile->count; i++) {
		bool is_last = i + 1 == profile->count;
		uint64_t end = is_last ? UINT64_MAX : profile->entries[i + 1].start_s;
		int64_t most = least_power(chosen, profile->entries[i].start_s, end);

		if (profile->entries[i].mw > most * 1010)
			return false;
	}
	return chosen;
}

/* The chosen tuple of a schedule that was configured; NULL: the limits alone decide. */
static const struct ccs_evse_tuple *find_chosen(const struct ccs_evse_session *session)
{
	const struct ccs_evse_schedule *set = session->config.schedule;

	if (!set || !set->count || session->scheduled == CCS_NEVER)
		return NULL;
	return find_tuple(set, session->tuple);
}

int32_t evse_schedule_now(const struct ccs_evse_session *session, ccs_time now)
{
	const struct ccs_evse_tuple *tuple = find_chosen(session);

	if (session->pause && session->scheduled != CCS_NEVER)
		return 0;
	if (!tuple)
		return CCS_NO_LIMIT;
	return power_at(tuple, (uint64_t)(now - session->scheduled) / (uint64_t)CCS_SECONDS(1));
}

ccs_time evse_schedule_deadline(const struct ccs_evse_session *session)
{
	const struct ccs_evse_tuple *tuple = find_chosen(session);

	for (uint8_t i = 1; tuple && i < tuple->count && i < CCS_EVSE_ENTRIES; i++) {
		ccs_time at = session->scheduled + CCS_SECONDS((ccs_time)tuple->entries[i].start_s);

		if (at > session->clock)
			return at;
	}
	return CCS_NEVER;
}

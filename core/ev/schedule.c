/* SPDX-License-Identifier: Apache-2.0 */
/* Power over time that the charger promises. */
#include "schedule.h"

#define US_PER_SECOND 1000000

static int32_t smaller(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

/* Lowers everything from `start_s` on. */
static void lower(struct ccs_ev_schedule *schedule, uint32_t start_s, int32_t max_w)
{
	for (uint8_t i = 0; i < schedule->count; i++) {
		struct ccs_ev_schedule_entry *entry = &schedule->entries[i];

		if (i + 1 == schedule->count || entry[1].start_s > start_s)
			entry->max_w = smaller(entry->max_w, max_w);
	}
}

void ccs_ev_schedule_add(struct ccs_ev_schedule *schedule, uint32_t start_s, int32_t max_w)
{
	uint8_t count = schedule->count;

	if (count == CCS_EV_SCHEDULE_ENTRIES ||
	    (count && start_s <= schedule->entries[count - 1].start_s)) {
		lower(schedule, start_s, max_w);
		return;
	}
	schedule->entries[count] = (struct ccs_ev_schedule_entry) { start_s, max_w };
	schedule->count++;
}

int32_t ccs_ev_schedule_power(const struct ccs_ev_schedule *schedule, ccs_time now)
{
	ccs_time second = (now - schedule->since) / US_PER_SECOND;
	int32_t max_w = 0;

	if (!schedule->count)
		return CCS_NO_LIMIT;
	for (uint8_t i = 0; i < schedule->count; i++)
		if (schedule->entries[i].start_s <= second)
			max_w = schedule->entries[i].max_w;
	return max_w;
}

bool ccs_ev_schedule_is_empty(const struct ccs_ev_schedule *schedule)
{
	for (uint8_t i = 0; i < schedule->count; i++)
		if (schedule->entries[i].max_w > 0)
			return false;
	return schedule->count > 0;
}

int64_t ccs_ev_schedule_energy(const struct ccs_ev_schedule *schedule, int32_t own_w,
			       uint32_t horizon_s)
{
	int64_t energy = 0;

	for (uint8_t i = 0; i < schedule->count; i++) {
		const struct ccs_ev_schedule_entry *entry = &schedule->entries[i];
		uint32_t end_s = i + 1 < schedule->count ? entry[1].start_s : UINT32_MAX;

		if (entry->start_s >= horizon_s)
			break;
		if (end_s > horizon_s)
			end_s = horizon_s;
		energy += (int64_t)smaller(entry->max_w, own_w) * (end_s - entry->start_s);
	}
	return energy;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorded sessions once more: the recorded car at our charger, our car at the recorded charger.
 *
 * Usage: replay_stations DIRECTORY [QUIRK].  The captures are in its folder "captures"; the
 * variable CCS_SHARED is taken in place of DIRECTORY.  One TAP case for each session and side; with
 * a quirk, which is turned off then, those that are not ok need it.
 */
#include "captures.h"
#include "replay.h"

#include <stdio.h>
#include <string.h>

/* Where a replay ends otherwise than the recording, and whose fault it is. */
struct exception {
	const char *name; /* capture and number of the conversation */
	bool evse;	  /* at our charger, else our car */
	const char *fault;
	const char *why;
};

#define LIVE	   "failed: the inlet stayed live after the contactors opened"
#define STAYS_LIVE "the charger leaves more than 600 V on the cable during welding detection"
#define LIMITS	   "parameters: the limits of charger and battery do not fit"
#define ECOG_LIMITS \
	"the charger announces 40 V at most; its own car does not look and is given 1 or 500 V"

static const struct exception exceptions[] = {
	{ "dspace_iso2_dc_batterydata 1", true, "service detail: the car broke the protocol",
	  "it asks for an additional service that its charger had offered and ours has not" },
	{ "ev_id4_iso2 1", false, "failed: the charger does not offer what the car needs",
	  "the charger takes nothing but contracts, and refused the real car one request later" },
	{ "ev_ioniq5_din_dc 1", false, LIVE, STAYS_LIVE },
	{ "ev_ioniq5_iso2_dc 1", false, LIVE, STAYS_LIVE },
	{ "peer_ecog_all_sap 1", false, LIMITS, ECOG_LIMITS },
	{ "peer_ecog_din 1", false, LIMITS, ECOG_LIMITS },
	{ "peer_ecog_iso2_dc 1", false, LIMITS, ECOG_LIMITS },
	{ "peer_ecog_iso2_dc_stock 1", false, LIMITS, ECOG_LIMITS },
	{ "pyplc_evse_ioniq_incompatible 1", true,
	  "service and payment: the car broke the protocol",
	  "its charger emptied the SessionID in mid-session, and the car echoes that" },
	{ "pyplc_evse_ioniq_incompatible 1", false,
	  "not understood: the charger used another session id",
	  "the charger empties the SessionID in mid-session" },
	{ "tux_din_wrongmode 1", false,
	  "service discovery: the charger does not offer what the car needs",
	  "the charger offers AC in DIN SPEC 70121, which has none; the real car gave up later" },
};

/* Every upset at every step that leads to the power, is in the loop, or ends it. */
#define UPSETS	   ((REPLAY_STOP - REPLAY_SERVICES + 1) * REPLAY_UPSET_COUNT)
#define EXCEPTIONS (sizeof(exceptions) / sizeof(exceptions[0]))

struct totals {
	struct replay_options options;
	unsigned int captures, conversations, cases, failed, excepted, far;
	unsigned int iso20, tls, upsets;
	unsigned int requests[2], answered[2]; /* at our charger, of our car */
};

static const struct exception *find_exception(const char *name, bool evse)
{
	for (size_t i = 0; i < EXCEPTIONS; i++)
		if (exceptions[i].evse == evse && !strcmp(exceptions[i].name, name))
			return &exceptions[i];
	return NULL;
}

static void print_reach(const struct replay_reach *reach)
{
	printf("%s, %u rounds, %s", replay_step_name(reach->way), reach->rounds,
	       reach->end ? replay_step_name(reach->end) : "cut");
}

static void judge(struct totals *totals, const char *name, bool evse,
		  const struct replay_conversation *conversation,
		  const struct replay_result *result)
{
	const struct exception *exception = find_exception(name, evse);
	const char *expected = exception ? exception->fault : "";
	struct replay_reach recorded = replay_reach_recorded(conversation);
	bool good = !strcmp(expected, result->fault);

	printf("%s %u - %s %s\n", good ? "ok" : "not ok", ++totals->cases, name,
	       evse ? "at our charger" : "with our car");
	printf("# %u of %u requests answered, %u of them again; ", result->answered,
	       result->requests, result->repeated);
	print_reach(&result->reach);
	printf(" (recorded: ");
	print_reach(&recorded);
	printf("): %s\n", result->ended);
	if (!good)
		printf("# %s; should be: %s\n", result->fault, expected);
	else if (exception)
		printf("# %s: %s\n", exception->fault, exception->why);
	totals->failed += !good;
	totals->excepted += good && exception;
	totals->far += good && !exception;
	totals->requests[!evse] += result->requests;
	totals->answered[!evse] += result->answered;
}

typedef void replay_function(const struct replay_conversation *conversation,
			     const struct replay_options *options, struct replay_result *result);

static const char *upset_name(enum replay_upset upset)
{
	static const char *const names[] = {
#define ROW(id) #id,
		REPLAY_UPSETS(ROW)
#undef ROW
	};

	return names[upset];
}

static bool has_step(const struct replay_conversation *conversation, enum replay_step step)
{
	for (size_t i = 0; i < conversation->count; i++)
		if (conversation->exchanges[i].step == step)
			return true;
	return false;
}

/* The same again with all that can happen, at each step. */
static void upset(struct totals *totals, const char *name, bool evse,
		  const struct replay_conversation *conversation)
{
	replay_function *play = evse ? replay_to_evse : replay_to_ev;
	struct replay_options options = { .quirks = totals->options.quirks };
	struct replay_result result = { .requests = 0 };

	for (int i = 0; i < UPSETS && !result.fault[0]; i++) {
		options.at = REPLAY_SERVICES + (enum replay_step)(i / REPLAY_UPSET_COUNT);
		options.upset = (enum replay_upset)(i % REPLAY_UPSET_COUNT);
		if (!options.upset || !has_step(conversation, options.at))
			continue;
		play(conversation, &options, &result);
		totals->upsets++;
	}
	printf("%s %u - %s %s, upset\n", result.fault[0] ? "not ok" : "ok", ++totals->cases, name,
	       evse ? "at our charger" : "with our car");
	if (result.fault[0])
		printf("# %s at %s: %s\n", upset_name(options.upset), replay_step_name(options.at),
		       result.fault);
	totals->failed += result.fault[0] != '\0';
}

static void replay(struct totals *totals, const char *name,
		   const struct replay_conversation *conversation)
{
	struct replay_result result;

	if (conversation->tls || ccs_protocol_is_iso20(conversation->protocol)) {
		totals->tls += conversation->tls;
		totals->iso20 += !conversation->tls;
		return;
	}
	totals->conversations++;
	replay_to_evse(conversation, &totals->options, &result);
	judge(totals, name, true, conversation, &result);
	upset(totals, name, true, conversation);
	replay_to_ev(conversation, &totals->options, &result);
	judge(totals, name, false, conversation, &result);
	upset(totals, name, false, conversation);
}

static void replay_capture(void *user, const char *path, const char *capture)
{
	struct totals *totals = user;
	struct replay_recording recording;
	char name[300];

	if (!replay_recording_read(&recording, path)) {
		printf("not ok %u - %s cannot be read\n", ++totals->cases, capture);
		totals->failed++;
	}
	for (size_t i = 0; i < recording.count; i++) {
		snprintf(name, sizeof(name), "%s %zu", capture, i + 1);
		replay(totals, name, &recording.conversations[i]);
	}
	replay_recording_free(&recording);
}

static void summarise(struct totals *totals)
{
	bool all = totals->excepted == EXCEPTIONS;

	printf("%s %u - every exception still is one\n", all ? "ok" : "not ok", ++totals->cases);
	totals->failed += !all;
	printf("1..%u\n", totals->cases);
	printf("# %u captures, %u sessions at both stations; not replayed: %u over TLS, "
	       "%u of ISO 15118-20\n",
	       totals->captures, totals->conversations, totals->tls, totals->iso20);
	printf("# our charger answered %u of %u requests, our car was answered %u of %u\n",
	       totals->answered[0], totals->requests[0], totals->answered[1], totals->requests[1]);
	printf("# %u of %u came as far as in reality; %u did not, as said above\n", totals->far,
	       2 * totals->conversations, totals->excepted);
	printf("# %u replays in which something happened kept the invariants\n", totals->upsets);
}

static bool turn_off(struct ccs_quirks *quirks, const char *name)
{
	enum ccs_quirk quirk = ccs_quirk_find(name);

	if (quirk == CCS_QUIRK_COUNT) {
		fprintf(stderr, "replay_stations: there is no quirk %s\n", name);
		return false;
	}
	ccs_quirk_set(quirks, quirk, false);
	return true;
}

int main(int argc, char **argv)
{
	struct totals totals = { .options.quirks = ccs_quirks_default() };

	if (argc > 2 && !turn_off(&totals.options.quirks, argv[2]))
		return 2;
	totals.captures = replay_each_capture(argc > 1 ? argv[1] : ".", replay_capture, &totals);
	if (totals.captures)
		summarise(&totals);
	return totals.failed != 0;
}

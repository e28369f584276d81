/* SPDX-License-Identifier: Apache-2.0 */
/* Our car at a recorded charger. */
#include "ccs/ev_session.h"
#include "ccs/msg/app.h"
#include "replay.h"

#include <stdio.h>
#include <string.h>

#define STEP	   CCS_MS(50)
#define MOST_TIME  CCS_SECONDS(7200)
#define DISCHARGE  CCS_SECONDS(2) /* of a cable that nobody speaks of */
#define BATTERY_MV 380000	  /* where no precharge was recorded */
#define SCHEMA	   1		  /* SchemaID of our first offer */

struct car {
	const struct replay_conversation *conversation;
	const struct replay_options *options;
	struct replay_result *result;
	struct ccs_ev_session session;
	struct ccs_ev_values values;
	struct ccs_ev_commands commands;
	struct ccs_ev_commands before;
	ccs_time now;
	int32_t battery_mv;  /* while the contactors are open */
	bool abandoned;	     /* by the recorded car, before any power */
	bool discharged;     /* the cable, later than the recorded car cared for */
	ccs_time over_since; /* the contactors are open, and nobody speaks any more */
	int32_t reported_mv, reported_ma;
	size_t next;			       /* exchange of the recording */
	const struct replay_exchange *pending; /* its response is on its way */
	enum replay_step asked;		       /* by our car, */
	ccs_time asked_since;		       /* for the first time in a row */
	ccs_time due;
	bool told; /* to stop by the charger; some recorded cars did not listen */
	bool lost;
	bool upset; /* what the options want has happened */
	uint8_t input[8192], output[4096], pool[16384];
};

static void fail(struct car *c, const char *where, const char *what)
{
	if (!c->result->fault[0])
		snprintf(c->result->fault, sizeof(c->result->fault), "%s: %s", where, what);
}

static void check(struct car *c)
{
	struct ccs_ev_step step = { .values = &c->values,
				    .before = &c->before,
				    .after = &c->commands,
				    .facts = ccs_ev_session_facts(&c->session),
				    .now = c->now };
	struct ccs_breach breach;

	if (ccs_ev_check(&step, &ccs_tolerances_default, &breach))
		fail(c, ccs_invariant_name(breach.invariant), breach.text);
	c->before = c->commands;
}

/*
 * The battery is where the recorded car's was: at what its precharge came to, or asked for where
 * that car never got to the power (false).
 */
static bool find_battery(struct car *c)
{
	const struct replay_conversation *conversation = c->conversation;
	int32_t target_mv = BATTERY_MV;

	c->battery_mv = BATTERY_MV;
	for (size_t i = 0; i < conversation->count; i++) {
		const struct replay_exchange *exchange = &conversation->exchanges[i];

		if (exchange->step == REPLAY_START)
			return true;
		if (exchange->step == REPLAY_PRECHARGE && exchange->response.said.has_mv)
			c->battery_mv = (int32_t)exchange->response.said.mv;
		if (exchange->step == REPLAY_PRECHARGE)
			target_mv = (int32_t)exchange->request.said.mv;
	}
	c->battery_mv = target_mv;
	return false;
}

static void upset_values(struct car *c)
{
	struct ccs_ev_values *values = &c->values;

	switch (c->options->upset) {
	case REPLAY_UPSET_STOP:
		values->stop = true;
		break;
	case REPLAY_UPSET_EMERGENCY:
		values->emergency = true;
		break;
	case REPLAY_UPSET_UNPLUGGED:
		values->plug = CCS_PLUG_OUT;
		break;
	case REPLAY_UPSET_UNLOCKED:
		values->lock = CCS_LOCK_OPEN;
		break;
	case REPLAY_UPSET_PILOT:
		values->duty.value = 1000;
		break;
	case REPLAY_UPSET_SENSOR:
		values->inlet_mv.known = false;
		values->current_ma.known = false;
		break;
	case REPLAY_UPSET_CONTACTOR:
		values->contactors = CCS_CONTACTOR_OPEN;
		break;
	case REPLAY_UPSET_FAULT:
		values->ready = false;
		break;
	case REPLAY_UPSET_CUT: /* no value */
	case REPLAY_UPSET_NONE:
	case REPLAY_UPSET_COUNT:
		break;
	}
}

static void upset(struct car *c)
{
	if (c->upset || !c->options->upset || c->asked != c->options->at)
		return;
	c->upset = true;
	c->lost = c->options->upset == REPLAY_UPSET_CUT;
}

/*
 * Lock and contactors follow; the charger's voltage and current are what it has said.  Where the
 * recorded car gave up in precharge, the voltage was not there, whatever the charger said.
 */
static void move_hardware(struct car *c)
{
	bool closed = c->commands.contactors;
	bool over = ccs_ev_session_wants_close(&c->session);
	bool gone = over && !closed && c->now - c->over_since >= DISCHARGE;
	bool dead = c->abandoned || c->discharged || gone;
	int32_t inlet_mv = dead ? 0 : c->reported_mv;

	if (!over || closed)
		c->over_since = c->now;
	c->values.lock = c->commands.lock ? CCS_LOCK_CLOSED : CCS_LOCK_OPEN;
	c->values.contactors = closed ? CCS_CONTACTOR_CLOSED : CCS_CONTACTOR_OPEN;
	c->values.duty = ccs_measured(50, c->now);
	c->values.inlet_mv = ccs_measured(inlet_mv, c->now);
	c->values.battery_mv = ccs_measured(closed ? inlet_mv : c->battery_mv, c->now);
	c->values.current_ma = ccs_measured(closed && !over ? c->reported_ma : 0, c->now);
	c->values.soc = ccs_measured(500, c->now);
	c->values.target = (struct ccs_setpoint) { c->battery_mv + 10000, 16000 };
	if (c->upset)
		upset_values(c);
}

/* People want what those at the recorded car did. */
static void wish(struct car *c)
{
	enum replay_step next = c->next < c->conversation->count
					? c->conversation->exchanges[c->next].step
					: REPLAY_OTHER;

	if (next == REPLAY_STOP || next == REPLAY_SESSION_STOP)
		c->values.stop = true;
	c->values.renegotiate = next == REPLAY_RENEGOTIATE;
}

/* Answers. */

/* Our own SchemaID in place of that of the recorded car. */
static size_t translate_handshake(const struct replay_message *message, uint8_t *bytes, size_t size)
{
	static uint8_t memory[1024];
	struct ccs_exi_document document = { .set = &ccs_set_app };
	struct app_supportedAppProtocolRes *response;
	struct ccs_pool pool;
	int length;

	ccs_pool_init(&pool, memory, sizeof(memory));
	if (ccs_exi_decode(&document, message->bytes + CCS_V2GTP_HEADER_SIZE,
			   message->length - CCS_V2GTP_HEADER_SIZE, &pool, NULL) < 0)
		return 0;
	response = document.value;
	response->SchemaID = SCHEMA;
	length = ccs_exi_encode(&document, bytes + CCS_V2GTP_HEADER_SIZE,
				size - CCS_V2GTP_HEADER_SIZE, NULL);
	if (length < 0)
		return 0;
	ccs_v2gtp_write_header(bytes, CCS_V2GTP_EXI, (uint32_t)length);
	return (size_t)length + CCS_V2GTP_HEADER_SIZE;
}

static void keep_measured(struct car *c, const struct replay_said *said)
{
	if (said->has_mv)
		c->reported_mv = (int32_t)said->mv;
	if (said->has_ma)
		c->reported_ma = (int32_t)said->ma;
	if (c->asked == REPLAY_STOP || c->asked == REPLAY_RENEGOTIATE)
		c->reported_ma = 0;
}

static void hear(struct car *c)
{
	const struct replay_message *response = &c->pending->response;
	uint8_t handshake[256];

	c->pending = NULL;
	wish(c);
	keep_measured(c, &response->said);
	move_hardware(c);
	if (response->said.ok) {
		c->result->answered++;
		replay_reach_add(&c->result->reach, c->asked);
	}
	if (c->asked == REPLAY_HANDSHAKE)
		ccs_ev_session_receive(&c->session, handshake,
				       translate_handshake(response, handshake, sizeof(handshake)),
				       c->now);
	else
		ccs_ev_session_receive(&c->session, response->bytes, response->length, c->now);
	check(c);
	upset(c);
}

/* Requests. */

/* What takes its time at the charger takes as long again, however often our car asks. */
static size_t skip_waiting(const struct car *c, enum replay_step step, size_t at)
{
	const struct replay_conversation *conversation = c->conversation;
	const struct replay_exchange *exchanges = conversation->exchanges;
	size_t first = at;

	if (step < REPLAY_AUTHORISATION || step > REPLAY_CABLE_CHECK)
		return at;
	while (first > 0 && exchanges[first - 1].step == step)
		first--;
	while (at + 1 < conversation->count && exchanges[at + 1].step == step &&
	       exchanges[at + 1].request.time - exchanges[first].request.time <=
		       c->now - c->asked_since)
		at++;
	return at;
}

/*
 * The next exchange of this step.  What comes before the charging loop is not looked for behind
 * it: that is another round, after a renegotiation.
 */
static const struct replay_exchange *find_exchange(struct car *c, enum replay_step step)
{
	const struct replay_conversation *conversation = c->conversation;

	for (size_t i = c->next; i < conversation->count; i++) {
		const struct replay_exchange *exchange = &conversation->exchanges[i];

		if (exchange->step == step) {
			i = skip_waiting(c, step, i);
			c->next = i + 1;
			return &conversation->exchanges[i];
		}
		if (step < REPLAY_DEMAND && exchange->step >= REPLAY_DEMAND)
			break;
	}
	return NULL;
}

/* Our car asks more often than the recorded one: it hears the same again. */
static const struct replay_exchange *repeat_exchange(struct car *c, enum replay_step step)
{
	const struct replay_exchange *last;

	if (!c->next || c->next >= c->conversation->count)
		return NULL;
	last = &c->conversation->exchanges[c->next - 1];
	if (last->step != step)
		return NULL;
	if (step == REPLAY_WELDING)
		c->discharged = true;
	c->result->repeated++;
	return last;
}

/*
 * Where the recording has no such exchange any more it has ended; but a welding detection that the
 * recorded car did not make is just not answered (R35).
 */
static void ask(struct car *c, enum replay_step step)
{
	const struct replay_exchange *exchange;
	ccs_time took;

	if (step != c->asked)
		c->asked_since = c->now;
	exchange = find_exchange(c, step);
	if (!exchange)
		exchange = repeat_exchange(c, step);
	c->asked = step;
	c->result->requests++;
	c->lost |= !exchange && step != REPLAY_WELDING;
	if (!exchange || !exchange->response.bytes)
		return;
	took = exchange->response.time - exchange->request.time;
	c->pending = exchange;
	c->due = c->now + (took > 0 ? took : 1);
}

static void read_requests(struct car *c)
{
	static uint8_t bytes[4096], memory[16384];
	enum ccs_protocol protocol = c->asked == REPLAY_OTHER ? CCS_PROTOCOL_APP
							      : c->conversation->protocol;
	struct replay_said said;
	int length;

	while ((length = ccs_ev_session_send(&c->session, bytes, sizeof(bytes))) > 0) {
		struct ccs_exi_document document = { .set = ccs_protocol_info(protocol)->set };
		struct ccs_pool pool;

		ccs_pool_init(&pool, memory, sizeof(memory));
		if (ccs_exi_decode(&document, bytes + CCS_V2GTP_HEADER_SIZE,
				   (size_t)length - CCS_V2GTP_HEADER_SIZE, &pool, NULL) < 0) {
			fail(c, "our request", "cannot be decoded");
			return;
		}
		replay_read(&document, &said);
		if (c->pending)
			fail(c, replay_step_name(said.step), "asked before the answer came");
		ask(c, said.step);
	}
}

/* What no invariant asks for: some things end the session in the call that sees them. */
static void check_upset(struct car *c)
{
	enum replay_upset upset = c->options->upset;
	bool ends = upset == REPLAY_UPSET_EMERGENCY || upset == REPLAY_UPSET_UNPLUGGED ||
		    upset == REPLAY_UPSET_CUT;

	if (ends && !ccs_ev_session_wants_close(&c->session))
		fail(c, "upset", "our car goes on");
}

static void step(struct car *c)
{
	bool was_upset = c->upset;
	ccs_time next = ccs_ev_session_deadline(&c->session);

	if (c->pending && c->due < next)
		next = c->due;
	if (next > c->now + STEP)
		next = c->now + STEP;
	c->now = next > c->now ? next : c->now + 1;
	move_hardware(c);
	if (c->lost) {
		c->lost = false;
		ccs_ev_session_lost(&c->session, c->now);
	} else if (c->pending && c->now >= c->due) {
		hear(c);
	} else {
		ccs_ev_session_tick(&c->session, c->now);
	}
	check(c);
	if (was_upset)
		check_upset(c);
	if (ccs_ev_session_outcome(&c->session) == CCS_EV_OUTCOME_STOPPED_BY_CHARGER)
		c->told = true;
	read_requests(c);
}

/* The end. */

/* What a replay must never end with. */
static bool is_misunderstanding(enum ccs_ev_reason reason)
{
	return reason == CCS_EV_REASON_OUT_OF_TURN || reason == CCS_EV_REASON_SESSION_ID ||
	       reason == CCS_EV_REASON_UNDECODABLE || reason == CCS_EV_REASON_OWN_MESSAGE;
}

static void judge(struct car *c)
{
	struct replay_reach recorded = replay_reach_recorded(c->conversation);
	const struct replay_reach *reach = &c->result->reach;
	bool failed = ccs_ev_session_outcome(&c->session) == CCS_EV_OUTCOME_FAILED;

	if (!ccs_ev_session_has_ended(&c->session) || c->commands.lock || c->commands.contactors)
		fail(c, "B1", "the session does not end");
	if (c->options->upset)
		return;
	if (is_misunderstanding(ccs_ev_session_reason(&c->session)))
		fail(c, "not understood", c->result->ended);
	if (reach->way < recorded.way || reach->end < recorded.end)
		fail(c, replay_step_name(reach->way), c->result->ended);
	if (reach->rounds < recorded.rounds && !c->told)
		fail(c, "left the charging loop", c->result->ended);
	if (failed && recorded.end == REPLAY_SESSION_STOP)
		fail(c, "failed", c->result->ended);
}

static void configure(struct car *c, struct ccs_ev_session_config *config)
{
	enum ccs_protocol protocol = c->conversation->protocol;

	*config = (struct ccs_ev_session_config) {
		.channel = { .input = c->input,
			     .input_size = sizeof(c->input),
			     .output = c->output,
			     .output_size = sizeof(c->output),
			     .pool = c->pool,
			     .pool_size = sizeof(c->pool) },
		.values = &c->values,
		.commands = &c->commands,
		.evccid = { 2, 0, 0, 0, 0, 1 },
		.evccid_length = 6,
		.offers = { protocol ? protocol : CCS_PROTOCOL_ISO2, CCS_PROTOCOL_DIN },
		.offer_count = protocol ? 1 : 2,
		.transfer = c->conversation->phases == 3   ? CCS_EV_TRANSFER_AC_THREE_PHASE
			    : c->conversation->phases == 1 ? CCS_EV_TRANSFER_AC_SINGLE_PHASE
							   : CCS_EV_TRANSFER_DC_EXTENDED,
	};
}

static void plug_in(struct car *c)
{
	c->now = CCS_SECONDS(1);
	c->abandoned = !find_battery(c);
	c->values = (struct ccs_ev_values) {
		.plug = CCS_PLUG_IN,
		.limits = { .max_mv = 1000000, .max_ma = 500000, .max_w = CCS_NO_LIMIT },
		.full_soc = 1000,
		.ready = true,
	};
	move_hardware(c);
}

void replay_to_ev(const struct replay_conversation *conversation,
		  const struct replay_options *options, struct replay_result *result)
{
	static struct car c;
	struct ccs_ev_session_config config;

	memset(&c, 0, sizeof(c));
	*result = (struct replay_result) { .requests = 0 };
	c.conversation = conversation;
	c.options = options;
	c.result = result;
	plug_in(&c);
	configure(&c, &config);
	config.quirks = options->quirks;
	if (ccs_ev_session_init(&c.session, &config))
		fail(&c, "init", "refused");
	c.before = c.commands;
	ccs_ev_session_start(&c.session, c.now);
	check(&c);
	read_requests(&c);
	while (!ccs_ev_session_has_ended(&c.session) && c.now < MOST_TIME)
		step(&c);
	result->ended = ccs_ev_reason_text(ccs_ev_session_reason(&c.session));
	judge(&c);
}

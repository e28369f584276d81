/* SPDX-License-Identifier: Apache-2.0 */
/* A recorded car at our charger. */
#include "ccs/evse_session.h"
#include "ccs/msg/app.h"
#include "replay.h"

#include <stdio.h>
#include <string.h>

#define STEP	       CCS_MS(50)
#define DISCHARGE      CCS_SECONDS(1)
#define AGAIN	       CCS_MS(200) /* a car that is told to wait asks again after it */
#define AGAIN_MOST     20
#define END_TIME       CCS_SECONDS(10)
#define POWER_W	       400000
#define CABLE_CHECK_MS 60000

struct charger {
	const struct replay_conversation *conversation;
	const struct replay_options *options;
	struct replay_result *result;
	struct ccs_evse_session session;
	struct ccs_evse_values values;
	struct ccs_evse_commands commands;
	struct ccs_evse_commands before;
	struct ccs_evse_schedule schedule;
	struct ccs_timing timing;
	ccs_time now;
	ccs_time shift; /* by what was asked more often than recorded */
	int32_t cable_mv;
	ccs_time on; /* the supply was on */
	bool upset;  /* what the options want has happened */
	bool tested; /* the isolation test may come to its end */
	uint8_t input[8192], output[8192], pool[16384];
};

static void fail(struct charger *c, const char *where, const char *what)
{
	if (!c->result->fault[0])
		snprintf(c->result->fault, sizeof(c->result->fault), "%s: %s", where, what);
}

static void check(struct charger *c)
{
	struct ccs_evse_step step = { .values = &c->values,
				      .before = &c->before,
				      .after = &c->commands,
				      .facts = &c->session.facts,
				      .now = c->now };
	struct ccs_breach breach;

	if (ccs_evse_check(&step, &ccs_tolerances_default, &breach))
		fail(c, ccs_invariant_name(breach.invariant), breach.text);
	c->before = c->commands;
}

static void move_monitor(struct charger *c)
{
	if (c->commands.test_isolation)
		c->values.isolation = c->tested ? CCS_ISOLATION_VALID : CCS_ISOLATION_RUNNING;
}

static void upset_values(struct charger *c)
{
	struct ccs_evse_values *values = &c->values;

	switch (c->options->upset) {
	case REPLAY_UPSET_STOP:
		values->stop = true;
		break;
	case REPLAY_UPSET_EMERGENCY:
		values->emergency = true;
		break;
	case REPLAY_UPSET_UNPLUGGED:
		values->pilot = CCS_PILOT_A;
		break;
	case REPLAY_UPSET_UNLOCKED:
		values->lock = CCS_LOCK_OPEN;
		break;
	case REPLAY_UPSET_PILOT:
		values->pilot = CCS_PILOT_B;
		break;
	case REPLAY_UPSET_SENSOR:
		values->present_mv.known = false;
		values->present_ma.known = false;
		break;
	case REPLAY_UPSET_CONTACTOR:
		values->contactor = CCS_CONTACTOR_OPEN;
		break;
	case REPLAY_UPSET_FAULT:
		values->isolation = CCS_ISOLATION_FAULT;
		if (c->conversation->phases)
			values->supply = CCS_SUPPLY_FAULT;
		break;
	case REPLAY_UPSET_CUT: /* no value */
	case REPLAY_UPSET_NONE:
	case REPLAY_UPSET_COUNT:
		break;
	}
}

/* Lock, contactor, supply and monitor follow. */
static void move_hardware(struct charger *c)
{
	const struct ccs_evse_commands *commands = &c->commands;
	bool on = commands->contactor && commands->supply;
	bool loaded = on && c->session.facts.delivering;

	c->values.lock = commands->lock ? CCS_LOCK_CLOSED : CCS_LOCK_OPEN;
	c->values.contactor = commands->contactor ? CCS_CONTACTOR_CLOSED : CCS_CONTACTOR_OPEN;
	if (on) {
		c->cable_mv = commands->set.mv;
		c->on = c->now;
	} else if (c->now - c->on >= DISCHARGE) {
		c->cable_mv = 0;
	}
	c->values.present_mv = ccs_measured(c->cable_mv, c->now);
	c->values.present_ma = ccs_measured(loaded ? commands->set.ma : 0, c->now);
	c->values.energy_wh = ccs_measured((int32_t)(c->now / CCS_SECONDS(1)), c->now);
	move_monitor(c);
	if (c->upset)
		upset_values(c);
}

static void tick(struct charger *c)
{
	move_hardware(c);
	ccs_evse_session_tick(&c->session, c->now);
	check(c);
}

static void go_to(struct charger *c, ccs_time time)
{
	while (c->now < time) {
		ccs_time next = ccs_evse_session_deadline(&c->session);

		if (next > time)
			next = time;
		if (next > c->now + STEP)
			next = c->now + STEP;
		c->now = next > c->now ? next : c->now + 1;
		tick(c);
	}
}

/* What the car shows, and what charger and people have ready, when this request comes. */
static void prepare(struct charger *c, const struct replay_exchange *exchange)
{
	bool finished = exchange->response.bytes && exchange->response.said.finished;

	switch ((int)exchange->step) {
	case REPLAY_AUTHORISATION:
		c->values.authorisation = finished ? CCS_AUTHORISATION_GRANTED
						   : CCS_AUTHORISATION_PENDING;
		break;
	case REPLAY_PARAMETERS:
		c->values.supply = finished ? CCS_SUPPLY_READY : CCS_SUPPLY_UNKNOWN;
		break;
	case REPLAY_CABLE_CHECK:
		c->values.pilot = CCS_PILOT_C;
		c->tested = finished;
		break;
	case REPLAY_START:
		c->values.pilot = CCS_PILOT_C;
		break;
	}
	tick(c);
}

/* A car is back in state B when it has heard that the power goes. */
static void follow(struct charger *c, enum replay_step step)
{
	if (step != REPLAY_STOP && step != REPLAY_RENEGOTIATE && step != REPLAY_SESSION_STOP)
		return;
	c->values.pilot = CCS_PILOT_B;
	tick(c);
}

static const struct ccs_exi_set *find_set(const struct charger *c, enum replay_step step)
{
	return step == REPLAY_HANDSHAKE ? &ccs_set_app
					: ccs_protocol_info(c->conversation->protocol)->set;
}

/* False: none came, or not what belongs to the request. */
static bool read_answer(struct charger *c, enum replay_step step, struct replay_said *said)
{
	static uint8_t bytes[8192], pool_memory[16384];
	struct ccs_exi_document document = { .set = find_set(c, step) };
	struct ccs_pool pool;
	int length = ccs_evse_session_send(&c->session, bytes, sizeof(bytes));

	if (length <= CCS_V2GTP_HEADER_SIZE)
		return false;
	ccs_pool_init(&pool, pool_memory, sizeof(pool_memory));
	if (ccs_exi_decode(&document, bytes + CCS_V2GTP_HEADER_SIZE,
			   (size_t)length - CCS_V2GTP_HEADER_SIZE, &pool, NULL) < 0)
		return false;
	replay_read(&document, said);
	if (step == REPLAY_STOP || step == REPLAY_RENEGOTIATE)
		step = REPLAY_START;
	return !said->is_request && said->step == step &&
	       ccs_evse_session_send(&c->session, bytes, sizeof(bytes)) == 0;
}

/* True when it was answered without failure. */
static bool put(struct charger *c, const struct replay_exchange *exchange,
		struct replay_said *answer)
{
	const struct replay_message *request = &exchange->request;

	*answer = (struct replay_said) { .step = REPLAY_OTHER };
	prepare(c, exchange);
	ccs_evse_session_receive(&c->session, request->bytes, request->length, c->now);
	check(c);
	c->result->requests++;
	if (!read_answer(c, exchange->step, answer) || !answer->ok)
		return false;
	c->result->answered++;
	replay_reach_add(&c->result->reach, exchange->step);
	follow(c, exchange->step);
	return true;
}

/*
 * A car that is told to wait asks again.  Where ours needs longer than the recorded charger, the
 * same request comes until it has finished; what follows is later by that.
 */
static bool put_until_finished(struct charger *c, const struct replay_exchange *exchange,
			       struct replay_said *answer)
{
	bool good = put(c, exchange, answer);

	for (int i = 0; good && !answer->finished && i < AGAIN_MOST; i++) {
		go_to(c, c->now + AGAIN);
		c->shift += AGAIN;
		c->result->repeated++;
		good = put(c, exchange, answer);
	}
	return good;
}

static void judge(struct charger *c, const struct replay_exchange *exchange,
		  const struct replay_said *answer)
{
	const char *name = replay_step_name(exchange->step);

	if (answer->step == REPLAY_OTHER)
		fail(c, name, "not answered");
	else if (!answer->ok)
		fail(c, name, ccs_evse_fault_text(c->session.fault));
	else
		fail(c, name, "other answer");
}

static void upset(struct charger *c, enum replay_step step)
{
	if (c->upset || !c->options->upset || step != c->options->at)
		return;
	c->upset = true;
	if (c->options->upset == REPLAY_UPSET_CUT)
		ccs_evse_session_close(&c->session, c->now);
	tick(c);
}

static void play(struct charger *c)
{
	for (size_t i = 0; i < c->conversation->count && !c->result->fault[0]; i++) {
		const struct replay_exchange *exchange = &c->conversation->exchanges[i];
		const struct replay_message *response = &exchange->response;
		struct replay_said answer;
		bool good;

		if (c->upset && ccs_evse_session_has_ended(&c->session))
			break;
		go_to(c, exchange->request.time + c->shift);
		if (response->bytes && response->said.finished)
			good = put_until_finished(c, exchange, &answer);
		else
			good = put(c, exchange, &answer);
		upset(c, exchange->step);
		if (!good && !c->options->upset &&
		    (answer.step == REPLAY_OTHER || (response->bytes && response->said.ok)))
			judge(c, exchange, &answer);
	}
}

/* The tuples that the recorded car has chosen from; their power is ours. */
static void offer_tuples(struct charger *c, struct ccs_evse_config *config)
{
	const struct replay_conversation *conversation = c->conversation;

	for (uint32_t i = 0; i < conversation->tuples; i++) {
		if (conversation->tuple[i] < 1 || conversation->tuple[i] > 255)
			return;
		c->schedule.tuples[i] = (struct ccs_evse_tuple) {
			.id = (uint8_t)conversation->tuple[i],
			.count = 1,
			.entries = { { 0, POWER_W } },
		};
	}
	c->schedule.count = (uint8_t)conversation->tuples;
	config->schedule = &c->schedule;
}

static void configure(struct charger *c, struct ccs_evse_config *config)
{
	*config = (struct ccs_evse_config) {
		.channel = { .input = c->input,
			     .input_size = sizeof(c->input),
			     .output = c->output,
			     .output_size = sizeof(c->output),
			     .pool = c->pool,
			     .pool_size = sizeof(c->pool) },
		.values = &c->values,
		.commands = &c->commands,
		.timing = &c->timing,
		.only = c->conversation->protocol,
		.ac = { .phases = c->conversation->phases, .max_ma = 63000 },
	};
	offer_tuples(c, config);
}

/*
 * The isolation test takes as long as it took the recorded charger, which had more patience than
 * V2G_SECC_CableCheck_Performance_Time.
 */
static void plug_in(struct charger *c)
{
	c->timing = ccs_timing_standard;
	c->timing.value[CCS_TIMER_DIN_SECC_CABLE_CHECK] = CABLE_CHECK_MS;
	c->timing.value[CCS_TIMER_ISO2_SECC_CABLE_CHECK] = CABLE_CHECK_MS;
	c->values = (struct ccs_evse_values) {
		.pilot = CCS_PILOT_B,
		.supply = CCS_SUPPLY_READY,
		.has_lock = true,
		.limits = { .max_mv = 1000000, .max_ma = 500000, .max_w = POWER_W },
	};
	c->now = c->conversation->exchanges[0].request.time - STEP;
	move_hardware(c);
}

void replay_to_evse(const struct replay_conversation *conversation,
		    const struct replay_options *options, struct replay_result *result)
{
	static struct charger c;
	struct ccs_evse_config config;

	memset(&c, 0, sizeof(c));
	*result = (struct replay_result) { .requests = 0 };
	c.conversation = conversation;
	c.options = options;
	c.result = result;
	plug_in(&c);
	configure(&c, &config);
	config.quirks = options->quirks;
	ccs_evse_session_init(&c.session, &config);
	ccs_evse_session_start(&c.session, conversation->id, c.now);
	check(&c);
	play(&c);
	result->ended = ccs_evse_fault_text(c.session.fault);
	ccs_evse_session_close(&c.session, c.now);
	check(&c);
	go_to(&c, c.now + END_TIME);
	if (!c.session.facts.ended || c.commands.lock || c.commands.contactor)
		fail(&c, "B1", "the session does not end");
}

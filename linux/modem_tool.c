/* SPDX-License-Identifier: Apache-2.0 */
/* Frames and time between an engine and a modem. */
#include "linux/modem_tool.h"

#include "linux/netif.h"

#include <string.h>

static void send_all(struct ccs_modem_tool *tool)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	int length;

	while ((length = tool->talk->send(tool->talk->of, frame, sizeof(frame))) > 0) {
		if (tool->sim)
			ccs_modem_tool_sim_take(tool->sim, frame, (size_t)length);
		else
			ccs_packet_send(&tool->packets, frame, (size_t)length);
	}
}

static void on_timer(uv_timer_t *timer);

/* After each event: frames out, the next deadline. */
static void go_on(struct ccs_modem_tool *tool)
{
	const struct ccs_modem_talk *talk = tool->talk;

	send_all(tool);
	if (talk->progress)
		talk->progress(talk->of);
	if (!tool->sim)
		ccs_loop_set_timer(&tool->timer, on_timer,
				   talk->is_done(talk->of) ? CCS_NEVER : talk->deadline(talk->of),
				   ccs_loop_now());
}

static void on_timer(uv_timer_t *timer)
{
	struct ccs_modem_tool *tool = timer->data;

	tool->talk->tick(tool->talk->of, ccs_loop_now());
	go_on(tool);
}

static void on_frame(void *user, const uint8_t *frame, size_t length, bool sent)
{
	struct ccs_modem_tool *tool = user;

	if (sent || !tool->talk)
		return;
	tool->talk->receive(tool->talk->of, frame, length, ccs_loop_now());
	go_on(tool);
}

static int check_interface(struct ccs_modem_tool *tool, const char *interface,
			   struct ccs_netif *netif, struct ccs_problem *problem)
{
	ccs_netif_look(netif, interface);
	if (!netif->index)
		return ccs_netif_require(interface, problem);
	if (!netif->ethernet)
		return ccs_problem_set(problem, "%s: no Ethernet interface", interface);
	if (!netif->up)
		return ccs_problem_set(problem,
				       "%s: is down: `ip link set %s up`, and is the modem "
				       "powered?",
				       interface, interface);
	memcpy(tool->host_mac, netif->mac, 6);
	return 0;
}

static void run_out(struct ccs_modem_tool *tool)
{
	uv_run(&tool->loop, UV_RUN_DEFAULT);
	uv_loop_close(&tool->loop);
}

int ccs_modem_tool_open(struct ccs_modem_tool *tool, const char *interface,
			struct ccs_problem *problem)
{
	struct ccs_packet_events events = { .frame = on_frame, .user = tool };
	struct ccs_netif netif;

	memset(tool, 0, sizeof(*tool));
	if (check_interface(tool, interface, &netif, problem))
		return -1;
	uv_loop_init(&tool->loop);
	if (ccs_packet_open(&tool->packets, &tool->loop, CCS_PACKET_PLC, &events, problem)) {
		run_out(tool);
		return -1;
	}
	if (ccs_packet_bind(&tool->packets, netif.index)) {
		ccs_packet_close(&tool->packets);
		run_out(tool);
		return ccs_problem_set(problem, "%s: cannot be listened at", interface);
	}
	uv_timer_init(&tool->loop, &tool->timer);
	tool->timer.data = tool;
	return 0;
}

void ccs_modem_tool_simulate(struct ccs_modem_tool *tool, struct ccs_modem_tool_sim *sim)
{
	memset(tool, 0, sizeof(*tool));
	tool->sim = sim;
	memcpy(tool->host_mac, sim->modem.host_mac, 6);
}

ccs_time ccs_modem_tool_now(const struct ccs_modem_tool *tool)
{
	return tool->sim ? tool->sim->now : ccs_loop_now();
}

static void run_simulated(struct ccs_modem_tool *tool)
{
	struct ccs_modem_tool_sim *sim = tool->sim;
	const struct ccs_modem_talk *talk = tool->talk;
	const uint8_t *frame;
	ccs_time next;
	size_t length;

	for (go_on(tool); !talk->is_done(talk->of); go_on(tool)) {
		next = ccs_modem_tool_sim_deadline(sim);
		if (talk->deadline(talk->of) < next)
			next = talk->deadline(talk->of);
		if (next == CCS_NEVER)
			return;
		sim->now = next > sim->now ? next : sim->now;
		length = ccs_modem_tool_sim_next(sim, &frame);
		if (length)
			talk->receive(talk->of, frame, length, sim->now);
		else
			talk->tick(talk->of, sim->now);
	}
}

void ccs_modem_tool_run(struct ccs_modem_tool *tool, const struct ccs_modem_talk *talk)
{
	tool->talk = talk;
	if (tool->sim) {
		run_simulated(tool);
	} else {
		go_on(tool);
		while (!talk->is_done(talk->of))
			uv_run(&tool->loop, UV_RUN_ONCE);
	}
	tool->talk = NULL;
}

void ccs_modem_tool_close(struct ccs_modem_tool *tool)
{
	if (tool->sim)
		return;
	ccs_packet_close(&tool->packets);
	uv_close((uv_handle_t *)&tool->timer, NULL);
	run_out(tool);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way from a tool to a modem: a network interface, or a simulated modem for practice and tests.
 *
 *	ccs_modem_tool_open(&tool, "eth1", &problem);
 *	ccs_modem_tool_run(&tool, &talk);	until talk.is_done
 *	ccs_modem_tool_close(&tool);
 *
 * What is said is the business of an engine with the usual verbs; this carries its frames and its
 * time.  With a simulated modem the time is that of the simulation, and nothing waits.
 */
#ifndef CCS_LINUX_MODEM_TOOL_H
#define CCS_LINUX_MODEM_TOOL_H

#include "linux/modem_tool_sim.h"
#include "linux/packet_socket.h"
#include "linux/problem.h"

/* The engine that talks. */
struct ccs_modem_talk {
	void *of;
	void (*receive)(void *of, const uint8_t *frame, size_t length, ccs_time now);
	void (*tick)(void *of, ccs_time now);
	int (*send)(void *of, uint8_t *frame, size_t size); /* as ccs_modem_send */
	ccs_time (*deadline)(const void *of);
	bool (*is_done)(const void *of);
	void (*progress)(void *of); /* after each event; NULL */
};

struct ccs_modem_tool {
	uint8_t host_mac[6];
	struct ccs_modem_tool_sim *sim; /* NULL: a real modem */
	uv_loop_t loop;
	uv_timer_t timer;
	struct ccs_packet_socket packets;
	const struct ccs_modem_talk *talk;
};

/* 0; -1: no such interface, it is down, or no permission (see `problem`); nothing is open then. */
int ccs_modem_tool_open(struct ccs_modem_tool *tool, const char *interface,
			struct ccs_problem *problem);

/* Instead of it: `sim` must outlive the tool. */
void ccs_modem_tool_simulate(struct ccs_modem_tool *tool, struct ccs_modem_tool_sim *sim);

ccs_time ccs_modem_tool_now(const struct ccs_modem_tool *tool);

/* Carries frames until the engine is done; it must have been started. */
void ccs_modem_tool_run(struct ccs_modem_tool *tool, const struct ccs_modem_talk *talk);

void ccs_modem_tool_close(struct ccs_modem_tool *tool);

#endif

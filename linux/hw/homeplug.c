/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver "homeplug": a supply that listens on the power line.
 *
 * Whether it is there is known by the voltage that it tells.  Where that is measured by others,
 * nobody knows: then it is there as long as frames go out.
 */
#include "linux/hw/homeplug.h"

#include "linux/hw/driver.h"
#include "linux/netif.h"
#include "linux/packet_socket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD CCS_MS(200)
#define QUIET  CCS_SECONDS(2)

#define NOTHING_YET "the supply has not said anything yet"

/* Offsets in the frame. */
enum {
	AT_SOURCE = 6,
	AT_TYPE = 12,
	AT_CAR = 21, /* a MAC of ones: nobody's */
	AT_GROUPS = 69,
	AT_MARK = 71,
	AT_VOLTAGE = 74,
	AT_CURRENT = 78,
	AT_FEEDBACK_MARK = 38,
	AT_FEEDBACK_VOLTAGE = 43,
	FEEDBACK_LEAST = 45,
};

static const uint8_t command_head[] = { 0x88, 0xe1, 0x01, 0x6e, 0x60 };
static const uint8_t feedback_head[] = { 0x88, 0xe1, 0x01, 0x6a, 0x60 };

/* Tenths, big-endian, twice. */
static void put_tenths(uint8_t *at, int32_t milli)
{
	int32_t tenths = milli < 0 ? 0 : milli / 100 > UINT16_MAX ? UINT16_MAX : milli / 100;

	at[0] = at[2] = (uint8_t)(tenths >> 8);
	at[1] = at[3] = (uint8_t)tenths;
}

void ccs_homeplug_command(uint8_t frame[CCS_HOMEPLUG_COMMAND], const uint8_t mac[6], int32_t mv,
			  int32_t ma)
{
	memset(frame, 0, CCS_HOMEPLUG_COMMAND);
	memset(frame, 0xff, AT_SOURCE);
	memcpy(frame + AT_SOURCE, mac, 6);
	memcpy(frame + AT_TYPE, command_head, sizeof(command_head));
	memset(frame + AT_CAR, 0xff, 6);
	memcpy(frame + AT_GROUPS, "\x0a\x3a", 2);
	memcpy(frame + AT_MARK, "\xaf\xfe\xdc", 3);
	put_tenths(frame + AT_VOLTAGE, mv);
	put_tenths(frame + AT_CURRENT, ma);
}

bool ccs_homeplug_feedback(const uint8_t *frame, size_t length, int32_t *mv)
{
	if (length < FEEDBACK_LEAST || memcmp(frame + AT_TYPE, feedback_head, 5) != 0 ||
	    memcmp(frame + AT_FEEDBACK_MARK, "\xdc\x55\xaa", 3) != 0)
		return false;
	*mv = 100 * (frame[AT_FEEDBACK_VOLTAGE] << 8 | frame[AT_FEEDBACK_VOLTAGE + 1]);
	return true;
}

void ccs_homeplug_wish(const struct ccs_hw_seat *seat, int32_t *mv, int32_t *ma)
{
	int32_t supply = 1;

	*mv = *ma = 0;
	ccs_hw_commanded(seat, CCS_HW_COMMAND_SUPPLY, &supply);
	if (!supply)
		return;
	ccs_hw_commanded(seat, CCS_HW_COMMAND_SET_VOLTAGE, mv);
	ccs_hw_commanded(seat, CCS_HW_COMMAND_SET_CURRENT, ma);
}

struct homeplug {
	struct ccs_hw_seat *seat;
	struct ccs_packet_socket packets;
	ccs_time next;
	int32_t mv, ma; /* that were told */
	bool is_heard;	/* by its voltage */
	bool missing;	/* the interface */
};

static void on_frame(void *user, const uint8_t *frame, size_t length, bool sent)
{
	struct homeplug *h = user;
	ccs_time now = ccs_loop_now();
	int32_t mv;

	if (sent || !ccs_homeplug_feedback(frame, length, &mv))
		return;
	if (h->is_heard)
		ccs_hw_up(h->seat, now);
	ccs_hw_give(h->seat, CCS_HW_VALUE_PRESENT_VOLTAGE, mv, now);
	ccs_hw_poke(h->seat);
}

static void *open_homeplug(struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	struct homeplug *h = calloc(1, sizeof(*h));
	struct ccs_packet_events events = { .frame = on_frame, .user = h };

	if (!h || !seat->board->config->homeplug_interface[0]) {
		ccs_problem_set(problem, h ? "homeplug_interface: which?" : "out of memory");
		free(h);
		return NULL;
	}
	h->seat = seat;
	h->is_heard = seat->board->values[CCS_HW_VALUE_PRESENT_VOLTAGE].seat == seat;
	snprintf(seat->why, sizeof(seat->why), NOTHING_YET);
	if (ccs_packet_open(&h->packets, seat->board->loop, CCS_PACKET_PLC, &events, problem)) {
		free(h);
		return NULL;
	}
	return h;
}

static void look_for_interface(struct homeplug *h, const struct ccs_netif *netif, ccs_time now)
{
	bool missing = !netif->up;

	if (missing)
		ccs_hw_down(h->seat, now, "interface %s: %s",
			    h->seat->board->config->homeplug_interface,
			    netif->index ? "is down" : "there is none");
	else if (h->missing && h->is_heard)
		ccs_hw_down(h->seat, now, NOTHING_YET);
	h->missing = missing;
}

/* The interface may go and come back: it is looked up for each frame. */
static void step(void *driver, ccs_time now)
{
	struct homeplug *h = driver;
	uint8_t frame[CCS_HOMEPLUG_COMMAND];
	struct ccs_netif netif;
	int32_t mv, ma;

	ccs_homeplug_wish(h->seat, &mv, &ma);
	if (now < h->next && mv == h->mv && ma == h->ma)
		return;
	h->next = now + PERIOD;
	ccs_netif_look(&netif, h->seat->board->config->homeplug_interface);
	if (h->packets.index != netif.index)
		ccs_packet_bind(&h->packets, netif.index);
	look_for_interface(h, &netif, now);
	ccs_homeplug_command(frame, netif.mac, mv, ma);
	if (ccs_packet_send(&h->packets, frame, sizeof(frame)) && !h->missing && !h->is_heard)
		ccs_hw_up(h->seat, now);
	h->mv = mv;
	h->ma = ma;
}

static ccs_time deadline(const void *driver)
{
	return ((const struct homeplug *)driver)->next;
}

static void close_homeplug(void *driver)
{
	struct homeplug *h = driver;

	ccs_packet_close(&h->packets);
	free(h);
}

const struct ccs_hw_driver ccs_hw_driver_homeplug = {
	.name = "homeplug",
	.text = "a supply that is told by frames on the power line",
	.values = "present_voltage",
	.commands = "supply set_voltage set_current",
	.quiet = QUIET,
	.open = open_homeplug,
	.step = step,
	.deadline = deadline,
	.close = close_homeplug,
};

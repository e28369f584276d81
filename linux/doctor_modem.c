/* SPDX-License-Identifier: Apache-2.0 */
/* The modem, as it answers. */
#include "linux/doctor.h"
#include "linux/packet_socket.h"

#include "ccs/modem.h"

#include <stdio.h>
#include <string.h>

#define LINK_TIME CCS_MS(800) /* for an answer to the first questions for the link */

struct examination {
	uv_loop_t loop;
	uv_timer_t timer;
	struct ccs_packet_socket plc;
	struct ccs_modem modem;
	ccs_time end;	   /* of the wait for a link; CCS_NEVER: not found yet */
	char firmware[64]; /* as the modem says */
	bool boot_loader;
	bool over;
};

static void on_timer(uv_timer_t *timer);

static void keep_version(struct examination *x, const uint8_t *frame, size_t length)
{
	struct ccs_mme mme;
	size_t n = 0;

	if (ccs_mme_decode(&mme, frame, length) || mme.kind != CCS_MME_VS_SW_VER_CNF ||
	    (x->modem.has_mac && memcmp(mme.src, x->modem.mac, 6) != 0))
		return;
	for (size_t i = 0; i < mme.vs_sw_ver_cnf.version_length; i++) {
		char c = mme.vs_sw_ver_cnf.version[i];

		if (c < ' ' || c > '~' || n == sizeof(x->firmware) - 1)
			break;
		x->firmware[n++] = c;
	}
	x->firmware[n] = '\0';
	x->boot_loader = !strncmp(x->firmware, "BootLoader", 10);
}

static void finish(struct examination *x)
{
	if (x->over)
		return;
	x->over = true;
	ccs_packet_close(&x->plc);
	uv_close((uv_handle_t *)&x->timer, NULL);
}

static void go_on(struct examination *x, ccs_time now)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	ccs_time due;
	int n;

	if (x->modem.has_mac && x->end == CCS_NEVER) {
		x->end = now + LINK_TIME;
		ccs_modem_watch_link(&x->modem, true, now);
	}
	while ((n = ccs_modem_send(&x->modem, frame, sizeof(frame))) > 0)
		ccs_packet_send(&x->plc, frame, (size_t)n);
	if (x->modem.state == CCS_MODEM_ABSENT || x->modem.link || now >= x->end) {
		finish(x);
		return;
	}
	due = ccs_modem_deadline(&x->modem);
	ccs_loop_set_timer(&x->timer, on_timer, due < x->end ? due : x->end, now);
}

static void on_timer(uv_timer_t *timer)
{
	struct examination *x = timer->data;
	ccs_time now = ccs_loop_now();

	ccs_modem_tick(&x->modem, now);
	go_on(x, now);
}

static void on_frame(void *user, const uint8_t *frame, size_t length, bool sent)
{
	struct examination *x = user;
	ccs_time now = ccs_loop_now();

	(void)sent;
	ccs_modem_receive(&x->modem, frame, length, now);
	keep_version(x, frame, length);
	go_on(x, now);
}

static int examine(struct examination *x, const struct ccs_netif *netif,
		   struct ccs_problem *problem)
{
	struct ccs_packet_events events = { .frame = on_frame, .user = x };
	struct ccs_modem_config config;
	int result = 0;

	uv_loop_init(&x->loop);
	uv_timer_init(&x->loop, &x->timer);
	x->timer.data = x;
	x->end = CCS_NEVER;
	ccs_modem_set_defaults(&config);
	config.side = CCS_SIDE_EV;
	memcpy(config.host_mac, netif->mac, sizeof(config.host_mac));
	ccs_modem_init(&x->modem, &config, NULL);
	if (ccs_packet_open(&x->plc, &x->loop, CCS_PACKET_PLC, &events, problem))
		result = -1;
	else if (ccs_packet_bind(&x->plc, netif->index))
		result = ccs_problem_set(problem, "raw frames: the interface is gone");
	if (result) {
		finish(x);
	} else {
		ccs_modem_start(&x->modem, ccs_loop_now());
		go_on(x, ccs_loop_now());
	}
	uv_run(&x->loop, UV_RUN_DEFAULT);
	uv_loop_close(&x->loop);
	return result;
}

static void judge(const struct examination *x, const struct ccs_doctor *doctor,
		  struct ccs_doctor_finding *finding)
{
	const struct ccs_modem *modem = &x->modem;
	const char *chip = ccs_modem_chip_name(modem->chip);

	if (x->boot_loader)
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "the modem runs its boot loader only: it has lost its firmware, "
			       "which must be written again");
	else if (!modem->has_mac)
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "no modem answers on %s: look at its power, its cable and its "
			       "driver; without a modem --sim-modem",
			       doctor->interface);
	else if (modem->chip == CCS_MODEM_QCA7500)
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "a %s cannot do SLAC: use a QCA7000, QCA7005, QCA7420 or CG5317",
			       chip);
	else if (!memcmp(modem->mac, doctor->netif.mac, 6))
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "the modem and %s have the same MAC: give one of them another",
			       doctor->interface);
	else
		ccs_doctor_say(finding, CCS_DOCTOR_OK, "%s%s%s, %s", chip,
			       x->firmware[0] ? ", firmware " : "", x->firmware,
			       modem->link ? "linked to another modem"
					   : "no link to another modem now");
}

void ccs_doctor_modem(struct ccs_doctor *doctor, struct ccs_doctor_finding *finding)
{
	struct examination x = { 0 };
	struct ccs_problem problem;

	if (doctor->without_modem)
		ccs_doctor_say(finding, CCS_DOCTOR_OK, "not looked for");
	else if (!doctor->may_raw)
		ccs_doctor_say(finding, CCS_DOCTOR_UNKNOWN,
			       "cannot be asked without the permission for raw frames");
	else if (!doctor->netif.up)
		ccs_doctor_say(finding, CCS_DOCTOR_UNKNOWN, "cannot be asked while %s is down",
			       doctor->interface);
	else if (examine(&x, &doctor->netif, &problem))
		ccs_doctor_say(finding, CCS_DOCTOR_UNKNOWN, "%s", problem.text);
	else
		judge(&x, doctor, finding);
}

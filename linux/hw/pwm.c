/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver "pwm": a charger's oscillator at a PWM output of the kernel, as on the FoccciCape.
 *
 * 1 kHz; the line's high is 12 V, its low -12 V.  100 % is steady 12 V (no PWM), 0 % is state F,
 * which is also what E becomes: the output has no 0 V.  Hardware behind it that makes the pulse
 * longer is told by `pwm_delay`.
 */
#include "linux/hw/driver.h"
#include "linux/hw/sysfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD	   1000000 /* ns */
#define PER_MILLE  1000	   /* ns */
#define RETRY_TIME CCS_SECONDS(1)

struct pwm {
	struct ccs_hw_seat *seat;
	char folder[CCS_SYSFS_PATH - 32];
	int64_t told; /* ns; -1: nothing yet */
	ccs_time next;
};

static int write_to(const struct pwm *pwm, const char *name, int64_t value)
{
	char path[CCS_SYSFS_PATH];

	snprintf(path, sizeof(path), "%s/%s", pwm->folder, name);
	return ccs_sysfs_write(path, value);
}

/* The channel appears when it is asked for; that it is there already is no fault.  It begins with
 * its pulse, not with whatever was left there. */
static int set_up(const struct pwm *pwm, int64_t duty)
{
	const struct ccs_hw_config *config = pwm->seat->board->config;
	char path[CCS_SYSFS_PATH];

	snprintf(path, sizeof(path), "%.128s/sys/class/pwm/pwmchip%d/export", config->root,
		 (int)config->pwm_chip);
	ccs_sysfs_write(path, config->pwm_channel);
	if (write_to(pwm, "period", PERIOD) || write_to(pwm, "duty_cycle", duty))
		return -1;
	return write_to(pwm, "enable", 1);
}

static void *open_pwm(struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	const struct ccs_hw_config *config = seat->board->config;
	struct pwm *pwm = calloc(1, sizeof(*pwm));

	if (!pwm) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	pwm->seat = seat;
	pwm->told = -1;
	snprintf(pwm->folder, sizeof(pwm->folder), "%.128s/sys/class/pwm/pwmchip%d/pwm%d",
		 config->root, (int)config->pwm_chip, (int)config->pwm_channel);
	return pwm;
}

static int64_t find_duty(const struct pwm *pwm)
{
	int32_t duty = PERIOD / PER_MILLE, fault = CCS_PILOT_UNKNOWN;
	int64_t pulse;

	ccs_hw_commanded(pwm->seat, CCS_HW_COMMAND_CP_DUTY, &duty);
	ccs_hw_commanded(pwm->seat, CCS_HW_COMMAND_CP_FAULT, &fault);
	if (fault >= CCS_PILOT_E || duty <= 0)
		return 0;
	if (duty >= PERIOD / PER_MILLE)
		return PERIOD;
	pulse = (int64_t)duty * PER_MILLE - pwm->seat->board->config->pwm_delay;
	return pulse > 0 ? pulse : 0;
}

static void step(void *driver, ccs_time now)
{
	struct pwm *pwm = driver;
	int64_t duty = find_duty(pwm);

	if (duty == pwm->told && now < pwm->next)
		return;
	pwm->next = now + RETRY_TIME;
	if ((!pwm->seat->up && set_up(pwm, duty)) || write_to(pwm, "duty_cycle", duty)) {
		pwm->told = -1;
		ccs_hw_down(pwm->seat, now, "%.60s: %s", pwm->folder, strerror(errno));
		return;
	}
	pwm->told = duty;
	ccs_hw_up(pwm->seat, now);
}

static ccs_time deadline(const void *driver)
{
	return ((const struct pwm *)driver)->next;
}

const struct ccs_hw_driver ccs_hw_driver_pwm = {
	.name = "pwm",
	.text = "a charger's control pilot at a PWM output of the kernel",
	.values = "",
	.commands = "cp_duty cp_fault",
	.open = open_pwm,
	.step = step,
	.deadline = deadline,
	.close = free,
};

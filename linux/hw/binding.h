/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which driver has which point, and how the drivers reach their devices: the hardware's part of
 * the configuration of a car or a charger.
 */
#ifndef CCS_LINUX_HW_BINDING_H
#define CCS_LINUX_HW_BINDING_H

#include "linux/hw/points.h"
#include "linux/mqtt_config.h"

#include <stdint.h>

/* X(id, name): all drivers, one file each, which defines ccs_hw_driver_<name>. */
#define CCS_HW_DRIVERS(X)           \
	X(ASSUMED, assumed)         \
	X(EXEC, exec)               \
	X(DIETER, dieter)           \
	X(CELERON55, celeron55)     \
	X(OLED, oled)               \
	X(CHADEMO, chademo)         \
	X(CAN_DISPLAY, can_display) \
	X(HOMEPLUG, homeplug)       \
	X(GPIO, gpio)               \
	X(PWM, pwm)                 \
	X(ADC, adc)                 \
	X(DIDEBO, didebo)           \
	X(SIMULATED, simulated)     \
	X(MQTT, mqtt)

/* A value of a binding; the first two are no drivers. */
enum ccs_hw_driver_id {
	CCS_HW_BY_PRESET, /* as the preset says */
	CCS_HW_NOBODY,
#define CCS_HW_ROW(id, name) CCS_HW_##id,
	CCS_HW_DRIVERS(CCS_HW_ROW)
#undef CCS_HW_ROW
		CCS_HW_DRIVER_COUNT
};

/* X(id, name): boards whose points are all bound at once. */
#define CCS_HW_PRESETS(X)           \
	X(CUSTOM, "custom")         \
	X(EXEC, "exec")             \
	X(DIETER, "dieter")         \
	X(CELERON55, "celeron55")   \
	X(BEAGLEBONE, "beaglebone") \
	X(FOCCCICAPE, "focccicape") \
	X(DIDEBO, "didebo")         \
	X(MQTT, "mqtt")

enum ccs_hw_preset {
	CCS_HW_PRESET_SIM, /* nothing real: sim/world.h */
#define CCS_HW_ROW(id, name) CCS_HW_PRESET_##id,
	CCS_HW_PRESETS(CCS_HW_ROW)
#undef CCS_HW_ROW
		CCS_HW_PRESET_COUNT
};

#define CCS_HW_PATH 160 /* of a device or program, with its end */

struct ccs_hw_config {
	uint8_t preset;			   /* enum ccs_hw_preset */
	uint8_t value[CCS_HW_VALUE_COUNT]; /* enum ccs_hw_driver_id */
	uint8_t command[CCS_HW_COMMAND_COUNT];
	char exec_command[CCS_HW_PATH];	  /* for /bin/sh */
	char dieter_port[CCS_HW_PATH];	  /* a serial port, or "auto" */
	char celeron55_port[CCS_HW_PATH]; /* likewise */
	char display_port[CCS_HW_PATH];	  /* likewise */
	int32_t celeron55_baud;
	char can[CCS_HW_PATH]; /* see can.h */
	char homeplug_interface[16];
	char gpio_lines[CCS_HW_PATH];	/* see gpio.c */
	char adc_channels[CCS_HW_PATH]; /* see adc.c */
	int32_t pwm_chip;
	int32_t pwm_channel;
	int32_t pwm_delay; /* ns */
	char mqtt_topic[64];
	ccs_time unplug_us;		  /* of an assumed plug, from an orderly end; 0: never */
	struct ccs_mqtt_broker broker;	  /* that of [mqtt] */
	char station[32];		  /* its name, or interface */
	char max_age[CCS_HW_PATH];	  /* see config_ages.h */
	ccs_time age[CCS_HW_VALUE_COUNT]; /* what it says; 0: nothing of this value */
	char root[CCS_HW_PATH];		  /* before /sys and /dev, for tests; "" */
};

/* The drivers of two points, with the preset resolved: enum ccs_hw_driver_id, never BY_PRESET. */
uint8_t ccs_hw_driver_of_value(const struct ccs_hw_config *config, enum ccs_hw_value value,
			       unsigned int side);
uint8_t ccs_hw_driver_of_command(const struct ccs_hw_config *config, enum ccs_hw_command command,
				 unsigned int side);

/* CCS_HW_EV, CCS_HW_EVSE, or both: who can have this board. */
unsigned int ccs_hw_preset_sides(enum ccs_hw_preset preset);

/* From when on a value is too old. */
ccs_time ccs_hw_age(const struct ccs_hw_config *config, enum ccs_hw_value value);

/* `gpio_lines`, or, when it is empty, those of the preset. */
const char *ccs_hw_gpio_lines(const struct ccs_hw_config *config);

#endif

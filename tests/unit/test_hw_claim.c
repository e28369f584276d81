/* SPDX-License-Identifier: Apache-2.0 */
/* One owner for each device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "linux/hw/claim.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Devices that no test beside this one has. */
static void name_devices(struct ccs_hw_config *config, int number)
{
	char own[32];

	snprintf(own, sizeof(own), "/no/%ld-%d", (long)getpid(), number);
	*config = (struct ccs_hw_config) { .preset = CCS_HW_PRESET_CUSTOM };
	strcpy(config->exec_command, own);
	strcpy(config->dieter_port, own);
	strcpy(config->celeron55_port, own);
	strcpy(config->display_port, own);
	strcpy(config->can, own);
	strcpy(config->homeplug_interface, own + 4);
	strcpy(config->gpio_lines, own);
	strcpy(config->mqtt_topic, own);
	strcpy(config->broker.host, "localhost");
	config->pwm_chip = (int32_t)getpid();
	config->pwm_channel = number;
}

static void test_a_second_owner_is_refused(void **state)
{
	static const struct {
		unsigned int side;
		enum ccs_hw_command command;
		enum ccs_hw_driver_id driver;
		const char *name;
	} rows[] = {
		{ CCS_HW_EV, CCS_HW_COMMAND_CONTACTOR, CCS_HW_EXEC, "exec (" },
		{ CCS_HW_EV, CCS_HW_COMMAND_CONTACTOR, CCS_HW_DIETER, "dieter (" },
		{ CCS_HW_EV, CCS_HW_COMMAND_CONTACTOR, CCS_HW_CELERON55, "celeron55 (" },
		{ CCS_HW_EV, CCS_HW_COMMAND_NEWS, CCS_HW_OLED, "oled (" },
		{ CCS_HW_EV, CCS_HW_COMMAND_NEWS, CCS_HW_CHADEMO, "chademo (" },
		{ CCS_HW_EVSE, CCS_HW_COMMAND_NEWS, CCS_HW_CAN_DISPLAY, "can_display (" },
		{ CCS_HW_EVSE, CCS_HW_COMMAND_SUPPLY, CCS_HW_HOMEPLUG, "homeplug (" },
		{ CCS_HW_EVSE, CCS_HW_COMMAND_CONTACTOR, CCS_HW_GPIO, "gpio (" },
		{ CCS_HW_EVSE, CCS_HW_COMMAND_CP_DUTY, CCS_HW_PWM, "pwm (" },
		{ CCS_HW_EV, CCS_HW_COMMAND_LOCK, CCS_HW_MQTT, "mqtt (" },
	};
	struct ccs_hw_config config;
	struct ccs_problem problem;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		name_devices(&config, 0);
		config.command[rows[i].command] = (uint8_t)rows[i].driver;
		assert_int_equal(ccs_hw_claim(rows[i].side, &config, &problem), 0);
		assert_int_equal(ccs_hw_claim(rows[i].side, &config, &problem), -1);
		assert_memory_equal(problem.text, rows[i].name, strlen(rows[i].name));
		assert_non_null(strstr(problem.text, "see `ccs ctl status`"));
		name_devices(&config, 1);
		config.command[rows[i].command] = (uint8_t)rows[i].driver;
		assert_int_equal(ccs_hw_claim(rows[i].side, &config, &problem), 0);
	}
}

static void test_a_value_is_enough(void **state)
{
	struct ccs_hw_config config;
	struct ccs_problem problem;

	(void)state;
	name_devices(&config, 2);
	config.value[CCS_HW_VALUE_SOC] = CCS_HW_EXEC;
	assert_int_equal(ccs_hw_claim(CCS_HW_EVSE, &config, &problem), 0); /* has no such value */
	assert_int_equal(ccs_hw_claim(CCS_HW_EV, &config, &problem), 0);
	assert_int_equal(ccs_hw_claim(CCS_HW_EV, &config, &problem), -1);
}

static void test_what_disturbs_nobody_is_shared(void **state)
{
	struct ccs_hw_config config = { .preset = CCS_HW_PRESET_CUSTOM };
	struct ccs_problem problem;

	(void)state;
	strcpy(config.adc_channels, "inlet_voltage=0:1,0.1,0");
	strcpy(config.dieter_port, "auto");
	config.value[CCS_HW_VALUE_INLET_VOLTAGE] = CCS_HW_ADC;
	config.value[CCS_HW_VALUE_PLUG] = CCS_HW_ASSUMED;
	config.command[CCS_HW_COMMAND_CONTACTOR] = CCS_HW_DIETER;
	for (int i = 0; i < 2; i++)
		assert_int_equal(ccs_hw_claim(CCS_HW_EV, &config, &problem), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_second_owner_is_refused),
		cmocka_unit_test(test_a_value_is_enough),
		cmocka_unit_test(test_what_disturbs_nobody_is_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

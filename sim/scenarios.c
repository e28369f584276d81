/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scripts that come with the simulator: each shows one thing, and what has to become of it.
 */
#include "scenarios.h"

#include <string.h>

#define CHARGE(seconds)                  \
	"plug\n"                         \
	"wait ev charging within 90 s\n" \
	"wait " #seconds " s\n"
#define STOP_AND_UNPLUG                   \
	"stop ev\n"                       \
	"wait over\n"                     \
	"expect ev stopped-by-car stop\n" \
	"expect evse none\n"              \
	"unplug\n"

static const struct sim_scenario rows[] = {
	{ "dc", "title A DC session from plug to unplug\n"
		"battery.soc = 20 %\n"
		"plug\n"
		"wait ev charging within 90 s\n"
		"wait charge\n" STOP_AND_UNPLUG "expect energy >= 1 Wh\n" },
	{ "full", "title The battery gets full\n"
		  "battery.soc = 78 %\n"
		  "battery.full_soc = 79 %\n"
		  "plug\n"
		  "wait ev charging within 90 s\n"
		  "wait over within 600 s\n"
		  "expect ev charged full\n"
		  "expect soc >= 79 %\n"
		  "unplug\n" },
	{ "iso2", "title The same over ISO 15118-2\n"
		  "protocol = iso2 din\n"
		  "plug\n"
		  "wait ev charging within 90 s\n"
		  "wait charge\n" STOP_AND_UNPLUG },
	{ "ac", "title AC with digital communication, three phases\n"
		"mode = ac\n"
		"protocol = iso2\n" CHARGE(60) STOP_AND_UNPLUG "expect energy >= 100 Wh\n" },
	{ "probe", "title A wallbox reads the state of charge, then charges by PWM\n"
		   "mode = probe\n"
		   "basic_ac = yes\n"
		   "plug\n"
		   "wait evse basic within 90 s\n"
		   "wait 30 s\n"
		   "stop ev\n"
		   "wait 10 s\n"
		   "unplug\n" },
	{ "discharge", "title The car feeds a house, through DIN SPEC 70121\n"
		       "discharge = yes\n"
		       "battery.soc = 80 %\n"
		       "battery.capacity = 5 kWh\n"
		       "battery.discharge_current = 40 A\n"
		       "supply.discharge_current = 25 A\n"
		       "supply.discharge_power = 10 kW\n" CHARGE(5) "discharge 20 A\n"
								    "wait 300 s\n" STOP_AND_UNPLUG
								    "expect soc <= 70 %\n" },
	{ "renegotiate", "title The charger asks for a renegotiation\n"
			 "protocol = iso2\n" CHARGE(10) "derate 40 A\n"
							"renegotiate evse\n"
							"wait 30 s\n" STOP_AND_UNPLUG },
	{ "pause", "title The car sleeps and goes on\n"
		   "protocol = iso2\n" CHARGE(10) "pause ev\n"
						  "wait ev paused\n"
						  "wait 30 s\n"
						  "wake ev\n"
						  "wait ev charging\n"
						  "wait 10 s\n" STOP_AND_UNPLUG },
	{ "two-cars", "title Two cars and two chargers on one line\n"
		      "cars = 2\n"
		      "car 1 plug\n"
		      "car 2 plug\n"
		      "car 1 wait ev charging within 90 s\n"
		      "car 2 wait ev charging within 90 s\n"
		      "wait 10 s\n"
		      "car 1 stop ev\n"
		      "car 2 stop ev\n"
		      "car 1 wait over\n"
		      "car 2 wait over\n"
		      "car 1 expect ev stopped-by-car\n"
		      "car 2 expect ev stopped-by-car\n"
		      "car 1 unplug\n"
		      "car 2 unplug\n" },
	{ "mains-adapter", "title Modems of mains adapters: no profiles, a slow link\n"
			   "plc.ev_modem = ar7420\n"
			   "plc.evse_modem = ar7420\n" CHARGE(10) STOP_AND_UNPLUG },
	{ "ioniq", "title An Ioniq at an Alpitronic: SLAC as fast as recorded\n"
		   "plc.ev_pace = ioniq\n"
		   "plc.evse_pace = alpitronic\n" CHARGE(10) STOP_AND_UNPLUG },
	{ "bad-line", "title Lost frames and segments\n"
		      "plc.loss = 5 %\n"
		      "net.loss = 5 %\n"
		      "net.jitter = 20 ms\n"
		      "net.split = 20\n" CHARGE(10) "stop ev\n"
						    "wait over\n"
						    "unplug\n" },
	{ "light-bulb", "title A light bulb instead of a battery\n"
			"battery.cells = 0\n"
			"battery.resistance = 400 ohm\n"
			"battery.max_current = 5 A\n" CHARGE(10) STOP_AND_UNPLUG },
	{ "stop-charger",
	  "title Somebody presses stop at the charger\n" CHARGE(10) "stop evse\n"
								    "wait over\n"
								    "expect ev stopped-by-charger\n"
								    "expect evse none\n"
								    "unplug\n" },
	{ "emergency",
	  "title The emergency button of the charger\n" CHARGE(10) "emergency evse\n"
								   "wait over\n"
								   "expect ev failed\n"
								   "expect evse emergency\n"
								   "unplug\n" },
	{ "denied", "title Nobody may charge here\n"
		    "plug\n"
		    "deny\n"
		    "wait ev authorisation within 90 s\n"
		    "wait over within 200 s\n"
		    "expect ev failed\n"
		    "unplug\n" },
	{ "precharge", "title The supply fails in precharge\n"
		       "plug\n"
		       "wait ev precharge within 90 s\n"
		       "fault supply-off\n"
		       "wait over within 200 s\n"
		       "expect ev failed\n"
		       "unplug\n" },
	{ "isolation", "title The car's isolation is bad\n"
		       "cable.ev_isolation = 50 kohm\n"
		       "plug\n"
		       "wait ev cable-check within 90 s\n"
		       "wait over within 300 s\n"
		       "expect ev failed\n"
		       "expect evse isolation\n"
		       "unplug\n" },
	{ "pulled", "title The plug is torn out of its lock under load\n" CHARGE(
			    10) "unplug by-force\n"
				"wait over within 100 s\n"
				"expect ev failed unplugged\n"
				"expect event plug-arc\n"
				"expect event live-plug\n" },
	{ "silence", "title The charger falls silent in the loop\n" CHARGE(
			     10) "silence evse\n"
				 "wait over within 200 s\n"
				 "expect ev failed no-answer\n" },
	{ "intruder",
	  "title Another host connects to the charger\n" CHARGE(10) "intrude\n"
								    "wait 10 s\n" STOP_AND_UNPLUG },
};

#define ROWS (sizeof(rows) / sizeof(*rows))

const struct sim_scenario *sim_scenario_row(size_t index)
{
	return index < ROWS ? &rows[index] : NULL;
}

const struct sim_scenario *sim_scenario_find(const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (!strcmp(rows[i].name, name))
			return &rows[i];
	return NULL;
}

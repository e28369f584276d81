/* SPDX-License-Identifier: Apache-2.0 */
/* Every key of the configuration, and its default. */
#include "linux/config_keys.h"

#include <assert.h>
#include <string.h>

enum {
#define SCALE(id, scale, ...) SCALE_##id = (scale),
	CCS_CONFIG_UNITS(SCALE)
#undef SCALE
};

/* The ranges of the limits' tables by name: the rows of a table cannot be looked up in it. */
enum {
#define RANGE(name, value, least, most) SLAC_LEAST_##name = (least), SLAC_MOST_##name = (most),
	CCS_SLAC_LIMITS(RANGE)
#undef RANGE
#define RANGE(name, value, least, most) MODEM_LEAST_##name = (least), MODEM_MOST_##name = (most),
		CCS_MODEM_LIMITS(RANGE)
#undef RANGE
};

#define AT(member) offsetof(struct ccs_config, member), sizeof(((struct ccs_config *)0)->member)

#define NUMBER(section, name, member, unit, least, most, value, text)                             \
	{                                                                                         \
		section, name, CCS_CONFIG_NUMBER, CCS_CONFIG_UNIT_##unit, AT(member),             \
			(int64_t)(least)*SCALE_##unit, (int64_t)(most)*SCALE_##unit, NULL, value, \
			text                                                                      \
	}
#define ROW(section, name, type, member, least, most, choices, value, text)                      \
	{                                                                                        \
		section, name, CCS_CONFIG_##type, CCS_CONFIG_UNIT_NONE, AT(member), least, most, \
			choices, value, text                                                     \
	}
#define YES_NO(section, name, member, value, text) \
	ROW(section, name, YES_NO, member, 0, 1, NULL, value, text)
#define CHOICE(section, name, member, choices, value, text) \
	ROW(section, name, CHOICE, member, 0, 0, choices, value, text)
/* In the order of enum ccs_ev_transfer. */
#define TRANSFERS "dc-extended dc-core dc-combo-core ac-three-phase ac-single-phase"
/* Empty, or at least so many characters. */
#define TEXT(section, name, member, least, value, text) \
	ROW(section, name, TEXT, member, least, 0, NULL, value, text)
#define SLAC(name, unit, text)                                                             \
	NUMBER("slac", #name, slac.limits.value[CCS_SLAC_##name], unit, SLAC_LEAST_##name, \
	       SLAC_MOST_##name, NULL, text)
#define MODEM(name, unit, text)                                                               \
	NUMBER("modem", #name, modem.limit[CCS_MODEM_LIMIT_##name], unit, MODEM_LEAST_##name, \
	       MODEM_MOST_##name, NULL, text)
#define UNIT_MS	   MILLISECOND
#define UNIT_COUNT NONE
#define TIMER_(id, name, unit, least, most, text) \
	NUMBER("timing", name, timing.value[id], unit, least, most, NULL, text)
#define TIMER(id, set, name, unit, value, least, most, clause)         \
	TIMER_(CCS_TIMER_##id, set "." name, UNIT_##unit, least, most, \
	       "the standard's timer or counter of this name; " clause),
#define MESSAGE(SET, set, id, message, timeout, answer, clause)                            \
	TIMER_(CCS_TIMER_##SET##_TIMEOUT_##id, set ".V2G_EVCC_Msg_Timeout_" message "Req", \
	       MILLISECOND, CCS_TIMING_MESSAGE_LEAST, CCS_TIMING_MESSAGE_MOST,             \
	       "the car waits so long for " message "Res; " clause),                       \
		TIMER_(CCS_TIMER_##SET##_ANSWER_##id,                                      \
		       set ".V2G_SECC_Msg_Performance_Time_" message "Res", MILLISECOND,   \
		       CCS_TIMING_MESSAGE_LEAST, CCS_TIMING_MESSAGE_MOST,                  \
		       "the charger may take so long for " message "Res; " clause),
#define EVENT(id, key, text) TEXT("on", #key, listen.on.command[CCS_EVENT_##id], 1, "", text),
#define QUIRK(id, rule, name, side, on, reason) \
	ROW("quirks", name, QUIRK, quirks, CCS_QUIRK_##id, 0, NULL, NULL, reason " (" rule ")"),

/* The hardware's keys of one side: a driver for each point of it, and how the drivers are reached.
 */
#define DRIVER_NAME(id, name) " " #name
#define DRIVERS		      "preset none" CCS_HW_DRIVERS(DRIVER_NAME)
#define PRESET_NAME(id, name) " " name
#define PRESETS		      "sim" CCS_HW_PRESETS(PRESET_NAME)
#define BOUND(section, at, key, name, text) \
	CHOICE(section, CCS_HW_KEY_##key(name), at, DRIVERS, "preset", "driver of " name ": " text),
#define OF_EV(at, key, name, text)   BOUND("ev", ev.hardware.at, key, name, text)
#define OF_EVSE(at, key, name, text) BOUND("evse", evse_shared.hardware.at, key, name, text)
#define NOT(at, key, name, text)
#define EV_IF_EV     OF_EV
#define EV_IF_BOTH   OF_EV
#define EV_IF_EVSE   NOT
#define EVSE_IF_EV   NOT
#define EVSE_IF_BOTH OF_EVSE
#define EVSE_IF_EVSE OF_EVSE
#define EV_VALUE(id, name, key, sides, unit, least, most, age, silence, text) \
	EV_IF_##sides(value[CCS_HW_VALUE_##id], key, name, text)
#define EV_COMMAND(id, name, key, sides, unit, least, most, text) \
	EV_IF_##sides(command[CCS_HW_COMMAND_##id], key, name, text)
#define EVSE_VALUE(id, name, key, sides, unit, least, most, age, silence, text) \
	EVSE_IF_##sides(value[CCS_HW_VALUE_##id], key, name, text)
#define EVSE_COMMAND(id, name, key, sides, unit, least, most, text) \
	EVSE_IF_##sides(command[CCS_HW_COMMAND_##id], key, name, text)
#define PORT(section, hw, name, text) \
	TEXT(section, #name, hw.name, 1, "auto", text "; auto: by USB adapter")
#define DEVICES(section, hw)                                                              \
	CHOICE(section, "preset", hw.preset, PRESETS, "sim",                              \
	       "board whose drivers are taken; sim: simulated"),                          \
		TEXT(section, "max_age", hw.max_age, 1, "",                               \
		     "inlet_voltage=3s soc=20s: values that come more rarely"),           \
		TEXT(section, "exec_command", hw.exec_command, 1, "",                     \
		     "exec: the program, a command of /bin/sh"),                          \
		PORT(section, hw, dieter_port, "dieter: serial port"),                    \
		PORT(section, hw, celeron55_port, "celeron55: serial port"),              \
		NUMBER(section, "celeron55_baud", hw.celeron55_baud, NONE, 9600, 1000000, \
		       "115200", "celeron55: bits per second"),                           \
		PORT(section, hw, display_port, "oled: serial port"),                     \
		TEXT(section, "can", hw.can, 1, "can0",                                   \
		     "CAN bus: an interface, or the serial port of an slcan adapter"),    \
		TEXT(section, "homeplug_interface", hw.homeplug_interface, 1, "",         \
		     "homeplug: network interface of the supply's power line"),           \
		TEXT(section, "gpio_lines", hw.gpio_lines, 1, "",                         \
		     "gpio: contactor=P9_17 stop=!gpiochip1:18; also high= and alive="),  \
		TEXT(section, "adc_channels", hw.adc_channels, 1, "",                     \
		     "adc: inlet_voltage=0:1,0.17,-197: device:channel, step, offset"),   \
		NUMBER(section, "pwm_chip", hw.pwm_chip, NONE, 0, 31, "0",                \
		       "pwm: number of pwmchip"),                                         \
		NUMBER(section, "pwm_channel", hw.pwm_channel, NONE, 0, 31, "0",          \
		       "pwm: its channel"),                                               \
		NUMBER(section, "pwm_delay", hw.pwm_delay, NONE, 0, 20000, "0",           \
		       "pwm: ns by which the hardware makes a pulse longer"),             \
		TEXT(section, "mqtt_topic", hw.mqtt_topic, 1, "pyPlc",                    \
		     "mqtt: topic above values and commands, at the broker of [mqtt]")

static const struct ccs_config_key keys[] = {
	/* general */
	TEXT("general", "run_directory", general.run_directory, 1, "/run/ccs",
	     "directory of the control sockets"),

	/* ev */
	TEXT("ev", "interface", ev.line.interface, 1, "",
	     "network interface of the car's power line modem"),
	ROW("ev", "mac", MAC, ev.line.mac, 0, 0, NULL, "",
	    "the car's MAC in SLAC, and its EVCCID; empty: that of the interface"),
	YES_NO("ev", "without_slac", ev.line.without_slac, "no",
	       "begins with the discovery of the charger: no modems, a bench"),
	YES_NO("ev", "sim_modem", ev.line.sim_modem, "no",
	       "emulates the modem, on interfaces that have none (veth, bridge, two computers)"),
	ROW("ev", "protocols", PROTOCOLS, ev.protocols, 0, 0, NULL, "iso2 din",
	    "protocols that the car offers, the most wanted first"),
	CHOICE("ev", "transfer", ev.transfer, TRANSFERS, "dc-extended",
	       "kind of energy transfer that the car wants most"),
	ROW("ev", "other_transfers", SET, ev.other_transfers, 0, 0, TRANSFERS, "",
	    "other kinds that it can do; AC with ISO 15118-2 only"),
	CHOICE("ev", "validation", ev.validation, "in-doubt never always", "in-doubt",
	       "when a match is validated by toggling the control pilot"),
	YES_NO("ev", "decide_early", ev.decide_early, "no",
	       "takes the nearest charger as soon as all have reported; saves up to 0.8 s"),
	YES_NO("ev", "basic_ac", ev.basic_ac, "no",
	       "draws AC without communication where the duty cycle offers it"),
	YES_NO("ev", "forever", ev.forever, "no", "waits for the next plug after a session"),
	NUMBER("ev", "unplug_after", ev.hardware.unplug_us, SECOND, 0, 86400, "60",
	       "an assumed plug counts as pulled so long after an orderly end; 0: never"),
	NUMBER("ev", "tries", ev.tries, NONE, 1, 20, "3",
	       "attempts from the matching on, while there was no power yet"),
	NUMBER("ev", "max_voltage", ev.limits.max_mv, VOLT, 0, 1500, "0",
	       "maximum voltage of the battery; 0: as the battery says"),
	NUMBER("ev", "max_current", ev.limits.max_ma, AMPERE, 0, 3000, "0",
	       "maximum charging current; 0: as the battery says"),
	NUMBER("ev", "max_power", ev.limits.max_w, KILOWATT, 0, 4000, "0",
	       "maximum charging power; 0: as the battery says"),
	NUMBER("ev", "discharge_current", ev.limits.discharge_ma, AMPERE, 0, 3000, "0",
	       "maximum current out of the battery; 0: as the battery says"),
	NUMBER("ev", "discharge_power", ev.limits.discharge_w, KILOWATT, 0, 4000, "0",
	       "maximum power out of the battery; 0: as the battery says"),
	NUMBER("ev", "target_voltage", ev.target.mv, VOLT, 0, 1500, "0",
	       "voltage that the car asks for; 0: as the battery wants"),
	NUMBER("ev", "target_current", ev.target.ma, AMPERE, -3000, 3000, "0",
	       "current that the car asks for, negative to discharge; 0: as the battery wants"),
	NUMBER("ev", "capacity", ev.capacity_mwh, KILOWATT_HOUR, 0, 2000, "0",
	       "energy of the full battery; 0: as the battery says"),
	NUMBER("ev", "request_energy", ev.request_mwh, KILOWATT_HOUR, 0, 2000, "0",
	       "energy wanted in this session; 0: not said to the charger"),
	NUMBER("ev", "full_soc", ev.full_soc, PERCENT, 1, 100, "100",
	       "state of charge at which the battery counts as full"),
	NUMBER("ev", "bulk_soc", ev.bulk_soc, PERCENT, 0, 100, "80",
	       "state of charge up to which charging is fast; 0: not said to the charger"),
	NUMBER("ev", "charge_seconds", ev.charge_us, SECOND, 0, 1000000, "0",
	       "ends the session after charging so long; 0: does not"),
	NUMBER("ev", "until_soc", ev.until_soc, PERCENT, 0, 100, "0",
	       "ends the session at this state of charge; 0: does not"),
	NUMBER("ev", "ongoing_pause", ev.ongoing_pause, SHORT_TIME, 0, 10000, "0",
	       "before a request is repeated while the charger is busy; 0: 500 ms"),
	NUMBER("ev", "precharge_pause", ev.precharge_pause, SHORT_TIME, 0, 5000, "0",
	       "between two PreChargeReq; 0: 100 ms"),
	NUMBER("ev", "demand_pause", ev.demand_pause, SHORT_TIME, 0, 5000, "0",
	       "between two CurrentDemandReq; 0: 100 ms"),
	DEVICES("ev", ev.hardware),
	CCS_HW_VALUES(EV_VALUE) CCS_HW_COMMANDS(EV_COMMAND)

/* evse: of evse_shared, from which each charger has its own */
#define SHARED(member) evse_shared.member
		TEXT("evse", "interface", SHARED(line.interface), 1, "",
		     "network interface of the charger's power line modem"),
	ROW("evse", "mac", MAC, SHARED(line.mac), 0, 0, NULL, "",
	    "the charger's MAC in SLAC; empty: that of the interface"),
	YES_NO("evse", "without_slac", SHARED(line.without_slac), "no",
	       "a plugged-in car counts as linked: no modems, a bench"),
	YES_NO("evse", "sim_modem", SHARED(line.sim_modem), "no",
	       "emulates the modem, on interfaces that have none (veth, bridge, two computers)"),
	NUMBER("evse", "sim_attenuation", SHARED(sim_attenuation), DECIBEL, 0, 100, "15",
	       "what the emulated modem measures"),
	ROW("evse", "sim_attenuations", ATTENUATIONS, SHARED(sim_attenuations), 0, 100, NULL, "",
	    "likewise of single cars, as 02:00:00:00:00:01=40; several on one bridge, say"),
	TEXT("evse", "evse_id", SHARED(evse_id), 7, "",
	     "identity of the charger, 7 to 37 characters, as DE*ABC*E1234; empty: ZZ00000"),
	NUMBER("evse", "port", SHARED(port), NONE, 0, 65535, "0",
	       "TCP port; 0: a random one from 49152 to 65535"),
	ROW("evse", "protocols", PROTOCOLS, SHARED(protocols), 0, 0, NULL, "iso2 din",
	    "protocols that the charger accepts, the most wanted first"),
	CHOICE("evse", "validation", SHARED(validation), "count-toggles not-required refuse",
	       "count-toggles", "what a car is told that wants to validate the match"),
	NUMBER("evse", "synthetic_attenuation", SHARED(synthetic_db), DECIBEL, 0, 100, "0",
	       "reported when the modem cannot measure, for a bench with one cable; 0: none"),
	ROW("evse", "calibration", PROFILE, SHARED(calibration), 0, 100, NULL, "0",
	    "attenuation of the charger's own receive path, which is subtracted: dB, one for all "
	    "58 carrier groups or one for each"),
	NUMBER("evse", "tries", SHARED(tries), NONE, 1, 20, "3",
	       "attempts from state E or F on, while there was no power yet"),
	NUMBER("evse", "max_voltage", SHARED(limits.max_mv), VOLT, 0, 1500, "0",
	       "maximum voltage; 0: as the supply says"),
	NUMBER("evse", "min_voltage", SHARED(limits.min_mv), VOLT, 0, 1500, "0",
	       "minimum voltage; 0: as the supply says"),
	NUMBER("evse", "max_current", SHARED(limits.max_ma), AMPERE, 0, 3000, "0",
	       "maximum current; 0: as the supply says"),
	NUMBER("evse", "min_current", SHARED(limits.min_ma), AMPERE, 0, 100, "0",
	       "smallest current that can be regulated; 0: as the supply says"),
	NUMBER("evse", "max_power", SHARED(limits.max_w), KILOWATT, 0, 4000, "0",
	       "maximum power; 0: as the supply says"),
	NUMBER("evse", "discharge_current", SHARED(limits.discharge_ma), AMPERE, 0, 3000, "0",
	       "maximum current out of the car; 0: as the supply says"),
	NUMBER("evse", "discharge_power", SHARED(limits.discharge_w), KILOWATT, 0, 4000, "0",
	       "maximum power out of the car; 0: as the supply says"),
	NUMBER("evse", "discharge", SHARED(discharge_ma), AMPERE, 0, 3000, "0",
	       "taken out of the battery instead of charging it; needs the quirk discharge"),
	NUMBER("evse", "ripple", SHARED(ripple_ma), AMPERE, 0, 100, "1",
	       "current ripple, peak to peak, that the charger announces"),
	NUMBER("evse", "ac_phases", SHARED(ac.phases), NONE, 0, 3, "0",
	       "1 or 3 phases of an AC charger; 0: it is a DC charger"),
	NUMBER("evse", "ac_voltage", SHARED(ac.nominal_mv), VOLT, 80, 480, "230",
	       "AC: voltage from phase to neutral"),
	NUMBER("evse", "ac_current", SHARED(ac.max_ma), AMPERE, 6, 80, "16",
	       "AC: current of each phase"),
	YES_NO("evse", "probe", SHARED(probe), "no",
	       "AC: a short session only asks for the state of charge; then without communication"),
	YES_NO("evse", "basic_ac", SHARED(basic_ac), "no",
	       "AC: offered without communication when the matching fails"),
	NUMBER("evse", "basic_current", SHARED(basic_ma), AMPERE, 6, 80, "16",
	       "AC without communication: current of each phase"),
	CHOICE("evse", "authorisation", SHARED(authorisation), "free ctl deny", "free",
	       "who may charge: everybody, who is let by `ccs ctl authorize`, nobody"),
	NUMBER("evse", "authorisation_time", SHARED(authorisation_us), SECOND, 1, 3600, "300",
	       "how long that may take"),
	NUMBER("evse", "test_voltage", SHARED(test_mv), VOLT, 0, 1500, "0",
	       "of the isolation test; 0: the lower maximum of both sides"),
	YES_NO("evse", "without_monitor", SHARED(without_monitor), "no",
	       "charges although nothing watches the isolation"),
	TEXT("evse", "meter_id", SHARED(meter_id), 1, "",
	     "of the meter, whose reading is told to the car; empty: there is none"),
	NUMBER("evse", "receipt_time", SHARED(receipt_us), SECOND, 0, 3600, "0",
	       "how often a receipt of the reading is asked for; 0: never"),
	NUMBER("evse", "hottest", SHARED(hottest_dc), CELSIUS, 0, 150, "0",
	       "of the plug's contacts, to which the current is lowered; 0: it is not"),
	NUMBER("evse", "stop_time", SHARED(stop_us), SECOND, 1, 60, "10",
	       "how long a car may take to stop when it is told to"),
	NUMBER("evse", "pacing", SHARED(pacing_us), SHORT_TIME, 0, 1000, "0",
	       "each answer waits so long"),
	YES_NO("evse", "once", SHARED(once), "no", "ends after one session"),
	DEVICES("evse", evse_shared.hardware),
	CCS_HW_VALUES(EVSE_VALUE) CCS_HW_COMMANDS(EVSE_COMMAND)

	/* slac */
	CHOICE("slac", "preset", slac.strict, "field strict", "field",
	       "attenuation limits: what real chargers need (35, 50 dB), the standard's (10, 20)"),
	SLAC(C_EV_match_MNBC, NONE, "sounds that the car sends"),
	SLAC(C_EV_start_atten_char_inds, NONE, "CM_START_ATTEN_CHAR.IND that the car sends"),
	SLAC(C_EV_match_retry, NONE, "repetitions of a request"),
	SLAC(C_EV_match_signalattn_direct, DECIBEL, "a charger nearer than this is the one"),
	SLAC(C_EV_match_signalattn_indirect, DECIBEL, "a charger farther than this is not"),
	SLAC(signalattn_close, DECIBEL, "chargers closer together than this are doubtful"),
	SLAC(C_EV_vald_nb_toggles, NONE, "toggles of the control pilot in a validation"),
	SLAC(C_conn_max_match, NONE, "rounds of matching"),
	SLAC(C_sequ_retry, NONE, "times that the charger begins anew through state E or F"),
	SLAC(TT_match_response, MILLISECOND, "for an answer"),
	SLAC(TT_match_sequence, MILLISECOND, "for the next request"),
	SLAC(TT_matching_rate, MILLISECOND, "between two runs of the matching"),
	SLAC(TT_matching_repetition, MILLISECOND, "one round: runs that fail are repeated"),
	SLAC(TT_match_join, MILLISECOND, "from CM_SLAC_MATCH.CNF to the link"),
	SLAC(TP_EV_SLAC_init, MILLISECOND, "for the car to begin after it was plugged in"),
	SLAC(TP_EV_batch_msg_interval, MILLISECOND, "between two sounds"),
	SLAC(first_sound_interval, MILLISECOND, "between the announcement and the first sound"),
	SLAC(TT_EV_atten_results, MILLISECOND, "for the chargers to report"),
	SLAC(TP_EV_match_session, MILLISECOND, "until a charger not ready is asked again"),
	SLAC(TP_EV_vald_state_duration, MILLISECOND, "each state of a toggle"),
	SLAC(TP_link_ready_notification, MILLISECOND, "from the link to its use"),
	SLAC(TT_EVSE_SLAC_init, MILLISECOND, "for the car's first request"),
	SLAC(TT_EVSE_match_MNBC, MILLISECOND, "for all sounds"),
	SLAC(TT_EVSE_match_session, MILLISECOND, "for the car to decide"),
	SLAC(TT_EVSE_vald_toggle, MILLISECOND, "the charger counts toggles at most so long"),
	SLAC(T_step_EF, MILLISECOND, "state E or F, so that a car begins anew"),
	SLAC(T_step_X1, MILLISECOND, "12 V behind it, before 5 % comes again"),
	SLAC(T_conn_resume, MILLISECOND, "for the link to be back after a pause"),

	/* modem */
	CHOICE("modem", "chip", modem.chip,
	       "auto qca qca7000 qca7005 qca7006 qca6410 qca6411 qca7420 qca7500 cg5317 mse102x",
	       "auto", "of the own modem; an MSE102x cannot be found out"),
	YES_NO("modem", "reset_after_key", modem.reset_after_key, "no",
	       "restarts the chip after each key; costs seconds in every session"),
	MODEM(find_interval, MILLISECOND, "between two questions of the search"),
	MODEM(find_count, NONE, "questions until the modem is called absent"),
	MODEM(find_again, MILLISECOND, "between two questions when it is absent"),
	MODEM(set_key_response, MILLISECOND, "until CM_SET_KEY.REQ is repeated"),
	MODEM(set_key_count, NONE, "requests without an answer"),
	MODEM(set_key_refused_count, NONE, "refusals until the key has failed"),
	MODEM(verify_interval, MILLISECOND, "between two CM_GET_KEY.REQ"),
	MODEM(verify_time, MILLISECOND, "for the new key to show"),
	MODEM(link_settle, MILLISECOND, "no link is believed so soon after a key"),
	MODEM(link_fast, MILLISECOND, "between two questions for the link, while there is none"),
	MODEM(link_slow, MILLISECOND, "and while there is one"),
	MODEM(link_other_count, NONE, "unanswered questions until another kind is tried"),
	MODEM(link_loss_count, NONE, "times \"no\" in a row until the link is lost"),
	MODEM(link_silence, MILLISECOND, "without any answer the link is lost"),

	/* safety */
	NUMBER("safety", "precharge_voltage", safety.precharge_mv, VOLT, 1, 50, NULL,
	       "contactors close when inlet and battery differ by less (E1)"),
	NUMBER("safety", "opening_current", safety.opening_ma, AMPERE, 1, 10, NULL,
	       "less current than this may be interrupted (E2, C5)"),
	NUMBER("safety", "opening_time", safety.opening_us, SECOND, 1, 10, NULL,
	       "contactors open under load so long after a stop was demanded (E2, C5)"),
	NUMBER("safety", "unlocking_voltage", safety.unlocking_mv, VOLT, 10, 60, NULL,
	       "less voltage than this may be touched (E3, C5)"),
	NUMBER("safety", "unlocking_time", safety.unlocking_us, SECOND, 1, 60, NULL,
	       "unlocks without knowing the voltage so long after the stop (E3, C5)"),
	NUMBER("safety", "precharge_current", safety.precharge_ma, AMPERE, 1, 5, NULL,
	       "the charger's current in precharge (C2, C4)"),
	NUMBER("safety", "stray_current", safety.stray_ma, AMPERE, 0, 10, NULL,
	       "what is measured although nothing flows (C4)"),
	NUMBER("safety", "stopping_time", safety.stopping_us, SECOND, 1, 10, NULL,
	       "for the current to die after PowerDelivery stop (C4)"),
	NUMBER("safety", "sensor_age", safety.sensor_us, SHORT_TIME, 100, 5000, NULL,
	       "older measurements are unknown"),
	NUMBER("safety", "ending_time", safety.ending_us, SECOND, 10, 600, NULL,
	       "from the wish to end to the end (B1)"),

	/* timing */
	CCS_TIMING_ROWS(TIMER) CCS_TIMING_MESSAGES(MESSAGE)

	/* quirks */
	YES_NO("quirks", "strict", strict, "no",
	       "the standards and nothing else: what is not set in this section is off"),
	CCS_QUIRKS(QUIRK)

	/* sim */
	NUMBER("sim", "seed", sim.seed, NONE, 0, INT32_MAX, NULL,
	       "of all that is random; the same seed gives the same run"),
	NUMBER("sim", "battery.cells", sim.battery.cells, NONE, 0, 300, NULL,
	       "in series; 0: a light bulb instead of a battery"),
	NUMBER("sim", "battery.capacity", sim.battery.capacity_mwh, KILOWATT_HOUR, 1, 2000, NULL,
	       "energy between empty and full"),
	NUMBER("sim", "battery.resistance", sim.battery.mohm, MILLIOHM, 1, 10000000, NULL,
	       "of the whole pack, or of the bulb"),
	NUMBER("sim", "battery.max_current", sim.battery.max_ma, AMPERE, 1, 3000, NULL,
	       "charging, in the best conditions"),
	NUMBER("sim", "battery.discharge_current", sim.battery.discharge_ma, AMPERE, 0, 3000, NULL,
	       "out of the battery; 0: never"),
	NUMBER("sim", "battery.soc", sim.battery.soc, PERCENT, 0, 100, NULL,
	       "state of charge at the start"),
	NUMBER("sim", "battery.full_soc", sim.battery.full_soc, PERCENT, 1, 100, NULL,
	       "charging ends here"),
	NUMBER("sim", "battery.temperature", sim.battery.dc, CELSIUS, -40, 100, NULL,
	       "of the battery at the start, and of what is around it"),
	NUMBER("sim", "battery.heat_capacity", sim.battery.heat_j_k, JOULE_PER_KELVIN, 1000,
	       100000000, NULL, "what warms it by one degree"),
	NUMBER("sim", "battery.cooling", sim.battery.cooling_s, WHOLE_SECOND, 1, 1000000, NULL,
	       "time constant to the surroundings"),
	NUMBER("sim", "supply.max_voltage", sim.supply.limits.max_mv, VOLT, 1, 1500, NULL,
	       "of the charger's DC supply"),
	NUMBER("sim", "supply.min_voltage", sim.supply.limits.min_mv, VOLT, 0, 1500, NULL,
	       "below it no current can be delivered"),
	NUMBER("sim", "supply.max_current", sim.supply.limits.max_ma, AMPERE, 1, 3000, NULL,
	       "of the charger's DC supply"),
	NUMBER("sim", "supply.min_current", sim.supply.limits.min_ma, AMPERE, 0, 100, NULL,
	       "smallest that can be regulated"),
	NUMBER("sim", "supply.max_power", sim.supply.limits.max_w, KILOWATT, 1, 4000, NULL,
	       "of the charger's DC supply"),
	NUMBER("sim", "supply.discharge_current", sim.supply.limits.discharge_ma, AMPERE, 0, 3000,
	       NULL, "as a sink; 0: it is none"),
	NUMBER("sim", "supply.discharge_power", sim.supply.limits.discharge_w, KILOWATT, 0, 4000,
	       NULL, "as a sink"),
	NUMBER("sim", "supply.voltage_ramp", sim.supply.ramp_mv_s, VOLT_PER_SECOND, 1, 100000, NULL,
	       "how fast the voltage rises"),
	NUMBER("sim", "supply.current_ramp", sim.supply.ramp_ma_s, AMPERE_PER_SECOND, 1, 100000,
	       NULL, "how fast the current follows while it is on"),
	NUMBER("sim", "supply.off_ramp", sim.supply.off_ma_s, AMPERE_PER_SECOND, 1, 1000000, NULL,
	       "how fast the current falls when it is switched off"),
	NUMBER("sim", "supply.overshoot", sim.supply.overshoot, PERCENT, 0, 100, NULL,
	       "of the step, when a ramp ends without load"),
	NUMBER("sim", "supply.settle", sim.supply.settle_us, SHORT_TIME, 1, 10000, NULL,
	       "time constant of the overshoot and of the output's discharge"),
	NUMBER("sim", "supply.ripple_voltage", sim.supply.ripple_mv, VOLT, 0, 100, NULL,
	       "seen in the charger's measurements"),
	NUMBER("sim", "supply.ripple_current", sim.supply.ripple_ma, AMPERE, 0, 100, NULL,
	       "seen in the charger's measurements"),
	NUMBER("sim", "cable.capacitance", sim.cable.nf, NANOFARAD, 1, 1000000, NULL,
	       "of cable, filters and inlet"),
	NUMBER("sim", "cable.bleeder", sim.cable.bleed_ohm, OHM, 100, 100000000, NULL,
	       "discharges the cable"),
	NUMBER("sim", "cable.resistance", sim.cable.mohm, MILLIOHM, 1, 10000, NULL,
	       "of both wires"),
	NUMBER("sim", "cable.isolation", sim.cable.isolation_ohm, OHM, 1, 1000000000, NULL,
	       "to earth, of charger and cable"),
	NUMBER("sim", "cable.ev_isolation", sim.cable.ev_isolation_ohm, OHM, 1, 1000000000, NULL,
	       "to earth, of the car"),
	NUMBER("sim", "cable.warning", sim.cable.warning_ohm, OHM, 0, 1000000000, NULL,
	       "the isolation test warns below this"),
	NUMBER("sim", "cable.fault", sim.cable.fault_ohm, OHM, 0, 1000000000, NULL,
	       "the isolation test fails below this"),
	NUMBER("sim", "cable.monitor_voltage", sim.cable.test_mv, VOLT, 0, 1500, NULL,
	       "the monitor measures from this voltage on"),
	NUMBER("sim", "cable.monitor_time", sim.cable.test_us, SECOND, 0, 120, NULL, "for so long"),
	YES_NO("sim", "cable.no_monitor", sim.cable.no_monitor, "no",
	       "the charger does not measure the isolation"),
	NUMBER("sim", "ev.contactor_time", sim.ev_contactor.close_us, SECOND, 0, 10, NULL,
	       "the car's contactors: command to closed"),
	NUMBER("sim", "ev.contactor_open_time", sim.ev_contactor.open_us, SECOND, 0, 10, NULL,
	       "the car's contactors: command to open"),
	NUMBER("sim", "ev.contactor_bounce", sim.ev_contactor.bounce_us, SECOND, 0, 10, NULL,
	       "the car's contactors: bounces so long after the first touch"),
	NUMBER("sim", "evse.contactor_time", sim.evse_contactor.close_us, SECOND, 0, 10, NULL,
	       "the charger's contactor: command to closed"),
	NUMBER("sim", "evse.contactor_open_time", sim.evse_contactor.open_us, SECOND, 0, 10, NULL,
	       "the charger's contactor: command to open"),
	NUMBER("sim", "evse.contactor_bounce", sim.evse_contactor.bounce_us, SECOND, 0, 10, NULL,
	       "the charger's contactor: bounces so long after the first touch"),
	NUMBER("sim", "ev.lock_time", sim.ev_lock.close_us, SECOND, 0, 10, NULL,
	       "the car's lock: command to closed"),
	NUMBER("sim", "ev.lock_open_time", sim.ev_lock.open_us, SECOND, 0, 10, NULL,
	       "the car's lock: command to open"),
	NUMBER("sim", "evse.lock_time", sim.evse_lock.close_us, SECOND, 0, 10, NULL,
	       "the charger's lock: command to closed"),
	NUMBER("sim", "evse.lock_open_time", sim.evse_lock.open_us, SECOND, 0, 10, NULL,
	       "the charger's lock: command to open"),
	NUMBER("sim", "pilot.state", sim.pilot.state_us, SECOND, 0, 1, NULL,
	       "the charger sees a new state of the control pilot after this"),
	NUMBER("sim", "pilot.duty", sim.pilot.duty_us, SECOND, 0, 1, NULL,
	       "the car sees a new duty cycle after this"),
	YES_NO("sim", "evse.lock", sim.evse_has_lock, "no", "a socket, not a tethered cable"),
	NUMBER("sim", "ac.phases", sim.ac_phases, NONE, 0, 3, NULL,
	       "of the mains behind the charger's contactor; 0: DC"),
	NUMBER("sim", "ac.voltage", sim.ac_mv, VOLT, 80, 480, NULL, "phase to neutral"),
	NUMBER("sim", "ac.max_current", sim.ac_max_ma, AMPERE, 1, 80, NULL,
	       "of the on-board charger, per phase"),
	NUMBER("sim", "ac.efficiency", sim.ac_efficiency, PERCENT, 1, 100, NULL,
	       "of the on-board charger"),
	NUMBER("sim", "noise_voltage", sim.noise_mv, VOLT, 0, 100, NULL,
	       "of the car's measurements"),
	NUMBER("sim", "noise_current", sim.noise_ma, AMPERE, 0, 100, NULL,
	       "of the car's measurements"),
	NUMBER("sim", "arc_current", sim.arc_ma, AMPERE, 1, 100, NULL,
	       "more is a load for an opening contact"),
	NUMBER("sim", "live_voltage", sim.live_mv, VOLT, 10, 120, NULL,
	       "more is dangerous to touch"),
	NUMBER("sim", "inrush_voltage", sim.inrush_mv, VOLT, 1, 100, NULL,
	       "contacts suffer that close at a larger difference,"),
	NUMBER("sim", "inrush_current", sim.inrush_ma, AMPERE, 1, 1000, NULL,
	       "and with a larger current"),

	/* record */
	TEXT("record", "directory", record.directory, 1, "",
	     "each session gets a folder in it; empty: nothing is recorded"),
	NUMBER("record", "free_space", record.free_mb, MEGABYTE, 0, 1000000, "500",
	       "with less of it the oldest sessions go, then recording ends"),

	/* log */
	YES_NO("log", "json", log.json, "no", "records as JSON lines on stdout"),
	CHOICE("log", "colour", log.colour, "auto always never", "auto", "on a terminal"),
	CHOICE("log", "journal", log.journal, "auto always never", "auto",
	       "priorities for journald; auto: when it listens"),
	YES_NO("log", "checkpoints", log.checkpoints, "no",
	       "numbers of pyPLC's checkpoints in front of events"),
	YES_NO("log", "show_secrets", log.show_secrets, "no", "network keys, too"),

	/* mqtt */
	TEXT("mqtt", "broker", mqtt.broker.host, 1, "",
	     "name or address of the MQTT broker; empty: none"),
	NUMBER("mqtt", "port", mqtt.broker.port, NONE, 0, 65535, "0",
	       "TCP port; 0: 1883, with TLS 8883"),
	TEXT("mqtt", "user", mqtt.broker.user, 1, "", "at the broker; empty: none"),
	TEXT("mqtt", "password_file", mqtt.broker.password_file, 1, "",
	     "file whose first line is the password"),
	YES_NO("mqtt", "tls", mqtt.broker.tls, "no", "encrypted, with a broker that is known"),
	TEXT("mqtt", "ca_file", mqtt.broker.ca_file, 1, "",
	     "certificates (PEM) that know the broker; empty: those of the system"),
	TEXT("mqtt", "cert_file", mqtt.broker.cert_file, 1, "",
	     "own certificate (PEM), where the broker wants one"),
	TEXT("mqtt", "key_file", mqtt.broker.key_file, 1, "", "the key of cert_file (PEM)"),
	TEXT("mqtt", "topic", mqtt.topic, 1, "ccs",
	     "above the names of the stations: ccs/NAME/soc, ...; empty: nothing is told"),
	TEXT("mqtt", "discovery", mqtt.discovery, 1, "homeassistant",
	     "prefix under which Home Assistant looks for devices; empty: none"),
	YES_NO("mqtt", "commands", mqtt.commands, "no",
	       "obeys commands of whoever may write to the broker"),

	/* webhook */
	TEXT("webhook", "url", webhook.url, 1, "",
	     "address (http, https) to which the station's state is posted as JSON; empty: none"),
	TEXT("webhook", "user", webhook.user, 1, "", "at url; empty: none"),
	TEXT("webhook", "password_file", webhook.password_file, 1, "",
	     "file whose first line is the password at url"),
	TEXT("webhook", "ca_file", webhook.ca_file, 1, "",
	     "certificates (PEM) that know the servers; empty: those of the system"),
	TEXT("webhook", "smartevse", webhook.smartevse, 1, "",
	     "address of a SmartEVSE (http://.../ev_state) to which a charger posts the car's "
	     "state of charge and identity; empty: none"),
	NUMBER("webhook", "capacity", webhook.capacity_mwh, KILOWATT_HOUR, 0, 2000, "0",
	       "that SmartEVSE is told of a car which does not say; 0: unknown"),
	NUMBER("webhook", "interval", webhook.interval, SECOND, 1, 3600, "5",
	       "between two posts, unless the state has changed"),
	NUMBER("webhook", "timeout", webhook.timeout, SECOND, 1, 60, "5", "of one post"),
	NUMBER("webhook", "tries", webhook.tries, NONE, 1, 20, "5",
	       "of one post, with longer and longer pauses"),

	/* on */
	NUMBER("on", "time", listen.on.time, SECOND, 1, 3600, "10",
	       "a command that takes longer is killed"),
	CCS_EVENTS(EVENT)

	/* gpsd, upload, syslog */
	TEXT("gpsd", "host", listen.gpsd.host, 1, "",
	     "name or address of gpsd; empty: there is no position"),
	NUMBER("gpsd", "port", listen.gpsd.port, NONE, 1, 65535, "2947", "its TCP port"),
	TEXT("upload", "url", listen.upload.url, 1, "",
	     "address (http, https) that is told of chargers, as pyPLC did; empty: none"),
	TEXT("upload", "ca_file", listen.upload.ca_file, 1, "",
	     "certificates (PEM) that know the server; empty: those of the system"),
	NUMBER("upload", "interval", listen.upload.interval, SECOND, 5, 86400, "30",
	       "between two uploads, unless there is a new charger"),
	NUMBER("upload", "timeout", listen.upload.timeout, SECOND, 1, 60, "5", "of one upload"),
	TEXT("syslog", "to", listen.syslog.to, 7, "",
	     "IPv4 address that is sent what is seen, by the interface listened to: "
	     "255.255.255.255; empty: nothing is sent, for chargers may dislike it"),
	NUMBER("syslog", "port", listen.syslog.port, NONE, 1, 65535, "514", "its UDP port"),
};

#define KEYS (sizeof(keys) / sizeof(keys[0]))

const struct ccs_config_key *ccs_config_key(size_t index)
{
	return index < KEYS ? &keys[index] : NULL;
}

void *ccs_config_at(struct ccs_config *config, const struct ccs_config_key *key,
		    struct ccs_config_evse *evse)
{
	if (evse && ccs_config_is_of_evse(key))
		return (char *)evse + (key->offset - offsetof(struct ccs_config, evse_shared));
	return (char *)config + key->offset;
}

void ccs_config_set_defaults(struct ccs_config *config)
{
	memset(config, 0, sizeof(*config));
	ccs_slac_set_default_limits(&config->slac.limits);
	ccs_modem_set_defaults(&config->modem);
	config->timing = ccs_timing_standard;
	config->safety = ccs_tolerances_default;
	config->quirks = ccs_quirks_default();
	config->sim = sim_world_default();
	for (size_t i = 0; i < KEYS; i++) {
		bool taken = !keys[i].value ||
			     ccs_config_read_value(&keys[i], ccs_config_at(config, &keys[i], NULL),
						   keys[i].value);

		assert(taken);
		(void)taken;
	}
	config->evse[0] = config->evse_shared;
	config->evse_count = 1;
}

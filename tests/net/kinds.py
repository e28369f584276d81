#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The kinds of sessions, and of their ends: `ccs ev` against `ccs evse` in two network namespaces.

    kinds.py CCS [CASE]
"""
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # the tree may be read-only
from stations import (CCS, MODEM, NO_SLAC, case, charge, check, ev, evse, main,  # noqa: E402
                      records, setting, types)

AC_EVSE = setting("evse.ac_phases=3", "sim.ac.phases=3")
AC_EV = setting("ev.transfer=ac-three-phase", "sim.ac.phases=3")


@case
def test_ac(pair):
    """AC with ISO 15118-2: charging status instead of current demand, and mains only meanwhile"""
    charger = evse(pair, *NO_SLAC, *AC_EVSE, "--once")
    car = charge(pair, charger, *NO_SLAC, *AC_EV, "--json")
    check(charger.end() == 0, "the charger failed", charger)
    seen = types(car)
    check("ChargingStatusRes" in seen and "PreChargeReq" not in seen, "not AC", car)
    check("SessionStopRes" in seen, "the session was ended in order", car)


@case
def test_state_of_charge_probe(pair):
    """An AC charger asks a DC car for its state of charge, and lets it go"""
    charger = evse(pair, *MODEM, *AC_EVSE, *setting("evse.probe=yes"), "--once", "--json")
    car = ev(pair, *MODEM, "--json")
    check(car.end() == 0 and charger.end() == 0, "the session failed", car, charger)
    socs = [r["value"] for r in records(charger) if r["kind"] == "value" and r["name"] == "soc"]
    check(socs and 0 < socs[0] <= 1000, f"state of charge: {socs}", charger)
    check("CableCheckReq" not in types(car), "no voltage in a probe", car)
    check("SessionStopRes" in types(car), "the session was ended in order", car)


def pause_and_resume(pair, *options):
    with tempfile.TemporaryDirectory() as folder:
        here = setting(f"general.run_directory={folder}/run")
        charger = evse(pair, *options, *here)
        car = ev(pair, *options, *here, "--json", seconds=3600)
        check(car.wait_for("CurrentDemandRes", times=5), "no charging", car, charger)
        tell(here, "pause", "car")
        check(charger.wait_for("paused"), "no pause", car, charger)
        check(car.wait_for('"text":"paused"'), "no pause of the car", car, charger)
        rounds = car.text().count('"CurrentDemandRes"')
        # Each has a control pilot of its own: the car's state C is not seen by the charger.
        tell(here, "resume", "charger")
        tell(here, "resume", "car")
        check(car.wait_for('"CurrentDemandRes"', times=rounds + 5), "not resumed", car, charger)
        tell(here, "stop", "car")
        check(car.end() == 0, "the end", car, charger)
    answers = [r["body"]["Body"]["SessionSetupRes"]["ResponseCode"] for r in records(car)
               if r.get("type") == "SessionSetupRes"]
    check(answers == ["OK_NewSessionEstablished", "OK_OldSessionJoined"], f"{answers}", car)
    check("invariant" not in car.text() + charger.text(), "an invariant broke", car, charger)
    return car


def tell(here, command, name):
    run = subprocess.run([CCS, "ctl", *here, command, name], capture_output=True, text=True)
    check(run.returncode == 0, f"ccs ctl {command}: {run.stderr}")


@case
def test_pause(pair):
    """The car pauses, and goes on in the same session"""
    pause_and_resume(pair, *NO_SLAC)


@case
def test_pause_of_the_power_line(pair):
    """The same with matching: the link is kept, and there is no other matching"""
    car = pause_and_resume(pair, *MODEM)
    matches = [r for r in records(car) if r.get("type") == "CM_SLAC_MATCH.CNF"]
    check(len(matches) == 1, f"{len(matches)} matchings", car)


@case
def test_stopped_by_charger(pair):
    """Somebody wants the end at the charger: the car ends in order, and the charger stays"""
    charger = evse(pair, *NO_SLAC)
    car = ev(pair, *NO_SLAC, "--json", seconds=60)
    check(car.wait_for("CurrentDemandReq"), "no charging", car, charger)
    charger.child.send_signal(signal.SIGTERM)
    check(charger.end() == 0 and car.end() == 0, "exit status", car, charger)
    check("charger wanted the end" in car.text(), "the reason", car)
    check("WeldingDetectionRes" in types(car) and "SessionStopRes" in types(car), "in order", car)


@case
def test_next_car_at_once(pair):
    """The car is killed, and the next one asks at once: it charges"""
    charger = evse(pair, *NO_SLAC)
    car = ev(pair, *NO_SLAC, seconds=60)
    check(car.wait_for("CurrentDemandReq"), "no charging", car, charger)
    car.kill()
    charge(pair, charger, *NO_SLAC)
    check("invariant" not in charger.text(), "an invariant broke", charger)


@case
def test_discharge(pair):
    """A bidirectional box takes current out of the car's battery, through DIN SPEC 70121"""
    both = setting("quirks.discharge=yes")
    charger = evse(pair, *NO_SLAC, *both, *setting(
        "evse.discharge=10A", "evse.discharge_current=20A", "evse.discharge_power=10kW",
        "evse.protocols=din", "sim.supply.discharge_current=20A", "sim.supply.discharge_power=10kW"),
        "--json")
    car = ev(pair, *NO_SLAC, *both, *setting(
        "ev.protocols=din", "ev.discharge_current=20A", "ev.discharge_power=10kW",
        "sim.battery.discharge_current=20A"), "--json", seconds=3)
    check(car.end() == 0, "the session failed", car, charger)
    answers = [r["body"]["Body"]["CurrentDemandRes"]["EVSEPresentCurrent"] for r in records(car)
               if r.get("type") == "CurrentDemandRes"]
    amperes = [a["Value"] * 10 ** a["Multiplier"] for a in answers]
    check(min(amperes) < -9, f"present current {amperes[-5:]}", car, charger)
    check("invariant" not in charger.text() + car.text(), "an invariant broke", car, charger)


@case
def test_charger_restarted(pair):
    """The charger is killed and started anew: it serves at once, the next car charges"""
    charger = evse(pair, *MODEM)
    car = ev(pair, *MODEM, seconds=60)
    check(car.wait_for("CurrentDemandReq"), "no charging", car, charger)
    charger.kill()
    charger = evse(pair, *MODEM)
    check(car.end() == 1, "the first car failed", car)
    charge(pair, charger, *MODEM)


@case
def test_link_lost_on_the_power_line(pair):
    """The charger's modem falls silent, though its wire stays: the car ends safely"""
    charger = evse(pair, *MODEM)
    car = ev(pair, *MODEM, *setting("timing.iso2.V2G_EVCC_Msg_Timeout_CurrentDemandReq=20s"), seconds=60)
    check(car.wait_for("CurrentDemandReq"), "no charging", car, charger)
    charger.child.send_signal(signal.SIGSTOP)
    check(car.end() == 1 and "link is lost" in car.text(), "the end", car)
    charger.child.send_signal(signal.SIGCONT)
    check("invariant" not in car.text(), "an invariant broke", car)
    check(charger.wait_for("waiting for a car", 10, 2), "the charger hangs", charger)


@case
def test_two_cars_two_chargers(pair):
    """Two cars and two chargers on one line: each car ends at its own, however loud the other is"""
    sides = {"k1": "evse", "k2": "evse", "c1": "ev", "c2": "ev"}
    macs = {name: f"02:00:00:00:00:{number:02x}" for number, name in enumerate(sides, 1)}
    pair.bridge(sides)
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        for number, own, other in ((1, "c1", "c2"), (2, "c2", "c1")):
            file.write(f"[evse n{number}]\ninterface = k{number}\nsim_modem = yes\n"
                       f"sim_attenuations = {macs[own]}=12 {macs[other]}=30\n")
        file.flush()
        charger = pair.start("evse", [CCS, "evse", "-c", file.name, "--json"])
        check(charger.wait_for('"matching"', 10, 2), "a charger is not ready", charger)
        cars = [pair.start("ev", [CCS, "ev", "-i", f"c{number}", *MODEM, "--json",
                                  "--charge-seconds", "2"]) for number in (1, 2)]
        for car in cars:
            check(car.end(60) == 0, "a session failed", *cars, charger)
    for number, car in enumerate(cars, 1):
        matched = [r["fields"]["evse_mac"] for r in records(car)
                   if r["kind"] == "mme" and r["type"] == "CM_SLAC_MATCH.REQ"]
        check(matched == [macs[f"k{number}"]], f"car {number} matched {matched}", car)
        answers = [r["fields"]["secc_ip"] for r in records(car)
                   if r["kind"] == "sdp" and r["type"] == "SDPResponse"]
        check(answers == [pair.address("evse", f"k{number}")], f"car {number}: {answers}", car)
    answers = [r for r in records(charger) if r.get("type") == "SDPResponse"]
    check(len(answers) == 2, f"the chargers answered {len(answers)} discoveries", charger)
    check("invariant" not in charger.text(), "an invariant broke", charger)


if __name__ == "__main__":
    main("kinds of sessions over a network")

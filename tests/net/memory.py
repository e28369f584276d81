#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Valgrind finds nothing in a whole session of each role.

    memory.py CCS [CASE]

Programs that were built with sanitizers have the like in every test, and cannot run here.
"""
import shutil
import signal
import sys
import tempfile

sys.dont_write_bytecode = True  # the tree may be read-only
from stations import (CCS, MODEM, NO_SLAC, case, check, check_capture, ev, evse, main,  # noqa: E402
                      setting, types)

FOUND = 99
VALGRIND = ["valgrind", "-q", f"--error-exitcode={FOUND}", "--leak-check=full",
            "--errors-for-leak-kinds=definite,indirect,possible", "--track-fds=no"]
PATIENT = setting("timing.iso2.V2G_EVCC_Msg_Timeout_CurrentDemandReq=10s",
                  "timing.din.V2G_EVCC_Msg_Timeout_CurrentDemandReq=10s")


@case
def test_whole_session(pair):
    """A session with matching, written to a capture"""
    file = tempfile.NamedTemporaryFile(suffix=".pcapng")
    charger = evse(pair, *MODEM, "--once", wrapper=VALGRIND)
    car = ev(pair, *MODEM, *PATIENT, "--json", "-w", file.name, wrapper=VALGRIND)
    check(car.end(90) == 0 and charger.end() == 0, "found something", car, charger)
    check("SessionStopRes" in types(car), "the session was not whole", car)
    check_capture(file.name, types(car))


@case
def test_din(pair):
    """A session over DIN SPEC 70121"""
    charger = evse(pair, *NO_SLAC, *setting("evse.protocols=din"), "--once", wrapper=VALGRIND)
    car = ev(pair, *NO_SLAC, *PATIENT, "--json", wrapper=VALGRIND)
    check(car.end(90) == 0 and charger.end() == 0, "found something", car, charger)


@case
def test_lost(pair):
    """The car is gone in the middle: the charger ends its session, and itself"""
    charger = evse(pair, *NO_SLAC, wrapper=VALGRIND)
    car = ev(pair, *NO_SLAC, seconds=60)
    check(car.wait_for("CurrentDemandRes", 60), "no charging", car, charger)
    car.kill()
    check(charger.wait_for("waiting for a car", 30, 2), "the charger hangs", charger)
    charger.child.send_signal(signal.SIGTERM)
    check(charger.end() == 0, "found something", charger)


@case
def test_listener(pair):
    """A listener beside a session, of which the capture is whole"""
    file = tempfile.NamedTemporaryFile(suffix=".pcapng")
    listener = pair.start("evse", [*VALGRIND, CCS, "listen", "-i", pair.evse, "-w", file.name])
    check(listener.wait_for("listening", 30) or "listening" in listener.complaint(), "start",
          listener)
    charger = evse(pair, *MODEM, "--once")
    car = ev(pair, *MODEM, "--json")
    check(car.end() == 0 and charger.end() == 0, "the session failed", car, charger)
    check(listener.wait_for("SessionStopRes"), "it saw not all", listener)
    listener.child.send_signal(signal.SIGINT)
    check(listener.end() == 0, "found something", listener)
    check_capture(file.name, types(car))


def why_not():
    """Why Valgrind cannot be used here; None: it can."""
    if not shutil.which("valgrind"):
        return "needs valgrind"
    with open(CCS, "rb") as program:
        if b"__asan_init" in program.read():
            return "the program has sanitizers in it, which watch every test"
    return None


if __name__ == "__main__":
    if why_not():
        print(f"1..1\nok 1 - memory # SKIP {why_not()}")
    else:
        main("memory in sessions over a network")

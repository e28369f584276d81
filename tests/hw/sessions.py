#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Complete sessions of a car whose hardware is drivers.

    sessions.py CCS BOARD

BOARD is the example of the exec driver.
"""
import os
import signal
import sys
import traceback

sys.dont_write_bytecode = True  # the tree may be read-only
import namespaces  # noqa: E402

CCS, BOARD = sys.argv[1:3]
CASES = []


def case(function):
    CASES.append(function)
    return function


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def start(pair, board, *options):
    """A simulated charger, and a car with this program as its board."""
    common = ["--no-slac", "-c", "/dev/null"]
    charger = pair.start("evse", [CCS, "evse", "-i", pair.evse, "--once", *common])
    check(charger.wait_for("waiting for a car"), charger.complaint() + charger.text())
    car = pair.start("ev", [CCS, "ev", "-i", pair.ev, *common, "--set", "ev.preset=exec", "--set",
                            "ev.exec_command=" + board, *options])
    return car, charger


@case
def test_session(pair):
    """The example board charges, and is left in the safe state"""
    car, charger = start(pair, BOARD, "--charge-seconds", "2")
    status = car.end()
    check(status == 0, f"exit status {status}: {car.complaint()}{car.text()[-3000:]}")
    check(charger.end() == 0, charger.complaint())
    check("CurrentDemandReq" in car.text(), "it did not charge")


@case
def test_dead_board(pair):
    """The board dies while charging: the session ends safely, and the car says why"""
    car, charger = start(pair, "exec " + BOARD)
    check(car.wait_for("CurrentDemandRes", times=5), f"{car.complaint()}{car.text()[-3000:]}")
    program = subprocess_of(car.child.pid)
    os.kill(program, signal.SIGKILL)
    check(car.wait_for("exec: the program was ended by signal 9"), car.text()[-2000:])
    status = car.end(130)
    check(status == 1, f"exit status {status}: {car.text()[-2000:]}")
    check("the session failed" in car.complaint(), car.complaint())
    check("CurrentDemandReq" not in car.text().split("signal 9")[1], "it goes on charging")
    check(charger.end(130) is not None, "the charger hangs")
    for side in car, charger:
        check("invariant" not in side.text(), side.text()[-2000:])


@case
def test_incomplete(pair):
    """Without limits, and with a driver that cannot, it does not begin"""
    for options, what in [(["--set", "ev.max_voltage_from=none"], "max_voltage is not known"),
                          (["--set", "ev.soc=assumed"], "soc = assumed")]:
        car = pair.start("ev", [CCS, "ev", "-i", pair.ev, "--no-slac", "-c", "/dev/null", "--set",
                                "ev.preset=exec", "--set", "ev.exec_command=" + BOARD, *options])
        check(car.end() == 3 and what in car.complaint(), f"{what}: {car.complaint()}")


def subprocess_of(pid):
    """The board under `ip netns exec` and ccs."""
    while True:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            children = file.read().split()
        if not children:
            return pid
        pid = int(children[0])


def main():
    why = namespaces.enter()
    if why:
        print(f"1..0 # SKIP {why}")
        return
    print(f"1..{len(CASES)}")
    for number, function in enumerate(CASES, 1):
        verdict = "ok"
        try:
            with namespaces.Pair(str(number)) as pair:
                function(pair)
        except Exception:
            verdict = "not ok"
            for line in traceback.format_exc().splitlines():
                print("#", line)
        print(f"{verdict} {number} - {function.__doc__}", flush=True)


if __name__ == "__main__":
    main()

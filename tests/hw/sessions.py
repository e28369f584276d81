#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Complete sessions of cars and chargers whose hardware is drivers.

    sessions.py CCS BOARD

BOARD is the example of the exec driver.
"""
import os
import pty
import re
import signal
import sys
import threading
import traceback
import tty

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


def start(pair, car_options, charger_options=()):
    common = ["--no-slac", "-c", "/dev/null"]
    charger = pair.start("evse", [CCS, "evse", "-i", pair.evse, "--once", *common, *charger_options])
    check(charger.wait_for("waiting for a car"), charger.complaint() + charger.text())
    return pair.start("ev", [CCS, "ev", "-i", pair.ev, *common, *car_options]), charger


def settings(*rows):
    return [word for row in rows for word in ("--set", row)]


def end_well(car, charger):
    status = car.end()
    check(status == 0, f"exit status {status}: {car.complaint()}{car.text()[-3000:]}")
    check(charger.end() == 0, charger.complaint() + charger.text()[-2000:])
    check("CurrentDemandReq" in car.text(), "it did not charge")
    for side in car, charger:
        check("invariant" not in side.text(), side.text()[-2000:])


@case
def test_session(pair):
    """The example board charges"""
    end_well(*start(pair, settings("ev.preset=exec", "ev.exec_command=" + BOARD) +
                    ["--charge-seconds", "2"]))


@case
def test_charger(pair):
    """A charger with a program as its supply"""
    board = os.path.join(os.path.dirname(os.path.abspath(__file__)), "charger_board.py")
    end_well(*start(pair, ["--charge-seconds", "2"],
                    settings("evse.preset=exec", "evse.cp_state=assumed",
                             f"evse.exec_command=exec {sys.executable} {board}")))


class Device:
    """The other end of a serial port: `talk` every 100 ms, with all that was heard in `heard`."""

    def __init__(self):
        self.fd, end = pty.openpty()
        tty.setraw(self.fd)
        tty.setraw(end)
        self.port = os.ttyname(end)
        self.heard = ""
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        os.set_blocking(self.fd, False)
        while not self.over.wait(0.1):
            try:
                self.heard += os.read(self.fd, 65536).decode()
            except BlockingIOError:
                pass
            os.write(self.fd, self.talk().encode())

    def last(self, pattern, otherwise):
        found = re.findall(pattern, self.heard, re.M)
        return int(found[-1]) if found else otherwise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


class Celeron55(Device):
    """Its inlet sees what its display says of the charger."""

    def talk(self):
        closed = self.last(r"^contactor=(\d)$", 0)
        inlet = 360 if closed else self.last(r"^disp1=(\d+) V", 0)
        return (f"inlet_v={inlet}\ndc_link_v=360\nmax_charge_a=20\nsoc_percent=42\n"
                f"contactor_confirmed={closed}\nplugged_in=1\n")


class Chademo(Device):
    """A battery of 360 V behind an slcan adapter: it wants 20 A, and is half full."""

    def talk(self):
        return "t10086801000000006400\rt1028009001140000320A\r" if "O\r" in self.heard else ""


@case
def test_celeron55(pair):
    """celeron55's board on a serial port charges, and is left off"""
    with Celeron55() as board:
        end_well(*start(pair, settings("ev.preset=celeron55", "ev.celeron55_port=" + board.port,
                                       "ev.max_voltage=410V", "ev.max_current=100A") +
                        ["--charge-seconds", "2"]))
    for line in "cp=1", "contactor=1", "lock":
        check(line in board.heard.split("\n"), f"never told: {line}")
    check(board.last(r"^cp=(\d)$", 1) == 0 and board.last(r"^contactor=(\d)$", 1) == 0 and
          re.findall(r"^(?:un)?lock$", board.heard, re.M)[-1] == "unlock", board.heard[-300:])


@case
def test_chademo(pair):
    """A battery that speaks CHAdeMO, the rest of the car is the example board"""
    with Chademo() as battery:
        end_well(*start(pair, settings("ev.preset=exec", "ev.exec_command=" + BOARD,
                                       "ev.can=" + battery.port, "ev.battery_voltage=chademo",
                                       "ev.target_voltage_from=chademo", "ev.soc=chademo",
                                       "ev.target_current_from=chademo") +
                        ["--charge-seconds", "2"]))
    told = re.findall(r"^t1098(.{16})$", battery.heard.replace("\r", "\n"), re.M)
    check(told and told[0][:2] == "0a" and any(frame[10:12] == "04" for frame in told),
          f"the battery does not hear of the charger: {told[-3:]}")


@case
def test_dead_board(pair):
    """The board dies while charging: the session ends safely, and the car says why"""
    car, charger = start(pair, settings("ev.preset=exec", "ev.exec_command=exec " + BOARD))
    check(car.wait_for("CurrentDemandRes", times=5), f"{car.complaint()}{car.text()[-3000:]}")
    program = subprocess_of(car.child.pid)
    os.kill(program, signal.SIGKILL)
    check(car.wait_for("exec: the program was ended by signal 9"), car.text()[-2000:])
    status = car.end(130)
    check(status == 1, f"exit status {status}: {car.text()[-2000:]}")
    check("the hardware ended the session: exec: " in car.complaint(), car.complaint())
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

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`ccs hw watch` and `ccs hw test` with boards at the other end.

    tool.py CCS
"""
import json
import os
import pty
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True  # the tree may be read-only
from boards import Celeron55, Oled  # noqa: E402
from cases import CASES, case, check, report  # noqa: E402

CCS = sys.argv[1]
BOARD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tool_board.py")
AT_ONCE = 8  # cases; they mostly wait
PATIENCE = 30  # seconds


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        check(time.monotonic() < end, what)
        time.sleep(0.02)


def command(verb, *options, **keys):
    """`ccs hw VERB`, with the keys of [ev], or with evse=True of [evse]."""
    section = "evse" if keys.pop("evse", False) else "ev"
    return [CCS, "hw", verb, f"--{section}", "-c", "/dev/null", *options,
            *(word for key, value in keys.items() for word in ("--set", f"{section}.{key}={value}"))]


def celeron55(verb, board, *options):
    return command(verb, *options, preset="celeron55", celeron55_port=board.port)


class Tool(subprocess.Popen):
    """It does not outlive the case, nor twice our patience."""

    def __init__(self, words, **how):
        how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
        super().__init__(words, stdin=subprocess.DEVNULL, text=True, **how)
        self.alarm = threading.Timer(2 * PATIENCE, self.kill)
        self.alarm.start()

    def __exit__(self, *what):
        self.alarm.cancel()
        self.kill()
        super().__exit__(*what)


def end_by(number):
    """A test that is ended by a signal leaves nothing on."""
    def test():
        with Celeron55() as board, Tool(celeron55("test", board, "--yes")) as tool:
            wait_until(lambda: board.last(r"^cp=(\d)$", 0), f"no state C: {board.heard}")
            tool.send_signal(number)
            said = tool.communicate(timeout=PATIENCE)[1]
            check(tool.returncode == 1, f"status {tool.returncode}: {said}")
            check(f"ended by signal {int(number)}: everything is switched off" in said, said)
            wait_until(board.is_off, f"left on: {board.heard[-200:]}")
    test.__doc__ = f"A test that gets {number.name} switches everything off"
    case(test)


for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP):
    end_by(each)


@case
def test_closed_terminal():
    """A terminal that is closed, as by a lost ssh, leaves nothing on"""
    with Celeron55() as board:
        words = celeron55("test", board, "--yes")
        child, terminal = pty.fork()
        if not child:
            os.execv(words[0], words)
        wait_until(lambda: board.last(r"^cp=(\d)$", 0), f"no state C: {board.heard}")
        os.close(terminal)
        check(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1, "another exit status")
        wait_until(board.is_off, f"left on: {board.heard[-200:]}")


@case
def test_closed_output():
    """A reader that goes away leaves nothing on"""
    with Celeron55() as board, Tool(celeron55("test", board, "--yes")) as tool:
        wait_until(lambda: board.last(r"^cp=(\d)$", 0), f"no state C: {board.heard}")
        tool.stdout.close()
        check(tool.wait(PATIENCE) == 1, f"status {tool.returncode}")
        wait_until(board.is_off, f"left on: {board.heard[-200:]}")


class Board:
    """A car with a program as its board: all that it was told is in `told()`."""

    BOUND = ("inlet_voltage", "battery_voltage", "plug", "contactor", "lock_feedback",
             "contactor_feedback", "lock", "cp_state")
    OFF = ["cp_state B", "contactor 0", "lock 0"]

    def __init__(self, *values):
        self.log = tempfile.NamedTemporaryFile("r", encoding="ascii")
        self.values = values

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.log.close()

    def words(self, verb, *options, **keys):
        bound = dict.fromkeys(self.BOUND, "exec")
        program = " ".join(["exec", sys.executable, BOARD, self.log.name, *self.values])
        return command(verb, *options, preset="custom", **{**bound, **keys}, exec_command=program)

    def told(self):
        with open(self.log.name, encoding="ascii") as file:
            return file.read().splitlines()

    def test(self, status, complaint, *options, **keys):
        """Runs a test; what it told, without what all are told at first."""
        with Tool(self.words("test", "--yes", *options, **keys)) as tool:
            said, complaints = tool.communicate(timeout=2 * PATIENCE)
        check(tool.returncode == status, f"status {tool.returncode}: {complaints}{said}")
        check(complaint in complaints, f"{complaint}? {complaints}")
        told = self.told()
        off = [line for line in self.OFF if keys.get(line.split()[0], "exec") == "exec"]
        check(told[:len(off)] == off, f"not off at first: {told}")
        return told[len(off):]


OFF = Board.OFF
STEPS = ["cp_state C", "cp_state B", "lock 1", "contactor 1", "contactor 0", "lock 0"]
CONTACTORS = ("--contactors",)
LIVE = ("--contactors", "--live")


@case
def test_without_contactors():
    """Each output alone, and not the contactors unless that is wanted"""
    with Board("battery_voltage=360") as board:
        told = board.test(0, "")
        check(told == [step for step in STEPS if "contactor" not in step], f"{told}")


@case
def test_contactors():
    """Contactors with a dead battery side, the lock around them"""
    with Board() as board:
        told = board.test(0, "", *CONTACTORS)
        check(told == STEPS, f"{told}")


def refuse(name, values, options, why, keys=None):
    def test():
        with Board(*values) as board:
            told = board.test(1, "ends here: " + why, *options, **(keys or {}))
            check(not told, f"it moved all the same: {told}")
    test.__doc__ = "Nothing moves: " + name
    case(test)


for row in (("battery live", ["battery_voltage=360"], CONTACTORS,
             "battery_voltage is 360.000 V: --live closes the contactors all the same"),
            ("battery not measured", [], CONTACTORS, "nobody measures battery_voltage: --live",
             {"battery_voltage": "none"}),
            ("inlet not measured", [], CONTACTORS, "nobody measures inlet_voltage: --live",
             {"inlet_voltage": "none"}),
            ("plugged in", ["plug=1"], LIVE, "contactors are tested with no plug in"),
            ("no contactors", [], CONTACTORS, "contactor is bound to nobody", {"contactor": "none"}),
            ("inlet live", ["inlet_voltage=60"], (), "inlet_voltage is 60.000 V"),
            ("inlet live the other way round", ["inlet_voltage=-15", "inlet_voltage=-61"], (),
             "exec: inlet_voltage is not known"),  # beyond its range
            ("inlet live, whatever may be", ["inlet_voltage=360"], LIVE, "inlet_voltage is 360.000 V"),
            ("locked though told to be open", ["lock_feedback=1"], (), "lock_feedback is 1, 1 s after "
             "lock was set to 0"),
            ("welded", ["contactor_feedback=1"], (), "contactor_feedback is 1, 1 s after contactor")):
    refuse(*row)


@case
def test_live():
    """--live closes the contactors onto a battery, and waits for its voltage to go"""
    with Board("battery_voltage=360", "inlet_voltage=360@contactor=1") as board:
        told = board.test(0, "warning: what is behind the contactors comes to the pins", *LIVE)
        check(told == STEPS, f"{told}")


@case
def test_live_unmeasured():
    """--live where nobody measures anything"""
    with Board() as board:
        told = board.test(0, "warning: ", *LIVE, inlet_voltage="none", battery_voltage="none")
        check(told == STEPS, f"{told}")


def end_when(name, values, options, why, last):
    """It ends at `last`, and everything is off then."""
    def test():
        with Board(*values) as board:
            told = board.test(1, "ends here: " + why, *options)
            begun = STEPS[:STEPS.index(last) + 1]
            check(told[:len(begun)] == begun, f"{told}")
            check(not {"cp_state C", "lock 1", "contactor 1"} & set(told[len(begun):]), f"{told}")
            state = dict(line.split() for line in OFF + told)
            check(state == dict(line.split() for line in OFF), f"left as {state}")
    test.__doc__ = "Ends with everything off: " + name
    case(test)


for row in (("a voltage with state C", ["inlet_voltage=61@cp_state=C"], (), "inlet_voltage is 61.000 V",
             "cp_state C"),
            ("a lock that does not close", ["lock_feedback=0"], LIVE, "lock_feedback is 0, 1 s after "
             "lock was set to 1", "lock 1"),
            ("a lock that does not open", ["lock_feedback=1@@lock=1"], CONTACTORS, "lock_feedback is 1, "
             "1 s after lock was set to 0", "lock 0"),
            ("contactors that weld", ["contactor_feedback=1@@contactor=1"], CONTACTORS,
             "contactor_feedback is 1, 1 s after contactor was set to 0", "contactor 0"),
            ("contactors that do not close", ["contactor_feedback=0"], CONTACTORS,
             "contactor_feedback is 0, 1 s after contactor was set to 1", "contactor 1"),
            ("a battery that is live behind the contactors", ["inlet_voltage=360@contactor=1"],
             CONTACTORS, "inlet_voltage is 360.000 V", "contactor 1"),
            ("a battery that becomes live", ["battery_voltage=61@lock=1"], CONTACTORS,
             "battery_voltage is 61.000 V", "lock 1")):
    end_when(*row)


@case
def test_held_lock():
    """The lock is held while a voltage stays, until a person does not want to wait"""
    with Board("battery_voltage=360", "inlet_voltage=360@@contactor=1") as board, \
            Tool(board.words("test", "--yes", *LIVE), stderr=subprocess.STDOUT) as tool:
        wait_until(lambda: "contactor 0" in board.told()[3:], f"not opened: {board.told()}")
        for line in tool.stdout:
            if "the lock stays closed until inlet_voltage has gone" in line:
                break
            check("lock: open" not in line, "the lock was opened")
        tool.send_signal(signal.SIGHUP)
        time.sleep(1)
        check(board.told()[-1] == "contactor 0", f"{board.told()}")
        tool.send_signal(signal.SIGINT)
        check(tool.wait(PATIENCE) == 1, f"status {tool.returncode}")
        wait_until(lambda: board.told()[-1] == "lock 0", f"{board.told()}")


@case
def test_lengths():
    """Other outputs of a car, each as long as it was said"""
    with Board() as board:
        begun = time.monotonic()
        told = board.test(0, "", "--seconds", "1", cp_state="none", lock="none", contactor="none",
                          isolation_monitor="exec", onboard_current="exec")
        check(told == ["isolation_monitor 0", "onboard_current 0.000", "isolation_monitor 1",
                       "isolation_monitor 0", "onboard_current 6.000", "onboard_current 0.000"], f"{told}")
        check(time.monotonic() - begun < 12, "not as long as was said")


@case
def test_display():
    """The display of celeron55's board, and one on a port of its own, show a text"""
    with Celeron55() as board, Oled() as display:
        words = [*celeron55("test", board, "--yes"), "--set", "ev.news=oled",
                 "--set", "ev.display_port=" + display.port]
        with Tool(words) as tool:
            wait_until(lambda: "lcccs hw test\nlc12 V 3 A\nlcSoC 42% of 3 A\n" in display.heard,
                       f"{display.heard}")
            check(tool.wait(PATIENCE) == 0, f"status {tool.returncode}")
            wait_until(lambda: display.heard.endswith("lc\nlc--- V --- A\nlcSoC --% of 0 A\n"),
                       f"not cleared: {display.heard}")
        with Tool(celeron55("test", board, "--yes")):
            wait_until(lambda: "disp0=ccs hw test\n" in board.heard, f"{board.heard}")


class Charger(Board):
    BOUND = ("present_voltage", "cp_state", "supply", "set_voltage", "set_current", "cp_duty",
             "test_isolation")
    OFF = ["cp_duty 100.0", "supply 0", "set_voltage 0.000", "set_current 0.000", "test_isolation 0"]

    def words(self, verb, *options, **keys):
        return super().words(verb, *options, evse=True, **keys)


def supply(volts, amperes):
    return ["supply 1", f"set_voltage {volts}.000", f"set_current {amperes}.000", *Charger.OFF[1:4]]


PILOT = ["cp_duty 5.0", "cp_duty 100.0"]
ISOLATION = ["test_isolation 1", "test_isolation 0"]


@case
def test_supply():
    """A charger: pilot, isolation test and 20 V of its supply"""
    with Charger() as board:
        told = board.test(0, "", "--seconds", "1")
        check(told == PILOT + ISOLATION + supply(20, 1), f"{told}")


@case
def test_supply_set():
    """A supply with what was said, and a warning"""
    with Charger("present_voltage=286@set_voltage=300.000") as board:
        told = board.test(0, "warning: 300 V come to the pins of the cable: nobody touches them, nothing "
                          "is connected", "--voltage", "300", "--current", "2.5", "--seconds", "1")
        expected = [*supply(300, 2)]
        expected[2] = "set_current 2.500"
        check(told == PILOT + ISOLATION + expected, f"{told}")


@case
def test_supply_behind_contactors():
    """A supply behind contactors is left out without them, and tested with them closed"""
    behind = {"contactor": "exec", "contactor_feedback": "exec", "lock": "exec", "cp_duty": "none",
              "test_isolation": "none"}
    with Charger() as board:
        told = board.test(0, "the supply is left out: the contactors stay open without --contactors",
                          **behind)
        check(told == ["contactor 0", "lock 0", "lock 1", "lock 0"], f"{told}")
    with Charger() as board:
        told = board.test(0, "", *CONTACTORS, "--voltage", "100", "--seconds", "1", **behind)
        check(told == ["contactor 0", "lock 0", "lock 1", "contactor 1", *supply(100, 1), "contactor 0",
                       "lock 0"], f"{told}")


@case
def test_supply_simulated():
    """A supply that is made up is none to test"""
    with Charger() as board:
        nothing = dict.fromkeys(("supply", "set_voltage", "set_current", "present_voltage"), "simulated")
        told = board.test(0, "the supply is left out: nobody measures present_voltage", "--seconds", "1",
                          **nothing)
        check(told == PILOT + ISOLATION, f"{told}")


@case
def test_supply_unmeasured():
    """A supply whose voltage nobody measures is left out, unless it is wanted"""
    with Charger() as board:
        told = board.test(0, "the supply is left out: nobody measures present_voltage", "--seconds", "1",
                          present_voltage="none")
        check(told == PILOT + ISOLATION, f"{told}")
    with Charger() as board:
        told = board.test(1, "ends here: supply: nobody measures present_voltage", "--voltage", "30",
                          present_voltage="none")
        check(not told, f"it moved all the same: {told}")


def end_supply(name, values, why, options=(), moved=True):
    def test():
        with Charger(*values) as board:
            told = board.test(1, "ends here: " + why, "--seconds", "1", *options)
            check(("supply 1" in told) == moved, f"{told}")
            state = dict(line.split() for line in board.OFF + told)
            check(state == dict(line.split() for line in board.OFF), f"left as {state}")
    test.__doc__ = "Ends with everything off: " + name
    case(test)


for row in (("a supply that does not follow", ["present_voltage=9"], "present_voltage is 9.000 V, 5 s "
             "after set_voltage was set to 20.000 V"),
            ("a supply with too much", ["present_voltage=30@supply=1"], "present_voltage is 30.000 V"),
            ("a supply that stays on", ["present_voltage=100@@supply=1"], "present_voltage is 100.000 V, "
             "10 s after it was switched off", ("--voltage", "100")),
            ("a car is plugged in", ["cp_state=B"], "supply and contactors are tested with no plug in",
             (), False),
            ("a cable that is live", ["present_voltage=60"], "present_voltage is 60.000 V", (), False)):
    end_supply(*row)


@case
def test_held_by_supply():
    """The lock of a charger is held while the voltage of its supply stays"""
    with Charger("present_voltage=100@@supply=1") as board, \
            Tool(board.words("test", "--yes", "--voltage", "100", "--seconds", "1", lock="exec"),
                 stderr=subprocess.STDOUT) as tool:
        wait_until(lambda: "supply 1" in board.told(), f"{board.told()}")
        tool.send_signal(signal.SIGTERM)
        wait_until(lambda: board.told()[-1] == "set_current 0.000", f"{board.told()}")
        time.sleep(1)
        check(tool.poll() is None and board.told()[-1] != "lock 0", f"{board.told()}")
        tool.send_signal(signal.SIGINT)
        check(tool.wait(PATIENCE) == 1, f"status {tool.returncode}")
        wait_until(lambda: board.told()[-1] == "lock 0", f"{board.told()}")


def watch(board, *options, until=None, then=lambda: None):
    """(exit status, lines, complaints) of a watch; `then` is done when it has said `until`."""
    lines = []
    with Tool(celeron55("watch", board, *options)) as tool:
        for line in tool.stdout:
            lines.append(line.rstrip("\n"))
            if until and until in line:
                then()
                until = None
        check(not until, f"it never said {until}: {lines}")
        return tool.wait(PATIENCE), lines, tool.stderr.read()


@case
def test_watch():
    """A watch shows each value once, and again when it changes; nothing is switched on"""
    with Celeron55(plugged=0) as board:
        status, lines, _ = watch(board, "--seconds", "5", until="battery_voltage     360.000 V",
                                 then=lambda: setattr(board, "battery", 380))
        check(status == 0, f"status {status}")
        for line in ("battery_voltage     360.000 V  (celeron55)", "soc                 42.0 %  (celeron55)",
                     "battery_voltage     380.000 V  (celeron55)", "plug                0  (celeron55)",
                     "cp_duty             5.0 %  (assumed)"):
            check(lines.count(line) == 1, f"{lines.count(line)} times {line}: {lines}")
        check(not set(board.heard.split("\n")) & {"cp=1", "contactor=1", "lock"}, board.heard)


@case
def test_watch_silent():
    """What falls silent is unknown, and the exit status says so"""
    with Celeron55() as board:
        status, lines, said = watch(board, "--seconds", "6", until="battery_voltage     360.000 V",
                                    then=lambda: setattr(board, "silent", True))
        check(status == 1, f"status {status}")
        check("battery_voltage     unknown  (celeron55)" in lines, f"{lines}")
        check("celeron55: has fallen silent" in said, said)


@case
def test_watch_json():
    """Lines for programs"""
    with Celeron55() as board:
        lines = watch(board, "--seconds", "2", "--json")[1]
        check({"name": "battery_voltage", "value": "360.000", "unit": "V", "driver": "celeron55"} in
              [json.loads(line) for line in lines], f"{lines}")


@case
def test_watch_ended():
    """A watch that gets SIGTERM has done its work"""
    with Celeron55() as board, Tool(celeron55("watch", board)) as tool:
        wait_until(board.is_off, "the board hears nothing")
        tool.send_signal(signal.SIGTERM)
        check(tool.wait(PATIENCE) == 0, f"status {tool.returncode}")


if __name__ == "__main__":
    report([(function.__doc__, function) for function in CASES], AT_ONCE)

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`ccs ctl`, signals and keys at running cars and chargers in network namespaces.

    ctl.py CCS [CASE]
"""
import contextlib
import functools
import glob
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import time

sys.dont_write_bytecode = True  # the tree may be read-only
import stations  # noqa: E402
from stations import CCS, NO_SLAC, check, types  # noqa: E402


def case(function):
    """The pair comes with a control directory of its own."""
    @functools.wraps(function)
    def with_bench(pair):
        with tempfile.TemporaryDirectory() as folder:
            function(Bench(pair, folder))
    return stations.case(with_bench)


def until(condition, what, *processes, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < end, what, *processes)
        time.sleep(0.02)


class Bench:
    def __init__(self, pair, folder):
        self.pair, self.folder = pair, folder
        self.run = os.path.join(folder, "run")
        self.here = ["--set", f"general.run_directory={self.run}"]

    def start(self, side, *words):
        return self.pair.start(side, [CCS, side, *self.here, *words])

    def start_evse(self, *options):
        process = self.start("evse", "-i", self.pair.evse, *options)
        check(process.wait_for("waiting for a car", 5), "the charger does not start", process)
        return process

    def start_ev(self, *options):
        return self.start("ev", "-i", self.pair.ev, *options)

    def ctl(self, *words):
        return subprocess.run([CCS, "ctl", *self.here, *words], capture_output=True, text=True,
                              timeout=20)

    def do(self, *words):
        run = self.ctl(*words)
        if run.returncode:
            raise AssertionError(f"ccs ctl {' '.join(words)}: {run.stderr}")
        return run.stdout

    def status(self, name):
        for line in self.ctl("--json", "status").stdout.splitlines():
            station = json.loads(line)
            if station["name"] == name:
                return station
        return {}

    def wait_state(self, name, wanted, *processes):
        until(lambda: wanted in (self.status(name).get("state"), self.status(name).get("phase")),
              f"{name} does not get to {wanted}", *processes)

    def sockets(self):
        return sorted(glob.glob(self.run + "/*.sock"))


def charging(pair, *options, car_options=()):
    charger = pair.start_evse(*NO_SLAC, *options)
    car = pair.start_ev(*NO_SLAC, "--json", *car_options)
    check(car.wait_for("CurrentDemandReq"), "no charging", car, charger)
    return charger, car


@case
def test_status(pair):
    """The status of a car and a charger, as a table and as JSON; sockets come and go"""
    check(pair.ctl("status").returncode == 3, "nothing runs, and that is no error")
    charger, car = charging(pair)
    until(lambda: pair.status("charger")["current"] > 1, "no current", car, charger)
    table = pair.do("status").splitlines()
    check(len(table) == 3 and table[0].startswith("NAME"), f"the table {table}")
    check("charging" in table[1] and "charging" in table[2], f"the table {table}")
    station = pair.status("charger")
    check(station["side"] == "evse" and station["protocol"] == "iso2", f"{station}")
    check(station["voltage"] > 100 and len(station["evccid"]) == 12, f"{station}")
    check([os.stat(path).st_mode & 0o777 for path in pair.sockets()] == [0o660] * 2, "permissions")
    check(pair.ctl("stop").returncode == 2, "two stations, and none is named")
    check(pair.ctl("stop", "nobody").returncode == 2, "a name that there is not")
    car.kill()
    check(len(pair.sockets()) == 2, "a killed process leaves its socket")
    check(pair.status("car") == {}, "which disturbs nobody")
    charger.child.send_signal(signal.SIGTERM)
    check(charger.end() == 0, "the end", charger)
    check(len(pair.sockets()) == 1, "the other one leaves none")
    car = pair.start_ev(*NO_SLAC)
    until(lambda: pair.status("car"), "the socket is taken over", car)
    check(len(pair.sockets()) == 1, "under the same name")


@case
def test_stop_at_the_car(pair):
    """`ccs ctl stop` at the car ends the session in order, and the process"""
    charger, car = charging(pair)
    pair.do("stop", "car")
    check(car.end() == 0, "exit status", car, charger)
    check("SessionStopRes" in types(car), "the session was ended in order", car)
    check("invariant" not in charger.text(), "an invariant broke", charger)


@case
def test_stop_at_the_charger(pair):
    """`ccs ctl stop` at the charger ends the session, and the next car is served"""
    charger, car = charging(pair)
    pair.do("stop", "charger")
    check(car.end() == 0 and "SessionStopRes" in types(car), "the end", car, charger)
    car = pair.start_ev(*NO_SLAC, "--charge-seconds", "1")
    check(car.end() == 0, "the next session", car, charger)


@case
def test_authorisation(pair):
    """Authorisation by ctl: granted, asked again in the next session, denied"""
    charger = pair.start_evse(*NO_SLAC, "--set", "evse.authorisation=ctl")
    for decision, status in (("authorize", 0), ("deny", 1)):
        car = pair.start_ev(*NO_SLAC, "--charge-seconds", "1", "--set", "ev.tries=1")
        pair.wait_state("charger", "authorisation", car, charger)
        check(pair.status("charger")["authorisation"] == "pending", "it was decided before")
        pair.do(decision, "charger")
        check(car.end() == status, f"{decision}: exit status", car, charger)
    check(pair.ctl("authorize", "charger").returncode == 0, "in advance")


@case
def test_set(pair):
    """Limits change in the session, the rest with the next one, some things not at all"""
    charger, car = charging(pair)
    pair.do("set", "evse.max_current=20 A", "charger")
    until(lambda: pair.status("charger")["current"] < 22, "the limit does not work", charger)
    pair.do("set", "ev.target_current=10A", "car")
    until(lambda: pair.status("car")["current"] < 12, "the target does not work", car)
    for wrong in ("evse.max_current=much", "evse.nothing=1", "evse.port=5", "sim.seed=4",
                  "evse.max_current=-1"):
        run = pair.ctl("set", wrong, "charger")
        check(run.returncode == 1 and run.stderr.count("\n") == 1, f"{wrong}: {run.stderr}")
    pair.do("set", "evse.protocols=din", "charger")
    check(pair.status("charger")["protocol"] == "iso2", "in the middle of a session")
    pair.do("stop", "car")
    check(car.end() == 0, "exit status", car)
    charger.wait_for("waiting for a car", 10, 2)
    car = pair.start_ev(*NO_SLAC, "--json", "--charge-seconds", "1")
    check(car.end() == 0, "the next session", car, charger)
    protocols = {json.loads(line).get("proto") for line in car.text().splitlines()}
    check("din" in protocols and "iso2" not in protocols, f"{protocols}", charger)


@case
def test_renegotiate(pair):
    """New limits are agreed on in the session, by the charger's wish and by the car's"""
    charger, car = charging(pair)
    for name, already in (("charger", 1), ("car", 2)):
        pair.wait_state("charger", "charging", charger, car)
        time.sleep(1)  # the car passes over a wish that comes right behind the start
        pair.do("renegotiate", name)
        until(lambda: types(car).count("ChargeParameterDiscoveryReq") > already,
              f"no renegotiation by the {name}", car, charger)
    pair.wait_state("car", "charging", charger, car)
    pair.do("stop", "car")
    check(car.end() == 0, "exit status", car, charger)
    check("invariant" not in car.text() + charger.text(), "an invariant broke", car, charger)


@case
def test_pause_of_the_charger(pair):
    """The charger pauses, and so does the car; woken up, both go on"""
    charger, car = charging(pair)
    check(pair.ctl("resume", "charger").returncode == 1, "nothing is paused", charger)
    pair.do("pause", "charger")
    for name in ("charger", "car"):
        pair.wait_state(name, "paused", charger, car)
    pair.do("resume", "charger")
    pair.do("resume", "car")
    until(lambda: types(car).count("SessionSetupReq") == 2, "no second session", car, charger)
    pair.wait_state("car", "charging", car, charger)
    pair.do("stop", "car")
    check(car.end() == 0, "exit status", car, charger)


@case
def test_unplug(pair):
    """The plug is held while there is a session; plugged and unplugged by command otherwise"""
    charger = pair.start_evse(*NO_SLAC)
    car = pair.start_ev(*NO_SLAC, "--forever")
    check(car.wait_for("CurrentDemandReq"), "no charging", car, charger)
    for name in ("car", "charger"):
        run = pair.ctl("unplug", name)
        check(run.returncode == 1 and "lock" in run.stderr, f"{name}: {run.stderr}")
    pair.do("stop", "car")
    pair.wait_state("car", "done", car)
    pair.do("unplug", "car")
    pair.wait_state("car", "unplugged", car)
    pair.do("plug", "car")
    check(car.wait_for("CurrentDemandReq", 20, 2), "no second session", car, charger)
    pair.do("stop", "car")
    pair.wait_state("car", "done", car)
    charger.wait_for("waiting for a car", 10, 3)
    pair.do("start", "car")
    until(lambda: car.text().count("SessionSetupReq") > 2, "no third session", car, charger)
    car.child.send_signal(signal.SIGTERM)
    check(car.end() is not None, "the end", car)


@case
def test_hangup(pair):
    """SIGHUP: limits at once, the rest with the next session, faults change nothing"""
    path = os.path.join(pair.folder, "ccs.conf")

    def write(text):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    write("[evse]\nmax_current = 50 A\n")
    charger, car = charging(pair, "-c", path)
    until(lambda: pair.status("charger")["current"] > 40, "the first limit", charger)
    write("[evse]\nmax_current = 20 A\nprotocols = din\nport = 50000\n")
    charger.child.send_signal(signal.SIGHUP)
    until(lambda: pair.status("charger")["current"] < 22, "the second limit", charger)
    check("evse.port changes by a restart" in charger.complaint(), "the port", charger)
    write("[evse]\nmax_current = nonsense\n")
    charger.child.send_signal(signal.SIGHUP)
    until(lambda: "as it was" in charger.complaint(), "the fault", charger)
    write("[evse other]\ninterface = other\n")
    charger.child.send_signal(signal.SIGHUP)
    until(lambda: charger.complaint().count("as it was") == 2, "another charger", charger)
    check(pair.status("charger")["current"] < 22, "the limit stays", charger)
    pair.do("stop", "car")
    check(car.end() == 0, "exit status", car)
    charger.wait_for("waiting for a car", 10, 2)
    car = pair.start_ev(*NO_SLAC, "--json", "--charge-seconds", "1")
    check(car.end() == 0, "the next session", car, charger)
    check("din" in {json.loads(line).get("proto") for line in car.text().splitlines()}, "DIN", car)


def connect(path):
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    peer.connect(path)
    peer.settimeout(10)
    return peer


@case
def test_hostile(pair):
    """Garbage, half lines, 100 connections, a reader who does not read: the session goes on"""
    charger, car = charging(pair)
    path = next(p for p in pair.sockets() if "evse" in p)
    peer = connect(path)
    wrong = [b"", b"\0", b"\xff" * 500, b"{", b"{}", b'{"do":5}', b'{"do":"fly"}', b"[]",
             b'{"do":"stop","name":"' + b"x" * 300 + b'"}', b'{"do":"stop\\u0000"}',
             b'{"do":"set","key":"x","value":""}', b"{" * 1000, b'{"do":"status"} x']
    replies = peer.makefile("rb")
    for line in wrong:
        peer.sendall(line + b"\n")
        check(json.loads(replies.readline())["ok"] is False, f"{line[:30]} was taken", charger)
    peer.sendall(b'{"do":"sta')
    peer.sendall(b'tus","more":[1,{"a":null}]}\n{"do":"status"}\n')
    for _ in range(2):
        check(json.loads(replies.readline())["ok"], "two lines, in three pieces", charger)
    peer.sendall(b"y" * 5000)
    with contextlib.suppress(ConnectionError):
        check(replies.readline() == b"", "a line without end", charger)
    peers = [connect(path) for _ in range(100)]
    deaf = peers[-1]
    deaf.setblocking(False)
    with contextlib.suppress(BlockingIOError, ConnectionError):
        for _ in range(100000):
            deaf.send(b'{"do":"status"}\n')
    check(pair.status("charger")["phase"] == "charging", "nobody else gets through", charger)
    check(len(os.listdir(f"/proc/{charger.child.pid}/fd")) < 50, "descriptors pile up", charger)
    for peer in peers:
        peer.close()
    pair.do("stop", "car")
    check(car.end() == 0, "exit status", car, charger)
    check("invariant" not in car.text() + charger.text(), "an invariant broke", car, charger)


@case
def test_several(pair):
    """Chargers of one process by name"""
    config = os.path.join(pair.folder, "ccs.conf")
    pair.pair.ip("evse", "link", "add", "d1", "type", "veth", "peer", "name", "e1")
    for name in ("d1", "e1"):
        pair.pair.ip("evse", "link", "set", name, "up")
    with open(config, "w", encoding="utf-8") as file:
        file.write(f"[evse left]\ninterface = {pair.pair.evse}\n[evse right]\ninterface = d1\n"
                   "[evse]\nwithout_slac = yes\nauthorisation = ctl\n")
    charger = pair.start("evse", "-c", config)
    check(charger.wait_for("waiting for a car", 10, 2), "the chargers do not start", charger)
    until(lambda: pair.status("left") and pair.status("right"), "both are there", charger)
    check(pair.ctl("authorize").returncode == 2, "nobody is named")
    pair.do("authorize", "right")
    check([pair.status(n)["authorisation"] for n in ("left", "right")] == ["pending", "granted"],
          "one of two", charger)
    pair.do("authorize", "all")
    check(pair.status("left")["authorisation"] == "granted", "all of them", charger)
    pair.do("set", "evse.max_current=20A", "left")
    car = pair.start_ev(*NO_SLAC, "--charge-seconds", "1")
    check(car.end() == 0, "a session", car, charger)


@case
def test_unwritable_directory(pair):
    """No place for the socket: the user's own; none either: one line, and it serves all the same"""
    charger = pair.start_evse(*NO_SLAC, "--set", "general.run_directory=/proc/nowhere")
    car = pair.start_ev(*NO_SLAC, "--charge-seconds", "1")
    check(car.end() == 0, "exit status", car, charger)
    check(charger.complaint().count("\n") == 1 and "run_directory" in charger.complaint(),
          "one line", charger)
    charger.child.send_signal(signal.SIGTERM)
    check(charger.end() == 0, "exit status", charger)
    own = {"XDG_RUNTIME_DIR": pair.folder}
    charger = pair.pair.start("evse", ["env", f"XDG_RUNTIME_DIR={pair.folder}", CCS, "evse", "-i",
                                       pair.pair.evse, *NO_SLAC, "--set",
                                       "general.run_directory=/proc/nowhere"])
    check(charger.wait_for("waiting for a car", 5), "the charger does not start", charger)
    run = subprocess.run([CCS, "ctl", "--set", "general.run_directory=/proc/nowhere", "status"],
                         env={**os.environ, **own}, capture_output=True, text=True, timeout=20)
    check("charger" in run.stdout, f"not in the user's own directory: {run.stderr}", charger)


@case
def test_record(pair):
    """--record: a folder for each session with all frames, and the peers"""
    sessions = os.path.join(pair.folder, "sessions")
    charger = pair.start_evse("--sim-modem", "--record", sessions)
    for number in (1, 2):
        car = pair.start_ev("--sim-modem", "--json", "--charge-seconds", "1")
        check(car.end() == 0, "exit status", car, charger)
        charger.wait_for("waiting for a car", 10, number + 1)
    charger.child.send_signal(signal.SIGTERM)
    check(charger.end() == 0, "exit status", charger)
    folders = sorted(glob.glob(sessions + "/2*"))
    check(len(folders) == 2, f"{folders}", charger)
    files = sorted(os.listdir(folders[1]))
    check(files == ["capture.pcapng", "records.jsonl", "summary.json", "values.csv"], f"{files}")
    stations.check_capture(os.path.join(folders[1], "capture.pcapng"), types(car))
    with open(os.path.join(folders[1], "summary.json"), encoding="utf-8") as file:
        check(json.load(file)["verdict"] == "ok", "the verdict", charger)
    with open(os.path.join(sessions, "peers.jsonl"), encoding="utf-8") as file:
        peers = [json.loads(line) for line in file]
    check([p["sessions"] for p in peers] == [2] and peers[0]["side"] == "ev", f"{peers}", charger)


@case
def test_record_nowhere(pair):
    """A folder that cannot be written: one line, exit status 3; so with a capture"""
    for option in ("--record", "-w"):
        car = pair.start_ev(*NO_SLAC, option, "/proc/nowhere/x")
        check(car.end() == 3, "exit status", car)
        check(car.complaint().count("\n") == 1 and "/proc/nowhere" in car.complaint(), "one line",
              car)


@case
def test_disk_full(pair):
    """The disk is full: that is said once, and the session goes on"""
    charger = pair.start_evse(*NO_SLAC, "-w", "/dev/full")
    car = pair.start_ev(*NO_SLAC, "--charge-seconds", "1")
    check(car.end() == 0, "exit status", car, charger)
    check(charger.complaint().count("the capture ends here") == 1, "one line", charger)
    with open("/dev/full", "wb") as full:
        words = ["ip", "netns", "exec", pair.pair.spaces["ev"], CCS, "ev", *pair.here, "-i",
                 pair.pair.ev, *NO_SLAC, "--charge-seconds", "1"]
        run = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, timeout=40)
    check(run.returncode == 0 and run.stderr.count("\n") == 1, run.stderr, charger)


@case
def test_service_manager(pair):
    """The service manager hears: ready, in session, alive, stopping"""
    path = os.path.join(pair.folder, "notify")
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(path)
    manager.settimeout(10)
    heard = []

    def hear(what):
        while what not in "\n".join(heard):
            check(len(heard) < 50, f"heard {heard}", charger)
            heard.append(manager.recv(1000).decode())

    charger = pair.pair.start("evse", ["env", f"NOTIFY_SOCKET={path}", "WATCHDOG_USEC=3000000",
                                       CCS, "evse", *pair.here, "-i", pair.pair.evse, *NO_SLAC])
    hear("READY=1\nWATCHDOG=1")
    car = pair.start_ev(*NO_SLAC, "--charge-seconds", "1")
    hear("STATUS=1 of 1 in session")
    check(car.end() == 0, "exit status", car, charger)
    hear("STATUS=0 of 1 in session")
    charger.child.send_signal(signal.SIGTERM)
    hear("STOPPING=1")
    check(heard.count("WATCHDOG=1") > 0, f"no sign of life: {heard}", charger)
    check(charger.end() == 0, "exit status", charger)


@case
def test_keys(pair):
    """On a terminal: keys without Enter, space stops; the terminal is left as it was"""
    charger = pair.start_evse(*NO_SLAC)
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    car = subprocess.Popen(["setsid", "--ctty", "ip", "netns", "exec", pair.pair.spaces["ev"], CCS,
                            "ev", *pair.here, "-i", pair.pair.ev, *NO_SLAC, "--forever"],
                           stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        pair.wait_state("car", "charging", charger)
        check(not termios.tcgetattr(theirs)[3] & termios.ECHO, "keys are shown", charger)
        os.write(ours, b"?a ")
        pair.wait_state("car", "done", charger)
        os.write(ours, b"x")
        complaint = car.communicate(timeout=20)[1].decode()
    finally:
        car.kill()
    check(car.returncode is not None and "keys: space stop" in complaint, complaint, charger)
    check("authorize: car: " in complaint, complaint, charger)
    check(termios.tcgetattr(theirs) == before, "the terminal is left as it was", charger)
    os.close(ours)
    os.close(theirs)


@case
def test_lines(pair):
    """Text has one round of the loop a second, or all of them; --only and --quiet"""
    charger = pair.start_evse(*NO_SLAC, "--only", "PowerDelivery", "--only", "station")
    texts = []
    for options in ([], ["--every-round"], ["--quiet"]):
        car = pair.start_ev(*NO_SLAC, "--charge-seconds", "2", *options)
        check(car.end() == 0, "exit status", car, charger)
        texts.append(car.text())
    rounds = [text.count("CurrentDemandReq") for text in texts]
    check(2 <= rounds[0] <= 4 and rounds[1] > 10 and texts[2] == "", f"rounds: {rounds}", car)
    check("more messages of the loop" in texts[0], "what is not shown is told", car)
    kinds = {line.split()[2] for line in charger.text().splitlines()}
    check(kinds == {"station", "PowerDeliveryReq", "PowerDeliveryRes"}, f"{kinds}", charger)


@case
def test_log(pair):
    """[log]: a line for each event on stderr, with checkpoints, or with priorities for the journal"""
    charger = pair.start("evse", "-i", pair.pair.evse, *NO_SLAC, "--set", "log.journal=always")
    until(lambda: pair.status("charger"), "the charger does not start", charger)
    car = pair.start_ev(*NO_SLAC, "--charge-seconds", "1", "--set", "log.checkpoints=yes")
    check(car.end() == 0, "exit status", car, charger)
    check(charger.text() + car.text() == "", "a log and text", car, charger)
    lines = charger.complaint().splitlines()
    check(all(line[0] == "<" and line[2] == ">" for line in lines), "priorities", charger)
    check("PowerDeliveryReq" in charger.complaint(), "events", charger)
    check("[600]" in car.complaint() and len(car.complaint().splitlines()) < 80, "checkpoints", car)


if __name__ == "__main__":
    os.environ.pop("XDG_RUNTIME_DIR", None)
    stations.main("control of running stations")

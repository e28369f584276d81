#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`ccs listen` at one end of a veth; at the other the frames of a simulated session, or a modem.

    listen.py CCS [CASE]
"""
import concurrent.futures
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True  # the tree may be read-only
import listen_modem  # noqa: E402
import namespaces  # noqa: E402

CCS = sys.argv[1]
CASES = []
PLC = b"\x88\xe1"


def case(function):
    CASES.append(function)
    return function


def check(condition, what, *processes):
    if condition:
        return
    told = [what]
    for process in processes:
        told.append(f"{process.child.args[3:]} status {process.child.poll()}")
        told += process.text().splitlines()[-25:] + process.complaint().splitlines()[-5:]
    raise AssertionError("\n".join(told))


def session(*options):
    """The frames of a simulated session."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s.pcapng")
        subprocess.run([CCS, "sim", "-q", "-w", path, *options], check=True, capture_output=True)
        with open(path, "rb") as file:
            data = file.read()
    frames, at = [], 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if kind == 6:
            length = struct.unpack_from("<I", data, at + 20)[0]
            frames.append(data[at + 28:at + 28 + length])
        at += size
    return frames


def play(pair, frames):
    """To the listener, in portions that fit any socket's buffer."""
    with pair.inside("ev"), socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as line:
        line.bind((pair.ev, 0))
        for frame in frames:
            line.send(frame)


def listen(pair, *options):
    """The first line is on stderr where no records are shown."""
    process = pair.start("evse", [CCS, "listen", "-i", pair.evse, *options])
    end = time.monotonic() + 10
    while "listening on" not in process.text() + process.complaint():
        check(time.monotonic() < end and process.child.poll() is None, "it does not listen", process)
        time.sleep(0.02)
    return process


def listen_to(pair, frames, *options):
    """Where the records of these frames are not shown: until the capture has the last of them."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "heard.pcapng")
        process = pair.start("evse", [CCS, "listen", "-i", pair.evse, "-w", path, *options])
        wait_for_bytes(path, b"", process)
        while not is_promiscuous(pair):
            time.sleep(0.02)
        play(pair, frames)
        wait_for_bytes(path, frames[-1], process)
    return process


def is_promiscuous(pair):
    link = subprocess.run(["ip", "-n", pair.spaces["evse"], "-d", "link", "show", pair.evse],
                          check=True, capture_output=True, text=True).stdout
    return "promiscuity 1" in link


def stop(process, number=signal.SIGINT):
    process.child.send_signal(number)
    check(process.end(10) == 0, "exit status", process)


def records(process):
    return [json.loads(line) for line in process.text().splitlines()]


def types(text):
    lines = [json.loads(line) for line in text.splitlines()]
    return [r["type"] for r in lines if r["kind"] in ("mme", "sdp", "msg")]


def decode(frames):
    """What `ccs decode` says of the same frames."""
    header = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 1)
    packets = b"".join(struct.pack("<IIII", 0, n, len(f), len(f)) + f
                       for n, f in enumerate(frames))
    run = subprocess.run([CCS, "decode", "--json", "-"], input=header + packets,
                         capture_output=True, check=True)
    return types(run.stdout.decode())


def wait_for_bytes(path, what, process, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if os.path.exists(path):
            with open(path, "rb") as file:
                if what in file.read():
                    return
        time.sleep(0.02)
    check(False, f"no {what} in {path}", process)


def is_of_session(frame):
    return frame[12:14] in (PLC, b"\x86\xdd")


@case
def test_whole_session(pair):
    """All of a session on a wire: the same records as of its capture, and the capture of it"""
    frames = [f for f in session() if is_of_session(f)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "heard.pcapng")
        ear = listen(pair, "--passive", "--json", "-w", path)
        play(pair, frames)
        check(ear.wait_for("SessionStopRes"), "the session is not seen", ear)
        with open(path, "rb") as file:  # while it goes on
            check(len(file.read()) > sum(map(len, frames)), "the capture is not written", ear)
        stop(ear)
        run = subprocess.run([CCS, "summary", path], capture_output=True, text=True, check=True)
        check("Session 1" in run.stdout, f"summary of the capture: {run.stdout}")
    check(types(ear.text()) == decode(frames), "other records than of the capture", ear)
    check("nmk" not in ear.text(), "the key is shown", ear)


@case
def test_text_and_summary(pair):
    """Lines, then the summary; a key only when it is asked for"""
    ear = listen(pair, "--passive", "--show-secrets", "-v")
    play(pair, session())
    check(ear.wait_for("SessionStopRes"), "the session is not seen", ear)
    stop(ear, signal.SIGTERM)
    check("nmk" in ear.text(), "no key", ear)
    check("Session 1" in ear.text() and not ear.complaint().count("seen"), "no summary", ear)


@case
def test_only(pair):
    """--only: records of one kind; a word that fitted none is told in the end"""
    ear = listen_to(pair, session(), "--passive", "--only", "PreCharge", "--only", "CurentDemand",
                    "--json")
    stop(ear)
    check({r["type"] for r in records(ear) if r["kind"] == "msg"} ==
          {"PreChargeReq", "PreChargeRes"}, "other messages", ear)
    check("did you mean CurrentDemandReq?" in ear.complaint(), "no hint", ear)


@case
def test_promiscuous(pair):
    """Frames for other receivers are heard; others than those of sessions are not"""
    ear = listen(pair, "--passive", "--json")
    check(is_promiscuous(pair), "not promiscuous", ear)
    own = bytes.fromhex("020000000001")
    frames = session()
    noise = b"\xff" * 6 + own + b"\x08\x00" + b"\x45" + bytes(59)
    play(pair, [noise] * 100 + frames)
    check(ear.wait_for("SessionStopRes"), "the session is not seen", ear)
    stop(ear)
    numbers = [r["frame"] for r in records(ear) if r["kind"] == "mme"]
    check(numbers and min(numbers) < 100, "foreign frames are counted", ear)


@case
def test_what_is_not_seen(pair):
    """Behind a modem: only SLAC to the car, and discovery; it is said what is missing"""
    modem = listen_modem.Modem(pair)
    ear = listen(pair)
    check(ear.wait_for("QCA7005"), "the modem is not found", ear)
    tcp = [f for f in session() if f[12:14] == b"\x86\xdd" and f[20] == 6]
    to_car = [f for f in session() if f not in tcp and
              (f[0] & 1 or f[15:17] in (b"\x65\x60", b"\x6e\x60", b"\x7d\x60"))]
    play(pair, to_car)
    check(ear.wait_for("SDPRequest"), "no discovery", ear)
    stop(ear)
    modem.close()
    for words in ("TCP of others never", "with --join the modem would",
                  "towards the car only, for the modem", "no TCP was seen: the session's network"):
        check(ear.complaint().count(words) == 1, f"not told once: {words}", ear)
    check(not modem.keys, "a key was set without --join", ear)


@case
def test_join(pair):
    """--join: the modem gets the key of CM_SLAC_MATCH.CNF, once"""
    modem = listen_modem.Modem(pair)
    ear = listen(pair, "--join", "--json")
    check(ear.wait_for("this modem shows"), "the modem is not found", ear)
    match = [f for f in session() if f[12:14] == PLC and f[15:17] == b"\x7d\x60"]
    play(pair, match * 3)
    check(ear.wait_for("CM_SET_KEY.CNF"), "no key is set", ear)
    check(ear.wait_for("is in the network", 20), "it is not told that it joined", ear)
    stop(ear)
    modem.close()
    check(modem.keys == [match[0][-16:]] or modem.keys[0] in match[0], "another key", ear)
    check(len(modem.keys) == 1, "several times", ear)
    check(modem.keys[0].hex() not in ear.text(), "the key is shown", ear)


@case
def test_own_session(pair):
    """--join at the interface of a side of the session: its modem is left alone"""
    modem = listen_modem.Modem(pair)
    ear = listen(pair, "--join", "--json")
    check(ear.wait_for("QCA7005"), "the modem is not found", ear)
    charger = pair.start("evse", [CCS, "evse", "-i", pair.evse, "--sim-modem", "--once"])
    car = pair.start("ev", [CCS, "ev", "-i", pair.ev, "--sim-modem", "--charge-seconds", "1"])
    check(car.end() == 0 and charger.end() == 0, "the session failed", car, charger)
    check(ear.wait_for("SessionStopRes"), "its end is not seen", ear)
    stop(ear)
    modem.close()
    check("CM_SLAC_MATCH.CNF" in types(ear.text()), "the key was not seen", ear)
    check(not modem.keys and "CM_SET_KEY.REQ" not in types(ear.text()), "a key was set", ear)


@case
def test_no_modem(pair):
    """Where no modem answers, the questions end"""
    with pair.inside("ev"):
        line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88E1))
        line.bind((pair.ev, 0x88E1))
    ear = listen(pair)
    end = time.monotonic() + 20
    while "no modem answers" not in ear.complaint():
        check(time.monotonic() < end, "it is not told", ear)
        time.sleep(0.02)
    line.setblocking(False)
    questions = 0
    try:
        while line.recv(2048):
            questions += 1
    except BlockingIOError:
        pass
    check(1 < questions < 40, f"{questions} questions", ear)
    line.settimeout(3)
    try:
        check(False, f"it asks on: {line.recv(2048)[:20].hex()}", ear)
    except socket.timeout:
        line.close()
    stop(ear)


@case
def test_passive(pair):
    """--passive: not a frame leaves"""
    with pair.inside("ev"):
        line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88E1))
        line.bind((pair.ev, 0x88E1))
    line.settimeout(0.5)
    ear = listen(pair, "--passive", "--seconds", "1")
    check(ear.end(10) == 0, "exit status", ear)
    try:
        frame = line.recv(2048)
        check(False, f"it sent {frame.hex()}", ear)
    except socket.timeout:
        line.close()
    check("no frame passed" in ear.complaint(), "nothing is told", ear)


@case
def test_real_session(pair):
    """A car and a charger of flesh and blood, with the kernel's TCP, at the charger's interface"""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "heard.pcapng")
        ear = listen(pair, "--json", "-w", path)
        charger = pair.start("evse", [CCS, "evse", "-i", pair.evse, "--sim-modem", "--once"])
        car = pair.start("ev", [CCS, "ev", "-i", pair.ev, "--sim-modem", "--charge-seconds", "1",
                                "--json"])
        check(car.end() == 0 and charger.end() == 0, "the session failed", car, charger)
        check(ear.wait_for("SessionStopRes"), "its end is not seen", ear)
        stop(ear)
        spoken = [r["type"] for r in records(car) if r["kind"] == "msg"]
        heard = [r["type"] for r in records(ear) if r["kind"] == "msg"]
        check(heard == spoken, f"{len(heard)} messages of {len(spoken)}", ear)
        if shutil.which("tshark"):
            run = subprocess.run(["tshark", "-r", path, "-Y", "_ws.malformed"],
                                 capture_output=True, text=True, env=dict(os.environ, HOME=folder))
            check(run.returncode == 0 and not run.stdout, f"tshark: {run.stderr}{run.stdout}")


@case
def test_too_slow(pair):
    """Frames that came while the program stood still and its buffer was full are counted"""
    ear = listen(pair, "--passive", "-q")
    frame = b"\xff" * 6 + bytes.fromhex("020000000001") + PLC + bytes(1486)
    ear.child.send_signal(signal.SIGSTOP)
    play(pair, [frame] * 20000)
    ear.child.send_signal(signal.SIGCONT)
    stop(ear)
    lost = [int(word) for word in ear.complaint().split("frames were lost")[0].split()
            if word.isdigit()]
    check(lost and 1000 < lost[-1] < 20000, f"lost: {lost}", ear)


@case
def test_keylog(pair):
    """TLS secrets are read as another program writes them, and kept in the capture"""
    line = b"CLIENT_RANDOM " + b"a5" * 32 + b" " + b"3c" * 48 + b"\n"
    other = line.replace(b"a5", b"b6").replace(b"3c" * 48, b"3c" * 32)  # shorter: it begins anew
    with tempfile.TemporaryDirectory() as folder:
        path, capture = os.path.join(folder, "keys"), os.path.join(folder, "heard.pcapng")
        ear = listen(pair, "--passive", "--keylog", path, "-w", capture)
        for mode, text, whole in (("wb", line[:40], b""), ("ab", line[40:], line),
                                  ("wb", other, other)):
            with open(path, mode) as file:
                file.write(text)
            wait_for_bytes(capture, whole, ear)
        stop(ear)
    fails(pair, [CCS, "listen", "-i", pair.ev, "--keylog", "/proc/self/mem/x"], ["TLS secrets"])


@case
def test_full_disk(pair):
    """A capture that cannot be written: one line, the session is shown, exit status 1"""
    ear = listen(pair, "--passive", "-w", "/dev/full")
    play(pair, session())
    check(ear.wait_for("SessionStopRes"), "the session is not seen", ear)
    ear.child.send_signal(signal.SIGINT)
    check(ear.end(10) == 1, "exit status", ear)
    check(ear.complaint().count("the capture ends here") == 1, "what is told", ear)


@case
def test_interface_comes_back(pair):
    """The interface goes down and up, vanishes and comes back: it listens on"""
    frames = session()
    log = syslog(pair)
    ear = listen(pair, "--passive", "-c", "/dev/null", "--set", "syslog.to=255.255.255.255")
    pair.set_link("evse", "down")
    check(ear.wait_for("is down"), "the end of the link is told", ear)
    pair.set_link("evse", "up")
    check(ear.wait_for("is up"), "the link is told", ear)
    while not pair.is_up("ev"):
        pass
    play(pair, frames)
    check(ear.wait_for("SessionStopRes"), "the session is not seen", ear)
    check(hears(log, b"SessionStopRes"), "no syslog any more", ear)
    log.close()
    pair.ip("evse", "link", "del", pair.evse)
    check(ear.wait_for("is gone"), "the end of the interface is told", ear)
    pair.connect()
    check(ear.wait_for("is up", times=2), "the interface is told", ear)
    log = syslog(pair)
    play(pair, frames)
    check(ear.wait_for("SessionStopRes", times=2), "the next session is not seen", ear)
    check(hears(log, b"SessionStopRes"), "no syslog of the next session", ear)
    stop(ear)
    log.close()


def syslog(pair):
    """A frame comes as often as it is sent, whatever addresses there are: not a socket of UDP."""
    with pair.inside("ev"):
        heard = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
    heard.bind((pair.ev, 0x0800))
    heard.settimeout(10)
    return heard


def hears(log, text):
    try:
        while text not in log.recv(2048):
            pass
        return True
    except OSError:
        return False


@case
def test_interface_is_down_at_first(pair):
    """It begins with an interface that is down: syslog waits, too"""
    pair.set_link("evse", "down")
    ear = listen(pair, "--passive", "-c", "/dev/null", "--set", "syslog.to=255.255.255.255")
    pair.set_link("evse", "up")
    check(ear.wait_for("is up"), "the link is told", ear)
    while not pair.is_up("ev"):
        pass
    log = syslog(pair)
    play(pair, session())
    check(hears(log, b"SessionStopRes"), "no syslog", ear)
    stop(ear)
    log.close()


@case
def test_reader_that_has_enough(pair):
    """What is piped to a program that ends, ends"""
    pipe = pair.start("evse", ["sh", "-c", f"{CCS} listen --passive -i {pair.evse} | head -n 1"])
    check(pipe.wait_for("listening on"), "it does not listen", pipe)
    play(pair, session())
    check(pipe.end(10) == 0, "it goes on", pipe)


def fails(pair, command, words):
    """Exit status 3 and one line with these words."""
    process = pair.start("ev", command)
    check(process.end(10) == 3, "exit status", process)
    line = process.complaint()
    check(line.count("\n") == 1 and all(word in line for word in words), f"says: {line}", process)


def is_real_root():
    with open("/proc/self/uid_map", encoding="utf-8") as ids:
        return ids.read().split() == ["0", "0", "4294967295"]


@case
def test_what_is_missing(pair):
    """No interface, none of Ethernet, no permission, no place for the capture: one line, status 3"""
    nobody = ["setpriv", "--reuid", "65534", "--clear-groups", "--bounding-set", "-all",
              "--inh-caps", "-all"]
    fails(pair, [CCS, "listen", "-i", "eth77"], ["eth77", "car"])
    fails(pair, [CCS, "listen", "-i", "lo"], ["lo", "Ethernet"])
    fails(pair, [CCS, "listen", "-i", pair.ev, "-w", "/nowhere/x.pcapng"], ["/nowhere/x.pcapng"])
    if os.stat(CCS).st_mode & 1 and is_real_root():
        fails(pair, nobody + [CCS, "listen", "-i", pair.ev], ["permission", "cap_net_raw"])


def run(number, function):
    try:
        with namespaces.Pair(number) as pair:
            function(pair)
    except Exception:  # whatever it is, it is this case's failure
        return traceback.format_exc()
    return None


def main():
    cases = [c for c in CASES if len(sys.argv) < 3 or sys.argv[2] in c.__name__]
    why_not = namespaces.enter()
    if why_not:
        print(f"1..1\nok 1 - listening on a network # SKIP {why_not}")
        return
    print(f"1..{len(cases)}")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = [pool.submit(run, number, c) for number, c in enumerate(cases, 1)]
        for number, (function, result) in enumerate(zip(cases, results), 1):
            for line in (result.result() or "").splitlines():
                print("#", line)
            print("not ok" if result.result() else "ok", number, "-", function.__doc__, flush=True)


if __name__ == "__main__":
    main()

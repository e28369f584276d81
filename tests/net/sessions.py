#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`ccs ev` against `ccs evse`, as two processes in two network namespaces.

    sessions.py CCS [CASE]
"""
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # the tree may be read-only
from stations import (CCS, MODEM, NO_SLAC, SDP_REQUEST, V2GTP, answer_discovery, ask, case,  # noqa: E402
                      charge, check, check_capture, ev, evse, listen, main, records, tcp, types)


@case
def test_session_with_matching(pair):
    """A car and a charger: matching, discovery, charging, unplug"""
    file, other = (tempfile.NamedTemporaryFile(suffix=".pcapng") for _ in range(2))
    charger = evse(pair, *MODEM, "--once", "--json", "-w", other.name)
    car = ev(pair, *MODEM, "--json", "-w", file.name)
    check(car.end() == 0 and charger.end() == 0, "the session failed", car, charger)
    check(types(car) == types(charger), "both saw the same messages", car, charger)
    check("SessionStopRes" in types(car), "the session was ended in order", car)
    mmes = [r["type"] for r in records(car) if r["kind"] == "mme"]
    check("CM_SLAC_MATCH.CNF" in mmes, "it was matched", car)
    check_capture(file.name, types(car))
    check_capture(other.name, types(car))


@case
def test_session_without_modem(pair):
    """A session that begins with the discovery"""
    charger = evse(pair, *NO_SLAC, "--once")
    car = charge(pair, charger, *NO_SLAC, "--json", "--set", "ev.protocols=din")
    check(charger.end() == 0, "the charger failed", charger)
    check({r["proto"] for r in records(car) if r["kind"] == "msg"} == {"app", "din"}, "not DIN")


@case
def test_iso2(pair):
    """A session of ISO 15118-2, which both want most"""
    charger = evse(pair, *NO_SLAC, "--once")
    car = charge(pair, charger, *NO_SLAC, "--json")
    check(charger.end() == 0, "the charger failed", charger)
    check({r["proto"] for r in records(car) if r["kind"] == "msg"} == {"app", "iso2"}, "not ISO")


@case
def test_next_session(pair):
    """Two sessions, one after the other, with one charger"""
    charger = evse(pair, *MODEM)
    charge(pair, charger, *MODEM)
    charge(pair, charger, *MODEM)
    check("invariant" not in charger.text(), "an invariant broke", charger)


@case
def test_car_killed(pair):
    """The car is killed while it charges: the charger serves the next one"""
    charger = evse(pair, *NO_SLAC)
    car = ev(pair, *NO_SLAC, seconds=60)
    check(car.wait_for("CurrentDemandReq"), "no charging", car, charger)
    car.kill()
    check(charger.wait_for("waiting for a car", 10, 2), "the charger hangs", charger)
    charge(pair, charger, *NO_SLAC)
    check("invariant" not in charger.text(), "an invariant broke", charger)


@case
def test_charger_killed(pair):
    """The charger is killed while the car charges: the car ends safely, and says why"""
    charger = evse(pair, *NO_SLAC)
    car = ev(pair, *NO_SLAC, seconds=60)
    check(car.wait_for("CurrentDemandReq"), "no charging", car, charger)
    charger.kill()
    check(car.end() == 1, "exit status", car)
    check("connection" in car.complaint(), "the reason", car)
    check("invariant" not in car.text(), "an invariant broke", car)


@case
def test_terminated(pair):
    """SIGTERM ends a session before it ends the process, on each side"""
    charger = evse(pair, *NO_SLAC, "--json")
    car = ev(pair, *NO_SLAC, "--json", seconds=60)
    check(car.wait_for("CurrentDemandReq"), "no charging", car, charger)
    charger.child.send_signal(signal.SIGTERM)
    check(charger.end() == 0 and car.end() == 0, "exit status", car, charger)
    check("SessionStopRes" in types(car), "the session was ended in order", car)
    charger = evse(pair, *NO_SLAC)
    car = ev(pair, *NO_SLAC, "--json", seconds=60)
    check(car.wait_for("CurrentDemandReq"), "no charging", car, charger)
    car.child.send_signal(signal.SIGTERM)
    check(car.end() == 0, "exit status of the car", car)
    check("SessionStopRes" in types(car), "the session was ended in order", car)


@case
def test_link_goes_and_comes(pair):
    """The interface goes down and up, then vanishes and comes back: the charger goes on"""
    charger = evse(pair, *MODEM)
    check(charger.wait_for("matching"), "the charger is ready", charger)
    pair.set_link("evse", "down")
    check(charger.wait_for("is down"), "the end of the link is told", charger)
    pair.set_link("evse", "up")
    check(charger.wait_for("is up"), "the link is told", charger)
    charge(pair, charger, *MODEM)
    pair.ip("evse", "link", "del", pair.evse)
    check(charger.wait_for("is gone"), "the end of the interface is told", charger)
    pair.connect()
    check(charger.wait_for("is up", times=2), "the interface is told", charger)
    charge(pair, charger, *MODEM)


@case
def test_link_lost_in_session(pair):
    """The link is lost while charging: both end, the charger serves the next car"""
    charger = evse(pair, *NO_SLAC)
    car = ev(pair, *NO_SLAC, seconds=60)
    check(car.wait_for("CurrentDemandReq"), "no charging", car, charger)
    pair.set_link("evse", "down")
    check(car.end() == 1, "exit status of the car", car)
    pair.set_link("evse", "up")
    check(charger.wait_for("waiting for a car", 70, 2), "the charger hangs", charger)
    charge(pair, charger, *NO_SLAC)


@case
def test_wrong_datagrams(pair):
    """Datagrams that are none of discovery, empty, too long, and many; the sender is gone already"""
    charger = evse(pair, *NO_SLAC)
    check(charger.wait_for("waiting for the car to connect"), "it does not get there", charger)
    check(ask(pair), "no answer at all", charger)
    wrong = [b"", b"\0", b"\xff" * 1400, SDP_REQUEST[:-1], SDP_REQUEST + b"\0", V2GTP * 700,
             SDP_REQUEST[:2] + b"\x90\x01" + SDP_REQUEST[4:]]
    for datagram in wrong:
        check(ask(pair, datagram, 1) is None, f"an answer to {datagram[:12]}", charger)
    with pair.inside("ev"), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as peer:
        for _ in range(2000):
            peer.sendto(SDP_REQUEST, ("ff02::1", 15118, 0, socket.if_nametoindex(pair.ev)))
    check(49152 <= ask(pair) <= 65535, "no port of the standard", charger)
    charge(pair, charger, *NO_SLAC)


@case
def test_wrong_connections(pair):
    """100 connections, a second one in the session, half a message, rubbish, silence"""
    charger = evse(pair, *NO_SLAC)
    check(charger.wait_for("waiting for the car to connect"), "it does not get there", charger)
    port = ask(pair)
    first = tcp(pair, port)
    others = [tcp(pair, port) for _ in range(100)]
    for other in others:
        try:
            check(other.recv(1) == b"", "a second connection gets data", charger)
        except ConnectionError:
            pass
        other.close()
    first.send(V2GTP + b"\x80\x01\x00\x00")
    first.send(b"\xff\xff" + b"\xa5" * 3000)
    first.close()
    check(charger.text().count("was refused") < 5, "it tells of every connection", charger)
    charge(pair, charger, *NO_SLAC)


@case
def test_nobody_reads(pair):
    """Nobody reads what the car prints: lines are lost, the session is not"""
    charger = evse(pair, *NO_SLAC)
    # A pipe of one page, whose reading end stays open and unread.
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    car = subprocess.Popen(["ip", "netns", "exec", pair.spaces["ev"], CCS, "ev", "-i", pair.ev,
                            *NO_SLAC, "--json", "--charge-seconds", "1"],
                           stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    complaint = car.communicate(timeout=40)[1]
    os.close(reading)
    check(car.returncode == 0 and "lines were lost" in complaint, complaint, charger)


@case
def test_car_without_charger(pair):
    """A car alone: it ends and says that there is no charger"""
    car = ev(pair, *NO_SLAC, "--set", "ev.tries=1")
    check(car.end(30) == 1 and "no charger" in car.complaint(), "the end", car)


@case
def test_charger_that_refuses(pair):
    """A charger whose port is closed, behind discovery answers that are none"""
    car = ev(pair, *NO_SLAC, "--set", "ev.tries=1")
    answer_discovery(pair, 50000)
    check(car.end(30) == 1 and "no session" in car.complaint(), "the end", car)


@case
def test_charger_that_is_silent(pair):
    """A charger that accepts and says nothing"""
    server, port = listen(pair)
    car = ev(pair, *NO_SLAC, "--set", "ev.tries=1")
    answer_discovery(pair, port)
    peer = server.accept()[0]
    check(car.end(30) == 1 and "did not answer" in car.complaint(), "the end", car)
    peer.close()


@case
def test_charger_that_closes(pair):
    """A charger that closes the connection at once, with a reset"""
    server, port = listen(pair)
    car = ev(pair, *NO_SLAC, "--set", "ev.tries=1")
    answer_discovery(pair, port)
    peer = server.accept()[0]
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    server.close()  # where the reset was faster than the car, it tries again
    peer.close()
    check(car.end(30) == 1, "the end", car)
    check("connection" in car.complaint() or "no session" in car.complaint(), "the reason", car)


@case
def test_several_chargers(pair):
    """50 chargers in one process, of which one is used"""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        for number in range(49):
            pair.ip("evse", "link", "add", f"d{number}", "type", "veth", "peer", f"e{number}")
            pair.ip("evse", "link", "set", f"d{number}", "up")
            pair.ip("evse", "link", "set", f"e{number}", "up")
            file.write(f"[evse n{number}]\ninterface = d{number}\n")
        file.write(f"[evse used]\ninterface = {pair.evse}\n[evse]\nsim_modem = yes\n")
        file.flush()
        charger = pair.start("evse", [CCS, "evse", "-c", file.name])
        check(charger.wait_for("waiting for a car", 10, 50), "not all start", charger)
    charge(pair, charger, *MODEM)
    check("used " in charger.text() and "invariant" not in charger.text(), "lines", charger)
    charger.child.send_signal(signal.SIGTERM)
    check(charger.end() == 0, "exit status", charger)


@case
def test_one_message_a_segment(pair):
    """Each message leaves in one TCP segment, and no segment has two"""
    with pair.inside("ev"):
        ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        ear.bind((pair.ev, 3))
    charger = evse(pair, *NO_SLAC)
    charge(pair, charger, *NO_SLAC)
    ear.settimeout(0.2)
    segments = 0
    try:
        while True:
            frame = ear.recv(4096)
            if frame[12:14] != b"\x86\xdd" or frame[20] != 6:
                continue
            length = struct.unpack(">H", frame[18:20])[0]
            data = frame[54 + (frame[66] >> 4) * 4:54 + length]
            if not data:
                continue
            segments += 1
            check(data[:2] == V2GTP and struct.unpack(">I", data[4:8])[0] == len(data) - 8,
                  f"a segment with {data[:16].hex()}, {len(data)} bytes")
    except socket.timeout:
        pass
    check(segments > 20, f"only {segments} segments", charger)


def fails(pair, side, command, words):
    """Exit status 3 and one line with these words."""
    process = pair.start(side, command)
    status = process.end(10)
    line = process.complaint()
    check(status == 3, f"status {status}, not 3", process)
    check(line.count("\n") == 1 and all(word in line for word in words), f"says: {line}")


@case
def test_what_is_missing(pair):
    """No interface, permission, address, port in use, a second one: one line, exit status 3"""
    nobody = ["setpriv", "--reuid", "65534", "--clear-groups", "--bounding-set", "-all",
              "--inh-caps", "-all"]
    fails(pair, "ev", [CCS, "ev", "-i", "eth77"], ["eth77", "car"])
    if nobody_may_run():
        fails(pair, "ev", nobody + [CCS, "ev", "-i", pair.ev], ["permission", "cap_net_raw"])
    with pair.inside("evse"), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as other:
        other.bind(("::", 15118))
        fails(pair, "evse", [CCS, "evse", "-i", pair.evse, "--no-slac"], ["15118", "in use"])
    evse(pair, *NO_SLAC)
    fails(pair, "evse", [CCS, "evse", "-i", pair.evse, "--no-slac"], [pair.evse, "ccs ctl"])
    pair.sysctl(pair.spaces["ev"], "net.ipv6.conf.car.disable_ipv6=1")
    fails(pair, "ev", [CCS, "ev", "-i", pair.ev, "--no-slac"], ["link-local"])
    pair.set_link("ev", "down")
    fails(pair, "ev", [CCS, "ev", "-i", pair.ev, "--no-slac"], ["is down", "ip link"])


def nobody_may_run():
    """There are other users here (not so in a user namespace), and the program is in their reach."""
    with open("/proc/self/uid_map", encoding="utf-8") as ids:
        if ids.read().split() != ["0", "0", "4294967295"]:
            return False
    trial = ["setpriv", "--reuid", "65534", "--clear-groups", "test", "-x", CCS]
    return subprocess.run(trial, check=False).returncode == 0


def capabilities(process):
    """Permitted and effective ones."""
    with open(f"/proc/{process.child.pid}/status", encoding="utf-8") as status:
        return [int(line.split()[1], 16) for line in status
                if line.startswith(("CapPrm", "CapEff"))]


@case
def test_ordinary_user(pair):
    """An ordinary user with CAP_NET_RAW; once the sockets are open no capability is left"""
    user = ["setpriv", "--reuid", "65534", "--clear-groups", "--inh-caps", "+net_raw",
            "--ambient-caps", "+net_raw"] if nobody_may_run() else []
    charger = pair.start("evse", user + [CCS, "evse", "-i", pair.evse, "--sim-modem"])
    check(charger.wait_for("waiting for a car", 5), "the charger does not start", charger)
    end = time.monotonic() + 5  # they go a moment after the station has spoken
    while any(capabilities(charger)) and time.monotonic() < end:
        time.sleep(0.02)
    check(not any(capabilities(charger)), f"left: {capabilities(charger)}", charger)
    pair.set_link("evse", "down")
    check(charger.wait_for("is down"), "the end of the link is told", charger)
    pair.set_link("evse", "up")
    charge(pair, charger, *MODEM)


def solicitation(pair, mac):
    """A neighbour solicitation of the charger for the car, with its Ethernet header (RFC 4861)."""
    own, car = (socket.inet_pton(socket.AF_INET6, pair.address(side)) for side in ("evse", "ev"))
    group = socket.inet_pton(socket.AF_INET6, "ff02::1:ff00:0")[:13] + car[13:]
    body = b"\x87\0\0\0" + bytes(4) + car + b"\x01\x01" + mac
    pseudo = own + group + struct.pack(">II", len(body), 58) + body
    total = sum(struct.unpack(f">{len(pseudo) // 2}H", pseudo))
    total = (total & 0xFFFF) + (total >> 16)
    body = body[:2] + struct.pack(">H", ~(total + (total >> 16)) & 0xFFFF) + body[4:]
    header = b"\x60\0\0\0" + struct.pack(">HBB", len(body), 58, 255) + own + group
    return b"\x33\x33" + group[12:] + mac + b"\x86\xdd" + header + body


@case
def test_r13_solicited_in_discovery(pair):
    """R13: a charger asks for the car's address between its discovery and the answer"""
    server, port = listen(pair)
    with pair.inside("evse"):
        line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x86DD))
        line.bind((pair.evse, 0x86DD))
        line.settimeout(5)
    car = ev(pair, *NO_SLAC)
    check(car.wait_for("SDPRequest"), "it does not look for a charger", car)
    line.send(solicitation(pair, line.getsockname()[4]))
    advertised = False
    while not advertised:  # or it takes too long
        packet = line.recv(2048)
        advertised = packet[54:55] == b"\x88" and packet[22:38] == socket.inet_pton(
            socket.AF_INET6, pair.address("ev"))
    answer_discovery(pair, port)
    server.accept()[0].close()
    check("SDPResponse" in car.text(), "the answer is not taken", car)


@case
def test_car_without_a_charger(pair):
    """A car that no charger answers: its tries are shown once, and all of them with --verbose"""
    shown = []
    for options in [], ["-v"]:
        car = ev(pair, *MODEM, *options)
        check(car.wait_for("no charger answers"), "it does not ask", car)
        time.sleep(6)
        shown.append(len(car.text().splitlines()))
        car.kill()
    check(shown[0] < 25 < 50 < shown[1], f"lines: {shown}", car)


if __name__ == "__main__":
    main("sessions over a network")

# SPDX-License-Identifier: Apache-2.0
"""Cases with `ccs ev` and `ccs evse` in two network namespaces, or a script in place of one.

    @case
    def test_something(pair):
        "What it shows, for the TAP line"
    main("what all these are about")

Cases run in parallel, each with a pair of its own.  The program is the first argument of the script.
"""
import concurrent.futures
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import traceback

import namespaces

CCS = sys.argv[1]
NO_SLAC = ["--no-slac"]
MODEM = ["--sim-modem"]
CASES = []
V2GTP = b"\x01\xfe"
SDP_REQUEST = V2GTP + b"\x90\x00\x00\x00\x00\x02\x10\x00"


def case(function):
    CASES.append(function)
    return function


def check(condition, what, *processes):
    if condition:
        return
    told = [what]
    for process in processes:
        told.append(f"{process.child.args[3:]} status {process.child.poll()}")
        told += process.text().splitlines()[-15:] + process.complaint().splitlines()[-5:]
    raise AssertionError("\n".join(told))


def evse(pair, *options, wrapper=()):
    process = pair.start("evse", [*wrapper, CCS, "evse", "-i", pair.evse, *options])
    check(process.wait_for("waiting for a car", 5), "the charger does not start", process)
    return process


def ev(pair, *options, seconds=1, wrapper=()):
    return pair.start("ev", [*wrapper, CCS, "ev", "-i", pair.ev, "--charge-seconds", str(seconds),
                             *options])


def setting(*pairs):
    """--set for each of these."""
    return [word for pair in pairs for word in ("--set", pair)]


def records(process):
    return [json.loads(line) for line in process.text().splitlines()]


def types(process):
    return [r["type"] for r in records(process) if r["kind"] == "msg"]


def tcp(pair, port, timeout=5):
    """A connection of a car that is no car."""
    with pair.inside("ev"):
        peer = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
        peer.settimeout(timeout)
        peer.connect((pair.address("evse"), port, 0, socket.if_nametoindex(pair.ev)))
    return peer


def ask(pair, datagram=SDP_REQUEST, tries=20, interface=None):
    """The port in the answer to a discovery, asked for every 250 ms as a car does; or None."""
    interface = interface or pair.ev
    with pair.inside("ev"), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as peer:
        peer.settimeout(0.25)
        for _ in range(tries):
            peer.sendto(datagram, ("ff02::1", 15118, 0, socket.if_nametoindex(interface)))
            try:
                return struct.unpack(">H", peer.recv(100)[24:26])[0]
            except socket.timeout:
                pass
    return None


def answer_discovery(pair, port, seconds=10):
    """A charger that is none: the first discovery gets an answer with this port."""
    with pair.inside("evse"):
        index = socket.if_nametoindex(pair.evse)
        peer = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        peer.settimeout(seconds)
        group = socket.inet_pton(socket.AF_INET6, "ff02::1") + struct.pack("@I", index)
        peer.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
        peer.bind(("::", 15118))
        sender = peer.recvfrom(100)[1]
        address = socket.inet_pton(socket.AF_INET6, pair.address("evse"))
        noise = [b"", V2GTP, SDP_REQUEST, SDP_REQUEST * 50]
        answer = V2GTP + b"\x90\x01\0\0\0\x14" + address + struct.pack(">H", port) + b"\x10\0"
        for datagram in noise + [answer]:
            peer.sendto(datagram, sender)
    peer.close()


def listen(pair):
    with pair.inside("evse"):
        server = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
        server.bind(("::", 0))
        server.listen(1)
        server.settimeout(10)
    return server, server.getsockname()[1]


def charge(pair, charger, *options):
    """A whole session, after whatever was done to the charger."""
    car = ev(pair, *options)
    check(car.end() == 0, "the session failed", car, charger)
    return car


def check_capture(path, expected):
    """The capture has the messages that the car told of; Wireshark, if it is there, takes it."""
    lines = subprocess.run([CCS, "decode", "--json", "--only", "msg", path], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    check([json.loads(line)["type"] for line in lines] == expected, "other messages in the capture")
    if not shutil.which("tshark"):
        return
    faults = "_ws.malformed || _ws.expert.severity >= 0x600000"
    with tempfile.TemporaryDirectory() as home:  # nobody's own settings
        run = subprocess.run(["tshark", "-r", path, "-Y", faults], capture_output=True, text=True,
                             env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home})
    check(run.returncode == 0 and not run.stdout, f"tshark: {run.stderr}{run.stdout}")


def run(number, function):
    try:
        with namespaces.Pair(number) as pair:
            function(pair)
    except Exception:  # whatever it is, it is this case's failure
        return traceback.format_exc()
    return None


def main(what):
    """Runs the cases of this file, or those whose name has the second argument in it."""
    cases = [c for c in CASES if len(sys.argv) < 3 or sys.argv[2] in c.__name__]
    why_not = namespaces.enter()
    if why_not:
        print(f"1..1\nok 1 - {what} # SKIP {why_not}")
        return
    print(f"1..{len(cases)}")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = [pool.submit(run, number, c) for number, c in enumerate(cases, 1)]
        for number, (function, result) in enumerate(zip(cases, results), 1):
            for line in (result.result() or "").splitlines():
                print("#", line)
            print("not ok" if result.result() else "ok", number, "-", function.__doc__, flush=True)


#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`ccs inject` at one end of a veth; at the other who gets the frames, or has a session.

    inject.py CCS [CASE]
"""
import os
import socket
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # the tree may be read-only
import listen  # noqa: E402
from listen import CCS, case, check, session  # noqa: E402

listen.CASES.clear()
FRAME = bytes.fromhex("ffffffffffff02000000000188e100") + bytes(range(45))


class Line:
    """All frames of the power line that arrive at the car."""

    def __init__(self, pair):
        with pair.inside("ev"):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88E1))
        self.socket.bind((pair.ev, 0x88E1))
        self.socket.settimeout(10)

    def frames(self, count):
        return [self.socket.recv(2048) for _ in range(count)]

    def is_silent(self):
        self.socket.setblocking(False)
        try:
            return not self.socket.recv(2048)
        except BlockingIOError:
            return True


def inject(pair, *options, interface=None):
    return pair.start("evse", [CCS, "inject", "-i", interface or pair.evse, *options])


@case
def test_frames(pair):
    """Frames in hex, of a file and of a capture arrive as they are, in their order"""
    line = Line(pair)
    second, third = FRAME[:-1] + b"\xaa", session()[0]
    with tempfile.TemporaryDirectory() as folder:
        text = os.path.join(folder, "frames.txt")
        with open(text, "w") as file:
            file.write(f"# an experiment\n\n{second.hex(':')}  # with a remark\n")
        capture = os.path.join(folder, "s.pcapng")
        subprocess.run([CCS, "sim", "-q", "-w", capture], check=True, capture_output=True)
        process = inject(pair, "--interval", "1", "--force", FRAME.hex(" "), text, capture)
        check(line.frames(3) == [FRAME, second, third], "other frames", process)
        process.kill()


@case
def test_count(pair):
    """--count N: so often, said in the end"""
    line = Line(pair)
    process = inject(pair, "--interval", "1", "--count", "5", FRAME.hex())
    check(process.end(20) == 0, "exit status", process)
    check(line.frames(5) == [FRAME] * 5 and line.is_silent(), "not five", process)
    check(process.text() == f"5 frames sent on {pair.evse}\n", "not said", process)


@case
def test_real_interface(pair):
    """What is not simulated needs --yes-i-know"""
    subprocess.run(["ip", "-n", pair.spaces["evse"], "link", "add", "real", "type", "bridge"],
                   check=True)
    subprocess.run(["ip", "-n", pair.spaces["evse"], "link", "set", "real", "up"], check=True)
    process = inject(pair, FRAME.hex(), interface="real")
    check(process.end(20) == 2 and "--yes-i-know" in process.complaint(), "not refused", process)
    process = inject(pair, "--yes-i-know", "--force", FRAME.hex(), interface="real")
    process.end(20)
    check("--yes-i-know" not in process.complaint(), "refused", process)


@case
def test_station(pair):
    """While a station has the interface nothing is sent, but with --force"""
    station = pair.start("evse", [CCS, "evse", "-i", pair.evse, "--sim-modem"])
    check(station.wait_for("matching"), "no station", station)
    process = inject(pair, FRAME.hex())
    check(process.end(20) == 1 and "--force" in process.complaint(), "not refused", process)
    line = Line(pair)
    process = inject(pair, "--force", "--count", "2", "--interval", "1", FRAME.hex())
    check(process.end(20) == 0, "exit status", process)
    while FRAME not in line.frames(1):
        pass


@case
def test_session_of_others(pair):
    """While others have a session nothing is sent"""
    slac = [f for f in session() if f[12:14] == listen.PLC and f[14:17] == b"\x01\x64\x60"][:1]
    check(slac, "no CM_SLAC_PARM.REQ in the simulation")
    process = inject(pair, FRAME.hex())
    while process.child.poll() is None and not listen.is_promiscuous(pair):
        pass
    listen.play(pair, slac * 20)
    check(process.end(20) == 1 and "session" in process.complaint(), "not refused", process)
    check(process.text() == "", "something was sent", process)


@case
def test_down(pair):
    """An interface that is down takes nothing: one line, exit status 1"""
    pair.set_link("evse", "down")
    process = inject(pair, FRAME.hex())
    check(process.end(20) == 1 and "does not take" in process.complaint(), "not said", process)


if __name__ == "__main__":
    listen.main()

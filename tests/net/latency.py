#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long a charger takes to answer, on the wire: request seen to response seen on its veth.

    latency.py CCS [CONNECTORS [SECONDS [PAUSE_MS]]]

CONNECTORS chargers in one process, as many cars that charge for SECONDS with PAUSE_MS between two
rounds.  Prints milliseconds, and what the charger's process used.  No test: nothing is judged.
"""
import socket
import struct
import sys
import tempfile

sys.dont_write_bytecode = True  # the tree may be read-only
import namespaces  # noqa: E402

SO_TIMESTAMPNS = 35
ETH_P_ALL = 3
OUTGOING = 4


def connect(pair, number):
    name = f"car{number}", f"ch{number}"
    pair.ip("ev", "link", "add", name[0], "type", "veth", "peer", name[1],
            "netns", pair.spaces["evse"])
    pair.ip("ev", "link", "set", name[0], "up")
    pair.ip("evse", "link", "set", name[1], "up")


def payload_of(frame):
    """What TCP carries in this frame; nothing when it is no such frame."""
    if frame[12:14] != b"\x86\xdd" or frame[20] != 6:
        return b""
    return frame[54 + (frame[66] >> 4) * 4:54 + struct.unpack(">H", frame[18:20])[0]]


def listen(ear, processes):
    """Milliseconds from each request to its response, until all cars have ended."""
    asked, taken = {}, []
    while any(process.child.poll() is None for process in processes):
        try:
            frame, extra, _, address = ear.recvmsg(2048, 64)
        except socket.timeout:
            continue
        if not payload_of(frame):
            continue
        seconds, nanoseconds = struct.unpack("qq", extra[0][2][:16])
        time = seconds * 1000 + nanoseconds / 1e6
        if address[2] != OUTGOING:
            asked[address[0]] = time
        elif address[0] in asked:
            taken.append(time - asked.pop(address[0]))
    return sorted(taken)


def used(process):
    with open(f"/proc/{process.child.pid}/status", encoding="utf-8") as status:
        memory = next(line.split()[1] for line in status if line.startswith("VmRSS"))
    with open(f"/proc/{process.child.pid}/stat", encoding="utf-8") as stat:
        ticks = sum(int(n) for n in stat.read().rsplit(")", 1)[1].split()[11:13])
    return f"{int(memory)} KB, {ticks / 100:.2f} s of CPU"


def measure(pair, ccs, connectors, seconds, pause_ms):
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write("[evse]\nwithout_slac = yes\n")
        for number in range(connectors):
            connect(pair, number)
            file.write(f"[evse n{number}]\ninterface = ch{number}\n")
        file.flush()
        charger = pair.start("evse", [ccs, "evse", "-c", file.name])
        charger.wait_for("waiting for the car to connect", 20, connectors)
    with pair.inside("evse"):
        ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    ear.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    ear.settimeout(0.5)
    cars = [pair.start("ev", [ccs, "ev", "-i", f"car{number}", "--no-slac", "--charge-seconds",
                              str(seconds), "--set", f"ev.demand_pause={pause_ms}"])
            for number in range(connectors)]
    taken = listen(ear, cars)
    failed = sum(car.end() != 0 for car in cars)
    last = len(taken) - 1
    marks = ", ".join(f"{name} {taken[last * part // 100]:.3f} ms"
                      for name, part in (("median", 50), ("p95", 95), ("p99", 99), ("max", 100)))
    print(f"{connectors} connectors, {len(taken)} responses: {marks}; {used(charger)}; "
          f"{failed} sessions failed")


def main():
    given = [int(number) for number in sys.argv[2:5]]
    connectors, seconds, pause_ms = given + [1, 14, 1][len(given):]
    why_not = namespaces.enter()
    if why_not:
        sys.exit(why_not)
    with namespaces.Pair("l") as pair:
        measure(pair, sys.argv[1], connectors, seconds, pause_ms)


if __name__ == "__main__":
    main()

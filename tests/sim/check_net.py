#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Has Wireshark judge the frames of the simulated network, one TAP case for each kind of network.

    check_net.py NET_TRAFFIC

Nothing may be malformed, no checksum wrong, every byte of the streams must be there, and TCP's
analysis must find nothing but the retransmissions of a loss that was asked for.
"""
import os
import shutil
import subprocess
import sys
import tempfile

NETWORKS = {
    "ideal": [],
    "at once": ["delay=0"],
    "jitter": ["jitter=3000"],
    "split": ["segment=7"],
    "joined": ["coalesce=2000"],
    "doubled datagrams": ["duplicate=1000"],
    "loss": ["loss=100", "jitter=500", "seed=3"],
}
FIELDS = ["_ws.malformed", "tcp.analysis.flags", "tcp.checksum.status", "udp.checksum.status",
          "icmpv6.checksum.status", "tcp.len", "_ws.expert.message"]
GOOD = "1"


def dissect(path):
    """A dict of FIELDS for each frame."""
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-E", "separator=|", "-E", "occurrence=a"]
    for protocol in ("tcp", "udp"):
        command += ["-o", f"{protocol}.check_checksum:TRUE"]
    for field in FIELDS:
        command += ["-e", field]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True)
    return [dict(zip(FIELDS, line.split("|"))) for line in run.stdout.splitlines()]


def judge(frames, count, payload, lossy):
    """What is wrong, one line each."""
    if len(frames) != count:
        yield f"{count} frames written, {len(frames)} read"
    for number, frame in enumerate(frames, 1):
        remark = frame["_ws.expert.message"]
        if frame["_ws.malformed"]:
            yield f"frame {number}: malformed"
        statuses = [frame[f] for f in FIELDS if f.endswith("status") and frame[f]]
        if statuses != [GOOD]:
            yield f"frame {number}: checksum status {statuses}"
        if frame["tcp.analysis.flags"] and not (lossy and "retransmission" in remark):
            yield f"frame {number}: {remark}"
    flagged = sum(bool(f["tcp.analysis.flags"]) for f in frames)
    if lossy and not flagged:
        yield "no loss was seen"
    sent = sum(int(f["tcp.len"] or 0) for f in frames)
    if sent < payload or (not lossy and sent != payload):
        yield f"{payload} bytes arrived, {sent} in the frames"


def main():
    traffic = sys.argv[1]
    if not shutil.which("tshark"):
        print("1..1\nok 1 - frames of the simulated network # SKIP no tshark: scripts/setup test")
        return
    print(f"1..{len(NETWORKS)}")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "net.pcapng")
        for number, (name, options) in enumerate(NETWORKS.items(), 1):
            run = subprocess.run([traffic, path] + options, stdout=subprocess.PIPE, text=True, check=True)
            count, payload = map(int, run.stdout.split())
            problems = list(judge(dissect(path), count, payload, any(o.startswith("loss") for o in options)))
            for problem in problems[:20]:
                print("#", problem)
            print("not ok" if problems else "ok", number, "-", name, flush=True)


if __name__ == "__main__":
    main()

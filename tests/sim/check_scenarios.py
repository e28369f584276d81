#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plays each scenario of `ccs sim --list`, one TAP case each.

    check_scenarios.py CCS

Everything must become as the script says; the same seed gives the same capture and lines to the
byte, another seed does not; `ccs decode` decodes the whole capture, and Wireshark finds nothing
malformed, no wrong checksum and, where nothing is lost, nothing that its analysis of TCP remarks.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

REMARKS = ("_ws.malformed || tcp.analysis.flags || tcp.checksum.status == \"Bad\" || "
           "udp.checksum.status == \"Bad\"")
LOSSY = "_ws.malformed || tcp.checksum.status == \"Bad\" || udp.checksum.status == \"Bad\""


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def scenarios(ccs):
    listed = run(ccs, "sim", "--list").stdout.split("\n\n")[0]
    return re.findall(r"^  (\S+)", listed, re.M)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def remarks(path, lossy):
    command = ["tshark", "-n", "-r", path, "-o", "tcp.check_checksum:TRUE", "-o",
               "udp.check_checksum:TRUE", "-Y", LOSSY if lossy else REMARKS]
    return run(*command).stdout.splitlines()


def judge(ccs, name, folder):
    """What is wrong, one line each."""
    first, again, other = (os.path.join(folder, f"{name}-{n}.pcapng") for n in range(3))
    one = run(ccs, "sim", name, "-w", first)
    two = run(ccs, "sim", name, "-w", again)
    if one.returncode:
        yield one.stderr.strip()
    if one.stdout != two.stdout or read(first) != read(again):
        yield "two runs with one seed differ"
    run(ccs, "sim", name, "--seed", "2", "-w", other)
    if read(first) == read(other):
        yield "two seeds give one run"
    decoded = run(ccs, "decode", first)
    if decoded.returncode or not decoded.stdout:
        yield f"ccs decode: exit status {decoded.returncode}: {decoded.stderr.strip()}"
    if shutil.which("tshark"):
        yield from remarks(first, "loss" in run(ccs, "sim", "--show", name).stdout)


def main():
    ccs = sys.argv[1]
    names = scenarios(ccs)
    print(f"1..{len(names)}")
    if not shutil.which("tshark"):
        print("# tshark is not there: what Wireshark says of the captures is not checked")
    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(names, 1):
            wrong = list(judge(ccs, name, folder))
            for line in wrong[:5]:
                print(f"# {name}: {line}")
            print(f"{'not ok' if wrong else 'ok'} {number} - scenario {name}")


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds `ccs` against data that is not part of the project, one TAP case for each file.

    shared.py vectors|captures CCS

$CCS_SHARED holds the data (EXI vectors; captures of real sessions with reference decodes) and
the programs that compare; without it everything is skipped.
"""
import concurrent.futures
import os
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
SHARED = os.environ.get("CCS_SHARED", os.path.join(ROOT, "../shared"))
KINDS = {
    "vectors": ("check_vectors.py", (".jsonl",)),
    "captures": ("check_decode.py", (".pcap", ".pcapng")),
}
NOT_ALONE = {"signature_chain"}  # vectors of another kind, which the checker leaves out


def main():
    kind, ccs = sys.argv[1:]
    program, endings = KINDS[kind]
    checker, folder = os.path.join(SHARED, "tools", program), os.path.join(SHARED, kind)
    if not os.path.exists(checker) or not os.path.isdir(folder):
        print(f"1..1\nok 1 - {kind} # SKIP no {kind} in {os.path.normpath(SHARED)}")
        return
    names = sorted({os.path.splitext(f)[0] for f in os.listdir(folder) if f.endswith(endings)} - NOT_ALONE)

    def check(name):
        return subprocess.run([sys.executable, checker, "--ccs", ccs, name],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    print(f"1..{len(names)}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, (name, run) in enumerate(zip(names, pool.map(check, names)), 1):
            for line in run.stdout.splitlines() if run.returncode else []:
                print("#", line)
            print("not ok" if run.returncode else "ok", number, "-", kind, name, flush=True)


if __name__ == "__main__":
    main()

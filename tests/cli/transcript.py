#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of transcripts and holds their output and exit status against what is written.

    transcript.py BUILD FOLDER ...

Runs every FOLDER/*.t with the `ccs` of BUILD.  A transcript is in the format of cram: text for
people starts in the first column;

      $ ccs exi decode din 8098
      what the command prints, stdout and stderr, (glob) at the end of a line for * and ?
      [1]

and the exit status in brackets unless it is 0.  Commands run in the transcript's folder, each in
a shell of its own; $TMP is a folder of the transcript, empty at its start; $BUILD is BUILD.  One
TAP case for each command.
"""
import fnmatch
import glob
import os
import subprocess
import sys
import tempfile


def read_steps(path):
    """(line number, command, expected lines) of each command."""
    steps = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if line.startswith("  $ "):
                steps.append((number, line[4:], []))
            elif line.startswith("  > ") and steps and not steps[-1][2]:
                steps[-1] = (steps[-1][0], steps[-1][1] + "\n" + line[4:], [])
            elif line.startswith("  ") and steps:
                steps[-1][2].append(line[2:])
    return steps


def agrees(expected, got):
    return len(expected) == len(got) and all(
        fnmatch.fnmatchcase(g, e[:-len(" (glob)")]) if e.endswith(" (glob)") else e == g
        for e, g in zip(expected, got))


def run(command, folder, environment):
    process = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    lines = process.stdout.decode("utf-8", "backslashreplace").splitlines()
    return lines + ([f"[{process.returncode}]"] if process.returncode else [])


def main():
    case = 0
    build = os.path.abspath(sys.argv[1])
    environment = dict(os.environ, BUILD=build, PATH=build + ":" + os.environ["PATH"])
    paths = [p for folder in sys.argv[2:] for p in sorted(glob.glob(os.path.join(folder, "*.t")))]
    for path in paths:
        folder = os.path.dirname(os.path.abspath(path))
        with tempfile.TemporaryDirectory() as environment["TMP"]:
            for number, command, expected in read_steps(path):
                got = run(command, folder, environment)
                case += 1
                verdict = "ok" if agrees(expected, got) else "not ok"
                name = f"{os.path.basename(path)}:{number}: {command}".replace("\n", " ")
                print(verdict, case, "-", name.replace("#", "\\#"))
                if verdict == "not ok":
                    for line in expected:
                        print("# expected:", line)
                    for line in got:
                        print("#      got:", line)
    print(f"1..{case}")


if __name__ == "__main__":
    main()

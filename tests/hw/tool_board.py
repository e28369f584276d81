#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A board for `ccs hw`: feedback follows, no voltage is anywhere, and it writes down what it is told.

    tool_board.py LOG [NAME=VALUE[@COMMAND=STATE | @@COMMAND=STATE]]...

A value can be another one: always, while a command is in that state (@), or since it was once (@@).
The last that holds counts.
"""
import sys

log = open(sys.argv[1], "w", encoding="ascii")
told, ever = {}, set()


def holds(when):
    if when.startswith("@"):
        return when[1:] in ever
    command, _, state = when.partition("=")
    return not when or told.get(command) == state


def value_of(name, otherwise):
    for word in sys.argv[2:]:
        what, _, when = word.partition("@")
        if what.split("=")[0] == name and holds(when):
            otherwise = what.split("=")[1]
    return otherwise


for line in sys.stdin:
    command, _, text = line.rstrip("\n").partition(" ")
    if command != "tick":
        if told.get(command) != text:
            print(command, text, file=log, flush=True)
        told[command] = text
        ever.add(f"{command}={text}")
        continue
    for name, reading in (("inlet_voltage", "0"), ("battery_voltage", "0"), ("plug", "0"),
                          ("lock_feedback", told.get("lock", "0")),
                          ("contactor_feedback", told.get("contactor", "0"))):
        print(name, value_of(name, reading))
    sys.stdout.flush()

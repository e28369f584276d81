#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A board for `ccs hw`: all is as it is told, no other voltage is there, and it writes down what it hears.

    tool_board.py LOG [NAME=VALUE[@COMMAND=STATE | @@COMMAND=STATE]]...

A value can be another one: always, while a command is in that state (@), or since it was once (@@).
The last that holds counts.
"""
import contextlib
import os
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


def measure():
    """All that a car's board says, or a charger's."""
    feedback = [("lock_feedback", told.get("lock", "0")),
                ("contactor_feedback", told.get("contactor", "0"))]
    if told.keys() & {"cp_duty", "set_voltage"}:
        volts = told.get("set_voltage", "0") if told.get("supply", "1") == "1" else "0"
        return [("present_voltage", volts), ("cp_state", "A"), *feedback]
    return [("inlet_voltage", "0"), ("battery_voltage", "0"), ("plug", "0"), *feedback]


for line in sys.stdin:
    command, _, text = line.rstrip("\n").partition(" ")
    if command == "tick":
        answer = "".join(f"{name} {value_of(name, reading)}\n" for name, reading in measure())
        with contextlib.suppress(OSError):  # at the end it listens no more, but has said what is to be
            os.write(1, answer.encode())
        continue
    if told.get(command) != text:
        print(command, text, file=log, flush=True)
    told[command] = text
    ever.add(f"{command}={text}")

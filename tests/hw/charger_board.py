#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A charger's board for the exec driver: a supply that does at once what it is told.

Above 2 A the voltage is the battery's, which is that of the end of precharge.

    charger_board.py [FILE]     the voltage also as a converter's reading, 0.1 V a step
    charger_board.py --news     only measures, what a supply makes of what the session wants
"""
import sys

NEWS = {"wanted_voltage": "set_voltage", "wanted_current": "set_current"}

told = {"supply": 0.0, "set_voltage": 0.0, "set_current": 0.0, "contactor": 0.0, "test_isolation": 0.0}
volts = 0.0
by_news = sys.argv[1:] == ["--news"]
files = [] if by_news else sys.argv[1:]
told["supply"] = float(by_news)
for line in sys.stdin:
    name, _, value = line.rstrip("\n").partition(" ")
    name = NEWS.get(name, name) if by_news else name
    if name in told:
        told[name] = float(value)
    if name != "tick":
        continue
    if not told["supply"] or told["set_current"] <= 2:
        volts = told["set_voltage"] if told["supply"] else 0.0
    for path in files:
        with open(path, "r+", encoding="ascii") as file:
            file.write(f"{volts * 10:05.0f}")
    print(f"present_voltage {volts:.1f}")
    print(f"present_current {told['set_current'] if volts else 0.0:.1f}")
    print("isolation", "valid" if told["test_isolation"] else "invalid")
    print(f"contactor_feedback {told['contactor']:.0f}")
    print("supply_ready 1\nauthorized 1\nstop 0\nmax_voltage 500\nmax_current 125", flush=True)

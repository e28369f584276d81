#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A charger's board for the exec driver: a supply that does at once what it is told."""
import sys

told = {"supply": 0.0, "set_voltage": 0.0, "set_current": 0.0, "contactor": 0.0, "test_isolation": 0.0}
for line in sys.stdin:
    name, _, value = line.rstrip("\n").partition(" ")
    if name in told:
        told[name] = float(value)
    elif name != "tick":
        continue
    volts = told["set_voltage"] if told["supply"] else 0.0
    print(f"present_voltage {volts:.1f}")
    print(f"present_current {told['set_current'] if volts else 0.0:.1f}")
    print("isolation", "valid" if told["test_isolation"] else "invalid")
    print(f"contactor_feedback {told['contactor']:.0f}")
    print("supply_ready 1\nauthorized 1\nstop 0\nmax_voltage 500\nmax_current 125", flush=True)

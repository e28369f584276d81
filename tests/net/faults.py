#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stations that say wrong things on purpose, over a real network: pyPLC's test cases, and others.

    faults.py CCS [CASE]
"""
import sys

sys.dont_write_bytecode = True  # the tree may be read-only
from stations import NO_SLAC, case, check, ev, evse, main, records, setting, types  # noqa: E402

DIN = setting("ev.protocols=din", "ev.tries=1")
# Number: how the car ends, as in pyPLC's table, and what it must not have asked for any more.
PYPLC = {1: (1, "ServiceDiscoveryReq"), 2: (1, "PreChargeReq"),
         3: (1, "ServicePaymentSelectionReq"), 4: (1, "ContractAuthenticationReq"),
         5: (1, "ChargeParameterDiscoveryReq"), 6: (1, "CableCheckReq"),
         7: (1, "PowerDeliveryReq"), 8: (1, "CurrentDemandReq"), 9: (1, ""),
         10: (1, "PreChargeReq"), 11: (1, "PowerDeliveryReq"), 12: (0, "CurrentDemandReq"),
         13: (0, ""), 14: (1, ""), 15: (1, ""), 16: (0, "")}


def notes(process, topic):
    return [r["text"] for r in records(process) if r["kind"] == "note" and r["topic"] == topic]


def pyplc(number, status, never):
    def test(pair):
        charger = evse(pair, *NO_SLAC, "--json", "--fault", f"pyplc:{number}")
        car = ev(pair, *NO_SLAC, *DIN, "--json", seconds=6)
        check(car.end(80) == status, "another end", car)
        check(never not in types(car), f"it went on to {never}", car)
        check(bool(notes(charger, "fault")) == (number != 16), "no fault", charger)
        check(not notes(car, "invariant") and not notes(charger, "invariant"), "unsafe", car)
    test.__doc__ = f"pyPLC's case {number}"
    test.__name__ = f"test_pyplc_{number:02}"
    return case(test)


for row in PYPLC.items():
    pyplc(row[0], *row[1])


@case
def test_each_session(pair):
    """The fault comes in each session, not once"""
    charger = evse(pair, *NO_SLAC, "--json", "--fault",
                   "evse CurrentDemandRes wrong-code FAILED after 3")
    for sessions in 1, 2:
        car = ev(pair, *NO_SLAC, *DIN, "--json", seconds=60)
        check(car.end() == 1 and types(car).count("CurrentDemandRes") == 4, "no fault", car)
        check(charger.wait_for("waiting for a car", times=sessions + 1), "it hangs", charger)
    check(len(notes(charger, "fault")) >= 2, "not said", charger)


@case
def test_late_and_doubled(pair):
    """A response that is late, and one that comes twice"""
    charger = evse(pair, *NO_SLAC, "--once", "--json", "--fault",
                   "evse CurrentDemandRes late 400ms after 2 times 2")
    car = ev(pair, *NO_SLAC, *DIN, "--json", seconds=3)
    check(car.end() == 0 and charger.end() == 0, "it did not wait", car, charger)
    times = [r["t"] for r in records(car) if r.get("type", "").startswith("CurrentDemandRe")]
    waits = [after - before for before, after in zip(times[::2], times[1::2])]
    check(sum(wait >= 0.39 for wait in waits) == 2, f"waits {waits}", car)
    charger = evse(pair, *NO_SLAC, "--json", "--fault", "evse CurrentDemandRes doubled after 5")
    car = ev(pair, *NO_SLAC, *DIN, "--json", seconds=60)
    check(car.end() == 1, "it took an answer to nothing", car)


@case
def test_of_a_car(pair):
    """A car that sends another session ID, and one whose request is lost"""
    charger = evse(pair, *NO_SLAC, "--json", *setting("timing.v2g.V2G_SECC_Sequence_Timeout=2s"))
    car = ev(pair, *NO_SLAC, *DIN, "--json", "--fault", "ev CableCheckReq wrong-session-id")
    check(car.end() == 1, "the charger took it", car)
    check("FAILED_UnknownSession" in charger.text(), "another answer", charger)
    car = ev(pair, *NO_SLAC, *DIN, "--json", "--fault", "ev CurrentDemandReq lost after 5",
             seconds=60)
    check(charger.wait_for("sequence timeout"), "the charger waits for ever", charger)
    check(car.end() == 1, "it goes on", car)


if __name__ == "__main__":
    main("faults of messages over a network")

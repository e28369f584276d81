#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A script in the place of one side falls silent, at every step of a session.

    silence.py CCS [CASE]
"""
import concurrent.futures
import sys
import tempfile

sys.dont_write_bytecode = True  # the tree may be read-only
from scripted import Car, Charger, record_elsewhere  # noqa: E402
from stations import CCS, NO_SLAC, case, check, main, setting  # noqa: E402

# Its own end is not the end of the session: there the car ends in order, all the same.
FORGIVEN = ("WeldingDetectionReq", "SessionStopReq")


def silent_charger(pair, protocol):
    session = record_elsewhere(protocol)
    lines = dict(zip(dict.fromkeys(session.steps), pair.lines(len(set(session.steps)))))
    Charger(session, pair, {charger: step for step, (_, charger) in lines.items()})
    options = ["--charge-seconds", "1", *NO_SLAC,
               *setting("ev.tries=1", "quirks.patient=no", f"ev.protocols={protocol}")]
    cars = {step: pair.start("ev", [CCS, "ev", "-i", car, *options])
            for step, (car, _) in lines.items()}
    for step, car in cars.items():
        check(car.end(60) == (0 if step in FORGIVEN else 1), f"silence at {step}", car)
        check("invariant" not in car.text(), f"an invariant broke at {step}", car)
        check(step in car.text() and "unplugged" in car.text(), f"the end at {step}", car)


def silent_car(pair, protocol):
    session = record_elsewhere(protocol)
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write("[evse]\nwithout_slac = yes\n"
                   "[timing]\nv2g.V2G_SECC_Sequence_Timeout = 3 s\n")
        lines = pair.lines(len(session.steps))
        for _, charger in lines:
            file.write(f"[evse {charger}]\ninterface = {charger}\n")
        file.flush()
        chargers = pair.start("evse", [CCS, "evse", "-c", file.name])
        check(chargers.wait_for("waiting for the car to connect", 10, len(lines)), "start", chargers)

    def fall_silent(number):
        car = Car(session, pair, *lines[number])
        car.connect()
        return car.say(number + 1), car.is_closed()

    with concurrent.futures.ThreadPoolExecutor(len(lines)) as pool:
        ends = list(pool.map(fall_silent, range(len(lines))))
    for step, (answered, closed) in zip(session.steps, ends):
        check(answered, f"no answer up to {step}", chargers)
        check(closed, f"silence after {step} is not ended", chargers)
    check(chargers.wait_for("waiting for the car to connect", 20, 2 * len(lines)),
          "a charger does not serve the next car", chargers)
    check("invariant" not in chargers.text(), "an invariant broke", chargers)


@case
def test_charger_silent_din(pair):
    """A charger that falls silent, DIN SPEC 70121: at each request the car ends, and safely"""
    silent_charger(pair, "din")


@case
def test_charger_silent_iso2(pair):
    """A charger that falls silent, ISO 15118-2: at each request the car ends, and safely"""
    silent_charger(pair, "iso2")


@case
def test_car_silent_din(pair):
    """A car that falls silent, DIN SPEC 70121: after each answer the charger ends, and safely"""
    silent_car(pair, "din")


@case
def test_car_silent_iso2(pair):
    """A car that falls silent, ISO 15118-2: after each answer the charger ends, and safely"""
    silent_car(pair, "iso2")


if __name__ == "__main__":
    main("silence over a network")

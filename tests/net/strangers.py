#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A script in the place of one side does not keep to the rules of messages and streams.

    strangers.py CCS [CASE]
"""
import socket
import sys

sys.dont_write_bytecode = True  # the tree may be read-only
from scripted import Car, Charger, framed, record_elsewhere  # noqa: E402
from stations import (NO_SLAC, V2GTP, case, charge, check, ev, evse, main,  # noqa: E402
                      setting, types)


def at_charger(pair, pieces, protocol="iso2"):
    """A car at a script that sends its answers so; it has unplugged, and safely."""
    Charger(record_elsewhere(protocol), pair, {pair.evse: None}, pieces)
    car = ev(pair, *NO_SLAC, "--json", *setting("ev.tries=1", f"ev.protocols={protocol}"))
    car.end(60)
    check("invariant" not in car.text() and "waiting to be unplugged" in car.text(), "end", car)
    return car


def only_in_loop(wrong):
    """The answers are as they should be, up to the charge loop."""
    return lambda kind, exi: [wrong(exi)] if kind == "CurrentDemandReq" else [framed(exi)]


@case
def test_byte_by_byte(pair):
    """A charger whose every byte comes in a segment of its own: it charges"""
    car = at_charger(pair, lambda kind, exi: [bytes([byte]) for byte in framed(exi)])
    check(car.end() == 0 and "SessionStopRes" in types(car), "the session failed", car)


@case
def test_half_message(pair):
    """A charger that stops in the middle of a message: the car ends, and says why"""
    car = at_charger(pair, only_in_loop(lambda exi: framed(exi)[:20]))
    check(car.end() == 1 and "did not answer" in car.complaint(), "the end", car)


@case
def test_rubbish(pair):
    """A charger whose message is none: the car ends"""
    car = at_charger(pair, only_in_loop(lambda exi: framed(b"\xff" * 200)))
    check(car.end() == 1, "the end", car)


@case
def test_endless_message(pair):
    """A charger that promises a message of 4 GB: the car ends"""
    car = at_charger(pair, only_in_loop(lambda exi: V2GTP + b"\x80\x01" + b"\xff" * 3000))
    check(car.end() == 1, "the end", car)


@case
def test_flood(pair):
    """A charger that answers more than it is asked: the car ends, or takes what it needs"""
    car = at_charger(pair, only_in_loop(lambda exi: framed(exi) * 50))
    check(car.end() in (0, 1), "the end", car)


@case
def test_wrong_state(pair):
    """A charger that answers the wrong message: the car ends"""
    setup = next(exi for _, kind, exi in record_elsewhere("iso2").responses
                 if kind == "SessionSetupRes")
    car = at_charger(pair, only_in_loop(lambda exi: framed(setup)))
    check(car.end() == 1, "the end", car)


@case
def test_slow_reader(pair):
    """A car that asks and asks, and reads nothing: it is dropped, the next one charges"""
    charger = evse(pair, *NO_SLAC, *setting("timing.v2g.V2G_SECC_Sequence_Timeout=3s"))
    check(charger.wait_for("waiting for the car to connect"), "it does not get there", charger)
    session = record_elsewhere("iso2")
    car = Car(session, pair, pair.ev, pair.evse)
    car.connect()
    check(car.say(2), "no session", charger)
    car.stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    request = framed(session.with_id(session.requests[2][2], car.id))
    try:
        for _ in range(200):
            car.stream.sendall(request * 1000)
    except OSError:
        pass
    check(charger.wait_for("waiting for the car to connect", 30, 2), "it hangs", charger)
    car.stream.close()
    charge(pair, charger, *NO_SLAC)
    check("invariant" not in charger.text(), "an invariant broke", charger)


if __name__ == "__main__":
    main("strangers over a network")

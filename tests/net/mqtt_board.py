#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Complete sessions of a car and of a charger whose hardware is behind an MQTT broker.

    mqtt_board.py CCS [CASE]
"""
import functools
import os
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True  # the tree may be read-only
import broker  # noqa: E402
import stations  # noqa: E402
from broker import Broker  # noqa: E402
from stations import NO_SLAC, check, ev, evse, setting  # noqa: E402

MQTT = setting("mqtt.broker=127.0.0.1", "mqtt.topic=")
LIMITS = setting("ev.max_voltage=410V", "ev.max_current=100A")


class Board(threading.Thread):
    """Gives values ten times a second: what `measure` makes of the topics that it was told."""

    def __init__(self, client, measure):
        super().__init__(daemon=True)
        self.client, self.measure = client, measure
        self.over = threading.Event()

    def run(self):
        try:
            while not self.over.wait(0.1):
                with self.client.changed:
                    told = {topic.split("/")[-1]: text for topic, text in self.client.topics.items()}
                for name, value in self.measure(told).items():
                    self.client.publish("pyPlc/" + name, str(value))
        except OSError:
            pass  # the broker was killed

    def told(self, name):
        return [payload for topic, payload, _ in self.client.log if topic == "pyPlc/" + name]

    def close(self):
        self.over.set()
        self.join()


def car_board(told):
    """The inlet sees the charger until the relay is closed."""
    closed = told.get("relay_request") == "on"
    return {"inlet_voltage": 360 if closed else told.get("charger_voltage", 0),
            "battery_voltage": 360, "target_voltage": 400, "target_current": 20, "soc": 42}


def supply_board(told):
    return {"charger_voltage": told.get("target_voltage", 0),
            "charger_current": told.get("target_current", 0) if told.get("fsm_state") == "CurrentDemand"
            else 0}


def case(side, measure):
    def wrap(function):
        @functools.wraps(function)
        def with_board(pair):
            with tempfile.TemporaryDirectory() as folder:
                running = Broker(pair, folder, side=side)
                board = Board(running.client(), measure)
                board.start()
                try:
                    function(pair, running, board)
                finally:
                    board.close()
        return stations.case(with_board)
    return wrap


CAR = [*MQTT, *LIMITS, *setting("ev.preset=mqtt")]


def start_car(pair, seconds):
    return ev(pair, *NO_SLAC, "--json", *CAR, seconds=seconds)


@case("ev", car_board)
def test_car(pair, running, board):
    """A car with pyPLC's topics charges, and is left off"""
    charger = evse(pair, *NO_SLAC, "--once")
    car = start_car(pair, 2)
    check(car.end() == 0 and charger.end() == 0, "the session", car, charger)
    check("CurrentDemandReq" in stations.types(car), "it did not charge", car)
    for side in car, charger:
        check("invariant" not in side.text(), "an invariant broke", side)
    for name, on, off in (("cpstate", "C", "B"), ("relay_request", "on", "off"),
                          ("lock_request", "lock", "unlock")):
        check(on in board.told(name) and board.told(name)[-1] == off, f"{name} {board.told(name)}")
    check(board.told("lock_request").count("lock") == 1, f"{board.told('lock_request')}")
    del running


@case("ev", car_board)
def test_watched(pair, running, board):
    """`ccs hw watch` beside a car is refused: the broker would throw the car out"""
    charger = evse(pair, *NO_SLAC, "--once")
    car = start_car(pair, 4)
    check(car.wait_for("CurrentDemandReq", times=2), "no charging", car, charger)
    watch = pair.start("ev", [stations.CCS, "hw", "watch", "--seconds", "3", "-c", "/dev/null", *CAR])
    check(watch.end() == 3 and "mqtt (pyPlc at 127.0.0.1): a station" in watch.complaint(),
          "not refused", watch)
    check(car.end() == 0 and charger.end() == 0, "the session", car, charger)
    check(car.text().count("mqtt: is there") == 1, "the broker threw the car out", car)
    del running, board


@case("ev", car_board)
def test_car_without_broker(pair, running, board):
    """The broker dies while a car charges: it ends safely"""
    charger = evse(pair, *NO_SLAC, "--once")
    car = start_car(pair, 60)
    check(car.wait_for("CurrentDemandReq", times=5), "no charging", car, charger)
    running.process.kill()
    car.end()
    check("mqtt" in car.text(), "the reason is not said", car)
    for side in car, charger:
        check("invariant" not in side.text(), "an invariant broke", side)
    check(charger.end() is not None, "the charger goes on", charger)
    del board


@case("ev", car_board)
def test_car_in_silence(pair, running, board):
    """The board falls silent while a car charges: it ends safely, and is left off"""
    charger = evse(pair, *NO_SLAC, "--once")
    car = start_car(pair, 60)
    check(car.wait_for("CurrentDemandReq", times=5), "no charging", car, charger)
    board.over.set()
    check(car.end() is not None, "the car goes on", car)
    check(board.told("relay_request")[-1] == "off" and board.told("cpstate")[-1] == "B", "not off", car)
    for side in car, charger:
        check("invariant" not in side.text(), "an invariant broke", side)
    del running


SUPPLY = setting("evse.preset=mqtt", "evse.without_monitor=yes", "evse.max_voltage=450V",
                 "evse.max_current=50A")


@case("evse", supply_board)
def test_charger_outlives_broker(pair, running, board):
    """The broker dies in a session and comes back: the supply is off, and then there is another session"""
    charger = evse(pair, *NO_SLAC, "--json", *MQTT, *SUPPLY)
    car = ev(pair, *NO_SLAC, "--json", seconds=60)
    check(car.wait_for("CurrentDemandRes", times=5), "no charging", car, charger)
    running.process.kill()
    check(car.end() is not None, "the car goes on", car)
    board.close()
    running.start()
    again = Board(running.client(), supply_board)
    again.start()
    again.client.wait("pyPlc/target_current", "0")
    check(charger.wait_for("waiting for the car to connect", 20, times=2), "it does not begin again", charger)
    car = ev(pair, *NO_SLAC, seconds=2)
    check(car.end() == 0, "the next session", car, charger)
    check("invariant" not in charger.text(), "an invariant broke", charger)
    again.close()


@stations.case
def test_wrong_password(pair):
    """A broker that does not know the charger: no power, and the reason is said"""
    with tempfile.TemporaryDirectory() as folder:
        users, secret = (os.path.join(folder, name) for name in ("users", "secret"))
        subprocess.run(["mosquitto_passwd", "-b", "-c", users, "ccs", "right"], check=True,
                       capture_output=True)
        with open(secret, "w", encoding="utf-8") as file:
            file.write("wrong\n")
        Broker(pair, folder, "allow_anonymous false", f"password_file {users}")
        charger = evse(pair, *NO_SLAC, "--json", *MQTT, *SUPPLY,
                       *setting("mqtt.user=ccs", f"mqtt.password_file={secret}"))
        check(charger.wait_for("not authorised"), "the reason is not said", charger)
        car = ev(pair, *NO_SLAC, "--json")
        check(car.end() != 0, "it charges", car, charger)
        check("CurrentDemandReq" not in stations.types(car), "power without a supply", car, charger)


@case("evse", supply_board)
def test_charger(pair, running, board):
    """A charger whose supply has pyPLC's topics"""
    charger = evse(pair, *NO_SLAC, "--once", "--json", *MQTT, *SUPPLY)
    car = ev(pair, *NO_SLAC, seconds=2)
    check(car.end() == 0 and charger.end() == 0, "the session", car, charger)
    states = board.told("fsm_state")
    for state in "CableCheck", "PreCharging", "CurrentDemand":
        check(state in states, f"{state} is not in {states}", charger)
    check(len(board.told("evccid")[-1]) == 12, f"{board.told('evccid')}", charger)
    check(board.told("target_voltage")[-1] == "0" == board.told("target_current")[-1], "not off")
    del running


if __name__ == "__main__":
    if broker.find():
        stations.main("hardware behind MQTT")
    else:
        print("1..1\nok 1 - hardware behind MQTT # SKIP needs mosquitto")

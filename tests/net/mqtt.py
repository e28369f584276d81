#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Chargers that tell an MQTT broker what they do, in network namespaces.

    mqtt.py CCS [CASE]
"""
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True  # the tree may be read-only
import broker  # noqa: E402
import stations  # noqa: E402
from broker import Broker  # noqa: E402
from certificates import made_certificate  # noqa: E402
from stations import NO_SLAC, check, ev, evse, setting  # noqa: E402


def case(function):
    @functools.wraps(function)
    def with_folder(pair):
        with tempfile.TemporaryDirectory() as folder:
            function(pair, folder)
    return stations.case(with_folder)


def charger(pair, *pairs):
    return evse(pair, *NO_SLAC, *setting("mqtt.broker=127.0.0.1", "general.run_directory=/run/ccs",
                                         *pairs))


def number(topics, name):
    return float(topics.get("ccs/charger/" + name) or 0)


def is_charging(topics):
    return topics.get("ccs/charger/phase") == "charging" and number(topics, "current") > 1


@case
def test_state(pair, folder):
    """A session in a broker: fields, events, power, what Home Assistant wants; then offline"""
    running = Broker(pair, folder)
    client = running.client()
    station = charger(pair)
    client.wait("ccs/charger/status", "online")
    client.wait("ccs/charger/state", "linked")
    car = ev(pair, *NO_SLAC, seconds=3)
    client.wait_for(is_charging, "no charging")
    client.wait_for(lambda t: number(t, "power") > 100, "no power")
    check(0 < number(client.topics, "soc") <= 100, "state of charge", station)
    check(client.topics["ccs/charger/plugged"] == "true", "plugged", station)
    check(client.topics["ccs/charger/fault"] == "false", "a fault", station)
    client.wait_for(lambda t: number(t, "energy") > 0, "no energy")
    check(len(client.topics["ccs/charger/evccid"]) == 12, "the car", station)
    check(car.end() == 0, "the session", car, station)
    client.wait("ccs/charger/soc", "")  # the car is gone: unknown
    entity = json.loads(client.topics["homeassistant/sensor/ccs_charger/soc/config"])
    check(entity["state_topic"] == "ccs/charger/soc" and entity["unit_of_measurement"] == "%",
          f"{entity}")
    check(not any(payload for topic, payload in client.topics.items() if "/button/" in topic),
          "commands are not obeyed")
    late = running.client()
    late.wait("ccs/charger/status", "online")
    check(("ccs/charger/status", "online", True) in late.log, "the state is not retained")
    check("ccs/charger/event" not in late.topics, "events are")
    events = [json.loads(payload) for topic, payload, _ in client.log if topic.endswith("/event")]
    check(any(e["kind"] == "state" for e in events), f"{events}")
    station.child.send_signal(signal.SIGTERM)
    check(station.end() == 0, "the end", station)
    client.wait("ccs/charger/status", "offline", 5)


@case
def test_verdict(pair, folder):
    """How a session ended: of a charger and of a car, and told again to a broker that forgot it"""
    running = Broker(pair, folder)
    client = running.client()
    station = charger(pair)
    client.wait("ccs/charger/state", "linked")
    car = ev(pair, *NO_SLAC)
    check(car.end() == 0, "the session", car, station)
    client.wait("ccs/charger/verdict", "the car wanted the end")
    running.process.kill()
    running.start()
    again = running.client()
    again.wait("ccs/charger/verdict", "the car wanted the end")
    station.kill()
    station = evse(pair, *NO_SLAC)
    running = Broker(pair, folder, port=1884, side="ev")
    client = running.client()
    car = ev(pair, *NO_SLAC, *setting("mqtt.broker=127.0.0.1", "mqtt.port=1884"))
    client.wait_for(lambda _: verdicts(client), "no verdict")
    check(verdicts(client) == ["somebody at the car wanted the end"], f"{verdicts(client)}", car)


def verdicts(client):
    return [payload for topic, payload, _ in client.log if topic == "ccs/car/verdict"]


@case
def test_probe(pair, folder):
    """A SoC probe is over in a moment; what the car said is told all the same"""
    client = Broker(pair, folder).client()
    station = charger(pair, "evse.ac_phases=1", "evse.probe=yes")
    client.wait("ccs/charger/state", "linked")
    car = ev(pair, *NO_SLAC, *setting("sim.battery.soc=50%"))
    car.end()
    client.wait_for(lambda _: ("ccs/charger/plugged", "false", False) in client.log, "not unplugged")
    client.wait_for(lambda _: [p for t, p, _ in client.log if t == "ccs/charger/soc" and p],
                    "no state of charge")
    client.wait_for(lambda _: [p for t, p, _ in client.log if t == "ccs/charger/evccid" and p], "no car")
    client.wait("ccs/charger/soc", "")  # unplugged
    station.kill()


@case
def test_will(pair, folder):
    """The broker says that a charger is gone which was killed"""
    client = Broker(pair, folder).client()
    station = charger(pair)
    client.wait("ccs/charger/status", "online")
    station.kill()
    client.wait("ccs/charger/status", "offline")


@case
def test_commands(pair, folder):
    """Commands and keys by MQTT: done and echoed, refused with a reason, too many, retained"""
    client = Broker(pair, folder).client()
    client.publish("ccs/charger/command/set", "stop", retain=True)
    station = charger(pair, "mqtt.commands=yes")
    client.wait("ccs/charger/status", "online")
    car = ev(pair, *NO_SLAC, seconds=60)
    client.wait_for(is_charging, "no charging: is a retained command obeyed?")
    client.publish("ccs/charger/config/max_current/set", "20 A")
    client.wait("ccs/charger/config/max_current", "20 A")
    client.wait_for(lambda t: 1 < number(t, "current") <= 20, "the limit does not work")
    for topic, payload, why in (("command", "dance", "no such command"),
                                ("command", "authorize", "nobody is asked"),
                                ("config/max_current", "much", "is not a number"),
                                ("config/nothing", "1", "no key")):
        client.topics.pop("ccs/charger/error", None)
        client.publish(f"ccs/charger/{topic}/set", payload)
        client.wait_for(lambda t: why in t.get("ccs/charger/error", ""), f"{payload} is not refused")
    for _ in range(10):
        client.publish("ccs/charger/command/set", "deny")
    client.wait_for(lambda t: "too many" in t.get("ccs/charger/error", ""), "ten in a moment")
    client.wait_for(lambda t: "homeassistant/button/ccs_charger/stop/config" in t, "no button")
    while client.topics.get("ccs/charger/command") != "stop":
        client.forget()
        client.publish("ccs/charger/command/set", "stop")
        client.wait_for(lambda t: {"ccs/charger/command", "ccs/charger/error"} & set(t), "silence")
    check(car.end() == 0, "the session", car, station)


@case
def test_not_obeyed(pair, folder):
    """Without mqtt.commands nobody is obeyed"""
    client = Broker(pair, folder).client()
    station = charger(pair)
    client.wait("ccs/charger/status", "online")
    car = ev(pair, *NO_SLAC, seconds=2)
    client.wait_for(is_charging, "no charging")
    client.publish("ccs/charger/command/set", "stop")
    check(car.end() == 0, "the session", car, station)
    check("ccs/charger/command" not in client.topics, "an echo", station)


@case
def test_commands_no_more(pair, folder):
    """Home Assistant loses the buttons when commands are not obeyed any more"""
    running = Broker(pair, folder)
    button = "homeassistant/button/ccs_charger/stop/config"
    station = charger(pair, "mqtt.commands=yes")
    running.client().wait_for(lambda t: t.get(button), "no button")
    station.kill()
    client = running.client()
    client.wait_for(lambda t: t.get(button), "the button is not retained")
    station = charger(pair)
    client.wait(button, "")


@case
def test_restart(pair, folder):
    """The broker is killed in a session and comes back: all is told again"""
    running = Broker(pair, folder)
    client = running.client()
    station = charger(pair)
    client.wait("ccs/charger/status", "online")
    car = ev(pair, *NO_SLAC, seconds=60)
    client.wait_for(is_charging, "no charging")
    running.process.kill()
    running.start()
    again = running.client()
    again.wait_for(is_charging, "it is not told again")
    again.wait("ccs/charger/status", "online")
    again.wait_for(lambda t: "homeassistant/sensor/ccs_charger/soc/config" in t, "no discovery")
    check(car.child.poll() is None, "the session ended", car, station)
    check(station.complaint().count("MQTT:") == 3, "said once each", station)


@case
def test_password(pair, folder):
    """A wrong password is said, the right one is taken from its file; the session goes on anyway"""
    path = os.path.join(folder, "users")
    secret = os.path.join(folder, "secret")
    for user, password in (("ccs", "right"), ("test", "test")):
        subprocess.run(["mosquitto_passwd", "-b", *([] if os.path.exists(path) else ["-c"]), path,
                        user, password], check=True, capture_output=True)
    running = Broker(pair, folder, "allow_anonymous false", f"password_file {path}")
    with open(secret, "w", encoding="utf-8") as file:
        file.write("wrong\n")
    settings = ["mqtt.user=ccs", f"mqtt.password_file={secret}"]
    station = charger(pair, *settings)
    car = ev(pair, *NO_SLAC)
    check(car.end() == 0, "the session", car, station)
    check("not authorised" in station.complaint(), "the reason", station)
    station.child.send_signal(signal.SIGTERM)
    check(station.end() == 0, "the end", station)
    with open(secret, "w", encoding="utf-8") as file:
        file.write("right\n")
    station = charger(pair, *settings)
    running.client(user="test", password="test").wait("ccs/charger/status", "online")
    check("right" not in station.complaint() + station.text(), "the password is shown", station)


@case
def test_tls(pair, folder):
    """TLS with a made certificate; a broker with another one is not spoken to"""
    key, certificate = made_certificate(folder, "broker", "IP:127.0.0.1")
    _, other = made_certificate(folder, "other", "IP:127.0.0.1")
    running = Broker(pair, folder, "allow_anonymous true", "listener 8883 127.0.0.1",
                     f"certfile {certificate}", f"keyfile {key}")
    client = running.client()
    station = charger(pair, "mqtt.tls=yes", f"mqtt.ca_file={certificate}")
    client.wait("ccs/charger/status", "online")
    car = ev(pair, *NO_SLAC, seconds=2)
    client.wait_for(is_charging, "no charging")
    check(car.end() == 0, "the session", car, station)
    station.child.send_signal(signal.SIGTERM)
    check(station.end() == 0, "the end", station)
    client.wait("ccs/charger/status", "offline")
    station = charger(pair, "mqtt.tls=yes", f"mqtt.ca_file={other}")
    wait_complaint(station, "MQTT:")
    check(client.topics["ccs/charger/status"] == "offline", "it is trusted", station)


@case
def test_own_certificate(pair, folder):
    """A broker that wants to know its clients by their certificates, and takes no others"""
    key, certificate = made_certificate(folder, "broker", "IP:127.0.0.1")
    own_key, own = made_certificate(folder, "station", "DNS:station")
    other_key, other = made_certificate(folder, "other", "DNS:station")
    running = Broker(pair, folder, "allow_anonymous true", "listener 8883 127.0.0.1",
                     f"certfile {certificate}", f"keyfile {key}", f"cafile {own}",
                     "require_certificate true")
    client = running.client()
    tls = ["mqtt.tls=yes", f"mqtt.ca_file={certificate}"]
    for settings in [], [f"mqtt.cert_file={other}", f"mqtt.key_file={other_key}"]:
        station = charger(pair, *tls, *settings)
        wait_complaint(station, "MQTT:")
        station.kill()
    check("ccs/charger/status" not in client.topics, "anybody may come", station)
    station = charger(pair, *tls, f"mqtt.cert_file={own}", f"mqtt.key_file={own_key}")
    client.wait("ccs/charger/status", "online")
    station.kill()


def wait_complaint(process, complaint, seconds=10):
    """Until it has complained so."""
    end = time.monotonic() + seconds
    while complaint not in process.complaint():
        check(time.monotonic() < end, f"no complaint: {complaint}", process)
        time.sleep(0.02)


def sit_out(pair, *pairs):
    """A session, and the end, with a broker that takes the connection and says nothing."""
    with pair.inside("evse"):
        server = socket.create_server(("127.0.0.1", broker.PORT))
    station = charger(pair, f"mqtt.port={broker.PORT}", *pairs)
    server.settimeout(10)
    peer = server.accept()[0]
    check(peer.recv(1), "not a word of it", station)
    car = ev(pair, *NO_SLAC)
    check(car.end() == 0, "the session", car, station)
    station.child.send_signal(signal.SIGTERM)
    check(station.end(5) == 0, "the end", station)
    peer.close()
    server.close()


@case
def test_hanging(pair, folder):
    """A broker that takes the connection and says nothing: the session and the end are not delayed"""
    sit_out(pair)
    del folder


@case
def test_hanging_tls(pair, folder):
    """Nor where it is the TLS handshake that it does not answer"""
    sit_out(pair, "mqtt.tls=yes", f"mqtt.ca_file={made_certificate(folder, 'a', 'IP:127.0.0.1')[1]}")


@case
def test_slow(pair, folder):
    """A broker behind a slow line: all is told, if late"""
    running = Broker(pair, folder, port=1884)
    with pair.inside("evse"):
        server = socket.create_server(("127.0.0.1", broker.PORT))
    threading.Thread(target=drip, args=(server, running), daemon=True).start()
    client = running.client()
    station = charger(pair)
    car = ev(pair, *NO_SLAC, seconds=3)
    client.wait_for(lambda topics: "ccs/charger/soc" in topics, "no state of charge")
    check(car.end() == 0, "the session", car, station)
    station.kill()
    server.close()


def drip(server, running):
    """Hands on a few bytes at a time, both ways."""
    try:
        ends = server.accept()[0], running.connect()
        while True:
            for here, there in (ends, ends[::-1]):
                if select.select([here], [], [], 0.002)[0]:
                    data = here.recv(97)
                    if not data:
                        return
                    there.sendall(data)
    except OSError:
        pass


@case
def test_deaf(pair, folder):
    """A broker that stops reading in a session costs the session nothing"""
    with pair.inside("evse"):
        server = socket.create_server(("127.0.0.1", broker.PORT))
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    station = charger(pair)
    peer = server.accept()[0]
    peer.recv(1000)
    peer.sendall(b"\x20\x02\0\0")  # CONNACK
    for _ in range(2):
        car = ev(pair, *NO_SLAC, seconds=2)
        check(car.end() == 0, "the session", car, station)
    station.child.send_signal(signal.SIGTERM)
    check(station.end(5) == 0, "the end", station)
    del folder


@case
def test_short_connections(pair, folder):
    """A broker that ends each connection at once is asked less and less often"""
    with pair.inside("evse"):
        server = socket.create_server(("127.0.0.1", broker.PORT))
    server.settimeout(20)
    station = charger(pair)
    times = []
    for number in range(4):
        with server.accept()[0] as peer:
            times.append(time.monotonic())
            peer.recv(1000)
            if number % 2:
                peer.sendall(b"\x20\x02\0\0")  # CONNACK
                peer.recv(1000)
    pauses = [later - sooner for sooner, later in zip(times, times[1:])]
    for number, pause in enumerate(pauses):
        check(0.9 * 2 ** number < pause < 1.9 * 2 ** number, f"{pauses}", station)
    server.close()
    del folder


@case
def test_nobody(pair, folder):
    """No broker, no such name, no such file: said, and the session goes on"""
    for settings, why in ((["mqtt.port=9"], "refused"), (["mqtt.broker=no.such.host.invalid"], "MQTT"),
                          (["mqtt.user=a", "mqtt.password_file=/nonexistent"], "No such file")):
        station = charger(pair, *settings)
        car = ev(pair, *NO_SLAC)
        check(car.end() == 0, "the session", car, station)
        check(why in station.complaint(), f"{settings}", station)
        station.kill()
    del folder


if __name__ == "__main__":
    if broker.find():
        stations.main("stations in MQTT")
    else:
        print("1..1\nok 1 - stations in MQTT # SKIP needs mosquitto")

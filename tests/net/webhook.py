#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Chargers that post to web servers, good and bad ones, in network namespaces.

    webhook.py CCS [CASE]
"""
import collections
import http.server
import json
import os
import signal
import socket
import ssl
import sys
import tempfile
import threading
import time
import urllib.parse

sys.dont_write_bytecode = True  # the tree may be read-only
import stations  # noqa: E402
from certificates import made_certificate  # noqa: E402
from stations import NO_SLAC, case, check, ev, evse, setting  # noqa: E402

PORT = 8080
ADDRESS = f"http://127.0.0.1:{PORT}"


class Server:
    """Keeps what it is sent; answers with the next of `statuses`, the last one for ever.

    A status of 0 is a connection that is closed, None one that is not answered."""

    def __init__(self, pair, *statuses, tls=None):
        self.statuses, self.posts, self.changed = list(statuses), [], threading.Condition()
        self.accounts = set()
        self.end = threading.Event()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                server.take(self)

            def log_message(self, *_):
                pass

        with pair.inside("evse"):
            self.http = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
        self.http.daemon_threads = True
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls[1], tls[0])
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def take(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)).decode()
        with self.changed:
            status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
            self.posts.append((handler.path, handler.headers.get("Content-Type"), body, status))
            self.accounts.add(handler.headers.get("Authorization"))
            self.changed.notify_all()
        if status is None:
            self.end.wait(60)
        elif status:
            handler.send_response(status)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
        handler.close_connection = True

    def wait_for(self, condition, what, seconds=30):
        with self.changed:
            if not self.changed.wait_for(lambda: condition(self.posts), seconds):
                raise AssertionError("\n".join([what] + [str(post) for post in self.posts]))

    def close(self):
        self.end.set()
        self.http.shutdown()
        self.http.server_close()


def charger(pair, *pairs):
    return evse(pair, *NO_SLAC, *setting("general.run_directory=/run/ccs", "webhook.timeout=1s",
                                         *pairs))


def queries(posts, accepted=True):
    return [dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query))
            for path, _, _, status in posts if status == 200 or not accepted]


def capacities(posts):
    return [query["energy_capacity"] for query in queries(posts)]


def bodies(posts):
    return [json.loads(body) for _, _, body, _ in posts if body]


def times(posts):
    """How often each body was posted."""
    return collections.Counter(post[2] for post in posts)


def wait_complaint(station, what):
    end = time.monotonic() + 20
    while what not in station.complaint():
        check(time.monotonic() < end, f"no complaint: {what}", station)
        time.sleep(0.02)


def stop(station):
    station.child.send_signal(signal.SIGTERM)
    check(station.end(5) == 0, "the end", station)


@case
def test_smartevse(pair):
    """State of charge and identity as SmartEVSE takes them; what is known never becomes unknown"""
    server = Server(pair, 200)
    station = charger(pair, f"webhook.smartevse={ADDRESS}/ev_state", "webhook.interval=1s")
    car = ev(pair, *NO_SLAC, *setting("ev.request_energy=10kWh"), seconds=3)
    server.wait_for(lambda posts: any(float(q["current_soc"]) > 0 for q in queries(posts)),
                    "no state of charge")
    check(car.end() == 0, "the session", car, station)
    told = queries(server.posts)
    check(server.posts[0][0].startswith("/ev_state?current_soc=") and server.posts[0][2] == "",
          f"{server.posts[0]}")
    check(set(told[0]) == {"current_soc", "full_soc", "energy_capacity", "energy_request", "evccid"}
          and len(told[-1]["evccid"]) == 12, f"{told}")
    for name in ("current_soc", "energy_request"):
        values = [q[name] for q in told]
        known = [value != "-1" for value in values]
        check(known == sorted(known) and known[-1], f"{name}: {values}")
    stop(station)
    server.close()


@case
def test_smartevse_in_a_short_session(pair):
    """The interval keeps nothing back that becomes known, nor what has changed when the car goes"""
    server = Server(pair, 200)
    station = charger(pair, f"webhook.smartevse={ADDRESS}/ev_state", "webhook.interval=1h",
                      "evse.pacing=100ms")
    car = ev(pair, *NO_SLAC, *setting("sim.battery.capacity=1kWh", "sim.battery.soc=50%"), seconds=3)
    server.wait_for(lambda posts: "50" in [q["current_soc"] for q in queries(posts)],
                    "no state of charge")
    check(queries(server.posts)[0]["current_soc"] == "-1", f"{server.posts}")
    check(car.end() == 0, "the session", car, station)
    server.wait_for(lambda posts: float(queries(posts)[-1]["current_soc"]) > 50, "the last is not told")
    stop(station)
    server.close()


@case
def test_smartevse_is_told_no_guess(pair):
    """The capacity of a car that is smaller than the configured one is the first it is told"""
    server = Server(pair, 200)
    station = charger(pair, f"webhook.smartevse={ADDRESS}/ev_state", "webhook.capacity=27kWh",
                      "evse.pacing=100ms")
    car = ev(pair, *NO_SLAC, *setting("ev.capacity=20kWh"))
    check(car.end() == 0, "the session", car, station)
    server.wait_for(lambda posts: "20000" in capacities(posts), "no capacity")
    check(capacities(server.posts)[0] == "-1" and "27000" not in capacities(server.posts),
          f"{server.posts}")
    stop(station)
    server.close()


@case
def test_probe(pair):
    """A SoC probe is over in a moment; the car is told of all the same"""
    server = Server(pair, 200)
    station = charger(pair, "evse.ac_phases=1", "evse.probe=yes", f"webhook.smartevse={ADDRESS}/ev_state",
                      f"webhook.url={ADDRESS}/hook")
    car = ev(pair, *NO_SLAC, *setting("sim.battery.soc=50%"))
    car.end()
    server.wait_for(lambda posts: "50" in [q.get("current_soc") for q in queries(posts)],
                    "no state of charge for SmartEVSE")
    server.wait_for(lambda posts: any("soc" in b and len(b["evccid"]) == 12 for b in bodies(posts)),
                    "no state of charge for others")
    stop(station)
    server.close()


@case
def test_json(pair):
    """The state as JSON, at once when it changes"""
    server = Server(pair, 204)
    station = charger(pair, f"webhook.url={ADDRESS}/hook", "webhook.interval=1h")
    car = ev(pair, *NO_SLAC, seconds=3)
    server.wait_for(lambda posts: any(json.loads(p[2]).get("phase") == "charging" for p in posts),
                    "no charging")
    check(car.end() == 0, "the session", car, station)
    path, kind, body, _ = server.posts[-1]
    check(path == "/hook" and kind == "application/json", f"{server.posts[-1]}")
    check(json.loads(body)["name"] == "charger", body)
    stop(station)
    server.close()


@case
def test_faults(pair):
    """500, a closed connection and silence are tried again until it is taken; sessions go on"""
    server = Server(pair, 500, 0, None, 200)
    station = charger(pair, f"webhook.smartevse={ADDRESS}/ev_state")
    car = ev(pair, *NO_SLAC, seconds=12)
    server.wait_for(queries, "it was never taken")
    check([post[3] for post in server.posts[:4]] == [500, 0, None, 200], f"{server.posts}")
    check(car.end() == 0, "the session", car, station)
    for what in ("status 500", "answers\n"):
        check(what in station.complaint(), f"not said: {what}", station)
    stop(station)
    server.close()


@case
def test_given_up(pair):
    """A server that always fails is asked as often as it is configured, and then no more"""
    server = Server(pair, 500)
    station = charger(pair, f"webhook.url={ADDRESS}", "webhook.tries=2", "webhook.interval=1h")
    server.wait_for(lambda posts: 2 in times(posts).values(), "it is not tried again")
    before = len(server.posts)
    car = ev(pair, *NO_SLAC)  # which is news
    server.wait_for(lambda posts: len(posts) > before, "news are not told")
    check(car.end() == 0, "the session", car, station)
    check(max(times(server.posts).values()) == 2, f"{times(server.posts)}")
    check(station.complaint().count("status 500") == 1, "said once", station)
    stop(station)
    server.close()


@case
def test_tls(pair):
    """A server whose certificate is known is told; others, and with it those of the system, are not"""
    with tempfile.TemporaryDirectory() as folder:
        own = made_certificate(folder, "server", "IP:127.0.0.1")
        other = made_certificate(folder, "other", "IP:127.0.0.1")
        server = Server(pair, 200, tls=own)
        address = f"webhook.url=https://127.0.0.1:{PORT}/hook"
        for settings in ([f"webhook.ca_file={other[1]}"], []):
            station = charger(pair, address, *settings)
            wait_complaint(station, "certificate")
            check(not server.posts, "told a server that nobody knows", station)
            stop(station)
        station = charger(pair, address, f"webhook.ca_file={own[1]}")
        server.wait_for(lambda posts: posts, "not told")
        stop(station)
        station = charger(pair, address, f"webhook.ca_file={folder}/nothing")
        wait_complaint(station, "nothing: No such file")
        stop(station)
        server.close()


@case
def test_account(pair):
    """Who we are, to one of the servers only; what is secret is in no line for people"""
    with tempfile.TemporaryDirectory() as folder:
        secret = os.path.join(folder, "secret")
        with open(secret, "w", encoding="utf-8") as file:
            file.write("tops3cret\n")
        server = Server(pair, 200)
        station = charger(pair, f"webhook.url={ADDRESS}/hook?key=hidd3n", "webhook.user=ccs",
                          f"webhook.password_file={secret}",
                          f"webhook.smartevse=http://u:hidd3n@127.0.0.1:{PORT}/ev_state")
        car = ev(pair, *NO_SLAC)
        check(car.end() == 0, "the session", car, station)
        server.wait_for(lambda posts: any("ev_state" in post[0] for post in posts), "no SmartEVSE")
        stop(station)
        server.close()
    check(server.accounts == {"Basic Y2NzOnRvcHMzY3JldA==", "Basic dTpoaWRkM24="}, f"{server.accounts}")
    check(f"{ADDRESS}/hook answers" in station.complaint(), "not told", station)
    for word in "hidd3n", "tops3cret":
        check(word not in station.complaint() + station.text(), "secrets are shown", station)


@case
def test_hanging(pair):
    """A server that takes connections and says nothing delays neither session nor end"""
    with pair.inside("evse"):
        server = socket.create_server(("127.0.0.1", PORT), backlog=1)
    station = charger(pair, f"webhook.url={ADDRESS}", f"webhook.smartevse={ADDRESS}",
                      "webhook.timeout=1min")
    car = ev(pair, *NO_SLAC)
    check(car.end() == 0, "the session", car, station)
    stop(station)
    server.close()


@case
def test_nobody(pair):
    """No server, no such name, no address at all: said, and the session goes on"""
    for address in (f"{ADDRESS}/x", "http://no.such.host.invalid/", "nonsense", "file:///etc/passwd"):
        station = charger(pair, f"webhook.url={address}")
        car = ev(pair, *NO_SLAC)
        check(car.end() == 0, "the session", car, station)
        check(address in station.complaint(), f"{address} is not complained of", station)
        stop(station)


if __name__ == "__main__":
    stations.main("stations that post")

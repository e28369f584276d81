#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whom `ccs listen` tells: commands on events, gpsd, uploads, syslog.  Each has its counterpart here.

    listen_tell.py CCS [CASE]
"""
import http.server
import os
import socket
import struct
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True  # the tree may be read-only
import listen  # noqa: E402
from listen import case, check, play, session, stop  # noqa: E402

listen.CASES.clear()
CHARGER = "02:cc:50:00:00:02"  # of the simulation


def ear(pair, *settings):
    options = [word for setting in settings for word in ("--set", setting)]
    return listen.listen(pair, "--passive", "-c", "/dev/null", *options)


def wait_for_file(path, process, lines=1):
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if os.path.exists(path):
            with open(path) as file:
                text = file.read()
            if text.count("\n") >= lines:
                return text
        time.sleep(0.02)
    check(False, f"{path} has not {lines} lines", process)


class Server:
    """A TCP server at the listener's loopback interface, which has one client at a time."""

    def __init__(self, pair, serve):
        with pair.inside("evse"):
            self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(20)
        self.port = self.socket.getsockname()[1]
        self.serve = serve
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        try:
            while True:
                with self.socket.accept()[0] as client:
                    client.settimeout(20)
                    self.serve(client)
        except OSError:
            pass


@case
def test_events(pair):
    """Each event runs its command, with what is known in the environment"""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "said")
        process = ear(pair,
                      f'on.new_charger=echo "$CCS_EVENT $CCS_MAC $CCS_INTERFACE" >> {path}',
                      f'on.new_car=echo "$CCS_EVENT" >> {path}',
                      f'on.session_begin=echo "$CCS_EVENT $CCS_SESSION" >> {path}',
                      f'on.session_end=echo "$CCS_EVENT $CCS_VERDICT $CCS_PROTOCOL $CCS_SOC" >> {path}')
        play(pair, session())
        wait_for_file(path, process, 3)
        check(process.wait_for("SessionStopRes"), "the session is not seen", process)
        stop(process)
        said = wait_for_file(path, process, 4).splitlines()
        check(f"new_charger {CHARGER} charger" in said and "new_car" in said and
              "session_begin 1" in said and said[-1].startswith("session_end ok din "),
              f"other events: {said}", process)


@case
def test_output_of_commands(pair):
    """What a command prints goes to stderr; its failure is a note"""
    process = ear(pair, "on.new_charger=echo heard && exit 3")
    play(pair, session())
    check(process.wait_for("[on] new_charger: ended with status 3"), "not told", process)
    stop(process)
    check("heard" in process.complaint() and "heard" not in process.text(), "on stdout", process)


@case
def test_slow_command(pair):
    """A command that takes too long is killed with all that it started; nothing waits for it"""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "pid")
        process = ear(pair, f"on.new_charger=sleep 600 & echo $! > {path} && wait", "on.time=1s")
        play(pair, session())
        check(process.wait_for("SessionStopRes"), "the session is not seen", process)
        check(process.wait_for("took too long"), "not killed", process)
        pid = int(wait_for_file(path, process))
        end = time.monotonic() + 10
        while os.path.exists(f"/proc/{pid}") and state_of(pid) != "Z":
            check(time.monotonic() < end, "what it started is alive", process)
            time.sleep(0.02)
        stop(process)


def state_of(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return "Z"


@case
def test_many_commands(pair):
    """Five at once are one too many: it is passed over, which is told once"""
    process = ear(pair, "on.new_charger=sleep 600")
    parm_cnf = next(f for f in session() if f[12:14] == listen.PLC and f[15:17] == b"\x65\x60")
    chargers = [parm_cnf[:6] + bytes([2, 0, 0, 0, 0, n]) + parm_cnf[12:] for n in range(1, 9)]
    play(pair, chargers)
    check(process.wait_for("is passed over"), "not told", process)
    process.child.send_signal(2)  # those that run get two seconds
    check(process.end(20) == 0, "exit status", process)
    check(process.text().count("is passed over") == 1, "told again", process)


@case
def test_neighbours(pair):
    """Chargers that answer the same car in turn ring once each"""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "said")
        process = ear(pair, f'on.new_charger=echo "$CCS_MAC" >> {path}')
        parm_cnf = next(f for f in session() if f[12:14] == listen.PLC and f[15:17] == b"\x65\x60")
        chargers = [parm_cnf[:6] + bytes([2, 0, 0, 0, 0, n]) + parm_cnf[12:] for n in (1, 2, 3)]
        play(pair, chargers[:2] * 10)
        wait_for_file(path, process, 2)
        play(pair, chargers[2:])
        rung = wait_for_file(path, process, 3)
        stop(process)
    check(sorted(rung.split()) == [f"02:00:00:00:00:0{n}" for n in (1, 2, 3)], f"rung {rung}", process)


@case
def test_no_rights(pair):
    """A command has no capability, though the listener was started with all"""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rights")
        process = ear(pair, f"on.new_charger=grep -E '^Cap(Eff|Prm|Bnd)|NoNewPrivs' /proc/self/status > {path}")
        play(pair, session())
        rights = wait_for_file(path, process, 4)
        stop(process)
    check("CapEff:\t0000000000000000" in rights and "CapPrm:\t0000000000000000" in rights and
          "NoNewPrivs:\t1" in rights, rights, process)


GPSD = [b'{"class":"VERSION","release":"3.25","rev":"3.25","proto_major":3,"proto_minor":15}\n',
        b'{"class":"DEVICES","devices":[{"class":"DEVICE","path":"/dev/ttyS1"}]}\n',
        b'{"class":"TPV","mode":1}\n' + b"x" * 20000 + b"\n{]\n",
        b'{"class":"TPV","mode":3,"lat":48.137154000,"lon":11.575400000,"alt":519.0}\n']


@case
def test_position(pair):
    """The position comes from gpsd, in pieces, after a connection that broke"""
    asked, first, reported = [], [], threading.Event()

    def serve(client):
        asked.append(client.recv(200))
        if not first:
            first.append(client)
            return  # which closes it
        for byte in b"".join(GPSD)[:300]:
            client.send(bytes([byte]))
        client.sendall(b"".join(GPSD)[300:])
        reported.set()
        while client.recv(200):
            pass

    server = Server(pair, serve)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "said")
        process = ear(pair, f'on.new_charger=echo "$CCS_LATITUDE $CCS_LONGITUDE" > {path}',
                      "gpsd.host=127.0.0.1", f"gpsd.port={server.port}")
        check(process.wait_for("gpsd at 127.0.0.1"), "the break is not told", process)
        check(reported.wait(20), "it does not come again", process)
        # The report is read before the frames that are sent after it, or the charger has none.
        time.sleep(0.2)
        play(pair, session())
        check(wait_for_file(path, process) == "48.1371540 11.5754000\n", "other position", process)
        check(process.wait_for(f"charger {CHARGER} at 48.1371540 11.5754000"), "not shown", process)
        stop(process)
    check(asked[0] == b'?WATCH={"enable":true,"json":true};\n', f"asked {asked}")


@case
def test_gpsd_falls_silent(pair):
    """A position is none after 10 s; after 30 s of silence gpsd is asked again, and told to be back"""
    times = []

    def serve(client):
        times.append(time.monotonic())
        client.settimeout(60)
        client.recv(200)
        client.sendall(GPSD[0] + GPSD[3])
        while client.recv(200):
            pass

    server = Server(pair, serve)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "said")
        process = ear(pair, f'on.new_charger=echo "$CCS_MAC at $CCS_LATITUDE" >> {path}',
                      "gpsd.host=127.0.0.1", f"gpsd.port={server.port}")
        parm_cnf = next(f for f in session() if f[12:14] == listen.PLC and f[15:17] == b"\x65\x60")
        chargers = [parm_cnf[:6] + bytes([2, 0, 0, 0, 0, n]) + parm_cnf[12:] for n in (1, 2)]
        end = time.monotonic() + 20
        while not times and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(0.5)
        play(pair, chargers[:1])
        wait_for_file(path, process)
        time.sleep(11)
        play(pair, chargers[1:])
        said = wait_for_file(path, process, 2)
        check(said == "02:00:00:00:00:01 at 48.1371540\n02:00:00:00:00:02 at \n", said, process)
        end = time.monotonic() + 60
        while "reports again" not in process.text() and time.monotonic() < end:
            time.sleep(0.1)
        stop(process)
    check("gpsd at 127.0.0.1: says nothing any more" in process.text(), "not told", process)
    check("gpsd at 127.0.0.1: reports again" in process.text(), "its come-back is not told", process)
    check(38 < times[1] - times[0] < 50, f"asked again after {times}", process)


@case
def test_gpsd_is_missing(pair):
    """Without gpsd all goes on; it is told once"""
    process = ear(pair, "gpsd.host=127.0.0.1", "gpsd.port=9")
    play(pair, session())
    check(process.wait_for("SessionStopRes"), "the session is not seen", process)
    stop(process)
    check(process.text().count("gpsd at 127.0.0.1") == 1, "not told once", process)


class Uploads(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.paths.append(self.path)
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def upload_server(pair, *statuses):
    with pair.inside("evse"):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Uploads)
    server.paths, server.statuses = [], list(statuses)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def wait_for_uploads(server, count, process):
    end = time.monotonic() + 30
    while len(server.paths) < count:
        check(time.monotonic() < end, f"uploaded {server.paths}", process)
        time.sleep(0.02)


def upload(mac, loops):
    return f"/addLog.php?chargerMac={mac.replace(':', '')}&loops={loops}&pos=no_pos"


@case
def test_upload(pair):
    """A new charger is uploaded at once, with pyPLC's query, and once; nobody each period"""
    server = upload_server(pair)
    process = ear(pair, f"upload.url=http://127.0.0.1:{server.server_port}/addLog.php",
                  "upload.interval=5s")
    wait_for_uploads(server, 1, process)
    begin = time.monotonic()
    play(pair, session())
    wait_for_uploads(server, 2, process)
    check(time.monotonic() - begin < 4, "not at once", process)
    wait_for_uploads(server, 4, process)
    stop(process)
    server.shutdown()
    wanted = [upload(mac, loops) for loops, mac in enumerate(["na", CHARGER, "na", "na"])]
    check(server.paths[:4] == wanted, f"uploaded {server.paths}", process)


@case
def test_upload_again(pair):
    """A charger that the server did not take is not forgotten"""
    server = upload_server(pair, 200, 500, 500, 500)
    process = ear(pair, f"upload.url=http://127.0.0.1:{server.server_port}/addLog.php",
                  "upload.interval=8s")
    wait_for_uploads(server, 1, process)
    play(pair, session())
    wait_for_uploads(server, 6, process)
    stop(process)
    server.shutdown()
    wanted = [upload("na", 0)] + [upload(CHARGER, 1)] * 3 + [upload(CHARGER, 2), upload("na", 3)]
    check(server.paths[:6] == wanted, f"uploaded {server.paths}", process)


@case
def test_upload_hangs(pair):
    """A web server that does not answer holds up nothing"""
    server = Server(pair, lambda client: time.sleep(20))
    process = ear(pair, f"upload.url=http://127.0.0.1:{server.port}/x")
    play(pair, session())
    check(process.wait_for("SessionStopRes"), "the session is not seen", process)
    stop(process)


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


@case
def test_syslog(pair):
    """Datagrams to all, with a valid checksum of IP, taken by an ordinary socket; off by default"""
    with pair.inside("ev"):
        heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
    heard.bind(("", 514))
    heard.settimeout(10)
    raw.bind((pair.ev, 0x0800))
    raw.settimeout(10)
    process = ear(pair)
    play(pair, session()[:40])
    check(process.wait_for("CM_MNBC_SOUND.IND"), "the session is not seen", process)
    stop(process)
    raw.setblocking(False)
    try:
        check(not raw.recv(2048), "syslog though nobody wants it", process)
    except BlockingIOError:
        raw.settimeout(10)
    process = ear(pair, "syslog.to=255.255.255.255")
    play(pair, session())
    line = heard.recv(2048)
    while b"CM_SLAC_PARM.CNF" not in line:
        line = heard.recv(2048)
    check(line.startswith(b"<15>") and b"\n" not in line, f"syslog {line}", process)
    frame = raw.recv(2048)
    check(frame[:6] == b"\xff" * 6 and checksum(frame[14:34]) == 0xFFFF, "checksum", process)
    stop(process)


@case
def test_syslog_without_keys(pair):
    """The key of a network that is matched is told to nobody"""
    frames = session()
    match = next(f for f in frames if f[12:14] == listen.PLC and f[15:17] == b"\x7d\x60")
    key = match[93:109].hex()
    with pair.inside("ev"):
        heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    heard.bind(("", 514))
    heard.settimeout(10)
    process = ear(pair, "syslog.to=255.255.255.255")
    play(pair, frames)
    lines = [heard.recv(2048).decode()]
    while "CM_SLAC_MATCH.CNF" not in lines[-1]:
        lines.append(heard.recv(2048).decode())
    stop(process)
    shown = "".join(c for c in "".join(lines).lower() if c in "0123456789abcdef")
    check(len(set(key)) > 4 and key not in shown, f"the key {key} is in {lines}", process)


if __name__ == "__main__":
    listen.main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A car, a charger and a listener as the units start them, with no right but the units': ready, alive, read
anew, charging, stopped.  Tells in TAP what the service manager hears.

    service.py BUILD
"""
import contextlib
import os
import signal
import socket
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # the tree may be read-only
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../net"))
import namespaces  # noqa: E402

RIGHTS = ["setpriv", "--no-new-privs", "--bounding-set=-all,+net_raw", "--inh-caps=-all,+net_raw",
          "--ambient-caps=-all,+net_raw"]
CONFIGURATION = """\
[general]
run_directory = {folder}/run
[record]
directory =
[ev]
without_slac = yes
[evse]
without_slac = yes
"""
cases = []


def command_of(build, role, interface, folder):
    """ExecStart of the unit, of what is built instead of what is installed."""
    with open(f"{build}/packaging/ccs-{role}@.service", encoding="utf-8") as unit:
        line = next(line for line in unit if line.startswith("ExecStart="))
    words = line.strip().replace("%i", interface).replace("/etc/ccs", folder).split()[1:]
    source = os.path.join(HERE, "../../packaging/service.conf")
    return [f"{build}/ccs"] + [source if "service.conf" in word else word for word in words]


class Service:
    """One role, and the service manager's end of its socket."""

    def __init__(self, build, pair, role, folder):
        path = os.path.join(folder, role)
        self.role = role
        self.ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.ear.bind(path)
        self.process = pair.start(role, ["env", f"NOTIFY_SOCKET={path}", "WATCHDOG_USEC=200000"] +
                                  RIGHTS + command_of(build, role, getattr(pair, role), folder))

    def hears(self, text):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            self.ear.settimeout(20)
            with contextlib.suppress(TimeoutError):
                if text in self.ear.recv(1024).decode():
                    return True
        return False

    def tell(self, number):
        self.process.child.send_signal(number)

    def check(self, what, verdict):
        cases.append(verdict)
        print("ok" if verdict else "not ok", len(cases), "-", f"ccs-{self.role}@: {what}")
        if not verdict:
            print("# " + (self.process.text() + self.process.complaint()).replace("\n", "\n# "))


def run(build, pair, folder):
    with open(os.path.join(folder, "ccs.conf"), "w", encoding="utf-8") as file:
        file.write(CONFIGURATION.format(folder=folder))
    os.mkdir(os.path.join(folder, "run"))
    services = []
    listener = pair.start("evse", RIGHTS + command_of(build, "listen", pair.evse, folder))
    for role in ("evse", "ev"):
        service = Service(build, pair, role, folder)
        services.append(service)
        service.check("is ready", service.hears("READY=1"))
        service.tell(signal.SIGHUP)
        service.check("lives on when it reads the configuration again", service.hears("WATCHDOG=1"))
    charger, car = services
    car.check("says that it is in session", car.hears("STATUS=in session"))
    for service in (car, charger):
        service.tell(signal.SIGTERM)
        service.check("says that it stops", service.hears("STOPPING=1"))
        service.check("ends well", service.process.end() == 0)
    heard = listener.wait_for("supportedAppProtocolReq")
    listener.child.send_signal(signal.SIGTERM)
    verdict = listener.end() == 0 and heard
    cases.append(verdict)
    print("ok" if verdict else "not ok", len(cases), "- ccs-listen@: hears the session, and ends well")
    if not verdict:
        print("# " + (listener.text() + listener.complaint()).replace("\n", "\n# "))


def main():
    why_not = namespaces.enter()
    if why_not:
        print("1..0 # SKIP", why_not)
        return
    with tempfile.TemporaryDirectory() as folder, namespaces.Pair("s") as pair:
        run(os.path.abspath(sys.argv[1]), pair, folder)
    print(f"1..{len(cases)}")


if __name__ == "__main__":
    main()

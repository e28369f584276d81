#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`ccs doctor` at interfaces that are in order, and at such that are not.

    doctor.py CCS [CASE]

One case after the other: the network managers know interfaces by numbers, which are the same in
each namespace.
"""
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import traceback

sys.dont_write_bytecode = True  # the tree may be read-only
import listen_modem  # noqa: E402
import namespaces  # noqa: E402

CCS = sys.argv[1]
CASES = []
CHECKS = ["interface", "permission", "modem", "ipv6", "port", "manager", "addresses", "routers",
          "clock"]


def case(function):
    CASES.append(function)
    return function


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def examine(pair, *options, before=()):
    """{check: (result, text)} of the charger's interface, whose exit status was the right one."""
    command = ["ip", "netns", "exec", pair.spaces["evse"], *before, CCS, "doctor", "-i", pair.evse,
               "--json", *options]
    run = subprocess.run(command, capture_output=True, text=True, timeout=30)
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    check([row["check"] for row in rows] == CHECKS, f"{run.stdout}{run.stderr}")
    results = {row["result"] for row in rows}
    status = 1 if "fix" in results else 3 if "unknown" in results else 0
    check(run.returncode == status, f"exit status {run.returncode}, not {status}: {run.stdout}")
    return {row["check"]: (row["result"], row["text"]) for row in rows}


def expect(found, name, result, *words):
    check(found[name][0] == result and all(word in found[name][1] for word in words),
          f"{name}: {found[name]}, not {result} with {words}")


def in_order(pair):
    """What a person would set up for a charging interface."""
    pair.sysctl(pair.spaces["evse"], f"net.ipv6.conf.{pair.evse}.accept_ra=0")


@case
def test_in_order(pair):
    """All in order: a modem with its firmware; the clock is whatever this computer has"""
    in_order(pair)
    modem = listen_modem.Modem(pair)
    found = examine(pair)
    modem.close()
    for name in CHECKS[:-1]:
        expect(found, name, "ok")
    expect(found, "modem", "ok", "QCA7005", listen_modem.FIRMWARE.decode(), "no link")
    check(not modem.keys, "it sets a key")
    text = subprocess.run(["ip", "netns", "exec", pair.spaces["evse"], CCS, "doctor", "-i",
                           pair.evse, "--sim-modem"], capture_output=True, text=True).stdout
    check([line.split()[1] for line in text.splitlines()] == CHECKS, f"lines: {text}")


@case
def test_modem(pair):
    """No modem, one without firmware, one that cannot do SLAC"""
    expect(examine(pair), "modem", "fix", "no modem answers", "power")
    for firmware, chip, words in ((b"BootLoader", 0x001B587C, "boot loader"),
                                  (b"MAC-QCA7500-1", 0x001D4C00, "SLAC")):
        modem = listen_modem.Modem(pair, firmware, chip)
        expect(examine(pair), "modem", "fix", words)
        modem.close()


@case
def test_interface(pair):
    """A small MTU, no carrier, down"""
    pair.ip("evse", "link", "set", pair.evse, "mtu", "1280")
    expect(examine(pair, "--sim-modem"), "interface", "fix", "1280", "mtu 1500")
    pair.ip("evse", "link", "set", pair.evse, "mtu", "1500")
    pair.set_link("ev", "down")
    while pair.is_up("evse"):
        time.sleep(0.02)  # the kernel says so up to a second later
    found = examine(pair)
    expect(found, "interface", "fix", "carrier", "cable")
    expect(found, "modem", "unknown", "down")
    pair.set_link("evse", "down")
    found = examine(pair, "--sim-modem")
    expect(found, "interface", "fix", "ip link set charger up")
    expect(found, "ipv6", "unknown", "down")


@case
def test_addresses(pair):
    """IPv6 off, no address made, addresses that do not belong there, routers asked for"""
    in_order(pair)
    name, space = pair.evse, pair.spaces["evse"]
    pair.sysctl(space, f"net.ipv6.conf.{name}.disable_ipv6=1")
    expect(examine(pair, "--sim-modem"), "ipv6", "fix", "disable_ipv6=0")
    pair.sysctl(space, f"net.ipv6.conf.{name}.addr_gen_mode=1")
    pair.sysctl(space, f"net.ipv6.conf.{name}.disable_ipv6=0")
    expect(examine(pair, "--sim-modem"), "ipv6", "fix", "addrgenmode eui64")
    pair.ip("evse", "addr", "add", "192.0.2.7/24", "dev", name)
    expect(examine(pair, "--sim-modem"), "addresses", "fix", "192.0.2.7")
    pair.ip("evse", "addr", "flush", "dev", name)
    pair.ip("evse", "addr", "add", "2001:db8::7/64", "dev", name)
    expect(examine(pair, "--sim-modem"), "addresses", "fix", "2001:db8::7")
    pair.sysctl(space, f"net.ipv6.conf.{name}.accept_ra=1")
    expect(examine(pair, "--sim-modem"), "routers", "fix", "accept_ra=0")


@case
def test_managers(pair):
    """NetworkManager, systemd-networkd, a DHCP client: of this interface, not of others"""
    with pair.inside("evse"):
        index = socket.if_nametoindex(pair.evse)
    for folder, mine, others, words in (
            ("/run/NetworkManager/devices", "[device]\nmanaged=true\n",
             "[device]\nmanaged=false\n", "nmcli device set charger managed no"),
            ("/run/systemd/netif/links", "ADMIN_STATE=configured\n",
             "ADMIN_STATE=unmanaged\n", "Unmanaged=yes")):
        os.makedirs(folder)
        for number, text in ((index, others), (index + 1, mine)):
            with open(f"{folder}/{number}", "w", encoding="utf-8") as file:
                file.write(text)
        expect(examine(pair, "--sim-modem"), "manager", "ok")
        with open(f"{folder}/{index}", "w", encoding="utf-8") as file:
            file.write(mine)
        expect(examine(pair, "--sim-modem"), "manager", "fix", words)
        shutil.rmtree(folder)
    for interface, result in (("eth77", "ok"), (pair.evse, "fix")):
        client = subprocess.Popen(["/sbin/dhclient", "-c", "input()", interface],
                                  executable=sys.executable, stdin=subprocess.PIPE)
        expect(examine(pair, "--sim-modem"), "manager", result)
        client.communicate(b"\n")


@case
def test_port(pair):
    """The port of the discovery belongs to another charger"""
    other = pair.start("evse", [CCS, "evse", "-i", pair.evse, "--no-slac"])
    check(other.wait_for("waiting for a car", 5), "the other charger does not start")
    expect(examine(pair, "--sim-modem"), "port", "fix", "15118", "another charger")


def is_real_root():
    with open("/proc/self/uid_map", encoding="utf-8") as ids:
        return ids.read().split() == ["0", "0", "4294967295"]


@case
def test_permission(pair):
    """An ordinary user: what lacks the permission is said, all else is looked at"""
    if not (os.stat(CCS).st_mode & 1 and is_real_root()):
        return
    nobody = ["setpriv", "--reuid", "65534", "--clear-groups", "--bounding-set", "-all",
              "--inh-caps", "-all"]
    found = examine(pair, before=nobody)
    expect(found, "permission", "fix", "cap_net_raw")
    expect(found, "modem", "unknown", "permission")
    expect(found, "ipv6", "ok")
    expect(found, "port", "ok")


@case
def test_no_interface(pair):
    """No such interface, or none of Ethernet: one line, exit status 3"""
    for name, words in (("eth77", "charger"), ("lo", "Ethernet")):
        run = subprocess.run(["ip", "netns", "exec", pair.spaces["evse"], CCS, "doctor", "-i", name],
                             capture_output=True, text=True)
        check(run.returncode == 3 and not run.stdout and run.stderr.count("\n") == 1 and
              words in run.stderr, f"{name}: {run}")


def run(number, function):
    try:
        with namespaces.Pair(number) as pair:
            function(pair)
    except Exception:  # whatever it is, it is this case's failure
        return traceback.format_exc()
    return ""


def main():
    cases = [c for c in CASES if len(sys.argv) < 3 or sys.argv[2] in c.__name__]
    why_not = namespaces.enter()
    if why_not:
        print(f"1..1\nok 1 - ccs doctor # SKIP {why_not}")
        return
    print(f"1..{len(cases)}")
    for number, function in enumerate(cases, 1):
        result = run(number, function)
        for line in result.splitlines():
            print("#", line)
        print("not ok" if result else "ok", number, "-", function.__doc__, flush=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Faults that another stack (EVerest, August 2026) was found to have: ours has none of them.

    everest.py CCS [CASE]

Each has a number.  What only a network shows is a case here, eNN in its name; TABLE says for every
number where it is tested, or why it cannot be ours.
"""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # the tree may be read-only
from scripted import Car, record_elsewhere  # noqa: E402
from stations import (CCS, MODEM, NO_SLAC, SDP_REQUEST, V2GTP, ask, case, charge,  # noqa: E402
                      check, ev, evse, main, records, setting, tcp, types)

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
HERE = "net/everest.py"
QUICK = setting("timing.v2g.V2G_SECC_Sequence_Timeout=3s")

# Number: the fault in short; "file:test" of tests/, or why not.
TABLE = {
    1: ("an empty datagram ends the charger", f"{HERE}:test_e01"),
    2: ("a lost answer to the discovery: no other one", f"{HERE}:test_e02"),
    3: ("no timer before the first message", f"{HERE}:test_e03"),
    4: ("short and wrong discoveries are answered", f"{HERE}:test_e04"),
    5: ("answers are held back, and old then", "unit/test_evse_rules.c:test_r54_at_once"),
    6: ("deaf for seconds after a session; a signal ends it", f"{HERE}:test_e06"),
    7: ("no room for long messages", f"{HERE}:test_e07"),
    8: ("a failed cable check is not told", "unit/test_evse_rules.c:test_everest_8"),
    9: ("no way out between precharge and power", "unit/test_evse_rules.c:test_r42_session_stop"),
    10: ("no end when no protocol fits, or nothing can be decoded", f"{HERE}:test_e10"),
    11: ("session ids can be guessed", f"{HERE}:test_e11"),
    12: ("a second connection ends the session", f"{HERE}:test_e12"),
    13: ("each answer waits 98 ms", "unit/test_evse_rules.c:test_r54_at_once"),
    14: ("the session id 0 passes in a session", f"{HERE}:test_e14"),
    15: ("a session goes on after FAILED", f"{HERE}:test_e14"),
    16: ("AC limits are three times too high", "unit/test_evse_ac.c:test_parameters"),
    17: ("threads share unlocked data", "one thread, no heap in the core"),
    18: ("a connection is accepted out of its time", f"{HERE}:test_e18"),
    19: ("a car hangs without CM_ATTEN_CHAR.IND", "unit/test_slac_faults.c:test_lost_always"),
    20: ("a car takes the first charger that answers", "unit/test_slac_ev.c:test_nearest"),
    21: ("a refused key, short frames, many cars, keys in the log",
         "unit/test_modem.c:test_key_results unit/test_mme.c:test_short_frames_keep_their_type "
         "unit/test_slac_evse.c:test_several_cars unit/test_slac_evse.c:test_amplitude_map "
         f"{HERE}:test_e21"),
    22: ("a connection that closes before its first message spins", f"{HERE}:test_e22"),
    23: ("the codec reads beyond its end", "unit/test_exi_refused.c:test_cut_anywhere "
         "unit/test_exi_refused.c:test_every_buffer_size"),
    24: ("nobody fuzzes the decoders", "fuzz/fuzz_exi.c:LLVMFuzzerTestOneInput"),
    25: ("charges although out of order; a mutex", "unit/test_evse_safety.c:test_hardware_faults"),
}


@case
def test_table(_):
    """Every number has its test, and the test is there"""
    check(sorted(TABLE) == list(range(1, 26)), "numbers are missing")
    for number, (fault, where) in TABLE.items():
        for path, name in re.findall(r"(\S+\.\w+):(\w+)", where):
            with open(os.path.join(TESTS, path), encoding="utf-8") as file:
                check(re.search(rf"\b{name}", file.read()), f"{number}, {fault}: no {path}:{name}")


def encode(proto, body):
    run = subprocess.run([CCS, "exi", "encode", json.dumps({"proto": proto, "body": body})],
                         capture_output=True, text=True, check=True)
    return bytes.fromhex(run.stdout.split()[-1])


def linked(pair, *options):
    charger = evse(pair, *NO_SLAC, *options)
    check(charger.wait_for("waiting for the car to connect"), "it does not get there", charger)
    return charger


def send(pair, *datagrams):
    with pair.inside("ev"), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as peer:
        for datagram in datagrams:
            peer.sendto(datagram, ("ff02::1", 15118, 0, socket.if_nametoindex(pair.ev)))


def is_closed(peer):
    """Waits for it; what still comes is thrown away."""
    try:
        while peer.recv(4096):
            pass
    except ConnectionError:
        pass
    return True


@case
def test_e01_empty_datagram(pair):
    """E1: empty datagrams end nothing"""
    charger = linked(pair)
    send(pair, *[b""] * 100)
    charge(pair, charger, *NO_SLAC)


@case
def test_e02_lost_answer(pair):
    """E2: a car that did not get the answer to its discovery asks again and is answered"""
    charger = linked(pair)
    for _ in range(20):
        send(pair, SDP_REQUEST)
        time.sleep(0.05)
    check(charger.text().count("SDPResponse") == 20, "not each is answered", charger)
    charge(pair, charger, *NO_SLAC)


@case
def test_e03_silent_connection(pair):
    """E3: a connection without a message, or with one that never gets whole, has an end"""
    charger = linked(pair, *QUICK)
    check(is_closed(tcp(pair, ask(pair), 20)), "silence", charger)
    peer = tcp(pair, ask(pair), 20)
    try:
        for byte in V2GTP + b"\x80\x01\0\0\0\x44" + bytes(60):
            peer.send(bytes([byte]))
            time.sleep(0.2)
        check(False, "it waits as long as there is a byte now and then", charger)
    except ConnectionError:
        pass
    charge(pair, charger, *NO_SLAC)


@case
def test_e04_wrong_discovery(pair):
    """E4: a discovery that is short, long, or wants what there is not, gets no answer"""
    charger = linked(pair)
    head = SDP_REQUEST[:8]
    for wrong in (head, head + b"\x10", head[:7] + b"\x00", head[:7] + b"\x03\x10\0",
                  head + b"\x55\0", head + b"\x10\x10", head + b"\x10\x7f"):
        check(ask(pair, wrong, 1) is None, f"an answer to {wrong.hex()}", charger)
    check(ask(pair), "no answer at all", charger)


@case
def test_e06_next_session(pair):
    """E6: after a session the next one within 2 s; signals that mean nothing end nothing"""
    charger = evse(pair, *NO_SLAC, "--json")
    charge(pair, charger, *NO_SLAC)
    for _ in range(10):
        charger.child.send_signal(signal.SIGSTOP)
        charger.child.send_signal(signal.SIGCONT)
        charger.child.send_signal(signal.SIGWINCH)
    charge(pair, charger, *NO_SLAC)
    told = records(charger)
    ended = next(n for n, r in enumerate(told) if r.get("type") == "SessionStopRes")
    again = next(r for r in told[ended:] if "waiting for the car to connect" in r.get("text", ""))
    check(again["t"] - told[ended]["t"] < 2, "not within 2 s", charger)


@case
def test_e07_long_message(pair):
    """E7: certificates of 3 kB are read, though not wanted, and answered"""
    charger = linked(pair, "--json")
    session = record_elsewhere()
    car = Car(session, pair, pair.ev, pair.evse)
    car.connect()
    check(car.say(2), "no session", charger)
    leaf = "30" * 800
    details = {"eMAID": "DEABCC12345678", "ContractSignatureCertChain": {
        "Certificate": leaf, "SubCertificates": {"Certificate": [leaf, leaf, leaf]}}}
    car.ask_for(encode("iso2", {"Header": {"SessionID": car.session_id()},
                                "Body": {"PaymentDetailsReq": details}}))
    check(charger.wait_for("FAILED_SequenceError"), "no answer", charger)
    check("PaymentDetailsRes" in types(charger), "not of its type", charger)


@case
def test_e10_no_protocol(pair):
    """E10: no protocol in common: said, and closed; rubbish: the connection has an end"""
    charger = linked(pair, *QUICK)
    unknown = {"ProtocolNamespace": "urn:iso:15118:2:2099:MsgDef", "VersionNumberMajor": 9,
               "VersionNumberMinor": 0, "SchemaID": 1, "Priority": 1}
    exi = encode("app", {"supportedAppProtocolReq": {"AppProtocol": [unknown]}})
    for message in (exi, b"\xa5" * 40):
        peer = tcp(pair, ask(pair), 20)
        peer.send(V2GTP + b"\x80\x01" + len(message).to_bytes(4, "big") + message)
        check(is_closed(peer), "it stays open", charger)
        peer.close()
    check("Failed_NoNegotiation" in charger.text(), "the refusal", charger)
    charge(pair, charger, *NO_SLAC)


@case
def test_e11_session_ids(pair):
    """E11: session ids of a charger, and of one that was started anew, have nothing in common"""
    session, ids = record_elsewhere(), set()
    for _ in range(2):
        charger = linked(pair)
        for _ in range(3):
            car = Car(session, pair, pair.ev, pair.evse)
            car.connect()
            check(car.say(2), "no session", charger)
            ids.add(car.session_id())
            car.stream.close()
        charger.kill()
    check(len(ids) == 6, f"ids: {ids}")


@case
def test_e12_second_connection(pair):
    """E12: others that connect in a session are sent away, and disturb nothing"""
    charger = linked(pair)
    port = ask(pair)
    car = ev(pair, *NO_SLAC, "--json")
    check(car.wait_for("CurrentDemandReq"), "no charging", car, charger)
    for _ in range(20):
        peer = tcp(pair, port)
        check(is_closed(peer), "it stays open", charger)
        peer.close()
    check(car.end() == 0 and "SessionStopRes" in types(car), "the session", car, charger)


@case
def test_e14_wrong_session(pair):
    """E14, E15: the session id 0 in a session is FAILED_UnknownSession, and that is its end"""
    charger = linked(pair)
    session = record_elsewhere()
    car = Car(session, pair, pair.ev, pair.evse)
    car.connect()
    check(car.say(2), "no session", charger)
    car.id = "0" * 64
    check(car.ask_for(session.requests[2][2]), "no answer", charger)
    check("FAILED_UnknownSession" in charger.text(), "the answer", charger)
    check(car.is_closed(), "it stays open", charger)
    charge(pair, charger, *NO_SLAC)


@case
def test_e18_out_of_turn(pair):
    """E18: there is no connection before the matching"""
    charger = evse(pair, *MODEM, "--port", "50000")
    for _ in range(3):
        check(is_closed(tcp(pair, 50000)), "it stays open", charger)
    charge(pair, charger, *MODEM)


@case
def test_e21_no_keys_told(pair):
    """E21: neither side tells the key of the network"""
    charger = evse(pair, *MODEM, "--json", "-v", "--once")
    car = ev(pair, *MODEM, "--json", "-v")
    check(car.end() == 0 and charger.end() == 0, "the session failed", car, charger)
    for process in (car, charger):
        fields = [r["fields"] for r in records(process) if r["kind"] == "mme"]
        keys = [f[name] for f in fields for name in ("nmk", "new_key", "key") if name in f]
        check("CM_SET_KEY.REQ" in process.text() and not keys, f"told: {keys}", process)


@case
def test_e22_closed_at_once(pair):
    """E22: peers that connect and close without a word cost nothing"""
    charger = linked(pair)
    for number in range(5):
        peer = tcp(pair, ask(pair))
        if number % 2:
            peer.shutdown(socket.SHUT_WR)
            check(is_closed(peer), "it stays open", charger)
        peer.close()
    with open(f"/proc/{charger.child.pid}/stat", encoding="utf-8") as stat:
        ticks = sum(int(n) for n in stat.read().rsplit(")", 1)[1].split()[11:13])
    check(ticks < os.sysconf("SC_CLK_TCK"), f"{ticks} ticks of CPU", charger)
    charge(pair, charger, *NO_SLAC)


if __name__ == "__main__":
    main("known faults of others")

# SPDX-License-Identifier: Apache-2.0
"""Scripts in the place of a car or of a charger, which say what a recorded session said.

    session = record(pair, "iso2")          a real session, of which the messages are kept
    car = Car(session, pair, "car", "charger")
    car.connect(); car.say(steps=5)         the requests of the first five steps, in their time
    Charger(session, pair, {"charger": "CableCheckReq"})   answers, up to that request

Nothing here decodes EXI: `ccs` told what each message was, and messages of one type begin alike.
"""
import itertools
import socket
import struct
import threading
import time

import namespaces
from stations import NO_SLAC, SDP_REQUEST, V2GTP, ask, check, ev, evse, records, setting

ALL_NODES = socket.inet_pton(socket.AF_INET6, "ff02::1")
PIECE = 0.001  # s, between two of a message
RECORDING, RECORDED = threading.Lock(), {}
CODE_BITS = 10  # of the element's code behind the SessionID, in both protocols


def framed(exi):
    return V2GTP + b"\x80\x01" + struct.pack(">I", len(exi)) + exi


def receive(stream):
    """The EXI of one message; nothing: the connection was closed."""
    data = b""
    while len(data) < 8 or len(data) < 8 + struct.unpack(">I", data[4:8])[0]:
        more = stream.recv(4096)
        if not more:
            return b""
        data += more
    return data[8:]


def bits_of(data):
    return "".join(f"{byte:08b}" for byte in data)


class Session:
    """The messages of a session: (time, type, exi) each."""

    def __init__(self, lines):
        messages = [r for r in lines if r["kind"] == "msg"]
        self.requests = [(r["t"], r["type"], bytes.fromhex(r["exi"])) for r in messages
                         if r["dir"] == "ev"]
        self.responses = [(r["t"], r["type"], bytes.fromhex(r["exi"])) for r in messages
                          if r["dir"] == "evse"]
        setup = next(r for r in messages if r["type"] == "SessionSetupRes")
        self.id = bits_of(bytes.fromhex(setup["body"]["Header"]["SessionID"]))
        self.id_at = bits_of(bytes.fromhex(setup["exi"])).index(self.id)
        self.steps = [kind for kind, _ in itertools.groupby(self.requests, lambda m: m[1])]
        self.kinds = {self.code(exi): kind for _, kind, exi in self.requests[1:]}

    def code(self, exi):
        """What messages of one type have in common; none for the handshake."""
        return bits_of(exi)[self.id_at + 64:self.id_at + 64 + CODE_BITS]

    def with_id(self, exi, bits):
        """The message as it is in the session with this SessionID."""
        old = bits_of(exi)
        if old[self.id_at:self.id_at + 64] != self.id:
            return exi
        new = old[:self.id_at] + bits + old[self.id_at + 64:]
        return int(new, 2).to_bytes(len(exi), "big")


def record(pair, protocol):
    charger = evse(pair, *NO_SLAC, "--once")
    car = ev(pair, *NO_SLAC, "--json", *setting(f"ev.protocols={protocol}"))
    check(car.end() == 0 and charger.end() == 0, "no session to record", car, charger)
    return Session(records(car))


def record_elsewhere(protocol="iso2"):
    """A session in a pair of its own, once for all cases."""
    with RECORDING:
        if protocol not in RECORDED:
            with namespaces.Pair(f"r{protocol}") as pair:
                RECORDED[protocol] = record(pair, protocol)
    return RECORDED[protocol]


class Car:
    """What a car said once, on an interface of the pair."""

    def __init__(self, session, pair, own, other):
        self.session, self.pair, self.own, self.other = session, pair, own, other
        self.stream, self.id = None, session.id

    def connect(self):
        port = ask(self.pair, interface=self.own)
        check(port, f"no answer to the discovery on {self.own}")
        with self.pair.inside("ev"):
            self.stream = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
            self.stream.settimeout(20)
            self.stream.connect((self.pair.address("evse", self.other), port, 0,
                                 socket.if_nametoindex(self.own)))

    def session_id(self):
        """As hexadecimal text."""
        return f"{int(self.id, 2):016x}"

    def ask_for(self, exi):
        """Sends a request; the response, or nothing."""
        self.stream.sendall(framed(self.session.with_id(exi, self.id)))
        return receive(self.stream)

    def say(self, steps):
        """The requests of so many steps, in the times that they had.  True: all were answered."""
        start, before = time.monotonic(), self.session.requests[0][0]
        done, last = 0, None
        for moment, kind, exi in self.session.requests:
            done, last = done + (kind != last), kind
            if done > steps:
                break
            time.sleep(max(0, start + moment - before - time.monotonic()))
            answer = self.ask_for(exi)
            if not answer:
                return False
            if kind == "SessionSetupReq":
                self.id = bits_of(answer)[self.session.id_at:self.session.id_at + 64]
        return True

    def is_closed(self):
        """Waits for the charger to close the connection."""
        try:
            return self.stream.recv(1) == b""
        except ConnectionError:
            return True


class Charger:
    """What a charger said once, on interfaces of the pair: silent from a type of request on.

    `silent`: interface -> type, or None: never; `pieces(type, exi)` are what is sent, one by one."""

    def __init__(self, session, pair, silent, pieces=lambda kind, exi: [framed(exi)]):
        self.session, self.pair, self.silent, self.pieces = session, pair, silent, pieces
        with pair.inside("evse"):
            self.server = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
            self.server.bind(("::", 0))
            self.server.listen(64)
            self.names = {socket.if_nametoindex(name): name for name in silent}
            self.sdp = self.open_discovery()
        self.ips = {index: socket.inet_pton(socket.AF_INET6, pair.address("evse", name))
                    for index, name in self.names.items()}
        for work in (self.answer_discoveries, self.accept):
            threading.Thread(target=work, daemon=True).start()

    def open_discovery(self):
        sdp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        for index in self.names:
            sdp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                           ALL_NODES + struct.pack("@I", index))
        sdp.bind(("::", 15118))
        return sdp

    def answer_discoveries(self):
        while True:
            datagram, sender = self.sdp.recvfrom(100)
            if datagram == SDP_REQUEST:
                port = struct.pack(">H", self.server.getsockname()[1])
                self.sdp.sendto(V2GTP + b"\x90\x01\0\0\0\x14" + self.ips[sender[3]] + port +
                                b"\x10\0", sender)

    def accept(self):
        while True:
            stream, peer = self.server.accept()
            threading.Thread(target=self.answer, args=(stream, self.silent[self.names[peer[3]]]),
                             daemon=True).start()

    def answer(self, stream, silent):
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answers = {kind[:-3]: [exi for _, other, exi in self.session.responses
                               if other[:-3] == kind[:-3]] for kind in self.session.steps}
        first = True
        while request := receive(stream):
            kind = self.session.steps[0] if first else \
                self.session.kinds.get(self.session.code(request))
            first = False
            if kind in (None, silent):
                stream.recv(1)  # says nothing until the car closes
                return
            left = answers[kind[:-3]]
            for piece in self.pieces(kind, left.pop(0) if len(left) > 1 else left[0]):
                stream.sendall(piece)
                time.sleep(PIECE)

# SPDX-License-Identifier: Apache-2.0
"""A real MQTT broker in a namespace, and a client that sees all that it is told.

    broker = Broker(pair, folder)
    client = broker.client()
    client.wait("ccs/charger/status", "online")
"""
import os
import shutil
import socket
import struct
import threading
import time

PORT = 1883


def find():
    """The program; Debian has it where only root looks."""
    return shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


class Broker:
    def __init__(self, pair, folder, *settings, port=PORT, side="evse"):
        self.pair, self.port, self.side = pair, port, side
        self.config = os.path.join(folder, "mosquitto.conf")
        with open(self.config, "w", encoding="utf-8") as file:
            print("user root", "persistence false", f"listener {port} 127.0.0.1", *settings,
                  *([] if settings else ["allow_anonymous true"]), sep="\n", file=file)
        self.start()

    def start(self):
        self.process = self.pair.start(self.side, [find(), "-c", self.config])
        end = time.monotonic() + 10
        while True:
            try:
                self.connect().close()
                return
            except OSError:
                if time.monotonic() > end or self.process.child.poll() is not None:
                    raise AssertionError("no broker: " + self.process.complaint()) from None
                time.sleep(0.02)

    def connect(self):
        with self.pair.inside(self.side):
            return socket.create_connection(("127.0.0.1", self.port), 10)

    def client(self, **account):
        return Client(self.connect(), **account)


def text(string):
    data = string.encode()
    return struct.pack(">H", len(data)) + data


class Client:
    """Of MQTT 3.1.1 as little as is needed to watch everything, and to publish."""

    def __init__(self, connection, user=None, password=None):
        self.connection = connection
        self.reader = connection.makefile("rb")
        self.topics, self.log = {}, []  # topic: last payload; (topic, payload, retained) of all
        self.changed = threading.Condition()
        flags = 2 | (0xC0 if user else 0)
        self.send(0x10, text("MQTT") + bytes([4, flags]) + b"\0\0" + text(f"watch{id(self)}") +
                  (text(user) + text(password) if user else b""))
        if self.packet()[1][1]:
            raise AssertionError("the broker refuses the test")
        self.send(0x82, b"\0\1" + text("#") + b"\0")
        threading.Thread(target=self.read, daemon=True).start()

    def send(self, kind, body):
        length, size = b"", len(body)
        while True:
            size, digit = divmod(size, 128)
            length += bytes([digit | (128 if size else 0)])
            if not size:
                break
        self.connection.sendall(bytes([kind]) + length + body)

    def packet(self):
        kind, size, shift = self.reader.read(1), 0, 0
        while kind:
            digit = self.reader.read(1)[0]
            size |= (digit & 127) << shift
            shift += 7
            if digit < 128:
                return kind[0], self.reader.read(size)
        raise OSError("the broker is gone")

    def read(self):
        try:
            while True:
                kind, body = self.packet()
                if kind & 0xF0 == 0x30:
                    self.take(kind & 1, body)
        except (OSError, IndexError, ValueError):
            pass

    def take(self, retained, body):
        length = struct.unpack(">H", body[:2])[0]
        topic, payload = body[2:2 + length].decode(), body[2 + length:].decode()
        with self.changed:
            self.topics[topic] = payload
            self.log.append((topic, payload, bool(retained)))
            self.changed.notify_all()

    def publish(self, topic, payload, retain=False):
        self.send(0x31 if retain else 0x30, text(topic) + payload.encode())

    def wait_for(self, condition, what, seconds=20):
        with self.changed:
            if not self.changed.wait_for(lambda: condition(self.topics), seconds):
                told = "\n".join(f"{k} {v}" for k, v in sorted(self.topics.items()))
                raise AssertionError(f"{what}\n{told}")

    def wait(self, topic, payload, seconds=20):
        self.wait_for(lambda topics: topics.get(topic) == payload, f"no {topic} {payload}", seconds)

    def forget(self):
        with self.changed:
            self.topics.clear()

    def close(self):
        self.connection.close()

# SPDX-License-Identifier: Apache-2.0
"""A modem at the car's end of a veth, whose host is at the charger's end."""
import socket
import struct
import threading

PLC = b"\x88\xe1"
MAC = bytes.fromhex("00b052010203")
FIRMWARE = b"TEST-QCA7005-1.2.3"
VS_SW_VER, CM_SET_KEY, CM_GET_KEY = 0xA000, 0x6008, 0x600C
QUALCOMM = b"\x00\xb0\x52"


class Modem(threading.Thread):
    """Answers its host until it is closed; keeps the keys it is given."""

    def __init__(self, pair, firmware=FIRMWARE, chip=0x001B587C):
        super().__init__(daemon=True)
        with pair.inside("ev"):
            self.line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88E1))
            self.line.bind((pair.ev, 0x88E1))
        self.line.settimeout(0.1)
        self.firmware, self.chip, self.closed = firmware, chip, False
        self.keys, self.network = [], bytes(7)
        self.start()

    def say(self, to, kind, payload, oui=b""):
        head = bytes([0]) if oui else bytes([1])
        frame = to + MAC + PLC + head + struct.pack("<H", kind) + (oui or b"\0\0") + payload
        self.line.send(frame.ljust(60, b"\0"))

    def run(self):
        while not self.closed:
            try:
                frame = self.line.recv(2048)
            except socket.timeout:
                continue
            except OSError:  # the namespace ended first
                return
            kind, host = struct.unpack_from("<H", frame, 15)[0], frame[6:12]
            if kind == VS_SW_VER:
                self.say(host, kind + 1, b"\0\x22" + bytes([len(self.firmware)]) +
                         self.firmware.ljust(254, b"\0") + struct.pack("<I", self.chip),
                         QUALCOMM)
            elif kind == CM_SET_KEY:
                self.network = frame[33:40]
                self.keys.append(frame[41:57])
                self.say(host, kind + 1, b"\1" + bytes(8) + b"\4" + bytes(4))
            elif kind == CM_GET_KEY:
                refused = b"\1\1" + bytes(8)
                self.say(host, kind + 1, refused + self.network + bytes(5))
        self.line.close()

    def close(self):
        self.closed = True
        self.join()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`ccs modem` at one end of a veth; at the other a modem that is written anew here.

    modem.py CCS [CASE]
"""
import concurrent.futures
import glob
import hashlib
import json
import os
import pty
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import traceback

sys.dont_write_bytecode = True  # the tree may be read-only
import namespaces  # noqa: E402

CCS = sys.argv[1]
CASES = []
LOCAL = bytes.fromhex("00b052000001")
EVERYONE = b"\xff" * 6
MAC, REMOTE = bytes.fromhex("00b052010203"), bytes.fromhex("00b052040506")
OTHER = bytes.fromhex("00b052070809")  # one more at the same port
QUALCOMM = b"\x00\xb0\x52"
CHIP = 0x001B587C
PIB_AT, PIB_SIZE = 0x3C0, 0x1F90
READ, SESSION, WRITE, COMMIT = 0x00, 0x10, 0x11, 0x12


def case(function):
    CASES.append(function)
    return function


def check(condition, what, *processes):
    if condition:
        return
    told = [what]
    for process in processes:
        told.append(f"{process.child.args[3:]} status {process.child.poll()}")
        told += process.text().splitlines()[-25:] + process.complaint().splitlines()[-9:]
    raise AssertionError("\n".join(told))


def checksum(data):
    total = 0
    for (word,) in struct.iter_unpack("<I", data):
        total ^= word
    return total ^ 0xFFFFFFFF


def header(at, image, kind, following, previous):
    head = struct.pack("<HHIIIIIIII", 1, 1, 0, at + 0x60, 0x200000, len(image), checksum(image),
                       0xFFFFFFFF, following, previous)
    head += struct.pack("<I", kind) + bytes(0x5C - 0x28)
    return head + struct.pack("<I", checksum(head))


def make_chain(mac=MAC, **fields):
    """A PIB as the chips keep it; at0xNNN=bytes sets some."""
    pib = bytearray(PIB_SIZE)
    pib[0x0C:0x12], pib[0x12:0x22], pib[0x64:0x74] = mac, b"D" * 16, b"N" * 16
    pib[0x0A0C:0x1653] = b"\x47" * (0x1653 - 0x0A0C)
    nid = pib[0x64:0x74]
    for _ in range(5):
        nid = hashlib.sha256(nid).digest()
    pib[0xF8:0xFF] = nid[:6] + bytes([nid[6] >> 4])
    pib[0x120:0x124] = struct.pack("<I", CHIP)
    for name, value in fields.items():
        at = int(name[2:], 16)
        pib[at:at + len(value)] = value
    manifest = b"\xcc" * 0x300
    return (header(0, manifest, 0x0E, 0x360, 0xFFFFFFFF) + manifest +
            header(0x360, bytes(pib), 0x0F, 0xFFFFFFFF, 0) + bytes(pib))


class Modem(threading.Thread):
    """Answers its host until it is closed."""

    def __init__(self, pair, chain, mac=MAC, locked=False, on_write=None):
        super().__init__(daemon=True)
        with pair.inside("evse"):
            self.line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88E1))
            self.line.bind((pair.evse, 0x88E1))
        self.line.settimeout(0.1)
        self.mac = mac
        self.flash = self.running = chain
        self.locked, self.closed, self.resets, self.commits = locked, False, 0, []
        self.on_write = on_write  # called at the first chunk
        self.session, self.staged, self.told = 0, b"", None
        self.heard = set()  # (to whom, type)
        self.factory, self.refusal, self.link = chain, 0, 1  # status of a refused order; None: silence
        self.nid, self.nmk, self.keys = b"NETWORK", bytes(16), 0
        self.version = b"TEST-QCA7005-1.2.3"
        self.mute, self.asked = None, threading.Event()  # an operation without answer
        self.told_sounds = ("standard",)
        self.start()

    def say(self, to, kind, payload, source=None, mmv=0):
        frame = to + (source or self.mac) + b"\x88\xe1" + bytes([mmv]) + struct.pack("<H", kind)
        frame += (b"\0\0" if mmv else QUALCOMM) + payload
        self.line.send(frame.ljust(60, b"\0"))

    def say_version(self, host, source):
        version = self.version
        self.say(host, 0xA001, b"\0\x22" + bytes([len(version)]) + version.ljust(254, b"\0") +
                 struct.pack("<I", CHIP), source)

    def sound(self, host):
        """What is told when a car at the other end of the line sounds"""
        car, levels = bytes.fromhex("02000000cafe"), bytes(range(10, 68))
        if "vendor" in self.told_sounds:
            self.say(EVERYONE, 0xA14E, car + b"\x3a\0\x10" + bytes(7) + levels)
        if "standard" in self.told_sounds:
            self.say(host, 0x6086, car + b"\x3a\0" + levels, mmv=1)
        if "remote" in self.told_sounds:
            neighbour = bytes.fromhex("02000000beef")
            self.say(EVERYONE, 0xA14E, neighbour + b"\x3a\0\x10" + bytes(7) + levels, REMOTE)
            self.say(EVERYONE, 0x6086, neighbour + b"\x3a\0" + levels, REMOTE, mmv=1)

    def operate(self, operation, data):
        """Status, and what follows the operation's head in the answer."""
        if operation == READ:
            module, sub, length, offset = struct.unpack_from("<HHHI", data)
            part = self.running[offset:offset + length]
            return 0, struct.pack("<HHHI", module, sub, len(part), offset) + part
        session = struct.unpack_from("<I", data)[0]
        if operation == SESSION:
            self.told = struct.unpack_from("<BHHII", data, 4)
            self.session, self.staged = session, b""
            return (0x23 if self.locked else 0), data[:4]
        if session != self.session:
            return 0x12, data[:4]
        if operation == WRITE:
            _, module, _, length, offset = struct.unpack_from("<BHHHI", data, 4)
            if module != 0x7002 or offset != len(self.staged):
                return 0x18, data[:15]
            self.staged += data[15:15 + length]
            if self.on_write and offset == 0:
                self.on_write()
            return 0, data[:15]
        self.commits.append(struct.unpack_from("<I", data, 4)[0])
        if self.told != (1, 0x7002, 0, len(self.staged), checksum(self.staged)):
            return 0x30, data[:4]
        self.flash = self.staged
        return 0, data[:4]

    def answer(self, to, host, kind, frame):
        if kind == 0xA000:
            self.say_version(host, self.mac)
            if to == EVERYONE:
                self.say_version(host, REMOTE)
        elif kind == 0xA01C:
            if self.refusal == 0:
                self.running, self.session, self.resets = self.flash, 0, self.resets + 1
            if self.refusal is not None:
                self.say(host, 0xA01D, bytes([self.refusal]))
        elif kind == 0xA07C:
            self.say(host, 0xA07D, bytes([self.refusal]))
            if not self.refusal:
                self.running = self.flash = self.factory
                self.mac = self.flash[PIB_AT + 0x0C:PIB_AT + 0x12]
        elif kind == 0xA0B0:
            count, operation, length = struct.unpack_from("<BHH", frame, 24)
            if operation == self.mute:
                self.asked.set()
                return
            status, tail = self.operate(operation, frame[33:])
            self.say(host, 0xA0B1, struct.pack("<HHIBHHI", status, 0, 0, count, operation, length,
                                               0) + tail)
        elif kind == 0xA0B8:
            self.say(host, 0xA0B9, bytes([0, self.link]))
            self.sound(host)
        elif kind == 0x6008:
            if not self.refusal:
                self.nid, self.nmk, self.keys = frame[33:40], frame[41:57], self.keys + 1
            self.say(host, 0x6009, bytes([0 if self.refusal else 1]) + b"\1\2\3\4" +
                     frame[20:24] + b"\4\0\0\xff\0", mmv=1)
        elif kind == 0x600C:
            granted = frame[21:28] == self.nid
            self.say(host, 0x600D, bytes([0 if granted else 1, 1]) + bytes(8) + self.nid +
                     b"\1\4\0\0\0" + (self.nmk if granted else bytes(16)), mmv=1)

    def run(self):
        while not self.closed:
            try:
                frame = self.line.recv(2048)
            except socket.timeout:
                continue
            except OSError:  # the namespace ended first
                return
            to, kind = frame[0:6], struct.unpack_from("<H", frame, 15)[0]
            self.heard.add((to, kind))
            if to in (LOCAL, self.mac, EVERYONE):
                self.answer(to, frame[6:12], kind, frame)
        self.line.close()

    def close(self):
        self.closed = True
        self.join()


def ccs(pair, *options):
    process = pair.start("ev", [CCS, "modem", *options, "-i", pair.ev])
    status = process.end(60)
    return status, process


@case
def test_list(pair):
    """The modem here and the one across the line, told apart by who is asked"""
    modem = Modem(pair, make_chain())
    status, process = ccs(pair, "list")
    modem.close()
    lines = process.text().splitlines()
    check(status == 0 and len(lines) == 2, "not two modems", process)
    check("00:b0:52:01:02:03  local   QCA7005" in lines[0], "not the local one", process)
    check(b"NETWORK".hex() in lines[0] and "TEST-QCA7005-1.2.3" in lines[0], "its data", process)
    check("00:b0:52:04:05:06  remote  QCA7005" in lines[1], "not the remote one", process)


@case
def test_role(pair):
    """A role on a wire: five fields change, the factory's copy does not, the backup is the old PIB"""
    before = make_chain()
    modem = Modem(pair, before)
    with tempfile.TemporaryDirectory() as folder:
        status, process = ccs(pair, "role", "evse", "--yes", "-d", folder)
        modem.close()
        check(status == 0, "not done", process)
        backups = glob.glob(os.path.join(folder, "00b052010203-*.pib"))
        check(len(backups) == 1, "no backup", process)
        with open(backups[0], "rb") as file:
            check(file.read() == before, "the backup is another PIB", process)
    after = make_chain(at0xf4=b"\2", at0x1653=b"\2", at0x74=b"EVSE",
                       at0x1c98=struct.pack("<II", 10240, 102400))
    check(modem.flash == after, "another PIB than meant", process)
    check(modem.commits == [3] and modem.resets == 1, f"{modem.commits} {modem.resets}", process)
    check(all(to == LOCAL for to, _ in modem.heard), "asked others than the own modem", process)
    check("written, and read back the same" in process.text(), "not told", process)


@case
def test_info(pair):
    """A modem that gives its PIB to nobody, with a name in a foreign alphabet, in text and JSON"""
    modem = Modem(pair, b"")
    modem.version = b"TEST \xff\xc3(\x1b"
    status, process = ccs(pair, "info")
    check(status == 1 and "firmware      TEST ??(?\n" in process.text(), "its name", process)
    check("the modem's PIB is damaged" in process.complaint(), "why", process)
    status, process = ccs(pair, "info", "--json")
    told = json.loads(process.text())
    check(status == 1 and told["firmware"] == "TEST \ufffd\ufffd(\x1b", "its name", process)
    check(told["chip"] == "QCA7005" and told["problem"], "what it is", process)
    status, process = ccs(pair, "list", "--json")
    names = [json.loads(line)["firmware"] for line in process.text().splitlines()]
    modem.close()
    check(status == 0 and names[0] == told["firmware"], "its name in the list", process)


@case
def test_boot_loader(pair):
    """A modem without firmware is named for what it is, and where to look is said"""
    modem = Modem(pair, b"")
    modem.version = b"BootLoader"
    status, process = ccs(pair, "list")
    check(status == 0 and "local   boot loader " in process.text(), "not named", process)
    status, process = ccs(pair, "reset")
    modem.close()
    check(status == 1 and "runs its boot loader only" in process.complaint(), "why", process)
    check("docs/manual.md" in process.complaint(), "where to look", process)


@case
def test_no_network(pair):
    """A modem without a network says a NID of zeros"""
    modem = Modem(pair, make_chain())
    modem.nid = bytes(7)
    status, process = ccs(pair, "list")
    modem.close()
    check(status == 0 and "  no network          TEST" in process.text(), "a NID", process)


@case
def test_locked(pair):
    """A modem that does not let itself be written says why, and still has its PIB"""
    before = make_chain()
    modem = Modem(pair, before, locked=True)
    with tempfile.TemporaryDirectory() as folder:
        status, process = ccs(pair, "role", "ev", "--yes", "-d", folder)
    modem.close()
    check(status == 1 and modem.flash == before, "written", process)
    check("flash memory locked" in process.complaint(), "not told why", process)
    check("it has its old PIB" in process.complaint(), "not told what is", process)


@case
def test_two_modems(pair):
    """Two modems behind a switch: both are listed as local, and nothing is done to either"""
    modems = [Modem(pair, make_chain()), Modem(pair, make_chain(OTHER), mac=OTHER)]
    status, process = ccs(pair, "list")
    check(status == 0, "not listed", process)
    for mac in ("00:b0:52:01:02:03", "00:b0:52:07:08:09"):
        check(f"{mac}  local " in process.text(), f"{mac} is here", process)
    with tempfile.TemporaryDirectory() as folder:
        for verb in (["role", "ev"], ["factory"], ["reset"], ["backup"], ["key", "random"]):
            where = ["-d", folder] if verb[0] in ("role", "factory", "backup") else []
            status, process = ccs(pair, *verb, "--yes", *where)
            check(status == 1, f"{verb} is done", process)
            check("two modems at this interface" in process.complaint(), "not told why", process)
        check(not os.listdir(folder), "a backup of one of them")
    for modem in modems:
        modem.close()
        kinds = {kind for _, kind in modem.heard}
        check(not kinds & {0xA0B0, 0xA01C, 0xA07C, 0x6008}, f"asked for {kinds}")


def write_and(pair, number):
    """`ccs modem role`, which gets a signal while it writes: modem, process, names of backups"""
    started = threading.Event()
    holder = []

    def interrupt():
        started.wait(10)
        holder[0].child.send_signal(number)

    modem = Modem(pair, make_chain(), on_write=interrupt)
    with tempfile.TemporaryDirectory() as folder:
        holder.append(pair.start("ev", [CCS, "modem", "role", "evse", "--yes", "-d", folder, "-i",
                                        pair.ev]))
        started.set()
        holder[0].end(60)
        backups = os.listdir(folder)
    modem.close()
    return modem, holder[0], backups


@case
def test_signals_are_held(pair):
    """Whoever wants it to stop while it writes has to wait"""
    modem, process, _ = write_and(pair, signal.SIGTERM)
    check(process.child.returncode == 0 and modem.commits == [3], "stopped", process)


@case
def test_signal_before_anything_is_written(pair):
    """A modem that lets one wait before the first chunk does not hold Ctrl-C off"""
    modem = Modem(pair, make_chain())
    modem.mute = SESSION
    with tempfile.TemporaryDirectory() as folder:
        process = pair.start("ev", [CCS, "modem", "role", "ev", "--yes", "-d", folder, "-i",
                                    pair.ev])
        check(modem.asked.wait(20), "no session", process)
        process.child.send_signal(signal.SIGINT)
        check(process.end(10) == -signal.SIGINT, "goes on", process)
    modem.close()


@case
def test_killed(pair):
    """Killed while it writes: the modem has its old PIB, and the backup is there"""
    modem, process, backups = write_and(pair, signal.SIGKILL)
    check(process.child.returncode != 0 and not modem.commits, "not killed", process)
    check(modem.flash == make_chain() and len(backups) == 1, f"backups {backups}", process)
    check(f"/{backups[0]}\n" in process.text(), "the backup was not told", process)
    check('SLAC (0 off, 1 car, 2 charger): "0" becomes "2"' in process.text(), "what it does",
          process)


@case
def test_hidden_keys(pair):
    """A PIB without device key is refused, unless that is agreed to"""
    modem = Modem(pair, make_chain(at0x12=bytes(16)))
    with tempfile.TemporaryDirectory() as folder:
        status, process = ccs(pair, "backup", "-d", folder)
        check(status == 1 and "keys read as zero" in process.complaint(), "not refused", process)
        status, process = ccs(pair, "backup", "-d", folder, "--hidden-device-key")
        check(status == 0 and len(os.listdir(folder)) == 1, "no backup", process)
    modem.close()


@case
def test_watch(pair):
    """Link, and a car's sound as bars"""
    modem = Modem(pair, make_chain())
    status, process = ccs(pair, "watch", "-n", "1")
    modem.close()
    check(status == 0 and "link up" in process.text(), "no link", process)
    check("sound of 02:00:00:00:ca:fe  mean 38.50 dB" in process.text(), "no sound", process)
    check("▂▂▂▂▂▂▂▃▃▃▃▃▃▃▃▄▄▄▄▄▄▄▄▅▅▅▅▅▅▅▅▆▆▆▆▆▆▆▆▇▇▇▇▇▇▇▇████████" in process.text(),
          "other bars", process)


@case
def test_sounds(pair):
    """A sound is shown once, however a modem tells it, and never a neighbour's"""
    modem = Modem(pair, make_chain())
    for told in (("vendor",), ("standard",), ("vendor", "standard", "remote")):
        modem.told_sounds = told
        status, process = ccs(pair, "watch", "-n", "1")
        # The link is asked for twice.
        check(process.text().count("sound of 02:00:00:00:ca:fe  mean 38.50 dB") == 2, f"{told}",
              process)
        check("be:ef" not in process.text(), "a neighbour's", process)
    modem.close()


@case
def test_watch_of_nobody(pair):
    """As many rounds as asked for, also when nobody answers"""
    status, process = ccs(pair, "watch", "-n", "4")
    check(status == 1 and process.text() == "no answer\n" * 4, "an answer", process)


@case
def test_key(pair):
    """A key is set when the modem shows it, and a link is another's answer"""
    modem = Modem(pair, make_chain())
    nmk, nid = "50d3e4933f855b7040784df815aa8db7", "b0f2e695666b03"
    status, process = ccs(pair, "key", nmk)
    check(status == 0 and f"has the key of network {nid}" in process.text(), "not set", process)
    check((modem.nmk.hex(), modem.nid.hex(), modem.keys) == (nmk, nid, 1), "another", process)
    check((EVERYONE, 0x6008) not in modem.heard, "keys for all", process)
    status, process = ccs(pair, "key", nmk, "--join")
    check(status == 0 and "another modem of this network is there" in process.text(), "no link",
          process)
    modem.link = 0
    status, process = ccs(pair, "key", nmk, "--join")
    check(status == 1 and "no other modem" in process.text(), "a link", process)
    modem.close()


@case
def test_key_refused(pair):
    """A key that the modem does not take, or does not keep, is not told as set"""
    modem = Modem(pair, make_chain())
    modem.refusal = 1
    status, process = ccs(pair, "key", "random")
    check(status == 1 and "did not take the key" in process.complaint(), "taken", process)
    check("has the key" not in process.text() and not modem.keys, "told as set", process)
    modem.close()


@case
def test_reset(pair):
    """A restart that is confirmed, refused, or neither"""
    modem = Modem(pair, make_chain())
    status, process = ccs(pair, "reset")
    check(status == 0 and "restarted, and there again" in process.text(), "not done", process)
    check(modem.resets == 1, f"{modem.resets} resets", process)
    for modem.refusal, why in ((2, "refuses"), (None, "does not confirm a restart")):
        status, process = ccs(pair, "reset")
        check(status == 1 and why in process.complaint(), f"{why} is not told", process)
        check("restarted" not in process.text() and modem.resets == 1, "restarted?", process)
    modem.close()


@case
def test_factory(pair):
    """The factory's PIB: after a backup, with what changed, and not when the modem refuses"""
    before = make_chain(at0x1653=b"\1", at0xf4=b"\1")
    modem = Modem(pair, before)
    modem.factory = make_chain(OTHER)
    with tempfile.TemporaryDirectory() as folder:
        modem.refusal = 1
        status, process = ccs(pair, "factory", "--yes", "-d", folder)
        check(status == 1 and "the modem refuses" in process.complaint(), "done?", process)
        check("back to the factory" not in process.text(), "told as done", process)
        modem.refusal = 0
        status, process = ccs(pair, "factory", "--yes", "-d", folder)
        check(status == 0 and modem.flash == modem.factory, "not done", process)
        check('SLAC (0 off, 1 car, 2 charger): "1" becomes "0"' in process.text(), "what", process)
        check('MAC: "00:b0:52:01:02:03" becomes "00:b0:52:07:08:09"' in process.text(), "MAC",
              process)
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as file:
                check(file.read() == before, "the backup is another PIB", process)
        check(len(os.listdir(folder)) == 2, "no backups", process)
    modem.close()


@case
def test_restore(pair):
    """A backup over a wire: of this modem, and of one whose PIB is damaged"""
    backup, damaged = make_chain(), bytearray(make_chain())
    damaged[PIB_AT + 0x200] ^= 1
    modem = Modem(pair, make_chain(at0x1653=b"\1"))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "backup")
        with open(path, "wb") as file:
            file.write(backup)
        status, process = ccs(pair, "restore", path, "-d", folder)
        check(status == 1 and "nobody to ask" in process.complaint(), "not asked", process)
        check(not modem.commits, "written", process)
        status, process = ccs(pair, "restore", path, "--yes", "-d", folder)
        check(status == 0 and modem.flash == backup, "not written", process)
        modem.flash = modem.running = bytes(damaged)
        modem.mac = bytes.fromhex("00b052000003")
        status, process = ccs(pair, "restore", path, "--yes", "-d", folder)
        check(status == 1 and modem.flash == damaged, "written", process)
        status, process = ccs(pair, "restore", path, "--yes", "--damaged", "-d", folder)
        check(status == 0 and modem.flash == backup, "not written", process)
        kept = glob.glob(os.path.join(folder, "00b052000003-*.pib"))
        check(len(kept) == 1, "the damaged one is not saved", process)
    modem.close()


@case
def test_privileges(pair):
    """What only listens and asks has no rights any more"""
    modem = Modem(pair, make_chain())
    process = pair.start("ev", [CCS, "modem", "watch", "-n", "9", "-i", pair.ev])
    check(process.wait_for("link up"), "no link", process)
    with open(f"/proc/{process.child.pid}/status", encoding="ascii") as file:
        rights = [line for line in file if line.startswith(("CapEff", "CapPrm"))]
    check(len(rights) == 2 and all(line.split()[1].strip("0") == "" for line in rights),
          f"{rights}", process)
    process.kill()
    modem.close()


def type_in(command, typed):
    """What a terminal shows of the command when it was typed in, and its exit status"""
    terminal, end = pty.openpty()
    child = subprocess.Popen(command, stdin=end, stdout=end, stderr=end, start_new_session=True)
    os.close(end)
    shown = b""
    for prompt, answer in typed:
        while prompt not in shown:
            shown += os.read(terminal, 4096)
        os.write(terminal, answer)
        shown += b"|"
    try:
        while True:
            part = os.read(terminal, 4096)
            if not part:
                break
            shown += part
    except OSError:  # it has ended
        pass
    os.close(terminal)
    return shown, child.wait()


@case
def test_terminal(pair):
    """A person is asked, and only yes is yes; a passphrase is not shown"""
    with tempfile.TemporaryDirectory() as folder:
        pib = os.path.join(folder, "pib")
        role = [CCS, "modem", "role", "ev", "--sim", pib, "-d", folder]
        question = b"into the modem? [y/N] "
        for answer in (b"n\n", b"\n", b"yo\n", b"no y\n", b"\x04"):
            shown, status = type_in(role, [(question, answer)])
            check(status == 1 and b"nothing was written" in shown, f"{answer} {shown}")
        for answer in (b"y\n", b"Y\n", b"yes\n", b"Yes\n"):
            shown, status = type_in(role, [(question, answer)])
            check(status == 0 and b"read back the same" in shown, f"{answer} {shown}")
            os.remove(pib)
        key = [CCS, "modem", "key", "passphrase", "--sim", pib]
        shown, status = type_in(key, [(b"passphrase: ", b"HomePlugAV0123\n")])
        check(status == 0 and b"network 026bcba5354e08" in shown, f"{shown}")
        check(b"HomePlug" not in shown, f"the passphrase is shown: {shown}")


@case
def test_nobody(pair):
    """No modem, no interface: one line and the exit status"""
    status, process = ccs(pair, "info")
    check(status == 1 and "no modem answers" in process.complaint(), "somebody?", process)
    process = pair.start("ev", [CCS, "modem", "list", "-i", "eth77"])
    check(process.end(10) == 3 and "eth77" in process.complaint(), "there is no eth77", process)


def run(number, function):
    try:
        with namespaces.Pair(f"m{number}") as pair:
            function(pair)
    except Exception:  # whatever it is, it is this case's failure
        return traceback.format_exc()
    return None


def main():
    cases = [c for c in CASES if len(sys.argv) < 3 or sys.argv[2] in c.__name__]
    why_not = namespaces.enter()
    if why_not:
        print(f"1..1\nok 1 - modems on a network # SKIP {why_not}")
        return
    print(f"1..{len(cases)}")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = [pool.submit(run, number, c) for number, c in enumerate(cases, 1)]
        for number, (function, result) in enumerate(zip(cases, results), 1):
            for line in (result.result() or "").splitlines():
                print("#", line)
            print("not ok" if result.result() else "ok", number, "-", function.__doc__, flush=True)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""Network namespaces of their own for tests: nothing of the machine's network is touched.

    enter()                     first of all; says why not, or nothing
    with Pair("7") as pair:     a car's and a charger's namespace, a veth between them
        pair.start("ev", ["ccs", "ev", "-i", pair.ev, ...])
        with pair.inside("ev"): sockets made here are the car's
"""
import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
import time

CLONE_NEWNET = 0x40000000
INSIDE = "CCS_NET_INSIDE"


def enter():
    """Runs this program again in namespaces of its own.  Why it cannot; None when it is there."""
    if os.environ.get(INSIDE):
        return prepare()
    if not shutil.which("ip") or not shutil.which("unshare"):
        return "needs ip (iproute2) and unshare"
    options = ["--net", "--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--net",
                                                              "--mount"]
    trial = subprocess.run(["unshare"] + options + ["true"], capture_output=True, text=True)
    if trial.returncode:
        return "network namespaces are not permitted: " + trial.stderr.strip()
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare"] + options + [sys.executable] + sys.argv)


def prepare():
    """`ip netns` keeps its names in /run/netns: one that ends with this mount namespace."""
    for command in (["mount", "-t", "tmpfs", "none", "/run"], ["ip", "link", "add", "type", "veth"]):
        trial = subprocess.run(command, capture_output=True, text=True)
        if trial.returncode:
            return f"{' '.join(command)}: {trial.stderr.strip()}"
    return None


def ip(*words):
    subprocess.run(["ip"] + list(words), check=True)


def set_namespace(path):
    libc = ctypes.CDLL(None, use_errno=True)
    fd = os.open(path, os.O_RDONLY)
    if libc.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
    os.close(fd)


class Process:
    """A program whose output is kept."""

    def __init__(self, command):
        self.output = tempfile.TemporaryFile("w+")
        self.errors = tempfile.TemporaryFile("w+")
        self.child = subprocess.Popen(command, stdout=self.output, stderr=self.errors,
                                      stdin=subprocess.DEVNULL)

    @staticmethod
    def text_of(file):
        with os.fdopen(os.dup(file.fileno())) as copy:
            return os.pread(copy.fileno(), 1 << 26, 0).decode()

    def text(self):
        return self.text_of(self.output)

    def complaint(self):
        return self.text_of(self.errors)

    def wait_for(self, what, seconds=30, times=1):
        """Until its output has `what` so often; False: it ended or time is over."""
        end = time.monotonic() + seconds
        while self.text().count(what) < times:
            if time.monotonic() > end or self.child.poll() is not None:
                return self.text().count(what) >= times
            time.sleep(0.02)
        return True

    def end(self, seconds=40):
        """Its exit status; it is killed when it takes longer."""
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def kill(self):
        self.child.kill()
        return self.child.wait()


class Pair:
    def __init__(self, name):
        self.spaces = {"ev": f"ev{name}", "evse": f"evse{name}"}
        self.ev, self.evse = "car", "charger"
        self.processes = []

    def __enter__(self):
        for space in self.spaces.values():
            ip("netns", "add", space)
            self.sysctl(space, "net.ipv6.conf.default.accept_dad=0")
            ip("-n", space, "link", "set", "lo", "up")
        self.connect()
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
        for space in self.spaces.values():
            ip("netns", "del", space)

    @staticmethod
    def sysctl(space, setting):
        subprocess.run(["ip", "netns", "exec", space, "sysctl", "-qw", setting], check=True)

    def connect(self):
        """A veth from the car to the charger."""
        ip("link", "add", "car", "netns", self.spaces["ev"], "type", "veth",
           "peer", "name", "charger", "netns", self.spaces["evse"])
        self.set_link("ev", "up")
        self.set_link("evse", "up")
        while not (self.is_up("ev") and self.is_up("evse")):
            time.sleep(0.02)  # the kernel says so up to a second later

    def lines(self, count):
        """More lines like the first one; the names of their ends."""
        names = [(f"car{number}", f"charger{number}") for number in range(count)]
        for car, charger in names:
            ip("link", "add", car, "netns", self.spaces["ev"], "type", "veth",
               "peer", "name", charger, "netns", self.spaces["evse"])
            ip("-n", self.spaces["ev"], "link", "set", car, "up")
            ip("-n", self.spaces["evse"], "link", "set", charger, "up")
        while not all(self.is_up("ev", car) and self.is_up("evse", charger)
                      for car, charger in names):
            time.sleep(0.02)
        return names

    def bridge(self, sides):
        """One line for several: {"k1": "evse", ...}, interfaces by name and the side they are of.

        Their addresses are 02:00:00:00:00:01 and so on."""
        space = self.spaces["evse"]
        ip("-n", space, "link", "add", "line", "type", "bridge", "mcast_snooping", "0")
        ip("-n", space, "link", "set", "line", "up")
        for number, (name, side) in enumerate(sides.items(), 1):
            ip("link", "add", name, "address", f"02:00:00:00:00:{number:02x}", "netns",
               self.spaces[side], "type", "veth", "peer", "name", f"to-{name}", "netns", space)
            ip("-n", space, "link", "set", f"to-{name}", "master", "line", "up")
            ip("-n", self.spaces[side], "link", "set", name, "up")
        while not all(self.is_up(side, name) for name, side in sides.items()):
            time.sleep(0.02)

    def is_up(self, side, name=None):
        show = ["ip", "-n", self.spaces[side], "-o", "link", "show", "dev",
                name or getattr(self, side)]
        return "state UP" in subprocess.run(show, check=True, capture_output=True, text=True).stdout

    def set_link(self, side, state):
        ip("-n", self.spaces[side], "link", "set", getattr(self, side), state)

    def ip(self, side, *words):
        ip("-n", self.spaces[side], *words)

    def start(self, side, command):
        process = Process(["ip", "netns", "exec", self.spaces[side]] + command)
        self.processes.append(process)
        return process

    def address(self, side, name=None):
        """The link-local address of the interface of a side, or of one by its name."""
        text = subprocess.run(["ip", "-n", self.spaces[side], "-6", "-o", "addr", "show", "dev",
                               name or getattr(self, side), "scope", "link"],
                              check=True, capture_output=True, text=True).stdout
        return text.split("inet6 ")[1].split("/")[0]

    @contextlib.contextmanager
    def inside(self, side):
        """This thread is in the namespace of a side."""
        set_namespace(f"/run/netns/{self.spaces[side]}")
        try:
            yield
        finally:
            set_namespace(f"/proc/{os.getpid()}/ns/net")

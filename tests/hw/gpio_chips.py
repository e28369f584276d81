#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`ccs hw` at GPIO lines: of a chip of files, and of one of the kernel's simulator, gpio-sim.

    gpio_chips.py CCS GPIO      GPIO: the library of gpio_files.c

The simulator needs root and a kernel that has it; both chips have the same lines and cases.
"""
import contextlib
import fcntl
import functools
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # the tree may be read-only
from cases import CASES, case, check, report  # noqa: E402

CCS, GPIO = sys.argv[1:3]
LINES = 32
LOCK, STOP, TAKEN = 0, 3, 5  # with names; the last one in use by somebody else
COUNTER = itertools.count(1)
PATIENCE = 20  # seconds


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def make_names():
    """Of lines; no other chip has the same."""
    number = next(COUNTER)
    return {LOCK: f"ccs-lock-{number}", STOP: f"ccs-stop-{number}", TAKEN: f"ccs-taken-{number}"}


class Files:
    """A chip of gpio_files.c."""

    def __init__(self):
        self.names = make_names()
        self.folder = tempfile.TemporaryDirectory()
        self.chip = "gpiochip3"
        write(self.path("chip3"), "\n".join(self.names.get(i, "") for i in range(LINES)))
        for offset in range(LINES):
            write(self.line(offset), "0")
        self.taken = open(self.line(TAKEN), encoding="ascii")
        fcntl.flock(self.taken, fcntl.LOCK_EX)
        self.environment = {"LD_PRELOAD": GPIO, "CCS_TEST_GPIO": self.folder.name,
                            "ASAN_OPTIONS": "verify_asan_link_order=0"}

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def line(self, offset):
        return self.path(f"3-{offset}")

    def level(self, offset):
        return int(read(self.line(offset)) or 0)

    def pull(self, offset, up):
        with open(self.line(offset), "r+", encoding="ascii") as file:
            file.write(str(int(up)))

    def vanish(self):
        for offset in range(LINES):
            os.remove(self.line(offset))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.taken.close()
        self.folder.cleanup()


class Simulator:
    """A chip of gpio-sim, as Documentation/admin-guide/gpio/gpio-sim.rst of the kernel has it."""

    ROOT = None  # its folder in configfs
    DEVICES = "/sys/devices/platform"

    def __init__(self):
        self.names = make_names()
        self.device = os.path.join(self.ROOT, f"{self.names[LOCK]}-{os.getpid()}")
        self.bank = os.path.join(self.device, "bank")
        self.live = False
        self.environment = {}
        self.made = []  # folders
        try:
            self.make()
        except Exception:
            self.clear()
            raise

    def mkdir(self, path):
        os.mkdir(path)
        self.made.append(path)

    def make(self):
        self.mkdir(self.device)
        self.mkdir(self.bank)
        write(os.path.join(self.bank, "num_lines"), str(LINES))
        for offset, name in self.names.items():
            self.mkdir(self.config(offset))
            write(os.path.join(self.config(offset), "name"), name)
        hog = os.path.join(self.config(TAKEN), "hog")
        self.mkdir(hog)
        write(os.path.join(hog, "name"), "somebody")
        write(os.path.join(hog, "direction"), "input")
        self.enliven(True)
        self.chip = read(os.path.join(self.bank, "chip_name"))
        self.sysfs = os.path.join(self.DEVICES, read(os.path.join(self.device, "dev_name")),
                                  self.chip)

    def config(self, offset):
        return os.path.join(self.bank, f"line{offset}")

    def enliven(self, live):
        write(os.path.join(self.device, "live"), str(int(live)))
        self.live = live

    def line(self, offset, what):
        return os.path.join(self.sysfs, f"sim_gpio{offset}", what)

    def level(self, offset):
        return int(read(self.line(offset, "value")))

    def pull(self, offset, up):
        write(self.line(offset, "pull"), "pull-up" if up else "pull-down")

    def vanish(self):
        self.enliven(False)

    def clear(self):
        if self.live:
            self.enliven(False)
        for path in reversed(self.made):
            os.rmdir(path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.clear()


@contextlib.contextmanager
def configfs():
    """A folder where it is mounted until the end.  None: it cannot be."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["mount", "-t", "configfs", "none", folder], capture_output=True)
        try:
            yield folder if done.returncode == 0 else None
        finally:
            if done.returncode == 0:
                subprocess.run(["umount", folder], check=True)


def find_simulator(folder):
    """Why there is none; None when there is."""
    if os.geteuid():
        return "the kernel's simulator gpio-sim needs root"
    with contextlib.suppress(FileNotFoundError):
        subprocess.run(["modprobe", "gpio-sim"], capture_output=True)
    Simulator.ROOT = os.path.join(folder or "", "gpio-sim")
    if not folder or not os.path.isdir(Simulator.ROOT):
        return "this kernel has no simulator of GPIO (gpio-sim)"
    with Simulator() as chip:
        node = f"/dev/{chip.chip}"
        if not wait(lambda: os.path.exists(node), 2):
            return f"the simulator gpio-sim has a chip, but there is no {node}"
    return None


def wait(condition, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class Hw:
    """`ccs hw` of a car with these lines; their drivers are bound."""

    def __init__(self, chip, verb, lines, *options):
        sets = ["--set", "ev.gpio_lines=" + lines]
        for name in [pair.split("=")[0] for pair in lines.split()]:
            sets += ["--set", f"ev.{name}=gpio"]
        self.output = tempfile.TemporaryFile("w+")
        self.errors = tempfile.TemporaryFile("w+")
        self.child = subprocess.Popen(
            [CCS, "hw", verb, "--json", "-c", "/dev/null", *options, "--set", "ev.preset=custom",
             *sets], stdout=self.output, stderr=self.errors, stdin=subprocess.DEVNULL,
            env={**os.environ, **chip.environment})

    @staticmethod
    def text_of(file):
        return os.pread(file.fileno(), 1 << 20, 0).decode()

    def complaint(self):
        return self.text_of(self.errors)

    def last(self, name):
        """What it said last of a value."""
        said = [json.loads(row) for row in self.text_of(self.output).split("\n")[:-1]]
        return ([row["value"] for row in said if row["name"] == name] or [None])[-1]

    def expect(self, **values):
        check(wait(lambda: all(self.last(name) == text for name, text in values.items())),
              f"{values}? {self.text_of(self.output)}{self.complaint()}")

    def end(self):
        try:
            return self.child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        self.output.close()
        self.errors.close()


@case
def test_outputs(chip):
    """`hw test` moves an output by its number, and an inverted one by its name"""
    seen = []
    with Hw(chip, "test", f"cp_state={chip.chip}:2 lock=!{chip.names[LOCK]}", "--yes") as hw:
        while hw.child.poll() is None:
            levels = chip.level(2), chip.level(LOCK)
            seen += [levels] if levels != (seen or [None])[-1] else []
            time.sleep(0.02)
        check(hw.end() == 0, hw.complaint())
    # Ours and inactive; state C; locked.
    rest = iter(seen)
    check(all(levels in rest for levels in [(0, 1), (1, 1), (0, 0)]), f"{seen}")


@case
def test_inputs(chip):
    """`hw watch` shows an input by its name, and an inverted one by its number"""
    with Hw(chip, "watch", f"stop={chip.names[STOP]} emergency=!{chip.chip}:4") as hw:
        hw.expect(stop="0", emergency="1")
        chip.pull(STOP, True)
        hw.expect(stop="1", emergency="1")
        chip.pull(4, True)
        hw.expect(stop="1", emergency="0")
        chip.pull(STOP, False)
        hw.expect(stop="0", emergency="0")
        hw.child.send_signal(signal.SIGINT)
        check(hw.end() == 0, hw.complaint())


def refuse(chip, line, why):
    for name in "stop", "lock":
        with Hw(chip, "watch", f"{name}={line}") as hw:
            check(hw.end() == 3, f"{line}: {hw.complaint()}")
            check(hw.complaint() == f"ccs hw: gpio_lines: {name}={line}: {why}\n", hw.complaint())


@case
def test_taken(chip):
    """A line that is in use is refused"""
    refuse(chip, chip.names[TAKEN], "Device or resource busy")
    refuse(chip, f"!{chip.chip}:{TAKEN}", "Device or resource busy")


@case
def test_none(chip):
    """A line that is not there is refused"""
    refuse(chip, "ccs-test-nowhere", "No such device")
    refuse(chip, f"{chip.chip}:{LINES}", "Invalid argument")


@case
def test_gone(chip):
    """A chip that goes away is noticed"""
    with Hw(chip, "watch", f"stop={chip.names[STOP]} contactor={chip.chip}:7") as hw:
        hw.expect(stop="0")
        chip.vanish()
        check(wait(lambda: "gpio: a line does not work: No such device" in hw.complaint()),
              hw.complaint())
        hw.expect(stop="unknown")
        hw.child.send_signal(signal.SIGINT)
        check(hw.end() is not None, "it hangs")


def on_chip(kind, function):
    with kind() as chip:
        function(chip)


def main():
    with configfs() as folder:
        why_not = find_simulator(folder)
        rows = [(f"{function.__doc__} ({kind.__name__.lower()})",
                 functools.partial(on_chip, kind, function))
                for kind in ([Files] if why_not else [Files, Simulator]) for function in CASES]
        report(rows, len(rows), ("simulator", why_not) if why_not else None)


if __name__ == "__main__":
    main()

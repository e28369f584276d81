# SPDX-License-Identifier: Apache-2.0
"""What stands at the other end of drivers: serial boards on a pty, and a cape of files.

    with Celeron55() as board:      its port is board.port, all that it heard board.heard
    with Cape(library) as cape:     start cape.wrap([CCS, "evse", ...]); see gpio_files.c
"""
import contextlib
import os
import pty
import re
import socket
import struct
import tempfile
import threading
import tty


class Loop(threading.Thread):
    """Calls `work` every `period` seconds, from `with` to its end or to stop()."""

    def __init__(self, period):
        super().__init__(daemon=True)
        self.period, self.over = period, threading.Event()

    def run(self):
        while not self.over.wait(self.period):
            self.work()

    def stop(self):
        self.over.set()
        self.join()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()


class Device(Loop):
    """The other end of a serial port: `talk` every 100 ms, with all that was heard in `heard`."""

    def __init__(self):
        super().__init__(0.1)
        self.fd, self.end = pty.openpty()
        tty.setraw(self.fd)
        tty.setraw(self.end)
        os.set_blocking(self.fd, False)
        self.port = os.ttyname(self.end)
        self.heard = ""
        self.silent = False

    def hear(self):
        with contextlib.suppress(BlockingIOError):
            self.heard += os.read(self.fd, 65536).decode()

    def stop(self):
        super().stop()
        if self.fd >= 0:
            self.hear()  # the last words

    def work(self):
        self.hear()
        if not self.silent:
            os.write(self.fd, self.talk().encode())

    def unplug(self):
        self.stop()
        os.close(self.fd)
        self.fd = -1

    def last(self, pattern, otherwise):
        found = re.findall(pattern, self.heard, re.M)
        return int(found[-1]) if found else otherwise


class Celeron55(Device):
    """Its inlet sees what its display says of the charger, or the battery."""

    def __init__(self, battery=360, plugged=1):
        super().__init__()
        self.battery, self.plugged = battery, plugged

    def talk(self):
        closed = self.last(r"^contactor=(\d)$", 0)
        inlet = self.battery if closed else self.last(r"^disp1=(\d+) V", 0)
        return (f"inlet_v={inlet}\ndc_link_v={self.battery}\nmax_charge_a=20\nsoc_percent=42\n"
                f"contactor_confirmed={closed}\nplugged_in={self.plugged}\n")

    def is_off(self):
        return (self.last(r"^cp=(\d)$", 1) == 0 and self.last(r"^contactor=(\d)$", 1) == 0 and
                re.findall(r"^(?:un)?lock$", self.heard, re.M)[-1:] == ["unlock"])


class Oled(Device):
    """A display that scrolls."""

    def talk(self):
        return ""

    def volts(self):
        """What it says of the charger."""
        return self.last(r"^lc(\d+) V", 0)


class Dieter(Oled):
    """uhi22's Arduino; its inlet sees what a display says of the charger, this line's or another."""

    VOLT = 9.4 * 1024 / (1.08 * 6250)  # steps

    def __init__(self, display=None):
        super().__init__()
        self.display, self.answered = display or self, 0

    def outputs(self):
        return self.last(r"^do(\d{4})$", 0)

    def talk(self):
        told = re.findall(r"^do(\d{4})$", self.heard, re.M)
        answers = [f"I received value: {int(text)}\r\n" for text in told[self.answered:]]
        self.answered = len(told)
        inlet = [0, self.display.volts(), 360, 360][self.outputs() & 3]
        return "".join(answers) + f"A0={round(inlet * self.VOLT):04}\r\nA1=0123\r\n"


class HomeplugSupply(Loop):
    """A supply on the charger's power line, that follows at once; above 2 A the battery leads."""

    def __init__(self, pair):
        super().__init__(0.02)
        with pair.inside("ev"):
            self.line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88E1))
        self.line.bind((pair.ev, 0x88E1))
        self.line.setblocking(False)
        self.told, self.volts, self.most, self.silent = (0, 0), 0, 0, False

    def hear(self):
        while True:
            try:
                frame = self.line.recv(2048)
            except BlockingIOError:
                return
            if frame[15:17] == b"\x6e\x60" and frame[71:74] == b"\xaf\xfe\xdc":
                volts, again, tenths, last = struct.unpack(">4H", frame[74:82])
                assert (volts, tenths) == (again, last), "both are said twice"
                self.told = volts / 10, tenths / 10

    def work(self):
        self.hear()
        volts, amperes = self.told
        if amperes <= 2:
            self.volts = volts
        self.most = max(self.most, self.volts)
        if not self.silent:
            head = b"\xff" * 6 + b"\x02\0\0\0\0\x77" + b"\x88\xe1\x01\x6a\x60"
            body = b"\xdc\x55\xaa\0\0" + struct.pack(">H", round(10 * self.volts))
            self.line.send(head.ljust(38, b"\0") + body.ljust(22, b"\0"))

    def __exit__(self, *what):
        super().__exit__(*what)
        self.line.close()


class Chademo(Device):
    """A battery of 360 V behind an slcan adapter: it wants 20 A, and is half full."""

    def talk(self):
        return "t10086801000000006400\rt1028009001140000320A\r" if "O\r" in self.heard else ""


class CanDisplay(Device):
    """A display behind an slcan adapter."""

    def talk(self):
        return ""

    def frames(self, number):
        """The bytes of the frames with this number, in hexadecimal digits."""
        return re.findall(rf"^t{number}[458]((?:..)+)$", self.heard.replace("\r", "\n"), re.M)


class Cape(Loop):
    """A BeagleBone's kernel as files: PWM channel 0, a converter's channel 1, and GPIO lines."""

    BUTTON = "3-16"  # the lines of the FoccciCape and the DiDeBoCCS
    ALIVE = "1-18"
    CHANNEL = "bus/iio/devices/iio:device0/in_voltage1_raw"
    PWM = "class/pwm/pwmchip0/pwm0/"

    def __init__(self, library):
        super().__init__(0.05)
        self.library = library
        self.folder = tempfile.TemporaryDirectory()
        for name in "class/pwm/pwmchip0/export", self.PWM + "period", self.PWM + "enable", \
                self.PWM + "duty_cycle", self.CHANNEL:
            os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
            self.write(name, "0")
        for chip in range(4):
            self.write(f"chip{chip}", "")
        self.write(self.BUTTON, "1")  # not pressed

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)

    def read(self, name):
        """A number; 0 when nothing was written yet."""
        with open(self.path(name), encoding="ascii") as file:
            return int(file.read() or 0)

    def remove(self, name):
        os.rename(self.path(name), self.path("removed"))
        os.remove(self.path("removed"))

    def wrap(self, command):
        """The command, which then has this /sys and these chips."""
        script = 'mount --bind "$CCS_TEST_GPIO" /sys && LD_PRELOAD=$CCS_TEST_LIBRARY exec "$@"'
        return ["env", "CCS_TEST_LIBRARY=" + self.library, "CCS_TEST_GPIO=" + self.folder.name,
                "ASAN_OPTIONS=verify_asan_link_order=0", "sh", "-c", script, "sh"] + command

    def work(self):
        pass


class BeagleBone(Cape):
    """A car's: its inlet sees what the display says of the charger."""

    PILOT, RELAY = "0-20", "0-5"

    def __init__(self, library, display):
        super().__init__(library)
        self.display = display
        for line in self.PILOT, self.RELAY:
            self.write(line, "0")

    def work(self):
        told = self.display.frames("568")
        volts = 360 if self.read(self.RELAY) else int(told[-1][:4], 16) if told else 0
        with open(self.path(self.CHANNEL), "r+", encoding="ascii") as file:
            file.write(f"{volts * 10:05}")


class Didebo(Cape):
    """Its stages make the voltage; with the load on the battery does, which was precharged to it."""

    STAGES = {"2-2": 225, "2-5": 100, "1-13": 50, "1-15": 25, "0-27": 12}
    LOAD = "2-1"

    def __init__(self, library):
        super().__init__(library)
        for line in *self.STAGES, self.LOAD:
            self.write(line, "0")
        self.volts, self.most, self.loaded = 0, 0, False

    def work(self):
        stages = sum(volts for line, volts in self.STAGES.items() if self.read(line))
        load = self.read(self.LOAD)
        self.loaded = self.loaded or bool(load)
        self.volts = self.volts if load else stages
        self.most = max(self.most, stages)
        reading = (self.volts * 1000 / 386 + 510) / 1800 * 4095
        if os.path.exists(self.path(self.CHANNEL)):
            with open(self.path(self.CHANNEL), "r+", encoding="ascii") as file:
                file.write(f"{reading:04.0f}")

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Complete sessions of cars and chargers whose hardware is drivers.

    sessions.py CCS BOARD GPIO

BOARD is the example of the exec driver, GPIO the library of gpio_files.c ("": a build without GPIO).
"""
import functools
import glob
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # the tree may be read-only
import namespaces  # noqa: E402
from boards import (BeagleBone, CanDisplay, Cape, Celeron55, Chademo, Didebo, Dieter,  # noqa: E402
                    HomeplugSupply, Oled)
from cases import CASES, case, check, report  # noqa: E402

CCS, BOARD, GPIO = sys.argv[1:4]
SUPPLY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "charger_board.py")
AT_ONCE = 5  # sessions; they mostly wait


def gpio_case(function):
    return case(function) if GPIO else function


def start(pair, car_options, charger_options=(), wrap=list, wrap_car=list):
    """Both; `wrap` is put around the charger's command, `wrap_car` around the car's."""
    common = ["--no-slac", "-c", "/dev/null"]
    charger = pair.start("evse", wrap([CCS, "evse", "-i", pair.evse, "--once", *common,
                                       *charger_options]))
    check(charger.wait_for("waiting for a car"), charger.complaint() + charger.text())
    return pair.start("ev", wrap_car([CCS, "ev", "-i", pair.ev, *common, *car_options])), charger


def settings(*rows):
    return [word for row in rows for word in ("--set", row)]


def end_well(car, charger):
    status = car.end()
    check(status == 0, f"exit status {status}: {car.complaint()}{car.text()[-3000:]}")
    status = charger.end()
    check(status == 0, f"exit status {status}: {charger.complaint()}{charger.text()[-2000:]}")
    check("CurrentDemandReq" in car.text(), "it did not charge")
    for side in car, charger:
        check("invariant" not in side.text(), side.text()[-2000:])


def end_safely(broken, other, why):
    """The side with the fault ends, and says why; the other one does not hang."""
    status = broken.end(130)
    check(status is not None, "it goes on: " + broken.text()[-2000:])
    check(why in broken.text() + broken.complaint(), f"{why}? {broken.complaint()}"
          f"{broken.text()[-2000:]}")
    check(other.end(130) is not None, "the other side hangs: " + other.text()[-2000:])
    for side in broken, other:
        check("invariant" not in side.text(), side.text()[-2000:])


@case
def test_session(pair):
    """The example board charges"""
    end_well(*start(pair, settings("ev.preset=exec", "ev.exec_command=" + BOARD) +
                    ["--charge-seconds", "2"]))


@case
def test_charger(pair):
    """A charger with a program as its supply"""
    end_well(*start(pair, ["--charge-seconds", "2"],
                    settings("evse.preset=exec", "evse.cp_state=assumed",
                             f"evse.exec_command=exec {sys.executable} {SUPPLY}")))


def celeron55(board):
    return settings("ev.preset=celeron55", "ev.celeron55_port=" + board.port,
                    "ev.max_voltage=410V", "ev.max_current=100A")


def pyplc_car(preset, *rows):
    """Limits and target by hand; a program says the voltage of the battery."""
    return settings("ev.preset=" + preset, "ev.max_voltage=410V", "ev.max_current=100A",
                    "ev.target_voltage=370V", "ev.battery_voltage=exec",
                    "ev.exec_command=" + BOARD, *rows)


def dieter(board, display):
    return pyplc_car("dieter", "ev.dieter_port=" + board.port, "ev.news=oled",
                     "ev.display_port=" + display.port)


@case
def test_again(pair):
    """An assumed plug: after a session the car begins another one, as pyPLC did"""
    charger = pair.start("evse", [CCS, "evse", "-i", pair.evse, "--no-slac", "-c", "/dev/null"])
    check(charger.wait_for("waiting for a car"), charger.complaint())
    car = pair.start("ev", [CCS, "ev", "-i", pair.ev, "--no-slac", "-c", "/dev/null", "--forever",
                            "--charge-seconds", "1", *settings(
                                "ev.preset=exec", "ev.exec_command=" + BOARD, "ev.plug=assumed",
                                "ev.unplug_after=2s")])
    check(car.wait_for("SessionStopRes", 60, times=2), car.complaint() + car.text()[-2000:])
    between = car.text().split("SessionStopRes")[1].split("SessionSetupReq")[0]
    check("unplugged" in between, between)


@case
def test_next_charger(pair):
    """An assumed plug: a car whose charger has gone looks for the next one at once"""
    rows = settings("ev.preset=exec", "ev.exec_command=" + BOARD, "ev.plug=assumed", "ev.tries=1")
    car, charger = start(pair, [*rows, "--forever"], settings("evse.authorisation=ctl"))
    check(car.wait_for("AuthorizationReq"), car.complaint() + car.text()[-2000:])
    charger.kill()
    check(car.wait_for("looking for the charger", times=2), car.text()[-2000:])


def chademo(battery):
    """The rest of the car is the example board."""
    return settings("ev.preset=exec", "ev.exec_command=" + BOARD, "ev.can=" + battery.port,
                    "ev.battery_voltage=chademo", "ev.target_voltage_from=chademo",
                    "ev.soc=chademo", "ev.target_current_from=chademo")


@case
def test_celeron55(pair):
    """celeron55's board on a serial port charges, and is left off"""
    with Celeron55() as board:
        end_well(*start(pair, celeron55(board) + ["--charge-seconds", "2"]))
    for line in "cp=1", "contactor=1", "lock":
        check(line in board.heard.split("\n"), f"never told: {line}")
    check(board.is_off(), board.heard[-300:])


@case
def test_dieter(pair):
    """dieter's board and a display on one serial line, as pyPLC has them"""
    with Dieter() as board:
        rows = pyplc_car("dieter", "ev.dieter_port=" + board.port, "ev.news=dieter")
        car, charger = charging(pair, rows + ["--charge-seconds", "2"])
        check(board.outputs() == 3, f"charging with the outputs {board.outputs()}")
        end_well(car, charger)
    check(board.outputs() == 0, f"left with the outputs {board.outputs()}")


PYPLC = """[general]
mode = PevMode
eth_interface = car
digital_output_device = dieter
serial_port = PORT
display_via_serial = yes
analog_input_device = dieter
use_evsepresentvoltage_for_precharge_end = no
charge_target_voltage = 370
log_the_evse_mac_to_file = True
"""


@case
def test_imported(pair):
    """pyPLC's configuration, imported: what it says is done, sessions are recorded"""
    subprocess.run(["mount", "-t", "tmpfs", "none", "/var/lib"], check=True)
    with Dieter() as board, tempfile.TemporaryDirectory() as folder:
        ini, conf = os.path.join(folder, "pyPlc.ini"), os.path.join(folder, "ccs.conf")
        with open(ini, "w", encoding="ascii") as file:
            file.write(PYPLC.replace("PORT", board.port))
        with open(conf, "w", encoding="ascii") as file:
            subprocess.run([CCS, "config", "import", ini], check=True, stdout=file)
        left = settings("ev.max_voltage=410V", "ev.max_current=100A", "ev.battery_voltage=exec",
                        "ev.exec_command=" + BOARD)
        end_well(*start(pair, ["-c", conf, *left, "--charge-seconds", "2"]))
    recorded = glob.glob("/var/lib/ccs/sessions/*/summary.json")
    check(len(recorded) == 1, f"recorded: {recorded}")


@case
def test_silent_dieter(pair):
    """dieter's board falls silent: the session ends safely, and the board is left off"""
    with Oled() as display, Dieter(display) as board:
        car, charger = charging(pair, dieter(board, display))
        board.silent = True
        end_safely(car, charger, "dieter: has fallen silent")
    check(board.outputs() == 0, f"left with the outputs {board.outputs()}")


@case
def test_unplugged_display(pair):
    """A car's display on a port of its own, unplugged: that ends nothing"""
    with Oled() as display, Dieter(display) as board:
        car, charger = charging(pair, dieter(board, display) + ["--charge-seconds", "4"])
        display.unplug()
        end_well(car, charger)
        check(display.volts() > 300 and "oled: " in car.text(), "it was not noticed")


@case
def test_beaglebone(pair):
    """A BeagleBone as a car: pins, converter and a display on CAN"""
    with CanDisplay() as display, BeagleBone(GPIO, display) as board:
        rows = pyplc_car("beaglebone", "ev.inlet_voltage=adc", "ev.can=" + display.port,
                         "ev.adc_channels=inlet_voltage=0:1,0.1,0", "ev.news=can_display")
        car, charger = start(pair, [*rows, "--charge-seconds", "2"], wrap_car=board.wrap)
        check(car.wait_for("CurrentDemandRes"), car.complaint() + car.text()[-2000:])
        check(board.read(board.PILOT) and board.read(board.RELAY), "charging without its pins")
        end_well(car, charger)
        states = [int(frame[6:10], 16) for frame in display.frames("567")]
        check({560, 570, 700} <= set(states), f"its states: {states}")
        check(not board.read(board.PILOT) and not board.read(board.RELAY), "a pin is on")


@case
def test_chademo(pair):
    """A battery that speaks CHAdeMO, the rest of the car is the example board"""
    with Chademo() as battery:
        end_well(*start(pair, chademo(battery) + ["--charge-seconds", "2"]))
    told = re.findall(r"^t1098(.{16})$", battery.heard.replace("\r", "\n"), re.M)
    check(told and told[0][:2] == "0a" and any(frame[10:12] == "04" for frame in told),
          f"the battery does not hear of the charger: {told[-3:]}")


@case
def test_dead_board(pair):
    """The board dies while charging: the session ends safely, and the car says why"""
    car, charger = start(pair, settings("ev.preset=exec", "ev.exec_command=exec " + BOARD))
    check(car.wait_for("CurrentDemandRes", times=5), f"{car.complaint()}{car.text()[-3000:]}")
    program = subprocess_of(car.child.pid)
    os.kill(program, signal.SIGKILL)
    check(car.wait_for("exec: the program was ended by signal 9"), car.text()[-2000:])
    status = car.end(130)
    check(status == 1, f"exit status {status}: {car.text()[-2000:]}")
    check("the hardware ended the session: exec: " in car.complaint(), car.complaint())
    check("CurrentDemandReq" not in car.text().split("signal 9")[1], "it goes on charging")
    check(charger.end(130) is not None, "the charger hangs")
    for side in car, charger:
        check("invariant" not in side.text(), side.text()[-2000:])


def charging(pair, *arguments):
    """Both, when the car charges."""
    car, charger = start(pair, *arguments)
    check(car.wait_for("CurrentDemandRes", times=2), f"{car.complaint()}{car.text()[-3000:]}"
          f"{charger.complaint()}{charger.text()[-2000:]}")
    return car, charger


@case
def test_hanging_board(pair):
    """The board's program hangs while charging: the session ends safely"""
    car, charger = charging(pair, settings("ev.preset=exec", "ev.exec_command=exec " + BOARD))
    program = subprocess_of(car.child.pid)
    os.kill(program, signal.SIGSTOP)
    try:
        end_safely(car, charger, "the hardware ended the session: exec: ")
    finally:
        os.kill(program, signal.SIGKILL)


@case
def test_absurd_board(pair):
    """The board says what cannot be: that is not used, and the session ends safely"""
    with tempfile.TemporaryDirectory() as folder:
        flag = os.path.join(folder, "absurd")
        program = os.path.join(folder, "board")
        with open(program, "w", encoding="ascii") as file:
            file.write(f'{BOARD} | while read name value; do\n'
                       f'[ -e {flag} ] && [ $name = battery_voltage ] && value=9999\n'
                       'echo $name $value\ndone\n')
        car, charger = charging(pair, settings("ev.preset=exec", "ev.exec_command=sh " + program))
        with open(flag, "w", encoding="ascii"):
            pass
        end_safely(car, charger, "exec: battery_voltage 9999.000 is absurd")
        check("the hardware ended the session: exec: battery_voltage is not known" in
              car.complaint(), car.complaint())
        check("9999" not in "".join(line for line in car.text().split("\n") if "Req " in line),
              "the charger was asked for it")


@gpio_case
def test_emergency_of_a_car(pair):
    """An emergency button of a car: everything goes off at once"""
    with Cape(GPIO) as cape:
        cape.write("0-1", "0")
        rows = settings("ev.preset=exec", "ev.exec_command=exec " + BOARD, "ev.emergency=gpio",
                        "ev.gpio_lines=emergency=gpiochip0:1")
        car, charger = start(pair, rows, wrap_car=cape.wrap)
        check(car.wait_for("CurrentDemandRes", times=2), car.complaint() + car.text()[-3000:])
        cape.write("0-1", "1")
        end_safely(car, charger, "emergency")
        check("CurrentDemandReq" not in car.text().split("emergency")[1], "it goes on charging")


@gpio_case
def test_emergency_of_a_charger(pair):
    """An emergency button of a charger: the supply goes off at once"""
    with Cape(GPIO) as cape, CanDisplay() as display:
        cape.write("0-1", "0")
        rows = focccicape(cape, display) + settings(
            "evse.emergency=gpio", "evse.gpio_lines=alive=P9_14 high=P9_28 stop=!P9_30 "
            "emergency=gpiochip0:1")
        car, charger = charging(pair, [], rows, cape.wrap)
        cape.write("0-1", "1")
        end_safely(charger, car, "emergency")
        check(cape.read(cape.CHANNEL) == 0, "the supply is on")
        check(cape.read(cape.PWM + "duty_cycle") in (0, 1000000), "the oscillator runs on")


@case
def test_silent_board(pair):
    """celeron55's board falls silent: the session ends safely, and the board is left off"""
    with Celeron55() as board:
        car, charger = charging(pair, celeron55(board))
        board.silent = True
        end_safely(car, charger, "celeron55: has fallen silent")
        check(board.is_off(), board.heard[-300:])


@case
def test_unplugged_board(pair):
    """celeron55's board is unplugged: the session ends safely"""
    with Celeron55() as board:
        car, charger = charging(pair, celeron55(board))
        board.unplug()
        end_safely(car, charger, "the hardware ended the session: celeron55: ")


@case
def test_silent_battery(pair):
    """A battery on CAN falls silent: the session ends safely"""
    with Chademo() as battery:
        car, charger = charging(pair, chademo(battery))
        battery.silent = True
        end_safely(car, charger, "the hardware ended the session: chademo: ")


def focccicape(cape, display):
    """The cape, with a program as its supply and a converter that measures."""
    return settings("evse.preset=focccicape", "evse.can=" + display.port, "evse.pwm_delay=2000",
                    "evse.present_voltage=adc", "evse.adc_channels=present_voltage=0:1,0.1,0",
                    "evse.supply=exec", "evse.set_voltage=exec", "evse.set_current=exec",
                    "evse.present_current=exec", "evse.max_voltage=500V", "evse.max_current=125A",
                    "evse.without_monitor=yes",
                    f"evse.exec_command=exec {sys.executable} {SUPPLY} {cape.path(cape.CHANNEL)}")


@gpio_case
def test_no_supply(pair):
    """A FoccciCape without a supply, as most have it: a simulated one, which the log says"""
    with Cape(GPIO) as cape, CanDisplay() as display:
        names = "present_voltage", "present_current", "supply", "set_voltage", "set_current"
        rows = settings("evse.preset=focccicape", "evse.can=" + display.port,
                        *(f"evse.{name}=simulated" for name in names), "evse.max_voltage=500V",
                        "evse.max_current=125A", "evse.without_monitor=yes")
        car, charger = start(pair, ["--charge-seconds", "3"], rows, cape.wrap)
        end_well(car, charger)
        check_off(cape)
    told = [frame for frame in display.frames("679") if frame[8:12] != "0000"]
    check(told, "no voltage was shown")
    said = charger.text().count("simulated: NO SUPPLY, the voltage is made up")
    check(said >= 2, f"said {said} times")


def check_off(cape):
    check(cape.read(cape.PWM + "duty_cycle") == 1000000, "the oscillator runs on")


@gpio_case
def test_focccicape(pair):
    """A FoccciCape: oscillator, button, converter and display"""
    with Cape(GPIO) as cape, CanDisplay() as display:
        car, charger = charging(pair, ["--charge-seconds", "3"], focccicape(cape, display), cape.wrap)
        check(cape.read(cape.PWM + "duty_cycle") == 48000, "it is not 5 % less 2 us")
        end_well(car, charger)
        check_off(cape)
        check(cape.read(cape.CHANNEL) == 0, "the supply is on")
    states = "".join(frame[:2] for frame in display.frames("678"))
    check(re.search(r"^(12)+.*(09)+(0a)+(0d)+(0e)+.*(02)+", states), f"its states: {states}")
    told = display.frames("679")
    check(any(frame[:4] != "0000" and frame[8:12] != "0000" for frame in told), f"{told[-3:]}")
    check(display.frames("678") and display.frames("67a"), display.heard[-200:])


@gpio_case
def test_button(pair):
    """A FoccciCape's button ends the session in order"""
    with Cape(GPIO) as cape, CanDisplay() as display:
        car, charger = charging(pair, [], focccicape(cape, display), cape.wrap)
        cape.write(cape.BUTTON, "0")
        end_safely(charger, car, "SessionStopRes")
        check_off(cape)


def break_cape(number, what, name, why):
    def test(pair):
        with Cape(GPIO) as cape, CanDisplay() as display:
            car, charger = charging(pair, [], focccicape(cape, display), cape.wrap)
            cape.remove(name)
            end_safely(charger, car, why)
            if not name.startswith(Cape.PWM):
                check_off(cape)
    test.__doc__ = f"A FoccciCape without its {what}: the session ends safely"
    test.__name__ = f"test_cape_{number}"
    gpio_case(test)


for index, row in enumerate([("converter", Cape.CHANNEL, "adc: a channel cannot be read"),
                             ("oscillator", Cape.PWM + "duty_cycle", "pwm: "),
                             ("watchdog's line", Cape.ALIVE, "gpio: a line does not work")]):
    break_cape(index, *row)


@gpio_case
def test_display(pair):
    """A display that is unplugged ends nothing"""
    with Cape(GPIO) as cape, CanDisplay() as display:
        car, charger = charging(pair, ["--charge-seconds", "4"], focccicape(cape, display), cape.wrap)
        display.unplug()
        end_well(car, charger)
        check("can_display: " in charger.text(), "it was not noticed")


def didebo(display):
    return settings("evse.preset=didebo", "evse.can=" + display.port, "evse.without_monitor=yes")


@gpio_case
def test_didebo(pair):
    """The stages of DiDeBoCCS, and its load"""
    with Didebo(GPIO) as box, CanDisplay() as display:
        end_well(*start(pair, ["--charge-seconds", "2"], didebo(display), box.wrap))
        check(box.loaded and box.most >= 300, f"load {box.loaded}, at most {box.most} V")
        check(not any(box.read(line) for line in (*box.STAGES, box.LOAD)), "a stage is on")
        check_off(box)


@gpio_case
def test_didebo_without_converter(pair):
    """A DiDeBoCCS without its converter: the session ends safely"""
    with Didebo(GPIO) as box, CanDisplay() as display:
        car, charger = charging(pair, [], didebo(display), box.wrap)
        box.remove(box.CHANNEL)
        end_safely(charger, car, "didebo: a pin or the converter does not work")
        check(not any(box.read(line) for line in (*box.STAGES, box.LOAD)), "a stage is on")


HOMEPLUG = "supply", "set_voltage", "set_current", "present_voltage"


def homeplug(pair, *rows, options=""):
    """A supply behind the power line, the rest of the charger is a program."""
    return settings("evse.preset=exec", "evse.cp_state=assumed",
                    *(f"evse.{name}=homeplug" for name in HOMEPLUG),
                    "evse.homeplug_interface=" + pair.evse,
                    f"evse.exec_command=exec {sys.executable} {SUPPLY}{options}", *rows)


@case
def test_homeplug(pair):
    """A supply behind the power line follows, and is left off"""
    with HomeplugSupply(pair) as supply:
        end_well(*start(pair, ["--charge-seconds", "2"], homeplug(pair)))
        supply.hear()
        check(supply.most >= 300 and supply.told == (0, 0), f"{supply.most} V, {supply.told}")


@case
def test_deaf_homeplug(pair):
    """A supply behind the power line that only listens; others measure"""
    with HomeplugSupply(pair) as supply:
        supply.silent = True
        end_well(*start(pair, ["--charge-seconds", "2"],
                        homeplug(pair, "evse.present_voltage=exec", options=" --news")))
        supply.hear()
        check(supply.most >= 300 and supply.told == (0, 0), f"{supply.most} V, {supply.told}")


@case
def test_missing_homeplug(pair):
    """Without the power line's interface, or the supply behind it, is said what is missing"""
    nobody = [CCS, "evse", "-i", pair.evse, "--no-slac", "-c", "/dev/null"]
    for rows, why in [([], "the supply has not said anything"),
                      (["evse.homeplug_interface=nowhere"], "interface nowhere: there is none")]:
        charger = pair.start("evse", nobody + homeplug(pair, *rows))
        check(charger.wait_for(f"homeplug: {why}"), charger.text()[:2000])
        charger.child.terminate()
        charger.end()
    charger = pair.start("evse", nobody + homeplug(pair, "evse.homeplug_interface="))
    check(charger.end() == 3 and "homeplug_interface: which?" in charger.complaint(),
          charger.complaint())


@case
def test_homeplug_by_hand(pair):
    """`ccs hw test` sets a supply behind the power line, as keys of pyPLC's window did"""
    with HomeplugSupply(pair) as supply:
        tool = pair.start("evse", [CCS, "hw", "test", "--evse", "--yes", "--voltage", "300", "-c",
                                   "/dev/null", *settings(
                                       "evse.preset=custom", "evse.homeplug_interface=" + pair.evse,
                                       *(f"evse.{name}=homeplug" for name in HOMEPLUG))])
        status = tool.end()
        check(status == 0, f"exit status {status}: {tool.complaint()}{tool.text()}")
        supply.hear()
        check(supply.most == 300 and supply.told == (0, 0), f"{supply.most} V, {supply.told}")


@case
def test_silent_homeplug(pair):
    """A supply behind the power line falls silent: the session ends safely, and it is told off"""
    with HomeplugSupply(pair) as supply:
        car, charger = charging(pair, [], homeplug(pair))
        supply.silent = True
        end_safely(charger, car, "homeplug: has fallen silent")
        supply.hear()
        check(supply.told == (0, 0), f"told {supply.told} at the end")


@case
def test_incomplete(pair):
    """Without what it needs it does not begin, as a wrong configuration"""
    for role, options, what in [
            ("ev", ["ev.max_voltage_from=none", "ev.battery_voltage=none"],
             "[ev] lacks max_voltage or max_voltage_from, battery_voltage:"),
            ("ev", ["ev.soc=assumed"], "[ev] soc = assumed"),
            ("evse", ["evse.preset=focccicape"], "[evse] lacks max_voltage"),
            ("evse", ["evse.preset=celeron55"], "that is the board of a car")]:
        broken = pair.start(role, [CCS, role, "-i", getattr(pair, role), "-c", "/dev/null", *settings(
            f"{role}.preset=exec", f"{role}.exec_command=" + BOARD, *options)])
        check(broken.end() == 2 and what in broken.complaint(), f"{what}: {broken.complaint()}")


@case
def test_nothing_begins(pair):
    """A charger whose board does not answer says which value is missing, and sees no car"""
    charger = pair.start("evse", [CCS, "evse", "-i", pair.evse, "--no-slac", "-c", "/dev/null", *settings(
        "evse.preset=exec", "evse.cp_state=assumed", "evse.exec_command=exec sleep 1000")])
    check(charger.wait_for("exec: the program has not said anything"), charger.complaint() + charger.text())
    time.sleep(4)  # for a car that is none
    check("a car is plugged in" not in charger.text(), charger.text())
    check(charger.text().count("waiting for a car") == 1, charger.text())


@case
def test_power(pair):
    """A charger without max_power announces what its voltage and current make"""
    car, charger = start(pair, ["--charge-seconds", "1"],
                         settings("evse.preset=exec", "evse.cp_state=assumed",
                                  f"evse.exec_command=exec {sys.executable} {SUPPLY}"))
    end_well(car, charger)
    check("max 500 V 125 A 62.5 kW" in charger.text(), charger.text()[:3000])


@case
def test_one_owner(pair):
    """The hardware of a station is neither watched, tested nor taken by another one"""
    board = settings("ev.preset=exec", "ev.exec_command=" + BOARD)
    second = pair.lines(1)[0][0]
    car, charger = charging(pair, board + ["--charge-seconds", "4"])
    for command in (["hw", "watch", "--seconds", "1"], ["hw", "test", "--yes"],
                    ["ev", "-i", second, "--no-slac"]):
        other = pair.start("ev", [CCS, *command, "-c", "/dev/null", *board])
        status = other.end()
        check(status == 3 and other.complaint() == f"ccs {command[0]}: exec ({BOARD}): a station, or "
              "another `ccs hw`, uses this hardware: see `ccs ctl status`\n",
              f"{command}: {status} {other.complaint()}{other.text()[-500:]}")
    end_well(car, charger)
    after = pair.start("ev", [CCS, "hw", "watch", "--seconds", "1", "-c", "/dev/null", *board])
    check(after.end() == 0, "it is not free afterwards: " + after.complaint())


def subprocess_of(pid):
    """The board under `ip netns exec` and ccs."""
    while True:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            children = file.read().split()
        if not children:
            return pid
        pid = int(children[0])


def in_pair(number, function):
    """With a car's and a charger's namespace of its own."""
    with namespaces.Pair(str(number)) as pair:
        function(pair)


def main():
    why = namespaces.enter()
    if why:
        print(f"1..0 # SKIP {why}")
        return
    report([(function.__doc__, functools.partial(in_pair, number, function))
            for number, function in enumerate(CASES, 1)], AT_ONCE)


if __name__ == "__main__":
    main()

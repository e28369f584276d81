#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`ccs hw watch` and `ccs hw test` with boards at the other end.

    tool.py CCS
"""
import concurrent.futures
import os
import pty
import signal
import subprocess
import sys
import time
import traceback

sys.dont_write_bytecode = True  # the tree may be read-only
from boards import Celeron55  # noqa: E402

CCS = sys.argv[1]
AT_ONCE = 8  # cases; they mostly wait
PATIENCE = 30  # seconds
CASES = []


def case(function):
    CASES.append(function)
    return function


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        check(time.monotonic() < end, what)
        time.sleep(0.02)


def command(verb, *options, **keys):
    """`ccs hw VERB`, with the keys of [ev], or with evse=True of [evse]."""
    section = "evse" if keys.pop("evse", False) else "ev"
    return [CCS, "hw", verb, f"--{section}", "-c", "/dev/null", *options,
            *(word for key, value in keys.items() for word in ("--set", f"{section}.{key}={value}"))]


def celeron55(verb, board, *options):
    return command(verb, *options, preset="celeron55", celeron55_port=board.port)


def start(words, **how):
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, text=True, **how)


def end_by(number):
    """A test that is ended by a signal leaves nothing on."""
    def test():
        with Celeron55() as board:
            tool = start(celeron55("test", board, "--yes"))
            wait_until(lambda: board.last(r"^cp=(\d)$", 0), f"no state C: {board.heard}")
            tool.send_signal(number)
            said = tool.communicate(timeout=PATIENCE)[1]
            check(tool.returncode == 1, f"status {tool.returncode}: {said}")
            check(f"ended by signal {int(number)}: everything was switched off" in said, said)
            wait_until(board.is_off, f"left on: {board.heard[-200:]}")
    test.__doc__ = f"A test that gets {number.name} switches everything off"
    case(test)


for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP):
    end_by(each)


@case
def test_closed_terminal():
    """A terminal that is closed, as by a lost ssh, leaves nothing on"""
    with Celeron55() as board:
        words = celeron55("test", board, "--yes")
        child, terminal = pty.fork()
        if not child:
            os.execv(words[0], words)
        wait_until(lambda: board.last(r"^cp=(\d)$", 0), f"no state C: {board.heard}")
        os.close(terminal)
        check(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1, "another exit status")
        wait_until(board.is_off, f"left on: {board.heard[-200:]}")


@case
def test_closed_output():
    """A reader that goes away leaves nothing on"""
    with Celeron55() as board:
        tool = start(celeron55("test", board, "--yes"))
        wait_until(lambda: board.last(r"^cp=(\d)$", 0), f"no state C: {board.heard}")
        tool.stdout.close()
        check(tool.wait(PATIENCE) == 1, f"status {tool.returncode}")
        wait_until(board.is_off, f"left on: {board.heard[-200:]}")
        tool.stderr.close()


def run(function):
    """What went wrong, as lines."""
    try:
        function()
    except Exception:
        return traceback.format_exc().splitlines()
    return []


def main():
    print(f"1..{len(CASES)}")
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as threads:
        for number, complaint in enumerate(threads.map(run, CASES), 1):
            print(*(f"# {line}" for line in complaint), sep="\n", end="\n" if complaint else "")
            print(f"{'not ok' if complaint else 'ok'} {number} - {CASES[number - 1].__doc__}", flush=True)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""Cases that run at once, told as TAP.

    @case
    def test_something(): ...
    report([(function.__doc__, function) for function in CASES], 8)
"""
import concurrent.futures
import traceback

CASES = []


def case(function):
    CASES.append(function)
    return function


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def run(row):
    """What went wrong, as lines."""
    try:
        row[1]()
    except Exception:
        return traceback.format_exc().splitlines()
    return []


def report(rows, at_once, skipped=None):
    """Runs (name, function) rows, so many at once; `skipped`: name and reason of one more."""
    print(f"1..{len(rows) + bool(skipped)}")
    with concurrent.futures.ThreadPoolExecutor(at_once) as threads:
        for number, complaint in enumerate(threads.map(run, rows), 1):
            print(*(f"# {line}" for line in complaint), sep="\n", end="\n" if complaint else "")
            print(f"{'not ok' if complaint else 'ok'} {number} - {rows[number - 1][0]}", flush=True)
    if skipped:
        print(f"ok {len(rows) + 1} - {skipped[0]} # SKIP {skipped[1]}")

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rules of docs/CONVENTIONS.md that a script can check, one TAP case each."""
import os
import re
import subprocess

# Which module a public header belongs to; ccs/msg/*.h are generated: messages, and how deep exi goes.
HEADERS = {
    "base": "hex cursor error json pilot pool print record stream time",
    "exi": "exi",
    "msg": "fields message quantities",
    "plc": "keys mme modem pib pib_job slac slac_ev slac_evse",
    "net": "sdp sdp_client v2gtp",
    "ev": "ev_session ev_station",
    "evse": "evse_session evse_station",
    "charge": "channel charge invariants limits quirks timing",
}
# What a module may include beside itself, and so whatever that may include.
CORE = {
    "base": [],
    "exi": ["base"],
    "msg": ["exi"],
    "plc": ["base"],
    "net": ["base"],
    "charge": ["msg", "net"],
    "ev": ["charge", "plc", "net"],
    "evse": ["charge", "plc", "net"],
}
HOSTED = {
    "gen": [],
    "sim": list(CORE),
    "trace": list(CORE),
    "linux": ["sim", "trace"],
    "tools": ["linux"],
}
CORE_SYSTEM = {"stddef.h", "stdint.h", "stdbool.h", "string.h", "limits.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)
BAD_NAME = re.compile(r"(^|_)(utils?|helpers?|common|misc|managers?)(_|\.)")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b|^#\s*if 0\b", re.M)
LONGEST_FILE = 1000


def tracked_files():
    """Of a checkout what git knows, of an unpacked archive everything outside build folders."""
    run = subprocess.run(["git", "-c", "safe.directory=*", "ls-files"], capture_output=True, text=True)
    if run.returncode == 0 and run.stdout:
        return [f for f in run.stdout.splitlines() if os.path.exists(f)]
    found = []
    for folder, folders, files in os.walk("."):
        folders[:] = [d for d in folders if not d.startswith((".", "build"))]
        found += [os.path.relpath(os.path.join(folder, f), ".") for f in files]
    return sorted(found)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def module_of(path):
    """Module of a source file or a private header."""
    parts = path.split("/")
    if path.startswith("include/ccs/"):
        return header_module(path[len("include/"):])
    return parts[1] if parts[0] == "core" else parts[0]


def header_module(name):
    """Module of a public header as it is included, "ccs/pool.h"."""
    if name.startswith("ccs/msg/"):
        return "exi" if name == "ccs/msg/bounds.h" else "msg"
    stem = name[len("ccs/"):-len(".h")]
    return next((m for m, stems in HEADERS.items() if stem in stems.split()), None)


def included_module(source, name):
    if name.startswith("ccs/"):
        return header_module(name)
    for folder in (os.path.dirname(source), ".", "core"):
        path = os.path.normpath(os.path.join(folder, name))
        if os.path.exists(path):
            return module_of(path)
    return None


def reach(module):
    allowed = {module}
    for other in {**CORE, **HOSTED}.get(module, []):
        allowed |= reach(other)
    return allowed


def check_include_directions(sources):
    for path in sources:
        module = module_of(path)
        if module in ("tests", "bench"):
            continue
        if module not in CORE and module not in HOSTED:
            yield f"{path}: tests/style/check.py does not know its module"
            continue
        for kind, name in INCLUDE.findall(read(path)):
            if kind == "<":
                continue
            other = included_module(path, name)
            if other is None:
                yield f"{path}: {name}: tests/style/check.py does not know its module"
            elif other not in reach(module):
                yield f"{path}: {module} includes {name} of {other}"


def check_core_is_portable(sources):
    for path in sources:
        if module_of(path) in CORE:
            for kind, name in INCLUDE.findall(read(path)):
                if kind == "<" and name not in CORE_SYSTEM:
                    yield f"{path}: includes <{name}>"


def check_formatting(sources):
    run = subprocess.run(["clang-format", "-n", "--Werror"] + sources, capture_output=True, text=True)
    if run.returncode:
        yield from [line for line in run.stderr.splitlines() if "error:" in line]


def check_file_names(files):
    for path in files:
        if BAD_NAME.search(os.path.basename(path)):
            yield f"{path}: says nothing about what is in it"


def check_lengths(sources):
    for path in sources:
        lines = read(path).count("\n")
        if lines > LONGEST_FILE:
            yield f"{path}: {lines} lines; split it"


def check_nothing_unfinished(sources):
    for path in sources:
        for match in UNFINISHED.finditer(read(path)):
            yield f"{path}: {match.group().strip()}"


def check_licence(sources):
    for path in sources:
        if "SPDX-License-Identifier: Apache-2.0" not in read(path)[:200]:
            yield f"{path}: no SPDX line"


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
    files = tracked_files()
    sources = [f for f in files if f.endswith((".c", ".h"))]
    scripts = [f for f in files if f.endswith((".py", "meson.build", "Makefile"))]
    checks = [
        ("includes point one way", check_include_directions(sources)),
        ("the core includes nothing hosted", check_core_is_portable(sources)),
        ("clang-format agrees", check_formatting(sources)),
        ("file names", check_file_names(files)),
        ("lengths of files", check_lengths(sources)),
        ("nothing unfinished", check_nothing_unfinished(sources)),
        ("every file names its licence", check_licence(sources + scripts)),
    ]
    print(f"1..{len(checks)}")
    for number, (name, problems) in enumerate(checks, 1):
        problems = list(problems)
        for problem in problems:
            print("#", problem)
        print("not ok" if problems else "ok", number, "-", name)


if __name__ == "__main__":
    main()

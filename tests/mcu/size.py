#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cross-compiles the core for a Cortex-M4, prints what each part needs, and judges it.

    size.py BUILD

BUILD is a folder of its own for meson.  The last column is the largest stack frame of a single
function.  One TAP case for each promise: it compiles, nothing hosted is called, nothing is
writable, the codec, the message structs and the images of both stations keep their budgets.
"""
import collections
import json
import os
import re
import subprocess
import sys

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
TOOL = "arm-none-eabi-"
CFLAGS = ["-std=c11", "-Os", "-mcpu=cortex-m4", "-mthumb", "-I", os.path.join(ROOT, "include")]
# What a freestanding C compiler may call anyway, and the string.h functions that the core uses.
ALLOWED = re.compile(r"mem(cpy|set|move|cmp|chr)|str(len|cmp|ncmp|chr)|__aeabi_\w+")
LARGEST_STRUCT = 4096
# Flash for decoding and encoding: kilobytes, and the parts that are needed.
BUDGETS = {
    "all message sets": (64, r"exi: engine|exi_(?!names)\w+"),
    "the handshake, DIN SPEC 70121 and ISO 15118-2": (32, r"exi: engine|exi_(app|din|iso2|xmldsig)"),
}
# Images that are linked: a station with DIN SPEC 70121 and ISO 15118-2, all of it in use, no TLS.
IMAGES = ("ev_station", "evse_station")
IMAGE_FLASH = 96 * 1024
IMAGE_RAM = 16 * 1024  # without the stack

# Part of a source file, by the first pattern that fits.
PARTS = [
    (r"core/base/", "base"),
    (r"core/exi/json", "exi: JSON"),
    (r"core/exi/names", "exi: names"),
    (r"core/exi/trace", "exi: trace"),
    (r"core/exi/", "exi: engine"),
    (r"core/msg/", "msg"),
    (r"core/(\w+)/([a-z0-9]+)", "{0}: {1}"),
    (r"(\w+)\.c$", "{0}"),
]


class Part:
    def __init__(self):
        self.code = self.tables = self.writable = self.frame = 0


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def part_name(source):
    for pattern, name in PARTS:
        match = re.search(pattern, source)
        if match:
            return name.format(*match.groups())
    return source


def add_sections(part, object_file):
    for section, size in re.findall(r"^\.(\S+)\s+(\d+)", run(TOOL + "size", "-A", "-d", object_file), re.M):
        if section.startswith("text"):
            part.code += int(size)
        elif section.startswith("rodata"):
            part.tables += int(size)
        elif section.startswith(("data", "bss")):
            part.writable += int(size)


def add_frames(part, object_file):
    with open(os.path.splitext(object_file)[0] + ".su", encoding="utf-8") as lines:
        part.frame = max([part.frame] + [int(line.split("\t")[1]) for line in lines])


def measure(build):
    parts = collections.defaultdict(Part)
    objects = []
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        for command in json.load(file):
            object_file = os.path.join(build, command["output"])
            if "arm-none-eabi" not in command["command"] or not os.path.exists(object_file):
                continue
            source = os.path.relpath(os.path.join(build, command["file"]), ROOT)
            part = parts[part_name(source)]
            add_sections(part, object_file)
            add_frames(part, object_file)
            objects.append(object_file)
    return parts, objects


def find_hosted(objects):
    """Undefined symbols that neither the core nor a freestanding compiler provides."""
    own = set(re.findall(r" [A-Z] (\w+)$", run(TOOL + "nm", "--defined-only", *objects), re.M))
    needed = set(re.findall(r" U (\w+)$", run(TOOL + "nm", "-u", *objects), re.M))
    return sorted(s for s in needed - own if not ALLOWED.fullmatch(s))


def print_parts(parts):
    print(f"# {'part':<16} {'code':>7} {'tables':>7} {'flash':>7} {'RAM':>5} {'frame':>6}")
    total = Part()
    for name, part in sorted(parts.items()) + [("total", total)]:
        print(f"# {name:<16} {part.code:>7} {part.tables:>7} {part.code + part.tables:>7} "
              f"{part.writable:>5} {part.frame:>6}")
        for key in ("code", "tables", "writable"):
            setattr(total, key, getattr(total, key) + getattr(part, key))
        total.frame = max(total.frame, part.frame)


def find_headers(build):
    return sorted(os.path.join(folder, f) for folder, _, files in os.walk(build)
                  for f in files if f.endswith(".h") and folder.endswith("ccs/msg"))


def include_flags(headers):
    folders = {os.path.dirname(os.path.dirname(os.path.dirname(h))) for h in headers}
    return [flag for folder in sorted(folders) for flag in ("-I", folder)]


def measure_image(build, name):
    """(flash, RAM) of tests/mcu/NAME.c linked with the library."""
    here = os.path.join(ROOT, "tests/mcu")
    image = os.path.join(build, name + ".elf")
    hardware = [f"-Wl,--defsym={symbol}=0x40000000" for symbol in ("line", "length_in", "clock_us")]
    run(TOOL + "gcc", *CFLAGS, "-Wall", "-Wextra", "-Werror", "-ffunction-sections", "-fdata-sections",
        "-I", os.path.join(ROOT, "core"), *include_flags(find_headers(build)),
        os.path.join(here, name + ".c"), os.path.join(here, "without_iso20.c"),
        os.path.join(build, "core/libccs.a"), "-nostartfiles", *hardware,
        "-Wl,--gc-sections,--entry=start", "-o", image)
    text, data, bss = map(int, run(TOOL + "size", image).splitlines()[1].split()[:3])
    return text + data, data + bss


def measure_structs(build):
    """(size, name) of every message struct, the largest first."""
    headers = find_headers(build)
    probe = os.path.join(build, "structs.c")
    with open(probe, "w", encoding="utf-8") as file:
        for header in headers:
            print(f'#include "{header}"', file=file)
        for header in headers:
            with open(header, encoding="utf-8") as text:
                for name in re.findall(r"^struct (\w+) \{", text.read(), re.M):
                    print(f"char size_of_{name}[sizeof(struct {name})];", file=file)
    run(TOOL + "gcc", *CFLAGS, *include_flags(headers), "-c", probe, "-o", probe + ".o")
    symbols = run(TOOL + "nm", "-S", probe + ".o")
    return sorted(((int(size, 16), name) for size, name in
                   re.findall(r"^\w+ (\w+) \w size_of_(\w+)$", symbols, re.M)), reverse=True)


def main():
    build = os.path.abspath(sys.argv[1])
    cross = os.path.join(ROOT, "cross/cortex-m4.ini")
    case = 0

    def judge(good, name):
        nonlocal case
        case += 1
        print("ok" if good else "not ok", case, "-", name, flush=True)

    if not os.path.exists(os.path.join(build, "build.ninja")):
        subprocess.run(["meson", "setup", build, ROOT, "--cross-file", cross], stdout=sys.stderr)
    compiled = subprocess.run(["ninja", "-C", build], stdout=sys.stderr).returncode == 0
    judge(compiled, "the core compiles for a Cortex-M4")
    if compiled:
        parts, objects = measure(build)
        print_parts(parts)
        hosted = find_hosted(objects)
        judge(not hosted, "the core calls nothing hosted" + "".join(f" {s}" for s in hosted))
        judge(not any(p.writable for p in parts.values()), "the core has no writable globals")
        for sets, (kilobytes, pattern) in BUDGETS.items():
            flash = sum(p.code + p.tables for name, p in parts.items() if re.fullmatch(pattern, name))
            judge(0 < flash < kilobytes * 1024, f"{flash} bytes for {sets}, {kilobytes} KB allowed")
        for image in IMAGES:
            flash, ram = measure_image(build, image)
            judge(flash < IMAGE_FLASH, f"{image}: {flash} bytes of flash, {IMAGE_FLASH} allowed")
            judge(ram < IMAGE_RAM, f"{image}: {ram} bytes of RAM, {IMAGE_RAM} allowed")
        structs = measure_structs(build)
        for size, name in structs[:5]:
            print(f"# struct {name}: {size} bytes")
        judge(structs[0][0] < LARGEST_STRUCT, f"message structs below {LARGEST_STRUCT} bytes")
    print(f"1..{case}")


if __name__ == "__main__":
    main()

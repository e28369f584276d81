#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Manual pages from what the command says of itself.

    man.py CCS COMMAND      ccs-COMMAND.1 from `ccs COMMAND --help`
    man.py CCS PAGE.1       the page, with the rows of `ccs --help` at its line `.\\" COMMANDS`

A help text is made of lines `Usage:`, paragraphs, tables (`  what  text`, continued deeper),
`Examples:` with indented lines, and `Exit status:`.
"""
import os
import re
import subprocess
import sys
import time

# Options with the argument of the last, or words; then the text, or nothing.
NAME = r"-[a-zA-Z]|--[a-z][a-z-]*"
ROW = re.compile(rf"  {{1,6}}((?:(?:{NAME})(?:, )?)+(?: [A-Z][A-Z0-9.=_:|\[\]]*)?|\S+(?: \S+)*)(?: +(\S.*))?$")


def ask(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def escape(text):
    """Text as roff prints it, at the start of a line too."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return "\\&" + text if text.startswith(".") else text


def quote(text):
    """One argument of a macro."""
    return '"' + escape(text).replace('"', '\\(dq') + '"'


def commands(ccs):
    """(name, what it does) of each subcommand."""
    return re.findall(r"^  ([a-z]+) +(.*)$", ask(ccs, "--help"), re.M)


def item(what):
    """The tag of a row: options with their arguments, or a word to write."""
    if not what.startswith("-"):
        return ".It Cm " + quote(what)
    words = []
    for word in what.replace(",", " ,").split():
        words += ["Fl", quote(word[1:])] if word.startswith("-") else \
                 [word] if word == "," else ["Ar", quote(word)]
    return ".It " + " ".join(words)


def sentences(lines):
    """Each on a line of its own, so that roff spaces them."""
    return map(escape, re.split(r"(?<=[a-z)]\.)\s+(?=[A-Z])", " ".join(map(str.strip, lines))))


def table(lines):
    rows = []
    for line in lines:
        match = ROW.match(line)
        if match:
            rows.append((match[1], [match[2]] if match[2] else []))
        else:
            rows[-1][1].append(line)
    yield ".Bl -tag -width Ds"
    for what, text in rows:
        yield item(what)
        if text:
            yield from sentences(text)
    yield ".El"


def exit_status(text):
    yield ".Sh EXIT STATUS"
    yield ".Bl -tag -width Ds -compact"
    for status, meaning in re.findall(r"(\d) (.*?)(?:[;,.]\s*(?=\d |$))", text):
        yield f".It {status}"
        yield escape(meaning)
    yield ".El"


def blocks(lines):
    """Paragraphs and tables: (is a table, lines)."""
    block = []
    for line in lines + [""]:
        if block and (not line or line.startswith("  ") != block[0].startswith("  ")):
            yield block[0].startswith("  "), block
            block = []
        if line:
            block.append(line)


def split(text):
    """The lines of usage, description and examples, and the text of the exit status."""
    text, _, status = text.partition("\nExit status: ")
    text, _, examples = text.partition("\nExamples:\n")
    lines = text.splitlines()
    body = next(i for i, line in enumerate(lines) if not line.startswith(("Usage: ", " " * 7)))
    usage = re.split(r" +(?=ccs )", " ".join(line[len("Usage:"):] for line in lines[:body]))[1:]
    return usage, lines[body:], examples.splitlines(), " ".join(status.split())


def date():
    """Of the sources, where a package is built so that it comes out the same each time."""
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    return time.strftime("%B %d, %Y", time.gmtime(seconds))


def page(ccs, command):
    usage, body, examples, status = split(ask(ccs, command, "--help"))
    version = ask(ccs, "--version").split()[1]
    yield f'.\\" From `ccs {command} --help`.'
    yield f".Dd {date()}"
    yield f".Dt CCS-{command.upper()} 1"
    yield f".Os OpenCCS {version}"
    yield ".Sh NAME"
    yield f".Nm ccs-{command}"
    yield ".Nd " + escape(dict(commands(ccs))[command])
    yield ".Sh SYNOPSIS"
    for line in usage:
        yield f".Nm ccs {command}"
        yield escape(line.removeprefix(f"ccs {command}").strip())
    yield ".Sh DESCRIPTION"
    for number, (is_table, block) in enumerate(blocks(body)):
        if number and not is_table:
            yield ".Pp"
        yield from table(block) if is_table else sentences(block)
    if status:
        yield from exit_status(status)
    if examples:
        yield ".Sh EXAMPLES"
        yield from (".Dl " + escape(line.strip()) for line in examples if line)
    yield ".Sh SEE ALSO"
    yield ".Xr ccs 1 ,"
    yield ".Xr ccs.conf 5"


def with_commands(ccs, path):
    with open(path, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if line != '.\\" COMMANDS':
                yield line
                continue
            yield ".Bl -tag -width ccs-summary(1) -compact"
            for name, help_text in commands(ccs):
                yield f".It Xr ccs-{name} 1"
                yield escape(help_text)
            yield ".El"


def main():
    ccs, what = sys.argv[1:]
    print("\n".join(with_commands(ccs, what) if what.endswith(".1") else page(ccs, what)))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the power line layer against frames and keys that are not part of the project.

    slac.py PLC_LINES

Reads facts/slac_vectors.jsonl of $CCS_SHARED: frames with the value of every byte, pairs of NMK and
NID, passphrases with their keys.  One TAP case for each; without the file everything is skipped.
"""
import json
import os
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
SHARED = os.environ.get("CCS_SHARED", os.path.join(ROOT, "../shared"))
VECTORS = os.path.join(SHARED, "facts/slac_vectors.jsonl")

# Names in the vectors, where they differ from ours; | between alternatives.
TYPES = {
    "VS_ATTENUATION_CHARACTERISTICS.IND": "VS_ATTEN_CHAR.IND",
    "VS_FR_LBK.CNF": "VS_A049",
}
NAMES = {
    "eth.dst": "dst", "eth.src": "src", "msound_target": "m_sound_target", "time_out_100ms": "time_out",
    "count": "cnt", "aag_db": "aag", "data_len": "data_length", "subver": "sub_version",
    "num_tonemaps": "num_tone_maps", "fw_major": "major", "fw_minor": "minor",
    "fw_composite": "composite", "fw_sustaining": "sustaining", "fw_build": "build",
    "line_freq_zero_cross_bits": "line_frequency", "sdram_size_field": "sdram_size", "mcontrol": "control",
    "rx_intervals": "rx_num_intervals", "module_idx": "module_index", "bridged_da": "bridged_mac|mac",
    "role(0 STA,1 PCO,2 CCO)": "role", "sta_mac": "mac", "sta_tei": "tei", "own_tei": "tei",
    "module_length": "length", "module_checksum(le)": "checksum",
}
# Not ours to show: padding, reserved bytes, bytes behind what is known, and what stands elsewhere.
UNSHOWN = ("padding", "reserved", "version_buffer_rest", "field28", "trailing", "rest_of_report", "r6",
           "carrier_nibbles_and_tail", "eth.type",
           "status_and_settings", "control")
# Bytes that are not kept: the rest of a text's field, and one reserved byte that is not zero.
NOT_KEPT = {"version_buffer_rest", "reserved_varies"}


def find_values(fields, name):
    """All values under this name, also in lists."""
    found = []
    for key, value in fields.items():
        if key == name:
            found.append(value)
        if isinstance(value, list):
            for entry in value:
                if isinstance(entry, dict):
                    found += find_values(entry, name)
    return found


def plain(value):
    """Any notation of a number or of bytes as one that can be compared."""
    if isinstance(value, str):
        value = value.replace(":", "").lower()
        if value.startswith("0x"):
            return int(value, 16)
        if "*" in value:
            byte, times = value.split("*")
            value = byte * int(times)
    return value


def same_value(expected, got):
    expected, got = plain(expected), plain(got)
    if isinstance(expected, str) and isinstance(got, int):
        digits = expected if len(expected) % 2 == 0 else ""
        return bool(digits) and int.from_bytes(bytes.fromhex(digits), "little") == got
    return expected == got


def judge_frame(vector, answer):
    wrong = []
    if answer["type"] != TYPES.get(vector["mme"], vector["mme"]):
        wrong.append(f"type {answer['type']}")
    if answer["result"]:
        wrong.append(f"result {answer['result']}")
    ours = dict(answer, **answer["fields"])
    bytes_in, bytes_out = bytearray.fromhex(vector["hex"]), bytearray.fromhex(answer["again"])
    for field in vector["fields"]:
        name = NAMES.get(field["name"], field["name"])
        if field["name"] in NOT_KEPT:
            span = slice(field["off"], field["off"] + field["len"])
            bytes_in[span] = bytes_out[span] = bytes(field["len"])
        if field["name"].startswith(UNSHOWN):
            continue
        values = [v for alias in name.split("|") for v in find_values(ours, alias)]
        if not any(same_value(field["value"], v) for v in values):
            wrong.append(f"{name}: {field['value']}, not {values}")
    if bytes_in != bytes_out:
        wrong.append("encoded " + answer["again"])
    return wrong


def judge(vector, answer):
    if vector["kind"] == "frame":
        return judge_frame(vector, answer)
    names = ("nmk", "dak") if vector["kind"] == "key" else ("nid",)
    expected = dict(vector, nid=vector.get("derived_nid", vector.get("nid")))
    return [f"{n} {answer[n]}, not {expected[n]}" for n in names if answer[n] != expected[n]]


def ask(vector):
    if vector["kind"] == "frame":
        return "frame " + vector["hex"]
    if vector["kind"] == "key":
        return "key " + vector["passphrase"].encode().hex()
    return f"nid {vector['nmk']} {vector['level']}"


def main():
    if not os.path.exists(VECTORS):
        print(f"1..1\nok 1 - frames and keys # SKIP no facts/slac_vectors.jsonl in {os.path.normpath(SHARED)}")
        return
    with open(VECTORS) as file:
        vectors = [v for v in map(json.loads, file) if v["kind"] in ("frame", "nid", "key")]
    run = subprocess.run([sys.argv[1]], input="".join(ask(v) + "\n" for v in vectors), check=True,
                         stdout=subprocess.PIPE, text=True)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    print(f"1..{len(vectors)}")
    for number, (vector, answer) in enumerate(zip(vectors, answers), 1):
        wrong = judge(vector, answer)
        for line in wrong:
            print("#", line)
        print("not ok" if wrong else "ok", number, "-", vector["kind"], vector["id"])


if __name__ == "__main__":
    main()

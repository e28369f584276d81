#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`ccs summary --json` against the independent facts of recorded sessions.

Usage: check_summary.py CCS.  The recordings are found through CCS_SHARED (default ../shared
beside the repository); without them there is one line `ok 1 - ... # SKIP`.
"""
import glob
import json
import lzma
import os
import subprocess
import sys

# What the diagnosis must be, found by reading each recording; the others end as planned.
CODES = """
dspace_din_dc: stopped_full
dspace_iso20_ac_bpt: stopped_full
dspace_iso20_dc_tls13: stopped_full
ev_atto3_din_dc_1: cut_charging
ev_atto3_iso2_dc_1: stopped_by_charger
ev_atto3_slac_sdp_only: only_the_end sdp_cut
ev_bmwix_din_dc_1: stopped_by_charger
ev_bmwix_din_dc_2: stopped_by_car
ev_bmwix_iso2_dc_1: left_cable_check
ev_ec4_iso2: ac_only slac_unanswered
ev_eqc_sap_rejected: handshake_rejected
ev_id3_iso2_ac: stop_out_of_turn cut_charging
ev_id3_iso2_dc_2: cut_charging
ev_id4_iso2: payment_invalid
ev_id4_iso2_ac: stop_out_of_turn
ev_id4_iso2_dc: cut_after_charging
ev_id4fw35_iso2_ac: stop_out_of_turn slac_cut
ev_idbuzz_iso2_dc_discharge: slac_neighbour stopped_by_car
ev_ioniq5_iso2: ac_only
ev_mg4_iso2: ac_only slac_neighbour
ev_mg4_iso2_dc: left_charging left_charging
ev_modely_din_dc_1: left_charging
ev_modely_sap_rejected_1: handshake_rejected
ev_modely_sap_rejected_2: handshake_rejected
ev_mokka_din_dc_1: stopped_by_charger slac_cut
ev_mokka_din_dc_josev: left_charging
ev_mokka_iso2: ac_only slac_cut
ev_mokka_iso2_dc_josev: left_charging slac_cut
ev_polestar2_iso2_ac: ac_only
ev_polestar2_iso2_dc: pause_refused
ev_scudo_slac_only: slac_again
ev_solterra_din_dc: cut_after_charging
peer_ecog_enforce_vs_notls: sdp_security_mismatch
pyplc_evse_ioniq_10min: ev_current_difference
pyplc_evse_ioniq_60w_bulbs: parameters_unanswered ev_current_difference ev_current_difference
pyplc_evse_ioniq_cdloop: closed_by_charger
pyplc_evse_ioniq_foccci_10min: ev_current_difference silent_charging
pyplc_evse_ioniq_incompatible: ev_incompatible
pyplc_evse_modelx: cut_charging
pyplc_evse_modely_stop_precharge: precharge_abandoned
pyplc_evse_polestar2_stop_precharge: precharge_abandoned
pyplc_evse_taycan_left_slacfail: slac_wrong_run_id
pyplc_listen_01: slac_overheard
pyplc_listen_02: one_side_visible
pyplc_listen_04: slac_overheard
pyplc_listen_05: slac_overheard
pyplc_listen_hidden: slac_overheard
pyplc_pev_alpi_1fail_1ok: cable_check_failed stop_ignored handshake_unanswered
pyplc_pev_alpi_sdp_unanswered: sdp_unanswered
pyplc_pev_alpi_tcp_refused: tcp_wrong_port
pyplc_pev_compleo_bulb_emshutdown: emergency_precharge
pyplc_pev_compleo_noload: authorization_pending power_delivery_unanswered
tux_abb_din_sniffed: stop_unanswered
tux_din_wrongmode: wrong_mode_unanswered
tux_iso20_tls13_refused: plain_to_tls
"""

ENDED = {"stopped_by_car", "stopped_by_charger", "stopped_full", "paused"}

# Names of the facts to ours.
STEPS = {
    "supportedAppProtocol": "handshake", "SessionSetup": "session_setup",
    "ServiceDiscovery": "service_discovery", "PaymentServiceSelection": "service_selection",
    "ServicePaymentSelection": "service_selection", "ContractAuthentication": "authorization",
    "Authorization": "authorization", "ChargeParameterDiscovery": "parameters",
    "CableCheck": "cable_check", "PreCharge": "precharge", "PowerDelivery": "power_delivery",
    "CurrentDemand": "charge_loop", "ChargingStatus": "charge_loop", "ChargeLoop": "charge_loop",
    "MeteringReceipt": "charge_loop",
}


def expected_codes():
    codes = {}
    for line in CODES.split("\n"):
        if line:
            name, _, rest = line.partition(":")
            codes[name] = rest.split()
    return codes


def group_dialogues(sessions):
    """Connections on which no more than the handshake was said belong to the next one."""
    groups, current = [], []
    for session in sessions:
        current.append(session)
        if session["protocol"] != "sap-only":
            groups.append(current)
            current = []
    if current:
        groups.append(current)
    return groups


class Checker:
    def __init__(self):
        self.faults = []

    def equal(self, what, ours, theirs):
        if ours != theirs:
            self.faults.append("%s: %r, should be %r" % (what, ours, theirs))

    def near(self, what, ours, theirs):
        if ours is None or abs(ours - theirs) > 0.0005 * max(1, abs(theirs)):
            self.faults.append("%s: %r, should be %r" % (what, ours, theirs))

    def dialogue(self, ours, group):
        last = group[-1]
        end = last["end"]
        self.equal("messages", ours["messages"]["ev"] + ours["messages"]["evse"],
                   sum(s["messages"] for s in group))
        self.equal("messages of the car", ours["messages"]["ev"], sum(s["from_ev"] for s in group))
        self.equal("undecoded", ours["messages"]["undecoded"], 0)
        if last["protocol"] != "sap-only":
            self.equal("protocol", ours["protocol"][:5].rstrip("adw"), last["protocol"])
        if last["sap_response"]:
            self.equal("negotiation", ours.get("negotiation"), last["sap_response"])
        self.equal("schema_id", ours.get("schema_id"), last["schema_id"])
        self.equal("offers", [(o["uri"], o["version"], o["schema_id"], o["priority"])
                              for o in ours.get("offers", [])],
                   [(o["ns"], o["version"], o["schema_id"], o["priority"]) for o in last["offer"]])
        if last["energy_mode"]:
            self.equal("energy_mode", ours.get("energy_mode"), last["energy_mode"])
        ids = [i.lower() for i in last["session_ids"] if i.strip("0")]
        if ids:
            self.equal("session_id in", ours.get("session_id") in ids, True)
        if last["furthest"] in STEPS:
            self.equal("furthest", ours.get("furthest"), STEPS[last["furthest"]])
        self.charge(ours["charge"], last)
        self.end(ours, end)

    def charge(self, ours, last):
        if last["soc"]:
            self.equal("SoC", [ours.get("soc_from_percent"), ours.get("soc_to_percent")],
                       last["soc"])
        for key, low, high in (("present_voltage", "voltage_min_V", "voltage_max_V"),
                               ("present_current", "current_min_A", "current_max_A")):
            if last[key]:
                self.near(low, ours.get(low), last[key][0])
                self.near(high, ours.get(high), last[key][1])

    def end(self, ours, end):
        first = end.split(";")[0]
        self.equal("ended_as_planned", ours["ended_as_planned"],
                   first.startswith("SessionStop answered"))
        if first.endswith("unanswered"):
            self.equal("last request", (ours["last_request"], ours["pending"]),
                       (first.split()[0], True))
        elif first.startswith("last message"):
            self.equal("last response", ours["last_response"], first.split()[2])
        for word, side, key in (("EV FIN", "ev", "fin_t"), ("EV RST", "ev", "reset_t"),
                                ("EVSE FIN", "evse", "fin_t"), ("EVSE RST", "evse", "reset_t")):
            if "TCP " + word in end:
                self.equal("TCP " + word, key in ours["tcp"].get(side, {}), True)


def check(ccs, path, truth, codes):
    checker = Checker()
    run = subprocess.run([ccs, "summary", "--json", path], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, timeout=300, check=False)
    sessions = [json.loads(line) for line in run.stdout.decode().splitlines()]
    if run.returncode not in (0, 1):
        return ["exit status %d" % run.returncode]
    name = os.path.basename(path).split(".")[0]
    found = [s["code"] for s in sessions]
    if name in codes:
        checker.equal("codes", found, codes[name])
    else:
        checker.equal("all ended as planned", set(found) <= ENDED, True)
    groups = group_dialogues(truth["sessions"])
    spoken = [s for s in sessions if s.get("messages", {}).get("ev", 0) +
              s.get("messages", {}).get("evse", 0) > 0]
    checker.equal("sessions with messages", len(spoken), len(groups))
    for ours, group in zip(spoken, groups):
        checker.dialogue(ours, group)
        checker.equal("TLS", "tls" in ours and ours["tls"]["state"] == "decrypted",
                      group[-1]["tls"])
    for key, ours in (("sdp_req", "requests"), ("sdp_res", "responses")):
        checker.equal(key, sum(s.get("sdp", {}).get(ours, 0) for s in sessions), truth[key])
    checker.equal("PARM.REQ", sum(s.get("slac", {}).get("parm_req", 0) for s in sessions),
                  truth.get("slac", {}).get("PARM.REQ", 0))
    return checker.faults


def main():
    ccs = sys.argv[1]
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    shared = os.environ.get("CCS_SHARED", os.path.join(root, "..", "shared"))
    truths = sorted(glob.glob(os.path.join(shared, "captures", "truth", "*.summary.json.xz")))
    if not truths:
        print("1..1\nok 1 - summaries of recorded sessions # SKIP no recordings in %s" % shared)
        return 0
    codes = expected_codes()
    failed = 0
    print("1..%d" % len(truths))
    for number, path in enumerate(truths, 1):
        with lzma.open(path, "rt") as file:
            truth = json.load(file)
        name = os.path.basename(path).split(".")[0]
        captures = glob.glob(os.path.join(shared, "captures", name + ".pcap*"))
        faults = check(ccs, captures[0], truth, codes) if captures else ["no capture"]
        print("%s %d - summary of %s" % ("not ok" if faults else "ok", number, name))
        for fault in faults:
            print("# " + fault)
        failed += bool(faults)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session's summary as text for people, at most 100 columns, and as one JSON object in a line.
 *
 * Keys of the JSON object (docs: absent when not known; units are part of the names):
 *	v, kind ("verdict"), file, session, time, t, frame_first, frame_last, duration_s
 *	verdict ("ok" "failed" "incomplete"), code (of the rule), diagnosis, advice, evidence_frame,
 *	evidence_t, remarks [...], ended_as_planned
 *	ev {mac, vendor, evccid}, evse {mac, vendor, evseid}
 *	slac {run_id, nid, parm_req, sounds, match, answers [{mac, vendor, chosen, mean_dB, min_dB,
 *	max_dB}]}, sdp {requests, responses, asked, answered, secc_ip, secc_port}
 *	tcp {opened, refused, unanswered, ev {fin_t, fin_frame, reset_t, reset_frame}, evse {...}}
 *	tls {version, cipher, state ("decrypted" "not decrypted" "failed"), alert, alert_by, text}
 *	protocol, negotiation, schema_id, offers [{uri, version, schema_id, priority}]
 *	session_id, energy_mode, offered_modes, payment, offered_payments, resumed,
 *	renegotiations, session_stop, pending (last_request has no answer)
 *	messages {ev, evse, undecoded}, furthest, last_request, last_response
 *	phases [{name, t, took_s, rounds}]
 *	charge {rounds, soc_from_percent, soc_to_percent, voltage_min_V, voltage_max_V,
 *	current_min_A, current_max_A, peak_power_W, peak_frame, energy_Wh, discharged_Wh,
 *	meter_from_Wh, meter_to_Wh, precharge_target_V, precharge_reached_V, welding_V}
 *	limited_percent {car, charger_current, charger_voltage, charger_power, below, idle}
 *	latency {ev, evse: {count, median_ms, p95_ms, max_ms, max_frame}}
 */
#ifndef CCS_TRACE_SUMMARY_REPORT_H
#define CCS_TRACE_SUMMARY_REPORT_H

#include "ccs/print.h"
#include "trace/summary.h"

#include <stdbool.h>

/* `file` is shown with it; NULL: not. */
void ccs_summary_print_text(struct ccs_print *print, const struct ccs_session_facts *session,
			    const char *file, bool colour);
void ccs_summary_print_json(struct ccs_print *print, const struct ccs_session_facts *session,
			    const char *file);

/* "frame 12", or "line 12" where it is a text log. */
void ccs_summary_print_place(struct ccs_print *print, const struct ccs_session_facts *session,
			     uint64_t frame);

/* "DIN SPEC 70121" of "din"; the name itself when it is none of ours. */
const char *ccs_summary_protocol(const char *proto);

#endif

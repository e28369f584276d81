/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults in what a station says, to test the peer at the other end of a real line (`--fault`):
 * those of sim/message_faults.h, between the station and its connection.  The station knows nothing
 * of them; its invariants hold.
 *
 *	faults = ccs_port_faults_open(list, count);
 *	ccs_port_faults_begin(faults);				each connection begins anew
 *	ccs_port_faults_take(faults, side, message, length, now, &hits);
 *	ccs_port_faults_send(faults, stream, now);		now, and at ccs_port_faults_deadline
 */
#ifndef CCS_LINUX_PORT_FAULTS_H
#define CCS_LINUX_PORT_FAULTS_H

#include "linux/stream.h"
#include "sim/message_faults.h"

#define CCS_PORT_FAULTS 16

struct ccs_port_faults;

/* NULL: there are none, more than CCS_PORT_FAULTS, or no memory. */
struct ccs_port_faults *ccs_port_faults_open(const struct sim_message_fault *list, size_t count);

/* What was to come later does not come any more. */
void ccs_port_faults_begin(struct ccs_port_faults *faults);

/* A whole V2GTP message of the station.  `hits`: the faults that it got, "" when it stayed whole.
 */
void ccs_port_faults_take(struct ccs_port_faults *faults, enum ccs_side side,
			  const uint8_t *message, size_t length, ccs_time now,
			  struct ccs_print *hits);

/* Sends what is due, as far as the connection takes it. */
void ccs_port_faults_send(struct ccs_port_faults *faults, struct ccs_stream *stream, ccs_time now);

/* When something is due; CCS_NEVER. */
ccs_time ccs_port_faults_deadline(const struct ccs_port_faults *faults);

void ccs_port_faults_close(struct ccs_port_faults *faults);

#endif

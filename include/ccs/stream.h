/* SPDX-License-Identifier: Apache-2.0 */
/* The byte stream (TCP or TLS) between a station and who carries it. */
#ifndef CCS_STREAM_H
#define CCS_STREAM_H

/* What the station wants; it stays until the station changes it. */
enum ccs_stream_wish {
	CCS_STREAM_CLOSED, /* no connection: close it when there is one */
	CCS_STREAM_OPEN,   /* the car: connect; the charger: accept one */
};

#endif

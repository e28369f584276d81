/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person wants to know of an X.509 certificate.
 */
#ifndef CCS_TRACE_TLS_CERTIFICATE_H
#define CCS_TRACE_TLS_CERTIFICATE_H

#include "trace/tls.h"

enum ccs_tls_validity {
	CCS_TLS_VALID,
	CCS_TLS_NOT_YET_VALID,
	CCS_TLS_EXPIRED,
};

/* Fills `out` from DER, and says whether `time` (since 1970; before 2000: not judged) is in the
 * certificate's time of validity.  Returns 0, or CCS_ERR_SYNTAX: no certificate. */
int ccs_tls_certificate_read(struct ccs_tls_certificate *out, enum ccs_tls_validity *validity,
			     const uint8_t *der, size_t length, ccs_time time);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the process may do: as much as it needs, as long as it needs it.
 *
 *	ccs_privileges_keep_raw();	first of all: CAP_NET_RAW stays, if it was there
 *	... open the sockets
 *	ccs_privileges_drop();		nothing is left; interfaces may still come and go
 *
 * Nothing is needed to call them, and what was not there is not missed.  Programs started later get
 * nothing back (no_new_privs).
 */
#ifndef CCS_LINUX_PRIVILEGES_H
#define CCS_LINUX_PRIVILEGES_H

void ccs_privileges_keep_raw(void);
void ccs_privileges_drop(void);

#endif

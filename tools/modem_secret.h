/* SPDX-License-Identifier: Apache-2.0 */
/* A key or a passphrase from stdin: the command line can be seen by all users of a computer. */
#ifndef CCS_TOOLS_MODEM_SECRET_H
#define CCS_TOOLS_MODEM_SECRET_H

#include <stddef.h>

#define CCS_MODEM_SECRET_MAX 256

/*
 * The next line, without its end (LF, or CR and LF); its length.  At a terminal `prompt` asks for
 * it, and what is typed is not shown.  Longer lines are cut.  Wipe it when it is done with.
 */
size_t ccs_modem_secret_read(const char *prompt, char line[CCS_MODEM_SECRET_MAX]);

#endif

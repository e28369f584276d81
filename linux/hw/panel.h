/* SPDX-License-Identifier: Apache-2.0 */
/* What a small display shows of a session: three lines of printable ASCII. */
#ifndef CCS_LINUX_HW_PANEL_H
#define CCS_LINUX_HW_PANEL_H

#include "linux/hw/board.h"

#define CCS_HW_PANEL_LINES 3
#define CCS_HW_PANEL_WIDTH 18 /* that an OLED of 128 dots shows */

struct ccs_hw_panel {
	char line[CCS_HW_PANEL_LINES][CCS_HW_PANEL_WIDTH + 1];
};

#define CCS_HW_PANEL_TEXT (CCS_HW_PANEL_LINES * (CCS_HW_PANEL_WIDTH + 8)) /* with its end */

void ccs_hw_panel_fill(struct ccs_hw_panel *panel, const struct ccs_hw_news *news);

/* As SerialToOLED reads it: it shows lines that begin with "lc", and scrolls up. */
void ccs_hw_panel_print_oled(char text[CCS_HW_PANEL_TEXT], const struct ccs_hw_panel *panel);

#endif

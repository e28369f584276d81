/* SPDX-License-Identifier: Apache-2.0 */
/* State; voltage and current at the charger; state of charge and what the car wants. */
#include "linux/hw/panel.h"

#include "ccs/print.h"

#include <stdio.h>
#include <string.h>

/* In whole units; "---" when it is unknown. */
static void print_reading(struct ccs_print *p, const struct ccs_measured *m, const char *unit)
{
	if (m->known)
		ccs_print_signed(p, m->value / 1000);
	else
		ccs_print_text(p, "---");
	ccs_print_text(p, unit);
}

/* What does not fit is cut off; the zeroed panel ends every line. */
void ccs_hw_panel_fill(struct ccs_hw_panel *panel, const struct ccs_hw_news *news)
{
	struct ccs_print p[CCS_HW_PANEL_LINES];

	memset(panel, 0, sizeof(*panel));
	for (int i = 0; i < CCS_HW_PANEL_LINES; i++)
		ccs_print_init(&p[i], panel->line[i], CCS_HW_PANEL_WIDTH);
	ccs_print_text(&p[0], news->state ? news->state : "");
	print_reading(&p[1], &news->charger_mv, " V ");
	print_reading(&p[1], &news->charger_ma, " A");
	ccs_print_text(&p[2], "SoC ");
	if (news->soc >= 0)
		ccs_print_signed(&p[2], news->soc / 10);
	else
		ccs_print_text(&p[2], "--");
	ccs_print_text(&p[2], "% of ");
	ccs_print_signed(&p[2], news->target.ma / 1000);
	ccs_print_text(&p[2], " A");
}

void ccs_hw_panel_print_oled(char text[CCS_HW_PANEL_TEXT], const struct ccs_hw_panel *panel)
{
	snprintf(text, CCS_HW_PANEL_TEXT, "lc%s\nlc%s\nlc%s\n", panel->line[0], panel->line[1],
		 panel->line[2]);
}

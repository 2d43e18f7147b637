/*
 * The parts of a probe's page, which probe-paint.c puts below one another.  Each adds its rows, or none
 * where there is nothing to say.
 */
#ifndef CERTARY_SRC_CONSOLE_PROBE_PAINT_H
#define CERTARY_SRC_CONSOLE_PROBE_PAINT_H

#include "console/probe.h"

#define PROBE_COLUMNS_FROM 60 /* columns: below it the texts need them */

/* probe-ladder.c: a row for each step, as far as the report goes (NULL: nothing came yet). */
void probe_ladder_rows(struct rows *rows, const struct probe_work *work, const struct report *report);
/* Of a probe that is done: is it trusted, and below it what is to be done where a step failed. */
void probe_verdict_rows(struct rows *rows, const struct probed *probed);

/* probe-chain-paint.c: a row for each link, whose numbers go into work->rows, and what is odd about all. */
void probe_chain_rows(struct desk *desk, struct probe_work *work);
void probe_selected_rows(struct rows *rows, const struct probe_work *work); /* the link's own fields */

#endif

/*
 * How a plan looks before it is done: what becomes of each row, then what all of it does to the endpoints.
 */
#include <stdlib.h>

#include "app/deploy.h"
#include "app/endpoint.h"
#include "app/impact.h"
#include "app/trust.h"
#include "base/lang.h"
#include "console/desk.h"

/* Nobody reads the warnings of more rows than these, and each costs a parse. */
#define EXPLAINED_MOST 200
/* Nobody reads more, and gathering what each admits takes its time. */
#define SHOWN_MOST 200

static void add_row(struct desk *desk, const struct plan *plan, const struct plan_row *row,
	struct rows *rows)
{
	struct buf words = { 0 };
	char *groups = fingerprint_groups(plan_row_print(row)->bytes, FINGERPRINT_SIZE);
	rows_format(rows, ROLE_HEADING, NULL, "%s", row->name);
	rows_format(rows, ROLE_VALUE, row->op, "%s -> %s", plan_row_was(row, N_("(new)")),
		plan_row_now(row, N_("(gone)")));
	if (plan->count <= EXPLAINED_MOST)
		app_consequences(desk->app, row, &words);
	/* Before what takes rows: a small screen shows the first ones. */
	rows_lines(rows, ROLE_WARNING, "", buf_text(&words));
	if (row->subject)
		rows_add(rows, ROLE_VALUE, "subject", row->subject);
	if (!plan_row_is_endpoint(row))
		rows_lines(rows, ROLE_VALUE, "SHA-256", groups);
	buf_done(&words);
	free(groups);
}

/* What all of it does to the endpoints. */
static void add_impact(struct desk *desk, const struct plan *plan, struct rows *rows)
{
	struct buf words = { 0 };
	struct impact impact = { 0 };
	struct error ignored;
	if (app_impact_plan(desk->app, plan, &impact, &ignored))
		impact_words(&impact, &words);
	app_reach_words(desk->app, plan, &words);
	if (words.len) {
		rows_blank(rows);
		rows_lines(rows, impact.red ? ROLE_ERROR : ROLE_WARNING, "", buf_text(&words));
	}
	buf_done(&words);
	impact_done(&impact);
}

void plan_rows(struct desk *desk, const struct plan *plan, struct rows *rows)
{
	size_t shown = plan->count < SHOWN_MOST ? plan->count : SHOWN_MOST;
	for (size_t i = 0; i < shown; i++) {
		if (i)
			rows_blank(rows);
		add_row(desk, plan, &plan->rows[i], rows);
	}
	add_impact(desk, plan, rows);
	if (shown == plan->count)
		return;
	rows_blank(rows);
	rows_format(rows, ROLE_WARNING, NULL,
		lang_n("… and %zu more, which the journal will list",
			"… and %zu more, which the journal will list", plan->count - shown),
		plan->count - shown);
}

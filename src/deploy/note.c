/* What a stage() says about its target. */
#include <stdarg.h>
#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "deploy/kind.h"

void plan_note(const struct visit *visit, enum deploy_change change, const struct fingerprint *print,
	const char *name)
{
	struct deploy_target_plan *plan = visit->plan;
	plan->rows = mem_grow(plan->rows, plan->count, &plan->cap, sizeof *plan->rows);
	plan->rows[plan->count++] = (struct deploy_row){ .change = change,
		.print = *print,
		.name = mem_text(name) };
	plan->tally[change]++;
	plan->stale |= change != DEPLOY_KEEP;
}

bool unavailable(const struct visit *visit, const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	free(visit->plan->why);
	visit->plan->why = buf_take(&text);
	visit->plan->outcome = DEPLOY_UNAVAILABLE;
	return true;
}

void warn(const struct visit *visit, const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	deploy_warn(visit->plan, "%s", buf_text(&text));
	buf_done(&text);
}

#include "deploy/plan.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/lang.h"
#include "deploy/staging.h"

const char *deploy_change_word(enum deploy_change change)
{
	static const char *const words[DEPLOY_CHANGES] = { N_("add"), N_("replace"), N_("remove"),
		N_("keep") };
	return words[change];
}

void deploy_warn(struct deploy_target_plan *plan, const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;
	if (plan->warnings)
		buf_format(&text, "%s\n", plan->warnings);
	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	free(plan->warnings);
	plan->warnings = buf_take(&text);
}

const char *deploy_plan_file(const struct deploy_plan *plan, size_t target, size_t *cursor)
{
	const struct staging *staging = plan->staging;
	while (staging && *cursor < staging->count + staging->kept_count) {
		size_t i = (*cursor)++;
		const struct file_change *change = i < staging->count ? &staging->items[i] : NULL;
		const struct file_kept *kept = change ? NULL : &staging->kept[i - staging->count];
		if (change && change->kind == FILE_WRITE && change->target == target)
			return change->path;
		if (kept && kept->target == target)
			return kept->path;
	}
	return NULL;
}

static void target_plan_done(struct deploy_target_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		free(plan->rows[i].name);
	free(plan->rows);
	free(plan->name);
	free(plan->kind);
	free(plan->place);
	free(plan->warnings);
	free(plan->restart);
	free(plan->tool);
	free(plan->reload);
	free(plan->why);
	free(plan->reader);
}

void deploy_plan_done(struct deploy_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		target_plan_done(&plan->items[i]);
	free(plan->items);
	staging_free(plan->staging);
	*plan = (struct deploy_plan){ 0 };
}

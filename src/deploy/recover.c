/*
 * After a crash: what a record tells of is put back, or tidied up where it says that all was done.
 */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "deploy/deploy.h"
#include "deploy/kind.h"
#include "deploy/record.h"
#include "deploy/transaction.h"

struct rescue {
	struct deployment_record record;
	struct places places;
	struct buf *told;
	size_t stuck; /* sentences about what couldn't be put back */
};

#define STUCK_MOST 20

static void tell_stuck(void *ctx, size_t target, const char *why)
{
	struct rescue *rescue = ctx;
	char *name = text_safe(rescue->record.targets.items[target].name,
		strlen(rescue->record.targets.items[target].name));
	if (rescue->stuck++ < STUCK_MOST)
		buf_format(rescue->told, "%s: %s\n", name, why);
	free(name);
}

/* As it is saved now, which knows more of it; else as it was written down. */
static const struct target *known(const struct targets *saved, const struct target *written)
{
	for (size_t i = 0; saved && i < saved->count; i++)
		if (strcmp(saved->items[i].name, written->name) == 0 &&
			saved->items[i].kind == written->kind)
			return &saved->items[i];
	return written;
}

static bool is_touched(const struct rescue *rescue, size_t target)
{
	for (size_t i = 0; i < rescue->record.staging->count; i++)
		if (rescue->record.staging->items[i].target == target)
			return true;
	return false;
}

/* Nobody knows whether they ran; once more does no harm. */
static bool run_tools(struct rescue *rescue, const struct targets *saved)
{
	const struct targets *written = &rescue->record.targets;
	bool ok = true;
	for (size_t i = 0; i < written->count; i++) {
		const struct target *target = known(saved, &written->items[i]);
		const struct kind_row *row = target->kind ? kind_of(target) : NULL;
		struct error err;
		if (!row || !row->settle || !is_touched(rescue, i) || row->settle(target, &err))
			continue;
		error_wrap(&err, "its files are as they were, but putting them into force failed");
		tell_stuck(rescue, i, err.text);
		ok = false;
	}
	return ok;
}

static void tell(struct rescue *rescue, const char *what)
{
	const struct targets *written = &rescue->record.targets;
	buf_text_add(rescue->told, lang_text(what));
	for (size_t i = 0, n = 0; i < written->count; i++) {
		if (!is_touched(rescue, i))
			continue;
		char *name = text_safe(written->items[i].name, strlen(written->items[i].name));
		buf_format(rescue->told, "%s%s", n++ ? ", " : ": ", name);
		free(name);
	}
	buf_text_add(rescue->told, ".\n");
}

static bool rescue_it(struct rescue *rescue, const struct targets *saved, struct error *err)
{
	if (rescue->record.phase == RECORD_DONE) {
		if (!files_clean(&rescue->places, rescue->record.staging, err))
			return error_wrap(err, "an interrupted deployment can't be tidied up");
		tell(rescue, N_("A deployment was interrupted; it was complete, and is tidied up"));
		return true;
	}
	bool back = files_back(&rescue->places, rescue->record.staging, tell_stuck, rescue);
	back = run_tools(rescue, saved) && back;
	tell(rescue, back ? N_("A deployment was interrupted; all is put back as it was before") :
			    N_("A deployment was interrupted; not all of it could be put back"));
	return back || error_set(err, ERROR_FAILED,
			       "an interrupted deployment can't be put back as a whole (%zu files)",
			       rescue->stuck);
}

bool deploy_recover(const char *text, size_t len, const struct targets *targets, struct buf *told,
	struct error *err)
{
	struct rescue rescue = { .told = told };
	bool ok = deployment_record_read(text, len, &rescue.record, err) && rescue_it(&rescue, targets, err);
	places_done(&rescue.places);
	deployment_record_done(&rescue.record);
	return ok;
}

/*
 * Files that a command writes beside the store: looked at first, so that nothing is done where one
 * can't be written, and put in place last.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/export.h"
#include "app/identity.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/run.h"

const char *output_path(const struct run *run, enum option which)
{
	const char *path = run->args->text[which];
	return path && strcmp(path, "-") != 0 ? path : NULL;
}

static bool may_replace(const struct run *run, const char *path, struct error *err)
{
	struct buf question = { 0 };
	if (!export_replaces(path) || run_has(run, OPTION_YES) || run_has(run, OPTION_DRY_RUN))
		return true;
	if (!ask_possible() || run_has(run, OPTION_JSON))
		return error_set(err, ERROR_SECRET, "%s: is there already (--yes replaces it)", path);
	char *safe = text_safe(path, strlen(path));
	buf_format(&question, _("%s is there already. Replace it?"), safe);
	bool yes = ask_yes(buf_text(&question));
	buf_done(&question);
	free(safe);
	return yes || error_set(err, ERROR_SECRET, "%s: not confirmed, nothing was written", path);
}

static bool folder_takes(const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? mem_textn(path, (size_t)(slash - path) + 1) : mem_text(".");
	bool ok = access(folder, W_OK) == 0 || error_errno(err, "%s", path);
	free(folder);
	return ok;
}

bool output_check(const struct run *run, enum option which, struct error *err)
{
	const char *path = run->args->text[which];
	if (!path || strcmp(path, "-") == 0)
		return true;
	if (!*path)
		return error_set(err, ERROR_USAGE, "--%s: the name of the file is empty",
			option_row(which)->name);
	if (app_read_only(run->app) && !run_has(run, OPTION_DRY_RUN))
		return error_set(err, ERROR_FAILED, "--read-only writes no file");
	return folder_takes(path, err) && may_replace(run, path, err);
}

bool output_save(const struct run *run, enum option which, const struct buf *bytes, bool has_key,
	struct error *err)
{
	const char *path = output_path(run, which);
	return !path || run_has(run, OPTION_DRY_RUN) ||
	       app_identity_save(run->app, path, bytes, has_key, export_replaces(path), err);
}

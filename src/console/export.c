/*
 * Export by questions: which format, which password where there is one, which file; then the
 * certificates are read some at a time, and what speaks against the file is said before it is put in
 * place.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/export.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/desk.h"

#define SLICE_MS     10
#define FORMATS_MOST 9

struct export_work {
	struct fingerprint *prints; /* what to export */
	size_t count, at;
	char *name; /* of the first, safe text */
	const struct export_format *format;
	struct buf password; /* typed once; it counts when `sealed` */
	bool sealed;
	char *path; /* bytes */
	bool replaces;
	struct export *export;
	unsigned timer;
};

void export_close(struct desk *desk)
{
	struct export_work *work = desk->export;
	if (!work)
		return;
	if (work->timer) {
		loop_cancel(desk->loop, work->timer);
		desk->pending--;
	}
	export_free(work->export);
	buf_wipe(&work->password);
	free(work->prints);
	free(work->name);
	free(work->path);
	free(work);
	desk->export = NULL;
}

static enum reaction give_up(struct desk *desk, const struct error *err)
{
	export_close(desk);
	if (err)
		return desk_error(desk, err);
	desk_say(desk, ROLE_STATUS, "nothing was written");
	return REACT_REPAINT;
}

/* ---- putting it in place ---- */

static enum reaction ask_file(struct desk *desk, const char *problem);

/* The path stays as it was typed, and all is read anew for the next one. */
static enum reaction ask_again(struct desk *desk, const struct error *err)
{
	struct export_work *work = desk->export;
	export_free(work->export);
	work->export = NULL;
	work->at = 0;
	return ask_file(desk, err->text);
}

static enum reaction save(struct desk *desk)
{
	struct export_work *work = desk->export;
	struct error err = { 0 };
	if (!export_save(work->export, work->path, work->replaces, &err))
		return ask_again(desk, &err);
	size_t count = export_count(work->export);
	char *whole = realpath(work->path, NULL);
	const char *path = whole ? whole : work->path;
	char *safe = text_safe(path, strlen(path));
	desk_say(desk, ROLE_GOOD,
		lang_n("%zu certificate written to %s", "%zu certificates written to %s", count),
		count, safe);
	free(safe);
	free(whole);
	marks_clear(&desk->marks);
	export_close(desk);
	return REACT_REPAINT;
}

static enum reaction confirmed(struct desk *desk, struct dialog *dialog, bool done)
{
	(void)dialog;
	return done ? save(desk) : give_up(desk, NULL);
}

static void add_doubts(struct rows *rows, const char *doubts)
{
	for (const char *end; (end = strchr(doubts, '\n')); doubts = end + 1)
		rows_format(rows, ROLE_WARNING, NULL, "%.*s", (int)(end - doubts), doubts);
}

static enum reaction confirm(struct desk *desk)
{
	struct export_work *work = desk->export;
	struct rows rows = { 0 };
	char *safe = text_safe(work->path, strlen(work->path));
	add_doubts(&rows, export_doubts(work->export));
	if (work->replaces)
		rows_format(&rows, ROLE_WARNING, NULL, "%s is there already and will be replaced.",
			safe);
	free(safe);
	key_discard(); /* what was typed ahead answers no question */
	return desk_ask(desk, dialog_confirm(N_("Write it?"), DIALOG_DANGER, &rows, N_("write it")),
		confirmed);
}

static enum reaction make(struct desk *desk)
{
	struct export_work *work = desk->export;
	const struct buf *bytes;
	struct error err = { 0 };
	const char *password = work->sealed ? buf_text(&work->password) : NULL;
	if (!export_make(work->export, password, &bytes, &err))
		return give_up(desk, &err);
	work->replaces = export_replaces(work->path);
	return work->replaces || *export_doubts(work->export) ? confirm(desk) : save(desk);
}

/* ---- reading it ---- */

static void go_on(void *ctx);

static enum reaction waited(struct desk *desk, struct dialog *dialog, bool done)
{
	(void)dialog;
	return done ? REACT_NONE : give_up(desk, NULL);
}

static enum reaction read_some(struct desk *desk)
{
	struct export_work *work = desk->export;
	struct error err = { 0 };
	int64_t until = clock_ms() + SLICE_MS;
	while (work->at < work->count && clock_ms() < until)
		if (!export_add(work->export, &work->prints[work->at++], &err))
			return give_up(desk, &err);
	if (work->at == work->count)
		return make(desk);
	char *text = mem_format(_("%zu of %zu certificates read"), work->at, work->count);
	if (desk->dialog)
		dialog_say(desk->dialog, text);
	else
		desk_ask(desk, dialog_wait(N_("Export"), text), waited);
	free(text);
	work->timer = loop_after(desk->loop, 0, go_on, desk);
	desk->pending++;
	return REACT_REPAINT;
}

static void close_wait(struct desk *desk)
{
	dialog_free(desk->dialog);
	desk->dialog = NULL;
	desk->dialog_end = NULL;
}

static void go_on(void *ctx)
{
	struct desk *desk = ctx;
	struct export_work *work = desk->export;
	work->timer = 0;
	desk->pending--;
	if (work->at == work->count)
		close_wait(desk);
	desk->reaction |= read_some(desk) | REACT_REPAINT;
}

/* ---- asking ---- */

/* "~/x" is what fingers type; a folder means the proposed name in it. */
static char *path_of(const struct export_work *work, const char *typed)
{
	const char *home = getenv("HOME");
	char *path = home && text_starts(typed, "~/") ? mem_format("%s%s", home, typed + 1) :
							mem_text(typed);
	struct stat st;
	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return path;
	char *name = export_file_name(work->format, work->name, work->count);
	char *whole = mem_format("%s/%s", path, name);
	free(name);
	free(path);
	return whole;
}

static enum reaction file_given(struct desk *desk, struct dialog *dialog, bool done)
{
	struct export_work *work = desk->export;
	if (!done || !*dialog_text(dialog))
		return give_up(desk, NULL);
	free(work->path);
	work->path = path_of(work, dialog_text(dialog));
	work->export = export_new(desk->app, work->format);
	return read_some(desk);
}

static enum reaction ask_file(struct desk *desk, const char *problem)
{
	struct export_work *work = desk->export;
	struct rows rows = { 0 };
	char *name = export_file_name(work->format, work->name, work->count);
	char *here = getcwd(NULL, 0), *safe = here ? text_safe(here, strlen(here)) : NULL;
	if (work->count == 1)
		rows_add(&rows, ROLE_VALUE, NULL, work->name);
	else
		rows_format(&rows, ROLE_VALUE, NULL, "%zu certificates", work->count);
	if (safe)
		rows_add(&rows, ROLE_DIM, "in", safe);
	if (problem)
		rows_add(&rows, ROLE_ERROR, NULL, problem);
	struct dialog *dialog =
		ask_path(N_("Export"), &rows, N_("File"), work->path ? work->path : name);
	free(name);
	free(here);
	free(safe);
	return desk_ask(desk, dialog, file_given);
}

static enum reaction password_again(struct desk *desk, struct dialog *dialog, bool done)
{
	struct export_work *work = desk->export;
	struct error err = { 0 };
	if (!done)
		return give_up(desk, NULL);
	if (strcmp(dialog_text(dialog), buf_text(&work->password)) != 0) {
		error_set(&err, ERROR_SECRET, "these are two passwords");
		return give_up(desk, &err);
	}
	work->sealed = true;
	return ask_file(desk, NULL);
}

static enum reaction password_given(struct desk *desk, struct dialog *dialog, bool done)
{
	struct export_work *work = desk->export;
	struct error err = { 0 };
	if (!done)
		return give_up(desk, NULL);
	if (!export_password_fits(work->format, dialog_text(dialog), &err))
		return give_up(desk, &err);
	buf_text_add(&work->password, dialog_text(dialog));
	return desk_ask(desk,
		dialog_ask(N_("Export"), NULL, N_("The same again"), LINE_MASKED, NULL),
		password_again);
}

static enum reaction ask_password(struct desk *desk)
{
	struct rows rows = { 0 };
	rows_add(&rows, ROLE_VALUE, NULL,
		_("It keeps nothing secret, it shows changes. By custom it is changeit."));
	return desk_ask(desk, dialog_ask(N_("Export"), &rows, N_("Password"), LINE_MASKED, NULL),
		password_given);
}

static enum reaction format_chosen(struct desk *desk, struct dialog *dialog, bool done)
{
	size_t count;
	if (!done)
		return give_up(desk, NULL);
	desk->export->format = &export_formats(&count)[dialog_value(dialog)];
	return desk->export->format->truststore ? ask_password(desk) : ask_file(desk, NULL);
}

static enum reaction ask_format(struct desk *desk)
{
	static const char *const keys[FORMATS_MOST] = { "1", "2", "3", "4", "5", "6", "7", "8", "9" };
	struct dialog_option options[FORMATS_MOST];
	size_t formats, n = 0;
	const struct export_format *table = export_formats(&formats);
	for (size_t i = 0; i < formats && n < FORMATS_MOST; i++) {
		if (!table[i].several && desk->export->count > 1)
			continue;
		options[n] = (struct dialog_option){
			.key = keys[n],
			.text = table[i].help,
			.value = (int)i,
		};
		n++;
	}
	char *title = desk->export->count > 1 ? mem_format(_("Export %zu as"), desk->export->count)
					      : mem_text(_("Export as"));
	struct dialog *dialog = dialog_choose(title, NULL, options, n);
	free(title);
	return desk_ask(desk, dialog, format_chosen);
}

static struct export_work *new_work(const struct fingerprint *prints, size_t count)
{
	struct export_work *work = mem_new(sizeof *work);
	work->prints = mem_copy(prints, count * sizeof *prints);
	work->count = count;
	return work;
}

/* The marked ones, or the one under the cursor. */
enum reaction action_export(struct desk *desk)
{
	const struct entry *e = desk_current(desk);
	const struct marks *marks = &desk->marks;
	struct entry first;
	if (app_read_only(desk->app)) {
		desk_say(desk, ROLE_WARNING, "opened with --read-only: no file is written");
		return REACT_REPAINT;
	}
	if (marks->count)
		e = app_find(desk->app, &marks->items[0], &first) ? &first : NULL;
	if (!e) {
		desk_say(desk, ROLE_STATUS, "nothing to export");
		return REACT_REPAINT;
	}
	export_close(desk);
	desk->export = marks->count ? new_work(marks->items, marks->count) :
				      new_work(&e->info.sha256, 1);
	desk->export->name = mem_text(e->name);
	return ask_format(desk);
}

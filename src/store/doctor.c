#include "store/doctor.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/deploying.h"
#include "store/doctoring.h"
#include "store/journal.h"
#include "store/ledger.h"
#include "store/limits.h"
#include "store/lock.h"

struct finding *doctor_file(struct doctor *d, const char *code, int folder, const char *name,
	const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	char *safe = text_safe(name, strlen(name));
	char *path = mem_format("%s/%s", folder_name(folder), safe);
	struct finding *f = findings_add(d->out, code, path, "%s", buf_text(&text));
	free(path);
	free(safe);
	buf_done(&text);
	return f;
}

static void check_folders(struct doctor *d)
{
	bool missing[STATE_COUNT], mended = d->mend;
	for (int s = 0; s < STATE_COUNT; s++)
		missing[s] = !FOLDER_LATER(s) && !fs_exists(d->store->root, folder_name(s));
	mended = mended && store_make_folders(d->store, 0, NULL);
	for (int s = 0; s < STATE_COUNT; s++)
		if (missing[s])
			findings_add(d->out, "folder", folder_name(s),
				"the folder is missing: the next change makes it again")
				->mended = mended;
}

static void check_files(struct doctor *d)
{
	struct problem p;
	uint32_t cursor = 0;
	while (store_next_problem(d->store, &cursor, &p))
		doctor_file(d, p.code, (int)p.state, p.file, "%s", lang_text(p.text));
}

/* A copy that stands in a more lenient place goes; its content stays in the journal for undo. */
static bool remove_copy(struct doctor *d, const struct entry *copy)
{
	struct plan plan = { .op = "doctor", .why = mem_text("the same certificate stood twice") };
	plan_remove(&plan, copy);
	bool ok = store_apply(d->store, &plan, NULL, NULL) && store_reload(d->store, NULL);
	plan_done(&plan);
	return ok;
}

/* The strictest of the entries that hold the same certificate, where `e` isn't it. */
static bool has_stricter(struct doctor *d, const struct entry *e, struct entry *kept)
{
	return store_find(d->store, &e->info.sha256, kept) && kept->row != e->row;
}

static void report_twin(struct doctor *d, const struct entry *copy, const struct entry *kept,
	bool mended)
{
	doctor_file(d, "duplicate", (int)copy->state, copy->file,
		"%s stands in %s, too: the stricter one counts (certary doctor --mend removes this copy)",
		copy->name, state_name((int)kept->state))
		->mended = mended;
}

/* Mending one twin reloads the store, so the search starts again after each. */
static void check_twins(struct doctor *d)
{
	struct entry e, kept;
	for (uint32_t cursor = 0; store_next(d->store, &cursor, &e);) {
		if (!has_stricter(d, &e, &kept))
			continue;
		report_twin(d, &e, &kept, d->mend);
		if (!d->mend)
			continue;
		if (!remove_copy(d, &e)) {
			d->out->items[d->out->count - 1].mended = false;
			return;
		}
		cursor = 0;
	}
}

static void check_fingerprint_name(struct doctor *d, const struct entry *e)
{
	char hex[FINGERPRINT_HEX];
	struct fingerprint named;
	bool shaped = strlen(e->file) == 68 && strcmp(e->file + 64, ".pem") == 0;
	char *stem = mem_textn(e->file, shaped ? 64 : 0);
	if (shaped && fingerprint_parse(stem, &named) &&
		fingerprint_compare(&named, &e->info.sha256) != 0)
		doctor_file(d, "wrong-name", (int)e->state, e->file,
			"holds another certificate than its name says (%s): somebody changed it",
			fingerprint_hex(&e->info.sha256, hex));
	free(stem);
}

static void check_fingerprint_names(struct doctor *d)
{
	struct entry e;
	uint32_t cursor = 0;
	while (store_next(d->store, &cursor, &e))
		check_fingerprint_name(d, &e);
}

/* What they say is decided by reading them: nothing is mended here. */
static void check_limits(struct doctor *d)
{
	struct entry e;
	bool any = store_count_state(d->store, STATE_LIMITED) > 0;
	for (uint32_t cursor = 0; any && store_next(d->store, &cursor, &e);) {
		const struct limits limits = limits_of(&e);
		if (e.state != STATE_LIMITED)
			continue;
		if (!*e.scope && !*e.until)
			doctor_file(d, "limits", (int)e.state, e.file,
				"says neither for whom it is trusted nor until when, so that it isn't "
				"(certary trust %s --for HOST:PORT, or certary untrust)", e.name);
		else if (limits_end(&limits) == INT64_MIN)
			doctor_file(d, "limits", (int)e.state, e.file,
				"Until: %s is no date like 2026-12-01, so that it counts as over: the "
				"next change puts it back to the untrusted", e.until);
	}
}

/* By way of a descriptor: in a folder that others may write, the name may be a link by now. */
static bool set_mode(int root, const char *path, mode_t mode)
{
	int fd = openat(root, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool ok = fd >= 0 && fchmod(fd, mode) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

void doctor_mode(struct doctor *d, const char *path, mode_t forbidden, mode_t mode)
{
	struct fs_stamp stamp;
	if (!fs_stamp(d->store->root, path, &stamp) || S_ISLNK(stamp.mode) ||
		!(stamp.mode & forbidden))
		return;
	char *safe = text_safe(path, strlen(path));
	struct finding *f = findings_add(d->out, "loose-mode", safe,
		stamp.mode & 022 ? N_("others may change it: its mode should be %04o") :
				   N_("others may read it: its mode should be %04o"),
		(unsigned)mode);
	f->mended = d->mend && set_mode(d->store->root, path, mode);
	free(safe);
}

void doctor_file_mode(struct doctor *d, const char *folder, const char *name, mode_t forbidden,
	mode_t mode)
{
	struct fs_stamp stamp;
	char *path = mem_format("%s/%s", folder, name);
	if (fs_stamp(d->store->root, path, &stamp) && S_ISREG(stamp.mode))
		doctor_mode(d, path, forbidden, mode);
	free(path);
}

static void check_row_mode(struct doctor *d, uint32_t row)
{
	uint32_t at;
	const struct table *t = snapshot_table(&d->store->now, row, &at);
	const char *file = row_file(t, at);
	if (file && !snapshot_is_dead(&d->store->now, row))
		doctor_file_mode(d, state_name(row_state(t->flags[at])), file, 002, 0644);
}

static void check_modes(struct doctor *d)
{
	static const char *const files[] = { JOURNAL_FILE, STORE_FILE };
	doctor_mode(d, ".", 002, 0755);
	for (int s = 0; s < STATE_COUNT; s++)
		doctor_mode(d, state_name(s), 002, 0755);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		doctor_mode(d, files[i], 002, 0644);
	for (uint32_t row = 0; row < snapshot_rows(&d->store->now); row++)
		check_row_mode(d, row);
	doctor_record_modes(d);
}

static void check_journal(struct doctor *d)
{
	struct journal_check check;
	struct error err = { 0 };
	if (!journal_verify(d->store, &check, &err))
		findings_add(d->out, "journal", JOURNAL_FILE, "can't be read: %s", err.text);
	else if (check.bad_line)
		findings_add(d->out, "journal", JOURNAL_FILE, "line %lld: %s",
			(long long)check.bad_line, check.why);
}

/*
 * What a crash left has been finished by opening the store, unless that was not possible.  Nobody lists
 * the folders of records then; here they are listed, and what lies about is swept up.  While somebody
 * writes it is theirs.
 */
static void check_leftovers(struct doctor *d)
{
	struct lock mark;
	if (d->store->stale_temps || doctor_has_record_leftovers(d))
		store_heal(d->store);
	lock_peek(d->store->root, &mark);
	if (mark.open >= 0)
		findings_add(d->out, "unfinished", LOCK_FILE,
			"a change was cut off: the next command that may write finishes it");
	if (store_deploying_is_cut_off(d->store))
		findings_add(d->out, "unfinished", "deploying",
			"a deployment was cut off: the next command that may write puts its targets right");
	if (lock_is_held(d->store->root))
		return;
	if (d->store->stale_temps)
		findings_add(d->out, "leftover", "",
			"temporary files of a crash lie about: the next change removes them");
	doctor_record_leftovers(d);
}

struct check {
	const char *code, *help;
	void (*run)(struct doctor *d);
};

static const struct check checks[] = {
	{ "folder", N_("a folder of the store is missing"), check_folders },
	{ "unfinished", N_("a crash left a change or a deployment half done"), check_leftovers },
	{ "not-a-certificate", N_("a file in a state's folder is no certificate, holds several or a key"),
		check_files },
	{ "duplicate", N_("the same certificate stands in two places"), check_twins },
	{ "wrong-name", N_("a file holds another certificate than its name says"),
		check_fingerprint_names },
	{ "limits", N_("a certificate that is trusted within limits, which can't be told or name no endpoint"),
		check_limits },
	{ "record", N_("a record of an identity, a request or an issued certificate is damaged, another's "
		    "or nobody's"), doctor_records },
	{ "key", N_("a private key without its record, a record without its key, or no key at all"),
		doctor_keys },
	{ "crl", N_("a revocation list whose file is damaged, or isn't called as it should be"),
		doctor_crls },
	{ "loose-mode", N_("somebody may read or change what they should not"), check_modes },
	{ "journal", N_("a line of the journal was changed, or lines are missing"), check_journal },
	{ "outside", N_("a file is gone, or isn't as the last change left it; only told: people may do that"),
		doctor_outside },
};
#define CHECKS (sizeof checks / sizeof *checks)

const struct doctor_check *doctor_checks(void)
{
	static struct doctor_check rows[CHECKS + 1];
	for (size_t i = 0; i < CHECKS; i++)
		rows[i] = (struct doctor_check){ checks[i].code, checks[i].help };
	return rows;
}

bool doctor_run(struct store *store, bool mend, struct findings *out, struct error *err)
{
	struct doctor d = { .store = store, .mend = mend && !store->read_only, .out = out };
	if (!store_reload(store, err))
		return false;
	while (store_check(store, SIZE_MAX))
		;
	if (!store_reload(store, err))
		return false;
	for (size_t i = 0; i < CHECKS; i++)
		checks[i].run(&d);
	return true;
}

/*
 * Undo: the rows of a change turned round.
 *
 * The journal is read from its end backwards, and no further than to the change that is asked for:
 * whether that was undone is told by lines behind it (undone.c).
 */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "store/entryfile.h"
#include "store/folder.h"
#include "store/internal.h"
#include "store/ledger.h"
#include "store/undone.h"

/* The lines of one change. */
struct group {
	int64_t from, to; /* places */
	int64_t seq;      /* of the first line */
	int64_t undoes;
	size_t count;     /* lines; 0: there is no group */
	bool undone, observed;
};

/* The lines that end at *place, as long as the one before says that its change goes on. */
static bool group_before(struct journal_file *file, int64_t *place, struct group *g, struct error *err)
{
	struct journal_text text;
	struct journal_glance glance = { .more = true };
	*g = (struct group){ .from = *place, .to = *place };
	for (int64_t at = *place;; *place = g->from = at) {
		if (!journal_previous(file, &at, &text, err))
			return false;
		if (!text.bytes)
			return true;
		if (!journal_glance(&text, &glance, err))
			return false;
		if (g->count > 0 && !glance.more)
			return true;
		g->seq = glance.seq;
		g->undoes = glance.undoes;
		g->observed = glance.observed;
		g->count++;
	}
}

/* The content that a file had before the changes that were passed over. */
struct earlier {
	struct fingerprint cert;
	char hash[FINGERPRINT_HEX];
};

/* How far back it was looked. */
struct hunt {
	struct journal_file *file;
	struct undone undone;
	int64_t place;
	bool plain; /* what is over already is passed over */
	struct earlier *passed;
	size_t passed_count, passed_cap;
};

/* The next decision back that wasn't undone and is no undo; with a place, the change that holds it. */
static bool find_group(struct hunt *hunt, int64_t holds, struct group *g, struct error *err)
{
	bool ok, found;
	do {
		ok = group_before(hunt->file, &hunt->place, g, err);
		if (ok && g->count > 0)
			g->undone = undone_judge(&hunt->undone, g->seq, (int64_t)g->count, g->undoes);
		found = holds >= 0 ? g->from <= holds : !g->undone && !g->undoes && !g->observed;
	} while (ok && g->count > 0 && !found);
	return ok;
}

/* By bisection: the numbers rise.  -1 where no line has this one. */
static bool find_line(struct journal_file *file, int64_t seq, int64_t *found, struct error *err)
{
	int64_t low = 0, high = journal_size(file);
	*found = -1;
	while (low < high && *found < 0) {
		struct journal_text text;
		struct journal_glance glance;
		int64_t start, behind;
		if (!journal_line_start(file, low + (high - low) / 2, &start, err))
			return false;
		behind = start;
		if (!journal_next(file, &behind, &text, err))
			return false;
		if (!text.bytes || !journal_glance(&text, &glance, err))
			return false;
		if (glance.seq == seq)
			*found = start;
		else if (glance.seq < seq)
			low = behind;
		else
			high = start;
	}
	return true;
}

static bool choose(struct hunt *hunt, int64_t seq, struct group *g, struct error *err)
{
	int64_t holds = -1;
	if (seq && !find_line(hunt->file, seq, &holds, err))
		return false;
	if (seq && holds < 0)
		return error_set(err, ERROR_NOT_FOUND, "undo: there is no change %lld (certary log)",
			(long long)seq);
	if (!find_group(hunt, holds, g, err))
		return false;
	if (g->count == 0)
		return error_set(err, ERROR_NOT_FOUND, "undo: there is nothing to undo");
	if (g->undone)
		return error_set(err, ERROR_FAILED, "undo: change %lld is undone already",
			(long long)g->seq);
	return true;
}

static bool hash_file(const struct store *store, int folder, const char *file,
	char hex[FINGERPRINT_HEX])
{
	struct buf bytes = { .secret = true };
	struct fingerprint hash = { 0 };
	bool read = fs_read(store->dirs[folder], file, FS_NOFOLLOW, folder_row(folder)->most,
		&bytes, NULL, NULL);
	if (read)
		fingerprint_of(bytes.data, bytes.len, &hash);
	buf_wipe(&bytes);
	fingerprint_hex(&hash, hex);
	return read;
}

/* Was the file written again since this line wrote it? Then undoing it would lose that. */
static bool changed_since(const struct store *store, int folder, const char *file,
	const struct journal_line *line)
{
	char hex[FINGERPRINT_HEX];
	return !hash_file(store, folder, file, hex) || strcmp(hex, line->new_hash) != 0;
}

static bool in_the_way(const struct journal_line *line, const char *why, struct error *err)
{
	char *what = mem_format(lang_text(why), line->name);
	error_set(err, ERROR_FAILED,
		"undo %lld: %s (undo the later change first, or another: certary undo NUMBER)",
		(long long)line->seq, what);
	free(what);
	return false;
}

static struct place place_copy(struct plan *plan, int state, const char *file)
{
	return (struct place){ .state = state, .file = plan_text(plan, file) };
}

/* What the journal tells of it is what somebody typed: see plan_row. */
static bool was_typed(const struct journal_line *line)
{
	static const char *const ops[] = { "rename", "note", "ticket", "endpoint", "target" };
	for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
		if (strcmp(line->op, ops[i]) == 0)
			return true;
	return false;
}

/* base: what the file holds now. */
static void fill_row(struct plan *plan, const struct journal_line *line, const struct entry *e,
	const char *base)
{
	struct plan_row *row = plan_add(plan);
	fingerprint_parse(line->cert, &row->cert);
	row->name = plan_text(plan, e ? e->name : line->name);
	row->was = plan_text(plan, line->now);
	row->now = plan_text(plan, line->was);
	row->typed = was_typed(line);
	row->dst = place_copy(plan, line->src.state, line->src.file);
	if (e) {
		row->src = place_copy(plan, (int)e->state, e->file);
		row->subject = plan_text(plan, e->info.subject);
	}
	if (line->old)
		plan_row_content(plan, row, line->old, line->old_len);
	row->base = plan_text(plan, base);
	bool moved = !row->writes && row->dst.state != STATE_NONE && e;
	if (moved && strcmp(e->file, line->dst.file) != 0)
		row->dst.file = row->src.file;
}

/*
 * Files of identities.  A key that was made goes to their trash with its record, since a key that is
 * gone is gone; a request that was made goes, the journal has it; what was signed for others stays on
 * record.
 */
static bool may_reverse_record(struct store *store, const struct journal_line *line,
	struct error *err)
{
	const struct place *now = &line->dst;
	if (now->state == STATE_NONE && folder_row(line->src.state)->secret)
		return error_set(err, ERROR_FAILED, "undo %lld: %s was removed for good, and nothing of "
			"it is kept", (long long)line->seq, line->name);
	bool destroyed = line->src.state != STATE_NONE &&
			 (now->state == STATE_NONE || line->new_hash != NULL);
	if (destroyed && line->src.state == FOLDER_CRLS && !line->old)
		return error_set(err, ERROR_FAILED, "undo %lld: %s was too large for the journal to "
			"keep (certary crl fetch, or import it again)", (long long)line->seq, line->name);
	if (line->src.state == STATE_NONE && now->state == FOLDER_ISSUED)
		return error_set(err, ERROR_FAILED, "undo %lld: %s was signed and may be anywhere "
			"(revoke it instead: certary ca revoke)", (long long)line->seq, line->name);
	if (now->state == STATE_NONE)
		return !fs_exists(store->dirs[line->src.state], line->src.file) ||
		       in_the_way(line, N_("%s is there again"), err);
	if (!fs_exists(store->dirs[now->state], now->file))
		return in_the_way(line, N_("%s is no longer there"), err);
	return !line->new_hash || !changed_since(store, now->state, now->file, line) ||
	       in_the_way(line, N_("%s was changed again meanwhile"), err);
}

static bool reverse_record(struct store *store, struct plan *plan, const struct journal_line *line,
	const struct fingerprint *about, struct error *err)
{
	if (!may_reverse_record(store, line, err))
		return false;
	const struct plan_file now = { line->dst.state, line->dst.file, about, line->name, line->now,
		line->was };
	bool kept = line->dst.state == FOLDER_KEYS || line->dst.state == FOLDER_IDENTITIES;
	if (line->src.state == STATE_NONE && kept) {
		char *as = discarded_name(line->dst.state, line->dst.file);
		plan_file_move(plan, &now, FOLDER_DISCARDED, as);
		free(as);
	} else if (line->src.state == STATE_NONE) {
		plan_file_remove(plan, &now);
		plan->rows[plan->count - 1].base = plan_text(plan, line->new_hash);
	} else if (line->dst.state == STATE_NONE) {
		struct plan_file again = now;
		again.folder = line->src.state;
		again.file = line->src.file;
		plan_file_create(plan, &again, line->old, line->old_len);
	} else if (line->old) {
		plan_file_edit(plan, &now, line->old, line->old_len, line->new_hash);
	} else {
		plan_file_move(plan, &now, line->src.state, line->src.file);
	}
	plan->rows[plan->count - 1].typed = was_typed(line);
	return true;
}

/*
 * Did something that plain undo passes over, an end of trust above all, take it back already? A later
 * decision can't have: that would have been met before.
 */
static bool is_over(const struct journal_line *line, const struct entry *e)
{
	int is = (int)e->state;
	bool lapsed = line->dst.state == STATE_LIMITED && is == STATE_UNTRUSTED;
	return is != line->dst.state && (is == line->src.state || lapsed);
}

static struct earlier *passed_of(const struct hunt *hunt, const struct fingerprint *cert)
{
	for (size_t i = 0; i < hunt->passed_count; i++)
		if (fingerprint_compare(&hunt->passed[i].cert, cert) == 0)
			return &hunt->passed[i];
	return NULL;
}

/* What was passed over may have written headers: the lines before it know the file without them. */
static bool was_written(const struct hunt *hunt, const struct journal_line *line,
	const struct entry *e, const char *hash)
{
	const struct earlier *earlier = passed_of(hunt, &e->info.sha256);
	return strcmp(earlier ? earlier->hash : hash, line->new_hash) == 0;
}

static void pass_over(struct hunt *hunt, const struct journal_line *line, const struct entry *e,
	const char *hash)
{
	struct fingerprint old;
	if (!line->old || !line->new_hash || !was_written(hunt, line, e, hash))
		return;
	struct earlier *earlier = passed_of(hunt, &e->info.sha256);
	if (!earlier) {
		hunt->passed = mem_grow(hunt->passed, hunt->passed_count, &hunt->passed_cap,
			sizeof *hunt->passed);
		earlier = &hunt->passed[hunt->passed_count++];
		earlier->cert = e->info.sha256;
	}
	fingerprint_of(line->old, line->old_len, &old);
	fingerprint_hex(&old, earlier->hash);
}

static bool reverse_line(struct store *store, struct hunt *hunt, struct plan *plan,
	const struct journal_line *line, struct error *err)
{
	struct fingerprint cert;
	char hash[FINGERPRINT_HEX] = "";
	if (!fingerprint_parse(line->cert, &cert))
		return error_set(err, ERROR_FAILED, "undo %lld: the journal's line is damaged",
			(long long)line->seq);
	if (line->src.state >= STATE_COUNT || line->dst.state >= STATE_COUNT)
		return reverse_record(store, plan, line, &cert, err);
	struct entry found;
	const struct entry *e = store_find(store, &cert, &found) ? &found : NULL;
	if (e && line->new_hash)
		hash_file(store, (int)e->state, e->file, hash);
	if (hunt->plain && e && is_over(line, e)) {
		pass_over(hunt, line, e, hash);
		return true;
	}
	if (line->dst.state == STATE_NONE) {
		if (e)
			return in_the_way(line, N_("%s was added again meanwhile"), err);
	} else if (!e || (int)e->state != line->dst.state) {
		return in_the_way(line, e ? N_("%s is elsewhere by now") : N_("%s is no longer there"), err);
	} else if (line->new_hash && !was_written(hunt, line, e, hash)) {
		return in_the_way(line, N_("%s was changed again meanwhile"), err);
	}
	fill_row(plan, line, e, e && line->new_hash ? hash : line->new_hash);
	return true;
}

/* "change 183, delete of 2 by alice (ssh 192.0.2.7) at 2026-01-12T10:01:00Z: expired" */
static char *describe(const struct journal_line *first, size_t count)
{
	struct buf out = { 0 };
	char when[CLOCK_ISO];
	const char *time = lang_kept(when, first->time);
	const char *who = first->who ? first->who : _("somebody");
	const char *from = first->from ? first->from : _("unknown");
	if (count > 1)
		buf_format(&out, _("change %lld, %s of %zu by %s (%s) at %s"), (long long)first->seq,
			first->op, count, who, from, time);
	else
		buf_format(&out, _("change %lld, %s by %s (%s) at %s"), (long long)first->seq, first->op,
			who, from, time);
	if (first->why)
		buf_format(&out, ": %s", first->why);
	return buf_take(&out);
}

/* A line at a time, so that the plan is all of the change that stands in memory. */
static bool reverse(struct store *store, struct hunt *hunt, const struct group *g,
	struct plan *plan, struct error *err)
{
	bool ok = true;
	for (int64_t place = g->to; ok && place > g->from;) {
		struct journal_text text;
		struct journal_line line;
		if (!journal_previous(hunt->file, &place, &text, err) ||
			!journal_line_parse(text.bytes, text.len, &line, err))
			return false;
		ok = reverse_line(store, hunt, plan, &line, err);
		if (ok && plan->count > 0 && place <= g->from)
			plan->about = describe(&line, g->count);
		journal_line_done(&line);
	}
	plan->undoes = ok ? g->seq : 0;
	return ok;
}

bool journal_plan_undo(struct store *store, int64_t seq, struct plan *plan, struct error *err)
{
	struct group g = { 0 };
	struct hunt hunt = { .file = journal_open(store, err), .plain = seq == 0 };
	bool ok = hunt.file != NULL;
	plan->op = "undo";
	hunt.place = ok ? journal_size(hunt.file) : 0;
	do
		ok = ok && choose(&hunt, seq, &g, err) &&
		     reverse(store, &hunt, &g, plan, err);
	while (ok && hunt.plain && plan->count == 0);
	undone_done(&hunt.undone);
	free(hunt.passed);
	journal_close(hunt.file);
	return ok;
}

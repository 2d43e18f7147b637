/*
 * Undo: the rows of a change turned round.
 *
 * The lines of one change form a group.  Which groups stand undone follows from reading the journal
 * from its beginning: an undo marks its group, and undoing an undo clears the mark again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/entryfile.h"
#include "store/internal.h"
#include "store/ledger.h"

struct group {
	size_t first, count; /* lines */
	bool undone;
};

struct history {
	struct ledger_lines lines;
	struct group *groups;
	size_t count, cap;
};

static struct group *group_of(struct history *h, int64_t seq)
{
	for (size_t i = 0; i < h->count; i++) {
		const struct group *g = &h->groups[i];
		int64_t first = h->lines.items[g->first].seq;
		if (seq >= first && seq < first + (int64_t)g->count)
			return &h->groups[i];
	}
	return NULL;
}

static int64_t undoes(const struct history *h, const struct group *g)
{
	return h->lines.items[g->first].undoes;
}

/* Mark a group, and what hangs on it when it was an undo itself. */
static void mark(struct history *h, int64_t seq, bool undone)
{
	while (seq) {
		struct group *g = group_of(h, seq);
		if (!g)
			return;
		g->undone = undone;
		seq = undoes(h, g);
		undone = !undone;
	}
}

static void find_groups(struct history *h)
{
	size_t first = 0;
	for (size_t i = 0; i < h->lines.count; i++) {
		if (h->lines.items[i].more && i + 1 < h->lines.count)
			continue;
		h->groups = mem_grow(h->groups, h->count, &h->cap, sizeof *h->groups);
		h->groups[h->count++] = (struct group){ .first = first, .count = i + 1 - first };
		mark(h, h->lines.items[first].undoes, true);
		first = i + 1;
	}
}

static void history_done(struct history *h)
{
	ledger_lines_done(&h->lines);
	free(h->groups);
}

static const struct group *last_undoable(const struct history *h)
{
	for (size_t i = h->count; i > 0; i--)
		if (!h->groups[i - 1].undone && !undoes(h, &h->groups[i - 1]))
			return &h->groups[i - 1];
	return NULL;
}

static const struct group *choose(struct history *h, int64_t seq, struct error *err)
{
	const struct group *g = seq ? group_of(h, seq) : last_undoable(h);
	if (!g && seq)
		error_set(err, ERROR_NOT_FOUND, "undo: there is no change %lld (certary log)",
			(long long)seq);
	else if (!g)
		error_set(err, ERROR_NOT_FOUND, "undo: there is nothing to undo");
	if (g && g->undone) {
		error_set(err, ERROR_FAILED, "undo: change %lld is undone already",
			(long long)h->lines.items[g->first].seq);
		return NULL;
	}
	return g;
}

/* Was the file written again since this line wrote it? Then undoing it would lose that. */
static bool changed_since(const struct store *store, const struct entry *e,
	const struct journal_line *line)
{
	struct buf bytes = { 0 };
	struct fingerprint hash = { 0 };
	char hex[FINGERPRINT_HEX];
	bool read = fs_read(store->dirs[e->state], e->file, FS_NOFOLLOW, FILE_MOST, &bytes, NULL, NULL);
	if (read)
		fingerprint_of(bytes.data, bytes.len, &hash);
	buf_done(&bytes);
	return !read || strcmp(fingerprint_hex(&hash, hex), line->new_hash) != 0;
}

static bool in_the_way(const struct journal_line *line, const char *why, struct error *err)
{
	return error_set(err, ERROR_FAILED, "undo %lld: %s %s (undo the later change first, "
		"or another: certary undo NUMBER)",
		(long long)line->seq, line->name, why);
}

static struct place place_copy(const struct place *from)
{
	return (struct place){ .state = from->state, .file = mem_text(from->file) };
}

static void fill_row(struct plan *plan, const struct journal_line *line, const struct entry *e)
{
	struct plan_row *row = plan_add(plan);
	fingerprint_parse(line->cert, &row->cert);
	row->name = mem_text(e ? e->name : line->name);
	row->was = mem_text(line->now);
	row->now = mem_text(line->was);
	row->dst = place_copy(&line->src);
	if (e) {
		row->src = (struct place){ .state = (int)e->state, .file = mem_text(e->file) };
		row->subject = mem_text(e->info.subject);
	}
	if (line->old)
		plan_row_content(row, line->old, line->old_len);
	if (line->new_hash && strlen(line->new_hash) < sizeof row->base)
		memcpy(row->base, line->new_hash, strlen(line->new_hash) + 1);
	bool moved = !row->content && row->dst.state != STATE_NONE && e;
	if (moved && strcmp(e->file, line->dst.file) != 0) {
		free(row->dst.file);
		row->dst.file = mem_text(e->file);
	}
}

static bool reverse_line(struct store *store, struct plan *plan,
	const struct journal_line *line, struct error *err)
{
	struct fingerprint cert;
	if (!fingerprint_parse(line->cert, &cert))
		return error_set(err, ERROR_FAILED, "undo %lld: the journal's line is damaged",
			(long long)line->seq);
	struct entry found;
	const struct entry *e = store_find(store, &cert, &found) ? &found : NULL;
	if (line->dst.state == STATE_NONE) {
		if (e)
			return in_the_way(line, "was added again meanwhile", err);
	} else if (!e || (int)e->state != line->dst.state) {
		return in_the_way(line, e ? "is elsewhere by now" : "is no longer there", err);
	} else if (line->new_hash && changed_since(store, e, line)) {
		return in_the_way(line, "was changed again meanwhile", err);
	}
	fill_row(plan, line, e);
	return true;
}

/* "change 183, delete of 2 by alice (ssh 192.0.2.7) at 2026-01-12T10:01:00Z: expired" */
static char *describe(const struct history *h, const struct group *g)
{
	const struct journal_line *line = &h->lines.items[g->first];
	struct buf out = { 0 };
	buf_format(&out, "change %lld, %s", (long long)line->seq, line->op);
	if (g->count > 1)
		buf_format(&out, " of %zu", g->count);
	buf_format(&out, " by %s (%s) at %s", line->who ? line->who : "somebody",
		line->from ? line->from : "unknown", line->time);
	if (line->why)
		buf_format(&out, ": %s", line->why);
	return buf_take(&out);
}

bool journal_plan_undo(struct store *store, int64_t seq, struct plan *plan, struct error *err)
{
	struct history h = { 0 };
	bool ok = ledger_lines_from(store->root, 0, &h.lines, err);
	if (ok)
		find_groups(&h);
	const struct group *g = ok ? choose(&h, seq, err) : NULL;
	ok = g != NULL;
	plan->op = "undo";
	for (size_t i = ok ? g->count : 0; ok && i > 0; i--)
		ok = reverse_line(store, plan, &h.lines.items[g->first + i - 1], err);
	if (ok) {
		plan->undoes = h.lines.items[g->first].seq;
		plan->about = describe(&h, g);
	}
	history_done(&h);
	return ok;
}

/*
 * Places are kept in two runs: those found from the end backwards when the view was made, and those
 * of lines that were written since.  What was seen lies between two borders, which move apart.
 *
 * A journal only grows, but for a change that is taken back, or a file that somebody put there.  The
 * hash of the newest line seen tells: it is where it was, and then all lines before are as they were,
 * since each holds the hash of the one before it.
 */
#include "app/log-view.h"

#include <stdlib.h>
#include <string.h>

#include "app/history.h"
#include "app/internal.h"
#include "base/clock.h"
#include "base/mem.h"
#include "store/journal-file.h"

struct places {
	int64_t *items;
	size_t count, cap;
};

struct log_view {
	struct app *app;
	char *folded, *word;
	struct journal_file *file;
	struct places older, newer;
	int64_t low, high;     /* the borders of what was seen */
	int64_t newest;        /* the line before the upper border */
	struct fingerprint is; /* its hash */
};

static void places_add(struct places *p, int64_t place)
{
	p->items = mem_grow(p->items, p->count, &p->cap, sizeof *p->items);
	p->items[p->count++] = place;
}

struct log_view *log_view_new(struct app *app, const char *folded)
{
	struct log_view *v = mem_new(sizeof *v);
	v->app = app;
	v->folded = mem_text(folded);
	v->word = app_log_word(folded);
	return v;
}

void log_view_free(struct log_view *v)
{
	if (!v)
		return;
	journal_close(v->file);
	free(v->older.items);
	free(v->newer.items);
	free(v->folded);
	free(v->word);
	free(v);
}

static bool is_wanted(const struct log_view *v, const struct journal_text *text)
{
	struct journal_line line;
	if (!*v->folded)
		return true;
	if (!journal_line_may_say(text, v->word) ||
		!journal_line_parse(text->bytes, text->len, &line, NULL))
		return false;
	bool found = app_log_matches(&line, v->folded);
	journal_line_done(&line);
	return found;
}

static bool note_newest(struct log_view *v, struct error *err)
{
	struct journal_text text;
	v->newest = v->high;
	if (!journal_previous(v->file, &v->newest, &text, err))
		return false;
	fingerprint_of(text.bytes, text.len, &v->is);
	return true;
}

static bool open_file(struct log_view *v, struct error *err)
{
	v->file = journal_open(app_store(v->app), err);
	if (!v->file)
		return false;
	v->low = v->high = journal_size(v->file);
	return note_newest(v, err);
}

/* One line behind what was seen, or one before it; false where there is none. */
static bool see_newer(struct log_view *v, struct error *err)
{
	struct journal_text text;
	int64_t place = v->high;
	if (!journal_next(v->file, &v->high, &text, err) || !text.bytes)
		return false;
	if (is_wanted(v, &text))
		places_add(&v->newer, place);
	return true;
}

static bool see_older(struct log_view *v, struct error *err)
{
	struct journal_text text;
	if (!journal_previous(v->file, &v->low, &text, err) || !text.bytes)
		return false;
	if (is_wanted(v, &text))
		places_add(&v->older, v->low);
	return true;
}

bool log_view_step(struct log_view *v, int64_t ms, size_t *in_front, struct error *err)
{
	int64_t until = clock_ms() + ms;
	size_t before = v->newer.count;
	bool more = v->file || open_file(v, err);
	int64_t high = v->high;
	while (more && clock_ms() < until)
		more = v->high < journal_size(v->file) ? see_newer(v, err) : see_older(v, err);
	if (v->high != high && !note_newest(v, err))
		more = false;
	if (in_front)
		*in_front = v->newer.count - before;
	return more;
}

/* In a file that was opened anew. */
static bool is_still_there(struct log_view *v, struct error *err)
{
	struct journal_text text;
	struct fingerprint hash;
	int64_t place = v->newest;
	if (v->high == 0 || !journal_next(v->file, &place, &text, err) || !text.bytes)
		return false;
	fingerprint_of(text.bytes, text.len, &hash);
	return place == v->high && fingerprint_compare(&hash, &v->is) == 0;
}

bool log_view_refresh(struct log_view *v, struct error *err)
{
	if (!v->file)
		return true;
	journal_close(v->file);
	v->file = journal_open(app_store(v->app), err);
	if (v->file && is_still_there(v, err))
		return true;
	journal_close(v->file);
	v->file = NULL;
	v->older.count = v->newer.count = 0;
	return false;
}

size_t log_view_count(const struct log_view *v)
{
	return v->newer.count + v->older.count;
}

int64_t log_view_place(const struct log_view *v, size_t i)
{
	return i < v->newer.count ? v->newer.items[v->newer.count - 1 - i] :
				    v->older.items[i - v->newer.count];
}

bool log_view_line(struct log_view *v, size_t i, struct journal_line *out, struct error *err)
{
	struct journal_text text;
	int64_t place = log_view_place(v, i);
	if (!journal_next(v->file, &place, &text, err))
		return false;
	if (!text.bytes)
		return error_set(err, ERROR_FAILED, "the line is no longer there");
	return journal_line_parse(text.bytes, text.len, out, err);
}

void log_view_line_done(struct journal_line *line)
{
	journal_line_done(line);
}

#include "tui/line.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "tui/glyph.h"
#include "tui/screen.h"

#define LINE_MAX_BYTES 16384

/*
 * The memory of a masked line is all there from the beginning: a buffer that grows leaves copies
 * behind.
 */
struct line {
	enum line_kind kind;
	struct buf text;
	size_t cursor; /* byte offset, between two glyphs */
	int scroll;    /* columns that are out of sight to the left */
	bool selected; /* all of it, until the next key */
	line_history_fn *history;
	void *ctx;
};

struct line *line_new(enum line_kind kind, const char *text)
{
	struct line *line = mem_new(sizeof *line);
	line->kind = kind;
	if (kind == LINE_MASKED)
		buf_reserve(&line->text, LINE_MAX_BYTES);
	buf_add(&line->text, "", 0); /* there is always a text */
	line_set(line, text ? text : "");
	return line;
}

void line_free(struct line *line)
{
	if (!line)
		return;
	buf_wipe(&line->text);
	free(line);
}

const char *line_text(const struct line *line)
{
	return buf_text(&line->text);
}

void line_select(struct line *line)
{
	line->selected = line->text.len > 0;
}

void line_history(struct line *line, line_history_fn *fn, void *ctx)
{
	line->history = fn;
	line->ctx = ctx;
}

static void insert(struct line *line, const char *bytes, size_t len)
{
	size_t tail = line->text.len - line->cursor;
	if (len > LINE_MAX_BYTES - line->text.len)
		return;
	buf_add(&line->text, bytes, len);
	char *at = line->text.data + line->cursor;
	memmove(at + len, at, tail);
	memcpy(at, bytes, len);
	line->cursor += len;
}

static void insert_char(struct line *line, uint32_t cp)
{
	struct buf bytes = { .secret = true };
	text_put(&bytes, cp);
	insert(line, bytes.data, bytes.len);
	buf_wipe(&bytes);
}

static void erase(struct line *line, size_t from, size_t to)
{
	struct buf *text = &line->text;
	if (from >= to)
		return;
	memmove(text->data + from, text->data + to, text->len - to);
	mem_wipe(text->data + text->len - (to - from), to - from);
	buf_cut(text, text->len - (to - from));
	line->cursor = from;
}

/* What may stand in a line: a character that can be seen, or a blank for a break. */
static void insert_bytes(struct line *line, const char *bytes, size_t len)
{
	const char *end = bytes + len;
	bool gap = false;
	while (end > bytes && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	while (bytes < end) {
		int32_t cp = text_next(&bytes, end);
		bool blank = cp == '\n' || cp == '\r' || cp == '\t';
		if (blank && !gap)
			insert_char(line, ' ');
		else if (!blank && cp >= 0 && text_shown((uint32_t)cp))
			insert_char(line, (uint32_t)cp);
		gap = blank;
	}
}

void line_set(struct line *line, const char *text)
{
	erase(line, 0, line->text.len);
	line->cursor = 0;
	line->scroll = 0;
	line->selected = false;
	insert_bytes(line, text, strlen(text));
}

static size_t after(const struct line *line, size_t at)
{
	return at + glyph_next(line_text(line) + at, true).len;
}

static size_t before(const struct line *line, size_t at)
{
	size_t found = 0;
	for (size_t next = 0; next < at; next = after(line, next))
		found = next;
	return found;
}

static size_t word_before(const struct line *line, size_t at)
{
	const char *text = line_text(line);
	while (at > 0 && text[at - 1] == ' ')
		at--;
	while (at > 0 && text[at - 1] != ' ')
		at--;
	return at;
}

static void key_home(struct line *line)
{
	line->cursor = 0;
}

static void key_end(struct line *line)
{
	line->cursor = line->text.len;
}

static void key_left(struct line *line)
{
	line->cursor = before(line, line->cursor);
}

static void key_right(struct line *line)
{
	line->cursor = after(line, line->cursor);
}

static void key_backspace(struct line *line)
{
	erase(line, before(line, line->cursor), line->cursor);
}

static void key_delete(struct line *line)
{
	erase(line, line->cursor, after(line, line->cursor));
}

static void key_kill(struct line *line)
{
	erase(line, line->cursor, line->text.len);
}

static void key_kill_back(struct line *line)
{
	erase(line, 0, line->cursor);
}

static void key_kill_word(struct line *line)
{
	erase(line, word_before(line, line->cursor), line->cursor);
}

static const struct {
	const char *key;
	void (*edit)(struct line *line);
} edits[] = {
	{ "Home", key_home },
	{ "C-a", key_home },
	{ "End", key_end },
	{ "C-e", key_end },
	{ "Left", key_left },
	{ "C-b", key_left },
	{ "Right", key_right },
	{ "C-f", key_right },
	{ "Backspace", key_backspace },
	{ "Delete", key_delete },
	{ "C-d", key_delete },
	{ "C-k", key_kill },
	{ "C-u", key_kill_back },
	{ "C-w", key_kill_word },
};

static enum reaction recall(struct line *line, const struct key *key)
{
	bool up = key_is(key, "Up");
	if (!line->history || (!up && !key_is(key, "Down")))
		return REACT_UNHANDLED;
	const char *text = line->history(line->ctx, up ? -1 : 1);
	if (text)
		line_set(line, text);
	return text ? REACT_REPAINT : REACT_NONE;
}

bool line_refuses(const struct key *key)
{
	static const char begin[] = "-----BEGIN";
	return key->code == K_PASTE && memmem(key->paste, key->paste_len, begin, strlen(begin));
}

enum reaction line_key(struct line *line, const struct key *key)
{
	char name[KEY_NAME];
	if (line_refuses(key))
		return REACT_NONE;
	if (line->selected && (key->code == K_PASTE || key_is_text(key)))
		line_set(line, "");
	line->selected = false;
	if (key->code == K_PASTE) {
		insert_bytes(line, key->paste, key->paste_len);
		return REACT_REPAINT;
	}
	if (key_is_text(key)) {
		insert_char(line, key->code);
		return REACT_REPAINT;
	}
	key_spell(name, key);
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++)
		if (strcmp(edits[i].key, name) == 0) {
			edits[i].edit(line);
			return REACT_REPAINT;
		}
	return recall(line, key);
}

/* What is seen of a part of the text: a masked one is as many stars as glyphs. */
static char *seen(const struct line *line, size_t from, size_t to)
{
	struct buf stars = { 0 };
	if (line->kind == LINE_PLAIN)
		return mem_textn(line_text(line) + from, to - from);
	for (size_t at = from; at < to; at = after(line, at))
		buf_char(&stars, '*');
	return buf_take(&stars);
}

static int columns_between(const struct line *line, size_t from, size_t to)
{
	char *text = seen(line, from, to);
	int cols = area_width(text);
	free(text);
	return cols;
}

/*
 * Scroll so that the cursor shows, and a column behind it where the text goes on, but no farther than
 * it takes: there may be more room than there was.
 */
static void scroll_to_cursor(struct line *line, int cols, int cursor)
{
	int room = cols - 1 - (line->cursor < line->text.len ? 1 : 0);
	int most = columns_between(line, 0, line->text.len) + 1 - cols;
	room = room < 0 ? 0 : room;
	if (line->scroll > most)
		line->scroll = most > 0 ? most : 0;
	if (cursor - line->scroll > room)
		line->scroll = cursor - room;
	if (cursor < line->scroll)
		line->scroll = cursor;
}

void line_draw(struct line *line, struct area area, enum role role, bool focus)
{
	int cursor = columns_between(line, 0, line->cursor);
	scroll_to_cursor(line, area.cols, cursor);
	size_t from = 0;
	int skipped = 0;
	while (skipped < line->scroll && from < line->text.len) {
		size_t next = after(line, from);
		skipped += columns_between(line, from, next);
		from = next;
	}
	char *text = seen(line, from, line->text.len);
	area_clear_row(area, 0, role);
	area_text(area, 0, skipped - line->scroll, focus && line->selected ? ROLE_MATCH : role, text);
	if (focus)
		area_cursor(area, 0, cursor - line->scroll, true);
	free(text);
}

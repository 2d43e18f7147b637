#include "tui/keymap.h"

#include <stdio.h>
#include <string.h>

#include "base/lang.h"
#include "tui/screen.h"
#include "tui/spot.h"

/* The next word of a binding's keys; false at the end. */
static bool next_word(const char **keys, char word[KEY_NAME])
{
	const char *start = *keys + strspn(*keys, " ");
	size_t len = strcspn(start, " ");
	*keys = start + len;
	if (len == 0)
		return false;
	size_t fit = len < KEY_NAME ? len : KEY_NAME - 1;
	memcpy(word, start, fit);
	word[fit] = '\0';
	return true;
}

static bool has_key(const struct binding *row, const char *name)
{
	const char *keys = row->keys;
	char word[KEY_NAME];
	while (next_word(&keys, word))
		if (strcmp(word, name) == 0)
			return true;
	return false;
}

const struct binding *keymap_find(const struct keymap *map, const struct key *key)
{
	char name[KEY_NAME];
	key_spell(name, key);
	for (size_t i = 0; i < map->count; i++)
		if (has_key(&map->rows[i], name))
			return &map->rows[i];
	return NULL;
}

/* Paint "key hint" at column x; returns the columns taken, or -1 where it doesn't fit. */
static int put_hint(struct area area, int x, const struct binding *row)
{
	const char *keys = row->keys;
	char word[KEY_NAME] = "";
	next_word(&keys, word);
	int key_cols = area_width(word), cols = key_cols + 1 + area_width(lang_text(row->hint));
	if (x + cols > area.cols)
		return -1;
	area_text(area, 0, x, ROLE_HINT_KEY, word);
	area_text(area, 0, x + key_cols + 1, ROLE_HINT_TEXT, lang_text(row->hint));
	if (screen_is_plain() && x > 0)
		area_text(area, 0, x - 2, ROLE_HINT_TEXT, ",");
	spot_key(area_part(area, 0, x, 1, cols), word);
	return cols;
}

void keymap_hints(
	struct area area, const struct keymap *const *maps, size_t count, unsigned without)
{
	int x = 0;
	area_clear_row(area, 0, ROLE_HINT_TEXT);
	for (size_t m = 0; m < count; m++)
		for (size_t i = 0; i < maps[m]->count; i++) {
			const struct binding *row = &maps[m]->rows[i];
			if (!row->hint || (row->flags & without))
				continue;
			int cols = put_hint(area, x, row);
			if (cols < 0)
				return;
			x += cols + 2;
		}
}

#define BAR_KEYS  10
#define SLOT_COLS 8 /* at least */

static const struct binding *bar_row(const struct keymap *const *maps, size_t count, int number,
	unsigned without)
{
	struct key key = { .code = K_F1 + (uint32_t)number - 1 };
	for (size_t m = 0; m < count; m++) {
		const struct binding *row = keymap_find(maps[m], &key);
		if (row)
			return row->flags & without || !(row->hint || row->bar) ? NULL : row;
	}
	return NULL;
}

static void put_slot(struct area slot, int number, const struct binding *row)
{
	char key[KEY_NAME];
	struct buf word = { 0 };
	int used = area_format(slot, 0, 0, ROLE_HINT_KEY, "%d", number);
	struct area rest = area_part(slot, 0, used, 1, slot.cols - used - 1);
	buf_text_add(&word, lang_text(row->hint ? row->hint : row->bar));
	if (word.data[0] >= 'a' && word.data[0] <= 'z')
		word.data[0] -= 'a' - 'A';
	area_text(rest, 0, 0, ROLE_HINT_TEXT, word.data);
	buf_done(&word);
	snprintf(key, sizeof key, "F%d", number);
	spot_key(slot, key);
}

void keymap_bar(struct area area, const struct keymap *const *maps, size_t count, unsigned without)
{
	bool all = area.cols >= BAR_KEYS * SLOT_COLS;
	int cols = all ? area.cols / BAR_KEYS : SLOT_COLS, x = 0;
	area_clear_row(area, 0, ROLE_HINT_TEXT);
	for (int number = 1; number <= BAR_KEYS && x + cols <= area.cols; number++) {
		const struct binding *row = bar_row(maps, count, number, without);
		if (!row && !all)
			continue;
		if (row)
			put_slot(area_part(area, 0, x, 1, cols), number, row);
		x += cols;
	}
}

void keymap_help(struct rows *rows, const struct keymap *map, unsigned without)
{
	rows_heading(rows, map->title);
	for (size_t i = 0; i < map->count; i++)
		if (!(map->rows[i].flags & without))
			rows_about(
				rows, ROLE_VALUE, map->rows[i].keys, lang_text(map->rows[i].help));
}

static void check_word(const struct keymap *map, size_t row, const char *word, struct buf *faults)
{
	struct key key;
	char name[KEY_NAME];
	if (!key_parse(word, &key) || strcmp(key_spell(name, &key), word) != 0)
		buf_format(faults, "%s: '%s' is no key\n", map->title, word);
	for (size_t i = 0; i < row; i++)
		if (has_key(&map->rows[i], word))
			buf_format(faults, "%s: '%s' is bound to '%s' and to '%s'\n", map->title,
				word, map->rows[i].help, map->rows[row].help);
}

bool keymap_check(const struct keymap *map, struct buf *faults)
{
	size_t before = faults->len;
	for (size_t i = 0; i < map->count; i++) {
		const char *keys = map->rows[i].keys;
		char word[KEY_NAME];
		if (!map->rows[i].help || !*map->rows[i].help)
			buf_format(faults, "%s: '%s' has no help\n", map->title, keys);
		if (!*keys)
			buf_format(faults, "%s: row %zu has no key\n", map->title, i);
		while (next_word(&keys, word))
			check_word(map, i, word, faults);
	}
	return faults->len == before;
}

/*
 * A box as large as its contents and no larger than the screen.  Where the screen is too small the
 * rows on top give way and scroll; the line, the options and the keys stay.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "tui/dialog-parts.h"
#include "tui/keymap.h"
#include "tui/screen.h"
#include "tui/spot.h"

#define WIDTH_LEAST 36
#define WIDTH_MOST  78

static int more(int a, int b)
{
	return a > b ? a : b;
}

static int less(int a, int b)
{
	return a < b ? a : b;
}

struct hint {
	const char *key, *text;
};

/* The keys of each kind; "" as text is replaced by the dialog's verb. */
static const struct hint *hints_of(const struct dialog *dialog)
{
	static const struct hint message[] = { { "Enter", N_("close") }, { NULL, NULL } };
	static const struct hint wait[] = { { "Esc", N_("cancel") }, { NULL, NULL } };
	static const struct hint confirm[] = { { "y", "" }, { "n", NC_("dialog", "leave") },
		{ NULL, NULL } };
	static const struct hint word[] = { { "Enter", "" }, { "Esc", NC_("dialog", "leave") },
		{ NULL, NULL } };
	static const struct hint ask[] = { { "Enter", N_("accept") }, { "Esc", N_("cancel") },
		{ NULL, NULL } };
	static const struct hint ask_complete[] = { { "Enter", N_("accept") },
		{ "Tab", N_("complete") }, { "Esc", N_("cancel") }, { NULL, NULL } };
	static const struct hint choose[] = { { "Enter", N_("choose") }, { "Esc", N_("cancel") },
		{ NULL, NULL } };
	static const struct hint *const kinds[] = {
		[KIND_MESSAGE] = message,
		[KIND_WAIT] = wait,
		[KIND_CONFIRM] = confirm,
		[KIND_WORD] = word,
		[KIND_ASK] = ask,
		[KIND_CHOOSE] = choose,
	};
	return dialog->complete ? ask_complete : kinds[dialog->kind];
}

static const char *hint_text(const struct dialog *dialog, const struct hint *hint)
{
	if (dialog->no && strcmp(hint->key, "n") == 0)
		return lang_text(dialog->no);
	return *hint->text || !dialog->verb ? lang_text(hint->text) : dialog->verb;
}

/* Where the next one comes; what `cols` has no room for begins another row. */
struct hint_place {
	int x, y, cols, most;
};

static void put_text(struct area area, struct hint_place *at, enum role role, const char *text)
{
	area_text(area, at->y, at->x, role, text);
	at->x += area_width(text);
	at->most = more(at->most, at->x);
}

static void put_hint(struct area area, struct hint_place *at, const char *key, const char *text)
{
	bool plain = screen_is_plain();
	int gap = at->x == 0 ? 0 : plain ? 2 : 3, cols = area_width(key) + 1 + area_width(text);
	if (at->x > 0 && at->x + gap + cols > at->cols) {
		at->x = gap = 0;
		at->y++;
	}
	if (plain && at->x > 0)
		area_text(area, at->y, at->x, ROLE_HINT_TEXT, ",");
	at->x += gap;
	int from = at->x;
	put_text(area, at, ROLE_HINT_KEY, key);
	at->x++;
	put_text(area, at, ROLE_HINT_TEXT, text);
	spot_key(area_part(area, at->y, from, 1, at->x - from), key);
}

/* All the keys in so many columns; painted where the area has rows. */
static struct hint_place put_hints(const struct dialog *dialog, struct area area, int cols)
{
	const char *also = _(" (Enter, Esc)");
	struct hint_place at = { .cols = cols };
	for (const struct hint *hint = hints_of(dialog); hint->key; hint++)
		put_hint(area, &at, hint->key, hint_text(dialog, hint));
	if (dialog->kind == KIND_CONFIRM && at.x + area_width(also) <= cols)
		put_text(area, &at, ROLE_HINT_TEXT, also);
	if (dialog->third)
		put_hint(area, &at, dialog->third, lang_text(dialog->third_text));
	if (dialog->fourth)
		put_hint(area, &at, dialog->fourth, lang_text(dialog->fourth_text));
	return at;
}

static int hint_rows(const struct dialog *dialog, int cols)
{
	return put_hints(dialog, (struct area){ 0 }, cols).y + 1;
}

static int rows_width(const struct rows *rows)
{
	int label = 0, text = 0;
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->items[i];
		if (row->label)
			label = more(label, area_width(row->label) + 2);
		if (row->text)
			text = more(text, area_width(row->text));
	}
	return label + text;
}

#define OPTION_KEY 6 /* columns of an option's key */

/* Rows that one option's help takes in so many columns. */
static int help_lines(const struct dialog_option *option, int cols)
{
	struct pager pager = { 0 };
	if (!option->help)
		return 0;
	rows_add(&pager.rows, ROLE_DIM, NULL, option->help);
	int lines = pager_lines(&pager, cols);
	pager_done(&pager);
	return lines;
}

static bool is_too_long(const struct dialog_option *option, int cols)
{
	return option->help && area_width(option->help) + OPTION_KEY + LIST_MARGIN > cols;
}

/*
 * Rows of each option: all have two where one has something to say about it.  Where that wouldn't fit
 * into its row, only what is said of the option under the cursor is shown, wrapped, below all of them.
 */
static int option_rows(const struct dialog *dialog, int cols)
{
	int rows = 1;
	for (size_t i = 0; i < dialog->option_count; i++)
		if (is_too_long(&dialog->options[i], cols))
			return 1;
		else if (dialog->options[i].help)
			rows = 2;
	return rows;
}

/* The rows below the options, 0 where each has its own. */
static int told_rows(const struct dialog *dialog, int cols)
{
	int most = 0;
	bool apart = false;
	for (size_t i = 0; i < dialog->option_count; i++) {
		most = more(most, help_lines(&dialog->options[i], cols));
		apart |= is_too_long(&dialog->options[i], cols);
	}
	return apart ? most : 0;
}

static int option_cols(const struct dialog_option *option)
{
	int cols = area_width(option->text);
	return (option->help ? more(cols, area_width(option->help)) : cols) + OPTION_KEY + 2;
}

#define LINE_WANTED 56 /* columns: room for a fingerprint's most, or a path */

static int content_width(const struct dialog *dialog)
{
	int cols = more(area_width(dialog->title) + 4, rows_width(&dialog->pager.rows));
	cols = more(cols, put_hints(dialog, (struct area){ 0 }, INT_MAX).most);
	for (size_t i = 0; i < dialog->option_count; i++)
		cols = more(cols, option_cols(&dialog->options[i]));
	if (dialog->line)
		cols = more(cols, area_width(dialog->prompt) + LINE_WANTED);
	return more(cols, WIDTH_LEAST);
}

/* Rows below the text: the line with what belongs to it, the options, and always the keys. */
static int lower_rows(const struct dialog *dialog, int cols)
{
	int options = less((int)dialog->option_count, 1000) * option_rows(dialog, cols);
	int rows = hint_rows(dialog, cols) + (dialog->line ? 1 : 0) + options + told_rows(dialog, cols);
	return rows + (dialog->wrong || dialog->choices ? 1 : 0);
}

/* What is typed follows in the same row: a colon parts it from the words before. */
static void draw_line(struct dialog *dialog, struct area row)
{
	size_t len = strlen(dialog->prompt);
	bool bare = len > 0 && dialog->prompt[len - 1] != ':';
	int prompt = less(area_width(dialog->prompt) + bare, row.cols / 2);
	struct area left = area_cut_left(&row, prompt);
	int used = area_text_in(left, 0, 0, left.cols - bare, ROLE_LABEL, dialog->prompt);
	if (bare)
		area_text(left, 0, used, ROLE_LABEL, ":");
	if (prompt > 0)
		area_cut_left(&row, 1);
	line_draw(dialog->line, row, ROLE_FIELD_CURSOR, true);
}

static void draw_option(const struct dialog *dialog, size_t index, struct area area)
{
	const struct dialog_option *option = &dialog->options[index];
	struct list_row row = { .cursor = index == dialog->list.cursor, .focus = true };
	spot_key(area, option->key);
	area_clear(area, list_role(&row, ROLE_NORMAL));
	if (row.cursor)
		area_cursor(area, 0, 0, false);
	if (row.cursor && !screen_is_plain())
		area_text(area, 0, 0, list_role(&row, ROLE_NORMAL), ">");
	if (!screen_is_plain())
		area_cut_left(&area, LIST_MARGIN);
	int used = area_text(area, 0, 0, list_role(&row, ROLE_HINT_KEY), option->key);
	area_text(area, 0, used < OPTION_KEY ? OPTION_KEY : used + 1, list_role(&row, ROLE_DIALOG),
		option->text);
	if (option->help && area.rows > 1)
		area_text(area, 1, OPTION_KEY, list_role(&row, ROLE_DIM), option->help);
}

static void draw_told(const struct dialog *dialog, struct area area)
{
	struct pager pager = { 0 };
	if (area.rows == 0)
		return;
	rows_add(&pager.rows, ROLE_DIM, NULL, dialog->options[dialog->list.cursor].help);
	pager_draw(&pager, area);
	pager_done(&pager);
}

/* A list whose rows may be two high; where there isn't room for one of them, the second goes. */
static void draw_options(struct dialog *dialog, struct area area)
{
	struct list *list = &dialog->list;
	int told = told_rows(dialog, area.cols);
	draw_told(dialog, area_cut_bottom(&area, less(told, more(area.rows - 1, 0))));
	int height = less(option_rows(dialog, area.cols), area.rows);
	if (height == 0)
		return;
	list->page = area.rows / height;
	list_resize(list, list->count);
	for (size_t i = list->top; i < list->count && area.rows >= height; i++)
		draw_option(dialog, i, area_cut_top(&area, height));
}

static void draw_lower(struct dialog *dialog, struct area lower)
{
	put_hints(dialog, area_cut_bottom(&lower, hint_rows(dialog, lower.cols)), lower.cols);
	if (dialog->line)
		draw_line(dialog, area_cut_top(&lower, 1));
	if (dialog->wrong)
		area_text(area_cut_top(&lower, 1), 0, 0, ROLE_WARNING,
			_("that is something else: nothing was done"));
	else if (dialog->choices)
		area_text(area_cut_top(&lower, 1), 0, 0, ROLE_DIM, dialog->choices);
	if (dialog->option_count > 0)
		draw_options(dialog, lower);
}

/* Where the text is longer than its place the lower border says how much was seen. */
static void draw_position(const struct dialog *dialog, struct area box)
{
	char position[48];
	pager_position(&dialog->pager, position, sizeof position);
	if (strcmp(position, _("all")) == 0 || box.cols <= 20)
		return;
	char *further = mem_format(_(" PgDn more %s "), position);
	int x = box.cols - more(area_width(further), 15) - 1;
	int cols = area_text(box, box.rows - 1, x, ROLE_HINT_TEXT, further);
	spot_key(area_part(box, box.rows - 1, x, 1, cols), "PgDn");
	free(further);
}

/* A page of its own: whoever hears it must not hear what lies below. */
static void draw_page(struct dialog *dialog, struct area area)
{
	int text = pager_lines(&dialog->pager, area.cols), lower = lower_rows(dialog, area.cols);
	spots_clear(); /* what is below it isn't seen, and can't be clicked */
	area_clear(area, ROLE_NORMAL);
	screen_forget_cursor();
	int rows = less(text, more(area.rows - lower, 1));
	pager_draw(&dialog->pager, area_cut_top(&area, rows));
	draw_lower(dialog, area_cut_top(&area, lower));
}

void dialog_draw(struct dialog *dialog, struct area area)
{
	if (screen_is_plain()) {
		draw_page(dialog, area);
		return;
	}
	enum role title = dialog->tone == DIALOG_DANGER ? ROLE_DIALOG_DANGER : ROLE_DIALOG_TITLE;
	int margin = area.cols > 24 ? 2 : 0;
	int cols = less(content_width(dialog), less(area.cols, WIDTH_MOST) - 2 - 2 * margin);
	int text = pager_lines(&dialog->pager, cols), lower = lower_rows(dialog, cols);
	int gap = text > 0 && area.rows > text + lower + 2 ? 1 : 0;
	struct area box = area_middle(area, text + gap + lower + 2, cols + 2 + 2 * margin);
	spots_clear(); /* what is below it can't be reached */
	area_clear(box, ROLE_DIALOG);
	area_box(box, ROLE_DIALOG, title, dialog->title);
	struct area inside = area_inside(box);
	inside = area_part(inside, 0, margin, inside.rows, inside.cols - 2 * margin);
	area_cursor(box, box.rows - 1 - hint_rows(dialog, inside.cols), 1 + margin, false);
	draw_lower(dialog, area_cut_bottom(&inside, lower));
	area_cut_bottom(&inside, gap);
	pager_draw(&dialog->pager, inside);
	draw_position(dialog, box);
}

#include "tui/dialog.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "tui/dialog-parts.h"
#include "tui/screen.h"

static struct dialog *new_dialog(
	enum dialog_kind kind, const char *title, enum dialog_tone tone, struct rows *take)
{
	struct dialog *dialog = mem_new(sizeof *dialog);
	dialog->kind = kind;
	dialog->tone = tone;
	dialog->title = mem_text(lang_text(title));
	if (take) {
		dialog->pager.rows = *take;
		*take = (struct rows){ 0 };
	}
	if (screen_is_plain()) /* the title is what is read first */
		rows_first(&dialog->pager.rows, ROLE_DIALOG_TITLE, dialog->title);
	return dialog;
}

struct dialog *dialog_message(const char *title, enum dialog_tone tone, struct rows *take)
{
	return new_dialog(KIND_MESSAGE, title, tone, take);
}

struct dialog *dialog_wait(const char *title, const char *text)
{
	struct dialog *dialog = new_dialog(KIND_WAIT, title, DIALOG_CALM, NULL);
	rows_add(&dialog->pager.rows, ROLE_DIALOG, NULL, lang_text(text));
	return dialog;
}

void dialog_say(struct dialog *dialog, const char *text)
{
	struct rows *rows = &dialog->pager.rows;
	if (rows->count == 0)
		rows_blank(rows);
	struct row *row = &rows->items[rows->count - 1];
	char *copy = mem_text(text); /* text may be the row's own */
	free(row->text);
	row->text = copy;
	pager_changed(&dialog->pager);
}

struct dialog *dialog_confirm(
	const char *title, enum dialog_tone tone, struct rows *take, const char *verb)
{
	struct dialog *dialog = new_dialog(KIND_CONFIRM, title, tone, take);
	dialog->verb = mem_text(lang_text(verb));
	return dialog;
}

struct dialog *dialog_confirm_word(
	const char *title, struct rows *take, const char *verb, const char *word)
{
	struct dialog *dialog = new_dialog(KIND_WORD, title, DIALOG_DANGER, take);
	dialog->verb = mem_text(lang_text(verb));
	dialog->word = mem_text(word);
	dialog->prompt = mem_format(_("type %s"), word);
	dialog->line = line_new(LINE_PLAIN, NULL);
	return dialog;
}

struct dialog *dialog_ask(const char *title, struct rows *take, const char *prompt,
	enum line_kind kind, const char *text)
{
	struct dialog *dialog = new_dialog(KIND_ASK, title, DIALOG_CALM, take);
	dialog->prompt = mem_text(lang_text(prompt));
	dialog->line = line_new(kind, text);
	return dialog;
}

void dialog_complete(struct dialog *dialog, dialog_complete_fn *fn, void *ctx)
{
	dialog->complete = fn;
	dialog->complete_ctx = ctx;
}

struct dialog *dialog_choose(
	const char *title, struct rows *take, const struct dialog_option *options, size_t count)
{
	struct dialog *dialog = new_dialog(KIND_CHOOSE, title, DIALOG_CALM, take);
	dialog->options = mem_new(count * sizeof *options);
	dialog->option_count = count;
	for (size_t i = 0; i < count; i++)
		dialog->options[i] = (struct dialog_option){
			.key = mem_text(options[i].key),
			.text = mem_text(lang_text(options[i].text)),
			.value = options[i].value,
			.help = mem_text(lang_text(options[i].help)),
		};
	list_resize(&dialog->list, count);
	return dialog;
}

void dialog_free(struct dialog *dialog)
{
	if (!dialog)
		return;
	pager_done(&dialog->pager);
	line_free(dialog->line);
	for (size_t i = 0; i < dialog->option_count; i++) {
		free((char *)dialog->options[i].key);
		free((char *)dialog->options[i].text);
		free((char *)dialog->options[i].help);
	}
	free(dialog->options);
	free(dialog->title);
	free(dialog->verb);
	free(dialog->word);
	free(dialog->prompt);
	free(dialog->choices);
	free(dialog);
}

const char *dialog_text(const struct dialog *dialog)
{
	return dialog->line ? line_text(dialog->line) : "";
}

int dialog_value(const struct dialog *dialog)
{
	return dialog->value;
}

int dialog_under(const struct dialog *dialog)
{
	return dialog->option_count ? dialog->options[dialog->list.cursor].value : 0;
}

void dialog_select(struct dialog *dialog, int value)
{
	for (size_t i = 0; i < dialog->option_count; i++)
		if (dialog->options[i].value == value)
			list_select(&dialog->list, i);
}

struct line *dialog_line(struct dialog *dialog)
{
	return dialog->line;
}

static bool is_one_of(const struct key *key, const char *const *names)
{
	while (*names)
		if (key_is(key, *names++))
			return true;
	return false;
}

#define IS_ONE_OF(key, ...) is_one_of(key, (const char *const[]){ __VA_ARGS__, NULL })

static enum dialog_answer scroll(struct dialog *dialog, const struct key *key)
{
	pager_key(&dialog->pager, key);
	return DIALOG_PENDING;
}

static enum dialog_answer message_key(struct dialog *dialog, const struct key *key)
{
	if (dialog->third && key_is(key, dialog->third))
		return DIALOG_THIRD;
	if (IS_ONE_OF(key, "Enter", "Esc", "q", "Space", "C-c"))
		return DIALOG_DONE;
	return scroll(dialog, key);
}

void dialog_third(struct dialog *dialog, const char *key, const char *text)
{
	dialog->third = key;
	dialog->third_text = text;
}

void dialog_fourth(struct dialog *dialog, const char *key, const char *text)
{
	dialog->fourth = key;
	dialog->fourth_text = text;
}

void dialog_no(struct dialog *dialog, const char *text)
{
	dialog->no = text;
}

static enum dialog_answer wait_key(struct dialog *dialog, const struct key *key)
{
	return IS_ONE_OF(key, "Esc", "C-c") ? DIALOG_CANCELLED : scroll(dialog, key);
}

static enum dialog_answer confirm_key(struct dialog *dialog, const struct key *key)
{
	if (key_is(key, "y"))
		return DIALOG_DONE;
	if (dialog->third && key_is(key, dialog->third))
		return DIALOG_THIRD;
	if (dialog->fourth && key_is(key, dialog->fourth))
		return DIALOG_FOURTH;
	if (IS_ONE_OF(key, "n", "Enter", "Esc", "q", "C-c"))
		return DIALOG_CANCELLED;
	return scroll(dialog, key);
}

/* Keys that are no text and no editing scroll the rows: PgUp, PgDn, Up, Down. */
static enum dialog_answer edit(struct dialog *dialog, const struct key *key)
{
	enum reaction reaction = line_key(dialog->line, key);
	if (reaction == REACT_UNHANDLED)
		return scroll(dialog, key);
	dialog->wrong = false;
	free(dialog->choices);
	dialog->choices =
		line_refuses(key) ? mem_text(_("a PEM block has no place in a line")) : NULL;
	return DIALOG_PENDING;
}

static enum dialog_answer word_key(struct dialog *dialog, const struct key *key)
{
	const char *typed = line_text(dialog->line);
	if (IS_ONE_OF(key, "Esc", "C-c"))
		return DIALOG_CANCELLED;
	if (!key_is(key, "Enter"))
		return edit(dialog, key);
	if (!*typed)
		return DIALOG_CANCELLED;
	dialog->wrong = strcmp(typed, dialog->word) != 0;
	return dialog->wrong ? DIALOG_PENDING : DIALOG_DONE;
}

static void complete(struct dialog *dialog)
{
	struct buf text = { .secret = true }, choices = { 0 };
	buf_text_add(&text, line_text(dialog->line));
	dialog->complete(dialog->complete_ctx, &text, &choices);
	line_set(dialog->line, buf_text(&text));
	free(dialog->choices);
	dialog->choices = choices.len > 0 ? mem_text(buf_text(&choices)) : NULL;
	buf_wipe(&text);
	buf_done(&choices);
}

static enum dialog_answer ask_key(struct dialog *dialog, const struct key *key)
{
	if (IS_ONE_OF(key, "Esc", "C-c"))
		return DIALOG_CANCELLED;
	if (key_is(key, "Enter"))
		return DIALOG_DONE;
	if (!key_is(key, "Tab"))
		return edit(dialog, key);
	if (dialog->complete)
		complete(dialog);
	return DIALOG_PENDING;
}

static enum dialog_answer choose_key(struct dialog *dialog, const struct key *key)
{
	for (size_t i = 0; i < dialog->option_count; i++)
		if (key_is(key, dialog->options[i].key)) {
			dialog->value = dialog->options[i].value;
			return DIALOG_DONE;
		}
	if (key_is(key, "Enter") && dialog->option_count > 0) {
		dialog->value = dialog->options[dialog->list.cursor].value;
		return DIALOG_DONE;
	}
	if (IS_ONE_OF(key, "Enter", "Esc", "q", "C-c"))
		return DIALOG_CANCELLED;
	if (list_key(&dialog->list, key) == REACT_UNHANDLED)
		return scroll(dialog, key);
	return DIALOG_PENDING;
}

enum dialog_answer dialog_key(struct dialog *dialog, const struct key *key)
{
	static enum dialog_answer (*const kinds[])(struct dialog *, const struct key *) = {
		[KIND_MESSAGE] = message_key,
		[KIND_WAIT] = wait_key,
		[KIND_CONFIRM] = confirm_key,
		[KIND_WORD] = word_key,
		[KIND_ASK] = ask_key,
		[KIND_CHOOSE] = choose_key,
	};
	return kinds[dialog->kind](dialog, key);
}

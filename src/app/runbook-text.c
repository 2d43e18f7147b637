/* A runbook's text into its record: line by line, and where all stands that may be changed. */
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "app/runbook.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/runbooks.h"

static const char *const role_names[] = {
	[RUNBOOK_SECURITY] = N_("security"),
	[RUNBOOK_USER_MANAGER] = N_("user manager"),
	[RUNBOOK_ADMINISTRATOR] = N_("administrator"),
	[RUNBOOK_OPERATIONS] = N_("operations"),
	[RUNBOOK_NOBODY] = "",
};

const char *runbook_role_name(enum runbook_role role)
{
	return role_names[role];
}

enum section { SECTION_HEAD, SECTION_INPUTS, SECTION_STEPS };

/* A line without its blanks; `next` is where the one behind it begins. */
struct line {
	const char *text; /* of the whole file */
	size_t from, to, start, next;
};

struct parsing {
	struct runbook *book;
	enum section section;
};

static char *safe_part(const struct line *l, size_t from, size_t to)
{
	struct buf out = { 0 };
	while (from < to && (l->text[from] == ' ' || l->text[from] == '\t'))
		from++;
	char *raw = mem_textn(l->text + from, to - from);
	text_guard(&out, raw);
	free(raw);
	return buf_take(&out);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool next_line(const struct buf *text, size_t at, struct line *out)
{
	if (at >= text->len)
		return false;
	const char *end = memchr(text->data + at, '\n', text->len - at);
	size_t to = end ? (size_t)(end - text->data) : text->len;
	*out = (struct line){ text->data, at, to, at, end ? to + 1 : to };
	while (out->from < out->to && is_blank(text->data[out->from]))
		out->from++;
	while (out->to > out->from && is_blank(text->data[out->to - 1]))
		out->to--;
	return true;
}

static bool begins(const struct line *l, const char *with)
{
	size_t len = strlen(with);
	return l->to - l->from >= len && strncasecmp(l->text + l->from, with, len) == 0;
}

static bool is_word(const struct line *l, const char *word)
{
	size_t len = strlen(word);
	bool colon = l->to > l->from && l->text[l->to - 1] == ':';
	return begins(l, word) && l->to - l->from == len + colon;
}

/* --- steps --------------------------------------------------------------------------------- */

static bool is_step(const struct line *l)
{
	const char *at = l->text + l->from;
	return l->to - l->from >= 3 && at[0] == '[' && strchr(" xX", at[1]) && at[1] &&
	       at[2] == ']';
}

static void add_step(struct runbook *book, const struct line *l)
{
	book->steps = mem_grow(book->steps, book->step_count, &book->step_cap, sizeof *book->steps);
	struct runbook_step *step = &book->steps[book->step_count++];
	struct line rest = *l;
	rest.from += 3;
	while (rest.from < rest.to && is_blank(rest.text[rest.from]))
		rest.from++;
	*step = (struct runbook_step){ .done = l->text[l->from + 1] != ' ',
		.role = RUNBOOK_NOBODY,
		.box = l->from + 1,
		.end = l->next };
	for (int r = 0; r < RUNBOOK_NOBODY; r++) {
		size_t len = strlen(role_names[r]);
		if (begins(&rest, role_names[r]) && rest.from + len < rest.to &&
			rest.text[rest.from + len] == ':') {
			step->role = (enum runbook_role)r;
			rest.from += len + 1;
			break;
		}
	}
	step->text = safe_part(&rest, rest.from, rest.to);
	book->done_count += step->done;
}

/* "2026-01-01T00:00:00Z by root (why)"; what people wrote instead is who. */
static void read_done(struct runbook_step *step, char *take)
{
	int64_t when;
	char *by = strstr(take, " by ");
	if (by)
		*by = '\0';
	if (!by || !clock_parse(take, &when)) {
		if (by)
			*by = ' ';
		step->who = take;
		return;
	}
	char *who = by + 4, *why = strstr(who, " (");
	size_t len = strlen(who);
	if (why && who[len - 1] == ')') {
		who[len - 1] = '\0';
		*why = '\0';
		step->why = mem_text(why + 2);
	}
	step->when = mem_text(take);
	step->who = mem_text(who);
	free(take);
}

/* The first one of a kind counts; further ones are people's. */
static void add_below(struct runbook_step *step, const struct line *l)
{
	if (begins(l, "$ ") && !step->command) {
		step->command = safe_part(l, l->from + 2, l->to);
	} else if (begins(l, "done:") && step->done_from == step->done_to) {
		step->done_from = l->start;
		step->done_to = l->next;
		read_done(step, safe_part(l, l->from + 5, l->to));
	} else if (begins(l, "note:") && !step->note) {
		step->note_from = l->start;
		step->note_to = l->next;
		step->note = safe_part(l, l->from + 5, l->to);
	} else {
		return;
	}
	step->end = l->next;
}

/* --- inputs and headers -------------------------------------------------------------------- */

static void add_input(struct runbook *book, const struct line *l)
{
	const char *colon = memchr(l->text + l->from, ':', l->to - l->from);
	if (!colon || colon == l->text + l->from)
		return;
	size_t at = (size_t)(colon - l->text);
	book->inputs =
		mem_grow(book->inputs, book->input_count, &book->input_cap, sizeof *book->inputs);
	struct runbook_input *input = &book->inputs[book->input_count++];
	*input = (struct runbook_input){ .name = safe_part(l, l->from, at),
		.value = safe_part(l, at + 1, l->to),
		.from = at + 1,
		.to = l->to };
}

static void add_header(struct runbook *book, const struct line *l)
{
	if (begins(l, "Runbook:") && !book->name)
		book->name = safe_part(l, l->from + 8, l->to);
	else if (begins(l, "Template:") && !book->template)
		book->template = safe_part(l, l->from + 9, l->to);
}

static void take_line(struct parsing *p, const struct line *l)
{
	struct runbook *book = p->book;
	if (l->from == l->to)
		return;
	if (is_step(l)) {
		p->section = SECTION_STEPS;
		add_step(book, l);
	} else if (is_word(l, "Inputs")) {
		p->section = SECTION_INPUTS;
	} else if (is_word(l, "Steps")) {
		p->section = SECTION_STEPS;
	} else if (p->section == SECTION_HEAD) {
		add_header(book, l);
	} else if (p->section == SECTION_INPUTS) {
		add_input(book, l);
	} else if (book->step_count) {
		add_below(&book->steps[book->step_count - 1], l);
	}
}

/* --- commands ------------------------------------------------------------------------------ */

static const struct runbook_input *find_input(
	const struct runbook *book, const char *name, size_t len)
{
	for (size_t i = 0; i < book->input_count; i++)
		if (strlen(book->inputs[i].name) == len &&
			strncasecmp(book->inputs[i].name, name, len) == 0)
			return &book->inputs[i];
	return NULL;
}

/* Where a hole stands: a value is quoted as a word of its own, which means something else within quotes. */
struct filling {
	char quote;           /* 0: within none */
	bool escaped, dollar; /* behind such a sign, which makes another thing of a quote */
	bool odd;             /* quoted in ways that aren't followed here */
};

static void step_over(struct filling *f, char c)
{
	bool was = f->escaped;
	f->escaped = c == '\\' && !was && f->quote != '\'';
	f->dollar = c == '$' && !was;
	if (was)
		return;
	if (f->quote == c)
		f->quote = 0;
	else if (!f->quote && (c == '"' || c == '\''))
		f->quote = c;
}

/* What is harmless may stand anywhere; a dash in front would make an option of it. */
static char *word_for(const struct filling *f, const char *value)
{
	char *word = app_shell_word(value);
	bool plain = strcmp(word, value) == 0;
	if (*value != '-' && (plain || !(f->quote || f->escaped || f->dollar || f->odd)))
		return word;
	free(word);
	return NULL;
}

static char *fill(const struct runbook *book, const char *command, bool *held)
{
	struct buf out = { 0 };
	struct filling f = { .odd = strstr(command, "$'") || strchr(command, '`') };
	while (*command) {
		const char *close = *command == '{' ? strchr(command, '}') : NULL;
		size_t len = close ? (size_t)(close - command) - 1 : 0;
		const struct runbook_input *input =
			close ? find_input(book, command + 1, len) : NULL;
		char *word = !input		? NULL :
			     !*input->value	? mem_format("<%s>", input->name) :
						  word_for(&f, input->value);
		if (input && !word)
			*held = true;
		if (!word) {
			step_over(&f, *command);
			buf_char(&out, *command++);
			continue;
		}
		buf_text_add(&out, word);
		free(word);
		f.escaped = f.dollar = false;
		command = close + 1;
	}
	return buf_take(&out);
}

/* ------------------------------------------------------------------------------------------- */

void runbook_parse(const char *file, const struct buf *text, struct runbook *out)
{
	struct parsing p = { .book = out };
	struct line line;
	*out = (struct runbook){ .file = mem_text(file) };
	buf_add(&out->text, text->data, text->len);
	for (size_t at = 0; next_line(&out->text, at, &line); at = line.next)
		take_line(&p, &line);
	if (!out->name || !*out->name) {
		free(out->name);
		out->name = text_safe(file, strlen(file) - strlen(RUNBOOK_SUFFIX));
	}
	if (!out->template)
		out->template = mem_text("");
	for (size_t i = 0; i < out->step_count; i++)
		if (out->steps[i].command)
			out->steps[i].filled = fill(out, out->steps[i].command, &out->steps[i].held);
}

void runbook_done(struct runbook *book)
{
	for (size_t i = 0; i < book->input_count; i++) {
		free(book->inputs[i].name);
		free(book->inputs[i].value);
	}
	for (size_t i = 0; i < book->step_count; i++) {
		struct runbook_step *step = &book->steps[i];
		char *texts[] = { step->text, step->command, step->filled, step->when, step->who,
			step->why, step->note };
		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
			free(texts[k]);
	}
	free(book->inputs);
	free(book->steps);
	free(book->name);
	free(book->template);
	free(book->file);
	buf_done(&book->text);
	*book = (struct runbook){ 0 };
}

const char *runbook_input(const struct runbook *book, const char *name)
{
	const struct runbook_input *input = find_input(book, name, strlen(name));
	return input ? input->value : "";
}

const struct runbook_step *runbook_next(const struct runbook *book)
{
	for (size_t i = 0; i < book->step_count; i++)
		if (!book->steps[i].done)
			return &book->steps[i];
	return NULL;
}

/*
 * manual PAGE.in - print a manual page: the text that was written by hand, and for each line that holds
 * nothing but @word@ what the program's own tables say.
 *
 * So nothing that the program knows is written down twice: commands, options, keys, settings, roles and the
 * folders of a store.  What is printed is mdoc(7) in ASCII.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "conf/settings.h"
#include "console/pages.h"
#include "store/folder.h"
#include "tui/form.h"
#include "tui/theme.h"

#define COLUMNS 78 /* of a line of prose */
#define MANY    8  /* an option that so many commands take is described once */

/* --- mdoc -------------------------------------------------------------------------------------- */

/* A character as roff reads it, wherever it stands. */
static void put_character(struct buf *out, int32_t c)
{
	if (c == '\\')
		buf_text_add(out, "\\e");
	else if (c == '-')
		buf_text_add(out, "\\-");
	else if (c == '"')
		buf_text_add(out, "\\(dq");
	else if (c == '\'')
		buf_text_add(out, "\\(aq");
	else if (c == '~')
		buf_text_add(out, "\\(ti");
	else if (c == '^')
		buf_text_add(out, "\\(ha");
	else if (c >= 0x80)
		buf_format(out, "\\[u%04X]", (unsigned)c);
	else
		buf_char(out, (char)c);
}

static void put_escaped(struct buf *out, const char *text, size_t len)
{
	const char *end = text + len;
	while (text < end)
		put_character(out, text_next(&text, end));
}

/* One argument of a macro that is neither a macro nor punctuation; blanks stay in it. */
static char *argument(const char *text, size_t len)
{
	struct buf out = { 0 };
	bool blank = memchr(text, ' ', len) != NULL;
	buf_text_add(&out, blank ? "\"\\&" : "\\&");
	put_escaped(&out, text, len);
	buf_text_add(&out, blank ? "\"" : "");
	return buf_take(&out);
}

static void macro(const char *name, const char *text)
{
	char *safe = argument(text, strlen(text));
	printf("%s %s\n", name, safe);
	free(safe);
}

static bool ends_sentence(const char *word, size_t len)
{
	return len > 1 && strchr(".!?", word[len - 1]);
}

/* Prose: each sentence begins a line, which is what mdoc wants; none of them with a dot. */
static void put_prose(const char *text)
{
	size_t column = 0;
	while (*(text += strspn(text, " "))) {
		size_t len = strcspn(text, " ");
		struct buf word = { 0 };
		put_escaped(&word, text, len);
		bool fits = column && column + 1 + word.len <= COLUMNS;
		if (column)
			putchar(fits ? ' ' : '\n');
		column = (fits ? column + 1 : 0) + word.len;
		printf("%s%s", !fits && strchr(".'", text[0]) ? "\\&" : "", buf_text(&word));
		buf_done(&word);
		if (ends_sentence(text, len)) {
			putchar('\n');
			column = 0;
		}
		text += len;
	}
	if (column)
		putchar('\n');
}

/* What a table says in a few words, as a sentence. */
static void put_sentence(const char *words)
{
	char *text = mem_format("%s.", words);
	if (text[0] >= 'a' && text[0] <= 'z')
		text[0] = (char)(text[0] - 'a' + 'A');
	put_prose(text);
	free(text);
}

/* --- commands ---------------------------------------------------------------------------------- */

/* Does another option bear this name? */
static bool has_twin(enum option which)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (i != (int)which && strcmp(option_row((enum option)i)->name, option_row(which)->name) == 0)
			return true;
	return false;
}

static bool is_common(enum option which)
{
	size_t takers = 0;
	for (size_t i = 0; i < command_table.count; i++)
		takers += command_takes(&command_table.rows[i], which);
	return takers >= MANY && !has_twin(which);
}

/* ".Fl Fl state Ar S", behind what begins the line. */
static void put_option(const char *begin, enum option which, bool letter, const char *end)
{
	const struct option_row *row = option_row(which);
	char *name = argument(row->name, strlen(row->name));
	char *value = row->argument ? argument(row->argument, strlen(row->argument)) : NULL;
	printf("%s", begin);
	if (option_letter(which) && letter)
		printf(" Fl %c ,", option_letter(which));
	printf(" Fl Fl %s", name);
	if (value && row->may)
		printf(" Op Ar %s", value);
	else if (value)
		printf(" Ar %s", value);
	printf("%s\n", end);
	free(name);
	free(value);
}

/* "[CERT…]" in brackets of mdoc, "FILE…|-" as it is. */
static void put_words(const char *words)
{
	while (words && *(words += strspn(words, " "))) {
		size_t len = strcspn(words, " ");
		bool may = words[0] == '[' && words[len - 1] == ']';
		char *safe = may ? argument(words + 1, len - 2) : argument(words, len);
		printf(may ? ".Op Ar %s\n" : ".Ar %s\n", safe);
		free(safe);
		words += len;
	}
}

static void put_synopsis(const struct command_row *row)
{
	printf(".It Xo\n");
	macro(".Ic", row->name);
	for (int i = 0; i < OPTION_COUNT; i++) {
		enum option which = (enum option)i;
		if (!command_takes(row, which))
			continue;
		bool many = option_row(which)->many;
		put_option(many ? ".Oo" : ".Op", which, false, many ? " Oc Ns \\[u2026]" : "");
	}
	put_words(row->words);
	printf(".Xc\n");
}

static void put_described(enum option which)
{
	const struct option_row *row = option_row(which);
	char *text = mem_format("%s%s.", row->help, row->many ? "; may be given several times" : "");
	put_option(".It", which, true, "");
	put_prose(text); /* as it is: it may begin with a value */
	free(text);
}

/* Options that this command has for its own, more or less. */
static void put_own_options(const struct command_row *row)
{
	bool any = false;
	for (int i = 0; i < OPTION_COUNT; i++) {
		enum option which = (enum option)i;
		if (!command_takes(row, which) || is_common(which))
			continue;
		if (!any)
			printf(".Bl -tag -width Ds\n");
		any = true;
		put_described(which);
	}
	if (any)
		printf(".El\n");
}

static void put_commands(void)
{
	for (size_t i = 0; i < command_table.count; i++) {
		const struct command_row *row = &command_table.rows[i];
		if (i == 0 || row->group != row[-1].group) {
			printf("%s", i ? ".El\n" : "");
			macro(".Ss", command_group_name(row->group));
			printf(".Bl -tag -width Ds\n");
		}
		put_synopsis(row);
		put_sentence(row->help);
		if (row->more) {
			printf(".Pp\n");
			put_prose(row->more);
		}
		put_own_options(row);
	}
	printf(".El\n");
}

static void put_global_options(void)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (option_row((enum option)i)->global)
			put_described((enum option)i);
}

static void put_common_options(void)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (is_common((enum option)i))
			put_described((enum option)i);
}

static void put_global_synopsis(void)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (option_row((enum option)i)->global && option_row((enum option)i)->argument)
			put_option(".Op", (enum option)i, false, "");
}

/* --- keys -------------------------------------------------------------------------------------- */

static void put_keymap(const struct keymap *map)
{
	macro(".Ss", map->title);
	printf(".Bl -tag -width 12n -compact\n");
	for (size_t i = 0; i < map->count; i++) {
		macro(".It Ic", map->rows[i].keys);
		put_sentence(map->rows[i].help);
	}
	printf(".El\n");
}

/* Several pages share a table: it is printed once. */
static bool was_before(int page)
{
	for (int i = 0; i < page; i++)
		if (pages[i].keys == pages[page].keys)
			return true;
	return false;
}

static void put_keys(void)
{
	put_keymap(&everywhere_keys);
	for (int i = 0; i < PAGE_COUNT; i++) {
		if (!was_before(i))
			put_keymap(pages[i].keys);
		for (size_t k = 0; i == PAGE_FORM && form_keymap(k); k++)
			put_keymap(form_keymap(k));
	}
}

/* --- settings, roles, folders ------------------------------------------------------------------ */

static void put_range(const struct setting_row *row)
{
	struct buf text = { 0 };
	if (row->type == SETTING_INT)
		buf_format(&text, "A number from %" PRId64 " to %" PRId64 ".", row->min, row->max);
	else if (row->type == SETTING_CHOICE)
		for (size_t i = 0; row->choices[i]; i++)
			buf_format(&text, "%s\"%s\"%s", i ? (row->choices[i + 1] ? ", " : " or ") : "One of ",
				row->choices[i], row->choices[i + 1] ? "" : ".");
	put_prose(buf_text(&text));
	buf_done(&text);
}

static void put_settings(void)
{
	for (int i = 0; i < SETTING_COUNT; i++) {
		const struct setting_row *row = setting_row((enum setting)i);
		struct buf value = { 0 };
		if (row->type == SETTING_INT)
			buf_format(&value, "%" PRId64, row->number);
		else if (row->type == SETTING_BOOL)
			buf_text_add(&value, row->number ? "true" : "false");
		else
			buf_format(&value, "\"%s\"",
				row->type == SETTING_TEXT ? row->text : row->choices[row->number]);
		char *safe = argument(buf_text(&value), value.len);
		printf(".It Va %s No = Li %s\n", row->name, safe);
		free(safe);
		put_sentence(row->help);
		put_range(row);
		buf_done(&value);
	}
}

static const char *const attributes[] = { "bold", "dim", "underline", "reverse" }; /* enum look_attr */

static void put_roles(void)
{
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		const struct role_row *row = &role_rows[i];
		struct buf mono = { 0 };
		for (size_t a = 0; a < sizeof attributes / sizeof *attributes; a++)
			if (row->mono & 1u << a)
				buf_format(&mono, "%s%s", mono.len ? " " : "", attributes[a]);
		macro(".It Va", row->name);
		put_sentence(row->help);
		char *looks = mem_format("Built in: \"%s\"; without colour: %s.", row->look,
			mono.len ? buf_text(&mono) : "as any text");
		put_prose(looks);
		free(looks);
		buf_done(&mono);
	}
}

static void put_folders(void)
{
	for (int i = 0; i < FOLDER_ROOT; i++) {
		const struct folder_row *row = folder_row(i);
		printf(".It Pa %s/\n", row->name);
		put_sentence(folder_help(i));
		printf("Mode %04o, files %04o%s.\n", (unsigned)row->mode, (unsigned)row->file_mode,
			row->secret ? "; secret: nothing of it is in the journal" : "");
	}
}

/* --- the page ---------------------------------------------------------------------------------- */

static void put_version(void)
{
	printf(".Os certary %s\n", CERTARY_VERSION);
}

static const struct {
	const char *word;
	void (*put)(void);
} parts[] = {
	{ "@version@", put_version },
	{ "@synopsis@", put_global_synopsis },
	{ "@global-options@", put_global_options },
	{ "@common-options@", put_common_options },
	{ "@commands@", put_commands },
	{ "@keys@", put_keys },
	{ "@settings@", put_settings },
	{ "@roles@", put_roles },
	{ "@folders@", put_folders },
};

static bool put_line(const char *line)
{
	if (line[0] != '@') {
		const char *end = line + strlen(line);
		while (line < end) {
			int32_t c = text_next(&line, end);
			if (c >= 0x80)
				printf("\\[u%04X]", (unsigned)c);
			else
				putchar(c);
		}
		putchar('\n');
		return true;
	}
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (strcmp(parts[i].word, line) == 0) {
			parts[i].put();
			return true;
		}
	}
	fprintf(stderr, "manual: nothing is called %s\n", line);
	return false;
}

int main(int argc, char **argv)
{
	FILE *in = argc == 2 ? fopen(argv[1], "r") : NULL;
	char line[1024];
	bool ok = in != NULL;
	if (!ok)
		fprintf(stderr, "usage: manual PAGE.in\n");
	printf(".\\\" Made by tools/manual.c; man/ has what was written by hand.\n");
	while (ok && fgets(line, sizeof line, in)) {
		line[strcspn(line, "\n")] = '\0';
		ok = put_line(line);
	}
	if (in)
		fclose(in);
	return ok && fflush(stdout) == 0 ? 0 : 1;
}

/*
 * Syntaxes with blocks: nginx, Apache httpd, Dovecot.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "check/declared-reader.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r' || c == '\n';
}

static char take(struct scan *scan)
{
	char c = *scan->p++;
	scan->line += c == '\n';
	return c;
}

/* --- nginx ----------------------------------------------------------------------------------- */

static void skip_line(struct scan *scan)
{
	while (scan->p < scan->end && *scan->p != '\n')
		scan->p++;
}

/* "word" or 'word'; a backslash takes what follows for what it is. */
static void nginx_quoted(struct scan *scan)
{
	struct buf word = { 0 };
	unsigned begun = scan->line;
	char quote = take(scan), c = '\0';
	while (scan->p < scan->end && (c = take(scan)) != quote) {
		if (c == '\\' && scan->p < scan->end && strchr("\"'\\", *scan->p))
			c = take(scan);
		buf_char(&word, c);
		c = '\0';
	}
	if (c != quote) {
		scan->line = begun;
		scan_trouble(scan, "a quote without its end: the server doesn't start with it");
	}
	scan_word(scan, buf_text(&word), word.len);
	buf_done(&word);
}

static void nginx_bare(struct scan *scan)
{
	const char *from = scan->p;
	while (scan->p < scan->end && !is_blank(*scan->p) && *scan->p != ';' &&
		(*scan->p != '{' || (scan->p > from && scan->p[-1] == '$')) && *scan->p != '\0')
		take(scan);
	if (scan->p == from) /* a brace that belongs nowhere */
		take(scan);
	scan_word(scan, from, (size_t)(scan->p - from));
}

static const char *second_word(const struct scan *scan)
{
	return scan->count > 1 ? scan->words.data + strlen(scan->words.data) + 1 : NULL;
}

static void nginx_end(struct scan *scan)
{
	const char *file = second_word(scan);
	char *include = file && strcmp(scan->words.data, "include") == 0 ? mem_text(file) : NULL;
	if (!include) {
		scan_end(scan, false);
		return;
	}
	buf_cut(&scan->words, 0);
	scan->count = 0;
	scan_include(scan, scan->tree->base, include, !strpbrk(include, "*?["));
	free(include);
}

void syntax_nginx(struct scan *scan)
{
	scan->line = 1;
	while (scan->p < scan->end) {
		char c = *scan->p;
		if (is_blank(c)) {
			take(scan);
		} else if (c == '#') {
			skip_line(scan);
		} else if (c == '"' || c == '\'') {
			nginx_quoted(scan);
		} else if (c == ';') {
			take(scan);
			nginx_end(scan);
		} else if (c == '{') {
			take(scan);
			scan_end(scan, true);
		} else if (c == '}') {
			take(scan);
			scan_end(scan, false);
			scan_close(scan);
		} else {
			nginx_bare(scan);
		}
	}
	scan_end(scan, false);
}

/* --- Apache httpd ---------------------------------------------------------------------------- */

#define SECTIONS   64
#define EXPANSIONS 1024 /* each looks at every statement */

/* A line with those that its backslashes continue. */
static bool httpd_line(struct scan *scan, struct buf *out, unsigned *begun)
{
	const char *line;
	size_t len;
	buf_cut(out, 0);
	*begun = scan->line + 1;
	bool more = false, any = false;
	do {
		if (!scan_line(scan, &line, &len))
			break;
		any = true;
		more = len > 0 && line[len - 1] == '\\';
		buf_add(out, line, len - more);
	} while (more);
	return any;
}

static const char *define_of(const struct tree *tree, const char *name)
{
	for (size_t i = tree->count; i-- > 0;)
		if (strcasecmp(tree->items[i].words, "Define") == 0 &&
			strcmp(statement_word(&tree->items[i], 1), name) == 0)
			return statement_word(&tree->items[i], 2);
	return NULL;
}

/* ${NAME} of a Define or of envvars; one that isn't known stays as it is. */
static void put_expanded(struct scan *scan, const char *word)
{
	struct buf out = { 0 };
	while (*word && out.len < 4096) {
		size_t len = strncmp(word, "${", 2) == 0 ? strcspn(word, "}") : 0;
		char *name = len > 2 && word[len] ? mem_textn(word + 2, len - 2) : NULL;
		bool may = name && scan->tree->expansions++ < EXPANSIONS;
		const char *value = may ? define_of(scan->tree, name) : NULL;
		if (value)
			buf_text_add(&out, value);
		else
			buf_char(&out, *word);
		word += value ? len + 1 : 1;
		free(name);
	}
	scan_text(scan, buf_text(&out));
	buf_done(&out);
}

static bool httpd_word(struct scan *scan, const char **p)
{
	struct buf word = { 0 };
	char quote = **p == '"' || **p == '\'' ? *(*p)++ : '\0';
	while (**p && (quote ? **p != quote : !is_blank(**p))) {
		if (quote && **p == '\\' && ((*p)[1] == quote || (*p)[1] == '\\'))
			++*p;
		buf_char(&word, *(*p)++);
	}
	bool whole = !quote || **p == quote;
	if (**p == quote && quote)
		++*p;
	put_expanded(scan, buf_text(&word));
	buf_done(&word);
	return whole;
}

static void httpd_words(struct scan *scan, const char *p)
{
	bool whole = true;
	while (is_blank(*p))
		p++;
	while (*p) {
		whole = httpd_word(scan, &p) && whole;
		while (is_blank(*p))
			p++;
	}
	if (!whole)
		scan_trouble(scan, "a quote without its end: the server doesn't start with it");
}

/* Conditions are taken for met, but for the negated ones: most ask for a module that is there. */
static bool is_condition(const char *name)
{
	static const char *const all[] = { "IfModule", "IfDefine", "IfVersion", "IfFile",
		"IfDirective", "IfSection", NULL };
	for (size_t i = 0; all[i]; i++)
		if (strcasecmp(all[i], name) == 0)
			return true;
	return false;
}

struct sections {
	bool block[SECTIONS];
	unsigned depth;
};

static void httpd_open(struct scan *scan, struct sections *sections, char *text)
{
	size_t len = strlen(text);
	while (len > 0 && (is_blank(text[len - 1]) || text[len - 1] == '>'))
		text[--len] = '\0';
	httpd_words(scan, text + 1);
	if (scan->count == 0)
		return;
	const char *what = second_word(scan);
	bool block = !is_condition(scan->words.data) || (what && *what == '!');
	if (sections->depth >= SECTIONS) {
		scan_trouble(scan, "what follows isn't read: too many sections within each other");
		scan->p = scan->end;
		block = false;
	} else {
		sections->block[sections->depth++] = block;
	}
	if (block)
		scan_end(scan, true);
	buf_cut(&scan->words, 0);
	scan->count = 0;
}

static void httpd_statement(struct scan *scan, const char *text)
{
	httpd_words(scan, text);
	const char *what = second_word(scan), *name = buf_text(&scan->words);
	bool optional = strcasecmp(name, "IncludeOptional") == 0;
	bool include = what && (optional || strcasecmp(name, "Include") == 0);
	if (what && strcasecmp(name, "ServerRoot") == 0)
		scan->tree->base = source_keep(scan->source, what);
	char *path = include ? mem_text(what) : NULL;
	if (!include) {
		scan_end(scan, false);
		return;
	}
	buf_cut(&scan->words, 0);
	scan->count = 0;
	scan_include(scan, scan->tree->base, path, !optional && !strpbrk(path, "*?["));
	free(path);
}

void syntax_httpd(struct scan *scan)
{
	struct buf line = { 0 };
	struct sections sections = { .depth = 0 };
	for (unsigned begun; httpd_line(scan, &line, &begun);) {
		char *text = line.len > 0 ? line.data : NULL;
		unsigned last = scan->line;
		while (text && is_blank(*text))
			text++;
		if (!text || *text == '\0' || *text == '#')
			continue;
		scan->line = begun;
		if (text[0] == '<' && text[1] == '/') {
			if (sections.depth > 0 && sections.block[--sections.depth])
				scan_close(scan);
		} else if (text[0] == '<') {
			httpd_open(scan, &sections, text);
		} else {
			httpd_statement(scan, text);
		}
		scan->line = last;
	}
	buf_done(&line);
}

/* --- Dovecot --------------------------------------------------------------------------------- */

/* Its text without a comment, without blanks around it, and whether it goes on in the next line. */
static bool dovecot_text(const char *line, size_t len, struct buf *out)
{
	char quote = '\0';
	size_t end = 0;
	while (end < len && is_blank(*line))
		line++, len--;
	for (; end < len; end++) {
		if (quote && line[end] == '\\' && end + 1 < len)
			end++;
		else if (quote)
			quote = line[end] == quote ? '\0' : quote;
		else if (line[end] == '"' || line[end] == '\'')
			quote = line[end];
		else if (line[end] == '#' && (end == 0 || is_blank(line[end - 1])))
			break;
	}
	while (end > 0 && is_blank(line[end - 1]))
		end--;
	bool more = end > 0 && line[end - 1] == '\\' && !quote;
	buf_add(out, line, end - more);
	return more;
}

static void dovecot_include(struct scan *scan, const char *text)
{
	bool try = text_starts(text, "!include_try");
	if (!text_starts(text, "!include"))
		return;
	const char *path = text + strlen(try ? "!include_try" : "!include");
	while (is_blank(*path))
		path++;
	char *base = path_folder(scan->path);
	scan_include(scan, base, path, !try && !strpbrk(path, "*?["));
	free(base);
}

/* Takes off the quotes around a value, and their backslashes. */
static void dovecot_value(struct scan *scan, const char *value)
{
	struct buf out = { 0 };
	size_t len = strlen(value);
	bool quoted = len >= 2 && (*value == '"' || *value == '\'') && value[len - 1] == *value;
	for (size_t i = quoted; i < len - quoted; i++) {
		if (quoted && value[i] == '\\' && i + 1 < len - quoted)
			i++;
		buf_char(&out, value[i]);
	}
	scan_text(scan, buf_text(&out));
	buf_done(&out);
}

static void dovecot_block(struct scan *scan, char *text, size_t len)
{
	text[len - 1] = '\0';
	for (char *save, *word = strtok_r(text, " \t\"", &save); word;
		word = strtok_r(NULL, " \t\"", &save))
		scan_text(scan, word);
	if (scan->count == 0)
		scan_text(scan, "");
	scan_end(scan, true);
}

static void dovecot_statement(struct scan *scan, char *text, size_t len)
{
	char *equals = strchr(text, '=');
	if (*text == '!') {
		dovecot_include(scan, text);
	} else if (*text == '}') {
		scan_close(scan);
	} else if (text[len - 1] == '{') {
		dovecot_block(scan, text, len);
	} else if (equals) {
		size_t name = (size_t)(equals - text);
		while (name > 0 && is_blank(text[name - 1]))
			name--;
		do
			equals++;
		while (is_blank(*equals));
		scan_word(scan, text, name);
		dovecot_value(scan, equals);
		scan_end(scan, false);
	}
}

void syntax_dovecot(struct scan *scan)
{
	struct buf text = { 0 };
	const char *line;
	size_t len;
	unsigned begun = 0;
	while (scan_line(scan, &line, &len)) {
		if (begun == 0)
			begun = scan->line;
		if (dovecot_text(line, len, &text) && scan->p < scan->end) {
			buf_char(&text, ' ');
			continue;
		}
		unsigned last = scan->line;
		scan->line = begun;
		size_t blanks = text.len ? strspn(text.data, " ") : 0;
		if (text.len > blanks)
			dovecot_statement(scan, text.data + blanks, text.len - blanks);
		scan->line = last;
		begun = 0;
		buf_cut(&text, 0);
	}
	buf_done(&text);
}

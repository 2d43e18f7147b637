/*
 * Syntaxes of a line for each setting.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "check/declared-reader.h"

/* --- runs of bytes -------------------------------------------------------------------------- */

struct run {
	const char *p, *end;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

static void skip_blanks(struct run *r)
{
	while (r->p < r->end && is_blank(*r->p))
		r->p++;
}

static void trim_end(struct run *r)
{
	while (r->end > r->p && is_blank(r->end[-1]))
		r->end--;
}

static bool at_end(const struct run *r)
{
	return r->p >= r->end;
}

static bool next_line(struct scan *scan, struct run *r)
{
	size_t len;
	if (!scan_line(scan, &r->p, &len))
		return false;
	r->end = r->p + len;
	return true;
}

/* The bytes up to one of these, or to the end. */
static struct run take_until(struct run *r, const char *stops)
{
	struct run taken = { .p = r->p };
	while (r->p < r->end && !strchr(stops, *r->p))
		r->p++;
	taken.end = r->p;
	return taken;
}

static size_t length(const struct run *r)
{
	return (size_t)(r->end - r->p);
}

static void put_lower(struct scan *scan, const struct run *name, char from, char to)
{
	char *copy = mem_textn(name->p, length(name));
	for (char *c = copy; *c; c++)
		*c = *c == from ? to : (char)tolower((unsigned char)*c);
	scan_text(scan, copy);
	free(copy);
}

/* --- PostgreSQL ------------------------------------------------------------------------------ */

static int octal(const char *p, const char *end, unsigned *value)
{
	int n = 0;
	for (*value = 0; n < 3 && p + n < end && p[n] >= '0' && p[n] <= '7'; n++)
		*value = *value * 8 + (unsigned)(p[n] - '0');
	return n;
}

static void escaped(struct run *r, struct buf *out)
{
	static const char letters[] = "bfnrt", means[] = "\b\f\n\r\t";
	unsigned value;
	int digits = octal(r->p, r->end, &value);
	const char *letter = *r->p ? strchr(letters, *r->p) : NULL;
	if (digits > 0 && value > 0)
		buf_char(out, (char)value);
	else
		buf_char(out, letter ? means[letter - letters] : *r->p);
	r->p += digits > 0 ? digits : 1;
}

/* 'it''s \'quoted\'': false where its end is missing. */
static bool quoted(struct run *r, struct buf *out)
{
	for (r->p++; r->p < r->end;) {
		char c = *r->p++;
		if (c == '\\' && r->p < r->end) {
			escaped(r, out);
		} else if (c != '\'') {
			buf_char(out, c);
		} else if (r->p < r->end && *r->p == '\'') {
			buf_char(out, '\'');
			r->p++;
		} else {
			return true;
		}
	}
	return false;
}

static bool include_postgres(struct scan *scan, const char *name, const char *value)
{
	bool folder = strcmp(name, "include_dir") == 0;
	bool maybe = strcmp(name, "include_if_exists") == 0;
	if (!folder && !maybe && strcmp(name, "include") != 0)
		return false;
	char *base = path_folder(scan->path), *whole = path_join(base, value);
	char *pattern = folder ? path_join(whole, "*.conf") : mem_text(whole);
	scan_include(scan, NULL, pattern, !folder && !maybe);
	free(pattern);
	free(whole);
	free(base);
	return true;
}

static void setting_postgres(struct scan *scan, struct run *r)
{
	struct buf value = { 0 };
	struct run name = take_until(r, " \t\v\f\r=#'");
	skip_blanks(r);
	if (!at_end(r) && *r->p == '=')
		r->p++;
	skip_blanks(r);
	bool whole = true;
	if (!at_end(r) && *r->p == '\'') {
		whole = quoted(r, &value);
	} else {
		struct run bare = take_until(r, " \t\v\f\r#");
		buf_add(&value, bare.p, length(&bare));
	}
	char *key = mem_textn(name.p, length(&name));
	for (char *c = key; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (!whole) {
		scan_trouble(scan, "a quote without its end: the server doesn't start with it");
	} else if (!include_postgres(scan, key, buf_text(&value))) {
		scan_text(scan, key);
		scan_text(scan, buf_text(&value));
		scan_end(scan, false);
	}
	free(key);
	buf_done(&value);
}

void syntax_postgres(struct scan *scan)
{
	for (struct run r; next_line(scan, &r);) {
		skip_blanks(&r);
		if (!at_end(&r) && *r.p != '#')
			setting_postgres(scan, &r);
	}
}

/* --- NAME=value ------------------------------------------------------------------------------ */

/* One pair of quotes around it is taken off. */
static void unquote(struct run *r)
{
	if (r->end - r->p >= 2 && (*r->p == '"' || *r->p == '\'') && r->end[-1] == *r->p) {
		r->p++;
		r->end--;
	}
}

static void equals(struct scan *scan, bool shell)
{
	for (struct run r; next_line(scan, &r);) {
		skip_blanks(&r);
		if (at_end(&r) || *r.p == '#')
			continue;
		struct run name = take_until(&r, "=");
		if (at_end(&r))
			continue;
		r.p++;
		trim_end(&name);
		skip_blanks(&r);
		trim_end(&r);
		if (shell && length(&name) > 7 && strncmp(name.p, "export ", 7) == 0)
			name.p += 7;
		if (shell)
			unquote(&r);
		scan_word(scan, name.p, length(&name));
		scan_word(scan, r.p, length(&r));
		scan_end(scan, false);
	}
}

void syntax_equals(struct scan *scan)
{
	equals(scan, false);
}

void syntax_shell(struct scan *scan)
{
	equals(scan, true);
}

/* --- lines that blanks continue -------------------------------------------------------------- */

/*
 * A logical line: the first that is neither empty nor a comment, and those behind it that begin with a
 * blank.  Comments and empty lines in between don't end it.  *begun gets its number.
 */
static bool logical_line(struct scan *scan, bool comments_end, struct buf *out, unsigned *begun)
{
	buf_cut(out, 0);
	*begun = 0;
	for (;;) {
		struct scan before = *scan;
		struct run r;
		if (!next_line(scan, &r))
			break;
		struct run text = r;
		skip_blanks(&text);
		bool nothing = at_end(&text) || *text.p == '#';
		if (nothing && !(comments_end && *begun))
			continue;
		if (*begun && (nothing || !is_blank(*r.p))) {
			scan->p = before.p;
			scan->line = before.line;
			break;
		}
		if (!*begun)
			*begun = scan->line;
		else
			buf_char(out, ' ');
		buf_add(out, text.p, length(&text));
	}
	return *begun != 0;
}

void syntax_postfix(struct scan *scan)
{
	struct buf line = { 0 };
	for (unsigned begun; logical_line(scan, false, &line, &begun);) {
		struct run r = { .p = buf_text(&line), .end = buf_text(&line) + line.len };
		struct run name = take_until(&r, "=");
		if (at_end(&r))
			continue;
		r.p++;
		trim_end(&name);
		skip_blanks(&r);
		trim_end(&r);
		scan_word(scan, name.p, length(&name));
		scan_word(scan, r.p, length(&r));
		scan->begun = begun;
		scan_end(scan, false);
	}
	buf_done(&line);
}

void syntax_fields(struct scan *scan)
{
	struct buf line = { 0 };
	for (unsigned begun; logical_line(scan, false, &line, &begun);) {
		struct run r = { .p = buf_text(&line), .end = buf_text(&line) + line.len };
		for (skip_blanks(&r); !at_end(&r); skip_blanks(&r)) {
			struct run word = take_until(&r, " \t\v\f\r");
			scan_word(scan, word.p, length(&word));
		}
		scan->begun = begun;
		scan_end(scan, false);
	}
	buf_done(&line);
}

/* --- slapd.conf ------------------------------------------------------------------------------ */

/* A word of the line, without its quotes; false where a quote has no end. */
static bool slapd_word(struct scan *scan, struct run *r)
{
	struct buf word = { 0 };
	bool within = false;
	for (; !at_end(r) && (within || !is_blank(*r->p)); r->p++) {
		if (*r->p == '\\' && r->p + 1 < r->end)
			buf_char(&word, *++r->p);
		else if (*r->p == '"')
			within = !within;
		else
			buf_char(&word, *r->p);
	}
	scan_text(scan, buf_text(&word));
	buf_done(&word);
	return !within;
}

void syntax_slapd(struct scan *scan)
{
	struct buf line = { 0 };
	for (unsigned begun; logical_line(scan, true, &line, &begun);) {
		struct run r = { .p = buf_text(&line), .end = buf_text(&line) + line.len };
		bool whole = true;
		for (skip_blanks(&r); !at_end(&r); skip_blanks(&r))
			whole = slapd_word(scan, &r) && whole;
		scan->begun = begun;
		if (!whole)
			scan_trouble(scan, "a quote without its end");
		const char *file = scan->words.data + strlen(buf_text(&scan->words)) + 1;
		char *include = scan->count > 1 && strcasecmp(scan->words.data, "include") == 0 ?
					mem_text(file) :
					NULL;
		scan_end(scan, false);
		if (include)
			scan_include(scan, "/", include, true);
		free(include);
	}
	buf_done(&line);
}

/* --- LDIF ------------------------------------------------------------------------------------ */

static int sextet(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

/* RFC 4648; what is none of its letters ends it. */
static void put_base64(struct scan *scan, const struct run *r)
{
	struct buf out = { 0 };
	unsigned bits = 0, have = 0;
	for (const char *p = r->p; p < r->end && sextet(*p) >= 0; p++) {
		bits = (bits << 6 | (unsigned)sextet(*p)) & 0xffff;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		char c = (char)(bits >> have & 0xff);
		if (c == '\0')
			break;
		buf_char(&out, c);
	}
	scan_text(scan, buf_text(&out));
	buf_done(&out);
}

static void ldif_line(struct scan *scan, struct run *r, unsigned begun)
{
	struct run name = take_until(r, ":");
	if (at_end(r) || (name.p < name.end && *name.p == '#'))
		return;
	r->p++;
	bool base64 = !at_end(r) && *r->p == ':';
	r->p += base64;
	skip_blanks(r);
	scan_word(scan, name.p, length(&name));
	if (base64)
		put_base64(scan, r);
	else
		scan_word(scan, r->p, length(r));
	scan->begun = begun;
	scan_end(scan, false);
}

/* A line that begins with a blank continues the one before, without that blank (RFC 2849). */
void syntax_ldif(struct scan *scan)
{
	struct buf line = { 0 };
	unsigned begun = 0;
	for (struct run r; next_line(scan, &r);) {
		if (!at_end(&r) && *r.p == ' ' && begun) {
			buf_add(&line, r.p + 1, length(&r) - 1);
			continue;
		}
		struct run whole = { .p = buf_text(&line), .end = buf_text(&line) + line.len };
		if (begun)
			ldif_line(scan, &whole, begun);
		buf_cut(&line, 0);
		buf_add(&line, r.p, length(&r));
		begun = scan->line;
	}
	struct run whole = { .p = buf_text(&line), .end = buf_text(&line) + line.len };
	if (begun)
		ldif_line(scan, &whole, begun);
	buf_done(&line);
}

/* --- MySQL's and MariaDB's ------------------------------------------------------------------- */

static void include_ini(struct scan *scan, struct run *r)
{
	bool folder = length(r) > 11 && strncmp(r->p, "!includedir", 11) == 0;
	bool file = !folder && length(r) > 8 && strncmp(r->p, "!include", 8) == 0;
	if (!folder && !file)
		return;
	r->p += folder ? 11 : 8;
	skip_blanks(r);
	trim_end(r);
	char *path = mem_textn(r->p, length(r));
	char *pattern = folder ? path_join(path, "*.cnf") : mem_text(path);
	scan_include(scan, NULL, pattern, file);
	free(pattern);
	free(path);
}

/* A '#' behind a blank begins a comment, but for within quotes. */
static void cut_comment(struct run *r)
{
	char within = '\0';
	for (const char *p = r->p; p < r->end; p++) {
		if (within)
			within = *p == within ? '\0' : within;
		else if (*p == '"' || *p == '\'')
			within = *p;
		else if (*p == '#' && p > r->p && is_blank(p[-1]))
			r->end = p;
	}
	trim_end(r);
}

static void ini_setting(struct scan *scan, const char *group, struct run *r)
{
	cut_comment(r);
	struct run name = take_until(r, "=");
	trim_end(&name);
	if (!at_end(r))
		r->p++;
	skip_blanks(r);
	unquote(r);
	if (length(&name) > 6 && strncasecmp(name.p, "loose", 5) == 0 && strchr("-_", name.p[5]))
		name.p += 6;
	scan_text(scan, group);
	put_lower(scan, &name, '_', '-');
	scan_word(scan, r->p, length(r));
	scan_end(scan, false);
}

void syntax_ini(struct scan *scan)
{
	char *group = mem_text("");
	for (struct run r; next_line(scan, &r);) {
		skip_blanks(&r);
		if (at_end(&r) || *r.p == '#' || *r.p == ';')
			continue;
		if (*r.p == '!') {
			include_ini(scan, &r);
		} else if (*r.p == '[') {
			r.p++;
			struct run name = take_until(&r, "]");
			free(group);
			group = mem_textn(name.p, length(&name));
			scan_text(scan, group);
			scan_end(scan, false);
		} else {
			ini_setting(scan, group, &r);
		}
	}
	free(group);
}

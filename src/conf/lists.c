/*
 * A walk over the text finds where each group of a list begins and ends; libconfig says what they are
 * called.  Whatever was changed is parsed again before it counts.
 */
#include "conf/lists.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/tree.h"

#define LABEL "endpoints"

struct span {
	size_t from, to;
	size_t comma; /* of a group: behind it; 0: none */
};

/* Where the list stands: its brackets, and its groups with theirs. */
struct layout {
	bool found;
	size_t open, close;
	struct span *groups;
	size_t count, cap;
};

struct walk {
	const char *text;
	size_t len, at;
};

static bool is_at(const struct walk *w, const char *token)
{
	size_t n = strlen(token);
	return w->at + n <= w->len && memcmp(w->text + w->at, token, n) == 0;
}

static void skip_behind(struct walk *w, const char *end)
{
	while (w->at < w->len && !is_at(w, end))
		w->at++;
	w->at += w->at < w->len ? strlen(end) : 0;
}

static void skip_string(struct walk *w)
{
	for (w->at++; w->at < w->len && w->text[w->at] != '"'; w->at++)
		if (w->text[w->at] == '\\')
			w->at++;
	w->at++;
}

/* Over comments and strings; false where neither begins here. */
static bool skip_opaque(struct walk *w)
{
	if (w->text[w->at] == '"')
		skip_string(w);
	else if (w->text[w->at] == '#' || is_at(w, "//"))
		skip_behind(w, "\n");
	else if (is_at(w, "/*"))
		skip_behind(w, "*/");
	else
		return false;
	return true;
}

static void note_group(struct layout *layout, size_t from, size_t to)
{
	layout->groups = mem_grow(layout->groups, layout->count, &layout->cap, sizeof *layout->groups);
	layout->groups[layout->count++] = (struct span){ .from = from, .to = to };
}

/* The walk stands on the list's opening bracket. */
static void walk_list(struct walk *w, struct layout *layout)
{
	size_t depth = 0, from = 0;
	layout->found = true;
	layout->open = w->at++;
	while (w->at < w->len) {
		if (skip_opaque(w))
			continue;
		char c = w->text[w->at++];
		if (strchr("{([", c) && depth++ == 0)
			from = w->at - 1;
		else if (c == ')' && depth == 0)
			break;
		else if (strchr("})]", c) && depth > 0 && --depth == 0)
			note_group(layout, from, w->at);
		else if (c == ',' && depth == 0 && layout->count > 0)
			layout->groups[layout->count - 1].comma = w->at - 1;
	}
	layout->close = w->at - 1;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       strchr("_-*", c);
}

/* A setting of this name at the top, and its bracket. */
static bool starts_list(struct walk *w, const char *name)
{
	struct walk ahead = *w;
	size_t n = strlen(name);
	if (!is_at(w, name) || (w->at > 0 && is_word(w->text[w->at - 1])) ||
		(w->at + n < w->len && is_word(w->text[w->at + n])))
		return false;
	for (ahead.at += n; ahead.at < ahead.len; ahead.at++) {
		if (skip_opaque(&ahead)) {
			ahead.at--;
			continue;
		}
		if (!strchr(" \t\r\n=:", ahead.text[ahead.at]))
			break;
	}
	bool opens = ahead.at < ahead.len && ahead.text[ahead.at] == '(';
	if (opens)
		w->at = ahead.at;
	return opens;
}

static void find_list(const struct buf *text, const char *name, struct layout *out)
{
	struct walk w = { .text = text->data, .len = text->len };
	size_t depth = 0;
	*out = (struct layout){ 0 };
	while (w.at < w.len && !out->found) {
		if (skip_opaque(&w))
			continue;
		if (depth == 0 && starts_list(&w, name)) {
			walk_list(&w, out);
			continue;
		}
		depth += strchr("{([", w.text[w.at]) != NULL;
		depth -= strchr("})]", w.text[w.at]) && depth > 0;
		w.at++;
	}
}

/* Of one without a name, as people write them, the place is the name: "ldap.example:636". */
static bool is_called(const struct conf_node *group, const char *name)
{
	const char *have = conf_bytes(conf_get(group, "name"));
	const char *host = conf_bytes(conf_get(group, "host"));
	int64_t port;
	if (have && *have)
		return strcmp(have, name) == 0;
	if (!host || !conf_int(conf_get(group, "port"), &port))
		return false;
	char *place = mem_format(strchr(host, ':') ? "[%s]:%lld" : "%s:%lld", host, (long long)port);
	bool is = strcmp(place, name) == 0;
	free(place);
	return is;
}

/* Which group is called so; count where none is. */
static bool find_named(const struct buf *text, const char *list, const char *name,
	struct layout *layout, size_t *at, struct error *err)
{
	struct conf *tree;
	if (!conf_parse(LABEL, buf_text(text), text->len, &tree, err))
		return false;
	const struct conf_node *node = conf_get(conf_root(tree), list);
	find_list(text, list, layout);
	bool ok = conf_count(node) == layout->count ||
		  error_set(err, ERROR_FAILED, "%s: %s isn't a list of groups in braces", LABEL, list);
	for (*at = 0; ok && *at < layout->count && !is_called(conf_at(node, *at), name);)
		++*at;
	conf_free(tree);
	return ok;
}

static void splice(struct buf *text, size_t from, size_t to, const char *by, size_t len)
{
	struct buf out = { 0 };
	buf_add(&out, text->data, from);
	buf_add(&out, by, len);
	buf_add(&out, text->data + to, text->len - to);
	buf_done(text);
	*text = out;
}

static void format_group(const struct list_field *fields, size_t count, struct buf *out)
{
	buf_text_add(out, "{ ");
	for (size_t i = 0; i < count; i++) {
		buf_format(out, "%s = ", fields[i].key);
		if (fields[i].text)
			conf_quote(out, fields[i].text);
		else
			buf_format(out, "%ld", fields[i].number);
		buf_text_add(out, "; ");
	}
	buf_char(out, '}');
}

/* Behind the last group, or into the empty list. */
static void append(struct buf *text, const char *list, const struct layout *layout,
	const struct buf *group)
{
	struct buf piece = { 0 };
	if (!layout->found) {
		buf_format(&piece, "%s%s = (\n  %s\n);\n",
			text->len && text->data[text->len - 1] != '\n' ? "\n" : "", list,
			buf_text(group));
		splice(text, text->len, text->len, piece.data, piece.len);
	} else if (layout->count == 0) {
		buf_format(&piece, "\n  %s\n", buf_text(group));
		splice(text, layout->open + 1, layout->open + 1, piece.data, piece.len);
	} else {
		size_t behind = layout->groups[layout->count - 1].to;
		buf_format(&piece, ",\n  %s", buf_text(group));
		splice(text, behind, behind, piece.data, piece.len);
	}
	buf_done(&piece);
}

static bool still_parses(const struct buf *text, struct error *err)
{
	struct conf *tree;
	if (!conf_parse(LABEL, buf_text(text), text->len, &tree, err))
		return false;
	conf_free(tree);
	return true;
}

bool lists_put(struct buf *text, const char *list, const struct list_field *fields, size_t count,
	struct error *err)
{
	struct layout layout = { 0 };
	struct buf group = { 0 };
	size_t at;
	bool ok = find_named(text, list, fields[0].text, &layout, &at, err);
	if (ok) {
		format_group(fields, count, &group);
		if (at < layout.count)
			splice(text, layout.groups[at].from, layout.groups[at].to, group.data,
				group.len);
		else
			append(text, list, &layout, &group);
		ok = still_parses(text, err);
	}
	buf_done(&group);
	free(layout.groups);
	return ok;
}

static void cut(struct buf *text, size_t from, size_t to)
{
	splice(text, from, to, "", 0);
}

/* The group and one comma; and its line, where it stood alone in it. */
static void cut_group(struct buf *text, const struct layout *layout, size_t at)
{
	struct span s = layout->groups[at];
	size_t before = at > 0 ? layout->groups[at - 1].comma : 0;
	if (s.comma)
		cut(text, s.comma, s.comma + 1);
	while (s.from > 0 && strchr(" \t", text->data[s.from - 1]))
		s.from--;
	if (s.from > 0 && text->data[s.from - 1] == '\n' && strchr("\r\n", text->data[s.to]))
		s.from--;
	cut(text, s.from, s.to);
	if (!s.comma && before)
		cut(text, before, before + 1);
}

bool lists_remove(struct buf *text, const char *list, const char *name, struct error *err)
{
	struct layout layout = { 0 };
	size_t at;
	bool ok = find_named(text, list, name, &layout, &at, err);
	if (ok && at < layout.count) {
		cut_group(text, &layout, at);
		ok = still_parses(text, err);
	}
	free(layout.groups);
	return ok;
}

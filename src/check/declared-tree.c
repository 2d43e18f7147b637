/*
 * Statements, and which stand within which.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "check/declared-reader.h"

void tree_done(struct tree *tree)
{
	for (size_t i = 0; i < tree->count; i++)
		free(tree->items[i].words);
	free(tree->items);
}

const char *statement_word(const struct statement *s, unsigned i)
{
	const char *at = s->words;
	if (i >= s->count)
		return "";
	for (; i > 0; i--)
		at += strlen(at) + 1;
	return at;
}

static size_t number_of(const struct tree *tree, const struct statement *s)
{
	return (size_t)(s - tree->items);
}

static bool is_named(const struct tree *tree, const struct statement *s, const char *name)
{
	return !name || (tree->any_case ? strcasecmp(s->words, name) : strcmp(s->words, name)) == 0;
}

const struct statement *tree_next(const struct tree *tree, const struct statement *block,
	const struct statement *previous, const char *name)
{
	size_t end = block ? block->end : tree->count;
	size_t at = block ? number_of(tree, block) + 1 : 0;
	if (previous)
		at = previous->block ? previous->end : number_of(tree, previous) + 1;
	while (at < end && !is_named(tree, &tree->items[at], name))
		at = tree->items[at].block ? tree->items[at].end : at + 1;
	return at < end ? &tree->items[at] : NULL;
}

const struct statement *tree_last(const struct tree *tree, const struct statement *block,
	const char *name)
{
	const struct statement *last = NULL;
	for (const struct statement *s = NULL; (s = tree_next(tree, block, s, name));)
		last = s;
	return last;
}

const struct statement *tree_parent(const struct tree *tree, const struct statement *s)
{
	return s->parent == TREE_TOP ? NULL : &tree->items[s->parent];
}

const struct statement *tree_above(const struct tree *tree, const struct statement *block,
	const char *name)
{
	for (;;) {
		const struct statement *found = tree_last(tree, block, name);
		if (found || !block)
			return found;
		block = tree_parent(tree, block);
	}
}

const char *tree_value(const struct tree *tree, const char *name)
{
	const struct statement *s = tree_last(tree, NULL, name);
	return s ? statement_word(s, 1) : NULL;
}

/* --- growing -------------------------------------------------------------------------------- */

void scan_word(struct scan *scan, const char *bytes, size_t len)
{
	if (scan->count++ == 0)
		scan->begun = scan->line;
	buf_add(&scan->words, bytes, len);
	buf_char(&scan->words, '\0');
}

void scan_text(struct scan *scan, const char *text)
{
	scan_word(scan, text, strlen(text));
}

static void add(struct scan *scan, bool block)
{
	struct tree *tree = scan->tree;
	tree->items = mem_grow(tree->items, tree->count, &tree->cap, sizeof *tree->items);
	tree->items[tree->count] = (struct statement){
		.words = mem_copy(scan->words.data, scan->words.len),
		.count = scan->count,
		.block = block,
		.end = tree->count + 1,
		.parent = tree->depth > 0 ? tree->open[tree->depth - 1] : TREE_TOP,
		.path = scan->path,
		.at = { .file = scan->name, .line = scan->begun },
	};
	if (block)
		tree->open[tree->depth++] = tree->count;
	tree->count++;
}

/* What is too much is left out, and what follows in this file with it. */
void scan_end(struct scan *scan, bool block)
{
	const struct tree *tree = scan->tree;
	if (scan->count > 0 && tree->count >= SOURCE_STATEMENTS) {
		scan_trouble(scan, "what follows isn't read: too many statements");
		scan->p = scan->end;
	} else if (block && tree->depth >= TREE_LEVELS) {
		scan_trouble(scan, "what follows isn't read: too many blocks within each other");
		scan->p = scan->end;
	} else if (scan->count > 0) {
		add(scan, block);
	}
	scan->count = 0;
	buf_cut(&scan->words, 0);
}

void scan_close(struct scan *scan)
{
	struct tree *tree = scan->tree;
	if (tree->depth > scan->floor) {
		tree->depth--;
		tree->items[tree->open[tree->depth]].end = tree->count;
	}
}

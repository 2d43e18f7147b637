#include "support/census.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/view.h"

/* A word of a line; what isn't there differs from what is empty. */
static void word(struct buf *out, const char *text)
{
	if (text && !text_is_safe(text))
		fail_msg("unsafe text");
	buf_format(out, " | %s", text ? text : "(none)");
}

static void digits(struct buf *out, const uint8_t *bytes, size_t len)
{
	buf_char(out, ' ');
	text_hex(out, bytes, len, 0);
}

static void add_info(struct buf *out, const struct cert_info *info)
{
	const char *const texts[] = { info->subject, info->issuer, info->cn, info->org, info->unit,
		info->serial, info->key_algorithm, info->signature, info->key_id,
		info->issuer_key_id };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		word(out, texts[i]);
	size_t sans = 0;
	for (const char *san = NULL; (san = cert_info_san(info, san)); sans++)
		word(out, san);
	assert_int_equal(sans, info->san_count);
	buf_format(out, " %lld %lld %d %d %d %d %u", (long long)info->not_before,
		(long long)info->not_after, info->version, info->ca, info->path_len,
		info->self_signed, info->key_bits);
	digits(out, info->sha256.bytes, FINGERPRINT_SIZE);
	digits(out, info->sha1, SHA1_SIZE);
	digits(out, info->spki, FINGERPRINT_SIZE);
}

static void add_place(struct buf *out, enum state state, const char *file)
{
	buf_format(out, "%s/", state_name((int)state));
	text_escape(out, file, strlen(file));
}

static char *entry_line(const struct entry *e)
{
	struct buf out = { 0 };
	add_place(&out, e->state, e->file);
	word(&out, e->name);
	word(&out, e->note);
	word(&out, e->source);
	word(&out, e->added);
	add_info(&out, &e->info);
	buf_format(&out, " %llu %lld %lld %o %u\n", (unsigned long long)e->stamp.inode,
		(long long)e->stamp.size, (long long)e->stamp.mtime, e->stamp.mode, e->stamp.uid);
	return buf_take(&out);
}

static char *problem_line(const struct problem *p)
{
	struct buf out = { 0 };
	add_place(&out, p->state, p->file);
	word(&out, p->code);
	word(&out, p->text);
	buf_char(&out, '\n');
	return buf_take(&out);
}

struct lines {
	char **items;
	size_t count, cap;
};

static void add_line(struct lines *lines, char *take)
{
	lines->items = mem_grow(lines->items, lines->count, &lines->cap, sizeof *lines->items);
	lines->items[lines->count++] = take;
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_sorted(struct buf *out, struct lines *lines)
{
	if (lines->count > 0)
		qsort(lines->items, lines->count, sizeof *lines->items, compare_lines);
	for (size_t i = 0; i < lines->count; i++) {
		buf_text_add(out, lines->items[i]);
		free(lines->items[i]);
	}
	free(lines->items);
}

static void add_rows(struct buf *out, struct store *store)
{
	struct lines lines = { 0 };
	struct entry e;
	struct problem p;
	size_t states[STATE_COUNT] = { 0 }, problems = 0;
	for (uint32_t at = 0; store_next(store, &at, &e); states[e.state]++)
		add_line(&lines, entry_line(&e));
	assert_int_equal(store_count(store), lines.count);
	for (int s = 0; s < STATE_COUNT; s++)
		assert_int_equal(store_count_state(store, (enum state)s), states[s]);
	for (uint32_t at = 0; store_next_problem(store, &at, &p); problems++)
		add_line(&lines, problem_line(&p));
	assert_int_equal(store_problem_count(store), problems);
	add_sorted(out, &lines);
}

static void add_order(
	struct buf *out, struct store *store, const struct view_column *column, bool reverse)
{
	struct view view = { 0 };
	struct query query = { .states = 15, .sort = column, .reverse = reverse };
	view_build(&view, store, &query, certgen_time(CERTGEN_TO));
	buf_format(out, "by %s%s\n", column->name, reverse ? ", reversed" : "");
	for (size_t i = 0; i < view.count; i++) {
		struct entry e;
		view_entry(&view, store, i, &e);
		add_place(out, e.state, e.file);
		buf_char(out, '\n');
	}
	view_done(&view);
}

char *census(struct store *store)
{
	struct buf out = { 0 };
	size_t count;
	const struct view_column *columns = view_columns(&count);
	add_rows(&out, store);
	for (size_t i = 0; i < count; i++) {
		add_order(&out, store, &columns[i], false);
		add_order(&out, store, &columns[i], true);
	}
	return buf_take(&out);
}

char *census_of_files(struct depot *depot)
{
	struct store_options options = { .path = depot_path(depot, NULL), .read_only = true };
	struct error err = { 0 };
	struct store *store;
	const char *index = depot_path(depot, ".index"), *aside = depot_path(depot, ".aside");
	bool had = rename(index, aside) == 0;
	if (!store_open(&options, &store, &err))
		fail_msg("%s", err.text);
	char *text = census(store);
	store_close(store);
	if (had)
		assert_int_equal(rename(aside, index), 0);
	return text;
}

static size_t line_length(const char *text)
{
	return strcspn(text, "\n");
}

void census_compare(const char *got, const char *want)
{
	size_t same = 0;
	if (strcmp(got, want) == 0)
		return;
	for (size_t i = 0; got[i] && got[i] == want[i]; i++)
		same = got[i] == '\n' ? i + 1 : same;
	got += same;
	want += same;
	fail_msg("'%.*s' instead of '%.*s'", (int)line_length(got), got, (int)line_length(want),
		want);
}

void census_check(struct depot *depot)
{
	char *got = census(depot->store), *want = census_of_files(depot);
	census_compare(got, want);
	free(got);
	free(want);
}

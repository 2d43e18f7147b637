#include "store/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/find.h"
#include "base/mem.h"
#include "base/text.h"

#define ROWS_AT_ONCE 8192 /* about half a millisecond */
#define WORDS_MOST   32
#define DIGITS_LEAST 4

/* What is looked for in one pass over the rows. */
struct pass {
	const char *pattern; /* folded */
	size_t len;
	bool opens_word; /* the first pass of a word; others add to what it found */
	bool digits;     /* in the fingerprints; adds to what all words found */
};

struct search {
	const struct snapshot *now;
	char *text; /* folded, blanks between its words */
	char *words; /* the same with NULs, then the wildcards */
	char *wild[WORDS_MOST];
	char digits[FINGERPRINT_HEX];
	struct pass passes[2 * WORDS_MOST + 1];
	size_t pass_count, pass, words_count;
	uint32_t at; /* the row that the pass goes on with */
	uint32_t rows;
	uint8_t *all; /* rows in which all words before this one occur */
	uint8_t *hits; /* rows in which this one occurs */
	bool narrow; /* so few rows of `all` are left that only these are looked at */
};

static bool bit(const uint8_t *bits, uint32_t i)
{
	return bits[i / 8] & 1 << i % 8;
}

static void set_bit(uint8_t *bits, uint32_t i)
{
	bits[i / 8] |= (uint8_t)(1 << i % 8);
}

static char *fold_typed(const char *text)
{
	struct buf safe = { 0 }, folded = { 0 };
	char *typed = mem_text(text);
	text_trim(typed);
	text_guard(&safe, typed); /* so that what a list shows is found as it is shown */
	text_fold(&folded, buf_text(&safe));
	buf_done(&safe);
	free(typed);
	return buf_take(&folded);
}

/* The wildcard that would cover a host name, as a line of the folded text: one label, no more
 * (RFC 6125).  NULL for what is no host name. */
static char *wildcard_of(const char *word)
{
	const char *dot = strchr(word, '.');
	bool host = dot && dot != word && strchr(dot + 1, '.');
	return host ? mem_format("dns:*%s\n", dot) : NULL;
}

static void add_pass(struct search *s, const char *pattern, bool opens_word)
{
	s->passes[s->pass_count++] = (struct pass){ .pattern = pattern,
		.len = strlen(pattern),
		.opens_word = opens_word };
}

static void add_word(struct search *s, const char *word)
{
	char *wild = wildcard_of(word);
	add_pass(s, word, true);
	s->wild[s->words_count++] = wild;
	if (wild)
		add_pass(s, wild, false);
}

/* Words beyond the most belong to the last one: nobody types so many. */
static void plan_passes(struct search *s)
{
	char *word = s->words;
	for (char *p = s->words; *p && s->words_count < WORDS_MOST - 1; p++) {
		if (*p != ' ')
			continue;
		*p = '\0';
		add_word(s, word);
		word = p + 1;
	}
	if (*word)
		add_word(s, word);
	if (s->digits[0])
		s->passes[s->pass_count++] = (struct pass){ .pattern = s->digits,
			.len = strlen(s->digits),
			.digits = true };
}

/* Longer text finds fewer rows, unless something but the words themselves may be found. */
static bool goes_on(const struct search *s, const struct search *last)
{
	if (!last || last->now != s->now || last->rows != s->rows || s->digits[0])
		return false;
	for (size_t i = 0; i < s->words_count; i++)
		if (s->wild[i])
			return false;
	return text_starts(s->text, last->text) && !last->digits[0];
}

/* From some share on, going through all texts at once is quicker than one by one. */
static bool are_few(const struct search *s)
{
	size_t left = 0;
	for (size_t i = 0; i < s->rows / 8 + 1; i++)
		left += (size_t)__builtin_popcount(s->all[i]);
	return left < s->rows / 8;
}

struct search *search_new(const struct snapshot *now, const char *text, const struct search *last)
{
	struct search *s = mem_new(sizeof *s);
	s->now = now;
	s->rows = snapshot_rows(now);
	s->text = fold_typed(text);
	s->words = mem_text(s->text);
	if (!fingerprint_digits(text, s->digits, sizeof s->digits) ||
		strlen(s->digits) < DIGITS_LEAST)
		s->digits[0] = '\0';
	plan_passes(s);
	bool narrower = goes_on(s, last);
	size_t len = s->rows / 8 + 1;
	s->all = narrower ? mem_copy(last->all, len) : mem_new(len);
	s->hits = mem_new(len);
	if (!narrower)
		memset(s->all, 0xff, len);
	s->narrow = are_few(s);
	return s;
}

void search_free(struct search *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->words_count; i++)
		free(s->wild[i]);
	free(s->text);
	free(s->words);
	free(s->all);
	free(s->hits);
	free(s);
}

/* The digits of both fingerprints, a line each. */
static void digits_of(const struct row *row, char out[2 * (FINGERPRINT_SIZE + SHA1_SIZE) + 1])
{
	static const char digit[] = "0123456789abcdef";
	char *p = out;
	for (size_t i = 0; i < FINGERPRINT_SIZE; i++) {
		*p++ = digit[row->sha256[i] >> 4];
		*p++ = digit[row->sha256[i] & 15];
	}
	*p++ = '\n';
	for (size_t i = 0; i < SHA1_SIZE; i++) {
		*p++ = digit[row->sha1[i] >> 4];
		*p++ = digit[row->sha1[i] & 15];
	}
}

static bool row_matches(const struct pass *pass, const struct table *t, uint32_t i)
{
	char digits[2 * (FINGERPRINT_SIZE + SHA1_SIZE) + 1];
	size_t len;
	const char *fold = row_fold(t, i, &len); /* where a serial number stands, too */
	if (find_bytes(fold, len, pass->pattern, pass->len))
		return true;
	if (!pass->digits)
		return false;
	digits_of(&t->rows[i], digits);
	return memmem(digits, sizeof digits, pass->pattern, pass->len) != NULL;
}

/* Row by row: where few are left, or where no text lies side by side. */
static void look_at_rows(struct search *s, const struct pass *pass, const struct table *t,
	uint32_t border, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		bool wanted = pass->digits || !s->narrow || bit(s->all, border + i);
		if (wanted && row_matches(pass, t, i))
			set_bit(s->hits, border + i);
	}
}

/* Over the texts of many rows at once; a row is told by the place of a match. */
static void scan(struct search *s, const struct pass *pass, const struct table *t, uint32_t border,
	uint32_t from, uint32_t to)
{
	uint64_t at = t->fold_at[from], end = t->fold_at[to];
	uint32_t row = from;
	while (at < end && end <= t->fold_len) {
		const char *hit = find_bytes(t->fold + at, (size_t)(end - at), pass->pattern,
			pass->len);
		if (!hit)
			return;
		uint64_t place = (uint64_t)(hit - t->fold);
		while (row + 1 < to && t->fold_at[row + 1] <= place)
			row++;
		set_bit(s->hits, border + row);
		at = t->fold_at[row + 1] > place ? t->fold_at[row + 1] : place + 1;
	}
}

static void next_pass(struct search *s)
{
	const struct pass *done = &s->passes[s->pass++], *next = &s->passes[s->pass];
	bool word_ends = !done->digits &&
			 (s->pass == s->pass_count || next->opens_word || next->digits);
	size_t len = s->rows / 8 + 1;
	s->at = 0;
	for (size_t i = 0; i < len && (word_ends || done->digits); i++)
		s->all[i] = done->digits ? s->all[i] | s->hits[i] : s->all[i] & s->hits[i];
	if (word_ends || done->digits)
		memset(s->hits, 0, len);
	s->narrow = are_few(s);
}

bool search_step(struct search *s)
{
	uint32_t border = s->now->base.table.count;
	if (s->pass == s->pass_count)
		return true;
	const struct pass *pass = &s->passes[s->pass];
	bool fresh = s->at >= border;
	const struct table *t = fresh ? &s->now->fresh : &s->now->base.table;
	uint32_t shift = fresh ? border : 0, from = s->at - shift;
	uint32_t to = t->count - from > ROWS_AT_ONCE ? from + ROWS_AT_ONCE : t->count;
	if (from < to && (s->narrow || pass->digits))
		look_at_rows(s, pass, t, shift, from, to);
	else if (from < to)
		scan(s, pass, t, shift, from, to);
	s->at = to + shift;
	if (s->at >= s->rows)
		next_pass(s);
	return s->pass == s->pass_count;
}

bool search_found(const struct search *s, uint32_t row)
{
	return row < s->rows && bit(s->all, row);
}

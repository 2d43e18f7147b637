/*
 * What stands undone, told from the end backwards, beside a model that reads from the beginning and
 * marks: over journals of random changes, undos, undos of undos and nonsense.
 */
#include "store/undone.h"

#include "support/unit.h"

#include <stdio.h>
#include <string.h>

#include "support/depot.h"

#define GROUPS 40
#define ROUNDS (UNIT_SLOW ? 20 : 100)

struct model {
	struct {
		int64_t first, lines, undoes;
		bool undone;
	} groups[GROUPS];
	size_t count;
	int64_t seq; /* of the last line */
};

static uint32_t seed = 815;

static uint32_t random_below(uint32_t most)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % most;
}

static int find(const struct model *m, int64_t seq)
{
	for (size_t i = 0; i < m->count; i++)
		if (seq >= m->groups[i].first && seq < m->groups[i].first + m->groups[i].lines)
			return (int)i;
	return -1;
}

static void add(struct model *m, int64_t lines, int64_t undoes)
{
	size_t i = m->count++;
	m->groups[i].first = m->seq + 1;
	m->groups[i].lines = lines;
	m->groups[i].undoes = undoes;
	m->groups[i].undone = false;
	m->seq += lines;
	bool undone = true;
	int64_t first = m->groups[i].first;
	for (int64_t target = undoes; target > 0 && target < first; undone = !undone) {
		int at = find(m, target);
		m->groups[at].undone = undone;
		first = m->groups[at].first;
		target = m->groups[at].undoes;
	}
}

/* Mostly what commands write: the first number of a change that isn't undone. */
static void add_something(struct model *m)
{
	uint32_t what = random_below(10);
	int64_t lines = random_below(3) ? 1 : 1 + random_below(5), undoes = 0;
	if (what < 6 && m->count > 0) {
		size_t i = m->count - 1 - random_below((uint32_t)(m->count < 6 ? m->count : 6));
		if (!m->groups[i].undone || what == 0)
			undoes = m->groups[i].first;
	} else if (what == 6) {
		undoes = 1 + random_below((uint32_t)m->seq + 8); /* any line, itself, one to come */
	}
	add(m, lines, undoes);
}

static void check_judge(const struct model *m)
{
	struct undone u = { 0 };
	for (size_t i = m->count; i > 0; i--)
		assert_int_equal(undone_judge(&u, m->groups[i - 1].first, m->groups[i - 1].lines,
					 m->groups[i - 1].undoes),
			m->groups[i - 1].undone);
	undone_done(&u);
}

static void write_journal(struct depot *d, const struct model *m)
{
	struct buf text = { 0 };
	for (size_t i = 0; i < m->count; i++) {
		for (int64_t line = 0; line < m->groups[i].lines; line++) {
			buf_format(&text,
				"{\"seq\":%lld,\"time\":\"t\",\"op\":\"test\",\"cert\":\"%064d\","
				"\"name\":\"x\",\"dst\":\"trusted/x\"",
				(long long)(m->groups[i].first + line), 0);
			if (m->groups[i].undoes)
				buf_format(&text, ",\"undoes\":%lld",
					(long long)m->groups[i].undoes);
			bool more = line + 1 < m->groups[i].lines;
			buf_text_add(&text, more ? ",\"more\":true}\n" : "}\n");
		}
	}
	tmp_text(d->tmp, "store/journal", buf_text(&text));
	buf_done(&text);
}

/* The certificate is not in the store, so that what was chosen is named by its last line. */
static void check_undo(struct depot *d, const struct model *m, int64_t seq)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	char want[80] = "undo: there is nothing to undo";
	int at = seq ? find(m, seq) : (int)m->count - 1;
	while (!seq && at >= 0 && (m->groups[at].undone || m->groups[at].undoes))
		at--;
	if (seq && at < 0)
		snprintf(want, sizeof want, "undo: there is no change %lld ", (long long)seq);
	else if (at >= 0 && m->groups[at].undone)
		snprintf(want, sizeof want, "undo: change %lld is undone already",
			(long long)m->groups[at].first);
	else if (at >= 0)
		snprintf(want, sizeof want, "undo %lld: x is no longer there",
			(long long)(m->groups[at].first + m->groups[at].lines - 1));
	assert_false(journal_plan_undo(d->store, seq, &plan, &err));
	if (strncmp(err.text, want, strlen(want)) != 0)
		fail_msg("%lld: '%s', not '%s'", (long long)seq, err.text, want);
	plan_done(&plan);
}

static void test_against_the_model(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct model m = { .count = 0 };
		for (uint32_t n = random_below(GROUPS); n > 0; n--)
			add_something(&m);
		check_judge(&m);
		write_journal(d, &m);
		for (int64_t seq = 0; seq <= m.seq + 1; seq++)
			check_undo(d, &m, seq);
	}
	depot_free(d);
}

/* Undone by one, which is undone, while another undid it, too: the last to touch it decides. */
static void test_two_undid_the_same(void **state)
{
	struct model m = { .count = 0 };
	(void)state;
	add(&m, 1, 0); /* 1 */
	add(&m, 1, 1); /* 2 */
	add(&m, 1, 2); /* 3: undoes 2, 1 is done again */
	add(&m, 1, 1); /* 4 */
	add(&m, 1, 3); /* 5: 2 counts again, and so 1 is undone */
	add(&m, 1, 4); /* 6: 1 is done again */
	add(&m, 1, 5); /* 7: and so it is */
	assert_false(m.groups[0].undone);
	check_judge(&m);
	add(&m, 1, 7); /* 8 */
	assert_true(m.groups[0].undone);
	check_judge(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_the_model),
		cmocka_unit_test(test_two_undid_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * A snapshot against a plain list of files: rows come, go and come again, in the index or not.
 */
#include "store/snapshot.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FILES  97
#define ROUNDS 4000

/* What is there by now: a file may stand in each state at once. */
struct model {
	struct snapshot now;
	struct row_maker maker;
	bool there[STATE_COUNT][FILES];
	uint64_t seed;
};

static size_t some(struct model *m, size_t below)
{
	m->seed = m->seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(m->seed >> 33) % below;
}

/* Hostile names, too. */
static const char *file_name(size_t i, char out[32])
{
	static const char *const odd[] = { "", "a\nb", "\xff", "%n", " ", "..", "-" };
	snprintf(out, 32, "%s%zu.pem", odd[i % 7], i);
	return out;
}

/* A row as row_make() lays it down, but for the certificate: every third one is in the way. */
static struct row make_row(struct model *m, enum state state, size_t i)
{
	char name[32];
	struct row row = { .flags = (uint8_t)state, .key_bits = (uint32_t)i };
	row.flags |= i % 3 ? ROW_ENTRY : ROW_PROBLEM;
	buf_cut(&m->maker.text, 0);
	buf_cut(&m->maker.fold, 0);
	file_name(i, name);
	buf_add(&m->maker.text, name, strlen(name) + 1);
	for (int t = 1; t < TEXT_COUNT; t++)
		buf_add(&m->maker.text, "t", 2);
	buf_format(&m->maker.fold, "name %zu\nsubject\nissuer\n", i);
	row.text_len = (uint32_t)m->maker.text.len;
	return row;
}

static void add(struct model *m, enum state state, size_t i)
{
	struct row row = make_row(m, state, i);
	snapshot_add(&m->now, &row, &m->maker);
	m->there[state][i] = true;
}

static void check_one(struct model *m, enum state state, size_t i)
{
	char name[32];
	uint32_t row = snapshot_lookup(&m->now, state, file_name(i, name)), at;
	if ((row != ROW_NONE) != m->there[state][i])
		fail_msg("%s in %d is %s", name, (int)state,
			row == ROW_NONE ? "missing" : "too many");
	if (row == ROW_NONE)
		return;
	const struct table *t = snapshot_table(&m->now, row, &at);
	assert_false(snapshot_is_dead(&m->now, row));
	assert_string_equal(row_file(t, at), name);
	assert_int_equal(snapshot_row(&m->now, row)->key_bits, i);
	assert_int_equal(row_state(snapshot_flags(&m->now, row)), state);
}

static void check_all(struct model *m)
{
	uint32_t living = 0, entries[STATE_COUNT] = { 0 }, problems = 0;
	for (int s = 0; s < STATE_COUNT; s++)
		for (size_t i = 0; i < FILES; i++) {
			check_one(m, (enum state)s, i);
			living += m->there[s][i];
			entries[s] += m->there[s][i] && i % 3;
			problems += m->there[s][i] && i % 3 == 0;
		}
	for (uint32_t row = 0; row < snapshot_rows(&m->now); row++)
		living -= !snapshot_is_dead(&m->now, row);
	assert_int_equal(living, 0);
	assert_memory_equal(entries, m->now.states, sizeof entries);
	assert_int_equal(problems, m->now.problems);
	assert_int_equal(
		snapshot_entries(&m->now), entries[0] + entries[1] + entries[2] + entries[3] + entries[4]);
	assert_false(m->now.damaged);
}

static void do_something(struct model *m)
{
	char name[32];
	enum state state = (enum state)some(m, STATE_COUNT);
	size_t i = some(m, FILES);
	uint32_t row = snapshot_lookup(&m->now, state, file_name(i, name));
	if (row == ROW_NONE) {
		add(m, state, i);
	} else {
		snapshot_kill(&m->now, row);
		snapshot_kill(&m->now, row); /* once is enough */
		m->there[state][i] = false;
	}
}

static void run(struct model *m)
{
	for (int round = 0; round < ROUNDS; round++) {
		do_something(m);
		if (round % 97 == 0)
			check_all(m);
	}
	check_all(m);
}

static void test_without_an_index(void **state)
{
	struct model m = { .seed = 1 };
	(void)state;
	check_all(&m);
	run(&m);
	snapshot_done(&m.now);
	row_maker_done(&m.maker);
}

/* Everything that lives now goes into an index, and the snapshot begins anew with it. */
static void index_it(struct model *m)
{
	struct index index;
	struct basis basis = { .journal = -1 };
	struct error err = { 0 };
	int fd = memfd_create("index", MFD_CLOEXEC);
	struct index_writer *w = index_writer_new(fd, STATE_COUNT * FILES);
	for (int s = 0; s < STATE_COUNT; s++)
		for (size_t i = 0; i < FILES; i++) {
			if (!m->there[s][i])
				continue;
			struct row row = make_row(m, (enum state)s, i);
			size_t end = m->maker.fold.len;
			index_writer_add(w, &row, 1, &m->maker.text, &m->maker.fold, &end);
		}
	if (!index_writer_finish(w, &basis, false, &err))
		fail_msg("%s", err.text);
	assert_true(index_open(fd, &index));
	close(fd);
	snapshot_use(&m->now, &index);
}

static void test_with_an_index(void **state)
{
	struct model m = { .seed = 2 };
	(void)state;
	for (int times = 0; times < 4; times++) {
		index_it(&m); /* empty at first */
		check_all(&m);
		assert_int_equal(m.now.fresh.count + m.now.dead_count, 0);
		run(&m);
	}
	snapshot_done(&m.now);
	row_maker_done(&m.maker);
}

/* What can't be read is blank, and the snapshot remembers. */
static void test_damage(void **state)
{
	struct model m = { .seed = 3 };
	struct entry e;
	(void)state;
	add(&m, STATE_BLOCKED, 1);
	assert_true(snapshot_entry(&m.now, 0, &e));
	assert_int_equal(e.row, 0);
	assert_int_equal(e.state, STATE_BLOCKED);
	assert_false(m.now.damaged);
	assert_false(snapshot_entry(&m.now, 1, &e)); /* behind the last one */
	assert_true(m.now.damaged);
	assert_string_equal(e.name, "");
	assert_string_equal(e.file, "");
	assert_string_equal(e.info.subject, "");
	assert_int_equal(e.state, STATE_UNTRUSTED);
	assert_null(cert_info_san(&e.info, NULL));
	m.now.damaged = false;
	add(&m, STATE_TRUSTED, 3); /* a problem is no entry */
	assert_false(snapshot_entry(&m.now, 1, &e));
	assert_true(m.now.damaged);
	snapshot_done(&m.now);
	row_maker_done(&m.maker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_an_index),
		cmocka_unit_test(test_with_an_index),
		cmocka_unit_test(test_damage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

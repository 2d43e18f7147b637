/*
 * Random series of changes of identities, undone one by one: whatever the order, each undo gives the
 * files back as they were, byte for byte, modes and all.  Left out is what stays by design: what was
 * issued, and in the trash the keys that an undone change had made.
 */
#include "store/journal.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "support/keyrack.h"

#define SLOTS 4
#define SERIES 10
#define STEPS 24

struct step {
	int64_t seq;
	char *before; /* how it looked */
	size_t slot;
	bool made, issued;
};

struct series {
	struct depot *d;
	uint32_t random;
	bool unmade[SLOTS]; /* its key lies in the trash for good */
	struct step steps[STEPS];
	size_t count;
};

static uint32_t any(struct series *s, uint32_t below)
{
	s->random = s->random * 1664525u + 1013904223u;
	return (s->random >> 16) % below;
}

static bool is_left_out(const struct series *s, const char *line)
{
	if (strncmp(line, "== issued/", 10) == 0)
		return true;
	for (size_t i = 0; i < SLOTS; i++) {
		const char *key = keyrack_discarded(s->d, FOLDER_KEYS, i);
		size_t id = strcspn(key, ".");
		if (s->unmade[i] && strncmp(line, "== ", 3) == 0 && strncmp(line + 3, key, id) == 0)
			return true;
	}
	return false;
}

/* Of each file the picture has two lines. */
static char *look(const struct series *s)
{
	struct buf out = { 0 };
	for (const char *line = depot_picture(s->d), *next; *line; line = next) {
		next = strchr(line, '\n') + 1;
		next = strchr(next, '\n') + 1;
		if (!is_left_out(s, line))
			buf_add(&out, line, (size_t)(next - line));
	}
	return buf_take(&out);
}

static void answer(struct plan *plan, const struct identity *identity)
{
	const struct identity_request *request = identity_pending(identity);
	struct headers headers = { 0 };
	headers_copy(&request->record.headers, &headers);
	headers_set(&headers, "Answered", "yes");
	keyrack_plan_name(plan, identity, "answered");
	plan_request_edit(plan, identity, request, &headers, NULL, "answered");
	headers_done(&headers);
}

/* One change that is possible for this slot now; false where there is none. */
static bool plan_something(struct series *s, struct step *step, struct plan *plan)
{
	struct identities all = keyrack_read(s->d);
	const struct identity *identity = keyrack_in(&all, step->slot);
	bool gone = identity && identity->record.folder == FOLDER_DISCARDED;
	uint32_t choice = any(s, 7);
	step->made = !identity;
	step->issued = identity && !gone && choice == 0;
	if (step->made)
		keyrack_plan(plan, step->slot, choice % 2);
	else if (gone)
		plan_identity_restore(plan, identity);
	else if (step->issued)
		keyrack_plan_issue(plan, step->slot, "b.example");
	else if (choice == 1)
		plan_identity_discard(plan, identity);
	else if (choice == 2 && identity_pending(identity))
		answer(plan, identity);
	else if (choice < 5)
		keyrack_plan_request(plan, identity, step->slot);
	else
		keyrack_plan_name(plan, identity, choice == 5 ? "five" : "six");
	identities_done(&all);
	return plan->count > 0;
}

static void go_on(struct series *s)
{
	struct step *step = &s->steps[s->count++];
	struct plan plan = { .op = "test" };
	*step = (struct step){ .slot = any(s, SLOTS), .before = look(s) };
	assert_true(plan_something(s, step, &plan));
	step->seq = depot_apply(s->d, &plan);
}

static void go_back(struct series *s)
{
	struct step *step = &s->steps[--s->count];
	struct plan plan = { 0 };
	struct error err = { 0 };
	bool done = journal_plan_undo(s->d->store, step->seq, &plan, &err);
	if (step->issued) {
		assert_false(done);
		assert_non_null(strstr(err.text, "certary ca revoke"));
		plan_done(&plan);
	} else {
		if (!done)
			fail_msg("step %zu: %s", s->count, err.text);
		depot_apply(s->d, &plan);
		s->unmade[step->slot] |= step->made;
	}
	char *now = look(s), *before = step->before;
	if (strcmp(now, before) != 0)
		fail_msg("step %zu: now %s, before %s", s->count, now, before);
	free(now);
	free(before);
}

static void check_whole(struct depot *d)
{
	struct journal_check check;
	assert_true(journal_verify(d->store, &check, NULL));
	assert_int_equal(check.bad_line, 0);
	assert_null(strstr(depot_journal(d), "PRIVATE KEY"));
	assert_null(strstr(depot_picture(d), ".new-"));
}

static void test_series(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < SERIES; i++) {
		struct series s = { .d = depot_new(0, STATE_TRUSTED), .random = i };
		while (s.count < STEPS)
			go_on(&s);
		check_whole(s.d);
		while (s.count)
			go_back(&s);
		check_whole(s.d);
		depot_free(s.d);
	}
}

/* Undone changes can be made again by undoing the undo, in the opposite order. */
static void test_there_and_back_again(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct identities all;
	int64_t undone[3];
	(void)state;
	keyrack_make(d, 0);
	keyrack_request(d, 0);
	struct plan plan = { .op = "delete" };
	all = keyrack_read(d);
	plan_identity_discard(&plan, keyrack_in(&all, 0));
	identities_done(&all);
	depot_apply(d, &plan);
	const char *end = depot_picture(d);
	for (size_t i = 0; i < 3; i++)
		undone[i] = depot_undo(d, 0);
	for (size_t i = 3; i > 0; i--)
		depot_undo(d, undone[i - 1]);
	assert_string_equal(depot_picture(d), end);
	check_whole(d);
	depot_free(d);
}

static void refuse(struct depot *d, const char *want)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	assert_false(journal_plan_undo(d->store, 0, &plan, &err));
	plan_done(&plan);
	if (!strstr(err.text, want))
		fail_msg("'%s' doesn't say '%s'", err.text, want);
}

/* A file that was written again, or went, behind the journal's back: an undo would lose that. */
static void test_records_changed_from_outside(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct plan plan = { .op = "rename" };
	(void)state;
	keyrack_make(d, 0);
	struct identities all = keyrack_read(d);
	keyrack_plan_name(&plan, keyrack_in(&all, 0), "other");
	identities_done(&all);
	depot_apply(d, &plan);
	const char *file = keyrack_file(d, FOLDER_IDENTITIES, 0);
	depot_write(d, file, "Name: third\n", 12);
	refuse(d, "was changed again meanwhile");
	char *path = mem_format("store/%s", file);
	tmp_remove(d->tmp, path);
	refuse(d, "is no longer there");
	free(path);
	depot_free(d);
}

/* A key that was removed for good is in no journal; neither is one that is there again. */
static void test_a_key_that_is_gone(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct plan plan = { .op = "remove" };
	struct fingerprint about = { 0 };
	(void)state;
	keyrack_make(d, 0);
	const char *file = strchr(keyrack_file(d, FOLDER_KEYS, 0), '/') + 1;
	const struct plan_file key = { FOLDER_KEYS, file, &about, "id-0", "here", "gone" };
	plan_file_remove(&plan, &key);
	depot_apply(d, &plan);
	refuse(d, "was removed for good");
	depot_free(d);
}

static int forget_keys(void **state)
{
	(void)state;
	notary_forget();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_series),
		cmocka_unit_test(test_there_and_back_again),
		cmocka_unit_test(test_records_changed_from_outside),
		cmocka_unit_test(test_a_key_that_is_gone),
	};
	umask(022);
	return cmocka_run_group_tests(tests, NULL, forget_keys);
}

/* Checklists: which files are some, what they are read as, and how they are changed and given back.
 */
#include "store/runbooks.h"

#include "support/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/journal.h"
#include "support/depot.h"

static int set_up(void **state)
{
	*state = depot_new(0, STATE_TRUSTED);
	return 0;
}

static int tear_down(void **state)
{
	depot_free(*state);
	return 0;
}

struct seen {
	char file[64], text[64], base[FINGERPRINT_HEX];
	size_t count, most;
};

static bool note(void *ctx, const char *file, const struct buf *text, const char *base)
{
	struct seen *s = ctx;
	snprintf(s->file, sizeof s->file, "%s", file);
	snprintf(s->text, sizeof s->text, "%.*s", (int)text->len, (const char *)text->data);
	snprintf(s->base, sizeof s->base, "%s", base);
	return ++s->count < s->most;
}

static struct seen read_all(struct depot *d)
{
	struct seen s = { .most = 10 };
	struct error err = { 0 };
	if (!store_runbooks(d->store, note, &s, &err))
		fail_msg("%s", err.text);
	return s;
}

static void check_one(struct depot *d, const char *file, const char *text)
{
	struct seen s = read_all(d);
	char hex[FINGERPRINT_HEX];
	struct fingerprint hash;
	assert_int_equal(s.count, 1);
	assert_string_equal(s.file, file);
	assert_string_equal(s.text, text);
	fingerprint_of(text, strlen(text), &hash);
	assert_string_equal(s.base, fingerprint_hex(&hash, hex));
}

static struct plan planned(const char *text, const char *base)
{
	struct plan plan = { .op = "runbook" };
	struct fingerprint about;
	struct buf bytes = { 0 };
	buf_text_add(&bytes, text ? text : "");
	plan_runbook(&plan, &(struct runbook_change){ .file = "renew.txt",
				    .name = "Renew",
				    .text = text ? &bytes : NULL,
				    .base = base });
	assert_int_equal(plan.count, 1);
	fingerprint_of("Renew", 5, &about);
	assert_int_equal(fingerprint_compare(&plan.rows[0].cert, &about), 0);
	buf_done(&bytes);
	return plan;
}

static void put(struct depot *d, const char *text, const char *base)
{
	struct plan plan = planned(text, base);
	depot_apply(d, &plan);
}

static void test_written_read_and_removed(void **state)
{
	struct depot *d = *state;
	assert_int_equal(read_all(d).count, 0); /* the folder isn't made before it is needed */
	assert_false(store_has_runbook(d->store, "renew.txt"));
	put(d, "one\n", NULL);
	check_one(d, "renew.txt", "one\n");
	assert_true(store_has_runbook(d->store, "renew.txt"));
	assert_false(store_has_runbook(d->store, "other.txt"));
	put(d, "two\n", read_all(d).base);
	check_one(d, "renew.txt", "two\n");
	put(d, NULL, read_all(d).base);
	assert_int_equal(read_all(d).count, 0);
	depot_undo(d, 0);
	check_one(d, "renew.txt", "two\n");
	depot_undo(d, 2);
	check_one(d, "renew.txt", "one\n");
}

static void test_changed_meanwhile(void **state)
{
	struct depot *d = *state;
	put(d, "one\n", NULL);
	const struct seen s = read_all(d);
	struct plan edit = planned("two\n", s.base), removal = planned(NULL, s.base),
		    fresh = planned("two\n", NULL);
	tmp_text(d->tmp, "store/runbooks/renew.txt", "somebody's");
	depot_refuse(d, &edit, "changed it meanwhile");
	depot_refuse(d, &removal, "changed it meanwhile");
	depot_refuse(d, &fresh, "a file of that name");
}

/* What an editor leaves, what is hidden, and a name that is nothing but its end. */
static void test_what_is_none(void **state)
{
	static const char *const names[] = { ".renew.txt", ".txt", "renew.txt~", "renew.TXT", "txt",
		"a", "renew.txu", "renew.txs" };
	struct depot *d = *state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char path[64];
		snprintf(path, sizeof path, "store/runbooks/%s", names[i]);
		tmp_text(d->tmp, path, "no");
	}
	depot_open(d);
	assert_int_equal(read_all(d).count, 0);
	tmp_text(d->tmp, "store/runbooks/a.txt", "yes");
	check_one(d, "a.txt", "yes");
}

static void test_until_it_is_enough(void **state)
{
	struct depot *d = *state;
	struct seen s = { .most = 1 };
	tmp_text(d->tmp, "store/runbooks/a.txt", "a");
	tmp_text(d->tmp, "store/runbooks/b.txt", "b");
	depot_open(d);
	assert_true(store_runbooks(d->store, note, &s, NULL));
	assert_int_equal(s.count, 1);
	assert_int_equal(read_all(d).count, 2);
}

static void test_one_that_cannot_be_read(void **state)
{
	struct depot *d = *state;
	struct seen s = { .most = 10 };
	struct error err = { 0 };
	tmp_dir(d->tmp, "store/runbooks");
	tmp_text(d->tmp, "elsewhere", "somebody's");
	assert_int_equal(symlink("../../elsewhere", depot_path(d, "runbooks/a.txt")), 0);
	depot_open(d);
	assert_false(store_runbooks(d->store, note, &s, &err));
	assert_int_equal(s.count, 0);
	assert_int_equal(strncmp(err.text, "runbooks: ", 10), 0);
	assert_non_null(strstr(err.text, "symbolic link"));
}

#define IN_DEPOT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DEPOT(test_written_read_and_removed),
		IN_DEPOT(test_changed_meanwhile),
		IN_DEPOT(test_what_is_none),
		IN_DEPOT(test_until_it_is_enough),
		IN_DEPOT(test_one_that_cannot_be_read),
	};
	umask(022);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

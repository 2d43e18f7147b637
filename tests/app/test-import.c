#include "app/haul.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/user.h"
#include "support/counter.h"

#define KEY "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"

static const struct import_options usual = { 0 };

/* A file beside the store; its name as an operator gives it. */
static const char *drop(struct counter *c, const char *name, size_t i, const char *before)
{
	char *path = mem_format("../%s", name);
	depot_drop_pem(c->depot, path, i, before);
	free(path);
	return tmp_path(c->depot->tmp, name);
}

static void read_file(struct counter *c, const char *path, struct haul *haul)
{
	import_haul(c->app, path, &usual, haul);
}

static struct import_result plan_it(struct counter *c, struct haul *haul, const char *name,
	struct plan *plan)
{
	struct import_result result;
	struct error err = { 0 };
	if (!import_plan(c->app, haul, name, STATE_TRUSTED, plan, &result, &err))
		fail_msg("%s", err.text);
	assert_int_equal(result.fresh, plan->count);
	return result;
}

static const struct import_problem *problem_with(const struct haul *haul, const char *why)
{
	for (size_t i = 0; i < haul->problem_count; i++)
		if (strstr(haul->problems[i].why, why))
			return &haul->problems[i];
	fail_msg("no problem says '%s'", why);
	return NULL;
}

static void test_one_file(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct haul haul = { 0 };
	struct plan plan = { 0 };
	(void)state;
	depot_make(c->depot, &(struct certgen){ .cn = "Example Root" });
	const char *path = drop(c, "in.crt", 0, "some text\n");
	read_file(c, path, &haul);
	assert_int_equal(haul.count, 1);
	assert_int_equal(haul.problem_count, 0);
	assert_string_equal(haul.format, "PEM");
	assert_string_equal(haul.items[0].proposed, "Example Root");
	assert_string_equal(haul.items[0].file, path);
	plan_it(c, &haul, NULL, &plan);
	assert_string_equal(plan.op, "import");
	import_done(&haul);
	counter_apply(c, &plan);
	const struct entry *e = counter_entry(c, 0);
	assert_int_equal(e->state, STATE_TRUSTED);
	assert_string_equal(e->name, "Example Root");
	assert_string_equal(e->added, COUNTER_NOW);
	assert_string_equal(depot_header(c->depot, 0, "By"), user_name());
	assert_int_equal(strncmp(e->source, path, strlen(path)), 0);
	counter_free(c);
}

/* Names that the store or the same import has already are numbered. */
static void test_names_are_unique(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct haul haul = { 0 };
	struct plan plan = { 0 };
	(void)state;
	for (int i = 0; i < 5; i++)
		depot_make(c->depot, &(struct certgen){ .cn = "same" });
	depot_create(c->depot, 0, STATE_TRASH, "same");
	depot_create(c->depot, 1, STATE_BLOCKED, "same (3)");
	counter_reload(c);
	for (size_t i = 2; i < 5; i++)
		read_file(c, drop(c, "in.pem", i, ""), &haul);
	plan_it(c, &haul, NULL, &plan);
	assert_int_equal(plan.count, 3);
	assert_string_equal(plan.rows[0].name, "same (2)");
	assert_string_equal(plan.rows[1].name, "same (4)");
	assert_string_equal(plan.rows[2].name, "same (5)");
	plan_done(&plan);
	plan_it(c, &haul, " given \x1b ", &plan);
	assert_string_equal(plan.rows[0].name, "given \\x1b");
	assert_string_equal(plan.rows[2].name, "given \\x1b (3)");
	plan_done(&plan);
	import_done(&haul);
	counter_free(c);
}

/* A certificate as a job would send it; the parent doesn't look into it. */
static void send_one(struct haul *haul, uint32_t i, const char *proposed)
{
	struct fingerprint print;
	struct buf packed = { 0 };
	int64_t never = INT64_MAX;
	fingerprint_of(&i, sizeof i, &print);
	pack_text(&packed, "many.pem");
	pack_text(&packed, proposed);
	pack_bytes(&packed, &print, sizeof print);
	pack_bytes(&packed, &never, sizeof never);
	pack_bytes(&packed, &i, sizeof i);
	pack_text(&packed, "block");
	pack_text(&packed, NULL);
	pack_text(&packed, "CN=x");
	pack_text(&packed, NULL);
	haul_cert(haul, &(struct unpack){ .at = packed.data, .end = packed.data + packed.len });
	buf_done(&packed);
}

/* Trying all names from the first for each of them would be 200 million tries. */
static void test_many_of_one_name(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct haul haul = { 0 };
	struct plan plan = { 0 };
	(void)state;
	depot_make(c->depot, &(struct certgen){ .cn = "same" });
	depot_create(c->depot, 0, STATE_BLOCKED, "same (19000)");
	counter_reload(c);
	for (uint32_t i = 0; i < 20000; i++)
		send_one(&haul, i, i == 100 ? "same (7)" : "same");
	assert_int_equal(haul.count, 20000);
	plan_it(c, &haul, NULL, &plan);
	assert_string_equal(plan.rows[0].name, "same");
	assert_string_equal(plan.rows[99].name, "same (100)");
	assert_string_equal(plan.rows[100].name, "same (7) (2)");
	assert_string_equal(plan.rows[101].name, "same (101)");
	assert_string_equal(plan.rows[19999].name, "same (20000)");
	plan_done(&plan);
	import_done(&haul);
	counter_free(c);
}

static void check_astray(const char *bytes, size_t len)
{
	struct haul haul = { 0 };
	haul_cert(&haul, &(struct unpack){ .at = bytes, .end = bytes + len });
	assert_int_equal(haul.count, 0);
	assert_int_equal(haul.problem_count, 1);
	assert_string_equal(haul.problems[0].why, "its reader was led astray");
	import_done(&haul);
}

/* What a job that was taken over may send: cut anywhere, or another certificate than was judged. */
static void test_records_that_do_not_hold_together(void **state)
{
	struct buf packed = { 0 };
	struct fingerprint print = { 0 };
	int64_t time = 0;
	(void)state;
	pack_text(&packed, "file");
	pack_text(&packed, "name");
	pack_bytes(&packed, &print, sizeof print);
	pack_bytes(&packed, &time, sizeof time);
	pack_bytes(&packed, "DER", 3);
	pack_text(&packed, "where");
	pack_text(&packed, NULL);
	pack_text(&packed, "CN=x");
	pack_text(&packed, NULL);
	for (size_t len = 0; len <= packed.len; len++) {
		char *copy = mem_copy(packed.data, len);
		check_astray(copy, len);
		free(copy);
	}
	buf_done(&packed);
}

static void test_an_empty_name(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct haul haul = { 0 };
	struct plan plan = { 0 };
	struct import_result result;
	struct error err = { 0 };
	(void)state;
	assert_false(import_plan(c->app, &haul, "  ", STATE_TRUSTED, &plan, &result, &err));
	assert_int_equal(err.code, ERROR_USAGE);
	plan_done(&plan);
	import_done(&haul);
	counter_free(c);
}

static void test_known_ones(void **state)
{
	struct counter *c = counter_new(3, STATE_TRUSTED);
	struct haul haul = { 0 };
	struct plan plan = { 0 };
	(void)state;
	depot_move(c->depot, 1, STATE_UNTRUSTED);
	depot_move(c->depot, 2, STATE_BLOCKED);
	counter_reload(c);
	for (size_t i = 0; i < 3; i++)
		read_file(c, drop(c, "in.pem", i, ""), &haul);
	for (int again = 0; again < 2; again++) { /* planning changes nothing in the haul for good */
		struct import_result r = plan_it(c, &haul, NULL, &plan);
		assert_int_equal(r.fresh, 0);
		assert_int_equal(r.known, 3);
		assert_int_equal(r.refused, 1);
		assert_int_equal(haul.problem_count, 3);
		plan_done(&plan);
	}
	assert_string_equal(haul.problems[0].why, "is known already, as cert-0");
	assert_string_equal(haul.problems[1].why,
		"is known already, as cert-1, and untrusted (certary trust changes that)");
	assert_string_equal(haul.problems[2].why,
		"is known already, as cert-2, and blocked (certary trust changes that)");
	assert_true(haul.problems[0].known && haul.problems[2].known);
	import_done(&haul);
	counter_free(c);
}

static void test_other_states(void **state)
{
	struct counter *c = counter_new(2, STATE_TRUSTED);
	struct haul haul = { 0 };
	struct plan plan = { 0 };
	struct import_result result;
	(void)state;
	depot_move(c->depot, 1, STATE_TRASH);
	depot_make(c->depot, &(struct certgen){ .cn = "x" });
	counter_reload(c);
	for (size_t i = 0; i < 3; i++)
		read_file(c, drop(c, "in.pem", i, ""), &haul);
	assert_true(import_plan(c->app, &haul, NULL, STATE_BLOCKED, &plan, &result, NULL));
	assert_non_null(problem_with(&haul, "(certary block changes that)"));
	assert_int_equal(plan.count, 2);
	assert_int_equal(plan.rows[0].dst.state, STATE_BLOCKED);
	assert_int_equal(plan.rows[1].dst.state, STATE_BLOCKED);
	plan_done(&plan);
	assert_true(import_plan(c->app, &haul, NULL, STATE_TRASH, &plan, &result, NULL));
	assert_non_null(problem_with(&haul, "(certary delete changes that)"));
	assert_int_equal(plan.count, 1); /* what is in the trash already stays there */
	import_done(&haul);
	counter_apply(c, &plan);
	assert_int_equal(depot_state(c->depot, 2), STATE_TRASH);
	counter_free(c);
}

static void test_the_trash_comes_back(void **state)
{
	struct counter *c = counter_new(1, STATE_TRASH);
	struct haul haul = { 0 };
	struct plan plan = { 0 };
	(void)state;
	read_file(c, drop(c, "in.pem", 0, ""), &haul);
	struct import_result r = plan_it(c, &haul, "another name", &plan);
	assert_int_equal(r.known, 0);
	assert_string_equal(plan_row_kind(&plan.rows[0]), "move");
	import_done(&haul);
	counter_apply(c, &plan);
	assert_int_equal(depot_state(c->depot, 0), STATE_TRUSTED);
	assert_string_equal(counter_entry(c, 0)->name, "cert-0");
	counter_free(c);
}

static const char *drop_two(struct counter *c, const char *name, const char *between)
{
	char *file = mem_format("../%s", name);
	drop(c, name, 1, "");
	char *second = mem_format("%s%s", between, tmp_read(c->depot->tmp, name, NULL));
	drop(c, name, 0, "");
	char *both = mem_format("%s%s", tmp_read(c->depot->tmp, name, NULL), second);
	tmp_text(c->depot->tmp, name, both);
	free(both);
	free(second);
	free(file);
	return tmp_path(c->depot->tmp, name);
}

static struct counter *with_two(void)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	depot_make(c->depot, &(struct certgen){ .cn = "one" });
	depot_make(c->depot, &(struct certgen){ .cn = "two" });
	return c;
}

static void test_twice_in_one_import(void **state)
{
	struct counter *c = with_two();
	struct haul haul = { 0 };
	struct plan plan = { 0 };
	(void)state;
	const char *path = drop_two(c, "in.pem", "");
	read_file(c, path, &haul);
	read_file(c, path, &haul);
	assert_int_equal(haul.count, 4);
	struct import_result r = plan_it(c, &haul, NULL, &plan);
	assert_int_equal(r.fresh, 2);
	assert_int_equal(r.twice, 2);
	assert_true(haul.items[2].twice && haul.items[3].twice && !haul.items[0].twice);
	plan_done(&plan);
	haul.items[0].left_out = true; /* then the other one is the first */
	r = plan_it(c, &haul, NULL, &plan);
	assert_int_equal(r.fresh, 2);
	assert_int_equal(r.twice, 1);
	plan_done(&plan);
	import_done(&haul);
	counter_free(c);
}

static void test_a_file_with_a_key_is_refused_whole(void **state)
{
	struct counter *c = with_two();
	struct haul haul = { 0 };
	struct plan plan = { 0 };
	struct error err = { 0 };
	(void)state;
	depot_make(c->depot, &(struct certgen){ .cn = "three" });
	const char *path = drop_two(c, "with-key.pem", KEY);
	read_file(c, path, &haul);
	read_file(c, drop(c, "without.pem", 2, ""), &haul);
	struct import_result r = plan_it(c, &haul, NULL, &plan);
	assert_int_equal(r.fresh, 1);
	assert_string_equal(plan.rows[0].name, "three");
	assert_int_equal(r.refused, 1);
	const struct import_problem *p = problem_with(&haul, "HOLDS A PRIVATE KEY");
	assert_true(p->key);
	assert_string_equal(p->file, path);
	assert_non_null(strstr(p->where, "line"));
	plan_done(&plan);
	assert_true(import_pick(&haul, "1-2", &err));
	plan_it(c, &haul, NULL, &plan);
	assert_int_equal(plan.count, 2);
	assert_string_equal(plan.rows[0].name, "one");
	assert_string_equal(plan.rows[1].name, "two");
	import_done(&haul);
	counter_apply(c, &plan);
	assert_null(strstr(depot_picture(c->depot), "PRIVATE"));
	assert_null(strstr(depot_journal(c->depot), "PRIVATE"));
	counter_free(c);
}

static void check_pick(struct haul *haul, const char *list, const char *want)
{
	struct error err = { 0 };
	struct buf got = { 0 };
	if (!import_pick(haul, list, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < haul->count; i++)
		if (!haul->items[i].left_out)
			buf_format(&got, "%zu", i + 1);
	assert_string_equal(buf_text(&got), want);
	buf_done(&got);
	assert_true(haul->picked);
}

static void test_pick(void **state)
{
	static const char *const bad[] = { "0", "6", "1-6", "3-2", "1,,2", "a", "1-", "-2", "1;2", " 1",
		"+1", "1-0x2", "99999999999999999999999", ",1", "1 2" };
	struct import_item items[5] = { 0 };
	struct haul haul = { .items = items, .count = 5 };
	(void)state;
	check_pick(&haul, "1", "1");
	check_pick(&haul, "1,3-5", "1345");
	check_pick(&haul, "2-2,2", "2");
	check_pick(&haul, "1-5", "12345");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct error err = { 0 };
		if (import_pick(&haul, bad[i], &err))
			fail_msg("'%s' was taken", bad[i]);
		assert_int_equal(err.code, ERROR_USAGE);
		assert_non_null(strstr(err.text, "numbers from 1 to 5"));
	}
}

static void check_problem(struct counter *c, const char *path, const char *where, const char *why)
{
	struct haul haul = { 0 };
	read_file(c, path, &haul);
	assert_int_equal(haul.count, 0);
	assert_int_equal(haul.problem_count, 1);
	assert_string_equal(haul.problems[0].file, path);
	if (!strstr(haul.problems[0].where, where) || !strstr(haul.problems[0].why, why))
		fail_msg("'%s' '%s'", haul.problems[0].where, haul.problems[0].why);
	import_done(&haul);
}

static void test_files_that_yield_nothing(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct tmp *tmp = c->depot->tmp;
	(void)state;
	tmp_text(tmp, "empty.pem", "");
	tmp_text(tmp, "text.pem", "hello\n");
	check_problem(c, tmp_path(tmp, "empty.pem"), "", "empty");
	check_problem(c, tmp_path(tmp, "text.pem"), "", "");
	check_problem(c, tmp_path(tmp, "gone.pem"), "", "No such file");
	assert_int_equal(mkfifo(tmp_path(tmp, "fifo.pem"), 0600), 0);
	check_problem(c, tmp_path(tmp, "fifo.pem"), "", "is a pipe");
	check_problem(c, "/dev/zero", "", "is a device");
	counter_free(c);
}

/* A broken certificate doesn't hide the good ones beside it, and the operator is told where it is. */
static void test_problems_are_placed(void **state)
{
	struct counter *c = with_two();
	struct haul haul = { 0 };
	struct plan plan = { 0 };
	(void)state;
	const char *path = drop_two(c, "in.pem",
		"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
	read_file(c, path, &haul);
	assert_int_equal(haul.count, 2);
	assert_int_equal(haul.problem_count, 1);
	assert_string_equal(haul.problems[0].file, path);
	assert_non_null(strstr(haul.problems[0].where, "block 2, line "));
	assert_false(haul.problems[0].key || haul.problems[0].known);
	struct import_result r = plan_it(c, &haul, NULL, &plan);
	assert_int_equal(r.fresh, 2);
	assert_int_equal(r.refused, 1);
	plan_done(&plan);
	import_done(&haul);
	counter_free(c);
}

static void test_a_folder(void **state)
{
	struct counter *c = with_two();
	struct tmp *tmp = c->depot->tmp;
	struct haul haul = { 0 };
	(void)state;
	drop(c, "in/b.pem", 1, "");
	drop(c, "in/a.pem", 0, "");
	drop(c, "in/below/c.pem", 0, "");
	tmp_text(tmp, "in/\x1b.txt", "hello");
	assert_int_equal(symlink("a.pem", tmp_path(tmp, "in/link.pem")), 0);
	assert_int_equal(symlink(".", tmp_path(tmp, "in/circle.pem")), 0);
	read_file(c, tmp_path(tmp, "in"), &haul);
	assert_int_equal(haul.count, 3); /* through the link to a file, too, but not to a folder */
	assert_string_equal(haul.items[0].proposed, "one");
	assert_string_equal(haul.items[1].proposed, "two");
	assert_string_equal(haul.items[1].file, tmp_path(tmp, "in/b.pem"));
	assert_int_equal(haul.problem_count, 1);
	assert_string_equal(haul.problems[0].file, tmp_path(tmp, "in/\\x1b.txt"));
	import_done(&haul);
	tmp_dir(tmp, "nothing");
	read_file(c, tmp_path(tmp, "nothing"), &haul);
	assert_int_equal(haul.count, 0);
	assert_int_equal(haul.problem_count, 1);
	import_done(&haul);
	counter_free(c);
}

static void test_bytes(void **state)
{
	struct counter *c = with_two();
	struct haul haul = { 0 };
	size_t len;
	(void)state;
	const uint8_t *der = depot_der(c->depot, 0, &len);
	import_haul_bytes(c->app, "standard input", der, len, &usual, &haul);
	assert_int_equal(haul.count, 1);
	assert_string_equal(haul.items[0].file, "standard input");
	assert_string_equal(haul.format, "DER");
	import_haul_bytes(c->app, "pasted", "x", 1, &usual, &haul);
	assert_int_equal(haul.count, 1);
	assert_int_equal(haul.problem_count, 1);
	assert_string_equal(haul.problems[0].file, "pasted");
	import_done(&haul);
	counter_free(c);
}

static void test_limits_and_no_limits(void **state)
{
	struct counter *c = with_two();
	struct depot *d = c->depot;
	struct haul haul = { 0 };
	struct app *app;
	(void)state;
	const char *path = drop_two(c, "in.pem", "");
	tmp_text(d->tmp, "strict.conf", "limit_certificates = 1;\n");
	struct app_options options = { .store = depot_path(d, NULL),
		.config = tmp_path(d->tmp, "strict.conf") };
	assert_true(app_new(&options, &app, NULL));
	import_haul(app, path, &usual, &haul);
	assert_non_null(problem_with(&haul, "1"));
	assert_true(haul.count < 2);
	import_done(&haul);
	import_haul(app, path, &(struct import_options){ .no_limits = true }, &haul);
	assert_int_equal(haul.count, 2);
	assert_int_equal(haul.problem_count, 0);
	import_done(&haul);
	app_free(app);
	counter_free(c);
}

struct preview {
	struct loop *loop;
	struct haul haul;
	int calls;
};

static void take(void *ctx, struct haul *haul)
{
	struct preview *p = ctx;
	p->haul = *haul;
	*haul = (struct haul){ 0 };
	p->calls++;
	loop_stop(p->loop);
}

static void test_on_a_loop(void **state)
{
	struct counter *c = with_two();
	struct preview p = { .loop = loop_new(NULL) };
	(void)state;
	const char *path = drop_two(c, "in.pem", "");
	assert_non_null(
		import_start(c->app, p.loop, path, NULL, 0, &usual, take, &p, NULL));
	loop_run(p.loop);
	assert_int_equal(p.calls, 1);
	assert_int_equal(p.haul.count, 2);
	import_done(&p.haul);
	struct import_job *job =
		import_start(c->app, p.loop, path, NULL, 0, &usual, take, &p, NULL);
	import_cancel(job);
	import_cancel(NULL);
	assert_int_equal(p.calls, 1);
	loop_free(p.loop);
	counter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_file),
		cmocka_unit_test(test_names_are_unique),
		cmocka_unit_test(test_many_of_one_name),
		cmocka_unit_test(test_records_that_do_not_hold_together),
		cmocka_unit_test(test_an_empty_name),
		cmocka_unit_test(test_known_ones),
		cmocka_unit_test(test_other_states),
		cmocka_unit_test(test_the_trash_comes_back),
		cmocka_unit_test(test_twice_in_one_import),
		cmocka_unit_test(test_a_file_with_a_key_is_refused_whole),
		cmocka_unit_test(test_pick),
		cmocka_unit_test(test_files_that_yield_nothing),
		cmocka_unit_test(test_problems_are_placed),
		cmocka_unit_test(test_a_folder),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_limits_and_no_limits),
		cmocka_unit_test(test_on_a_loop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

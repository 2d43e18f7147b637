#include "app/explain.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "codec/pem.h"
#include "support/counter.h"

static const struct explain_question no_question = { .purpose = PURPOSE_ANY };

/* Root, intermediate, leaf, by their numbers. */
enum { ROOT, INTER, LEAF };

static size_t make(struct counter *c, const struct certgen *wish)
{
	struct certgen with = *wish;
	with.key_ids = true;
	return depot_make(c->depot, &with);
}

static struct generated *made(struct counter *c, size_t i)
{
	return c->depot->certs[i];
}

static struct counter *make_line(void)
{
	static const char *const sans[] = { "DNS:a.example", NULL };
	static const char *const purposes[] = { "1.3.6.1.5.5.7.3.1", NULL };
	struct counter *c = counter_new(0, STATE_TRUSTED);
	make(c, &(struct certgen){ .cn = "Root", .ca = true });
	make(c, &(struct certgen){ .cn = "Inter", .ca = true, .issuer = made(c, ROOT) });
	make(c, &(struct certgen){ .cn = "a.example",
			.sans = sans,
			.purposes = purposes,
			.issuer = made(c, INTER) });
	return c;
}

static void hold(struct counter *c, size_t i, enum state state, const char *name)
{
	depot_create(c->depot, i, state, name);
	counter_reload(c);
}

static struct counter *hold_line(void)
{
	struct counter *c = make_line();
	hold(c, ROOT, STATE_TRUSTED, "Our root");
	hold(c, INTER, STATE_UNTRUSTED, "Our issuing");
	hold(c, LEAF, STATE_UNTRUSTED, "Our leaf");
	return c;
}

static void explain(struct counter *c, size_t i, struct explanation *x)
{
	struct error err = { 0 };
	if (!app_explain_entry(c->app, counter_entry(c, i), &no_question, x, &err))
		fail_msg("%s", err.text);
}

/* All lines as one text, for looking into it. */
static char *said(const struct explanation *x)
{
	struct explained_lines lines = { 0 };
	struct buf text = { 0 };
	explanation_lines(x, &lines);
	for (size_t i = 0; i < lines.count; i++) {
		const struct explained_line *line = &lines.items[i];
		assert_true(text_is_safe(line->text));
		assert_true(!line->name || text_is_safe(line->name));
		buf_format(&text, "%d|%s|%s\n", (int)line->kind, line->name ? line->name : "",
			line->text);
	}
	explained_lines_done(&lines);
	return buf_take(&text);
}

static void check_says(const struct explanation *x, const char *words, bool does)
{
	char *text = said(x);
	if ((strstr(text, words) != NULL) != does)
		fail_msg("'%s' in:\n%s", words, text);
	free(text);
}

static void says(const struct explanation *x, const char *words)
{
	check_says(x, words, true);
}

static bool has_code(const struct explained_path *path, const char *code)
{
	for (size_t i = 0; i < path->reason_count; i++)
		if (strcmp(path->reasons[i].code, code) == 0)
			return true;
	return false;
}

/* A file beside the store that holds these. */
static const char *drop(struct counter *c, const size_t *which, size_t count)
{
	struct buf pem = { 0 };
	for (size_t i = 0; i < count; i++) {
		size_t len;
		const uint8_t *der = depot_der(c->depot, which[i], &len);
		pem_write(&pem, "CERTIFICATE", der, len);
	}
	tmp_write(c->depot->tmp, "chain.pem", pem.data, pem.len);
	buf_done(&pem);
	return tmp_path(c->depot->tmp, "chain.pem");
}

static void test_through_an_anchor(void **state)
{
	struct counter *c = hold_line();
	struct explanation x = { 0 };
	(void)state;
	explain(c, LEAF, &x);
	assert_true(x.trusted && !x.direct && !x.cut);
	assert_int_equal(x.path_count, 1);
	const struct explained_path *path = &x.paths[0];
	assert_true(path->trusted && path->anchored);
	assert_int_equal(path->step_count, 3);
	assert_int_equal(path->reason_count, 0);
	assert_string_equal(path->steps[0].name, "Our leaf");
	assert_true(path->steps[0].presented && !path->steps[1].presented);
	assert_int_equal(path->steps[1].state, STATE_UNTRUSTED);
	assert_ptr_equal(x.anchor, &path->steps[2]);
	assert_string_equal(x.anchor->name, "Our root");
	assert_string_equal(x.added, CERTGEN_FROM);
	assert_string_equal(x.by, "");
	char *text = said(&x);
	assert_string_equal(text,
		"0||trusted, through Our root (added 2025-01-01)\n"
		"2|Our leaf|untrusted, in the store\n"
		"2|Our issuing|untrusted, in the store\n"
		"2|Our root|trusted\n");
	free(text);
	explanation_done(&x);
	counter_free(c);
}

static void test_who_put_it_there(void **state)
{
	struct counter *c = make_line();
	struct explanation x = { 0 };
	(void)state;
	depot_drop_pem(c->depot, "trusted/r.pem", ROOT,
		"Name: R\nAdded: 2026-01-12T01:02:03Z\nBy: alice\nSource: corp-root.pem\n");
	counter_reload(c);
	explain(c, ROOT, &x);
	assert_true(x.trusted && x.direct);
	says(&x, "0||trusted itself, as R (added 2026-01-12 by alice from corp-root.pem)\n");
	explanation_done(&x);
	depot_drop_pem(c->depot, "trusted/r.pem", ROOT, "Name: R\nAdded: long ago\n");
	counter_reload(c);
	explain(c, ROOT, &x);
	says(&x, "as R (added long ago)\n");
	explanation_done(&x);
	depot_drop_pem(c->depot, "trusted/r.pem", ROOT, "");
	counter_reload(c);
	explain(c, ROOT, &x);
	says(&x, "trusted itself, as r\n");
	explanation_done(&x);
	counter_free(c);
}

static void test_issuer_missing(void **state)
{
	struct counter *c = hold_line();
	struct explanation x = { 0 };
	(void)state;
	/* What lies in the trash isn't held; another of its name is the nearest. */
	depot_move(c->depot, INTER, STATE_TRASH);
	size_t other =
		make(c, &(struct certgen){ .cn = "Inter", .ca = true, .issuer = made(c, ROOT) });
	hold(c, other, STATE_UNTRUSTED, "Other issuing");
	explain(c, LEAF, &x);
	assert_false(x.trusted);
	assert_null(x.anchor);
	assert_int_equal(x.paths[0].step_count, 1);
	assert_true(has_code(&x.paths[0], "issuer-missing"));
	says(&x, "1||not trusted: Our leaf: Its issuer is missing: CN=Inter, key identifier ");
	says(&x, "same name and another key");
	explanation_done(&x);
	counter_free(c);
}

static void test_all_that_speaks_against_it(void **state)
{
	struct counter *c = make_line();
	struct explanation x = { 0 };
	(void)state;
	size_t late = make(c, &(struct certgen){ .cn = "late",
				      .to = "2025-02-01T00:00:00Z",
				      .issuer = made(c, INTER) });
	hold(c, ROOT, STATE_TRUSTED, "R");
	hold(c, INTER, STATE_BLOCKED, "I");
	hold(c, late, STATE_UNTRUSTED, "L");
	explain(c, late, &x);
	assert_false(x.trusted);
	assert_true(has_code(&x.paths[0], "blocked") && has_code(&x.paths[0], "expired"));
	says(&x, "1||not trusted: I: It is blocked");
	says(&x, "2|I|blocked\n");
	says(&x, "3|L|It ended on 2025-02-01");
	explanation_done(&x);
	counter_free(c);
}

/* The same certificate in two folders counts as what is stricter. */
static void test_twins(void **state)
{
	struct counter *c = hold_line();
	struct explanation x = { 0 };
	(void)state;
	depot_drop_pem(c->depot, "blocked/twin.pem", ROOT, "");
	counter_reload(c);
	explain(c, LEAF, &x);
	assert_false(x.trusted);
	assert_true(has_code(&x.paths[0], "blocked"));
	explanation_done(&x);
	counter_free(c);
}

/* What a file claims to be is proved when it is read: an exchanged one isn't there. */
static void test_exchanged_file(void **state)
{
	struct counter *c = hold_line();
	struct explanation x = { 0 };
	struct buf path = { 0 };
	(void)state;
	buf_format(&path, "untrusted/%s", depot_file(c->depot, INTER));
	depot_drop_pem(c->depot, buf_text(&path), LEAF, "");
	explain(c, LEAF, &x);
	assert_false(x.trusted);
	assert_true(has_code(&x.paths[0], "issuer-missing"));
	explanation_done(&x);
	buf_done(&path);
	counter_free(c);
}

/* Another path is shown with what wasn't said before. */
static void test_two_paths(void **state)
{
	struct counter *c = hold_line();
	struct explanation x = { 0 };
	(void)state;
	size_t old = make(c, &(struct certgen){ .cn = "Old root", .ca = true });
	size_t cross = make(c, &(struct certgen){ .cn = "Inter",
				       .ca = true,
				       .key_of = made(c, INTER),
				       .issuer = made(c, old) });
	hold(c, old, STATE_UNTRUSTED, "Old root");
	hold(c, cross, STATE_UNTRUSTED, "Cross");
	explain(c, LEAF, &x);
	assert_true(x.trusted);
	assert_int_equal(x.path_count, 2);
	assert_false(x.paths[1].trusted);
	says(&x, "0||trusted, through Our root");
	says(&x, "1||another path, not trusted: Old root: The chain ends at this root");
	explanation_done(&x);

	depot_move(c->depot, LEAF, STATE_BLOCKED);
	counter_reload(c);
	explain(c, LEAF, &x);
	assert_false(x.trusted);
	char *text = said(&x), *first = strstr(text, "It is blocked");
	assert_non_null(first);
	assert_null(strstr(first + 1, "It is blocked"));
	free(text);
	explanation_done(&x);
	counter_free(c);
}

static void test_a_file_in_any_order(void **state)
{
	struct counter *c = make_line();
	struct explanation x = { 0 };
	struct error err = { 0 };
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Our root");
	const char *path = drop(c, (const size_t[]){ INTER, LEAF }, 2);
	assert_true(app_explain_text(c->app, path, &no_question, &x, &err));
	assert_true(x.trusted);
	assert_int_equal(x.paths[0].step_count, 3);
	assert_string_equal(x.paths[0].steps[0].name, "a.example");
	assert_int_equal(x.paths[0].steps[0].state, STATE_NONE);
	assert_true(x.paths[0].steps[1].presented);
	says(&x, "2|Inter|not in the store\n");
	explanation_done(&x);

	path = drop(c, (const size_t[]){ LEAF }, 1);
	assert_true(app_explain_text(c->app, path, &no_question, &x, &err));
	assert_true(!x.trusted && has_code(&x.paths[0], "issuer-missing"));
	explanation_done(&x);
	counter_free(c);
}

static void test_an_item_of_a_haul(void **state)
{
	struct counter *c = make_line();
	struct explanation x = { 0 };
	struct haul haul = { 0 };
	struct error err = { 0 };
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Our root");
	assert_false(app_explain_haul(c->app, &haul, NULL, &no_question, &x, &err));
	explanation_done(&x);
	import_haul(c->app, drop(c, (const size_t[]){ LEAF, INTER, ROOT }, 3),
		&(struct import_options){ 0 }, &haul);
	assert_int_equal(haul.count, 3);
	assert_true(app_explain_haul(c->app, &haul, &haul.items[1], &no_question, &x, &err));
	assert_true(x.trusted && !x.direct);
	assert_string_equal(x.paths[0].steps[0].info->subject, "CN=Inter");
	import_done(&haul);
	says(&x, "through Our root");
	explanation_done(&x);
	counter_free(c);
}

/* More than are looked at: said so, and the leaf is found among the first. */
static void test_a_large_file(void **state)
{
	struct counter *c = hold_line();
	struct explanation x = { 0 };
	struct error err = { 0 };
	size_t which[JUDGE_PRESENTED + 3] = { LEAF };
	(void)state;
	for (size_t i = 1; i < sizeof which / sizeof *which; i++)
		which[i] = make(c, &(struct certgen){ .cn = "X", .ca = true });
	const char *path = drop(c, which, sizeof which / sizeof *which);
	assert_true(app_explain_text(c->app, path, &no_question, &x, &err));
	assert_true(x.trusted && x.cut);
	assert_int_equal(x.presented_count, JUDGE_PRESENTED + 1);
	says(&x, "5||There is more than was looked at");
	explanation_done(&x);
	counter_free(c);
}

/* Many of one name: those with the right key are read, and no more than a wish takes. */
static void test_many_of_one_name(void **state)
{
	struct counter *c = make_line();
	struct explanation x = { 0 };
	struct plan plan = { .op = "import" };
	(void)state;
	for (size_t i = 0; i < 300; i++) {
		size_t n = make(c, &(struct certgen){ .cn = "Inter", .ca = true });
		char name[16];
		snprintf(name, sizeof name, "i%zu", i);
		depot_plan_create(c->depot, &plan, n, STATE_UNTRUSTED, name);
	}
	depot_apply(c->depot, &plan);
	hold(c, ROOT, STATE_TRUSTED, "R");
	hold(c, INTER, STATE_UNTRUSTED, "I");
	hold(c, LEAF, STATE_UNTRUSTED, "L");
	explain(c, LEAF, &x);
	assert_true(x.trusted && !x.cut);
	explanation_done(&x);
	counter_free(c);
}

static void test_host_and_purpose(void **state)
{
	struct counter *c = hold_line();
	struct error err = { 0 };
	static const struct {
		struct explain_question question;
		const char *code;
	} rows[] = {
		{ { .host = "a.example", .purpose = PURPOSE_SERVER }, NULL },
		{ { .host = "b.example", .purpose = PURPOSE_SERVER }, "wrong-host" },
		{ { .host = "\033[31m", .purpose = PURPOSE_ANY }, "wrong-host" },
		{ { .host = NULL, .purpose = PURPOSE_CLIENT }, "wrong-purpose" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct explanation x = { 0 };
		assert_true(app_explain_text(c->app, "Our leaf", &rows[i].question, &x, &err));
		assert_int_equal(x.trusted, rows[i].code == NULL);
		assert_true(!rows[i].code || has_code(&x.paths[0], rows[i].code));
		free(said(&x));
		explanation_done(&x);
	}
	enum purpose purpose;
	assert_true(explain_parse_purpose("server", &purpose, &err));
	assert_int_equal(purpose, PURPOSE_SERVER);
	assert_true(explain_parse_purpose("client", &purpose, &err));
	assert_int_equal(purpose, PURPOSE_CLIENT);
	assert_false(explain_parse_purpose("", &purpose, &err));
	assert_int_equal(err.code, ERROR_USAGE);
	counter_free(c);
}

static void test_what_is_not_there(void **state)
{
	struct counter *c = make_line();
	struct explanation x = { 0 };
	struct error err = { 0 };
	(void)state;
	assert_false(app_explain_text(c->app, "nothing", &no_question, &x, &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	explanation_done(&x);
	tmp_text(c->depot->tmp, "empty.pem", "no certificate\n");
	assert_false(app_explain_text(c->app, tmp_path(c->depot->tmp, "empty.pem"), &no_question,
		&x, &err));
	assert_int_equal(err.code, ERROR_FAILED);
	explanation_done(&x);
	counter_free(c);
}

static void test_hostile_names(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct explanation x = { 0 };
	struct error err = { 0 };
	char cn[300];
	(void)state;
	memset(cn, 'x', sizeof cn - 1);
	cn[sizeof cn - 1] = '\0';
	make(c, &(struct certgen){ .cn = "evil \033[31m\n\u202e", .ca = true });
	make(c, &(struct certgen){ .cn = "", .issuer = made(c, 0) });
	hold(c, 0, STATE_UNTRUSTED, cn);
	assert_true(app_explain_text(c->app, drop(c, (const size_t[]){ 1 }, 1), &no_question, &x,
		&err));
	assert_int_equal(x.paths[0].step_count, 2);
	says(&x, "xxx…");
	explanation_done(&x);
	assert_true(app_explain_text(c->app, drop(c, (const size_t[]){ 1, 0 }, 2), &no_question, &x,
		&err));
	free(said(&x));
	explanation_done(&x);
	counter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_through_an_anchor),
		cmocka_unit_test(test_who_put_it_there),
		cmocka_unit_test(test_issuer_missing),
		cmocka_unit_test(test_all_that_speaks_against_it),
		cmocka_unit_test(test_twins),
		cmocka_unit_test(test_exchanged_file),
		cmocka_unit_test(test_two_paths),
		cmocka_unit_test(test_a_file_in_any_order),
		cmocka_unit_test(test_an_item_of_a_haul),
		cmocka_unit_test(test_a_large_file),
		cmocka_unit_test(test_many_of_one_name),
		cmocka_unit_test(test_host_and_purpose),
		cmocka_unit_test(test_what_is_not_there),
		cmocka_unit_test(test_hostile_names),
	};
	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}

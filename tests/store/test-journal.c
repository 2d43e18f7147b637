#include "store/journal.h"

#include "support/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/user.h"
#include "store/internal.h"
#include "store/ledger.h"
#include "support/depot.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static void verify(struct depot *d, struct journal_check *check)
{
	struct error err = { 0 };
	if (!journal_verify(d->store, check, &err))
		fail_msg("%s", err.text);
}

static void check_good(struct depot *d, int64_t lines)
{
	struct journal_check check;
	verify(d, &check);
	if (check.bad_line)
		fail_msg("line %d: %s", (int)check.bad_line, check.why);
	assert_int_equal(check.lines, lines);
}

static void check_bad(struct depot *d, int64_t line, const char *want)
{
	struct journal_check check;
	verify(d, &check);
	assert_int_equal(check.bad_line, line);
	if (!strstr(check.why, want))
		fail_msg("'%s' doesn't say '%s'", check.why, want);
}

static void write_journal(struct depot *d, const char *text)
{
	tmp_text(d->tmp, "store/journal", text);
}

/* Four lines: import, trust, rename, block. */
static struct depot *make_depot(void)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	depot_move(d, 0, STATE_TRUSTED);
	depot_rename(d, 0, "renamed");
	depot_move(d, 0, STATE_BLOCKED);
	return d;
}

static struct json *line_of(struct depot *d, size_t number)
{
	const char *text = depot_journal(d);
	for (size_t i = 1; i < number; i++)
		text = strchr(text, '\n') + 1;
	struct json *o = json_parse(text, (size_t)(strchr(text, '\n') - text), NULL);
	assert_non_null(o);
	return o;
}

static void check_field(const struct json *o, const char *key, const char *want)
{
	char *got = json_get_text(o, key);
	if (want)
		assert_string_equal(got, want);
	else
		assert_null(got);
	free(got);
}

static void test_a_line(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	struct plan plan = { .op = "trust", .why = mem_text("ticket 4711 \\x1b") };
	char hex[FINGERPRINT_HEX];
	struct fingerprint print = depot_fingerprint(d, 0);
	(void)state;
	setenv("CERTARY_TEST_CLOCK", "2026-01-02T03:04:05Z", 1);
	plan_move(&plan, depot_entry(d, 0), STATE_TRUSTED);
	depot_apply(d, &plan);
	unsetenv("CERTARY_TEST_CLOCK");
	struct json *o = line_of(d, 2);
	assert_int_equal(json_get_int(o, "seq", 0), 2);
	check_field(o, "time", "2026-01-02T03:04:05Z");
	check_field(o, "who", user_name());
	check_field(o, "from", user_origin());
	check_field(o, "op", "trust");
	check_field(o, "cert", fingerprint_hex(&print, hex));
	check_field(o, "name", "cert-0");
	check_field(o, "was", "untrusted");
	check_field(o, "now", "trusted");
	check_field(o, "why", "ticket 4711 \\x1b");
	assert_null(json_get(o, "old"));
	assert_null(json_get(o, "more"));
	assert_null(json_get(o, "undoes"));
	json_free(o);
	assert_non_null(strstr(depot_journal(d), "\"ticket 4711 \\u001B\""));
	o = line_of(d, 1);
	check_field(o, "prev", ZEROS);
	check_field(o, "was", NULL);
	json_free(o);
	depot_free(d);
}

static void test_chain(void **state)
{
	struct depot *d = make_depot();
	const char *text = depot_journal(d);
	(void)state;
	for (size_t i = 1; i < 4; i++) {
		const char *end = strchr(text, '\n');
		struct fingerprint hash;
		char hex[FINGERPRINT_HEX];
		fingerprint_of(text, (size_t)(end - text), &hash);
		struct json *next = line_of(d, i + 1);
		check_field(next, "prev", fingerprint_hex(&hash, hex));
		json_free(next);
		text = end + 1;
	}
	check_good(d, 4);
	depot_free(d);
}

static void test_an_empty_one(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	(void)state;
	check_good(d, 0);
	write_journal(d, "");
	check_good(d, 0);
	depot_free(d);
}

/* Change one letter in a line, in the middle of its name. */
static char *with_change(const char *journal, size_t line)
{
	char *text = mem_text(journal), *at = text;
	for (size_t i = 1; i < line; i++)
		at = strchr(at, '\n') + 1;
	at = strstr(at, "\"name\":\"") + 9;
	*at = *at == 'x' ? 'y' : 'x';
	return text;
}

static void test_a_changed_line_is_found(void **state)
{
	struct depot *d = make_depot();
	const char *journal = depot_journal(d);
	(void)state;
	for (size_t line = 1; line <= 4; line++) {
		char *text = with_change(journal, line);
		write_journal(d, text);
		if (line < 4)
			check_bad(d, (int64_t)line + 1, "the line before it was changed");
		else
			check_bad(d, 4, "it is not the line that was written last");
		free(text);
	}
	write_journal(d, journal);
	check_good(d, 4);
	depot_free(d);
}

static char *without_line(const char *journal, size_t line)
{
	char *text = mem_text(journal), *at = text;
	for (size_t i = 1; i < line; i++)
		at = strchr(at, '\n') + 1;
	char *next = strchr(at, '\n') + 1;
	memmove(at, next, strlen(next) + 1);
	return text;
}

static void test_a_removed_line_is_found(void **state)
{
	struct depot *d = make_depot();
	const char *journal = depot_journal(d);
	(void)state;
	for (size_t line = 1; line <= 4; line++) {
		char *text = without_line(journal, line);
		write_journal(d, text);
		if (line < 4)
			check_bad(d, (int64_t)line, "lines are missing");
		else
			check_bad(d, 3, "lines behind it are missing");
		free(text);
	}
	depot_free(d);
}

static void test_all_lines_removed(void **state)
{
	struct depot *d = make_depot();
	(void)state;
	write_journal(d, "");
	check_bad(d, 1, "missing");
	assert_int_equal(unlink(depot_path(d, "journal")), 0);
	check_bad(d, 1, "missing");
	depot_free(d);
}

/* What can't be read isn't found to be good. */
static void test_one_that_is_a_link(void **state)
{
	struct depot *d = make_depot();
	struct journal_check check;
	struct error err = { 0 };
	(void)state;
	assert_int_equal(rename(depot_path(d, "journal"), depot_path(d, "elsewhere")), 0);
	assert_int_equal(symlink("elsewhere", depot_path(d, "journal")), 0);
	assert_false(journal_verify(d->store, &check, &err));
	assert_non_null(strstr(err.text, "journal"));
	depot_free(d);
}

static void test_swapped_added_and_doubled_lines(void **state)
{
	struct depot *d = make_depot();
	const char *journal = depot_journal(d);
	const char *second = strchr(journal, '\n') + 1;
	char *text = mem_format("%s%.*s", second, (int)(second - journal), journal);
	(void)state;
	write_journal(d, text);
	check_bad(d, 1, "the line before it was changed");
	free(text);
	text = mem_format("%.*s%s", (int)(second - journal), journal, journal);
	write_journal(d, text);
	check_bad(d, 2, "the line before it was changed");
	free(text);
	text = mem_format("%s%s\n", journal, "{\"seq\":5}");
	write_journal(d, text);
	check_bad(d, 5, "no line of a journal");
	free(text);
	depot_free(d);
}

static void test_nonsense_and_torn_lines(void **state)
{
	struct depot *d = make_depot();
	const char *journal = depot_journal(d);
	char *text = mem_format("%s{\"seq\":5,\"ti", journal);
	(void)state;
	write_journal(d, text);
	check_bad(d, 5, "cut off");
	free(text);
	text = mem_format("%snonsense\n", journal);
	write_journal(d, text);
	check_bad(d, 5, "no line of a journal");
	free(text);
	text = mem_format("\n%s", journal);
	write_journal(d, text);
	check_bad(d, 1, "no line of a journal");
	free(text);
	depot_free(d);
}

/* Whoever rewrites the whole chain has not written the seal. */
static void test_a_forged_chain_lacks_the_seal(void **state)
{
	struct depot *d = make_depot(), *other = make_depot();
	(void)state;
	write_journal(d, depot_journal(other));
	check_bad(d, 4, "it is not the line that was written last");
	depot_free(other);
	depot_free(d);
}

struct collected {
	char text[400];
	int most;
};

static bool collect(void *ctx, const struct journal_line *line)
{
	struct collected *c = ctx;
	char *word = mem_format("%d %s %s %s>%s%s;", (int)line->seq, line->op, line->name,
		line->was ? line->was : "-", line->now ? line->now : "-", line->more ? "+" : "");
	strncat(c->text, word, sizeof c->text - strlen(c->text) - 1);
	free(word);
	return --c->most != 0;
}

static void test_each(void **state)
{
	struct depot *d = depot_new(2, STATE_UNTRUSTED);
	struct collected c = { .most = 0 };
	struct error err = { 0 };
	(void)state;
	depot_rename(d, 1, "new");
	depot_remove(d, 0);
	assert_true(journal_each(d->store, NULL, collect, &c, &err));
	assert_string_equal(c.text, "1 import cert-0 ->untrusted+;2 import cert-1 ->untrusted;"
				    "3 rename cert-1 cert-1>new;4 purge cert-0 untrusted>-;");
	c = (struct collected){ .most = 1 };
	assert_true(journal_each(d->store, NULL, collect, &c, &err));
	assert_string_equal(c.text, "1 import cert-0 ->untrusted+;");
	char *text = mem_format("%snonsense\n", depot_journal(d));
	write_journal(d, text);
	free(text);
	assert_false(journal_each(d->store, NULL, collect, &c, &err));
	assert_non_null(strstr(err.text, "journal line 5"));
	assert_int_equal(unlink(depot_path(d, "journal")), 0);
	assert_true(journal_each(d->store, NULL, collect, &c, &err));
	depot_free(d);
}

static bool keep_old(void *ctx, const struct journal_line *line)
{
	struct buf *out = ctx;
	if (line->old)
		buf_add(out, line->old, line->old_len);
	return true;
}

/* What a change destroys is in the journal to the byte, be it text or not. */
static void test_old_content(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct buf old = { 0 };
	size_t len;
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_make(d, &(struct certgen){ .cn = "y" });
	depot_drop_der(d, "trusted/x.der", 0);
	depot_drop_pem(d, "trusted/y.pem", 1, "Name: \"y\" \\x41 \u202e\t\r\n\x1b\n");
	depot_reload(d);
	const char *der = tmp_read(d->tmp, "store/trusted/x.der", &len);
	depot_rename(d, 0, "new");
	assert_true(journal_each(d->store, NULL, keep_old, &old, NULL));
	assert_int_equal(old.len, len);
	assert_memory_equal(old.data, der, len);
	buf_cut(&old, 0);
	const char *pem = tmp_read(d->tmp, "store/trusted/y.pem", NULL);
	depot_remove(d, 0);
	buf_cut(&old, 0);
	depot_remove(d, 1);
	assert_true(journal_each(d->store, NULL, keep_old, &old, NULL));
	assert_non_null(strstr(old.data + len, pem));
	buf_done(&old);
	check_good(d, 3);
	depot_free(d);
}

static enum state before_trash(const struct store *store, const struct fingerprint *cert)
{
	struct origins *origins = journal_origins(store);
	enum state state = origins_state(origins, cert);
	origins_free(origins);
	return state;
}

static void test_state_before_trash(void **state)
{
	struct depot *d = depot_new(2, STATE_BLOCKED);
	struct fingerprint print = depot_fingerprint(d, 0);
	(void)state;
	assert_int_equal(before_trash(d->store, &print), STATE_UNTRUSTED);
	depot_move(d, 0, STATE_TRASH);
	assert_int_equal(before_trash(d->store, &print), STATE_BLOCKED);
	depot_move(d, 0, STATE_TRUSTED);
	depot_move(d, 0, STATE_TRASH);
	depot_rename(d, 0, "in the trash");
	assert_int_equal(before_trash(d->store, &print), STATE_TRUSTED);
	print = depot_fingerprint(d, 1);
	assert_int_equal(before_trash(d->store, &print), STATE_UNTRUSTED);
	depot_free(d);
}

/* More than the piece that is read from the end at once. */
static void test_a_long_last_line(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	static char note[300000];
	(void)state;
	memset(note, 'n', sizeof note - 1);
	char *name = mem_format("trusted/%s", depot_file(d, 0));
	char *before = mem_format("%s\n", note);
	depot_drop_pem(d, name, 0, before);
	depot_reload(d);
	depot_rename(d, 0, "new");
	assert_int_equal(depot_move(d, 0, STATE_BLOCKED), 3);
	check_good(d, 3);
	free(before);
	free(name);
	depot_free(d);
}

/* Lines are written in pieces: whichever fails, the journal is as long as before. */
static void test_a_write_that_fails_midway(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct plan plan = { .op = "test", .why = mem_new(20001) };
	struct ledger_end start, end;
	struct buf olds[100] = { 0 };
	struct rlimit old, small;
	struct error err = { 0 };
	(void)state;
	memset(plan.why, 'w', 20000);
	for (size_t i = 0; i < 100; i++)
		plan_move(&plan, depot_entry(d, 0), STATE_BLOCKED);
	const char *before = depot_journal(d);
	assert_true(ledger_find_end(d->store->root, &start, NULL));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	for (rlim_t most = 10000; most < 2000000; most += 260000) {
		end = start;
		small = old;
		small.rlim_cur = most;
		void (*action)(int) = signal(SIGXFSZ, SIG_IGN);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		bool ok = ledger_write(d->store->root, &plan, olds, &end, &err);
		setrlimit(RLIMIT_FSIZE, &old);
		signal(SIGXFSZ, action);
		assert_false(ok);
		assert_non_null(strstr(err.text, "can't be written"));
		assert_string_equal(depot_journal(d), before);
		assert_memory_equal(&end, &start, sizeof end);
	}
	assert_true(ledger_write(d->store->root, &plan, olds, &end, &err));
	assert_int_equal(end.seq, start.seq + 100);
	struct ledger_end found;
	assert_true(ledger_find_end(d->store->root, &found, NULL));
	assert_int_equal(found.size, end.size);
	assert_int_equal(found.seq, end.seq);
	assert_string_equal(found.head, end.head);
	check_bad(d, 101, "not the line that was written last"); /* nobody sealed it */
	plan_done(&plan);
	depot_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_an_empty_one),
		cmocka_unit_test(test_a_changed_line_is_found),
		cmocka_unit_test(test_a_removed_line_is_found),
		cmocka_unit_test(test_all_lines_removed),
		cmocka_unit_test(test_one_that_is_a_link),
		cmocka_unit_test(test_swapped_added_and_doubled_lines),
		cmocka_unit_test(test_nonsense_and_torn_lines),
		cmocka_unit_test(test_a_forged_chain_lacks_the_seal),
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_old_content),
		cmocka_unit_test(test_state_before_trash),
		cmocka_unit_test(test_a_long_last_line),
		cmocka_unit_test(test_a_write_that_fails_midway),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

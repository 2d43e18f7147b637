/*
 * Lines that certary would never write are refused or read for what they say, and what it writes comes
 * back as it was.
 */
#include "store/ledger.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/folder.h"
#include "store/journal.h"

#define HEAD "{\"seq\":1,\"time\":\"t\",\"op\":\"o\",\"cert\":\"c\""

static bool parse(const char *text, struct journal_line *line)
{
	struct error err = { 0 };
	bool ok = journal_line_parse(text, strlen(text), line, &err);
	assert_true(ok || err.text[0]);
	return ok;
}

static void refuse(const char *text)
{
	struct journal_line line;
	if (parse(text, &line))
		fail_msg("%s is read", text);
	assert_null(line.time); /* nothing is left to be freed */
	assert_int_equal(line.src.state, STATE_NONE);
	assert_null(line.src.file);
}

static void test_what_a_line_needs(void **state)
{
	struct journal_line line;
	(void)state;
	assert_true(parse(HEAD "}", &line));
	assert_int_equal(line.seq, 1);
	assert_int_equal(line.undoes, 0);
	assert_int_equal(line.src.state, STATE_NONE);
	assert_int_equal(line.dst.state, STATE_NONE);
	assert_false(line.more);
	assert_null(line.who);
	assert_null(line.old);
	assert_int_equal(line.old_len, 0);
	journal_line_done(&line);
	refuse("{\"seq\":0,\"time\":\"t\",\"op\":\"o\",\"cert\":\"c\"}");
	refuse("{\"seq\":-1,\"time\":\"t\",\"op\":\"o\",\"cert\":\"c\"}");
	refuse("{\"time\":\"t\",\"op\":\"o\",\"cert\":\"c\"}");
	refuse("{\"seq\":1,\"op\":\"o\",\"cert\":\"c\"}");
	refuse("{\"seq\":1,\"time\":\"t\",\"cert\":\"c\"}");
	refuse("{\"seq\":1,\"time\":\"t\",\"op\":\"o\"}");
	refuse("");
	refuse("[]");
}

static void check_place(const char *path, int folder, const char *file)
{
	struct journal_line line;
	char *text = mem_format(HEAD ",\"src\":\"%s\",\"dst\":\"trash/x\"}", path);
	if (!parse(text, &line))
		fail_msg("%s is refused", text);
	assert_int_equal(line.src.state, folder);
	assert_string_equal(line.src.file, file);
	assert_int_equal(line.dst.state, STATE_TRASH);
	assert_string_equal(line.dst.file, "x");
	journal_line_done(&line);
	free(text);
}

/* A place is one file in one of the folders, whatever the line says: nothing else is ever touched. */
static void test_places(void **state)
{
	static const char *const bad[] = { "", "x.pem", "trusted", "trusted/", "/x.pem", "../x.pem",
		"trusted/../x.pem", "nowhere/x.pem", "Trusted/x.pem", "trusted/a\\\\x2fb",
		"trusted/\\\\x00", "trusted/a\\\\x00b" };
	(void)state;
	check_place("trusted/x.pem", STATE_TRUSTED, "x.pem");
	check_place("keys/x.pem", FOLDER_KEYS, "x.pem");
	check_place("./endpoints", FOLDER_ROOT, "endpoints");
	check_place("trusted/a\\\\x1bb", STATE_TRUSTED, "a\x1b" "b");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char *src = mem_format(HEAD ",\"src\":\"%s\"}", bad[i]);
		char *dst = mem_format(HEAD ",\"src\":\"trusted/x\",\"dst\":\"%s\"}", bad[i]);
		refuse(src);
		refuse(dst);
		free(src);
		free(dst);
	}
}

static void check_old(const char *rest, const char *want, size_t len)
{
	struct journal_line line;
	char *text = mem_format(HEAD ",%s}", rest);
	assert_true(parse(text, &line));
	assert_non_null(line.old);
	assert_int_equal(line.old_len, len);
	assert_memory_equal(line.old, want, len + 1);
	journal_line_done(&line);
	free(text);
}

static void test_old_content(void **state)
{
	(void)state;
	check_old("\"old\":\"text\\n\"", "text\n", 5);
	check_old("\"old_hex\":\"3000ff9a\"", "0\0\xff\x9a", 4);
	check_old("\"old_hex\":\"\"", "", 0);
	check_old("\"old\":\"text\",\"old_hex\":\"30\"", "text", 4);
	/* What isn't hexadecimal ends it. */
	check_old("\"old_hex\":\"41z242\"", "A", 1);
	check_old("\"old_hex\":\"414z42\"", "A", 1);
	check_old("\"old_hex\":\"414\"", "A", 1);
	check_old("\"old_hex\":\"41FF\"", "A", 1);
}

/* What a row destroys, written and read again. */
static void write_one(const struct plan_row *like, const void *old, size_t len,
	struct journal_line *out)
{
	struct plan plan = { .op = "test", .undoes = 7 };
	struct ledger_end end;
	struct buf content = { 0 }, line = { 0 };
	ledger_end_empty(&end);
	*plan_add(&plan) = *like;
	buf_add(&content, old, len);
	ledger_format(&plan, 0, &content, &end, &line);
	assert_int_equal(end.size, line.len);
	assert_int_equal(line.data[line.len - 1], '\n');
	assert_true(journal_line_parse(line.data, line.len - 1, out, NULL));
	buf_done(&line);
	buf_done(&content);
	plan_done(&plan);
}

static void check_kept(int folder, const void *old, size_t len, bool kept)
{
	struct journal_line line;
	char file[] = "x", hash[] = "no hash, as nothing is written";
	struct plan_row row = { .op = "test", .name = "n", .was = "a", .now = "b",
		.src = { folder, file }, .dst = { .state = STATE_NONE } };
	memcpy(row.hash, hash, sizeof hash);
	write_one(&row, old, len, &line);
	assert_int_equal(line.undoes, 7);
	assert_int_equal(line.seq, 1);
	assert_null(line.new_hash);
	assert_int_equal(line.src.state, folder);
	assert_int_equal(line.dst.state, STATE_NONE);
	assert_int_equal(line.old_len, kept ? len : 0);
	if (kept)
		assert_memory_equal(line.old, old, len);
	else
		assert_null(line.old);
	journal_line_done(&line);
}

/* No key stands in the journal, nor a list that is larger than what it tells is worth. */
static void test_what_is_kept(void **state)
{
	static char large[JOURNAL_KEEPS + 1];
	(void)state;
	memset(large, 'l', sizeof large);
	check_kept(STATE_TRUSTED, "text", 4, true);
	check_kept(STATE_TRUSTED, "te\0xt", 5, true);
	check_kept(STATE_TRUSTED, "\xff\xfe", 2, true);
	check_kept(STATE_TRUSTED, "", 0, false);
	check_kept(FOLDER_KEYS, "key", 3, false);
	check_kept(FOLDER_DISCARDED, "key", 3, false);
	check_kept(FOLDER_IDENTITIES, large, sizeof large, true);
	check_kept(FOLDER_CRLS, large, sizeof large - 1, true);
	check_kept(FOLDER_CRLS, large, sizeof large, false);
}

/* A broken seal is told once, by the line behind it. */
static void test_a_broken_seal(void **state)
{
	struct plan plan = { .op = "test" };
	struct ledger_end end;
	struct buf none = { 0 }, line = { 0 };
	struct journal_text text;
	(void)state;
	ledger_end_empty(&end);
	strcpy(end.sealed, "abc");
	for (int i = 0; i < 2; i++) {
		struct plan_row *row = plan_add(&plan);
		*row = (struct plan_row){ .op = "test", .src.state = STATE_NONE, .dst.state = STATE_NONE };
	}
	for (size_t i = 0; i < 2; i++) {
		struct journal_line parsed;
		buf_cut(&line, 0);
		ledger_format(&plan, i, &none, &end, &line);
		text = (struct journal_text){ line.data, line.len - 1 };
		assert_int_equal(journal_line_has_seal(&text), i == 0);
		assert_true(journal_line_parse(text.bytes, text.len, &parsed, NULL));
		assert_int_equal(parsed.seq, i + 1);
		assert_int_equal(parsed.more, i == 0);
		assert_int_equal(parsed.undoes, 0);
		journal_line_done(&parsed);
	}
	buf_done(&line);
	plan_done(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_line_needs),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_old_content),
		cmocka_unit_test(test_what_is_kept),
		cmocka_unit_test(test_a_broken_seal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

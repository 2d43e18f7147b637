/* What a record tells of is put back or tidied up, and whose files it was about is told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "deploy/deploy.h"
#include "support/tmp.h"
#include "support/unit.h"

struct bench {
	struct tmp *tmp;
	struct buf record, told;
	struct error err;
};

/* Three targets of a kind without tools; the files are of the last two. */
static void set_up(struct bench *b, void **state, const char *phase)
{
	*b = (struct bench){ .tmp = *state };
	buf_format(&b->record, "{\"deployment\":1,\"phase\":\"%s\",\"targets\":[", phase);
	for (const char *name = "alpha\0beta\0gamma\0"; *name; name += strlen(name) + 1)
		buf_format(&b->record, "%s{\"name\":\"%s\",\"kind\":\"pem-bundle\",\"path\":\"%s\"}",
			*name == 'a' ? "" : ",", name, tmp_path(b->tmp, name));
	buf_text_add(&b->record, "],\"files\":[");
}

static void add_file(struct bench *b, size_t target, const char *name)
{
	struct fingerprint hash;
	char hex[FINGERPRINT_HEX];
	char *beside = mem_format(".%s.certary-old", name);
	fingerprint_of("new", 3, &hash);
	buf_format(&b->record,
		"%s{\"kind\":\"write\",\"path\":\"%s\",\"target\":%zu,\"existed\":true,\"hash\":\"%s\"}",
		buf_text(&b->record)[b->record.len - 1] == '[' ? "" : ",", tmp_path(b->tmp, name), target,
		fingerprint_hex(&hash, hex));
	tmp_text(b->tmp, name, "new");
	tmp_text(b->tmp, beside, "old");
	free(beside);
}

static bool recover(struct bench *b)
{
	buf_text_add(&b->record, "]}");
	return deploy_recover(buf_text(&b->record), b->record.len, NULL, &b->told, &b->err);
}

static void clear(struct bench *b)
{
	buf_done(&b->record);
	buf_done(&b->told);
}

static void test_it_was_complete(void **state)
{
	struct bench b;
	set_up(&b, state, "done");
	add_file(&b, 1, "b");
	add_file(&b, 2, "c");
	assert_true(recover(&b));
	assert_string_equal(buf_text(&b.told),
		"A deployment was interrupted; it was complete, and is tidied up: beta, gamma.\n");
	assert_string_equal(tmp_read(b.tmp, "c", NULL), "new");
	assert_int_equal(tmp_count(b.tmp, NULL), 2);
	clear(&b);
}

static void test_it_cant_be_tidied_up(void **state)
{
	struct bench b;
	set_up(&b, state, "done");
	add_file(&b, 1, "b");
	tmp_remove(b.tmp, ".b.certary-old");
	tmp_dir(b.tmp, ".b.certary-old");
	assert_false(recover(&b));
	assert_non_null(strstr(b.err.text, "an interrupted deployment can't be tidied up"));
	assert_int_equal(b.told.len, 0);
	clear(&b);
}

static void test_it_is_put_back(void **state)
{
	struct bench b;
	set_up(&b, state, "going");
	add_file(&b, 2, "c");
	add_file(&b, 1, "b");
	assert_true(recover(&b));
	assert_string_equal(buf_text(&b.told),
		"A deployment was interrupted; all is put back as it was before: beta, gamma.\n");
	assert_string_equal(tmp_read(b.tmp, "b", NULL), "old");
	assert_string_equal(tmp_read(b.tmp, "c", NULL), "old");
	assert_int_equal(tmp_count(b.tmp, NULL), 2);
	clear(&b);
}

/* Each is told, but no more than a screen of them. */
static void test_some_are_stuck(void **state)
{
	struct bench b;
	set_up(&b, state, "going");
	for (int i = 0; i < 25; i++) {
		char name[8];
		snprintf(name, sizeof name, "f%d", i);
		add_file(&b, 2, name);
		tmp_text(b.tmp, name, "somebody else's");
	}
	add_file(&b, 1, "b");
	assert_false(recover(&b));
	assert_non_null(strstr(b.err.text, "can't be put back as a whole (25 files)"));
	const char *told = buf_text(&b.told);
	size_t lines = 0;
	for (const char *at = told; (at = strstr(at, "gamma: ")) != NULL; at++)
		lines++;
	assert_int_equal(lines, 20);
	assert_non_null(strstr(told, "; not all of it could be put back: beta, gamma.\n"));
	assert_string_equal(tmp_read(b.tmp, "b", NULL), "old");
	assert_string_equal(tmp_read(b.tmp, "f24", NULL), "somebody else's");
	clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_it_was_complete, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_it_cant_be_tidied_up, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_it_is_put_back, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_some_are_stuck, tmp_setup, tmp_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

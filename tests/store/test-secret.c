/*
 * What becomes of a key's bytes: they are written into the files of secret folders, and when a change
 * is done they are nowhere else, neither in the spool nor in memory that was given back.
 */
#include "store/identity.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/journal.h"
#include "support/depot.h"

#define MARK_LEN 48
#define FILLED   1700

/* Never as it is, so that looking for it doesn't find itself. */
static uint8_t masked(size_t i)
{
	return (uint8_t)(('A' + i * 7 % 26) ^ 0x5a);
}

static bool is_mark(const volatile uint8_t *at)
{
	for (size_t i = 0; i < MARK_LEN; i++)
		if ((at[i] ^ 0x5a) != masked(i))
			return false;
	return true;
}

static void key_file(struct buf *key)
{
	*key = (struct buf){ .secret = true };
	buf_text_add(key, "-----BEGIN PRIVATE KEY-----\n");
	for (size_t i = 0; i < FILLED; i++) /* as long as one of RSA: what is freed is used again */
		buf_char(key, i % 65 == 64 ? '\n' : 'k');
	for (size_t i = 0; i < MARK_LEN; i++)
		buf_char(key, (char)(masked(i) ^ 0x5a));
	buf_text_add(key, "\n-----END PRIVATE KEY-----\n");
}

/* How often it stands in what the process may write to. */
static size_t count_marks(void)
{
	char line[512], mode[8];
	unsigned long from, to;
	size_t count = 0;
	FILE *maps = fopen("/proc/self/maps", "r");
	assert_non_null(maps);
	while (fgets(line, sizeof line, maps)) {
		if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) != 3 || strncmp(mode, "rw-p", 4) != 0)
			continue;
		for (unsigned long at = from; at + MARK_LEN <= to; at++)
			count += is_mark((const volatile uint8_t *)at);
	}
	fclose(maps);
	return count;
}

static void draft(struct identity *out, const char *note)
{
	struct fingerprint id = { { 1, 2, 3 } };
	identity_init(out, &id);
	headers_set(&out->record.headers, "Name", "web");
	headers_set(&out->record.headers, "Note", note);
}

static void plan_create_it(struct plan *plan, const char *note)
{
	struct identity made;
	struct buf key;
	key_file(&key);
	draft(&made, note);
	plan_identity_create(plan, &made, &key, "made");
	identity_done(&made);
	buf_wipe(&key);
}

static void test_nothing_in_the_spool(void **state)
{
	struct plan plan = { .op = "generate" };
	struct buf spooled = { 0 };
	(void)state;
	plan_create_it(&plan, "short");
	assert_int_equal(plan.secret_count, 1);
	assert_null(plan.rows[0].content.spool);
	const struct piece last = plan.rows[1].content.head, all = { 0, last.at + last.len };
	assert_true(spool_read(plan.spool, all, &spooled, NULL));
	assert_non_null(strstr(buf_text(&spooled), "Name: web"));
	assert_null(strstr(buf_text(&spooled), "PRIVATE"));
	for (size_t i = 0; i + MARK_LEN <= spooled.len; i++)
		assert_false(is_mark((const uint8_t *)spooled.data + i));
	buf_done(&spooled);
	plan_done(&plan);
}

/* The record behind the key is longer, so that what both are put together in has to grow. */
static void create(struct depot *d)
{
	struct plan plan = { .op = "generate" };
	char note[5000];
	memset(note, 'n', sizeof note - 1);
	note[sizeof note - 1] = '\0';
	plan_create_it(&plan, note);
	depot_apply(d, &plan);
}

typedef void plan_fn(struct plan *plan, const struct identity *identity);

static void carry_out(struct depot *d, plan_fn *fill)
{
	struct identities all = { 0 };
	struct plan plan = { .op = "test" };
	assert_true(store_identities(d->store, &all, NULL));
	assert_int_equal(all.count, 1);
	fill(&plan, &all.items[0]);
	identities_done(&all);
	depot_apply(d, &plan);
}

static void test_nothing_in_memory(void **state)
{
	struct buf key;
	(void)state;
	if (UNIT_SLOW)
		skip(); /* memory is full of shadows there */
	struct depot *d = depot_new(0, STATE_TRUSTED);
	key_file(&key);
	assert_true(count_marks() >= 1);
	buf_wipe(&key);
	assert_int_equal(count_marks(), 0);
	create(d);
	assert_int_equal(count_marks(), 0);
	carry_out(d, plan_identity_discard);
	carry_out(d, plan_identity_restore);
	depot_undo(d, 0);
	carry_out(d, plan_identity_purge);
	assert_int_equal(count_marks(), 0);
	create(d);
	depot_undo(d, 0);
	assert_int_equal(count_marks(), 0);
	depot_free(d);
}

static void test_nothing_in_memory_when_refused(void **state)
{
	struct plan again = { .op = "generate" };
	(void)state;
	if (UNIT_SLOW)
		skip();
	struct depot *d = depot_new(0, STATE_TRUSTED);
	create(d);
	plan_create_it(&again, "short");
	assert_false(store_apply(d->store, &again, NULL, NULL));
	plan_done(&again);
	assert_int_equal(count_marks(), 0);
	depot_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_in_the_spool),
		cmocka_unit_test(test_nothing_in_memory),
		cmocka_unit_test(test_nothing_in_memory_when_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

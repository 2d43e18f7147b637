/*
 * Lies: an index whose sums are right and whose contents are not.  What the store then says may be
 * wrong, but it is safe text, every row is one there is, and nothing outside the index is read.
 */
#include "store/row.h"

#include "support/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/internal.h"
#include "store/view.h"
#include "support/shelf.h"

#define FEW    40
#define RANDOM (UNIT_SLOW ? 500 : 1500)

static void check_entry(const struct entry *e)
{
	const struct cert_info *info = &e->info;
	size_t sans = 0;
	assert_true(text_is_safe(e->name) && text_is_safe(e->note) && text_is_safe(e->source));
	assert_true(text_is_safe(e->added) && text_is_safe(info->subject));
	assert_true(text_is_safe(info->issuer) && text_is_safe(info->serial));
	assert_true(!info->cn || text_is_safe(info->cn));
	assert_true(!strchr(e->file, '/') && strcmp(e->file, "..") != 0);
	for (const char *san = NULL; (san = cert_info_san(info, san)); sans++)
		assert_true(text_is_safe(san));
	assert_int_equal(sans, info->san_count);
}

static void view_it(struct store *store, const struct query *query)
{
	struct view view = { 0 };
	struct entry e;
	size_t at;
	view_build(&view, store, query, certgen_time(CERTGEN_TO));
	for (size_t i = 0; i < view.count; i++) {
		view_entry(&view, store, i, &e);
		check_entry(&e);
		entry_validity(&e, certgen_time(CERTGEN_TO), 30, 15);
		cert_percent_left(&e.info, certgen_time(CERTGEN_TO));
		view_find(&view, store, &e.info.sha256, &at);
	}
	view_done(&view);
}

static void view_all(struct store *store)
{
	static const char *const texts[] = { "a", "m1.example.com", "0123", "same x", "\u00fc" };
	size_t count;
	const struct view_column *columns = view_columns(&count);
	for (size_t i = 0; i < count; i++)
		view_it(store,
			&(struct query){ .states = 31, .sort = &columns[i], .reverse = i % 2 });
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		view_it(store, &(struct query){ .text = texts[i] });
	view_it(store, &(struct query){ .filters = FILTER_EXPIRED });
	view_it(store, &(struct query){ .filters = FILTER_EXPIRING, .days = 30, .percent = 15 });
	view_it(store, &(struct query){ .filters = FILTER_CA | FILTER_SELF_SIGNED });
}

static void find_all(struct store *store)
{
	struct entry e, other;
	struct problem p;
	struct error err;
	char hex[FINGERPRINT_HEX];
	for (uint32_t at = 0; store_next(store, &at, &e);) {
		uint32_t from = 0;
		check_entry(&e);
		store_find(store, &e.info.sha256, &other);
		store_find_name(store, e.name, &other);
		for (int i = 0; i < 3 && store_next_subject(store, e.info.issuer, &from, &other);
			i++)
			check_entry(&other);
		if (store_resolve(store, fingerprint_hex(&e.info.sha256, hex), &other, &err))
			check_entry(&other);
	}
	for (uint32_t at = 0; store_next_problem(store, &at, &p);)
		assert_true(text_is_safe(p.text) && !strchr(p.file, '/'));
	for (uint32_t row = 0; row < snapshot_rows(&store->now); row++) {
		store_entry(store, row, &e);
		check_entry(&e);
	}
}

/* Believe the index as it is, as a large store would where nothing seems to have changed. */
static void believe(struct shelf *s, struct store *store)
{
	struct index index;
	int fd = open(depot_path(s->depot, ".index"), O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	if (index_open(fd, &index))
		snapshot_use(&store->now, &index);
	close(fd);
}

static void check_lies(struct shelf *s, char *lies)
{
	struct store *store;
	struct error err = { 0 };
	shelf_seal(lies, s->len);
	depot_write(s->depot, ".index", lies, s->len);
	shelf_open(s, true, &store);
	find_all(store); /* some of it is believed, as the files' times are right */
	believe(s, store);
	view_all(store);
	find_all(store);
	store_check(store, SIZE_MAX);
	if (!store_reload(store, &err))
		fail_msg("%s", err.text);
	find_all(store);
	store_close(store);
}

static char *part_of(char *index, enum index_part part, uint64_t *len)
{
	*len = shelf_header(index)->parts[part].len;
	return index + shelf_header(index)->parts[part].at;
}

/* Every row tells the same lie. */
#define CHECK_ROWS(s, field, value)                                                                \
	do {                                                                                       \
		char *lies = mem_copy((s)->index, (s)->len);                                       \
		uint64_t len;                                                                      \
		struct row *rows = (void *)part_of(lies, PART_ROWS, &len);                         \
		for (uint64_t i = 0; i < len / sizeof *rows; i++)                                  \
			rows[i].field = (value);                                                   \
		check_lies(s, lies);                                                               \
		free(lies);                                                                        \
	} while (0)

static void test_rows(void **state)
{
	struct shelf *s = shelf_new(FEW);
	(void)state;
	CHECK_ROWS(s, text, UINT64_MAX);
	CHECK_ROWS(s, text, s->len);
	CHECK_ROWS(s, text, 0);
	CHECK_ROWS(s, text_len, UINT32_MAX);
	CHECK_ROWS(s, text_len, 0);
	CHECK_ROWS(s, text_len, rows[i].text_len - 1);
	CHECK_ROWS(s, text_len, rows[i].text_len / 2);
	CHECK_ROWS(s, sans, UINT32_MAX);
	CHECK_ROWS(s, sans, rows[i].sans + 1);
	CHECK_ROWS(s, absent, UINT32_MAX);
	CHECK_ROWS(s, absent, 0);
	CHECK_ROWS(s, flags, 0xff);
	CHECK_ROWS(s, flags, ROW_ENTRY);
	CHECK_ROWS(s, flags, ROW_PROBLEM);
	CHECK_ROWS(s, problem, 0xff);
	CHECK_ROWS(s, not_after, INT64_MAX);
	CHECK_ROWS(s, not_after, INT64_MIN);
	CHECK_ROWS(s, not_before, INT64_MIN);
	CHECK_ROWS(s, not_before, INT64_MAX);
	CHECK_ROWS(s, added, INT64_MIN);
	CHECK_ROWS(s, key_bits, UINT32_MAX);
	CHECK_ROWS(s, mtime, 0);
	CHECK_ROWS(s, algorithm[0], (char)0xff);
	CHECK_ROWS(s, sha256[i % 8], 0);
	shelf_free(s);
}

static void fill_part(struct shelf *s, enum index_part part, int byte)
{
	char *lies = mem_copy(s->index, s->len);
	uint64_t len;
	char *at = part_of(lies, part, &len);
	memset(at, byte, len);
	check_lies(s, lies);
	free(lies);
}

/* Zeros make every slot and every place of an order the first row, ones make them none there is. */
static void test_whole_parts(void **state)
{
	static const int bytes[] = { 0, 0xff, 1, 'a', '\n', 0x80 };
	struct shelf *s = shelf_new(FEW);
	(void)state;
	for (int part = 0; part < PART_COUNT; part++)
		for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++)
			fill_part(s, (enum index_part)part, bytes[i]);
	shelf_free(s);
}

/* Names that lead out of the folder, and text that a terminal would act on. */
static void test_hostile_texts(void **state)
{
	static const char *const runs[] = { "../../../etc/shadow", "/", "\x1b[2J\x1b[H", "\xff\xfe",
		"..", "\u202e\u200b" };
	struct shelf *s = shelf_new(FEW);
	(void)state;
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		char *lies = mem_copy(s->index, s->len);
		uint64_t len;
		char *text = part_of(lies, PART_TEXT, &len);
		for (size_t at = 0; at + strlen(runs[i]) < len; at += 97)
			memcpy(text + at, runs[i], strlen(runs[i]) + i % 2);
		check_lies(s, lies);
		free(lies);
	}
	shelf_free(s);
}

#define CHECK_HEADER(s, field, value)                                                              \
	do {                                                                                       \
		struct index_header h;                                                             \
		char *lies = mem_copy((s)->index, (s)->len);                                       \
		memcpy(&h, lies, sizeof h);                                                        \
		h.field = (value);                                                                 \
		memcpy(lies, &h, sizeof h);                                                        \
		check_lies(s, lies);                                                               \
		free(lies);                                                                        \
	} while (0)

static void test_headers_that_fit(void **state)
{
	struct shelf *s = shelf_new(FEW);
	(void)state;
	CHECK_HEADER(s, problems, UINT32_MAX);
	CHECK_HEADER(s, states[STATE_TRUSTED], UINT32_MAX);
	CHECK_HEADER(s, states[STATE_TRASH], 0);
	CHECK_HEADER(s, basis.journal, INT64_MAX);
	CHECK_HEADER(s, basis.journal, INT64_MIN);
	for (int i = 0; i < PART_COUNT; i++) /* one part lies over another */
		CHECK_HEADER(s, parts[i].at, INDEX_HEADER_SIZE);
	CHECK_HEADER(s, parts[PART_TEXT].len, 0);
	CHECK_HEADER(s, parts[PART_FOLD].len, 0);
	CHECK_HEADER(s, parts[PART_TEXT].len, 1);
	shelf_free(s);
}

static uint64_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

static void tell_one(char *lies, size_t len, uint64_t *seed)
{
	const uint64_t numbers[] = { 0, 1, 7, len, len - 1, UINT32_MAX, UINT64_MAX, INT64_MAX,
		next_random(seed), next_random(seed) << 32, 1ull << 63, FEW, FEW * 1000 };
	uint64_t number = numbers[next_random(seed) % (sizeof numbers / sizeof *numbers)];
	static const size_t sizes[] = { 1, 4, 8 };
	size_t size = sizes[next_random(seed) % 3];
	size_t at = INDEX_HEADER_SIZE + next_random(seed) % (len - INDEX_HEADER_SIZE);
	at -= at % size;
	if (at + size <= len)
		memcpy(lies + at, &number, size);
}

static void test_random_lies(void **state)
{
	struct shelf *s = shelf_new(FEW);
	uint64_t seed = 20260101;
	(void)state;
	for (int round = 0; round < RANDOM; round++) {
		char *lies = mem_copy(s->index, s->len);
		for (uint64_t n = 1 + next_random(&seed) % 20; n > 0; n--)
			tell_one(lies, s->len, &seed);
		check_lies(s, lies);
		free(lies);
	}
	shelf_free(s);
}

/* Lies that are believed may be copied, but never make a writer fall. */
static void test_an_index_is_made_of_lies(void **state)
{
	struct shelf *s = shelf_new(FEW);
	uint64_t seed = 20260102;
	(void)state;
	for (int round = 0; round < 100; round++) {
		char *lies = mem_copy(s->index, s->len);
		struct store *store;
		struct error err = { 0 };
		for (uint64_t n = 1 + next_random(&seed) % 20; n > 0; n--)
			tell_one(lies, s->len, &seed);
		shelf_seal(lies, s->len);
		depot_write(s->depot, ".index", lies, s->len);
		shelf_open(s, round % 2, &store);
		if (!store_build_now(store, &err))
			fail_msg("%s", err.text);
		view_all(store);
		find_all(store);
		store_close(store);
		free(lies);
	}
	shelf_free(s);
}

/* The first and the last second that a certificate may tell of, and those beside them. */
static void test_dates_that_fit(void **state)
{
	const int64_t least = -62167219200, most = 253402300799;
	(void)state;
	for (int i = -1; i <= 1; i++) {
		const struct row first = { .not_before = least + i, .not_after = most },
				 first_last = { .not_before = most + i, .not_after = most },
				 last = { .not_before = least, .not_after = most + i },
				 last_first = { .not_before = least, .not_after = least + i };
		assert_int_equal(row_dates_fit(&first), i >= 0);
		assert_int_equal(row_dates_fit(&last_first), i >= 0);
		assert_int_equal(row_dates_fit(&last), i <= 0);
		assert_int_equal(row_dates_fit(&first_last), i <= 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates_that_fit),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_whole_parts),
		cmocka_unit_test(test_hostile_texts),
		cmocka_unit_test(test_headers_that_fit),
		cmocka_unit_test(test_random_lies),
		cmocka_unit_test(test_an_index_is_made_of_lies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

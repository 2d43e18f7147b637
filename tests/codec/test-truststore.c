/*
 * Truststores of every kind: made, read, changed and written; what isn't ours stays as it was.
 */
#include "codec/truststore.h"

#include <string.h>

#include "base/mem.h"
#include "codec/forge.h"
#include "support/crowd.h"
#include "support/unit.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define NOW         1800000000
#define WRONG       "the password is wrong (or the file was changed)"

static const struct bag_options with_password = {
	.limits = FORGE_LIMITS,
	.password = TRUSTSTORE_PASSWORD,
};
static const struct bag_options without_password = { .limits = FORGE_LIMITS };

/* --- what a test has ------------------------------------------------------------------------- */

struct names {
	struct export_item items[64];
	struct buf ders[64];
	struct export_list list;
};

/* A certificate for each name; those of equal number are the same. */
static void names_add(struct names *names, const char *name)
{
	size_t i = names->list.count++;
	struct export_item *item = &names->items[i];

	forge_cert(&names->ders[i], "test");
	*item = (struct export_item){ .der = (uint8_t *)names->ders[i].data,
		.len = names->ders[i].len,
		.name = name };
	fingerprint_of(item->der, item->len, &item->sha256);
	names->list.items = names->items;
	names->list.now = NOW;
}

static void names_done(struct names *names)
{
	for (size_t i = 0; i < names->list.count; i++)
		buf_done(&names->ders[i]);
}

static struct truststore *new(enum truststore_format format, const char *password)
{
	struct truststore *ts;
	struct error err = { 0 };

	if (!truststore_new(format, password, &ts, &err))
		fail_msg("%s", err.text);
	return ts;
}

static struct truststore *read_file(const struct buf *file, const struct bag_options *options)
{
	struct truststore *ts;
	struct error err = { 0 };

	if (!truststore_read(buf_text(file), file->len, options, &ts, &err))
		fail_msg("%s", err.text);
	return ts;
}

static void refused(const struct buf *file, const struct bag_options *options,
	enum error_code code, const char *words)
{
	struct truststore *ts;
	struct error err = { 0 };

	assert_false(truststore_read(buf_text(file), file->len, options, &ts, &err));
	assert_null(ts);
	assert_int_equal(err.code, code);
	if (!strstr(err.text, words))
		fail_msg("\"%s\" is not in \"%s\"", words, err.text);
}

static void write_file(const struct truststore *ts, struct buf *out)
{
	struct error err = { 0 };

	buf_cut(out, 0);
	if (!truststore_write(ts, out, &err))
		fail_msg("%s", err.text);
}

static struct truststore_change hold(struct truststore *ts, const struct names *names)
{
	struct truststore_change change;

	truststore_hold(ts, &names->list, &change);
	return change;
}

static void expect_change(struct truststore_change has, size_t kept, size_t added, size_t removed)
{
	assert_int_equal(has.kept, kept);
	assert_int_equal(has.added, added);
	assert_int_equal(has.removed, removed);
}

static const struct truststore_item *find(const struct truststore *ts, const char *alias)
{
	for (size_t i = 0; i < truststore_count(ts); i++) {
		const struct truststore_item *item = truststore_item(ts, i);

		if (!item->gone && strcmp(item->alias, alias) == 0)
			return item;
	}
	return NULL;
}

static void has(const struct truststore *ts, const char *alias, const struct export_item *wish)
{
	const struct truststore_item *item = find(ts, alias);

	if (!item)
		fail_msg("no %s", alias);
	assert_int_equal(item->kind, TRUSTSTORE_TRUSTED);
	assert_int_equal(item->len, wish->len);
	assert_memory_equal(item->der, wish->der, wish->len);
	assert_int_equal(fingerprint_compare(&item->sha256, &wish->sha256), 0);
}

static void add(struct truststore *ts, const char *alias, const struct export_item *cert)
{
	struct truststore_entry entry = {
		.alias = alias, .der = cert->der, .len = cert->len, .now = NOW
	};
	struct error err = { 0 };

	if (!truststore_add(ts, &entry, &err))
		fail_msg("%s", err.text);
}

/* A store of the format with two of somebody else's. */
static void theirs(enum truststore_format format, const struct names *names, struct buf *out)
{
	struct truststore *ts = new(format, TRUSTSTORE_PASSWORD);

	add(ts, "debian:first.pem", &names->items[0]);
	add(ts, "second", &names->items[1]);
	write_file(ts, out);
	truststore_free(ts);
}

static const enum truststore_format formats[] = { TRUSTSTORE_JKS, TRUSTSTORE_JCEKS,
	TRUSTSTORE_PKCS12 };

/* --- tests ----------------------------------------------------------------------------------- */

static void a_new_one_is_read_again(void **state)
{
	struct names names = { 0 };
	struct buf file = { 0 };

	(void)state;
	names_add(&names, "Root CA");
	names_add(&names, "Zürich Ä, 😀");
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct truststore *ts = new(formats[i], "secret");
		struct bag_options options = { .password = "secret" };

		expect_change(hold(ts, &names), 0, 2, 0);
		write_file(ts, &file);
		truststore_free(ts);
		ts = read_file(&file, &options);
		assert_int_equal(truststore_format(ts), formats[i]);
		assert_int_equal(truststore_seal(ts), TRUSTSTORE_VERIFIED);
		assert_int_equal(truststore_count(ts), 2);
		has(ts, "certary:root ca", &names.items[0]);
		has(ts, "certary:zürich ä, 😀", &names.items[1]);
		assert_true(truststore_item(ts, 0)->ours);
		assert_int_equal(truststore_item(ts, 0)->date,
			formats[i] == TRUSTSTORE_PKCS12 ? 0 : NOW);
		expect_change(hold(ts, &names), 2, 0, 0);
		truststore_free(ts);
	}
	buf_done(&file);
	names_done(&names);
}

static void a_password_must_fit(void **state)
{
	struct truststore *ts;
	struct error err = { 0 };

	(void)state;
	assert_false(truststore_new(TRUSTSTORE_JKS, NULL, &ts, &err));
	assert_int_equal(err.code, ERROR_SECRET);
	assert_null(ts);
	assert_false(truststore_new(TRUSTSTORE_PKCS12, "pässword", &ts, &err));
	assert_int_equal(err.code, ERROR_USAGE);
	assert_true(truststore_new(TRUSTSTORE_JKS, "pässword", &ts, &err));
	truststore_free(ts);
	assert_true(truststore_new(TRUSTSTORE_PKCS12, NULL, &ts, &err));
	assert_int_equal(truststore_seal(ts), TRUSTSTORE_UNSEALED);
	truststore_free(ts);
	truststore_free(NULL);
}

static void theirs_stay_byte_for_byte(void **state)
{
	struct names names = { 0 };
	struct buf file = { 0 }, after = { 0 }, back = { 0 };

	(void)state;
	for (int i = 0; i < 6; i++)
		names_add(&names, "mine");
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct truststore *ts, *changed;
		struct truststore_change change;

		theirs(formats[i], &names, &file);
		ts = read_file(&file, &with_password);
		change = hold(ts, &names);
		assert_int_equal(change.others, 2);
		expect_change(change, 0, 6, 0);
		write_file(ts, &after);
		changed = read_file(&after, &with_password);
		assert_int_equal(truststore_count(changed), 8);
		for (size_t j = 0; j < 2; j++) {
			const struct truststore_item *a = truststore_item(ts, j);
			const struct truststore_item *b = truststore_item(changed, j);

			assert_false(b->ours);
			assert_string_equal(a->alias, b->alias);
			assert_int_equal(a->raw_len, b->raw_len);
			assert_memory_equal(a->raw, b->raw, a->raw_len);
		}
		truststore_free(ts);
		hold(changed, &(struct names){ 0 });
		assert_int_equal(truststore_live(changed, TRUSTSTORE_TRUSTED), 2);
		write_file(changed, &back);
		truststore_free(changed);
		if (formats[i] != TRUSTSTORE_PKCS12) { /* whose seal has a salt */
			assert_int_equal(back.len, file.len);
			assert_memory_equal(back.data, file.data, file.len);
		}
	}
	buf_done(&file);
	buf_done(&after);
	buf_done(&back);
	names_done(&names);
}

static void names_that_meet_get_digits_and_keep_them(void **state)
{
	struct names names = { 0 }, less = { 0 };
	struct truststore *ts = new(TRUSTSTORE_JKS, "secret");
	char digits[FINGERPRINT_HEX], *second;
	struct buf file = { 0 };

	(void)state;
	names_add(&names, "Same");
	names_add(&names, "SAME");
	add(ts, "certary:taken", &names.items[0]); /* by now it is one of ours, and goes */
	expect_change(hold(ts, &names), 0, 2, 1);
	has(ts, "certary:same", &names.items[0]);
	fingerprint_hex(&names.items[1].sha256, digits);
	second = mem_format("certary:same %.8s", digits);
	has(ts, second, &names.items[1]);

	less.items[0] = names.items[1]; /* the first goes: the second keeps its alias */
	less.list = (struct export_list){ .items = less.items, .count = 1, .now = NOW };
	expect_change(hold(ts, &less), 1, 0, 1);
	has(ts, second, &names.items[1]);
	less.items[0].name = "Other";
	expect_change(hold(ts, &less), 0, 1, 1);
	has(ts, "certary:other", &names.items[1]);
	assert_int_equal(truststore_live(ts, TRUSTSTORE_TRUSTED), 1);
	free(second);
	truststore_free(ts);
	buf_done(&file);
	names_done(&names);
}

static void an_alias_of_theirs_is_never_taken(void **state)
{
	struct names names = { 0 };
	struct truststore *ts = new(TRUSTSTORE_JKS, "secret");
	struct truststore_entry entry = { .now = NOW };
	struct error err = { 0 };
	char *longest = mem_new(9000);

	(void)state;
	names_add(&names, "x");
	entry.der = names.items[0].der;
	entry.len = names.items[0].len;
	entry.alias = "Root";
	assert_true(truststore_add(ts, &entry, &err));
	assert_non_null(find(ts, "root"));
	entry.alias = "ROOT";
	assert_false(truststore_add(ts, &entry, &err));
	assert_non_null(strstr(err.text, "there already"));
	assert_true(truststore_replace(ts, 0, &entry, &err));
	entry.alias = "other";
	assert_true(truststore_add(ts, &entry, &err));
	assert_false(truststore_replace(ts, 1, &(struct truststore_entry){ .alias = "root" }, &err));
	truststore_remove(ts, 0);
	truststore_remove(ts, 0);
	entry.alias = "root";
	assert_true(truststore_replace(ts, 1, &entry, &err));
	assert_int_equal(truststore_live(ts, TRUSTSTORE_TRUSTED), 1);
	entry.alias = "";
	assert_false(truststore_add(ts, &entry, &err));
	memset(longest, 'a', 8999);
	entry.alias = longest;
	assert_false(truststore_add(ts, &entry, &err));
	free(longest);
	truststore_free(ts);
	names_done(&names);
}

static void odd_names_come_back_as_they_are(void **state)
{
	static const struct {
		const char *name, *alias;
	} rows[] = {
		{ "  blanks   within  ", "certary:blanks within" },
		{ "", "certary:certificate" },
		{ "ÄÖÜ ß Ж ΑΣ İ", NULL },
		{ "日本語", "certary:日本語" },
		{ "a,b=c/d\\e\"f'", "certary:a,b=c/d\\e\"f'" },
		{ "esc\\x1b", "certary:esc\\x5cx1b" }, /* safe text of safe text */
	};
	struct names names = { 0 };
	struct buf file = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		names_add(&names, rows[i].name);
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct truststore *ts = new(formats[i], "secret");

		hold(ts, &names);
		write_file(ts, &file);
		truststore_free(ts);
		ts = read_file(&file, &(struct bag_options){ .password = "secret" });
		for (size_t j = 0; j < COUNT(rows); j++) {
			assert_true(truststore_item(ts, j)->ours);
			if (rows[j].alias)
				has(ts, rows[j].alias, &names.items[j]);
		}
		expect_change(hold(ts, &names), COUNT(rows), 0, 0);
		truststore_free(ts);
	}
	buf_done(&file);
	names_done(&names);
}

static void without_the_password_one_can_look(void **state)
{
	struct bag_options wrong = { .password = "wrong" };
	struct names names = { 0 };
	struct buf file = { 0 }, out = { 0 };
	struct error err = { 0 };

	(void)state;
	names_add(&names, "x");
	names_add(&names, "y");
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct truststore *ts;

		theirs(formats[i], &names, &file);
		refused(&file, &wrong, ERROR_SECRET, WRONG);
		ts = read_file(&file, &without_password);
		assert_int_equal(truststore_seal(ts), TRUSTSTORE_UNCHECKED);
		assert_int_equal(truststore_count(ts), 2);
		assert_false(truststore_write(ts, &out, &err));
		assert_int_equal(err.code, ERROR_SECRET);
		assert_int_equal(out.len, 0);
		truststore_free(ts);
		file.data[file.len - 1] ^= 1; /* a digest, or a number of rounds */
		refused(&file, &with_password, ERROR_SECRET, WRONG);
	}
	buf_done(&file);
	names_done(&names);
}

static void one_without_a_seal_stays_without(void **state)
{
	struct names names = { 0 };
	struct truststore *ts = new(TRUSTSTORE_PKCS12, NULL);
	struct buf file = { 0 };

	(void)state;
	names_add(&names, "x");
	hold(ts, &names);
	write_file(ts, &file);
	truststore_free(ts);
	for (int i = 0; i < 2; i++) {
		ts = read_file(&file, i ? &with_password : &without_password);
		assert_int_equal(truststore_seal(ts), TRUSTSTORE_UNSEALED);
		has(ts, "certary:x", &names.items[0]);
		truststore_remove(ts, 0);
		hold(ts, &names);
		write_file(ts, &file);
		truststore_free(ts);
	}
	buf_done(&file);
	names_done(&names);
}

static void what_is_none_is_refused(void **state)
{
	struct names names = { 0 };
	struct buf file = { 0 };

	(void)state;
	refused(&file, &with_password, ERROR_FAILED, "is empty");
	buf_text_add(&file, "-----BEGIN CERTIFICATE-----\n");
	refused(&file, &with_password, ERROR_FAILED, "is no truststore of Java");
	names_add(&names, "x");
	names_add(&names, "y");
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct bag_options one = { .limits = { .certificates = 1 } };

		theirs(formats[i], &names, &file);
		refused(&file, &one, ERROR_FAILED, "more than 1 entries");
		for (size_t len = 4; len < file.len; len += 7) {
			struct buf cut = { .data = file.data, .len = len };

			refused(&cut, &without_password, ERROR_FAILED, "");
		}
	}
	theirs(TRUSTSTORE_PKCS12, &names, &file);
	refused(&file, &(struct bag_options){ .limits = { .kdf_rounds = 10 } }, ERROR_FAILED,
		"demands 10000 key-derivation rounds");
	buf_done(&file);
	names_done(&names);
}

/* Each is added, found and taken away; twice as many must not take four times as long. */
static int64_t time_of(enum truststore_format format, struct crowd *crowd, size_t count)
{
	struct export_item *items = mem_new(count * sizeof(*items));
	struct export_list list = { .items = items, .count = count, .now = NOW };
	struct truststore *ts = new(format, "secret");
	struct truststore_change change;
	struct buf file = { 0 };
	int64_t begin;

	for (size_t i = 0; i < count; i++) {
		size_t len;
		const uint8_t *der = crowd_der(crowd, i, &len);

		items[i] = (struct export_item){
			.der = mem_copy(der, len), .len = len, .name = "the same name"
		};
		fingerprint_of(der, len, &items[i].sha256);
	}
	begin = forge_ms();
	truststore_hold(ts, &list, &change);
	assert_int_equal(change.added, count);
	write_file(ts, &file);
	truststore_free(ts);
	ts = read_file(&file, &(struct bag_options){ .password = "secret" });
	truststore_hold(ts, &list, &change);
	assert_int_equal(change.kept, count);
	begin = forge_ms() - begin;
	list.count = 0;
	truststore_hold(ts, &list, &change);
	assert_int_equal(change.removed, count);
	write_file(ts, &file);
	truststore_free(ts);
	for (size_t i = 0; i < count; i++)
		free((void *)(uintptr_t)items[i].der);
	free(items);
	buf_done(&file);
	return begin;
}

static void thousands_of_one_name_are_told_apart(void **state)
{
	struct crowd *crowd = crowd_new();

	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++)
		time_of(formats[i], crowd, 5000);
	crowd_free(crowd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_one_is_read_again),
		cmocka_unit_test(a_password_must_fit),
		cmocka_unit_test(theirs_stay_byte_for_byte),
		cmocka_unit_test(names_that_meet_get_digits_and_keep_them),
		cmocka_unit_test(an_alias_of_theirs_is_never_taken),
		cmocka_unit_test(odd_names_come_back_as_they_are),
		cmocka_unit_test(without_the_password_one_can_look),
		cmocka_unit_test(one_without_a_seal_stays_without),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test(thousands_of_one_name_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

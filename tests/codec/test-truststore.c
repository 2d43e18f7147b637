/*
 * Truststores of every kind: made, read, changed and written; what isn't ours stays as it was.
 */
#include "codec/truststore.h"

#include <string.h>

#include "base/mem.h"
#include "codec/forge.h"
#include "codec/pkcs12-parts.h"
#include "codec/writers.h"
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

/* Two of one alias, of which Java keeps the last, and one that it never finds; nobody here makes such. */
static void what_java_loses_is_put_right(void **state)
{
	struct names names = { 0 };
	struct buf file = { 0 };
	struct truststore *ts;

	(void)state;
	names_add(&names, "same");
	names_add(&names, "same");
	names_add(&names, "upper");
	ts = new(TRUSTSTORE_JKS, TRUSTSTORE_PASSWORD);
	add(ts, "certary:same", &names.items[0]);
	add(ts, "certary:samf", &names.items[1]);
	add(ts, "certary:upper", &names.items[2]);
	write_file(ts, &file);
	truststore_free(ts);
	((char *)memmem(file.data, file.len, "samf", 4))[3] = 'e';
	*(char *)memmem(file.data, file.len, "upper", 5) = 'U';
	ts = read_file(&file, &without_password);
	assert_false(truststore_item(ts, 0)->lost);
	assert_true(truststore_item(ts, 2)->lost);
	assert_true(truststore_item(ts, 2)->ours);
	expect_change(hold(ts, &names), 1, 2, 2);
	has(ts, "certary:same", &names.items[1]);
	has(ts, "certary:upper", &names.items[2]);
	assert_false(truststore_item(ts, 4)->lost);
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

/* --- containers of others -------------------------------------------------------------------- */

static const struct oid plain_key = OID("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x01"),
			unknown = OID("\x2a\x03\x04");

static void put_key(struct buf *bags, const char *name)
{
	struct buf value = { 0 }, attributes = { 0 };

	tlv_put(&value, TLV_SEQUENCE, "key", 3);
	pkcs12_put_name(&attributes, name);
	pkcs12_put_bag(bags, &plain_key, &value, &attributes);
	buf_done(&value);
	buf_done(&attributes);
}

/* Without a name, and trusted or not. */
static void put_nameless(struct buf *bags, const struct export_item *cert, bool trusted)
{
	struct buf attributes = { 0 };

	if (trusted)
		pkcs12_put_attribute(&attributes, &pkcs12_trusted_use, TLV_OID, "\x55\x1d\x25\x00", 4);
	pkcs12_put_cert(bags, cert->der, cert->len, &attributes);
	buf_done(&attributes);
}

static bool holds(const struct buf *file, const char *bytes)
{
	return memmem(file->data, file->len, bytes, strlen(bytes)) != NULL;
}

/* An encrypted container with a key among certificates: whatever goes, the key isn't laid open. */
static void a_key_stays_encrypted(void **state)
{
	static const struct pkcs12_seal schemes[] = { { .rounds = 1000 },
		{ .rounds = 1000, .legacy = true } };
	struct names names = { 0 };

	(void)state;
	names_add(&names, "x");
	names_add(&names, "y");
	for (size_t i = 0; i < COUNT(schemes); i++) {
		struct buf bags = { 0 }, containers = { 0 }, file = { 0 }, after = { 0 };
		struct truststore *ts, *again;
		struct error err = { 0 };

		pkcs12_put_trusted(&bags, span_of(names.items[0].der, names.items[0].len),
			"certary:gone");
		put_key(&bags, "secret");
		pkcs12_put_trusted(
			&bags, span_of(names.items[1].der, names.items[1].len), "theirs");
		assert_true(
			pkcs12_put_encrypted(&containers, &schemes[i], "changeit", &bags));
		assert_true(pkcs12_put_file(
			&file, &pkcs12_trust_seal, "changeit", &containers, &err));
		assert_false(holds(&file, "\x03key"));
		refused(&file, &without_password, ERROR_SECRET, "needs its password");
		ts = read_file(&file, &with_password);
		assert_int_equal(truststore_count(ts), 3);
		assert_int_equal(truststore_item(ts, 1)->kind, TRUSTSTORE_KEY);
		assert_string_equal(truststore_item(ts, 1)->alias, "secret");
		truststore_remove(ts, 0);
		write_file(ts, &after);
		assert_false(holds(&after, "\x03key"));
		again = read_file(&after, &with_password);
		assert_int_equal(truststore_count(again), 2);
		assert_int_equal(truststore_item(again, 0)->kind, TRUSTSTORE_KEY);
		assert_memory_equal(truststore_item(again, 0)->raw, truststore_item(ts, 1)->raw,
			truststore_item(ts, 1)->raw_len);
		has(again, "theirs", &names.items[1]);
		truststore_free(ts);
		truststore_remove(again, 0); /* with the key gone, nothing in there is secret */
		write_file(again, &after);
		truststore_free(again);
		again = read_file(&after, &without_password);
		has(again, "theirs", &names.items[1]);
		truststore_free(again);
		buf_done(&bags);
		buf_done(&containers);
		buf_done(&file);
		buf_done(&after);
	}
	names_done(&names);
}

static void java_counts_what_has_no_name(void **state)
{
	struct buf bags = { 0 }, value = { 0 }, none = { 0 }, containers = { 0 }, file = { 0 };
	struct names names = { 0 };
	struct truststore *ts;
	struct error err = { 0 };

	(void)state;
	names_add(&names, "x");
	put_nameless(&bags, &names.items[0], true);
	put_nameless(&bags, &names.items[0], false);
	put_nameless(&bags, &names.items[0], true);
	tlv_put(&value, TLV_OCTET_STRING, "?", 1);
	pkcs12_put_bag(&bags, &unknown, &value, &none);
	put_key(&bags, "KEY");
	pkcs12_wrap_plain(&bags, 0);
	assert_true(pkcs12_put_file(&file, NULL, NULL, &bags, &err));
	ts = read_file(&file, &without_password);
	assert_int_equal(truststore_count(ts), 5);
	has(ts, "1", &names.items[0]);
	has(ts, "2", &names.items[0]);
	assert_int_equal(truststore_item(ts, 1)->kind, TRUSTSTORE_LOOSE);
	assert_string_equal(truststore_item(ts, 1)->alias, "");
	assert_int_equal(truststore_item(ts, 3)->kind, TRUSTSTORE_OTHER);
	assert_null(truststore_item(ts, 3)->der);
	assert_string_equal(truststore_item(ts, 4)->alias, "KEY");
	truststore_free(ts);
	buf_done(&bags);
	buf_done(&value);
	buf_done(&containers);
	buf_done(&file);
	names_done(&names);
}

/* --- many ------------------------------------------------------------------------------------ */

static void list_crowd(struct crowd *crowd, size_t count, struct export_list *list)
{
	struct export_item *items = mem_new(count * sizeof(*items));
	const uint8_t *der;
	size_t len;

	for (size_t i = 0; i < count; i++) {
		der = crowd_der(crowd, i, &len);
		items[i] = (struct export_item){
			.der = mem_copy(der, len), .len = len, .name = "the same name"
		};
		fingerprint_of(der, len, &items[i].sha256);
	}
	*list = (struct export_list){ .items = items, .count = count, .now = NOW };
}

static void list_done(struct export_list *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((void *)(uintptr_t)list->items[i].der);
	free((void *)(uintptr_t)list->items);
}

static void thousands_of_one_name_are_told_apart(void **state)
{
	static const size_t count = 5000;
	struct crowd *crowd = crowd_new();
	struct truststore_change change;
	struct export_list list;
	struct buf file = { 0 };

	(void)state;
	list_crowd(crowd, count, &list);
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct truststore *ts = new(formats[i], TRUSTSTORE_PASSWORD);

		list.count = count;
		truststore_hold(ts, &list, &change);
		expect_change(change, 0, count, 0);
		write_file(ts, &file);
		truststore_free(ts);
		ts = read_file(&file, &with_password);
		truststore_hold(ts, &list, &change);
		expect_change(change, count, 0, 0);
		list.count = count / 2;
		truststore_hold(ts, &list, &change);
		expect_change(change, count / 2, 0, count / 2);
		write_file(ts, &file);
		truststore_free(ts);
		ts = read_file(&file, &with_password);
		assert_int_equal(truststore_count(ts), count / 2);
		truststore_free(ts);
	}
	list_done(&list, count);
	crowd_free(crowd);
	buf_done(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_one_is_read_again),
		cmocka_unit_test(a_password_must_fit),
		cmocka_unit_test(theirs_stay_byte_for_byte),
		cmocka_unit_test(names_that_meet_get_digits_and_keep_them),
		cmocka_unit_test(what_java_loses_is_put_right),
		cmocka_unit_test(an_alias_of_theirs_is_never_taken),
		cmocka_unit_test(odd_names_come_back_as_they_are),
		cmocka_unit_test(without_the_password_one_can_look),
		cmocka_unit_test(one_without_a_seal_stays_without),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test(a_key_stays_encrypted),
		cmocka_unit_test(java_counts_what_has_no_name),
		cmocka_unit_test(thousands_of_one_name_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

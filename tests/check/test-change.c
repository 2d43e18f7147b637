#include "check/change.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "support/certgen.h"

#define DAY 86400
#define AT(days) (INT64_C(1767225600) + (int64_t)(days) * DAY) /* from 2026-01-01 */

#define NAMES(literal, n) .sans = (literal), .sans_len = sizeof(literal), .san_count = (n)
#define KEY(byte)         .sha256 = { { (byte) } }, .spki = { (byte) }
#define P256              .key_algorithm = "EC", .key_bits = 256
#define RSA(bits)         .key_algorithm = "RSA", .key_bits = (bits)

/* A year of a server below CA 1, and what follows on it: each case says what is different. */
#define OLD                                                                                        \
	KEY(1), .subject = "CN=a.example", .issuer = "CN=CA 1", .serial = "5af0c1d2e3f4a5b6c7d8",  \
		.not_before = AT(0), .not_after = AT(365), .version = 3, P256,                     \
		.signature = "ECDSA-SHA256", NAMES("DNS:a.example", 1)
#define NEW                                                                                        \
	KEY(2), .subject = "CN=a.example", .issuer = "CN=CA 1", .serial = "6bf0c1d2e3f4a5b6c7d9",  \
		.not_before = AT(345), .not_after = AT(710), .version = 3, P256,                   \
		.signature = "ECDSA-SHA256", NAMES("DNS:a.example", 1)

static const struct cert_info ca_1 = { KEY(101), .subject = "CN=CA 1" };
static const struct cert_info ca_2 = { KEY(102), .subject = "CN=CA 2" };
static const struct cert_info fake = { KEY(103), .subject = "CN=CA 1" };
static const struct cert_info root = { KEY(111), .subject = "CN=Root" };
static const struct cert_info other_root = { KEY(112), .subject = "CN=Other root" };

#define HELD   .old_issuer = &ca_1, .new_issuer = &ca_1, TRUSTED
#define TRUSTED .old_anchor = &root, .new_anchor = &root, .old_trusted = true, .new_trusted = true

struct kase {
	const char *name;
	struct cert_info old, new;
	const struct cert_info *old_issuer, *new_issuer, *old_anchor, *new_anchor;
	bool old_trusted, new_trusted, wrong_host, known;
	int64_t when; /* 0: twenty days before the old one's end */
	enum change_verdict verdict;
	const char *codes; /* all of them, in order */
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#endif
static const struct kase cases[] = {
	{ "the same", { OLD }, { OLD }, HELD, .verdict = CHANGE_SAME, .codes = "" },
	{ "yearly, new key, same CA", { OLD }, { NEW }, HELD, .verdict = CHANGE_RENEWAL,
		.codes = "key-new due issuer-kept" },
	{ "yearly, key kept", { OLD }, { NEW, .spki = { 1 } }, HELD, .verdict = CHANGE_RENEWAL,
		.codes = "key-kept due issuer-kept" },
	{ "late: the old one was over", { OLD }, { NEW, .not_before = AT(399) }, HELD,
		.when = AT(400),
		.verdict = CHANGE_RENEWAL, .codes = "key-new due issuer-kept" },
	{ "ACME, 30 of 90 days left", { OLD, .not_after = AT(90) },
		{ NEW, .not_before = AT(60), .not_after = AT(150) }, HELD, .when = AT(60),
		.verdict = CHANGE_RENEWAL, .codes = "key-new due issuer-kept" },
	{ "ACME, 16 of 47 days left", { OLD, .not_after = AT(47) },
		{ NEW, .not_before = AT(31), .not_after = AT(78) }, HELD, .when = AT(31),
		.verdict = CHANGE_RENEWAL, .codes = "key-new due issuer-kept" },
	{ "six days, three left", { OLD, .not_after = AT(6) },
		{ NEW, .not_before = AT(3), .not_after = AT(9) }, HELD, .when = AT(3),
		.verdict = CHANGE_RENEWAL, .codes = "key-new due issuer-kept" },
	{ "ACME, another intermediate of the same root", { OLD },
		{ NEW, .issuer = "CN=CA 2" }, .old_issuer = &ca_1, .new_issuer = &ca_2, TRUSTED,
		.verdict = CHANGE_RENEWAL, .codes = "issuer-new key-new due issuer-sibling" },
	{ "the CA renewed its own key below the same root", { OLD }, { NEW },
		.old_issuer = &ca_1, .new_issuer = &fake, TRUSTED,
		.verdict = CHANGE_RENEWAL, .codes = "key-new due issuer-sibling" },
	{ "early, new key, same CA", { OLD }, { NEW, .not_before = AT(100) }, HELD,
		.when = AT(100), .verdict = CHANGE_NEW_KEY, .codes = "key-new early issuer-kept" },
	{ "early, key kept", { OLD }, { NEW, .spki = { 1 }, .not_before = AT(100) }, HELD,
		.when = AT(100), .verdict = CHANGE_RENEWAL, .codes = "early key-kept issuer-kept" },
	{ "ten years, three left: a third is no reason", { OLD, .not_after = AT(3650) },
		{ NEW, .not_before = AT(2600), .not_after = AT(6250) }, HELD, .when = AT(2600),
		.verdict = CHANGE_NEW_KEY, .codes = "key-new early issuer-kept" },
	{ "early, a name added", { OLD },
		{ NEW, .not_before = AT(100), NAMES("DNS:a.example\0DNS:b.example", 2) }, HELD,
		.when = AT(100), .verdict = CHANGE_NEW_KEY,
		.codes = "key-new early names-gained issuer-kept" },
	{ "due, but a name is lost", { OLD, NAMES("DNS:a.example\0DNS:b.example", 2) }, { NEW },
		HELD, .verdict = CHANGE_NEW_KEY, .codes = "names-lost key-new due issuer-kept" },
	{ "due, key kept, a name lost", { OLD, NAMES("DNS:a.example\0DNS:b.example", 2) },
		{ NEW, .spki = { 1 } }, HELD, .verdict = CHANGE_RENEWAL,
		.codes = "names-lost key-kept due issuer-kept" },
	{ "the order of names says nothing", { OLD, NAMES("DNS:a.example\0DNS:b.example", 2) },
		{ NEW, NAMES("DNS:b.example\0DNS:a.example", 2) }, HELD,
		.verdict = CHANGE_RENEWAL, .codes = "key-new due issuer-kept" },
	{ "a wildcard came in", { OLD }, { NEW, NAMES("DNS:a.example\0DNS:*.example", 2) }, HELD,
		.verdict = CHANGE_NEW_KEY,
		.codes = "wildcard-gained key-new names-gained due issuer-kept" },
	{ "a wildcard that was there", { OLD, NAMES("DNS:*.a.example", 1) },
		{ NEW, NAMES("DNS:*.a.example", 1) }, HELD, .verdict = CHANGE_RENEWAL,
		.codes = "key-new due issuer-kept" },
	{ "a wildcard instead of a name", { OLD }, { NEW, NAMES("DNS:*.example", 1) }, HELD,
		.verdict = CHANGE_SUSPICIOUS,
		.codes = "names-lost wildcard-gained key-new names-gained due issuer-kept" },
	{ "another CA, trusted by another root", { OLD }, { NEW, .issuer = "CN=CA 2" },
		.old_issuer = &ca_1, .new_issuer = &ca_2, TRUSTED, .new_anchor = &other_root,
		.verdict = CHANGE_NEW_ISSUER, .codes = "issuer-new key-new due" },
	{ "another CA, key kept", { OLD }, { NEW, .issuer = "CN=CA 2", .spki = { 1 } },
		.old_issuer = &ca_1, .new_issuer = &ca_2, TRUSTED, .new_anchor = &other_root,
		.verdict = CHANGE_NEW_ISSUER, .codes = "issuer-new key-kept due" },
	{ "an unknown CA where the old one was trusted", { OLD }, { NEW, .issuer = "CN=CA 2" },
		.old_issuer = &ca_1, .new_issuer = &ca_2, .old_trusted = true, .old_anchor = &root,
		.verdict = CHANGE_SUSPICIOUS, .codes = "untrusted issuer-new key-new due" },
	{ "the same, and nothing proves its issuer", { OLD }, { NEW, .issuer = "CN=CA 2" },
		.old_issuer = &ca_1, .old_trusted = true, .old_anchor = &root,
		.verdict = CHANGE_SUSPICIOUS, .codes = "untrusted issuer-new key-new due" },
	{ "an unknown CA with the name of the old one", { OLD }, { NEW },
		.old_issuer = &ca_1, .new_issuer = &fake, .old_trusted = true, .old_anchor = &root,
		.verdict = CHANGE_SUSPICIOUS, .codes = "untrusted issuer-rekeyed key-new due" },
	{ "it only says that the same CA signed it", { OLD }, { NEW }, .old_issuer = &ca_1,
		.old_trusted = true, .old_anchor = &root, .verdict = CHANGE_SUSPICIOUS,
		.codes = "untrusted issuer-claimed key-new due" },
	{ "the same CA, but not trusted", { OLD }, { NEW }, .old_issuer = &ca_1,
		.new_issuer = &ca_1, .old_trusted = true, .old_anchor = &root,
		.verdict = CHANGE_NEW_KEY, .codes = "untrusted-issue key-new due issuer-kept" },
	{ "neither trusted, nothing proved", { OLD }, { NEW }, .verdict = CHANGE_NEW_KEY,
		.codes = "issuer-claimed key-new due" },
	{ "neither trusted, key kept", { OLD }, { NEW, .spki = { 1 } },
		.verdict = CHANGE_RENEWAL, .codes = "issuer-claimed key-kept due" },
	{ "neither trusted, another issuer", { OLD }, { NEW, .issuer = "CN=CA 2" },
		.verdict = CHANGE_NEW_ISSUER, .codes = "issuer-new key-new due" },
	{ "from untrusted to trusted", { OLD }, { NEW, .issuer = "CN=CA 2" }, .new_issuer = &ca_2,
		.new_trusted = true, .new_anchor = &root, .verdict = CHANGE_NEW_ISSUER,
		.codes = "issuer-new key-new due trusted-now" },
	{ "from untrusted to trusted, with all that weighs",
		{ OLD, NAMES("DNS:a.example\0DNS:b.example", 2) },
		{ NEW, .issuer = "CN=CA 2", .serial = "01" }, .new_issuer = &ca_2,
		.new_trusted = true, .new_anchor = &root, .verdict = CHANGE_NEW_ISSUER,
		.codes = "names-lost odd-serial issuer-new key-new due trusted-now" },
	{ "signed by itself", { OLD }, { NEW, .issuer = "CN=a.example", .self_signed = true },
		.old_issuer = &ca_1, .old_trusted = true, .old_anchor = &root,
		.verdict = CHANGE_SUSPICIOUS,
		.codes = "untrusted self-signed issuer-new key-new due" },
	{ "signed by itself, both untrusted", { OLD },
		{ NEW, .issuer = "CN=a.example", .self_signed = true },
		.verdict = CHANGE_SUSPICIOUS, .codes = "self-signed issuer-new key-new due" },
	{ "both signed by themselves, key kept",
		{ OLD, .issuer = "CN=a.example", .self_signed = true },
		{ NEW, .issuer = "CN=a.example", .self_signed = true, .spki = { 1 },
			.serial = "5af0c1d2e3f4a5b6c7d8" },
		.verdict = CHANGE_RENEWAL, .codes = "key-kept due" },
	{ "both signed by themselves, another key",
		{ OLD, .issuer = "CN=a.example", .self_signed = true },
		{ NEW, .issuer = "CN=a.example", .self_signed = true }, .verdict = CHANGE_NEW_KEY,
		.codes = "key-new due" },
	{ "a pinned one that was replaced",
		{ OLD, .issuer = "CN=a.example", .self_signed = true },
		{ NEW, .issuer = "CN=a.example", .self_signed = true }, .old_trusted = true,
		.verdict = CHANGE_SUSPICIOUS, .codes = "untrusted key-new due" },
	{ "the host is lost", { OLD }, { NEW, NAMES("DNS:b.example", 1) }, HELD,
		.wrong_host = true, .verdict = CHANGE_SUSPICIOUS,
		.codes = "host-lost names-lost key-new names-gained due issuer-kept" },
	{ "a CA as a server", { OLD }, { NEW, .ca = true }, HELD, .verdict = CHANGE_NEW_KEY,
		.codes = "ca-gained key-new due issuer-kept" },
	{ "a CA, and a name lost", { OLD, NAMES("DNS:a.example\0DNS:b.example", 2) },
		{ NEW, .ca = true }, HELD, .verdict = CHANGE_SUSPICIOUS,
		.codes = "names-lost ca-gained key-new due issuer-kept" },
	{ "RSA with 2048 bits after 4096", { OLD, RSA(4096) }, { NEW, RSA(2048) }, HELD,
		.verdict = CHANGE_NEW_KEY, .codes = "weaker-key key-new due issuer-kept" },
	{ "RSA with 3072 bits after 4096", { OLD, RSA(4096) }, { NEW, RSA(3072) }, HELD,
		.verdict = CHANGE_RENEWAL, .codes = "key-new smaller-key due issuer-kept" },
	{ "P-256 after RSA with 4096 bits", { OLD, RSA(4096) }, { NEW }, HELD,
		.verdict = CHANGE_RENEWAL, .codes = "key-new due issuer-kept" },
	{ "P-256 after RSA with 2048 bits", { OLD, RSA(2048) }, { NEW }, HELD,
		.verdict = CHANGE_RENEWAL, .codes = "key-new due issuer-kept stronger-key" },
	{ "SHA-1 again", { OLD }, { NEW, .signature = "RSA-SHA1" }, HELD,
		.verdict = CHANGE_NEW_KEY, .codes = "weaker-signature key-new due issuer-kept" },
	{ "ten years after one", { OLD }, { NEW, .not_after = AT(4000) }, HELD,
		.verdict = CHANGE_NEW_KEY, .codes = "longer-life key-new due issuer-kept" },
	{ "47 days after a year", { OLD }, { NEW, .not_after = AT(392) }, HELD,
		.verdict = CHANGE_RENEWAL, .codes = "key-new shorter-life due issuer-kept" },
	{ "a year after 90 days", { OLD, .not_after = AT(90) },
		{ NEW, .not_before = AT(61), .not_after = AT(458) }, HELD, .when = AT(61),
		.verdict = CHANGE_RENEWAL, .codes = "key-new due issuer-kept" },
	{ "an older one", { OLD }, { NEW, .not_before = AT(-10), .not_after = AT(355) }, HELD,
		.when = AT(100), .verdict = CHANGE_NEW_KEY,
		.codes = "older key-new early issuer-kept" },
	{ "an older one without a name", { OLD, NAMES("DNS:a.example\0DNS:b.example", 2) },
		{ NEW, .not_before = AT(-10), .not_after = AT(355) }, HELD, .when = AT(100),
		.verdict = CHANGE_SUSPICIOUS,
		.codes = "names-lost older key-new early issuer-kept" },
	{ "the same, of two servers that take turns",
		{ OLD, NAMES("DNS:a.example\0DNS:b.example", 2) },
		{ NEW, .not_before = AT(-10), .not_after = AT(355) }, HELD, .when = AT(100),
		.known = true, .verdict = CHANGE_NEW_KEY,
		.codes = "names-lost older key-new early known issuer-kept" },
	{ "known, but no longer trusted", { OLD }, { NEW }, .old_issuer = &ca_1,
		.old_trusted = true, .old_anchor = &root, .known = true,
		.verdict = CHANGE_SUSPICIOUS,
		.codes = "untrusted issuer-claimed key-new known due" },
	{ "issued long before it came", { OLD }, { NEW, .not_before = AT(300) }, HELD,
		.verdict = CHANGE_RENEWAL, .codes = "key-new waited due issuer-kept" },
	{ "counted by hand", { OLD }, { NEW, .serial = "01" }, HELD, .verdict = CHANGE_NEW_KEY,
		.codes = "odd-serial key-new due issuer-kept" },
	{ "a CA that always counts", { OLD, .serial = "41" }, { NEW, .serial = "42" }, HELD,
		.verdict = CHANGE_RENEWAL, .codes = "key-new due issuer-kept" },
	{ "a serial number given twice", { OLD }, { NEW, .serial = "5af0c1d2e3f4a5b6c7d8" }, HELD,
		.verdict = CHANGE_SUSPICIOUS, .codes = "serial-reused key-new due issuer-kept" },
	{ "another subject", { OLD }, { NEW, .subject = "" }, HELD, .verdict = CHANGE_RENEWAL,
		.codes = "key-new subject-new due issuer-kept" },
};
#pragma GCC diagnostic pop

static struct change judged(const struct kase *k)
{
	struct change c;
	const struct change_question q = {
		.old = { &k->old, k->old_issuer, k->old_anchor, k->old_trusted, false },
		.new = { &k->new, k->new_issuer, k->new_anchor, k->new_trusted, k->wrong_host },
		.last = k->when ? k->when - DAY : AT(344),
		.when = k->when ? k->when : AT(345),
		.known = k->known,
	};
	change_judge(&q, &c);
	return c;
}

static void every_case(void **state)
{
	size_t failed = 0;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct change c = judged(&cases[i]);
		struct buf codes = { 0 };
		for (size_t r = 0; r < c.count; r++) {
			buf_format(&codes, "%s%s", r ? " " : "", c.reasons[r].code);
			assert_true(text_is_safe(c.reasons[r].text));
			assert_true(strlen(c.reasons[r].text) > 10);
			assert_true(r == 0 || c.reasons[r - 1].weight <= c.reasons[r].weight);
		}
		if (c.verdict != cases[i].verdict ||
			strcmp(buf_text(&codes), cases[i].codes) != 0) {
			print_error("%s: %s: %s\n  should be %s: %s\n", cases[i].name,
				change_name(c.verdict), buf_text(&codes),
				change_name(cases[i].verdict), cases[i].codes);
			failed++;
		}
		buf_done(&codes);
		change_done(&c);
	}
	assert_int_equal(failed, 0);
}

/* What the table of cases never brings is a row that nobody has seen work. */
static void every_code_has_a_case(void **state)
{
	(void)state;
	for (const struct change_help *row = change_codes(); row->code; row++) {
		bool found = false;
		assert_true(strlen(row->help) > 5);
		for (const struct change_help *other = change_codes(); other != row; other++)
			assert_string_not_equal(other->code, row->code);
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			struct change c = judged(&cases[i]);
			for (size_t r = 0; r < c.count; r++)
				found = found || strcmp(c.reasons[r].code, row->code) == 0;
			change_done(&c);
		}
		if (!found)
			fail_msg("no case has %s", row->code);
	}
}

static void in_words(void **state)
{
	(void)state;
	static const char *const said[][2] = {
		{ "the same", "same" },
		{ "yearly, new key, same CA",
			"routine renewal: It was due: the one before had 20 days left, 5 % of its life." },
		{ "signed by itself",
			"suspicious: It isn't trusted here; the one before was." },
		{ "another CA, trusted by another root",
			"new issuer: It was issued by CN=CA 2, the one before by CN=CA 1." },
	};
	for (size_t s = 0; s < sizeof said / sizeof *said; s++)
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			if (strcmp(cases[i].name, said[s][0]) != 0)
				continue;
			struct change c = judged(&cases[i]);
			char *words = change_words(&c);
			assert_string_equal(words, said[s][1]);
			free(words);
			change_done(&c);
		}
}

enum { MANY = 50000 };

static void give_names(struct cert_info *info, struct buf *names, const char *what)
{
	for (int i = 0; i < MANY; i++) {
		buf_format(names, "DNS:%s-%d.example", what, i);
		buf_char(names, '\0');
	}
	info->sans = names->data;
	info->sans_len = names->len;
	info->san_count = MANY;
}

/* Looked up, not held each against each. */
static void many_names_are_counted(void **state)
{
	(void)state;
	struct buf old = { 0 }, new = { 0 };
	struct kase k = { "many", { OLD }, { NEW }, HELD };
	give_names(&k.old, &old, "old");
	give_names(&k.new, &new, "new");
	struct change c = judged(&k);
	assert_string_equal(c.reasons[0].code, "names-lost");
	assert_string_equal(c.reasons[0].text,
		"50000 names that it had are gone: DNS:old-0.example …");
	assert_string_equal(c.reasons[2].text, "50000 names came in: DNS:new-0.example …");
	change_done(&c);
	buf_done(&old);
	buf_done(&new);
}

/* Who makes the certificate doesn't fill the screen with it. */
static void a_long_name_is_cut(void **state)
{
	(void)state;
	char name[2000] = "DNS:";
	struct kase k = { "long", { OLD }, { NEW }, HELD };
	memset(name + 4, 'a', sizeof name - 5);
	k.new.sans = name;
	k.new.sans_len = sizeof name;
	struct change c = judged(&k);
	for (size_t i = 0; i < c.count; i++)
		assert_true(strlen(c.reasons[i].text) < 200);
	change_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case),
		cmocka_unit_test(every_code_has_a_case),
		cmocka_unit_test(in_words),
		cmocka_unit_test(many_names_are_counted),
		cmocka_unit_test(a_long_name_is_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

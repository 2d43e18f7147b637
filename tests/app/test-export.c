#include "app/export.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "support/counter.h"

static size_t put(struct counter *c, const struct certgen *wish, enum state state, const char *name)
{
	size_t i = depot_make(c->depot, wish);
	depot_create(c->depot, i, state, name);
	return i;
}

static bool add(struct counter *c, struct export *export, size_t i, struct error *err)
{
	struct fingerprint print = depot_fingerprint(c->depot, i);
	return export_add(export, &print, err);
}

/* A root, two CAs in a row below it and a server below them, all of them trusted. */
enum { ROOT, UPPER, LOWER, SERVER };

static struct counter *hierarchy(bool with_root)
{
	static const struct certgen_ext aia = CERTGEN_EXT("1.3.6.1.5.5.7.1.1", false,
		"\x30\x22\x30\x20\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x02\x86\x14"
		"http://ca.example/ca");
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct certgen root = { .cn = "Root", .ca = true, .key_ids = true };
	struct certgen upper = { .cn = "Upper", .ca = true, .key_ids = true, .exts = &aia,
		.ext_count = 1 };
	struct certgen lower = { .cn = "Lower", .ca = true, .key_ids = true };
	struct certgen server = { .cn = "server.example", .key_ids = true };
	depot_make(c->depot, &root);
	upper.issuer = c->depot->certs[ROOT];
	depot_make(c->depot, &upper);
	lower.issuer = c->depot->certs[UPPER];
	depot_make(c->depot, &lower);
	server.issuer = c->depot->certs[LOWER];
	depot_make(c->depot, &server);
	for (size_t i = with_root ? ROOT : UPPER; i <= SERVER; i++)
		depot_create(c->depot, i, STATE_TRUSTED, NULL);
	counter_reload(c);
	return c;
}

static struct export *chain_of(struct counter *c, size_t leaf)
{
	struct export *export = export_new(c->app, export_format_find("chain"));
	struct error err = { 0 };
	if (!add(c, export, leaf, &err))
		fail_msg("%s", err.text);
	return export;
}

static void expect_items(struct counter *c, const struct export *export, const size_t *want,
	size_t count)
{
	assert_int_equal(export_count(export), count);
	for (size_t i = 0; i < count; i++) {
		struct fingerprint print = depot_fingerprint(c->depot, want[i]);
		assert_memory_equal(&export_item(export, i)->sha256, &print, sizeof print);
	}
}

/* Trusted here is not trusted there: neither the leaf nor an intermediate CA ends the chain. */
static void test_chain(void **state)
{
	static const size_t want[] = { SERVER, LOWER, UPPER };
	struct counter *c = hierarchy(true);
	(void)state;
	struct export *export = chain_of(c, SERVER);
	expect_items(c, export, want, 3);
	assert_string_equal(export_doubts(export), "");
	export_free(export);
	export = chain_of(c, LOWER);
	expect_items(c, export, want + 1, 2);
	export_free(export);
	export = chain_of(c, ROOT); /* alone: it is what was asked for */
	assert_int_equal(export_count(export), 1);
	assert_string_equal(export_doubts(export), "");
	export_free(export);
	counter_free(c);
}

static void test_chain_whatever_the_states(void **state)
{
	static const size_t want[] = { SERVER, LOWER, UPPER };
	struct counter *c = hierarchy(true);
	(void)state;
	depot_move(c->depot, ROOT, STATE_UNTRUSTED);
	depot_move(c->depot, LOWER, STATE_UNTRUSTED);
	counter_reload(c);
	struct export *export = chain_of(c, SERVER);
	expect_items(c, export, want, 3);
	assert_string_equal(export_doubts(export), "");
	export_free(export);
	counter_free(c);
}

static void test_chain_without_its_root(void **state)
{
	static const size_t want[] = { SERVER, LOWER, UPPER };
	struct counter *c = hierarchy(false);
	(void)state;
	struct export *export = chain_of(c, SERVER);
	expect_items(c, export, want, 3);
	assert_string_equal(export_doubts(export),
		"CN=Upper was issued by CN=Root, which isn't in the store: if that is no root, the "
		"chain has a gap (it can be fetched from http://ca.example/ca).\n");
	export_free(export);
	counter_free(c);
}

static void test_chain_with_a_gap(void **state)
{
	static const size_t want[] = { SERVER };
	static const enum state gaps[] = { STATE_TRASH, STATE_BLOCKED };
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct counter *c = hierarchy(true);
		depot_move(c->depot, LOWER, gaps[i]);
		counter_reload(c);
		struct export *export = chain_of(c, SERVER);
		expect_items(c, export, want, 1);
		assert_non_null(strstr(export_doubts(export),
			"CN=server.example was issued by CN=Lower"));
		export_free(export);
		counter_free(c);
	}
}

/* Another CA of the same name and with the key identifier that the leaf names, but another key. */
static void test_chain_with_an_impostor(void **state)
{
	static const size_t want[] = { SERVER };
	struct counter *c = hierarchy(true);
	struct certgen fake = { .cn = "Lower", .ca = true, .issuer = c->depot->certs[UPPER] };
	(void)state;
	depot_move(c->depot, LOWER, STATE_TRASH);
	put(c, &fake, STATE_TRUSTED, "impostor");
	counter_reload(c);
	struct export *export = chain_of(c, SERVER);
	expect_items(c, export, want, 1);
	assert_non_null(strstr(export_doubts(export), "was issued by"));
	export_free(export);
	counter_free(c);
}

static void test_chain_with_expired_ca(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct certgen root = { .cn = "Root", .ca = true };
	(void)state;
	size_t r = put(c, &root, STATE_TRUSTED, "root");
	struct certgen old = { .cn = "Old", .ca = true, .to = "2025-03-01T00:00:00Z",
		.issuer = c->depot->certs[r] };
	size_t o = put(c, &old, STATE_TRUSTED, "old");
	struct certgen leaf = { .cn = "leaf", .issuer = c->depot->certs[o] };
	size_t l = put(c, &leaf, STATE_TRUSTED, "leaf");
	size_t want[] = { l, o };
	counter_reload(c);
	struct export *export = chain_of(c, l);
	expect_items(c, export, want, 2);
	assert_int_equal(strncmp(export_doubts(export), "CN=Old: ", 8), 0);
	export_free(export);
	counter_free(c);
}

static void test_chain_is_of_one(void **state)
{
	struct counter *c = hierarchy(true);
	struct error err = { 0 };
	(void)state;
	struct export *export = chain_of(c, SERVER);
	assert_true(add(c, export, SERVER, &err)); /* the same again is nothing */
	assert_false(add(c, export, ROOT, &err));
	assert_int_equal(err.code, ERROR_USAGE);
	assert_int_equal(export_count(export), 3);
	export_free(export);
	counter_free(c);
}

static void test_truststore_asks_for_strangers(void **state)
{
	static const char *const formats[] = { "jks", "pkcs12", "pem", "pkcs7" };
	struct counter *c = counter_new(4, STATE_TRUSTED);
	struct error err = { 0 };
	const struct buf *bytes;
	(void)state;
	depot_move(c->depot, 1, STATE_BLOCKED);
	depot_move(c->depot, 2, STATE_UNTRUSTED);
	counter_reload(c);
	for (size_t f = 0; f < 4; f++) {
		const struct export_format *format = export_format_find(formats[f]);
		struct export *export = export_new(c->app, format);
		for (size_t i = 0; i < 8; i++)
			assert_true(add(c, export, i % 4, &err));
		assert_int_equal(export_count(export), 4);
		assert_true(export_make(export, format->truststore ? "x" : NULL, &bytes, &err));
		assert_true(bytes->len > 1000);
		assert_string_equal(export_doubts(export),
			format->truststore ?
				"cert-1 is blocked here: whoever reads a truststore trusts what is "
				"in it.\nThe same goes for 1 more.\n" : "");
		export_free(export);
	}
	counter_free(c);
}

static void test_what_is_gone(void **state)
{
	struct counter *c = counter_new(2, STATE_TRUSTED);
	struct error err = { 0 };
	(void)state;
	depot_remove(c->depot, 1);
	counter_reload(c);
	struct export *export = export_new(c->app, export_format_find("pem"));
	assert_false(add(c, export, 1, &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	/* exchanged for another one behind our back */
	char *file = mem_format("trusted/%s", depot_file(c->depot, 0));
	depot_drop_pem(c->depot, file, 1, "");
	free(file);
	assert_false(add(c, export, 0, &err));
	assert_int_equal(export_count(export), 0);
	export_free(export);
	counter_free(c);
}

static void test_choice(void **state)
{
	static const struct {
		const char *format, *path, *want;
	} rows[] = {
		{ NULL, NULL, "pem" },
		{ NULL, "a.p12", "pkcs12" },
		{ NULL, "a", "pem" },
		{ "der", "a.p12", "der" },
		{ "PKCS12", NULL, NULL },
		{ "", NULL, NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct export_format *format;
		struct error err = { 0 };
		bool ok = export_choose(rows[i].format, rows[i].path, &format, &err);
		assert_int_equal(ok, rows[i].want != NULL);
		if (ok)
			assert_string_equal(format->name, rows[i].want);
		else
			assert_int_equal(err.code, ERROR_USAGE);
	}
}

static void test_file_names(void **state)
{
	static const struct {
		const char *format, *name;
		size_t count;
		const char *want;
	} rows[] = {
		{ "pem", "LDAP (directory)", 1, "ldap-directory.pem" },
		{ "chain", "www.example.com", 1, "www.example.com-chain.pem" },
		{ "der", "../../etc/passwd", 1, "etc-passwd.der" },
		{ "der", "-rf", 1, "rf.der" },
		{ "pem", ".hidden..", 1, "hidden.pem" },
		{ "pem", "\xe6\x9d\xb1\xe4\xba\xac", 1, "certificates.pem" },
		{ "chain", "", 1, "certificates.pem" },
		{ "pkcs7", "x", 2, "certificates.p7b" },
		{ "jks", "x", 1, "truststore.jks" },
		{ "pkcs12", "x", 9, "truststore.p12" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *name = export_file_name(export_format_find(rows[i].format), rows[i].name,
			rows[i].count);
		assert_string_equal(name, rows[i].want);
		free(name);
	}
}

static mode_t mode_of(struct depot *depot, const char *name)
{
	struct stat st;
	assert_int_equal(lstat(depot_path(depot, name), &st), 0);
	return st.st_mode;
}

static void test_save(void **state)
{
	struct counter *c = counter_new(1, STATE_TRUSTED);
	struct depot *d = c->depot;
	struct error err = { 0 };
	const struct buf *bytes;
	(void)state;
	struct export *export = export_new(c->app, export_format_find("der"));
	assert_true(add(c, export, 0, &err));
	assert_true(export_make(export, NULL, &bytes, &err));
	umask(022);
	const char *out = depot_path(d, "out.der");
	assert_false(export_replaces(out));
	assert_true(export_save(export, out, false, &err));
	assert_int_equal(mode_of(d, "out.der"), S_IFREG | 0644);
	assert_true(export_replaces(out));
	assert_false(export_save(export, out, false, &err));
	assert_int_equal(err.code, ERROR_SECRET);
	assert_int_equal(truncate(out, 3), 0);
	assert_true(export_save(export, out, true, &err));
	assert_memory_equal(tmp_read(d->tmp, "store/out.der", NULL), bytes->data, bytes->len);
	/* a link stays one */
	assert_int_equal(symlink("out.der", depot_path(d, "link")), 0);
	assert_false(export_save(export, depot_path(d, "link"), false, &err));
	assert_true(export_save(export, depot_path(d, "link"), true, &err));
	assert_int_equal(mode_of(d, "link") & S_IFMT, S_IFLNK);
	assert_int_equal(symlink("nowhere", depot_path(d, "dangling")), 0);
	static const char *const bad[] = { "dangling", "trusted", "no/such/folder", "trusted/",
		"/dev/null" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *path = *bad[i] == '/' ? bad[i] : depot_path(d, bad[i]);
		assert_false(export_save(export, path, true, &err));
		assert_int_equal(err.code == ERROR_FAILED || err.code == ERROR_USAGE, true);
	}
	export_free(export);
	counter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_chain_whatever_the_states),
		cmocka_unit_test(test_chain_without_its_root),
		cmocka_unit_test(test_chain_with_a_gap),
		cmocka_unit_test(test_chain_with_an_impostor),
		cmocka_unit_test(test_chain_with_expired_ca),
		cmocka_unit_test(test_chain_is_of_one),
		cmocka_unit_test(test_truststore_asks_for_strangers),
		cmocka_unit_test(test_what_is_gone),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_file_names),
		cmocka_unit_test(test_save),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

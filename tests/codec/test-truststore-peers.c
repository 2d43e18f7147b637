/*
 * Truststores as Java writes them, changed here, and as Java reads them then: keytool lists what was
 * there before as it was, and ours beside it; a client trusts whom they say.
 */
#include "codec/truststore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/forge.h"
#include "codec/pem.h"
#include "support/peer.h"
#include "support/run.h"
#include "support/tmp.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define NOW         1800000000
#define MOST        100
#define SEALED      "-storepass changeit "
#define JAVA        "-J-Xshare:auto -J-XX:TieredStopAtLevel=1 "
#define DEBIAN      "/etc/ssl/certs/java/cacerts"

/* Fails, and says which package is missing, where the program isn't there. */
static void need(const char *program, const char *package)
{
	struct run r = { 0 };
	char command[100];

	snprintf(command, sizeof(command), "command -v %s", program);
	if (run(&r, ARGV("sh", "-c", command), NULL, NULL) != 0)
		fail_msg("%s is missing: install the package %s", program, package);
	run_done(&r);
}

/* Run a line of shell in the folder; what it said lives as long as r. */
static const char *shell(struct tmp *tmp, struct run *r, const char *line)
{
	char *command = mem_format("cd '%s' && %s", tmp_path(tmp, NULL), line);

	if (run(r, ARGV("sh", "-c", command), NULL, NULL) != 0)
		fail_msg("%s: %s%s", line, buf_text(&r->out), buf_text(&r->err));
	free(command);
	return buf_text(&r->out);
}

static void do_shell(struct tmp *tmp, const char *line)
{
	struct run r = { 0 };

	shell(tmp, &r, line);
	run_done(&r);
}

static int setup(void **state)
{
	struct tmp *tmp = tmp_new();
	struct buf der = { 0 }, pem = { 0 };

	need("openssl", "openssl");
	need("keytool", "default-jre-headless");
	forge_cert(&der, "theirs");
	pem_write(&pem, "CERTIFICATE", der.data, der.len);
	tmp_write(tmp, "theirs.pem", pem.data, pem.len);
	buf_done(&der);
	buf_done(&pem);
	*state = tmp;
	return 0;
}

static int teardown(void **state)
{
	tmp_free(*state);
	return 0;
}

/* --- ours ------------------------------------------------------------------------------------ */

static const char *const odd[] = { "Root CA", "ROOT ca", "  root   CA", "Zürich Ä Straße", "ΑΣ İstanbul",
	"日本語 😀", "a, b = \"c\" / d", "Ж\\x1b", "ꭰ Ა ǅ", "" };

struct wanted {
	struct export_item items[MOST];
	struct buf ders[MOST];
	struct export_list list;
};

static void want(struct wanted *wanted, const char *name)
{
	size_t i = wanted->list.count++;

	forge_cert(&wanted->ders[i], "ours");
	wanted->items[i] = (struct export_item){ .der = (uint8_t *)wanted->ders[i].data,
		.len = wanted->ders[i].len,
		.name = name };
	fingerprint_of(wanted->items[i].der, wanted->items[i].len, &wanted->items[i].sha256);
	wanted->list.items = wanted->items;
	wanted->list.now = NOW;
}

static void wanted_done(struct wanted *wanted)
{
	for (size_t i = 0; i < wanted->list.count; i++)
		buf_done(&wanted->ders[i]);
}

static struct truststore *read_file(struct tmp *tmp, const char *file, const char *password)
{
	const struct bag_options options = { .limits = FORGE_LIMITS, .password = password };
	struct error err = { 0 };
	struct truststore *ts;
	size_t len;
	const char *bytes = tmp_read(tmp, file, &len);

	if (!truststore_read(bytes, len, &options, &ts, &err))
		fail_msg("%s: %s", file, err.text);
	return ts;
}

static void write_file(struct tmp *tmp, const char *file, struct truststore *ts)
{
	struct error err = { 0 };
	struct buf out = { 0 };

	if (!truststore_write(ts, &out, &err))
		fail_msg("%s: %s", file, err.text);
	tmp_write(tmp, file, out.data, out.len);
	truststore_free(ts);
	buf_done(&out);
}

/* What isn't ours stands in both with the same bytes, in the same order. */
static void same_theirs(const struct truststore *a, const struct truststore *b)
{
	size_t j = 0, compared = 0;

	for (size_t i = 0; i < truststore_count(a); i++) {
		const struct truststore_item *one = truststore_item(a, i), *other;

		if (one->ours)
			continue;
		do {
			assert_true(j < truststore_count(b));
			other = truststore_item(b, j++);
		} while (other->ours);
		assert_string_equal(one->alias, other->alias);
		assert_int_equal(one->kind, other->kind);
		assert_int_equal(one->raw_len, other->raw_len);
		assert_memory_equal(one->raw, other->raw, one->raw_len);
		compared++;
	}
	assert_true(compared > 0);
}

/* Let ours be these in the file. */
static struct truststore_change change_file(
	struct tmp *tmp, const char *file, const char *password, const struct wanted *wanted)
{
	struct truststore *before = read_file(tmp, file, password), *ts, *after;
	struct truststore_change change;

	ts = read_file(tmp, file, password);
	truststore_hold(ts, &wanted->list, &change);
	write_file(tmp, file, ts);
	after = read_file(tmp, file, password);
	same_theirs(before, after);
	truststore_free(before);
	truststore_free(after);
	return change;
}

/* --- what keytool says ----------------------------------------------------------------------- */

static const char *list(struct tmp *tmp, struct run *r, const char *file, const char *options)
{
	char *line = mem_format("keytool " JAVA "-list -v %s -keystore %s", options, file);

	shell(tmp, r, line);
	free(line);
	return buf_text(&r->out);
}

static void must_say(const char *file, const char *listed, const char *words, size_t len)
{
	char *part = mem_textn(words, len);

	if (!strstr(listed, part))
		fail_msg("%s: keytool doesn't say any more:\n%s\n---\n%s", file, part, listed);
	free(part);
}

/* Every entry of the one listing stands in the other, word by word. */
static void must_hold(const char *file, const char *before, const char *after)
{
	static const char begin[] = "Alias name: ", end[] = "\n*****";
	size_t entries = 0;

	for (const char *at = before; (at = strstr(at, begin)); entries++) {
		const char *to = strstr(at, end);

		assert_non_null(to);
		must_say(file, after, at, (size_t)(to - at));
		at = to;
	}
	assert_true(entries > 0);
}

static void must_list(
	struct tmp *tmp, const char *file, const char *password, const char *listed)
{
	struct truststore *ts = read_file(tmp, file, password);
	struct buf alias = { 0 };

	for (size_t i = 0; i < truststore_count(ts); i++) {
		const struct truststore_item *item = truststore_item(ts, i);

		if (!item->ours)
			continue;
		buf_cut(&alias, 0);
		buf_text_add(&alias, "Alias name: ");
		text_unescape(&alias, item->alias);
		buf_char(&alias, '\n');
		must_say(file, listed, alias.data, alias.len);
	}
	buf_done(&alias);
	truststore_free(ts);
}

/* --- tests ----------------------------------------------------------------------------------- */

static const struct kind {
	const char *file, *make, *options, *password;
	enum truststore_format format;
	enum truststore_seal seal;
	bool keys, secret;
} kinds[] = {
	{ "own.jks", JAVA SEALED "-storetype jks ", SEALED, "changeit", TRUSTSTORE_JKS,
		TRUSTSTORE_VERIFIED, true, false },
	{ "own.jceks", JAVA SEALED "-storetype jceks ", SEALED, "changeit", TRUSTSTORE_JCEKS,
		TRUSTSTORE_VERIFIED, true, true },
	{ "own.p12", JAVA SEALED "-storetype pkcs12 ", SEALED, "changeit", TRUSTSTORE_PKCS12,
		TRUSTSTORE_VERIFIED, true, true },
	{ "old.p12", JAVA SEALED "-J-Dkeystore.pkcs12.legacy -storetype pkcs12 ", SEALED, "changeit",
		TRUSTSTORE_PKCS12, TRUSTSTORE_VERIFIED, true, false },
	{ "bare.p12",
		JAVA SEALED "-J-Dkeystore.pkcs12.macAlgorithm=NONE "
			    "-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE -storetype pkcs12 ",
		"-storetype pkcs12 " SEALED, NULL, TRUSTSTORE_PKCS12, TRUSTSTORE_UNSEALED, false,
		false },
};

static void keytool(struct tmp *tmp, const struct kind *kind, const char *what)
{
	char *line = mem_format("keytool %s -noprompt -keystore %s %s 2>&1", kind->make, kind->file, what);

	do_shell(tmp, line);
	free(line);
}

static void make(struct tmp *tmp, const struct kind *kind)
{
	keytool(tmp, kind, "-importcert -alias 'Théirs, CA' -file theirs.pem");
	if (kind->keys)
		keytool(tmp, kind, "-genkeypair -alias 'Own Key' -keypass changeit -keyalg EC "
				   "-dname CN=own");
	if (kind->secret)
		keytool(tmp, kind, "-genseckey -alias secret -keypass changeit -keyalg AES -keysize 128");
}

static void what_keytool_made_stays(void **state)
{
	struct tmp *tmp = *state;
	struct wanted wanted = { 0 };

	for (size_t i = 0; i < COUNT(odd); i++)
		want(&wanted, odd[i]);
	for (int i = 0; i < 40; i++) /* more than GnuTLS reads in one container */
		want(&wanted, "one of many");
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const struct kind *kind = &kinds[i];
		struct run before = { 0 }, after = { 0 };
		struct truststore_change change;
		struct truststore *ts;

		make(tmp, kind);
		list(tmp, &before, kind->file, kind->options);
		ts = read_file(tmp, kind->file, kind->password);
		assert_int_equal(truststore_format(ts), kind->format);
		assert_int_equal(truststore_seal(ts), kind->seal);
		assert_int_equal(truststore_live(ts, TRUSTSTORE_TRUSTED), 1);
		assert_int_equal(truststore_live(ts, TRUSTSTORE_KEY), kind->keys);
		assert_int_equal(truststore_live(ts, TRUSTSTORE_OTHER), kind->secret);
		truststore_free(ts);
		change = change_file(tmp, kind->file, kind->password, &wanted);
		assert_int_equal(change.added, wanted.list.count);
		assert_int_equal(change.others, 1);
		list(tmp, &after, kind->file, kind->options);
		must_hold(kind->file, buf_text(&before.out), buf_text(&after.out));
		must_list(tmp, kind->file, kind->password, buf_text(&after.out));
		run_done(&before);
		run_done(&after);
	}
	wanted_done(&wanted);
}

/* keytool puts everything into one container and encrypts it: ours must come out of that again. */
static void what_keytool_wrote_after_us_is_ours_still(void **state)
{
	struct tmp *tmp = *state;
	struct wanted wanted = { 0 }, less = { 0 };

	for (size_t i = 0; i < COUNT(odd); i++)
		want(&wanted, odd[i]);
	less.list = wanted.list;
	less.list.count = 3;
	for (size_t i = 0; i < 4; i++) {
		const struct kind *kind = &kinds[i];
		struct run before = { 0 }, after = { 0 };
		struct truststore_change change;

		make(tmp, kind);
		change_file(tmp, kind->file, kind->password, &wanted);
		keytool(tmp, kind, "-importcert -alias later -file theirs.pem");
		list(tmp, &before, kind->file, kind->options);
		change = change_file(tmp, kind->file, kind->password, &wanted);
		assert_int_equal(change.kept, wanted.list.count);
		assert_int_equal(change.added + change.removed, 0);
		list(tmp, &after, kind->file, kind->options);
		must_hold(kind->file, buf_text(&before.out), buf_text(&after.out));
		change = change_file(tmp, kind->file, kind->password, &less);
		assert_int_equal(change.removed, wanted.list.count - 3);
		assert_int_equal(change.others, 2);
		list(tmp, &after, kind->file, kind->options);
		must_list(tmp, kind->file, kind->password, buf_text(&after.out));
		assert_null(strstr(buf_text(&after.out), "日本語"));
		assert_non_null(strstr(buf_text(&after.out), "Alias name: later\n"));
		run_done(&before);
		run_done(&after);
	}
	wanted_done(&wanted);
}

static void copy_in(struct tmp *tmp, const char *from, const char *name)
{
	char *line = mem_format("cp '%s' %s && chmod u+w %s", from, name, name);

	do_shell(tmp, line);
	free(line);
}

static void the_distribution_s_own(void **state)
{
	struct tmp *tmp = *state;
	struct wanted wanted = { 0 }, none = { 0 };
	struct run before = { 0 }, after = { 0 };
	const char *first, *last;
	size_t len, len_after;

	if (access(DEBIAN, R_OK) != 0)
		skip();
	copy_in(tmp, DEBIAN, "cacerts");
	first = tmp_read(tmp, "cacerts", &len);
	for (size_t i = 0; i < COUNT(odd); i++)
		want(&wanted, odd[i]);
	list(tmp, &before, "cacerts", SEALED);
	change_file(tmp, "cacerts", "changeit", &wanted);
	list(tmp, &after, "cacerts", SEALED);
	must_hold("cacerts", buf_text(&before.out), buf_text(&after.out));
	must_list(tmp, "cacerts", "changeit", buf_text(&after.out));
	change_file(tmp, "cacerts", "changeit", &none);
	last = tmp_read(tmp, "cacerts", &len_after);
	assert_int_equal(len, len_after);
	assert_memory_equal(first, last, len);
	run_done(&before);
	run_done(&after);
	wanted_done(&wanted);
}

/* --- a client -------------------------------------------------------------------------------- */

static void new_file(struct tmp *tmp, const char *file, enum truststore_format format,
	const char *password, const struct wanted *wanted)
{
	struct truststore_change change;
	struct error err = { 0 };
	struct truststore *ts;

	if (!truststore_new(format, password, &ts, &err))
		fail_msg("%s", err.text);
	truststore_hold(ts, &wanted->list, &change);
	write_file(tmp, file, ts);
}

/* The server's own certificate, which nobody issued, among others. */
static void want_server(struct tmp *tmp, struct wanted *wanted)
{
	struct export_item *item = &wanted->items[wanted->list.count];
	const char *der;
	size_t len;

	want(wanted, "LOCALHOST Ä");
	do_shell(tmp, "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
		      "-subj /CN=localhost -addext subjectAltName=DNS:localhost "
		      "-keyout key.pem -out cert.pem 2>&1 && "
		      "openssl x509 -in cert.pem -outform DER -out cert.der");
	der = tmp_read(tmp, "cert.der", &len);
	buf_cut(&wanted->ders[wanted->list.count - 1], 0);
	buf_add(&wanted->ders[wanted->list.count - 1], der, len);
	item->der = (uint8_t *)wanted->ders[wanted->list.count - 1].data;
	item->len = len;
	fingerprint_of(item->der, len, &item->sha256);
}

static void a_client_trusts_whom_it_says(void **state)
{
	static const char cases[] = "ours.jks changeit good\n"
				    "ours.jks - good\n"
				    "ours.p12 changeit good\n"
				    "ours.p12 - good\n"
				    "open.p12 - good\n"
				    "open.p12 whatever good\n"
				    "own.p12 changeit good\n"
				    "own.p12 - good\n"
				    "old.p12 changeit good\n"
				    "other.jks changeit bad\n"
				    "other.p12 changeit bad\n";
	struct tmp *tmp = *state;
	struct wanted wanted = { 0 }, other = { 0 };
	struct run r = { 0 };
	char *source = realpath("tests/support/Visit.java", NULL), *line;
	unsigned port = peer_free_port();

	assert_non_null(source);
	for (size_t i = 0; i < COUNT(odd); i++)
		want(&wanted, odd[i]);
	want_server(tmp, &wanted);
	want(&other, "other");
	new_file(tmp, "ours.jks", TRUSTSTORE_JKS, "changeit", &wanted);
	new_file(tmp, "ours.p12", TRUSTSTORE_PKCS12, "changeit", &wanted);
	new_file(tmp, "open.p12", TRUSTSTORE_PKCS12, NULL, &wanted);
	new_file(tmp, "other.jks", TRUSTSTORE_JKS, "changeit", &other);
	new_file(tmp, "other.p12", TRUSTSTORE_PKCS12, "changeit", &other);
	for (size_t i = 2; i < 4; i++) {
		keytool(tmp, &kinds[i], "-importcert -alias theirs -file theirs.pem");
		change_file(tmp, kinds[i].file, "changeit", &wanted);
	}
	tmp_text(tmp, "cases", cases);
	line = mem_format("{ openssl s_server -accept 127.0.0.1:%u -cert cert.pem -key key.pem -www "
			  "-quiet >server 2>&1 & } && server=$! && "
			  "java -XX:TieredStopAtLevel=1 '%s' %u <cases; code=$?; kill $server; exit $code",
		port, source, port);
	shell(tmp, &r, line);
	free(line);
	free(source);
	run_done(&r);
	wanted_done(&wanted);
	wanted_done(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_keytool_made_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_keytool_wrote_after_us_is_ours_still, setup, teardown),
		cmocka_unit_test_setup_teardown(the_distribution_s_own, setup, teardown),
		cmocka_unit_test_setup_teardown(a_client_trusts_whom_it_says, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a target needs and takes, and the words of its command. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "deploy/target.h"
#include "support/unit.h"

static struct target target_of(const char *kind)
{
	struct target target = { .name = mem_text("t"), .kind = target_kind_named(kind) };
	assert_non_null(target.kind);
	return target;
}

/* It fits where want is NULL, else the error has these words. */
static void expect(struct target *target, const char *want)
{
	struct error err = { 0 };
	bool ok = target_check(target, &err);
	if (!want && !ok)
		fail_msg("%s", err.text);
	if (want && (ok || !strstr(err.text, want)))
		fail_msg("wanted \"%s\", not \"%s\"", want, err.text);
	assert_true(ok || err.code == ERROR_USAGE);
}

static void test_names_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; target_kind_at(i); i++) {
		assert_ptr_equal(target_kind_named(target_kind_at(i)->name), target_kind_at(i));
		assert_true(*target_kind_at(i)->help);
		assert_int_equal(target_kind_at(i)->needs & target_kind_at(i)->takes, 0);
	}
	assert_null(target_kind_named("nothing"));
	assert_null(target_kind_named(""));
}

static void test_needs(void **state)
{
	struct target t = target_of("pem-bundle");
	(void)state;
	expect(&t, "needs --path");
	t.path = mem_text("/etc/bundle.pem");
	expect(&t, NULL);
	t.with_system = true;
	expect(&t, NULL);
	t.format = mem_text("pem");
	expect(&t, "takes no --format");
	target_done(&t);
	t = target_of("server-pair");
	t.path = mem_text("/etc/cert.pem");
	expect(&t, "needs --identity");
	t.identity = mem_text("web");
	expect(&t, NULL);
	t.with_system = true;
	expect(&t, "takes no --with-system");
	target_done(&t);
	assert_null(t.path);
}

static void test_paths_differ(void **state)
{
	struct target t = target_of("server-pair");
	(void)state;
	t.identity = mem_text("web");
	t.path = mem_text("/etc/web.pem");
	t.key = mem_text("/etc/web.pem");
	expect(&t, "paths of their own");
	t.key[5] = 'k';
	expect(&t, NULL);
	t.chain = mem_text("/etc/web.pem");
	expect(&t, "paths of their own");
	target_done(&t);
}

static void test_paths_are_absolute(void **state)
{
	struct target t = target_of("openssl-dir");
	(void)state;
	t.path = mem_text("certs");
	expect(&t, "begin with a slash");
	target_done(&t);
	t = target_of("java");
	t.path = mem_text("/a");
	t.password_file = mem_text("password");
	expect(&t, "begin with a slash");
	target_done(&t);
}

/* A format is a whole word of the list. */
static void test_formats(void **state)
{
	static const char *const wrong[] = { "", "p", "pkcs", "pkcs12 jks", "PEM", " pem", "der" };
	struct target t = target_of("file");
	(void)state;
	t.path = mem_text("/a");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		t.format = mem_text(wrong[i]);
		expect(&t, "one of the formats");
		free(t.format);
	}
	t.format = mem_text("pkcs12");
	expect(&t, NULL);
	target_done(&t);
}

static void test_command_is_looked_at(void **state)
{
	struct target t = target_of("pem-bundle");
	(void)state;
	t.path = mem_text("/a");
	t.reload = mem_text("systemctl reload x");
	expect(&t, "whole path");
	free(t.reload);
	t.reload = mem_text("/bin/systemctl reload x");
	expect(&t, NULL);
	target_done(&t);
}

static void expect_words(const char *text, const char *const *want)
{
	struct error err = { 0 };
	char **words = target_command(text, &err);
	if (!words)
		fail_msg("%s: %s", text, err.text);
	size_t n = 0;
	for (; want[n]; n++)
		assert_string_equal(words[n], want[n]);
	assert_null(words[n]);
	free(words);
}

static void test_words(void **state)
{
	(void)state;
	expect_words("/bin/true", (const char *const[]){ "/bin/true", NULL });
	expect_words("  /bin/a  b   c ", (const char *const[]){ "/bin/a", "b", "c", NULL });
	expect_words("/bin/a \"two words\" 'it is' x\"y z\"", (const char *const[]){ "/bin/a", "two words",
		"it is", "xy z", NULL });
	expect_words("/bin/a \"\" '\"'", (const char *const[]){ "/bin/a", "", "\"", NULL });
	/* A shell would make something of these; there is none. */
	expect_words("/bin/a $(b) ; c > d", (const char *const[]){ "/bin/a", "$(b)", ";", "c", ">", "d", NULL });
	expect_words("/b c d e f g h i j", (const char *const[]){ "/b", "c", "d", "e", "f", "g", "h", "i", "j",
		NULL });
}

static void test_no_words(void **state)
{
	static const char *const wrong[] = { "", "   ", "true", "\"/bin/a", "/bin/a 'b", "\"\" /bin/a" };
	struct error err = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_null(target_command(wrong[i], &err));
		assert_int_equal(err.code, ERROR_USAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_unique),
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_paths_are_absolute),
		cmocka_unit_test(test_paths_differ),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_command_is_looked_at),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_no_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "net/lookup.h"

#include "support/unit.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void hosts(void **state)
{
	static const struct {
		const char *host, *is;
	} rows[] = {
		{ "Mail.Example.", "mail.example" },
		{ "bücher.example", "xn--bcher-kva.example" },
		{ "localhost", "localhost" },
		{ "a_b.example", "a_b.example" },
		{ "192.0.2.1", "192.0.2.1" },
		{ "2001:db8::1", "2001:db8::1" },
		{ "", NULL },
		{ ".", NULL },
		{ "*.example", NULL },
		{ "a b.example", NULL },
		{ "a'b", NULL },
		{ "a\nb", NULL },
		{ "\033[2J", NULL },
		{ "127.1", NULL },
		{ "1.2.3.400", NULL },
		{ "::g", NULL },
		{ "[::1]", NULL },
		{ "a..b", NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct error err = { 0 };
		char *host = lookup_host(rows[i].host, &err);
		if (!host != !rows[i].is || (host && strcmp(host, rows[i].is) != 0))
			fail_msg("'%s' is '%s', not '%s'", rows[i].host, host ? host : "",
				rows[i].is ? rows[i].is : "");
		if (!host)
			assert_true(err.code == ERROR_USAGE && text_is_safe(err.text));
		free(host);
	}
}

static void addresses(void **state)
{
	struct lookup_answer answer;
	(void)state;
	assert_true(lookup_address("192.0.2.1", 443, &answer));
	assert_int_equal(answer.count, 1);
	char *text = lookup_text(&answer.items[0]);
	assert_string_equal(text, "192.0.2.1");
	free(text);
	assert_true(lookup_address("2001:db8::1", 443, &answer));
	text = lookup_text(&answer.items[0]);
	assert_string_equal(text, "2001:db8::1");
	free(text);
	assert_false(lookup_address("localhost", 443, &answer));
	for (int code = -20; code <= 0; code++)
		assert_non_null(lookup_words(code));
}

struct wait {
	struct lookup_answer answer;
	bool done;
};

static void on_found(void *ctx, const struct lookup_answer *answer)
{
	struct wait *wait = ctx;
	wait->answer = *answer;
	wait->done = true;
}

static void a_name(void **state)
{
	struct loop *loop = loop_new(NULL);
	struct wait wait = { .done = false };
	bool v4 = false;
	(void)state;
	assert_non_null(lookup_start(loop, "localhost", 443, on_found, &wait, NULL));
	assert_false(wait.done);
	while (!wait.done)
		loop_step(loop, 1000);
	assert_int_equal(wait.answer.code, 0);
	for (size_t i = 0; i < wait.answer.count; i++) {
		char *text = lookup_text(&wait.answer.items[i]);
		v4 = v4 || strcmp(text, "127.0.0.1") == 0;
		free(text);
	}
	assert_true(v4);
	loop_free(loop);
}

/* The thread goes on alone, and nobody hears of it. */
static void cancelled(void **state)
{
	struct loop *loop = loop_new(NULL);
	struct wait wait = { .done = false };
	(void)state;
	for (int i = 0; i < 20; i++)
		lookup_cancel(lookup_start(loop, "localhost", 443, on_found, &wait, NULL));
	lookup_cancel(NULL);
	for (int i = 0; i < 10; i++)
		loop_step(loop, 5);
	assert_false(wait.done);
	loop_free(loop);
}

static void near_and_far(void **state)
{
	static const char *const near[] = { "127.0.0.1", "127.9.9.9", "0.0.0.0", "169.254.169.254", "::1", "::",
		"fe80::1", "::ffff:127.0.0.1", "::ffff:169.254.0.1" };
	static const char *const far[] = { "10.0.0.1", "192.0.2.1", "128.0.0.1", "2001:db8::1", "fd00::1",
		"::ffff:192.0.2.1" };
	struct lookup_answer answer;
	(void)state;
	for (size_t i = 0; i < sizeof near / sizeof *near; i++)
		assert_true(lookup_address(near[i], 80, &answer) && lookup_is_near(&answer.items[0]));
	for (size_t i = 0; i < sizeof far / sizeof *far; i++)
		assert_true(lookup_address(far[i], 80, &answer) && !lookup_is_near(&answer.items[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(near_and_far),
		cmocka_unit_test(hosts),
		cmocka_unit_test(addresses),
		cmocka_unit_test(a_name),
		cmocka_unit_test(cancelled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

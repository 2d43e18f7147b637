#include "app/app.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "app/doctor.h"
#include "app/history.h"
#include "app/show.h"
#include "app/trust.h"
#include "support/counter.h"

static void test_where_the_store_is(void **state)
{
	struct tmp *tmp = *state;
	struct app *app;
	tmp_text(tmp, "none.conf", "");
	tmp_text(tmp, "one.conf", "store = \"/by/setting\";\n");
	struct app_options options = { .store = "/by/option",
		.config = tmp_path(tmp, "one.conf") };
	setenv("CERTARY_STORE", "/by/environment", 1);
	assert_true(app_new(&options, &app, NULL));
	assert_string_equal(app_store_path(app), "/by/option");
	app_free(app);
	options.store = NULL;
	assert_true(app_new(&options, &app, NULL));
	assert_string_equal(app_store_path(app), "/by/environment");
	app_free(app);
	unsetenv("CERTARY_STORE");
	assert_true(app_new(&options, &app, NULL));
	assert_string_equal(app_store_path(app), "/by/setting");
	app_free(app);
	options.config = tmp_path(tmp, "none.conf");
	assert_true(app_new(&options, &app, NULL));
	assert_non_null(strstr(app_store_path(app), "/certary"));
	app_free(app);
	options.config = tmp_path(tmp, "gone.conf");
	assert_false(app_new(&options, &app, NULL));
}

static void test_opening(void **state)
{
	struct tmp *tmp = *state;
	struct app *app;
	struct error err = { 0 };
	tmp_text(tmp, "none.conf", "");
	struct app_options options = { .store = tmp_path(tmp, "new"),
		.config = tmp_path(tmp, "none.conf") };
	assert_true(app_new(&options, &app, NULL));
	assert_false(app_open_store(app, false, &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_false(tmp_exists(tmp, "new"));
	assert_true(app_open_store(app, true, &err));
	assert_true(app_open_store(app, false, &err));
	assert_true(tmp_exists(tmp, "new/certary.store"));
	app_free(app);
	options.read_only = true;
	assert_true(app_new(&options, &app, NULL));
	assert_true(app_open_store(app, true, &err));
	assert_true(app_read_only(app));
	app_free(app);
}

static void check_expiring(const char *text, int64_t days, int percent)
{
	struct query q = { .days = 1, .percent = 1 };
	assert_true(app_parse_expiring(text, &q, NULL));
	assert_int_equal(q.days, days);
	assert_int_equal(q.percent, percent);
	assert_true(q.filters & FILTER_EXPIRING);
}

static void test_expiring(void **state)
{
	static const char *const bad[] = { "", "d", "%", "-1", "+1", " 1", "1.5", "30 d", "101%", "30x",
		"30dd", "1000000", "99999999999999999999", "30d%" };
	(void)state;
	check_expiring("30", 30, 0);
	check_expiring("30d", 30, 0);
	check_expiring("20%", 0, 20);
	check_expiring("100%", 0, 100);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct query q = { 0 };
		struct error err = { 0 };
		if (app_parse_expiring(bad[i], &q, &err))
			fail_msg("'%s' was taken", bad[i]);
		assert_int_equal(err.code, ERROR_USAGE);
		assert_int_equal(q.filters, 0);
	}
}

static void test_query_of_the_settings(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct query q = app_query(c->app);
	(void)state;
	assert_int_equal(q.days, 30);
	assert_int_equal(q.percent, 15);
	assert_int_equal(q.filters, 0);
	counter_free(c);
}

static void test_reload_tells_of_changes(void **state)
{
	struct counter *c = counter_new(2, STATE_UNTRUSTED);
	struct view view = { 0 };
	struct entry first;
	(void)state;
	assert_false(app_reload(c->app, NULL));
	depot_move(c->depot, 0, STATE_TRUSTED);
	assert_int_equal(app_count_state(c->app, STATE_TRUSTED), 0);
	assert_true(app_reload(c->app, NULL));
	assert_int_equal(app_count_state(c->app, STATE_TRUSTED), 1);
	struct query q = { .states = 1u << STATE_TRUSTED };
	app_view(c->app, &q, &view);
	assert_int_equal(view.count, 1);
	app_view_entry(c->app, &view, 0, &first);
	assert_string_equal(first.name, "cert-0");
	view_done(&view);
	counter_free(c);
}

static const char *field(const struct details *details, const char *label)
{
	for (size_t i = 0; i < details->count; i++)
		if (details->items[i].kind == DETAIL_FIELD &&
			strcmp(details->items[i].label, label) == 0)
			return details->items[i].text;
	return NULL;
}

static void test_show(void **state)
{
	struct counter *c = counter_new(1, STATE_TRUSTED);
	struct shown shown = { 0 };
	struct error err = { 0 };
	(void)state;
	depot_make(c->depot, &(struct certgen){ .cn = "in a file" });
	depot_drop_der(c->depot, "../file.der", 1);
	assert_true(app_show_text(c->app, "cert-0", &shown, &err));
	assert_true(shown.is_entry);
	assert_int_equal(shown.entry.row, counter_entry(c, 0)->row);
	assert_string_equal(field(&shown.details, "State"), "trusted");
	assert_string_equal(field(&shown.details, "Name"), "cert-0");
	char *pem = app_pem(shown.cert);
	assert_int_equal(strncmp(pem, "-----BEGIN CERTIFICATE-----\n", 28), 0);
	free(pem);
	shown_done(&shown);
	assert_true(app_show_text(c->app, tmp_path(c->depot->tmp, "file.der"), &shown, &err));
	assert_false(shown.is_entry);
	assert_string_equal(cert_info(shown.cert)->cn, "in a file");
	assert_null(field(&shown.details, "State"));
	shown_done(&shown);
	assert_false(app_show_text(c->app, "nowhere", &shown, &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	tmp_text(c->depot->tmp, "empty", "");
	assert_false(app_show_text(c->app, tmp_path(c->depot->tmp, "empty"), &shown, &err));
	assert_int_equal(err.code, ERROR_FAILED);
	counter_free(c);
}

static void test_match(void **state)
{
	struct counter *c = counter_new(1, STATE_TRUSTED);
	const struct cert_info *info = &counter_entry(c, 0)->info;
	struct fingerprint_match match;
	struct error err = { 0 };
	char hex[FINGERPRINT_HEX];
	(void)state;
	fingerprint_hex(&info->sha256, hex);
	assert_true(app_match(info, hex, &match, &err));
	char *words = app_match_words(&match, 1);
	assert_string_equal(words, "match: this is the certificate (SHA-256)");
	free(words);
	hex[9] = hex[9] == '0' ? '1' : '0';
	assert_true(app_match(info, hex, &match, &err));
	words = app_match_words(&match, 1);
	assert_non_null(strstr(words, "no match (SHA-256): group 3 differs"));
	free(words);
	hex[63] = '\0';
	assert_false(app_match(info, hex, &match, &err));
	assert_int_equal(err.code, ERROR_USAGE);
	counter_free(c);
}

static bool last_words(void *ctx, const struct journal_line *line)
{
	char **words = ctx;
	free(*words);
	*words = app_log_words(line);
	return true;
}

static void check_words(struct counter *c, const char *want)
{
	char *words = NULL;
	assert_true(app_log(c->app, "", last_words, &words, NULL));
	assert_string_equal(words, want);
	free(words);
}

static void test_history(void **state)
{
	struct counter *c = counter_new(1, STATE_UNTRUSTED);
	struct plan plan = { 0 };
	struct journal_check check;
	(void)state;
	check_words(c, "import cert-0: untrusted");
	assert_true(app_plan_decision(c->app, DECISION_TRUST, counter_entry(c, 0), &plan, NULL));
	counter_apply(c, &plan);
	check_words(c, "trust cert-0: untrusted -> trusted");
	assert_true(app_plan_undo(c->app, 0, &plan, NULL));
	counter_apply(c, &plan);
	check_words(c, "undo cert-0: trusted -> untrusted");
	assert_true(app_plan_undo(c->app, 0, &plan, NULL));
	counter_apply(c, &plan);
	check_words(c, "undo cert-0 (was untrusted)");
	assert_true(app_log_verify(c->app, &check, NULL));
	assert_int_equal(check.lines, 4);
	assert_int_equal(check.bad_line, 0);
	counter_free(c);
}

static void test_doctor(void **state)
{
	struct counter *c = counter_new(1, STATE_TRUSTED);
	struct findings found = { 0 };
	(void)state;
	assert_true(app_doctor(c->app, true, &found, NULL));
	assert_int_equal(found.count, 0);
	depot_drop_pem(c->depot, "blocked/twin.pem", 0, "");
	assert_true(app_doctor(c->app, true, &found, NULL));
	assert_int_equal(found.count, 1);
	assert_true(found.items[0].mended);
	findings_done(&found);
	counter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_where_the_store_is, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_opening, tmp_setup, tmp_teardown),
		cmocka_unit_test(test_expiring),
		cmocka_unit_test(test_query_of_the_settings),
		cmocka_unit_test(test_reload_tells_of_changes),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_doctor),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

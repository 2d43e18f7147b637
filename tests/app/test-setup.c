#include "app/setup.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/truststore.h"
#include "codec/pem.h"
#include "support/certgen.h"
#include "support/counter.h"
#include "support/run.h"
#include "support/tmp.h"

/* --- answers --------------------------------------------------------------------------------- */

static void test_answers_are_written_and_read(void **state)
{
	struct tmp *tmp = *state;
	struct answers a, b;
	struct buf first = { 0 }, second = { 0 };
	struct error err = { 0 };
	answers_init(&a);
	answers_set(&a, ANSWER_STORE, "/srv/a \"b\"\\c");
	answers_set(&a, ANSWER_ACCESS, "owner");
	answers_set_yes(&a, ANSWER_DEPLOY, true);
	answers_clear(&a, ANSWER_IMPORT);
	answers_add(&a, ANSWER_NAMES, "a.example");
	answers_add(&a, ANSWER_NAMES, "b.example");
	answers_add(&a, ANSWER_NAMES, "a.example");
	answers_write(&a, &first);
	tmp_write(tmp, "answers", first.data, first.len);
	answers_init(&b);
	assert_true(answers_read(&b, tmp_path(tmp, "answers"), &err));
	answers_write(&b, &second);
	assert_string_equal(buf_text(&first), buf_text(&second));
	assert_true(answers_is(&b, ANSWER_ACCESS, "owner"));
	assert_int_equal(b.values[ANSWER_IMPORT].count, 0);
	assert_int_equal(b.values[ANSWER_NAMES].count, 2);
	answers_done(&a);
	answers_done(&b);
	buf_done(&first);
	buf_done(&second);
}

static void test_rows_are_whole(void **state)
{
	(void)state;
	for (int i = 0; i < ANSWER_COUNT; i++) {
		const struct answer_row *row = answer_row((enum answer)i);
		assert_non_null(row->name);
		assert_non_null(row->label);
		assert_non_null(row->help);
		assert_int_equal(row->kind == ANSWER_CHOICE, row->choices != NULL);
		for (size_t k = 0; row->choices && row->choices[k]; k++)
			assert_non_null(row->meaning[k]);
	}
}

static void refused(struct tmp *tmp, const char *text, const char *words)
{
	struct answers a;
	struct error err = { 0 };
	tmp_text(tmp, "answers", text);
	answers_init(&a);
	assert_false(answers_read(&a, tmp_path(tmp, "answers"), &err));
	assert_non_null(strstr(err.text, words));
	answers_done(&a);
}

static void test_mistakes_have_a_line(void **state)
{
	struct tmp *tmp = *state;
	refused(tmp, "store = \"/x\";\nstores = \"/y\";\n", "answers:2: no answer is called 'stores'");
	refused(tmp, "\n\nanchors = true;\n", "answers:3: 'anchors' is to be \"system\" or \"none\"");
	refused(tmp, "probe = 1;\n", "answers:1: 'probe' is to be true or false");
	refused(tmp, "import = [ \"\" ];\n", "answers:1: 'import' is to be a list");
	refused(tmp, "import = ( { a = 1; } );\n", "answers:1: 'import' is to be a list");
	refused(tmp, "store = \n", "answers:");
}

/* --- what is found --------------------------------------------------------------------------- */

struct host {
	struct tmp *tmp;
	struct counter *c;
	struct setup_found found;
};

static void put_pem(struct host *h, const char *name, size_t cert)
{
	struct buf pem = { 0 };
	size_t len;
	const uint8_t *der = generated_der(h->c->depot->certs[cert], &len);
	pem_write(&pem, "CERTIFICATE", der, len);
	tmp_write(h->tmp, name, pem.data, pem.len);
	buf_done(&pem);
}

static void put_truststore(struct host *h, const char *name, size_t cert, const char *alias)
{
	struct truststore *ts;
	struct buf out = { 0 };
	struct error err = { 0 };
	size_t len;
	const uint8_t *der = generated_der(h->c->depot->certs[cert], &len);
	const struct truststore_entry entry = { .alias = alias, .der = der, .len = len };
	const struct truststore_entry jdk = { .alias = "someroot [jdk]", .der = der, .len = len };
	assert_true(truststore_new(TRUSTSTORE_JKS, TRUSTSTORE_PASSWORD, &ts, &err));
	assert_true(truststore_add(ts, &jdk, &err));
	assert_true(truststore_add(ts, &entry, &err));
	assert_true(truststore_write(ts, &out, &err));
	truststore_free(ts);
	tmp_write(h->tmp, name, out.data, out.len);
	buf_done(&out);
}

enum { SYSTEM, ADDED, JAVA, SERVER };

static void make_host(struct host *h)
{
	static const char *const names[] = { "System CA", "Added CA", "Java CA", "Server" };
	h->tmp = tmp_new();
	h->c = counter_new(0, STATE_TRUSTED);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		depot_make(h->c->depot, &(struct certgen){ .cn = names[i], .ca = i < SERVER });
	put_pem(h, "etc/ssl/certs/ca-certificates.crt", SYSTEM);
	put_pem(h, "usr/local/share/ca-certificates/deep/added.crt", ADDED);
	put_truststore(h, "usr/lib/jvm/java-17/lib/security/cacerts", JAVA, "ours");
	put_pem(h, "etc/pg.crt", SERVER);
	tmp_text(h->tmp, "etc/hostname", "box.example\n");
	tmp_text(h->tmp, "etc/postgresql/15/main/postgresql.conf",
		"ssl = on\nssl_cert_file = '/etc/pg.crt'\nssl_key_file = '/etc/pg.key'\n"
		"listen_addresses = '*'\n");
	tmp_text(h->tmp, "etc/ldap/ldap.conf",
		"# URI ldaps://comment.example\nURI ldaps://a.example ldap://b.example:1389\n"
		"TLS_CACERT /etc/ssl/certs/ca-certificates.crt\n");
	tmp_text(h->tmp, "etc/postfix/main.cf", "relayhost = [mail.example]:587\nx = ldaps://$var\n");
	tmp_text(h->tmp, "opt/collabnet/teamforge/etc/site-options.conf",
		"A=jdbc:postgresql://db.example:5433/ctf?sslmode=verify-full\n");
}

static void look(struct host *h, const char *const *paths, size_t count)
{
	struct error err = { 0 };
	const struct setup_wish wish = { .root = tmp_path(h->tmp, NULL), .paths = paths,
		.path_count = count };
	bool ok = app_setup_find(h->c->app, &wish, &h->found, &err);
	if (!ok)
		print_error("%s\n", err.text);
	assert_true(ok);
}

static void host_done(struct host *h)
{
	setup_found_done(&h->found);
	counter_free(h->c);
	tmp_free(h->tmp);
}

static void test_what_is_found(void **state)
{
	struct host h = { 0 };
	(void)state;
	make_host(&h);
	look(&h, NULL, 0);
	struct buf out = { 0 };
	for (size_t i = 0; i < h.found.haul.count; i++) {
		const struct setup_source *s = setup_source_of(&h.found, i);
		buf_format(&out, "%s %s%s: %s\n", h.found.haul.items[i].proposed, s->path,
			s->proposed ? " (proposed)" : "", s->what);
	}
	assert_string_equal(buf_text(&out),
		"System CA /etc/ssl/certs/ca-certificates.crt: what this system trusts\n"
		"Added CA /usr/local/share/ca-certificates/deep/added.crt (proposed): an anchor that was "
		"added to this system\n"
		"Java CA /usr/lib/jvm/java-17/lib/security/cacerts (proposed): the truststore of java-17\n"
		"Server /etc/pg.crt: the certificate of postgresql 15/main\n");
	buf_cut(&out, 0);
	for (size_t i = 0; i < h.found.endpoint_count; i++)
		buf_format(&out, "%s%s %s\n", h.found.endpoints[i].place,
			h.found.endpoints[i].proposed ? " (proposed)" : "", h.found.endpoints[i].where);
	assert_string_equal(buf_text(&out),
		"ldaps://a.example (proposed) /etc/ldap/ldap.conf:2\n"
		"ldap://b.example:1389 /etc/ldap/ldap.conf:2\n"
		"smtp://mail.example:587 (proposed) /etc/postfix/main.cf:1\n"
		"postgresql://db.example:5433 (proposed) /opt/collabnet/teamforge/etc/site-options.conf:1\n"
		"postgres://box.example:5432 /etc/postgresql/15/main/postgresql.conf:4\n");
	buf_cut(&out, 0);
	for (size_t i = 0; i < h.found.target_count; i++)
		buf_format(&out, "%s %s%s\n", h.found.targets[i].target.name,
			h.found.targets[i].target.kind->name, h.found.targets[i].pair ? " pair" : "");
	assert_string_equal(buf_text(&out), "system system\njava-17 java\npostgresql 15/main server-pair pair\n");
	assert_string_equal(h.found.host, "box.example");
	buf_done(&out);
	host_done(&h);
}

static void test_links_stay_below_the_root(void **state)
{
	struct host h = { 0 };
	struct run r = { 0 };
	(void)state;
	make_host(&h);
	tmp_text(h.tmp, "elsewhere.txt", "ldaps://outside.example\n");
	tmp_remove(h.tmp, "etc/ldap/ldap.conf");
	assert_int_equal(run(&r, ARGV("ln", "-s", tmp_path(h.tmp, "elsewhere.txt"),
		tmp_path(h.tmp, "etc/ldap/ldap.conf")), NULL, NULL), 0);
	run_done(&r);
	look(&h, NULL, 0);
	for (size_t i = 0; i < h.found.endpoint_count; i++)
		assert_null(strstr(h.found.endpoints[i].where, "ldap.conf"));
	host_done(&h);
}

static void test_what_is_named_and_hostile(void **state)
{
	struct host h = { 0 };
	struct setup_plan plan;
	struct answers a;
	struct error err = { 0 };
	(void)state;
	make_host(&h);
	tmp_text(h.tmp, "junk", "\x01\x02no certificate\n");
	tmp_text(h.tmp, "usr/lib/jvm/java-17/lib/security/cacerts", "\xfe\xed\xfe\xed\xff\xff\xff");
	const char *paths[] = { tmp_path(h.tmp, "junk") };
	look(&h, paths, 1);
	assert_int_equal(h.found.haul.count, 3);
	answers_init(&a);
	answers_add(&a, ANSWER_IMPORT, paths[0]);
	assert_false(app_setup_plan(h.c->app, &a, &h.found, NULL, &plan, &err));
	assert_non_null(strstr(err.text, "junk"));
	answers_done(&a);
	host_done(&h);
}

/* --- what comes of it ------------------------------------------------------------------------ */

static size_t rows_of(struct host *h, struct answers *a, struct setup_plan *plan)
{
	struct error err = { 0 };
	bool ok = app_setup_plan(h->c->app, a, &h->found, NULL, plan, &err);
	if (!ok)
		print_error("%s\n", err.text);
	assert_true(ok);
	return plan->plan.count;
}

static void test_one_change_and_only_once(void **state)
{
	struct host h = { 0 };
	struct answers a;
	struct setup_plan plan;
	struct buf told = { 0 };
	struct error err = { 0 };
	int64_t seq;
	(void)state;
	make_host(&h);
	look(&h, NULL, 0);
	answers_init(&a);
	answers_add(&a, ANSWER_TARGETS, "java-17");
	assert_int_equal(rows_of(&h, &a, &plan), 3 + 1); /* certificates; one file for both lists */
	assert_int_equal(plan.endpoints, 3);
	assert_int_equal(plan.targets, 1);
	assert_true(app_setup_apply(h.c->app, &a, &plan, &seq, &told, &err));
	assert_true(seq > 0);
	setup_plan_done(&plan);
	counter_reload(h.c);
	assert_int_equal(rows_of(&h, &a, &plan), 0);
	assert_true(app_setup_apply(h.c->app, &a, &plan, &seq, &told, &err));
	assert_int_equal(seq, 0);
	setup_plan_done(&plan);
	assert_int_equal(told.len, 0);
	answers_done(&a);
	buf_done(&told);
	host_done(&h);
}

static void test_what_is_meant(void **state)
{
	struct host h = { 0 };
	struct answers a;
	struct setup_plan plan;
	char hex[FINGERPRINT_HEX];
	(void)state;
	make_host(&h);
	look(&h, NULL, 0);
	answers_init(&a);
	answers_set(&a, ANSWER_ANCHORS, "none");
	answers_clear(&a, ANSWER_IMPORT);
	answers_clear(&a, ANSWER_ENDPOINTS);
	assert_int_equal(rows_of(&h, &a, &plan), 0);
	setup_plan_done(&plan);
	answers_add(&a, ANSWER_IMPORT, FOUND_ALL);
	assert_int_equal(rows_of(&h, &a, &plan), 3);
	setup_plan_done(&plan);
	answers_clear(&a, ANSWER_IMPORT);
	answers_add(&a, ANSWER_IMPORT, "/etc/pg.crt");
	fingerprint_hex(&h.found.haul.items[1].sha256, hex);
	hex[8] = '\0';
	answers_add(&a, ANSWER_IMPORT, hex);
	assert_int_equal(rows_of(&h, &a, &plan), 2);
	setup_plan_done(&plan);
	answers_done(&a);
	host_done(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_answers_are_written_and_read, tmp_setup, tmp_teardown),
		cmocka_unit_test(test_rows_are_whole),
		cmocka_unit_test_setup_teardown(test_mistakes_have_a_line, tmp_setup, tmp_teardown),
		cmocka_unit_test(test_what_is_found),
		cmocka_unit_test(test_links_stay_below_the_root),
		cmocka_unit_test(test_what_is_named_and_hostile),
		cmocka_unit_test(test_one_change_and_only_once),
		cmocka_unit_test(test_what_is_meant),
	};
	return cmocka_run_group_tests_name("app/setup", tests, NULL, NULL);
}

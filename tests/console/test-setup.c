/*
 * The wizard of a new installation, on a host that is a folder, with the servers of a small company on
 * loopback: from the first step to a store, two green endpoints and a truststore of Java.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "codec/pem.h"
#include "support/desk.h"
#include "support/hosts.h"
#include "support/unit.h"

struct setup_test {
	struct desk_test desk;
	struct host hosts[2];
};

static void write_pem(struct tmp *tmp, const char *name, const struct cert *cert)
{
	struct buf pem = { 0 };
	size_t len;
	const uint8_t *der = cert_der(cert, &len);
	pem_write(&pem, "CERTIFICATE", der, len);
	tmp_write(tmp, name, pem.data, pem.len);
	buf_done(&pem);
}

static void copy(struct tmp *tmp, const char *from, const char *to)
{
	struct run r = { 0 };
	tmp_text(tmp, to, "");
	assert_int_equal(run(&r, ARGV("cp", from, tmp_path(tmp, to)), NULL, NULL), 0);
	run_done(&r);
}

#define ANCHOR "tests/data/desk/trusted/"                                                          \
	"20443b5e6283f1ca5cbef1ed557f6597e2502672d09b795fd3b17856f30a7bf9.pem"

/* What is found there: a bundle of one, the company's root, and services that configurations name. */
static void make_host(struct setup_test *p)
{
	struct tmp *tmp = p->desk.tmp = tmp_new();
	copy(tmp, ANCHOR, "root/etc/ssl/certs/ca-certificates.crt");
	write_pem(tmp, "root/usr/local/share/ca-certificates/company.crt", hosts_root());
	tmp_text(tmp, "root/etc/hostname", "box.example\n");
	tmp_text(tmp, "root/etc/ldap/ldap.conf", "URI ldaps://ldap.example ldap://old.example\n");
	tmp_text(tmp, "root/etc/postfix/main.cf", "relayhost = [mail.example]:587\n");
}

static struct term *start(struct setup_test *p, int rows, int cols, unsigned look)
{
	const char *env[5] = { DESK_CLOCK };
	char *config = mem_format("XDG_CONFIG_HOME=%s", tmp_path(p->desk.tmp, "config"));
	size_t e = 1;
	env[e++] = config;
	if (look & DESK_ASCII)
		env[e++] = "LC_ALL=C";
	if (look & DESK_MONO)
		env[e++] = "NO_COLOR=1";
	const char *argv[] = { "env", "-C", tmp_path(p->desk.tmp, NULL), run_program(), "--store", "desk",
		"setup", "--root", "root", NULL };
	p->desk.term = term_open(rows, cols, look & DESK_ASCII ? "xterm-mono" : "xterm-256color", env,
		argv);
	free(config);
	return p->desk.term;
}

static bool has_store(struct setup_test *p)
{
	return tmp_exists(p->desk.tmp, "desk");
}

static void shoot_steps(int rows, int cols, unsigned look, const char *size)
{
	static const char *const steps[] = { "store", "anchors", "certs", "endpoints", NULL,
		"identity", "theme", "summary" };
	struct setup_test p = { 0 };
	make_host(&p);
	struct term *t = start(&p, rows, cols, look);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		char name[60];
		snprintf(name, sizeof name, "setup-%s-%s", steps[i] ? steps[i] : "", size);
		if (steps[i]) /* a target's path is nowhere the same */
			golden_check(t, name);
		term_press(t, TERM_PGDN);
	}
	assert_false(has_store(&p));
	term_press(t, TERM_ESC);
	assert_true(term_has(t, "Leave the setup?"));
	term_press(t, "Q");
	assert_int_equal(term_close(t), 0);
	assert_false(has_store(&p));
	tmp_free(p.desk.tmp);
}

static void test_screens(void **state)
{
	(void)state;
	shoot_steps(24, 80, DESK_PLAIN, "80x24-utf8");
	shoot_steps(40, 120, DESK_PLAIN, "120x40-utf8");
	shoot_steps(24, 80, DESK_ASCII | DESK_MONO, "80x24-ascii");
	shoot_steps(12, 40, DESK_ASCII | DESK_MONO, "40x12-ascii");
}

/* The screen is in the theme that the form names; who leaves without having done anything has the old one. */
static void test_theme_is_shown(void **state)
{
	struct setup_test p = { 0 };
	(void)state;
	make_host(&p);
	struct term *t = start(&p, 24, 80, DESK_PLAIN);
	for (size_t i = 0; i < 6; i++)
		term_press(t, TERM_PGDN);
	assert_true(term_has(t, "Step 7 of 8"));
	assert_int_equal(term_attr(t, 3, 3).bg, -1);
	term_press(t, "  ");
	assert_true(term_has(t, "contrast"));
	assert_int_equal(term_attr(t, 3, 3).bg, 16);
	term_press(t, " ");
	assert_true(term_has(t, "Light on dark grey"));
	assert_int_equal(term_attr(t, 3, 3).bg, 234);
	term_press(t, TERM_PGDN);
	assert_true(term_has(t, "summary"));
	assert_int_equal(term_attr(t, 20, 3).bg, 234);
	term_press(t, TERM_PGUP); /* the form says so, too, when it is opened again */
	assert_true(term_has(t, "dark"));
	term_press(t, TERM_ESC);
	term_press(t, "y");
	assert_false(term_has(t, "Step"));
	assert_int_equal(term_attr(t, 10, 3).bg, -1);
	desk_leave(t);
	tmp_free(p.desk.tmp);
}

static void add(struct term *t, const char *what)
{
	term_press(t, "a");
	term_press(t, what);
	term_press(t, "\r");
}

/* By keys alone; what is ticked is what endpoints are judged by. */
static void test_to_a_working_store(void **state)
{
	struct setup_test p = { 0 };
	char target[400];
	(void)state;
	make_host(&p);
	host_open(&p.hosts[0], SENDS_ROOT);
	host_open(&p.hosts[1], SENDS_ISSUING);
	snprintf(target, sizeof target, "java:%s", tmp_path(p.desk.tmp, "trust.jks"));
	struct term *t = start(&p, 24, 80, DESK_PLAIN);
	assert_true(term_has(t, "Step 1 of 8"));
	term_press(t, TERM_PGDN);
	term_press(t, " "); /* nothing of the system's */
	term_press(t, TERM_PGDN);
	assert_true(term_has(t, "[x] Test CA"));
	term_press(t, "n");
	term_press(t, "AA"); /* all of those that were found, then none */
	assert_false(term_has(t, "[x]"));
	add(t, p.hosts[0].endpoint);
	assert_true(term_has(t, "will be trusted"));
	add(t, p.hosts[1].endpoint);
	term_press(t, "b");
	term_press(t, " ");
	assert_false(term_has(t, "[x] Test CA"));
	term_press(t, "n");
	assert_false(term_has(t, "will be trusted"));
	term_press(t, "b");
	term_press(t, "k ");
	assert_true(term_has(t, "[x] Test CA"));
	term_press(t, "n");
	assert_true(term_has(t, "will be trusted"));
	term_press(t, "n");
	add(t, target);
	term_press(t, "d");
	assert_true(term_has(t, "Deploy now: yes"));
	term_press(t, "n");
	assert_true(term_has(t, "Step 6 of 8"));
	term_press(t, " "); /* self-signed */
	term_press(t, TERM_PGDN TERM_PGDN);
	assert_true(term_has(t, "Trust 1 more certificate: Test CA."));
	assert_true(term_has(t, "Watch 2 services"));
	assert_true(term_has(t, "a self-signed certificate"));
	assert_false(has_store(&p));
	term_press(t, "y");
	assert_true(has_store(&p));
	term_wait_text(t, "Deploy it?");
	term_press(t, "y");
	term_wait_text(t, "Deployed");
	term_press(t, "\r");
	term_wait_text(t, ">ok");
	assert_true(term_has(t, " ok "));
	assert_false(term_has(t, "critical"));
	assert_int_equal(tmp_count(p.desk.tmp, "desk/trusted"), 2); /* the root and the pair */
	assert_true(tmp_exists(p.desk.tmp, "trust.jks"));
	desk_run(&p.desk, 0, ARGV("check"));
	desk_run(&p.desk, 0, ARGV("deploy", "--dry-run"));
	desk_run(&p.desk, 0, ARGV("log", "--verify"));
	term_press(t, "u");
	term_press(t, "y");
	assert_int_equal(tmp_count(p.desk.tmp, "desk/trusted"), 0);
	host_close(&p.hosts[0]);
	host_close(&p.hosts[1]);
	desk_close(&p.desk);
}

/* It takes whoever connects, and says nothing. */
static int silent_server(char *place, size_t size)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 5), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	snprintf(place, size, "127.0.0.1:%u", ntohs(at.sin_port));
	return fd;
}

/* One is added while another is still asked: both come to an end. */
static void test_nobody_is_asked_for_ever(void **state)
{
	struct setup_test p = { 0 };
	char place[40];
	(void)state;
	int fd = silent_server(place, sizeof place);
	make_host(&p);
	host_open(&p.hosts[0], SENDS_ROOT);
	struct term *t = start(&p, 24, 80, DESK_PLAIN);
	for (int i = 0; i < 3; i++)
		term_press(t, TERM_PGDN);
	term_press(t, "A"); /* none of those that were found */
	if (term_has(t, "[x]"))
		term_press(t, "A");
	term_keys(t, "a");
	term_keys(t, place);
	term_keys(t, "\r");
	term_wait_text(t, "asking ...");
	term_keys(t, "a");
	term_keys(t, p.hosts[0].endpoint);
	term_keys(t, "\r");
	term_wait_text(t, "will be trusted");
	assert_true(term_has(t, "asking ..."));
	close(fd);
	term_wait_gone(t, "asking ...");
	term_press(t, TERM_ESC);
	term_press(t, "Q");
	assert_int_equal(term_close(t), 0);
	host_close(&p.hosts[0]);
	tmp_free(p.desk.tmp);
}

static void test_leaving_goes_on_with_an_empty_store(void **state)
{
	struct setup_test p = { 0 };
	(void)state;
	make_host(&p);
	struct term *t = start(&p, 24, 80, DESK_PLAIN);
	term_press(t, TERM_PGDN);
	term_press(t, TERM_ESC);
	assert_true(term_has(t, "Leave the setup?"));
	term_press(t, "n");
	assert_true(term_has(t, "Step 2 of 8"));
	assert_false(has_store(&p));
	term_press(t, TERM_PGUP);
	assert_true(term_has(t, "Step 1 of 8"));
	term_press(t, TERM_PGUP); /* there is nothing before it */
	term_press(t, TERM_ESC);
	assert_true(has_store(&p));
	assert_int_equal(tmp_count(p.desk.tmp, "desk/trusted"), 0);
	term_press(t, "5");
	assert_true(term_has(t, "Journal"));
	desk_close(&p.desk);
}

/* What was answered here does for other hosts. */
static void test_answers_are_saved(void **state)
{
	struct setup_test p = { 0 };
	(void)state;
	make_host(&p);
	tmp_text(p.desk.tmp, "there", "mine");
	struct term *t = start(&p, 24, 80, DESK_PLAIN);
	for (int i = 0; i < 7; i++)
		term_press(t, TERM_PGDN);
	term_press(t, "w");
	term_press(t, "there\r");
	assert_true(term_has(t, "there: "));
	assert_string_equal(tmp_read(p.desk.tmp, "there", NULL), "mine");
	term_press(t, "\r");
	term_press(t, "w");
	term_press(t, "saved.conf\r");
	assert_true(term_has(t, "saved; "));
	assert_false(has_store(&p));
	/* "desk" was where the console was called. */
	assert_non_null(strstr(tmp_read(p.desk.tmp, "saved.conf", NULL), tmp_path(p.desk.tmp, "desk")));
	desk_run(&p.desk, 0, ARGV("setup", "--dry-run", "--answers", tmp_path(p.desk.tmp, "saved.conf"),
		"--root", tmp_path(p.desk.tmp, "root")));
	term_press(t, TERM_ESC);
	term_press(t, "Q");
	assert_int_equal(term_close(t), 0);
	tmp_free(p.desk.tmp);
}

/* One that is there already gets what is missing. */
static void test_a_store_that_is_there(void **state)
{
	struct setup_test p = { 0 };
	(void)state;
	make_host(&p);
	desk_run(&p.desk, 0, ARGV("import", "--yes", "--state", "untrusted",
		tmp_path(p.desk.tmp, "root/usr/local/share/ca-certificates/company.crt")));
	struct term *t = start(&p, 24, 80, DESK_PLAIN);
	for (int i = 0; i < 7; i++)
		term_press(t, TERM_PGDN);
	assert_true(term_has(t, "Use the store desk as it is"));
	assert_false(term_has(t, "more certificate"));
	term_press(t, TERM_ESC);
	term_press(t, "y");
	assert_int_equal(tmp_count(p.desk.tmp, "desk/untrusted"), 1);
	assert_int_equal(tmp_count(p.desk.tmp, "desk/trusted"), 0);
	desk_close(&p.desk);
}

static void test_mistakes_are_told(void **state)
{
	struct setup_test p = { 0 };
	(void)state;
	make_host(&p);
	struct term *t = start(&p, 24, 80, DESK_PLAIN);
	term_press(t, TERM_F1);
	assert_true(term_has(t, "Who may read a new store"));
	term_press(t, "\r");
	term_press(t, TERM_END "/../x" TERM_PGDN); /* no absolute path */
	assert_true(term_has(t, "give an absolute path"));
	term_press(t, "\r");
	for (int i = 0; i < 5; i++)
		term_press(t, TERM_BACKSPACE);
	term_press(t, TERM_PGDN TERM_PGDN);
	add(t, "gone.pem"); /* relative is kept as what it means here */
	assert_true(term_has(t, tmp_path(p.desk.tmp, "gone.pem")));
	add(t, "/nonexistent.pem");
	assert_true(term_has(t, "/nonexistent.pem: "));
	term_press(t, "n");
	add(t, "no port");
	assert_true(term_has(t, "no port"));
	term_press(t, "\r");
	term_press(t, "n");
	add(t, "java:relative");
	assert_true(term_has(t, "absolute path"));
	term_press(t, "\r");
	add(t, "java:/nonexistent/ca.jks");
	assert_true(term_has(t, "/nonexistent: this folder isn't there (make it first)"));
	term_press(t, "\r");
	term_press(t, "?");
	assert_true(term_has(t, "whether to deploy at once"));
	term_press(t, "\r");
	term_press(t, TERM_ESC);
	term_press(t, "Q");
	assert_int_equal(term_close(t), 0);
	assert_false(has_store(&p));
	tmp_free(p.desk.tmp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_screens),
		cmocka_unit_test(test_theme_is_shown),
		cmocka_unit_test(test_to_a_working_store),
		cmocka_unit_test(test_nobody_is_asked_for_ever),
		cmocka_unit_test(test_leaving_goes_on_with_an_empty_store),
		cmocka_unit_test(test_answers_are_saved),
		cmocka_unit_test(test_a_store_that_is_there),
		cmocka_unit_test(test_mistakes_are_told),
	};
	return cmocka_run_group_tests_name("console/setup", tests, hosts_setup, hosts_teardown);
}

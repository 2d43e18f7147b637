/*
 * Probes of the servers that people run.  tools/packages names them under `servers`; what isn't
 * installed is skipped, and fails where CI is set.
 */
#include "net/probe.h"

#include "support/unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "support/company.h"
#include "support/peer.h"
#include "support/run.h"

#define PATIENCE 60000 /* ms until a server answers */

struct scene {
	struct company *company;
	struct tmp *tmp;
	pid_t pid;
	uint16_t port;
};

/* --- a server ------------------------------------------------------------------------------- */

static bool is_there(const char *programs)
{
	char line[400];
	struct run r = { 0 };
	snprintf(line, sizeof line,
		"PATH=$PATH:/usr/sbin; ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && "
		"PATH=$PATH:$(echo /usr/lib/postgresql/*/bin | tr ' ' :); "
		"for p in %s; do command -v $p || exit 1; done",
		programs);
	int status = run(&r, ARGV("sh", "-c", line), NULL, NULL);
	run_done(&r);
	return status == 0;
}

static void need(const char *programs)
{
	if (is_there(programs))
		return;
	if (getenv("CI"))
		fail_msg("%s isn't installed: tools/need --install servers", programs);
	print_message("%s isn't installed: tools/need --install servers\n", programs);
	skip();
}

static bool answers(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = connect(fd, (struct sockaddr *)&at, sizeof at) == 0;
	close(fd);
	return ok;
}

static bool is_free(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = bind(fd, (struct sockaddr *)&at, sizeof at) == 0;
	close(fd);
	return ok;
}

/*
 * Three in a row, for a server of three dialects; below those that the system gives to whoever calls
 * somebody, since a port may be one's own end of a call a moment after it was free.
 */
static uint16_t free_ports(void)
{
	static uint16_t next;
	uint16_t port = next ? next : (uint16_t)(10000 + getpid() % 2000 * 10);
	while (!is_free(port) || !is_free((uint16_t)(port + 1)) || !is_free((uint16_t)(port + 2)))
		port = (uint16_t)(port + 3);
	next = (uint16_t)(port + 3);
	return port;
}

static void lay_out(struct scene *s)
{
	char *path = realpath("tests/support/service.sh", NULL);
	const struct company *c = s->company;
	struct buf both = { 0 };
	size_t len;
	assert_non_null(path);
	tmp_text(s->tmp, "script", path);
	free(path);
	notary_write(s->tmp, "ca.pem", c->ca);
	notary_write(s->tmp, "chain.pem", c->server);
	for (int i = 0; i < 2; i++) {
		const char *pem = tmp_read(s->tmp, i ? "ca.pem" : "chain.pem", &len);
		buf_add(&both, pem, len);
	}
	tmp_write(s->tmp, "chain.pem", both.data, both.len);
	notary_write_key(s->tmp, "key.pem", c->server_key, NULL);
	assert_int_equal(chmod(tmp_path(s->tmp, NULL), 0755), 0);
	buf_done(&both);
}

static void start(struct scene *s, const char *kind, const char *demand)
{
	char port[8];
	int64_t until = clock_ms() + PATIENCE;
	const char *script = tmp_read(s->tmp, "script", NULL);
	const char *argv[] = { script, kind, tmp_path(s->tmp, NULL), port, demand, NULL };
	s->port = free_ports();
	snprintf(port, sizeof port, "%u", s->port);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (s->pid == 0) {
		setpgid(0, 0);
		execv(script, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	while (!answers(s->port)) {
		char name[64];
		snprintf(name, sizeof name, "%s/output", kind);
		if (waitpid(s->pid, NULL, WNOHANG) != 0 || clock_ms() > until) {
			s->pid = 0;
			fail_msg("%s doesn't start: %s", kind,
				tmp_exists(s->tmp, name) ? tmp_read(s->tmp, name, NULL) : "");
		}
		usleep(20000);
	}
}

static void stop(struct scene *s)
{
	if (s->pid <= 0)
		return;
	kill(-s->pid, SIGTERM);
	for (int i = 0; waitpid(s->pid, NULL, WNOHANG) == 0; i++) {
		if (i == 500)
			kill(-s->pid, SIGKILL);
		usleep(10000);
	}
	s->pid = 0;
}

static int set_up(void **state)
{
	static struct scene s;
	void *company;
	s = (struct scene){ .tmp = tmp_new() };
	company_setup(&company);
	s.company = company;
	lay_out(&s);
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;
	void *company = s->company;
	stop(s);
	company_teardown(&company);
	tmp_free(s->tmp);
	return 0;
}

/* --- probes of it ----------------------------------------------------------------------------- */

enum client {
	NONE,
	OURS,
	STRANGER,
};

static const struct report *ask(struct scene *s, const char *dialect, enum client client)
{
	struct probe_request request = company_request(s->port);
	request.dialect = dialect_named(dialect);
	request.settle = SETTLE_ALWAYS;
	request.host = strcmp(dialect, "xmpp") == 0 ? "localhost" : "127.0.0.1";
	if (client != NONE)
		company_present(s->company, &request, client == STRANGER);
	const struct report *r;
	do /* PostgreSQL listens before it is ready */
		r = company_probe(s->company, &request);
	while (strstr(r->err.text, "starting up"));
	return r;
}

static void expect_friendly(const struct report *r)
{
	if (r->err.code != ERROR_NONE)
		fail_msg("%s", r->err.text);
	expect_chain(r);
	expect_rung(r, STEP_ACCEPTED, STEP_PASS, NULL);
}

static void expect_plain(const struct report *r, const char *words)
{
	assert_int_equal(r->err.code, ERROR_VERDICT);
	assert_true(r->plaintext_only);
	assert_int_equal(r->chain_count, 0);
	expect_rung(r, STEP_DIALECT, STEP_FAIL, words);
}

static void expect_refusal(const struct report *r, const char *words)
{
	assert_int_equal(r->err.code, ERROR_VERDICT);
	expect_chain(r);
	assert_true(r->asked);
	expect_rung(r, STEP_ACCEPTED, STEP_FAIL, words);
}

static void postgres(void **state)
{
	struct scene *s = *state;
	need("initdb");
	start(s, "postgres", NULL);
	expect_friendly(ask(s, "postgres", NONE));
	expect_rung(s->company->report, STEP_ACCESS, STEP_PASS, "session");
	stop(s);
}

static void postgres_demands(void **state)
{
	struct scene *s = *state;
	need("initdb");
	start(s, "postgres", "demand");
	expect_refusal(ask(s, "postgres", NONE), "valid client certificate");
	expect_refusal(ask(s, "postgres", STRANGER), "nknown CA");
	expect_friendly(ask(s, "postgres", OURS));
	assert_string_equal(s->company->report->authorities[0], COMPANY_CA);
}

static void postgres_plain(void **state)
{
	struct scene *s = *state;
	need("initdb");
	start(s, "postgres-plain", NULL);
	expect_plain(ask(s, "postgres", NONE), "ssl = off");
}

static void slapd(void **state)
{
	struct scene *s = *state;
	need("slapd");
	start(s, "slapd", "demand");
	expect_refusal(ask(s, "ldap", NONE), NULL);
	expect_refusal(ask(s, "ldap", STRANGER), NULL);
	expect_friendly(ask(s, "ldap", OURS));
	expect_rung(s->company->report, STEP_ACCESS, STEP_PASS, "login without a name");
}

static void slapd_plain(void **state)
{
	struct scene *s = *state;
	need("slapd");
	start(s, "slapd-plain", NULL);
	expect_plain(ask(s, "ldap", NONE), "code 2");
}

static void dovecot(void **state)
{
	static const char *const dialects[] = { "imap", "pop3", "sieve" };
	struct scene *s = *state;
	need("dovecot");
	start(s, "dovecot", "demand");
	for (int i = 0; i < 3; i++, s->port++) {
		expect_friendly(ask(s, dialects[i], NONE));
		assert_true(s->company->report->asked);
		expect_rung(s->company->report, STEP_ACCESS, STEP_PASS, "OK");
		expect_friendly(ask(s, dialects[i], OURS));
		assert_true(s->company->report->presented);
	}
	s->port = (uint16_t)(s->port - 3);
	const struct report *r = ask(s, "pop3", NONE);
	expect_rung(r, STEP_DIALECT, STEP_FAIL, "looks like IMAP");
}

static void postfix(void **state)
{
	struct scene *s = *state;
	need("postfix");
	start(s, "postfix", NULL);
	expect_friendly(ask(s, "smtp", NONE));
	expect_rung(s->company->report, STEP_ACCESS, STEP_PASS, "250");
	expect_rung(ask(s, "tls", NONE), STEP_HELLO, STEP_FAIL, "looks like SMTP");
}

static void postfix_plain(void **state)
{
	struct scene *s = *state;
	need("postfix");
	start(s, "postfix-plain", NULL);
	expect_plain(ask(s, "smtp", NONE), "doesn't offer STARTTLS");
}

static void vsftpd(void **state)
{
	struct scene *s = *state;
	need("vsftpd");
	start(s, "vsftpd", NULL);
	const struct report *r = ask(s, "ftp", NONE);
	expect_chain(r);
	expect_rung(r, STEP_ACCEPTED, STEP_PASS, NULL);
	expect_rung(r, STEP_ACCESS, STEP_FAIL, "530");
}

static void mariadb(void **state)
{
	struct scene *s = *state;
	need("mariadbd mariadb-install-db");
	start(s, "mariadb", NULL);
	expect_friendly(ask(s, "mysql", NONE));
}

static void mariadb_plain(void **state)
{
	struct scene *s = *state;
	need("mariadbd mariadb-install-db");
	start(s, "mariadb-plain", NULL);
	expect_plain(ask(s, "mysql", NONE), "switched off");
}

static void prosody(void **state)
{
	struct scene *s = *state;
	need("prosody");
	start(s, "prosody", NULL);
	expect_friendly(ask(s, "xmpp", NONE));
	struct probe_request request = company_request(s->port);
	request.dialect = dialect_named("xmpp");
	expect_rung(company_probe(s->company, &request), STEP_DIALECT, STEP_FAIL,
		"doesn't serve the host 127.0.0.1");
}

static void openssl(void **state)
{
	struct scene *s = *state;
	start(s, "openssl", "demand");
	expect_refusal(ask(s, "tls", NONE), NULL);
	expect_refusal(ask(s, "tls", STRANGER), "nknown CA");
	expect_friendly(ask(s, "tls", OURS));
	assert_true(s->company->report->ticket);
}

/* More than are kept. */
static void a_long_chain(void **state)
{
	struct scene *s = *state;
	struct buf many = { 0 }, notes = { 0 };
	size_t len;
	const char *pem = tmp_read(s->tmp, "ca.pem", &len);
	for (int i = 0; i < 40; i++)
		buf_add(&many, pem, len);
	tmp_write(s->tmp, "ca.pem", many.data, many.len);
	start(s, "openssl", NULL);
	const struct report *r = ask(s, "tls", NONE);
	assert_int_equal(r->err.code, ERROR_NONE);
	assert_int_equal(r->chain_count, REPORT_CHAIN);
	assert_int_equal(r->chain_sent, 41);
	report_chain_notes(r, &notes);
	assert_non_null(strstr(buf_text(&notes), "41 certificates were sent, 32 are kept."));
	buf_done(&many);
	buf_done(&notes);
}

#define SERVICE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVICE_TEST(postgres),
		SERVICE_TEST(postgres_demands),
		SERVICE_TEST(postgres_plain),
		SERVICE_TEST(slapd),
		SERVICE_TEST(slapd_plain),
		SERVICE_TEST(dovecot),
		SERVICE_TEST(postfix),
		SERVICE_TEST(postfix_plain),
		SERVICE_TEST(vsftpd),
		SERVICE_TEST(mariadb),
		SERVICE_TEST(mariadb_plain),
		SERVICE_TEST(prosody),
		SERVICE_TEST(openssl),
		SERVICE_TEST(a_long_chain),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}

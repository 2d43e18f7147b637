/*
 * Probes in the console: servers of a small company on loopback, and what operators decide about
 * them.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/serve.h"
#include "support/desk.h"
#include "support/notary.h"
#include "support/unit.h"

/* --- a company ---------------------------------------------------------------------------- */

static struct {
	struct cert *root, *issuing, *server;
} company;

static struct cert *signed_by(struct cert *by, size_t by_key, const char *const *words, size_t key,
	const char *profile)
{
	struct authority ca = { by, notary_key("ec256", by_key) };
	struct terms terms = notary_terms(profile);
	struct request *request = notary_request(words, notary_key("ec256", key), profile);
	struct cert *cert = notary_issue(request, &ca, &terms);
	request_free(request);
	return cert;
}

static int found_company(void **state)
{
	int64_t now;
	(void)state;
	assert_true(clock_parse("2026-01-15T11:00:00Z", &now)); /* an hour before the console's */
	notary_clock(now);
	company.root = notary_ca(notary_key("ec256", 0), 1);
	company.issuing = signed_by(company.root, 0, WORDS("O=Tests", "CN=Issuing CA"), 1, "ca");
	company.server = signed_by(company.issuing, 1,
		WORDS("O=Tests", "CN=wiki.tests", "localhost", "127.0.0.1"), 2, "server");
	return 0;
}

static int close_company(void **state)
{
	(void)state;
	cert_free(company.root);
	cert_free(company.issuing);
	cert_free(company.server);
	notary_forget();
	return 0;
}

/* --- its servers -------------------------------------------------------------------------- */

enum sends {
	SENDS_LEAF = 1,
	SENDS_ISSUING = 2,
	SENDS_ROOT = 3,
	DEMANDS = 8,
};

struct host {
	pid_t pid; /* 0: it only listens */
	int fd;
	uint16_t port;
	char endpoint[40];
};

static void visited(void *ctx, const struct visit *visit)
{
	(void)ctx;
	(void)visit;
}

static _Noreturn void serve(unsigned how, int out)
{
	const struct cert *chain[] = { company.server, company.issuing, company.root };
	const struct cert *clients[] = { company.root };
	struct loop *loop = loop_new(NULL);
	struct serve_wish wish = { .chain = chain,
		.chain_count = how & 7,
		.key = notary_key("ec256", 2),
		.clients = clients,
		.client_count = how & DEMANDS ? 1 : 0 };
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	struct server *server = serve_start(loop, &wish, visited, NULL, NULL);
	uint16_t port = server ? serve_port(server) : 0;
	if (write(out, &port, sizeof port) == (ssize_t)sizeof port && port)
		loop_run(loop);
	_exit(0);
}

static void host_open(struct host *h, unsigned how)
{
	int pair[2];
	assert_int_equal(pipe(pair), 0);
	h->fd = -1;
	h->pid = fork();
	if (h->pid == 0)
		serve(how, pair[1]);
	close(pair[1]);
	assert_int_equal(read(pair[0], &h->port, sizeof h->port), sizeof h->port);
	assert_int_not_equal(h->port, 0);
	close(pair[0]);
	snprintf(h->endpoint, sizeof h->endpoint, "127.0.0.1:%u", h->port);
}

/* Takes connections and never says a word. */
static void host_stall(struct host *h)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
	socklen_t len = sizeof at;
	h->pid = 0;
	h->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(h->fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(h->fd, 5), 0);
	assert_int_equal(getsockname(h->fd, (struct sockaddr *)&at, &len), 0);
	h->port = ntohs(at.sin_port);
	snprintf(h->endpoint, sizeof h->endpoint, "127.0.0.1:%u", h->port);
}

static void host_close(struct host *h)
{
	if (h->pid) {
		kill(h->pid, SIGKILL);
		waitpid(h->pid, NULL, 0);
	}
	if (h->fd >= 0)
		close(h->fd);
}

/* --- at the desk -------------------------------------------------------------------------- */

struct probe_test {
	struct desk_test desk;
	struct host host;
};

static void probe(struct term *t, const char *endpoint)
{
	term_press(t, "p");
	term_press(t, TERM_CTRL('u'));
	term_press(t, endpoint);
	term_press(t, TERM_F10);
}

static void open_at(struct probe_test *p, unsigned how, unsigned look, int rows, int cols)
{
	host_open(&p->host, how);
	desk_open(&p->desk, rows, cols, look);
	probe(p->desk.term, p->host.endpoint);
}

static void open_probe(struct probe_test *p, unsigned how)
{
	open_at(p, how, DESK_PLAIN, 24, 80);
}

static void close_probe(struct probe_test *p)
{
	desk_close(&p->desk);
	host_close(&p->host);
}

static size_t in_state(struct probe_test *p, const char *state)
{
	char path[40];
	snprintf(path, sizeof path, "desk/%s", state);
	return tmp_count(p->desk.tmp, path);
}

/* --- what is the same in no two runs ------------------------------------------------------ */

static bool is_hex(char c)
{
	return isdigit((unsigned char)c) || (c >= 'a' && c <= 'f');
}

static size_t hex_at(const char *at)
{
	size_t len = 0;
	while (is_hex(at[len]))
		len++;
	return len;
}

static bool is_group(const char *at)
{
	return hex_at(at) == 4 && at[4] != '-'; /* no year */
}

/* Groups of four in a row, of a fingerprint; and longer ones, of a key's identifier. */
static void mask_hex(char *line)
{
	size_t fours = 0;
	for (const char *at = line; *at; at += hex_at(at) ? hex_at(at) : 1)
		fours += is_group(at);
	for (char *at = line; *at;) {
		size_t len = hex_at(at);
		if (len >= 6 || (fours >= 2 && is_group(at)))
			memset(at, 'x', len);
		at += len ? len : 1;
	}
}

/* "0.1 s" behind the service that is probed. */
static void mask_seconds(char *line)
{
	for (char *at = line; (at = strstr(at, ".")); at++)
		if (at > line && isdigit((unsigned char)at[-1]) && isdigit((unsigned char)at[1]) &&
			strncmp(at + 2, " s", 2) == 0)
			at[-1] = at[1] = '0';
}

static void shoot(struct probe_test *p, const char *name, const char *size)
{
	char *screen = term_screen(p->desk.term), port[8], file[80];
	struct buf out = { 0 };
	char *at;
	snprintf(port, sizeof port, "%u", p->host.port);
	while ((at = strstr(screen, port)))
		memset(at, '9', strlen(port));
	for (char *line = screen, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			break;
		*end = '\0';
		mask_hex(line);
		mask_seconds(line);
		buf_format(&out, "%s\n", line);
	}
	snprintf(file, sizeof file, "probe-%s-%s", name, size);
	golden_text(buf_text(&out), file);
	term_check_raw(p->desk.term);
	buf_done(&out);
	free(screen);
}

static void shoot_all(int rows, int cols, unsigned look, const char *size)
{
	struct probe_test p = { 0 };
	struct term *t;
	host_open(&p.host, SENDS_ISSUING);
	desk_open(&p.desk, rows, cols, look);
	t = p.desk.term;
	term_press(t, "p");
	term_press(t, p.host.endpoint);
	shoot(&p, "form", size);
	term_press(t, TERM_F10);
	shoot(&p, "decide", size);
	term_press(t, "c");
	shoot(&p, "question", size);
	term_press(t, TERM_ESC);
	shoot(&p, "untrusted", size);
	term_press(t, "G");
	shoot(&p, "end", size);
	term_press(t, "dcy");
	term_press(t, "y");
	shoot(&p, "trusted", size);
	close_probe(&p);
}

static void test_screens(void **state)
{
	(void)state;
	shoot_all(24, 80, DESK_PLAIN, "80x24-utf8");
	shoot_all(40, 120, DESK_PLAIN, "120x40-utf8");
	shoot_all(12, 40, DESK_PLAIN, "40x12-utf8");
	shoot_all(24, 80, DESK_ASCII | DESK_MONO, "80x24-ascii");
	shoot_all(12, 40, DESK_ASCII | DESK_MONO, "40x12-ascii");
}

/* --- the decision ------------------------------------------------------------------------- */

/* What came was kept; Enter and Esc leave it at that, and undo takes it back. */
static void test_keep_for_later(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_probe(&p, SENDS_ROOT);
	struct term *t = p.desk.term;
	assert_true(term_has(t, "Not trusted: decide"));
	assert_true(term_has(t, ">l     Keep it for later"));
	assert_int_equal(in_state(&p, "untrusted"), 2 + 3);
	term_press(t, "\r");
	assert_true(term_has(t, "untrusted: "));
	assert_true(term_has(t, "3 certificates kept as untrusted"));
	assert_int_equal(in_state(&p, "trusted"), 4);
	term_press(t, "u");
	term_press(t, "y");
	assert_int_equal(in_state(&p, "untrusted"), 2);
	assert_true(term_has(t, "not in the store"));
	assert_false(term_has(t, "kept as untrusted"));
	close_probe(&p);
}

static void test_trust_the_ca(void **state)
{
	struct probe_test p = { 0 };
	static const char *const refusals[] = { "\r", TERM_ESC, "n" };
	(void)state;
	open_probe(&p, SENDS_ROOT);
	struct term *t = p.desk.term;
	assert_true(term_has(t, "Trust the CA Test CA"));
	for (size_t i = 0; i < 3; i++) {
		term_press(t, i ? "dc" : "c");
		assert_true(term_has(t, "A root CA: every certificate that it signs"));
		term_press(t, refusals[i]);
		assert_int_equal(in_state(&p, "trusted"), 4);
	}
	term_press(t, "d");
	term_press(t, "c");
	term_press(t, "y");
	assert_int_equal(in_state(&p, "trusted"), 5);
	term_wait_text(t, "trusted through Test CA");
	assert_true(term_has(t, "✓ pass   We verify"));
	assert_false(term_has(t, "decide ─"));
	term_press(t, "u");
	term_press(t, "y");
	assert_true(term_has(t, "Somebody has decided since"));
	term_press(t, "r");
	assert_true(term_has(t, "Not trusted: decide"));
	assert_false(term_has(t, "decided since"));
	term_press(t, TERM_ESC);
	desk_run(&p.desk, 0, ARGV("log", "--verify"));
	close_probe(&p);
}

static void test_trust_just_this(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_probe(&p, SENDS_LEAF);
	struct term *t = p.desk.term;
	assert_true(term_has(t, "No CA of it was sent"));
	assert_false(term_has(t, "Trust the"));
	term_press(t, "t");
	assert_true(term_has(t, "untrusted -> trusted"));
	term_press(t, "y");
	term_wait_text(t, "trusted directly");
	assert_int_equal(in_state(&p, "trusted"), 5);
	close_probe(&p);
}

/* The CA of whose root nothing is known stands in for it, and that is said. */
static void test_the_root_is_missing(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_probe(&p, SENDS_ISSUING);
	struct term *t = p.desk.term;
	assert_true(term_has(t, "missing: not sent, not held"));
	assert_true(term_has(t, "Trust the intermediate CA Issuing CA"));
	term_press(t, "c");
	assert_true(term_has(t, "wasn't sent"));
	assert_true(term_has(t, "An intermediate CA"));
	term_press(t, "y");
	term_wait_text(t, "trusted through Issuing CA");
	close_probe(&p);
}

static void test_block(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_probe(&p, SENDS_ROOT);
	struct term *t = p.desk.term;
	term_press(t, "b");
	term_press(t, "y");
	term_wait_text(t, "It is blocked");
	assert_int_equal(in_state(&p, "blocked"), 2);
	term_press(t, "d");
	assert_false(term_has(t, "Block it"));
	close_probe(&p);
}

/* What trust doesn't mend is no question of trust. */
static void test_another_name(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	host_open(&p.host, SENDS_ISSUING);
	desk_open(&p.desk, 24, 80, DESK_PLAIN);
	struct term *t = p.desk.term;
	notary_write(p.desk.tmp, "root.pem", company.root);
	desk_run(&p.desk, 0, ARGV("import", "--yes", tmp_path(p.desk.tmp, "root.pem")));
	term_press(t, "p");
	term_press(t, p.host.endpoint);
	term_press(t, TERM_TAB TERM_TAB TERM_TAB);
	term_press(t, "other.tests");
	term_press(t, TERM_F10);
	assert_false(term_has(t, "Not trusted: decide"));
	assert_true(term_has(t, "not for other.tests"));
	assert_true(term_has(t, "Use a name that stands in it"));
	term_press(t, "d");
	assert_true(term_has(t, "trusting more wouldn't mend this"));
	assert_false(term_has(t, "Trust just this"));
	assert_true(term_has(t, "Block it"));
	term_press(t, TERM_ESC);
	term_press(t, "p"); /* the name that stands in it */
	term_press(t, TERM_TAB TERM_TAB TERM_TAB);
	term_press(t, TERM_CTRL('u'));
	term_press(t, "localhost");
	term_press(t, TERM_F10);
	assert_true(term_has(t, "✓ trusted through Test CA"));
	close_probe(&p);
}

/* t, w and Enter are about the certificate that Tab has selected. */
static void test_the_chain_is_walked(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_probe(&p, SENDS_ROOT);
	struct term *t = p.desk.term;
	term_press(t, TERM_ESC);
	term_press(t, "w");
	assert_true(term_has(t, "not trusted: Test CA"));
	assert_true(term_has(t, "└ Issuing CA"));
	term_press(t, TERM_ESC);
	term_press(t, TERM_TAB);
	assert_true(term_has(t, "> 2      └ Issuing CA"));
	term_press(t, "\r");
	assert_true(term_has(t, "Issuing CA"));
	assert_true(term_has(t, "Source"));
	term_press(t, TERM_ESC);
	term_press(t, "t");
	assert_true(term_has(t, "CN=Issuing CA,O=Tests"));
	term_press(t, "y");
	term_wait_text(t, "trusted through Issuing CA");
	close_probe(&p);
}

static void test_read_only(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_at(&p, SENDS_ROOT, DESK_READ_ONLY, 24, 80);
	struct term *t = p.desk.term;
	assert_true(term_has(t, "Nothing is written"));
	assert_false(term_has(t, "Trust just this"));
	term_press(t, "\r");
	assert_int_equal(in_state(&p, "untrusted"), 2);
	assert_true(term_has(t, "not in the store"));
	term_press(t, "t");
	assert_true(term_has(t, "read-only: nothing can be changed"));
	close_probe(&p);
}

/* --- what takes its time ------------------------------------------------------------------ */

static void test_a_server_that_stalls(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	host_stall(&p.host);
	desk_open(&p.desk, 24, 80, DESK_PLAIN);
	struct term *t = p.desk.term;
	term_press(t, "p");
	term_press(t, p.host.endpoint);
	term_keys(t, TERM_F10);
	term_wait_text(t, "> now    Hello is answered"); /* the ladder so far */
	assert_true(term_has(t, "✓ pass   Connection"));
	assert_true(term_has(t, "Esc ends it"));
	term_keys(t, "?"); /* keys are answered meanwhile */
	term_wait_text(t, "this help");
	term_keys(t, "q");
	term_wait_text(t, "> now    Hello is answered");
	term_press(t, TERM_ESC);
	assert_true(term_has(t, "the probe was broken off"));
	assert_true(term_has(t, "broken off"));
	assert_false(term_has(t, "> now"));
	term_keys(t, "r");
	term_wait_text(t, "> now    Hello is answered");
	term_press(t, "1"); /* whoever goes away ends it, too */
	assert_true(term_has(t, "LDAP (directory)"));
	close_probe(&p);
}

static void test_nobody_listens(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	host_stall(&p.host);
	close(p.host.fd);
	p.host.fd = -1;
	desk_open(&p.desk, 24, 80, DESK_PLAIN);
	probe(p.desk.term, p.host.endpoint);
	assert_true(term_has(p.desk.term, "✗ FAIL   Connection"));
	assert_true(term_has(p.desk.term, "unreached"));
	assert_true(term_has(p.desk.term, "Is the service running"));
	assert_int_equal(in_state(&p, "untrusted"), 2);
	close_probe(&p);
}

/* --- as a client -------------------------------------------------------------------------- */

static void test_two_way(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	host_open(&p.host, SENDS_ISSUING | DEMANDS);
	desk_open(&p.desk, 40, 80, DESK_PLAIN);
	struct term *t = p.desk.term;
	tmp_text(p.desk.tmp, "pass", "open sesame\n");
	notary_write(p.desk.tmp, "root.pem", company.root);
	desk_run(&p.desk, 0, ARGV("import", "--yes", tmp_path(p.desk.tmp, "root.pem")));
	desk_run(&p.desk, 0, ARGV("generate", "--name", "our client", "--cn", "client", "--yes",
		"--profile", "client",
		"--password-file", tmp_path(p.desk.tmp, "pass")));
	probe(t, p.host.endpoint);
	assert_true(term_has(t, "refused: "));
	assert_true(term_has(t, "✗ FAIL   Server accepts"));
	assert_true(term_has(t, "It wants a certificate"));
	term_press(t, "G");
	assert_true(term_has(t, "CN=Test CA,O=Tests"));
	assert_true(term_has(t, "✗ our client: The server doesn't name its issuer"));
	term_press(t, "p");
	term_press(t, TERM_TAB TERM_TAB " ");
	assert_true(term_has(t, "our client"));
	term_press(t, TERM_F10);
	assert_true(term_has(t, "is sealed"));
	term_press(t, "wrong\r");
	assert_true(term_has(t, "That is not its passphrase"));
	term_press(t, "open sesame\r");
	assert_true(term_has(t, "✓ pass   We present"));
	assert_true(term_has(t, "✗ FAIL   Server accepts"));
	term_press(t, "G");
	assert_true(term_has(t, "It was sent."));
	term_press(t, "r"); /* the key stays open */
	assert_true(term_has(t, "✓ pass   We present"));
	close_probe(&p);
}

static void test_http(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	host_open(&p.host, SENDS_ROOT);
	desk_open(&p.desk, 40, 80, DESK_PLAIN);
	struct term *t = p.desk.term;
	term_press(t, "p");
	term_press(t, p.host.endpoint);
	term_press(t, TERM_TAB TERM_TAB TERM_TAB TERM_TAB TERM_TAB);
	term_press(t, "api");
	assert_true(term_has(t, "A path begins with a slash"));
	term_press(t, TERM_CTRL('u'));
	term_press(t, "/api");
	term_press(t, TERM_F10);
	term_press(t, TERM_ESC);
	term_press(t, "G");
	assert_true(term_has(t, "HTTP on /api"));
	assert_true(term_has(t, "DELETE"));
	assert_true(term_has(t, "✓ HTTP/1.1 200"));
	close_probe(&p);
}

/* --- the form ----------------------------------------------------------------------------- */

static void test_form_says_what_is_off(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "p");
	term_press(d.term, TERM_F10);
	assert_true(term_has(d.term, "Probe a service"));
	term_press(d.term, "wiki.tests");
	assert_true(term_has(d.term, "which port?"));
	term_press(d.term, TERM_F10);
	assert_true(term_has(d.term, "Probe a service"));
	term_press(d.term, TERM_CTRL('u'));
	term_press(d.term, "mail.tests:25");
	assert_true(term_has(d.term, "SMTP with STARTTLS"));
	term_press(d.term, TERM_ESC); /* no question: it is remembered */
	assert_true(term_has(d.term, "LDAP (directory)"));
	term_press(d.term, "p");
	assert_true(term_has(d.term, "mail.tests:25"));
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

/* The same by name: a service alone is the page, anything more the command. */
static void test_command_line(void **state)
{
	struct probe_test p = { 0 };
	char line[80];
	(void)state;
	host_open(&p.host, SENDS_ROOT);
	desk_open(&p.desk, 24, 80, DESK_PLAIN);
	struct term *t = p.desk.term;
	snprintf(line, sizeof line, "probe %s\r", p.host.endpoint);
	term_press(t, ":");
	term_press(t, line);
	assert_true(term_has(t, "Not trusted: decide"));
	term_press(t, TERM_ESC);
	snprintf(line, sizeof line, "probe --tls 1.2 --no-save %s\r", p.host.endpoint);
	term_press(t, ":");
	term_press(t, line);
	term_wait_text(t, "ended with status 4");
	assert_true(term_has(t, "TLS1.2"));
	term_press(t, ":");
	term_press(t, "probe nowhere\r");
	term_wait_text(t, "which port?");
	close_probe(&p);
}

/* A certificate that a probe brought shows how it came, and proposes its service. */
static void test_evidence(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_probe(&p, SENDS_ROOT);
	struct term *t = p.desk.term;
	term_press(t, TERM_ESC);
	term_press(t, "p");
	term_press(t, TERM_CTRL('u'));
	term_press(t, "other.tests:443");
	term_press(t, TERM_ESC);
	term_press(t, "q");
	term_press(t, "/wiki.tests\r");
	term_press(t, "\r");
	assert_true(term_has(t, "Evidence"));
	assert_true(term_has(t, "Reason "));
	assert_true(term_has(t, "First seen"));
	assert_true(term_has(t, "Times noted"));
	term_press(t, "p");
	assert_true(term_has(t, p.host.endpoint));
	term_press(t, TERM_F10);
	assert_true(term_has(t, "Not trusted: decide"));
	close_probe(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_screens),
		cmocka_unit_test(test_keep_for_later),
		cmocka_unit_test(test_trust_the_ca),
		cmocka_unit_test(test_trust_just_this),
		cmocka_unit_test(test_the_root_is_missing),
		cmocka_unit_test(test_block),
		cmocka_unit_test(test_another_name),
		cmocka_unit_test(test_the_chain_is_walked),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_a_server_that_stalls),
		cmocka_unit_test(test_nobody_listens),
		cmocka_unit_test(test_two_way),
		cmocka_unit_test(test_http),
		cmocka_unit_test(test_form_says_what_is_off),
		cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_evidence),
	};
	return cmocka_run_group_tests_name("probe", tests, found_company, close_company);
}

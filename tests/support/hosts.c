#include "support/hosts.h"

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
#include "support/notary.h"
#include "support/roles.h"
#include "support/unit.h"

/* --- a company ---------------------------------------------------------------------------- */

static struct {
	struct cert *root, *issuing, *server;
	struct cert *new_root, *renewed;
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

int hosts_setup(void **state)
{
	int64_t now;
	struct terms terms;
	(void)state;
	assert_true(clock_parse("2026-01-15T11:00:00Z", &now)); /* an hour before the console's */
	notary_clock(now);
	company.root = notary_ca(notary_key("ec256", 0), 1);
	company.issuing = signed_by(company.root, 0, WORDS("O=Tests", "CN=Issuing CA"), 1, "ca");
	company.server = signed_by(company.issuing, 1,
		WORDS("O=Tests", "CN=wiki.tests", "localhost", "127.0.0.1"), 2, "server");
	terms = notary_terms("ca");
	terms.days = 3650;
	company.new_root = notary_self(WORDS("O=Tests", "CN=New CA"), notary_key("ec256", 3), &terms);
	company.renewed = signed_by(company.new_root, 3,
		WORDS("O=Tests", "CN=wiki.tests", "localhost", "127.0.0.1"), 2, "server");
	return 0;
}

struct cert *hosts_root(void)
{
	return company.root;
}

int hosts_teardown(void **state)
{
	(void)state;
	cert_free(company.root);
	cert_free(company.issuing);
	cert_free(company.server);
	cert_free(company.new_root);
	cert_free(company.renewed);
	notary_forget();
	return 0;
}

/* --- its servers -------------------------------------------------------------------------- */

static void visited(void *ctx, const struct visit *visit)
{
	(void)ctx;
	(void)visit;
}

static _Noreturn void serve(unsigned how, uint16_t at, int out)
{
	bool old = !(how & RENEWED);
	const struct cert *chain[] = { old ? company.server : company.renewed,
		old ? company.issuing : company.new_root, company.root };
	const struct cert *clients[] = { company.root };
	struct loop *loop = loop_new(NULL);
	struct serve_wish wish = { .port = at,
		.chain = chain,
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

void host_open(struct host *h, unsigned how)
{
	int pair[2];
	assert_int_equal(pipe(pair), 0);
	h->fd = -1;
	h->pid = fork();
	if (h->pid == 0)
		serve(how, h->port, pair[1]);
	close(pair[1]);
	assert_int_equal(read(pair[0], &h->port, sizeof h->port), sizeof h->port);
	assert_int_not_equal(h->port, 0);
	close(pair[0]);
	snprintf(h->endpoint, sizeof h->endpoint, "127.0.0.1:%u", h->port);
}

void host_stall(struct host *h)
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

void host_close(struct host *h)
{
	if (h->pid) {
		kill(h->pid, SIGKILL);
		waitpid(h->pid, NULL, 0);
	}
	if (h->fd >= 0)
		close(h->fd);
	h->pid = 0;
	h->fd = -1;
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

void host_shoot(struct host *h, struct term *term, const char *name, const char *size)
{
	char *screen = term_screen(term), port[8], file[80];
	struct buf out = { 0 };
	char *at;
	snprintf(port, sizeof port, "%u", h->port);
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
	snprintf(file, sizeof file, "%s-%s", name, size);
	golden_text(buf_text(&out), file);
	roles_check(term, file);
	term_check_raw(term);
	buf_done(&out);
	free(screen);
}

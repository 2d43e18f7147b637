#include "net/tls.h"

#include "support/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/company.h"

/* Both ends of a connection.  What one has sent the other can read, even when the one has gone. */
struct pair {
	int fds[2]; /* the server's, the client's */
	struct tls *server, *client;
	struct report report; /* the client's */
};

static struct tls *end(const struct tls_wish *wish, int fd, struct report *report)
{
	struct error err;
	struct tls *tls = tls_new(fd, wish, report, &err);
	if (!tls)
		fail_msg("%s", err.text);
	return tls;
}

/* The server takes its own company's clients only; who comes is a stranger. */
static void open_pair(struct pair *p, const struct company *c, const char *version)
{
	const struct cert *own[] = { c->server }, *theirs[] = { c->stranger }, *cas[] = { c->ca };
	const struct tls_wish server = { .server = true,
		.version = version,
		.chain = own,
		.chain_count = 1,
		.key = c->server_key,
		.clients = cas,
		.client_count = 1 };
	const struct tls_wish client = { .version = version,
		.chain = theirs,
		.chain_count = 1,
		.key = c->stranger_key };
	*p = (struct pair){ .report.alert = -1 };
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, p->fds), 0);
	p->server = end(&server, p->fds[0], NULL);
	p->client = end(&client, p->fds[1], &p->report);
}

static void close_server(struct pair *p)
{
	tls_free(p->server);
	close(p->fds[0]);
	p->server = NULL;
}

static void close_pair(struct pair *p)
{
	if (p->server)
		close_server(p);
	tls_free(p->client);
	close(p->fds[1]);
	report_done(&p->report);
}

/* As far as the client gets before the server looks at its certificate. */
static void client_first(struct pair *p)
{
	enum tls_turn turn;
	while ((turn = tls_handshake(p->client)) == TLS_READ)
		tls_handshake(p->server);
	assert_int_equal(turn, TLS_DONE);
}

static void expect_alert(const struct pair *p, enum tls_turn turn)
{
	assert_int_equal(turn, TLS_FAILED);
	assert_int_equal(p->report.alert, 48);
	assert_non_null(strstr(tls_failure(p->client), "nknown CA"));
}

/* TLS 1.3: who asks before the refusal was read finds nobody who listens, and a reason that lies there. */
static void a_refusal_is_read_when_nothing_can_be_sent(void **state)
{
	struct pair p;
	struct buf question = { 0 };
	char bytes[64];
	size_t got;
	open_pair(&p, *state, "1.3");
	client_first(&p);
	assert_int_equal(tls_handshake(p.server), TLS_FAILED);
	close_server(&p);
	buf_text_add(&question, "is anybody there?");
	assert_int_equal(tls_send(p.client, &question), TLS_DONE);
	expect_alert(&p, tls_receive(p.client, bytes, sizeof bytes, &got));
	buf_done(&question);
	close_pair(&p);
}

/* TLS 1.2: the client is still in its handshake when the server has gone. */
static void a_refusal_within_the_handshake(void **state)
{
	struct pair p;
	enum tls_turn turn = TLS_READ;
	open_pair(&p, *state, "1.2");
	while (turn == TLS_READ || turn == TLS_WRITE) {
		turn = tls_handshake(p.client);
		if (p.server && tls_handshake(p.server) == TLS_FAILED)
			close_server(&p);
	}
	expect_alert(&p, turn);
	close_pair(&p);
}

/* Without a reason it says so, and a tunnel learns at once that nobody takes its bytes. */
static void a_peer_that_just_goes(void **state)
{
	struct pair p;
	struct buf question = { 0 };
	char bytes[64];
	size_t got;
	open_pair(&p, *state, "1.3");
	client_first(&p);
	close_server(&p);
	buf_text_add(&question, "is anybody there?");
	assert_int_equal(tls_send(p.client, &question), TLS_DONE);
	assert_int_equal(tls_receive(p.client, bytes, sizeof bytes, &got), TLS_FAILED);
	assert_int_equal(p.report.alert, -1);
	assert_true(tls_failure(p.client)[0] != '\0');
	assert_int_equal(tls_write(p.client, "x", 1, &got), TLS_FAILED);
	assert_int_equal(got, 0);
	buf_done(&question);
	close_pair(&p);
}

#define TLS_TEST(f) cmocka_unit_test_setup_teardown(f, company_setup, company_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TLS_TEST(a_refusal_is_read_when_nothing_can_be_sent),
		TLS_TEST(a_refusal_within_the_handshake),
		TLS_TEST(a_peer_that_just_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

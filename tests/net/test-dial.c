#include "net/dial.h"

#include "support/unit.h"

#include <string.h>
#include <unistd.h>

#include <netinet/in.h>

#include "base/mem.h"
#include "support/peer.h"

struct scene {
	struct loop *loop;
	struct report *report;
	bool done;
	int fd, at;
};

static void on_dialled(void *ctx, int fd, int at)
{
	struct scene *s = ctx;
	s->done = true;
	s->fd = fd;
	s->at = at;
}

/* Loopback's ports, of which 0 is one that nobody listens on. */
static void dial(struct scene *s, const uint16_t *ports, size_t count)
{
	struct lookup_answer to = { 0 }, one;
	s->done = false;
	s->report = report_new("localhost", 1, dialect_at(0));
	s->report->addresses = mem_new(count * sizeof *s->report->addresses);
	s->report->address_count = count;
	for (size_t i = 0; i < count; i++) {
		assert_true(lookup_address(
			"127.0.0.1", ports[i] ? ports[i] : peer_free_port(), &one));
		to.items[to.count++] = one.items[0];
	}
	assert_non_null(dial_start(s->loop, &to, s->report, on_dialled, s));
	assert_false(s->done);
	while (!s->done)
		loop_step(s->loop, 1000);
}

static void finish(struct scene *s)
{
	if (s->fd >= 0)
		close(s->fd);
	report_free(s->report);
}

static void one_after_the_other(void **state)
{
	struct scene s = { .loop = loop_new(NULL) };
	struct peer *peer = peer_start(s.loop, TURNS(TURN("x")), PEER_HOLD);
	const uint16_t ports[] = { 0, 0, peer_port(peer), 0 };
	(void)state;
	dial(&s, ports, 4);
	assert_true(s.fd >= 0);
	assert_int_equal(s.at, 2);
	assert_string_equal(s.report->addresses[0].outcome, "Connection refused");
	assert_string_equal(s.report->addresses[1].outcome, "Connection refused");
	assert_string_equal(s.report->addresses[2].outcome, "connected");
	assert_null(s.report->addresses[3].outcome); /* not tried */
	finish(&s);
	peer_stop(peer);
	loop_free(s.loop);
}

/* A port whose queue is full: who knocks there hears nothing. */
static uint16_t silent_port(int fds[3])
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof at;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fds[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fds[0], (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fds[0], 0), 0);
	assert_int_equal(getsockname(fds[0], (struct sockaddr *)&at, &len), 0);
	for (int i = 1; i < 3; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		connect(fds[i], (struct sockaddr *)&at, sizeof at);
	}
	return ntohs(at.sin_port);
}

static void beside_a_silent_one(void **state)
{
	struct scene s = { .loop = loop_new(NULL) };
	struct peer *peer = peer_start(s.loop, TURNS(TURN("x")), PEER_HOLD);
	int fds[3];
	const uint16_t ports[] = { silent_port(fds), peer_port(peer) };
	(void)state;
	dial(&s, ports, 2);
	assert_int_equal(s.at, 1);
	assert_string_equal(s.report->addresses[0].outcome, "another one was quicker");
	assert_string_equal(s.report->addresses[1].outcome, "connected");
	finish(&s);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	peer_stop(peer);
	loop_free(s.loop);
}

static void none(void **state)
{
	struct scene s = { .loop = loop_new(NULL) };
	const uint16_t ports[REPORT_ADDRESSES] = { 0 };
	(void)state;
	dial(&s, ports, REPORT_ADDRESSES);
	assert_int_equal(s.fd, -1);
	assert_int_equal(s.at, -1);
	finish(&s);
	dial(&s, ports, 0);
	assert_int_equal(s.fd, -1);
	finish(&s);
	loop_free(s.loop);
}

static void cancelled(void **state)
{
	struct scene s = { .loop = loop_new(NULL) };
	struct lookup_answer to;
	(void)state;
	assert_true(lookup_address("127.0.0.1", peer_free_port(), &to));
	dial_cancel(dial_start(s.loop, &to, NULL, on_dialled, &s));
	dial_cancel(NULL);
	loop_step(s.loop, 5);
	assert_false(s.done);
	loop_free(s.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(beside_a_silent_one),
		cmocka_unit_test(none),
		cmocka_unit_test(cancelled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

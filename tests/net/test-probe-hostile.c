/* Probes of servers that lie, stall and flood, or aren't there: a true report, in time. */
#include "net/probe.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "support/company.h"
#include "support/peer.h"

#define SHORT 300 /* ms of deadline, for what must run into it */

static const struct report *meet(struct company *c, const char *dialect, const struct turn *script,
	enum peer_end end, unsigned deadline)
{
	struct peer *peer = peer_start(c->loop, script, end);
	struct probe_request request = company_request(peer_port(peer));
	request.dialect = dialect_named(dialect);
	if (deadline)
		request.deadline_ms = deadline;
	const struct report *r = company_probe(c, &request);
	assert_int_equal(peer_visits(peer), 1);
	peer_stop(peer);
	return r;
}

static void expect(const struct report *r, enum report_rung rung, enum error_code code,
	const char *words)
{
	assert_int_equal(r->err.code, code);
	if (!strstr(r->err.text, words))
		fail_msg("'%s', not '%s'", r->err.text, words);
	assert_int_equal(r->steps[rung].outcome, STEP_FAIL);
	for (int i = 0; i < STEP_COUNT; i++)
		if (i > (int)rung)
			assert_int_equal(r->steps[i].outcome, STEP_NOT_REACHED);
}

static void silence(void **state)
{
	struct company *c = *state;
	const struct report *r = meet(c, "tls", TURNS({ "", 0 }), PEER_HOLD, SHORT);
	expect(r, STEP_HELLO, ERROR_NETWORK, "within 0.3 s");
	assert_true(r->ms >= SHORT);
	r = meet(c, "smtp", TURNS({ "", 0 }), PEER_HOLD, SHORT);
	expect(r, STEP_DIALECT, ERROR_NETWORK, "perhaps it wants TLS from the first byte");
	r = meet(c, "smtp", TURNS(TURN("220 hel")), PEER_HOLD, SHORT);
	expect(r, STEP_DIALECT, ERROR_NETWORK, "in the middle of: 220 hel");
	r = meet(c, "tls", TURNS({ "", 0 }, TURN("\x16\x03\x03")), PEER_HOLD, SHORT);
	expect(r, STEP_HELLO, ERROR_NETWORK, "doesn't answer the hello");
}

static void hanging_up(void **state)
{
	struct company *c = *state;
	const struct turn *after_hello = TURNS({ "", 0 }, { "", 0 });
	expect(meet(c, "tls", after_hello, PEER_CLOSE, 0), STEP_HELLO, ERROR_NETWORK, "hung up");
	expect(meet(c, "tls", after_hello, PEER_RESET, 0), STEP_HELLO, ERROR_NETWORK, "reset");
	expect(meet(c, "pop3", TURNS(TURN("+OK x\r\n")), PEER_CLOSE, 0), STEP_DIALECT, ERROR_FAILED,
		"hung up");
}

static void not_tls(void **state)
{
	struct company *c = *state;
	expect(meet(c, "tls", TURNS({ "", 0 }, TURN("HTTP/1.1 400 Bad\r\n\r\n\033]0;x\a")), PEER_CLOSE,
		       0),
		STEP_HELLO, ERROR_NETWORK, "looks like HTTP");
	expect(meet(c, "tls", TURNS(TURN("SSH-2.0-x\r\n")), PEER_HOLD, 0), STEP_HELLO,
		ERROR_NETWORK, "looks like SSH");
	expect(meet(c, "tls", TURNS({ "", 0 }, TURN("\033[2Jgarbage")), PEER_HOLD, 0), STEP_HELLO,
		ERROR_NETWORK, "not in TLS: \\x1b[2Jgarbage");
	expect(meet(c, "tls", TURNS({ "", 0 }, TURN("\x15\x03\x03\0\x02\x02\x50")), PEER_HOLD, 0),
		STEP_HELLO, ERROR_VERDICT, "internal error");
}

static void refusals_in_plain_text(void **state)
{
	struct company *c = *state;
	const struct report *r = meet(
		c, "postgres", TURNS({ "", 0 }, TURN("N")), PEER_HOLD, 0);
	expect(r, STEP_DIALECT, ERROR_VERDICT, "ssl = off");
	assert_true(r->plaintext_only);
	r = meet(c, "pop3", TURNS(TURN("+OK\r\n"), TURN("-ERR \033[31m\r\n")), PEER_HOLD, 0);
	expect(r, STEP_DIALECT, ERROR_VERDICT, "-ERR \\x1b[31m");
	assert_true(r->plaintext_only);
	r = meet(c, "smtp", TURNS(TURN("421 busy\r\n")), PEER_CLOSE, 0);
	expect(r, STEP_DIALECT, ERROR_VERDICT, "421 busy");
	assert_false(r->plaintext_only);
}

static void injections(void **state)
{
	struct company *c = *state;
	expect(meet(c, "pop3", TURNS(TURN("+OK\r\n"), TURN("+OK\r\n+OK evil\r\n")), PEER_HOLD, 0),
		STEP_DIALECT, ERROR_FAILED, "injection");
	expect(meet(c, "postgres", TURNS({ "", 0 }, TURN("SE\0\0\0")), PEER_HOLD, 0), STEP_DIALECT,
		ERROR_FAILED, "injection");
}

/* Whatever it floods with: the loop goes round, and the probe ends by itself. */
static void floods(void **state)
{
	struct company *c = *state;
	char *bytes = calloc(1, 65536);
	assert_non_null(bytes);
	for (size_t i = 0; i + 6 <= 65536; i += 6)
		memcpy(bytes + i, "\x16\x03\x03\0\x01\x02", 6); /* records of a byte */
	expect(meet(c, "tls", TURNS({ bytes, 65532 }), PEER_FLOOD, 0), STEP_HELLO, ERROR_NETWORK, "");
	for (size_t i = 0; i + 7 <= 65536; i += 7)
		memcpy(bytes + i, "220-x\r\n", 7);
	expect(meet(c, "smtp", TURNS({ bytes, 65534 }), PEER_FLOOD, 0), STEP_DIALECT, ERROR_FAILED,
		"without end");
	memset(bytes, 'A', 65536);
	expect(meet(c, "smtp", TURNS({ bytes, 65536 }), PEER_FLOOD, 0), STEP_DIALECT, ERROR_FAILED,
		"more than");
	free(bytes);
}

static void nobody_there(void **state)
{
	struct company *c = *state;
	struct probe_request request = company_request(peer_free_port());
	request.host = "localhost";
	const struct report *r = company_probe(c, &request);
	expect(r, STEP_CONNECT, ERROR_NETWORK, "Connection refused");
	assert_true(r->address_count >= 1);
	for (size_t i = 0; i < r->address_count; i++)
		assert_string_equal(r->addresses[i].outcome, "Connection refused");
	assert_null(r->address);
	request.host = "nobody.invalid";
	expect(company_probe(c, &request), STEP_RESOLVE, ERROR_NETWORK, "");
}

static void never(void *ctx, struct report *report)
{
	(void)ctx;
	report_free(report);
	fail_msg("done was called");
}

static void cancelled(void **state)
{
	struct company *c = *state;
	struct error err;
	struct peer *peer = peer_start(c->loop, TURNS({ "", 0 }), PEER_HOLD);
	struct probe_request request = company_request(peer_port(peer));
	struct probe *probes[4];
	for (int i = 0; i < 4; i++) {
		request.host = i % 2 ? "localhost" : "127.0.0.1";
		probes[i] = probe_start(c->prober, &request, never, NULL, c, &err);
	}
	probe_cancel(probes[0]); /* before it began */
	for (int i = 0; i < 20; i++)
		loop_step(c->loop, 5);
	probe_cancel(probes[1]);
	probe_cancel(probes[2]);
	assert_int_equal(prober_count(c->prober), 1);
	prober_free(c->prober); /* with one under way */
	c->prober = NULL;
	for (int i = 0; i < 5; i++)
		loop_step(c->loop, 5);
	peer_stop(peer);
}

struct crowd_of_probes {
	struct company *c;
	size_t ended, good;
};

static void count_one(void *ctx, struct report *report)
{
	struct crowd_of_probes *crowd = ctx;
	crowd->ended++;
	crowd->good += report->err.code == ERROR_NONE && report->chain_count == 2;
	report_free(report);
}

/* More than may run at a time; those that hang cost their own deadline only. */
static void three_hundred(void **state)
{
	struct company *c = *state;
	struct crowd_of_probes crowd = { .c = c };
	struct peer *silent = peer_start(c->loop, TURNS({ "", 0 }), PEER_HOLD);
	struct prober *prober = prober_new(c->loop, 50);
	struct probe_request request = company_request(company_serve(c, NULL, false));
	for (int i = 0; i < 10; i++) {
		struct probe_request slow = company_request(peer_port(silent));
		slow.deadline_ms = 100;
		assert_non_null(probe_start(prober, &slow, count_one, NULL, &crowd, NULL));
	}
	for (int i = 0; i < 300; i++)
		assert_non_null(probe_start(prober, &request, count_one, NULL, &crowd, NULL));
	assert_int_equal(prober_count(prober), 310);
	while (crowd.ended < 310)
		loop_step(c->loop, 1000);
	assert_int_equal(crowd.good, 300);
	assert_int_equal(prober_count(prober), 0);
	prober_free(prober);
	peer_stop(silent);
}

#define PROBE_TEST(f) cmocka_unit_test_setup_teardown(f, company_setup, company_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROBE_TEST(silence),
		PROBE_TEST(hanging_up),
		PROBE_TEST(not_tls),
		PROBE_TEST(refusals_in_plain_text),
		PROBE_TEST(injections),
		PROBE_TEST(floods),
		PROBE_TEST(nobody_there),
		PROBE_TEST(cancelled),
		PROBE_TEST(three_hundred),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}

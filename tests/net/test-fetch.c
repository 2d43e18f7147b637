#include "net/fetch.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "support/peer.h"

#define MOST 1000

/* --- what may be fetched ----------------------------------------------------------------------- */

static void urls(void **state)
{
	static const struct {
		const char *url, *why; /* NULL: it may */
	} rows[] = {
		{ "http://a.example/x.crl", NULL },
		{ "HTTP://a.example:8080", NULL },
		{ "http://a.example?x=1", NULL },
		{ "http://192.0.2.1/x", NULL },
		{ "http://[2001:db8::1]:81/x", NULL },
		{ "https://a.example/x", "only http" },
		{ "ldap:///cn=x", "only http" },
		{ "file:///etc/passwd", "only http" },
		{ "http:/x", "only http" },
		{ "", "only http" },
		{ "http://", "host" },
		{ "http:///x", "host" },
		{ "http://a.example:0/", "host" },
		{ "http://a.example:65536/", "host" },
		{ "http://a.example:8x/", "host" },
		{ "http://user:pw@a.example/", "host" },
		{ "http://a.example/ HTTP/1.1\r\nX: y", "no URL" },
		{ "http://a.example/\xc3\xa4", "no URL" },
		{ "http://a.example\x01/", "no URL" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct error err = { 0 };
		bool takes = fetch_takes(rows[i].url, &err);
		if (takes != !rows[i].why || (!takes && !strstr(err.text, rows[i].why)))
			fail_msg("%s: %s", rows[i].url, takes ? "taken" : err.text);
	}
}

/* --- answers ------------------------------------------------------------------------------------- */

#define OK "HTTP/1.1 200 OK\r\n"

static void answers(void **state)
{
	static const struct {
		const char *answer, *body, *why;
	} rows[] = {
		{ OK "\r\nhello", "hello", NULL },
		{ "HTTP/1.0 200\r\n\r\n", "", NULL },
		{ OK "Content-Length: 3\r\n\r\nhello", "hel", NULL },
		{ OK "content-length:5\n\nhello", "hello", NULL },
		{ OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n",
			"hello!", NULL },
		{ OK "Content-Encoding: identity\r\n\r\nx", "x", NULL },
		{ OK "Content-Length: 9\r\n\r\nhello", NULL, "incomplete" },
		{ OK "Content-Length: -1\r\n\r\nhello", NULL, "no sense" },
		{ OK "Content-Length: 99999999999999999999\r\n\r\nhello", NULL, "no sense" },
		{ OK "Content-Length: 5000\r\n\r\nhello", NULL, "incomplete" },
		{ OK "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", NULL, "no sense" },
		{ OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", NULL, "incomplete" },
		{ OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n", NULL, "doesn't end" },
		{ OK "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx", NULL, "incomplete" },
		{ OK "Transfer-Encoding: chunked\r\n\r\n\r\nx", NULL, "no length" },
		{ OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", NULL, "incomplete" },
		{ OK "Content-Encoding: gzip\r\n\r\nx", NULL, "compressed" },
		{ OK "X: y", NULL, "within its head" },
		{ "HTTP/1.1 404 Not Found\r\n\r\n", NULL, "status 404" },
		{ "HTTP/1.1 302 Found\r\n\r\n", NULL, "status 302" },
		{ "HTTP/1.1 2x0 OK\r\n\r\n", NULL, "isn't HTTP" },
		{ "SSH-2.0-x\r\n", NULL, "isn't HTTP" },
		{ "", NULL, "isn't HTTP" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf body = { 0 };
		struct error err = { 0 };
		char *to = NULL;
		bool ok = fetch_answer(rows[i].answer, strlen(rows[i].answer), MOST, &body, &to, &err);
		if (ok != !rows[i].why || to || (ok && strcmp(buf_text(&body), rows[i].body) != 0) ||
			(!ok && !strstr(err.text, rows[i].why)))
			fail_msg("%s: %s", rows[i].answer, ok ? buf_text(&body) : err.text);
		buf_done(&body);
	}
}

static void too_much(void **state)
{
	struct buf answer = { 0 }, body = { 0 };
	struct error err = { 0 };
	(void)state;
	buf_text_add(&answer, OK "\r\n");
	for (size_t i = 0; i <= MOST; i++)
		buf_char(&answer, 'x');
	assert_false(fetch_answer(answer.data, answer.len, MOST, &body, NULL, &err));
	assert_non_null(strstr(err.text, "more than 1000 bytes"));
	assert_true(fetch_answer(answer.data, answer.len - 1, MOST, &body, NULL, &err));
	assert_int_equal(body.len, MOST);
	buf_done(&answer);
	buf_done(&body);
}

/* --- on the loop -------------------------------------------------------------------------------- */

struct got {
	struct loop *loop;
	bool ended, ok;
	struct buf body;
	struct error err;
};

static void on_end(void *ctx, bool ok, struct buf *body, const struct error *err)
{
	struct got *got = ctx;
	got->ended = true;
	got->ok = ok;
	got->body = *body;
	*body = (struct buf){ 0 };
	if (!ok)
		got->err = *err;
	loop_stop(got->loop);
}

static void fetch(struct loop *loop, struct got *got, uint16_t port, int64_t deadline)
{
	char *url = mem_format("http://127.0.0.1:%u/x.crl", port);
	const struct fetch_wish wish = { url, MOST, deadline, false };
	*got = (struct got){ .loop = loop };
	assert_non_null(fetch_start(loop, &wish, on_end, got, &got->err));
	free(url);
	loop_run(loop);
	assert_true(got->ended);
}

static void fetched(const struct turn *script, enum peer_end end, const char *body, const char *why)
{
	struct got got;
	struct error err;
	struct loop *loop = loop_new(&err);
	struct peer *peer = peer_start(loop, script, end);
	fetch(loop, &got, peer_port(peer), end == PEER_HOLD ? 200 : 10000);
	if (got.ok != !why || (got.ok && strcmp(buf_text(&got.body), body) != 0) ||
		(!got.ok && !strstr(got.err.text, why)))
		fail_msg("%s", got.ok ? buf_text(&got.body) : got.err.text);
	buf_done(&got.body);
	peer_stop(peer);
	loop_free(loop);
}

static void from_a_server(void **state)
{
	(void)state;
	fetched(TURNS(TURN(""), TURN(OK "\r\nhello")), PEER_CLOSE, "hello", NULL);
	fetched(TURNS(TURN(""), TURN("nonsense\r\n\r\n")), PEER_CLOSE, NULL, "isn't HTTP");
	fetched(TURNS(TURN(""), TURN(OK)), PEER_HOLD, NULL, "too long");
	fetched(TURNS(TURN(""), TURN(OK "\r\nhello")), PEER_FLOOD, NULL, "more comes");
	fetched(TURNS(TURN(""), TURN("HTTP/1.1 301 Moved\r\nLocation: https://a.example/\r\n\r\n")),
		PEER_CLOSE, NULL, "it redirects elsewhere: only http");
	fetched(TURNS(TURN(""), TURN("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n")),
		PEER_CLOSE, NULL, "it redirects elsewhere: only http");
	/* to itself, again and again */
	fetched(TURNS(TURN(""), TURN("HTTP/1.1 302 Found\r\nLocation: /x.crl\r\n\r\n")),
		PEER_CLOSE, NULL, "again and again");
}

/* What nobody asked for isn't led to services of this machine. */
static void to_this_machine(void **state)
{
	struct got got = { 0 };
	struct error err;
	struct loop *loop = loop_new(&err);
	struct peer *peer = peer_start(loop, TURNS(TURN(""),
		TURN("HTTP/1.1 302 Found\r\nLocation: http://localhost:9/x\r\n\r\n")), PEER_CLOSE);
	char *url = mem_format("http://127.0.0.1:%u/x.crl", peer_port(peer));
	const struct fetch_wish wish = { url, MOST, 10000, .wary = true };
	(void)state;
	got.loop = loop;
	assert_non_null(fetch_start(loop, &wish, on_end, &got, &got.err));
	loop_run(loop);
	assert_false(got.ok);
	assert_string_equal(got.err.text, "it redirects to this machine or its own link");
	free(url);
	peer_stop(peer);
	loop_free(loop);
}

static void nobody_there(void **state)
{
	struct error err;
	struct loop *loop = loop_new(&err);
	struct got got;
	(void)state;
	fetch(loop, &got, peer_free_port(), 10000);
	assert_false(got.ok);
	assert_string_equal(got.err.text, "no connection");
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls),
		cmocka_unit_test(answers),
		cmocka_unit_test(too_much),
		cmocka_unit_test(from_a_server),
		cmocka_unit_test(to_this_machine),
		cmocka_unit_test(nobody_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "net/plaintext.h"

#include "support/unit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A server that answers one visit with these bytes, whatever it is asked. */
struct server {
	int fd;
	uint16_t port;
	pthread_t thread;
	const char *answer;
	size_t len;
	bool silent;
	char asked[256];
	ssize_t asked_len;
};

static void *serve(void *arg)
{
	struct server *s = arg;
	char rest[16];
	int fd = accept(s->fd, NULL, NULL);
	s->asked_len = recv(fd, s->asked, sizeof s->asked, 0);
	if (s->len > 0 && send(fd, s->answer, s->len, MSG_NOSIGNAL) < 0)
		s->asked_len = -1;
	while (s->silent && recv(fd, rest, sizeof rest, 0) > 0)
		;
	close(fd);
	return NULL;
}

static void begin(struct server *s)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t size = sizeof at;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(s->fd, 1), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&at, &size), 0);
	s->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

#define ANSWER(literal) .answer = (literal), .len = sizeof(literal) - 1

static void test_answers(void **state)
{
	static const struct {
		const char *answer;
		size_t len;
		bool silent;
		unsigned patience;
		enum plaintext meaning;
		const char *words;
	} rows[] = {
		{ ANSWER("R\0\0\0\x08\0\0\0\0"), .meaning = PLAINTEXT_TAKEN },
		{ ANSWER("R\0\0\0\x08\0\0\0\x05"), .silent = true, .meaning = PLAINTEXT_TAKEN },
		{ ANSWER("E\0\0\0\x29SFATAL\0C28000\0Mno pg_hba.conf entry\0\0"),
			.meaning = PLAINTEXT_REFUSED },
		{ ANSWER("HTTP/1.1 400 Bad Request\r\n\r\n"), .meaning = PLAINTEXT_UNKNOWN,
			.words = "this isn't PostgreSQL" },
		{ ANSWER("R\xff\xff\xff\xff"), .meaning = PLAINTEXT_UNKNOWN, .words = "announced" },
		{ ANSWER("E\0\0"), .meaning = PLAINTEXT_UNKNOWN, .words = "reset" },
		{ ANSWER(""), .meaning = PLAINTEXT_UNKNOWN, .words = "reset" },
		{ ANSWER("R\0"), .silent = true, .patience = 50, .meaning = PLAINTEXT_UNKNOWN,
			.words = "timed out" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct server s = { .answer = rows[i].answer, .len = rows[i].len,
			.silent = rows[i].silent };
		struct error err = { 0 };
		begin(&s);
		assert_int_equal(plaintext_ask("127.0.0.1", s.port,
					 rows[i].patience ? rows[i].patience : 10000, &err),
			rows[i].meaning);
		pthread_join(s.thread, NULL);
		close(s.fd);
		if (rows[i].words && !strstr(err.text, rows[i].words))
			fail_msg("%s: \"%s\" isn't in it", err.text, rows[i].words);
		/* No request for TLS: a session, of protocol 3.0. */
		assert_int_equal(s.asked_len, 40);
		assert_memory_equal(s.asked + 4, "\0\3\0\0user", 8);
	}
}

static void test_nobody_is_there(void **state)
{
	struct error err = { 0 };
	(void)state;
	assert_int_equal(plaintext_ask("127.0.0.1", 1, 1000, &err), PLAINTEXT_UNKNOWN);
	assert_non_null(strstr(err.text, "refused"));
	assert_int_equal(plaintext_ask("db.example", 1, 1000, &err), PLAINTEXT_UNKNOWN);
	assert_non_null(strstr(err.text, "db.example:1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_nobody_is_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

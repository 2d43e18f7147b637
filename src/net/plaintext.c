#include "net/plaintext.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/talk.h"

static bool wait_for(int fd, short events, int64_t until)
{
	struct pollfd p = { .fd = fd, .events = events };
	for (;;) {
		int64_t left = until - clock_ms();
		int n = left > 0 ? poll(&p, 1, (int)left) : 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ETIMEDOUT;
		return n > 0;
	}
}

static bool connected(int fd, const struct addrinfo *to, int64_t until)
{
	int wrong = 0;
	socklen_t size = sizeof wrong;
	if (connect(fd, to->ai_addr, to->ai_addrlen) == 0)
		return true;
	if (errno != EINPROGRESS || !wait_for(fd, POLLOUT, until))
		return false;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &wrong, &size) == 0 && wrong == 0)
		return true;
	errno = wrong ? wrong : errno;
	return false;
}

static int dial(const char *address, uint16_t port, int64_t until)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *to;
	char service[8];
	snprintf(service, sizeof service, "%u", port);
	if (getaddrinfo(address, service, &hints, &to) != 0) {
		errno = EADDRNOTAVAIL;
		return -1;
	}
	int fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && connected(fd, to, until);
	freeaddrinfo(to);
	if (fd >= 0 && !ok) {
		int why = errno;
		close(fd);
		errno = why;
	}
	return ok ? fd : -1;
}

/* Byte by byte is how talks are fed; an answer has some hundred of them. */
static bool converse(int fd, struct talk *talk, int64_t until)
{
	char bytes[512];
	if (!wait_for(fd, POLLOUT, until) ||
		send(fd, talk->out.data, talk->out.len, MSG_NOSIGNAL) != (ssize_t)talk->out.len)
		return false;
	while (talk->state == TALK_ON) {
		ssize_t n = wait_for(fd, POLLIN, until) ? recv(fd, bytes, sizeof bytes, 0) : -1;
		if (n < 0)
			return false;
		if (n == 0) {
			errno = ECONNRESET;
			return false;
		}
		talk_feed(talk, bytes, (size_t)n);
	}
	return true;
}

static enum plaintext meaning_of(const struct talk *talk, struct error *err)
{
	if (talk->state == TALK_GO)
		return PLAINTEXT_TAKEN;
	if (talk->state == TALK_REFUSED)
		return PLAINTEXT_REFUSED;
	error_set(err, ERROR_FAILED, "%s", buf_text(&talk->words));
	return PLAINTEXT_UNKNOWN;
}

enum plaintext plaintext_ask(const char *address, uint16_t port, unsigned milliseconds,
	struct error *err)
{
	int64_t until = clock_ms() + milliseconds;
	enum plaintext answer = PLAINTEXT_UNKNOWN;
	struct talk talk;
	int fd = dial(address, port, until);
	if (fd < 0) {
		error_errno(err, "%s:%u", address, port);
		return answer;
	}
	talk_start(&talk, dialect_named("postgres"), address);
	buf_cut(&talk.out, 0); /* the request for TLS, which isn't made */
	talk.state = TALK_GO;
	talk_ask(&talk);
	if (converse(fd, &talk, until))
		answer = meaning_of(&talk, err);
	else
		error_errno(err, "%s:%u", address, port);
	talk_done(&talk);
	close(fd);
	return answer;
}

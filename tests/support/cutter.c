#include "support/cutter.h"

#include "support/unit.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/mem.h"

#define PAIRS 128

struct pair {
	int client, server; /* -1: closed */
	size_t left;        /* bytes of the server's that may still pass */
};

struct cutter {
	struct loop *loop;
	uint16_t to;
	size_t step, visits;
	bool silent;
	int fd;
	struct pair pairs[PAIRS];
};

static void drop(struct cutter *cutter, int *fd)
{
	if (*fd < 0)
		return;
	loop_unwatch(cutter->loop, *fd);
	close(*fd);
	*fd = -1;
}

static void part(struct cutter *cutter, struct pair *pair)
{
	drop(cutter, &pair->client);
	drop(cutter, &pair->server);
}

/* True while both may go on. */
static bool forward(struct cutter *cutter, struct pair *pair, bool down)
{
	char bytes[16384];
	size_t room = down && pair->left < sizeof bytes ? pair->left : sizeof bytes;
	ssize_t got = recv(down ? pair->server : pair->client, bytes, room, MSG_DONTWAIT);
	if (got <= 0)
		return false;
	send(down ? pair->client : pair->server, bytes, (size_t)got, MSG_NOSIGNAL);
	if (down && (pair->left -= (size_t)got) == 0) {
		drop(cutter, &pair->server);
		return cutter->silent;
	}
	return true;
}

static void serve(void *ctx, int fd, short events)
{
	struct cutter *cutter = ctx;
	struct pair *pair = cutter->pairs;
	(void)events;
	while (pair->client != fd && pair->server != fd)
		pair++;
	if (pair->server < 0) { /* only waited for, until it goes */
		char bytes[4096];
		if (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) <= 0)
			part(cutter, pair);
	} else if (!forward(cutter, pair, pair->server == fd)) {
		part(cutter, pair);
	}
}

static struct sockaddr_in loopback(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return at;
}

static void on_knock(void *ctx, int fd, short events)
{
	struct cutter *cutter = ctx;
	struct pair *pair = cutter->pairs;
	struct sockaddr_in to = loopback(cutter->to);
	(void)events;
	while (pair->client >= 0)
		pair++;
	assert_true(pair < cutter->pairs + PAIRS);
	pair->client = accept(fd, NULL, NULL);
	pair->server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pair->left = cutter->step * ++cutter->visits;
	assert_int_equal(connect(pair->server, (struct sockaddr *)&to, sizeof to), 0);
	loop_watch(cutter->loop, pair->client, POLLIN, serve, cutter);
	loop_watch(cutter->loop, pair->server, POLLIN, serve, cutter);
}

struct cutter *cutter_start(struct loop *loop, uint16_t to, size_t step, bool silent)
{
	struct sockaddr_in at = loopback(0);
	struct cutter *cutter = mem_new(sizeof *cutter);
	*cutter = (struct cutter){ .loop = loop, .to = to, .step = step, .silent = silent };
	for (size_t i = 0; i < PAIRS; i++)
		cutter->pairs[i] = (struct pair){ -1, -1, 0 };
	cutter->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(cutter->fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(cutter->fd, PAIRS), 0);
	loop_watch(loop, cutter->fd, POLLIN, on_knock, cutter);
	return cutter;
}

uint16_t cutter_port(const struct cutter *cutter)
{
	struct sockaddr_in at;
	socklen_t len = sizeof at;
	assert_int_equal(getsockname(cutter->fd, (struct sockaddr *)&at, &len), 0);
	return ntohs(at.sin_port);
}

void cutter_stop(struct cutter *cutter)
{
	for (size_t i = 0; i < PAIRS; i++)
		part(cutter, &cutter->pairs[i]);
	drop(cutter, &cutter->fd);
	free(cutter);
}

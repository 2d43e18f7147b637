#include "support/peer.h"

#include "support/unit.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/mem.h"

#define GUESTS 64

struct guest {
	int fd; /* -1: none */
	size_t turn;
};

struct peer {
	struct loop *loop;
	const struct turn *script;
	enum peer_end end;
	int fd;
	size_t visits;
	struct guest guests[GUESTS];
};

static int open_door(struct sockaddr_in *at)
{
	socklen_t len = sizeof *at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	*at = (struct sockaddr_in){ .sin_family = AF_INET };
	at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0 && bind(fd, (struct sockaddr *)at, sizeof *at) == 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)at, &len), 0);
	return fd;
}

uint16_t peer_free_port(void)
{
	struct sockaddr_in at;
	close(open_door(&at));
	return ntohs(at.sin_port);
}

static void hang_up(struct peer *peer, struct guest *guest)
{
	loop_unwatch(peer->loop, guest->fd);
	if (peer->end == PEER_RESET) {
		struct linger rude = { .l_onoff = 1 };
		setsockopt(guest->fd, SOL_SOCKET, SO_LINGER, &rude, sizeof rude);
	}
	close(guest->fd);
	guest->fd = -1;
}

static void say(struct peer *peer, struct guest *guest)
{
	const struct turn *turn = &peer->script[guest->turn];
	if (turn->say) {
		send(guest->fd, turn->say, turn->len, MSG_NOSIGNAL | MSG_DONTWAIT);
		guest->turn++;
	}
	if (peer->script[guest->turn].say || peer->end == PEER_HOLD || peer->end == PEER_FLOOD)
		return;
	hang_up(peer, guest);
}

static void flood(struct peer *peer, struct guest *guest)
{
	const struct turn *last = &peer->script[guest->turn - 1];
	if (send(guest->fd, last->say, last->len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 &&
		errno != EAGAIN)
		hang_up(peer, guest);
}

static void serve(void *ctx, int fd, short events)
{
	struct peer *peer = ctx;
	struct guest *guest = peer->guests;
	char bytes[4096];
	while (guest->fd != fd)
		guest++;
	if (events & POLLIN && recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) <= 0)
		hang_up(peer, guest);
	else if (events & POLLIN && peer->script[guest->turn].say)
		say(peer, guest);
	else if (peer->end == PEER_FLOOD && !peer->script[guest->turn].say)
		flood(peer, guest);
}

static void on_knock(void *ctx, int fd, short events)
{
	struct peer *peer = ctx;
	struct guest *guest = peer->guests;
	(void)events;
	while (guest->fd >= 0)
		guest++;
	assert_true(guest < peer->guests + GUESTS);
	*guest = (struct guest){ .fd = accept(fd, NULL, NULL) };
	assert_true(guest->fd >= 0);
	peer->visits++;
	loop_watch(peer->loop, guest->fd, peer->end == PEER_FLOOD ? POLLIN | POLLOUT : POLLIN,
		serve, peer);
	say(peer, guest);
}

struct peer *peer_start(struct loop *loop, const struct turn *script, enum peer_end end)
{
	struct sockaddr_in at;
	struct peer *peer = mem_new(sizeof *peer);
	*peer = (struct peer){ .loop = loop, .script = script, .end = end, .fd = open_door(&at) };
	for (size_t i = 0; i < GUESTS; i++)
		peer->guests[i].fd = -1;
	assert_int_equal(listen(peer->fd, GUESTS), 0);
	loop_watch(loop, peer->fd, POLLIN, on_knock, peer);
	return peer;
}

uint16_t peer_port(const struct peer *peer)
{
	struct sockaddr_in at;
	socklen_t len = sizeof at;
	assert_int_equal(getsockname(peer->fd, (struct sockaddr *)&at, &len), 0);
	return ntohs(at.sin_port);
}

size_t peer_visits(const struct peer *peer)
{
	return peer->visits;
}

void peer_stop(struct peer *peer)
{
	for (size_t i = 0; i < GUESTS; i++)
		if (peer->guests[i].fd >= 0)
			hang_up(peer, &peer->guests[i]);
	loop_unwatch(peer->loop, peer->fd);
	close(peer->fd);
	free(peer);
}

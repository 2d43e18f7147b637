#include "net/serve.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/lang.h"
#include "base/mem.h"
#include "net/tls.h"

#define GUESTS   64    /* at a time */
#define PATIENCE 30000 /* ms for one of them */
#define REQUEST  16384 /* bytes of a request's head */
#define RECORD   16384 /* bytes of the largest record of TLS */
#define RECORDS  16    /* that are thrown away at a time */

struct guest {
	struct server *server;
	struct guest *next;
	int fd;
	short events;
	unsigned timer;
	struct tls *tls;
	struct report report;
	char from[64];
	bool told; /* the visit was reported */
	bool answered;
	struct buf in, out;
};

struct server {
	struct loop *loop;
	struct serve_wish wish;
	serve_fn *fn;
	void *ctx;
	int fd;
	uint16_t port;
	struct guest *guests;
	size_t count;
};

static void want(struct guest *guest, short events);

static void dispose(struct guest *guest)
{
	want(guest, 0);
	loop_cancel(guest->server->loop, guest->timer);
	tls_free(guest->tls);
	close(guest->fd);
	report_done(&guest->report);
	buf_done(&guest->in);
	buf_done(&guest->out);
	free(guest);
}

static void leave(struct guest *guest)
{
	struct server *server = guest->server;
	struct guest **at = &server->guests;
	while (*at != guest)
		at = &(*at)->next;
	*at = guest->next;
	server->count--;
	dispose(guest);
}

static void tell(struct guest *guest, bool accepted, const char *text)
{
	char *sni = tls_name_asked(guest->tls);
	struct visit visit = {
		.from = guest->from,
		.sni = sni,
		.seen = &guest->report,
		.accepted = accepted,
		.text = text,
	};
	guest->told = true;
	guest->server->fn(guest->server->ctx, &visit);
	free(sni);
}

/* --- one guest -------------------------------------------------------------------------------- */

static void answer(struct guest *guest)
{
	static const char text[] = "certary rehearsal: the handshake is complete\n";
	buf_format(&guest->out,
		"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n"
		"Connection: close\r\n\r\n%s",
		sizeof text - 1, text);
}

/* True: it has to wait, and does; or it has gone. */
static bool waits(struct guest *guest, enum tls_turn turn)
{
	if (turn == TLS_DONE)
		return false;
	if (turn == TLS_READ || turn == TLS_WRITE)
		want(guest, turn == TLS_READ ? POLLIN : POLLOUT);
	else
		leave(guest);
	return true;
}

/* Who hangs up on bytes that are still coming makes the client's end lose ours: it goes first. */
static void part(struct guest *guest)
{
	char bytes[RECORD]; /* a whole one: nothing stays behind where poll() doesn't see it */
	size_t got;
	for (int i = 0; i < RECORDS; i++)
		if (waits(guest, tls_receive(guest->tls, bytes, sizeof bytes, &got)))
			return;
	want(guest, POLLIN); /* it goes on sending, and others have to get a turn */
}

static void talk(struct guest *guest)
{
	char bytes[4096];
	size_t got;
	while (guest->out.len == 0) {
		if (waits(guest, tls_receive(guest->tls, bytes, sizeof bytes, &got)))
			return;
		buf_add(&guest->in, bytes, got);
		if (memmem(guest->in.data, guest->in.len, "\r\n\r\n", 4) || guest->in.len > REQUEST)
			answer(guest);
	}
	if (waits(guest, tls_send(guest->tls, &guest->out)))
		return;
	tls_bye(guest->tls);
	shutdown(guest->fd, SHUT_WR);
	guest->answered = true;
	part(guest);
}

static void shake_hands(struct guest *guest)
{
	enum tls_turn turn = tls_handshake(guest->tls);
	if (turn == TLS_READ || turn == TLS_WRITE) {
		want(guest, turn == TLS_READ ? POLLIN : POLLOUT);
		return;
	}
	tell(guest, turn == TLS_DONE,
		turn == TLS_DONE ? "the handshake is complete" : tls_failure(guest->tls));
	if (turn == TLS_DONE)
		talk(guest);
	else
		leave(guest);
}

static void on_ready(void *ctx, int fd, short events)
{
	struct guest *guest = ctx;
	(void)fd;
	(void)events;
	if (guest->answered)
		part(guest);
	else if (guest->told)
		talk(guest);
	else
		shake_hands(guest);
}

static void on_patience(void *ctx)
{
	struct guest *guest = ctx;
	guest->timer = 0;
	if (!guest->told)
		tell(guest, false, _("the client goes silent in the handshake"));
	leave(guest);
}

static void want(struct guest *guest, short events)
{
	struct loop *loop = guest->server->loop;
	if (events == guest->events)
		return;
	if (guest->events)
		loop_unwatch(loop, guest->fd);
	guest->events = events;
	if (events)
		loop_watch(loop, guest->fd, events, on_ready, guest);
}

/* --- the door --------------------------------------------------------------------------------- */

static struct tls *new_session(const struct serve_wish *s, int fd, struct report *report,
	struct error *err)
{
	struct tls_wish wish = {
		.server = true,
		.version = s->tls,
		.chain = s->chain,
		.chain_count = s->chain_count,
		.key = s->key,
		.clients = s->clients,
		.client_count = s->client_count,
	};
	return tls_new(fd, &wish, report, err);
}

static void welcome(struct server *server, int fd, const struct sockaddr_in *from)
{
	struct guest *guest = mem_new(sizeof *guest);
	char address[INET_ADDRSTRLEN] = "?";
	inet_ntop(AF_INET, &from->sin_addr, address, sizeof address);
	snprintf(guest->from, sizeof guest->from, "%s port %u", address, ntohs(from->sin_port));
	guest->server = server;
	guest->fd = fd;
	guest->report.alert = -1;
	guest->next = server->guests;
	server->guests = guest;
	server->count++;
	guest->timer = loop_after(server->loop, PATIENCE, on_patience, guest);
	guest->tls = new_session(&server->wish, fd, &guest->report, NULL);
	if (guest->tls)
		shake_hands(guest);
	else
		leave(guest);
}

static void on_knock(void *ctx, int fd, short events)
{
	struct server *server = ctx;
	struct sockaddr_in from = { 0 };
	socklen_t len = sizeof from;
	(void)events;
	int one = accept4(fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (one < 0)
		return;
	if (server->count < GUESTS)
		welcome(server, one, &from);
	else
		close(one);
}

static bool open_door(struct server *server, uint16_t port, struct error *err)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	socklen_t len = sizeof at;
	int on = 1;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (server->fd < 0)
		return error_errno(err, "opening a port");
	setsockopt(server->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(server->fd, (struct sockaddr *)&at, sizeof at) != 0 ||
		listen(server->fd, GUESTS) != 0 ||
		getsockname(server->fd, (struct sockaddr *)&at, &len) != 0)
		return error_errno(err, "opening port %u", port);
	server->port = ntohs(at.sin_port);
	return true;
}

struct server *serve_start(struct loop *loop, const struct serve_wish *wish, serve_fn *fn, void *ctx,
	struct error *err)
{
	struct server *server = mem_new(sizeof *server);
	*server = (struct server){ .loop = loop, .wish = *wish, .fn = fn, .ctx = ctx, .fd = -1 };
	struct tls *trial = new_session(wish, -1, NULL, err);
	if (trial && open_door(server, wish->port, err)) {
		tls_free(trial);
		loop_watch(loop, server->fd, POLLIN, on_knock, server);
		return server;
	}
	tls_free(trial);
	if (server->fd >= 0)
		close(server->fd);
	free(server);
	return NULL;
}

uint16_t serve_port(const struct server *server)
{
	return server->port;
}

void serve_stop(struct server *server)
{
	if (!server)
		return;
	for (struct guest *guest = server->guests, *next; guest; guest = next) {
		next = guest->next;
		dispose(guest);
	}
	loop_unwatch(server->loop, server->fd);
	close(server->fd);
	free(server);
}

#include "net/fetch.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/dial.h"
#include "net/lookup.h"

#define HEAD_MOST (64u << 10)
#define URL_MOST  2048
#define TURN_MOST (256u << 10) /* bytes that are read before others on the loop have their turn */

struct url {
	char *host; /* for the resolver: A-labels, or an address without brackets */
	char *authority, *path; /* as they are sent */
	uint16_t port;
};

struct fetch {
	struct loop *loop;
	fetch_fn *fn;
	void *ctx;
	size_t most;
	bool wary;
	struct url url;
	struct lookup *lookup;
	struct dial *dial;
	unsigned deadline, begin;
	int fd;
	short events;
	size_t sent, redirects;
	struct buf out, in;
};

/* --- the URL ---------------------------------------------------------------------------------- */

static void url_done(struct url *url)
{
	free(url->host);
	free(url->authority);
	free(url->path);
	*url = (struct url){ 0 };
}

/* What would end a line of the request, or isn't ASCII, is no URL (RFC 3986). */
static bool is_plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || (unsigned char)*text >= 0x7f)
			return false;
	return true;
}

static bool read_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);
	*port = (uint16_t)n;
	return *text >= '0' && *text <= '9' && !*end && n > 0 && n < 65536;
}

static bool read_authority(struct url *url, struct error *err)
{
	const char *text = url->authority;
	const char *close = *text == '[' ? strchr(text, ']') : NULL;
	const char *colon = strrchr(close ? close : text, ':');
	char *host = close ? mem_textn(text + 1, (size_t)(close - text - 1)) :
			     mem_textn(text, colon ? (size_t)(colon - text) : strlen(text));
	url->port = 80;
	bool ok = !strchr(text, '@') && *host && (!colon || read_port(colon + 1, &url->port));
	url->host = ok ? lookup_host(host, err) : NULL;
	free(host);
	return url->host != NULL ||
	       (ok ? false : error_set(err, ERROR_USAGE, "its host makes no sense"));
}

static bool url_read(const char *text, struct url *out, struct error *err)
{
	*out = (struct url){ 0 };
	if (strlen(text) > URL_MOST || !is_plain(text))
		return error_set(err, ERROR_USAGE, "it is no URL");
	if (strncasecmp(text, "http://", 7) != 0)
		return error_set(err, ERROR_USAGE, "only http is fetched");
	text += 7;
	size_t len = strcspn(text, "/?#");
	out->authority = mem_textn(text, len);
	out->path = mem_format("%s%.*s", text[len] == '/' ? "" : "/", (int)strcspn(text + len, "#"),
		text + len);
	if (read_authority(out, err))
		return true;
	url_done(out);
	return false;
}

bool fetch_takes(const char *url, struct error *err)
{
	struct url parts;
	bool ok = url_read(url, &parts, err);
	if (ok)
		url_done(&parts);
	return ok;
}

/* --- the end ------------------------------------------------------------------------------------ */

static void want(struct fetch *f, short events);

static void hang_up(struct fetch *f)
{
	want(f, 0);
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

static void end(struct fetch *f, bool ok, struct buf *body, const struct error *err)
{
	loop_cancel(f->loop, f->deadline);
	loop_cancel(f->loop, f->begin);
	lookup_cancel(f->lookup);
	dial_cancel(f->dial);
	hang_up(f);
	f->fn(f->ctx, ok, body, err);
	url_done(&f->url);
	buf_done(&f->in);
	buf_done(&f->out);
	free(f);
}

static void fail(struct fetch *f, const struct error *err)
{
	struct buf none = { 0 };
	end(f, false, &none, err);
}

static void fail_words(struct fetch *f, const char *words)
{
	struct error err = { 0 };
	error_set(&err, ERROR_NETWORK, "%s", lang_text(words));
	fail(f, &err);
}

static void on_deadline(void *ctx)
{
	struct fetch *f = ctx;
	f->deadline = 0;
	fail_words(f, "it takes too long");
}

/* --- one request ---------------------------------------------------------------------------------- */

static void begin(void *ctx);

/* Relative to the host, or somewhere else by http. */
static char *resolve(const struct fetch *f, const char *to)
{
	if (*to == '/' && to[1] != '/')
		return mem_format("http://%s%s", f->url.authority, to);
	return mem_text(to);
}

static void follow(struct fetch *f, const char *to)
{
	struct error err = { 0 };
	struct url next;
	char *url = resolve(f, to);
	bool ok = f->redirects++ < FETCH_REDIRECTS ?
			  url_read(url, &next, &err) || error_wrap(&err, "it redirects elsewhere") :
			  error_set(&err, ERROR_NETWORK, "it redirects again and again");
	free(url);
	if (!ok) {
		fail(f, &err);
		return;
	}
	hang_up(f);
	url_done(&f->url);
	f->url = next;
	f->sent = 0;
	buf_cut(&f->in, 0);
	buf_cut(&f->out, 0);
	f->begin = loop_after(f->loop, 0, begin, f);
}

static void take_answer(struct fetch *f)
{
	struct buf body = { 0 };
	struct error err = { 0 };
	char *to = NULL;
	if (!fetch_answer(buf_text(&f->in), f->in.len, f->most, &body, &to, &err))
		fail(f, &err);
	else if (to)
		follow(f, to);
	else
		end(f, true, &body, NULL);
	free(to);
	buf_done(&body);
}

/* Chunks need some more bytes than what they hold. */
static bool is_too_much(const struct fetch *f)
{
	return f->in.len > f->most + f->most / 8 + HEAD_MOST;
}

static void receive(struct fetch *f)
{
	char bytes[16384];
	for (size_t got = 0; got < TURN_MOST;) {
		ssize_t n = recv(f->fd, bytes, sizeof bytes, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n < 0) {
			fail_words(f, "the connection broke");
			return;
		}
		if (n == 0) {
			take_answer(f);
			return;
		}
		buf_add(&f->in, bytes, (size_t)n);
		got += (size_t)n;
		if (is_too_much(f)) {
			fail_words(f, "more comes than the limit allows (limit_file_mb)");
			return;
		}
	}
}

static void transmit(struct fetch *f)
{
	ssize_t n = send(f->fd, f->out.data + f->sent, f->out.len - f->sent, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		fail_words(f, "the connection broke");
		return;
	}
	f->sent += n > 0 ? (size_t)n : 0;
	if (f->sent == f->out.len)
		want(f, POLLIN);
}

static void on_ready(void *ctx, int fd, short events)
{
	struct fetch *f = ctx;
	(void)fd, (void)events;
	if (f->sent < f->out.len)
		transmit(f);
	else
		receive(f);
}

static void want(struct fetch *f, short events)
{
	if (f->events)
		loop_unwatch(f->loop, f->fd);
	f->events = events;
	if (events)
		loop_watch(f->loop, f->fd, events, on_ready, f);
}

static void on_dialled(void *ctx, int fd, int at)
{
	struct fetch *f = ctx;
	(void)at;
	f->dial = NULL;
	if (fd < 0) {
		fail_words(f, "no connection");
		return;
	}
	f->fd = fd;
	buf_format(&f->out, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: certary\r\nAccept: */*\r\n"
			    "Accept-Encoding: identity\r\nConnection: close\r\n\r\n",
		f->url.path, f->url.authority);
	want(f, POLLOUT);
}

static bool has_near(const struct lookup_answer *answer)
{
	for (size_t i = 0; i < answer->count; i++)
		if (lookup_is_near(&answer->items[i]))
			return true;
	return false;
}

static void on_found(void *ctx, const struct lookup_answer *answer)
{
	struct fetch *f = ctx;
	f->lookup = NULL;
	if (answer->code != 0)
		fail_words(f, lookup_words(answer->code));
	else if (f->wary && f->redirects > 0 && has_near(answer))
		fail_words(f, "it redirects to this machine or its own link");
	else
		f->dial = dial_start(f->loop, answer, NULL, on_dialled, f);
}

static void begin(void *ctx)
{
	struct fetch *f = ctx;
	struct lookup_answer answer;
	struct error err = { 0 };
	f->begin = 0;
	if (lookup_address(f->url.host, f->url.port, &answer)) {
		on_found(f, &answer);
		return;
	}
	f->lookup = lookup_start(f->loop, f->url.host, f->url.port, on_found, f, &err);
	if (!f->lookup)
		fail(f, &err);
}

struct fetch *fetch_start(struct loop *loop, const struct fetch_wish *wish, fetch_fn *fn, void *ctx,
	struct error *err)
{
	struct url url;
	if (!url_read(wish->url, &url, err))
		return NULL;
	struct fetch *f = mem_new(sizeof *f);
	*f = (struct fetch){ .loop = loop, .fn = fn, .ctx = ctx, .most = wish->most, .wary = wish->wary, .url = url,
		.fd = -1 };
	f->deadline = loop_after(loop, wish->deadline_ms, on_deadline, f);
	f->begin = loop_after(loop, 0, begin, f);
	return f;
}

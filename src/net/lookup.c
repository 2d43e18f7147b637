#include "net/lookup.h"

#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>

#include "base/lang.h"
#include "base/mem.h"
#include "pki/san.h"

#define STACK (256u << 10)

struct lookup {
	struct loop *loop;
	int fd;
	lookup_fn *fn;
	void *ctx;
};

struct question {
	int fd;
	char service[8];
	char host[]; /* in the same block: nothing else to give back */
};

static void resolve(const char *host, const char *service, int flags, struct lookup_answer *out)
{
	struct addrinfo wish = { .ai_socktype = SOCK_STREAM, .ai_flags = flags }, *list = NULL;
	memset(out, 0, sizeof *out);
	out->code = getaddrinfo(host, service, &wish, &list);
	if (out->code != 0)
		return;
	for (struct addrinfo *a = list; a && out->count < REPORT_ADDRESSES; a = a->ai_next) {
		struct lookup_address *item = &out->items[out->count++];
		memcpy(&item->name, a->ai_addr, a->ai_addrlen);
		item->len = a->ai_addrlen;
	}
	freeaddrinfo(list);
}

/* Not "127.1", which the resolver takes for one too. */
static bool is_address(const char *host)
{
	struct lookup_answer answer;
	struct in_addr v4;
	return inet_pton(AF_INET, host, &v4) == 1 ||
	       (strchr(host, ':') && lookup_address(host, 1, &answer));
}

/* Certificates name hosts by the same rules. */
char *lookup_host(const char *host, struct error *err)
{
	struct san san;
	if (is_address(host))
		return mem_text(host);
	char *typed = mem_format("DNS:%s", host);
	bool ok = san_parse(typed, &san, err);
	free(typed);
	if (!ok) {
		if (err)
			err->code = ERROR_USAGE;
		return NULL;
	}
	char *name = mem_text(san.value);
	san_done(&san);
	if (name[0] != '*')
		return name;
	free(name);
	error_set(err, ERROR_USAGE, "'%s' names many hosts: one can be asked at a time", host);
	return NULL;
}

bool lookup_address(const char *host, uint16_t port, struct lookup_answer *out)
{
	char service[8];
	snprintf(service, sizeof service, "%u", port);
	resolve(host, service, AI_NUMERICHOST | AI_NUMERICSERV, out);
	return out->code == 0 && out->count > 0;
}

static void *run(void *arg)
{
	struct question *q = arg;
	struct lookup_answer answer;
	resolve(q->host, q->service, AI_NUMERICSERV, &answer);
	send(q->fd, &answer, sizeof answer, MSG_NOSIGNAL);
	close(q->fd);
	free(q);
	return NULL;
}

/* The thread takes no signals: they are the loop's. */
static bool launch(struct question *q)
{
	pthread_attr_t attributes;
	pthread_t thread;
	sigset_t all, before;
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	bool ok = pthread_create(&thread, &attributes, run, q) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return ok;
}

static struct question *ask(int fd, const char *host, uint16_t port)
{
	size_t len = strlen(host) + 1;
	struct question *q = mem_new(sizeof *q + len);
	q->fd = fd;
	snprintf(q->service, sizeof q->service, "%u", port);
	memcpy(q->host, host, len);
	return q;
}

static void serve(void *ctx, int fd, short events)
{
	struct lookup *lookup = ctx;
	struct lookup_answer answer;
	(void)events;
	if (recv(fd, &answer, sizeof answer, 0) != (ssize_t)sizeof answer)
		answer = (struct lookup_answer){ .code = EAI_SYSTEM };
	lookup_fn *fn = lookup->fn;
	void *whose = lookup->ctx;
	lookup_cancel(lookup);
	fn(whose, &answer);
}

struct lookup *lookup_start(struct loop *loop, const char *host, uint16_t port, lookup_fn *fn,
	void *ctx, struct error *err)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
		error_errno(err, "looking up a name");
		return NULL;
	}
	struct question *q = ask(ends[1], host, port);
	if (!launch(q)) {
		error_set(err, ERROR_FAILED, "looking up a name: no thread can be started");
		free(q);
		close(ends[0]);
		close(ends[1]);
		return NULL;
	}
	struct lookup *lookup = mem_new(sizeof *lookup);
	*lookup = (struct lookup){ .loop = loop, .fd = ends[0], .fn = fn, .ctx = ctx };
	loop_watch(loop, lookup->fd, POLLIN, serve, lookup);
	return lookup;
}

void lookup_cancel(struct lookup *lookup)
{
	if (!lookup)
		return;
	loop_unwatch(lookup->loop, lookup->fd);
	close(lookup->fd);
	free(lookup);
}

const char *lookup_words(int code)
{
	switch (code) {
	case EAI_NONAME:
		return _("there is no such host");
	case EAI_NODATA:
		return _("the name has no address");
	case EAI_AGAIN:
		return _("the name server doesn't answer");
	case EAI_FAIL:
		return _("the name server can't answer");
	}
	return gai_strerror(code);
}

static bool is_near4(uint32_t net)
{
	uint32_t ip = ntohl(net);
	return ip >> 24 == 127 || ip >> 24 == 0 || ip >> 16 == 0xa9fe;
}

bool lookup_is_near(const struct lookup_address *address)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;
	uint32_t last;
	if (address->name.ss_family == AF_INET) {
		memcpy(&four, &address->name, sizeof four);
		return is_near4(four.sin_addr.s_addr);
	}
	if (address->name.ss_family != AF_INET6)
		return true;
	memcpy(&six, &address->name, sizeof six);
	memcpy(&last, six.sin6_addr.s6_addr + 12, sizeof last);
	if (IN6_IS_ADDR_V4MAPPED(&six.sin6_addr))
		return is_near4(last);
	return IN6_IS_ADDR_LOOPBACK(&six.sin6_addr) || IN6_IS_ADDR_UNSPECIFIED(&six.sin6_addr) ||
	       IN6_IS_ADDR_LINKLOCAL(&six.sin6_addr);
}

char *lookup_text(const struct lookup_address *address)
{
	char text[NI_MAXHOST];
	int code = getnameinfo((const struct sockaddr *)&address->name, address->len, text,
		sizeof text, NULL, 0, NI_NUMERICHOST);
	return mem_text(code == 0 ? text : "?");
}

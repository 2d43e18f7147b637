#include "net/dial.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"

#define STAGGER 250 /* ms until the next address is tried beside a silent one */

struct dial {
	struct loop *loop;
	struct lookup_answer to;
	int fds[REPORT_ADDRESSES]; /* -1: not open */
	size_t next;               /* to be tried */
	size_t open;
	unsigned timer;
	struct report *report;
	dial_fn *fn;
	void *ctx;
};

static void note(struct dial *dial, size_t at, const char *outcome)
{
	if (!dial->report)
		return;
	struct report_address *address = &dial->report->addresses[at];
	free(address->outcome);
	address->outcome = mem_text(lang_text(outcome));
	address->ms = clock_ms() - dial->report->begun;
}

static void drop(struct dial *dial, size_t at)
{
	loop_unwatch(dial->loop, dial->fds[at]);
	close(dial->fds[at]);
	dial->fds[at] = -1;
	dial->open--;
}

void dial_cancel(struct dial *dial)
{
	if (!dial)
		return;
	for (size_t i = 0; i < dial->next; i++)
		if (dial->fds[i] >= 0)
			drop(dial, i);
	loop_cancel(dial->loop, dial->timer);
	free(dial);
}

static void end(struct dial *dial, int fd, int at)
{
	dial_fn *fn = dial->fn;
	void *ctx = dial->ctx;
	dial_cancel(dial);
	fn(ctx, fd, at);
}

static void win(struct dial *dial, size_t at)
{
	int fd = dial->fds[at];
	note(dial, at, N_("connected"));
	loop_unwatch(dial->loop, fd);
	dial->fds[at] = -1;
	dial->open--;
	for (size_t i = 0; i < dial->next; i++)
		if (dial->fds[i] >= 0)
			note(dial, i, N_("another one was quicker"));
	end(dial, fd, (int)at);
}

static void try_next(void *ctx);

static void lose(struct dial *dial, size_t at, int why)
{
	note(dial, at, strerror(why));
	if (dial->fds[at] >= 0)
		drop(dial, at);
	loop_cancel(dial->loop, dial->timer);
	dial->timer = loop_after(dial->loop, 0, try_next, dial);
}

static void serve(void *ctx, int fd, short events)
{
	struct dial *dial = ctx;
	int why = 0;
	socklen_t len = sizeof why;
	size_t at = 0;
	(void)events;
	while (dial->fds[at] != fd)
		at++;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &len) != 0)
		why = errno;
	if (why == 0)
		win(dial, at);
	else
		lose(dial, at, why);
}

static void try_one(struct dial *dial, size_t at)
{
	const struct lookup_address *to = &dial->to.items[at];
	int on = 1, fd = socket(to->name.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	dial->fds[at] = fd;
	if (fd < 0) {
		lose(dial, at, errno);
		return;
	}
	dial->open++;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (connect(fd, (const struct sockaddr *)&to->name, to->len) != 0 && errno != EINPROGRESS) {
		lose(dial, at, errno);
		return;
	}
	note(dial, at, N_("no answer"));
	loop_watch(dial->loop, fd, POLLOUT, serve, dial);
	dial->timer = loop_after(dial->loop, STAGGER, try_next, dial);
}

static void try_next(void *ctx)
{
	struct dial *dial = ctx;
	dial->timer = 0;
	if (dial->next < dial->to.count)
		try_one(dial, dial->next++);
	else if (dial->open == 0)
		end(dial, -1, -1);
}

struct dial *dial_start(struct loop *loop, const struct lookup_answer *to, struct report *report,
	dial_fn *fn, void *ctx)
{
	struct dial *dial = mem_new(sizeof *dial);
	*dial = (struct dial){ .loop = loop, .to = *to, .report = report, .fn = fn, .ctx = ctx };
	for (size_t i = 0; i < REPORT_ADDRESSES; i++)
		dial->fds[i] = -1;
	dial->timer = loop_after(loop, 0, try_next, dial);
	return dial;
}

/*
 * Two flows, each from a source through a buffer to a sink: up from our input to TLS, down from TLS
 * to our output.  A round moves whatever can be moved (tunnel-flow.c); when nothing moves any
 * longer, each descriptor is watched for exactly what its flow waits for, so that neither a full
 * buffer nor a peer that has hung up keeps the loop busy.
 */
#include "net/tunnel.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "net/tunnelling.h"

#define ROUNDS 64 /* without a look at the rest of the loop */

static void free_tunnel(struct tunnel *t)
{
	loop_cancel(t->loop, t->again);
	prober_free(t->prober);
	spout_done(&t->in);
	spout_done(&t->out);
	if (t->events >= 0)
		loop_unwatch(t->loop, t->fd);
	tls_free(t->tls);
	if (t->fd >= 0)
		close(t->fd);
	report_free(t->report);
	free(t->up.bytes);
	free(t->down.bytes);
	free(t->lost_why);
	free(t);
}

void tunnel_cancel(struct tunnel *tunnel)
{
	if (tunnel)
		free_tunnel(tunnel);
}

void tunnel_end(struct tunnel *t)
{
	struct tunnelled end = { t->report, t->opened, t->up.passed, t->down.passed };
	tunnel_done_fn *done = t->done;
	void *ctx = t->ctx;
	end.report->ms = clock_ms() - end.report->begun;
	t->report = NULL;
	tls_free(t->tls); /* it points into the report */
	t->tls = NULL;
	free_tunnel(t);
	done(ctx, &end);
}

/* --- rounds ----------------------------------------------------------------------------------- */

static void on_ready(void *ctx, int fd, short events);

static void want_net(struct tunnel *t, int events)
{
	if (events == t->events)
		return;
	if (t->events >= 0)
		loop_unwatch(t->loop, t->fd);
	t->events = events;
	if (events >= 0)
		loop_watch(t->loop, t->fd, (short)events, on_ready, t);
}

/* When the server is through, a broken connection is still news: events 0 is for that. */
static void wait_for_more(struct tunnel *t)
{
	int net = t->blocked | t->starved;
	bool listens = t->down.ended && !t->up.closed;
	spout_want(&t->in, !t->up.ended && !t->up.closed && flow_room(&t->up) > 0 ? POLLIN : -1);
	spout_want(&t->out, t->down.from < t->down.to ? POLLOUT : 0);
	want_net(t, net || listens ? net : -1);
}

static void on_again(void *ctx);

static void go_round(struct tunnel *t)
{
	enum flow_step step = FLOW_MOVED;
	for (unsigned n = 0; step == FLOW_MOVED && n < ROUNDS; n++)
		step = flow_all(t);
	if (step == FLOW_OVER)
		return;
	wait_for_more(t);
	if (step == FLOW_MOVED && !t->again)
		t->again = loop_after(t->loop, 0, on_again, t);
}

static void on_again(void *ctx)
{
	struct tunnel *t = ctx;
	t->again = 0;
	go_round(t);
}

static void on_ready(void *ctx, int fd, short events)
{
	struct tunnel *t = ctx;
	bool gone = events & (POLLERR | POLLHUP) && !(events & (POLLIN | POLLOUT));
	if (fd == t->fd)
		t->readable = true;
	if (fd == t->in.fd)
		t->in.ready = true;
	if (fd == t->out.fd)
		t->out.ready = true;
	if (fd == t->out.fd && gone) {
		flow_end_by_us(t, _("standard output"), EPIPE);
	} else if (fd == t->fd && gone && t->events == 0) {
		/* Both sides have closed, and nobody has to say anything to nobody. */
		t->lost = t->up.from < t->up.to;
		if (!t->lost_why)
			t->lost_why = mem_text(_("the server hung up before everything was sent"));
		if (t->lost)
			flow_end_by_peer(t);
		else
			flow_end_well(t);
	} else {
		go_round(t);
	}
}

/* --- the beginning ---------------------------------------------------------------------------- */

static bool on_verify(void *ctx, struct error *why)
{
	struct probe *probe = ctx;
	struct tunnel *t = probe->ctx;
	return t->verify(t->ctx, probe->report, why);
}

static void on_refused(void *ctx, struct report *report)
{
	struct tunnel *t = ctx;
	t->report = report;
	tunnel_end(t);
}

static void on_opened(struct probe *probe)
{
	struct tunnel *t = probe->ctx;
	struct error err = { 0 };
	probe_want(probe, 0);
	if (!tls_is_verified(probe->tls)) {
		probe_fail(probe, STEP_VERIFY, ERROR_VERDICT, _("the server presents no certificate"));
		return;
	}
	t->tls = probe->tls;
	t->fd = probe->fd;
	t->report = probe->report;
	probe->tls = NULL;
	probe->fd = -1;
	probe->report = NULL;
	probe_cancel(probe);
	t->opened = t->readable = true;
	t->up.bytes = mem_new(TUNNEL_FLOW);
	t->down.bytes = mem_new(TUNNEL_FLOW);
	t->is_person = isatty(t->given_in) && isatty(t->given_out);
	if (spout_open(&t->in, t->loop, t->given_in, false, on_ready, t, &err) &&
		spout_open(&t->out, t->loop, t->given_out, true, on_ready, t, &err))
		go_round(t);
	else
		flow_fail(t, STEP_ACCESS, err.code, err.text);
}

struct tunnel *tunnel_start(struct loop *loop, const struct tunnel_wish *wish, tunnel_done_fn *done,
	void *ctx, struct error *err)
{
	struct tunnel *t = mem_new(sizeof *t);
	*t = (struct tunnel){ .loop = loop, .verify = wish->verify, .done = done, .ctx = ctx, .fd = -1,
		.given_in = wish->in, .given_out = wish->out, .events = -1,
		.in.fd = -1, .out.fd = -1, .prober = prober_new(loop, 1) };
	struct probe *probe = probe_start(t->prober, &wish->request, on_refused, NULL, t, err);
	if (!probe) {
		free_tunnel(t);
		return NULL;
	}
	probe->verify = on_verify;
	probe->opened = on_opened;
	return t;
}

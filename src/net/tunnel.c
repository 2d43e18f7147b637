/*
 * Two flows, each from a source through a buffer to a sink: up from our input to TLS, down from TLS
 * to our output.  A round moves whatever can be moved; when nothing moves any longer, each descriptor
 * is watched for exactly what its flow waits for, so that neither a full buffer nor a peer that has
 * hung up keeps the loop busy.
 *
 * When sending fails, the server's reason may still be on its way to us: reading goes on to its end.
 */
#include "net/tunnel.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/probing.h"
#include "net/spout.h"

#define FLOW   (64u << 10) /* bytes of a direction that are under way */
#define ROUNDS 64          /* without a look at the rest of the loop */

struct flow {
	char *bytes;
	size_t from, to;
	uint64_t passed;
	bool ended;  /* nothing follows from its source */
	bool closed; /* its sink was told so, or takes nothing any longer */
};

struct tunnel {
	struct loop *loop;
	struct prober *prober;
	tunnel_verify_fn *verify;
	tunnel_done_fn *done;
	void *ctx;
	int given_in, given_out;

	struct report *report; /* from the end of the handshake on */
	struct tls *tls;
	int fd;
	int events;    /* of fd, as those of a spout */
	bool readable; /* worth a try */
	short blocked; /* what TLS waits for in order to send; 0: nothing */
	short starved; /* the same in order to receive */
	struct spout in, out;
	struct flow up, down;
	bool opened;
	bool broken;    /* receiving failed */
	bool lost;      /* sending failed; lost_why says how */
	char *lost_why;
	unsigned again; /* a timer: the round wasn't finished */
	bool is_person; /* a terminal is read: nobody wants to end what has ended */
};

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

static void end(struct tunnel *t)
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

/* --- how it ends ------------------------------------------------------------------------------ */

static void conclude(struct tunnel *t, enum report_rung rung, enum error_code code, const char *why)
{
	error_set(&t->report->err, code, "%s", why);
	report_step(t->report, rung, STEP_FAIL, "%s", why);
	end(t);
}

static void end_well(struct tunnel *t)
{
	report_step(t->report, STEP_ACCESS, STEP_PASS, "both sides are through");
	end(t);
}

/* In TLS 1.3 a refusal of our certificate, or of none, comes when we first read. */
static bool is_about_us(const struct tunnel *t)
{
	return t->report->asked && t->down.passed == 0 && alert_blames(tls_alert(t->tls));
}

/* Some servers say no by hanging up. */
static void end_broken(struct tunnel *t)
{
	const struct report *r = t->report;
	bool about_us = t->down.passed == 0 && r->asked;
	const char *what = !about_us      ? "what it had to say may be incomplete"
			   : r->presented ? "perhaps it doesn't take our certificate"
					  : "it asked for a client certificate, and got none";
	char *why = mem_format("the connection broke off (%s): %s", tls_failure(t->tls), what);
	conclude(t, about_us ? STEP_ACCEPTED : STEP_ACCESS,
		about_us ? ERROR_VERDICT : ERROR_NETWORK, why);
	free(why);
}

static void end_by_peer(struct tunnel *t)
{
	bool alert = tls_alert(t->tls) >= 0;
	if (is_about_us(t))
		conclude(t, STEP_ACCEPTED, ERROR_VERDICT, tls_failure(t->tls));
	else if (alert)
		conclude(t, STEP_ACCESS, ERROR_VERDICT, tls_failure(t->tls));
	else if (t->lost)
		conclude(t, STEP_ACCESS, ERROR_NETWORK, t->lost_why);
	else
		end_broken(t);
}

/* Nobody reads any longer, or reading failed: no news to whoever closed it. */
static void end_by_us(struct tunnel *t, const char *what, int code)
{
	tls_bye(t->tls);
	if (code == EPIPE || code == ECONNRESET || code == 0) {
		error_set(&t->report->err, ERROR_FAILED, "%s", "");
		end(t);
		return;
	}
	char *why = mem_format("%s: %s", what, strerror(code));
	conclude(t, STEP_ACCESS, ERROR_FAILED, why);
	free(why);
}

/* --- the steps of a round: true where something moved ----------------------------------------- */

static size_t room(const struct flow *flow)
{
	return FLOW - flow->to;
}

static void drained(struct flow *flow, size_t by)
{
	flow->from += by;
	flow->passed += by;
	if (flow->from == flow->to)
		flow->from = flow->to = 0;
}

enum step {
	STAY,
	MOVED,
	OVER, /* the tunnel is gone */
};

static enum step take_in(struct tunnel *t)
{
	struct flow *up = &t->up;
	if (up->ended || up->closed || room(up) == 0)
		return STAY;
	ssize_t got = spout_read(&t->in, up->bytes + up->to, room(up));
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return STAY;
	if (got < 0 && errno != ECONNRESET && errno != EIO) {
		end_by_us(t, "standard input", errno);
		return OVER;
	}
	up->to += got > 0 ? (size_t)got : 0;
	up->ended = got <= 0; /* a terminal that was hung up says EIO */
	return MOVED;
}

static enum step lose(struct tunnel *t)
{
	t->up.closed = true;
	t->lost = t->up.from < t->up.to; /* a word of farewell is no loss */
	t->lost_why = mem_format("not everything could be sent: %s", tls_failure(t->tls));
	return MOVED;
}

/* What follows a turn that TLS couldn't take at once; short: events of poll(2). */
static short waits_for(enum tls_turn turn)
{
	return turn == TLS_READ ? POLLIN : turn == TLS_WRITE ? POLLOUT : 0;
}

static enum step send_up(struct tunnel *t)
{
	struct flow *up = &t->up;
	size_t put = 0;
	enum tls_turn turn;
	t->blocked = 0;
	if (up->closed || (up->from == up->to && !up->ended))
		return STAY;
	do {
		if (up->from == up->to) {
			turn = tls_finish(t->tls);
			up->closed = turn == TLS_DONE;
			break;
		}
		turn = tls_write(t->tls, up->bytes + up->from, up->to - up->from, &put);
		drained(up, put);
	} while (turn == TLS_DONE && (up->from < up->to || up->ended));
	t->blocked = waits_for(turn);
	return turn == TLS_FAILED ? lose(t) : turn == TLS_DONE ? MOVED : STAY;
}

static enum step stop_receiving(struct tunnel *t, enum tls_turn turn)
{
	t->down.ended = true;
	t->broken = turn == TLS_FAILED; /* what came before goes out first */
	return MOVED;
}

/* As many records as there is room for: one write for all of them. */
static enum step receive_down(struct tunnel *t)
{
	struct flow *down = &t->down;
	size_t got, before = down->to;
	enum tls_turn turn = TLS_DONE;
	if (down->ended || !t->readable)
		return STAY;
	t->starved = 0;
	while (turn == TLS_DONE && room(down) > 0) {
		turn = tls_receive(t->tls, down->bytes + down->to, room(down), &got);
		down->to += got;
	}
	if (turn == TLS_FAILED || turn == TLS_CLOSED)
		return stop_receiving(t, turn);
	t->starved = waits_for(turn);
	t->readable = turn == TLS_DONE;
	return down->to > before ? MOVED : STAY;
}

static enum step put_out(struct tunnel *t)
{
	struct flow *down = &t->down;
	if (down->closed || down->from == down->to)
		return STAY;
	ssize_t put = spout_write(&t->out, down->bytes + down->from, down->to - down->from);
	if (put < 0 && (errno == EAGAIN || errno == EINTR))
		return STAY;
	if (put < 0) {
		end_by_us(t, "standard output", errno);
		return OVER;
	}
	drained(down, (size_t)put);
	return MOVED;
}

/* The server is through, and all of it was written. */
static enum step close_down(struct tunnel *t)
{
	struct flow *down = &t->down;
	if (!down->ended || down->closed || down->from < down->to)
		return STAY;
	if (t->broken) {
		end_by_peer(t);
		return OVER;
	}
	spout_end(&t->out);
	down->closed = true;
	if (t->is_person)
		t->up.ended = true;
	return MOVED;
}

static enum step finish(struct tunnel *t)
{
	if (!t->up.closed || !t->down.closed)
		return STAY;
	if (t->lost)
		end_by_peer(t);
	else
		end_well(t);
	return OVER;
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
	spout_want(&t->in, !t->up.ended && !t->up.closed && room(&t->up) > 0 ? POLLIN : -1);
	spout_want(&t->out, t->down.from < t->down.to ? POLLOUT : 0);
	want_net(t, net || listens ? net : -1);
}

static void on_again(void *ctx);

static void go_round(struct tunnel *t)
{
	static enum step (*const steps[])(struct tunnel *) = { take_in, send_up, receive_down, put_out,
		close_down, finish };
	bool moved = true;
	for (unsigned n = 0; moved && n < ROUNDS; n++) {
		moved = false;
		for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
			enum step step = steps[i](t);
			if (step == OVER)
				return;
			moved |= step == MOVED;
		}
	}
	wait_for_more(t);
	if (moved && !t->again)
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
		end_by_us(t, "standard output", EPIPE);
	} else if (fd == t->fd && gone && t->events == 0) {
		/* Both sides have closed, and nobody has to say anything to nobody. */
		t->lost = t->up.from < t->up.to;
		if (!t->lost_why)
			t->lost_why = mem_text("the server hung up before everything was sent");
		if (t->lost)
			end_by_peer(t);
		else
			end_well(t);
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
	end(t);
}

static void on_opened(struct probe *probe)
{
	struct tunnel *t = probe->ctx;
	struct error err = { 0 };
	probe_want(probe, 0);
	if (!tls_is_verified(probe->tls)) {
		probe_fail(probe, STEP_VERIFY, ERROR_VERDICT, "the server presents no certificate");
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
	t->up.bytes = mem_new(FLOW);
	t->down.bytes = mem_new(FLOW);
	t->is_person = isatty(t->given_in) && isatty(t->given_out);
	if (spout_open(&t->in, t->loop, t->given_in, false, on_ready, t, &err) &&
		spout_open(&t->out, t->loop, t->given_out, true, on_ready, t, &err))
		go_round(t);
	else
		conclude(t, STEP_ACCESS, err.code, err.text);
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

/*
 * What moves: each step moves what it can, and is asked again as long as anything does.
 *
 * When sending fails, the server's reason may still be on its way to us: reading goes on to its
 * end.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "net/tunnelling.h"

/* --- how it ends ------------------------------------------------------------------------------ */

void flow_fail(struct tunnel *t, enum report_rung rung, enum error_code code, const char *why)
{
	error_set(&t->report->err, code, "%s", why);
	report_step(t->report, rung, STEP_FAIL, "%s", why);
	tunnel_end(t);
}

void flow_end_well(struct tunnel *t)
{
	report_step(t->report, STEP_ACCESS, STEP_PASS, "both sides are through");
	tunnel_end(t);
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
	const char *what = !about_us      ? _("what it had to say may be incomplete")
			   : r->presented ? _("perhaps it doesn't take our certificate")
					  : _("it asked for a client certificate, and got none");
	char *why = mem_format(_("the connection broke off (%s): %s"), tls_failure(t->tls), what);
	flow_fail(t, about_us ? STEP_ACCEPTED : STEP_ACCESS,
		about_us ? ERROR_VERDICT : ERROR_NETWORK, why);
	free(why);
}

void flow_end_by_peer(struct tunnel *t)
{
	bool alert = tls_alert(t->tls) >= 0;
	if (is_about_us(t))
		flow_fail(t, STEP_ACCEPTED, ERROR_VERDICT, tls_failure(t->tls));
	else if (alert)
		flow_fail(t, STEP_ACCESS, ERROR_VERDICT, tls_failure(t->tls));
	else if (t->lost)
		flow_fail(t, STEP_ACCESS, ERROR_NETWORK, t->lost_why);
	else
		end_broken(t);
}

/* Nobody reads any longer, or reading failed: no news to whoever closed it. */
void flow_end_by_us(struct tunnel *t, const char *what, int code)
{
	tls_bye(t->tls);
	if (code == EPIPE || code == ECONNRESET || code == 0) {
		error_set(&t->report->err, ERROR_FAILED, "%s", "");
		tunnel_end(t);
		return;
	}
	char *why = mem_format("%s: %s", what, strerror(code));
	flow_fail(t, STEP_ACCESS, ERROR_FAILED, why);
	free(why);
}

/* --- the steps of a round: true where something moved ----------------------------------------- */

static void drained(struct flow *flow, size_t by)
{
	flow->from += by;
	flow->passed += by;
	if (flow->from == flow->to)
		flow->from = flow->to = 0;
}

static enum flow_step take_in(struct tunnel *t)
{
	struct flow *up = &t->up;
	if (up->ended || up->closed || flow_room(up) == 0)
		return FLOW_STAYS;
	ssize_t got = spout_read(&t->in, up->bytes + up->to, flow_room(up));
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return FLOW_STAYS;
	if (got < 0 && errno != ECONNRESET && errno != EIO) {
		flow_end_by_us(t, _("standard input"), errno);
		return FLOW_OVER;
	}
	up->to += got > 0 ? (size_t)got : 0;
	up->ended = got <= 0; /* a terminal that was hung up says EIO */
	return FLOW_MOVED;
}

static enum flow_step lose(struct tunnel *t)
{
	t->up.closed = true;
	t->lost = t->up.from < t->up.to; /* a word of farewell is no loss */
	t->lost_why = mem_format(_("not everything could be sent: %s"), tls_failure(t->tls));
	return FLOW_MOVED;
}

/* What follows a turn that TLS couldn't take at once; short: events of poll(2). */
static short waits_for(enum tls_turn turn)
{
	return turn == TLS_READ ? POLLIN : turn == TLS_WRITE ? POLLOUT : 0;
}

static enum flow_step send_up(struct tunnel *t)
{
	struct flow *up = &t->up;
	size_t put = 0;
	enum tls_turn turn;
	t->blocked = 0;
	if (up->closed || (up->from == up->to && !up->ended))
		return FLOW_STAYS;
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
	return turn == TLS_FAILED ? lose(t) : turn == TLS_DONE ? FLOW_MOVED : FLOW_STAYS;
}

static enum flow_step stop_receiving(struct tunnel *t, enum tls_turn turn)
{
	t->down.ended = true;
	t->broken = turn == TLS_FAILED; /* what came before goes out first */
	return FLOW_MOVED;
}

/* As many records as there is room for: one write for all of them. */
static enum flow_step receive_down(struct tunnel *t)
{
	struct flow *down = &t->down;
	size_t got, before = down->to;
	enum tls_turn turn = TLS_DONE;
	if (down->ended || !t->readable)
		return FLOW_STAYS;
	t->starved = 0;
	while (turn == TLS_DONE && flow_room(down) > 0) {
		turn = tls_receive(t->tls, down->bytes + down->to, flow_room(down), &got);
		down->to += got;
	}
	if (turn == TLS_FAILED || turn == TLS_CLOSED)
		return stop_receiving(t, turn);
	t->starved = waits_for(turn);
	t->readable = turn == TLS_DONE;
	return down->to > before ? FLOW_MOVED : FLOW_STAYS;
}

static enum flow_step put_out(struct tunnel *t)
{
	struct flow *down = &t->down;
	if (down->closed || down->from == down->to)
		return FLOW_STAYS;
	ssize_t put = spout_write(&t->out, down->bytes + down->from, down->to - down->from);
	if (put < 0 && (errno == EAGAIN || errno == EINTR))
		return FLOW_STAYS;
	if (put < 0) {
		flow_end_by_us(t, _("standard output"), errno);
		return FLOW_OVER;
	}
	drained(down, (size_t)put);
	return FLOW_MOVED;
}

/* The server is through, and all of it was written. */
static enum flow_step close_down(struct tunnel *t)
{
	struct flow *down = &t->down;
	if (!down->ended || down->closed || down->from < down->to)
		return FLOW_STAYS;
	if (t->broken) {
		flow_end_by_peer(t);
		return FLOW_OVER;
	}
	spout_end(&t->out);
	down->closed = true;
	if (t->is_person)
		t->up.ended = true;
	return FLOW_MOVED;
}

static enum flow_step finish(struct tunnel *t)
{
	if (!t->up.closed || !t->down.closed)
		return FLOW_STAYS;
	if (t->lost)
		flow_end_by_peer(t);
	else
		flow_end_well(t);
	return FLOW_OVER;
}

enum flow_step flow_all(struct tunnel *t)
{
	static enum flow_step (*const steps[])(struct tunnel *) = { take_in, send_up, receive_down,
		put_out, close_down, finish };
	enum flow_step moved = FLOW_STAYS;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		enum flow_step step = steps[i](t);
		if (step == FLOW_OVER)
			return step;
		if (step == FLOW_MOVED)
			moved = step;
	}
	return moved;
}

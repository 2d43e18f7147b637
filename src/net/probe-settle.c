/*
 * After the handshake: does the server take our certificate, or that we have none?
 *
 * Up to TLS 1.2 the server finishes the handshake only when it is content.  In TLS 1.3 the client is
 * the last to speak, and a refusal comes as an alert, or as a closed connection, when the client first
 * reads.  A session ticket means yes.  Silence may mean anything, and one harmless question turns it
 * into an answer; where the dialect knows none, silence for a while is taken for a yes and called so.
 */
#include <poll.h>

#include "base/lang.h"
#include "net/probing.h"

void probe_accepted(struct probe *probe, const char *why)
{
	if (probe->report->steps[STEP_ACCEPTED].outcome == STEP_NOT_REACHED)
		probe_step(probe, STEP_ACCEPTED, STEP_PASS, "%s", lang_text(why));
}

static void idle_access(struct probe *probe)
{
	if (probe->report->steps[STEP_ACCESS].outcome == STEP_NOT_REACHED)
		probe_step(probe, STEP_ACCESS, STEP_IDLE, "nothing was asked of the service");
	probe_end(probe);
}

void probe_refused(struct probe *probe, enum tls_turn turn)
{
	const struct report *r = probe->report;
	bool accepted = r->steps[STEP_ACCEPTED].outcome == STEP_PASS;
	bool about_us = r->asked && !accepted;
	struct buf text = { 0 };
	buf_text_add(&text, turn == TLS_CLOSED ? _("the server hung up") : tls_failure(probe->tls));
	if (about_us && r->alert < 0)
		buf_text_add(&text, r->presented ? _(" when it had got our certificate, without saying why")
						 : _(" when it had got no client certificate"));
	if (!about_us)
		probe_accepted(probe, "the handshake is complete");
	probe_fail(probe, about_us ? STEP_ACCEPTED : STEP_ACCESS,
		about_us || r->alert >= 0 ? ERROR_VERDICT : ERROR_NETWORK, buf_text(&text));
	buf_done(&text);
}

static const char *accepted_words(const struct report *r)
{
	return r->presented ? N_("the server goes on with our certificate")
			    : N_("the server goes on without a client certificate");
}

static void on_quiet(void *ctx)
{
	struct probe *probe = ctx;
	probe->quiet = 0;
	probe_step(probe, STEP_ACCEPTED, STEP_PASS, "not a word against it within %g s",
		probe->request.quiet_ms / 1000.0);
	idle_access(probe);
}

static void answered(struct probe *probe)
{
	const struct talk *talk = &probe->talk;
	if (talk->blames) {
		probe_fail(probe, STEP_ACCEPTED, ERROR_VERDICT, buf_text(&talk->words));
		return;
	}
	probe_accepted(probe, probe->report->asked ? accepted_words(probe->report)
						   : "the handshake is complete");
	if (talk->state == TALK_GO) {
		probe_step(probe, STEP_ACCESS, STEP_PASS, "%s", buf_text(&talk->words));
		probe_end(probe);
	} else {
		probe_fail(probe, STEP_ACCESS, ERROR_VERDICT, buf_text(&talk->words));
	}
}

/* True while more is to be read. */
static bool hear(struct probe *probe, const char *bytes, size_t len)
{
	if (probe->rung == STEP_ACCESS) {
		talk_feed(&probe->talk, bytes, len);
		if (probe->talk.state == TALK_ON)
			return true;
		answered(probe);
		return false;
	}
	probe_accepted(probe, accepted_words(probe->report));
	probe_step(probe, STEP_ACCESS, STEP_PASS, "the service begins to speak");
	probe_end(probe);
	return false;
}

static void settle_turn(struct probe *probe)
{
	char bytes[4096];
	size_t got;
	enum tls_turn turn = tls_send(probe->tls, &probe->talk.out);
	if (probe_waits(probe, turn))
		return;
	while (turn == TLS_DONE) {
		turn = tls_receive(probe->tls, bytes, sizeof bytes, &got);
		if (turn == TLS_DONE && !hear(probe, bytes, got))
			return;
	}
	if (probe->rung != STEP_ACCESS && probe->report->ticket &&
		(turn == TLS_READ || turn == TLS_WRITE)) {
		probe_accepted(probe, accepted_words(probe->report));
		idle_access(probe);
	} else if (!probe_waits(probe, turn)) {
		probe_refused(probe, turn);
	}
}

/* What is known without another word. */
static void take_stock(struct probe *probe)
{
	const struct report *r = probe->report;
	if (!r->asked)
		probe_accepted(probe, "the handshake is complete");
	else if (!tls_is_13(probe->tls) && probe->request.dialect->manner != &manner_postgres)
		probe_accepted(probe,
			r->presented ? N_("the server finished the handshake with our certificate")
				     : N_("the server finished the handshake without a client certificate"));
}

void probe_settle(struct probe *probe)
{
	const struct probe_request *request = &probe->request;
	bool curious = request->settle == SETTLE_ALWAYS ||
		       (request->settle == SETTLE_ASKED && probe->report->asked);
	take_stock(probe);
	if (curious && request->dialect->manner && talk_ask(&probe->talk)) {
		probe->rung = STEP_ACCESS;
		probe_turn(probe, settle_turn);
	} else if (curious && probe->report->steps[STEP_ACCEPTED].outcome != STEP_PASS) {
		probe->quiet = loop_after(probe->loop, request->quiet_ms, on_quiet, probe);
		probe_turn(probe, settle_turn);
	} else {
		idle_access(probe);
	}
}

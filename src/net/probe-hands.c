/* The first handshake, and the rungs of the ladder that it climbs. */
#include <stdlib.h>
#include <sys/socket.h>

#include "base/lang.h"
#include "net/probing.h"

bool probe_hands(struct probe *probe, struct report *report)
{
	const struct probe_request *r = &probe->request;
	struct tls_wish wish = {
		.version = probe->version,
		.sni = probe->sni,
		.alpn = (const char *const *)probe->alpn,
		.chain = r->chain,
		.chain_count = r->chain_count,
		.key = r->key,
		.verify = probe->verify,
		.verify_ctx = probe,
	};
	struct error err;
	probe->tls = tls_new(probe->fd, &wish, report, &err);
	if (!probe->tls)
		probe_fail(probe, STEP_HELLO, err.code, err.text);
	return probe->tls;
}

static bool is_new(const struct probe *probe, enum report_rung rung)
{
	return probe->report->steps[rung].outcome == STEP_NOT_REACHED;
}

static void see_hello(struct probe *probe)
{
	const struct report *r = probe->report;
	probe_step(probe, STEP_HELLO, STEP_PASS, "%s%s, %s%s%s", r->version,
		r->weak ? _(" (outdated)") : "", r->cipher ? r->cipher : _("a cipher without a name"),
		r->group ? ", " : "", r->group ? r->group : "");
	probe->rung = STEP_PRESENTS;
}

static void see_chain(struct probe *probe)
{
	const struct report *r = probe->report;
	const struct report_cert *leaf = &r->chain[0];
	const char *name = leaf->cert ? cert_info(leaf->cert)->subject : leaf->why;
	probe_step(probe, STEP_PRESENTS, STEP_PASS,
		lang_n("%zu certificate, the first is for %s", "%zu certificates, the first is for %s",
			r->chain_sent),
		r->chain_sent, *name ? name : _("nobody by name of its subject"));
	probe->rung = STEP_ACCEPTED;
}

static void see_asked(struct probe *probe)
{
	const struct report *r = probe->report;
	if (r->authorities_sent == 0)
		probe_step(probe, STEP_ASKED, STEP_PASS, "it asks for one, and names no CA");
	else
		probe_step(probe, STEP_ASKED, STEP_PASS,
			lang_n("it asks for one, and names %zu CA", "it asks for one, and names %zu CAs",
				r->authorities_sent),
			r->authorities_sent);
	if (r->presented)
		probe_step(probe, STEP_PROVES, STEP_PASS, "ours was sent: %s",
			cert_info(probe->request.chain[0])->subject);
	else if (tls_is_turned_down(probe->tls))
		probe_step(probe, STEP_PROVES, STEP_IDLE, "nothing was sent to a server that isn't trusted");
	else
		probe_step(probe, STEP_PROVES, STEP_IDLE, "no certificate of ours is given");
}

static void climb(struct probe *probe)
{
	const struct report *r = probe->report;
	if (r->version && is_new(probe, STEP_HELLO))
		see_hello(probe);
	if (r->chain_count > 0 && is_new(probe, STEP_PRESENTS))
		see_chain(probe);
	if (r->asked && is_new(probe, STEP_ASKED))
		see_asked(probe);
}

/* Bytes that nobody has read turn the end of a connection into a reset, and our alert gets lost. */
static void turn_down(struct probe *probe)
{
	char bytes[4096];
	for (int i = 0; i < 64 && recv(probe->fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0; i++)
		;
	probe_fail(probe, STEP_VERIFY, ERROR_VERDICT, tls_failure(probe->tls));
}

static void fail(struct probe *probe)
{
	const struct report *r = probe->report;
	enum report_rung rung = STEP_ACCEPTED;
	if (is_new(probe, STEP_HELLO))
		rung = STEP_HELLO;
	else if (is_new(probe, STEP_PRESENTS))
		rung = STEP_PRESENTS;
	if (tls_is_turned_down(probe->tls)) {
		turn_down(probe);
		return;
	}
	char *text = NULL;
	struct buf words = { 0 };
	buf_text_add(&words, tls_failure(probe->tls));
	if (rung == STEP_ACCEPTED && r->asked && !r->presented)
		buf_text_add(&words, _(" (it asked for a client certificate, and got none)"));
	text = buf_take(&words);
	probe_fail(probe, rung, r->alert >= 0 ? ERROR_VERDICT : ERROR_NETWORK, text);
	free(text);
}

static void finish(struct probe *probe)
{
	if (!probe->report->asked) {
		probe_step(probe, STEP_ASKED, STEP_IDLE, "it asks for none");
		probe_step(probe, STEP_PROVES, STEP_IDLE, "none was asked for");
	}
	if (probe->opened)
		probe->opened(probe);
	else
		probe_turn(probe, probe->http ? probe_http : probe_settle);
}

void probe_shake_hands(struct probe *probe)
{
	if (!probe->tls) {
		probe->rung = STEP_HELLO;
		if (!probe_hands(probe, probe->report))
			return;
	}
	enum tls_turn turn = tls_handshake(probe->tls);
	climb(probe);
	if (probe_waits(probe, turn))
		return;
	if (turn == TLS_DONE)
		finish(probe);
	else
		fail(probe);
}

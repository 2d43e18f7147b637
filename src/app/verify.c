#include "app/verify.h"

#include <stdlib.h>

#include "app/probing.h"
#include "base/mem.h"
#include "net/guard.h"

struct verifier {
	struct guard guard; /* the first */
	struct app *app;
	struct probe_wish wish;
	struct buf reason;
};

/* What can't be kept is still refused, and the other way round. */
static void keep(struct verifier *v, const struct probed *probed)
{
	struct plan plan = { 0 };
	struct buf note = { 0 };
	struct error err = { 0 };
	if (!app_plan_quarantine(v->app, probed, &plan, &note, &err) ||
		!app_apply(v->app, &plan, NULL, &err))
		buf_format(&v->reason, " Nothing was kept: %s.", err.text);
	else if (plan.count > 0)
		buf_text_add(&v->reason, " It is kept as untrusted.");
	plan_done(&plan);
	buf_done(&note);
}

static bool judge_session(struct guard *guard, void *session)
{
	struct verifier *v = (struct verifier *)guard;
	struct probed probed;
	struct error ignored;
	struct report *report = report_new(v->wish.host, v->wish.port, v->wish.dialect);
	app_reload(v->app, &ignored); /* a decision since the last session counts */
	guard_look(session, report);
	report_step(report, STEP_CONNECT, STEP_PASS, "connected by the program");
	probe_judge(v->app, &v->wish, report, &probed);
	bool trusted = probed.judged && probed.why.trusted;
	buf_cut(&v->reason, 0);
	buf_text_add(&v->reason, report->steps[STEP_VERIFY].text ? report->steps[STEP_VERIFY].text
								 : "No certificate that can be read came.");
	if (!trusted && !app_read_only(v->app))
		keep(v, &probed);
	probed_done(&probed);
	return trusted;
}

static void forget(struct guard *guard)
{
	struct verifier *v = (struct verifier *)guard;
	probe_wish_done(&v->wish);
	buf_done(&v->reason);
	free(v);
}

bool certary_verify_install(void *session, struct app *app, const char *host,
	uint16_t port, struct error *err)
{
	struct verifier *v = mem_new(sizeof *v);
	*v = (struct verifier){ .guard = { judge_session, forget },
		.app = app,
		.wish = { .host = mem_text(host), .port = port, .dialect = dialect_of_port(port) } };
	return guard_install(session, &v->guard, err);
}

const char *certary_verify_reason(void *session)
{
	const struct verifier *v = (const struct verifier *)guard_of(session);
	return v ? buf_text(&v->reason) : "";
}

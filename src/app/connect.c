#include "app/connect.h"

#include "app/probing.h"
#include "net/tunnel.h"

struct connecting {
	struct app *app;
	const struct probe_wish *wish;
	struct loop *loop;
	struct connected *end;
};

static bool judge_report(void *ctx, struct report *report, struct error *why)
{
	const struct connecting *c = ctx;
	return probe_judge_chain(c->app, c->wish, report, why);
}

static void on_done(void *ctx, const struct tunnelled *end)
{
	struct connecting *c = ctx;
	probe_judge(c->app, c->wish, end->report, &c->end->probed);
	c->end->opened = end->opened;
	c->end->sent = end->sent;
	c->end->received = end->received;
	loop_stop(c->loop);
}

/* The judgement's own words where it was a judgement. */
static bool conclude(const struct connected *end, struct error *err)
{
	const struct report *report = end->probed.report;
	if (report->err.code == ERROR_NONE)
		return true;
	if (end->opened || end->probed.verdict != PROBE_UNTRUSTED) {
		*err = report->err;
		if (!end->opened)
			err->code = probed_code(&end->probed);
		return false;
	}
	return error_set(err, ERROR_VERDICT, "%s", end->probed.reason);
}

bool app_connect(struct app *app, const struct probe_wish *wish, int in, int out,
	struct connected *end, struct error *err)
{
	struct connecting c = { .app = app, .wish = wish, .end = end };
	struct tunnel_wish tunnel = { .request = probe_request_of(wish),
		.verify = judge_report,
		.in = in,
		.out = out };
	*end = (struct connected){ 0 };
	c.loop = loop_new(err);
	if (!c.loop)
		return false;
	bool started = tunnel_start(c.loop, &tunnel, on_done, &c, err);
	if (started)
		loop_run(c.loop);
	loop_free(c.loop);
	return started && conclude(end, err);
}

void connected_done(struct connected *end)
{
	probed_done(&end->probed);
}

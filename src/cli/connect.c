/*
 * Standard output belongs to the service: whatever certary has to say goes to standard error.
 */
#include "app/connect.h"

#include <unistd.h>

#include "cli/probe.h"
#include "cli/run.h"

/* Keeping the evidence may fail, for want of a right to write, and the verdict stands. */
static void keep(struct run *run, const struct probed *probed)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	if (!probe_keep_plan(run, probed, &plan, &err))
		print_warning("nothing was kept: %s", err.text);
	else
		for (size_t i = 0; i < plan.count; i++)
			if (plan.rows[i].src.state == STATE_NONE)
				print_warning("kept as untrusted: %s", plan.rows[i].name);
	plan_done(&plan);
}

static bool finish(struct run *run, const struct connected *end, const struct error *why,
	struct error *err)
{
	const struct report *report = end->probed.report;
	if (!end->opened && end->probed.verdict == PROBE_UNTRUSTED)
		keep(run, &end->probed);
	*err = *why;
	return why->text[0] ? error_wrap(err, "%s, port %u", report->host, report->port) : false;
}

bool run_connect(struct run *run, struct error *err)
{
	struct probe_wish wish;
	struct probe_client client;
	struct connected end = { 0 };
	struct error why = { 0 };
	bool ok = probe_read_wish(run, run->args->words[0], &wish, &client, err);
	if (ok) {
		ok = app_connect(run->app, &wish, STDIN_FILENO, STDOUT_FILENO, &end, &why);
		if (!ok && end.probed.report)
			finish(run, &end, &why, err);
		else
			*err = why;
		connected_done(&end);
	}
	probe_client_done(&client);
	probe_wish_done(&wish);
	return ok;
}

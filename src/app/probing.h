/*
 * What the parts of a probe share.
 */
#ifndef CERTARY_SRC_APP_PROBING_H
#define CERTARY_SRC_APP_PROBING_H

#include "app/probe.h"
#include "net/probe.h"

/* probe-judge.c: judge a report, which becomes the probed's own. */
void probe_judge(struct app *app, const struct probe_wish *wish, struct report *take,
	struct probed *out);

/* The same report again: the store may have changed since. */
void probe_judge_again(struct app *app, const struct probe_wish *wish, struct probed *probed);

/* probe-job.c: the same wish for the layer that meets the network; everything is borrowed. */
struct probe_request probe_request_of(const struct probe_wish *wish);

/* Is the chain trusted for this host?  Fills STEP_VERIFY; false and why it isn't. */
bool probe_judge_chain(struct app *app, const struct probe_wish *wish, struct report *report,
	struct error *why);

#endif

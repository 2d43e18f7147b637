/*
 * What the parts of a probe share.
 */
#ifndef CERTARY_SRC_APP_PROBING_H
#define CERTARY_SRC_APP_PROBING_H

#include "app/probe.h"

/* probe-judge.c: judge a report, which becomes the probed's own. */
void probe_judge(struct app *app, const struct probe_wish *wish, struct report *take,
	struct probed *out);

#endif

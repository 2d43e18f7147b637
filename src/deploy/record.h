/*
 * The record of a deployment that is under way: what somebody needs to know who comes after a crash.
 *
 * One JSON object: `deployment` (1), `phase` ("going", "done"), `targets` (name, kind, path of each whose
 * files change) and `files` (kind, path, target, existed, above, hash).  It holds what is touched and never what
 * is written.
 */
#ifndef CERTARY_SRC_DEPLOY_RECORD_H
#define CERTARY_SRC_DEPLOY_RECORD_H

#include "deploy/deploy.h"
#include "deploy/staging.h"

enum record_phase {
	RECORD_GOING, /* put it back */
	RECORD_DONE,  /* tidy up */
};

void deployment_record_make(const struct demand *demand, const struct deploy_plan *plan, enum record_phase phase,
	struct buf *out);

/* Life: `struct deployment_record record = {0}`; deployment_record_read() … deployment_record_done(). */
struct deployment_record {
	enum record_phase phase;
	struct targets targets; /* as far as they were written down; `target` of a change counts these */
	struct staging *staging;
};
bool deployment_record_read(const char *text, size_t len, struct deployment_record *out, struct error *err);
void deployment_record_done(struct deployment_record *record);

#endif

/*
 * What a judgement asks: how a certificate is held, and who might have issued another.  The store
 * answers, and behind it the system's anchors where the setting use_system_trust says so; what was
 * decided in the store counts more than they do.
 */
#ifndef CERTARY_SRC_APP_SOURCE_H
#define CERTARY_SRC_APP_SOURCE_H

#include "pki/judge.h"
#include "app/app.h"
#include "store/store.h"

struct judge_source app_source(struct app *app);

/* The system's anchors, read once; none where the setting is off. */
struct anchors;
struct anchors *anchors_new(void);
void anchors_free(struct anchors *anchors);
bool anchors_has(const struct anchors *anchors, const struct fingerprint *print);
void anchors_offer(const struct anchors *anchors, const struct judge_source *source,
	const struct judge_wish *wish, struct judge_pool *pool);

#endif

/*
 * Check: probe all endpoints side by side, and say how each stands.
 */
#ifndef CERTARY_APP_CHECK_H
#define CERTARY_APP_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/app.h"
#include "app/change.h"
#include "app/declared.h"
#include "app/deploy.h"
#include "app/endpoint.h"
#include "app/probe.h"
#include "check/outcome.h"
#include "store/history.h"

struct checked {
	const struct endpoint *endpoint; /* borrowed */
	bool done;             /* its probe has ended */
	struct probed probed;
	enum outcome_level level;
	struct expiry expiry;  /* of the path that is trusted */
	struct endpoint_change change; /* since it was seen before; not for another time */
	/* Of a port of this host whose service's configuration is here; service NULL: it isn't. */
	char *service; /* "postgresql 15/main" */
	struct declared_findings declared;
	char *text;            /* a sentence: the reason, or when what ends */
};

struct checks {
	struct checked *items; /* in the order of the endpoints */
	size_t count;
	struct endpoints endpoints;
	struct targets targets;    /* whether consumers have what the store says; see checks_targets() */
	struct target_status *fed; /* of each; NULL: they weren't looked at */
	/* The rest is private. */
	struct app *app;
	int64_t at;
	struct identities identities;
	struct new_key *keys;
	struct probe_wish *wishes;
	struct running *running;
	struct declarations *declarations; /* read when the first port of this host has answered */
};

/*
 * Read the endpoints, or those of these names.  at: judge as of that time; 0: now.  The key of an
 * identity that is sealed isn't opened: such an endpoint is probed without it.
 *
 * Life: checks_init() → checks_run(), or checks_start() on a loop → … checks_done().
 */
bool checks_init(struct app *app, const char *const *names, size_t count, int64_t at,
	struct checks *out, struct error *err);
bool checks_run(struct checks *checks, struct error *err);
void checks_done(struct checks *checks);

/*
 * The same beside a loop, once: one() for each that has ended, end() behind the last.  Who has enough
 * of it cancels the job (app/probe.h) before checks_done(); end() may call that itself.
 */
typedef void checks_one_fn(void *ctx, const struct checked *one);
struct probe_job *checks_start(struct checks *checks, struct loop *loop, checks_one_fn *one,
	probe_end_fn *end, void *ctx, struct error *err);

/*
 * Look at the saved targets as well: one that somebody else has changed since it was deployed (a runtime
 * was upgraded, a file written over) is critical, one that a decision hasn't reached yet a warning.
 */
bool checks_targets(struct checks *checks, struct error *err);
enum outcome_level check_target_level(const struct target_status *status);

/* What was seen of one is forgotten; its endpoint stays. */
void checked_done(struct checked *item);

/* Judge one anew by what was seen of it: the store may have changed since, or its thresholds. */
void check_judge_again(struct app *app, struct checked *item);

/* Take down what was seen: see store/history.h and app/change.h.  And what was seen of one before. */
bool checks_remember(struct checks *checks, struct error *err);
bool app_endpoint_history(struct app *app, const struct endpoint *endpoint, struct history *out,
	struct error *err);

/* The worst of all, targets among them; OUTCOME_OK where there are none. */
enum outcome_level checks_level(const struct checks *checks);

/* Numbers of the items, the worst first, then what ends first; the caller frees. */
size_t *checks_order(const struct checks *checks);

/* As Prometheus reads it: metrics as blackbox_exporter has them, labelled with the endpoint. */
void checks_prometheus(const struct checks *checks, struct buf *out);

#endif

/*
 * Deployment as a verb: the store's decisions into all targets, or into none.
 *
 *	struct deployment d = {0};
 *	app_deploy_prepare(app, …, &d, &err)   what would be done: d.plan is shown and confirmed
 *	app_deploy_carry_out(&d, …)            done and read back, or all is put back; with a receipt
 *	deployment_done(&d)                    either way
 */
#ifndef CERTARY_APP_DEPLOY_H
#define CERTARY_APP_DEPLOY_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "app/target.h"
#include "base/json.h"
#include "base/loop.h"
#include "deploy/deploy.h"

/* A secret of an identity's key: false where there is none; buf_wipe() it. */
typedef bool deploy_secret_fn(void *ctx, const char *identity, struct buf *out, struct error *err);

struct deploy_wish {
	const char *const *names; /* of targets; none: all of them */
	size_t count;
	bool empty_is_meant;      /* even where a target is left without any certificate */
	bool look;                /* it is only looked at: what is sealed is planned by its certificates,
	                           * nobody is asked, and app_deploy_carry_out() refuses it */
	deploy_secret_fn *secret; /* asked for the keys that are sealed; NULL: ERROR_SECRET */
	void *ctx;
};

struct deployment {
	struct deploy_plan plan;
	struct error late; /* of a deployment that is done: a reload failed, or the journal hasn't got it */
	struct deployment_parts *parts; /* private: what the plan was made of */
};

/*
 * ERROR_NOT_FOUND where a name is no target's, or there is none at all.  A target that can't be used now
 * is told in the plan, and nothing can be carried out while one is.
 */
bool app_deploy_prepare(struct app *app, const struct deploy_wish *wish, struct deployment *out,
	struct error *err);
void deployment_done(struct deployment *deployment);

struct deploy_run {
	const char *why;  /* for the journal, as typed; NULL */
	bool reload;      /* run the targets' own commands afterwards */
	bool last;        /* the process does nothing else afterwards: where no other program takes part,
	                   * walls go up around it, and it writes to the store and the plan's folders only */
	void (*progress)(void *ctx, const char *what); /* safe text; NULL */
	void *ctx;
};

/*
 * The plan tells the outcome of each target, also where this is false.  Where all is deployed, and what
 * follows it failed, it is true, and deployment->late says the first thing that did: whoever reports to a
 * script must tell that it failed.
 */
bool app_deploy_carry_out(struct app *app, struct deployment *deployment,
	const struct deploy_run *run, struct error *err);

/*
 * Both of it in a child, beside a loop, for a face that goes on.  The child prepares by itself; what is
 * carried out must be what `shown` says, or it is ERROR_FAILED: the targets have changed meanwhile.
 * done() gets the plan, which it takes, also of what was put back; NULL where there is none, and then
 * an error.  A look can be cancelled; a deployment ends by itself, in one way or the other.
 */
struct deploy_job;
typedef void deploy_done_fn(void *ctx, struct deploy_plan *plan, const struct error *err);
struct deploy_job *app_deploy_look(struct app *app, const struct deploy_wish *wish,
	struct loop *loop, deploy_done_fn *done, void *ctx, struct error *err);
struct deploy_job *app_deploy_start(struct app *app, const struct deploy_wish *wish,
	const struct deploy_plan *shown, const struct deploy_run *run, struct loop *loop,
	deploy_done_fn *done, void *ctx, struct error *err);
void app_deploy_cancel(struct deploy_job *job); /* done() is not called */

/* The plan as JSON, for scripts and pipes, and back; what is wrong in it leaves the rest blank. */
struct json *deploy_plan_json(const struct deploy_plan *plan);
void deploy_plan_read(const struct json *json, struct deploy_plan *out);
const char *deploy_outcome_word(enum deploy_outcome outcome); /* "planned", "done", … */

/*
 * After a crash: finish or put back what was under way.  Called whenever the store is opened for a
 * change; told gets a sentence in each line, nothing where there was nothing to do.
 */
bool app_deploy_recover(struct app *app, struct buf *told, struct error *err);

/* How a target stands to the store, without looking at more than its receipt and its files' stamps. */
enum target_state {
	TARGET_NEVER,   /* nothing was deployed to it yet */
	TARGET_CURRENT,
	TARGET_BEHIND,  /* the store has changed since */
	TARGET_CHANGED, /* somebody else has changed it since, or it is gone: a JVM was upgraded */
};
const char *target_state_word(enum target_state state); /* "never", "current", "behind", "changed" */

struct target_status {
	enum target_state state;
	int64_t when;  /* of the last deployment; 0 */
	size_t count;  /* certificates that it had then */
	char *text;    /* one sentence, safe text */
};

/* The store or somebody else has changed since it was deployed; not of one that never was. */
bool target_needs_deploying(enum target_state state);

/* How many of all targets do, where they can be told; for hints after a change. */
size_t app_targets_behind(struct app *app);

/* Does it change what consumers are to have? */
bool app_reaches_consumers(const struct plan *plan);

/*
 * Which targets a plan will reach once they are deployed, as a sentence in a line of its own; nothing where
 * it changes nothing that consumers have.
 */
void app_reach_words(struct app *app, const struct plan *plan, struct buf *out);

/* An array as long as `targets`; target_statuses_free() it. */
bool app_target_statuses(struct app *app, const struct targets *targets,
	struct target_status **out, struct error *err);
void target_statuses_free(struct target_status *statuses, size_t count);

#endif

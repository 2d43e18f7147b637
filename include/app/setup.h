/*
 * Setting up: a new installation from answers, which a wizard asks for or a file holds.
 *
 * What can be answered is a table; the wizard, the answers file, its documentation
 * (etc/setup-answers.conf.example) and `setup --print-answers` are all made from it.
 *
 *	struct answers answers;
 *	answers_init(&answers);
 *	answers_read(&answers, path, &err)             or the wizard fills it
 *	app_setup_find(app, &wish, &found, &err)       what is already here; changes nothing
 *	app_setup_words(app, &answers, &found, &rows)  the summary, in words
 *	app_setup_plan(app, &answers, &found, …)       all that goes into the store, as one change
 *	app_setup_apply(app, &answers, &plan, …)       make the store, carry it out, save the settings
 *
 * It only ever adds: what a store has, in whatever state, stays as it is, so that running it again does
 * what was left undone and nothing else.
 */
#ifndef CERTARY_APP_SETUP_H
#define CERTARY_APP_SETUP_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "app/deploy.h"
#include "app/import.h"
#include "app/making.h"
#include "base/buf.h"
#include "base/loop.h"
#include "deploy/target.h"

/* --- answers ----------------------------------------------------------------------------------- */

enum answer {
	ANSWER_STORE,
	ANSWER_ACCESS,
	ANSWER_ANCHORS,
	ANSWER_IMPORT,
	ANSWER_ENDPOINTS,
	ANSWER_PROBE,
	ANSWER_TARGETS,
	ANSWER_DEPLOY,
	ANSWER_IDENTITY,
	ANSWER_NAMES,
	ANSWER_THEME,
	ANSWER_COUNT
};

enum answer_kind {
	ANSWER_TEXT,
	ANSWER_CHOICE,
	ANSWER_YES_NO,
	ANSWER_LIST, /* of texts */
};

struct answer_row {
	const char *name;  /* as the file has it */
	const char *label; /* as a form has it */
	enum answer_kind kind;
	const char *text;  /* default of a text or a choice, the only item of a list; NULL: none */
	bool yes;          /* default of a yes or no */
	const char *const *choices; /* NULL ends them */
	const char *const *meaning; /* of each choice, half a line */
	const char *help;  /* sentences */
};
const struct answer_row *answer_row(enum answer which);

#define FOUND_PROPOSED "found" /* in a list: what was found and is proposed */
#define FOUND_ALL      "all"   /* all that was found */

struct answer_value {
	char *text;   /* of a text or a choice */
	bool yes;
	char **items; /* of a list */
	size_t count, cap;
};

/* Texts are as they were typed: not safe text. */
struct answers {
	struct answer_value values[ANSWER_COUNT];
};

void answers_init(struct answers *answers); /* the defaults */
void answers_done(struct answers *answers);
const char *answers_text(const struct answers *answers, enum answer which); /* "" for none */
bool answers_yes(const struct answers *answers, enum answer which);
bool answers_is(const struct answers *answers, enum answer which, const char *choice);
void answers_set(struct answers *answers, enum answer which, const char *text);
void answers_set_yes(struct answers *answers, enum answer which, bool yes);
void answers_add(struct answers *answers, enum answer which, const char *item);
void answers_clear(struct answers *answers, enum answer which); /* of a list: nothing */

/*
 * Read a file over the defaults.  ERROR_FAILED names file and line of an answer that isn't in the table
 * or of the wrong kind, and says what there is.
 */
bool answers_read(struct answers *answers, const char *path, struct error *err);

/* As such a file, each with its help as a comment. */
void answers_write(const struct answers *answers, struct buf *out);

/* The same into a new file; one that is there already is an error and stays. */
bool answers_save(const struct answers *answers, const char *path, struct error *err);

/* --- what is already here ---------------------------------------------------------------------- */

/* A file in which certificates were found. */
struct setup_source {
	char *path;    /* safe text: below the root, as its owner would name it */
	char *what;    /* in words: "the truststore of java-17-openjdk" */
	bool proposed; /* somebody has decided to trust these: they are ticked */
	bool named;    /* by the caller: it must be readable */
	bool system;   /* the distribution's bundle */
	bool presented; /* by a service, before anybody trusted it: meant by its whole fingerprint alone */
	size_t first, count; /* of the haul's items */
};

struct setup_endpoint {
	char *place;   /* "ldaps://ldap.example:636", as it is typed; safe text */
	char *purpose; /* "LDAP"; NULL */
	char *where;   /* "/etc/ldap/ldap.conf:3"; safe text */
	bool proposed;
};

struct setup_target {
	struct target target;
	char *what;    /* one line */
	bool proposed;
	bool pair;     /* needs the identity that is made */
};

struct setup_found {
	struct haul haul; /* the certificates; none is left out yet */
	struct setup_source *sources;
	size_t source_count, source_cap;
	struct setup_endpoint *endpoints;
	size_t endpoint_count, endpoint_cap;
	struct setup_target *targets;
	size_t target_count, target_cap;
	char *root;       /* where it was looked: "/" */
	char *host;       /* this host's name; safe text */
	bool has_bundle;  /* the system's anchors are in the haul */
};

/* A certificate that a service has presented, and somebody wants trusted. */
struct setup_presented {
	const char *place; /* "ldaps://ldap.example" */
	const uint8_t *der;
	size_t len;
};

struct setup_wish {
	const char *root;         /* "/"; tests have another one */
	const char *const *paths; /* further files or folders of certificates, as they are from here */
	size_t path_count;
	const struct setup_presented *presented; /* are among what is found */
	size_t presented_count;
};

/*
 * Look around: certificates in /usr/local/share/ca-certificates, in Java's truststores (those that came
 * with them are left out), those that clients and services of this host are told to believe or show;
 * endpoints and targets that configurations tell of.  A child reads it all.  What can't be read is a
 * problem of the haul.  False where the child failed.
 */
bool app_setup_find(struct app *app, const struct setup_wish *wish, struct setup_found *out,
	struct error *err);
void setup_found_done(struct setup_found *found);

/* Beside a loop: done() gets what was found, which is its own, or an error. */
struct setup_job;
typedef void setup_found_fn(void *ctx, struct setup_found *take, const struct error *err);
struct setup_job *app_setup_find_start(struct app *app, struct loop *loop,
	const struct setup_wish *wish, setup_found_fn *done, void *ctx, struct error *err);
void app_setup_find_cancel(struct setup_job *job); /* done() is not called */

/* The source of an item of the haul; NULL where there is none. */
const struct setup_source *setup_source_of(const struct setup_found *found, size_t item);

/* Is it meant by the answers?  Not of the system's bundle, which ANSWER_ANCHORS is about. */
bool setup_wants_cert(const struct answers *answers, const struct setup_found *found, size_t item);
bool setup_wants_endpoint(const struct answers *answers, const struct setup_endpoint *endpoint);
bool setup_wants_target(const struct answers *answers, const struct setup_target *target);

/*
 * Will it be trusted for this host, once the store is as the answers say?  Where not, *why is a sentence
 * that the caller frees, NULL where no certificate came.
 */
struct report;
bool app_setup_foretell(struct app *app, const struct answers *answers,
	const struct setup_found *found, const struct report *report, const char *host, char **why);

/*
 * Which certificate of those that it presented would, trusted as well, make it trusted: the topmost CA of
 * its path, else its own.  Borrowed from the report; NULL where none would.
 */
const struct cert *app_setup_anchor(struct app *app, const struct answers *answers,
	const struct setup_found *found, const struct report *report, const char *host);

/*
 * Where a fingerprint among the answers is of nothing that was found: the services that are to be
 * watched are asked, and what was presented with that whole fingerprint is among what was found.
 * No service that doesn't answer is an error here.
 */
bool app_setup_ask(struct app *app, const struct answers *answers, const struct setup_wish *wish,
	struct setup_found *found, struct error *err);

/* --- the store that comes of it ---------------------------------------------------------------- */

/* Work on the store that the answers name, where `named` (on the command line) doesn't say another. */
bool app_setup_store(struct app *app, const struct answers *answers, const char *named,
	struct error *err);
bool app_setup_is_new(const struct app *app); /* nothing was made yet */

/* Does anything of the answers ask for a key?  An identity of that name that is there already is kept. */
bool app_setup_needs_key(struct app *app, const struct answers *answers,
	const struct setup_found *found);

/* The making of the identity; making_done() it. */
bool app_setup_making(struct app *app, const struct answers *answers, const struct setup_found *found,
	struct making *out, struct error *err);

/* Steps that will be taken, a line each, in safe text. */
void app_setup_words(struct app *app, const struct answers *answers, const struct setup_found *found,
	struct buf *out);

struct setup_plan {
	struct plan plan; /* one change; no row where all is there already */
	size_t certificates, known, endpoints, targets;
	bool identity;
	struct made made;
};

/* key: NULL where app_setup_needs_key() says no.  Works on an imagined store, too. */
bool app_setup_plan(struct app *app, const struct answers *answers, struct setup_found *found,
	const struct new_key *key, struct setup_plan *out, struct error *err);
void setup_plan_done(struct setup_plan *plan);

/* "2 certificates, 1 service, 1 target"; the caller's. */
char *setup_counts(const struct setup_plan *plan);

/*
 * Make the store, carry the plan out as one change whose number goes to *seq (0: nothing was to be
 * done), and save store and theme in the user's settings, where these aren't the defaults.  told gets
 * a line about what was done beside the store or is left to be done by hand.
 */
bool app_setup_apply(struct app *app, const struct answers *answers, struct setup_plan *plan,
	int64_t *seq, struct buf *told, struct error *err);

#endif

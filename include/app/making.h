/*
 * Making identities: self-signed pairs, requests, a company's CA, renewals.
 *
 * A face fills a making (a wish), asks app_making_check() what speaks against it as often as it
 * likes, has the key made, and gets a plan that it shows and carries out like any other:
 *
 *   making_init() … app_making_check() … app_key_start() → app_plan_make() → app_apply() → making_done()
 *
 * For a renewal with the same key, app_key_open() takes the place of making one.
 */
#ifndef CERTARY_APP_MAKING_H
#define CERTARY_APP_MAKING_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "base/loop.h"
#include "pki/advice.h"
#include "pki/privkey.h"
#include "pki/profile.h"
#include "pki/subject.h"
#include "store/identity.h"

/* By which route a certificate is come by; a row each in src/app/making.c. */
enum route {
	ROUTE_SELF_SIGNED,
	ROUTE_REQUEST, /* a company's CA or a purchased certificate answers it */
	ROUTE_CA,      /* be the company's CA */
	ROUTE_COUNT
};

struct route_row {
	const char *name;  /* "self-signed" */
	const char *label; /* "Self-signed certificate" */
	const char *cost;  /* what it costs, a sentence */
	const char *key;   /* of the keyboard */
};
const struct route_row *route_row(enum route route);

/* All of it belongs to the making; texts are as typed. */
struct making {
	enum route route;
	char *name;
	struct subject subject;
	const struct profile *profile;   /* of a request: what it asks for */
	const struct privkey_kind *kind; /* of the key */
	unsigned days;                   /* not of a request */
	char *passphrase;                /* seals the key; NULL: whoever reads the file has it; wiped */
	char *note, *ticket;             /* NULL: none */
	/* Of a CA. */
	int path_len;           /* -1: no limit */
	char **permitted, **excluded; /* name constraints; end with NULL; may be NULL */
	/* A renewal with the same key: the id of the identity that it is for. */
	bool same_key;
	struct fingerprint id;
};

/* Begins as the settings say: key, days, subject. */
void making_init(const struct app *app, enum route route, struct making *making);
void making_done(struct making *making);
void making_set(char **text, const char *value); /* replace one of its texts; "" is NULL; wipes */

/* The same names and purposes as an identity has, for its renewal; advice says what can't be kept. */
bool making_renew(const struct identity *identity, struct making *making, struct advice *advice,
	struct error *err);

/*
 * Everything that speaks against it or that its maker should know, before there is a key: names,
 * days, policy, a name that another identity has.  Rows are appended.  app_plan_make() completes the
 * names as it is told here.
 */
void app_making_check(struct app *app, const struct making *making, struct advice *advice);

/* --- keys -------------------------------------------------------------------------------------- */

struct new_key {
	struct privkey *key;
	struct buf pem; /* for its file: sealed or not; empty for one that has its file already */
};
void new_key_done(struct new_key *key); /* wiped */

/* Make a key and the bytes of its file.  It may take seconds: a console does it beside its loop. */
bool app_key_make(const struct privkey_kind *kind, const char *passphrase, struct new_key *out,
	struct error *err);

/* done() gets the key, which becomes its own, or an error. */
struct key_job;
typedef void key_done_fn(void *ctx, struct new_key *take, const struct error *err);
struct key_job *app_key_start(struct loop *loop, const struct privkey_kind *kind,
	const char *passphrase, key_done_fn *done, void *ctx, struct error *err);
void app_key_cancel(struct key_job *job); /* done() is not called */

/*
 * Open an identity's key.  ERROR_SECRET where it wants a passphrase, or another one.  Without a passphrase
 * it takes no time; with one, as much as the file demands: a console does that beside its loop.
 */
bool app_key_open(struct app *app, const struct identity *identity, const char *passphrase,
	struct new_key *out, struct error *err);
struct key_job *app_key_open_start(struct app *app, struct loop *loop,
	const struct identity *identity, const char *passphrase, key_done_fn *done, void *ctx,
	struct error *err);

/* --- what becomes of it ------------------------------------------------------------------------ */

/* What was made, as people see it. */
struct made {
	struct fingerprint id;
	struct cert *cert;       /* NULL where a request was made */
	struct request *request; /* NULL otherwise */
	struct buf pem;          /* of either, ready to paste */
};
void made_done(struct made *made);

/* Sign, and plan the files: key, record and certificate or request are one change. */
bool app_plan_make(struct app *app, struct making *making, const struct new_key *key,
	struct plan *plan, struct made *out, struct error *err);

/* A row that keeps its certificate as trusted, for the offer that follows a self-signed pair. */
bool app_plan_trust_made(struct app *app, const struct made *made, const char *name,
	struct plan *plan, struct error *err);

#endif

/*
 * Deployment: one decision reaches every consumer, or none.
 *
 *	deploy_prepare()  looks at each target, and computes what its files will be; nothing is written
 *	deploy_carry_out()
 *	   1  the record of what will be touched is kept (hooks->keep), durable
 *	   2  every new content is written beside the file that it replaces
 *	   3  what is there is kept beside, and the new takes its place, file by file
 *	   4  the tools of the targets that have one are run, and every target is read back
 *	   5  the record says "done", then what was kept beside goes, then the record (hooks->drop)
 *	   or, where anything fails: all is put back, the tools run again, and the record goes; but where
 *	      it may say "done" and can't be changed any more, all stays as 4 left it
 *	deploy_recover()  after a crash: before 5 all is put back, from 5 on it is finished
 *
 * So each target is wholly new or wholly old, and the plan says which.  The caller keeps the record in
 * its store, because this layer writes to consumers only, and lets one deployment run at a time.
 */
#ifndef CERTARY_DEPLOY_DEPLOY_H
#define CERTARY_DEPLOY_DEPLOY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "deploy/plan.h"
#include "deploy/target.h"
#include "pki/fingerprint.h"

/* A certificate that consumers are to trust, or to refuse. */
struct anchor {
	struct fingerprint print;
	const char *name;   /* safe text */
	const uint8_t *der;
	size_t len;
};

struct anchors {
	const struct anchor *items; /* none twice; in the order of their names */
	size_t count;
};

/* A key with its certificate and what is sent with it, for a target that is a server's. */
struct key_pair {
	const struct buf *key;      /* PEM, plain: secret; NULL: sealed, and only certificates are planned */
	const struct anchor *chain; /* the certificate of the key first */
	size_t count;
	bool incomplete;            /* the chain ends at something whose issuer nobody here trusts */
};

/* One target with what the caller found out for it. */
struct order {
	const struct target *target;
	const char *password;    /* of its truststore; NULL: the usual one */
	const struct key_pair *pair; /* of server-pair, else NULL */
	const char *trouble;     /* why the caller couldn't find out what the target needs; NULL: it did */
};

struct demand {
	const struct order *orders;
	size_t count;
	struct anchors trusted, blocked;
	struct anchors system; /* the system's own that the store doesn't hold, for targets that want them */
	int64_t now;
	bool empty_is_meant; /* somebody said that a target may end without any certificate */
};

/*
 * ERROR only where nothing can be said at all; a target that isn't available is told in its plan.
 * The demand is needed until the plan was carried out.
 */
bool deploy_prepare(const struct demand *demand, struct deploy_plan *out, struct error *err);

struct deploy_hooks {
	void *ctx;
	/* Durable.  Where it fails, *unsure says that what was kept before may be gone; else that still counts. */
	bool (*keep)(void *ctx, const char *record, size_t len, bool *unsure, struct error *err);
	bool (*drop)(void *ctx, struct error *err);
	void (*progress)(void *ctx, const char *what); /* a line; NULL: nobody looks */
};

/* False where all was put back, or is stuck, or left to the next start: the outcomes of the plan say
 * which, err why. */
bool deploy_carry_out(const struct demand *demand, struct deploy_plan *plan,
	const struct deploy_hooks *hooks, struct error *err);

/*
 * The folders that a plan writes to, NULL behind the last.  Where another program takes part in it, which
 * would stand behind the same walls and writes who knows where, and no runner starts it outside of them: NULL.
 */
char **deploy_folders(const struct demand *demand, const struct deploy_plan *plan);
void deploy_folders_free(char **folders);

/*
 * Is this one of the programs that targets need, where they usually are, in the words that are said to it here?
 * And is that all of its environment?
 */
bool deploy_is_tool(const char *const *argv);
bool deploy_env_is_ours(const char *const *env);

/*
 * Walls around such a program, for the process that is to start it: it writes to no more than the one folder
 * that it was given to write to.  The tools of the system itself have none.
 */
void deploy_confine_tool(const char *const *argv);

/* Run a target's own command, if it has one; ERROR_FAILED with its last line where it fails. */
bool deploy_reload(const struct target *target, struct error *err);

/* Remove what somebody left who was killed while a tool worked on a copy: a database may hold keys. */
void deploy_sweep(void);

/*
 * Finish or put back what a record tells of.  targets are those of the store, for the tools that must
 * run again.  What was done goes to `told`, a sentence in each line.  The caller drops the record where
 * this is true.
 */
bool deploy_recover(const char *record, size_t len, const struct targets *targets, struct buf *told,
	struct error *err);

/*
 * What consumers will make of an anchor: "curl, Go and Java will accept it; Python, Node, libpq and
 * MariaDB will not: they want its root."  A sentence in each line, about those that read the kinds given
 * (NULL: about all that were measured).  Nothing is appended where all of them take it.
 */
enum anchor_shape {
	ANCHOR_ROOT,         /* a CA that signed itself */
	ANCHOR_INTERMEDIATE, /* a CA that another one signed */
	ANCHOR_SELF_SIGNED,  /* no CA, signed by its own key */
	ANCHOR_LEAF,         /* no CA, signed by one */
};
void deploy_acceptance(enum anchor_shape shape, bool expired, const struct target_kind *const *kinds,
	size_t count, struct buf *out);

#endif

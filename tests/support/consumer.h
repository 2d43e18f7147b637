/*
 * Consumers for tests of deployments: a folder, certificates to be trusted or blocked, targets in that
 * folder, and a keeper of the record.
 *
 * As fixture: cmocka_unit_test_setup_teardown(test, consumer_setup, consumer_teardown); `*state` is then
 * the struct consumer.  Whatever can't be prepared fails the test.
 */
#ifndef CERTARY_TESTS_CONSUMER_H
#define CERTARY_TESTS_CONSUMER_H

#include "deploy/deploy.h"
#include "support/tmp.h"

#define CONSUMER_MOST 16

struct consumer {
	struct tmp *tmp;
	struct anchor trusted[CONSUMER_MOST], blocked[CONSUMER_MOST], system[CONSUMER_MOST];
	struct targets targets;
	struct order orders[CONSUMER_MOST];
	struct demand demand;
	struct deploy_plan plan;
	struct buf record; /* as it was kept last; empty after it was dropped */
	size_t keeps;
	size_t keep_fails;  /* the so-manieth keep fails; 0: none */
	bool keep_fails_on; /* and so do all after it */
	bool keep_refuses;  /* they fail before the record is another */
	void (*watch)(struct consumer *c, const char *what); /* the progress; NULL */
	struct error err;
	void *made[3 * CONSUMER_MOST]; /* private */
	size_t made_count;
};

int consumer_setup(void **state);
int consumer_teardown(void **state);

/* A new self-signed CA of this subject, called `name`; the anchor is the consumer's. */
struct anchor *consumer_trust(struct consumer *c, const char *name, const char *cn);
struct anchor *consumer_block(struct consumer *c, const char *name, const char *cn);
struct anchor *consumer_system(struct consumer *c, const char *name, const char *cn);

/* Trust it no longer. */
void consumer_drop(struct consumer *c, const struct anchor *anchor);

/* A target of this kind at a path below the folder (NULL: none). */
struct target *consumer_target(struct consumer *c, const char *kind, const char *path);

/* Plan anew; and carry out. */
const struct deploy_target_plan *consumer_plan(struct consumer *c);
bool consumer_deploy(struct consumer *c); /* of the plan that there is */

/* Plan and carry out, which must succeed and leave nothing behind. */
const struct deploy_target_plan *consumer_run(struct consumer *c);

/*
 * Carry out in a child that dies where it would say something that begins so ("reading back:"); the
 * record is the consumer's.  Then consumer_recover(), which must succeed and leave nothing behind.
 */
void consumer_crash(struct consumer *c, const char *at);
void consumer_recover(struct consumer *c);

/* Files that a deployment leaves beside others when it is interrupted, anywhere below the folder. */
size_t consumer_leftovers(struct consumer *c);

/* "2 added, 1 replaced, 0 removed, 3 kept, 4 theirs" of a target's plan; the caller frees. */
char *consumer_tally(const struct deploy_target_plan *plan);

/* Put an anchor's PEM, with this text before it, into a file of the folder. */
void consumer_pem(struct consumer *c, const char *path, const char *before, const struct anchor *anchor);

#endif

/*
 * What the files of the verb `deploy` share: what is collected for a plan, and receipts.
 */
#ifndef CERTARY_SRC_APP_DEPLOYING_H
#define CERTARY_SRC_APP_DEPLOYING_H

#include "app/deploy.h"
#include "app/identity.h"

/* Certificates with their bytes: an `anchors` of which all is ours. */
struct collection {
	struct anchor *items; /* by name */
	size_t count, cap;
};

/* What one target wants besides. */
struct extras {
	struct buf password, key; /* secret */
	struct key_pair pair;
	struct collection chain;
	char *trouble; /* why it can't be used; NULL */
};

/*
 * What is to be at a target, as a digest: of the store's decisions, and of a server's target of its
 * identity's certificates.
 */
struct decisions {
	char trusted[FINGERPRINT_HEX]; /* names and fingerprints of what is trusted */
	char all[FINGERPRINT_HEX];     /* and of what is blocked */
	char system[FINGERPRINT_HEX];  /* of what is trusted, and which of the system's own stay out */
	size_t count;                  /* trusted */
};

struct deployment_parts {
	struct targets targets; /* all that are saved */
	struct identities identities; /* read where a target wants one */
	bool has_identities;
	bool sealed; /* a key was left closed, because it was only looked at */
	struct order *orders;
	struct extras *extras; /* one for each order */
	struct collection trusted, blocked, system;
	struct system_anchors *anchors; /* all of the system's; NULL: nobody wants them */
	struct decisions decisions; /* as they were collected */
	uint64_t generation;        /* of the store, then */
	struct demand demand;
};

/* deploy-collect.c: everything that the plan is made of; deployment_parts_free() it either way. */
bool deploy_collect(struct app *app, const struct deploy_wish *wish, struct deployment_parts *out,
	struct error *err);
void deployment_parts_free(struct deployment_parts *parts);

/* deploy-digest.c; the system's anchors may be NULL where no target wants them. */
struct system_anchors;
void decisions_of(struct app *app, const struct system_anchors *anchors, struct decisions *out);
/* The same of what was collected, for `parts` to keep. */
void decisions_collected(struct app *app, struct deployment_parts *parts);
bool decisions_are_same(const struct decisions *a, const struct decisions *b);
bool digest_of(const struct target *target, const struct decisions *decisions,
	const struct identities *identities, char out[FINGERPRINT_HEX]);

/* deploy-collect.c */
const struct identity *identity_of_target(const struct identities *all, const struct target *target,
	struct error *err);

/* deploy-receipt.c: rows for what was deployed. */
bool receipts_plan(struct app *app, const struct deployment *deployment, struct plan *plan,
	struct error *err);

/* deploy-service.c: the units of services that are known by name, into the plan. */
void deploy_name_units(struct deployment *deployment);

#endif

/*
 * Between the child that looks around (setup-find.c) and what is made of it (setup-found.c).
 */
#ifndef CERTARY_SRC_APP_SETTING_UP_H
#define CERTARY_SRC_APP_SETTING_UP_H

#include "app/haul.h"
#include "app/setup.h"

/* Records beside those of a haul, whose types are small. */
enum setup_record {
	SETUP_SOURCE = 100, /* a byte of enum source_flags, path, words: the certificates behind it */
	SETUP_ENDPOINT,     /* a byte, place, purpose, where */
	SETUP_TARGET,       /* a byte, name, kind, path, service, words */
	SETUP_HOST,         /* a name */
};

enum setup_flags {
	SETUP_PROPOSED = 1,
	SETUP_NAMED = 2,
	SETUP_SYSTEM = 4,
	SETUP_JAVA = 8, /* what came with the runtime is to be left out */
	SETUP_PAIR = 16,
	SETUP_PRESENTED = 32,
};

/* What the child is asked. */
struct looking {
	struct setup_wish wish; /* borrows its texts */
	struct reading reading; /* limits */
	int root;
};

job_fn setup_look; /* its argument is a struct looking */

/* setup-found.c: is it among the system's anchors that were found? */
bool setup_in_bundle(const struct setup_found *found, const struct fingerprint *print);

/* setup.c: the main name of this host; borrowed. */
const char *setup_host(const struct answers *answers, const struct setup_found *found);

/* setup-places.c: rows for what isn't saved yet. */
bool setup_plan_endpoints(struct app *app, const struct answers *answers,
	const struct setup_found *found, struct setup_plan *out, struct error *err);
bool setup_plan_targets(struct app *app, const struct answers *answers, const struct setup_found *found,
	struct setup_plan *out, struct error *err);

/* Is it among those of the store?  A word that is no service, or no target, isn't. */
struct endpoints;
struct targets;
bool setup_is_watched(const struct endpoints *all, const char *place);
bool setup_is_fed(const struct targets *all, const char *word);

/* setup-config.c: what configurations without a reader of their own say. */
struct config_word {
	const char *text;  /* of the thing, not safe */
	const char *purpose, *file; /* file: below the root */
	unsigned line;
	bool proposed;
};
typedef void config_word_fn(void *ctx, const struct config_word *word);
/* ask: a mail relay that is a domain is looked up, which takes some seconds where nobody answers. */
void setup_configs(int root, bool ask, config_word_fn *endpoint, config_word_fn *authority, void *ctx);

#endif

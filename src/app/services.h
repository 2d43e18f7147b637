/*
 * The saved services with the chain that each presented last, judged without the network: by the
 * store as it is, or as it would be.
 */
#ifndef CERTARY_SRC_APP_SERVICES_H
#define CERTARY_SRC_APP_SERVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/app.h"
#include "app/source.h"
#include "base/set.h"
#include "check/endpoint.h"
#include "check/outcome.h"
#include "store/history.h"

struct service {
	const struct endpoint *endpoint;
	char *place;
	struct sighting last; /* without a chain where it never presented any */
	int known;            /* private: see service_is_green() */
};

struct services {
	struct app *app;
	struct endpoints endpoints;
	struct service *items;
	size_t count;
	size_t unseen; /* never presented a chain */
	int64_t now;   /* what they are judged for */
};

/* Life: `struct services s = {0}`, services_read() … services_done(), either way. */
bool services_read(struct app *app, struct services *out, struct error *err);
void services_done(struct services *services);

/* When its certificates end soon: its own thresholds, or the settings'.  check.c */
struct thresholds endpoint_thresholds(struct app *app, const struct endpoint *endpoint);

/* The name that must stand in its certificate. */
const char *endpoint_host(const struct endpoint *endpoint);

/* Judge what it presented last, at a time (0: now), and as if these were held so; judgement_done() it. */
void service_judge(const struct services *services, const struct service *service,
	const struct pretence *items, size_t count, int64_t at, struct judgement *out);

/*
 * What a check would warn of though it is trusted by this path, as far as is known without asking it: a
 * few words, or NULL.  The caller frees.
 */
char *service_warning(const struct services *services, const struct service *service,
	const struct judge_path *path);

/* Trusted by the store as it is, now?  Judged once. */
bool service_is_green(struct services *services, struct service *service);

/*
 * Whom may it touch that these certificates are held otherwise?  Chains that have one of them, or need
 * an issuer of such a name, or of the name of anything in the store that has been issued by such.
 */
struct reach {
	const struct pretence *items;
	size_t count;
	/* The rest is private. */
	struct set issuers;
	const char **names; /* the same, in the order in which they came in */
	size_t name_count, name_cap;
};
void reach_init(struct store *store, const struct pretence *items, size_t count, struct reach *out);
bool reach_touches(const struct reach *reach, const struct service *service);
void reach_done(struct reach *reach);

#endif

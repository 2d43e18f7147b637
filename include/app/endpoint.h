/*
 * Saved services: the file `endpoints` of the store, read and changed.
 */
#ifndef CERTARY_APP_ENDPOINT_H
#define CERTARY_APP_ENDPOINT_H

#include <stdbool.h>

#include "app/app.h"
#include "app/probe.h"
#include "check/endpoint.h"

/* All of them, as the file has them.  An error names the file and the line that is off. */
bool app_endpoints(struct app *app, struct endpoints *out, struct error *err);

/* By name; where nobody bears it, by "host:port".  ERROR_NOT_FOUND for none or several. */
bool app_endpoint_find(const struct endpoints *all, const char *text, const struct endpoint **out,
	struct error *err);

/* All that are called so, in the same way, for which `wanted` gets true; without names all of them. */
bool endpoints_choose(const struct endpoints *all, const char *const *names, size_t count,
	bool *wanted, struct error *err);

/*
 * Save one, instead of the one of its name; without a name it is called "host:port".  `instead` is the
 * name that it had before, NULL where it had none.  ERROR_USAGE where its words are none of a host.
 */
bool app_plan_endpoint(struct app *app, const struct endpoint *endpoint, const char *instead,
	struct plan *plan, struct error *err);
bool app_plan_endpoint_remove(struct app *app, const struct endpoint *endpoint, struct plan *plan,
	struct error *err);

/* It changes an endpoint or a runbook: what it has for a certificate is the hash of the name, for nobody to
 * see. */
bool plan_row_is_endpoint(const struct plan_row *row);

/* "ldap.example:636"; the caller frees. */
char *endpoint_place(const struct endpoint *endpoint);

/* What a probe of it asks; the identity is for the caller to open.  probe_wish_done() it. */
void endpoint_wish(const struct endpoint *endpoint, struct probe_wish *out);

#endif

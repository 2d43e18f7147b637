/*
 * The file `endpoints`: the services that are called and the consumers that are fed.  The store keeps
 * its text, journals its changes and takes them back; what the text means, others know.
 */
#ifndef CERTARY_STORE_ENDPOINTS_H
#define CERTARY_STORE_ENDPOINTS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "store/plan.h"
#include "store/store.h"

#define ENDPOINTS_FILE "endpoints"
#define ENDPOINTS_MOST (1u << 20) /* bytes; thousands of services */

/* Append the text; base gets the SHA-256 of the file, "" where there is none, which is no error. */
bool store_read_endpoints(const struct store *store, struct buf *out, char base[FINGERPRINT_HEX],
	struct error *err);

/* May commands that stand in it be run with the caller's rights?  Not where others may write to it. */
bool store_may_run_commands(const struct store *store, struct error *err);

/* Replace the text that base stands for; name is the endpoint or target that changes. */
void plan_endpoints(struct plan *plan, const char *name, const char *was, const char *now,
	const struct buf *text, const char *base);

#endif

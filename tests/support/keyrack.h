/*
 * Identities in a depot, with real keys.
 *
 * Those of slot 0 to 3 have the key notary_key("ec256", slot) and the name "id-<slot>".  Names of files
 * are relative to the store, and kept as long as the depot.  Whatever can't be done fails the test.
 */
#ifndef CERTARY_TESTS_KEYRACK_H
#define CERTARY_TESTS_KEYRACK_H

#include "store/identity.h"
#include "support/depot.h"
#include "support/notary.h"

/* "keys/<id>.pem", "identities/<id>.pem", and the same among the discarded. */
const char *keyrack_file(struct depot *d, int folder, size_t slot);
const char *keyrack_discarded(struct depot *d, int folder, size_t slot);

/* A plan's rows: a key and its record, with a CA's certificate of its own; or without a certificate. */
void keyrack_plan(struct plan *plan, size_t slot, bool with_cert);
void keyrack_make(struct depot *d, size_t slot);

/* The identity in what was read; NULL where it isn't there. */
const struct identity *keyrack_in(const struct identities *all, size_t slot);

/* Read all of them; identities_done() them. */
struct identities keyrack_read(struct depot *d);

/* Further rows for one that is there: another name, a request, what it issues to the next slot. */
void keyrack_plan_name(struct plan *plan, const struct identity *identity, const char *name);
void keyrack_plan_request(struct plan *plan, const struct identity *identity, size_t slot);
void keyrack_plan_issue(struct plan *plan, size_t slot, const char *name);

/* Something more of the identity in the slot, carried out; the file that came. */
const char *keyrack_request(struct depot *d, size_t slot);
const char *keyrack_issue(struct depot *d, size_t slot, const char *name);

#endif

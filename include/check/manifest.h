/*
 * Manifests: what a store holds, as another server says it.
 *
 * A manifest is what `certary list --json` prints, an array of entries, or the object that
 * `certary parity --manifest` writes:
 *
 *	{"host": "web1", "made": "2026-01-01T00:00:00Z", "entries": […],
 *	 "targets": [{"name": "java", "kind": "java", "path": "/…", "state": "current", "count": 2,
 *	              "certificates": ["<hex>", …]}]}
 *
 * `targets` may be missing: then nothing is known of them; so may all but the name of one.  What comes from elsewhere is foreign:
 * it is read value by value, so that no more of it is in memory than one of them, and refused as a
 * whole where something in it is off.  All texts of the record are safe text.
 */
#ifndef CERTARY_CHECK_MANIFEST_H
#define CERTARY_CHECK_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "pki/fingerprint.h"
#include "store/entry.h"

#define MANIFEST_MOST    (64u << 20) /* bytes: some hundred thousand certificates */
#define MANIFEST_ENTRIES 500000

struct manifest_entry {
	enum state state;
	struct fingerprint sha256;
	const char *name, *subject;
	const char *key;               /* "RSA 2048"; "" where it isn't said */
	int64_t not_before, not_after; /* seconds since 1970 */
};

/* A consumer that is fed from the store, and what is in it. */
struct manifest_target {
	const char *name, *kind, *path, *state; /* all but the name "" where they aren't said */
	int64_t held;              /* certificates in it; -1 where that isn't said */
	bool has_certs;            /* and which: where they are many, nobody says */
	struct fingerprint *certs; /* sorted */
	size_t count, cap;
};

struct manifest {
	const char *host; /* NULL: not said */
	const char *made; /* NULL: not said */
	struct manifest_entry *entries;
	size_t count, cap;
	struct manifest_target *targets;
	size_t target_count, target_cap;
	bool has_targets;
	struct arena texts; /* of all of it */
};

/* Life: `struct manifest m = {0}; manifest_read() … manifest_done()`, also where it says false. */
bool manifest_read(const char *bytes, size_t len, struct manifest *out, struct error *err);
void manifest_done(struct manifest *manifest);

/* For those who fill one themselves.  The texts of an entry are copied; a target's are, too. */
void manifest_add(struct manifest *manifest, const struct manifest_entry *entry);
struct manifest_target *manifest_add_target(struct manifest *manifest, const char *name,
	const char *kind, const char *path, const char *state);
void manifest_target_put(struct manifest_target *target, const struct fingerprint *cert);
void manifest_target_sort(struct manifest_target *target); /* behind the last one */

#endif

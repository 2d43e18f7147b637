/*
 * Many certificates, cheaply: a few of each kind are made, and each member is one of them with a
 * serial number and a name of its own.  Signatures don't hold, which no store asks for.
 *
 * Life: crowd_new() … crowd_free().  Member i is the same whenever it is asked for.
 */
#ifndef CERTARY_TESTS_CROWD_H
#define CERTARY_TESTS_CROWD_H

#include <stddef.h>
#include <stdint.h>

#include "support/depot.h"

struct crowd;

struct crowd *crowd_new(void);
void crowd_free(struct crowd *crowd);

/* Kept until the next call. */
const uint8_t *crowd_der(struct crowd *crowd, size_t i, size_t *len);
struct fingerprint crowd_fingerprint(struct crowd *crowd, size_t i);

/* Put its file there behind the store's back: with headers of many kinds, or as DER. */
void crowd_drop(struct crowd *crowd, struct depot *depot, const char *name, size_t i);

/* Members from `from` on, each as "<state>/m<number>.pem". */
void crowd_fill(
	struct crowd *crowd, struct depot *depot, enum state state, size_t from, size_t count);

#endif

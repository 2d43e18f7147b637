/*
 * Marks: the certificates that a verb acts on, any number of them.
 */
#ifndef CERTARY_SRC_CONSOLE_MARKS_H
#define CERTARY_SRC_CONSOLE_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/fingerprint.h"

struct marks {
	struct fingerprint *items;
	size_t count, cap;
	size_t *slots; /* where each stands in items, plus one; by its first bytes */
	size_t slot_count;
};

/* Life: zeroed … marks_done(). */
bool marks_has(const struct marks *marks, const struct fingerprint *cert);
void marks_add(struct marks *marks, const struct fingerprint *cert);    /* once */
void marks_remove(struct marks *marks, const struct fingerprint *cert); /* if it is there */
void marks_clear(struct marks *marks);
void marks_done(struct marks *marks);

#endif

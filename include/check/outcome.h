/*
 * What checking an endpoint came to, judged as monitoring judges: by what is left of the life of
 * whatever ends first in the chain, by share as well as by days, since lifetimes are falling.
 */
#ifndef CERTARY_CHECK_OUTCOME_H
#define CERTARY_CHECK_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/cert.h"

/* The worst first: what lists are sorted by. */
enum outcome_level {
	OUTCOME_CRITICAL,
	OUTCOME_WARNING,
	OUTCOME_OK,
	OUTCOME_COUNT
};
const char *outcome_name(enum outcome_level level); /* "critical" */

/* When certificates end soon; 0: not looked at. */
struct thresholds {
	int64_t days;
	int percent;
};

struct expiry {
	const struct cert_info *first; /* which ends first; NULL: there is none */
	int64_t when, days_left;
	int percent_left;
};

/* Of the certificates of a chain. */
void expiry_of(const struct cert_info *const *chain, size_t count, int64_t now, struct expiry *out);

/* Over or about to be, soon, or far away: a quarter of either threshold is critical. */
enum outcome_level expiry_level(const struct expiry *expiry, const struct thresholds *thresholds);

#endif

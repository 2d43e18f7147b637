/*
 * Two certificates side by side: the rows of pki/details.h, aligned, and what the pair has in common in
 * a sentence.  Either may be any certificate; all text is safe text.
 */
#ifndef CERTARY_PKI_COMPARE_H
#define CERTARY_PKI_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/cert.h"

/*
 * A field of either or both.  What may stand several times, as names do, is a set: a row for each
 * member, with both texts where both have it.
 */
struct compared {
	const char *section, *label; /* never empty; the rows of a field follow each other */
	const char *left, *right;    /* NULL: not there */
	bool differs;
};

struct comparison {
	bool same; /* one certificate, byte by byte */
	bool same_key, same_subject, same_names;
	bool same_issuer; /* by name, and by key identifier where both have one */
	char *verdict;    /* a sentence */
	struct compared *items;
	size_t count, cap;
	size_t differing; /* how many rows differ */
	/* The rest is private. */
	struct compare_side *sides;
};

/* Life: `struct comparison c; compare_certs(…, &c); … comparison_done(&c)`. */
void compare_certs(const struct cert *left, const struct cert *right, int64_t now,
	struct comparison *out);
void comparison_done(struct comparison *comparison);

/* Are the alternative names the same, in whatever order? */
bool compare_names(const struct cert_info *a, const struct cert_info *b);

/* How many of those of `a` aren't among those of `b`; lost, which may be NULL, gets them: the caller
 * frees the array, the names are a's. */
size_t compare_names_lost(const struct cert_info *a, const struct cert_info *b, const char ***lost);

/* Does the issuer's name fit, and no key identifier say otherwise? */
bool compare_issuers(const struct cert_info *a, const struct cert_info *b);

#endif

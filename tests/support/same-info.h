/* Two records, member by member; NULL isn't "". */
#ifndef CERTARY_TESTS_SAME_INFO_H
#define CERTARY_TESTS_SAME_INFO_H

#include <stdbool.h>
#include <string.h>

#include "pki/cert.h"

static inline bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static inline bool same_sans(const struct cert_info *a, const struct cert_info *b)
{
	if (a->san_count != b->san_count || a->sans_len != b->sans_len || !a->sans != !b->sans)
		return false;
	return !a->sans || memcmp(a->sans, b->sans, a->sans_len) == 0;
}

static inline bool same_numbers(const struct cert_info *a, const struct cert_info *b)
{
	return a->not_before == b->not_before && a->not_after == b->not_after &&
	       a->version == b->version && a->ca == b->ca && a->path_len == b->path_len &&
	       a->self_signed == b->self_signed && a->key_bits == b->key_bits &&
	       fingerprint_compare(&a->sha256, &b->sha256) == 0 &&
	       memcmp(a->sha1, b->sha1, sizeof a->sha1) == 0 &&
	       memcmp(a->spki, b->spki, sizeof a->spki) == 0;
}

static inline bool same_info(const struct cert_info *a, const struct cert_info *b)
{
	return same_numbers(a, b) && same_sans(a, b) && same_text(a->subject, b->subject) &&
	       same_text(a->issuer, b->issuer) && same_text(a->cn, b->cn) &&
	       same_text(a->org, b->org) && same_text(a->unit, b->unit) &&
	       same_text(a->serial, b->serial) && same_text(a->signature, b->signature) &&
	       same_text(a->key_algorithm, b->key_algorithm) && same_text(a->key_id, b->key_id) &&
	       same_text(a->issuer_key_id, b->issuer_key_id);
}

#endif

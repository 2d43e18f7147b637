/*
 * Inside belong(): groups are found, each gets its chain, then all of it is put into words.
 */
#ifndef CERTARY_SRC_PKI_BELONGING_H
#define CERTARY_SRC_PKI_BELONGING_H

#include "base/set.h"
#include "pki/belong.h"

struct sorting {
	const struct belong_parts *parts;
	struct belonging *out;
	size_t cap;          /* of the groups */
	struct set keys;     /* digits of a public key -> number of its group, from 1 */
	struct set subjects; /* -> number of the first certificate with it, from 1 */
	size_t *next;        /* of each certificate: another one with its subject, or BELONG_NONE */
};

/* belong-chain.c: fills chain, rooted, missing, and the roles of what stands in it or beside it. */
void chain_find(struct sorting *sorting, struct belong_group *group);

/* belong-words.c: the advice. */
void belong_words(struct sorting *sorting);

#endif

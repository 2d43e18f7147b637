/*
 * Which files belong together: keys, requests and certificates in any order, as a CA hands them
 * out or somebody left them.
 *
 * Keys, requests and certificates of one public key make a group; above its certificate stands the
 * chain, put in order whatever order it came in, completed from what the caller holds.  A pure
 * function as pki/judge.h is: nothing is read, the time is an input.  It takes a time that grows
 * with the number of certificates; of those that may stand in one chain JUDGE_PRESENTED are looked
 * at.
 *
 * Nothing is judged here: whether a chain is trusted, and for what, says judge().
 *
 * Life: `struct belonging b; belong(&parts, &b); … belonging_done(&b);`  The parts are borrowed and
 * must outlive it.
 */
#ifndef CERTARY_PKI_BELONG_H
#define CERTARY_PKI_BELONG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/advice.h"
#include "pki/cert.h"
#include "pki/judge.h"
#include "pki/privkey.h"
#include "pki/request.h"

struct belong_parts {
	const struct privkey_info *const *keys;
	const struct request_info *const *requests;
	const struct cert *const *certs;
	size_t key_count, request_count, cert_count;
	int64_t now;
	const struct judge_source *source; /* who else might be above them; NULL: nobody */
};

#define BELONG_NONE SIZE_MAX

/* What became of each certificate. */
enum belong_role {
	BELONG_STRANGER,  /* has to do with none of the others */
	BELONG_LEAF,      /* of a group */
	BELONG_ABOVE,     /* in a chain */
	BELONG_OTHER_WAY, /* in another chain of a group: cross-signed, or an issuer's older one */
	BELONG_OLDER,     /* for the same key as a leaf, which is the better one */
	BELONG_DUPLICATE, /* the same as one before it */
};

struct belong_step {
	const struct cert *cert;
	size_t at; /* its number among the parts; BELONG_NONE: it came from the source */
	enum standing standing; /* as the source says */
};

struct belong_missing {      /* the issuer of the last in the chain, which is nowhere */
	const char *subject; /* RFC 4514; NULL: none is missing */
	const char *key_id;  /* or NULL */
	char *url;           /* where its subject says that it can be fetched; or NULL; safe text */
};

struct belong_group {
	size_t key, request, leaf; /* their numbers among the parts; BELONG_NONE: not there */
	struct belong_step *chain; /* from the leaf upwards; the root last where it is known */
	size_t chain_count;        /* 0 without a leaf */
	bool rooted;               /* the last one is self-signed */
	struct belong_missing missing;
	struct advice advice;
	struct judge_pool *pool; /* keeps what the source gave */
};

struct belonging {
	struct belong_group *groups; /* those with most of key, certificate, request first */
	size_t group_count;
	enum belong_role *roles; /* one for each certificate of the parts */
	struct advice advice;    /* about all: strangers, duplicates, a key that changed */
};

void belong(const struct belong_parts *parts, struct belonging *out);
void belonging_done(struct belonging *belonging);

#endif

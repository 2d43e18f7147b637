/*
 * Parts of identities, as they came out of files.
 */
#ifndef CERTARY_SRC_APP_PARTS_H
#define CERTARY_SRC_APP_PARTS_H

#include "app/identity.h"
#include "codec/keyring.h"
#include "pki/belong.h"

struct part {
	struct keyring_item item; /* keys, certificates, requests and problems; owned */
	char *file;               /* safe text */
	struct buf sealed;        /* a key's file, where app_parts_seal_start() has sealed it */
};

struct parts {
	struct part *items;
	size_t count, cap;
};

/* parts-belong.c: parts as pki/belong.h takes them; with an identity, its own parts come first. */
struct gathered {
	const struct privkey_info **keys;
	const struct request_info **requests;
	const struct cert **certs;
	size_t *key_parts, *request_parts; /* which part each is; SIZE_MAX: the identity's */
	struct belong_parts parts;
	struct judge_source source; /* the store, and behind it our own CAs */
	struct own_cas {
		struct judge_source store;
		struct identities all;
	} cas;
	struct privkey_info own;
	struct belonging belonging;
};
void gathered_init(struct app *app, const struct parts *parts, const struct identity *identity,
	struct gathered *out);
void gathered_done(struct gathered *gathered);

/* The group of an identity's key; NULL where there is none. */
const struct belong_group *gathered_group(const struct gathered *g, const struct identity *identity);

/* parts-plan.c: requests for its key that it hasn't got; how many are for it, those that it has included. */
size_t parts_plan_requests(const struct identity *identity, const struct parts *parts,
	struct plan *plan);

/* All that is for an identity that is there; found: whether anything is. */
bool parts_plan_attach(struct app *app, const struct identity *identity, const struct parts *parts,
	struct plan *plan, bool *found, struct error *err);

/* What is sent: the leaf first, whatever is held of it, and those above it that aren't blocked, without
 * the root.  The caller frees the array. */
const struct cert **group_sent(const struct belong_group *group, size_t *count);

#endif

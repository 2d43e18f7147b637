/*
 * Plans of what came out of files: new identities, and what is put on one that is there.
 */
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "app/making.h"
#include "app/parts.h"
#include "app/written.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/renew.h"

/* --- names --------------------------------------------------------------------------------- */

static bool is_taken(const struct identities *all, const char *name)
{
	for (size_t i = 0; i < all->live; i++)
		if (strcmp(identity_name(&all->items[i]), name) == 0)
			return true;
	return false;
}

/* "web.key.pem" out of "/etc/ssl/web.key.pem" */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash && slash[1] ? slash + 1 : path;
}

static char *propose(const struct part *key, const struct cert *leaf)
{
	if (key->item.label && *key->item.label)
		return mem_text(key->item.label);
	return leaf ? cert_proposed_name(cert_info(leaf)) : mem_text(base_name(key->file));
}

/* By one that the same plan makes. */
static bool is_planned(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->rows[i].dst.state == FOLDER_IDENTITIES &&
			strcmp(plan->rows[i].name, name) == 0)
			return true;
	return false;
}

static char *free_name(const struct identities *all, const struct plan *plan, char *take)
{
	char *name = mem_text(take);
	for (unsigned n = 2; is_taken(all, name) || is_planned(plan, name); n++) {
		free(name);
		name = mem_format("%s (%u)", take, n);
	}
	free(take);
	return name;
}

/* --- what is put on one -------------------------------------------------------------------- */

static bool put_older(const struct identity *was, const struct cert *leaf, struct identity *now,
	struct error *err)
{
	size_t at = 0, chain, firsts[64], lengths[64], count = 0;
	const struct cert *own;
	bool ok = true;
	while (count < 64 && (own = identity_own(was, &at, &chain))) {
		bool same = fingerprint_compare(&cert_info(own)->sha256, &cert_info(leaf)->sha256) == 0;
		firsts[count] = at - chain - 1;
		lengths[count] = chain + 1;
		count += !same;
	}
	while (ok && count-- > 0)
		ok = identity_put(now, (const struct cert *const *)was->certs + firsts[count],
			lengths[count], err);
	return ok;
}

static bool same_certs(const struct identity *a, const struct identity *b)
{
	bool same = a->cert_count == b->cert_count;
	for (size_t i = 0; same && i < a->cert_count; i++)
		same = fingerprint_compare(&cert_info(a->certs[i])->sha256,
			       &cert_info(b->certs[i])->sha256) == 0;
	return same;
}

/* The request that waited is answered by this certificate. */
static void plan_answered(const struct identity *identity, const struct cert *leaf,
	struct plan *plan)
{
	char hex[FINGERPRINT_HEX];
	fingerprint_hex(&cert_info(leaf)->sha256, hex);
	for (size_t i = 0; i < identity->request_count; i++) {
		const struct identity_request *request = &identity->requests[i];
		struct headers headers = { 0 };
		if (headers_get(&request->record.headers, "Answered"))
			continue;
		headers_copy(&request->record.headers, &headers);
		headers_set(&headers, "Answered", hex);
		plan_request_edit(plan, identity, request, &headers, "pending", "answered");
		headers_done(&headers);
	}
}

static bool plan_certs(const struct identity *was, const struct belong_group *group,
	struct plan *plan, struct error *err)
{
	size_t count;
	struct identity now;
	const struct cert **sent = group_sent(group, &count);
	const struct cert *before = identity_cert(was);
	bool fresh = !before || fingerprint_compare(&cert_info(before)->sha256,
						&cert_info(sent[0])->sha256) != 0;
	identity_init(&now, &was->id);
	headers_copy(&was->record.headers, &now.record.headers);
	bool ok = put_older(was, sent[0], &now, err) && identity_put(&now, sent, count, err);
	if (ok && !same_certs(was, &now))
		plan_identity_edit(plan, was, &now, NULL,
			fresh ? "a new certificate" : "its chain");
	if (ok && fresh)
		plan_answered(was, sent[0], plan);
	identity_done(&now);
	free(sent);
	return ok;
}

static bool has_request(const struct identity *identity, const struct request *request)
{
	size_t len;
	struct fingerprint hash;
	const uint8_t *der = request_der(request, &len);
	fingerprint_of(der, len, &hash);
	for (size_t i = 0; i < identity->request_count; i++)
		if (fingerprint_compare(&identity->requests[i].sha256, &hash) == 0)
			return true;
	return false;
}

/* Requests for this key that it hasn't got; one that stands in the files twice comes once. */
static size_t plan_requests(const struct identity *identity, const struct parts *parts,
	struct plan *plan)
{
	size_t count = 0;
	for (size_t i = 0; i < parts->count; i++) {
		const struct keyring_item *item = &parts->items[i].item;
		size_t len;
		struct headers headers = { 0 };
		struct fingerprint hash;
		if (item->kind != KEYRING_REQUEST ||
			memcmp(request_info(item->request)->spki, identity->id.bytes,
				FINGERPRINT_SIZE) != 0)
			continue;
		const uint8_t *der = request_der(item->request, &len);
		fingerprint_of(der, len, &hash);
		count++;
		if (has_request(identity, item->request) || plan_has(plan, &hash))
			continue;
		written_headers(&headers, parts->items[i].file);
		plan_request_create(plan, identity, &headers, der, len);
		headers_done(&headers);
	}
	return count;
}

static const struct belong_group *group_of(const struct gathered *g, const struct identity *identity)
{
	for (size_t i = 0; i < g->belonging.group_count; i++) {
		const struct belong_group *group = &g->belonging.groups[i];
		if (group->key != BELONG_NONE && memcmp(g->keys[group->key]->spki, identity->id.bytes,
						 FINGERPRINT_SIZE) == 0)
			return group;
	}
	return NULL;
}

static bool is_sent(const struct belong_group *group, const struct cert_info *info)
{
	size_t count;
	bool found = false;
	const struct cert **sent = group_sent(group, &count);
	for (size_t i = 0; i < count && !found; i++)
		found = fingerprint_compare(&cert_info(sent[i])->sha256, &info->sha256) == 0;
	free(sent);
	return found;
}

/* The group also has what the identity had: do the files bring anything that is of use to it? */
static bool brings_any(const struct parts *parts, const struct identity *identity,
	const struct belong_group *group)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct keyring_item *item = &parts->items[i].item;
		if (item->kind != KEYRING_CERT)
			continue;
		const struct cert_info *info = cert_info(item->cert);
		if (memcmp(info->spki, identity->id.bytes, FINGERPRINT_SIZE) == 0 ||
			is_sent(group, info))
			return true;
	}
	return false;
}

bool app_plan_identity_attach(struct app *app, const struct identity *identity,
	struct parts *parts, struct plan *plan, struct error *err)
{
	struct gathered g;
	plan->op = "attach";
	gathered_init(app, parts, identity, &g);
	const struct belong_group *group = group_of(&g, identity);
	bool has_leaf = group && group->leaf != BELONG_NONE && brings_any(parts, identity, group);
	size_t requests = plan_requests(identity, parts, plan);
	bool ok = has_leaf ? plan_certs(identity, group, plan, err) :
		  requests ? true :
			     error_set(err, ERROR_FAILED, "%s: none of these certificates and requests "
				"is for its key", identity_name(identity));
	gathered_done(&g);
	return ok;
}

/* --- new ones ------------------------------------------------------------------------------ */

struct importing {
	struct app *app;
	const struct parts *parts;
	const struct gathered *g;
	const struct identities *all;
	const char *name, *passphrase;
	struct plan *plan;
};

static void describe(const struct importing *im, const struct part *key, const struct cert *leaf,
	struct identity *out)
{
	struct headers *headers = &out->record.headers;
	char *words = privkey_words(key->item.key);
	headers_set(headers, "Key", words);
	headers_set(headers, "Sealed", im->passphrase ? "yes" : "no");
	if (leaf) {
		struct advice unused = { 0 };
		headers_set(headers, "Profile", profile_of_cert(leaf, &unused)->name);
		advice_done(&unused);
	}
	written_headers(headers, key->file);
	free(words);
}

static bool write_key(const struct importing *im, const struct part *key, struct buf *out,
	struct error *err)
{
	return im->passphrase ? privkey_write_sealed(key->item.key, im->passphrase, out, err) :
				privkey_write_plain(key->item.key, out, err);
}

static bool plan_new(const struct importing *im, const struct belong_group *group, bool first,
	struct error *err)
{
	const struct part *key = &im->parts->items[im->g->key_parts[group->key]];
	size_t count;
	struct identity made;
	struct buf pem = { .secret = true };
	struct fingerprint id;
	const struct cert **sent = group_sent(group, &count);
	memcpy(id.bytes, privkey_info(key->item.key)->spki, sizeof id.bytes);
	identity_init(&made, &id);
	char *wish = first && im->name ? mem_text(im->name) : propose(key, count ? sent[0] : NULL);
	char *name = free_name(im->all, im->plan, wish);
	headers_set(&made.record.headers, "Name", name);
	describe(im, key, count ? sent[0] : NULL, &made);
	bool ok = (count == 0 || identity_put(&made, sent, count, err)) &&
		  write_key(im, key, &pem, err);
	if (ok) {
		plan_identity_create(im->plan, &made, &pem, "identity");
		plan_requests(&made, im->parts, im->plan);
	}
	buf_wipe(&pem);
	free(name);
	free(sent);
	identity_done(&made);
	return ok;
}

static bool import_group(struct importing *im, const struct belong_group *group, bool first,
	struct error *err)
{
	const struct identity *known = identities_of_key(im->all, im->g->keys[group->key]->spki);
	if (!known)
		return plan_new(im, group, first, err);
	plan_requests(known, im->parts, im->plan);
	return group->leaf == BELONG_NONE || plan_certs(known, group, im->plan, err);
}

static bool check_name(const struct importing *im, struct error *err)
{
	if (!im->name)
		return true;
	return !is_taken(im->all, im->name) ||
	       error_set(err, ERROR_FAILED, "another identity is called %s (choose another name)",
		       im->name);
}

bool app_plan_identity_import(struct app *app, struct parts *parts, const char *name,
	const char *passphrase, struct plan *plan, struct error *err)
{
	struct gathered g;
	struct identities all = { 0 };
	char *safe = name && *name ? text_typed(name) : NULL;
	plan->op = "import";
	if (!app_identities(app, &all, err)) {
		free(safe);
		return false;
	}
	gathered_init(app, parts, NULL, &g);
	struct importing im = { app, parts, &g, &all, safe, passphrase, plan };
	bool ok = check_name(&im, err), first = true;
	for (size_t i = 0; ok && i < g.belonging.group_count; i++) {
		const struct belong_group *group = &g.belonging.groups[i];
		if (group->key == BELONG_NONE)
			continue;
		ok = import_group(&im, group, first, err);
		first = false;
	}
	if (ok && first)
		ok = error_set(err, ERROR_FAILED, "there is no private key in it (certary import "
			"takes certificates, certary identity attach puts them on an identity)");
	gathered_done(&g);
	identities_done(&all);
	free(safe);
	return ok;
}

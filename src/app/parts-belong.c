#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "app/parts.h"
#include "app/source.h"
#include "base/lang.h"
#include "base/mem.h"

bool parts_has_key(const struct parts *parts)
{
	for (size_t i = 0; i < parts->count; i++)
		if (parts->items[i].item.kind == KEYRING_KEY)
			return true;
	return false;
}

bool parts_was_sealed(const struct parts *parts)
{
	for (size_t i = 0; i < parts->count; i++)
		if (parts->items[i].item.kind == KEYRING_KEY && parts->items[i].item.sealed)
			return true;
	return false;
}

static void add_key(struct gathered *g, const struct privkey_info *info, size_t part)
{
	g->key_parts[g->parts.key_count] = part;
	g->keys[g->parts.key_count++] = info;
}

static void add_request(struct gathered *g, const struct request *request, size_t part)
{
	g->request_parts[g->parts.request_count] = part;
	g->requests[g->parts.request_count++] = request_info(request);
}

static bool is_own(const struct identity *identity, const struct cert_info *info)
{
	return memcmp(info->spki, identity->id.bytes, FINGERPRINT_SIZE) == 0;
}

/* Is it one of the requests that still wait? */
static bool waits_with(const struct identity *identity, const struct request *request)
{
	size_t len;
	struct fingerprint hash;
	const uint8_t *der = request_der(request, &len);
	fingerprint_of(der, len, &hash);
	for (size_t i = 0; i < identity->request_count; i++) {
		const struct identity_request *own = &identity->requests[i];
		if (!headers_get(&own->record.headers, "Answered") &&
			fingerprint_compare(&own->sha256, &hash) == 0)
			return true;
	}
	return false;
}

static bool has_cert(const struct identity *identity, const struct cert_info *info)
{
	for (size_t i = 0; i < identity->cert_count; i++)
		if (fingerprint_compare(&cert_info(identity->certs[i])->sha256, &info->sha256) == 0)
			return true;
	return false;
}

/*
 * Is there a certificate for its key that it hasn't got?  Then that is wanted, however it compares with
 * those before it: CAs date back what they issue, and a self-signed one may have begun later.
 */
static bool brings_own(const struct parts *parts, const struct identity *identity)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct keyring_item *item = &parts->items[i].item;
		if (item->kind == KEYRING_CERT && is_own(identity, cert_info(item->cert)) &&
			!has_cert(identity, cert_info(item->cert)))
			return true;
	}
	return false;
}

/* A key that nobody opened: what it is called and whose it is. */
static void add_identity(struct gathered *g, const struct identity *identity, bool superseded)
{
	g->own = (struct privkey_info){ .algorithm = "key" };
	memcpy(g->own.spki, identity->id.bytes, FINGERPRINT_SIZE);
	fingerprint_hex(&identity->id, g->own.id);
	add_key(g, &g->own, SIZE_MAX);
	for (size_t i = 0; i < identity->request_count; i++)
		if (!headers_get(&identity->requests[i].record.headers, "Answered"))
			add_request(g, identity->requests[i].request, SIZE_MAX);
	for (size_t i = 0; i < identity->cert_count; i++)
		if (!superseded || !is_own(identity, cert_info(identity->certs[i])))
			g->certs[g->parts.cert_count++] = identity->certs[i];
}

/* What the identity has already isn't there twice: of its own parts these are the first. */
static bool is_known(const struct gathered *g, size_t certs, const struct identity *identity,
	const struct keyring_item *item)
{
	if (item->kind == KEYRING_REQUEST)
		return waits_with(identity, item->request);
	for (size_t i = 0; item->kind == KEYRING_CERT && i < certs; i++)
		if (fingerprint_compare(&cert_info(g->certs[i])->sha256,
			    &cert_info(item->cert)->sha256) == 0)
			return true;
	return false;
}

static void add_part(struct gathered *g, const struct keyring_item *item, size_t part)
{
	if (item->kind == KEYRING_KEY)
		add_key(g, privkey_info(item->key), part);
	else if (item->kind == KEYRING_REQUEST)
		add_request(g, item->request, part);
	else if (item->kind == KEYRING_CERT)
		g->certs[g->parts.cert_count++] = item->cert;
}

static enum standing standing_of(void *ctx, const struct fingerprint *print)
{
	const struct own_cas *cas = ctx;
	return cas->store.standing(cas->store.ctx, print);
}

static bool offer_copy(const struct cert *cert, struct judge_pool *pool)
{
	size_t len;
	struct cert *copy;
	const uint8_t *der = cert_der(cert, &len);
	return !cert_parse(der, len, &copy, NULL) || judge_offer(pool, copy, STANDING_STRANGER);
}

/* A CA of our own is known, trusted or not. */
static void find(void *ctx, const struct judge_wish *wish, struct judge_pool *pool)
{
	const struct own_cas *cas = ctx;
	cas->store.find(cas->store.ctx, wish, pool);
	for (size_t i = 0; i < cas->all.live; i++) {
		const struct identity *identity = &cas->all.items[i];
		if (!identity_is_ca(identity))
			continue;
		const struct cert_info *info = cert_info(identity_cert(identity));
		if (judge_fits(wish, info->subject, info->key_id) &&
			!judge_has(pool, &info->sha256) && !offer_copy(identity_cert(identity), pool))
			return;
	}
}

static void init_source(struct app *app, struct gathered *g)
{
	struct error ignored;
	g->cas.store = app_source(app);
	app_identities(app, &g->cas.all, &ignored);
	g->source = (struct judge_source){ .ctx = &g->cas, .standing = standing_of, .find = find };
	g->parts.source = app_store(app) ? &g->source : NULL;
}

void gathered_init(struct app *app, const struct parts *parts, const struct identity *identity,
	struct gathered *out)
{
	size_t most = parts->count + 1;
	if (identity)
		most += identity->request_count + identity->cert_count;
	*out = (struct gathered){ .keys = mem_new(most * sizeof(const struct privkey_info *)),
		.requests = mem_new(most * sizeof(const struct request_info *)),
		.certs = mem_new(most * sizeof(const struct cert *)),
		.key_parts = mem_new(most * sizeof *out->key_parts),
		.request_parts = mem_new(most * sizeof *out->request_parts) };
	if (identity)
		add_identity(out, identity, brings_own(parts, identity));
	size_t own = out->parts.cert_count;
	for (size_t i = 0; i < parts->count; i++)
		if (!identity || !is_known(out, own, identity, &parts->items[i].item))
			add_part(out, &parts->items[i].item, i);
	out->parts.keys = out->keys;
	out->parts.requests = out->requests;
	out->parts.certs = out->certs;
	out->parts.now = app_now();
	init_source(app, out);
	belong(&out->parts, &out->belonging);
}

void gathered_done(struct gathered *gathered)
{
	belonging_done(&gathered->belonging);
	identities_done(&gathered->cas.all);
	free(gathered->keys);
	free(gathered->requests);
	free(gathered->certs);
	free(gathered->key_parts);
	free(gathered->request_parts);
}

const struct belong_group *gathered_group(const struct gathered *g, const struct identity *identity)
{
	for (size_t i = 0; i < g->belonging.group_count; i++) {
		const struct belong_group *group = &g->belonging.groups[i];
		if (group->key != BELONG_NONE && memcmp(g->keys[group->key]->spki, identity->id.bytes,
						 FINGERPRINT_SIZE) == 0)
			return group;
	}
	return NULL;
}

const struct cert **group_sent(const struct belong_group *group, size_t *count)
{
	const struct cert **sent = mem_new((group->chain_count + 1) * sizeof(const struct cert *));
	*count = 0;
	for (size_t i = 0; i < group->chain_count; i++) {
		bool root = cert_info(group->chain[i].cert)->self_signed;
		if (i == 0 || (!root && group->chain[i].standing != STANDING_BLOCKED))
			sent[(*count)++] = group->chain[i].cert;
	}
	return sent;
}

/* --- advice -------------------------------------------------------------------------------- */

static bool is_said(const struct advice *advice, const char *text)
{
	for (size_t i = 0; i < advice->count; i++)
		if (strcmp(advice->items[i].text, text) == 0)
			return true;
	return false;
}

static void append(struct advice *out, const struct advice *from)
{
	for (size_t i = 0; i < from->count; i++)
		if (!is_said(out, from->items[i].text))
			advice_add(out, from->items[i].weight, from->items[i].code, "%s",
				from->items[i].text);
}

/* Whoever sends a chain is believed only where its root is trusted; so ask of here first. */
static void check_root(const struct belong_group *group, struct advice *out)
{
	if (group->chain_count == 0 || !group->rooted)
		return;
	const struct belong_step *root = &group->chain[group->chain_count - 1];
	if (root->standing != STANDING_TRUSTED)
		advice_add(out, ADVICE_WARNS, "root-untrusted",
			"%s, at the top of the chain, isn't trusted here.",
			cert_info(root->cert)->subject);
	else
		advice_add(out, ADVICE_TELLS, "root-trusted",
			"%s, at the top of the chain, is trusted here.",
			cert_info(root->cert)->subject);
}

static void check_problems(const struct parts *parts, struct advice *out)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct keyring_item *item = &parts->items[i].item;
		if (item->kind != KEYRING_PROBLEM)
			continue;
		advice_add(out, ADVICE_WARNS, "problem", "%s, %s: %s", parts->items[i].file,
			item->where ? item->where : "", item->why ? item->why : _("can't be read"));
	}
}

/* Of a group that has nothing to do with the identity it is enough to know that. */
static void leave_out(const struct gathered *g, const struct belong_group *group,
	const struct identity *identity, struct advice *out)
{
	bool cert = group->leaf != BELONG_NONE, request = group->request != BELONG_NONE;
	if (cert)
		advice_add(out, ADVICE_WARNS, "other-key",
			"%s isn't for the key of %s, and is left out.",
			cert_info(g->parts.certs[group->leaf])->subject, identity_name(identity));
	else if (request)
		advice_add(out, ADVICE_WARNS, "other-key",
			"The request of %s isn't for the key of %s, and is left out.",
			g->requests[group->request]->subject, identity_name(identity));
}

/* An identity has its key, and its requests where it needs them. */
static bool is_for_files(const struct advice_row *row)
{
	return strcmp(row->code, "request-missing") == 0 ||
	       strcmp(row->code, "certificate-missing") == 0;
}

static void check_own(const struct belong_group *group, struct advice *out)
{
	for (size_t i = 0; i < group->advice.count; i++) {
		const struct advice_row *row = &group->advice.items[i];
		if (!is_for_files(row) && !is_said(out, row->text))
			advice_add(out, row->weight, row->code, "%s", row->text);
	}
	if (group->leaf == BELONG_NONE)
		advice_add(out, ADVICE_TELLS, "certificate-missing",
			"The CA's answer isn't among them.");
	check_root(group, out);
}

void app_parts_check(struct app *app, const struct parts *parts, const struct identity *identity,
	struct advice *out)
{
	struct gathered g;
	gathered_init(app, parts, identity, &g);
	const struct belong_group *own = identity ? gathered_group(&g, identity) : NULL;
	if (own)
		check_own(own, out);
	for (size_t i = 0; i < g.belonging.group_count; i++) {
		const struct belong_group *group = &g.belonging.groups[i];
		if (identity && group != own)
			leave_out(&g, group, identity, out);
		if (identity)
			continue;
		append(out, &group->advice);
		check_root(group, out);
	}
	append(out, &g.belonging.advice);
	check_problems(parts, out);
	gathered_done(&g);
}

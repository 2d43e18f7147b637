/*
 * New identities out of files: one of each key that isn't here yet.
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
	char *label = mem_text(key->item.label ? key->item.label : "");
	text_trim(label);
	if (*label)
		return label;
	free(label);
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
	if (im->passphrase && key->sealed.len) {
		buf_add(out, key->sealed.data, key->sealed.len);
		return true;
	}
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
		parts_plan_requests(&made, im->parts, im->plan);
	}
	buf_wipe(&pem);
	free(name);
	free(sent);
	identity_done(&made);
	return ok;
}

/* A key that lies in the trash comes back from there. */
static bool check_trash(const struct importing *im, const uint8_t *spki, struct error *err)
{
	for (size_t i = im->all->live; i < im->all->count; i++)
		if (memcmp(im->all->items[i].id.bytes, spki, FINGERPRINT_SIZE) == 0)
			return error_set(err, ERROR_FAILED, "the key of %s is in the trash: restore it "
				"first", identity_name(&im->all->items[i]));
	return true;
}

/* Whoever gives a name means the first that is new. */
static bool import_group(struct importing *im, const struct belong_group *group, bool *named,
	struct error *err)
{
	const uint8_t *spki = im->g->keys[group->key]->spki;
	const struct identity *known = identities_of_key(im->all, spki);
	bool found, first = !*named;
	if (known)
		return parts_plan_attach(im->app, known, im->parts, im->plan, &found, err);
	*named = true;
	return check_trash(im, spki, err) && plan_new(im, group, first, err);
}

static bool check_name(const struct identities *all, const char *name, struct error *err)
{
	if (name && !name_is_short(name, err))
		return false;
	return !name || !is_taken(all, name) ||
	       error_set(err, ERROR_FAILED, "another identity is called %s (choose another name)",
		       name);
}

/* keytool can give a key another password than its file. */
static bool no_key(const struct parts *parts, struct error *err)
{
	for (size_t i = 0; i < parts->count; i++)
		if (parts->items[i].item.kind == KEYRING_PROBLEM && parts->items[i].item.sealed)
			return error_set(err, ERROR_FAILED, "the password opens the file but not its key, "
				"which has another one (keytool -keypasswd makes them the same)");
	return error_set(err, ERROR_FAILED, "there is no private key in it (certary import takes "
		"certificates, certary identity attach puts them on an identity)");
}

bool app_plan_identity_import(struct app *app, struct parts *parts, const char *name,
	const char *passphrase, struct plan *plan, struct error *err)
{
	struct gathered g;
	struct identities all = { 0 };
	plan->op = "import";
	if (!parts_has_key(parts))
		return no_key(parts, err);
	if (!app_identities(app, &all, err))
		return false;
	gathered_init(app, parts, NULL, &g);
	char *safe = text_typed(name ? name : "");
	struct importing im = { app, parts, &g, &all, *safe ? safe : NULL, passphrase, plan };
	bool ok = check_name(&all, im.name, err), named = false;
	for (size_t i = 0; ok && i < g.belonging.group_count; i++)
		ok = g.belonging.groups[i].key == BELONG_NONE ||
		     import_group(&im, &g.belonging.groups[i], &named, err);
	gathered_done(&g);
	identities_done(&all);
	free(safe);
	return ok;
}

/* --- for a face that asks ------------------------------------------------------------------ */

char *app_identity_proposed(struct app *app, const struct parts *parts)
{
	const struct plan empty = { 0 };
	struct gathered g;
	char *name = NULL;
	gathered_init(app, parts, NULL, &g);
	for (size_t i = 0; i < g.belonging.group_count && !name; i++) {
		const struct belong_group *group = &g.belonging.groups[i];
		if (group->key == BELONG_NONE ||
			identities_of_key(&g.cas.all, g.keys[group->key]->spki))
			continue;
		const struct cert *leaf = group->chain_count ? group->chain[0].cert : NULL;
		name = free_name(&g.cas.all, &empty,
			propose(&parts->items[g.key_parts[group->key]], leaf));
	}
	gathered_done(&g);
	return name;
}

bool app_identity_name_fits(struct app *app, const char *name, struct error *err)
{
	struct identities all = { 0 };
	char *safe = text_typed(name);
	bool ok = app_identities(app, &all, err) && check_name(&all, safe, err);
	identities_done(&all);
	free(safe);
	return ok;
}

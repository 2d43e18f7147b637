/* What a plan of a deployment is made of: certificates, passwords, keys. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "app/deploying.h"
#include "app/internal.h"
#include "app/making.h"
#include "app/source.h"
#include "base/crew.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"

#define PASSWORD_MOST 4096

/* --- certificates -------------------------------------------------------------------------------- */

static void put(struct collection *all, const char *name, const struct fingerprint *print,
	struct buf *take)
{
	size_t len = take->len;
	all->items = mem_grow(all->items, all->count, &all->cap, sizeof *all->items);
	all->items[all->count++] = (struct anchor){ .print = *print,
		.name = mem_text(name),
		.der = (const uint8_t *)buf_take(take),
		.len = len };
}

static void put_cert(struct collection *all, const char *name, const struct cert *cert)
{
	size_t len;
	struct buf der = { 0 };
	const uint8_t *bytes = cert_der(cert, &len);
	buf_add(&der, bytes, len);
	put(all, name, &cert_info(cert)->sha256, &der);
}

static void collection_done(struct collection *all)
{
	for (size_t i = 0; i < all->count; i++) {
		free((void *)(uintptr_t)all->items[i].name);
		free((void *)(uintptr_t)all->items[i].der);
	}
	free(all->items);
	*all = (struct collection){ 0 };
}

static int by_name(const void *a, const void *b)
{
	const struct anchor *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : fingerprint_compare(&x->print, &y->print);
}

static void sort(struct collection *all)
{
	if (all->count > 1)
		qsort(all->items, all->count, sizeof *all->items, by_name);
}

/* Entries whose files are read: a buffer each, empty where its file can't be read. */
struct reading {
	const struct store *store;
	struct entry *entries;
	struct buf *ders;
	size_t count, cap;
};

static void read_one(void *ctx, size_t i)
{
	struct reading *reading = ctx;
	struct error ignored;
	store_read_der(reading->store, &reading->entries[i], &reading->ders[i], &ignored);
}

static void find_decided(struct app *app, struct reading *out)
{
	uint32_t at = 0;
	struct entry entry;
	while (app_next(app, &at, &entry)) {
		if (entry.state != STATE_TRUSTED && entry.state != STATE_BLOCKED)
			continue;
		out->entries = mem_grow(out->entries, out->count, &out->cap, sizeof *out->entries);
		out->entries[out->count++] = entry;
	}
	out->ders = mem_new((out->count + 1) * sizeof *out->ders);
}

/* One that couldn't be read is asked once more, for the reason. */
static bool take_read(struct reading *reading, size_t i, struct deployment_parts *parts,
	struct error *err)
{
	const struct entry *entry = &reading->entries[i];
	struct buf *der = &reading->ders[i];
	if (der->len == 0 && !store_read_der(reading->store, entry, der, err))
		return false;
	put(entry->state == STATE_TRUSTED ? &parts->trusted : &parts->blocked, entry->name,
		&entry->info.sha256, der);
	return true;
}

/* Each file is read again: what goes to consumers is what is there now. */
static bool collect_store(struct app *app, struct deployment_parts *parts, struct error *err)
{
	struct reading reading = { .store = app_store(app) };
	bool ok = true;
	find_decided(app, &reading);
	crew_work(reading.count, read_one, &reading);
	for (size_t i = 0; ok && i < reading.count; i++)
		ok = take_read(&reading, i, parts, err);
	for (size_t i = 0; i < reading.count; i++)
		buf_done(&reading.ders[i]);
	free(reading.ders);
	free(reading.entries);
	sort(&parts->trusted);
	sort(&parts->blocked);
	return ok;
}

/*
 * Of those that the store holds it says itself what becomes of them: who made one untrusted, or trusts it
 * for one service, mustn't find it trusted for everything.
 */
static void collect_system(struct app *app, struct deployment_parts *parts)
{
	const struct cert *cert;
	struct entry entry;
	for (size_t i = 0; (cert = anchors_at(parts->anchors, i)); i++) {
		const struct cert_info *info = cert_info(cert);
		if (app_find(app, &info->sha256, &entry) && entry.state != STATE_TRASH)
			continue;
		char *name = cert_proposed_name(info);
		put_cert(&parts->system, name, cert);
		free(name);
	}
	sort(&parts->system);
}

/* --- passwords ----------------------------------------------------------------------------------- */

/* The first line of the file. */
static bool read_password(const struct target *target, struct buf *out, struct error *err)
{
	*out = (struct buf){ .secret = true };
	if (!target->password_file)
		return true;
	if (!fs_read(AT_FDCWD, target->password_file, FS_FOLLOW, PASSWORD_MOST, out, NULL, err))
		return error_wrap(err, "its password");
	buf_cut(out, strcspn(buf_text(out), "\r\n"));
	return out->len > 0 || error_set(err, ERROR_SECRET, "its password: the file is empty");
}

/* --- pairs --------------------------------------------------------------------------------------- */

const struct identity *identity_of_target(const struct identities *all, const struct target *target,
	struct error *err)
{
	const struct identity *identity = NULL;
	char *name = text_typed(target->identity);
	if (identities_find(all, name, false, &identity, err) && !identity_cert(identity)) {
		error_set(err, ERROR_FAILED, "%s has no certificate yet", identity_name(identity));
		identity = NULL;
	}
	free(name);
	return identity;
}

static void collect_chain(const struct identity *identity, struct collection *out)
{
	size_t at = 0, chain = 0;
	if (!identity_own(identity, &at, &chain))
		return;
	for (size_t i = at - chain - 1; i < at; i++) {
		const struct cert_info *info = cert_info(identity->certs[i]);
		put_cert(out, out->count ? info->subject : identity_name(identity), identity->certs[i]);
	}
}

static bool open_key(struct app *app, const struct identity *identity, const struct deploy_wish *wish,
	struct buf *out, struct error *err)
{
	struct buf secret = { .secret = true };
	struct new_key key = { 0 };
	const char *name = identity_name(identity);
	bool sealed = identity_is_sealed(identity);
	bool ok = !sealed || (wish->secret && wish->secret(wish->ctx, name, &secret, err));
	if (!ok && !wish->secret)
		error_set(err, ERROR_SECRET, "the key of %s is sealed: its passphrase is needed", name);
	*out = (struct buf){ .secret = true };
	ok = ok && app_key_open(app, identity, sealed ? buf_text(&secret) : NULL, &key, err) &&
	     privkey_write_plain(key.key, out, err);
	new_key_done(&key);
	buf_wipe(&secret);
	return ok;
}

/* An identity that is gone makes its target unavailable; a passphrase is asked for. */
static bool collect_pair(struct app *app, const struct deploy_wish *wish,
	struct deployment_parts *parts, size_t i, struct error *err)
{
	struct extras *extras = &parts->extras[i];
	const struct target *target = parts->orders[i].target;
	if (!target->identity)
		return true;
	if (!parts->has_identities && !app_identities(app, &parts->identities, err))
		return false;
	parts->has_identities = true;
	struct error why = { 0 };
	const struct identity *identity = identity_of_target(&parts->identities, target, &why);
	bool sealed = identity && wish->look && identity_is_sealed(identity);
	if (identity && !sealed && !open_key(app, identity, wish, &extras->key, &why) &&
		why.code == ERROR_SECRET) {
		*err = why;
		return false;
	}
	if (!identity || why.code) {
		extras->trouble = mem_text(why.text);
		return true;
	}
	collect_chain(identity, &extras->chain);
	extras->pair = (struct key_pair){ sealed ? NULL : &extras->key, extras->chain.items,
		extras->chain.count, !app_identity_is_complete(app, &parts->identities, identity) };
	parts->sealed |= sealed;
	return true;
}

/* --- all of it ----------------------------------------------------------------------------------- */

static bool collect_order(struct app *app, const struct deploy_wish *wish,
	struct deployment_parts *parts, size_t i, struct error *err)
{
	struct order *order = &parts->orders[i];
	struct extras *extras = &parts->extras[i];
	struct error why = { 0 };
	if (!read_password(order->target, &extras->password, &why))
		extras->trouble = mem_text(why.text);
	if (!collect_pair(app, wish, parts, i, err))
		return error_wrap(err, "%s", order->target->name);
	order->password = extras->password.len > 0 ? extras->password.data : NULL;
	order->pair = extras->pair.count > 0 ? &extras->pair : NULL;
	order->trouble = extras->trouble;
	return true;
}

static bool choose(struct deployment_parts *parts, const struct deploy_wish *wish, struct error *err)
{
	size_t all = parts->targets.count, count = 0;
	bool *wanted = mem_new((all + 1) * sizeof *wanted);
	bool ok = all > 0 || error_set(err, ERROR_NOT_FOUND,
				     "there is no target yet (certary target add makes one)");
	ok = ok && targets_choose(&parts->targets, wish->names, wish->count, wanted, err);
	parts->orders = mem_new((all + 1) * sizeof *parts->orders);
	parts->extras = mem_new((all + 1) * sizeof *parts->extras);
	for (size_t i = 0; ok && i < all; i++)
		if (wanted[i])
			parts->orders[count++].target = &parts->targets.items[i];
	parts->demand.count = count;
	free(wanted);
	return ok;
}

static bool wants_system(const struct deployment_parts *parts)
{
	for (size_t i = 0; i < parts->demand.count; i++)
		if (parts->orders[i].target->with_system)
			return true;
	return false;
}

static struct anchors lent(const struct collection *all)
{
	return (struct anchors){ all->items, all->count };
}

bool deploy_collect(struct app *app, const struct deploy_wish *wish, struct deployment_parts *out,
	struct error *err)
{
	bool ok = app_targets(app, &out->targets, err) && choose(out, wish, err) &&
		  collect_store(app, out, err);
	for (size_t i = 0; ok && i < out->demand.count; i++)
		ok = collect_order(app, wish, out, i, err);
	if (ok && wants_system(out)) {
		out->anchors = anchors_new();
		collect_system(app, out);
	}
	if (ok)
		decisions_collected(app, out);
	out->demand.orders = out->orders;
	out->demand.trusted = lent(&out->trusted);
	out->demand.blocked = lent(&out->blocked);
	out->demand.system = lent(&out->system);
	out->demand.now = app_now();
	out->demand.empty_is_meant = wish->empty_is_meant;
	return ok;
}

void deployment_parts_free(struct deployment_parts *parts)
{
	if (!parts)
		return;
	for (size_t i = 0; parts->extras && i < parts->targets.count; i++) {
		buf_wipe(&parts->extras[i].password);
		buf_wipe(&parts->extras[i].key);
		collection_done(&parts->extras[i].chain);
		free(parts->extras[i].trouble);
	}
	free(parts->extras);
	free(parts->orders);
	collection_done(&parts->trusted);
	collection_done(&parts->blocked);
	collection_done(&parts->system);
	anchors_free(parts->anchors);
	identities_done(&parts->identities);
	targets_done(&parts->targets);
	free(parts);
}

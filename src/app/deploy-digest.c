/* What the store says to its consumers, as digests: for receipts, and to tell whether it says the same. */
#include <stdlib.h>
#include <string.h>

#include "app/deploying.h"
#include "app/internal.h"
#include "app/source.h"
#include "base/mem.h"

struct decision {
	struct fingerprint print;
	enum state state;
	const char *name; /* borrowed; "" where it doesn't matter */
};

struct decided {
	struct decision *items;
	size_t count, cap;
};

static void add(struct decided *all, const struct fingerprint *print, enum state state,
	const char *name)
{
	all->items = mem_grow(all->items, all->count, &all->cap, sizeof *all->items);
	all->items[all->count++] = (struct decision){ *print, state, name };
}

static void add_collection(struct decided *all, const struct collection *from, enum state state)
{
	for (size_t i = 0; i < from->count; i++)
		add(all, &from->items[i].print, state, from->items[i].name);
}

static int by_print(const void *a, const void *b)
{
	const struct decision *x = a, *y = b;
	return fingerprint_compare(&x->print, &y->print);
}

static void sort(struct decided *all)
{
	if (all->count > 1)
		qsort(all->items, all->count, sizeof *all->items, by_print);
}

static void hex_of(const struct buf *text, char out[FINGERPRINT_HEX])
{
	struct fingerprint hash;
	fingerprint_of(buf_text(text), text->len, &hash);
	fingerprint_hex(&hash, out);
}

static void put(const struct decision *d, char what, struct buf *out)
{
	buf_add(out, d->print.bytes, sizeof d->print.bytes);
	buf_char(out, what);
	buf_add(out, d->name, strlen(d->name) + 1);
}

static void digest_all(struct decided *all, struct decided *outside, struct decisions *out)
{
	struct buf trusted = { 0 }, both = { 0 };
	*out = (struct decisions){ 0 };
	sort(all);
	sort(outside);
	for (size_t i = 0; i < all->count; i++) {
		const struct decision *d = &all->items[i];
		bool blocked = d->state == STATE_BLOCKED;
		put(d, blocked ? 'b' : 't', &both);
		if (!blocked)
			put(d, 't', &trusted);
		out->count += !blocked;
	}
	hex_of(&trusted, out->trusted);
	hex_of(&both, out->all);
	for (size_t i = 0; i < outside->count; i++)
		put(&outside->items[i], 'o', &trusted);
	hex_of(&trusted, out->system);
	buf_done(&trusted);
	buf_done(&both);
}

/* Those of the system that the store keeps out; whatever else it doesn't trust is no matter of theirs
 * who have the system's as well. */
static void find_outside(struct app *app, const struct system_anchors *anchors, struct decided *out)
{
	const struct cert *cert;
	struct entry entry;
	for (size_t i = 0; anchors && (cert = anchors_at(anchors, i)); i++)
		if (app_find(app, &cert_info(cert)->sha256, &entry) &&
			entry.state != STATE_TRUSTED && entry.state != STATE_TRASH)
			add(out, &entry.info.sha256, entry.state, "");
}

void decisions_of(struct app *app, const struct system_anchors *anchors, struct decisions *out)
{
	struct decided all = { 0 }, outside = { 0 };
	uint32_t at = 0;
	struct entry entry;
	while (app_next(app, &at, &entry))
		if (entry.state == STATE_TRUSTED || entry.state == STATE_BLOCKED)
			add(&all, &entry.info.sha256, entry.state, entry.name);
	find_outside(app, anchors, &outside);
	digest_all(&all, &outside, out);
	free(all.items);
	free(outside.items);
}

void decisions_collected(struct app *app, struct deployment_parts *parts)
{
	struct decided all = { 0 }, outside = { 0 };
	add_collection(&all, &parts->trusted, STATE_TRUSTED);
	add_collection(&all, &parts->blocked, STATE_BLOCKED);
	find_outside(app, parts->anchors, &outside);
	digest_all(&all, &outside, &parts->decisions);
	parts->generation = store_generation(app_store(app));
	free(all.items);
	free(outside.items);
}

bool decisions_are_same(const struct decisions *a, const struct decisions *b)
{
	return strcmp(a->all, b->all) == 0 && strcmp(a->system, b->system) == 0;
}

static const char *decisions_for(const struct target *target, const struct decisions *decisions)
{
	return target->kind->blocks ? decisions->all :
	       target->with_system  ? decisions->system :
				      decisions->trusted;
}

bool digest_of(const struct target *target, const struct decisions *decisions,
	const struct identities *identities, char out[FINGERPRINT_HEX])
{
	struct buf chain = { 0 };
	struct error ignored = { 0 };
	size_t at = 0, more = 0;
	memcpy(out, decisions_for(target, decisions), FINGERPRINT_HEX);
	if (!target->identity)
		return true;
	const struct identity *identity = identity_of_target(identities, target, &ignored);
	if (!identity || !identity_own(identity, &at, &more))
		return false;
	for (size_t i = at - more - 1; i < at; i++)
		buf_add(&chain, cert_info(identity->certs[i])->sha256.bytes, FINGERPRINT_SIZE);
	hex_of(&chain, out);
	buf_done(&chain);
	return true;
}

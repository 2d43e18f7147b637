/*
 * Changes of a truststore, and which of its items are ours.
 */
#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/safe-bag.h"
#include "codec/truststore-parts.h"
#include "codec/writers.h"

#define ALIAS_MOST 8000 /* bytes of UTF-8, of which a JKS makes at most twice as many; it takes 65 535 */

static void touch(struct truststore *ts, const struct truststore_item *item)
{
	if (item->container < ts->container_count)
		ts->containers[item->container].touched = true;
}

void truststore_remove(struct truststore *ts, size_t index)
{
	struct truststore_item *item = &ts->items[index];

	if (item->gone)
		return;
	item->gone = true;
	truststore_count_alias(ts, item, -1);
	touch(ts, item);
}

/* Where the certificate stands in the bytes of a new entry. */
static struct span der_within(const struct truststore *ts, struct span raw, size_t len)
{
	struct safe_bag bag;
	struct span der = { raw.end - len, raw.end };

	if (ts->format == TRUSTSTORE_PKCS12 && safe_bag_next(&raw, &bag))
		safe_bag_cert(&bag, &der);
	return der;
}

static void make(struct truststore *ts, const struct truststore_entry *entry,
	struct truststore_item *item)
{
	struct truststore_entry lower = *entry;
	struct buf alias = { 0 }, raw = { 0 };

	text_fold(&alias, entry->alias);
	lower.alias = buf_text(&alias);
	if (ts->format == TRUSTSTORE_PKCS12)
		pkcs12_put_trusted(&raw, span_of(entry->der, entry->len), lower.alias);
	else
		truststore_put_jks(ts, &lower, &raw);
	item->kind = TRUSTSTORE_TRUSTED;
	item->fresh = true;
	item->gone = false;
	item->date = ts->format == TRUSTSTORE_PKCS12 ? 0 : entry->now;
	item->raw = mem_copy(raw.data, raw.len);
	item->raw_len = raw.len;
	truststore_fill(ts, item, der_within(ts, span_of(item->raw, raw.len), entry->len), &alias);
	buf_done(&alias);
	buf_done(&raw);
}

static void append(struct truststore *ts, const struct truststore_entry *entry)
{
	struct truststore_item item = { .container = TRUSTSTORE_NOWHERE };

	ts->items = mem_grow(ts->items, ts->count, &ts->cap, sizeof(*ts->items));
	make(ts, entry, &item);
	ts->items[ts->count++] = item;
}

static bool alias_fits(const struct truststore *ts, const char *alias, struct error *err)
{
	struct buf folded = { 0 };
	bool good = true;

	text_fold(&folded, alias);
	if (!folded.len || folded.len > ALIAS_MOST)
		good = error_set(err, ERROR_FAILED,
			folded.len ? N_("an alias is longer than Java takes") : N_("an alias is empty"));
	else if (truststore_alias_live(ts, buf_text(&folded)))
		good = error_set(err, ERROR_FAILED, "the alias %s is there already", alias);
	buf_done(&folded);
	return good;
}

bool truststore_add(struct truststore *ts, const struct truststore_entry *entry, struct error *err)
{
	if (!alias_fits(ts, entry->alias, err))
		return false;
	append(ts, entry);
	return true;
}

bool truststore_replace(struct truststore *ts, size_t index, const struct truststore_entry *entry,
	struct error *err)
{
	struct truststore_item *item = &ts->items[index], old = *item;

	if (!old.gone)
		truststore_count_alias(ts, &old, -1);
	if (!alias_fits(ts, entry->alias, err)) {
		if (!old.gone)
			truststore_count_alias(ts, &old, 1);
		return false;
	}
	touch(ts, item);
	make(ts, entry, item);
	truststore_free_raw(&old);
	return true;
}

/* --- ours ------------------------------------------------------------------------------------ */

char *truststore_alias(const struct truststore *ts, const struct export_item *item)
{
	struct alias alias;

	alias_begin(&alias, TRUSTSTORE_PREFIX, item);
	while (truststore_alias_live(ts, buf_text(&alias.text)))
		alias_lengthen(&alias);
	return buf_take(&alias.text);
}

/* Could the item have got its alias from this name, whatever stood beside it then? */
static bool named_so(const struct truststore_item *item, const struct export_item *wish)
{
	struct buf has = { 0 };
	struct alias alias;
	bool same;

	text_unescape(&has, item->alias);
	alias_begin(&alias, TRUSTSTORE_PREFIX, wish);
	while (alias.text.len < has.len)
		alias_lengthen(&alias);
	same = span_equal(span_of(buf_text(&has), has.len), buf_text(&alias.text), alias.text.len);
	buf_done(&alias.text);
	buf_done(&has);
	return same;
}

static void index_list(const struct export_list *list, struct set *wanted)
{
	char digits[FINGERPRINT_HEX];

	for (size_t i = 0; i < list->count; i++) {
		fingerprint_hex(&list->items[i].sha256, digits);
		set_keep(wanted, digits);
		*set_number(wanted, digits) = (unsigned)i;
	}
}

/* Has another item the same alias?  Java would keep but one of them. */
static bool is_shared(const struct truststore *ts, const struct truststore_item *item)
{
	struct buf alias = { 0 };
	bool shared;

	text_unescape(&alias, item->alias);
	shared = truststore_alias_live(ts, buf_text(&alias)) > 1;
	buf_done(&alias);
	return shared;
}

/* Keep it if it is wanted, for the first time, under this name. */
static bool keep(const struct truststore *ts, const struct truststore_item *item,
	const struct export_list *list, const struct set *wanted, bool *held)
{
	char digits[FINGERPRINT_HEX];
	const unsigned *number = set_number(wanted, fingerprint_hex(&item->sha256, digits));

	if (!number || held[*number] || !named_so(item, &list->items[*number]) ||
		is_shared(ts, item))
		return false;
	held[*number] = true;
	return true;
}

static void let_go(struct truststore *ts, const struct export_list *list, bool *held,
	struct truststore_change *change)
{
	struct set wanted = { 0 };

	index_list(list, &wanted);
	for (size_t i = 0; i < ts->count; i++) {
		const struct truststore_item *item = &ts->items[i];

		if (item->gone || item->kind != TRUSTSTORE_TRUSTED)
			continue;
		if (!item->ours) {
			change->others++;
		} else if (keep(ts, item, list, &wanted, held)) {
			change->kept++;
		} else {
			truststore_remove(ts, i);
			change->removed++;
		}
	}
	set_done(&wanted);
}

void truststore_hold(struct truststore *ts, const struct export_list *list,
	struct truststore_change *change)
{
	bool *held = mem_new((list->count + 1) * sizeof(*held));

	*change = (struct truststore_change){ 0 };
	let_go(ts, list, held, change);
	for (size_t i = 0; i < list->count; i++) {
		const struct export_item *item = &list->items[i];
		char *alias;

		if (held[i])
			continue;
		alias = truststore_alias(ts, item);
		append(ts, &(struct truststore_entry){ .alias = alias,
				   .der = item->der,
				   .len = item->len,
				   .now = list->now });
		free(alias);
		change->added++;
	}
	free(held);
}

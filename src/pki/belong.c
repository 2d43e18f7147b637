/*
 * Keys, requests and certificates are sorted by the hash of their public key, then each group gets
 * the chain above its certificate.  A certificate makes a group of its own where no key and no
 * request asks for it and it is no CA; a CA alone does where nothing else is there.
 */
#include "pki/belong.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "pki/belonging.h"
#include "pki/judging.h"

/* --- groups ------------------------------------------------------------------------------- */

static char *digits(const uint8_t spki[FINGERPRINT_SIZE])
{
	struct buf hex = { 0 };
	text_hex(&hex, spki, FINGERPRINT_SIZE, 0);
	return buf_take(&hex);
}

static struct belong_group *group_of(struct sorting *sorting, const uint8_t *spki)
{
	char *hex = digits(spki);
	unsigned *number = set_number(&sorting->keys, hex);
	free(hex);
	return number ? &sorting->out->groups[*number - 1] : NULL;
}

static struct belong_group *group_new(struct sorting *sorting, const uint8_t *spki)
{
	struct belonging *out = sorting->out;
	char *hex = digits(spki);
	out->groups = mem_grow(out->groups, out->group_count, &sorting->cap, sizeof *out->groups);
	out->groups[out->group_count++] = (struct belong_group){
		.key = BELONG_NONE,
		.request = BELONG_NONE,
		.leaf = BELONG_NONE,
	};
	set_add(&sorting->keys, hex);
	*set_number(&sorting->keys, hex) = (unsigned)out->group_count;
	free(hex);
	return &out->groups[out->group_count - 1];
}

static struct belong_group *group_get(struct sorting *sorting, const uint8_t *spki)
{
	struct belong_group *group = group_of(sorting, spki);
	return group ? group : group_new(sorting, spki);
}

/* --- keys and requests -------------------------------------------------------------------- */

static void take_keys(struct sorting *sorting)
{
	const struct belong_parts *parts = sorting->parts;
	for (size_t i = 0; i < parts->key_count; i++) {
		if (!parts->keys[i])
			continue;
		struct belong_group *group = group_get(sorting, parts->keys[i]->spki);
		if (group->key == BELONG_NONE)
			group->key = i;
		else
			advice_add(&group->advice, ADVICE_TELLS, "key-twice",
				"The key is there more than once.");
	}
}

/* Of several requests the last is taken for the newest, as they bear no date. */
static void take_requests(struct sorting *sorting)
{
	const struct belong_parts *parts = sorting->parts;
	for (size_t i = 0; i < parts->request_count; i++) {
		if (!parts->requests[i])
			continue;
		struct belong_group *group = group_get(sorting, parts->requests[i]->spki);
		if (group->request != BELONG_NONE)
			advice_add(&group->advice, ADVICE_TELLS, "request-twice",
				"There are several requests for the key; the last of them counts.");
		group->request = i;
	}
}

/* --- certificates ------------------------------------------------------------------------- */

static void note_subject(struct sorting *sorting, size_t at)
{
	const char *subject = cert_info(sorting->parts->certs[at])->subject;
	set_lend(&sorting->subjects, subject);
	unsigned *first = set_number(&sorting->subjects, subject);
	sorting->next[at] = *first > 0 ? *first - 1 : BELONG_NONE;
	*first = (unsigned)at + 1;
}

/* Each certificate that wasn't there before. */
static void index_certs(struct sorting *sorting)
{
	const struct belong_parts *parts = sorting->parts;
	struct set prints = { 0 };
	for (size_t i = 0; i < parts->cert_count; i++) {
		char *print = digits(cert_info(parts->certs[i])->sha256.bytes);
		if (set_add(&prints, print))
			note_subject(sorting, i);
		else
			sorting->out->roles[i] = BELONG_DUPLICATE;
		free(print);
	}
	set_done(&prints);
}

static bool is_in_time(const struct cert_info *info, int64_t now)
{
	return now >= info->not_before && now <= info->not_after;
}

/* Valid before not, then the later begun, then the longer. */
static bool is_better(const struct cert_info *a, const struct cert_info *b, int64_t now)
{
	if (is_in_time(a, now) != is_in_time(b, now))
		return is_in_time(a, now);
	if (a->not_before != b->not_before)
		return a->not_before > b->not_before;
	return a->not_after > b->not_after;
}

static void take_leaf(struct sorting *sorting, struct belong_group *group, size_t at)
{
	const struct cert *const *certs = sorting->parts->certs;
	size_t loser = at;
	if (group->leaf == BELONG_NONE ||
		is_better(
			cert_info(certs[at]), cert_info(certs[group->leaf]), sorting->parts->now)) {
		loser = group->leaf;
		group->leaf = at;
		sorting->out->roles[at] = BELONG_LEAF;
	}
	if (loser != BELONG_NONE)
		sorting->out->roles[loser] = BELONG_OLDER;
}

static void take_certs(struct sorting *sorting)
{
	const struct belong_parts *parts = sorting->parts;
	for (size_t i = 0; i < parts->cert_count; i++) {
		const struct cert_info *info = cert_info(parts->certs[i]);
		if (sorting->out->roles[i] == BELONG_DUPLICATE)
			continue;
		struct belong_group *group = group_of(sorting, info->spki);
		if (!group && !info->ca)
			group = group_new(sorting, info->spki);
		if (group)
			take_leaf(sorting, group, i);
	}
}

/* Of CAs alone: those that issued none of the others, or the first where all did. */
static void take_cas(struct sorting *sorting)
{
	const struct belong_parts *parts = sorting->parts;
	struct set issuers = { 0 };
	for (size_t i = 0; i < parts->cert_count; i++)
		if (!cert_info(parts->certs[i])->self_signed)
			set_lend(&issuers, cert_info(parts->certs[i])->issuer);
	for (size_t i = 0; i < parts->cert_count; i++) {
		const struct cert_info *info = cert_info(parts->certs[i]);
		if (sorting->out->roles[i] != BELONG_DUPLICATE && !set_has(&issuers, info->subject))
			take_leaf(sorting, group_get(sorting, info->spki), i);
	}
	if (sorting->out->group_count == 0 && parts->cert_count > 0)
		take_leaf(sorting, group_get(sorting, cert_info(parts->certs[0])->spki), 0);
	set_done(&issuers);
}

/* --- all of it ---------------------------------------------------------------------------- */

static int weight_of(const struct belong_group *group)
{
	return (group->key != BELONG_NONE ? 4 : 0) + (group->leaf != BELONG_NONE ? 3 : 0) +
	       (group->request != BELONG_NONE ? 2 : 0);
}

static size_t first_part(const struct belong_group *group)
{
	if (group->key != BELONG_NONE)
		return group->key;
	return group->request != BELONG_NONE ? group->request : group->leaf;
}

static int compare_groups(const void *left, const void *right)
{
	const struct belong_group *a = left, *b = right;
	if (weight_of(a) != weight_of(b))
		return weight_of(b) - weight_of(a);
	return (first_part(a) > first_part(b)) - (first_part(a) < first_part(b));
}

static void sort_groups(struct belonging *out)
{
	if (out->group_count > 1)
		qsort(out->groups, out->group_count, sizeof *out->groups, compare_groups);
}

void belong(const struct belong_parts *parts, struct belonging *out)
{
	size_t count = parts->cert_count;
	struct sorting sorting = { .parts = parts, .out = out };
	*out = (struct belonging){ .roles = mem_new((count + 1) * sizeof *out->roles) };
	sorting.next = mem_new((count + 1) * sizeof *sorting.next);
	take_keys(&sorting);
	take_requests(&sorting);
	index_certs(&sorting);
	take_certs(&sorting);
	if (out->group_count == 0)
		take_cas(&sorting);
	for (size_t i = 0; i < out->group_count; i++)
		if (out->groups[i].leaf != BELONG_NONE)
			chain_find(&sorting, &out->groups[i]);
	sort_groups(out);
	belong_words(&sorting);
	set_done(&sorting.keys);
	set_done(&sorting.subjects);
	free(sorting.next);
}

void belonging_done(struct belonging *belonging)
{
	for (size_t i = 0; i < belonging->group_count; i++) {
		struct belong_group *group = &belonging->groups[i];
		free(group->chain);
		free(group->missing.url);
		advice_done(&group->advice);
		if (group->pool)
			pool_free(group->pool);
	}
	free(belonging->groups);
	free(belonging->roles);
	advice_done(&belonging->advice);
	*belonging = (struct belonging){ 0 };
}

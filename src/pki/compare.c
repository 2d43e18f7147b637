/*
 * Both sheets are flattened into fields, each with its section and label; then the sections are gone
 * through one after the other, and in each of them the fields of the left, followed by those that only
 * the right one has.  A field that stands once on both sides makes one row; any other is a set.
 *
 * A certificate may have a hundred thousand names or extensions: whatever is looked up is sorted.
 */
#include "pki/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/lang.h"
#include "base/mem.h"
#include "pki/details.h"

#define WARNINGS N_("Warnings")

struct field {
	const char *section, *label; /* borrowed from the details */
	char *text;
	size_t given; /* of those that follow it in the order and say the same */
	bool done;
};

struct compare_side {
	struct details details;
	struct field *fields; /* as they stand there */
	struct field **order; /* by section, label and text */
	size_t count, cap;
};

/* --- flat ---------------------------------------------------------------------------------- */

static void add_field(struct compare_side *side, const char *section, const char *label,
	const struct detail *d)
{
	side->fields = mem_grow(side->fields, side->count, &side->cap, sizeof *side->fields);
	side->fields[side->count++] = (struct field){ .section = section,
		.label = label,
		.text = mem_format("%s%s", d->text, d->critical ? _(" (critical)") : "") };
}

/* The lines of a fingerprint are one text. */
static void join(struct field *field, const char *more)
{
	char *all = mem_format("%s %s", field->text, more);
	free(field->text);
	field->text = all;
}

static void flatten(const struct cert *cert, int64_t now, struct compare_side *side)
{
	const char *section = _(WARNINGS), *label = "";
	details_of(cert, now, &side->details);
	for (size_t i = 0; i < side->details.count; i++) {
		const struct detail *d = &side->details.items[i];
		if (d->kind == DETAIL_SECTION) {
			section = d->label;
			continue;
		}
		if (*d->label)
			label = d->label;
		if (*d->label == '\0' && side->count && strcmp(section, _("Fingerprints")) == 0)
			join(&side->fields[side->count - 1], d->text);
		else
			add_field(side, section, label, d);
	}
}

static void side_done(struct compare_side *side)
{
	for (size_t i = 0; i < side->count; i++)
		free(side->fields[i].text);
	free(side->fields);
	free(side->order);
	details_done(&side->details);
}

/* --- in order ------------------------------------------------------------------------------ */

static int by_field(const struct field *a, const struct field *b)
{
	int order = strcmp(a->section, b->section);
	return order ? order : strcmp(a->label, b->label);
}

static int by_text(const struct field *a, const struct field *b)
{
	int order = by_field(a, b);
	return order ? order : strcmp(a->text, b->text);
}

static int by_place(const void *a, const void *b)
{
	const struct field *x = *(struct field *const *)a, *y = *(struct field *const *)b;
	return x < y ? -1 : x > y;
}

static int in_order(const void *a, const void *b)
{
	int order = by_text(*(struct field *const *)a, *(struct field *const *)b);
	return order ? order : by_place(a, b);
}

static void sort(struct compare_side *side)
{
	side->order = mem_new((side->count + 1) * sizeof(struct field *));
	for (size_t i = 0; i < side->count; i++)
		side->order[i] = &side->fields[i];
	qsort(side->order, side->count, sizeof(struct field *), in_order);
}

/* Where the first stands that isn't before `like`. */
static size_t find(const struct compare_side *side, const struct field *like,
	int (*compare)(const struct field *, const struct field *))
{
	size_t from = 0, to = side->count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (compare(side->order[middle], like) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* --- aligned ------------------------------------------------------------------------------- */

static void add_row(struct comparison *out, const struct field *left, const struct field *right)
{
	const struct field *any = left ? left : right;
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	struct compared *row = &out->items[out->count++];
	*row = (struct compared){ .section = any->section,
		.label = any->label,
		.left = left ? left->text : NULL,
		.right = right ? right->text : NULL,
		.differs = !left || !right || strcmp(left->text, right->text) != 0 };
	out->differing += row->differs;
}

/* The fields of this section and label, as they stand there. */
struct group {
	struct field **items;
	size_t count;
};

static struct group group_of(const struct compare_side *side, const struct field *like)
{
	struct group group = { 0 };
	size_t from = find(side, like, by_field), to = from;
	while (to < side->count && by_field(side->order[to], like) == 0)
		to++;
	group.items = mem_new((to - from + 1) * sizeof(struct field *));
	for (; from < to; from++)
		group.items[group.count++] = side->order[from];
	qsort(group.items, group.count, sizeof(struct field *), by_place);
	return group;
}

/* One that says the same; each is given once. */
static struct field *twin(struct compare_side *side, const struct field *of)
{
	size_t at = find(side, of, by_text);
	if (at == side->count || by_text(side->order[at], of) != 0)
		return NULL;
	at += side->order[at]->given++;
	return at < side->count && by_text(side->order[at], of) == 0 ? side->order[at] : NULL;
}

static void add_set(struct comparison *out, const struct group *left, const struct group *right)
{
	for (size_t i = 0; i < left->count; i++) {
		struct field *other = twin(&out->sides[1], left->items[i]);
		left->items[i]->done = true;
		if (other)
			other->done = true;
		add_row(out, left->items[i], other);
	}
	for (size_t i = 0; i < right->count; i++) {
		if (!right->items[i]->done)
			add_row(out, NULL, right->items[i]);
		right->items[i]->done = true;
	}
}

static void add_group(struct comparison *out, const struct field *like)
{
	struct group left = group_of(&out->sides[0], like);
	struct group right = group_of(&out->sides[1], like);
	if (left.count == 1 && right.count == 1) {
		left.items[0]->done = right.items[0]->done = true;
		add_row(out, left.items[0], right.items[0]);
	} else {
		add_set(out, &left, &right);
	}
	free(left.items);
	free(right.items);
}

static void add_section(struct comparison *out, const char *section)
{
	for (int s = 0; s < 2; s++)
		for (size_t i = 0; i < out->sides[s].count; i++) {
			const struct field *f = &out->sides[s].fields[i];
			if (!f->done && strcmp(f->section, section) == 0)
				add_group(out, f);
		}
}

static void align(struct comparison *out)
{
	for (int s = 0; s < 2; s++)
		for (size_t i = 0; i < out->sides[s].count; i++)
			if (!out->sides[s].fields[i].done)
				add_section(out, out->sides[s].fields[i].section);
}

/* --- in common ----------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **names_of(const struct cert_info *info, size_t *count)
{
	const char **names = mem_new((info->san_count + 1) * sizeof(char *));
	*count = 0;
	for (const char *san = NULL; *count < info->san_count && (san = cert_info_san(info, san));)
		names[(*count)++] = san;
	return names;
}

size_t compare_names_lost(const struct cert_info *a, const struct cert_info *b, const char ***lost)
{
	size_t count = 0, of_a, of_b;
	const char **had = names_of(a, &of_a), **has = names_of(b, &of_b);
	qsort(has, of_b, sizeof(char *), by_bytes);
	for (size_t i = 0; i < of_a; i++)
		if (!bsearch(&had[i], has, of_b, sizeof(char *), by_bytes))
			had[count++] = had[i];
	free(has);
	if (lost)
		*lost = had;
	else
		free(had);
	return count;
}

bool compare_names(const struct cert_info *a, const struct cert_info *b)
{
	return compare_names_lost(a, b, NULL) == 0 && compare_names_lost(b, a, NULL) == 0;
}

bool compare_issuers(const struct cert_info *a, const struct cert_info *b)
{
	return strcmp(a->issuer, b->issuer) == 0 &&
	       (!a->issuer_key_id || !b->issuer_key_id ||
		       strcmp(a->issuer_key_id, b->issuer_key_id) == 0);
}

static bool names_as_issuer(const struct cert_info *child, const struct cert_info *issuer)
{
	return !child->self_signed && strcmp(child->issuer, issuer->subject) == 0 &&
	       (!child->issuer_key_id || !issuer->key_id ||
		       strcmp(child->issuer_key_id, issuer->key_id) == 0);
}

static void add_words(struct buf *out, bool is, const char *yes, const char *no)
{
	const char *words = is ? yes : no;
	if (words)
		buf_format(out, "%s%s", out->len ? ", " : "", _(words));
}

static const char *issuer_words(const struct cert_info *l, const struct cert_info *r, bool same)
{
	if (l->self_signed && r->self_signed)
		return N_("each signed by itself");
	if (same)
		return N_("issued by the same CA");
	return strcmp(l->issuer, r->issuer) == 0 ?
		       N_("issued under the same name by CAs with different keys") :
		       N_("issued by different CAs");
}

static char *verdict_of(const struct comparison *c, const struct cert_info *l,
	const struct cert_info *r)
{
	struct buf words = { 0 };
	if (c->same)
		return mem_text(_("The same certificate."));
	add_words(&words, c->same_key, N_("the same key"), N_("different keys"));
	add_words(&words, c->same_subject, N_("the same subject"), N_("different subjects"));
	if (l->san_count || r->san_count)
		add_words(&words, c->same_names, N_("the same names"), N_("different names"));
	add_words(&words, true, issuer_words(l, r, c->same_issuer), NULL);
	if (names_as_issuer(l, r))
		buf_text_add(&words, _("; the left names the right as its issuer"));
	else if (names_as_issuer(r, l))
		buf_text_add(&words, _("; the right names the left as its issuer"));
	/* TRANSLATORS: %s is a list such as "the same key, different names, issued by the same CA" */
	char *text = mem_format(_("Two certificates: %s."), buf_text(&words));
	buf_done(&words);
	return text;
}

void compare_certs(const struct cert *left, const struct cert *right, int64_t now,
	struct comparison *out)
{
	const struct cert_info *l = cert_info(left), *r = cert_info(right);
	*out = (struct comparison){
		.same = fingerprint_compare(&l->sha256, &r->sha256) == 0,
		.same_key = memcmp(l->spki, r->spki, sizeof l->spki) == 0,
		.same_subject = strcmp(l->subject, r->subject) == 0,
		.same_names = compare_names(l, r),
		.same_issuer = compare_issuers(l, r),
		.sides = mem_new(2 * sizeof *out->sides),
	};
	out->verdict = verdict_of(out, l, r);
	flatten(left, now, &out->sides[0]);
	flatten(right, now, &out->sides[1]);
	sort(&out->sides[0]);
	sort(&out->sides[1]);
	align(out);
}

void comparison_done(struct comparison *comparison)
{
	free(comparison->verdict);
	free(comparison->items);
	for (int i = 0; comparison->sides && i < 2; i++)
		side_done(&comparison->sides[i]);
	free(comparison->sides);
	*comparison = (struct comparison){ 0 };
}

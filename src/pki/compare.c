/*
 * Both sheets are flattened into fields, each with its section and label; then the sections are gone
 * through one after the other, and in each of them the fields of the left, followed by those that only
 * the right one has.  A field that stands once on both sides makes one row; any other is a set.
 */
#include "pki/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "pki/details.h"

#define WARNINGS "Warnings"

struct field {
	const char *section, *label; /* borrowed from the details */
	char *text;
	uint64_t key;
	bool done;
};

struct compare_side {
	struct details details;
	struct field *fields;
	size_t count, cap;
};

/* --- flat ---------------------------------------------------------------------------------- */

static uint64_t key_of(const char *section, const char *label)
{
	return hash_bytes(label, strlen(label), hash_bytes(section, strlen(section), 0));
}

static void add_field(struct compare_side *side, const char *section, const char *label,
	const struct detail *d)
{
	side->fields = mem_grow(side->fields, side->count, &side->cap, sizeof *side->fields);
	side->fields[side->count++] = (struct field){ .section = section,
		.label = label,
		.text = mem_format("%s%s", d->text, d->critical ? " (critical)" : ""),
		.key = key_of(section, label) };
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
	const char *section = WARNINGS, *label = "";
	details_of(cert, now, &side->details);
	for (size_t i = 0; i < side->details.count; i++) {
		const struct detail *d = &side->details.items[i];
		if (d->kind == DETAIL_SECTION) {
			section = d->label;
			continue;
		}
		if (*d->label)
			label = d->label;
		if (*d->label == '\0' && side->count && strcmp(section, "Fingerprints") == 0)
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
	details_done(&side->details);
}

/* --- aligned ------------------------------------------------------------------------------- */

static bool same_field(const struct field *a, const struct field *b)
{
	return a->key == b->key && strcmp(a->label, b->label) == 0 &&
	       strcmp(a->section, b->section) == 0;
}

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

/* Its only field of this kind that is left; NULL where there is none or several. */
static struct field *only(struct compare_side *side, const struct field *like)
{
	struct field *found = NULL;
	for (size_t i = 0; i < side->count; i++) {
		if (side->fields[i].done || !same_field(&side->fields[i], like))
			continue;
		if (found)
			return NULL;
		found = &side->fields[i];
	}
	return found;
}

static struct field *twin(struct compare_side *side, const struct field *of)
{
	for (size_t i = 0; i < side->count; i++)
		if (!side->fields[i].done && same_field(&side->fields[i], of) &&
			strcmp(side->fields[i].text, of->text) == 0)
			return &side->fields[i];
	return NULL;
}

static void add_set(struct comparison *out, const struct field *like)
{
	struct compare_side *left = &out->sides[0], *right = &out->sides[1];
	for (size_t i = 0; i < left->count; i++) {
		struct field *f = &left->fields[i], *other;
		if (f->done || !same_field(f, like))
			continue;
		f->done = true;
		if ((other = twin(right, f)))
			other->done = true;
		add_row(out, f, other);
	}
	for (size_t i = 0; i < right->count; i++) {
		struct field *f = &right->fields[i];
		if (f->done || !same_field(f, like))
			continue;
		f->done = true;
		add_row(out, NULL, f);
	}
}

static void add_group(struct comparison *out, const struct field *like)
{
	struct field *left = only(&out->sides[0], like), *right = only(&out->sides[1], like);
	if (!left || !right) {
		add_set(out, like);
		return;
	}
	left->done = right->done = true;
	add_row(out, left, right);
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

static bool has_name(const struct cert_info *info, const char *name)
{
	for (const char *san = NULL; (san = cert_info_san(info, san));)
		if (strcmp(san, name) == 0)
			return true;
	return false;
}

size_t compare_names_lost(const struct cert_info *a, const struct cert_info *b, struct buf *out)
{
	size_t lost = 0;
	for (const char *san = NULL; (san = cert_info_san(a, san));) {
		if (has_name(b, san))
			continue;
		if (out)
			buf_format(out, "%s%s", lost ? ", " : "", san);
		lost++;
	}
	return lost;
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
		buf_format(out, "%s%s", out->len ? ", " : "", words);
}

static const char *issuer_words(const struct cert_info *l, const struct cert_info *r, bool same)
{
	if (l->self_signed && r->self_signed)
		return "each signed by itself";
	if (same)
		return "issued by the same CA";
	return strcmp(l->issuer, r->issuer) == 0 ?
		       "issued under the same name by CAs with different keys" :
		       "issued by different CAs";
}

static char *verdict_of(const struct comparison *c, const struct cert_info *l,
	const struct cert_info *r)
{
	struct buf words = { 0 };
	if (c->same)
		return mem_text("The same certificate.");
	add_words(&words, c->same_key, "the same key", "different keys");
	add_words(&words, c->same_subject, "the same subject", "different subjects");
	if (l->san_count || r->san_count)
		add_words(&words, c->same_names, "the same names", "different names");
	add_words(&words, true, issuer_words(l, r, c->same_issuer), NULL);
	if (names_as_issuer(l, r))
		buf_text_add(&words, "; the left names the right as its issuer");
	else if (names_as_issuer(r, l))
		buf_text_add(&words, "; the right names the left as its issuer");
	char *text = mem_format("Two certificates: %s.", buf_text(&words));
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

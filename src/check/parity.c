#include "check/parity.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/lang.h"
#include "base/mem.h"

static const struct {
	const char *code, *name;
} kinds[PARITY_COUNT] = {
	[PARITY_MISSING] = { "missing", N_("missing there") },
	[PARITY_EXTRA] = { "extra", N_("extra there") },
	[PARITY_STATE] = { "state", N_("other state") },
	[PARITY_OLDER] = { "older", N_("older there") },
	[PARITY_NEWER] = { "newer", N_("newer there") },
	[PARITY_NAME] = { "name", N_("other name") },
	[PARITY_TARGET_MISSING] = { "target-missing", N_("target missing there") },
	[PARITY_TARGET_EXTRA] = { "target-extra", N_("target extra there") },
	[PARITY_TARGET_OTHER] = { "target-other", N_("target with others") },
	[PARITY_TARGET_STATE] = { "target-state", N_("target not current") },
};

const char *parity_name(enum parity_kind kind)
{
	return kinds[kind].name;
}

const char *parity_code(enum parity_kind kind)
{
	return kinds[kind].code;
}

static struct parity_row *add(struct parity *p, enum parity_kind kind)
{
	p->rows = mem_grow(p->rows, p->count, &p->cap, sizeof *p->rows);
	struct parity_row *row = &p->rows[p->count++];
	*row = (struct parity_row){ .kind = kind };
	p->counts[kind]++;
	return row;
}

static void add_entry(struct parity *p, enum parity_kind kind, const struct manifest_entry *here,
	const struct manifest_entry *there)
{
	struct parity_row *row = add(p, kind);
	row->here = here;
	row->there = there;
}

/* --- by fingerprint ------------------------------------------------------------------------ */

struct side {
	const struct manifest_entry **items;
	size_t count;
};

typedef int order_fn(const struct manifest_entry *a, const struct manifest_entry *b);

static int by_print(const void *a, const void *b)
{
	const struct manifest_entry *const *x = a, *const *y = b;
	return fingerprint_compare(&(*x)->sha256, &(*y)->sha256);
}

/* Sorted, each certificate once. */
static struct side side_of(const struct manifest *m)
{
	struct side s = { mem_new((m->count + 1) * sizeof(struct manifest_entry *)), 0 };
	const struct manifest_entry **all = mem_new((m->count + 1) * sizeof(struct manifest_entry *));
	size_t count = 0;
	for (size_t i = 0; i < m->count; i++)
		if (m->entries[i].state != STATE_TRASH)
			all[count++] = &m->entries[i];
	qsort(all, count, sizeof(struct manifest_entry *), by_print);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || by_print(&all[i - 1], &all[i]) != 0)
			s.items[s.count++] = all[i];
	free(all);
	return s;
}

static void compare_same(const struct manifest_entry *here, const struct manifest_entry *there,
	struct parity *out)
{
	bool state = here->state != there->state, name = strcmp(here->name, there->name) != 0;
	if (state)
		add_entry(out, PARITY_STATE, here, there);
	if (name)
		add_entry(out, PARITY_NAME, here, there);
	out->same += !state && !name;
}

/* What only one of them has is left in its side. */
static void part(struct side *here, struct side *there, struct parity *out)
{
	size_t i = 0, k = 0, left = 0, right = 0;
	while (i < here->count || k < there->count) {
		int order = i == here->count  ? 1 :
			    k == there->count ? -1 :
						by_print(&here->items[i], &there->items[k]);
		if (order == 0)
			compare_same(here->items[i++], there->items[k++], out);
		else if (order < 0)
			here->items[left++] = here->items[i++];
		else
			there->items[right++] = there->items[k++];
	}
	here->count = left;
	there->count = right;
}

/* --- what follows what --------------------------------------------------------------------- */

static int compare_times(const struct manifest_entry *a, const struct manifest_entry *b)
{
	if (a->not_before != b->not_before)
		return a->not_before < b->not_before ? -1 : 1;
	return a->not_after < b->not_after ? -1 : a->not_after > b->not_after;
}

static int order_names(const struct manifest_entry *a, const struct manifest_entry *b)
{
	return a->state != b->state ? (a->state < b->state ? -1 : 1) : strcmp(a->name, b->name);
}

static int order_subjects(const struct manifest_entry *a, const struct manifest_entry *b)
{
	int order = a->state != b->state ? (a->state < b->state ? -1 : 1) :
					   strcmp(a->subject, b->subject);
	return order ? order : strcmp(a->key, b->key);
}

/* The newest first, so that of several the newest ones go together. */
static int by_name(const void *a, const void *b)
{
	const struct manifest_entry *const *x = a, *const *y = b;
	int order = order_names(*x, *y);
	return order ? order : compare_times(*y, *x);
}

static int by_subject(const void *a, const void *b)
{
	const struct manifest_entry *const *x = a, *const *y = b;
	int order = order_subjects(*x, *y);
	return order ? order : compare_times(*y, *x);
}

static bool says_nothing(const struct manifest_entry *e, order_fn *order)
{
	return order == order_names ? !*e->name : !*e->subject;
}

static void pair_up(struct side *here, struct side *there, order_fn *order,
	int (*sorts)(const void *, const void *), struct parity *out)
{
	size_t i = 0, k = 0, left = 0, right = 0;
	qsort(here->items, here->count, sizeof(struct manifest_entry *), sorts);
	qsort(there->items, there->count, sizeof(struct manifest_entry *), sorts);
	while (i < here->count && k < there->count) {
		const struct manifest_entry *a = here->items[i], *b = there->items[k];
		int o = order(a, b), age = compare_times(b, a);
		if (o == 0 && age != 0 && !says_nothing(a, order)) {
			add_entry(out, age < 0 ? PARITY_OLDER : PARITY_NEWER, a, b);
			i++;
			k++;
		} else if (o <= 0) {
			here->items[left++] = here->items[i++];
		} else {
			there->items[right++] = there->items[k++];
		}
	}
	while (i < here->count)
		here->items[left++] = here->items[i++];
	while (k < there->count)
		there->items[right++] = there->items[k++];
	here->count = left;
	there->count = right;
}

/* --- targets ------------------------------------------------------------------------------- */

static const struct manifest_target *find_target(const struct manifest *m, const char *name)
{
	for (size_t i = 0; i < m->target_count; i++)
		if (strcmp(m->targets[i].name, name) == 0)
			return &m->targets[i];
	return NULL;
}

static void add_target(struct parity *out, enum parity_kind kind, const struct manifest_target *here,
	const struct manifest_target *there)
{
	struct parity_row *row = add(out, kind);
	row->target_here = here;
	row->target_there = there;
}

static void count_certs(const struct manifest_target *a, const struct manifest_target *b,
	size_t *lacking, size_t *further)
{
	size_t i = 0, k = 0;
	while (i < a->count || k < b->count) {
		int order = i == a->count ? 1 :
			    k == b->count ? -1 :
					    fingerprint_compare(&a->certs[i], &b->certs[k]);
		*lacking += order < 0;
		*further += order > 0;
		i += order <= 0;
		k += order >= 0;
	}
}

/* Where nobody says which they are, it counts how many they are. */
static void compare_content(const struct manifest_target *a, const struct manifest_target *b,
	struct parity *out)
{
	size_t lacking = 0, further = 0;
	if (a->has_certs && b->has_certs)
		count_certs(a, b, &lacking, &further);
	else if (a->held >= 0 && b->held >= 0 && a->held > b->held)
		lacking = (size_t)(a->held - b->held);
	else if (a->held >= 0 && b->held >= 0)
		further = (size_t)(b->held - a->held);
	if (lacking || further) {
		add_target(out, PARITY_TARGET_OTHER, a, b);
		out->rows[out->count - 1].lacking = lacking;
		out->rows[out->count - 1].further = further;
	}
	if (*b->state && strcmp(b->state, "current") != 0)
		add_target(out, PARITY_TARGET_STATE, a, b);
}

static void compare_targets(const struct manifest *here, const struct manifest *there,
	struct parity *out)
{
	for (size_t i = 0; i < here->target_count; i++) {
		const struct manifest_target *a = &here->targets[i];
		const struct manifest_target *b = find_target(there, a->name);
		if (b)
			compare_content(a, b, out);
		else
			add_target(out, PARITY_TARGET_MISSING, a, NULL);
	}
	for (size_t i = 0; i < there->target_count; i++)
		if (!find_target(here, there->targets[i].name))
			add_target(out, PARITY_TARGET_EXTRA, NULL, &there->targets[i]);
}

/* ------------------------------------------------------------------------------------------- */

static const char *name_of(const struct parity_row *row)
{
	if (row->target_here || row->target_there)
		return row->target_here ? row->target_here->name : row->target_there->name;
	return row->here ? row->here->name : row->there->name;
}

static int by_kind(const void *a, const void *b)
{
	const struct parity_row *x = a, *y = b;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	int order = strcmp(name_of(x), name_of(y));
	if (order || x->target_here || x->target_there)
		return order;
	return fingerprint_compare(x->here ? &x->here->sha256 : &x->there->sha256,
		y->here ? &y->here->sha256 : &y->there->sha256);
}

void parity_compare(const struct manifest *here, const struct manifest *there, struct parity *out)
{
	struct side a = side_of(here), b = side_of(there);
	*out = (struct parity){ 0 };
	part(&a, &b, out);
	pair_up(&a, &b, order_names, by_name, out);
	pair_up(&a, &b, order_subjects, by_subject, out);
	for (size_t i = 0; i < a.count; i++)
		add_entry(out, PARITY_MISSING, a.items[i], NULL);
	for (size_t i = 0; i < b.count; i++)
		add_entry(out, PARITY_EXTRA, NULL, b.items[i]);
	if (here->has_targets && there->has_targets)
		compare_targets(here, there, out);
	if (out->count)
		qsort(out->rows, out->count, sizeof *out->rows, by_kind);
	free(a.items);
	free(b.items);
}

void parity_done(struct parity *parity)
{
	free(parity->rows);
	*parity = (struct parity){ 0 };
}

char *parity_words(const struct parity *parity)
{
	struct buf out = { 0 };
	for (int k = 0; k < PARITY_COUNT; k++)
		if (parity->counts[k])
			buf_format(&out, "%s%zu %s", out.len ? ", " : "", parity->counts[k],
				_(kinds[k].name));
	if (!out.len)
		buf_text_add(&out, _("ok"));
	return buf_take(&out);
}

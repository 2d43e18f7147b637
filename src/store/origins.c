/*
 * The last line that moved a certificate to the trash tells the state it had before.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/internal.h"
#include "store/ledger.h"

struct origin {
	struct fingerprint cert;
	enum state state;
	size_t order; /* later lines win */
};

struct origins {
	struct origin *items;
	size_t count, cap;
};

static bool note_line(void *ctx, const struct journal_text *text, struct error *err)
{
	struct origins *o = ctx;
	struct origin origin = { .order = o->count };
	(void)err;
	if (!journal_line_to_trash(text, &origin.cert, &origin.state))
		return true;
	o->items = mem_grow(o->items, o->count, &o->cap, sizeof *o->items);
	o->items[o->count++] = origin;
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct origin *x = a, *y = b;
	int order = fingerprint_compare(&x->cert, &y->cert);
	return order ? order : (x->order > y->order) - (x->order < y->order);
}

struct origins *journal_origins(const struct store *store)
{
	struct origins *o = mem_new(sizeof *o);
	ledger_each_text(store->root, 0, note_line, o, NULL);
	if (o->count > 1)
		qsort(o->items, o->count, sizeof *o->items, compare);
	return o;
}

/* Where nobody knows, the state that admits nothing. */
enum state origins_state(const struct origins *o, const struct fingerprint *cert)
{
	size_t low = 0, high = o->count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (fingerprint_compare(&o->items[mid].cert, cert) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	bool found = low > 0 && fingerprint_compare(&o->items[low - 1].cert, cert) == 0;
	return found ? o->items[low - 1].state : STATE_UNTRUSTED;
}

void origins_free(struct origins *o)
{
	if (!o)
		return;
	free(o->items);
	free(o);
}

/*
 * An undo marks what it takes back, and where that was an undo itself clears the mark that this one
 * made, and so on; the last change to touch a mark decides.  Read backwards: whatever touched an undo
 * touched what it undid, too, the other way round, and an undo that nobody touched did so itself.  So
 * each undo hands one verdict down, and the latest one that arrives holds.
 *
 * Verdicts wait in a heap for the change that they are about, the highest number on top.
 */
#include "store/undone.h"

#include <stdlib.h>

#include "base/mem.h"

struct verdict {
	int64_t seq;  /* what it is about */
	int64_t when; /* the change that gave it */
	bool undone;
};

static void swap(struct verdict *a, struct verdict *b)
{
	struct verdict kept = *a;
	*a = *b;
	*b = kept;
}

static void push(struct undone *u, const struct verdict *v)
{
	u->heap = mem_grow(u->heap, u->count, &u->cap, sizeof *u->heap);
	u->heap[u->count] = *v;
	for (size_t i = u->count++; i > 0 && u->heap[(i - 1) / 2].seq < u->heap[i].seq;) {
		swap(&u->heap[i], &u->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static struct verdict pop(struct undone *u)
{
	struct verdict top = u->heap[0];
	u->heap[0] = u->heap[--u->count];
	for (size_t i = 0, child = 1; child < u->count; i = child, child = 2 * i + 1) {
		if (child + 1 < u->count && u->heap[child + 1].seq > u->heap[child].seq)
			child++;
		if (u->heap[child].seq <= u->heap[i].seq)
			break;
		swap(&u->heap[i], &u->heap[child]);
	}
	return top;
}

bool undone_judge(struct undone *u, int64_t seq, int64_t lines, int64_t undoes)
{
	struct verdict last = { .when = seq };
	while (u->count > 0 && u->heap[0].seq >= seq) {
		struct verdict v = pop(u);
		if (v.seq - seq < lines && v.when > last.when)
			last = v;
	}
	/* What names itself or a later one is nonsense, and heeding it would go round in circles. */
	if (undoes > 0 && undoes < seq)
		push(u, &(struct verdict){ .seq = undoes, .when = last.when, .undone = !last.undone });
	return last.undone;
}

void undone_done(struct undone *u)
{
	free(u->heap);
	*u = (struct undone){ 0 };
}

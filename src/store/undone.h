/*
 * Which changes stand undone, told from the journal's end backwards.
 *
 * Life: a zeroed struct undone … undone_done().
 */
#ifndef CERTARY_SRC_STORE_UNDONE_H
#define CERTARY_SRC_STORE_UNDONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct verdict;

struct undone {
	struct verdict *heap;
	size_t count, cap;
};

/*
 * Is the change undone whose `lines` lines begin with this number?  Ask for one change after the
 * other, from the last to the first; `undoes` is the number that it took back, or 0.
 */
bool undone_judge(struct undone *u, int64_t seq, int64_t lines, int64_t undoes);
void undone_done(struct undone *u);

#endif

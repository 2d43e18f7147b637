/*
 * Records of the journal, for whoever shows them: a line, and what checking all of them found out.
 */
#ifndef CERTARY_STORE_LOG_H
#define CERTARY_STORE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/plan.h"

struct journal_line {
	int64_t seq, undoes;
	char *time, *who, *from, *op, *cert, *name, *was, *now, *why; /* safe text; NULL for null */
	struct place src, dst;
	char *old; /* content that was destroyed, or NULL */
	size_t old_len;
	char *new_hash;
	bool more;
};

/* What journal_verify() found out. */
struct journal_check {
	int64_t lines;      /* that were read and right */
	int64_t bad_line;   /* the first line that is wrong, counted from 1; 0 for none */
	char why[200];      /* what is wrong with it */
	bool head_known;    /* the last line could be compared with the seal in .lock */
};

#endif

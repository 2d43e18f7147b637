/*
 * Rows: what the store knows of each file in the folders of its states, in fixed records with their texts
 * behind each other in one heap, and in another heap the folded text that a search looks at.
 *
 * A table is such rows, in memory or in the mapped index; the two look the same.  What comes from
 * the index is hostile: every offset is checked where it is used.
 */
#ifndef CERTARY_SRC_STORE_ROW_H
#define CERTARY_SRC_STORE_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fs.h"
#include "store/entry.h"

#define ROW_NONE UINT32_MAX
#define FILE_MOST (1u << 20) /* bytes; no certificate of 1 MB is of use to anyone */

/* What lists filter by, a byte for each row. */
enum row_flag {
	ROW_STATE = 7, /* enum state */
	ROW_ENTRY = 1 << 3, /* a certificate; otherwise a file that is in the way */
	ROW_CA = 1 << 4,
	ROW_SELF_SIGNED = 1 << 5,
	ROW_PROBLEM = 1 << 6,
};

/* What can be wrong with a file. */
enum problem_code {
	PROBLEM_NONE,
	PROBLEM_NO_CERTIFICATE,
	PROBLEM_SEVERAL,
	PROBLEM_PRIVATE_KEY,
	PROBLEM_LINK,
	PROBLEM_NO_FILE,
	PROBLEM_SUFFIX,
	PROBLEM_UNREADABLE,
};

/* The texts of a row in their order, each ended by a NUL; the subject's alternative names follow. */
enum row_text {
	TEXT_FILE, /* raw bytes, all others are safe text */
	TEXT_NAME,
	TEXT_NOTE,
	TEXT_SOURCE,
	TEXT_ADDED,
	TEXT_SCOPE,
	TEXT_UNTIL,
	TEXT_TICKET,
	TEXT_PROBLEM,
	TEXT_SUBJECT,
	TEXT_ISSUER,
	TEXT_SERIAL,
	TEXT_CN,
	TEXT_ORG,
	TEXT_UNIT,
	TEXT_KEY_ALGORITHM,
	TEXT_SIGNATURE,
	TEXT_KEY_ID,
	TEXT_ISSUER_KEY_ID,
	TEXT_COUNT
};

struct row {
	uint8_t sha256[FINGERPRINT_SIZE];
	uint8_t spki[FINGERPRINT_SIZE];
	uint8_t sha1[SHA1_SIZE];
	uint32_t absent;  /* bit i: text i is NULL */
	uint64_t text;    /* where its texts begin */
	uint32_t text_len;
	uint32_t sans;
	int64_t not_before, not_after;
	int64_t added;    /* 20261123073422, or 0: to sort by */
	uint64_t inode;
	int64_t size, mtime;
	uint32_t mode, uid;
	uint32_t key_bits;
	int32_t path_len;
	uint8_t flags, version, problem; /* problem: enum problem_code */
	char algorithm[5]; /* of the key: how its name begins, which tells it; to sort by */
};

struct table {
	const struct row *rows;
	uint32_t count;
	const char *text, *fold;
	size_t text_len, fold_len;
	const uint64_t *fold_at; /* count + 1: where each row's folded text begins */
	const uint8_t *flags;    /* of each row, again, side by side */
};

static inline enum state row_state(uint8_t flags)
{
	unsigned state = flags & ROW_STATE;
	return state < STATE_COUNT ? (enum state)state : STATE_UNTRUSTED; /* who knows? */
}

struct fs_stamp row_stamp(const struct row *row);
void row_set_stamp(struct row *row, const struct fs_stamp *stamp);

/* The text of a row, NULL where the table is damaged. */
const char *row_file(const struct table *table, uint32_t i);

/* The folded text of a row: lines, the first three of which are name, subject and issuer. */
const char *row_fold(const struct table *table, uint32_t i, size_t *len);

/* What is no certificate yet, and so new that it may become one when all of it is written. */
bool row_is_unsettled(const struct row *row);

bool row_dates_fit(const struct row *row);

/* A record whose texts are the table's. False where the table is damaged. */
bool row_entry(const struct table *table, uint32_t i, struct entry *out);
bool row_problem(const struct table *table, uint32_t i, const char **code, const char **text);

/* A row in the making: its texts and folded text are appended. */
struct row_maker {
	struct buf text, fold;
	struct buf file, scratch, names; /* used again for each row */
};
void row_maker_done(struct row_maker *maker);

/*
 * Look at a file and describe it: an entry, or what is wrong with it.  False where it is gone.  A file
 * that isn't to be mentioned (a link that `openssl rehash` made) is described without either.
 */
bool row_make(struct row_maker *maker, int dir, enum state state, const char *file, struct row *out);

#endif

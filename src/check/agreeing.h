/*
 * What the tests of an agreement share.
 */
#ifndef CERTARY_SRC_CHECK_AGREEING_H
#define CERTARY_SRC_CHECK_AGREEING_H

#include "check/agreement.h"

enum agreement_code {
	AGREE_TLS_OFF,
	AGREE_UNSET,
	AGREE_MISSING,
	AGREE_UNREADABLE,
	AGREE_ALIEN,
	AGREE_ORDER,
	AGREE_CHAIN,
	AGREE_EXPIRED,
	AGREE_EARLY,
	AGREE_ENDING,
	AGREE_MISMATCH,
	AGREE_SEALED,
	AGREE_MODE,
	AGREE_OWNER,
	AGREE_NO_TLS,
	AGREE_PLAIN,
	AGREE_RESTART,
	AGREE_OTHER,
	AGREE_CODE_COUNT
};

extern const struct agreement_help agreement_help[AGREE_CODE_COUNT + 1];

/* One judgement under way. */
struct agreeing {
	const struct agreement_question *q;
	struct agreement *out;
};

/* The format is a sentence, which is translated here. */
void disagree(const struct agreeing *a, enum agreement_code code, enum outcome_level level,
	const struct declared_place *at, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* The number of a file's pair that is of that role; false where there is none. */
bool agreeing_file(const struct agreeing *a, enum declared_role role, unsigned pair, size_t *number);

/* Which certificate of a file is the own one of the server; NULL where there is none. */
const struct cert_info *agreeing_leaf(const struct agreeing *a, size_t number);

void agree_files(const struct agreeing *a);  /* agreement-files.c */
void agree_served(const struct agreeing *a); /* agreement-served.c */

#endif

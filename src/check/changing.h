/* Inside the judgement of a change: what the tests of the table look at. */
#ifndef CERTARY_SRC_CHECK_CHANGING_H
#define CERTARY_SRC_CHECK_CHANGING_H

#include <stdbool.h>

#include "base/buf.h"
#include "check/change.h"

/* True where the reason holds; the test may write a sentence of its own into text. */
typedef bool change_fn(const struct change_question *q, struct buf *text);

struct change_row {
	const char *code, *help;
	const char *text; /* the sentence, where the test writes none */
	enum change_weight weight;
	change_fn *test;
};
extern const struct change_row change_rows[]; /* ends with a row without a code */

/* change-issuer.c */
bool change_issuer_kept(const struct change_question *q);    /* the same key signed both */
change_fn change_issuer_proved, change_issuer_claimed, change_issuer_sibling,
	change_untrusted, change_untrusted_issue, change_trusted_now, change_self_signed,
	change_issuer_rekeyed, change_issuer_new, change_serial_reused;

/* change-tests.c */
bool change_was_due(const struct change_question *q);
change_fn change_host_lost, change_names_lost, change_names_gained, change_wildcard,
	change_subject, change_key_kept, change_key_new, change_weaker_key, change_smaller_key,
	change_stronger_key, change_weaker_signature, change_ca, change_due, change_early,
	change_longer, change_shorter, change_older, change_waited, change_serial, change_known;

#endif

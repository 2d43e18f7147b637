/* Who issued it, and does that hold here? */
#include <string.h>

#include "base/lang.h"
#include "check/changing.h"
#include "pki/compare.h"

static bool same_key(const struct cert_info *a, const struct cert_info *b)
{
	return a && b && memcmp(a->spki, b->spki, sizeof a->spki) == 0;
}

/* Signed by itself: its own key is its issuer's, kept only where the key is. */
static bool own_word(const struct change_question *q)
{
	return q->old.leaf->self_signed || q->new.leaf->self_signed;
}

bool change_issuer_proved(const struct change_question *q, struct buf *text)
{
	(void)text;
	return !own_word(q) && same_key(q->old.issuer, q->new.issuer);
}

bool change_issuer_claimed(const struct change_question *q, struct buf *text)
{
	bool checked = q->old.issuer && q->new.issuer;
	(void)text;
	return !own_word(q) && !checked && compare_issuers(q->old.leaf, q->new.leaf);
}

bool change_issuer_sibling(const struct change_question *q, struct buf *text)
{
	return !own_word(q) && q->old.trusted && q->new.trusted &&
	       same_key(q->old.anchor, q->new.anchor) && !change_issuer_proved(q, text);
}

bool change_issuer_kept(const struct change_question *q)
{
	return change_issuer_proved(q, NULL) || change_issuer_sibling(q, NULL);
}

static bool fell(const struct change_question *q)
{
	return q->old.trusted && !q->new.trusted;
}

bool change_untrusted(const struct change_question *q, struct buf *text)
{
	return fell(q) && !change_issuer_proved(q, text);
}

bool change_untrusted_issue(const struct change_question *q, struct buf *text)
{
	return fell(q) && change_issuer_proved(q, text);
}

bool change_trusted_now(const struct change_question *q, struct buf *text)
{
	(void)text;
	return !q->old.trusted && q->new.trusted;
}

bool change_self_signed(const struct change_question *q, struct buf *text)
{
	(void)text;
	return q->new.leaf->self_signed && !q->old.leaf->self_signed && !q->new.trusted;
}

bool change_issuer_rekeyed(const struct change_question *q, struct buf *text)
{
	const struct change_side *o = &q->old, *n = &q->new;
	bool same_name = !own_word(q) && strcmp(o->leaf->issuer, n->leaf->issuer) == 0;
	bool other = o->issuer && n->issuer ? !same_key(o->issuer, n->issuer) :
					      !compare_issuers(o->leaf, n->leaf);
	bool rekeyed = same_name && other && !change_issuer_sibling(q, text);
	if (rekeyed)
		buf_format(text, _("Its issuer is called the same, %s, but has another key."),
			n->leaf->issuer);
	return rekeyed;
}

bool change_issuer_new(const struct change_question *q, struct buf *text)
{
	bool is = strcmp(q->old.leaf->issuer, q->new.leaf->issuer) != 0;
	if (is)
		buf_format(text, _("It was issued by %s, the one before by %s."),
			q->new.leaf->issuer, q->old.leaf->issuer);
	return is;
}

/* A renewed self-signed certificate often has the serial number of the old one. */
bool change_serial_reused(const struct change_question *q, struct buf *text)
{
	(void)text;
	return !own_word(q) && compare_issuers(q->old.leaf, q->new.leaf) &&
	       strcmp(q->old.leaf->serial, q->new.leaf->serial) == 0;
}

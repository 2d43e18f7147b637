/* What the two leaf certificates say, side by side. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/text.h"
#include "check/changing.h"
#include "pki/compare.h"

#define LEAVES(q) const struct cert_info *o = (q)->old.leaf, *n = (q)->new.leaf

bool change_known(const struct change_question *q, struct buf *text)
{
	(void)text;
	return q->known;
}

/* --- names --------------------------------------------------------------------------------- */

bool change_host_lost(const struct change_question *q, struct buf *text)
{
	(void)text;
	return q->new.wrong_host && !q->old.wrong_host;
}

/* What is said of one name, of a few, and of many, of which the first is named. */
struct names_words {
	const char *one, *few, *many;
};

static void put_name(struct buf *text, const char *name)
{
	enum { COLUMNS = 80 };
	size_t n = text_fit(name, COLUMNS, NULL);
	buf_format(text, "%.*s%s", (int)n, name, name[n] ? "…" : "");
}

static bool tell_names(const struct cert_info *has, const struct cert_info *lacks,
	const struct names_words *words, struct buf *text)
{
	enum { SHOWN = 4 };
	const char **names;
	struct buf list = { 0 };
	size_t count = compare_names_lost(has, lacks, &names);
	size_t shown = count <= SHOWN ? count : 1;
	for (size_t i = 0; i < shown; i++) {
		buf_text_add(&list, i ? ", " : "");
		put_name(&list, names[i]);
	}
	if (count == 1)
		buf_format(text, _(words->one), buf_text(&list));
	else if (count > 1)
		buf_format(text, _(shown == count ? words->few : words->many), count,
			buf_text(&list));
	buf_done(&list);
	free(names);
	return count > 0;
}

bool change_names_lost(const struct change_question *q, struct buf *text)
{
	static const struct names_words words = {
		N_("A name that it had is gone: %s."),
		N_("%zu names that it had are gone: %s."),
		N_("%zu names that it had are gone: %s …"),
	};
	return tell_names(q->old.leaf, q->new.leaf, &words, text);
}

bool change_names_gained(const struct change_question *q, struct buf *text)
{
	static const struct names_words words = {
		N_("A name came in: %s."),
		N_("%zu names came in: %s."),
		N_("%zu names came in: %s …"),
	};
	return tell_names(q->new.leaf, q->old.leaf, &words, text);
}

bool change_wildcard(const struct change_question *q, struct buf *text)
{
	const char **names, *found = NULL;
	size_t count = compare_names_lost(q->new.leaf, q->old.leaf, &names);
	for (size_t i = 0; !found && i < count; i++)
		if (strncmp(names[i], "DNS:*.", 6) == 0)
			found = names[i] + 4;
	if (found) {
		struct buf name = { 0 };
		put_name(&name, found);
		buf_format(text, _("It is good for a whole domain now: %s."), buf_text(&name));
		buf_done(&name);
	}
	free(names);
	return found != NULL;
}

static const char *or_empty(const char *name)
{
	return *name ? name : _("(empty)");
}

bool change_subject(const struct change_question *q, struct buf *text)
{
	LEAVES(q);
	bool is = strcmp(o->subject, n->subject) != 0;
	if (is)
		buf_format(text, _("Its subject is %s, it was %s."), or_empty(n->subject),
			or_empty(o->subject));
	return is;
}

bool change_ca(const struct change_question *q, struct buf *text)
{
	(void)text;
	return q->new.leaf->ca && !q->old.leaf->ca;
}

/* --- keys and signatures ------------------------------------------------------------------- */

bool change_key_kept(const struct change_question *q, struct buf *text)
{
	LEAVES(q);
	(void)text;
	return memcmp(o->spki, n->spki, sizeof o->spki) == 0;
}

bool change_key_new(const struct change_question *q, struct buf *text)
{
	return !change_key_kept(q, text);
}

/* Classes, not bits: from RSA with 4096 bits to P-256 is a step that people take for good reasons. */
static unsigned strength(const struct cert_info *info)
{
	unsigned bits = info->key_bits;
	if (strncmp(info->key_algorithm, "RSA", 3) == 0)
		return bits < 2048 ? 1 : bits < 3072 ? 2 : 3;
	if (strcmp(info->key_algorithm, "EC") == 0)
		return bits < 224 ? 1 : bits < 256 ? 2 : 3;
	if (strcmp(info->key_algorithm, "DSA") == 0)
		return 1;
	return strncmp(info->key_algorithm, "Ed", 2) == 0 ? 3 : 0;
}

static void tell_keys(const struct change_question *q, const char *format, struct buf *text)
{
	LEAVES(q);
	buf_format(text, _(format), n->key_algorithm, n->key_bits, o->key_algorithm, o->key_bits);
}

bool change_weaker_key(const struct change_question *q, struct buf *text)
{
	unsigned before = strength(q->old.leaf), after = strength(q->new.leaf);
	bool is = after > 0 && after < before;
	if (is)
		tell_keys(q, N_("Its key is weaker: %s with %u bits, it was %s with %u."), text);
	return is;
}

bool change_stronger_key(const struct change_question *q, struct buf *text)
{
	unsigned before = strength(q->old.leaf), after = strength(q->new.leaf);
	bool is = before > 0 && after > before;
	if (is)
		tell_keys(q, N_("Its key is stronger: %s with %u bits, it was %s with %u."), text);
	return is;
}

bool change_smaller_key(const struct change_question *q, struct buf *text)
{
	LEAVES(q);
	bool is = strcmp(o->key_algorithm, n->key_algorithm) == 0 && n->key_bits < o->key_bits &&
		  strength(o) == strength(n);
	if (is)
		tell_keys(q, N_("Its key is smaller: %s with %u bits, it was %s with %u."), text);
	return is;
}

static bool is_weak(const char *signature)
{
	return strstr(signature, "MD2") || strstr(signature, "MD5") || strstr(signature, "SHA1");
}

bool change_weaker_signature(const struct change_question *q, struct buf *text)
{
	LEAVES(q);
	bool is = is_weak(n->signature) && !is_weak(o->signature);
	if (is)
		buf_format(text,
			_("It is signed with %s, which can be forged; the one before with %s."),
			n->signature, o->signature);
	return is;
}

/* --- dates --------------------------------------------------------------------------------- */

static int64_t life(const struct cert_info *info)
{
	return info->not_after - info->not_before;
}

/*
 * Clients of ACME renew at a third of the life, of very short ones at a half; people in the last weeks.
 * A third of ten years is no reason.
 */
bool change_was_due(const struct change_question *q)
{
	const struct cert_info *o = q->old.leaf;
	int64_t left = o->not_after - q->when;
	int64_t share = life(o) <= 10 * CLOCK_DAY ? life(o) / 2 : life(o) / 3 + CLOCK_DAY;
	return left < 0 || (left <= share && left <= 90 * (int64_t)CLOCK_DAY);
}

bool change_due(const struct change_question *q, struct buf *text)
{
	const struct cert_info *o = q->old.leaf;
	int64_t days = cert_days_left(o, q->when);
	if (!change_was_due(q))
		return false;
	if (q->when > o->not_after)
		buf_text_add(text, _("It was due: the one before is over."));
	else
		buf_format(text,
			lang_n("It was due: the one before had %lld day left, %d %% of its life.",
				"It was due: the one before had %lld days left, %d %% of its life.",
				(size_t)days),
			(long long)days, cert_percent_left(o, q->when));
	return true;
}

bool change_early(const struct change_question *q, struct buf *text)
{
	const struct cert_info *o = q->old.leaf;
	if (change_was_due(q))
		return false;
	int64_t days = cert_days_left(o, q->when);
	buf_format(text,
		lang_n("The one before had %lld day left, %d %% of its life.",
			"The one before had %lld days left, %d %% of its life.", (size_t)days),
		(long long)days, cert_percent_left(o, q->when));
	return true;
}

static int64_t days_of(const struct cert_info *info)
{
	return clock_days(info->not_before, info->not_after + 1);
}

static bool tell_life(const struct change_question *q, bool is, struct buf *text)
{
	if (is)
		buf_format(text, _("It is valid for %lld days, the one before for %lld."),
			(long long)days_of(q->new.leaf), (long long)days_of(q->old.leaf));
	return is;
}

bool change_longer(const struct change_question *q, struct buf *text)
{
	LEAVES(q);
	return tell_life(q, life(n) / 2 > life(o) && days_of(n) > 398, text);
}

bool change_shorter(const struct change_question *q, struct buf *text)
{
	LEAVES(q);
	return tell_life(q, life(n) < life(o) / 2, text);
}

bool change_older(const struct change_question *q, struct buf *text)
{
	LEAVES(q);
	char then[CLOCK_ISO], before[CLOCK_ISO];
	bool is = n->not_before < o->not_before;
	if (is)
		buf_format(text, _("It was issued on %s, before the one that was here, of %s."),
			lang_date(then, n->not_before), lang_date(before, o->not_before));
	return is;
}

bool change_waited(const struct change_question *q, struct buf *text)
{
	const struct cert_info *n = q->new.leaf;
	char then[CLOCK_ISO];
	int64_t days = clock_days(n->not_before, q->last);
	bool is = days > 30 && n->not_before >= q->old.leaf->not_before;
	if (is)
		buf_format(text,
			_("It was issued on %s, %lld days before the other one was last seen."),
			lang_date(then, n->not_before), (long long)days);
	return is;
}

/* --- serial numbers ------------------------------------------------------------------------ */

/* Certificates must have 64 random bits there; who forges by hand counts from 1. */
bool change_serial(const struct change_question *q, struct buf *text)
{
	enum { RANDOM = 15, SHORT = 8 }; /* digits */
	LEAVES(q);
	bool is = strlen(o->serial) >= RANDOM && strlen(n->serial) <= SHORT;
	if (is)
		buf_format(text,
			_("Its serial number is short, %s, where the one before had a random one."),
			*n->serial ? n->serial : _("empty"));
	return is;
}

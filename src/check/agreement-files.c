/*
 * What is declared beside what lies in the files.
 */
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/lang.h"
#include "check/agreeing.h"

struct one {
	const struct agreeing *a;
	const struct declared_file *file;
	const struct stored *stored;
	size_t number;
};

static const char *role_of(const struct one *o)
{
	return _(declared_role_name(o->file->role));
}

/* Is it there, and what it should be?  False: there is nothing more to be said of it. */
static bool judge_presence(const struct one *o)
{
	const struct agreeing *a = o->a;
	bool needed = o->file->role <= DECLARED_KEY;
	if (!o->file->path && !*o->file->shown)
		disagree(a, AGREE_UNSET, OUTCOME_CRITICAL, &a->q->service->tls_at,
			"%s isn't set: there is no %s", o->file->setting, role_of(o));
	else if (o->stored->state == STORED_MISSING)
		disagree(a, AGREE_MISSING, OUTCOME_CRITICAL, &o->file->at,
			"the %s %s isn't there (%s)", role_of(o), o->file->shown,
			o->file->setting);
	else if (o->stored->state == STORED_UNREADABLE)
		disagree(a, AGREE_UNREADABLE, OUTCOME_WARNING, &o->file->at,
			"the %s %s can't be read: %s", role_of(o), o->file->shown,
			o->stored->why);
	else if (o->stored->state == STORED_ALIEN && o->file->role != DECLARED_CRL)
		disagree(a, AGREE_ALIEN, needed ? OUTCOME_CRITICAL : OUTCOME_WARNING,
			&o->file->at, "the %s %s: %s", role_of(o), o->file->shown,
			o->stored->why);
	else
		return o->stored->state == STORED_THERE;
	return false;
}

/* --- certificates --------------------------------------------------------------------------- */

static void judge_life(const struct one *o, const struct cert_info *leaf)
{
	char date[CLOCK_ISO];
	struct expiry expiry;
	const struct agreement_question *q = o->a->q;
	expiry_of(&leaf, 1, q->now, &expiry);
	if (leaf->not_after < q->now)
		disagree(o->a, AGREE_EXPIRED, OUTCOME_CRITICAL, &o->file->at,
			"the certificate in %s is over since %s", o->file->shown,
			lang_date(date, leaf->not_after));
	else if (leaf->not_before > q->now)
		disagree(o->a, AGREE_EARLY, OUTCOME_CRITICAL, &o->file->at,
			"the certificate in %s isn't valid before %s", o->file->shown,
			lang_time(date, leaf->not_before));
	else if (expiry_level(&expiry, &q->thresholds) != OUTCOME_OK)
		disagree(o->a, AGREE_ENDING, expiry_level(&expiry, &q->thresholds), &o->file->at,
			lang_n("the certificate in %s ends in %lld day, on %s",
				"the certificate in %s ends in %lld days, on %s",
				(size_t)expiry.days_left),
			o->file->shown, (long long)expiry.days_left,
			lang_date(date, leaf->not_after));
}

static bool follows(const struct cert_info *one, const struct cert_info *next)
{
	if (one->issuer_key_id && next->key_id)
		return strcmp(one->issuer_key_id, next->key_id) == 0;
	return strcmp(one->issuer, next->subject) == 0;
}

static void judge_order(const struct one *o, const struct cert_info *leaf)
{
	const struct stored *s = o->stored;
	if (leaf != s->certs[0]) {
		disagree(o->a, AGREE_ORDER, OUTCOME_CRITICAL, &o->file->at,
			"in %s the server's own certificate has to be the first; it begins with %s",
			o->file->shown,
			*s->certs[0]->subject ? s->certs[0]->subject : _("another"));
		return;
	}
	for (size_t i = 0; i + 1 < s->cert_count; i++)
		if (!follows(s->certs[i], s->certs[i + 1])) {
			disagree(o->a, AGREE_CHAIN, OUTCOME_WARNING, &o->file->at,
				"in %s %s isn't followed by its issuer's certificate",
				o->file->shown, s->certs[i]->subject);
			return;
		}
}

static void judge_certificate(const struct one *o)
{
	const struct cert_info *leaf = agreeing_leaf(o->a, o->number);
	if (!leaf) {
		disagree(o->a, AGREE_ALIEN, OUTCOME_CRITICAL, &o->file->at,
			"no certificate is in %s (%s)", o->file->shown, o->file->setting);
		return;
	}
	judge_order(o, leaf);
	judge_life(o, leaf);
}

/* --- keys ----------------------------------------------------------------------------------- */

/*
 * PostgreSQL doesn't start but with a key of root that its group may read, or with one of its own that
 * nobody else may (be-secure-common.c).
 */
static unsigned excess_of(const struct one *o)
{
	bool strict = o->a->q->service->kind->strict;
	unsigned most = !strict ? 0750 : o->stored->uid == 0 ? 0740 : 0700;
	return o->stored->mode & 0777 & ~most;
}

static void judge_mode(const struct one *o)
{
	const struct declared_kind *kind = o->a->q->service->kind;
	unsigned excess = excess_of(o);
	if (excess == 0)
		return;
	const char *who = excess & (S_IROTH | S_IXOTH) ?
		N_("everybody on this host may read the key %s (%s:%s, mode %04o; chmod %s)") :
		excess & (S_IWOTH | S_IWGRP) ?
		N_("others may change the key %s (%s:%s, mode %04o; chmod %s)") :
		N_("its group may read the key %s (%s:%s, mode %04o; chmod %s)");
	struct buf text = { 0 };
	buf_format(&text, _(who), o->file->shown, o->stored->owner, o->stored->group,
		o->stored->mode & 07777, o->stored->uid == 0 ? "0640" : "0600");
	if (kind->strict)
		disagree(o->a, AGREE_MODE, OUTCOME_CRITICAL, &o->file->at,
			"%s: %s doesn't start with it", buf_text(&text), kind->label);
	else
		disagree(o->a, AGREE_MODE, OUTCOME_CRITICAL, &o->file->at, "%s", buf_text(&text));
	buf_done(&text);
}

static bool is_account_of(const struct declared_kind *kind, const char *owner)
{
	const char *other = kind->owner_elsewhere;
	return strcmp(owner, kind->owner) == 0 || (other && strcmp(owner, other) == 0);
}

/* Who is in a file's group isn't known here: where it may read, that is taken for enough. */
static void judge_owner(const struct one *o)
{
	const struct declared_kind *kind = o->a->q->service->kind;
	const char *owner = o->stored->owner;
	bool by_others = o->stored->mode & (S_IRGRP | S_IROTH);
	bool named = *owner < '0' || *owner > '9';
	if (!kind->owner || !named || is_account_of(kind, owner))
		return;
	if (kind->strict && o->stored->uid != 0)
		disagree(o->a, AGREE_OWNER, OUTCOME_WARNING, &o->file->at,
			"the key %s belongs to %s: %s wants it to be root's or its own (usually %s)",
			o->file->shown, owner, kind->label, kind->owner);
	else if (!by_others)
		disagree(o->a, AGREE_OWNER, OUTCOME_WARNING, &o->file->at,
			"the key %s can be read by %s alone: %s runs as another account (usually %s)",
			o->file->shown, owner, kind->label, kind->owner);
}

static void judge_match(const struct one *o)
{
	const struct agreeing *a = o->a;
	size_t number;
	if (!agreeing_file(a, DECLARED_CERTIFICATE, o->file->pair, &number))
		return;
	const struct cert_info *leaf = agreeing_leaf(a, number);
	if (leaf && memcmp(leaf->spki, o->stored->spki, FINGERPRINT_SIZE) != 0)
		disagree(a, AGREE_MISMATCH, OUTCOME_CRITICAL, &o->file->at,
			"the key %s isn't that of the certificate in %s", o->file->shown,
			a->q->service->files[number].shown);
}

static void judge_key(const struct one *o)
{
	if (o->stored->keys == 0) {
		disagree(o->a, AGREE_ALIEN, OUTCOME_CRITICAL, &o->file->at, "no key is in %s (%s)",
			o->file->shown, o->file->setting);
		return;
	}
	if (o->stored->keys_open == 0)
		disagree(o->a, AGREE_SEALED, OUTCOME_OK, &o->file->at,
			"the key %s is encrypted, so that nobody here can tell whose it is",
			o->file->shown);
	else
		judge_match(o);
	judge_mode(o);
	judge_owner(o);
}

void agree_files(const struct agreeing *a)
{
	for (size_t i = 0; i < a->q->service->file_count; i++) {
		const struct one o = { a, &a->q->service->files[i], &a->q->stored[i], i };
		if (!judge_presence(&o))
			continue;
		if (o.file->role == DECLARED_CERTIFICATE)
			judge_certificate(&o);
		else if (o.file->role == DECLARED_KEY)
			judge_key(&o);
	}
}

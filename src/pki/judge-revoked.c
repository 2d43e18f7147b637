/*
 * Was a certificate of the path revoked?  Three may say so: its CA's list, an answer that the server
 * stapled to its handshake, and, where the CA is our own, our own records.
 *
 * Revocation is ours on top of GnuTLS's verdict, as blocking is: its trust lists take no list of a CA
 * that is no anchor.  A list counts only where this very issuer has signed it.  What isn't known is never
 * taken for revoked, and what can't be used is told.
 */
#include "pki/judging.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/crl.h"
#include "pki/ocsp.h"

#define SKEW        300 /* seconds that clocks may differ */
#define STAPLES_MOST 8

static void say(struct fate *fate, enum fate_kind kind, struct buf *text)
{
	if (fate->texts[kind])
		buf_done(text);
	else
		fate->texts[kind] = buf_take(text);
}

static void say_plain(struct fate *fate, enum fate_kind kind, const char *words)
{
	struct buf text = { 0 };
	buf_text_add(&text, words);
	say(fate, kind, &text);
}

/* A main clause, behind which follows who says so.  The caller frees. */
static char *revocation_words(const struct revocation *r)
{
	char day[CLOCK_ISO];
	struct buf text = { 0 };
	lang_date(day, r->when);
	if (r->when > 0)
		buf_format(&text, r->hold ? _("It was suspended on %s") : _("It was revoked on %s"),
			day);
	else
		buf_text_add(&text, r->hold ? _("It was suspended") : _("It was revoked"));
	if (r->words)
		buf_format(&text, " (%s)", _(r->words));
	return buf_take(&text);
}

/* --- the CA's list --------------------------------------------------------------------------- */

static bool is_outdated(const struct crl_info *info, int64_t now)
{
	return now > crl_end(info->now, info->next);
}

static void say_revoked(const struct crl_info *info, const struct revocation *r, struct fate *fate)
{
	struct buf text = { 0 };
	char from[CLOCK_ISO], next[CLOCK_ISO], *what = revocation_words(r);
	lang_date(from, info->now);
	/* TRANSLATORS: the first %s is "It was revoked on 2026-11-23 (it was replaced)" */
	if (info->next)
		buf_format(&text, _("%s, says the list of its CA from %s, next %s."), what, from,
			lang_date(next, info->next));
	else
		buf_format(&text, _("%s, says the list of its CA from %s."), what, from);
	free(what);
	say(fate, FATE_REVOKED, &text);
}

static void say_unusable(const char *why, struct fate *fate)
{
	struct buf text = { 0 };
	buf_format(&text, _("The revocation list of its CA says nothing of it: %s."), _(why));
	say(fate, FATE_CRL_UNUSABLE, &text);
}

static void say_outdated(const struct crl_info *info, struct fate *fate)
{
	char day[CLOCK_ISO];
	struct buf text = { 0 };
	if (info->next)
		buf_format(&text,
			_("The revocation list of its CA was to be replaced by %s: whether it was "
			  "revoked since isn't known."),
			lang_date(day, info->next));
	else
		buf_format(&text,
			_("The revocation list of its CA is from %s and doesn't say until when it "
			  "counts, which is taken for %d days: whether it was revoked since isn't "
			  "known."),
			lang_date(day, info->now), CRL_UNSAID_DAYS);
	say(fate, FATE_CRL_OUTDATED, &text);
}

static void say_not_listed(const struct crl_info *info, struct fate *fate)
{
	struct buf text = { 0 };
	char from[CLOCK_ISO], next[CLOCK_ISO];
	lang_date(from, info->now);
	if (info->next)
		buf_format(&text, _("not revoked: list of its CA from %s, next %s"), from,
			lang_date(next, info->next));
	else
		buf_format(&text, _("not revoked: list of its CA from %s"), from);
	say(fate, FATE_TELLS, &text);
}

static void judge_list(struct crl *crl, const struct place *place, struct fate *fate)
{
	static const char *const refusals[] = {
		[CRL_BY_ANOTHER] = N_("it is by a CA of another name"),
		[CRL_BAD_SIGNATURE] = N_("it wasn't signed with this CA's key"),
		[CRL_MAY_NOT_SIGN] = N_("the CA's key usage doesn't allow it to sign such lists"),
	};
	const struct crl_info *info = crl_info(crl);
	const struct cert *cert = place->member->cert;
	int64_t now = place->question->now;
	struct revocation r;
	enum crl_by by = crl_by(crl, place->issuer->cert);
	bool outdated = is_outdated(info, now);
	if (by != CRL_BY) {
		say_unusable(refusals[by], fate);
	} else if (crl_lists(crl, cert, &r) && !r.removed && !(r.hold && outdated)) {
		say_revoked(info, &r, fate);
	} else if (!crl_covers(crl, cert)) {
		say_unusable(info->unfit ? info->unfit :
					   N_("it covers other certificates of this CA"),
			fate);
	} else if (info->now > now + SKEW) {
		say_unusable(N_("it is of a later time"), fate);
	} else if (outdated) {
		say_outdated(info, fate);
	} else {
		say_not_listed(info, fate);
	}
}

static void judge_lists(const struct place *place, struct fate *fate)
{
	const struct judge_source *source = place->pool->source;
	struct crl *crl;
	char *url = cert_crl_url(place->member->cert, 0);
	if (source && source->crl)
		for (size_t n = 0; (crl = source->crl(source->ctx, place->issuer->cert, n)); n++) {
			judge_list(crl, place, fate);
			fate->listed = true;
		}
	if (!fate->listed && url && source && source->crl)
		say_plain(fate, FATE_TELLS, _("no revocation list of its CA at hand"));
	free(url);
}

/* --- our own CA's records ---------------------------------------------------------------------- */

static void judge_record(const struct place *place, struct fate *fate)
{
	const struct judge_source *source = place->pool->source;
	struct revocation r = { 0 };
	struct buf text = { 0 };
	if (!source || !source->revoked ||
		!source->revoked(source->ctx, &place->member->cert->info->sha256, &r))
		return;
	char *what = revocation_words(&r);
	/* TRANSLATORS: %s is "It was revoked on 2026-11-23" */
	buf_format(&text, _("%s by the CA in this store that issued it."), what);
	free(what);
	say(fate, FATE_REVOKED, &text);
}

/* --- what the server stapled -------------------------------------------------------------------- */

static void say_stale(const struct ocsp_answer *answer, struct fate *fate)
{
	struct buf text = { 0 };
	char from[CLOCK_ISO], until[CLOCK_ISO];
	lang_time(from, answer->now);
	if (answer->next)
		buf_format(&text,
			_("The stapled OCSP answer is of another time: from %s, until %s."), from,
			lang_time(until, answer->next));
	else
		buf_format(&text,
			_("The stapled OCSP answer is of another time: from %s, and it doesn't say "
			  "until when it counts, which is taken for %d days."),
			from, CRL_UNSAID_DAYS);
	say(fate, FATE_OCSP_OUTDATED, &text);
}

static void say_stapled(const struct ocsp_answer *answer, struct fate *fate)
{
	struct buf text = { 0 };
	char until[CLOCK_ISO], *what;
	switch (answer->status) {
	case OCSP_GOOD:
		if (answer->next)
			buf_format(&text, _("stapled OCSP: good, until %s"),
				lang_time(until, answer->next));
		else
			buf_text_add(&text, _("stapled OCSP: good"));
		say(fate, FATE_STAPLED, &text);
		break;
	case OCSP_REVOKED:
		what = revocation_words(&answer->revocation);
		/* TRANSLATORS: %s is "It was revoked on 2026-11-23 (it was replaced)" */
		buf_format(&text, _("%s, says the answer of its CA (OCSP) that the server stapled."),
			what);
		free(what);
		say(fate, FATE_OCSP_REVOKED, &text);
		break;
	case OCSP_UNKNOWN:
		say_plain(fate, FATE_OCSP_UNKNOWN,
			_("The responder of its CA (OCSP) doesn't know it, says the answer that "
			  "the server stapled."));
		break;
	case OCSP_OUTDATED:
		say_stale(answer, fate);
		break;
	default:
		say_plain(fate, FATE_OCSP_UNUSABLE,
			_("The stapled OCSP answer wasn't signed by its CA, nor by a responder "
			  "whom the CA has delegated."));
	}
}

/* One that is about none of the certificates was meant for the leaf: nobody staples anything else. */
static void judge_staples(const struct place *place, struct fate *fate)
{
	const struct judge_question *q = place->question;
	bool about = false;
	for (size_t i = 0; i < q->staple_count && i < STAPLES_MOST; i++) {
		struct ocsp_answer answer;
		ocsp_judge(&q->staples[i], place->member->cert, place->issuer->cert, q->now, &answer);
		if (answer.status != OCSP_STRANGE)
			say_stapled(&answer, fate);
		about = about || answer.status != OCSP_STRANGE;
	}
	if (place->at == 0 && q->staple_count == 1 && !about)
		say_plain(fate, FATE_OCSP_UNUSABLE,
			_("The stapled OCSP answer isn't one about this certificate."));
	if (place->at == 0 && q->live && q->staple_count == 0 &&
		cert_must_staple(place->member->cert))
		say_plain(fate, FATE_MUST_STAPLE,
			_("It promises a stapled OCSP answer (must-staple), and the server sent "
			  "none: some clients refuse that."));
}

/* --- for the table ------------------------------------------------------------------------------- */

/* Without its issuer, and for an anchor, there is nobody to ask. */
void fate_judge(const struct place *place, struct fate *out)
{
	*out = (struct fate){ 0 };
	if (!place->issuer || place->member->standing == STANDING_TRUSTED)
		return;
	judge_record(place, out);
	judge_lists(place, out);
	judge_staples(place, out);
}

char *fate_words(struct fate *fate)
{
	char *lists = fate->texts[FATE_TELLS], *stapled = fate->texts[FATE_STAPLED];
	if (!lists && !stapled)
		return NULL;
	if (stapled && !fate->listed)
		lists = NULL; /* an answer is as good as a list */
	return mem_format("%s%s%s", stapled ? stapled : "", stapled && lists ? "; " : "",
		lists ? lists : "");
}

void fate_done(struct fate *fate)
{
	for (size_t i = 0; i < FATE_COUNT; i++)
		free(fate->texts[i]);
}

static bool has(const struct place *place, enum fate_kind kind, struct buf *text)
{
	const char *words = place->fates[place->at].texts[kind];
	if (words)
		buf_text_add(text, words);
	return words != NULL;
}

#define CHECK(name, kind)                                                                          \
	bool check_##name(const struct place *place, struct buf *text)                             \
	{                                                                                          \
		return has(place, FATE_##kind, text);                                              \
	}

CHECK(revoked, REVOKED)
CHECK(crl_outdated, CRL_OUTDATED)
CHECK(crl_unusable, CRL_UNUSABLE)
CHECK(ocsp_revoked, OCSP_REVOKED)
CHECK(ocsp_unknown, OCSP_UNKNOWN)
CHECK(ocsp_outdated, OCSP_OUTDATED)
CHECK(ocsp_unusable, OCSP_UNUSABLE)
CHECK(must_staple, MUST_STAPLE)

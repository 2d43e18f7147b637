#include "app/crl.h"

#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "app/source.h"
#include "app/written.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"

#define CANDIDATES_MOST 64 /* whose signature is tried; nobody of those behind them is taken for absent */

bool app_crls(struct app *app, struct crl_records *out, struct error *err)
{
	return app_open_store(app, APP_STORE_THERE, err) && store_crls(app_store(app), out, err);
}

const char *crl_state(const struct crl *crl, int64_t now)
{
	const struct crl_info *info = crl_info(crl);
	return info->now > now				? N_("not yet") :
	       now > crl_end(info->now, info->next) ? N_("outdated") :
						      N_("current");
}

static bool is_called(const struct crl_record *record, const char *text)
{
	char hex[FINGERPRINT_HEX];
	fingerprint_hex(&crl_info(record->crl)->id, hex);
	return strcasestr(crl_info(record->crl)->issuer, text) ||
	       (strlen(text) >= 6 && strncasecmp(hex, text, strlen(text)) == 0);
}

bool app_crl_find(const struct crl_records *all, const char *text, const struct crl_record **out,
	struct error *err)
{
	size_t count = 0;
	for (size_t i = 0; *text && i < all->count; i++) {
		const struct crl_record *record = &all->items[i];
		if (strcmp(crl_info(record->crl)->issuer, text) == 0) {
			*out = record;
			return true;
		}
		if (is_called(record, text)) {
			*out = record;
			count++;
		}
	}
	if (count == 0)
		return error_set(err, ERROR_NOT_FOUND,
			"%s: there is no such revocation list (certary crl list)", text);
	return count == 1 || error_set(err, ERROR_NOT_FOUND,
		"%s: %zu revocation lists are called that (say more of the name)", text, count);
}

bool app_plan_crl_remove(struct app *app, const struct crl_record *record, struct plan *plan,
	struct error *err)
{
	(void)app, (void)err;
	plan->op = "crl remove";
	plan_crl_remove(plan, record);
	return true;
}

/* --- whose list is it? ---------------------------------------------------------------------------- */

/*
 * Names and key identifiers can be copied, and what a hostile server presented lies in the quarantine:
 * such a CA, with a list of its own, mustn't push aside the true one.  So whoever isn't trusted vouches
 * for a list that replaces another only where it has signed that as well, or where nobody at hand has:
 * and that is known only after all were asked.  Copies can be many; the trusted are asked before them.
 */
struct vouching {
	struct app *app;
	struct crl *crl, *was; /* was: the one at hand, or NULL */
	enum crl_by by;        /* the best answer */
	char *name;            /* of the CA that gave it; safe text */
	size_t asked;
	bool cut;         /* there are more than are asked */
	bool usurped;     /* somebody has signed this one alone */
	bool was_vouched; /* somebody at hand has signed the one at hand */
};

static void note_name(struct vouching *v, const struct cert *ca)
{
	free(v->name);
	v->name = cert_proposed_name(cert_info(ca));
}

/* True where nobody else needs to be asked. */
static bool vouch(struct vouching *v, const struct cert *ca, bool trusted)
{
	v->cut = v->asked++ >= CANDIDATES_MOST;
	if (v->cut)
		return true;
	enum crl_by by = crl_by(v->crl, ca);
	bool both = v->was && crl_by(v->was, ca) == CRL_BY;
	v->was_vouched = v->was_vouched || both;
	if (by == CRL_BY && v->was && !both && !trusted) {
		v->usurped = true;
		note_name(v, ca);
		return false;
	}
	if (by != CRL_BY && v->by != CRL_BY_ANOTHER)
		return false;
	v->by = by;
	if (by != CRL_BY_ANOTHER)
		note_name(v, ca);
	return by == CRL_BY;
}

static bool store_vouches(struct vouching *v, bool trusted)
{
	uint32_t cursor = 0;
	struct entry e;
	struct cert *cert;
	bool done = false;
	while (!done && store_next_subject(app_store(v->app), crl_info(v->crl)->issuer, &cursor, &e)) {
		if (e.state == STATE_TRASH || (e.state == STATE_TRUSTED) != trusted ||
			!store_read_cert(app_store(v->app), &e, &cert, NULL, NULL, NULL))
			continue;
		done = vouch(v, cert, trusted);
		cert_free(cert);
	}
	return done;
}

static bool identities_vouch(struct vouching *v)
{
	struct identities all = { 0 };
	bool done = false;
	if (!store_identities(app_store(v->app), &all, NULL))
		return false;
	for (size_t i = 0; !done && i < all.live; i++)
		for (size_t c = 0; !done && c < all.items[i].cert_count; c++)
			if (cert_info(all.items[i].certs[c])->ca)
				done = vouch(v, all.items[i].certs[c], true);
	identities_done(&all);
	return done;
}

static bool anchors_vouch(struct vouching *v)
{
	const struct system_anchors *anchors = app_anchors(v->app);
	const struct cert *cert;
	for (size_t i = 0; anchors && (cert = anchors_at(anchors, i)); i++)
		if (strcmp(cert_info(cert)->subject, crl_info(v->crl)->issuer) == 0 &&
			vouch(v, cert, true))
			return true;
	return false;
}

static void find_vouchers(struct vouching *v, const struct crl_offer *offer)
{
	bool done = store_vouches(v, true) || identities_vouch(v) || anchors_vouch(v);
	for (size_t i = 0; !done && i < offer->issuer_count; i++)
		done = vouch(v, offer->issuers[i], false);
	if (!done)
		store_vouches(v, false);
	if (v->by != CRL_BY && v->usurped && !v->was_vouched && !v->cut)
		v->by = CRL_BY; /* nobody speaks for the one at hand */
}

/* --- keeping it ------------------------------------------------------------------------------- */

static bool refuse_signature(const struct vouching *v, struct error *err)
{
	const char *issuer = crl_info(v->crl)->issuer;
	if (v->cut)
		return error_set(err, ERROR_FAILED, "is a list of %s, and so many certificates of that name "
			"are at hand that not all were asked whose it is (certary trust the right one, "
			"or certary remove the others)", issuer);
	if (v->by != CRL_BY && v->usurped)
		return error_set(err, ERROR_FAILED, "is a list of %s with another key than the CA of that "
			"name whose list is at hand (certary crl remove takes that away)", v->name);
	if (v->by == CRL_MAY_NOT_SIGN)
		return error_set(err, ERROR_FAILED, "is a revocation list of %s, whose key usage doesn't "
			"allow it to sign such lists", v->name);
	if (v->by == CRL_BAD_SIGNATURE)
		return error_set(err, ERROR_FAILED, "is no revocation list of %s: it wasn't signed with "
			"its key", v->name);
	return error_set(err, ERROR_FAILED, "is a revocation list of %s, whose certificate isn't at hand "
		"to check it with (certary import it first)", issuer);
}

static bool is_older(const struct crl *was, const struct crl *now, struct error *err)
{
	char day[CLOCK_ISO];
	if (crl_compare(now, was) >= 0)
		return false;
	error_set(err, ERROR_FAILED, "is older than the list of %s at hand, which is of %s",
		crl_info(was)->issuer, clock_date(day, crl_info(was)->now));
	return true;
}

static bool is_same(const struct crl *a, const struct crl *b)
{
	size_t n, m;
	const uint8_t *x = crl_der(a, &n), *y = crl_der(b, &m);
	return n == m && memcmp(x, y, n) == 0;
}

static void put_row(const struct crl_offer *offer, const struct crl_record *was,
	const struct vouching *v, struct plan *plan)
{
	struct headers headers = { 0 };
	const char *issuer = crl_info(offer->crl)->issuer;
	headers_set(&headers, "Name", v->name ? v->name : *issuer ? issuer : "(without a name)");
	written_headers(&headers, offer->source);
	plan_crl_put(plan, &headers, offer->crl, was);
	headers_done(&headers);
}

static void take_note(const struct vouching *v, struct buf *note)
{
	const struct crl_info *info = crl_info(v->crl);
	const char *between = "";
	if (v->by == CRL_BY_ANOTHER) {
		buf_format(note, _("no certificate of %s is at hand: the list counts where such a CA has "
				   "signed it"), info->issuer);
		between = "; ";
	}
	if (info->unfit)
		buf_format(note, _("%sit can't say that a certificate is good: %s"), between,
			lang_text(info->unfit));
	else if (app_now() > crl_end(info->now, info->next))
		buf_format(note, _("%sit is outdated already"), between);
}

static bool plan_new(const struct crl_offer *offer, const struct crl_record *was,
	const struct vouching *v, struct plan *plan, struct buf *note, struct error *err)
{
	bool must = was || offer->fetched || v->by != CRL_BY_ANOTHER;
	if (must && v->by != CRL_BY)
		return refuse_signature(v, err);
	if (plan_has(plan, &crl_info(offer->crl)->id))
		return error_set(err, ERROR_FAILED, "another list of this CA is to be kept at the same "
			"time (import one alone)");
	put_row(offer, was, v, plan);
	take_note(v, note);
	return true;
}

bool app_plan_crl(struct app *app, const struct crl_offer *offer, struct plan *plan, struct buf *note,
	struct error *err)
{
	struct vouching v = { .app = app, .crl = (struct crl *)(uintptr_t)offer->crl,
		.by = CRL_BY_ANOTHER };
	struct crl_record was;
	bool there = store_crl(app_store(app), &crl_info(offer->crl)->id, &was, NULL), ok;
	if (there && is_same(was.crl, offer->crl)) {
		buf_text_add(note, _("is known already"));
		ok = true;
	} else if (there && is_older(was.crl, offer->crl, err)) {
		ok = false;
	} else {
		v.was = there ? was.crl : NULL;
		find_vouchers(&v, offer);
		ok = plan_new(offer, there ? &was : NULL, &v, plan, note, err);
	}
	free(v.name);
	crl_record_done(&was);
	return ok;
}

/* What speaks against issuing, and what the operator should see before. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "pki/asking.h"
#include "pki/craft.h"
#include "pki/naming.h"

static void refuse_list(const char *const *list, struct advice *out)
{
	for (; list && *list; list++) {
		enum san_kind kind;
		struct buf value = { 0 };
		struct error err;
		if (!craft_constraint_parse(*list, &kind, &value, &err))
			advice_add(out, ADVICE_REFUSES, "constraint", "Name constraint: %s.",
				err.text);
		buf_done(&value);
	}
}

static void check_url(const char *url, struct advice *out)
{
	struct san san;
	struct error err;
	if (!url)
		return;
	char *text = mem_format("URI:%s", url);
	if (!san_parse(text, &san, &err))
		advice_add(out, ADVICE_REFUSES, "url", "Where it is found: %s.", err.text);
	san_done(&san);
	free(text);
}

static void check_terms(const struct terms *terms, struct advice *out)
{
	profile_check_days(terms->profile, terms->days, terms->now, out);
	check_url(terms->crl_url, out);
	check_url(terms->issuer_url, out);
	if (!terms->profile->ca)
		return;
	refuse_list(terms->permitted, out);
	refuse_list(terms->excluded, out);
	if (!terms->permitted || !*terms->permitted)
		advice_add(out, ADVICE_WARNS, "any-name",
			"Without name constraints, this CA can sign for any name.");
}

static void check_hosts_key(
	const char *algorithm, const struct profile *profile, struct advice *out)
{
	if (profile->hosts && strcmp(algorithm, "Ed25519") == 0)
		advice_add(out, ADVICE_WARNS, "ed25519",
			"Browsers don't take Ed25519 from servers; your own programs may.");
}

void self_check(const struct subject *subject, const struct privkey *key, const struct terms *terms,
	struct advice *out)
{
	subject_check(subject, terms->profile, out);
	privkey_check(key, out);
	check_terms(terms, out);
	check_hosts_key(key->info.algorithm, terms->profile, out);
	advice_add(out, ADVICE_TELLS, "self-signed",
		terms->profile->ca ? N_("Every client must be told to trust this CA.")
				   : N_("It is self-signed: nobody trusts it unless told to."));
}

/* --- the CA ------------------------------------------------------------------------------- */

/* Does it list purposes, and this one not among them? */
static bool lacks_purpose(gnutls_x509_crt_t crt, const char *purpose)
{
	char oid[128];
	for (unsigned i = 0;; i++) {
		size_t len = sizeof oid;
		int code = gnutls_x509_crt_get_key_purpose_oid(crt, i, oid, &len, NULL);
		if (code == GNUTLS_E_SHORT_MEMORY_BUFFER)
			continue;
		if (code < 0)
			return i > 0;
		if (strcmp(oid, purpose) == 0 || strcmp(oid, GNUTLS_KP_ANY) == 0)
			return false;
	}
}

/* Purposes of a CA bind what it issues: OpenSSL, Windows and browsers keep to that. */
static void check_ca_purposes(
	gnutls_x509_crt_t crt, const struct profile *profile, struct advice *out)
{
	for (const char *const *purpose = profile_purposes(profile); *purpose; purpose++)
		if (lacks_purpose(crt, *purpose)) {
			advice_add(out, ADVICE_REFUSES, "ca-purposes",
				"The CA is limited to other purposes than that of %s.",
				_(profile->label));
			return;
		}
}

static void check_ca_usage(
	const struct cert *cert, const struct profile *profile, struct advice *out)
{
	gnutls_x509_crt_t crt = craft_crt(cert);
	unsigned usage, critical;
	check_ca_purposes(crt, profile, out);
	if (gnutls_x509_crt_get_key_usage(crt, &usage, &critical) >= 0 &&
		!(usage & GNUTLS_KEY_KEY_CERT_SIGN))
		advice_add(out, ADVICE_REFUSES, "ca-usage",
			"The CA's key usage doesn't include signing certificates.");
	gnutls_x509_crt_deinit(crt);
}

static void check_ca_life(const struct authority *ca, const struct terms *terms, struct advice *out)
{
	const struct cert_info *info = cert_info(ca->cert);
	char date[CLOCK_ISO];
	if (terms->now < info->not_before)
		advice_add(out, ADVICE_REFUSES, "ca-future", "The CA begins on %s.",
			lang_date(date, info->not_before));
	else if (terms->now > info->not_after)
		advice_add(out, ADVICE_REFUSES, "ca-over", "The CA ended on %s.",
			lang_date(date, info->not_after));
	else if (issue_end(terms, ca) == info->not_after)
		advice_add(out, ADVICE_TELLS, "ends-with-ca",
			"It ends on %s, with the CA, and not after %u days.",
			lang_date(date, info->not_after), terms->days);
}

static void check_path(const struct cert_info *ca, const struct terms *terms, struct advice *out)
{
	if (!terms->profile->ca || ca->path_len < 0)
		return;
	if (ca->path_len == 0)
		advice_add(out, ADVICE_REFUSES, "path-length",
			"The CA's path length is 0: it may issue no further CA.");
	else if (terms->path_len < 0 || terms->path_len >= ca->path_len)
		advice_add(out, ADVICE_TELLS, "path-length-cut",
			"Its path length is %d, one less than the CA's own.", ca->path_len - 1);
}

static void check_ca(const struct authority *ca, const struct terms *terms, struct advice *out)
{
	const struct cert_info *info = cert_info(ca->cert);
	if (!info->ca)
		advice_add(out, ADVICE_REFUSES, "not-ca",
			"%s isn't a CA: what it signs is accepted nowhere.", info->subject);
	if (!privkey_matches(ca->key, info))
		advice_add(
			out, ADVICE_REFUSES, "ca-key", "The key isn't that of %s.", info->subject);
	check_ca_usage(ca->cert, terms->profile, out);
	check_ca_life(ca, terms, out);
	check_path(info, terms, out);
}

/* --- the request -------------------------------------------------------------------------- */

static void check_sender(
	const struct request_info *info, const struct authority *ca, struct advice *out)
{
	if (!info->signed_by_key)
		advice_add(out, ADVICE_REFUSES, "request-signature",
			"The request's signature isn't good: it was changed, or its sender doesn't "
			"hold the key.");
	if (memcmp(info->spki, cert_info(ca->cert)->spki, FINGERPRINT_SIZE) == 0)
		advice_add(
			out, ADVICE_REFUSES, "ca-own-key", "The request is for the CA's own key.");
	if (*info->subject && strcmp(info->subject, cert_info(ca->cert)->subject) == 0)
		advice_add(out, ADVICE_REFUSES, "ca-own-name",
			"The request has the CA's own name: it would seem to be self-signed.");
	if (!naming_is_plain(info->subject))
		advice_add(out, ADVICE_REFUSES, "subject",
			"The subject holds characters that can't be seen, or is no text: %.200s",
			info->subject);
	craft_check_key(info->key_algorithm, info->key_bits, info->exponent, out);
}

static void tell_missing(const char *code, const char *format, const struct sans *in,
	const struct sans *from, struct advice *out)
{
	for (size_t i = 0; i < in->count; i++) {
		struct buf shown = { 0 };
		if (sans_has(from, &in->items[i]))
			continue;
		san_show(&in->items[i], true, &shown);
		advice_add(out, ADVICE_TELLS, code, format, buf_text(&shown));
		buf_done(&shown);
	}
}

static void check_asked(const struct request_info *info, const struct sans *sans,
	const struct terms *terms, struct advice *out)
{
	if (info->asks_ca && !terms->profile->ca)
		advice_add(out, ADVICE_WARNS, "asks-ca",
			"It asks to become a CA; as %s it won't be one.", _(terms->profile->label));
	if (info->asks_unseen)
		advice_add(out, ADVICE_TELLS, "asks-more",
			"It asks for extensions beyond names and purposes; they are left out.");
	if (info->other_sans > 0)
		advice_add(out, ADVICE_WARNS, "san-unwritable",
			"%zu of the names that it asks for can't be issued, and are left out.",
			info->other_sans);
	tell_missing("san-left-out", N_("%.200s is asked for and left out."), info->sans, sans, out);
	tell_missing("san-added", N_("%.200s isn't asked for, and added."), sans, info->sans, out);
}

/* The subject is copied as it stands; here it is read only to be looked at. */
static void check_wish(const struct request *request, const struct sans *sans,
	const struct profile *profile, struct advice *out)
{
	struct subject subject = { 0 };
	struct advice unused = { 0 };
	naming_subject(request->parts.subject, &subject, &unused);
	sans_copy(&subject.sans, sans);
	subject_check(&subject, profile, out);
	advice_done(&unused);
	subject_done(&subject);
}

void issue_check(const struct request *request, const struct sans *sans, const struct authority *ca,
	const struct terms *terms, struct advice *out)
{
	check_ca(ca, terms, out);
	check_sender(&request->info, ca, out);
	check_wish(request, sans, terms->profile, out);
	check_asked(&request->info, sans, terms, out);
	check_hosts_key(request->info.key_algorithm, terms->profile, out);
	check_terms(terms, out);
}

/*
 * A certificate is put together by GnuTLS, signed, and then judged like a stranger's: what our own
 * judge wouldn't accept from this issuer never leaves here.  So name constraints, purposes and path
 * lengths of the CA are kept by the same code that enforces them elsewhere.
 */
#include "pki/issue.h"

#include <string.h>

#include <gnutls/crypto.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/asking.h"
#include "pki/craft.h"
#include "pki/judge.h"

#define SERIAL_SIZE 16

static int64_t wished_end(const struct terms *terms)
{
	return terms->now + (int64_t)terms->days * CLOCK_DAY - 1; /* the last second counts */
}

int64_t issue_end(const struct terms *terms, const struct authority *ca)
{
	int64_t end = wished_end(terms), last = cert_info(ca->cert)->not_after;
	return end < last ? end : last;
}

/* --- fields ------------------------------------------------------------------------------- */

/* Positive, and always of the same length, so that it has no zeros before it. */
static int set_serial(gnutls_x509_crt_t crt)
{
	uint8_t serial[SERIAL_SIZE];
	int code = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial);
	serial[0] = (uint8_t)((serial[0] & 0x3f) | 0x40);
	return code < 0 ? code : gnutls_x509_crt_set_serial(crt, serial, sizeof serial);
}

static bool set_fields(gnutls_x509_crt_t crt, int64_t from, int64_t to, struct error *err)
{
	int code = gnutls_x509_crt_set_version(crt, 3);
	if (code >= 0)
		code = set_serial(crt);
	if (code >= 0)
		code = gnutls_x509_crt_set_activation_time(crt, from);
	if (code >= 0)
		code = gnutls_x509_crt_set_expiration_time(crt, to);
	return craft_did(code, "GnuTLS refuses to write serial and dates", err);
}

/* The issuer's identifier as its own certificate has it, else as it would be computed. */
static int issuer_key_id(gnutls_x509_crt_t issuer, uint8_t *id, size_t *len)
{
	size_t room = *len;
	int code = gnutls_x509_crt_get_subject_key_id(issuer, id, len, NULL);
	if (code != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return code;
	*len = room;
	return gnutls_x509_crt_get_key_id(issuer, 0, id, len);
}

static bool set_key_ids(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer, struct error *err)
{
	uint8_t id[256];
	size_t len = sizeof id;
	int code = gnutls_x509_crt_get_key_id(crt, 0, id, &len);
	if (code >= 0)
		code = gnutls_x509_crt_set_subject_key_id(crt, id, len);
	len = sizeof id;
	if (code >= 0)
		code = issuer_key_id(issuer, id, &len);
	if (code >= 0)
		code = gnutls_x509_crt_set_authority_key_id(crt, id, len);
	return craft_did(code, "GnuTLS refuses to write key identifiers", err);
}

static bool set_places(gnutls_x509_crt_t crt, const struct terms *terms, struct error *err)
{
	int code = 0;
	if (terms->crl_url)
		code = gnutls_x509_crt_set_crl_dist_points2(
			crt, GNUTLS_SAN_URI, terms->crl_url, (unsigned)strlen(terms->crl_url), 0);
	if (terms->issuer_url && code >= 0) {
		gnutls_datum_t url = craft_datum(terms->issuer_url, strlen(terms->issuer_url));
		code = gnutls_x509_crt_set_authority_info_access(
			crt, GNUTLS_IA_CAISSUERS_URI, &url);
	}
	return craft_did(code, "GnuTLS refuses to write where list and issuer are found", err);
}

/* --- the gate ----------------------------------------------------------------------------- */

static enum standing standing_of(void *ctx, const struct fingerprint *print)
{
	const struct cert *anchor = ctx;
	return fingerprint_compare(&cert_info(anchor)->sha256, print) == 0 ? STANDING_TRUSTED
									   : STANDING_STRANGER;
}

static void find_nothing(void *ctx, const struct judge_wish *wish, struct judge_pool *pool)
{
	(void)ctx;
	(void)wish;
	(void)pool;
}

/* What GnuTLS would let pass but others wouldn't is kept too, as far as it is about names. */
static bool gate_reason(const struct judge_path *path, struct error *err)
{
	for (size_t i = 0; i < path->reason_count; i++) {
		const struct judge_reason *reason = &path->reasons[i];
		bool constraint = strcmp(reason->code, "name-constraint") == 0;
		if (reason->weight == JUDGE_BREAKS || constraint)
			return error_set(err, ERROR_FAILED,
				reason->at > 0 ? N_("nobody would accept it because of the CA: %s") :
						 N_("nobody would accept it: %s"),
				reason->text);
	}
	return true;
}

static enum purpose purpose_of(const struct profile *profile)
{
	if (profile->ca)
		return PURPOSE_ANY;
	return profile->hosts ? PURPOSE_SERVER : PURPOSE_CLIENT;
}

static bool gate(const struct cert *made, const struct cert *anchor, const struct terms *terms,
	struct error *err)
{
	const struct cert *chain[] = { made, anchor };
	struct judge_question question = {
		.now = terms->now,
		.purpose = purpose_of(terms->profile),
		.leaf_first = true,
	};
	struct judge_source source = {
		.ctx = (void *)(uintptr_t)anchor,
		.standing = standing_of,
		.find = find_nothing,
	};
	struct judgement judgement;
	judge(chain, 2, &question, &source, &judgement);
	bool ok = judgement.path_count > 0 && gate_reason(&judgement.paths[0], err);
	if (ok && !judgement.trusted)
		ok = error_set(err, ERROR_FAILED, "nobody would accept it: the CA can't issue it");
	judgement_done(&judgement);
	return ok;
}

/* anchor NULL: it stands for itself. */
static bool finish(gnutls_x509_crt_t crt, const struct cert *anchor, const struct terms *terms,
	struct buf *der, struct error *err)
{
	gnutls_datum_t bytes = { 0 };
	struct cert *made = NULL;
	int code = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &bytes);
	bool ok = craft_did(code, "GnuTLS refuses to write this certificate", err) &&
		  cert_parse(bytes.data, bytes.size, &made, err) &&
		  gate(made, anchor ? anchor : made, terms, err);
	cert_free(made);
	if (ok)
		buf_add(der, bytes.data, bytes.size);
	gnutls_free(bytes.data);
	return ok;
}

/* --- self-signed -------------------------------------------------------------------------- */

static bool self_allowed(const struct subject *subject, const struct privkey *key,
	const struct terms *terms, struct error *err)
{
	struct advice advice = { 0 };
	self_check(subject, key, terms, &advice);
	bool ok = advice_allows(&advice, err);
	advice_done(&advice);
	return ok;
}

bool self_sign(const struct subject *subject, const struct privkey *key, const struct terms *terms,
	struct buf *der, struct error *err)
{
	struct craft craft = { 0 };
	const struct profile *profile = terms->profile;
	if (!self_allowed(subject, key, terms, err))
		return false;
	craft_must(gnutls_x509_crt_init(&craft.crt));
	bool ok = craft_did(gnutls_x509_crt_set_key(craft.crt, key->key),
			  "GnuTLS refuses to take this key", err) &&
		  set_fields(craft.crt, terms->now, wished_end(terms), err) &&
		  craft_subject(&craft, subject, err) &&
		  craft_sans(&craft, &subject->sans, subject->count == 0, err) &&
		  craft_profile(&craft, profile, terms->path_len, key->info.algorithm, err) &&
		  (!profile->ca || craft_constraints(&craft, terms, err)) &&
		  set_key_ids(craft.crt, craft.crt, err) &&
		  craft_did(gnutls_x509_crt_sign2(
				    craft.crt, craft.crt, key->key, craft_digest(key), 0),
			  "GnuTLS refuses to sign this certificate", err) &&
		  finish(craft.crt, NULL, terms, der, err);
	gnutls_x509_crt_deinit(craft.crt);
	return ok;
}

/* --- by a CA ------------------------------------------------------------------------------ */

static bool issue_allowed(const struct request *request, const struct sans *sans,
	const struct authority *ca, const struct terms *terms, struct error *err)
{
	struct advice advice = { 0 };
	issue_check(request, sans, ca, terms, &advice);
	bool ok = advice_allows(&advice, err);
	advice_done(&advice);
	return ok;
}

/* Subject and key of the request, as they stand there. */
static bool take_request(gnutls_x509_crt_t crt, const struct request *request, struct error *err)
{
	gnutls_x509_crq_t crq;
	gnutls_datum_t bytes = craft_datum(request->der, request->len);
	craft_must(gnutls_x509_crq_init(&crq));
	int code = gnutls_x509_crq_import(crq, &bytes, GNUTLS_X509_FMT_DER);
	if (code >= 0)
		code = gnutls_x509_crt_set_crq(crt, crq);
	gnutls_x509_crq_deinit(crq);
	return craft_did(code, "GnuTLS refuses to take name and key of this request", err);
}

static int path_len_below(const struct terms *terms, const struct cert_info *ca)
{
	if (ca->path_len < 0 || (terms->path_len >= 0 && terms->path_len < ca->path_len))
		return terms->path_len;
	return ca->path_len - 1;
}

static bool build(const struct craft *craft, const struct request *request, const struct sans *sans,
	const struct authority *ca, const struct terms *terms, struct error *err)
{
	const struct profile *profile = terms->profile;
	return take_request(craft->crt, request, err) &&
	       set_fields(craft->crt, terms->now, issue_end(terms, ca), err) &&
	       craft_sans(craft, sans, *request->info.subject == '\0', err) &&
	       craft_profile(craft, profile, path_len_below(terms, cert_info(ca->cert)),
		       request->info.key_algorithm, err) &&
	       (!profile->ca || craft_constraints(craft, terms, err)) &&
	       set_places(craft->crt, terms, err);
}

bool issue(const struct request *request, const struct sans *sans, const struct authority *ca,
	const struct terms *terms, struct buf *der, struct error *err)
{
	struct craft craft = { 0 };
	if (!issue_allowed(request, sans, ca, terms, err))
		return false;
	gnutls_x509_crt_t issuer = craft_crt(ca->cert);
	craft_must(gnutls_x509_crt_init(&craft.crt));
	bool ok = build(&craft, request, sans, ca, terms, err) &&
		  set_key_ids(craft.crt, issuer, err) &&
		  craft_did(gnutls_x509_crt_sign2(
				    craft.crt, issuer, ca->key->key, craft_digest(ca->key), 0),
			  "GnuTLS refuses to sign this certificate", err) &&
		  finish(craft.crt, ca->cert, terms, der, err);
	gnutls_x509_crt_deinit(craft.crt);
	gnutls_x509_crt_deinit(issuer);
	return ok;
}

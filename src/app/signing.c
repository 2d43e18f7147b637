#include "app/signing.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "app/house.h"
#include "app/internal.h"
#include "app/written.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/pem.h"
#include "pki/crl.h"
#include "pki/issue.h"

#define REQUEST_MOST (1u << 20) /* bytes; a request of more is none */

/* --- the request --------------------------------------------------------------------------- */

/*
 * A CA below another is replaced while that one is in the middle of its life, so that what it signs then
 * still ends before both.
 */
static unsigned ca_days(const struct identity *ca)
{
	const struct cert *cert = ca ? identity_cert(ca) : NULL;
	int64_t days = cert ? cert_days_left(cert_info(cert), app_now()) / 2 : CA_DAYS;
	return days < 1 ? 1 : days > CA_DAYS ? CA_DAYS : (unsigned)days;
}

bool app_signing_bytes(struct app *app, const char *label, const void *bytes, size_t len,
	struct signing *out, struct error *err)
{
	struct policy policy = house_policy(app);
	if (!request_read(bytes, len, &out->request, err))
		return error_wrap(err, "%s", label);
	sans_copy(&out->sans, request_info(out->request)->sans);
	if (!out->profile)
		out->profile = profile_named("server");
	if (!out->days)
		out->days = out->profile->ca ? ca_days(out->ca) : policy_days(&policy);
	return true;
}

bool app_signing_read(struct app *app, const char *path, struct signing *out, struct error *err)
{
	struct buf bytes = { 0 };
	char *label = text_safe(path, strlen(path));
	bool ok = fs_read(AT_FDCWD, path, FS_FOLLOW, REQUEST_MOST, &bytes, NULL, err) &&
		  app_signing_bytes(app, label, bytes.data, bytes.len, out, err);
	buf_done(&bytes);
	free(label);
	return ok;
}

void signing_done(struct signing *signing)
{
	request_free(signing->request);
	sans_done(&signing->sans);
	*signing = (struct signing){ 0 };
}

void app_signing_details(const struct signing *signing, struct details *out)
{
	request_details(signing->request, out);
}

/* --- signing ------------------------------------------------------------------------------- */

static struct terms terms_of(const struct signing *signing)
{
	return (struct terms){ .profile = signing->profile,
		.now = app_now(),
		.days = signing->days,
		.crl_url = signing->crl_url,
		.issuer_url = signing->issuer_url };
}

static void check_policy(struct app *app, const struct signing *signing, struct advice *out)
{
	const struct request_info *info = request_info(signing->request);
	struct policy policy = house_policy(app);
	const struct key_size size = { info->key_algorithm, info->key_bits };
	struct subject subject = { 0 };
	struct advice left_out = { 0 };
	request_subject(signing->request, &subject, &left_out);
	policy_check(&policy, &subject, size, signing->profile, signing->days, out);
	subject_done(&subject);
	advice_done(&left_out);
}

void app_signing_check(struct app *app, const struct signing *signing, const struct new_key *key,
	struct advice *out)
{
	const struct authority ca = { identity_cert(signing->ca), key->key };
	const struct terms terms = terms_of(signing);
	if (signing->ca->record.folder == FOLDER_DISCARDED)
		advice_add(out, ADVICE_REFUSES, "ca", "%s is in the trash: it signs nothing there.",
			identity_name(signing->ca));
	if (!ca.cert) {
		advice_add(out, ADVICE_REFUSES, "ca", "%s has no certificate: it can't sign.",
			identity_name(signing->ca));
		return;
	}
	issue_check(signing->request, &signing->sans, &ca, &terms, out);
	check_policy(app, signing, out);
}

static void write_headers(const struct signing *signing, const struct cert *cert,
	struct headers *headers)
{
	char ca[FINGERPRINT_HEX];
	char *name = cert_proposed_name(cert_info(cert));
	headers_set(headers, "Name", name);
	headers_set(headers, "Ca", fingerprint_hex(&signing->ca->id, ca));
	headers_set(headers, "Profile", signing->profile->name);
	written_headers(headers, NULL);
	free(name);
}

/* Whoever gets the certificate sends the CAs below the root along. */
static void write_answer(const struct identity *ca, const struct cert *cert, struct buf *pem)
{
	size_t at = 0, chain, len;
	const struct cert *own = identity_own(ca, &at, &chain);
	const uint8_t *der = cert_der(cert, &len);
	pem_write(pem, "CERTIFICATE", der, len);
	for (size_t i = at - chain - 1; i < at; i++) {
		const struct cert *above = i == at - chain - 1 ? own : ca->certs[i];
		der = cert_der(above, &len);
		if (!cert_info(above)->self_signed)
			pem_write(pem, "CERTIFICATE", der, len);
	}
}

bool app_plan_sign(struct app *app, const struct signing *signing, const struct new_key *key,
	struct plan *plan, struct buf *pem, struct error *err)
{
	const struct authority ca = { identity_cert(signing->ca), key->key };
	const struct terms terms = terms_of(signing);
	struct advice advice = { 0 };
	struct headers headers = { 0 };
	struct buf der = { 0 };
	struct cert *cert = NULL;
	plan->op = "sign";
	app_signing_check(app, signing, key, &advice);
	bool ok = advice_allows(&advice, err) &&
		  issue(signing->request, &signing->sans, &ca, &terms, &der, err) &&
		  cert_parse(der.data, der.len, &cert, err);
	if (ok) {
		write_headers(signing, cert, &headers);
		plan_issued_create(plan, &headers, cert);
		write_answer(signing->ca, cert, pem);
	}
	headers_done(&headers);
	advice_done(&advice);
	cert_free(cert);
	buf_done(&der);
	return ok;
}

/* --- what was issued ----------------------------------------------------------------------- */

bool app_issued(struct app *app, const struct identity *ca, struct issued_list *out,
	struct error *err)
{
	return app_open_store(app, APP_STORE_THERE, err) &&
	       store_issued(app_store(app), &ca->id, out, err);
}

static bool is_called(const struct issued *issued, const char *text)
{
	const struct cert_info *info = cert_info(issued->cert);
	const char *name = headers_get(&issued->record.headers, "Name");
	char hex[FINGERPRINT_HEX];
	fingerprint_hex(&info->sha256, hex);
	return (name && strcmp(name, text) == 0) || strcasecmp(info->serial, text) == 0 ||
	       (strlen(text) >= 6 && strncasecmp(hex, text, strlen(text)) == 0);
}

bool app_issued_find(const struct issued_list *list, const char *text, const struct issued **out,
	struct error *err)
{
	size_t count = 0;
	for (size_t i = 0; i < list->count; i++) {
		if (!is_called(&list->items[i], text))
			continue;
		*out = &list->items[i];
		count++;
	}
	if (count == 0)
		return error_set(err, ERROR_NOT_FOUND, "%s: this CA issued no such certificate "
			"(certary ca issued lists them)", text);
	return count == 1 || error_set(err, ERROR_NOT_FOUND,
		"%s: %zu certificates are called that (say one by its serial number)", text, count);
}

bool app_plan_revoke(struct app *app, const struct issued *issued, const char *why,
	struct plan *plan, struct error *err)
{
	char when[CLOCK_ISO];
	struct headers headers = { 0 };
	(void)app, (void)err;
	plan->op = "revoke";
	if (headers_get(&issued->record.headers, "Revoked"))
		return true;
	headers_copy(&issued->record.headers, &headers);
	headers_set(&headers, "Revoked", clock_iso(when, app_now()));
	written_typed(&headers, "Why", why);
	plan_issued_edit(plan, issued, &headers, "issued", "revoked");
	headers_done(&headers);
	return true;
}

/* --- the list of what was revoked ---------------------------------------------------------- */

static size_t collect(const struct issued_list *list, struct revoked *rows)
{
	size_t count = 0;
	for (size_t i = 0; i < list->count; i++) {
		const char *revoked = headers_get(&list->items[i].record.headers, "Revoked");
		const struct cert_info *info = cert_info(list->items[i].cert);
		if (!revoked || info->not_after < app_now())
			continue; /* over anyway: RFC 5280, 3.3, wants it no longer */
		rows[count].serial = info->serial;
		if (!clock_parse(revoked, &rows[count].when))
			rows[count].when = app_now();
		count++;
	}
	return count;
}

bool app_crl(struct app *app, const struct identity *ca, const struct new_key *key, unsigned days,
	struct buf *pem, struct error *err)
{
	const struct authority authority = { identity_cert(ca), key->key };
	struct issued_list list = { 0 };
	struct buf der = { 0 };
	/* The number rises as time does, and nobody has to remember the last one. */
	const struct crl_terms terms = { .number = (uint64_t)app_now(),
		.now = app_now(),
		.next = app_now() + (int64_t)days * 86400 };
	if (!authority.cert)
		return error_set(err, ERROR_FAILED, "%s has no certificate", identity_name(ca));
	if (!app_issued(app, ca, &list, err))
		return false;
	struct revoked *rows = mem_new((list.count + 1) * sizeof *rows);
	size_t count = collect(&list, rows);
	bool ok = crl_make(&authority, rows, count, &terms, &der, err);
	if (ok)
		pem_write(pem, "X509 CRL", der.data, der.len);
	buf_done(&der);
	free(rows);
	issued_done(&list);
	return ok;
}

/*
 * Reading requests.  GnuTLS says whether the bytes are one and whether its signature is good; the
 * fields are read where they stand, into the same struct parts as a certificate's, so that whatever
 * can put a certificate in words can put a request in words too.
 */
#include "pki/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "pki/asking.h"
#include "pki/craft.h"
#include "pki/name.h"
#include "pki/naming.h"
#include "pki/oid.h"
#include "pki/sheet.h"
#include "pki/signature.h"

#define EXTENSION_REQUEST    "1.2.840.113549.1.9.14"
#define EXTENSION_REQUEST_MS "1.3.6.1.4.1.311.2.1.14"
#define CHALLENGE            "1.2.840.113549.1.9.7"

/* --- fields ------------------------------------------------------------------------------- */

/* Attribute: an identifier and a set of values, of which one is usual. */
static bool attribute_next(struct der *in, struct der *oid, struct der *values)
{
	struct der attribute;
	return der_take(in, DER_SEQUENCE, &attribute) && der_take(&attribute, DER_OID, oid) &&
	       der_take(&attribute, DER_SET, values);
}

static void read_extensions(struct request *request)
{
	struct der in = request->attributes, oid, values;
	while (attribute_next(&in, &oid, &values))
		if (oid_is(oid, EXTENSION_REQUEST) || oid_is(oid, EXTENSION_REQUEST_MS)) {
			der_take(&values, DER_SEQUENCE, &request->parts.extensions);
			return;
		}
}

static bool read_key(struct der *in, struct parts *parts)
{
	struct der_item spki;
	if (!der_next(in, &spki) || spki.tag != DER_SEQUENCE)
		return false;
	parts->spki = spki.whole;
	return der_take(&spki.body, DER_SEQUENCE, &parts->key_algorithm) &&
	       der_take(&spki.body, DER_BITS, &parts->key);
}

static bool read_parts(struct request *request)
{
	struct parts *parts = &request->parts;
	struct der whole = { request->der, request->len }, in, body, version;
	struct der_item info;
	if (!der_only(whole, DER_SEQUENCE, &in) || !der_next(&in, &info))
		return false;
	parts->tbs = info.whole;
	body = info.body;
	if (!der_take(&body, DER_INTEGER, &version) ||
		!der_take(&body, DER_SEQUENCE, &parts->subject) || !read_key(&body, parts))
		return false;
	der_take(&body, DER_INSIDE + 0, &request->attributes);
	read_extensions(request);
	return der_take(&in, DER_SEQUENCE, &parts->signature_algorithm) &&
	       der_take(&in, DER_BITS, &parts->signature);
}

/* --- the record --------------------------------------------------------------------------- */

static bool asks_ca(const struct parts *parts)
{
	struct extension extension;
	struct der in, flag;
	return extension_find(parts, EXT_BASIC_CONSTRAINTS, &extension) &&
	       der_only(extension.value, DER_SEQUENCE, &in) && der_take(&in, DER_BOOLEAN, &flag) &&
	       der_boolean(flag);
}

static bool asks_unseen(const struct parts *parts)
{
	static const char *const usual[] = { EXT_SAN, EXT_KEY_USAGE, EXT_PURPOSES,
		EXT_BASIC_CONSTRAINTS, EXT_KEY_ID };
	struct der in = parts->extensions;
	struct extension extension;
	while (extension_next(&in, &extension)) {
		bool known = false;
		for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
			known = known || oid_is(extension.oid, usual[i]);
		if (!known)
			return true;
	}
	return false;
}

static char *first_cn(struct der subject)
{
	struct name name;
	struct buf text = { 0 };
	name_read(&name, subject);
	const struct attribute *cn = name_first(&name, NAME_CN);
	if (cn)
		attribute_show(cn, &text);
	name_done(&name);
	return cn ? buf_take(&text) : NULL;
}

static void fill_key(struct request_info *info, const struct parts *parts)
{
	struct key_facts facts;
	struct fingerprint spki;
	key_facts(parts, &facts);
	info->key_algorithm = facts.algorithm;
	info->key_bits = facts.bits;
	info->exponent = craft_exponent(&facts);
	fingerprint_of(parts->spki.data, parts->spki.len, &spki);
	memcpy(info->spki, spki.bytes, sizeof info->spki);
}

static void fill(struct request *request)
{
	struct request_info *info = &request->info;
	const struct parts *parts = &request->parts;
	struct buf text = { 0 };
	name_show(parts->subject, &text);
	request->subject = buf_take(&text);
	signature_name(parts->signature_algorithm, &text);
	request->signature = buf_take(&text);
	request->cn = first_cn(parts->subject);
	info->subject = request->subject;
	info->signature = request->signature;
	info->cn = request->cn;
	fill_key(info, parts);
	info->asks_ca = asks_ca(parts);
	info->asks_unseen = asks_unseen(parts);
	info->other_sans = naming_sans(naming_list(parts->extensions), SANS_MOST, &request->sans);
	info->sans = &request->sans;
}

/* SHA-1 is good enough to show that somebody holds the key; old Java writes it. */
static bool is_signed(const struct request *request, gnutls_x509_crq_t crq)
{
	return key_is_cheap(&request->parts) &&
	       gnutls_x509_crq_verify(crq, GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1) >= 0;
}

/* --- bytes -------------------------------------------------------------------------------- */

static bool parse(gnutls_datum_t der, struct request **out, struct error *err)
{
	gnutls_x509_crq_t crq;
	craft_must(gnutls_x509_crq_init(&crq));
	int code = gnutls_x509_crq_import(crq, &der, GNUTLS_X509_FMT_DER);
	struct request *request = mem_new(sizeof *request);
	request->der = mem_copy(der.data, der.size);
	request->len = der.size;
	if (code >= 0 && read_parts(request)) {
		fill(request);
		request->info.signed_by_key = is_signed(request, crq);
		*out = request;
	} else {
		request_free(request);
		error_set(err, ERROR_FAILED,
			"it isn't a certificate request, or it is damaged or cut short [%s]",
			gnutls_strerror(code));
	}
	gnutls_x509_crq_deinit(crq);
	return *out;
}

bool request_read(const void *bytes, size_t len, struct request **out, struct error *err)
{
	static const char *const labels[] = { "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST" };
	gnutls_datum_t in = craft_datum(bytes, len), der;
	*out = NULL;
	if (len == 0 || len > INT32_MAX)
		return error_set(err, ERROR_FAILED,
			len == 0 ? N_("it is empty") : N_("it is far too long"));
	if (*(const uint8_t *)bytes == DER_SEQUENCE)
		return parse(in, out, err);
	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
		if (gnutls_pem_base64_decode2(labels[i], &in, &der) < 0)
			continue;
		bool ok = parse(der, out, err);
		gnutls_free(der.data);
		return ok;
	}
	return error_set(err, ERROR_FAILED, "there is no certificate request in it");
}

void request_free(struct request *request)
{
	if (!request)
		return;
	sans_done(&request->sans);
	free(request->subject);
	free(request->signature);
	free(request->cn);
	free(request->der);
	free(request);
}

const struct request_info *request_info(const struct request *request)
{
	return &request->info;
}

const uint8_t *request_der(const struct request *request, size_t *len)
{
	*len = request->len;
	return request->der;
}

bool request_is_of(const struct request *request, const struct privkey *key)
{
	return memcmp(request->info.spki, privkey_info(key)->spki, FINGERPRINT_SIZE) == 0;
}

bool request_is_for(const struct request *request, const struct cert_info *info)
{
	return memcmp(request->info.spki, info->spki, FINGERPRINT_SIZE) == 0;
}

void request_subject(const struct request *request, struct subject *out, struct advice *advice)
{
	naming_subject(request->parts.subject, out, advice);
	sans_copy(&out->sans, &request->sans);
	if (request->info.other_sans > 0)
		advice_add(advice, ADVICE_WARNS, "left-out",
			"%zu of its alternative names can't be written, and aren't taken over.",
			request->info.other_sans);
}

/* --- in words ----------------------------------------------------------------------------- */

/* A challenge is a password between somebody and a CA: that there is one is all that is said. */
static void show_attributes(const struct request *request, struct details *out)
{
	struct der in = request->attributes, oid, values;
	struct oid dotted;
	struct buf hex = { 0 };
	while (attribute_next(&in, &oid, &values)) {
		if (oid_is(oid, EXTENSION_REQUEST) || oid_is(oid, EXTENSION_REQUEST_MS))
			continue;
		if (oid_is(oid, CHALLENGE)) {
			details_field(out, "Challenge password", N_("there is one; it isn't shown"));
			continue;
		}
		buf_cut(&hex, 0);
		der_hex(values, 64, &hex);
		details_field(out, oid_of(oid, &dotted), "%s", buf_text(&hex));
	}
	buf_done(&hex);
}

void request_details(const struct request *request, struct details *out)
{
	const struct parts *parts = &request->parts;
	struct der in = request->attributes, oid, values;
	details_name(out, "Subject", parts->subject);
	details_key(parts, out);
	details_signature(parts, out);
	details_field(out, "Verdict", "%s",
		request->info.signed_by_key
			? _("good: whoever made the request holds the key")
			: _("not good: it was changed, isn't by this key, or uses a broken hash"));
	if (attribute_next(&in, &oid, &values))
		details_section(out, "Asks for");
	show_attributes(request, out);
	details_extensions(parts, out);
}

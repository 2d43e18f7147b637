#include "pki/ocsp.h"

#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/ocsp.h>

#include "pki/craft.h"
#include "pki/crl-look.h"
#include "pki/oid.h"
#include "pki/signature.h"

#define ROWS_MOST      16
#define DELEGATES_MOST 4
#define EXT_FEATURES   "1.3.6.1.5.5.7.1.24"
#define STATUS_REQUEST 5
#define SKEW           300 /* seconds that clocks may differ */

/* --- about this certificate? --------------------------------------------------------------------- */

static gnutls_datum_t datum(struct der bytes)
{
	return craft_datum(bytes.data, bytes.len);
}

static bool is_hash(gnutls_digest_algorithm_t hash, struct der bytes, const gnutls_datum_t *want)
{
	uint8_t digest[64];
	gnutls_datum_t in = datum(bytes);
	unsigned len = gnutls_hash_get_len(hash);
	return len > 0 && len <= sizeof digest && len == want->size &&
	       gnutls_hash_fast(hash, in.data, in.size, digest) >= 0 &&
	       memcmp(digest, want->data, len) == 0;
}

/* A name is hashed with its header, which is the one that DER has for so many bytes. */
static bool is_name_hash(gnutls_digest_algorithm_t hash, struct der name, const gnutls_datum_t *want)
{
	struct buf whole = { 0 };
	uint8_t head[4] = { DER_SEQUENCE };
	size_t len = 2;
	if (name.len < 0x80) {
		head[1] = (uint8_t)name.len;
	} else if (name.len < 0x100) {
		head[1] = 0x81, head[2] = (uint8_t)name.len, len = 3;
	} else {
		head[1] = 0x82, head[2] = (uint8_t)(name.len >> 8), head[3] = (uint8_t)name.len;
		len = 4;
	}
	buf_add(&whole, head, len);
	buf_add(&whole, name.data, name.len);
	bool is = name.len < 0x10000 &&
		  is_hash(hash, (struct der){ (const uint8_t *)whole.data, whole.len }, want);
	buf_done(&whole);
	return is;
}

struct row {
	unsigned status, reason;
	time_t now, next, when;
};

static bool read_row(gnutls_ocsp_resp_t answer, unsigned i, const struct cert *cert,
	const struct cert *issuer, struct row *row)
{
	gnutls_digest_algorithm_t hash;
	gnutls_datum_t name = { 0 }, key = { 0 }, serial = { 0 };
	struct der bits;
	unsigned unused;
	if (gnutls_ocsp_resp_get_single(answer, i, &hash, &name, &key, &serial, &row->status,
		    &row->now, &row->next, &row->when, &row->reason) < 0)
		return false;
	bool is = der_equal((struct der){ serial.data, serial.size }, cert->parts.serial) &&
		  der_bits(issuer->parts.key, &bits, &unused) && is_hash(hash, bits, &key) &&
		  is_name_hash(hash, issuer->parts.subject, &name);
	gnutls_free(name.data);
	gnutls_free(key.data);
	gnutls_free(serial.data);
	return is;
}

static bool find_row(gnutls_ocsp_resp_t answer, const struct cert *cert, const struct cert *issuer,
	struct row *row)
{
	for (unsigned i = 0; i < ROWS_MOST; i++)
		if (read_row(answer, i, cert, issuer, row))
			return true;
	return false;
}

/* --- signed by whom? ----------------------------------------------------------------------------- */

/* GnuTLS checks who signed, and whether a delegate may; dates and the price of keys are ours. */
static bool is_delegate(gnutls_x509_crt_t crt, int64_t now)
{
	gnutls_datum_t der = { 0 };
	struct cert *cert = NULL;
	bool ok = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der) >= 0 &&
		  cert_parse(der.data, der.size, &cert, NULL) && key_is_cheap(&cert->parts) &&
		  now >= cert->info->not_before && now <= cert->info->not_after;
	cert_free(cert);
	gnutls_free(der.data);
	return ok;
}

static bool delegates_are_fit(gnutls_ocsp_resp_t answer, const struct cert *issuer, int64_t now)
{
	gnutls_x509_crt_t *certs = NULL;
	size_t count = 0;
	bool fit = true;
	if (gnutls_ocsp_resp_get_certs(answer, &certs, &count) < 0)
		return true; /* there are none */
	for (size_t i = 0; i < count; i++) {
		gnutls_datum_t der = { 0 };
		bool own = gnutls_x509_crt_export2(certs[i], GNUTLS_X509_FMT_DER, &der) >= 0 &&
			   der.size == issuer->len && memcmp(der.data, issuer->der, der.size) == 0;
		gnutls_free(der.data);
		fit = fit && (own || (i < DELEGATES_MOST && is_delegate(certs[i], now)));
	}
	for (size_t i = 0; i < count; i++)
		gnutls_x509_crt_deinit(certs[i]);
	gnutls_free(certs);
	return fit;
}

#define FLAGS                                                                                      \
	(GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS |           \
		GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1)

static bool is_signed(gnutls_ocsp_resp_t answer, const struct cert *issuer, int64_t now)
{
	unsigned bad = ~0u;
	if (!key_is_cheap(&issuer->parts) || !delegates_are_fit(answer, issuer, now))
		return false;
	gnutls_x509_crt_t crt = craft_crt(issuer);
	bool ok = gnutls_ocsp_resp_verify_direct(answer, crt, &bad, FLAGS) >= 0 && bad == 0;
	gnutls_x509_crt_deinit(crt);
	return ok;
}

/* --- what it says -------------------------------------------------------------------------------- */

static bool is_of_now(const struct ocsp_answer *answer, int64_t now)
{
	return answer->now <= now + SKEW && now <= crl_end(answer->now, answer->next);
}

static void judge_row(const struct row *row, int64_t now, struct ocsp_answer *out)
{
	out->now = row->now;
	out->next = row->next > 0 ? row->next : 0;
	if (row->status == GNUTLS_OCSP_CERT_REVOKED) {
		revocation_reason(&out->revocation, (int)row->reason);
		out->revocation.when = row->when;
	}
	bool now_too = is_of_now(out, now);
	if (row->status == GNUTLS_OCSP_CERT_REVOKED && (now_too || !out->revocation.hold))
		out->status = OCSP_REVOKED;
	else if (!now_too)
		out->status = OCSP_OUTDATED;
	else
		out->status = row->status == GNUTLS_OCSP_CERT_GOOD ? OCSP_GOOD : OCSP_UNKNOWN;
}

void ocsp_judge(const struct staple *staple, const struct cert *cert, const struct cert *issuer,
	int64_t now, struct ocsp_answer *out)
{
	gnutls_ocsp_resp_t answer;
	gnutls_datum_t raw = craft_datum(staple->bytes, staple->len);
	struct row row;
	*out = (struct ocsp_answer){ .status = OCSP_STRANGE };
	if (staple->len == 0 || staple->len > OCSP_MOST)
		return;
	craft_must(gnutls_ocsp_resp_init(&answer));
	bool read = gnutls_ocsp_resp_import(answer, &raw) >= 0 &&
		    gnutls_ocsp_resp_get_status(answer) == GNUTLS_OCSP_RESP_SUCCESSFUL &&
		    find_row(answer, cert, issuer, &row);
	if (read && is_signed(answer, issuer, now))
		judge_row(&row, now, out);
	else if (read)
		out->status = OCSP_FORGED;
	gnutls_ocsp_resp_deinit(answer);
}

bool cert_must_staple(const struct cert *cert)
{
	struct extension ext;
	struct der list, number;
	uint64_t feature;
	if (!extension_find(&cert->parts, EXT_FEATURES, &ext) ||
		!der_only(ext.value, DER_SEQUENCE, &list))
		return false;
	while (der_take(&list, DER_INTEGER, &number))
		if (der_number(number, &feature) && feature == STATUS_REQUEST)
			return true;
	return false;
}

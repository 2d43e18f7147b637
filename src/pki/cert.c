/*
 * GnuTLS is asked two things: whether these bytes are a certificate, and whether a key verifies a
 * signature; neither where the answer is known beforehand (pki/quick.h).  The record is filled from
 * the DER itself (pki/record.h), which takes a few microseconds where GnuTLS's getters take a hundred,
 * and doesn't fail for a field that GnuTLS can't render.
 */
#include "pki/cert.h"

#include <limits.h>
#include <stdlib.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/lang.h"
#include "base/mem.h"
#include "pki/parts.h"
#include "pki/quick.h"
#include "pki/record.h"
#include "pki/signature.h"

static gnutls_datum_t datum(struct der bytes)
{
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)bytes.data, (unsigned)bytes.len };
}

/* What GnuTLS's codes mean to somebody who holds the file. */
static const struct {
	int code;
	const char *words;
} reasons[] = {
	{ GNUTLS_E_CERTIFICATE_TIME_ERROR, N_("its dates can't be read (a month 13, fractions?)") },
	{ GNUTLS_E_ASN1_TIME_ERROR, N_("its dates can't be read (no date, or one with a time zone)") },
	{ GNUTLS_E_X509_UNKNOWN_SAN, N_("a name in it can't be read (an address of odd length?)") },
	{ GNUTLS_E_X509_DUPLICATE_EXTENSION, N_("the same extension stands in it twice") },
	{ GNUTLS_E_CERTIFICATE_ERROR,
		N_("its fields contradict each other (version, extensions or signature algorithm)") },
};

static const char *reason_of(int code, struct der der)
{
	struct parts parts;
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].code == code)
			return _(reasons[i].words);
	if (parts_read(der, &parts))
		return _("one of its extensions is damaged");
	return _("it isn't a certificate, or its fields are damaged");
}

/* Where the length that the first octets give isn't the length that is there, that says most. */
static bool refuse(struct der der, int code, struct error *err)
{
	const char *why = gnutls_strerror(code);
	struct der_item item;
	struct der in = der;
	if (der.len == 0)
		return error_set(err, ERROR_FAILED, "it is empty");
	if (der.data[0] != DER_SEQUENCE)
		return error_set(err, ERROR_FAILED, "it isn't a certificate [%s]", why);
	if (!der_next(&in, &item))
		return error_set(err, ERROR_FAILED, "it is cut short or damaged [%s]", why);
	if (!der_end(&in))
		return error_set(err, ERROR_FAILED, "something follows its end (%zu bytes) [%s]",
			in.len, why);
	return error_set(err, ERROR_FAILED, "%s [%s]", reason_of(code, der), why);
}

static bool import(struct der der, gnutls_x509_crt_t *out, struct error *err)
{
	gnutls_datum_t bytes = datum(der);
	if (der.len > INT_MAX)
		return error_set(err, ERROR_FAILED, "it has %zu bytes, far too many", der.len);
	if (gnutls_x509_crt_init(out) < 0)
		mem_die("GnuTLS has no memory left");
	int code = gnutls_x509_crt_import(*out, &bytes, GNUTLS_X509_FMT_DER);
	if (code >= 0)
		return true;
	gnutls_x509_crt_deinit(*out);
	return refuse(der, code, err);
}

static bool is_self_signed(const struct cert *cert, gnutls_x509_crt_t crt)
{
	if (record_self_signed(&cert->parts, cert->info))
		return cert->info->self_signed;
	return signature_is_by(&cert->parts, crt, &cert->parts, crt);
}

static struct cert_info *record_of(const struct cert *cert)
{
	struct cert_info info;
	struct buf texts = { 0 };
	record_fill(&cert->parts, (struct der){ cert->der, cert->len }, &texts, &info);
	struct cert_info *record = cert_info_copy(&info);
	buf_done(&texts);
	return record;
}

/* With its parts, still without a record; NULL where they can't be told apart. */
static struct cert *hold(const void *der, size_t len)
{
	struct cert *cert = mem_new(sizeof *cert);
	cert->der = mem_copy(der, len);
	cert->len = len;
	if (parts_read((struct der){ cert->der, len }, &cert->parts))
		return cert;
	cert_free(cert);
	return NULL;
}

bool cert_parse_slowly(const void *der, size_t len, struct cert **out, struct error *err)
{
	gnutls_x509_crt_t crt = NULL;
	*out = NULL;
	if (!import((struct der){ der, len }, &crt, err))
		return false;

	struct cert *cert = hold(der, len);
	if (cert) {
		cert->info = record_of(cert);
		cert->info->self_signed = is_self_signed(cert, crt);
	} else {
		error_set(err, ERROR_FAILED, "its fields can't be told apart");
	}
	gnutls_x509_crt_deinit(crt);
	*out = cert;
	return cert;
}

static struct cert *parse_quickly(const void *der, size_t len)
{
	struct cert_info info;
	struct buf texts = { 0 };
	struct cert *cert = cert_info_quick(der, len, &texts, &info) ? hold(der, len) : NULL;
	if (cert)
		cert->info = cert_info_copy(&info);
	buf_done(&texts);
	return cert;
}

bool cert_parse(const void *der, size_t len, struct cert **out, struct error *err)
{
	*out = parse_quickly(der, len);
	return *out || cert_parse_slowly(der, len, out, err);
}

void cert_free(struct cert *cert)
{
	if (!cert)
		return;
	cert_info_free(cert->info);
	free(cert->der);
	free(cert);
}

const struct cert_info *cert_info(const struct cert *cert)
{
	return cert->info;
}

const uint8_t *cert_der(const struct cert *cert, size_t *len)
{
	*len = cert->len;
	return cert->der;
}

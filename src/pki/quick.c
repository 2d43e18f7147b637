/*
 * A certificate is plain where every element is one of those that all CAs write, in its shortest
 * form and in its place.  What GnuTLS checks when it imports one (libtasn1's strict decoding,
 * dates, both signature algorithms, double extensions, the forms of alternative names) is then
 * fulfilled with room to spare: the rules here are meant to be narrower than GnuTLS's, never to
 * mirror them.
 *
 * Being plain is all that is asked here.  The record is filled by the same code that fills it for
 * what GnuTLS has accepted.
 */
#include "pki/quick.h"

#include <string.h>

#include "pki/general-name.h"
#include "pki/parts.h"
#include "pki/record.h"

#define SERIAL_MOST     21 /* 20 octets and one that says "positive" */
#define OID_MOST        20 /* octets; the longest that we know has 11 */
#define EXTENSIONS_MOST 32

/* Step over an element whose length stands in as few octets as it can. */
static bool next(struct der *in, struct der_item *item)
{
	if (!der_next(in, item))
		return false;
	size_t len = item->body.len, header = item->whole.len - len;
	if (len < 0x80)
		return header == 2;
	return header == (len < 0x100 ? 3 : len < 0x10000 ? 4 : 5) && len < 0x1000000;
}

static bool take(struct der *in, uint8_t tag, struct der *body)
{
	struct der_item item;
	if (!next(in, &item) || item.tag != tag)
		return false;
	*body = item.body;
	return true;
}

static bool only(struct der in, uint8_t tag, struct der *body)
{
	return take(&in, tag, body) && der_end(&in);
}

/* Small arcs, each in as few octets as it can; the first octet holds the first two. */
static bool is_oid(struct der oid)
{
	size_t octets = 0;
	if (oid.len < 2 || oid.len > OID_MOST || oid.data[0] >= 120)
		return false;
	for (size_t i = 0; i < oid.len; i++) {
		if (octets == 0 && oid.data[i] == 0x80)
			return false;
		octets = oid.data[i] & 0x80 ? octets + 1 : 0;
		if (octets > 3)
			return false;
	}
	return octets == 0;
}

static bool take_oid(struct der *in)
{
	struct der oid;
	return take(in, DER_OID, &oid) && is_oid(oid);
}

/* An identifier without parameters, with NULL, or with another identifier (a curve). */
static bool is_algorithm(struct der in)
{
	struct der_item parameters;
	if (!take_oid(&in))
		return false;
	if (der_end(&in))
		return true;
	if (!next(&in, &parameters) || !der_end(&in))
		return false;
	if (parameters.tag == DER_NULL)
		return parameters.body.len == 0;
	return parameters.tag == DER_OID && is_oid(parameters.body);
}

static bool is_version_3(struct der *in)
{
	struct der wrapped, version;
	return take(in, DER_INSIDE + 0, &wrapped) && only(wrapped, DER_INTEGER, &version) &&
	       version.len == 1 && version.data[0] == 2;
}

static bool take_serial(struct der *in)
{
	struct der serial;
	if (!take(in, DER_INTEGER, &serial) || serial.len == 0 || serial.len > SERIAL_MOST)
		return false;
	if (serial.data[0] == 0)
		return serial.len == 1 || serial.data[1] & 0x80;
	return (serial.data[0] & 0x80) == 0;
}

static bool is_string(const struct der_item *item)
{
	switch (item->tag) {
	case DER_UTF8:
	case DER_PRINTABLE:
	case DER_T61:
	case DER_IA5:
	case DER_BMP:
		return true;
	default:
		return false;
	}
}

/* One attribute in each relative name: the order of several is a matter of its own. */
static bool is_rdn(struct der rdn)
{
	struct der attribute;
	struct der_item value;
	return only(rdn, DER_SEQUENCE, &attribute) && take_oid(&attribute) &&
	       next(&attribute, &value) && der_end(&attribute) && is_string(&value);
}

static bool take_name(struct der *in)
{
	struct der rdns, rdn;
	if (!take(in, DER_SEQUENCE, &rdns))
		return false;
	while (!der_end(&rdns))
		if (!take(&rdns, DER_SET, &rdn) || !is_rdn(rdn))
			return false;
	return true;
}

static unsigned two_digits(const uint8_t *at)
{
	return (at[0] - '0') * 10u + (at[1] - '0');
}

static unsigned days_of(unsigned year, unsigned month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap);
}

/* A second that there is, from 1971 on: "YYMMDDhhmmssZ", "YYYYMMDDhhmmssZ". */
static bool take_time(struct der *in)
{
	struct der_item item;
	if (!next(in, &item))
		return false;
	size_t digits = item.tag == DER_UTC_TIME ? 12 : item.tag == DER_TIME ? 14 : SIZE_MAX - 1;
	const uint8_t *at = item.body.data;
	if (item.body.len != digits + 1 || at[digits] != 'Z')
		return false;
	for (size_t i = 0; i < digits; i++)
		if (at[i] < '0' || at[i] > '9')
			return false;
	unsigned year = two_digits(at);
	year = digits == 12 ? year + (year < 50 ? 2000 : 1900) : year * 100 + two_digits(at + 2);
	at += digits - 10;
	unsigned month = two_digits(at), day = two_digits(at + 2);
	return year > 1970 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= days_of(year, month) && two_digits(at + 4) < 24 && two_digits(at + 6) < 60 &&
	       two_digits(at + 8) < 60;
}

static bool take_validity(struct der *in)
{
	struct der times;
	return take(in, DER_SEQUENCE, &times) && take_time(&times) && take_time(&times) &&
	       der_end(&times);
}

/* A BIT STRING of whole octets. */
static bool take_octets(struct der *in)
{
	struct der bits;
	return take(in, DER_BITS, &bits) && bits.len > 1 && bits.data[0] == 0;
}

static bool take_key(struct der *in)
{
	struct der spki, algorithm;
	return take(in, DER_SEQUENCE, &spki) && take(&spki, DER_SEQUENCE, &algorithm) &&
	       is_algorithm(algorithm) && take_octets(&spki) && der_end(&spki);
}

static bool is_ascii(struct der text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] < 0x20 || text.data[i] > 0x7e)
			return false;
	return text.len > 0;
}

static bool is_plain_name(const struct der_item *name)
{
	switch (name->tag) {
	case DER_CONTEXT + GN_EMAIL:
	case DER_CONTEXT + GN_DNS:
	case DER_CONTEXT + GN_URI:
		return is_ascii(name->body);
	case DER_CONTEXT + GN_IP:
		return name->body.len == 4 || name->body.len == 16;
	default:
		return false;
	}
}

static bool are_plain_names(struct der value)
{
	struct der names;
	struct der_item name;
	if (!only(value, DER_SEQUENCE, &names) || der_end(&names))
		return false;
	while (!der_end(&names))
		if (!next(&names, &name) || !is_plain_name(&name))
			return false;
	return true;
}

/* Of the values GnuTLS reads those with alternative names, of the subject or the issuer. */
static bool is_extension(struct der in, struct der *oid)
{
	struct der critical, value;
	if (!take(&in, DER_OID, oid) || !is_oid(*oid))
		return false;
	if (!der_end(&in) && in.data[0] == DER_BOOLEAN &&
		(!take(&in, DER_BOOLEAN, &critical) || critical.len != 1 ||
			critical.data[0] != 0xff))
		return false;
	if (!take(&in, DER_OCTETS, &value) || !der_end(&in))
		return false;
	bool names = oid->len == 3 && memcmp(oid->data, "\x55\x1d", 2) == 0 &&
		     (oid->data[2] == 17 || oid->data[2] == 18);
	return !names || are_plain_names(value);
}

static bool are_extensions(struct der in)
{
	struct der extensions, extension, oids[EXTENSIONS_MOST];
	size_t count = 0;
	if (!only(in, DER_SEQUENCE, &extensions) || der_end(&extensions))
		return false;
	while (!der_end(&extensions)) {
		if (count == EXTENSIONS_MOST || !take(&extensions, DER_SEQUENCE, &extension) ||
			!is_extension(extension, &oids[count]))
			return false;
		for (size_t i = 0; i < count; i++)
			if (der_equal(oids[i], oids[count]))
				return false;
		count++;
	}
	return true;
}

static bool is_tbs(struct der in, struct der signature_algorithm)
{
	struct der algorithm, extensions;
	return is_version_3(&in) && take_serial(&in) && take(&in, DER_SEQUENCE, &algorithm) &&
	       der_equal(algorithm, signature_algorithm) && take_name(&in) && take_validity(&in) &&
	       take_name(&in) && take_key(&in) &&
	       (der_end(&in) || (take(&in, DER_INSIDE + 3, &extensions) && der_end(&in) &&
					are_extensions(extensions)));
}

static bool is_plain(struct der cert)
{
	struct der in, tbs, algorithm;
	return only(cert, DER_SEQUENCE, &in) && take(&in, DER_SEQUENCE, &tbs) &&
	       take(&in, DER_SEQUENCE, &algorithm) && is_algorithm(algorithm) && take_octets(&in) &&
	       der_end(&in) && is_tbs(tbs, algorithm);
}

bool cert_info_quick(const void *der, size_t len, struct buf *texts, struct cert_info *out)
{
	struct der cert = { der, len };
	struct parts parts;
	size_t before = texts->len;
	if (!is_plain(cert) || !parts_read(cert, &parts))
		return false;
	record_fill(&parts, cert, texts, out);
	if (record_self_signed(&parts, out))
		return true;
	buf_cut(texts, before);
	return false;
}

#include "pki/extension.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/text.h"
#include "pki/oid.h"

/* Big-endian numbers of TLS, off the front. */
static bool take_number(struct der *in, size_t octets, uint64_t *number)
{
	if (in->len < octets)
		return false;
	*number = 0;
	for (size_t i = 0; i < octets; i++)
		*number = *number << 8 | in->data[i];
	in->data += octets;
	in->len -= octets;
	return true;
}

static bool take_bytes(struct der *in, size_t len, struct der *bytes)
{
	if (in->len < len)
		return false;
	*bytes = (struct der){ in->data, len };
	in->data += len;
	in->len -= len;
	return true;
}

/* A vector with a length of 16 bits before it. */
static bool take_vector(struct der *in, struct der *bytes)
{
	uint64_t len;
	return take_number(in, 2, &len) && take_bytes(in, (size_t)len, bytes);
}

/* RFC 6962, section 3.2: version, log, milliseconds, extensions, signature. */
static bool sct(struct sheet *rows, struct der in)
{
	uint64_t version, ms;
	struct der log;
	struct buf text = { 0 };
	char iso[CLOCK_ISO];
	if (!take_number(&in, 1, &version) || version != 0 || !take_bytes(&in, 32, &log) ||
		!take_number(&in, 8, &ms))
		return false;
	/* TRANSLATORS: a time, and the log of certificate transparency, in digits, behind it */
	buf_format(&text, _("%s by log "), lang_time(iso, (int64_t)(ms / 1000)));
	der_hex(log, 32, &text);
	sheet_take(rows, &text);
	return true;
}

bool show_scts(struct sheet *rows, struct der value)
{
	struct der wrapped, list, one;
	bool ok = true;
	if (!der_only(value, DER_OCTETS, &wrapped) || !take_vector(&wrapped, &list) ||
		!der_end(&wrapped))
		return false;
	while (ok && take_vector(&list, &one))
		ok = sct(rows, one);
	if (ok && rows->count == 0)
		sheet_add(rows, "(empty)");
	return ok && der_end(&list);
}

static bool tls_feature(struct sheet *rows, const struct der_item *item)
{
	uint64_t number;
	if (item->tag != DER_INTEGER || !der_number(item->body, &number))
		return false;
	if (number == 5)
		sheet_add(rows, "status request (5): the server must staple an OCSP answer");
	else if (number == 17)
		sheet_add(rows, "status request v2 (17)");
	else
		sheet_add(rows, "%" PRIu64, number);
	return true;
}

bool show_tls_features(struct sheet *rows, struct der value)
{
	struct der list;
	return der_only(value, DER_SEQUENCE, &list) && sheet_each(rows, list, tls_feature);
}

bool show_netscape_type(struct sheet *rows, struct der value)
{
	static const char *const names[] = {
		N_("TLS client"),
		N_("TLS server"),
		N_("S/MIME"),
		N_("object signing"),
		N_("reserved"),
		N_("TLS CA"),
		N_("S/MIME CA"),
		N_("object signing CA"),
	};
	return show_bit_names(rows, value, names, sizeof names / sizeof names[0]);
}

bool show_text(struct sheet *rows, struct der value)
{
	struct der_item item;
	struct buf raw = { 0 }, text = { 0 };
	bool ok = der_next(&value, &item) && der_end(&value) && der_string(&item, &raw);
	if (ok) {
		text_escape(&text, buf_text(&raw), raw.len);
		sheet_take(rows, &text);
	}
	buf_done(&raw);
	return ok;
}

/* The template's identifier and its version. */
bool show_template(struct sheet *rows, struct der value)
{
	struct der in, id, body;
	uint64_t number;
	struct buf text = { 0 };
	if (!der_only(value, DER_SEQUENCE, &in) || !der_take(&in, DER_OID, &id))
		return false;
	oid_show(id, &text);
	for (const char *before = _(", version "); der_take(&in, DER_INTEGER, &body); before = ".")
		if (der_number(body, &number))
			buf_format(&text, "%s%" PRIu64, before, number);
	sheet_take(rows, &text);
	return der_end(&in);
}

/* How often the CA's certificate was renewed, and how often with a new key. */
bool show_ca_version(struct sheet *rows, struct der value)
{
	struct der body;
	uint64_t number;
	if (!der_only(value, DER_INTEGER, &body) || !der_number(body, &number))
		return false;
	sheet_add(rows, "certificate %llu, key %llu", (unsigned long long)number & 0xffff,
		(unsigned long long)number >> 16);
	return true;
}

bool show_octets(struct sheet *rows, struct der value)
{
	struct der bytes;
	struct buf text = { 0 };
	if (!der_only(value, DER_OCTETS, &bytes))
		return false;
	der_hex(bytes, 256, &text);
	sheet_take(rows, &text);
	return true;
}

static bool statement(struct sheet *rows, const struct der_item *item)
{
	struct der in = item->body, id;
	struct buf text = { 0 };
	if (item->tag != DER_SEQUENCE || !der_take(&in, DER_OID, &id))
		return false;
	oid_show(id, &text);
	if (!der_end(&in)) {
		buf_text_add(&text, ": ");
		der_hex(in, 256, &text);
	}
	sheet_take(rows, &text);
	return true;
}

bool show_statements(struct sheet *rows, struct der value)
{
	struct der list;
	return der_only(value, DER_SEQUENCE, &list) && sheet_each(rows, list, statement);
}

static void attribute_row(struct sheet *rows, struct der id, const struct der_item *value)
{
	struct buf text = { 0 }, raw = { 0 };
	oid_show(id, &text);
	buf_text_add(&text, ": ");
	if (der_string(value, &raw))
		text_escape(&text, buf_text(&raw), raw.len);
	else
		der_hex(value->whole, 256, &text);
	buf_done(&raw);
	sheet_take(rows, &text);
}

static bool attributes(struct sheet *rows, const struct der_item *item)
{
	struct der in = item->body, id, values;
	struct der_item value;
	if (item->tag != DER_SEQUENCE || !der_take(&in, DER_OID, &id) ||
		!der_only(in, DER_SET, &values))
		return false;
	while (der_next(&values, &value))
		attribute_row(rows, id, &value);
	return der_end(&values);
}

bool show_attributes(struct sheet *rows, struct der value)
{
	struct der list;
	return der_only(value, DER_SEQUENCE, &list) && sheet_each(rows, list, attributes);
}

static bool is_null(struct der value)
{
	return value.len == 2 && value.data[0] == 0x05 && value.data[1] == 0;
}

bool show_no_check(struct sheet *rows, struct der value)
{
	if (is_null(value))
		sheet_add(rows, "the revocation of this OCSP signer isn't checked");
	return is_null(value);
}

bool show_poison(struct sheet *rows, struct der value)
{
	if (is_null(value))
		sheet_add(rows, "made for transparency logs only: no certificate to be used");
	return is_null(value);
}

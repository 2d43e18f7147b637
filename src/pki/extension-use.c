#include "pki/extension.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/lang.h"
#include "pki/oid.h"

/* A number, in hexadecimal where it is negative or too large. */
static void number_text(struct der body, struct buf *out)
{
	uint64_t number;
	if (der_number(body, &number)) {
		buf_format(out, "%" PRIu64, number);
	} else {
		buf_text_add(out, "0x");
		der_hex(body, 32, out);
	}
}

bool show_number(struct sheet *rows, struct der value)
{
	struct der body;
	struct buf text = { 0 };
	if (!der_only(value, DER_INTEGER, &body))
		return false;
	number_text(body, &text);
	sheet_take(rows, &text);
	return true;
}

bool show_basic_constraints(struct sheet *rows, struct der value)
{
	struct der in, flag = { 0 }, limit;
	struct buf number = { 0 };
	if (!der_only(value, DER_SEQUENCE, &in))
		return false;
	der_take(&in, DER_BOOLEAN, &flag);
	if (der_take(&in, DER_INTEGER, &limit)) {
		number_text(limit, &number);
		sheet_add(rows, der_boolean(flag) ? N_("a CA, path length %s")
						  : N_("not a CA, path length %s"),
			buf_text(&number));
	} else if (der_boolean(flag)) {
		sheet_add(rows, "a CA, path length not limited");
	} else {
		sheet_add(rows, "not a CA");
	}
	buf_done(&number);
	return der_end(&in);
}

bool show_key_usage(struct sheet *rows, struct der value)
{
	static const char *const names[] = {
		N_("digital signature"),
		N_("non-repudiation"),
		N_("key encipherment"),
		N_("data encipherment"),
		N_("key agreement"),
		N_("certificate signing"),
		N_("revocation list signing"),
		N_("encipher only"),
		N_("decipher only"),
	};
	return show_bit_names(rows, value, names, sizeof names / sizeof names[0]);
}

static bool purpose(struct sheet *rows, const struct der_item *item)
{
	struct buf text = { 0 };
	if (item->tag != DER_OID)
		return false;
	oid_show(item->body, &text);
	sheet_take(rows, &text);
	return true;
}

bool show_purposes(struct sheet *rows, struct der value)
{
	struct der in;
	return der_only(value, DER_SEQUENCE, &in) && sheet_each(rows, in, purpose);
}

static void hex_row(struct sheet *rows, const char *before, struct der bytes)
{
	struct buf text = { 0 };
	buf_text_add(&text, before);
	der_hex(bytes, 256, &text);
	sheet_take(rows, &text);
}

bool show_key_id(struct sheet *rows, struct der value)
{
	struct der id;
	if (!der_only(value, DER_OCTETS, &id))
		return false;
	hex_row(rows, "", id);
	return true;
}

/* Key identifier [0], the issuer's names [1] and its serial [2]. */
bool show_issuer_key_id(struct sheet *rows, struct der value)
{
	struct der in, body;
	/* TRANSLATORS: before the name of an issuer whose key is meant */
	const char *issuer = _("of ");
	if (!der_only(value, DER_SEQUENCE, &in))
		return false;
	if (der_take(&in, DER_CONTEXT + 0, &body))
		hex_row(rows, "", body);
	if (der_take(&in, DER_INSIDE + 1, &body) && !sheet_names(rows, issuer, body))
		return false;
	if (der_take(&in, DER_CONTEXT + 2, &body))
		hex_row(rows, _("serial "), body);
	if (rows->count == 0 && der_end(&in))
		sheet_add(rows, "(empty)");
	return der_end(&in);
}

static bool period_end(struct sheet *rows, struct der *in, uint8_t number)
{
	struct der_item item = { .tag = DER_TIME };
	char iso[CLOCK_ISO];
	int64_t when;
	if (!der_take(in, DER_CONTEXT + number, &item.body))
		return true;
	if (!der_time(&item, &when))
		return false;
	sheet_add(rows, number == 0 ? N_("from %s") : N_("until %s"), lang_time(iso, when));
	return true;
}

bool show_usage_period(struct sheet *rows, struct der value)
{
	struct der in;
	return der_only(value, DER_SEQUENCE, &in) && period_end(rows, &in, 0) &&
	       period_end(rows, &in, 1) && der_end(&in);
}

/* RFC 3820: how far it may be passed on, and what of its owner's rights it carries. */
bool show_proxy(struct sheet *rows, struct der value)
{
	struct der in, limit, policy, language, bytes;
	struct buf text = { 0 };
	if (!der_only(value, DER_SEQUENCE, &in))
		return false;
	if (der_take(&in, DER_INTEGER, &limit)) {
		buf_text_add(&text, _("path length "));
		number_text(limit, &text);
		sheet_take(rows, &text);
	}
	if (!der_take(&in, DER_SEQUENCE, &policy) || !der_take(&policy, DER_OID, &language))
		return false;
	buf_text_add(&text, _("policy: "));
	oid_show(language, &text);
	sheet_take(rows, &text);
	if (der_take(&policy, DER_OCTETS, &bytes))
		hex_row(rows, _("policy text: "), bytes);
	return der_end(&policy) && der_end(&in);
}

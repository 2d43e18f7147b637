#include "pki/extension.h"

#include <inttypes.h>

#include "base/clock.h"
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
	struct buf text = { 0 };
	if (!der_only(value, DER_SEQUENCE, &in))
		return false;
	der_take(&in, DER_BOOLEAN, &flag);
	buf_text_add(&text, der_boolean(flag) ? "a CA, " : "not a CA");
	if (der_take(&in, DER_INTEGER, &limit)) {
		buf_text_add(&text, der_boolean(flag) ? "path length " : ", path length ");
		number_text(limit, &text);
	} else if (der_boolean(flag)) {
		buf_text_add(&text, "path length not limited");
	}
	sheet_take(rows, &text);
	return der_end(&in);
}

bool show_key_usage(struct sheet *rows, struct der value)
{
	static const char *const names[] = {
		"digital signature",
		"non-repudiation",
		"key encipherment",
		"data encipherment",
		"key agreement",
		"certificate signing",
		"revocation list signing",
		"encipher only",
		"decipher only",
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
	if (!der_only(value, DER_SEQUENCE, &in))
		return false;
	if (der_take(&in, DER_CONTEXT + 0, &body))
		hex_row(rows, "", body);
	if (der_take(&in, DER_INSIDE + 1, &body) && !sheet_names(rows, "of ", body))
		return false;
	if (der_take(&in, DER_CONTEXT + 2, &body))
		hex_row(rows, "serial ", body);
	if (rows->count == 0 && der_end(&in))
		sheet_add(rows, "(empty)");
	return der_end(&in);
}

static bool period_end(struct sheet *rows, struct der *in, uint8_t number, const char *word)
{
	struct der_item item = { .tag = DER_TIME };
	char iso[CLOCK_ISO];
	int64_t when;
	if (!der_take(in, DER_CONTEXT + number, &item.body))
		return true;
	if (!der_time(&item, &when))
		return false;
	sheet_add(rows, "%s %s", word, clock_iso(iso, when));
	return true;
}

bool show_usage_period(struct sheet *rows, struct der value)
{
	struct der in;
	return der_only(value, DER_SEQUENCE, &in) && period_end(rows, &in, 0, "from") &&
	       period_end(rows, &in, 1, "until") && der_end(&in);
}

/* RFC 3820: how far it may be passed on, and what of its owner's rights it carries. */
bool show_proxy(struct sheet *rows, struct der value)
{
	struct der in, limit, policy, language, bytes;
	struct buf text = { 0 };
	if (!der_only(value, DER_SEQUENCE, &in))
		return false;
	if (der_take(&in, DER_INTEGER, &limit)) {
		buf_text_add(&text, "path length ");
		number_text(limit, &text);
		sheet_take(rows, &text);
	}
	if (!der_take(&in, DER_SEQUENCE, &policy) || !der_take(&policy, DER_OID, &language))
		return false;
	buf_text_add(&text, "policy: ");
	oid_show(language, &text);
	sheet_take(rows, &text);
	if (der_take(&policy, DER_OCTETS, &bytes))
		hex_row(rows, "policy text: ", bytes);
	return der_end(&policy) && der_end(&in);
}

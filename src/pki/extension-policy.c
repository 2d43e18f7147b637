#include "pki/extension.h"

#include "base/text.h"
#include "pki/oid.h"

#define QUALIFIER_CPS    "1.3.6.1.5.5.7.2.1"
#define QUALIFIER_NOTICE "1.3.6.1.5.5.7.2.2"

/* "before text" as a row; false where the element isn't a string. */
static bool string_row(struct sheet *rows, const char *before, const struct der_item *item)
{
	struct buf raw = { 0 }, text = { 0 };
	bool ok = der_string(item, &raw);
	if (ok) {
		buf_text_add(&text, before);
		text_escape(&text, buf_text(&raw), raw.len);
		sheet_take(rows, &text);
	}
	buf_done(&raw);
	return ok;
}

/* Who published the notice, and its numbers there. */
static bool notice_reference(struct sheet *rows, struct der in)
{
	struct der_item organisation;
	struct der numbers, number;
	struct buf text = { 0 };
	if (!der_next(&in, &organisation) || !string_row(rows, "notice of: ", &organisation) ||
		!der_take(&in, DER_SEQUENCE, &numbers) || !der_end(&in))
		return false;
	while (der_take(&numbers, DER_INTEGER, &number)) {
		buf_text_add(&text, text.len == 0 ? "notice numbers: 0x" : ", 0x");
		der_hex(number, 32, &text);
	}
	if (text.len > 0)
		sheet_take(rows, &text);
	return der_end(&numbers);
}

static bool notice(struct sheet *rows, struct der value)
{
	struct der in, reference;
	struct der_item text;
	if (!der_only(value, DER_SEQUENCE, &in))
		return false;
	if (der_take(&in, DER_SEQUENCE, &reference) && !notice_reference(rows, reference))
		return false;
	return der_end(&in) ||
	       (der_next(&in, &text) && string_row(rows, "notice: ", &text) && der_end(&in));
}

static bool cps(struct sheet *rows, struct der value)
{
	struct der_item uri;
	return der_next(&value, &uri) && string_row(rows, "practice statement: ", &uri) &&
	       der_end(&value);
}

static bool qualifier(struct sheet *rows, const struct der_item *item)
{
	struct der in = item->body, id;
	struct buf text = { 0 };
	if (item->tag != DER_SEQUENCE || !der_take(&in, DER_OID, &id))
		return false;
	if (oid_is(id, QUALIFIER_CPS))
		return cps(rows, in);
	if (oid_is(id, QUALIFIER_NOTICE))
		return notice(rows, in);
	buf_text_add(&text, "qualifier ");
	oid_show(id, &text);
	buf_text_add(&text, ": ");
	der_hex(in, 256, &text);
	sheet_take(rows, &text);
	return true;
}

static bool policy(struct sheet *rows, const struct der_item *item)
{
	struct der in = item->body, id, qualifiers;
	struct buf text = { 0 };
	if (item->tag != DER_SEQUENCE || !der_take(&in, DER_OID, &id))
		return false;
	oid_show(id, &text);
	sheet_take(rows, &text);
	if (der_end(&in))
		return true;
	return der_only(in, DER_SEQUENCE, &qualifiers) && sheet_each(rows, qualifiers, qualifier);
}

bool show_policies(struct sheet *rows, struct der value)
{
	struct der list;
	return der_only(value, DER_SEQUENCE, &list) && sheet_each(rows, list, policy);
}

static bool mapping(struct sheet *rows, const struct der_item *item)
{
	struct der in = item->body, issuer, subject;
	struct buf text = { 0 };
	if (item->tag != DER_SEQUENCE || !der_take(&in, DER_OID, &issuer) ||
		!der_take(&in, DER_OID, &subject) || !der_end(&in))
		return false;
	buf_text_add(&text, "issuer's ");
	oid_show(issuer, &text);
	buf_text_add(&text, " is the subject's ");
	oid_show(subject, &text);
	sheet_take(rows, &text);
	return true;
}

bool show_policy_mappings(struct sheet *rows, struct der value)
{
	struct der list;
	return der_only(value, DER_SEQUENCE, &list) && sheet_each(rows, list, mapping);
}

static bool skip_certs(struct sheet *rows, struct der *in, uint8_t number, const char *what)
{
	struct der body;
	uint64_t certs;
	if (!der_take(in, DER_CONTEXT + number, &body))
		return true;
	if (!der_number(body, &certs))
		return false;
	sheet_add(rows, "%s after %llu certificates", what, (unsigned long long)certs);
	return true;
}

bool show_policy_constraints(struct sheet *rows, struct der value)
{
	struct der in;
	return der_only(value, DER_SEQUENCE, &in) &&
	       skip_certs(rows, &in, 0, "an explicit policy is needed") &&
	       skip_certs(rows, &in, 1, "mappings are inhibited") && der_end(&in);
}

#include "pki/extension.h"

#include "base/lang.h"
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
	if (!der_next(&in, &organisation) || !string_row(rows, _("notice of: "), &organisation) ||
		!der_take(&in, DER_SEQUENCE, &numbers) || !der_end(&in))
		return false;
	while (der_take(&numbers, DER_INTEGER, &number)) {
		buf_text_add(&text, text.len == 0 ? _("notice numbers: 0x") : ", 0x");
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
	       (der_next(&in, &text) && string_row(rows, _("notice: "), &text) && der_end(&in));
}

static bool cps(struct sheet *rows, struct der value)
{
	struct der_item uri;
	return der_next(&value, &uri) && string_row(rows, _("practice statement: "), &uri) &&
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
	buf_text_add(&text, _("qualifier "));
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
	struct buf theirs = { 0 }, own = { 0 };
	if (item->tag != DER_SEQUENCE || !der_take(&in, DER_OID, &issuer) ||
		!der_take(&in, DER_OID, &subject) || !der_end(&in))
		return false;
	oid_show(issuer, &theirs);
	oid_show(subject, &own);
	/* TRANSLATORS: two policies, "anyPolicy (2.5.29.32.0)" */
	sheet_add(rows, "issuer's %s is the subject's %s", buf_text(&theirs), buf_text(&own));
	buf_done(&theirs);
	buf_done(&own);
	return true;
}

bool show_policy_mappings(struct sheet *rows, struct der value)
{
	struct der list;
	return der_only(value, DER_SEQUENCE, &list) && sheet_each(rows, list, mapping);
}

static bool skip_certs(struct sheet *rows, struct der *in, uint8_t number)
{
	struct der body;
	uint64_t certs;
	if (!der_take(in, DER_CONTEXT + number, &body))
		return true;
	if (!der_number(body, &certs))
		return false;
	sheet_add(rows, number == 0 ? N_("an explicit policy is needed after %llu certificates")
				    : N_("mappings are inhibited after %llu certificates"),
		(unsigned long long)certs);
	return true;
}

bool show_policy_constraints(struct sheet *rows, struct der value)
{
	struct der in;
	return der_only(value, DER_SEQUENCE, &in) &&
	       skip_certs(rows, &in, 0) && skip_certs(rows, &in, 1) && der_end(&in);
}

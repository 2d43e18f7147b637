#include "pki/extension.h"

#include "base/lang.h"
#include "pki/general-name.h"
#include "pki/name.h"
#include "pki/oid.h"

static bool is_general_name(const struct der_item *item)
{
	return (item->tag & 0xc0) == DER_CONTEXT;
}

/* Of a very long list the rest is only counted: reading ten thousand names twice is no use. */
bool sheet_names(struct sheet *rows, const char *before, struct der names)
{
	struct der_item item;
	while (der_next(&names, &item)) {
		struct buf text = { 0 };
		if (!is_general_name(&item))
			return false;
		if (!sheet_full(rows)) {
			buf_text_add(&text, before);
			general_name_show_both(&item, &text);
		}
		sheet_take(rows, &text);
	}
	return der_end(&names);
}

bool show_names(struct sheet *rows, struct der value)
{
	struct der names;
	if (!der_only(value, DER_SEQUENCE, &names))
		return false;
	if (der_end(&names))
		sheet_add(rows, "(empty)");
	return sheet_names(rows, "", names);
}

/* GeneralSubtree: a name, and two numbers that RFC 5280 wants absent. */
static bool subtrees(struct sheet *rows, const char *before, struct der list)
{
	struct der in;
	struct der_item name;
	while (der_take(&list, DER_SEQUENCE, &in)) {
		struct buf text = { 0 };
		if (!der_next(&in, &name) || !is_general_name(&name))
			return false;
		buf_text_add(&text, before);
		general_name_show_both(&name, &text);
		if (!der_end(&in)) {
			buf_text_add(&text, _(", distance "));
			der_hex(in, 32, &text);
		}
		sheet_take(rows, &text);
	}
	return der_end(&list);
}

bool show_name_constraints(struct sheet *rows, struct der value)
{
	struct der in, list;
	/* TRANSLATORS: before a name; a name constraint that allows nothing else */
	const char *permitted = _("only ");
	/* TRANSLATORS: before a name; a name constraint that excludes it */
	const char *excluded = _("not ");
	if (!der_only(value, DER_SEQUENCE, &in))
		return false;
	if (der_take(&in, DER_INSIDE + 0, &list) && !subtrees(rows, permitted, list))
		return false;
	if (der_take(&in, DER_INSIDE + 1, &list) && !subtrees(rows, excluded, list))
		return false;
	if (rows->count == 0 && der_end(&in))
		sheet_add(rows, "(empty)");
	return der_end(&in);
}

/* A name below that of the list's issuer. */
static bool relative_name(struct sheet *rows, struct der rdn)
{
	struct buf text = { 0 };
	buf_text_add(&text, _("below the issuer: #"));
	der_hex(rdn, 256, &text);
	sheet_take(rows, &text);
	return true;
}

static bool point_name(struct sheet *rows, struct der wrapped)
{
	struct der body;
	if (der_only(wrapped, DER_INSIDE + 0, &body))
		return sheet_names(rows, "", body);
	return der_only(wrapped, DER_INSIDE + 1, &body) && relative_name(rows, body);
}

static bool point_reasons(struct sheet *rows, struct der bits)
{
	static const char *const names[] = {
		N_("unused"),
		N_("key compromise"),
		N_("CA compromise"),
		N_("affiliation changed"),
		N_("superseded"),
		N_("cessation of operation"),
		N_("certificate hold"),
		N_("privilege withdrawn"),
		N_("AA compromise"),
	};
	struct buf text = { 0 };
	buf_text_add(&text, _("only for: "));
	if (!show_bits(bits, names, sizeof names / sizeof names[0], &text)) {
		buf_done(&text);
		return false;
	}
	sheet_take(rows, &text);
	return true;
}

static bool point(struct sheet *rows, const struct der_item *item)
{
	struct der in = item->body, body;
	if (item->tag != DER_SEQUENCE)
		return false;
	if (der_take(&in, DER_INSIDE + 0, &body) && !point_name(rows, body))
		return false;
	if (der_take(&in, DER_CONTEXT + 1, &body) && !point_reasons(rows, body))
		return false;
	if (der_take(&in, DER_INSIDE + 2, &body) && !sheet_names(rows, _("issued by "), body))
		return false;
	return der_end(&in);
}

bool show_crl_points(struct sheet *rows, struct der value)
{
	struct der list;
	return der_only(value, DER_SEQUENCE, &list) && sheet_each(rows, list, point);
}

static bool access(struct sheet *rows, const struct der_item *item)
{
	struct der in = item->body, method;
	struct der_item place;
	struct oid oid;
	struct buf text = { 0 };
	if (item->tag != DER_SEQUENCE || !der_take(&in, DER_OID, &method) ||
		!der_next(&in, &place) || !der_end(&in))
		return false;
	const char *words = oid_words(oid_of(method, &oid));
	buf_format(&text, "%s: ", words ? words : oid.text);
	general_name_show_both(&place, &text);
	sheet_take(rows, &text);
	return true;
}

bool show_access(struct sheet *rows, struct der value)
{
	struct der list;
	return der_only(value, DER_SEQUENCE, &list) && sheet_each(rows, list, access);
}

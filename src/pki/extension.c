#include "pki/extension.h"

#include <string.h>

#include "base/lang.h"
#include "base/text.h"
#include "pki/oid.h"

#define HEX_MAX 256

static const struct extension_row rows_known[] = {
	{ EXT_BASIC_CONSTRAINTS, N_("Basic constraints"), show_basic_constraints, true },
	{ EXT_KEY_USAGE, N_("Key usage"), show_key_usage, true },
	{ EXT_PURPOSES, N_("Purposes"), show_purposes, true },
	{ EXT_SAN, N_("Alternative names"), show_names, true },
	{ "2.5.29.18", N_("Issuer alternative names"), show_names, true },
	{ EXT_KEY_ID, N_("Key identifier"), show_key_id, true },
	{ EXT_ISSUER_KEY_ID, N_("Issuer's key identifier"), show_issuer_key_id, true },
	{ EXT_NAME_CONSTRAINTS, N_("Name constraints"), show_name_constraints, true },
	{ "2.5.29.31", N_("Revocation lists"), show_crl_points, true },
	{ "2.5.29.46", N_("Freshest revocation lists"), show_crl_points, true },
	{ "1.3.6.1.5.5.7.1.1", N_("Issuer's services"), show_access, true },
	{ "1.3.6.1.5.5.7.1.11", N_("Subject's services"), show_access, true },
	{ "2.5.29.32", N_("Policies"), show_policies, true },
	{ "2.5.29.33", N_("Policy mappings"), show_policy_mappings, true },
	{ "2.5.29.36", N_("Policy constraints"), show_policy_constraints, true },
	{ "2.5.29.54", N_("Any-policy inhibited after"), show_number, true },
	{ "2.5.29.16", N_("Private key usage period"), show_usage_period, true },
	{ "2.5.29.9", N_("Directory attributes"), show_attributes, false },
	{ "1.3.6.1.5.5.7.1.14", N_("Proxy certificate"), show_proxy, true },
	{ "1.3.6.1.5.5.7.1.24", N_("TLS features"), show_tls_features, true },
	{ "1.3.6.1.5.5.7.1.3", N_("Qualified certificate"), show_statements, false },
	{ "1.3.6.1.5.5.7.48.1.5", N_("OCSP no check"), show_no_check, false },
	{ "1.3.6.1.4.1.11129.2.4.2", N_("Transparency logs"), show_scts, false },
	{ "1.3.6.1.4.1.11129.2.4.3", N_("Pre-certificate"), show_poison, false },
	{ "2.16.840.1.113730.1.1", N_("Netscape type"), show_netscape_type, false },
	{ "2.16.840.1.113730.1.2", N_("Netscape base URL"), show_text, false },
	{ "2.16.840.1.113730.1.3", N_("Netscape revocation URL"), show_text, false },
	{ "2.16.840.1.113730.1.4", N_("Netscape CA revocation URL"), show_text, false },
	{ "2.16.840.1.113730.1.7", N_("Netscape renewal URL"), show_text, false },
	{ "2.16.840.1.113730.1.8", N_("Netscape policy URL"), show_text, false },
	{ "2.16.840.1.113730.1.12", N_("Netscape server name"), show_text, false },
	{ "2.16.840.1.113730.1.13", N_("Netscape comment"), show_text, false },
	{ "1.3.6.1.4.1.311.20.2", N_("Microsoft template name"), show_text, false },
	{ "1.3.6.1.4.1.311.21.1", N_("Microsoft CA version"), show_ca_version, false },
	{ "1.3.6.1.4.1.311.21.2", N_("Microsoft previous CA hash"), show_octets, false },
	{ "1.3.6.1.4.1.311.21.7", N_("Microsoft template"), show_template, false },
	{ "1.3.6.1.4.1.311.21.10", N_("Microsoft application policies"), show_policies, false },
	{ "1.3.6.1.4.1.311.25.2", N_("Microsoft security identifier"), show_names, false },
};

const struct extension_row *extension_row(const char *oid)
{
	for (size_t i = 0; i < sizeof rows_known / sizeof rows_known[0]; i++)
		if (strcmp(rows_known[i].oid, oid) == 0)
			return &rows_known[i];
	return NULL;
}

bool show_bits(struct der value, const char *const names[], size_t count, struct buf *out)
{
	struct der bits;
	unsigned unused;
	size_t start = out->len;
	if (!der_bits(value, &bits, &unused))
		return false;
	for (size_t i = 0; i < 8 * bits.len - unused && i < 8 * HEX_MAX; i++) {
		if ((bits.data[i / 8] >> (7 - i % 8) & 1) == 0)
			continue;
		buf_text_add(out, out->len > start ? ", " : "");
		if (i < count)
			buf_text_add(out, _(names[i]));
		else
			buf_format(out, _("bit %zu"), i);
	}
	if (out->len == start)
		buf_text_add(out, _("none"));
	return true;
}

bool show_bit_names(
	struct sheet *rows, struct der value, const char *const names[], size_t count)
{
	struct der body;
	struct buf text = { 0 };
	if (!der_only(value, DER_BITS, &body) || !show_bits(body, names, count, &text))
		return false;
	sheet_take(rows, &text);
	return true;
}

static void hex_row(struct sheet *rows, const char *before, struct der value)
{
	struct buf text = { 0 };
	buf_text_add(&text, before);
	der_hex(value, HEX_MAX, &text);
	sheet_take(rows, &text);
}

/* More than half of it printable ASCII, and not DER: then it was meant to be read. */
static bool looks_like_text(struct der value)
{
	size_t printable = 0;
	struct der in = value;
	struct der_item item;
	if (der_next(&in, &item) && der_end(&in))
		return false;
	for (size_t i = 0; i < value.len; i++)
		printable += value.data[i] >= 0x20 && value.data[i] < 0x7f;
	return printable > value.len / 2;
}

static void text_row(struct sheet *rows, const void *bytes, size_t len)
{
	struct buf text = { 0 };
	buf_char(&text, '"');
	text_escape(&text, bytes, len < HEX_MAX ? len : HEX_MAX);
	buf_text_add(&text, len > HEX_MAX ? "\" …" : "\"");
	sheet_take(rows, &text);
}

/* The bytes, and the text that they hold if they seem to hold one. */
static void unknown(struct sheet *rows, struct der value)
{
	struct der in = value;
	struct der_item item;
	struct buf raw = { 0 };
	hex_row(rows, value.len == 0 ? _("(empty)") : "", value);
	if (der_next(&in, &item) && der_end(&in) && der_string(&item, &raw))
		text_row(rows, buf_text(&raw), raw.len);
	else if (looks_like_text(value))
		text_row(rows, value.data, value.len);
	buf_done(&raw);
}

static void show(const struct extension *extension, struct details *out)
{
	struct oid oid;
	const char *dotted = extension->oid.len > 0 ? oid_of(extension->oid, &oid) : N_("Unreadable");
	const struct extension_row *known = extension_row(dotted);
	struct sheet rows = {
		.out = out,
		.label = known ? known->label : dotted,
		.critical = extension->critical,
	};
	if (!known)
		unknown(&rows, extension->value);
	else if (!known->show(&rows, extension->value))
		hex_row(&rows, _("cannot be decoded: "), extension->value);
	sheet_end(&rows);
}

void details_extensions(const struct parts *parts, struct details *out)
{
	struct der in = parts->extensions;
	struct extension extension;
	if (!der_end(&in))
		details_section(out, "Extensions");
	while (extension_next(&in, &extension))
		show(&extension, out);
}

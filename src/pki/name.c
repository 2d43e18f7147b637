/*
 * GnuTLS renders names too, but not all: of a BMPString of odd length it drops the last byte, and
 * "\#5ac8" may be a T.61 string or those six characters.  Here every name has a text, different
 * names have different texts, and for names without such traps both agree.
 */
#include "pki/name.h"

#include <stdlib.h>
#include <string.h>

#include <gnutls/x509.h>

#include "base/mem.h"
#include "base/text.h"

static bool attribute_read(struct der ava, struct attribute *attribute)
{
	return der_take(&ava, DER_OID, &attribute->oid) && der_next(&ava, &attribute->value) &&
	       der_end(&ava);
}

static bool rdn_read(struct name *name, struct der rdn)
{
	struct attribute attribute = { 0 };
	struct der ava;
	while (der_take(&rdn, DER_SEQUENCE, &ava)) {
		if (!attribute_read(ava, &attribute))
			return false;
		name->items = mem_grow(name->items, name->count, &name->cap, sizeof *name->items);
		name->items[name->count++] = attribute;
		attribute.joined = true;
	}
	return der_end(&rdn);
}

void name_read(struct name *name, struct der rdns)
{
	struct der rdn;
	*name = (struct name){ 0 };
	while (der_take(&rdns, DER_SET, &rdn) && !name->broken)
		name->broken = !rdn_read(name, rdn);
	name->broken = name->broken || !der_end(&rdns);
}

void name_done(struct name *name)
{
	free(name->items);
	*name = (struct name){ 0 };
}

static void hex_value(const struct der_item *value, struct buf *out)
{
	buf_char(out, '#');
	text_hex(out, value->whole.data, value->whole.len, 0);
}

/* RFC 4514, section 2.4: what would read as syntax gets a backslash. */
static void escape_4514(const char *text, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++) {
		bool edge = (i == 0 && (text[i] == ' ' || text[i] == '#')) ||
			    (i == len - 1 && text[i] == ' ');
		if (edge || (text[i] != '\0' && strchr("\"+,;<>\\", text[i]) != NULL))
			buf_char(out, '\\');
		buf_char(out, text[i]);
	}
}

/* "CN=value", not yet safe. */
static void show_4514(const struct attribute *attribute, struct buf *out)
{
	struct oid oid;
	struct buf value = { 0 };
	const char *label = gnutls_x509_dn_oid_name(oid_of(attribute->oid, &oid), 0);
	buf_format(out, "%s=", label ? label : oid.text);
	if (label && der_string(&attribute->value, &value))
		escape_4514(buf_text(&value), value.len, out);
	else
		hex_value(&attribute->value, out);
	buf_done(&value);
}

/* Names are written from the last relative name to the first, each in its own order. */
static void show_all(const struct name *name, struct buf *out)
{
	for (size_t end = name->count; end > 0;) {
		size_t begin = end - 1;
		while (name->items[begin].joined)
			begin--;
		for (size_t i = begin; i < end; i++) {
			if (i > begin)
				buf_char(out, '+');
			else if (end < name->count)
				buf_char(out, ',');
			show_4514(&name->items[i], out);
		}
		end = begin;
	}
}

void name_show(struct der rdns, struct buf *out)
{
	struct name name;
	struct buf raw = { 0 };
	name_read(&name, rdns);
	if (name.broken) {
		buf_char(&raw, '#');
		text_hex(&raw, rdns.data, rdns.len, 0);
	} else {
		show_all(&name, &raw);
	}
	text_escape(out, buf_text(&raw), raw.len);
	buf_done(&raw);
	name_done(&name);
}

void attribute_show(const struct attribute *attribute, struct buf *out)
{
	struct buf raw = { 0 };
	if (der_string(&attribute->value, &raw))
		text_escape(out, buf_text(&raw), raw.len);
	else
		hex_value(&attribute->value, out);
	buf_done(&raw);
}

const struct attribute *name_first(const struct name *name, const char *oid)
{
	for (size_t i = 0; i < name->count; i++)
		if (oid_is(name->items[i].oid, oid))
			return &name->items[i];
	return NULL;
}

static const struct {
	const char *oid, *label;
} labels[] = {
	{ "2.5.4.3", "Common name" },
	{ "2.5.4.4", "Surname" },
	{ "2.5.4.5", "Serial number" },
	{ "2.5.4.6", "Country" },
	{ "2.5.4.7", "Locality" },
	{ "2.5.4.8", "State or province" },
	{ "2.5.4.9", "Street" },
	{ "2.5.4.10", "Organisation" },
	{ "2.5.4.11", "Organisational unit" },
	{ "2.5.4.12", "Title" },
	{ "2.5.4.13", "Description" },
	{ "2.5.4.15", "Business category" },
	{ "2.5.4.16", "Postal address" },
	{ "2.5.4.17", "Postal code" },
	{ "2.5.4.18", "Post office box" },
	{ "2.5.4.20", "Telephone" },
	{ "2.5.4.41", "Name" },
	{ "2.5.4.42", "Given name" },
	{ "2.5.4.43", "Initials" },
	{ "2.5.4.44", "Generation" },
	{ "2.5.4.45", "Unique identifier" },
	{ "2.5.4.46", "DN qualifier" },
	{ "2.5.4.65", "Pseudonym" },
	{ "2.5.4.72", "Role" },
	{ "2.5.4.97", "Organisation identifier" },
	{ "0.9.2342.19200300.100.1.1", "User ID" },
	{ "0.9.2342.19200300.100.1.25", "Domain component" },
	{ "1.2.840.113549.1.9.1", "E-mail" },
	{ "1.2.840.113549.1.9.2", "Unstructured name" },
	{ "1.2.840.113549.1.9.8", "Unstructured address" },
	{ "1.3.6.1.4.1.311.60.2.1.1", "Locality of incorporation" },
	{ "1.3.6.1.4.1.311.60.2.1.2", "State of incorporation" },
	{ "1.3.6.1.4.1.311.60.2.1.3", "Country of incorporation" },
};

const char *attribute_label(const char *oid)
{
	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
		if (strcmp(labels[i].oid, oid) == 0)
			return labels[i].label;
	return NULL;
}

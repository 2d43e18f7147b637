/*
 * GnuTLS renders names too, but not all: of a BMPString of odd length it drops the last byte, and
 * "\#5ac8" may be a T.61 string or those six characters.  Here every name has a text, different
 * names have different texts, and for names without such traps both agree.
 */
#include "pki/name.h"

#include <stdlib.h>
#include <string.h>

#include <gnutls/x509.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/cert.h"

static bool attribute_read(struct der ava, struct attribute *attribute)
{
	return der_take(&ava, DER_OID, &attribute->oid) && der_next(&ava, &attribute->value) &&
	       der_end(&ava);
}

/* Most names fit into the few; not a byte is allocated for them. */
static struct attribute *name_more(struct name *name)
{
	if (name->count < NAME_FEW)
		return &name->few[name->count];
	if (name->count == NAME_FEW) {
		name->cap = 2 * NAME_FEW;
		name->items = mem_new(name->cap * sizeof *name->items);
		memcpy(name->items, name->few, sizeof name->few);
	}
	name->items = mem_grow(name->items, name->count, &name->cap, sizeof *name->items);
	return &name->items[name->count];
}

static bool rdn_read(struct name *name, struct der rdn)
{
	struct der ava;
	bool joined = false;
	while (der_take(&rdn, DER_SEQUENCE, &ava)) {
		struct attribute *attribute = name_more(name);
		if (!attribute_read(ava, attribute))
			return false;
		attribute->joined = joined;
		joined = true;
		name->count++;
	}
	return der_end(&rdn);
}

void name_read(struct name *name, struct der rdns)
{
	struct der rdn;
	name->items = name->few;
	name->count = name->cap = 0;
	name->whole = rdns;
	name->broken = false;
	while (der_take(&rdns, DER_SET, &rdn) && !name->broken)
		name->broken = !rdn_read(name, rdn);
	name->broken = name->broken || !der_end(&rdns);
}

void name_done(struct name *name)
{
	if (name->cap > 0)
		free(name->items);
	name->items = NULL;
	name->count = name->cap = 0;
}

/* GnuTLS's names below 2.5.4, which nearly all attributes have: it would search for each. */
static const char *const known_labels[] = {
	[3] = "CN",
	[4] = "surName",
	[5] = "serialNumber",
	[6] = "C",
	[7] = "L",
	[8] = "ST",
	[9] = "street",
	[10] = "O",
	[11] = "OU",
	[12] = "title",
	[13] = "description",
	[15] = "businessCategory",
	[17] = "postalCode",
	[20] = "telephoneNumber",
};

const char *attribute_label_4514(struct der oid)
{
	struct oid dotted;
	if (oid.len == 3 && memcmp(oid.data, "\x55\x04", 2) == 0 &&
		oid.data[2] < sizeof known_labels / sizeof known_labels[0] &&
		known_labels[oid.data[2]])
		return known_labels[oid.data[2]];
	return gnutls_x509_dn_oid_name(oid_of(oid, &dotted), 0);
}

static void hex_value(const struct der_item *value, struct buf *out)
{
	buf_char(out, '#');
	text_hex(out, value->whole.data, value->whole.len, 0);
}

/* RFC 4514, section 2.4: what would read as syntax gets a backslash. */
static bool is_syntax(const char *text, size_t len, size_t i)
{
	switch (text[i]) {
	case '"':
	case '+':
	case ',':
	case ';':
	case '<':
	case '>':
	case '\\':
		return true;
	case '#':
		return i == 0;
	case ' ':
		return i == 0 || i == len - 1;
	default:
		return false;
	}
}

/* What was appended behind `from`, in place: from its end, because it grows. */
static void escape_4514(struct buf *out, size_t from)
{
	size_t len = out->len - from, more = 0;
	for (size_t i = 0; i < len; i++)
		more += is_syntax(out->data + from, len, i);
	if (more == 0)
		return;
	buf_reserve(out, more);
	char *text = out->data + from, *to = text + len + more;
	out->len += more;
	*to = '\0';
	for (size_t i = len; to > text + i; i--) {
		bool syntax = is_syntax(text, len, i - 1);
		*--to = text[i - 1];
		if (syntax)
			*--to = '\\';
	}
}

/* "CN=value", not yet safe. */
static void show_4514(const struct attribute *attribute, struct buf *out)
{
	struct oid oid;
	const char *label = attribute_label_4514(attribute->oid);
	buf_text_add(out, label ? label : oid_of(attribute->oid, &oid));
	buf_char(out, '=');
	size_t from = out->len;
	if (label && der_string(&attribute->value, out))
		escape_4514(out, from);
	else
		hex_value(&attribute->value, out);
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

void name_write(const struct name *name, struct buf *out)
{
	size_t from = out->len;
	if (name->broken) {
		buf_char(out, '#');
		text_hex(out, name->whole.data, name->whole.len, 0);
	} else {
		show_all(name, out);
	}
	text_escape_tail(out, from);
}

void name_show(struct der rdns, struct buf *out)
{
	struct name name;
	name_read(&name, rdns);
	name_write(&name, out);
	name_done(&name);
}

char *cert_name(const void *der, size_t len)
{
	struct buf text = { 0 };
	struct der rdns;
	if (!der_only((struct der){ der, len }, DER_SEQUENCE, &rdns))
		return NULL;
	name_show(rdns, &text);
	return buf_take(&text);
}

void attribute_show(const struct attribute *attribute, struct buf *out)
{
	size_t from = out->len;
	if (der_string(&attribute->value, out))
		text_escape_tail(out, from);
	else
		hex_value(&attribute->value, out);
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
	{ "2.5.4.3", N_("Common name") },
	{ "2.5.4.4", N_("Surname") },
	{ "2.5.4.5", N_("Serial number") },
	{ "2.5.4.6", N_("Country") },
	{ "2.5.4.7", N_("Locality") },
	{ "2.5.4.8", N_("State or province") },
	{ "2.5.4.9", N_("Street") },
	{ "2.5.4.10", N_("Organisation") },
	{ "2.5.4.11", N_("Organisational unit") },
	{ "2.5.4.12", N_("Title") },
	{ "2.5.4.13", N_("Description") },
	{ "2.5.4.15", N_("Business category") },
	{ "2.5.4.16", N_("Postal address") },
	{ "2.5.4.17", N_("Postal code") },
	{ "2.5.4.18", N_("Post office box") },
	{ "2.5.4.20", N_("Telephone") },
	{ "2.5.4.41", N_("Name") },
	{ "2.5.4.42", N_("Given name") },
	{ "2.5.4.43", N_("Initials") },
	{ "2.5.4.44", N_("Generation") },
	{ "2.5.4.45", N_("Unique identifier") },
	{ "2.5.4.46", N_("DN qualifier") },
	{ "2.5.4.65", N_("Pseudonym") },
	{ "2.5.4.72", N_("Role") },
	{ "2.5.4.97", N_("Organisation identifier") },
	{ "0.9.2342.19200300.100.1.1", N_("User ID") },
	{ "0.9.2342.19200300.100.1.25", N_("Domain component") },
	{ "1.2.840.113549.1.9.1", N_("E-mail") },
	{ "1.2.840.113549.1.9.2", N_("Unstructured name") },
	{ "1.2.840.113549.1.9.8", N_("Unstructured address") },
	{ "1.3.6.1.4.1.311.60.2.1.1", N_("Locality of incorporation") },
	{ "1.3.6.1.4.1.311.60.2.1.2", N_("State of incorporation") },
	{ "1.3.6.1.4.1.311.60.2.1.3", N_("Country of incorporation") },
};

const char *attribute_label(const char *oid)
{
	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
		if (strcmp(labels[i].oid, oid) == 0)
			return _(labels[i].label);
	return NULL;
}

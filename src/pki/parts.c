#include "pki/parts.h"

#include "pki/oid.h"

/* Version 1 is written by leaving the number out. */
static bool version_read(struct der *tbs, struct parts *parts)
{
	struct der wrapped, number;
	uint64_t value = 0;
	parts->version = 1;
	if (!der_take(tbs, DER_INSIDE + 0, &wrapped))
		return true;
	if (!der_only(wrapped, DER_INTEGER, &number) || !der_number(number, &value) || value > 99)
		return false;
	parts->version = (int)value + 1;
	return true;
}

static bool validity_read(struct der *tbs, struct parts *parts)
{
	struct der in;
	struct der_item from, to;
	return der_take(tbs, DER_SEQUENCE, &in) && der_next(&in, &from) && der_next(&in, &to) &&
	       der_time(&from, &parts->not_before) && der_time(&to, &parts->not_after);
}

static bool key_read(struct der *tbs, struct parts *parts)
{
	struct der_item spki;
	if (!der_next(tbs, &spki) || spki.tag != DER_SEQUENCE)
		return false;
	parts->spki = spki.whole;
	return der_take(&spki.body, DER_SEQUENCE, &parts->key_algorithm) &&
	       der_take(&spki.body, DER_BITS, &parts->key);
}

static bool extensions_read(struct der *tbs, struct parts *parts)
{
	struct der wrapped;
	der_take(tbs, DER_CONTEXT + 1, &parts->issuer_id);
	der_take(tbs, DER_CONTEXT + 2, &parts->subject_id);
	return !der_take(tbs, DER_INSIDE + 3, &wrapped) ||
	       der_only(wrapped, DER_SEQUENCE, &parts->extensions);
}

static bool tbs_read(struct der tbs, struct parts *parts)
{
	struct der algorithm;
	return version_read(&tbs, parts) && der_take(&tbs, DER_INTEGER, &parts->serial) &&
	       der_take(&tbs, DER_SEQUENCE, &algorithm) &&
	       der_take(&tbs, DER_SEQUENCE, &parts->issuer) && validity_read(&tbs, parts) &&
	       der_take(&tbs, DER_SEQUENCE, &parts->subject) && key_read(&tbs, parts) &&
	       extensions_read(&tbs, parts);
}

bool parts_read(struct der cert, struct parts *parts)
{
	struct der in;
	struct der_item tbs;
	*parts = (struct parts){ 0 };
	if (!der_only(cert, DER_SEQUENCE, &in) || !der_next(&in, &tbs) || tbs.tag != DER_SEQUENCE)
		return false;
	parts->tbs = tbs.whole;
	return der_take(&in, DER_SEQUENCE, &parts->signature_algorithm) &&
	       der_take(&in, DER_BITS, &parts->signature) && tbs_read(tbs.body, parts);
}

static bool extension_read(struct der in, struct extension *extension)
{
	struct der critical = { 0 };
	if (!der_take(&in, DER_OID, &extension->oid))
		return false;
	der_take(&in, DER_BOOLEAN, &critical);
	extension->critical = der_boolean(critical);
	return der_take(&in, DER_OCTETS, &extension->value) && der_end(&in);
}

bool extension_next(struct der *in, struct extension *extension)
{
	struct der_item item;
	struct der rest = *in;
	*extension = (struct extension){ 0 };
	if (der_end(in))
		return false;
	if (!der_next(in, &item)) {
		*in = (struct der){ 0 };
		extension->value = rest;
	} else if (item.tag != DER_SEQUENCE || !extension_read(item.body, extension)) {
		*extension = (struct extension){ .value = item.whole };
	}
	return true;
}

bool extension_find(const struct parts *parts, const char *oid, struct extension *extension)
{
	struct der in = parts->extensions;
	while (extension_next(&in, extension))
		if (extension->oid.len > 0 && oid_is(extension->oid, oid))
			return true;
	return false;
}

bool algorithm_read(struct der in, struct der *oid, struct der *parameters)
{
	if (!der_take(&in, DER_OID, oid))
		return false;
	*parameters = in;
	return true;
}

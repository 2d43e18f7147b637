#include "codec/safe-bag.h"

#include "base/lang.h"
#include "codec/sealed-key.h"
#include "codec/utf16.h"

#define PKCS9 "\x2a\x86\x48\x86\xf7\x0d\x01\x09"
#define BAGS  "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01"

#define PLAIN_KEY   BAGS "\x01"
#define SEALED_KEY  BAGS "\x02"
#define CERTIFICATE BAGS "\x03"
#define CRL         BAGS "\x04"

static const struct oid x509 = OID(PKCS9 "\x16\x01"), friendly_name = OID(PKCS9 "\x14"),
			plain_key = OID(PLAIN_KEY), sealed_key = OID(SEALED_KEY),
			certificate = OID(CERTIFICATE), crl = OID(CRL);

typedef bool take_fn(struct intake *in, const struct safe_bag *bag);
static take_fn take_certificate;

static const struct kind {
	struct oid oid;
	take_fn *take; /* NULL: named and left */
	bool part;     /* a keyring reads on where it is left */
	enum bag_kind kind;
	const char *where, *what;
} kinds[] = {
	{ OID(PLAIN_KEY),
		.part = true,
		.kind = BAG_KEY,
		.where = "key",
		.what = N_("a private key") },
	{ OID(SEALED_KEY),
		.part = true,
		.kind = BAG_KEY,
		.where = "key",
		.what = N_("an encrypted private key") },
	{ OID(CERTIFICATE), .take = take_certificate },
	{ OID(CRL), .kind = BAG_OTHER, .where = "bag", .what = N_("a revocation list (CRL)") },
	{ OID(BAGS "\x05"), .kind = BAG_KEY, .where = "key", .what = N_("a secret key") },
	{ OID(BAGS "\x06"), .kind = BAG_OTHER, .where = "bag", .what = N_("a bag within a bag") },
};
static const struct kind unknown = {
	.kind = BAG_OTHER, .where = "bag", .what = N_("something unknown")
};

static const struct kind *find_kind(struct span oid)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (tlv_is(oid, &kinds[i].oid))
			return &kinds[i];
	}
	return &unknown;
}

/* Attribute: identifier and SET of values. */
static bool find_attribute(
	const struct safe_bag *bag, const struct oid *wanted, struct span *values)
{
	struct span at = bag->attributes, attribute, oid;

	while (tlv_take(&at, TLV_SEQUENCE, &attribute)) {
		if (tlv_take(&attribute, TLV_OID, &oid) && tlv_is(oid, wanted))
			return tlv_take(&attribute, TLV_SET, values);
	}
	return false;
}

bool safe_bag_has(const struct safe_bag *bag, const struct oid *attribute)
{
	struct span values;

	return find_attribute(bag, attribute, &values);
}

bool safe_bag_name(const struct safe_bag *bag, struct buf *name)
{
	struct span values, text;

	if (!find_attribute(bag, &friendly_name, &values) ||
		!tlv_take(&values, TLV_BMP_STRING, &text))
		return false;
	utf16_decode(name, text, true);
	return true;
}

enum safe_bag_kind safe_bag_kind(const struct safe_bag *bag)
{
	struct span der;

	if (tlv_is(bag->oid, &plain_key))
		return SAFE_BAG_PLAIN_KEY;
	if (tlv_is(bag->oid, &sealed_key))
		return SAFE_BAG_SEALED_KEY;
	if (tlv_is(bag->oid, &crl))
		return SAFE_BAG_CRL;
	return tlv_is(bag->oid, &certificate) && safe_bag_cert(bag, &der) && der.at != der.end
		       ? SAFE_BAG_CERT
		       : SAFE_BAG_OTHER;
}

static void label(struct bag_item *item, const struct safe_bag *bag)
{
	struct buf name = { 0 };

	if (!item)
		return;
	safe_bag_name(bag, &name);
	intake_label(item, &name);
	buf_done(&name);
}

/* CertBag: identifier of its kind, [0] { OCTET STRING } */
bool safe_bag_cert(const struct safe_bag *bag, struct span *der)
{
	struct span value = bag->value, cert, oid, inner;

	*der = span_of(NULL, 0);
	if (!tlv_take(&value, TLV_SEQUENCE, &cert) || !tlv_take(&cert, TLV_OID, &oid))
		return false;
	return !tlv_is(oid, &x509) || (tlv_take(&cert, TLV_CONTEXT, &inner) &&
					      tlv_take(&inner, TLV_OCTET_STRING, der));
}

static bool take_certificate(struct intake *in, const struct safe_bag *bag)
{
	struct span der;

	if (!safe_bag_cert(bag, &der))
		return false;
	if (der.at)
		label(intake_cert(in, der, "certificate %zu", in->certificates + 1), bag);
	else
		label(intake_other(in, BAG_OTHER, N_("a certificate of another kind than X.509"),
			      "bag %zu", in->others + 1),
			bag);
	return true;
}

static void leave(struct intake *in, const struct kind *kind, const struct safe_bag *bag)
{
	const struct part part = { kind->kind, bag->value, kind->what };
	size_t number = in->others + 1;

	if (kind->part)
		label(intake_part(in, &part, "%s %zu", kind->where, number), bag);
	else
		label(intake_other(in, kind->kind, kind->what, "%s %zu", kind->where, number), bag);
}

/* SafeBag: identifier, [0] value, SET of attributes OPTIONAL */
bool safe_bag_next(struct span *bags, struct safe_bag *out)
{
	struct span at = *bags, fields;

	*out = (struct safe_bag){ .attributes = span_of(NULL, 0) };
	if (!tlv_take(&at, TLV_SEQUENCE, &fields) || !tlv_take(&fields, TLV_OID, &out->oid) ||
		!tlv_take(&fields, TLV_CONTEXT, &out->value))
		return false;
	tlv_take(&fields, TLV_SET, &out->attributes);
	out->whole = (struct span){ bags->at, at.at };
	*bags = at;
	return true;
}

static bool take_bag(struct intake *in, const struct safe_bag *bag)
{
	const struct kind *kind = find_kind(bag->oid);

	if (kind->take)
		return kind->take(in, bag);
	leave(in, kind, bag);
	return true;
}

void safe_bag_cost(struct span contents, struct pbe_cost *cost)
{
	struct span all;
	struct safe_bag bag;

	if (!tlv_take(&contents, TLV_SEQUENCE, &all))
		return;
	while (safe_bag_next(&all, &bag))
		if (tlv_is(bag.oid, &sealed_key))
			sealed_key_cost(bag.value, cost);
}

bool safe_bag_is(struct span contents)
{
	struct span all, fields;

	if (!tlv_take(&contents, TLV_SEQUENCE, &all) || contents.at != contents.end)
		return false;
	return all.at == all.end || tlv_take(&all, TLV_SEQUENCE, &fields);
}

bool safe_bag_enter(struct span contents, struct span *bags, struct error *err)
{
	return tlv_take(&contents, TLV_SEQUENCE, bags) ||
	       error_set(err, ERROR_FAILED, "is a PKCS#12 with a container that is damaged");
}

bool safe_bag_damaged(struct error *err)
{
	return error_set(err, ERROR_FAILED, "is a PKCS#12 with a bag that is damaged");
}

bool safe_bag_read(struct intake *in, struct span contents, struct error *err)
{
	struct span bags;
	struct safe_bag bag;

	if (!safe_bag_enter(contents, &bags, err))
		return false;
	while (bags.at < bags.end) {
		if (!safe_bag_next(&bags, &bag) || !take_bag(in, &bag))
			return safe_bag_damaged(err);
	}
	return true;
}

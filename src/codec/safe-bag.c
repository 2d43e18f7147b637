#include "codec/safe-bag.h"

#include "codec/sealed-key.h"
#include "codec/tlv.h"
#include "codec/utf16.h"

#define PKCS9 "\x2a\x86\x48\x86\xf7\x0d\x01\x09"
#define BAGS  "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01"

#define SEALED_KEY BAGS "\x02"

static const struct oid x509 = OID(PKCS9 "\x16\x01"), friendly_name = OID(PKCS9 "\x14"),
			sealed_key = OID(SEALED_KEY);

struct safe_bag {
	struct span value, attributes;
};

typedef bool take_fn(struct intake *in, const struct safe_bag *bag);
static take_fn take_certificate;

static const struct kind {
	struct oid oid;
	take_fn *take; /* NULL: named and left */
	bool part;     /* a keyring reads on where it is left */
	enum bag_kind kind;
	const char *where, *what;
} kinds[] = {
	{ OID(BAGS "\x01"),
		.part = true,
		.kind = BAG_KEY,
		.where = "key",
		.what = "a private key" },
	{ OID(SEALED_KEY),
		.part = true,
		.kind = BAG_KEY,
		.where = "key",
		.what = "an encrypted private key" },
	{ OID(BAGS "\x03"), .take = take_certificate },
	{ OID(BAGS "\x04"), .kind = BAG_OTHER, .where = "bag", .what = "a revocation list (CRL)" },
	{ OID(BAGS "\x05"), .kind = BAG_KEY, .where = "key", .what = "a secret key" },
	{ OID(BAGS "\x06"), .kind = BAG_OTHER, .where = "bag", .what = "a bag within a bag" },
};
static const struct kind unknown = {
	.kind = BAG_OTHER, .where = "bag", .what = "something unknown"
};

static const struct kind *find_kind(struct span oid)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (tlv_is(oid, &kinds[i].oid))
			return &kinds[i];
	}
	return &unknown;
}

/* Attribute: identifier and SET of values; the name is a BMPString. */
static void read_name(struct span attributes, struct buf *name)
{
	struct span attribute, oid, values, text;

	while (tlv_take(&attributes, TLV_SEQUENCE, &attribute)) {
		if (!tlv_take(&attribute, TLV_OID, &oid) || !tlv_is(oid, &friendly_name))
			continue;
		if (tlv_take(&attribute, TLV_SET, &values) &&
			tlv_take(&values, TLV_BMP_STRING, &text))
			utf16_decode(name, text, true);
		return;
	}
}

static void label(struct bag_item *item, const struct safe_bag *bag)
{
	struct buf name = { 0 };

	if (!item)
		return;
	read_name(bag->attributes, &name);
	intake_label(item, &name);
	buf_done(&name);
}

/* CertBag: identifier of its kind, [0] { OCTET STRING } */
static bool take_certificate(struct intake *in, const struct safe_bag *bag)
{
	struct span value = bag->value, cert, oid, inner, der;

	if (!tlv_take(&value, TLV_SEQUENCE, &cert) || !tlv_take(&cert, TLV_OID, &oid))
		return false;
	if (!tlv_is(oid, &x509)) {
		label(intake_other(in, BAG_OTHER, "a certificate of another kind than X.509",
			      "bag %zu", in->others + 1),
			bag);
		return true;
	}
	if (!tlv_take(&cert, TLV_CONTEXT, &inner) || !tlv_take(&inner, TLV_OCTET_STRING, &der))
		return false;
	label(intake_cert(in, der, "certificate %zu", in->certificates + 1), bag);
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
static bool take_fields(struct span fields, struct span *oid, struct safe_bag *bag)
{
	*bag = (struct safe_bag){ .attributes = span_of(NULL, 0) };
	if (!tlv_take(&fields, TLV_OID, oid) || !tlv_take(&fields, TLV_CONTEXT, &bag->value))
		return false;
	tlv_take(&fields, TLV_SET, &bag->attributes);
	return true;
}

static bool take_bag(struct intake *in, struct span fields)
{
	const struct kind *kind;
	struct safe_bag bag;
	struct span oid;

	if (!take_fields(fields, &oid, &bag))
		return false;
	kind = find_kind(oid);
	if (kind->take)
		return kind->take(in, &bag);
	leave(in, kind, &bag);
	return true;
}

void safe_bag_cost(struct span contents, struct pbe_cost *cost)
{
	struct span all, fields, oid;
	struct safe_bag bag;

	if (!tlv_take(&contents, TLV_SEQUENCE, &all))
		return;
	while (tlv_take(&all, TLV_SEQUENCE, &fields))
		if (take_fields(fields, &oid, &bag) && tlv_is(oid, &sealed_key))
			sealed_key_cost(bag.value, cost);
}

bool safe_bag_is(struct span contents)
{
	struct span all, fields;

	if (!tlv_take(&contents, TLV_SEQUENCE, &all) || contents.at != contents.end)
		return false;
	return all.at == all.end || tlv_take(&all, TLV_SEQUENCE, &fields);
}

bool safe_bag_read(struct intake *in, struct span contents, struct error *err)
{
	struct span all, fields;

	if (!tlv_take(&contents, TLV_SEQUENCE, &all))
		return error_set(
			err, ERROR_FAILED, "is a PKCS#12 with a container that is damaged");
	while (all.at < all.end) {
		if (!tlv_take(&all, TLV_SEQUENCE, &fields) || !take_bag(in, fields))
			return error_set(
				err, ERROR_FAILED, "is a PKCS#12 with a bag that is damaged");
	}
	return true;
}

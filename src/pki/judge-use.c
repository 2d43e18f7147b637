/* What a certificate may be used for: as a CA, and by its purposes. */
#include "pki/judging.h"

#include "pki/oid.h"

#define ANY_PURPOSE "2.5.29.37.0"

/* keyUsage, its bits from the left of the first octet */
#define USE_CERT_SIGN 0x04
#define USE_TLS       0xa8 /* digital signature, key encipherment, key agreement */

static bool is_anchor(const struct place *place)
{
	return place->member->standing == STANDING_TRUSTED;
}

/* Roots from before version 3 are taken on trust. */
bool check_not_ca(const struct place *place, struct buf *text)
{
	const struct cert_info *info = place->member->cert->info;
	struct extension extension;
	if (info->ca || (info->version < 3 && is_anchor(place)))
		return false;
	if (info->version < 3)
		buf_format(text, "It is of version %d and so can't say that it is a CA",
			info->version);
	else if (extension_find(&place->member->cert->parts, EXT_BASIC_CONSTRAINTS, &extension))
		buf_text_add(text, "It says that it is no CA");
	else
		buf_text_add(text, "It doesn't say that it is a CA");
	buf_text_add(text, ", and so may not issue the certificate below it.");
	return true;
}

/* Without the extension everything is allowed. */
static bool may(const struct place *place, unsigned uses)
{
	struct extension extension;
	struct der body, bits;
	unsigned unused;
	if (!extension_find(&place->member->cert->parts, EXT_KEY_USAGE, &extension) ||
		!der_only(extension.value, DER_BITS, &body) || !der_bits(body, &bits, &unused))
		return true;
	return bits.len > 0 && (bits.data[0] & uses) != 0;
}

bool check_key_usage(const struct place *place, struct buf *text)
{
	if (may(place, USE_CERT_SIGN))
		return false;
	buf_text_add(text, "Its key usage doesn't allow it to sign certificates.");
	return true;
}

bool check_leaf_usage(const struct place *place, struct buf *text)
{
	if (place->question->purpose == PURPOSE_ANY || may(place, USE_TLS))
		return false;
	buf_text_add(text,
		"Its key usage allows neither signatures nor the exchange of keys, as TLS "
		"needs: OpenSSL and browsers refuse it.");
	return true;
}

/* A CA that issued to itself, to change its key or its limits, doesn't count (RFC 5280, 4.2.1.9).
 */
bool check_path_length(const struct place *place, struct buf *text)
{
	int limit = place->member->cert->info->path_len, below = 0;
	for (size_t i = 1; i < place->at; i++) {
		const struct parts *parts = &place->path->members[i]->cert->parts;
		below += !der_equal(parts->subject, parts->issuer);
	}
	if (limit < 0 || below <= limit)
		return false;
	if (limit == 0)
		buf_text_add(text, "It allows no CA below it");
	else
		buf_format(text, "It allows %d CA%s below it", limit, limit == 1 ? "" : "s");
	buf_format(text, ", and there %s %d.", below == 1 ? "is" : "are", below);
	return true;
}

static bool has_purpose(struct der list, const char *wanted)
{
	struct der id;
	while (der_take(&list, DER_OID, &id))
		if (oid_is(id, wanted) || oid_is(id, ANY_PURPOSE))
			return true;
	return false;
}

static void put_purposes(struct der list, struct buf *text)
{
	struct der id;
	struct oid oid;
	size_t count = 0;
	for (; der_take(&list, DER_OID, &id) && count < 4; count++) {
		const char *words = oid_words(oid_of(id, &oid));
		buf_format(text, "%s%s", count > 0 ? ", " : "", words ? words : oid.text);
	}
	buf_text_add(text, count == 0 ? "nothing" : "");
	buf_text_add(text, der_end(&list) ? "" : " and more");
}

/* Without a list it serves any; the list of a CA limits what it issues. */
bool check_purpose(const struct place *place, struct buf *text)
{
	static const struct {
		const char *oid, *words;
	} purposes[] = {
		[PURPOSE_SERVER] = { "1.3.6.1.5.5.7.3.1", "TLS servers" },
		[PURPOSE_CLIENT] = { "1.3.6.1.5.5.7.3.2", "TLS clients" },
	};
	enum purpose asked = place->question->purpose;
	struct extension extension;
	struct der list;
	if (asked == PURPOSE_ANY ||
		!extension_find(&place->member->cert->parts, EXT_PURPOSES, &extension) ||
		!der_only(extension.value, DER_SEQUENCE, &list) ||
		has_purpose(list, purposes[asked].oid))
		return false;
	buf_text_add(text, place->at == 0 ? "It is for " : "It may issue for ");
	put_purposes(list, text);
	buf_format(text, " only, not for %s.", purposes[asked].words);
	return true;
}

/* A self-signed one that says it is a CA is how many small servers introduce themselves. */
bool check_ca_as_leaf(const struct place *place, struct buf *text)
{
	const struct cert_info *info = place->member->cert->info;
	if (place->question->purpose == PURPOSE_ANY || !info->ca)
		return false;
	buf_text_add(text, "It is a CA that presents itself as a server or client: some programs "
			   "refuse that, and its key is where it shouldn't be.");
	return true;
}

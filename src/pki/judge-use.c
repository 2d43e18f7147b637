/* What a certificate may be used for: as a CA, and by its purposes. */
#include "pki/judging.h"

#include "base/lang.h"
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
		buf_format(text,
			_("It is of version %d and so can't say that it is a CA, and so may not "
			  "issue the certificate below it."),
			info->version);
	else if (extension_find(&place->member->cert->parts, EXT_BASIC_CONSTRAINTS, &extension))
		buf_text_add(text, _("It says that it is no CA, and so may not issue the "
				     "certificate below it."));
	else
		buf_text_add(text, _("It doesn't say that it is a CA, and so may not issue the "
				     "certificate below it."));
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
	buf_text_add(text, _("Its key usage doesn't allow it to sign certificates."));
	return true;
}

bool check_leaf_usage(const struct place *place, struct buf *text)
{
	if (place->question->purpose == PURPOSE_ANY || may(place, USE_TLS))
		return false;
	buf_text_add(text,
		_("Its key usage allows neither signatures nor the exchange of keys, as TLS needs: "
		  "OpenSSL and browsers refuse it."));
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
		buf_format(text,
			lang_n("It allows no CA below it, and there is %d.",
				"It allows no CA below it, and there are %d.", (size_t)below),
			below);
	else
		buf_format(text,
			lang_n("It allows %d CA below it, and there are %d.",
				"It allows %d CAs below it, and there are %d.", (size_t)limit),
			limit, below);
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
	/* TRANSLATORS: in "It is for %s only, not for TLS servers." */
	buf_text_add(text, count == 0 ? _("nothing") : "");
	/* TRANSLATORS: behind a list of purposes */
	buf_text_add(text, der_end(&list) ? "" : _(" and more"));
}

/* Without a list it serves any; the list of a CA limits what it issues. */
bool check_purpose(const struct place *place, struct buf *text)
{
	static const struct {
		const char *oid, *leaf, *issuer;
	} purposes[] = {
		[PURPOSE_SERVER] = { "1.3.6.1.5.5.7.3.1",
			N_("It is for %s only, not for TLS servers."),
			N_("It may issue for %s only, not for TLS servers.") },
		[PURPOSE_CLIENT] = { "1.3.6.1.5.5.7.3.2",
			N_("It is for %s only, not for TLS clients."),
			N_("It may issue for %s only, not for TLS clients.") },
	};
	struct buf listed = { 0 };
	enum purpose asked = place->question->purpose;
	struct extension extension;
	struct der list;
	if (asked == PURPOSE_ANY ||
		!extension_find(&place->member->cert->parts, EXT_PURPOSES, &extension) ||
		!der_only(extension.value, DER_SEQUENCE, &list) ||
		has_purpose(list, purposes[asked].oid))
		return false;
	put_purposes(list, &listed);
	buf_format(text, _(place->at == 0 ? purposes[asked].leaf : purposes[asked].issuer),
		buf_text(&listed));
	buf_done(&listed);
	return true;
}

/* A self-signed one that says it is a CA is how many small servers introduce themselves. */
bool check_ca_as_leaf(const struct place *place, struct buf *text)
{
	const struct cert_info *info = place->member->cert->info;
	if (place->question->purpose == PURPOSE_ANY || !info->ca)
		return false;
	buf_text_add(text, _("It is a CA that presents itself as a server or client: some programs "
			     "refuse that, and its key is where it shouldn't be."));
	return true;
}

/*
 * DER without a container: one certificate or several, one behind the other.
 *
 * Other things of X.509 have shapes of their own.  A row tells one by the tags it begins with, so
 * that a request or a key is called by its name, and a key never comes near a parser.
 */
#include "codec/intake.h"
#include "base/lang.h"
#include "codec/tlv.h"

static const struct shape {
	bool inside; /* the tags are those within the first element */
	const char *tags;
	struct der_shape is;
} shapes[] = {
	{ false, "\x02\x30\x04", { BAG_KEY, N_("a private key") } },                /* PKCS#8 */
	{ false, "\x02\x02\x02\x02\x02", { BAG_KEY, N_("a private key") } },        /* PKCS#1, DSA */
	{ false, "\x02\x04", { BAG_KEY, N_("a private key") } },                    /* SEC 1 */
	{ false, "\x30\x04", { BAG_KEY, N_("an encrypted private key") } },         /* PKCS#8 */
	{ false, "\x30\x03", { BAG_OTHER, N_("a public key") } },                   /* RFC 5280 */
	{ true, "\x02\x30\x30\xa0", { BAG_OTHER, N_("a certificate request") } },   /* PKCS#10 */
	{ true, "\x02\x30\x30\x17", { BAG_CRL, N_("a revocation list (CRL)") } }, /* version 2 */
	{ true, "\x02\x30\x30\x18", { BAG_CRL, N_("a revocation list (CRL)") } },
	{ true, "\x30\x30\x17", { BAG_CRL, N_("a revocation list (CRL)") } }, /* version 1 */
	{ true, "\x30\x30\x18", { BAG_CRL, N_("a revocation list (CRL)") } },
};

static bool has_tags(struct span in, const char *tags)
{
	struct tlv element;

	for (; *tags; tags++) {
		if (!tlv_next(&in, &element) || element.tag != (uint8_t)*tags)
			return false;
	}
	return true;
}

const struct der_shape *der_shape(struct span bytes)
{
	struct span outer, inner, at;

	if (!tlv_take(&bytes, TLV_SEQUENCE, &outer))
		return NULL;
	at = outer;
	if (!tlv_take(&at, TLV_SEQUENCE, &inner))
		inner = span_of(NULL, 0);
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (has_tags(shapes[i].inside ? inner : outer, shapes[i].tags))
			return &shapes[i].is;
	}
	return NULL;
}

/*
 * A SEQUENCE longer than 127 bytes, or a short one that begins with an INTEGER or an identifier:
 * one of the first bytes then is one that no text has there.
 */
static bool looks_like_der(struct span bytes)
{
	const uint8_t *b = bytes.at;

	if (span_len(bytes) < 2 || b[0] != TLV_SEQUENCE)
		return false;
	if (b[1] >= 0x80)
		return b[1] <= 0x88;
	return span_len(bytes) > 4 &&
	       (b[2] == TLV_INTEGER || (b[2] == TLV_SEQUENCE && b[4] == TLV_OID));
}

static void take(struct intake *in, struct span whole, size_t number)
{
	const struct der_shape *shape = der_shape(whole);

	if (shape)
		intake_part(in, &(struct part){ shape->kind, whole, shape->what }, "element %zu",
			number);
	else
		intake_cert(in, whole, "certificate %zu", in->certificates + 1);
}

enum answer der_read(struct intake *in, struct span bytes, struct error *err)
{
	struct span at = bytes;
	struct tlv element;
	size_t number = 0;

	if (!looks_like_der(bytes))
		return ANSWER_NOT_MINE;
	if (!tlv_next(&at, &element))
		return answer_broken(err, "%s", tlv_fault(at));
	for (at = bytes; !is_filling(at);) {
		if (*at.at != TLV_SEQUENCE || !tlv_next(&at, &element))
			return answer_broken(err, "%zu bytes follow the certificate", span_len(at));
		take(in, element.whole, ++number);
	}
	return ANSWER_READ;
}

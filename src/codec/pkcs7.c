/*
 * PKCS#7 and CMS (RFC 5652): the certificates of a SignedData, wherever it came from.
 *
 * No signature is looked at: such a file is a way to carry certificates.  We walk it ourselves
 * since GnuTLS's getter starts from the front for each of them.
 */
#include "codec/intake.h"
#include "base/lang.h"
#include "codec/tlv.h"

#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define CMS   "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"

static const struct oid signed_data = OID(PKCS7 "\x02");

static const struct {
	struct oid oid;
	const char *says;
} others[] = {
	{ OID(PKCS7 "\x01"), N_("is PKCS#7 with plain data and no certificates") },
	{ OID(PKCS7 "\x03"), N_("is an encrypted message (PKCS#7): decrypt it first") },
	{ OID(PKCS7 "\x04"), N_("is an encrypted message (PKCS#7): decrypt it first") },
	{ OID(PKCS7 "\x05"), N_("is PKCS#7 with a digest and no certificates") },
	{ OID(PKCS7 "\x06"), N_("is an encrypted message (PKCS#7): decrypt it first") },
	{ OID(CMS "\x09"), N_("is compressed data (CMS): unpack it first") },
	{ OID(CMS "\x02"), N_("is a digitally authenticated message (CMS) and no certificates") },
};

static enum answer other_content(struct span oid, struct error *err)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (tlv_is(oid, &others[i].oid))
			return answer_broken(err, "%s", lang_text(others[i].says));
	}
	return answer_broken(err, "is PKCS#7 of an unknown kind");
}

/* CertificateSet: certificates, and attribute certificates under context tags. */
static enum answer take_all(struct intake *in, struct span set, struct error *err)
{
	struct tlv element;

	for (size_t number = 1; set.at < set.end; number++) {
		if (!tlv_next(&set, &element))
			return answer_broken(err, "%s", tlv_fault(set));
		if (element.tag == TLV_SEQUENCE)
			intake_cert(in, element.whole, "certificate %zu", number);
		else
			intake_other(in, BAG_OTHER, N_("a certificate of another kind than X.509"),
				"certificate %zu", number);
	}
	return ANSWER_READ;
}

/* content: the [0] around SignedData */
static enum answer read_signed(struct intake *in, struct span content, struct error *err)
{
	struct span data, skipped, set;

	if (!tlv_take(&content, TLV_SEQUENCE, &data) || !tlv_take(&data, TLV_INTEGER, &skipped) ||
		!tlv_take(&data, TLV_SET, &skipped) || !tlv_take(&data, TLV_SEQUENCE, &skipped))
		return answer_broken(err, "is PKCS#7 whose signed data is damaged");
	if (!tlv_take(&data, TLV_CONTEXT, &set) || set.at == set.end)
		return answer_broken(err, "is PKCS#7 without certificates");
	return take_all(in, set, err);
}

enum answer pkcs7_read(struct intake *in, struct span bytes, struct error *err)
{
	struct span at = bytes, info, oid, content;

	if (!tlv_begins(bytes, TLV_OID)) /* nothing else that we read begins with one */
		return ANSWER_NOT_MINE;
	if (!tlv_take(&at, TLV_SEQUENCE, &info) || !tlv_take(&info, TLV_OID, &oid))
		return answer_broken(err, "%s", tlv_fault(bytes));
	if (!tlv_is(oid, &signed_data))
		return other_content(oid, err);
	if (!is_filling(at))
		return answer_broken(err, "%zu bytes follow the PKCS#7", span_len(at));
	if (!tlv_take(&info, TLV_CONTEXT, &content))
		return answer_broken(err, "%s", tlv_fault(info));
	return read_signed(in, content, err);
}

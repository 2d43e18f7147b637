/*
 * PKCS#7 as a way to carry certificates (RFC 5652, 5.1): SignedData that nobody signed.
 *
 *   ContentInfo { signedData, [0] { version 1, no digests, { data }, [0] certificates, no signers } }
 */
#include "codec/writers.h"

#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"

bool pkcs7_write(const struct export_list *list, struct buf *out, struct error *err)
{
	static const struct oid data = OID(PKCS7 "\x01"), signed_data = OID(PKCS7 "\x02");
	size_t begin = out->len, content, inner, set;

	(void)err;
	tlv_put_oid(out, &signed_data);
	content = out->len;
	tlv_put(out, TLV_INTEGER, "\x01", 1);
	tlv_put(out, TLV_SET, NULL, 0);
	inner = out->len;
	tlv_put_oid(out, &data);
	tlv_wrap(out, inner, TLV_SEQUENCE);
	set = out->len;
	for (size_t i = 0; i < list->count; i++)
		buf_add(out, list->items[i].der, list->items[i].len);
	tlv_wrap(out, set, TLV_CONTEXT);
	tlv_put(out, TLV_SET, NULL, 0);
	tlv_wrap(out, content, TLV_SEQUENCE);
	tlv_wrap(out, content, TLV_CONTEXT);
	tlv_wrap(out, begin, TLV_SEQUENCE);
	return true;
}

/*
 * DER from the inside out: content is appended, then wrapped in place.  Each level moves its bytes
 * once, and formats have few levels.
 */
#include <string.h>

#include "codec/writers.h"

#define HEAD_MOST (2 + sizeof(size_t))

static size_t head(uint8_t out[HEAD_MOST], uint8_t tag, size_t len)
{
	size_t octets = 0;

	out[0] = tag;
	if (len < 0x80) {
		out[1] = (uint8_t)len;
		return 2;
	}
	while (octets < sizeof(len) && len >> 8 * octets)
		octets++;
	out[1] = (uint8_t)(0x80 | octets);
	for (size_t i = 0; i < octets; i++)
		out[2 + i] = (uint8_t)(len >> 8 * (octets - 1 - i));
	return 2 + octets;
}

void tlv_wrap(struct buf *out, size_t from, uint8_t tag)
{
	uint8_t bytes[HEAD_MOST];
	size_t len = out->len - from, more = head(bytes, tag, len);

	buf_add(out, bytes, more);
	memmove(out->data + from + more, out->data + from, len);
	memcpy(out->data + from, bytes, more);
}

void tlv_put(struct buf *out, uint8_t tag, const void *bytes, size_t len)
{
	uint8_t before[HEAD_MOST];

	buf_add(out, before, head(before, tag, len));
	buf_add(out, bytes, len);
}

void tlv_put_oid(struct buf *out, const struct oid *oid)
{
	tlv_put(out, TLV_OID, oid->bytes, oid->len);
}

/*
 * DER (X.690), one tag-length-value after the other: the containers around certificates.
 *
 * A run of elements is a span; tlv_next() and tlv_take() take the first one off.  Everything is
 * checked against the end of the span, nothing is copied and nothing recurses: a reader descends
 * exactly as deep as its format has levels.
 *
 * Strict about tags and ends, tolerant of lengths in more octets than needed, which containers in
 * the field have; certificates themselves are judged by cert_parse().  Indefinite lengths (BER) and
 * tags above 30 are refused.
 */
#ifndef CERTARY_CODEC_TLV_H
#define CERTARY_CODEC_TLV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/span.h"

enum {
	TLV_INTEGER = 0x02,
	TLV_BIT_STRING = 0x03,
	TLV_OCTET_STRING = 0x04,
	TLV_NULL = 0x05,
	TLV_OID = 0x06,
	TLV_UTF8 = 0x0c,
	TLV_UTC_TIME = 0x17,
	TLV_TIME = 0x18,
	TLV_BMP_STRING = 0x1e,
	TLV_SEQUENCE = 0x30,
	TLV_SET = 0x31,
	TLV_CONTEXT = 0xa0, /* [0], constructed; + n for [n] */
};

struct tlv {
	uint8_t tag;
	struct span whole, content;
};

/* Object identifiers are written as the bytes of their content. */
struct oid {
	const char *bytes;
	size_t len;
};
#define OID(literal)                                                                               \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}

/* The next element, whatever it is; false at the end and where none can be read. */
bool tlv_next(struct span *in, struct tlv *out);

/* The next element if it has this tag; else false and nothing is taken. */
bool tlv_take(struct span *in, uint8_t tag, struct span *content);

/* What is within the SEQUENCE that begins here, cut short or not: for telling formats apart. */
bool tlv_enter(struct span in, struct span *inside);
bool tlv_begins(struct span in, uint8_t tag); /* is the first element in there one with this tag? */

bool tlv_is(struct span oid, const struct oid *known);

/* The value of an INTEGER; false where it is negative, empty or has more than 64 bits. */
bool tlv_number(struct span content, uint64_t *number);

/* What tlv_next() has against these bytes, as a clause about the file; static text. */
const char *tlv_fault(struct span in);

#endif

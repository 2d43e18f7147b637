/*
 * A reader of DER that borrows its input and copies nothing.
 *
 * GnuTLS decides what a certificate is; this reader walks what GnuTLS has accepted, once and in
 * order, because GnuTLS's getters search from the start at every call: ten thousand names cost it
 * minutes.  As GnuTLS does, it takes a length in more octets than needed; never an indefinite one.
 * Every function tolerates any bytes.
 */
#ifndef CERTARY_SRC_PKI_DER_H
#define CERTARY_SRC_PKI_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct der {
	const uint8_t *data;
	size_t len;
};

/* Identifier octets: class, primitive or constructed, number. */
enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8 = 0x0c,
	DER_NUMERIC = 0x12,
	DER_PRINTABLE = 0x13,
	DER_T61 = 0x14,
	DER_VIDEOTEX = 0x15,
	DER_IA5 = 0x16,
	DER_UTC_TIME = 0x17,
	DER_TIME = 0x18,
	DER_GRAPHIC = 0x19,
	DER_VISIBLE = 0x1a,
	DER_GENERAL = 0x1b,
	DER_UNIVERSAL = 0x1c,
	DER_BMP = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT = 0x80, /* DER_CONTEXT + n: [n], primitive */
	DER_INSIDE = 0xa0,  /* DER_INSIDE + n: [n], constructed */
};

struct der_item {
	uint8_t tag;
	struct der body, whole;
};

/* Step over one element.  False at the end, and where no element can be read: see der_end(). */
bool der_next(struct der *in, struct der_item *item);
bool der_end(const struct der *in);

/* Step over the next element if it has this tag, and give its content. */
bool der_take(struct der *in, uint8_t tag, struct der *body);

/* The content of the one element that in consists of. */
bool der_only(struct der in, uint8_t tag, struct der *body);

bool der_equal(struct der a, struct der b);

/* A number that is not negative and fits. */
bool der_number(struct der body, uint64_t *number);

bool der_boolean(struct der body);

/* The value of a BIT STRING without the octet that counts its unused bits. */
bool der_bits(struct der body, struct der *bits, unsigned *unused);

/*
 * UTCTime or GeneralizedTime, in seconds since 1970.  A day or second that the calendar doesn't
 * know counts on, as in GnuTLS: 30 February is 1 or 2 March.
 */
bool der_time(const struct der_item *item, int64_t *when);

/*
 * Append the characters of a string type as UTF-8, not yet safe: bytes that its alphabet doesn't
 * know stay, for base/text.h to show.  T.61 has never meant one alphabet, its bytes stay too. False
 * for other types, and for wide characters that are none: those are shown as hexadecimal.
 */
bool der_string(const struct der_item *item, struct buf *out);

/* Append hexadecimal digits of at most max bytes, to be looked at; "… N bytes" behind them where there
 * are more. */
void der_hex(struct der bytes, size_t max, struct buf *out);

#endif

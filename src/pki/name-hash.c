/*
 * The canonical form of a name, as OpenSSL's x509_name_canon() makes it: the SETs of the name one after
 * the other, without the SEQUENCE around them.
 */
#include "pki/name-hash.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "pki/der.h"
#include "pki/fingerprint.h"

static void put_element(struct buf *out, uint8_t tag, const void *bytes, size_t len)
{
	unsigned octets = 0;
	buf_char(out, (char)tag);
	if (len < 0x80) {
		buf_char(out, (char)len);
	} else {
		while (len >> (8 * octets))
			octets++;
		buf_char(out, (char)(0x80 | octets));
		while (octets-- > 0)
			buf_char(out, (char)(len >> (8 * octets) & 0xff));
	}
	buf_add(out, bytes, len);
}

/* Characters of so many octets each, the most significant first. */
static void put_wide(struct der body, size_t octets, struct buf *out)
{
	for (size_t i = 0; i + octets <= body.len; i += octets) {
		uint32_t cp = 0;
		for (size_t k = 0; k < octets; k++)
			cp = cp << 8 | body.data[i + k];
		text_put(out, cp);
	}
}

/* False for types that OpenSSL leaves as they are. */
static bool put_utf8(const struct der_item *value, struct buf *out)
{
	switch (value->tag) {
	case DER_UTF8:
	case DER_PRINTABLE:
	case DER_IA5:
	case DER_VISIBLE:
		buf_add(out, value->body.data, value->body.len);
		return true;
	case DER_T61:
		put_wide(value->body, 1, out);
		return true;
	case DER_BMP:
		put_wide(value->body, 2, out);
		return true;
	case DER_UNIVERSAL:
		put_wide(value->body, 4, out);
		return true;
	default:
		return false;
	}
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void fold(const struct buf *text, struct buf *out)
{
	size_t from = 0, end = text->len;
	while (from < end && is_space(text->data[from]))
		from++;
	while (end > from && is_space(text->data[end - 1]))
		end--;
	while (from < end) {
		char c = text->data[from++];
		if (is_space(c)) {
			buf_char(out, ' ');
			while (from < end && is_space(text->data[from]))
				from++;
		} else {
			buf_char(out, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
		}
	}
}

/* One attribute, type and value, in its canonical form. */
static bool put_attribute(struct der in, struct buf *out)
{
	struct der_item type, value;
	struct buf text = { 0 }, folded = { 0 }, both = { 0 };
	if (!der_next(&in, &type) || type.tag != DER_OID || !der_next(&in, &value))
		return false;
	buf_add(&both, type.whole.data, type.whole.len);
	if (put_utf8(&value, &text)) {
		fold(&text, &folded);
		put_element(&both, DER_UTF8, buf_text(&folded), folded.len);
	} else {
		buf_add(&both, value.whole.data, value.whole.len);
	}
	put_element(out, DER_SEQUENCE, both.data, both.len);
	buf_done(&text);
	buf_done(&folded);
	buf_done(&both);
	return true;
}

/* The order of a SET OF: by bytes, the shorter of two that agree first. */
static int by_bytes(const void *a, const void *b)
{
	const struct buf *x = a, *y = b;
	size_t least = x->len < y->len ? x->len : y->len;
	int order = memcmp(buf_text(x), buf_text(y), least);
	return order ? order : (x->len > y->len) - (x->len < y->len);
}

static bool put_set(struct der in, struct buf *out)
{
	struct buf *parts = NULL, all = { 0 };
	size_t count = 0, cap = 0;
	struct der body;
	bool ok = true;
	while (ok && der_take(&in, DER_SEQUENCE, &body)) {
		parts = mem_grow(parts, count, &cap, sizeof *parts);
		parts[count] = (struct buf){ 0 };
		ok = put_attribute(body, &parts[count++]);
	}
	if (count > 1)
		qsort(parts, count, sizeof *parts, by_bytes);
	for (size_t i = 0; i < count; i++) {
		buf_add(&all, parts[i].data, parts[i].len);
		buf_done(&parts[i]);
	}
	free(parts);
	put_element(out, DER_SET, buf_text(&all), all.len);
	buf_done(&all);
	return ok && der_end(&in);
}

/* The content of the subject's SEQUENCE (RFC 5280, 4.1). */
static bool find_subject(struct der in, struct der *subject)
{
	struct der body, ignored;
	struct der_item item;
	if (!der_take(&in, DER_SEQUENCE, &body) || !der_take(&body, DER_SEQUENCE, &body))
		return false;
	der_take(&body, DER_INSIDE, &ignored); /* the version, where it isn't the first */
	return der_next(&body, &item) && item.tag == DER_INTEGER &&
	       der_take(&body, DER_SEQUENCE, &ignored) && der_take(&body, DER_SEQUENCE, &ignored) &&
	       der_take(&body, DER_SEQUENCE, &ignored) && der_take(&body, DER_SEQUENCE, subject);
}

bool name_hash(const void *der, size_t len, uint32_t *out)
{
	struct der subject, set;
	struct buf canonical = { 0 };
	uint8_t digest[SHA1_SIZE];
	bool ok = find_subject((struct der){ der, len }, &subject);
	while (ok && der_take(&subject, DER_SET, &set))
		ok = put_set(set, &canonical);
	ok = ok && der_end(&subject);
	if (ok) {
		fingerprint_sha1(buf_text(&canonical), canonical.len, digest);
		*out = (uint32_t)digest[0] | (uint32_t)digest[1] << 8 | (uint32_t)digest[2] << 16 |
		       (uint32_t)digest[3] << 24;
	}
	buf_done(&canonical);
	return ok;
}

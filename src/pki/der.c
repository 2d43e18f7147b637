#include "pki/der.h"

#include <string.h>

#include "base/lang.h"
#include "base/text.h"

/* Read a length and step over its octets. */
static bool der_length(struct der *in, size_t *length)
{
	if (in->len == 0)
		return false;
	uint8_t first = *in->data++;
	in->len--;
	*length = first;
	if (first < 0x80)
		return true;

	size_t octets = first & 0x7f;
	if (octets == 0 || octets > in->len)
		return false;
	*length = 0;
	for (; octets > 0; octets--, in->len--) {
		if (*length > SIZE_MAX >> 8)
			return false;
		*length = *length << 8 | *in->data++;
	}
	return true;
}

/* A tag number of 31 and more stands in octets of its own; nothing that we decode has one. */
static bool der_long_tag(struct der *in)
{
	while (in->len > 0) {
		in->len--;
		if ((*in->data++ & 0x80) == 0)
			return true;
	}
	return false;
}

bool der_next(struct der *in, struct der_item *item)
{
	struct der rest = *in;
	if (rest.len < 2)
		return false;
	item->tag = *rest.data++;
	rest.len--;
	if ((item->tag & 0x1f) == 0x1f && !der_long_tag(&rest))
		return false;

	size_t length;
	if (!der_length(&rest, &length) || length > rest.len)
		return false;
	item->body = (struct der){ rest.data, length };
	item->whole = (struct der){ in->data, (size_t)(rest.data - in->data) + length };
	*in = (struct der){ rest.data + length, rest.len - length };
	return true;
}

bool der_end(const struct der *in)
{
	return in->len == 0;
}

bool der_take(struct der *in, uint8_t tag, struct der *body)
{
	struct der rest = *in;
	struct der_item item;
	if (rest.len == 0 || rest.data[0] != tag || !der_next(&rest, &item))
		return false;
	*in = rest;
	*body = item.body;
	return true;
}

bool der_only(struct der in, uint8_t tag, struct der *body)
{
	return der_take(&in, tag, body) && der_end(&in);
}

bool der_equal(struct der a, struct der b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool der_number(struct der body, uint64_t *number)
{
	if (body.len == 0 || body.data[0] & 0x80)
		return false;
	*number = 0;
	for (size_t i = 0; i < body.len; i++) {
		if (*number >> 56)
			return false;
		*number = *number << 8 | body.data[i];
	}
	return true;
}

bool der_boolean(struct der body)
{
	return body.len == 1 && body.data[0] != 0;
}

bool der_bits(struct der body, struct der *bits, unsigned *unused)
{
	if (body.len == 0 || body.data[0] > 7 || (body.len == 1 && body.data[0] != 0))
		return false;
	*unused = body.data[0];
	*bits = (struct der){ body.data + 1, body.len - 1 };
	return true;
}

/* Read count digits off the front. */
static bool der_digits(struct der *in, size_t count, int *number)
{
	*number = 0;
	if (in->len < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (in->data[i] < '0' || in->data[i] > '9')
			return false;
		*number = *number * 10 + (in->data[i] - '0');
	}
	in->data += count;
	in->len -= count;
	return true;
}

static bool der_year(struct der *in, uint8_t tag, int *year)
{
	if (tag == DER_TIME)
		return der_digits(in, 4, year);
	if (tag != DER_UTC_TIME || !der_digits(in, 2, year))
		return false;
	*year += *year < 50 ? 2000 : 1900;
	return true;
}

/*
 * What timegm() does, without its locks: days since 1970 of the Gregorian calendar.  A year begins
 * in March here, so that the odd day is its last one.
 */
static int64_t days_before(int year, int month)
{
	int months = year * 12 + month - 3 + 4800 * 12;
	int64_t y = months / 12, m = months % 12;
	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 - 2472632;
}

bool der_time(const struct der_item *item, int64_t *when)
{
	struct der in = item->body;
	int year, month, day, hour, minute, second = 0;
	if (!der_year(&in, item->tag, &year) || !der_digits(&in, 2, &month) ||
		!der_digits(&in, 2, &day) || !der_digits(&in, 2, &hour) ||
		!der_digits(&in, 2, &minute))
		return false;
	if (in.len > 1 && !der_digits(&in, 2, &second))
		return false;
	if (in.len != 1 || in.data[0] != 'Z')
		return false;
	*when = (((days_before(year, month) + day - 1) * 24 + hour) * 60 + minute) * 60 + second;
	return true;
}

static bool is_surrogate(uint32_t unit, uint32_t first)
{
	return unit >= first && unit < first + 0x400;
}

/* BMPString is UCS-2 by its definition and UTF-16 in practice. */
static bool bmp_string(struct der in, struct buf *out)
{
	for (size_t i = 0; i < in.len; i += 2) {
		const uint8_t *p = in.data + i;
		if (in.len - i < 2)
			return false;
		uint32_t unit = (uint32_t)p[0] << 8 | p[1];
		uint32_t low = in.len - i < 4 ? 0 : (uint32_t)p[2] << 8 | p[3];
		if (is_surrogate(unit, 0xd800) && is_surrogate(low, 0xdc00)) {
			unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
			i += 2;
		} else if (is_surrogate(unit, 0xd800) || is_surrogate(unit, 0xdc00)) {
			return false;
		}
		text_put(out, unit);
	}
	return true;
}

static bool universal_string(struct der in, struct buf *out)
{
	for (size_t i = 0; i < in.len; i += 4) {
		const uint8_t *p = in.data + i;
		if (in.len - i < 4)
			return false;
		uint32_t cp =
			(uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
		if (cp > 0x10ffff || is_surrogate(cp, 0xd800) || is_surrogate(cp, 0xdc00))
			return false;
		text_put(out, cp);
	}
	return true;
}

static bool wide_string(bool (*decode)(struct der, struct buf *), struct der in, struct buf *out)
{
	size_t len = out->len;
	if (decode(in, out))
		return true;
	buf_cut(out, len);
	return false;
}

bool der_string(const struct der_item *item, struct buf *out)
{
	switch (item->tag) {
	case DER_UTF8:
	case DER_NUMERIC:
	case DER_PRINTABLE:
	case DER_T61:
	case DER_VIDEOTEX:
	case DER_IA5:
	case DER_GRAPHIC:
	case DER_VISIBLE:
	case DER_GENERAL:
		buf_add(out, item->body.data, item->body.len);
		return true;
	case DER_BMP:
		return wide_string(bmp_string, item->body, out);
	case DER_UNIVERSAL:
		return wide_string(universal_string, item->body, out);
	default:
		return false;
	}
}

void der_hex(struct der bytes, size_t max, struct buf *out)
{
	text_hex(out, bytes.data, bytes.len < max ? bytes.len : max, 0);
	if (bytes.len > max)
		buf_format(out, _("… %zu bytes"), bytes.len);
}

#include "codec/utf16.h"

#include <string.h>

#include "base/text.h"

static void put_lone(struct buf *out, uint16_t unit)
{
	buf_char(out, (char)(0xe0 | unit >> 12));
	buf_char(out, (char)(0x80 | (unit >> 6 & 0x3f)));
	buf_char(out, (char)(0x80 | (unit & 0x3f)));
}

void utf16_end(struct utf16 *u)
{
	if (u->high)
		put_lone(u->out, u->high);
	u->high = 0;
}

void utf16_unit(struct utf16 *u, uint16_t unit)
{
	uint16_t kind = unit & 0xfc00;

	if (kind == 0xdc00 && u->high) {
		text_put(u->out, 0x10000u + ((u->high & 0x3ffu) << 10) + (unit & 0x3ffu));
		u->high = 0;
		return;
	}
	utf16_end(u);
	if (kind == 0xd800)
		u->high = unit;
	else if (kind == 0xdc00)
		put_lone(u->out, unit);
	else
		text_put(u->out, unit);
}

void utf16_decode(struct buf *out, struct span text, bool big_endian)
{
	struct utf16 u = { .out = out };
	uint8_t first, second;

	for (; span_len(text) >= 2; text.at += 2) {
		first = text.at[big_endian ? 0 : 1];
		second = text.at[big_endian ? 1 : 0];
		utf16_unit(&u, (uint16_t)(first << 8 | second));
	}
	utf16_end(&u);
	if (span_len(text))
		buf_char(out, (char)0xff);
}

static void put_unit(struct buf *out, uint32_t unit)
{
	buf_char(out, (char)(unit >> 8));
	buf_char(out, (char)unit);
}

void utf16_encode(struct buf *out, const char *text)
{
	const char *end = text + strlen(text);

	buf_reserve(out, 2 * strlen(text)); /* a password leaves no copy behind by growing */
	while (text < end) {
		uint8_t raw = (uint8_t)*text;
		int32_t cp = text_next(&text, end);

		if (cp >= 0x10000) {
			put_unit(out, 0xd800 + ((uint32_t)(cp - 0x10000) >> 10));
			put_unit(out, 0xdc00 + ((uint32_t)(cp - 0x10000) & 0x3ff));
		} else {
			put_unit(out, cp < 0 ? raw : (uint32_t)cp);
		}
	}
}

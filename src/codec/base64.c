#include "codec/base64.h"

#include "base/lang.h"

#include <stdbool.h>
#include <stdint.h>

#define LINE 64

/* What a character stands for: 0 to 63, or one of these, which have a bit of SPECIAL. */
enum { BLANK = 0x40, PAD = 0x80, BAD = 0xff, SPECIAL = 0xc0 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* One more than what the character stands for, so that what isn't named is BAD. */
static const uint8_t values[256] = {
	/* clang-format off */
	['A'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
	24, 25, 26,
	['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
	48, 49, 50, 51, 52,
	['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
	/* clang-format on */
	['+'] = 63,
	['/'] = 64,
	[' '] = BLANK + 1,
	['\t'] = BLANK + 1,
	['\n'] = BLANK + 1,
	['\v'] = BLANK + 1,
	['\f'] = BLANK + 1,
	['\r'] = BLANK + 1,
	['='] = PAD + 1,
};

static uint8_t value_of(uint8_t c)
{
	return (uint8_t)(values[c] - 1);
}

/* The letters that are held until there are four, and where their bytes go. */
struct decoder {
	uint32_t bits;
	unsigned held;
	uint8_t *out;
};

static void put_three(struct decoder *d)
{
	*d->out++ = (uint8_t)(d->bits >> 16);
	*d->out++ = (uint8_t)(d->bits >> 8);
	*d->out++ = (uint8_t)d->bits;
	d->bits = d->held = 0;
}

/* Four letters in a row are what nearly everything consists of. */
static bool four(struct decoder *d, const uint8_t *in)
{
	uint8_t a = value_of(in[0]), b = value_of(in[1]), c = value_of(in[2]), e = value_of(in[3]);

	if (d->held || (a | b | c | e) & SPECIAL)
		return false;
	d->bits = (uint32_t)a << 18 | (uint32_t)b << 12 | (uint32_t)c << 6 | e;
	put_three(d);
	return true;
}

/* One letter or blank; false at anything else. */
static bool one(struct decoder *d, uint8_t in)
{
	uint8_t value = value_of(in);

	if (value == BLANK)
		return true;
	if (value & SPECIAL)
		return false;
	d->bits = d->bits << 6 | value;
	if (++d->held == 4)
		put_three(d);
	return true;
}

/* The padding, and the one or two bytes that it stands behind. */
static const char *finish(struct decoder *d, const uint8_t *in, const uint8_t *end)
{
	unsigned pads = 0;

	for (; in < end && (value_of(*in) == PAD || value_of(*in) == BLANK); in++)
		pads += value_of(*in) == PAD;
	if (in < end)
		return _("it holds a character that isn't base64");
	if (d->held == 1 || pads != (d->held ? 4 - d->held : 0))
		return _("its base64 text doesn't come out even: characters are missing or too many");
	if (d->held)
		*d->out++ = (uint8_t)(d->held == 2 ? d->bits >> 4 : d->bits >> 10);
	if (d->held == 3)
		*d->out++ = (uint8_t)(d->bits >> 2);
	return NULL;
}

const char *base64_decode(const char *text, size_t len, struct buf *out)
{
	const uint8_t *in = (const uint8_t *)text, *end = in + len;
	struct decoder d = { 0 };
	const char *wrong;

	buf_reserve(out, len / 4 * 3 + 3);
	d.out = (uint8_t *)out->data + out->len;
	while (in < end) {
		if (end - in >= 4 && four(&d, in))
			in += 4;
		else if (one(&d, *in))
			in++;
		else
			break;
	}
	wrong = finish(&d, in, end);
	out->len = (size_t)(d.out - (uint8_t *)out->data);
	out->data[out->len] = '\0';
	return wrong;
}

static void encode_three(char text[4], const uint8_t *in, size_t len)
{
	uint32_t bits = (uint32_t)in[0] << 16;

	if (len > 1)
		bits |= (uint32_t)in[1] << 8;
	if (len > 2)
		bits |= in[2];
	text[0] = letters[bits >> 18];
	text[1] = letters[bits >> 12 & 63];
	text[2] = len > 1 ? letters[bits >> 6 & 63] : '=';
	text[3] = len > 2 ? letters[bits & 63] : '=';
}

void base64_encode(struct buf *out, const void *bytes, size_t len)
{
	const uint8_t *in = bytes;
	size_t lines = len / (LINE / 4 * 3) + 1;

	buf_reserve(out, lines * (LINE + 1) + 4);
	char *at = out->data + out->len;
	for (size_t i = 0, column = 0; i < len; i += 3) {
		encode_three(at, in + i, len - i);
		at += 4;
		column += 4;
		if (column == LINE || len - i <= 3) {
			*at++ = '\n';
			column = 0;
		}
	}
	*at = '\0';
	out->len = (size_t)(at - out->data);
}

/*
 * Colours for the terminal at hand.  A terminal of 256 colours has the sixteen, a cube of 6x6x6 and
 * 24 greys; one of fewer gets the nearest of its sixteen or eight.  The sixteen themselves are the
 * user's: they are passed on by number wherever they exist and never turned into values.
 */
#include <stdlib.h>

#include "tui/theme.h"

#define DIRECT (1 << 24) /* such terminals take 0xrrggbb, and 0..7 by number */

static const uint32_t basic[16] = { 0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
	0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff,
	0xffffff };

static const uint8_t cube[6] = { 0, 95, 135, 175, 215, 255 };

static uint32_t rgb_of(int32_t colour)
{
	if (colour & COLOUR_RGB)
		return (uint32_t)colour & 0xffffff;
	if (colour < 16)
		return basic[colour];
	if (colour >= 232)
		return (uint32_t)(8 + (colour - 232) * 10) * 0x010101;
	int n = colour - 16;
	return (uint32_t)cube[n / 36] << 16 | (uint32_t)cube[n / 6 % 6] << 8 | cube[n % 6];
}

static long distance(uint32_t a, uint32_t b)
{
	long sum = 0;
	for (int shift = 0; shift <= 16; shift += 8) {
		long d = (long)(a >> shift & 0xff) - (long)(b >> shift & 0xff);
		sum += d * d;
	}
	return sum;
}

static int nearest(uint32_t rgb, int from, int to)
{
	int best = from;
	for (int i = from; i < to; i++)
		if (distance(rgb, rgb_of(i)) < distance(rgb, rgb_of(best)))
			best = i;
	return best;
}

int colour_map(int32_t colour, int have)
{
	if (colour == COLOUR_DEFAULT)
		return COLOUR_DEFAULT;
	if (have >= DIRECT)
		return colour < 8 ? colour : (int)rgb_of(colour);
	if (!(colour & COLOUR_RGB) && colour < have)
		return colour;
	if (colour < 16)
		return colour - 8;
	if (have >= 256)
		return nearest(rgb_of(colour), 16, 256);
	return nearest(rgb_of(colour), 0, have >= 16 ? 16 : 8);
}

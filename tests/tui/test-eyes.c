/*
 * What eyes need of the themes that are shipped: text stands out from its background, and what stands in one
 * column can be told apart by those, too, who don't see red and green, or blue and yellow, as others do.
 *
 * Contrast is that of WCAG 2.1.  How colours look to others is Machado, Oliveira and Fernandes (2009) at full
 * severity, and what differs, differs in CIE L*a*b*.  The sixteen colours are xterm's: palettes vary, so that
 * their differences are proven by attributes wherever a theme leaves them to the terminal.
 */
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tui/theme.h"

#define TEXT_LEAST 4.5 /* to 1 */
#define DIM_LEAST  3.0
#define APART      20.0 /* where 2 can be seen side by side */

static const char *const shipped[] = { "default", "dark", "light", "mono", "contrast" };
#define SHIPPED (sizeof shipped / sizeof *shipped)

static void load(struct theme *theme, size_t i)
{
	struct error err;
	char *path = mem_format("themes/%s.theme", shipped[i]);
	if (!theme_load(theme, path, &err))
		fail_msg("%s", err.text);
	free(path);
}

/* --- colours --------------------------------------------------------------------------------- */

/* By Newton's way, since there is no need for a library here: x to the power of 1/n. */
static double root(double x, int n)
{
	double r = 1;
	if (x <= 0)
		return 0;
	for (int i = 0; i < 60; i++) {
		double power = 1;
		for (int k = 1; k < n; k++)
			power *= r;
		r += (x / power - r) / n;
	}
	return r;
}

struct light {
	double v[3]; /* red, green, blue, linear */
};

static struct light light_of(int32_t colour)
{
	int rgb = colour_map(colour >= 0 && colour < 8 ? colour + 8 : colour, 1 << 24);
	static const int dark[8] = { 0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
		0x00cdcd, 0xe5e5e5 };
	struct light light;
	rgb = colour >= 0 && colour < 8 ? dark[colour] : rgb;
	for (int i = 0; i < 3; i++) {
		double c = (rgb >> (16 - 8 * i) & 0xff) / 255.0, base = (c + 0.055) / 1.055;
		light.v[i] = c <= 0.04045 ? c / 12.92 : base * base * root(base * base, 5);
	}
	return light;
}

static double luminance(struct light light)
{
	return 0.2126 * light.v[0] + 0.7152 * light.v[1] + 0.0722 * light.v[2];
}

static double contrast(int32_t a, int32_t b)
{
	double x = luminance(light_of(a)) + 0.05, y = luminance(light_of(b)) + 0.05;
	return x > y ? x / y : y / x;
}

static const struct eye {
	const char *name;
	double matrix[3][3];
} eyes[] = {
	{ "as most see", { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } } },
	{ "protanopia", { { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 },
		{ -0.003882, -0.048116, 1.051998 } } },
	{ "deuteranopia", { { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 },
		{ -0.011820, 0.042940, 0.968881 } } },
	{ "tritanopia", { { 1.255528, -0.076749, -0.178779 }, { -0.078411, 0.930809, 0.147602 },
		{ 0.004733, 0.691367, 0.303900 } } },
};

static double lab_part(double t)
{
	return t > 0.008856 ? root(t, 3) : 7.787 * t + 16.0 / 116;
}

static void lab_of(int32_t colour, const struct eye *eye, double lab[3])
{
	struct light is = light_of(colour), seen;
	for (int i = 0; i < 3; i++) {
		double v = 0;
		for (int k = 0; k < 3; k++)
			v += eye->matrix[i][k] * is.v[k];
		seen.v[i] = v < 0 ? 0 : v > 1 ? 1 : v;
	}
	double x = lab_part((0.4124 * seen.v[0] + 0.3576 * seen.v[1] + 0.1805 * seen.v[2]) / 0.95047);
	double y = lab_part(luminance(seen));
	double z = lab_part((0.0193 * seen.v[0] + 0.1192 * seen.v[1] + 0.9505 * seen.v[2]) / 1.08883);
	lab[0] = 116 * y - 16;
	lab[1] = 500 * (x - y);
	lab[2] = 200 * (y - z);
}

static double difference(int32_t a, int32_t b, const struct eye *eye)
{
	double x[3], y[3], sum = 0;
	if (a == COLOUR_DEFAULT || b == COLOUR_DEFAULT)
		return a == b ? 0 : APART / 2; /* nobody knows */
	lab_of(a, eye, x);
	lab_of(b, eye, y);
	for (int i = 0; i < 3; i++)
		sum += (x[i] - y[i]) * (x[i] - y[i]);
	return root(sum, 2);
}

static void test_colours(void **state)
{
	(void)state;
	assert_true(contrast(16, 231) > 20.99 && contrast(16, 231) < 21.01);
	assert_true(contrast(COLOUR_RGB | 0x767676, 231) > 4.5);
	assert_true(contrast(COLOUR_RGB | 0x777777, 231) < 4.5);
	assert_true(difference(16, 231, &eyes[0]) > 99.9 && difference(16, 231, &eyes[0]) < 100.1);
	/* Red and green of the same lightness. */
	assert_true(difference(COLOUR_RGB | 0xd05040, COLOUR_RGB | 0x807f20, &eyes[0]) > 50);
	assert_true(difference(COLOUR_RGB | 0xd05040, COLOUR_RGB | 0x807f20, &eyes[2]) < 15);
	assert_true(difference(4, 12, &eyes[0]) > 20);
}

/* --- themes ---------------------------------------------------------------------------------- */

static bool may_be_dim(enum role role)
{
	return role == ROLE_DIM || role == ROLE_BORDER || role == ROLE_TRASH;
}

/* Where both are said, or come with the theme; what the terminal's owner has chosen is up to them. */
static void test_contrast(void **state)
{
	size_t bad = 0;
	(void)state;
	for (size_t i = 0; i < SHIPPED; i++) {
		struct theme theme;
		load(&theme, i);
		for (size_t d = 0; d < DEPTH_COUNT; d++)
			for (size_t r = 0; r < ROLE_COUNT; r++) {
				const struct look *look = &theme.looks[d][r];
				double least = may_be_dim((enum role)r) ? DIM_LEAST : TEXT_LEAST;
				if (look->fg == COLOUR_DEFAULT || look->bg == COLOUR_DEFAULT ||
					contrast(look->fg, look->bg) >= least)
					continue;
				print_error("%s, depth %zu: %s has %.2f\n", shipped[i], d,
					role_rows[r].name, contrast(look->fg, look->bg));
				bad++;
			}
	}
	assert_int_equal(bad, 0);
}

/* Themes that bring a background bring all colours: a piece of the terminal's own would be a hole. */
static void test_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < SHIPPED; i++) {
		struct theme theme;
		load(&theme, i);
		for (size_t d = 0; d < DEPTH_COUNT; d++)
			for (size_t r = 0; r < ROLE_COUNT && theme.looks[d][0].bg != COLOUR_DEFAULT; r++) {
				assert_int_not_equal(theme.looks[d][r].fg, COLOUR_DEFAULT);
				assert_int_not_equal(theme.looks[d][r].bg, COLOUR_DEFAULT);
			}
		/* and a terminal gets only what it has: the theme says it, not the nearest colour */
		for (size_t r = 0; r < ROLE_COUNT; r++) {
			assert_true(theme.looks[DEPTH_16][r].fg < 16 && theme.looks[DEPTH_16][r].bg < 16);
			assert_true(theme.looks[DEPTH_256][r].fg < 256 && theme.looks[DEPTH_256][r].bg < 256);
		}
	}
}

/* What may stand in the same place. */
static const enum role families[][5] = {
	{ ROLE_TRUSTED, ROLE_LIMITED, ROLE_UNTRUSTED, ROLE_BLOCKED, ROLE_TRASH },
	{ ROLE_NORMAL, ROLE_EXPIRING, ROLE_EXPIRED, ROLE_COUNT },
	{ ROLE_GOOD, ROLE_WARNING, ROLE_ERROR, ROLE_COUNT },
	{ ROLE_NORMAL, ROLE_CURSOR, ROLE_CURSOR_IDLE, ROLE_MARKED, ROLE_MATCH },
	{ ROLE_NORMAL, ROLE_FIELD, ROLE_FIELD_CURSOR, ROLE_COUNT },
	{ ROLE_DIALOG_TITLE, ROLE_DIALOG_DANGER, ROLE_COUNT },
};

/* By an attribute, or by both or either of the colours; the colours count as they are at their worst. */
static bool apart(const struct look *a, const struct look *b, const struct eye *eye)
{
	return a->attrs != b->attrs || difference(a->fg, b->fg, eye) >= APART ||
	       difference(a->bg, b->bg, eye) >= APART;
}

static size_t check_pair(size_t i, enum depth depth, const struct theme *theme, enum role a, enum role b)
{
	size_t bad = 0;
	const struct look *x = &theme->looks[depth][a], *y = &theme->looks[depth][b];
	for (size_t e = 0; e < sizeof eyes / sizeof *eyes; e++)
		if (!apart(x, y, &eyes[e])) {
			print_error("%s, depth %d, %s: %s looks like %s (%.0f)\n", shipped[i], (int)depth,
				eyes[e].name, role_rows[a].name, role_rows[b].name,
				difference(x->fg, y->fg, &eyes[e]));
			bad++;
		}
	return bad;
}

static void test_told_apart(void **state)
{
	size_t bad = 0;
	(void)state;
	for (size_t i = 0; i < SHIPPED; i++) {
		struct theme theme;
		load(&theme, i);
		for (size_t d = 0; d < DEPTH_COUNT; d++)
			for (size_t f = 0; f < sizeof families / sizeof *families; f++)
				for (size_t a = 1; a < 5 && families[f][a] != ROLE_COUNT; a++)
					for (size_t b = 0; b < a; b++)
						bad += check_pair(i, (enum depth)d, &theme,
							families[f][a], families[f][b]);
	}
	assert_int_equal(bad, 0);
}

/* Without colours there are the attributes of the roles. */
static void test_without_colours(void **state)
{
	(void)state;
	for (size_t f = 0; f < sizeof families / sizeof *families; f++)
		for (size_t a = 1; a < 5 && families[f][a] != ROLE_COUNT; a++)
			for (size_t b = 0; b < a; b++)
				assert_int_not_equal(role_rows[families[f][a]].mono,
					role_rows[families[f][b]].mono);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_colours),
		cmocka_unit_test(test_contrast),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_told_apart),
		cmocka_unit_test(test_without_colours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

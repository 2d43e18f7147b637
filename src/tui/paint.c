#include "tui/paint.h"

#define PLAIN_PAIR ((short)(ROLE_COUNT + 1))

static struct paint paints[ROLE_COUNT];
static short plain_pair; /* the pair of texts in the terminal's own colours */

static attr_t attrs_of(unsigned look)
{
	return (look & LOOK_BOLD ? A_BOLD : 0) | (look & LOOK_DIM ? A_DIM : 0) |
	       (look & LOOK_UNDERLINE ? A_UNDERLINE : 0) | (look & LOOK_REVERSE ? A_REVERSE : 0);
}

/* A look that needs colour to be seen has its role's attributes instead. */
static attr_t mono_attrs(enum role role, const struct look *look)
{
	bool plain = look->fg == COLOUR_DEFAULT && look->bg == COLOUR_DEFAULT;
	return attrs_of(plain ? look->attrs : role_rows[role].mono);
}

/* A grey where there is none: what can be seen on this background, and dim. */
static int greyish(int bg)
{
	return bg == COLOUR_DEFAULT ? COLOUR_DEFAULT : bg == 0 ? 7 : 0;
}

/*
 * Terminals of eight colours show the bright ones as bold.  Bright black would be black there, and
 * not be seen on most.
 */
static struct paint colour_paint(enum role role, const struct look *look, int colours)
{
	int fg = colour_map(look->fg, colours), bg = colour_map(look->bg, colours);
	attr_t attrs = attrs_of(look->attrs);
	if (colours < 16 && look->fg == 8) {
		fg = greyish(bg);
		attrs |= A_DIM;
	} else if (colours < 16 && look->fg > 8 && look->fg < 16) {
		attrs |= A_BOLD;
	}
	short pair = (short)(role + 1);
	if (fg == COLOUR_DEFAULT && bg == COLOUR_DEFAULT)
		pair = plain_pair;
	else if (init_extended_pair(pair, fg, bg) == ERR)
		return (struct paint){ mono_attrs(role, look), 0 };
	return (struct paint){ attrs, pair };
}

/*
 * Plain text gets a pair too: ncurses leaves colours for pair 0 by two sequences where one would do.
 */
static void setup_plain(int colours)
{
	bool able = colours > 0 && init_extended_pair(PLAIN_PAIR, COLOUR_DEFAULT, COLOUR_DEFAULT) == OK;
	plain_pair = able ? PLAIN_PAIR : 0;
}

/* The canvas is blank in the pair of normal text: it has its background, and blanks don't differ from blanks. */
static void setup_canvas(void)
{
	cchar_t blank;
	if (setcchar(&blank, L" ", A_NORMAL, paints[ROLE_NORMAL].pair, NULL) == OK)
		wbkgrndset(stdscr, &blank);
}

void paint_setup(const struct theme *theme, int colours)
{
	const struct look *looks = theme->looks[theme_depth(colours)];
	setup_plain(colours);
	for (int i = 0; i < ROLE_COUNT; i++) {
		enum role role = (enum role)i;
		if (colours > 0)
			paints[i] = colour_paint(role, &looks[i], colours);
		else
			paints[i] = (struct paint){ mono_attrs(role, &looks[i]), 0 };
	}
	setup_canvas();
}

struct paint paint_of(enum role role)
{
	return paints[(unsigned)role < ROLE_COUNT ? role : ROLE_NORMAL];
}

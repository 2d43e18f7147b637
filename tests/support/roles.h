/*
 * The looks of a screen: the role of each of its cells, and each of the shipped themes put on.
 *
 * tests/golden/roles/PROGRAM.txt has a section for each screen of 80x24 that has a golden.  A line is a row, or
 * some that are alike, in runs: "1: normal hint_key normal title*5".  What a role looks like in a theme stands in
 * the theme's file, and whether the program paints it so is checked cell by cell; together that is what the
 * screen looks like in each theme, written down once.
 */
#ifndef CERTARY_TESTS_ROLES_H
#define CERTARY_TESTS_ROLES_H

#include "support/term.h"

/*
 * Called by golden_check(), and does something where name is that of a screen of 80x24 in UTF-8.  The console shows the default theme and has a configuration folder of its own
 * (XDG_CONFIG_HOME); otherwise nothing is looked at.  It is made to read other themes by Ctrl-L, which changes
 * nothing else; in the end it shows the default one again.
 */
void roles_check(struct term *t, const char *name);

#endif

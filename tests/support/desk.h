/*
 * The console under test: the store of tests/data/desk in a folder of its own, a fixed clock, a
 * terminal of any size.
 */
#ifndef CERTARY_TESTS_DESK_H
#define CERTARY_TESTS_DESK_H

#include "support/term.h"
#include "support/tmp.h"

#define DESK_CLOCK "CERTARY_TEST_CLOCK=2026-01-15T12:00:00Z"

/* How the terminal is; the zero value is a colour terminal in UTF-8. */
enum desk_look {
	DESK_PLAIN = 0,
	DESK_ASCII = 1, /* LC_ALL=C */
	DESK_MONO = 2,  /* NO_COLOR=1 */
	DESK_READ_ONLY = 4,
	DESK_EMPTY = 8, /* no store there yet */
	DESK_PSEUDO = 32, /* each text of ours stands in «» (build/locale/en@pseudo) */
	DESK_SPOKEN = 64, /* --plain */
	DESK_IDENTITIES = 16, /* with those of tests/data/identities; the CA's passphrase is "secret" */
};

struct desk_test {
	struct tmp *tmp;
	struct term *term;
	const char *theme; /* set it before desk_open(); NULL: the default */
	const char *editor; /* the same: EDITOR, a script below tmp that the test writes; NULL: none */
	bool sudo;          /* the same: as if by sudo */
};

/* `struct desk_test d = {0}`, then open the console on a copy of the store "desk" below tmp. */
void desk_open(struct desk_test *d, int rows, int cols, unsigned look);

/* A second look at the same store, by somebody whom the console remembers. */
struct term *desk_another(struct desk_test *d, int rows, int cols, unsigned look);

/* Leave by q (as often as it takes) and check that the terminal was given back. */
void desk_leave(struct term *term);

/* NAME=value settings of the pseudo language, for programs that are started otherwise. */
const char *desk_locales(void);
void desk_close(struct desk_test *d);

/* Run a command on the store and check its status. */
void desk_run(struct desk_test *d, int status, const char *const words[]);

#endif

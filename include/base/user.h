/*
 * Who sits at the keyboard, and where.
 *
 * Under sudo the journal names the person and not root; over SSH it names the address they came from.
 */
#ifndef CERTARY_BASE_USER_H
#define CERTARY_BASE_USER_H

#include <stdbool.h>

/* The login name behind sudo, doas or su where the system knows it, else the user's own. */
const char *user_name(void);

/* "ssh 192.0.2.7", "tty /dev/pts/3" or "local"; safe text. */
const char *user_origin(void);

/* Do the rights come from sudo and the like, and not from who sits there? */
bool user_has_borrowed(void);

/*
 * Where they do, forget what that person's environment says of programs, files and folders: it would be
 * done with rights that aren't theirs.  What they want others to use they name by options, which whoever
 * lends the rights can see and forbid.  To be called before anything reads the environment.
 */
void user_distrust(void);

/* The folder of the user's own data and settings: XDG variables, then HOME. NULL where unknown. */
const char *user_data_home(void);
const char *user_config_home(void);
const char *user_state_home(void); /* what a program remembers from one run to the next */

#endif

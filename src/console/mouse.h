/*
 * What the mouse does, by the spots that painting has noted (tui/spot.h): a click is turned into keys,
 * so that nothing is done that no key does.
 */
#ifndef CERTARY_SRC_CONSOLE_MOUSE_H
#define CERTARY_SRC_CONSOLE_MOUSE_H

#include "console/desk.h"

/* Where the keys go that a click stands for, and the mouse's own. */
typedef enum reaction mouse_send_fn(struct desk *desk, const struct key *key);

/* The screen must be as it was painted last. */
enum reaction mouse_key(struct desk *desk, const struct key *key, mouse_send_fn *send);

#endif

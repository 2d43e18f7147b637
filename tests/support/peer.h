/*
 * A server that says what a script says, whatever it is told, on the test's own loop.
 *
 * Life: `struct peer *peer = peer_start(loop, TURNS(TURN("+OK\r\n"), TURN("-ERR\r\n")), PEER_HOLD)` …
 * peer_stop().  The first turn is said at once, each further one when something has been heard.
 */
#ifndef CERTARY_TESTS_PEER_H
#define CERTARY_TESTS_PEER_H

#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"

struct turn {
	const char *say; /* NULL: the end of the script */
	size_t len;
};

#define TURN(literal) { (literal), sizeof(literal) - 1 }
#define TURNS(...)    ((const struct turn[]){ __VA_ARGS__, { NULL, 0 } })

enum peer_end {
	PEER_HOLD,  /* and then nothing more */
	PEER_CLOSE, /* and then hangs up */
	PEER_RESET, /* rudely */
	PEER_FLOOD, /* and then the last turn without end */
};

struct peer;

struct peer *peer_start(struct loop *loop, const struct turn *script, enum peer_end end);
uint16_t peer_port(const struct peer *peer);
size_t peer_visits(const struct peer *peer);
void peer_stop(struct peer *peer);

/* A port of loopback on which nobody listens. */
uint16_t peer_free_port(void);

#endif

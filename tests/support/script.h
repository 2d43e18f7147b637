/*
 * Conversations of the dialects' machines, from a script, without a socket.
 *
 *	script_play("pop3", TALK_GO, NULL, ACTS({ HEAR("+OK\r\n"), SAY("STLS\r\n") }, …));
 *
 * Each is played twice: what the server says arrives whole, and byte by byte.
 */
#ifndef CERTARY_TESTS_SCRIPT_H
#define CERTARY_TESTS_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "net/talk.h"

/* The server says `hear`, and the client answers `say`; without a `hear` the client begins. */
struct act {
	const char *hear;
	size_t hear_len;
	const char *say;
	size_t say_len;
	bool ask; /* within TLS: the client asks its question */
};

#define HEAR(literal) .hear = (literal), .hear_len = sizeof(literal) - 1
#define SAY(literal)  .say = (literal), .say_len = sizeof(literal) - 1
#define ACTS(...)     ((const struct act[]){ __VA_ARGS__, { .hear = NULL, .say = NULL } })

/* The end must be this state, and its words must hold these (NULL: any). */
void script_play(const char *dialect, enum talk_state end, const char *words,
	const struct act *acts);

/* The same; the talk is the caller's to look at, and to give back. */
void script_play_to(struct talk *talk, const char *dialect, const struct act *acts, bool bytewise);

#endif

/*
 * Private to tui: bytes at the beginning of the input, by the grammar that all terminals share.
 *
 * *used is set to the bytes that were understood; with FOUND_PART it means nothing.
 */
#ifndef CERTARY_TUI_SEQUENCE_H
#define CERTARY_TUI_SEQUENCE_H

#include <stddef.h>
#include <stdint.h>

#include "tui/key.h"

/* What a step of decoding found. */
enum found {
	FOUND_KEY,
	FOUND_NOTHING, /* bytes were used up but mean no key */
	FOUND_PART,    /* more bytes are needed */
	FOUND_PASTE,   /* a paste begins behind them */
};

enum found sequence_key(struct key *out, uint32_t code, unsigned mods); /* FOUND_KEY */

/* A character or a control character, but not ESC. */
enum found sequence_character(const char *bytes, size_t len, struct key *out, size_t *used);

/* ESC and one of [ O ] P _ ^ X. */
enum found sequence_read(const char *bytes, size_t len, struct key *out, size_t *used);

#endif

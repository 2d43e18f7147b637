/*
 * Keys: what somebody pressed, with a name.
 *
 * A key is a code point or one of enum key_code, with modifiers.  Every key has exactly one name,
 * which is what key tables say: "j" "/" "Space" "Enter" "Tab" "S-Tab" "Esc" "PgUp" "F1" "C-l"
 * "M-x".
 *
 * A decoder (struct keys) makes keys of bytes and knows nothing of a terminal: escape sequences of
 * the terminal and of xterm and its relatives, UTF-8, bracketed paste.  A sequence that nobody
 * knows is swallowed whole and never turns into letters.  Escape alone is a key once 25 ms
 * (ESCDELAY) have passed without another byte, so an owner that waits must not wait longer than
 * key_wait().
 */
#ifndef CERTARY_TUI_KEY_H
#define CERTARY_TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_code {
	K_NONE = 0,
	K_ENTER = 0x110000, /* beyond Unicode */
	K_TAB,
	K_ESC,
	K_BACKSPACE,
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PGUP,
	K_PGDN,
	K_INSERT,
	K_DELETE,
	K_PASTE, /* paste and paste_len hold what was pasted, as it came */
	K_MOUSE, /* mouse, row, col; only where the mouse is on */
	K_GONE,  /* the terminal has vanished; said once, and no key comes after it */
	K_F1,    /* … K_F1 + 11 is F12 */
	K_LAST = K_F1 + 11,
};

enum key_mods {
	K_SHIFT = 1, /* of special keys only: a shifted letter is its capital */
	K_CTRL = 2,
	K_ALT = 4,
};

enum mouse_act {
	MOUSE_PRESS,
	MOUSE_WHEEL_UP,
	MOUSE_WHEEL_DOWN,
};

struct key {
	uint32_t code;
	unsigned mods;
	const char *paste; /* valid until the next key; not safe text; NUL behind the last byte */
	size_t paste_len;
	bool paste_cut; /* it was longer than KEY_PASTE_MAX, and this is its beginning */
	enum mouse_act mouse;
	int row, col; /* of the mouse, from 0 */
};

#define KEY_PASTE_MAX ((size_t)16 << 20)
#define KEY_NAME      16

/* Spell the name of a key; "none" for what has no name.  Returns out. */
char *key_spell(char out[KEY_NAME], const struct key *key);

/* The key of that name. */
bool key_parse(const char *name, struct key *out);

/* Is this the key of that name? */
bool key_is(const struct key *key, const char *name);

/* Does this key stand for a character that a text field takes? */
bool key_is_text(const struct key *key);

/* The decoder.  `now` is clock_ms(). */
struct keys;

struct keys *keys_new(int escape_ms);
void keys_free(struct keys *keys);
void keys_define(struct keys *keys, const char *sequence, uint32_t code, unsigned mods);
void keys_feed(struct keys *keys, const char *bytes, size_t len, int64_t now);
void keys_discard(struct keys *keys);
bool keys_next(struct keys *keys, struct key *out, int64_t now);
int keys_wait(const struct keys *keys, int64_t now);

/* The next key of the screen, if one is there; never waits.  Call it until it says false. */
bool key_read(struct key *out);

/* Has a key come that nobody has read yet? */
bool key_waits(void);

/* Forget all keys that were typed ahead. */
void key_discard(void);

/* Milliseconds after which key_read() has something to say though no byte came; -1: never. */
int key_wait(void);

#endif

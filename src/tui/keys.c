/*
 * Bytes wait in a buffer until they make a key.  What begins with ESC is looked up among the
 * sequences of the terminal (keys_define), then read by the grammar that all of them share:
 *
 *	ESC [ parameters final      ESC O final      ESC ] … BEL or ESC \      ESC character
 *
 * A sequence with a meaning makes a key, one without is dropped whole.  The beginning of a sequence
 * waits for its rest: a lone ESC for as long as it may be the key itself, more than that for much
 * longer, since nobody types that fast and a slow line must not turn half a sequence into letters.
 */
#include "tui/key.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#define ESC         0x1b
#define PARTIAL_MS  500
#define PASTE_MS    3000
#define STRING_MAX  65536
#define PASTE_BEGIN 200
#define PASTE_END   "\033[201~"

struct definition {
	char *sequence;
	size_t len;
	uint32_t code;
	unsigned mods;
};

struct keys {
	int escape_ms;
	struct definition *defined;
	size_t count, cap;
	struct buf in;
	size_t at;     /* bytes of `in` that were used up */
	int64_t since; /* when the last byte came */
	bool pasting, pasted, cut;
	struct buf paste;
};

/* What a step of decoding found. */
enum found {
	FOUND_KEY,
	FOUND_NOTHING, /* bytes were used up but mean no key */
	FOUND_PART,    /* more bytes are needed */
};

struct keys *keys_new(int escape_ms)
{
	struct keys *keys = mem_new(sizeof *keys);
	keys->escape_ms = escape_ms;
	return keys;
}

void keys_free(struct keys *keys)
{
	if (!keys)
		return;
	for (size_t i = 0; i < keys->count; i++)
		free(keys->defined[i].sequence);
	free(keys->defined);
	buf_wipe(&keys->in);
	buf_wipe(&keys->paste);
	free(keys);
}

void keys_define(struct keys *keys, const char *sequence, uint32_t code, unsigned mods)
{
	if (!sequence || sequence[0] != ESC || !sequence[1])
		return;
	keys->defined = mem_grow(keys->defined, keys->count, &keys->cap, sizeof *keys->defined);
	keys->defined[keys->count++] = (struct definition){
		.sequence = mem_text(sequence),
		.len = strlen(sequence),
		.code = code,
		.mods = mods,
	};
}

static const char *rest(const struct keys *keys, size_t *len)
{
	*len = keys->in.len - keys->at;
	return keys->in.data + keys->at;
}

static void use_up(struct keys *keys, size_t len)
{
	keys->at += len;
	if (keys->at < keys->in.len)
		return;
	mem_wipe(keys->in.data, keys->in.len); /* a passphrase may have been among them */
	keys->in.len = keys->at = 0;
}

void keys_feed(struct keys *keys, const char *bytes, size_t len, int64_t now)
{
	if (len == 0)
		return;
	if (keys->at > 0) {
		memmove(keys->in.data, keys->in.data + keys->at, keys->in.len - keys->at);
		buf_cut(&keys->in, keys->in.len - keys->at);
		keys->at = 0;
	}
	buf_add(&keys->in, bytes, len);
	keys->since = now;
}

static enum found plain_key(struct key *out, uint32_t code, unsigned mods)
{
	*out = (struct key){ .code = code, .mods = mods };
	return FOUND_KEY;
}

static enum found control_key(struct key *out, unsigned char c)
{
	switch (c) {
	case 0:
		return plain_key(out, ' ', K_CTRL);
	case '\b':
	case 0x7f:
		return plain_key(out, K_BACKSPACE, 0);
	case '\t':
		return plain_key(out, K_TAB, 0);
	case '\n':
	case '\r':
		return plain_key(out, K_ENTER, 0);
	default:
		return plain_key(out, (uint32_t)(c <= 26 ? c + 'a' - 1 : c + '@'), K_CTRL);
	}
}

static size_t utf8_length(unsigned char lead)
{
	if (lead < 0xc2 || lead > 0xf4)
		return 1;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

static enum found character(const char *bytes, size_t len, struct key *out, size_t *used)
{
	unsigned char c = (unsigned char)bytes[0];
	*used = 1;
	if (c < 0x20 || c == 0x7f)
		return control_key(out, c);
	size_t want = utf8_length(c), have = 1;
	while (have < want && have < len && ((unsigned char)bytes[have] & 0xc0) == 0x80)
		have++;
	if (have == len && have < want)
		return FOUND_PART;
	const char *p = bytes;
	int32_t cp = text_next(&p, bytes + have);
	*used = (size_t)(p - bytes);
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return FOUND_NOTHING;
	return plain_key(out, (uint32_t)cp, 0);
}

/* The numbers between "ESC [" and the final byte. */
struct params {
	unsigned values[4];
	size_t count;
	char mark; /* '<' and the like before them, or 0 */
};

static struct params read_params(const char *p, const char *end)
{
	struct params params = { .count = 1 };
	if (p < end && *p >= '<' && *p <= '?')
		params.mark = *p++;
	for (; p < end; p++) {
		unsigned *value = &params.values[params.count - 1];
		if (*p >= '0' && *p <= '9')
			*value = *value > 99999 ? *value : *value * 10 + (unsigned)(*p - '0');
		else if (*p == ';' && params.count < 4)
			params.count++;
		else if (*p == ';')
			break;
	}
	return params;
}

/* xterm sends 1 + shift + 2 alt + 4 control. */
static unsigned mods_of(unsigned number)
{
	unsigned bits = number > 0 ? number - 1 : 0;
	return (bits & 1 ? K_SHIFT : 0u) | (bits & 2 ? K_ALT : 0u) | (bits & 4 ? K_CTRL : 0u);
}

static uint32_t letter_key(char final)
{
	static const struct {
		char final;
		uint32_t code;
	} letters[] = {
		{ 'A', K_UP }, { 'B', K_DOWN }, { 'C', K_RIGHT }, { 'D', K_LEFT }, { 'F', K_END },
		{ 'H', K_HOME }, { 'P', K_F1 }, { 'Q', K_F1 + 1 },
		{ 'R', K_F1 + 2 }, { 'S', K_F1 + 3 },
	};
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (letters[i].final == final)
			return letters[i].code;
	return K_NONE;
}

/* ESC O and this: the keypad, where it sends no plain characters. */
static uint32_t keypad_key(char final)
{
	if (final == 'M')
		return K_ENTER;
	return final >= 'j' && final <= 'y' ? (uint32_t)(final - 'j' + '*') : letter_key(final);
}

static uint32_t number_key(unsigned number)
{
	static const uint32_t codes[] = {
		[1] = K_HOME, [2] = K_INSERT, [3] = K_DELETE, [4] = K_END, [5] = K_PGUP,
		[6] = K_PGDN, [7] = K_HOME, [8] = K_END, [11] = K_F1, [12] = K_F1 + 1,
		[13] = K_F1 + 2, [14] = K_F1 + 3, [15] = K_F1 + 4, [17] = K_F1 + 5,
		[18] = K_F1 + 6, [19] = K_F1 + 7, [20] = K_F1 + 8, [21] = K_F1 + 9,
		[23] = K_F1 + 10, [24] = K_F1 + 11,
	};
	return number < sizeof codes / sizeof *codes ? codes[number] : K_NONE;
}

static enum found mouse_key(struct key *out, const struct params *params, char final)
{
	unsigned button = params->values[0];
	bool wheel = (button & 64) != 0;
	if (final != 'M' || params->count < 3 || (button & 32) || (!wheel && (button & 3) != 0))
		return FOUND_NOTHING;
	*out = (struct key){
		.code = K_MOUSE,
		.mouse = !wheel ? MOUSE_PRESS : button & 1 ? MOUSE_WHEEL_DOWN : MOUSE_WHEEL_UP,
		.col = (int)params->values[1] - 1,
		.row = (int)params->values[2] - 1,
	};
	return FOUND_KEY;
}

/* CSI code ; mods u: some terminals send keys that have no older sequence like this. */
static enum found coded_key(struct key *out, const struct params *params)
{
	unsigned code = params->values[0], mods = mods_of(params->values[1]);
	if (code < 0x20 || code == 0x7f) {
		enum found found = control_key(out, (unsigned char)code);
		out->mods |= mods;
		if (code == ESC)
			out->code = K_ESC, out->mods = mods;
		return found;
	}
	if (code < 0xa0 && code >= 0x7f)
		return FOUND_NOTHING;
	return code < K_ENTER ? plain_key(out, code, mods & ~(unsigned)K_SHIFT) : FOUND_NOTHING;
}

static enum found csi_meaning(
	struct keys *keys, const struct params *params, char final, struct key *out)
{
	if (params->mark == '<')
		return mouse_key(out, params, final);
	if (params->mark)
		return FOUND_NOTHING;
	if (final == '~' && params->values[0] == PASTE_BEGIN) {
		keys->pasting = true;
		return FOUND_NOTHING;
	}
	if (final == 'Z')
		return plain_key(out, K_TAB, K_SHIFT);
	if (final == 'u')
		return coded_key(out, params);
	uint32_t code = final == '~' ? number_key(params->values[0]) : letter_key(final);
	if (code == K_NONE)
		return FOUND_NOTHING;
	return plain_key(out, code, mods_of(params->count > 1 ? params->values[1] : 0));
}

static enum found csi(
	struct keys *keys, const char *bytes, size_t len, struct key *out, size_t *used)
{
	size_t i = 2;
	if (i < len && bytes[i] == '[') { /* the Linux console: ESC [ [ A is F1 */
		*used = i + 2;
		if (len < i + 2)
			return FOUND_PART;
		char c = bytes[i + 1];
		return c >= 'A' && c <= 'E' ? plain_key(out, K_F1 + (uint32_t)(c - 'A'), 0)
					    : FOUND_NOTHING;
	}
	while (i < len && bytes[i] >= 0x20 && bytes[i] <= 0x3f)
		i++;
	if (i == len)
		return len < STRING_MAX ? FOUND_PART : (*used = len, FOUND_NOTHING);
	*used = i + 1;
	if (bytes[i] < 0x40 || bytes[i] > 0x7e) { /* no sequence at all: drop what there is */
		*used = i;
		return FOUND_NOTHING;
	}
	struct params params = read_params(bytes + 2, bytes + i);
	return csi_meaning(keys, &params, bytes[i], out);
}

/* A terminal's answer (OSC, DCS, APC, PM, SOS): nobody asked, up to its end it is dropped. */
static enum found string_sequence(const char *bytes, size_t len, size_t *used)
{
	for (size_t i = 2; i < len; i++) {
		if (bytes[i] == '\a' || (bytes[i] == '\\' && bytes[i - 1] == ESC)) {
			*used = i + 1;
			return FOUND_NOTHING;
		}
	}
	*used = len;
	return len < STRING_MAX ? FOUND_PART : FOUND_NOTHING;
}

static enum found defined(
	const struct keys *keys, const char *bytes, size_t len, struct key *out, size_t *used)
{
	enum found found = FOUND_NOTHING;
	*used = 0;
	for (size_t i = 0; i < keys->count; i++) {
		const struct definition *d = &keys->defined[i];
		if (d->len > len && memcmp(d->sequence, bytes, len) == 0 && *used == 0)
			found = FOUND_PART;
		if (d->len > len || d->len <= *used || memcmp(d->sequence, bytes, d->len) != 0)
			continue;
		*used = d->len;
		found = plain_key(out, d->code, d->mods);
	}
	return found;
}

static enum found escape(
	struct keys *keys, const char *bytes, size_t len, struct key *out, size_t *used)
{
	*used = len;
	if (len == 1)
		return FOUND_PART;
	enum found found = defined(keys, bytes, len, out, used);
	if (found != FOUND_NOTHING)
		return found;
	if (bytes[1] == '[')
		return csi(keys, bytes, len, out, used);
	if (bytes[1] && strchr("]P_^X", bytes[1]))
		return string_sequence(bytes, len, used);
	if (bytes[1] == 'O' && len == 2)
		return FOUND_PART;
	if (bytes[1] == 'O') {
		*used = 3;
		uint32_t code = keypad_key(bytes[2]);
		return code ? plain_key(out, code, 0) : FOUND_NOTHING;
	}
	*used = 1;
	if (bytes[1] == ESC) /* two of them: the first was the key */
		return plain_key(out, K_ESC, 0);
	found = character(bytes + 1, len - 1, out, used);
	*used += 1;
	out->mods |= found == FOUND_KEY ? K_ALT : 0u;
	return found;
}

/* Move bytes to the paste until its end; a piece of the end mark stays in the input. */
static enum found paste(struct keys *keys, const char *bytes, size_t len, size_t *used)
{
	const char *end = memmem(bytes, len, PASTE_END, strlen(PASTE_END));
	size_t take = end ? (size_t)(end - bytes) : len;
	if (!end)
		for (size_t tail = strlen(PASTE_END) - 1; tail > 0; tail--)
			if (tail <= len && memcmp(bytes + len - tail, PASTE_END, tail) == 0) {
				take = len - tail;
				break;
			}
	size_t room = KEY_PASTE_MAX - keys->paste.len;
	keys->cut |= take > room;
	buf_add(&keys->paste, bytes, take < room ? take : room);
	*used = take + (end ? strlen(PASTE_END) : 0);
	return end ? FOUND_KEY : FOUND_PART;
}

static enum found give_paste(struct keys *keys, struct key *out)
{
	*out = (struct key){
		.code = K_PASTE,
		.paste = buf_text(&keys->paste),
		.paste_len = keys->paste.len,
		.paste_cut = keys->cut,
	};
	keys->pasting = false;
	keys->pasted = true;
	return FOUND_KEY;
}

static void forget_paste(struct keys *keys)
{
	if (keys->pasted)
		buf_wipe(&keys->paste);
	keys->pasted = keys->cut = false;
}

/* How long what is there waits for more before it is taken as it is; -1: nothing waits. */
static int patience(const struct keys *keys)
{
	size_t len = keys->in.len - keys->at;
	if (keys->pasting)
		return PASTE_MS;
	if (len == 0)
		return -1;
	return len == 1 && keys->in.data[keys->at] == ESC ? keys->escape_ms : PARTIAL_MS;
}

/* Time is over: a lone ESC is the key, half a paste is a paste, half a sequence is nothing. */
static enum found give_up(struct keys *keys, struct key *out)
{
	size_t len;
	const char *bytes = rest(keys, &len);
	bool escaped = len == 1 && bytes[0] == ESC;
	if (len > 0)
		use_up(keys, len);
	if (keys->pasting)
		return give_paste(keys, out);
	return escaped ? plain_key(out, K_ESC, 0) : FOUND_NOTHING;
}

static enum found step(struct keys *keys, struct key *out)
{
	size_t len, used = 0;
	const char *bytes = rest(keys, &len);
	enum found found;
	if (len == 0)
		return FOUND_PART;
	if (keys->pasting) {
		found = paste(keys, bytes, len, &used);
		use_up(keys, used);
		return found == FOUND_KEY ? give_paste(keys, out) : found;
	}
	found = bytes[0] == ESC ? escape(keys, bytes, len, out, &used)
				: character(bytes, len, out, &used);
	if (found != FOUND_PART)
		use_up(keys, used);
	return found;
}

bool keys_next(struct keys *keys, struct key *out, int64_t now)
{
	forget_paste(keys);
	for (;;) {
		enum found found = step(keys, out);
		if (found == FOUND_PART && keys_wait(keys, now) == 0)
			found = give_up(keys, out);
		if (found != FOUND_NOTHING)
			return found == FOUND_KEY;
	}
}

int keys_wait(const struct keys *keys, int64_t now)
{
	int wait = patience(keys);
	int64_t left = keys->since + wait - now;
	if (wait < 0)
		return -1;
	return left > 0 ? (int)left : 0;
}

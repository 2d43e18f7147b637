/*
 * Bytes wait in a buffer until they make a key.  What begins with ESC is looked up among the
 * sequences of the terminal (keys_define), then read by the grammar that all of them share:
 *
 *	ESC [ parameters final      ESC O final      ESC ] … BEL or ESC \      ESC character
 *
 * A sequence with a meaning makes a key, one without is dropped whole.  The beginning of a sequence
 * waits for its rest: a lone ESC for as long as it may be the key itself, more than that for much
 * longer, since nobody types that fast and a slow line must not turn half a sequence into letters.
 *
 * A console or a serial line knows no bracketed paste: what is pasted there comes like keys.  Nobody
 * types the first line of a PEM block in one piece either, so where it stands in the input as a whole,
 * it and all that follows without a pause is a paste.
 */
#include "tui/key.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tui/sequence.h"

#define ESC        0x1b
#define PARTIAL_MS 500
#define PASTE_MS   3000
#define PASTE_END  "\033[201~"
#define PEM_BEGIN  "-----BEGIN "
#define PEM_DASHES 5
#define PEM_MS     200 /* without a byte: that was all of it */

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
	bool unbracketed; /* the paste has no end mark */
	struct buf paste;
};

struct keys *keys_new(int escape_ms)
{
	struct keys *keys = mem_new(sizeof *keys);
	keys->escape_ms = escape_ms;
	keys->in.secret = keys->paste.secret = true;
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
	return buf_text(&keys->in) + keys->at;
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

/* The sequences of the terminal at hand go before those that all have in common. */
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
		found = sequence_key(out, d->code, d->mods);
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
	if (bytes[1] && strchr("[O]P_^X", bytes[1]))
		return sequence_read(bytes, len, out, used);
	*used = 1;
	if (bytes[1] == ESC) /* two of them: the first was the key */
		return sequence_key(out, K_ESC, 0);
	found = sequence_character(bytes + 1, len - 1, out, used);
	*used += 1;
	out->mods |= found == FOUND_KEY ? K_ALT : 0u;
	return found;
}

/* Move bytes to the paste until its end; a piece of the end mark stays in the input. */
static enum found paste(struct keys *keys, const char *bytes, size_t len, size_t *used)
{
	const char *end =
		keys->unbracketed ? NULL : memmem(bytes, len, PASTE_END, strlen(PASTE_END));
	size_t take = end ? (size_t)(end - bytes) : len;
	if (!end && !keys->unbracketed)
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
	keys->pasting = keys->unbracketed = false;
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
		return keys->unbracketed ? PEM_MS : PASTE_MS;
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
	return escaped ? sequence_key(out, K_ESC, 0) : FOUND_NOTHING;
}

/* A whole first line of PEM, or enough of it to wait for the rest. */
static bool begins_pem(const char *bytes, size_t len)
{
	size_t most = strlen(PEM_BEGIN);
	return len >= PEM_DASHES && memcmp(bytes, PEM_BEGIN, len < most ? len : most) == 0;
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
	if (begins_pem(bytes, len)) {
		if (len < strlen(PEM_BEGIN))
			return FOUND_PART;
		keys->pasting = keys->unbracketed = true;
		return FOUND_NOTHING;
	}
	found = bytes[0] == ESC ? escape(keys, bytes, len, out, &used)
				: sequence_character(bytes, len, out, &used);
	if (found != FOUND_PART)
		use_up(keys, used);
	keys->pasting = found == FOUND_PASTE;
	return keys->pasting ? FOUND_NOTHING : found;
}

void keys_discard(struct keys *keys)
{
	if (!keys->pasting)
		use_up(keys, keys->in.len - keys->at);
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

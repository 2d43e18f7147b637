#include "tui/sequence.h"

#include <string.h>

#include "base/text.h"

#define ESC         0x1b
#define STRING_MAX  65536
#define PASTE_BEGIN 200

enum found sequence_key(struct key *out, uint32_t code, unsigned mods)
{
	*out = (struct key){ .code = code, .mods = mods };
	return FOUND_KEY;
}

static enum found control_key(struct key *out, unsigned char c)
{
	switch (c) {
	case 0:
		return sequence_key(out, ' ', K_CTRL);
	case '\b':
	case 0x7f:
		return sequence_key(out, K_BACKSPACE, 0);
	case '\t':
		return sequence_key(out, K_TAB, 0);
	case '\n':
	case '\r':
		return sequence_key(out, K_ENTER, 0);
	default:
		return sequence_key(out, (uint32_t)(c <= 26 ? c + 'a' - 1 : c + '@'), K_CTRL);
	}
}

static size_t utf8_length(unsigned char lead)
{
	if (lead < 0xc2 || lead > 0xf4)
		return 1;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

enum found sequence_character(const char *bytes, size_t len, struct key *out, size_t *used)
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
	return sequence_key(out, (uint32_t)cp, 0);
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
		{ 'A', K_UP },
		{ 'B', K_DOWN },
		{ 'C', K_RIGHT },
		{ 'D', K_LEFT },
		{ 'F', K_END },
		{ 'H', K_HOME },
		{ 'P', K_F1 },
		{ 'Q', K_F1 + 1 },
		{ 'R', K_F1 + 2 },
		{ 'S', K_F1 + 3 },
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
		[1] = K_HOME,
		[2] = K_INSERT,
		[3] = K_DELETE,
		[4] = K_END,
		[5] = K_PGUP,
		[6] = K_PGDN,
		[7] = K_HOME,
		[8] = K_END,
		[11] = K_F1,
		[12] = K_F1 + 1,
		[13] = K_F1 + 2,
		[14] = K_F1 + 3,
		[15] = K_F1 + 4,
		[17] = K_F1 + 5,
		[18] = K_F1 + 6,
		[19] = K_F1 + 7,
		[20] = K_F1 + 8,
		[21] = K_F1 + 9,
		[23] = K_F1 + 10,
		[24] = K_F1 + 11,
	};
	return number < sizeof codes / sizeof *codes ? codes[number] : K_NONE;
}

static enum found mouse_key(struct key *out, const struct params *params, char final)
{
	unsigned button = params->values[0] & ~28u; /* without Shift, Alt and Ctrl */
	bool wheel = button == 64 || button == 65;
	if (final != 'M' || params->count < 3 || (!wheel && button != 0))
		return FOUND_NOTHING; /* releases, motion, other buttons, a wheel to the side */
	*out = (struct key){
		.code = K_MOUSE,
		.mouse = !wheel         ? MOUSE_PRESS
			 : button == 65 ? MOUSE_WHEEL_DOWN
					: MOUSE_WHEEL_UP,
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
	return code < K_ENTER ? sequence_key(out, code, mods & ~(unsigned)K_SHIFT) : FOUND_NOTHING;
}

static enum found csi_meaning(const struct params *params, char final, struct key *out)
{
	if (params->mark == '<')
		return mouse_key(out, params, final);
	if (params->mark)
		return FOUND_NOTHING;
	if (final == '~' && params->values[0] == PASTE_BEGIN)
		return FOUND_PASTE;
	if (final == 'Z')
		return sequence_key(out, K_TAB, K_SHIFT);
	if (final == 'u')
		return coded_key(out, params);
	uint32_t code = final == '~' ? number_key(params->values[0]) : letter_key(final);
	if (code == K_NONE)
		return FOUND_NOTHING;
	return sequence_key(out, code, mods_of(params->count > 1 ? params->values[1] : 0));
}

static enum found csi(const char *bytes, size_t len, struct key *out, size_t *used)
{
	size_t i = 2;
	if (i < len && bytes[i] == '[') { /* the Linux console: ESC [ [ A is F1 */
		*used = i + 2;
		if (len < i + 2)
			return FOUND_PART;
		char c = bytes[i + 1];
		return c >= 'A' && c <= 'E' ? sequence_key(out, K_F1 + (uint32_t)(c - 'A'), 0)
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
	return csi_meaning(&params, bytes[i], out);
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

/* ESC O and a letter. */
static enum found ss3(const char *bytes, size_t len, struct key *out, size_t *used)
{
	*used = 3;
	if (len < 3)
		return FOUND_PART;
	uint32_t code = keypad_key(bytes[2]);
	return code ? sequence_key(out, code, 0) : FOUND_NOTHING;
}

enum found sequence_read(const char *bytes, size_t len, struct key *out, size_t *used)
{
	if (bytes[1] == '[')
		return csi(bytes, len, out, used);
	if (bytes[1] == 'O')
		return ss3(bytes, len, out, used);
	return string_sequence(bytes, len, used);
}

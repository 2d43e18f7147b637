#include "tui/key.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

static const struct {
	const char *name;
	uint32_t code;
} names[] = {
	{ "Space", ' ' },
	{ "Enter", K_ENTER },
	{ "Tab", K_TAB },
	{ "Esc", K_ESC },
	{ "Backspace", K_BACKSPACE },
	{ "Up", K_UP },
	{ "Down", K_DOWN },
	{ "Left", K_LEFT },
	{ "Right", K_RIGHT },
	{ "Home", K_HOME },
	{ "End", K_END },
	{ "PgUp", K_PGUP },
	{ "PgDn", K_PGDN },
	{ "Insert", K_INSERT },
	{ "Delete", K_DELETE },
	{ "F1", K_F1 },
	{ "F2", K_F1 + 1 },
	{ "F3", K_F1 + 2 },
	{ "F4", K_F1 + 3 },
	{ "F5", K_F1 + 4 },
	{ "F6", K_F1 + 5 },
	{ "F7", K_F1 + 6 },
	{ "F8", K_F1 + 7 },
	{ "F9", K_F1 + 8 },
	{ "F10", K_F1 + 9 },
	{ "F11", K_F1 + 10 },
	{ "F12", K_F1 + 11 },
};

#define NAMES (sizeof names / sizeof *names)

static const struct {
	char letter;
	unsigned mod;
} prefixes[] = { { 'C', K_CTRL }, { 'M', K_ALT }, { 'S', K_SHIFT } };

#define PREFIXES (sizeof prefixes / sizeof *prefixes)

static void add_name(struct buf *out, uint32_t code)
{
	for (size_t i = 0; i < NAMES; i++)
		if (names[i].code == code) {
			buf_text_add(out, names[i].name);
			return;
		}
	if (code > ' ' && code < K_ENTER)
		text_put(out, code);
	else
		buf_text_add(out, "none");
}

char *key_spell(char out[KEY_NAME], const struct key *key)
{
	struct buf name = { 0 };
	for (size_t i = 0; i < PREFIXES; i++)
		if (key->mods & prefixes[i].mod)
			buf_format(&name, "%c-", prefixes[i].letter);
	add_name(&name, key->code);
	snprintf(out, KEY_NAME, "%s", buf_text(&name));
	buf_done(&name);
	return out;
}

static unsigned mod_of(char letter)
{
	for (size_t i = 0; i < PREFIXES; i++)
		if (prefixes[i].letter == letter)
			return prefixes[i].mod;
	return 0;
}

static uint32_t code_of(const char *name)
{
	const char *end = name + strlen(name);
	for (size_t i = 0; i < NAMES; i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].code;
	int32_t cp = name < end ? text_next(&name, end) : -1;
	return cp > ' ' && name == end ? (uint32_t)cp : K_NONE;
}

bool key_parse(const char *name, struct key *out)
{
	*out = (struct key){ 0 };
	while (name[0] && name[1] == '-' && name[2] && mod_of(name[0])) {
		out->mods |= mod_of(name[0]);
		name += 2;
	}
	out->code = code_of(name);
	return out->code != K_NONE;
}

bool key_is(const struct key *key, const char *name)
{
	char have[KEY_NAME];
	return strcmp(key_spell(have, key), name) == 0;
}

bool key_is_text(const struct key *key)
{
	return key->mods == 0 && key->code >= ' ' && key->code < K_ENTER && key->code != 0x7f &&
	       text_shown(key->code);
}

/* The words for looks. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tui/theme.h"

static const char *const colour_names[] = { "black", "red", "green", "yellow", "blue", "magenta",
	"cyan", "white" };

static bool parse_name(const char *word, int32_t *out)
{
	bool bright = strncmp(word, "bright-", 7) == 0;
	for (int i = 0; i < 8; i++)
		if (strcmp(word + (bright ? 7 : 0), colour_names[i]) == 0) {
			*out = i + (bright ? 8 : 0);
			return true;
		}
	return false;
}

static bool parse_colour(const char *word, int32_t *out)
{
	char *end;
	if (strcmp(word, "default") == 0) {
		*out = COLOUR_DEFAULT;
		return true;
	}
	if (word[0] == '#') {
		*out = COLOUR_RGB | (int32_t)strtol(word + 1, &end, 16);
		return strspn(word + 1, "0123456789abcdefABCDEF") == 6 && word[7] == '\0';
	}
	if (isdigit((unsigned char)word[0])) {
		long number = strtol(word, &end, 10);
		*out = (int32_t)number;
		return *end == '\0' && number <= 255;
	}
	return parse_name(word, out);
}

static unsigned parse_attr(const char *word)
{
	static const struct {
		const char *name;
		unsigned attr;
	} attrs[] = {
		{ "bold", LOOK_BOLD },
		{ "dim", LOOK_DIM },
		{ "underline", LOOK_UNDERLINE },
		{ "reverse", LOOK_REVERSE },
	};
	for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++)
		if (strcmp(attrs[i].name, word) == 0)
			return attrs[i].attr;
	return 0;
}

/* The words are a colour, "on" and a colour, then attributes; each of these may be missing. */
struct look_words {
	struct look look;
	bool fg, on, bg;
};

static bool take_word(struct look_words *words, const char *word, struct error *err)
{
	unsigned attr = parse_attr(word);
	if (words->on && !words->bg) {
		words->bg = true;
		return parse_colour(word, &words->look.bg) ||
		       error_set(err, ERROR_FAILED, "'%s' is no colour", word);
	}
	if (attr) {
		words->look.attrs |= attr;
		return true;
	}
	if (strcmp(word, "on") == 0 && !words->on) {
		words->on = true;
		return true;
	}
	if (words->fg || words->on || !parse_colour(word, &words->look.fg))
		return error_set(err, ERROR_FAILED,
			"'%s' is neither a colour nor bold, dim, underline or reverse", word);
	words->fg = true;
	return true;
}

static bool end_look(const struct look_words *words, bool only, struct error *err)
{
	if (words->on && !words->bg)
		return error_set(err, ERROR_FAILED, "a colour is missing behind 'on'");
	return only || words->fg || words->on || words->look.attrs ||
	       error_set(err, ERROR_FAILED, "a look is missing beside 'or'");
}

static enum depth depth_of(int32_t colour)
{
	if (colour >= 0 && colour & COLOUR_RGB)
		return DEPTH_TRUE;
	return colour >= 16 ? DEPTH_256 : DEPTH_16;
}

/*
 * A look counts for the depth that it needs and those above it that no look before it has taken.  The last
 * one counts for those below it, too: it is mapped to what they have.
 */
struct wish {
	struct look *looks;
	int free; /* depths from it on are taken */
};

static bool put_look(struct wish *wish, const struct look *look, bool last, struct error *err)
{
	int fg = (int)depth_of(look->fg), bg = (int)depth_of(look->bg), need = fg > bg ? fg : bg;
	if (need >= wish->free)
		return error_set(err, ERROR_FAILED,
			"the look behind 'or' needs as many colours as the one before it");
	for (int depth = last ? 0 : need; depth < wish->free; depth++)
		wish->looks[depth] = *look;
	wish->free = need;
	return true;
}

#define NO_WORDS ((struct look_words){ .look = { COLOUR_UNSAID, COLOUR_UNSAID, 0 } })

static bool parse_words(struct wish *wish, char *text, struct error *err)
{
	struct look_words words = NO_WORDS;
	char *state = NULL;
	for (char *word = strtok_r(text, " \t", &state); word; word = strtok_r(NULL, " \t", &state)) {
		bool ends = strcmp(word, "or") == 0 && !(words.on && !words.bg);
		if (!ends && !take_word(&words, word, err))
			return false;
		if (ends && !(end_look(&words, false, err) && put_look(wish, &words.look, false, err)))
			return false;
		words = ends ? NO_WORDS : words;
	}
	return end_look(&words, wish->free == DEPTH_COUNT, err) && put_look(wish, &words.look, true, err);
}

bool looks_parse(struct look looks[DEPTH_COUNT], const char *text, struct error *err)
{
	struct look made[DEPTH_COUNT] = { { 0 } };
	struct wish wish = { .looks = made, .free = DEPTH_COUNT };
	char *copy = mem_text(text);
	bool ok = parse_words(&wish, copy, err);
	free(copy);
	if (ok)
		memcpy(looks, made, sizeof made);
	return ok;
}

enum depth theme_depth(int colours)
{
	if (colours > 256)
		return DEPTH_TRUE;
	return colours >= 256 ? DEPTH_256 : DEPTH_16;
}

/* Any bytes as a theme: what is no theme is the built-in one, and no colour is outside the table. */
#include "fuzz/file.h"
#include "fuzz/lsan.h"

#include <string.h>

#include "base/text.h"
#include "tui/theme.h"

static void check_colour(int32_t colour)
{
	must(colour >= COLOUR_DEFAULT && colour < COLOUR_RGB * 2);
	must(colour < 256 || colour >= COLOUR_RGB);
	must(colour_map(colour, 256) < 256 && colour_map(colour, 8) < 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct theme theme, usual;
	struct error err = { 0 };
	struct fuzz_file file;
	fuzz_file(&file, data, size);
	theme_default(&usual);
	if (!theme_load(&theme, file.path, &err))
		must(err.text[0] && text_is_safe(err.text) && memcmp(&theme, &usual, sizeof theme) == 0);
	for (int depth = 0; depth < DEPTH_COUNT; depth++)
		for (int role = 0; role < ROLE_COUNT; role++) {
			check_colour(theme.looks[depth][role].fg);
			check_colour(theme.looks[depth][role].bg);
		}
	fuzz_file_done(&file);
	return 0;
}

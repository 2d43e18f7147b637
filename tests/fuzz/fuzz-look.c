/* Any text as the look of a role in a theme. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/text.h"
#include "tui/theme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct look looks[DEPTH_COUNT];
	struct error err = { 0 };
	must(text != NULL);
	if (!looks_parse(looks, text, &err))
		must(err.text[0] && text_is_safe(err.text));
	free(text);
	return 0;
}

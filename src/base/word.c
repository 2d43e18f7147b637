#include "base/word.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

static bool is_plain(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._/:@%+=,-";
	return *text && *text != '-' && text[strspn(text, plain)] == '\0';
}

char *shell_word(const char *text)
{
	struct buf out = { 0 };
	if (is_plain(text))
		return mem_text(text);
	buf_char(&out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buf_text_add(&out, "'\\''");
		else
			buf_char(&out, *text);
	}
	buf_char(&out, '\'');
	return buf_take(&out);
}

#include "pki/advice.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

void advice_add(
	struct advice *advice, enum advice_weight weight, const char *code, const char *format, ...)
{
	struct buf raw = { 0 }, safe = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&raw, lang_text(format), args);
	va_end(args);
	text_guard(&safe, buf_text(&raw));
	buf_done(&raw);
	advice->items = mem_grow(advice->items, advice->count, &advice->cap, sizeof *advice->items);
	advice->items[advice->count++] = (struct advice_row){ weight, code, buf_take(&safe) };
}

void advice_done(struct advice *advice)
{
	for (size_t i = 0; i < advice->count; i++)
		free(advice->items[i].text);
	free(advice->items);
	*advice = (struct advice){ 0 };
}

const struct advice_row *advice_find(const struct advice *advice, const char *code)
{
	for (size_t i = 0; i < advice->count; i++)
		if (strcmp(advice->items[i].code, code) == 0)
			return &advice->items[i];
	return NULL;
}

bool advice_allows(const struct advice *advice, struct error *err)
{
	for (size_t i = 0; i < advice->count; i++)
		if (advice->items[i].weight == ADVICE_REFUSES)
			return error_set(err, ERROR_FAILED, "%s", advice->items[i].text);
	return true;
}

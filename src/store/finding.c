#include "store/finding.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/lang.h"
#include "base/mem.h"

struct finding *findings_add(struct findings *findings, const char *code, const char *file,
	const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	findings->items = mem_grow(findings->items, findings->count, &findings->cap,
		sizeof *findings->items);
	struct finding *f = &findings->items[findings->count++];
	*f = (struct finding){ .code = code, .file = mem_text(file), .text = buf_take(&text) };
	return f;
}

void findings_cut(struct findings *findings, size_t count)
{
	while (findings->count > count) {
		struct finding *last = &findings->items[--findings->count];
		free(last->file);
		free(last->text);
	}
}

void findings_done(struct findings *findings)
{
	findings_cut(findings, 0);
	free(findings->items);
	*findings = (struct findings){ 0 };
}

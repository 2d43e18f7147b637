#include "pki/sheet.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"

bool sheet_full(const struct sheet *sheet)
{
	return sheet->count >= ROWS_MAX;
}

static void append(struct details *out, struct detail detail)
{
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	out->items[out->count++] = detail;
}

void sheet_take(struct sheet *sheet, struct buf *text)
{
	bool first = sheet->count == 0;
	if (sheet_full(sheet)) {
		sheet->count++;
		buf_done(text);
		return;
	}
	sheet->count++;
	struct detail row = {
		.kind = DETAIL_FIELD,
		.critical = first && sheet->critical,
		.label = mem_text(first ? lang_text(sheet->label) : ""),
		.text = buf_take(text),
	};
	append(sheet->out, row);
}

void sheet_add(struct sheet *sheet, const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	sheet_take(sheet, &text);
}

void sheet_end(struct sheet *sheet)
{
	if (sheet->count <= ROWS_MAX)
		return;
	struct detail row = {
		.kind = DETAIL_FIELD,
		.label = mem_text(""),
		.text = mem_format(_("… and %zu more"), sheet->count - ROWS_MAX),
	};
	append(sheet->out, row);
}

bool sheet_each(struct sheet *sheet, struct der list, row_fn *show)
{
	struct der_item item;
	while (der_next(&list, &item))
		if (!show(sheet, &item))
			return false;
	return der_end(&list);
}

void details_section(struct details *details, const char *label)
{
	struct detail row = {
		.kind = DETAIL_SECTION,
		.label = mem_text(lang_text(label)),
		.text = mem_text(""),
	};
	append(details, row);
}

void details_field(struct details *details, const char *label, const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	struct detail row = {
		.kind = DETAIL_FIELD,
		.label = mem_text(lang_text(label)),
		.text = buf_take(&text),
	};
	append(details, row);
}

void details_done(struct details *details)
{
	for (size_t i = 0; i < details->count; i++) {
		free(details->items[i].label);
		free(details->items[i].text);
	}
	free(details->items);
	*details = (struct details){ 0 };
}

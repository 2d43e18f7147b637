#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/text.h"
#include "cli/run.h"

/*
 * A file or a pipe gets UTF-8.  A terminal that speaks another encoding would take some of its bytes
 * for control characters, so it gets escapes instead.
 */
static bool needs_ascii(FILE *to)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") != 0 && isatty(fileno(to));
}

static void put(FILE *to, const char *safe)
{
	const char *end = safe + strlen(safe);
	if (!needs_ascii(to)) {
		fputs(safe, to);
		return;
	}
	while (safe < end) {
		int32_t cp = text_next(&safe, end);
		if (cp >= 0 && cp < 0x80)
			fputc(cp, to);
		else
			fprintf(to, "\\u{%x}", (unsigned)cp);
	}
}

static void put_format(FILE *to, const char *format, va_list args)
{
	struct buf text = { 0 };
	buf_vformat(&text, lang_text(format), args);
	put(to, buf_text(&text));
	buf_done(&text);
}

bool print_is_ascii(void)
{
	return needs_ascii(stdout);
}

void print_text(const char *safe)
{
	put(stdout, safe);
}

void print_format(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	put_format(stdout, format, args);
	va_end(args);
}

void print_warning(const char *format, ...)
{
	va_list args;
	fflush(stdout);
	fputs("certary: ", stderr);
	va_start(args, format);
	put_format(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void tell(bool aside, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	put_format(aside ? stderr : stdout, format, args);
	va_end(args);
}

#define LABEL_COLUMNS 24

void tell_field(bool aside, const char *label, const char *text)
{
	struct buf line = { 0 };
	if (print_is_in_words()) {
		tell(aside, "%s%s%s\n", lang_text(label), *label ? ": " : "", text);
		return;
	}
	buf_text_add(&line, "  ");
	print_cell(&line, lang_text(label), LABEL_COLUMNS, false);
	tell(aside, "%s%s\n", buf_text(&line), text);
	buf_done(&line);
}

static void tell_detail(bool aside, const struct detail *d, bool first)
{
	struct buf text = { 0 };
	buf_format(&text, d->critical ? _("%s (critical)") : "%s", d->text ? d->text : "");
	if (d->kind == DETAIL_WARNING)
		tell(aside, "%s %s\n", print_is_in_words() ? _("Warning:") : "!", d->text);
	else if (d->kind == DETAIL_SECTION)
		tell(aside, "%s%s\n", first ? "" : "\n", lang_text(d->label));
	else
		tell_field(aside, d->label, buf_text(&text));
	buf_done(&text);
}

void tell_details(bool aside, const struct details *details)
{
	for (size_t i = 0; i < details->count; i++)
		tell_detail(aside, &details->items[i], i == 0);
}

void tell_advice(bool aside, const struct advice *advice)
{
	for (size_t i = 0; i < advice->count; i++)
		if (advice->items[i].weight != ADVICE_REFUSES)
			tell(aside, "%s %s\n", advice->items[i].weight == ADVICE_WARNS ? "!" : "-",
				advice->items[i].text);
}

void print_json(const struct json *value)
{
	struct buf out = { 0 };
	json_dump_pretty(value, &out);
	print_text(buf_text(&out));
	print_text("\n");
	buf_done(&out);
}

/* A full disk behind a redirection must not look like success. */
bool print_flush(struct error *err)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	if (errno == EPIPE) /* whoever reads has enough: head, less */
		return error_set(err, ERROR_FAILED, "%s", "");
	return error_errno(err, "writing to standard output");
}

size_t print_columns(size_t least, const char *word)
{
	size_t columns = text_width(lang_text(word));
	return columns > least ? columns : least;
}

void print_cell(struct buf *line, const char *safe, size_t columns, bool last)
{
	size_t used, n = text_fit(safe, columns, &used);
	if (safe[n] && columns > 1) {
		n = text_fit(safe, columns - 1, &used);
		buf_add(line, safe, n);
		buf_text_add(line, "…");
		used++;
	} else {
		buf_add(line, safe, n);
	}
	for (; !last && used < columns; used++)
		buf_char(line, ' ');
	if (!last)
		buf_text_add(line, "  ");
}

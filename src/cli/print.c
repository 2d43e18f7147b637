#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/run.h"

void print_text(const char *safe)
{
	fputs(safe, stdout);
}

void print_format(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
}

void print_warning(const char *format, ...)
{
	va_list args;
	fflush(stdout);
	fputs("certary: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
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
	return error_errno(err, "writing to standard output");
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

#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/lang.h"
#include "base/text.h"

/* Copy text into err->text, guarded, and cut between characters where it is too long. */
static void store_text(struct error *err, const char *raw)
{
	struct buf safe = { 0 };
	text_guard(&safe, raw);
	size_t len = safe.len;
	if (len >= sizeof err->text) {
		len = sizeof err->text - 1;
		while (len > 0 && ((unsigned char)safe.data[len] & 0xc0) == 0x80)
			len--;
	}
	if (len > 0)
		memcpy(err->text, safe.data, len);
	err->text[len] = '\0';
	buf_done(&safe);
}

/* What was formatted, and behind it what else is to be said. */
static void fill(struct error *err, enum error_code code, const char *format, va_list args,
	const char *colon, const char *more)
{
	struct buf raw = { 0 };
	buf_vformat(&raw, lang_text(format), args);
	buf_format(&raw, "%s%s", colon, more);
	err->code = code;
	err->stale = false;
	store_text(err, buf_text(&raw));
	buf_done(&raw);
}

bool error_set(struct error *err, enum error_code code, const char *format, ...)
{
	va_list args;
	if (!err)
		return false;
	va_start(args, format);
	fill(err, code, format, args, "", "");
	va_end(args);
	return false;
}

bool error_errno(struct error *err, const char *format, ...)
{
	int saved = errno;
	va_list args;
	if (!err)
		return false;
	va_start(args, format);
	fill(err, ERROR_FAILED, format, args, ": ", strerror(saved));
	va_end(args);
	errno = saved;
	return false;
}

bool error_wrap(struct error *err, const char *format, ...)
{
	va_list args;
	if (!err)
		return false;
	struct error inner = *err;
	va_start(args, format);
	fill(err, inner.code, format, args, ": ", inner.text);
	va_end(args);
	err->stale = inner.stale;
	return false;
}

bool error_stale(struct error *err)
{
	if (err)
		err->stale = true;
	return false;
}

void error_clear(struct error *err)
{
	if (err)
		*err = (struct error){ .code = ERROR_NONE };
}

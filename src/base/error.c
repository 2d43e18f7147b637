#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
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

bool error_set(struct error *err, enum error_code code, const char *format, ...)
{
	if (!err)
		return false;
	struct buf raw = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&raw, format, args);
	va_end(args);
	err->code = code;
	err->stale = false;
	store_text(err, buf_text(&raw));
	buf_done(&raw);
	return false;
}

bool error_errno(struct error *err, const char *format, ...)
{
	int saved = errno;
	if (!err)
		return false;
	struct buf raw = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&raw, format, args);
	va_end(args);
	buf_format(&raw, ": %s", strerror(saved));
	err->code = ERROR_FAILED;
	err->stale = false;
	store_text(err, buf_text(&raw));
	buf_done(&raw);
	errno = saved;
	return false;
}

bool error_wrap(struct error *err, const char *format, ...)
{
	if (!err)
		return false;
	struct buf raw = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&raw, format, args);
	va_end(args);
	buf_format(&raw, ": %s", err->text);
	store_text(err, buf_text(&raw));
	buf_done(&raw);
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

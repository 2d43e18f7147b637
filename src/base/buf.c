#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What realloc() leaves behind where it moves is whoever's next. */
static char *move(struct buf *b, size_t cap)
{
	char *data = malloc(cap);
	if (data && b->len)
		memcpy(data, b->data, b->len);
	mem_wipe(b->data, b->cap);
	free(b->data);
	return data;
}

void buf_reserve(struct buf *b, size_t more)
{
	if (more >= SIZE_MAX / 2 - b->len)
		mem_die("out of memory");
	size_t need = b->len + more + 1;
	if (need <= b->cap)
		return;
	size_t cap = b->cap ? b->cap : 64;
	while (cap < need)
		cap *= 2;
	b->data = b->secret ? move(b, cap) : realloc(b->data, cap);
	if (!b->data)
		mem_die("out of memory");
	b->cap = cap;
	b->data[b->len] = '\0';
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
	buf_reserve(b, len);
	if (len)
		memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void buf_text_add(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void buf_char(struct buf *b, char c)
{
	buf_reserve(b, 1);
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
}

void buf_vformat(struct buf *b, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	buf_reserve(b, 64); /* most fit at once */
	size_t room = b->cap - b->len;
	int n = vsnprintf(b->data + b->len, room, format, args);
	if (n > 0 && (size_t)n >= room) {
		buf_reserve(b, (size_t)n);
		vsnprintf(b->data + b->len, (size_t)n + 1, format, again);
	}
	b->len += n > 0 ? (size_t)n : 0;
	b->data[b->len] = '\0';
	va_end(again);
}

void buf_format(struct buf *b, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	buf_vformat(b, format, args);
	va_end(args);
}

void buf_cut(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

const char *buf_text(const struct buf *b)
{
	return b->data ? b->data : "";
}

char *buf_take(struct buf *b)
{
	char *data = b->data ? b->data : mem_text("");
	*b = (struct buf){ .secret = b->secret };
	return data;
}

void buf_done(struct buf *b)
{
	if (b->secret)
		mem_wipe(b->data, b->cap);
	free(b->data);
	*b = (struct buf){ .secret = b->secret };
}

void buf_wipe(struct buf *b)
{
	mem_wipe(b->data, b->cap);
	buf_done(b);
}

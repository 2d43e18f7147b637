/*
 * A growing run of bytes, always with a NUL behind the last one.
 *
 * Life: `struct buf b = {0};` … buf_done(&b).  `data` may be NULL while len is 0; buf_text() never
 * is.  buf_take() hands the memory over and leaves an empty buffer.
 *
 * A secret's life: `struct buf b = {.secret = true};` … buf_wipe(&b).  When it grows, nothing of it
 * stays behind where it was.
 */
#ifndef CERTARY_BASE_BUF_H
#define CERTARY_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;
	size_t len, cap;
	bool secret;
};

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_text_add(struct buf *b, const char *text);
void buf_char(struct buf *b, char c);
void buf_format(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vformat(struct buf *b, const char *format, va_list args);
void buf_reserve(struct buf *b, size_t more); /* room for `more` bytes behind len */
void buf_cut(struct buf *b, size_t len);      /* shorten to len bytes */
const char *buf_text(const struct buf *b);    /* "" when empty; borrowed */
char *buf_take(struct buf *b);                /* the caller frees; never NULL */
void buf_done(struct buf *b);
void buf_wipe(struct buf *b); /* buf_done() for secrets: overwritten first */

#endif

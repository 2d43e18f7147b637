/*
 * Finding bytes in many bytes.
 */
#ifndef CERTARY_BASE_FIND_H
#define CERTARY_BASE_FIND_H

#include <stddef.h>

/* As memmem(), several times as fast where the bytes are many and the matches few. */
const char *find_bytes(const char *in, size_t len, const char *what, size_t what_len);

#endif

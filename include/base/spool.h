/*
 * Bytes that wait outside memory until they are needed: pieces are appended and read again by place.
 *
 * The first few hundred kilobytes stay in memory; more goes to a file without a name in $TMPDIR or
 * /tmp, which is gone with the process.  Where no such file can be had, or it is full, memory takes
 * the rest: adding never fails.
 *
 * Life: spool_new() … spool_ref() for each further owner … spool_free() by each of them.
 */
#ifndef CERTARY_BASE_SPOOL_H
#define CERTARY_BASE_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

struct spool;

struct spool *spool_new(void);
struct spool *spool_ref(struct spool *spool);
void spool_free(struct spool *spool);

/* A job that goes on with a copy gets the file by its descriptor (-1: there is none), and says there
 * under which number it has it. */
int spool_fd(const struct spool *spool);
void spool_use_fd(struct spool *spool, int fd);

/* A piece of a spool. */
struct piece {
	uint64_t at;
	size_t len;
};

struct piece spool_add(struct spool *spool, const void *bytes, size_t len);

/* Append a piece to out. */
bool spool_read(const struct spool *spool, struct piece piece, struct buf *out, struct error *err);

#endif

/* What the writers of JKS share; the layout stands in jks-walk.h. */
#ifndef CERTARY_SRC_CODEC_JKS_H
#define CERTARY_SRC_CODEC_JKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "codec/jks-walk.h"
#include "codec/span.h"

/* Magic, version, number of entries. */
void jks_put_head(struct buf *out, uint64_t magic, uint64_t version, size_t entries);

/* A trusted certificate; the alias takes at most 65 535 bytes in Java's UTF-8. */
struct jks_trusted {
	uint64_t version;
	const char *alias;
	int64_t now; /* seconds */
	struct span der;
};
void jks_put_trusted(struct buf *out, const struct jks_trusted *entry);

/* The seal over everything before it, from `begin` on. */
void jks_digest(const char *password, struct span body, uint8_t out[JKS_DIGEST]);
void jks_put_digest(struct buf *out, size_t begin, const char *password);

#endif

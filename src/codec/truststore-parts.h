/*
 * What the two families of truststores share: the list, and how items come into it.
 */
#ifndef CERTARY_SRC_CODEC_TRUSTSTORE_PARTS_H
#define CERTARY_SRC_CODEC_TRUSTSTORE_PARTS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/set.h"
#include "codec/intake.h"
#include "codec/pfx.h"
#include "codec/pkcs12-parts.h"
#include "codec/span.h"
#include "codec/truststore.h"

#define TRUSTSTORE_NOWHERE SIZE_MAX /* the container of what was added */

struct truststore_container {
	struct pfx_container as_read;
	bool touched;
};

struct truststore {
	enum truststore_format format;
	enum truststore_seal seal;
	struct buf bytes;  /* as it was read */
	struct buf opened; /* what was encrypted in it; never moves: items stand in there */
	char *password;    /* that opened or verified it; NULL: none, or the one of PKCS#12 that is none */
	struct truststore_item *items;
	size_t count, cap;
	struct arena texts;
	struct set names; /* lower-case aliases, and how many live items have each */

	uint64_t version; /* JKS */

	struct truststore_container *containers; /* PKCS#12 */
	size_t container_count, container_cap;
	struct pkcs12_seal algorithm; /* of the MAC, where there is one */
	size_t nameless;              /* items that Java counts instead of naming them */
};

struct truststore_reader {
	struct truststore *ts;
	const struct bag_options *options;
	struct error *err;
};

/* Put an item behind the others; alias in UTF-8 as far as it is any.  False beyond the limit. */
bool truststore_take(const struct truststore_reader *reader, const struct truststore_item *item,
	struct span der, struct span raw, const struct buf *alias);

/* The same for one that stands somewhere already: what follows from alias and certificate. */
void truststore_fill(struct truststore *ts, struct truststore_item *item, struct span der,
	const struct buf *alias);
void truststore_free_raw(struct truststore_item *item);

/* An item comes (1) or goes (-1); how many live ones have this lower-case alias? */
void truststore_count_alias(struct truststore *ts, const struct truststore_item *item, int more);
unsigned truststore_alias_live(const struct truststore *ts, const char *folded);

enum answer truststore_read_jks(const struct truststore_reader *reader, struct span bytes);
enum answer truststore_read_pkcs12(const struct truststore_reader *reader, struct span bytes);

/* The bytes of a new entry. */
void truststore_put_jks(
	const struct truststore *ts, const struct truststore_entry *entry, struct buf *out);

bool truststore_write_jks(const struct truststore *ts, struct buf *out, struct error *err);
bool truststore_write_pkcs12(const struct truststore *ts, struct buf *out, struct error *err);

#endif

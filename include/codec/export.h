/*
 * Export: certificates into the bytes of a file, for other programs to read.
 *
 * A format is one row of the table in src/codec/export.c and a writer of its own.  All of them are
 * linear in what they write.  bag_read() reads each of them again.
 */
#ifndef CERTARY_CODEC_EXPORT_H
#define CERTARY_CODEC_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "pki/fingerprint.h"

struct export_item {
	const uint8_t *der;
	size_t len;
	const char *name; /* safe text */
	struct fingerprint sha256;
};

struct export_list {
	const struct export_item *items; /* no certificate twice; in this order */
	size_t count;
	const char *password; /* NULL where the format takes none */
	int64_t now;          /* seconds since 1970, for formats that date their entries */
};

typedef bool export_write_fn(const struct export_list *list, struct buf *out, struct error *err);

struct export_format {
	const char *name;     /* what --format takes */
	const char *suffixes; /* ".p12 .pfx", the usual one first */
	const char *help;
	bool several;    /* holds more than one certificate */
	bool binary;     /* no text for a terminal */
	bool truststore; /* whoever reads it trusts what is in it; sealed with a password */
	bool chain;      /* one certificate, completed by those above it up to the root */
	export_write_fn *write;
};

/* The table; it begins with what is taken where nothing else is said. */
const struct export_format *export_formats(size_t *count);

/* By name, or by suffix without its dot: "pkcs12", "p12".  NULL: there is none. */
const struct export_format *export_format_find(const char *name);

/* What the suffix of a file's name hints at; NULL where it says nothing. */
const struct export_format *export_format_of(const char *path);

/*
 * May this be the password of such a file?  ERROR_SECRET where it is missing or empty, ERROR_USAGE
 * where the format takes none or its readers don't take this one.
 */
bool export_password_fits(
	const struct export_format *format, const char *password, struct error *err);

/* Append the file.  ERROR_USAGE where the format can't hold so many, else as above. */
bool export_write(const struct export_format *format, const struct export_list *list,
	struct buf *out, struct error *err);

/*
 * The names as aliases: lower-case as Java looks them up, none empty, none twice, in the order of
 * the items.  A name that another one had before gets digits of its fingerprint.
 * export_aliases_free() them.
 */
char **export_aliases(const struct export_list *list);
void export_aliases_free(char **aliases, size_t count);

#endif

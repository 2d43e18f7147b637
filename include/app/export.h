/*
 * Export: certificates of the store into a file for other programs.
 *
 * What is written is computed first, all of it, and put in place afterwards: nobody ever sees half a
 * file.  Certificates are added one by one, so that a face can do other things between them.
 *
 * Life: export_new() … export_add() … export_make() → export_save() … export_free().
 */
#ifndef CERTARY_APP_EXPORT_H
#define CERTARY_APP_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "codec/export.h"

struct export;

/* `format` is what the operator named, or NULL; then the file's suffix decides, then the default. */
bool export_choose(const char *format, const char *path, const struct export_format **out,
	struct error *err);

struct export *export_new(struct app *app, const struct export_format *format);
void export_free(struct export *export);

/*
 * Add one certificate, whatever its state; one that is in already adds nothing.  Its file is read
 * again.  A format that completes a chain takes one, and adds those above it.
 */
bool export_add(struct export *export, const struct fingerprint *cert, struct error *err);

/* What is in so far. */
size_t export_count(const struct export *export);
const struct export_item *export_item(const struct export *export, size_t i);

/*
 * What an operator should have said yes to before the file is used: a chain with a gap, certificates
 * that a truststore would have trusted though they aren't here.  A sentence in each line, safe text;
 * "" where there is nothing.
 */
const char *export_doubts(const struct export *export);

/* Compute the file.  The bytes are the export's. */
bool export_make(struct export *export, const char *password, const struct buf **out,
	struct error *err);

/* A name to propose for the file, of plain characters: "ldap.example.com.pem"; the caller frees. */
char *export_file_name(const struct export_format *format, const char *name, size_t count);

/*
 * Put the file in place, mode 0644 less the umask; ERROR_SECRET where one is there and `replace` is
 * false.  A symbolic link is followed; what is no regular file is refused.
 */
bool export_save(const struct export *export, const char *path, bool replace, struct error *err);

/* Would export_save() replace a file? */
bool export_replaces(const char *path);

#endif

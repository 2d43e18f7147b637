/*
 * Properties: everything about an entry or about a file that is not in the store.
 */
#ifndef CERTARY_APP_SHOW_H
#define CERTARY_APP_SHOW_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "pki/details.h"

struct shown {
	bool is_entry;       /* not a file */
	struct entry entry;
	struct cert *cert;
	size_t others;       /* certificates in the file behind the one that is shown */
	struct details details; /* warnings, provenance and every field */
};

/* Life: app_show_entry() or app_show_text() … shown_done(). */
bool app_show_entry(struct app *app, const struct entry *entry, struct shown *out, struct error *err);

/* CERT or a FILE with one certificate or more (the first is shown); CERT wins. */
bool app_show_text(struct app *app, const char *cert_or_file, struct shown *out, struct error *err);
void shown_done(struct shown *shown);

/* The certificate as PEM, the caller frees. */
char *app_pem(const struct cert *cert);

/* Compare with a fingerprint that somebody reads out; ERROR_USAGE where it is none. */
bool app_match(const struct cert_info *info, const char *text, struct fingerprint_match *out,
	struct error *err);

/*
 * The same for CERT or a FILE, of whose certificates any one may match; *count is set to how many
 * were looked at.  Where none matches, *out is about the first.
 */
bool app_match_text(struct app *app, const char *cert_or_file, const char *text,
	struct fingerprint_match *out, size_t *count, struct error *err);

/* The outcome in a sentence; the caller frees. */
char *app_match_words(const struct fingerprint_match *match, size_t count);

#endif

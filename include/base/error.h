/*
 * Errors are values.
 *
 * A function that can fail returns bool and takes a `struct error *` as its last argument; on
 * failure it returns false and has filled the error.  Nothing below the two faces prints, asks
 * or exits.  A caller that adds what it was trying to do wraps the error on the way up, so that
 * the operator reads one line: what was tried, what went wrong, what to do.
 *
 * The text is always safe for a terminal: error_set() guards what it formats.  It is in the language of
 * whoever looks (base/lang.h): the formats are translated here, and are literals for that reason.
 */
#ifndef CERTARY_BASE_ERROR_H
#define CERTARY_BASE_ERROR_H

#include <stdbool.h>

/* The values are the exit codes of the commands. */
enum error_code {
	ERROR_NONE = 0,
	ERROR_FAILED = 1,    /* failed; nothing was changed */
	ERROR_USAGE = 2,     /* the words of a command are off */
	ERROR_NOT_FOUND = 3, /* no such thing, or more than one */
	ERROR_VERDICT = 4,   /* the answer is no: findings, expired, not trusted */
	ERROR_SECRET = 5,    /* a passphrase or a confirmation is needed */
	ERROR_NETWORK = 6,   /* not resolved, unreachable, timed out */
};

struct error {
	enum error_code code;
	bool stale; /* somebody changed what this was planned from: planning anew may help */
	char text[768]; /* one line, without a newline */
};

/* Fill err (which may be NULL) and return false, so that `return error_set(…)` reads well. */
bool error_set(struct error *err, enum error_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with ": " and strerror(errno) behind it; the code is ERROR_FAILED. */
bool error_errno(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Put "format: " before the text that is there; the code stays.  Returns false. */
bool error_wrap(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Mark an error that has been filled as stale.  Returns false. */
bool error_stale(struct error *err);

void error_clear(struct error *err);

#endif

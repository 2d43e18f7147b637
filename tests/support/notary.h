/*
 * Keys, CAs and requests for tests of what makes certificates; and shells for other programs that
 * are to read them.
 *
 * Whatever can't be done fails the test.
 */
#ifndef CERTARY_TESTS_NOTARY_H
#define CERTARY_TESTS_NOTARY_H

#include "pki/issue.h"
#include "support/tmp.h"

#define NOTARY_NOW "2026-06-01T12:00:00Z"

int64_t notary_now(void);
void notary_clock(int64_t now); /* another time, for programs that know no other than today */

/* Of this kind: one for each slot 0 to 3, made once for all tests of a program; don't free. */
const struct privkey *notary_key(const char *kind, size_t slot);
void notary_forget(void); /* at the end of the program */

/* "CN=Wiki" "O=Acme" "a.example" "IP:192.0.2.1": attributes by their keys, the rest are names. */
void notary_subject(struct subject *out, const char *const *words);
#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Profile, 90 days from NOTARY_NOW; as a CA: with path length 0. */
struct terms notary_terms(const char *profile);

struct cert *notary_cert(struct buf *der); /* takes the bytes */
struct cert *notary_self(
	const char *const *words, const struct privkey *key, const struct terms *terms);

/* By a CA named "CN=Test CA" on this kind of key, for 3650 days. */
struct cert *notary_ca(const struct privkey *key, int path_len);

struct request *notary_request(
	const char *const *words, const struct privkey *key, const char *profile);

/* A request answered with all names that it asks for. */
struct cert *notary_issue(
	const struct request *request, const struct authority *ca, const struct terms *terms);

/* The code stands in the advice, with this weight; or doesn't stand there. */
void expect_advice(const struct advice *advice, enum advice_weight weight, const char *code);
void expect_silence(const struct advice *advice, const char *code);

/* The error has this code and says these words. */
void expect_error(const struct error *err, enum error_code code, const char *words);

/* Run a line of shell in the folder, which must end well; its output lives as long as tmp. */
void notary_shell(struct tmp *tmp, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Write as PEM. */
void notary_write(struct tmp *tmp, const char *name, const struct cert *cert);
void notary_write_pem(struct tmp *tmp, const char *name, const char *label, const struct buf *der);
void notary_write_key(struct tmp *tmp, const char *name, const struct privkey *key,
	const char *passphrase); /* NULL: plain */

#endif

/*
 * The certificates of gencerts, by number: varied, and always the same ones.
 *
 *	corpus_init(&wish); c = corpus_cert(num, name, sizeof name); … corpus_free(c); corpus_done();
 *
 * What a certificate says is a function of the wish and its number, to the last bit: keys are constants
 * and ECDSA signs reproducibly.  Number 0 is a root, 1 an issuing CA below it; of the rest seven of
 * eight are server certificates of either, the others further CAs.  Of ten, seven are valid, and one
 * each has expired, ends within 30 days and is not valid yet.  One in fifty has up to 200 names.
 * Whatever fails ends the program.
 */
#ifndef CERTARY_TESTS_CORPUS_H
#define CERTARY_TESTS_CORPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <gnutls/x509.h>

struct corpus_wish {
	uint64_t seed;
	time_t now;   /* what "valid" refers to */
	bool hostile; /* hostile text in every fourth organisation */
	bool plain;   /* keys on P-256 and RSA only, which every other tool reads */
};

void corpus_init(const struct corpus_wish *wish);
void corpus_done(void);

/* cn gets the name that its file is called after; 64 bytes do. */
gnutls_x509_crt_t corpus_cert(unsigned long num, char *cn, size_t size);
void corpus_free(unsigned long num, gnutls_x509_crt_t c);

/* What every use of GnuTLS here goes through. */
void corpus_ok(int rc, const char *what);

#endif

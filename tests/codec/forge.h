/*
 * Files made on the spot: certificates by GnuTLS, everything around them byte by byte, so that it
 * can be wrong in any way.
 */
#ifndef CERTARY_TESTS_CODEC_FORGE_H
#define CERTARY_TESTS_CODEC_FORGE_H

#include "support/unit.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "codec/bag.h"

#define FORGE_LIMITS                                                                               \
	{                                                                                          \
		.certificates = 10000, .kdf_rounds = 10000000                                      \
	}

static inline void forge_add(struct buf *out, const struct buf *part)
{
	buf_add(out, buf_text(part), part->len);
}

/* Append one element of DER. */
static inline void forge_tlv(struct buf *out, unsigned tag, const void *bytes, size_t len)
{
	buf_char(out, (char)tag);
	if (len < 0x80) {
		buf_char(out, (char)len);
	} else {
		buf_char(out, (char)0x84);
		for (int shift = 24; shift >= 0; shift -= 8)
			buf_char(out, (char)(len >> shift));
	}
	buf_add(out, bytes, len);
}

/* Put what is there into an element. */
static inline void forge_wrap(struct buf *b, unsigned tag)
{
	struct buf inner = *b;

	*b = (struct buf){ 0 };
	forge_tlv(b, tag, buf_text(&inner), inner.len);
	buf_done(&inner);
}

#define FORGE_OID(out, literal) forge_tlv(out, 0x06, literal, sizeof(literal) - 1)

/* Append a self-signed certificate; each is another one. */
static inline void forge_cert(struct buf *out, const char *cn)
{
	static gnutls_x509_privkey_t key;
	static uint32_t number;
	uint8_t serial[4] = { 1, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number };
	gnutls_x509_crt_t crt;
	gnutls_datum_t der;

	number++;
	if (!key) {
		assert_int_equal(gnutls_x509_privkey_init(&key), 0);
		assert_int_equal(
			gnutls_x509_privkey_generate(key, GNUTLS_PK_EDDSA_ED25519, 256, 0), 0);
	}
	assert_int_equal(gnutls_x509_crt_init(&crt), 0);
	gnutls_x509_crt_set_version(crt, 3);
	gnutls_x509_crt_set_serial(crt, serial, sizeof(serial));
	gnutls_x509_crt_set_activation_time(crt, 1700000000);
	gnutls_x509_crt_set_expiration_time(crt, 2000000000);
	gnutls_x509_crt_set_dn_by_oid(
		crt, GNUTLS_OID_X520_COMMON_NAME, 0, cn, (unsigned)strlen(cn));
	gnutls_x509_crt_set_key(crt, key);
	assert_int_equal(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA512, 0), 0);
	assert_int_equal(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der), 0);
	buf_add(out, der.data, der.size);
	gnutls_free(der.data);
	gnutls_x509_crt_deinit(crt);
}

/* Read a copy that ends where the bytes end, so that the sanitizers see a step beyond. */
static inline bool forge_read_with(const struct buf *file, const struct bag_options *options,
	struct bag *bag, struct error *err)
{
	char *copy = malloc(file->len + !file->len);
	bool good;

	*bag = (struct bag){ 0 };
	*err = (struct error){ 0 };
	memcpy(copy, buf_text(file), file->len);
	good = bag_read(copy, file->len, options, bag, err);
	free(copy);
	return good;
}

static inline bool forge_read(
	const struct buf *file, const char *password, struct bag *bag, struct error *err)
{
	struct bag_options options = { .limits = FORGE_LIMITS, .password = password };

	return forge_read_with(file, &options, bag, err);
}

/* The file must be refused with this code, in words that hold these. */
static inline void forge_refused(
	const struct buf *file, const char *password, enum error_code code, const char *words)
{
	struct error err;
	struct bag bag;

	assert_false(forge_read(file, password, &bag, &err));
	if (!strstr(err.text, words))
		fail_msg("\"%s\" is not in \"%s\"", words, err.text);
	assert_int_equal(err.code, code);
	assert_int_equal(bag_count(&bag, BAG_CERT), 0);
	bag_done(&bag);
}

/* Milliseconds of this process's own work: a busy machine must not fail a test. */
static inline int64_t forge_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#endif

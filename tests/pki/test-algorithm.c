/* What keys and signatures are called: identifiers as they stand in certificates, and those that openssl makes. */
#include "pki/algorithm.h"

#include <string.h>

#include "pki/cert.h"
#include "support/run.h"
#include "support/unit.h"

#define DER(literal) ((struct der){ (const uint8_t *)(literal), sizeof(literal) - 1 })

#define PSS    "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
#define SHA384 "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02"
#define SHA224 "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04"

static void named(struct der algorithm, const char *name)
{
	struct buf out = { 0 };
	signature_name(algorithm, &out);
	assert_string_equal(buf_text(&out), name);
	buf_done(&out);
}

static void test_names_of_signatures(void **state)
{
	(void)state;
	named(DER("\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"), "ECDSA-SHA256");
	named(DER("\x06\x03\x2a\x03\x04"), "1.2.3.4");
	named(DER(""), "unknown");
	named(DER("\x05\x00"), "unknown");
	named(DER("\x06\x7f\x2a"), "unknown");
}

/* RFC 4055: what is left out is SHA-1; what can't be read, or is no hash that is known, is no claim. */
static void test_parameters_of_pss(void **state)
{
	(void)state;
	named(DER(PSS "\x30\x0f\xa0\x0d\x30\x0b" SHA384), "RSA-PSS-SHA384");
	named(DER(PSS "\x30\x11\xa0\x0f\x30\x0d" SHA384 "\x05\x00"), "RSA-PSS-SHA384");
	named(DER(PSS "\x30\x0f\xa0\x0d\x30\x0b" SHA224), "RSA-PSS");
	named(DER(PSS "\x30\x00"), "RSA-PSS-SHA1");
	named(DER(PSS "\x30\x05\xa2\x03\x02\x01\x20"), "RSA-PSS-SHA1");
	named(DER(PSS), "RSA-PSS");
	named(DER(PSS "\x05\x00"), "RSA-PSS");
	named(DER(PSS "\x30\x04\xa0\x02\x05\x00"), "RSA-PSS");
	named(DER(PSS "\x30\x04\xa0\x02\x30\x00"), "RSA-PSS");
}

/* --- of openssl -------------------------------------------------------------------------------- */

static struct cert *made(const char *const options[])
{
	struct run r = { 0 };
	struct buf der = { 0 };
	struct error err;
	struct cert *cert = NULL;
	const char *argv[32] = { "openssl", "req", "-x509", "-nodes", "-subj", "/CN=pss", "-days", "30",
		"-keyout", "/dev/null", "-outform", "DER" };
	size_t n = 12;
	for (size_t i = 0; options[i]; i++)
		argv[n++] = options[i];
	if (run(&r, argv, NULL, NULL) != 0)
		fail_msg("openssl: %s", buf_text(&r.err));
	buf_add(&der, r.out.data, r.out.len);
	if (!cert_parse(der.data, der.len, &cert, &err))
		fail_msg("%s", err.text);
	buf_done(&der);
	run_done(&r);
	return cert;
}

static void signed_as(const char *const options[], const char *algorithm, unsigned bits,
	const char *signature)
{
	struct cert *cert = made(options);
	const struct cert_info *info = cert_info(cert);
	assert_string_equal(info->key_algorithm, algorithm);
	assert_int_equal(info->key_bits, bits);
	assert_string_equal(info->signature, signature);
	cert_free(cert);
}

#define PADDING "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"

static void test_pss_of_openssl(void **state)
{
	(void)state;
	signed_as(ARGV("-newkey", "rsa:2048", "-sha256", PADDING), "RSA", 2048, "RSA-PSS-SHA256");
	signed_as(ARGV("-newkey", "rsa:2048", "-sha384", PADDING), "RSA", 2048, "RSA-PSS-SHA384");
	signed_as(ARGV("-newkey", "rsa:2048", "-sha512", PADDING), "RSA", 2048, "RSA-PSS-SHA512");
	signed_as(ARGV("-newkey", "rsa:2048", "-sha1", PADDING), "RSA", 2048, "RSA-PSS-SHA1");
}

static void test_a_key_for_pss_only(void **state)
{
	(void)state;
	signed_as(ARGV("-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048", "-sha256"), "RSA-PSS",
		2048, "RSA-PSS-SHA256");
}

static void test_other_keys(void **state)
{
	(void)state;
	signed_as(ARGV("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1", "-sha256"), "EC",
		256, "ECDSA-SHA256");
	signed_as(ARGV("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP384r1", "-sha3-384"),
		"EC", 384, "ECDSA-SHA3-384");
	signed_as(ARGV("-newkey", "ed25519"), "Ed25519", 256, "EdDSA-Ed25519");
	signed_as(ARGV("-newkey", "ed448"), "Ed448", 456, "EdDSA-Ed448");
	signed_as(ARGV("-newkey", "rsa:1024", "-sha3-256"), "RSA", 1024, "RSA-SHA3-256");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_of_signatures),
		cmocka_unit_test(test_parameters_of_pss),
		cmocka_unit_test(test_pss_of_openssl),
		cmocka_unit_test(test_a_key_for_pss_only),
		cmocka_unit_test(test_other_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * GnuTLS 3.7 knows fewer keys than an operator meets (ML-DSA, small curves) and works hard to read
 * one; a name and a size stand in a few bytes.  The names of signatures are GnuTLS's.
 */
#include "pki/algorithm.h"

#include <string.h>

#include "pki/oid.h"

struct key_row {
	const char *oid, *name;
	void (*read)(struct der key, struct der parameters, struct key_facts *facts);
	unsigned bits, security;
};

static unsigned bit_length(struct der number)
{
	while (number.len > 0 && number.data[0] == 0) {
		number.data++;
		number.len--;
	}
	if (number.len == 0)
		return 0;
	unsigned bits = (unsigned)(number.len - 1) * 8;
	for (unsigned top = number.data[0]; top > 0; top >>= 1)
		bits++;
	return bits;
}

/* NIST SP 800-57, part 1, table 2: RSA and DSA by the size of the modulus. */
static unsigned modulus_security(unsigned bits)
{
	static const struct {
		unsigned bits, security;
	} rows[] = {
		{ 15360, 256 },
		{ 7680, 192 },
		{ 4096, 152 },
		{ 3072, 128 },
		{ 2048, 112 },
		{ 1024, 80 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (bits >= rows[i].bits)
			return rows[i].security;
	return bits / 16;
}

static void read_rsa(struct der key, struct der parameters, struct key_facts *facts)
{
	struct der in, modulus;
	(void)parameters;
	if (!der_only(key, DER_SEQUENCE, &in) || !der_take(&in, DER_INTEGER, &modulus))
		return;
	facts->bits = bit_length(modulus);
	facts->security = modulus_security(facts->bits);
	der_take(&in, DER_INTEGER, &facts->exponent);
}

static void read_dsa(struct der key, struct der parameters, struct key_facts *facts)
{
	struct der in, prime;
	(void)key;
	if (!der_only(parameters, DER_SEQUENCE, &in) || !der_take(&in, DER_INTEGER, &prime))
		return;
	facts->bits = bit_length(prime);
	facts->security = modulus_security(facts->bits);
}

static const struct {
	const char *oid, *name;
	unsigned bits;
} curves[] = {
	{ "1.2.840.10045.3.1.7", "P-256 (secp256r1)", 256 },
	{ "1.3.132.0.34", "P-384 (secp384r1)", 384 },
	{ "1.3.132.0.35", "P-521 (secp521r1)", 521 },
	{ "1.3.132.0.33", "P-224 (secp224r1)", 224 },
	{ "1.2.840.10045.3.1.1", "P-192 (secp192r1)", 192 },
	{ "1.3.132.0.10", "secp256k1", 256 },
	{ "1.3.132.0.6", "secp112r1", 112 },
	{ "1.3.132.0.7", "secp112r2", 112 },
	{ "1.3.132.0.8", "secp160r1", 160 },
	{ "1.3.132.0.9", "secp160k1", 160 },
	{ "1.3.132.0.30", "secp160r2", 160 },
	{ "1.3.132.0.28", "secp128r1", 128 },
	{ "1.3.132.0.31", "secp192k1", 192 },
	{ "1.3.132.0.32", "secp224k1", 224 },
	{ "1.3.132.0.1", "sect163k1", 163 },
	{ "1.3.132.0.26", "sect233k1", 233 },
	{ "1.3.132.0.27", "sect233r1", 233 },
	{ "1.3.132.0.16", "sect283k1", 283 },
	{ "1.3.132.0.36", "sect409k1", 409 },
	{ "1.3.132.0.38", "sect571k1", 571 },
	{ "1.3.36.3.3.2.8.1.1.1", "brainpoolP160r1", 160 },
	{ "1.3.36.3.3.2.8.1.1.3", "brainpoolP192r1", 192 },
	{ "1.3.36.3.3.2.8.1.1.5", "brainpoolP224r1", 224 },
	{ "1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 256 },
	{ "1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1", 320 },
	{ "1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 384 },
	{ "1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 512 },
	{ "1.2.156.10197.1.301", "SM2", 256 },
};

static void read_ec(struct der key, struct der parameters, struct key_facts *facts)
{
	struct der curve;
	(void)key;
	facts->curve = "explicit parameters";
	if (!der_only(parameters, DER_OID, &curve))
		return;
	facts->curve = "unknown curve";
	for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
		if (!oid_is(curve, curves[i].oid))
			continue;
		facts->curve = curves[i].name;
		facts->bits = curves[i].bits;
		facts->security = curves[i].bits / 2;
	}
}

static const struct key_row keys[] = {
	{ "1.2.840.113549.1.1.1", "RSA", read_rsa, 0, 0 },
	{ "1.2.840.10045.2.1", "EC", read_ec, 0, 0 },
	{ "1.3.101.112", "Ed25519", NULL, 256, 128 },
	{ "1.3.101.113", "Ed448", NULL, 456, 224 },
	{ "1.3.101.110", "X25519", NULL, 256, 128 },
	{ "1.3.101.111", "X448", NULL, 448, 224 },
	{ "1.2.840.113549.1.1.10", "RSA-PSS", read_rsa, 0, 0 },
	{ "1.2.840.113549.1.1.7", "RSA-OAEP", read_rsa, 0, 0 },
	{ "2.5.8.1.1", "RSA", read_rsa, 0, 0 },
	{ "1.2.840.10040.4.1", "DSA", read_dsa, 0, 0 },
	{ "1.2.840.10046.2.1", "DH", NULL, 0, 0 },
	{ "1.3.132.1.12", "EC", read_ec, 0, 0 },
	{ "1.2.643.7.1.1.1.1", "GOST-2012-256", NULL, 256, 128 },
	{ "1.2.643.7.1.1.1.2", "GOST-2012-512", NULL, 512, 256 },
	{ "1.2.643.2.2.19", "GOST-2001", NULL, 256, 128 },
	{ "2.16.840.1.101.3.4.3.17", "ML-DSA-44", NULL, 0, 128 },
	{ "2.16.840.1.101.3.4.3.18", "ML-DSA-65", NULL, 0, 192 },
	{ "2.16.840.1.101.3.4.3.19", "ML-DSA-87", NULL, 0, 256 },
	{ "2.16.840.1.101.3.4.3.20", "SLH-DSA-SHA2-128s", NULL, 0, 128 },
	{ "2.16.840.1.101.3.4.3.21", "SLH-DSA-SHA2-128f", NULL, 0, 128 },
	{ "2.16.840.1.101.3.4.3.22", "SLH-DSA-SHA2-192s", NULL, 0, 192 },
	{ "2.16.840.1.101.3.4.3.23", "SLH-DSA-SHA2-192f", NULL, 0, 192 },
	{ "2.16.840.1.101.3.4.3.24", "SLH-DSA-SHA2-256s", NULL, 0, 256 },
	{ "2.16.840.1.101.3.4.3.25", "SLH-DSA-SHA2-256f", NULL, 0, 256 },
	{ "2.16.840.1.101.3.4.4.1", "ML-KEM-512", NULL, 0, 128 },
	{ "2.16.840.1.101.3.4.4.2", "ML-KEM-768", NULL, 0, 192 },
	{ "2.16.840.1.101.3.4.4.3", "ML-KEM-1024", NULL, 0, 256 },
};

void key_facts(const struct parts *parts, struct key_facts *facts)
{
	struct der oid, parameters, key;
	unsigned unused;
	*facts = (struct key_facts){ .algorithm = "unknown" };
	if (!algorithm_read(parts->key_algorithm, &oid, &parameters))
		return;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (!oid_is(oid, keys[i].oid))
			continue;
		facts->algorithm = keys[i].name;
		facts->bits = keys[i].bits;
		facts->security = keys[i].security;
		if (keys[i].read && der_bits(parts->key, &key, &unused))
			keys[i].read(key, parameters, facts);
		return;
	}
}

static const struct {
	const char *oid, *name;
} signatures[] = {
	{ "1.2.840.113549.1.1.11", "RSA-SHA256" },
	{ "1.2.840.10045.4.3.2", "ECDSA-SHA256" },
	{ "1.2.840.10045.4.3.3", "ECDSA-SHA384" },
	{ "1.2.840.113549.1.1.12", "RSA-SHA384" },
	{ "1.2.840.113549.1.1.13", "RSA-SHA512" },
	{ "1.2.840.113549.1.1.14", "RSA-SHA224" },
	{ "1.2.840.113549.1.1.5", "RSA-SHA1" },
	{ "1.3.14.3.2.29", "RSA-SHA1" },
	{ "1.2.840.113549.1.1.4", "RSA-MD5" },
	{ "1.2.840.113549.1.1.3", "RSA-MD4" },
	{ "1.2.840.113549.1.1.2", "RSA-MD2" },
	{ "1.2.840.10045.4.3.4", "ECDSA-SHA512" },
	{ "1.2.840.10045.4.3.1", "ECDSA-SHA224" },
	{ "1.2.840.10045.4.1", "ECDSA-SHA1" },
	{ "1.3.101.112", "EdDSA-Ed25519" },
	{ "1.3.101.113", "EdDSA-Ed448" },
	{ "1.2.840.10040.4.3", "DSA-SHA1" },
	{ "2.16.840.1.101.3.4.3.1", "DSA-SHA224" },
	{ "2.16.840.1.101.3.4.3.2", "DSA-SHA256" },
	{ "2.16.840.1.101.3.4.3.3", "DSA-SHA384" },
	{ "2.16.840.1.101.3.4.3.4", "DSA-SHA512" },
	{ "2.16.840.1.101.3.4.3.9", "ECDSA-SHA3-224" },
	{ "2.16.840.1.101.3.4.3.10", "ECDSA-SHA3-256" },
	{ "2.16.840.1.101.3.4.3.11", "ECDSA-SHA3-384" },
	{ "2.16.840.1.101.3.4.3.12", "ECDSA-SHA3-512" },
	{ "2.16.840.1.101.3.4.3.13", "RSA-SHA3-224" },
	{ "2.16.840.1.101.3.4.3.14", "RSA-SHA3-256" },
	{ "2.16.840.1.101.3.4.3.15", "RSA-SHA3-384" },
	{ "2.16.840.1.101.3.4.3.16", "RSA-SHA3-512" },
	{ "2.16.840.1.101.3.4.3.17", "ML-DSA-44" },
	{ "2.16.840.1.101.3.4.3.18", "ML-DSA-65" },
	{ "2.16.840.1.101.3.4.3.19", "ML-DSA-87" },
	{ "1.2.643.7.1.1.3.2", "GOSTR341012-256" },
	{ "1.2.643.7.1.1.3.3", "GOSTR341012-512" },
	{ "1.2.643.2.2.3", "GOSTR341001" },
	{ "1.2.156.10197.1.501", "SM2-SM3" },
};

static const struct {
	const char *oid, *name;
} pss_hashes[] = {
	{ "2.16.840.1.101.3.4.2.1", "RSA-PSS-SHA256" },
	{ "2.16.840.1.101.3.4.2.2", "RSA-PSS-SHA384" },
	{ "2.16.840.1.101.3.4.2.3", "RSA-PSS-SHA512" },
	{ "1.3.14.3.2.26", "RSA-PSS-SHA1" },
};

/* RSASSA-PSS-params: [0] holds the hash, SHA-1 where it is left out (RFC 4055). */
static const char *pss_name(struct der parameters)
{
	struct der in, wrapped, algorithm, oid, rest;
	if (!der_only(parameters, DER_SEQUENCE, &in))
		return "RSA-PSS";
	if (!der_take(&in, DER_INSIDE + 0, &wrapped))
		return "RSA-PSS-SHA1";
	if (!der_only(wrapped, DER_SEQUENCE, &algorithm) || !algorithm_read(algorithm, &oid, &rest))
		return "RSA-PSS";
	for (size_t i = 0; i < sizeof pss_hashes / sizeof pss_hashes[0]; i++)
		if (oid_is(oid, pss_hashes[i].oid))
			return pss_hashes[i].name;
	return "RSA-PSS";
}

void signature_name(struct der algorithm, struct buf *out)
{
	struct der oid, parameters;
	struct oid dotted;
	if (!algorithm_read(algorithm, &oid, &parameters)) {
		buf_text_add(out, "unknown");
		return;
	}
	for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++)
		if (oid_is(oid, signatures[i].oid)) {
			buf_text_add(out, signatures[i].name);
			return;
		}
	if (oid_is(oid, "1.2.840.113549.1.1.10"))
		buf_text_add(out, pss_name(parameters));
	else
		buf_text_add(out, oid_of(oid, &dotted));
}

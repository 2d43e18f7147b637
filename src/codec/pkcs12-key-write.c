/*
 * A PKCS#12 (RFC 7292) with a private key and its chain.
 *
 *   container: encrypted { certificates }
 *   container: data { key, sealed once more by itself }
 *
 * Key and certificate are paired by localKeyId, the SHA-1 of the certificate, as OpenSSL has it;
 * Java and Windows look for nothing else.  Those above it bear no name, so that no alias is made of
 * them.
 *
 * All three parts are sealed with the same password and as many rounds, since whoever guesses takes
 * the cheapest.  Readers set limits: .NET takes 300 000 for a part and a million in all, Java five
 * million.
 */
#include <string.h>

#include "codec/pkcs12-parts.h"
#include "codec/writers.h"

#define PKCS9  "\x2a\x86\x48\x86\xf7\x0d\x01\x09"
#define ROUNDS 100000

static const struct oid sealed_key = OID("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02"),
			local_key_id = OID(PKCS9 "\x15");

static const struct pkcs12_seal today = {
	.hash = OID("\x60\x86\x48\x01\x65\x03\x04\x02\x01"),
	.digest = GNUTLS_DIG_SHA256,
	.mac = GNUTLS_MAC_SHA256,
	.rounds = ROUNDS,
};

static const struct pkcs12_seal legacy = {
	.legacy = true,
	.hash = OID("\x2b\x0e\x03\x02\x1a"),
	.digest = GNUTLS_DIG_SHA1,
	.mac = GNUTLS_MAC_SHA1,
	.rounds = ROUNDS,
};

/* Of the key and of its certificate. */
static void put_attributes(struct buf *out, const struct keystore_entry *entry)
{
	if (*entry->name)
		pkcs12_put_name(out, entry->name);
	pkcs12_put_attribute(
		out, &local_key_id, TLV_OCTET_STRING, cert_info(entry->chain[0])->sha1, SHA1_SIZE);
}

static bool put_certificates(struct buf *out, const struct pkcs12_seal *seal,
	const struct keystore_entry *entry, const struct buf *attributes)
{
	const struct buf none = { 0 };
	struct buf bags = { 0 };
	const uint8_t *der;
	size_t len;
	bool good;

	for (size_t i = 0; i < entry->count; i++) {
		der = cert_der(entry->chain[i], &len);
		pkcs12_put_cert(&bags, der, len, i == 0 ? attributes : &none);
	}
	good = pkcs12_put_encrypted(out, seal, entry->password, &bags);
	buf_done(&bags);
	return good;
}

static bool put_key(struct buf *out, const struct pkcs12_seal *seal,
	const struct keystore_entry *entry, const struct buf *attributes)
{
	struct buf plain = { .secret = true }, value = { 0 };
	size_t bags = out->len;
	bool good = privkey_write_der(entry->key, &plain, NULL) &&
		    pkcs12_encrypt(&value, seal, entry->password, span_of(plain.data, plain.len),
			    TLV_OCTET_STRING);

	buf_wipe(&plain);
	tlv_wrap(&value, 0, TLV_SEQUENCE);
	pkcs12_put_bag(out, &sealed_key, &value, attributes);
	pkcs12_wrap_plain(out, bags);
	buf_done(&value);
	return good;
}

static bool write_entry(const struct keystore_entry *entry, const struct pkcs12_seal *seal,
	struct buf *out, struct error *err)
{
	struct buf containers = { 0 }, attributes = { 0 };
	bool good;

	put_attributes(&attributes, entry);
	good = put_certificates(&containers, seal, entry, &attributes) &&
	       put_key(&containers, seal, entry, &attributes);
	if (good)
		good = pkcs12_put_file(out, seal, entry->password, &containers, err);
	else
		error_set(err, ERROR_FAILED, "GnuTLS can't encrypt this key for a PKCS#12");
	buf_done(&containers);
	buf_done(&attributes);
	return good;
}

bool pkcs12_write_entry(const struct keystore_entry *entry, struct buf *out, struct error *err)
{
	return write_entry(entry, &today, out, err);
}

bool pkcs12_write_entry_legacy(
	const struct keystore_entry *entry, struct buf *out, struct error *err)
{
	return write_entry(entry, &legacy, out, err);
}

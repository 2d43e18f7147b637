/*
 * A PKCS#12 (RFC 7292) that is a truststore.
 *
 *   PFX { 3, data { containers }, MAC }
 *   container: data { bags }            bag: certificate, friendlyName, trusted for any use
 *
 * Java trusts a certificate of such a file only if its bag bears an attribute of Oracle's; without it
 * the file seems empty.  Nothing is encrypted: certificates are public, and a client that is
 * configured without a password then reads them all the same.  Containers are kept small because
 * GnuTLS stops reading one after 32 bags and says nothing.
 */
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "base/mem.h"
#include "codec/p12-key.h"
#include "codec/utf16.h"
#include "codec/writers.h"

#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define PKCS9 "\x2a\x86\x48\x86\xf7\x0d\x01\x09"

#define BAGS_MOST  32
#define SALT_SIZE  20
#define HASH_SIZE  32
#define MAC_ROUNDS 10000 /* as many as keytool: each start of each client pays for them */

static const struct oid data = OID(PKCS7 "\x01"),
			cert_bag = OID("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x03"),
			x509 = OID(PKCS9 "\x16\x01"), friendly_name = OID(PKCS9 "\x14"),
			trusted_use = OID("\x60\x86\x48\x01\x86\xf9\x66\xad\xca\x7b\x01\x01"),
			any_use = OID("\x55\x1d\x25\x00"),
			sha256 = OID("\x60\x86\x48\x01\x65\x03\x04\x02\x01");

static void put_attribute(struct buf *out, const struct oid *kind, uint8_t tag, const void *bytes,
	size_t len)
{
	size_t at = out->len, value;

	tlv_put_oid(out, kind);
	value = out->len;
	tlv_put(out, tag, bytes, len);
	tlv_wrap(out, value, TLV_SET);
	tlv_wrap(out, at, TLV_SEQUENCE);
}

static void put_attributes(struct buf *out, const char *alias)
{
	size_t set = out->len;
	struct buf name = { 0 };

	utf16_encode(&name, alias);
	put_attribute(out, &friendly_name, TLV_BMP_STRING, name.data, name.len);
	put_attribute(out, &trusted_use, TLV_OID, any_use.bytes, any_use.len);
	tlv_wrap(out, set, TLV_SET);
	buf_done(&name);
}

static void put_bag(struct buf *out, const struct export_item *item, const char *alias)
{
	size_t bag = out->len, value, der;

	tlv_put_oid(out, &cert_bag);
	value = out->len;
	tlv_put_oid(out, &x509);
	der = out->len;
	tlv_put(out, TLV_OCTET_STRING, item->der, item->len);
	tlv_wrap(out, der, TLV_CONTEXT);
	tlv_wrap(out, value, TLV_SEQUENCE);
	tlv_wrap(out, value, TLV_CONTEXT);
	put_attributes(out, alias);
	tlv_wrap(out, bag, TLV_SEQUENCE);
}

/* ContentInfo of plain data; `from` is where it begins, `content` where its bytes do. */
static void wrap_data(struct buf *out, size_t from, size_t content)
{
	tlv_wrap(out, content, TLV_OCTET_STRING);
	tlv_wrap(out, content, TLV_CONTEXT);
	tlv_wrap(out, from, TLV_SEQUENCE);
}

static void put_containers(struct buf *out, const struct export_list *list, char *const *aliases)
{
	size_t from = 0, bags = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (i % BAGS_MOST == 0) {
			from = out->len;
			tlv_put_oid(out, &data);
			bags = out->len;
		}
		put_bag(out, &list->items[i], aliases[i]);
		if (i % BAGS_MOST == BAGS_MOST - 1 || i + 1 == list->count) {
			tlv_wrap(out, bags, TLV_SEQUENCE);
			wrap_data(out, from, bags);
		}
	}
}

static bool make_mac(const char *password, const struct buf *safes, const uint8_t salt[SALT_SIZE],
	uint8_t mac[HASH_SIZE])
{
	uint8_t key[HASH_SIZE];
	const struct p12_key kdf = { .hash = GNUTLS_DIG_SHA256,
		.password = password,
		.salt = span_of(salt, SALT_SIZE),
		.rounds = MAC_ROUNDS };
	bool good = p12_key(&kdf, P12_MAC, key, sizeof(key)) &&
		    gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, sizeof(key), safes->data, safes->len,
			    mac) >= 0;

	mem_wipe(key, sizeof(key));
	return good;
}

/* MacData { { { SHA-256, NULL }, mac }, salt, rounds } */
static void put_mac(struct buf *out, const uint8_t mac[HASH_SIZE], const uint8_t salt[SALT_SIZE])
{
	static const uint8_t rounds[] = { MAC_ROUNDS >> 8, MAC_ROUNDS & 0xff };
	size_t all = out->len;

	tlv_put_oid(out, &sha256);
	tlv_put(out, 0x05, NULL, 0);
	tlv_wrap(out, all, TLV_SEQUENCE);
	tlv_put(out, TLV_OCTET_STRING, mac, HASH_SIZE);
	tlv_wrap(out, all, TLV_SEQUENCE);
	tlv_put(out, TLV_OCTET_STRING, salt, SALT_SIZE);
	tlv_put(out, TLV_INTEGER, rounds, sizeof(rounds));
	tlv_wrap(out, all, TLV_SEQUENCE);
}

bool pkcs12_write(const struct export_list *list, struct buf *out, struct error *err)
{
	uint8_t salt[SALT_SIZE], mac[HASH_SIZE];
	struct buf safes = { 0 };
	size_t begin = out->len, content;
	char **aliases = export_aliases(list);

	put_containers(&safes, list, aliases);
	export_aliases_free(aliases, list->count);
	tlv_wrap(&safes, 0, TLV_SEQUENCE);
	if (gnutls_rnd(GNUTLS_RND_NONCE, salt, sizeof(salt)) < 0 ||
		!make_mac(list->password, &safes, salt, mac)) {
		buf_done(&safes);
		return error_set(err, ERROR_FAILED, "GnuTLS can't make the seal of a PKCS#12");
	}
	tlv_put(out, TLV_INTEGER, "\x03", 1);
	content = out->len;
	tlv_put_oid(out, &data);
	buf_add(out, safes.data, safes.len);
	wrap_data(out, content, out->len - safes.len);
	put_mac(out, mac, salt);
	tlv_wrap(out, begin, TLV_SEQUENCE);
	buf_done(&safes);
	return true;
}

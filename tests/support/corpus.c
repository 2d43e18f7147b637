/*
 * See corpus.h.  Keys of subjects come from a small pool, which is what makes this fast: what is left
 * is one signature on P-256 and the encoding.  An RSA key here is a number that looks like one.
 */
#include "support/corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509-ext.h>

#define DAY      86400
#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Nobody's keys: they sign nothing but what this program makes. */
static const struct {
	gnutls_ecc_curve_t curve;
	const char *x, *y, *k;
} constants[] = {
	{ GNUTLS_ECC_CURVE_SECP256R1,
		"e8dda68bd954f6f286e707dc286a4834bbb9a0dde0ec771d081862be6c166559",
		"d2b5b2c55fc6d3261a8847282700892cb6a3e1d15a1129830cd7ce0428858f80",
		"d42abd9bcf7b14c9e9f89d714041bc2cf21bb24a84d0b2269fa898b4c97609c5" },
	{ GNUTLS_ECC_CURVE_SECP256R1,
		"1868d4862c2f3a95e4552e5ca94617046a70e61c03b2e12ad6fed5d442caceeb",
		"83b962c5073ca142af75b98d6fc44e2cd9ccf2cfd42ab3ecc376434f89358979",
		"9e249b867f4e0dec0e576fbb58724d0ccfe79480de46ae75870300fc8db4e4a8" },
	{ GNUTLS_ECC_CURVE_SECP256R1,
		"c097e0c8317fdb6d3697cbc9538e0689f0f62dd54af008172f14ba3fe4b492d5",
		"a5c630cedf2861810f382663ca1e416682acdec768b912eeee97f391e9269741",
		"94ebbd818a7471adecb35c18f8bc8f2797b923344d6a5183f2aaced04152114e" },
	{ GNUTLS_ECC_CURVE_ED25519,
		"3ea5c51c5f2b1e43f906808f0a4833570c939d45ce0d2e7fdb12b2dc97b41022", NULL,
		"11c9d670897b2fc0861fa89a150073a5477c012bc6a14c7ba6e95436db7d6026" },
	{ GNUTLS_ECC_CURVE_SECP384R1,
		"1401eded648ba4a7cc437f346bda70d9bffffd4d21f7c6fbba1441fc698b"
		"b2b01c0a78416b4e0970462d698d3fa01ec1",
		"564aff6d7f7489f6acf80b5ca9686b56b6094e30128086d0a1d18851f759"
		"2ae4416e23dd8f49bde84834e8fac3646d05",
		"6ecbf13f0f212ea28c076fb2a71a7ca64b1606024b3a8511fce2b86ec5f7"
		"956481613e42ade46858762cb660c96696a4" },
};

static const char *const services[] = { "www", "mail", "api", "vpn", "ldap", "git", "db", "auth",
	"proxy", "mx", "build", "registry", "grafana", "backup", "imap", "radius" };
static const char *const sites[] = { "berlin", "oslo", "lyon", "porto", "turku", "graz", "leeds",
	"boston", "osaka", "lima", "accra", "pune", "perth", "quito", "davos", "riga" };
static const char *const domains[] = { "example.net", "corp.example.com", "internal.test",
	"example.org", "lab.example", "prod.example.com" };
static const char *const orgs[] = { "Example Trust Services", "Northwind Traders Ltd", "Fabrikam, Inc.",
	"Globex Corporation", "State Railways", "National Archive", "Harbour Authority", "Acme Networks",
	"Müller & Söhne GmbH", "Société Générale des Éaux", "東京証明書認証局", "Компания «Проверка»",
	"شركة الاختبار" };
static const char *const hostile[] = { "\033[2J\033[31mHX Red", "Line\nbreak Ltd", "\xe2\x80\xae" "desrever",
	"Bell\a", "\xc2\x9b" "31mHX C1", "zero\xe2\x80\x8bwidth" };

enum { ROOT, ISSUING, LEAF };
enum { P256 = 2, ED25519, P384, RSA_KEYS = 4, RSA_SIZE = 256 }; /* of constants; of the pool */

static struct corpus_wish wish;
static gnutls_x509_privkey_t keys[COUNT(constants)];
static gnutls_pubkey_t rsa[RSA_KEYS];
static gnutls_privkey_t signers[2];
static gnutls_x509_crt_t authorities[2];

void corpus_ok(int rc, const char *what)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "gencerts: %s: %s\n", what, gnutls_strerror(rc));
	exit(1);
}

/* splitmix64, seeded for each certificate */
static unsigned below(uint64_t *state, unsigned n)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ (z >> 31)) % n);
}

#define PICK(state, words) (words)[below(state, COUNT(words))]

static gnutls_datum_t number(const char *hex)
{
	gnutls_datum_t out = { NULL, 0 }, text = { (unsigned char *)(uintptr_t)hex,
		hex ? (unsigned)strlen(hex) : 0 };
	if (hex)
		corpus_ok(gnutls_hex_decode2(&text, &out), "key");
	return out;
}

static void load_keys(void)
{
	for (size_t i = 0; i < COUNT(constants); i++) {
		gnutls_datum_t x = number(constants[i].x), y = number(constants[i].y);
		gnutls_datum_t k = number(constants[i].k);
		corpus_ok(gnutls_x509_privkey_init(&keys[i]), "key");
		corpus_ok(gnutls_x509_privkey_import_ecc_raw(keys[i], constants[i].curve, &x,
			y.data ? &y : NULL, &k), "key");
		gnutls_free(x.data);
		gnutls_free(y.data);
		gnutls_free(k.data);
	}
	for (size_t i = 0; i < COUNT(signers); i++) {
		corpus_ok(gnutls_privkey_init(&signers[i]), "signer");
		corpus_ok(gnutls_privkey_import_x509(signers[i], keys[i], 0), "signer");
	}
}

static void make_rsa_keys(void)
{
	unsigned char modulus[RSA_SIZE], exponent[] = { 1, 0, 1 };
	gnutls_datum_t m = { modulus, sizeof modulus }, e = { exponent, sizeof exponent };
	uint64_t r = 1;
	for (size_t i = 0; i < RSA_KEYS; i++) {
		for (size_t j = 0; j < sizeof modulus; j++)
			modulus[j] = (unsigned char)below(&r, 256);
		modulus[0] |= 0x80;
		modulus[sizeof modulus - 1] |= 1;
		corpus_ok(gnutls_pubkey_init(&rsa[i]), "RSA key");
		corpus_ok(gnutls_pubkey_import_rsa_raw(rsa[i], &m, &e), "RSA key");
	}
}

void corpus_init(const struct corpus_wish *w)
{
	wish = *w;
	load_keys();
	make_rsa_keys();
}

void corpus_done(void)
{
	for (size_t i = 0; i < COUNT(keys); i++)
		gnutls_x509_privkey_deinit(keys[i]);
	for (size_t i = 0; i < RSA_KEYS; i++)
		gnutls_pubkey_deinit(rsa[i]);
	for (size_t i = 0; i < COUNT(signers); i++) {
		gnutls_privkey_deinit(signers[i]);
		if (authorities[i])
			gnutls_x509_crt_deinit(authorities[i]);
	}
}

static void set_name(gnutls_x509_crt_t c, const char *oid, const char *text)
{
	corpus_ok(gnutls_x509_crt_set_dn_by_oid(c, oid, 0, text, (unsigned)strlen(text)), "name");
}

static void set_validity(gnutls_x509_crt_t c, uint64_t *r, int kind)
{
	unsigned what = kind == LEAF ? below(r, 10) : 0;
	time_t life = (kind == LEAF ? 398 : 3650) * (time_t)DAY;
	time_t to = wish.now + 31 * DAY + (time_t)below(r, (unsigned)(life - 31 * DAY));
	if (what == 7)
		to = wish.now - 60 - (time_t)below(r, 700 * DAY);
	else if (what == 8)
		to = wish.now + 3600 + (time_t)below(r, 29 * DAY);
	else if (what == 9)
		to = wish.now + life + DAY + (time_t)below(r, 90 * DAY);
	corpus_ok(gnutls_x509_crt_set_activation_time(c, to - life), "validity");
	corpus_ok(gnutls_x509_crt_set_expiration_time(c, to), "validity");
}

static void set_names(gnutls_x509_crt_t c, uint64_t *r, int kind, unsigned long num, char *cn,
	size_t size)
{
	const char *org = wish.hostile && below(r, 4) == 0 ? PICK(r, hostile) : PICK(r, orgs);
	set_name(c, GNUTLS_OID_X520_COUNTRY_NAME, "DE");
	set_name(c, GNUTLS_OID_X520_ORGANIZATION_NAME, org);
	if (kind == LEAF)
		snprintf(cn, size, "%s%lu.%s.%s", PICK(r, services), num, PICK(r, sites), PICK(r, domains));
	else
		snprintf(cn, size, "%s %s G%lu", PICK(r, sites), kind == ROOT ? "Root CA" : "Issuing CA", num);
	set_name(c, GNUTLS_OID_X520_COMMON_NAME, cn);
}

static void add_san(gnutls_subject_alt_names_t sans, unsigned type, const void *data, size_t len)
{
	gnutls_datum_t san = { (unsigned char *)(uintptr_t)data, (unsigned)len };
	corpus_ok(gnutls_subject_alt_names_set(sans, type, &san, NULL), "SAN");
}

static void add_hosts(gnutls_subject_alt_names_t sans, uint64_t *r, unsigned long num, const char *host)
{
	char name[160];
	unsigned more = below(r, 50) == 0 ? 40 + below(r, 160) : below(r, 3);
	add_san(sans, GNUTLS_SAN_DNSNAME, host, strlen(host));
	for (unsigned i = 0; i < more; i++) {
		snprintf(name, sizeof name, "%s%u-%lu.%s.%s", PICK(r, services), i, num, PICK(r, sites),
			PICK(r, domains));
		add_san(sans, GNUTLS_SAN_DNSNAME, name, strlen(name));
	}
	if (below(r, 5) == 0) {
		snprintf(name, sizeof name, "*.%s", strchr(host, '.') + 1);
		add_san(sans, GNUTLS_SAN_DNSNAME, name, strlen(name));
	}
}

/* All at once: names appended one by one are encoded anew each time. */
static void set_sans(gnutls_x509_crt_t c, uint64_t *r, unsigned long num, const char *host)
{
	unsigned char ip[] = { 10, (unsigned char)below(r, 256), (unsigned char)below(r, 256), 1 };
	unsigned char ip6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = (unsigned char)below(r, 256) };
	char text[96];
	gnutls_subject_alt_names_t sans;
	gnutls_datum_t der;

	corpus_ok(gnutls_subject_alt_names_init(&sans), "SANs");
	add_hosts(sans, r, num, host);
	if (below(r, 12) == 0)
		add_san(sans, GNUTLS_SAN_IPADDRESS, ip, sizeof ip);
	if (below(r, 50) == 0)
		add_san(sans, GNUTLS_SAN_IPADDRESS, ip6, sizeof ip6);
	snprintf(text, sizeof text, "admin%lu@example.org", num);
	if (below(r, 33) == 0)
		add_san(sans, GNUTLS_SAN_RFC822NAME, text, strlen(text));
	snprintf(text, sizeof text, "spiffe://example.org/ns/%s/sa/%lu", PICK(r, sites), num);
	if (below(r, 50) == 0)
		add_san(sans, GNUTLS_SAN_URI, text, strlen(text));
	corpus_ok(gnutls_x509_ext_export_subject_alt_names(sans, &der), "SANs");
	corpus_ok(gnutls_x509_crt_set_extension_by_oid(c, GNUTLS_X509EXT_OID_SAN, der.data, der.size, 0),
		"SANs");
	gnutls_free(der.data);
	gnutls_subject_alt_names_deinit(sans);
}

static void set_uses(gnutls_x509_crt_t c, int kind)
{
	bool leaf = kind == LEAF;
	corpus_ok(gnutls_x509_crt_set_basic_constraints(c, !leaf, kind == ISSUING ? 0 : -1), "constraints");
	corpus_ok(gnutls_x509_crt_set_key_usage(c, leaf ? GNUTLS_KEY_DIGITAL_SIGNATURE
		: GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN), "key usage");
	if (leaf)
		corpus_ok(gnutls_x509_crt_set_key_purpose_oid(c, GNUTLS_KP_TLS_WWW_SERVER, 0), "purpose");
}

/* Of a hundred six are RSA and, unless they are to be plain, two on P-384 and two Ed25519. */
static void set_key(gnutls_x509_crt_t c, uint64_t *r)
{
	unsigned what = below(r, 100);
	if (what < 6)
		corpus_ok(gnutls_x509_crt_set_pubkey(c, rsa[what % RSA_KEYS]), "key");
	else
		corpus_ok(gnutls_x509_crt_set_key(c, keys[wish.plain || what >= 10 ? P256 :
			what < 8 ? P384 : ED25519]), "key");
}

static void set_serial(gnutls_x509_crt_t c, uint64_t *r, unsigned long num)
{
	unsigned char serial[12] = { 0x40 };
	for (unsigned i = 1; i < sizeof serial; i++)
		serial[i] = i < 4 ? (unsigned char)below(r, 256) : (unsigned char)((uint64_t)num >> 8 * (11 - i));
	corpus_ok(gnutls_x509_crt_set_serial(c, serial, sizeof serial), "serial");
}

static void set_ids(gnutls_x509_crt_t c, gnutls_x509_crt_t issuer)
{
	unsigned char id[64];
	size_t len = sizeof id;
	corpus_ok(gnutls_x509_crt_get_key_id(c, 0, id, &len), "key id");
	corpus_ok(gnutls_x509_crt_set_subject_key_id(c, id, len), "subject key id");
	len = sizeof id;
	corpus_ok(gnutls_x509_crt_get_subject_key_id(issuer, id, &len, NULL), "issuer's key id");
	corpus_ok(gnutls_x509_crt_set_authority_key_id(c, id, len), "authority key id");
}

gnutls_x509_crt_t corpus_cert(unsigned long num, char *cn, size_t size)
{
	uint64_t r = wish.seed * 0x2545f4914f6cdd1du + num;
	bool authority = num < COUNT(authorities);
	int kind = authority ? (int)num : below(&r, 8) ? LEAF : ISSUING;
	unsigned by = authority || kind == ISSUING ? 0 : below(&r, 2);
	gnutls_x509_crt_t c;

	corpus_ok(gnutls_x509_crt_init(&c), "certificate");
	if (authority)
		authorities[num] = c;
	corpus_ok(gnutls_x509_crt_set_version(c, 3), "version");
	set_serial(c, &r, num);
	set_names(c, &r, kind, num, cn, size);
	set_validity(c, &r, kind);
	if (authority)
		corpus_ok(gnutls_x509_crt_set_key(c, keys[num]), "key");
	else
		set_key(c, &r);
	if (kind == LEAF)
		set_sans(c, &r, num, cn);
	set_uses(c, kind);
	set_ids(c, kind == ROOT ? c : authorities[by]);
	corpus_ok(gnutls_x509_crt_privkey_sign(c, authorities[by], signers[by], GNUTLS_DIG_SHA256,
		GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE), "signature");
	return c;
}

void corpus_free(unsigned long num, gnutls_x509_crt_t c)
{
	if (num >= COUNT(authorities))
		gnutls_x509_crt_deinit(c);
}

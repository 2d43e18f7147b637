/*
 * gencerts - write N varied certificates, for tests and benchmarks.
 *
 *	gencerts [-n N] [-s SEED] [-t NOW] [-b BUNDLE] [-S] [-x] DIR
 *
 * Each is a file of its own in DIR, and all of them a BUNDLE.  -S makes DIR a store instead: nine of
 * ten trusted, the tenth untrusted.  -x puts hostile text into every fourth organisation.
 *
 * The same SEED and NOW give the same bytes, fingerprints included: keys are constants and ECDSA
 * signs reproducibly.  Number 0 is a root, 1 an issuing CA below it; of the rest most are server
 * certificates of either, some are further CAs.  Of ten, seven are valid, and one each has expired,
 * ends within 30 days and is not valid yet.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>

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
};

static const char *const services[] = { "www", "mail", "api", "vpn", "ldap", "git", "db", "auth" };
static const char *const sites[] = { "berlin", "oslo", "lyon", "porto", "turku", "graz", "leeds" };
static const char *const domains[] = { "example.net", "corp.example.com", "internal.test" };
static const char *const orgs[] = { "Example Trust Services", "Northwind Traders Ltd", "Fabrikam, Inc.",
	"Müller & Söhne GmbH", "Société Générale des Éaux", "東京証明書認証局", "Компания «Проверка»",
	"شركة الاختبار" };
static const char *const hostile[] = { "\033[2J\033[31mHX Red", "Line\nbreak Ltd", "\xe2\x80\xae" "desrever",
	"Bell\a", "\xc2\x9b" "31mHX C1", "zero\xe2\x80\x8bwidth" };

enum { ROOT, ISSUING, LEAF };

static struct {
	unsigned long n;
	uint64_t seed;
	time_t now;
	const char *bundle, *dir;
	bool store, hostile;
} opt = { .n = 100, .now = 1767225600 }; /* 2026-01-01T00:00:00Z */

static gnutls_x509_privkey_t keys[COUNT(constants)];
static gnutls_privkey_t signers[2];
static gnutls_x509_crt_t authorities[2];

static void ok(int rc, const char *what)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "gencerts: %s: %s\n", what, gnutls_strerror(rc));
	exit(1);
}

static _Noreturn void fail(const char *path)
{
	fprintf(stderr, "gencerts: %s: %s\n", path, strerror(errno));
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
		ok(gnutls_hex_decode2(&text, &out), "key");
	return out;
}

static void load_keys(void)
{
	for (size_t i = 0; i < COUNT(constants); i++) {
		gnutls_datum_t x = number(constants[i].x), y = number(constants[i].y);
		gnutls_datum_t k = number(constants[i].k);
		ok(gnutls_x509_privkey_init(&keys[i]), "key");
		ok(gnutls_x509_privkey_import_ecc_raw(keys[i], constants[i].curve, &x,
			y.data ? &y : NULL, &k), "key");
		gnutls_free(x.data);
		gnutls_free(y.data);
		gnutls_free(k.data);
	}
	for (size_t i = 0; i < COUNT(signers); i++) {
		ok(gnutls_privkey_init(&signers[i]), "signer");
		ok(gnutls_privkey_import_x509(signers[i], keys[i], 0), "signer");
	}
}

static void set_name(gnutls_x509_crt_t c, const char *oid, const char *text)
{
	ok(gnutls_x509_crt_set_dn_by_oid(c, oid, 0, text, (unsigned)strlen(text)), "name");
}

static void set_validity(gnutls_x509_crt_t c, uint64_t *r, int kind)
{
	unsigned what = kind == LEAF ? below(r, 10) : 0;
	time_t life = (kind == LEAF ? 398 : 3650) * (time_t)DAY;
	time_t to = opt.now + 31 * DAY + (time_t)below(r, (unsigned)(life - 31 * DAY));
	if (what == 7)
		to = opt.now - 60 - (time_t)below(r, 700 * DAY);
	else if (what == 8)
		to = opt.now + 3600 + (time_t)below(r, 29 * DAY);
	else if (what == 9)
		to = opt.now + life + DAY + (time_t)below(r, 90 * DAY);
	ok(gnutls_x509_crt_set_activation_time(c, to - life), "validity");
	ok(gnutls_x509_crt_set_expiration_time(c, to), "validity");
}

static void set_names(gnutls_x509_crt_t c, uint64_t *r, int kind, unsigned long num, char *cn,
	size_t size)
{
	const char *org = opt.hostile && below(r, 4) == 0 ? PICK(r, hostile) : PICK(r, orgs);
	set_name(c, GNUTLS_OID_X520_COUNTRY_NAME, "DE");
	set_name(c, GNUTLS_OID_X520_ORGANIZATION_NAME, org);
	if (kind == LEAF)
		snprintf(cn, size, "%s%lu.%s.%s", PICK(r, services), num, PICK(r, sites), PICK(r, domains));
	else
		snprintf(cn, size, "%s %s G%lu", PICK(r, sites), kind == ROOT ? "Root CA" : "Issuing CA", num);
	set_name(c, GNUTLS_OID_X520_COMMON_NAME, cn);
}

static void set_leaf(gnutls_x509_crt_t c, uint64_t *r, const char *host)
{
	unsigned char ip[4] = { 10, (unsigned char)below(r, 256), (unsigned char)below(r, 256), 1 };
	char alias[160];
	snprintf(alias, sizeof alias, "*.%s", strchr(host, '.') + 1);
	ok(gnutls_x509_crt_set_subject_alt_name(c, GNUTLS_SAN_DNSNAME, host, (unsigned)strlen(host),
		GNUTLS_FSAN_SET), "SAN");
	if (below(r, 5) == 0)
		ok(gnutls_x509_crt_set_subject_alt_name(c, GNUTLS_SAN_DNSNAME, alias,
			(unsigned)strlen(alias), GNUTLS_FSAN_APPEND), "SAN");
	if (below(r, 8) == 0)
		ok(gnutls_x509_crt_set_subject_alt_name(c, GNUTLS_SAN_IPADDRESS, ip, 4,
			GNUTLS_FSAN_APPEND), "SAN");
	ok(gnutls_x509_crt_set_basic_constraints(c, 0, -1), "constraints");
	ok(gnutls_x509_crt_set_key_usage(c, GNUTLS_KEY_DIGITAL_SIGNATURE), "key usage");
	ok(gnutls_x509_crt_set_key_purpose_oid(c, GNUTLS_KP_TLS_WWW_SERVER, 0), "purpose");
}

static void set_ids(gnutls_x509_crt_t c, gnutls_x509_crt_t issuer)
{
	unsigned char id[64];
	size_t len = sizeof id;
	ok(gnutls_x509_crt_get_key_id(c, 0, id, &len), "key id");
	ok(gnutls_x509_crt_set_subject_key_id(c, id, len), "subject key id");
	len = sizeof id;
	ok(gnutls_x509_crt_get_subject_key_id(issuer, id, &len, NULL), "issuer's key id");
	ok(gnutls_x509_crt_set_authority_key_id(c, id, len), "authority key id");
}

/* Certificate number num; cn gets the name that its file is called after. */
static gnutls_x509_crt_t make(unsigned long num, char *cn, size_t size)
{
	uint64_t r = opt.seed * 0x2545f4914f6cdd1du + num;
	bool authority = num < COUNT(authorities);
	int kind = authority ? (int)num : below(&r, 8) ? LEAF : ISSUING;
	unsigned by = authority || kind == ISSUING ? 0 : below(&r, 2);
	unsigned char serial[12] = { 0x40 };
	gnutls_x509_crt_t c;

	ok(gnutls_x509_crt_init(&c), "certificate");
	if (authority)
		authorities[num] = c;
	ok(gnutls_x509_crt_set_version(c, 3), "version");
	for (unsigned i = 1; i < sizeof serial; i++)
		serial[i] = i < 4 ? (unsigned char)below(&r, 256) : (unsigned char)((uint64_t)num >> 8 * (11 - i));
	ok(gnutls_x509_crt_set_serial(c, serial, sizeof serial), "serial");
	set_names(c, &r, kind, num, cn, size);
	set_validity(c, &r, kind);
	ok(gnutls_x509_crt_set_key(c, authority ? keys[num] : keys[2 + below(&r, 2)]), "key");
	if (kind == LEAF) {
		set_leaf(c, &r, cn);
	} else {
		ok(gnutls_x509_crt_set_basic_constraints(c, 1, kind == ISSUING ? 0 : -1), "constraints");
		ok(gnutls_x509_crt_set_key_usage(c, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN),
			"key usage");
	}
	set_ids(c, kind == ROOT ? c : authorities[by]);
	ok(gnutls_x509_crt_privkey_sign(c, authorities[by], signers[by], GNUTLS_DIG_SHA256,
		GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE), "signature");
	return c;
}

static FILE *create(const char *path)
{
	FILE *f = fopen(path, "w");
	if (!f)
		fail(path);
	return f;
}

static void finish(FILE *f, const char *path)
{
	if (fclose(f) != 0)
		fail(path);
}

static void make_dir(const char *name, mode_t mode)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", opt.dir, name);
	if (mkdir(path, mode) != 0 && errno != EEXIST)
		fail(path);
}

static void file_name(char *path, size_t size, unsigned long num, const char *cn, gnutls_x509_crt_t c)
{
	unsigned char sha[32];
	char hex[65] = "";
	size_t len = sizeof sha;
	ok(gnutls_x509_crt_get_fingerprint(c, GNUTLS_DIG_SHA256, sha, &len), "fingerprint");
	for (size_t i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", sha[i]);
	if (opt.store) {
		snprintf(path, size, "%s/%s/%s.pem", opt.dir, num % 10 == 9 ? "untrusted" : "trusted", hex);
		return;
	}
	int n = snprintf(path, size, "%s/%06lu-%s.pem", opt.dir, num, cn);
	for (char *p = path + n - strlen(cn) - 4; *p; p++)
		if (*p == ' ')
			*p = '-';
}

static void emit(unsigned long num, FILE *bundle)
{
	char cn[64], path[4096];
	gnutls_datum_t pem;
	gnutls_x509_crt_t c = make(num, cn, sizeof cn);
	file_name(path, sizeof path, num, cn, c);
	ok(gnutls_x509_crt_export2(c, GNUTLS_X509_FMT_PEM, &pem), "export");
	FILE *f = create(path);
	if (opt.store)
		fprintf(f, "Name: %s\nAdded: 2026-01-01T00:00:00Z\nBy: gencerts\nSource: gencerts\n", cn);
	fwrite(pem.data, 1, pem.size, f);
	finish(f, path);
	if (bundle)
		fwrite(pem.data, 1, pem.size, bundle);
	gnutls_free(pem.data);
	if (num >= COUNT(authorities))
		gnutls_x509_crt_deinit(c);
}

static void make_store(void)
{
	static const char *const folders[] = { "trusted", "untrusted", "blocked", "trash", "requests" };
	char path[4096];
	for (size_t i = 0; i < COUNT(folders); i++)
		make_dir(folders[i], 0755);
	make_dir("keys", 0700);
	snprintf(path, sizeof path, "%s/certary.store", opt.dir);
	FILE *f = create(path);
	fputs("certary-store 1\n", f);
	finish(f, path);
}

static bool read_options(int argc, char **argv)
{
	for (int c; (c = getopt(argc, argv, "n:s:t:b:Sx")) != -1;) {
		switch (c) {
		case 'n': opt.n = strtoul(optarg, NULL, 10); break;
		case 's': opt.seed = strtoull(optarg, NULL, 10); break;
		case 't': opt.now = (time_t)strtoll(optarg, NULL, 10); break;
		case 'b': opt.bundle = optarg; break;
		case 'S': opt.store = true; break;
		case 'x': opt.hostile = true; break;
		default: return false;
		}
	}
	opt.dir = argv[optind];
	return argc == optind + 1;
}

int main(int argc, char **argv)
{
	if (!read_options(argc, argv)) {
		fputs("usage: gencerts [-n N] [-s SEED] [-t NOW] [-b BUNDLE] [-S] [-x] DIR\n", stderr);
		return 2;
	}
	load_keys();
	make_dir("", 0755);
	if (opt.store)
		make_store();
	FILE *bundle = opt.bundle ? create(opt.bundle) : NULL;
	for (unsigned long num = 0; num < opt.n; num++)
		emit(num, bundle);
	if (bundle)
		finish(bundle, opt.bundle);
	for (size_t i = 0; i < COUNT(keys); i++)
		gnutls_x509_privkey_deinit(keys[i]);
	for (size_t i = 0; i < COUNT(signers); i++) {
		gnutls_privkey_deinit(signers[i]);
		if (authorities[i])
			gnutls_x509_crt_deinit(authorities[i]);
	}
	return 0;
}

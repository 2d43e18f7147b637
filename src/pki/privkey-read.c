/*
 * Reading a key: find it, look how it is sealed, let GnuTLS open it.
 *
 * GnuTLS says of most of what it can't read that some ASN.1 is wrong.  Whoever waits for a key
 * wants to hear that it is OpenSSH's, that scrypt seals it, or that the file holds no key at all,
 * so that is looked at first.
 */
#include <string.h>

#include "base/mem.h"
#include "pki/craft.h"
#include "pki/privkey-bare.h"

#define BEGIN "-----BEGIN "
#define KEY   "PRIVATE KEY"

/* A private key among bytes: where it begins, and what its PEM label is ("" for DER). */
struct find {
	gnutls_datum_t bytes;
	gnutls_x509_crt_fmt_t format;
	char label[32];
	bool other; /* there is PEM, but none that is a private key */
};

/* The label of the PEM block at `at`; "" where it is longer than any that we know. */
static void label_at(const char *at, const char *end, char out[32])
{
	const char *from = at + strlen(BEGIN);
	const char *dashes = memmem(from, (size_t)(end - from), "-----", 5);
	size_t len = dashes ? (size_t)(dashes - from) : SIZE_MAX;
	out[0] = '\0';
	if (len >= 32 || memchr(from, '\n', len))
		return;
	memcpy(out, from, len);
	out[len] = '\0';
}

static bool is_key(const char *label)
{
	size_t len = strlen(label);
	return len >= strlen(KEY) && strcmp(label + len - strlen(KEY), KEY) == 0;
}

static bool find_pem(const char *bytes, size_t len, struct find *find)
{
	const char *end = bytes + len;
	for (const char *at = bytes; (at = memmem(at, (size_t)(end - at), BEGIN, strlen(BEGIN)));
		at += strlen(BEGIN)) {
		label_at(at, end, find->label);
		find->other = true;
		if (!is_key(find->label))
			continue;
		find->bytes = craft_datum(at, (size_t)(end - at));
		find->format = GNUTLS_X509_FMT_PEM;
		return true;
	}
	return false;
}

static bool find_key(const void *bytes, size_t len, struct find *find)
{
	*find = (struct find){ 0 };
	if (len > INT32_MAX || len == 0)
		return false;
	if (find_pem(bytes, len, find))
		return true;
	find->bytes = craft_datum(bytes, len);
	find->format = GNUTLS_X509_FMT_DER;
	find->label[0] = '\0';
	return !find->other && *(const uint8_t *)bytes == DER_SEQUENCE;
}

/* Only the block itself: what follows in the file isn't its business. */
static bool is_old_sealed(const struct find *find)
{
	const char *at = (const char *)find->bytes.data;
	const char *end = memmem(at, find->bytes.size, "-----END ", 9);
	return find->format == GNUTLS_X509_FMT_PEM && end &&
	       memmem(at, (size_t)(end - at), "4,ENCRYPTED", 11);
}

/* EncryptedPrivateKeyInfo begins with an algorithm, every other key with a number. */
static bool algorithm_of(struct der key, struct der *algorithm)
{
	struct der in;
	return der_only(key, DER_SEQUENCE, &in) && der_take(&in, DER_SEQUENCE, algorithm);
}

static bool is_sealed_der(const struct find *find)
{
	struct der algorithm, oid;
	struct der key = { find->bytes.data, find->bytes.size };
	return find->format == GNUTLS_X509_FMT_DER && algorithm_of(key, &algorithm) &&
	       der_take(&algorithm, DER_OID, &oid);
}

static bool is_sealed(const struct find *find)
{
	return strcmp(find->label, "ENCRYPTED " KEY) == 0 || is_sealed_der(find);
}

enum privkey_seal privkey_seal(const void *bytes, size_t len)
{
	struct find find;
	if (!find_key(bytes, len, &find))
		return PRIVKEY_NONE;
	if (is_sealed(&find) || is_old_sealed(&find))
		return PRIVKEY_SEALED;
	return PRIVKEY_PLAIN;
}

static const char scrypt[] = "\x2b\x06\x01\x04\x01\xda\x47\x04\x0b";

/* Why GnuTLS doesn't know how this is sealed. */
static bool refuse_seal(struct der key, struct error *err)
{
	struct der algorithm = { 0 };
	if (!algorithm_of(key, &algorithm))
		return error_set(err, ERROR_FAILED, "it is an encrypted key that is damaged");
	if (memmem(algorithm.data, algorithm.len, scrypt, sizeof scrypt - 1))
		return error_set(err, ERROR_FAILED,
			"it is an encrypted key that uses scrypt, which isn't read (openssl pkcs8 "
			"-topk8 -in FILE writes it with PBKDF2)");
	return error_set(err, ERROR_FAILED,
		"it is an encrypted key, damaged or encrypted in an unusual way (openssl pkcs8 "
		"-topk8 -in FILE may read it)");
}

/* The seal of PKCS#8, before any work is done on it. */
static bool affordable(struct der key, uint64_t rounds, struct error *err)
{
	uint8_t salt[256];
	unsigned schema, cipher, demanded = 0, salt_len = sizeof salt;
	char *oid = NULL;
	gnutls_datum_t bytes = craft_datum(key.data, key.len);
	int code = gnutls_pkcs8_info(
		&bytes, GNUTLS_X509_FMT_DER, &schema, &cipher, salt, &salt_len, &demanded, &oid);
	gnutls_free(oid);
	if (code < 0)
		return refuse_seal(key, err);
	if (rounds > 0 && demanded >= rounds)
		return error_set(err, ERROR_FAILED,
			"it demands %u key-derivation rounds; the limit is %llu", demanded,
			(unsigned long long)rounds);
	return true;
}

static bool wants_passphrase(struct error *err)
{
	return error_set(err, ERROR_SECRET, "the key is encrypted: its passphrase is needed");
}

/* GnuTLS first: a key without its public part is rare, and the error is what it says of others. */
static int import_any(gnutls_x509_privkey_t key, const struct find *find, gnutls_datum_t bytes,
	gnutls_x509_crt_fmt_t format, const char *passphrase)
{
	gnutls_datum_t der = { 0 };
	int code = gnutls_x509_privkey_import2(key, &bytes, format, passphrase, 0);
	if (code >= 0 || passphrase)
		return code;
	if (format == GNUTLS_X509_FMT_DER)
		return privkey_bare((struct der){ bytes.data, bytes.size }, key) ? 0 : code;
	if (gnutls_pem_base64_decode2(find->label, &bytes, &der) < 0)
		return code;
	if (privkey_bare((struct der){ der.data, der.size }, key))
		code = 0;
	gnutls_memset(der.data, 0, der.size);
	gnutls_free(der.data);
	return code;
}

static bool import(const struct find *find, gnutls_datum_t bytes, gnutls_x509_crt_fmt_t format,
	const char *passphrase, struct privkey **out, struct error *err)
{
	gnutls_x509_privkey_t key;
	craft_must(gnutls_x509_privkey_init(&key));
	int code = import_any(key, find, bytes, format, passphrase);
	if (code >= 0 && (code = gnutls_x509_privkey_verify_params(key)) >= 0)
		return (*out = privkey_take(key, err));
	gnutls_x509_privkey_deinit(key);
	if (is_sealed(find) || is_old_sealed(find))
		return error_set(err, ERROR_SECRET, "the passphrase doesn't open the key");
	return error_set(err, ERROR_FAILED,
		"it is a private key that is damaged, cut short or of an "
		"unknown kind [%s]",
		gnutls_strerror(code));
}

static bool read_sealed(const struct find *find, struct der key, const char *passphrase,
	uint64_t rounds, struct privkey **out, struct error *err)
{
	if (!affordable(key, rounds, err))
		return false;
	if (!passphrase)
		return wants_passphrase(err);
	return import(
		find, craft_datum(key.data, key.len), GNUTLS_X509_FMT_DER, passphrase, out, err);
}

static bool read_sealed_pem(const struct find *find, const char *passphrase, uint64_t rounds,
	struct privkey **out, struct error *err)
{
	gnutls_datum_t der;
	if (gnutls_pem_base64_decode2(find->label, &find->bytes, &der) < 0)
		return error_set(err, ERROR_FAILED, "it is an encrypted key that is damaged");
	struct der key = { der.data, der.size };
	bool ok = read_sealed(find, key, passphrase, rounds, out, err);
	gnutls_free(der.data);
	return ok;
}

static bool refuse_find(const struct find *find, size_t len, struct error *err)
{
	if (len == 0)
		return error_set(err, ERROR_FAILED, "it is empty");
	if (find->other)
		return error_set(err, ERROR_FAILED, "there is no private key in it");
	return error_set(err, ERROR_FAILED, "it isn't a private key");
}

bool privkey_read(const void *bytes, size_t len, const char *passphrase, uint64_t rounds,
	struct privkey **out, struct error *err)
{
	struct find find;
	*out = NULL;
	if (!find_key(bytes, len, &find))
		return refuse_find(&find, len, err);
	if (strcmp(find.label, "OPENSSH " KEY) == 0)
		return error_set(err, ERROR_FAILED,
			"it is a key of OpenSSH (ssh-keygen -p -m PKCS8 -f FILE turns it into one "
			"that is read)");
	if (is_sealed_der(&find))
		return read_sealed(&find, (struct der){ bytes, len }, passphrase, rounds, out, err);
	if (is_sealed(&find))
		return read_sealed_pem(&find, passphrase, rounds, out, err);
	if (!is_old_sealed(&find))
		passphrase = NULL; /* with one, GnuTLS takes DER for sealed */
	else if (!passphrase)
		return wants_passphrase(err);
	return import(&find, find.bytes, find.format, passphrase, out, err);
}

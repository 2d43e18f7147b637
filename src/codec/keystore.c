#include "codec/keystore.h"

#include <string.h>

#include "base/lang.h"
#include "base/text.h"
#include "codec/pem.h"
#include "codec/writers.h"

#define KEY_MOST 65536 /* of one key in any form, and generously */

static keystore_write_fn pem_write_entry;

static const struct keystore_format formats[] = {
	{ .name = "pem",
		.suffixes = ".pem .key",
		.help = N_("PEM: the key as PKCS#8, then its chain, in one file"),
		.write = pem_write_entry },
	{ .name = "pkcs12",
		.suffixes = ".p12 .pfx",
		.help = N_("PKCS#12 with AES-256: Java, Windows from 2019 on, OpenSSL, browsers"),
		.binary = true,
		.sealed = true,
		.ascii = true,
		.write = pkcs12_write_entry },
	{ .name = "pkcs12-legacy",
		.suffixes = ".p12 .pfx",
		.help = N_("PKCS#12 with 3DES and SHA-1: older Windows, macOS, Java and appliances"),
		.binary = true,
		.sealed = true,
		.ascii = true,
		.write = pkcs12_write_entry_legacy },
	{ .name = "jks",
		.suffixes = ".jks",
		.help = N_("JKS: what old Java wants; its seal is weak, the password must be long"),
		.binary = true,
		.sealed = true,
		.write = jks_write_entry },
};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

const struct keystore_format *keystore_formats(size_t *count)
{
	*count = FORMATS;
	return formats;
}

const struct keystore_format *keystore_format_find(const char *name)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

static bool goes_without(const struct keystore_format *format, bool plain, struct error *err)
{
	if (!plain)
		return error_set(err, ERROR_SECRET,
			"%s needs a password, since it holds a private key", format->name);
	if (format->sealed)
		return error_set(err, ERROR_USAGE,
			"%s is always sealed with a password (pem can go without)", format->name);
	return true;
}

bool keystore_password_fits(
	const struct keystore_format *format, const char *password, bool plain, struct error *err)
{
	if (!password)
		return goes_without(format, plain, err);
	if (plain)
		return error_set(err, ERROR_USAGE,
			"a key is either plain or sealed with a password, not both");
	if (!*password)
		return error_set(err, ERROR_SECRET, "the password is empty");
	if (!text_is_utf8(password, strlen(password)))
		return error_set(err, ERROR_USAGE,
			"the password isn't UTF-8, so that other programs couldn't be given it");
	return !format->ascii || password_is_ascii(format->name, password, err);
}

static bool fits(const struct keystore_entry *entry, struct error *err)
{
	if (entry->count == 0)
		return error_set(
			err, ERROR_FAILED, "there is no certificate to write with the key");
	if (entry->count > KEYSTORE_CHAIN_MOST)
		return error_set(err, ERROR_FAILED,
			"a chain of %zu certificates is longer than any program reads (%d)",
			entry->count, KEYSTORE_CHAIN_MOST);
	if (!privkey_matches(entry->key, cert_info(entry->chain[0])))
		return error_set(
			err, ERROR_FAILED, "the private key isn't the one of this certificate");
	return true;
}

/* No copy of a key is left behind by a buffer that grows. */
static void make_room(const struct keystore_entry *entry, struct buf *out)
{
	size_t len, all = KEY_MOST;

	for (size_t i = 0; i < entry->count; i++) {
		cert_der(entry->chain[i], &len);
		all += 2 * len;
	}
	buf_reserve(out, all);
}

bool keystore_write(const struct keystore_format *format, const struct keystore_entry *entry,
	struct buf *out, struct error *err)
{
	size_t begin = out->len;

	if (!keystore_password_fits(format, entry->password, entry->plain, err) ||
		!fits(entry, err))
		return false;
	make_room(entry, out);
	if (format->write(entry, out, err))
		return true;
	buf_cut(out, begin);
	return false;
}

/* Servers read the key first, or wherever it stands; some want nothing but blocks. */
static bool pem_write_entry(const struct keystore_entry *entry, struct buf *out, struct error *err)
{
	bool good = entry->plain ? privkey_write_plain(entry->key, out, err)
				 : privkey_write_sealed(entry->key, entry->password, out, err);
	const uint8_t *der;
	size_t len;

	for (size_t i = 0; good && i < entry->count; i++) {
		der = cert_der(entry->chain[i], &len);
		pem_write(out, "CERTIFICATE", der, len);
	}
	return good;
}

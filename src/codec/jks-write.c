/*
 * A JKS that is a truststore, or that has one key; its layout stands in jks-walk.h.
 */
#include "codec/java-key.h"
#include "codec/jks.h"
#include "codec/utf16.h"
#include "codec/writers.h"

#define VERSION 2

static void put_number(struct buf *out, uint64_t number, int octets)
{
	while (octets--)
		buf_char(out, (char)(number >> 8 * octets));
}

static void put_unit(struct buf *out, unsigned unit)
{
	if (unit && unit < 0x80) {
		buf_char(out, (char)unit);
	} else if (unit < 0x800) {
		buf_char(out, (char)(0xc0 | unit >> 6));
		buf_char(out, (char)(0x80 | (unit & 0x3f)));
	} else {
		buf_char(out, (char)(0xe0 | unit >> 12));
		buf_char(out, (char)(0x80 | (unit >> 6 & 0x3f)));
		buf_char(out, (char)(0x80 | (unit & 0x3f)));
	}
}

/* Java's modified UTF-8: each half of a surrogate pair is encoded as if it were a letter. */
static void put_text(struct buf *out, const char *text)
{
	struct buf utf16 = { 0 }, utf8 = { 0 };

	utf16_encode(&utf16, text);
	for (size_t i = 0; i + 1 < utf16.len; i += 2)
		put_unit(&utf8, (unsigned)(uint8_t)utf16.data[i] << 8 | (uint8_t)utf16.data[i + 1]);
	put_number(out, utf8.len, 2); /* an alias has few columns, see export_aliases() */
	buf_add(out, utf8.data, utf8.len);
	buf_done(&utf16);
	buf_done(&utf8);
}

void jks_put_head(struct buf *out, uint64_t magic, uint64_t version, size_t entries)
{
	put_number(out, magic, 4);
	put_number(out, version, 4);
	put_number(out, entries, 4);
}

static void put_entry(struct buf *out, enum jks_tag tag, const char *alias, int64_t now)
{
	put_number(out, tag, 4);
	put_text(out, alias);
	put_number(out, (uint64_t)now * 1000, 8);
}

static void put_certificate(struct buf *out, uint64_t version, struct span der)
{
	if (version > 1)
		put_text(out, "X.509");
	put_number(out, span_len(der), 4);
	buf_add(out, der.at, span_len(der));
}

void jks_put_trusted(struct buf *out, const struct jks_trusted *entry)
{
	put_entry(out, JKS_CERTIFICATE, entry->alias, entry->now);
	put_certificate(out, entry->version, entry->der);
}

void jks_put_digest(struct buf *out, size_t begin, const char *password)
{
	uint8_t digest[JKS_DIGEST];

	jks_digest(password, span_of(out->data + begin, out->len - begin), digest);
	buf_add(out, digest, sizeof(digest));
}

bool jks_write(const struct export_list *list, struct buf *out, struct error *err)
{
	struct jks_trusted entry = { .version = VERSION, .now = list->now };
	size_t begin = out->len;
	char **aliases;

	if (list->count > INT32_MAX)
		return error_set(err, ERROR_FAILED, "a JKS can't hold so many certificates");
	aliases = export_aliases(list);
	jks_put_head(out, JKS_MAGIC, VERSION, list->count);
	for (size_t i = 0; i < list->count; i++) {
		entry.alias = aliases[i];
		entry.der = span_of(list->items[i].der, list->items[i].len);
		jks_put_trusted(out, &entry);
	}
	export_aliases_free(aliases, list->count);
	jks_put_digest(out, begin, list->password);
	return true;
}

static bool put_key(struct buf *out, const struct keystore_entry *entry, struct error *err)
{
	struct buf plain = { .secret = true }, sealed = { .secret = true };
	bool good = privkey_write_der(entry->key, &plain, err);

	if (good && !java_jks_close(span_of(plain.data, plain.len), entry->password, &sealed))
		good = error_set(err, ERROR_FAILED, "GnuTLS can't encrypt this key for a JKS");
	put_number(out, sealed.len, 4);
	if (good)
		buf_add(out, sealed.data, sealed.len);
	buf_wipe(&plain);
	buf_wipe(&sealed);
	return good;
}

bool jks_write_entry(const struct keystore_entry *entry, struct buf *out, struct error *err)
{
	size_t begin = out->len, len;
	struct buf alias = { 0 };
	const uint8_t *der;

	alias_put(&alias, entry->name);
	jks_put_head(out, JKS_MAGIC, VERSION, 1);
	put_entry(out, JKS_KEY, buf_text(&alias), entry->now);
	buf_done(&alias);
	if (!put_key(out, entry, err))
		return false;
	put_number(out, entry->count, 4);
	for (size_t i = 0; i < entry->count; i++) {
		der = cert_der(entry->chain[i], &len);
		put_certificate(out, VERSION, span_of(der, len));
	}
	jks_put_digest(out, begin, entry->password);
	return true;
}

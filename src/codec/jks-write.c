/*
 * A JKS that is a truststore; its layout stands in jks.c.
 */
#include "codec/jks.h"
#include "codec/utf16.h"
#include "codec/writers.h"

#define TRUSTED_CERTIFICATE 2

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

static void put_entry(struct buf *out, const struct export_item *item, const char *alias,
	int64_t now)
{
	put_number(out, TRUSTED_CERTIFICATE, 4);
	put_text(out, alias);
	put_number(out, (uint64_t)now * 1000, 8);
	put_text(out, "X.509");
	put_number(out, item->len, 4);
	buf_add(out, item->der, item->len);
}

bool jks_write(const struct export_list *list, struct buf *out, struct error *err)
{
	size_t begin = out->len;
	uint8_t digest[JKS_DIGEST];
	char **aliases;

	if (list->count > INT32_MAX)
		return error_set(err, ERROR_FAILED, "a JKS can't hold so many certificates");
	aliases = export_aliases(list);
	put_number(out, JKS_MAGIC, 4);
	put_number(out, 2, 4);
	put_number(out, list->count, 4);
	for (size_t i = 0; i < list->count; i++)
		put_entry(out, &list->items[i], aliases[i], list->now);
	export_aliases_free(aliases, list->count);
	jks_digest(list->password, span_of(out->data + begin, out->len - begin), digest);
	buf_add(out, digest, sizeof(digest));
	return true;
}

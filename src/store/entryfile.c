/*
 * Headers are the unbroken run of `Key: value` lines at the very top.  The text that OpenSSL prints
 * before a block ("Certificate:", indented lines) is no header, and neither is anything behind it.
 */
#include "store/entryfile.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/pem.h"

#define KEY_MOST   40
#define VALUE_MOST 4096
#define KEYS_MOST  256 /* nobody writes more, and each is compared with all before it */

/* Length of the key where the line is a header, else 0. */
static size_t key_length(const char *line, size_t len)
{
	size_t n = 0;
	while (n < len && n < KEY_MOST && (isalnum((unsigned char)line[n]) || line[n] == '-'))
		n++;
	bool shaped = n > 0 && isupper((unsigned char)line[0]) && n + 1 < len;
	return shaped && line[n] == ':' && line[n + 1] == ' ' ? n : 0;
}

/* Made safe first: an escape is longer than what it stands for, and a value that was read is written as it
 * is and must be read as the same. */
static void cut_value(struct buf *value)
{
	size_t len = value->len < VALUE_MOST ? value->len : VALUE_MOST;
	while (len < value->len && (value->data[len] & 0xc0) == 0x80)
		len--;
	buf_cut(value, len);
}

static void take_header(struct headers *headers, const char *line, size_t len, size_t key_len)
{
	char *key = mem_textn(line, key_len);
	char *raw = mem_textn(line + key_len + 2, len - key_len - 2);
	struct buf value = { 0 };
	text_guard(&value, raw);
	cut_value(&value);
	if (!headers_get(headers, key))
		headers_set(headers, key, buf_text(&value));
	buf_done(&value);
	free(raw);
	free(key);
}

void entry_file_headers(const char *bytes, size_t len, struct headers *headers)
{
	const char *end = bytes + len;
	while (bytes < end && headers->count < KEYS_MOST) {
		const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t line_len = (size_t)((newline ? newline : end) - bytes);
		size_t next = line_len + (newline ? 1 : 0);
		if (line_len > 0 && bytes[line_len - 1] == '\r')
			line_len--;
		size_t key_len = key_length(bytes, line_len);
		if (key_len == 0)
			return;
		take_header(headers, bytes, line_len, key_len);
		bytes += next;
	}
}

static bool is_key(const struct pem_block *block)
{
	static const char suffix[] = "PRIVATE KEY";
	size_t n = sizeof suffix - 1;
	return block->label_len >= n &&
	       memcmp(block->label + block->label_len - n, suffix, n) == 0;
}

static void read_pem(const char *bytes, size_t len, struct entry_file *out)
{
	struct pem_reader reader;
	struct pem_block block = { 0 };
	pem_start(&reader, bytes, len);
	while (pem_next(&reader, &block)) {
		out->has_key |= is_key(&block);
		if (!pem_is(&block, "CERTIFICATE") && !pem_is(&block, "X509 CERTIFICATE"))
			continue;
		if (out->certs++ > 0)
			continue;
		out->broken = block.broken;
		if (!block.broken)
			buf_add(&out->der, block.der.data, block.der.len);
	}
	buf_wipe(&block.der);
}

static bool is_der(const char *bytes, size_t len)
{
	return len > 0 && (unsigned char)bytes[0] == 0x30 && !memmem(bytes, len, "-----BEGIN", 10);
}

void entry_file_der(const char *bytes, size_t len, struct buf *out)
{
	struct pem_reader reader;
	struct pem_block block = { 0 };
	bool found = is_der(bytes, len);
	if (found)
		buf_add(out, bytes, len);
	pem_start(&reader, bytes, len);
	while (!found && pem_next(&reader, &block)) {
		found = pem_is(&block, "CERTIFICATE") || pem_is(&block, "X509 CERTIFICATE");
		if (found && !block.broken)
			buf_add(out, block.der.data, block.der.len);
	}
	buf_wipe(&block.der);
}

void entry_file_read(const char *bytes, size_t len, struct entry_file *out)
{
	if (is_der(bytes, len)) {
		buf_add(&out->der, bytes, len);
		out->certs = 1;
		return;
	}
	entry_file_headers(bytes, len, &out->headers);
	read_pem(bytes, len, out);
}

void entry_file_done(struct entry_file *file)
{
	headers_done(&file->headers);
	buf_done(&file->der);
	*file = (struct entry_file){ 0 };
}

void entry_file_head(struct buf *out, const struct headers *headers)
{
	for (size_t i = 0; i < headers->count; i++)
		buf_format(out, "%s: %s\n", headers->items[i].key, headers->items[i].value);
}

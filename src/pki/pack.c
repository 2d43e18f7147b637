#include "pki/pack.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/set.h"
#include "pki/record.h"

#define NO_TEXT UINT32_MAX

static void pack_raw(struct buf *out, const void *bytes, uint32_t len)
{
	buf_add(out, &len, sizeof len);
	if (len != NO_TEXT)
		buf_add(out, bytes, len);
}

void pack_bytes(struct buf *out, const void *bytes, size_t len)
{
	pack_raw(out, bytes, len < NO_TEXT ? (uint32_t)len : 0);
}

void pack_text(struct buf *out, const char *text)
{
	if (text)
		pack_bytes(out, text, strlen(text));
	else
		pack_raw(out, NULL, NO_TEXT);
}

/* The record's plain members travel as they are; its texts follow, each with its NUL. */
void cert_info_pack(struct buf *out, const struct cert_info *info)
{
	struct cert_info copy = *info;
	buf_add(out, info, sizeof *info);
	for (size_t i = 0; i < RECORD_TEXTS; i++) {
		const char *text = *record_text(&copy, i);
		if (text)
			pack_bytes(out, text, record_text_size(info, i));
		else
			pack_text(out, NULL);
	}
	pack_text(out, info->key_algorithm);
}

static const char *take(struct unpack *u, size_t len)
{
	const char *at = u->at;
	if (u->bad || (size_t)(u->end - u->at) < len) {
		u->bad = true;
		return NULL;
	}
	u->at += len;
	return at;
}

const void *unpack_bytes(struct unpack *u, size_t *len)
{
	uint32_t n = 0;
	const char *head = take(u, sizeof n);
	if (head)
		memcpy(&n, head, sizeof n);
	*len = n;
	return head && n != NO_TEXT ? take(u, n) : NULL;
}

char *unpack_text(struct unpack *u)
{
	size_t len;
	const char *bytes = unpack_bytes(u, &len);
	return bytes ? mem_textn(bytes, len) : NULL;
}

/* The names of algorithms are static in a record; what comes over a pipe is kept once for each
 * name. */
static const char *intern(struct unpack *u)
{
	static struct set names;
	char *name = unpack_text(u);
	const char *kept = name ? set_keep(&names, name) : "";
	free(name);
	return kept;
}

static size_t count_texts(const char *texts, size_t len)
{
	size_t count = 0;
	for (size_t i = 0; i < len; i++)
		count += texts[i] == '\0';
	return count;
}

/* A text ends with its only NUL, the alternative names with as many as there are names. */
static const char *take_text(struct unpack *u, enum record_text which, struct cert_info *info)
{
	size_t len;
	const char *text = unpack_bytes(u, &len);
	if (which == RECORD_SANS)
		info->sans_len = text ? len : 0;
	size_t expected = which == RECORD_SANS ? info->san_count : text != NULL;
	if (count_texts(text, text ? len : 0) != expected ||
		(expected > 0 && text[len - 1] != '\0'))
		u->bad = true;
	return text;
}

struct cert_info *cert_info_unpack(struct unpack *u)
{
	struct cert_info info;
	const char *plain = take(u, sizeof info);
	if (!plain)
		return NULL;
	memcpy(&info, plain, sizeof info);
	for (size_t i = 0; i < RECORD_TEXTS; i++)
		*record_text(&info, i) = take_text(u, i, &info);
	info.key_algorithm = intern(u);
	if (u->bad || !info.subject || !info.issuer || !info.serial || !info.signature)
		return NULL;
	return cert_info_copy(&info);
}

#include "pki/pack.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/set.h"

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

/* The record's plain members travel as they are; its texts follow in the order of fields(). */
static size_t fields(struct cert_info *info, char **out[9])
{
	char **all[] = { &info->subject, &info->issuer, &info->cn, &info->org, &info->unit,
		&info->serial, &info->signature, &info->key_id, &info->issuer_key_id };
	memcpy(out, all, sizeof all);
	return sizeof all / sizeof *all;
}

void cert_info_pack(struct buf *out, const struct cert_info *info)
{
	struct cert_info copy = *info;
	char **texts[9];
	size_t count = fields(&copy, texts);
	buf_add(out, info, sizeof *info);
	for (size_t i = 0; i < count; i++)
		pack_text(out, *texts[i]);
	pack_text(out, info->key_algorithm);
	for (size_t i = 0; i < info->san_count; i++)
		pack_text(out, info->sans[i]);
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

/* The names of algorithms are static in a record; what comes over a pipe is kept once for each name. */
static const char *intern(struct unpack *u)
{
	static struct set names;
	char *name = unpack_text(u);
	const char *kept = name ? set_keep(&names, name) : "";
	free(name);
	return kept;
}

struct cert_info *cert_info_unpack(struct unpack *u)
{
	struct cert_info info = { 0 };
	char **texts[9];
	const char *plain = take(u, sizeof info);
	if (!plain)
		return NULL;
	memcpy(&info, plain, sizeof info);
	size_t count = fields(&info, texts), sans = info.san_count;
	for (size_t i = 0; i < count; i++)
		*texts[i] = unpack_text(u);
	info.key_algorithm = intern(u);
	info.san_count = 0;
	if (sans > (size_t)(u->end - u->at) / sizeof(uint32_t))
		u->bad = true;
	info.sans = mem_new((u->bad ? 0 : sans) * sizeof *info.sans);
	while (!u->bad && info.san_count < sans)
		info.sans[info.san_count++] = unpack_text(u);
	struct cert_info *copy = u->bad || !info.subject ? NULL : cert_info_copy(&info);
	for (size_t i = 0; i < info.san_count; i++)
		free(info.sans[i]);
	free(info.sans);
	for (size_t i = 0; i < count; i++)
		free(*texts[i]);
	return copy;
}

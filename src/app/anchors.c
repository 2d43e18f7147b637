/*
 * The system's anchors: a bundle of a hundred and fifty certificates, read when the first judgement
 * asks.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "app/import.h"
#include "app/source.h"
#include "base/fs.h"
#include "base/mem.h"
#include "codec/pem.h"

#define BUNDLE_MOST (16u << 20)

struct system_anchors {
	struct cert **items;
	size_t count, cap;
};

static void take(struct system_anchors *anchors, const struct pem_block *block)
{
	struct cert *cert;
	if (!pem_is(block, "CERTIFICATE") || block->broken ||
		!cert_parse(block->der.data, block->der.len, &cert, NULL))
		return;
	anchors->items = mem_grow(anchors->items, anchors->count, &anchors->cap,
		sizeof(struct cert *));
	anchors->items[anchors->count++] = cert;
}

struct system_anchors *anchors_new(void)
{
	struct system_anchors *anchors = mem_new(sizeof *anchors);
	struct buf bytes = { 0 };
	struct pem_block block = { 0 };
	struct pem_reader reader;
	const char *path = import_system_bundle();
	if (path && fs_read(AT_FDCWD, path, FS_FOLLOW, BUNDLE_MOST, &bytes, NULL, NULL)) {
		pem_start(&reader, bytes.data, bytes.len);
		while (pem_next(&reader, &block))
			take(anchors, &block);
	}
	buf_wipe(&block.der);
	buf_done(&bytes);
	return anchors;
}

void anchors_free(struct system_anchors *anchors)
{
	for (size_t i = 0; anchors && i < anchors->count; i++)
		cert_free(anchors->items[i]);
	if (anchors)
		free(anchors->items);
	free(anchors);
}

bool anchors_has(const struct system_anchors *anchors, const struct fingerprint *print)
{
	for (size_t i = 0; i < anchors->count; i++)
		if (fingerprint_compare(&cert_info(anchors->items[i])->sha256, print) == 0)
			return true;
	return false;
}

const struct cert *anchors_at(const struct system_anchors *anchors, size_t i)
{
	return i < anchors->count ? anchors->items[i] : NULL;
}

/* One that the store has a word on is offered as that says, or not at all. */
void anchors_offer(const struct system_anchors *anchors, const struct judge_source *source,
	const struct judge_wish *wish, struct judge_pool *pool)
{
	for (size_t i = 0; i < anchors->count; i++) {
		const struct cert_info *info = cert_info(anchors->items[i]);
		struct cert *copy;
		size_t len;
		if (!judge_fits(wish, info->subject, info->key_id) || judge_has(pool, &info->sha256))
			continue;
		enum standing standing = source->standing(source->ctx, &info->sha256);
		const uint8_t *der = cert_der(anchors->items[i], &len);
		if (standing != STANDING_STRANGER && cert_parse(der, len, &copy, NULL) &&
			!judge_offer(pool, copy, standing))
			return;
	}
}

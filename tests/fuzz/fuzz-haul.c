/*
 * Any records as what an import's child sends, each with an octet for its type and two for its length:
 * the child takes foreign bytes apart, so that its word counts for nothing that the bytes don't bear out.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "app/haul.h"
#include "base/text.h"

static void check_item(const struct haul *haul, const struct import_item *item)
{
	struct import_more more = { 0 };
	struct fingerprint print;
	struct error err = { 0 };
	must(text_is_safe(item->file) && text_is_safe(item->proposed));
	must(import_item_read(haul, item, &more, &err));
	must(more.der.len == item->der_len && more.where && more.subject);
	must(text_is_safe(more.where) && text_is_safe(more.subject));
	must(!more.label || text_is_safe(more.label));
	must(!more.issuer || text_is_safe(more.issuer));
	fingerprint_of(more.der.data, more.der.len, &print);
	must(fingerprint_compare(&print, &item->sha256) == 0);
	import_more_done(&more);
}

static void check(const struct haul *haul)
{
	for (size_t i = 0; i < haul->count && i < 50; i++)
		check_item(haul, &haul->items[i]);
	for (size_t i = 0; i < haul->problem_count; i++) {
		const struct import_problem *p = &haul->problems[i];
		must(text_is_safe(p->file) && text_is_safe(p->where) && text_is_safe(p->why));
	}
	must(!haul->format || text_is_safe(haul->format));
	must(!haul->note || text_is_safe(haul->note));
}

/* The fingerprint is put right, which no fuzzer guesses: it stands behind file and name. */
static void put_right(struct buf *record)
{
	struct unpack u = { .at = record->data, .end = record->data + record->len };
	size_t len, der_len;
	struct fingerprint print;
	unpack_bytes(&u, &len);
	unpack_bytes(&u, &len);
	const char *judged = unpack_bytes(&u, &len);
	if (!judged || len != sizeof print)
		return;
	unpack_bytes(&u, &len);
	const void *der = unpack_bytes(&u, &der_len);
	if (!der)
		return;
	fingerprint_of(der, der_len, &print);
	memcpy(record->data + (judged - record->data), &print, sizeof print);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct haul haul = { 0 };
	while (size >= 3) {
		size_t len = (size_t)data[1] << 8 | data[2];
		struct buf record = { 0 };
		if (len > size - 3)
			len = size - 3;
		buf_add(&record, data + 3, len);
		if (data[0] & 0x80)
			put_right(&record);
		haul_record(&haul, data[0] & 0x0f, buf_text(&record), len);
		buf_done(&record);
		data += 3 + len;
		size -= 3 + len;
	}
	check(&haul);
	import_done(&haul);
	return 0;
}

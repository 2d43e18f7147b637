/*
 * Any bytes as a truststore, which is changed and written: what comes out is read again, with what
 * isn't ours as it was and ours as they were wanted.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/text.h"
#include "codec/jks.h"
#include "codec/truststore.h"

#define ROUNDS  2000 /* so that a run takes milliseconds */
#define ENTRIES 2000

static const struct bag_limits limits = { .certificates = ENTRIES, .kdf_rounds = ROUNDS };

static void check_item(const struct truststore_item *item)
{
	struct fingerprint sha256;

	must(item->alias && text_is_safe(item->alias));
	must(item->raw && item->raw_len);
	must(!item->ours || item->kind == TRUSTSTORE_TRUSTED);
	must(item->kind != TRUSTSTORE_TRUSTED || item->der);
	if (!item->der)
		return;
	must(item->der >= item->raw && item->len <= item->raw_len);
	must((size_t)(item->der - item->raw) <= item->raw_len - item->len);
	fingerprint_of(item->der, item->len, &sha256);
	must(fingerprint_compare(&sha256, &item->sha256) == 0);
}

/* The next item that is written and isn't ours, or NULL. */
static const struct truststore_item *next_other(const struct truststore *ts, size_t *at)
{
	while (*at < truststore_count(ts)) {
		const struct truststore_item *item = truststore_item(ts, (*at)++);

		if (!item->gone && !item->ours)
			return item;
	}
	return NULL;
}

static void same_others(const struct truststore *a, const struct truststore *b)
{
	size_t i = 0, j = 0;
	const struct truststore_item *one, *other;

	do {
		one = next_other(a, &i);
		other = next_other(b, &j);
		must(!one == !other);
		must(!one || (one->raw_len == other->raw_len &&
				     memcmp(one->raw, other->raw, one->raw_len) == 0));
	} while (one);
}

static size_t count_ours(const struct truststore *ts)
{
	size_t ours = 0;

	for (size_t i = 0; i < truststore_count(ts); i++)
		ours += truststore_item(ts, i)->ours && !truststore_item(ts, i)->gone;
	return ours;
}

static void write_and_read(const struct truststore *ts, const char *password, size_t wanted)
{
	struct bag_options options = { .password = password };
	struct error err = { 0 };
	struct truststore *again;
	struct buf out = { 0 };

	if (truststore_seal(ts) == TRUSTSTORE_UNCHECKED) {
		must(!truststore_write(ts, &out, &err) && err.code == ERROR_SECRET && !out.len);
		return;
	}
	must(truststore_write(ts, &out, &err));
	must(truststore_read(out.data, out.len, &options, &again, &err));
	must(truststore_format(ts) == truststore_format(again));
	must(truststore_seal(ts) == truststore_seal(again));
	must(count_ours(again) == wanted);
	same_others(ts, again);
	truststore_free(again);
	buf_done(&out);
}

static void change(struct truststore *ts, const char *password)
{
	struct export_item items[] = {
		{ .der = (const uint8_t *)"one", .len = 3, .name = "x" },
		{ .der = (const uint8_t *)"another", .len = 7, .name = "X" },
	};
	const struct export_list list = { .items = items, .count = 2, .now = 1800000000 };
	struct truststore_change done;

	for (size_t i = 0; i < list.count; i++)
		fingerprint_of(items[i].der, items[i].len, &items[i].sha256);
	truststore_hold(ts, &list, &done);
	must(done.kept + done.added == 2 && count_ours(ts) == 2);
	write_and_read(ts, password, 2);
	for (size_t i = 0; i < truststore_count(ts); i += 2)
		truststore_remove(ts, i);
	write_and_read(ts, password, count_ours(ts));
}

static void read_with(const uint8_t *data, size_t size, const char *password)
{
	const struct bag_options options = { .limits = limits, .password = password };
	struct error err = { 0 };
	struct truststore *ts;

	if (!truststore_read(data, size, &options, &ts, &err)) {
		must(!ts && err.code != ERROR_NONE && err.text[0] && text_is_safe(err.text));
		return;
	}
	must(truststore_count(ts) <= ENTRIES);
	for (size_t i = 0; i < truststore_count(ts); i++)
		check_item(truststore_item(ts, i));
	change(ts, password);
	truststore_free(ts);
}

/* The same with its digest put right, which no fuzzer guesses: whatever is read is written again. */
static void read_sealed(const uint8_t *data, size_t size)
{
	struct buf file = { 0 };
	uint8_t digest[JKS_DIGEST];
	size_t body = size - JKS_DIGEST;

	if (size < JKS_DIGEST || (data[0] != 0xfe && data[0] != 0xce))
		return;
	buf_add(&file, data, size);
	jks_digest("changeit", span_of(data, body), digest);
	memcpy(file.data + body, digest, JKS_DIGEST);
	read_with((const uint8_t *)file.data, size, "changeit");
	buf_done(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_sealed(data, size);
	read_with(data, size, NULL);
	read_with(data, size, "changeit");
	return 0;
}

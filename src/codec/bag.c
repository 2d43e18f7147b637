/*
 * A file passes through in three steps: the first format that knows it collects candidates and
 * names everything else; the limits are held against what was collected; then each candidate is
 * judged by cert_parse(), and what GnuTLS refuses becomes a problem that keeps its place.  Without
 * limits the blocks of a PEM file take all three as they come, and none of them stays.
 */
#include "codec/bag.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "codec/base64.h"
#include "codec/intake.h"
#include "codec/passage.h"

static read_fn base64_read;

static const struct format {
	const char *name;
	bool binary; /* may also stand in base64 without the lines of PEM around it */
	read_fn *read;
} formats[] = {
	{ .name = "JKS", .read = jks_read, .binary = true },
	{ .name = "JCEKS", .read = jceks_read, .binary = true },
	{ .name = "PKCS#12", .read = pkcs12_read, .binary = true },
	{ .name = "PKCS#7", .read = pkcs7_read, .binary = true },
	{ .name = "DER", .read = der_read, .binary = true },
	{ .name = "PEM", .read = pem_read },
	{ .name = "Base64", .read = base64_read },
};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

static enum answer ask(struct intake *in, bool only_binary, struct span bytes, struct error *err)
{
	enum answer answer = ANSWER_NOT_MINE;

	for (size_t i = 0; i < FORMATS && answer == ANSWER_NOT_MINE; i++) {
		if (only_binary && !formats[i].binary)
			continue;
		in->bag->format = formats[i].name;
		answer = formats[i].read(in, bytes, err);
		in->bag->format = answer == ANSWER_NOT_MINE ? NULL : formats[i].name;
	}
	return answer;
}

/* Nothing that we read begins otherwise than 0x30 or 0xce or 0xfe: M, z or / in base64. */
static enum answer base64_read(struct intake *in, struct span bytes, struct error *err)
{
	struct buf decoded = { .secret = true };
	enum answer answer = ANSWER_NOT_MINE;
	struct span text = bytes;

	while (text.at < text.end && strchr(" \t\r\n", *text.at) && *text.at)
		text.at++;
	if (text.at == text.end || !strchr("Mz/", *text.at))
		return ANSWER_NOT_MINE;
	if (!base64_decode((const char *)text.at, span_len(text), &decoded))
		answer = ask(in, true, span_of(decoded.data, decoded.len), err);
	buf_wipe(&decoded);
	return answer;
}

static bool within_limits(struct intake *in, struct error *err)
{
	size_t limit = in->options->limits.certificates;

	if (!limit)
		return true;
	if (in->certificates > limit)
		return error_set(err, ERROR_FAILED,
			"holds %zu certificates; the limit is %zu (--no-limits takes them)",
			in->certificates, limit);
	if (in->others > limit && !in->bag->note)
		in->bag->note =
			mem_format(_("%zu more things in it aren't listed"), in->others - limit);
	return true;
}

static const struct bag_item *first_of(const struct bag *bag, enum bag_kind kind)
{
	for (size_t i = 0; i < bag->count; i++) {
		if (bag->items[i].kind == kind)
			return &bag->items[i];
	}
	return NULL;
}

/* No certificate came out of it: say what was there instead, the most telling thing first. */
static bool useless(const struct bag *bag, struct error *err)
{
	const struct bag_item *item = first_of(bag, BAG_PROBLEM);

	if (item)
		return error_set(err, ERROR_FAILED, "holds no certificate that can be read: %s: %s",
			item->where, item->why);
	if (first_of(bag, BAG_KEY))
		return error_set(err, ERROR_FAILED,
			"holds a private key and no certificate");
	item = first_of(bag, BAG_CRL);
	item = item ? item : first_of(bag, BAG_OTHER);
	if (item)
		return error_set(err, ERROR_FAILED, "holds %s and no certificate", item->why);
	return error_set(err, ERROR_FAILED, "holds no certificate");
}

/* Candidates that were never judged don't get out. */
static bool drop_items(struct bag *bag)
{
	while (bag->count)
		bag_item_done(&bag->items[--bag->count]);
	return false;
}

bool intake_file(struct intake *in, struct span bytes, struct error *err)
{
	switch (ask(in, false, bytes, err)) {
	case ANSWER_NOT_MINE:
		return error_set(err, ERROR_FAILED, "%s", guess(bytes));
	case ANSWER_BROKEN:
		return drop_items(in->bag);
	case ANSWER_READ:
		break;
	}
	return within_limits(in, err) || drop_items(in->bag);
}

bool bag_walk(const void *bytes, size_t len, const struct bag_options *options, bag_each_fn *each,
	void *ctx, struct bag *rest, struct error *err)
{
	struct passage passage = { .bag = rest, .each = each, .ctx = ctx };
	struct intake in = { .bag = rest, .options = options, .prefix = "", .passage = &passage };

	if (!intake_file(&in, span_of(bytes, len), err))
		return false;
	passage_go(&passage, true);
	return passage.useful || useless(rest, err);
}

static void keep(void *ctx, const char *format, struct bag_item *item)
{
	struct bag *bag = ctx;

	(void)format;
	bag->items = mem_grow(bag->items, bag->count, &bag->cap, sizeof(*bag->items));
	bag->items[bag->count++] = *item;
	*item = (struct bag_item){ 0 };
}

bool bag_read(const void *bytes, size_t len, const struct bag_options *options, struct bag *bag,
	struct error *err)
{
	struct bag rest = { 0 };
	bool ok = bag_walk(bytes, len, options, keep, bag, &rest, err);

	for (size_t i = 0; i < rest.count; i++)
		keep(bag, rest.format, &rest.items[i]);
	bag->format = rest.format;
	bag->note = rest.note;
	free(rest.items);
	return ok;
}

void bag_done(struct bag *bag)
{
	drop_items(bag);
	free(bag->items);
	free(bag->note);
	*bag = (struct bag){ 0 };
}

size_t bag_count(const struct bag *bag, enum bag_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < bag->count; i++)
		count += bag->items[i].kind == kind;
	return count;
}

struct bag_item *bag_add(struct bag *bag, enum bag_kind kind, const char *where)
{
	struct bag_item *item;

	bag->items = mem_grow(bag->items, bag->count, &bag->cap, sizeof(*bag->items));
	item = &bag->items[bag->count++];
	*item = (struct bag_item){ .kind = kind, .where = mem_text(where) };
	return item;
}

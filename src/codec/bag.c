/*
 * A file passes through in three steps: the first format that knows it collects candidates and
 * names everything else; the limits are held against what was collected; then each candidate is
 * judged by cert_parse(), and what GnuTLS refuses becomes a problem that keeps its place.
 */
#include "codec/bag.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "codec/base64.h"
#include "codec/intake.h"
#include "pki/cert.h"

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
		answer = formats[i].read(in, bytes, err);
		if (answer != ANSWER_NOT_MINE)
			in->bag->format = formats[i].name;
	}
	return answer;
}

/* Nothing that we read begins otherwise than 0x30 or 0xce or 0xfe: M, z or / in base64. */
static enum answer base64_read(struct intake *in, struct span bytes, struct error *err)
{
	struct buf decoded = { 0 };
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

static void become_problem(struct bag_item *item, const char *why)
{
	item->kind = BAG_PROBLEM;
	item->why = mem_text(why);
	free(item->der);
	item->der = NULL;
	item->len = 0;
}

static bool same_der(const struct bag_item *a, const struct bag_item *b)
{
	return a && a->len == b->len && memcmp(a->der, b->der, a->len) == 0;
}

/* What equals the one before it needs no second opinion: files that repeat one are real. */
static void judge(struct bag *bag)
{
	const struct bag_item *last = NULL;
	struct bag_item *item;
	struct error why;

	for (size_t i = 0; i < bag->count; i++) {
		item = &bag->items[i];
		if (item->kind != BAG_CERT || same_der(last, item))
			continue;
		if (cert_parse(item->der, item->len, &item->cert, &why))
			last = item;
		else
			become_problem(item, why.text);
	}
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
			mem_format("%zu more things in it aren't listed", in->others - limit);
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
static bool of_use(const struct intake *in, struct error *err)
{
	const struct bag *bag = in->bag;
	const struct bag_item *item;

	if (first_of(bag, BAG_CERT))
		return true;
	item = first_of(bag, BAG_PROBLEM);
	if (item)
		return error_set(err, ERROR_FAILED, "holds no certificate that can be read: %s: %s",
			item->where, item->why);
	if (first_of(bag, BAG_KEY))
		return error_set(err, ERROR_FAILED,
			"holds a private key and no certificate");
	item = first_of(bag, BAG_OTHER);
	if (item)
		return error_set(err, ERROR_FAILED, "holds %s and no certificate", item->why);
	return error_set(err, ERROR_FAILED, "holds no certificate");
}

static void item_done(struct bag_item *item)
{
	free(item->der);
	free(item->where);
	free(item->label);
	free(item->why);
	cert_free(item->cert);
}

/* Candidates that were never judged don't get out. */
static bool drop_items(struct bag *bag)
{
	while (bag->count)
		item_done(&bag->items[--bag->count]);
	return false;
}

bool bag_read(const void *bytes, size_t len, const struct bag_options *options, struct bag *bag,
	struct error *err)
{
	struct intake in = { .bag = bag, .options = options, .prefix = "" };
	struct span span = span_of(bytes, len);

	switch (ask(&in, false, span, err)) {
	case ANSWER_NOT_MINE:
		return error_set(err, ERROR_FAILED, "%s", guess(span));
	case ANSWER_BROKEN:
		return drop_items(bag);
	case ANSWER_READ:
		break;
	}
	if (!within_limits(&in, err))
		return drop_items(bag);
	judge(bag);
	return of_use(&in, err);
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

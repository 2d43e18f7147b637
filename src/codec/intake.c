#include "codec/intake.h"

#include <stdarg.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/passage.h"

enum answer answer_broken(struct error *err, const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	error_set(err, ERROR_FAILED, "%s", buf_text(&text));
	buf_done(&text);
	return ANSWER_BROKEN;
}

static struct bag_item *add(struct intake *in, enum bag_kind kind, const char *where, va_list args)
{
	struct buf place = { 0 }, safe = { 0 };
	struct bag_item *item;

	buf_text_add(&place, in->prefix);
	buf_vformat(&place, where, args);
	text_guard(&safe, buf_text(&place));
	item = bag_add(in->bag, kind, buf_text(&safe));
	buf_done(&place);
	buf_done(&safe);
	return item;
}

static bool beyond(const struct intake *in, size_t count)
{
	return in->options->limits.certificates && count > in->options->limits.certificates;
}

struct bag_item *intake_cert(struct intake *in, struct span der, const char *where, ...)
{
	struct bag_item *item;
	va_list args;

	if (beyond(in, ++in->certificates))
		return NULL;
	va_start(args, where);
	item = add(in, BAG_CERT, where, args);
	va_end(args);
	item->len = span_len(der);
	item->der = mem_copy(der.at, item->len);
	return item;
}

static struct bag_item *other(
	struct intake *in, enum bag_kind kind, const char *why, const char *where, va_list args)
{
	struct bag_item *item;
	struct buf safe = { 0 };

	if (beyond(in, ++in->others))
		return NULL;
	item = add(in, kind, where, args);
	text_guard(&safe, lang_text(why));
	item->why = buf_take(&safe);
	return item;
}

struct bag_item *intake_other(
	struct intake *in, enum bag_kind kind, const char *why, const char *where, ...)
{
	struct bag_item *item;
	va_list args;

	va_start(args, where);
	item = other(in, kind, why, where, args);
	va_end(args);
	return item;
}

struct bag_item *intake_part(
	struct intake *in, const struct part *part, const char *where, ...)
{
	struct bag_item *item;
	va_list args;

	va_start(args, where);
	item = other(in, part->kind, part->what, where, args);
	va_end(args);
	if (item && (in->keyring || part->kind == BAG_CRL)) {
		item->len = span_len(part->bytes);
		item->der = mem_copy(part->bytes.at, item->len);
	}
	return item;
}

void intake_pass(struct intake *in)
{
	if (!in->keyring && !in->options->limits.certificates)
		passage_go(in->passage, false);
}

void intake_label(struct bag_item *item, const struct buf *name)
{
	if (item && name->len)
		item->label = text_safe(name->data, name->len);
}

bool is_filling(struct span rest)
{
	while (rest.at < rest.end &&
		(*rest.at == 0 || *rest.at == '\r' || *rest.at == '\n' || *rest.at == ' '))
		rest.at++;
	return rest.at == rest.end;
}

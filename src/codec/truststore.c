/*
 * The list.  Items of a file are spans of its copy; an added one owns its bytes.
 */
#include "codec/truststore.h"

#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/truststore-parts.h"
#include "codec/writers.h"

static const char *const names[] = {
	[TRUSTSTORE_JKS] = "JKS",
	[TRUSTSTORE_JCEKS] = "JCEKS",
	[TRUSTSTORE_PKCS12] = "PKCS#12",
};

const char *truststore_format_name(enum truststore_format format)
{
	return names[format];
}

enum truststore_format truststore_format(const struct truststore *ts)
{
	return ts->format;
}

enum truststore_seal truststore_seal(const struct truststore *ts)
{
	return ts->seal;
}

size_t truststore_count(const struct truststore *ts)
{
	return ts->count;
}

const struct truststore_item *truststore_item(const struct truststore *ts, size_t index)
{
	return &ts->items[index];
}

size_t truststore_live(const struct truststore *ts, enum truststore_kind kind)
{
	size_t live = 0;

	for (size_t i = 0; i < ts->count; i++)
		live += !ts->items[i].gone && ts->items[i].kind == kind;
	return live;
}

/* --- who has which alias --------------------------------------------------------------------- */

/* Lower-case, as Java keeps it.  What stands behind a NUL doesn't count: aliases then seem to meet
 * that don't, which costs ours some digits. */
static void fold_alias(struct buf *out, const char *safe)
{
	struct buf alias = { 0 };

	text_unescape(&alias, safe);
	text_fold(out, buf_text(&alias));
	buf_done(&alias);
}

static void count_name(struct truststore *ts, const char *folded, int more)
{
	set_keep(&ts->names, folded);
	*set_number(&ts->names, folded) += (unsigned)more;
}

unsigned truststore_alias_live(const struct truststore *ts, const char *folded)
{
	const unsigned *live = set_number(&ts->names, folded);

	return live ? *live : 0;
}

/* An item comes or goes. */
void truststore_count_alias(struct truststore *ts, const struct truststore_item *item, int more)
{
	struct buf folded = { 0 };

	fold_alias(&folded, item->alias);
	if (folded.len)
		count_name(ts, buf_text(&folded), more);
	buf_done(&folded);
}

/* What follows from its alias.  A PKCS#12's are lower-cased by Java when it reads them. */
static void judge_alias(const struct truststore *ts, struct truststore_item *item)
{
	struct buf folded = { 0 }, alias = { 0 };

	fold_alias(&folded, item->alias);
	text_unescape(&alias, item->alias);
	item->ours = item->kind == TRUSTSTORE_TRUSTED &&
		     text_starts(buf_text(&folded), TRUSTSTORE_PREFIX);
	item->lost = ts->format != TRUSTSTORE_PKCS12 &&
		     strcmp(buf_text(&folded), buf_text(&alias)) != 0;
	buf_done(&folded);
	buf_done(&alias);
}

/* --- life ------------------------------------------------------------------------------------ */

void truststore_fill(struct truststore *ts, struct truststore_item *item, struct span der,
	const struct buf *alias)
{
	struct buf safe = { 0 };

	text_escape(&safe, buf_text(alias), alias->len);
	item->alias = arena_text(&ts->texts, buf_text(&safe));
	buf_done(&safe);
	judge_alias(ts, item);
	item->der = der.at;
	item->len = span_len(der);
	if (der.at)
		fingerprint_of(item->der, item->len, &item->sha256);
	truststore_count_alias(ts, item, 1);
}

bool truststore_take(const struct truststore_reader *reader, const struct truststore_item *item,
	struct span der, struct span raw, const struct buf *alias)
{
	struct truststore *ts = reader->ts;
	size_t limit = reader->options->limits.certificates;
	struct truststore_item *new;

	if (limit && ts->count >= limit)
		return error_set(reader->err, ERROR_FAILED,
			"holds more than %zu entries, which is the limit (--no-limits takes them)",
			limit);
	ts->items = mem_grow(ts->items, ts->count, &ts->cap, sizeof(*ts->items));
	new = &ts->items[ts->count++];
	*new = *item;
	new->raw = raw.at;
	new->raw_len = span_len(raw);
	truststore_fill(ts, new, der, alias);
	return true;
}

static bool read_any(const struct truststore_reader *reader)
{
	struct truststore *ts = reader->ts;
	struct span bytes = span_of(ts->bytes.data, ts->bytes.len);
	enum answer answer = truststore_read_jks(reader, bytes);

	if (answer == ANSWER_NOT_MINE)
		answer = truststore_read_pkcs12(reader, bytes);
	if (answer == ANSWER_NOT_MINE)
		error_set(reader->err, ERROR_FAILED, "%s",
			bytes.at == bytes.end ? _("is empty")
					      : _("is no truststore of Java (JKS, JCEKS, PKCS#12)"));
	return answer == ANSWER_READ;
}

bool truststore_read(const void *bytes, size_t len, const struct bag_options *options,
	struct truststore **out, struct error *err)
{
	struct truststore *ts = mem_new(sizeof(*ts));
	const struct truststore_reader reader = { .ts = ts, .options = options, .err = err };

	*out = NULL;
	ts->bytes.secret = ts->opened.secret = true; /* keys may stand in there plain */
	buf_add(&ts->bytes, bytes, len);
	if (!read_any(&reader)) {
		truststore_free(ts);
		return false;
	}
	*out = ts;
	return true;
}

static bool password_fits(
	enum truststore_format format, const char *password, struct error *err)
{
	if (format == TRUSTSTORE_PKCS12)
		return !password || password_is_ascii("pkcs12", password, err);
	return password ||
	       error_set(err, ERROR_SECRET, "a %s needs a password", names[format]);
}

bool truststore_new(enum truststore_format format, const char *password, struct truststore **out,
	struct error *err)
{
	struct truststore *ts;

	*out = NULL;
	if (!password_fits(format, password, err))
		return false;
	ts = *out = mem_new(sizeof(*ts));
	ts->format = format;
	ts->version = 2;
	ts->seal = password ? TRUSTSTORE_VERIFIED : TRUSTSTORE_UNSEALED;
	ts->algorithm = pkcs12_trust_seal;
	ts->password = mem_text(password);
	return true;
}

void truststore_free_raw(struct truststore_item *item)
{
	if (item->fresh)
		free((void *)(uintptr_t)item->raw);
}

void truststore_free(struct truststore *ts)
{
	if (!ts)
		return;
	for (size_t i = 0; i < ts->count; i++)
		truststore_free_raw(&ts->items[i]);
	free(ts->items);
	free(ts->containers);
	if (ts->password)
		mem_wipe(ts->password, strlen(ts->password));
	free(ts->password);
	buf_wipe(&ts->bytes);
	buf_wipe(&ts->opened);
	set_done(&ts->names);
	arena_done(&ts->texts);
	free(ts);
}

bool truststore_write(const struct truststore *ts, struct buf *out, struct error *err)
{
	if (ts->seal == TRUSTSTORE_UNCHECKED)
		return error_set(err, ERROR_SECRET,
			"needs its password: what is changed must be sealed anew");
	return ts->format == TRUSTSTORE_PKCS12 ? truststore_write_pkcs12(ts, out, err)
					       : truststore_write_jks(ts, out, err);
}

/*
 * JKS and JCEKS as truststores: entries don't know of one another, so that a changed file is its head,
 * the entries that stay and come, and a new digest.
 */
#include "base/mem.h"
#include "codec/jks.h"
#include "codec/jks-walk.h"
#include "codec/truststore-parts.h"

static const enum truststore_kind kinds[] = {
	[JKS_KEY] = TRUSTSTORE_KEY,
	[JKS_CERTIFICATE] = TRUSTSTORE_TRUSTED,
	[JKS_SECRET] = TRUSTSTORE_OTHER,
};

static bool take(const struct truststore_reader *reader, struct jks_walk *walk,
	const struct jks_entry *entry, struct buf *alias)
{
	const struct truststore_item item = { .kind = kinds[entry->tag],
		.date = entry->milliseconds / 1000 };
	struct span at = entry->certs, der = { 0 };

	if (entry->chain)
		jks_take_cert(walk, &at, &der);
	buf_cut(alias, 0);
	jks_decode_alias(alias, entry->alias);
	return truststore_take(reader, &item, der, entry->whole, alias);
}

static bool take_all(const struct truststore_reader *reader, struct jks_walk *walk)
{
	struct buf alias = { 0 };
	struct jks_entry entry;
	bool good, room = true;

	while (room && jks_walk_next(walk, &entry, &good))
		room = take(reader, walk, &entry, &alias);
	buf_done(&alias);
	return room && good;
}

static bool check_seal(const struct truststore_reader *reader, const struct jks_walk *walk)
{
	const char *password = reader->options->password;
	struct truststore *ts = reader->ts;

	ts->seal = TRUSTSTORE_UNCHECKED;
	if (!password)
		return true;
	if (!jks_walk_check(walk, password, reader->err))
		return false;
	ts->seal = TRUSTSTORE_VERIFIED;
	ts->password = mem_text(password);
	return true;
}

enum answer truststore_read_jks(const struct truststore_reader *reader, struct span bytes)
{
	struct truststore *ts = reader->ts;
	struct jks_walk walk;
	enum answer answer = jks_walk_start(&walk, bytes, JKS_MAGIC, reader->err);

	ts->format = TRUSTSTORE_JKS;
	if (answer == ANSWER_NOT_MINE) {
		answer = jks_walk_start(&walk, bytes, JCEKS_MAGIC, reader->err);
		ts->format = TRUSTSTORE_JCEKS;
	}
	if (answer != ANSWER_READ)
		return answer;
	ts->version = walk.version;
	return take_all(reader, &walk) && check_seal(reader, &walk) ? ANSWER_READ : ANSWER_BROKEN;
}

void truststore_put_jks(
	const struct truststore *ts, const struct truststore_entry *entry, struct buf *out)
{
	const struct jks_trusted trusted = { .version = ts->version,
		.alias = entry->alias,
		.now = entry->now,
		.der = span_of(entry->der, entry->len) };

	jks_put_trusted(out, &trusted);
}

bool truststore_write_jks(const struct truststore *ts, struct buf *out, struct error *err)
{
	size_t begin = out->len, live = 0;

	for (size_t i = 0; i < ts->count; i++)
		live += !ts->items[i].gone;
	if (live > INT32_MAX)
		return error_set(err, ERROR_FAILED, "can't hold so many certificates");
	jks_put_head(out, ts->format == TRUSTSTORE_JKS ? JKS_MAGIC : JCEKS_MAGIC, ts->version,
		live);
	for (size_t i = 0; i < ts->count; i++) {
		if (!ts->items[i].gone)
			buf_add(out, ts->items[i].raw, ts->items[i].raw_len);
	}
	jks_put_digest(out, begin, ts->password);
	return true;
}

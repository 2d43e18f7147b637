/*
 * PKCS#12 as a truststore.  What is read is cut into containers and bags; what is written is the
 * containers as they were, those that were touched put together anew of their bags, and ours in
 * containers of their own.
 */
#include "base/mem.h"
#include "base/lang.h"
#include "codec/safe-bag.h"
#include "codec/truststore-parts.h"

/* --- reading --------------------------------------------------------------------------------- */

static enum truststore_kind kind_of(const struct safe_bag *bag)
{
	switch (safe_bag_kind(bag)) {
	case SAFE_BAG_CERT:
		return safe_bag_has(bag, &pkcs12_trusted_use) ? TRUSTSTORE_TRUSTED
							      : TRUSTSTORE_LOOSE;
	case SAFE_BAG_PLAIN_KEY:
	case SAFE_BAG_SEALED_KEY:
		return TRUSTSTORE_KEY;
	case SAFE_BAG_CRL:
	case SAFE_BAG_OTHER:
		break;
	}
	return TRUSTSTORE_OTHER;
}

/* Java numbers keys and trusted certificates that have no name; others it knows by none. */
static void name(struct truststore *ts, const struct safe_bag *bag, enum truststore_kind kind,
	struct buf *alias)
{
	buf_cut(alias, 0);
	if (safe_bag_name(bag, alias) || kind == TRUSTSTORE_LOOSE || kind == TRUSTSTORE_OTHER)
		return;
	buf_format(alias, "%zu", ++ts->nameless);
}

static bool take_bags(const struct truststore_reader *reader, struct span bags)
{
	struct truststore_item item = { .container = reader->ts->container_count - 1 };
	struct buf alias = { 0 };
	struct span der = { 0 };
	struct safe_bag bag;
	bool good = true;

	while (good && bags.at < bags.end) {
		good = safe_bag_next(&bags, &bag) || safe_bag_damaged(reader->err);
		if (!good)
			break;
		item.kind = kind_of(&bag);
		der = span_of(NULL, 0);
		if (item.kind <= TRUSTSTORE_LOOSE)
			safe_bag_cert(&bag, &der);
		name(reader->ts, &bag, item.kind, &alias);
		good = truststore_take(reader, &item, der, bag.whole, &alias);
	}
	buf_done(&alias);
	return good;
}

static enum opened take_container(const struct truststore_reader *reader,
	const struct pfx_container *container, const char *password)
{
	struct truststore *ts = reader->ts;
	struct truststore_container *kept;
	struct span contents, bags;
	enum opened opened =
		pfx_open(container, password, &ts->opened, &contents, reader->err);

	if (opened != OPENED)
		return opened;
	ts->containers = mem_grow(
		ts->containers, ts->container_count, &ts->container_cap, sizeof(*ts->containers));
	kept = &ts->containers[ts->container_count++];
	*kept = (struct truststore_container){ .as_read = *container };
	return safe_bag_enter(contents, &bags, reader->err) && take_bags(reader, bags) ? OPENED
											: DAMAGED;
}

static enum opened open_with(
	const struct truststore_reader *reader, const struct pfx *pfx, const char *password)
{
	struct span at = pfx->containers;
	enum opened opened = OPENED;
	struct pfx_container container;

	buf_cut(&reader->ts->opened, 0);
	while (opened == OPENED && pfx_next(&at, &container))
		opened = take_container(reader, &container, password);
	return opened;
}

/* Certificates may stand in there plain, and nothing else be needed. */
static bool is_plain(const struct pfx *pfx)
{
	struct span at = pfx->containers;
	struct pfx_container container;

	while (pfx_next(&at, &container)) {
		if (container.encrypted)
			return false;
	}
	return true;
}

/* Does a password fit, as far as can be told without reading? */
static bool may_open(const struct pfx *pfx, const char *password)
{
	struct span at = pfx->containers, contents;
	struct buf text = { .secret = true };
	struct pfx_container container = { 0 };
	bool fits = true;

	if (pfx->has_mac)
		return pbe_mac_check(&pfx->mac, password, pfx->safes);
	while (pfx_next(&at, &container) && !container.encrypted)
		;
	if (container.encrypted)
		fits = pfx_open(&container, password, &text, &contents, NULL) == OPENED;
	buf_wipe(&text);
	return fits;
}

static bool wrong_password(const struct truststore_reader *reader)
{
	return error_set(reader->err, ERROR_SECRET, "%s",
		reader->options->password ? _("the password is wrong (or the file was changed)")
					  : _("needs its password"));
}

/* An empty password is written in two ways; it is tried where none is known. */
static bool open_pfx(const struct truststore_reader *reader, const struct pfx *pfx)
{
	const char *known = reader->options->password;
	const char *tries[] = { known ? known : "", NULL };
	size_t count = known && *known ? 1 : 2, i = 0;
	enum opened opened;

	while (i < count && !may_open(pfx, tries[i]))
		i++;
	if (i == count)
		return wrong_password(reader);
	reader->ts->password = mem_text(tries[i]);
	opened = open_with(reader, pfx, tries[i]);
	return opened == OPENED || (opened == WRONG_PASSWORD && wrong_password(reader));
}

static bool read_pfx(const struct truststore_reader *reader, const struct pfx *pfx)
{
	struct truststore *ts = reader->ts;

	ts->seal = pfx->has_mac ? TRUSTSTORE_VERIFIED : TRUSTSTORE_UNSEALED;
	if (pfx->has_mac)
		pbe_mac_seal(&pfx->mac, &ts->algorithm);
	if (reader->options->password || !is_plain(pfx)) {
		buf_reserve(&ts->opened, ts->bytes.len); /* all that can be decrypted */
		return open_pfx(reader, pfx);
	}
	if (pfx->has_mac)
		ts->seal = TRUSTSTORE_UNCHECKED;
	return open_with(reader, pfx, NULL) == OPENED;
}

enum answer truststore_read_pkcs12(const struct truststore_reader *reader, struct span bytes)
{
	struct pfx pfx = { 0 };
	enum answer answer = pfx_parse(bytes, &pfx, reader->err);

	reader->ts->format = TRUSTSTORE_PKCS12;
	if (answer != ANSWER_READ)
		return answer;
	return pbe_cost_fits(&pfx.cost, reader->options->limits.kdf_rounds, reader->err) &&
			       read_pfx(reader, &pfx)
		       ? ANSWER_READ
		       : ANSWER_BROKEN;
}

/* --- writing --------------------------------------------------------------------------------- */

/* Live items of one container, or added ones: a run of the list. */
struct run {
	const struct truststore_item *at, *end;
};

static bool only_public(struct run run)
{
	for (; run.at < run.end; run.at++) {
		if (!run.at->gone && run.at->kind > TRUSTSTORE_LOOSE)
			return false;
	}
	return true;
}

/* Bags in plain containers, as many as GnuTLS reads in each. */
static void put_plain(struct run run, struct buf *out, size_t most)
{
	size_t from = out->len, bags = 0;

	for (; run.at < run.end; run.at++) {
		if (run.at->gone)
			continue;
		buf_add(out, run.at->raw, run.at->raw_len);
		if (++bags == most) {
			pkcs12_wrap_plain(out, from);
			from = out->len;
			bags = 0;
		}
	}
	if (bags)
		pkcs12_wrap_plain(out, from);
}

static bool put_encrypted(const struct truststore *ts, const struct pfx_container *as_read,
	struct run run, struct buf *out, struct error *err)
{
	struct pkcs12_seal seal = { 0 };
	struct buf bags = { .secret = true };
	struct pbe pbe;
	bool good;

	for (; run.at < run.end; run.at++) {
		if (!run.at->gone)
			buf_add(&bags, run.at->raw, run.at->raw_len);
	}
	good = pfx_scheme(as_read, &pbe, err);
	seal.legacy = good && pbe.scheme;
	seal.rounds = good ? (uint32_t)pbe.rounds : 1;
	good = good && (pkcs12_put_encrypted(out, &seal, ts->password, &bags) ||
			       error_set(err, ERROR_FAILED, "GnuTLS can't encrypt it anew"));
	buf_wipe(&bags);
	return good;
}

static bool put_container(const struct truststore *ts, const struct truststore_container *container,
	struct run run, struct buf *out, struct error *err)
{
	const struct pfx_container *as_read = &container->as_read;

	if (!container->touched)
		buf_add(out, as_read->whole.at, span_len(as_read->whole));
	else if (!as_read->encrypted)
		put_plain(run, out, SIZE_MAX);
	else if (only_public(run))
		put_plain(run, out, PKCS12_BAGS_MOST);
	else
		return put_encrypted(ts, as_read, run, out, err);
	return true;
}

/* The items from `at` on that are in the container. */
static struct run run_of(const struct truststore *ts, size_t at, size_t container)
{
	struct run run = { .at = ts->items + at };

	while (at < ts->count && ts->items[at].container == container)
		at++;
	run.end = ts->items + at;
	return run;
}

bool truststore_write_pkcs12(const struct truststore *ts, struct buf *out, struct error *err)
{
	struct buf containers = { 0 };
	size_t at = 0;
	bool good = true;

	for (size_t i = 0; good && i < ts->container_count; i++) {
		struct run run = run_of(ts, at, i);

		good = put_container(ts, &ts->containers[i], run, &containers, err);
		at += (size_t)(run.end - run.at);
	}
	if (good)
		put_plain(run_of(ts, at, TRUSTSTORE_NOWHERE), &containers, PKCS12_BAGS_MOST);
	good = good && pkcs12_put_file(out, ts->seal == TRUSTSTORE_UNSEALED ? NULL : &ts->algorithm,
			       ts->password, &containers, err);
	buf_done(&containers);
	return good;
}

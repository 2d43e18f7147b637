#include "store/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/internal.h"

/* A chain may have 128 KB, which are 256 in hexadecimal: a server that says as much as it may, and
 * something else each time, mustn't make its own history unreadable. */
#define FILE_BYTES (16u << 20)
#define LINE_BYTES (320u << 10)
#define TIMES_MOST 1000000000000
#define REFRESH    3600 /* seconds */

_Static_assert(HISTORY_MOST * LINE_BYTES <= FILE_BYTES, "what is written can be read again");

static char *file_of(const char *endpoint)
{
	char hex[FINGERPRINT_HEX];
	struct fingerprint hash;
	fingerprint_of(endpoint, strlen(endpoint), &hash);
	return mem_format("%s.json", fingerprint_hex(&hash, hex));
}

void sighting_done(struct sighting *s)
{
	for (size_t i = 0; i < s->chain_count; i++)
		cert_free(s->chain[i]);
	free(s->chain);
	free(s->verdict);
	free(s->reason);
	free(s->address);
	free(s->protocol);
	*s = (struct sighting){ 0 };
}

void history_done(struct history *history)
{
	for (size_t i = 0; i < history->count; i++)
		sighting_done(&history->items[i]);
	free(history->items);
	*history = (struct history){ 0 };
}

/* --- reading ------------------------------------------------------------------------------- */

static unsigned nibble(char c)
{
	return c >= '0' && c <= '9' ? (unsigned)(c - '0') :
	       c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) :
				      16;
}

static void from_hex(const char *hex, struct buf *out)
{
	for (; nibble(hex[0]) < 16 && nibble(hex[1]) < 16; hex += 2)
		buf_char(out, (char)(nibble(hex[0]) << 4 | nibble(hex[1])));
}

static void take_cert(struct sighting *s, const char *hex, size_t *cap)
{
	struct buf der = { 0 };
	struct cert *cert;
	from_hex(hex, &der);
	if (cert_parse(buf_text(&der), der.len, &cert, NULL)) {
		s->chain = mem_grow(s->chain, s->chain_count, cap, sizeof(struct cert *));
		s->chain[s->chain_count++] = cert;
	}
	buf_done(&der);
}

/* The chain is one text, its certificates in hexadecimal, a blank between them. */
static void take_chain(const struct json *o, struct sighting *s)
{
	size_t cap = 0;
	char *save = NULL, *all = json_get_text(o, "chain");
	for (char *one = all ? strtok_r(all, " ", &save) : NULL; one; one = strtok_r(NULL, " ", &save))
		take_cert(s, one, &cap);
	free(all);
}

static int64_t take_time(const struct json *o, const char *key)
{
	int64_t when = 0;
	char *text = json_get_text(o, key);
	if (text)
		clock_parse(text, &when);
	free(text);
	return when;
}

static int64_t take_times(const struct json *o)
{
	int64_t times = json_get_int(o, "times", 1);
	return times < 1 ? 1 : times > TIMES_MOST ? TIMES_MOST : times;
}

/* A line that is damaged is one sighting less. */
static void take_line(const char *line, size_t len, struct history *out)
{
	struct json *o = json_parse(line, len, NULL);
	if (!o)
		return;
	struct sighting s = { .first = take_time(o, "first"),
		.last = take_time(o, "last"),
		.times = take_times(o),
		.verdict = json_get_text(o, "verdict"),
		.reason = json_get_text(o, "reason"),
		.address = json_get_text(o, "address"),
		.protocol = json_get_text(o, "protocol"),
		.waits = json_get_bool(o, "waits") };
	take_chain(o, &s);
	json_free(o);
	if (!s.verdict)
		s.verdict = mem_text("");
	if (!s.reason)
		s.reason = mem_text("");
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	out->items[out->count++] = s;
}

static void reverse(struct history *h)
{
	for (size_t i = 0; i < h->count / 2; i++) {
		struct sighting kept = h->items[i];
		h->items[i] = h->items[h->count - 1 - i];
		h->items[h->count - 1 - i] = kept;
	}
}

/* Somebody else may have made it since the store was opened. */
static int folder_of(struct store *store)
{
	int *dir = &store->dirs[FOLDER_REPORTS];
	if (*dir < 0 && store->root >= 0 && fs_exists(store->root, folder_name(FOLDER_REPORTS)))
		*dir = fs_open_subdir(store->root, folder_name(FOLDER_REPORTS), NULL);
	return *dir;
}

static bool read_file(struct store *store, const char *endpoint, struct buf *out, struct error *err)
{
	char *file = file_of(endpoint);
	int dir = folder_of(store);
	bool there = dir >= 0 && fs_exists(dir, file);
	bool ok = !there || fs_read(dir, file, FS_NOFOLLOW, FILE_BYTES, out, NULL, err);
	free(file);
	return ok;
}

bool store_history(struct store *store, const char *endpoint, struct history *out,
	struct error *err)
{
	struct buf text = { 0 };
	bool ok = read_file(store, endpoint, &text, err);
	const char *at = buf_text(&text), *end = at + text.len;
	while (ok && at < end) {
		size_t len = strcspn(at, "\n");
		take_line(at, len, out);
		at += len + 1;
	}
	reverse(out);
	buf_done(&text);
	return ok;
}

/* True where the line has a chain. */
static bool take_shown(const char *line, size_t len, struct sighting *out)
{
	struct history one = { 0 };
	take_line(line, len, &one);
	bool shown = one.count > 0 && one.items[0].chain_count > 0;
	if (shown) {
		*out = one.items[0];
		one.count = 0;
	}
	history_done(&one);
	return shown;
}

bool store_history_shown(struct store *store, const char *endpoint, struct sighting *out,
	struct error *err)
{
	struct buf text = { 0 };
	*out = (struct sighting){ 0 };
	bool ok = read_file(store, endpoint, &text, err), found = false;
	while (ok && !found && text.len > 0) {
		const char *all = text.data, *before = memrchr(all, '\n', text.len - 1);
		size_t from = before ? (size_t)(before + 1 - all) : 0;
		found = take_shown(all + from, text.len - from, out);
		text.len = from;
	}
	buf_done(&text);
	return ok;
}

const struct sighting *history_accepted(const struct history *history)
{
	for (size_t i = 0; i < history->count; i++)
		if (history->items[i].chain_count > 0 && !history->items[i].waits)
			return &history->items[i];
	return NULL;
}

bool history_waits(const struct history *history, size_t i)
{
	const struct sighting *s = &history->items[i], *other = history->items;
	bool waits = s->waits;
	for (const struct sighting *end = other + history->count; waits && other < end; other++)
		waits = other->waits || other->chain_count == 0 || s->chain_count == 0 ||
			fingerprint_compare(&cert_info(other->chain[0])->sha256,
				&cert_info(s->chain[0])->sha256) != 0;
	return waits;
}

/* --- writing ------------------------------------------------------------------------------- */

static bool same_chain(const struct sighting *a, const struct sighting *b)
{
	bool same = a->chain_count == b->chain_count;
	for (size_t i = 0; same && i < a->chain_count; i++)
		same = fingerprint_compare(&cert_info(a->chain[i])->sha256,
			       &cert_info(b->chain[i])->sha256) == 0;
	return same;
}

static bool is_same(const struct sighting *a, const struct sighting *b)
{
	return same_chain(a, b) && strcmp(a->verdict, b->verdict) == 0 &&
	       strcmp(a->reason, b->reason) == 0;
}

static void put_time(struct json *o, const char *key, int64_t when)
{
	char text[CLOCK_ISO];
	json_text(o, key, clock_iso(text, when));
}

static void put_line(const struct sighting *s, int64_t first, int64_t last, int64_t times,
	struct buf *out)
{
	struct buf chain = { 0 };
	struct json *o = json_new_object();
	for (size_t i = 0; i < s->chain_count; i++) {
		size_t len;
		const uint8_t *der = cert_der(s->chain[i], &len);
		if (i)
			buf_char(&chain, ' ');
		text_hex(&chain, der, len, 0);
	}
	put_time(o, "first", first);
	put_time(o, "last", last);
	json_int(o, "times", times);
	json_text(o, "verdict", s->verdict);
	json_text(o, "reason", s->reason);
	json_text(o, "address", s->address);
	json_text(o, "protocol", s->protocol);
	if (s->waits)
		json_bool(o, "waits", true);
	json_text(o, "chain", buf_text(&chain));
	json_dump(o, out);
	buf_char(out, '\n');
	json_free(o);
	buf_done(&chain);
}

static void put_again(const struct sighting *s, struct buf *out)
{
	put_line(s, s->first, s->last, s->times, out);
}

/*
 * The oldest first; the last place is the new one's, or that of the one which goes on.  Where the oldest
 * has to go and is what the endpoint is known by, it stays instead of the next: a server that says
 * something else each time must not make itself unknown.
 */
static void format(const struct history *h, const struct sighting *seen, bool goes_on,
	struct buf *out)
{
	const struct sighting *known = history_accepted(h);
	size_t old = goes_on || h->count < HISTORY_MOST ? h->count : HISTORY_MOST - 1;
	if (old < h->count && known && (size_t)(known - h->items) >= old) {
		put_again(known, out);
		old--;
	}
	for (size_t i = old; i-- > (goes_on ? 1u : 0u);)
		put_again(&h->items[i], out);
	if (goes_on)
		put_line(seen, h->items[0].first, seen->last, h->items[0].times + 1, out);
	else
		put_line(seen, seen->first, seen->last, 1, out);
}

static bool write_all(struct store *store, const char *endpoint, const struct buf *text,
	struct error *err)
{
	char *file = file_of(endpoint);
	bool ok = (store->dirs[FOLDER_REPORTS] >= 0 ||
			  store_make_folders(store, 1u << FOLDER_REPORTS, err)) &&
		  fs_replace(store->dirs[FOLDER_REPORTS], file, 0644, text->data, text->len, err);
	free(file);
	return ok;
}

/*
 * What was accepted since it was judged stays accepted: the same that goes on and waits no longer was
 * somebody's decision.
 */
static bool add(struct store *store, const char *endpoint, const struct sighting *seen,
	struct error *err)
{
	struct history h = { 0 };
	struct buf text = { 0 };
	struct sighting now = *seen;
	if (!store_history(store, endpoint, &h, err))
		return false;
	bool goes_on = h.count > 0 && is_same(&h.items[0], seen);
	bool ok = true;
	now.waits = seen->waits && (!goes_on || h.items[0].waits);
	if (!goes_on || h.items[0].waits != now.waits || h.items[0].last + REFRESH <= seen->last) {
		format(&h, &now, goes_on, &text);
		ok = write_all(store, endpoint, &text, err);
	}
	buf_done(&text);
	history_done(&h);
	return ok;
}

/* Two that read, change and write would lose what one of them wrote. */
bool store_history_add(struct store *store, const char *endpoint, const struct sighting *seen,
	struct error *err)
{
	struct lock lock;
	if (store->read_only || store->root < 0)
		return true;
	if (!lock_take(store->root, store->lock_wait, &lock, err))
		return false;
	bool ok = add(store, endpoint, seen, err);
	lock_release(&lock);
	return ok;
}

/* What is the same as the newest that presented something, and was seen before it, goes with it. */
static size_t accept_newest(struct history *h)
{
	size_t accepted = 0;
	struct sighting *newest = NULL;
	for (size_t i = 0; i < h->count; i++) {
		struct sighting *s = &h->items[i];
		if (s->chain_count == 0)
			continue;
		if (!newest)
			newest = s;
		if (!s->waits || fingerprint_compare(&cert_info(s->chain[0])->sha256,
					 &cert_info(newest->chain[0])->sha256) != 0)
			continue;
		s->waits = false;
		accepted++;
	}
	return accepted;
}

static bool accept_it(struct store *store, const char *endpoint, struct error *err)
{
	struct history h = { 0 };
	struct buf text = { 0 };
	bool ok = store_history(store, endpoint, &h, err) &&
		  (accept_newest(&h) > 0 ||
			  error_set(err, ERROR_NOT_FOUND, "nothing waits to be accepted"));
	for (size_t i = h.count; ok && i-- > 0;)
		put_again(&h.items[i], &text);
	ok = ok && write_all(store, endpoint, &text, err);
	buf_done(&text);
	history_done(&h);
	return ok;
}

bool store_history_accept(struct store *store, const char *endpoint, struct error *err)
{
	struct lock lock;
	if (store->read_only)
		return error_set(err, ERROR_FAILED, "--read-only changes nothing");
	if (!lock_take(store->root, store->lock_wait, &lock, err))
		return false;
	bool ok = accept_it(store, endpoint, err);
	lock_release(&lock);
	return ok;
}

/*
 * Kind openssl-dir: a folder in which OpenSSL looks for HASH.0, HASH.1 … until one is missing.
 *
 * Ours are regular files of such a name that begin with `# certary: NAME` and hold one certificate.
 * Everything else stays; where it has a name of that form it has a seat in the row of its hash, and
 * ours take the others, so that there is no gap: those that are seated well stay there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/lang.h"
#include "base/mem.h"
#include "codec/pem.h"
#include "deploy/hashed.h"
#include "deploy/kind.h"
#include "pki/name-hash.h"

#define SAMPLE       4
#define TOOL_SECONDS 20

/* --- planning ------------------------------------------------------------------------------------ */

/* An anchor and the seat that it gets. */
struct guest {
	uint32_t hash;
	size_t anchor;               /* in the demand */
	const struct seated *before; /* where it sits now; NULL */
	unsigned seat;
	bool placed;
};

/* In a row of one hash those that sit already come first, so that the others find out what is free. */
static int by_hash(const void *a, const void *b)
{
	const struct guest *x = a, *y = b;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	if (!x->before != !y->before)
		return x->before ? -1 : 1;
	if (x->before && x->before->seat != y->before->seat)
		return x->before->seat < y->before->seat ? -1 : 1;
	return (x->anchor > y->anchor) - (x->anchor < y->anchor);
}

static const struct seated *find_ours(const struct hashed *folder, const struct set *places,
	const struct fingerprint *print, uint32_t hash)
{
	char hex[FINGERPRINT_HEX];
	const unsigned *place = set_number(places, fingerprint_hex(print, hex));
	const struct seated *item = place && *place < folder->count ? &folder->items[*place] : NULL;
	return item && item->hash == hash ? item : NULL;
}

/* Where each of ours sits; of two seats the first counts. */
static void find_places(const struct hashed *folder, struct set *out)
{
	char hex[FINGERPRINT_HEX];
	for (size_t i = 0; i < folder->count; i++)
		if (folder->items[i].ours && set_add(out, fingerprint_hex(&folder->items[i].print, hex)))
			*set_number(out, hex) = (unsigned)i;
}

static struct guest *make_guests(const struct visit *visit, const struct hashed *folder, size_t *count)
{
	const struct anchors *trusted = &visit->demand->trusted;
	struct guest *guests = mem_new((trusted->count + 1) * sizeof *guests);
	struct set places = { 0 };
	find_places(folder, &places);
	*count = 0;
	for (size_t i = 0; i < trusted->count; i++) {
		const struct anchor *anchor = &trusted->items[i];
		struct guest guest = { .anchor = i };
		if (!name_hash(anchor->der, anchor->len, &guest.hash)) {
			warn(visit, "%s has a subject that OpenSSL can't look for, and is left out.",
				anchor->name);
			continue;
		}
		guest.before = find_ours(folder, &places, &anchor->print, guest.hash);
		guests[(*count)++] = guest;
	}
	set_done(&places);
	if (*count > 1)
		qsort(guests, *count, sizeof *guests, by_hash);
	return guests;
}

/* Which seats of a row others have. */
static bool is_theirs(const struct seated *row, size_t count, unsigned seat)
{
	for (size_t i = 0; i < count; i++)
		if (!row[i].ours && row[i].seat == seat)
			return true;
	return false;
}

static bool is_taken(const struct guest *guests, size_t count, unsigned seat)
{
	for (size_t i = 0; i < count; i++)
		if (guests[i].placed && guests[i].seat == seat)
			return true;
	return false;
}

/* Behind the last seat that is needed, where those of others are left free. */
static unsigned limit_of(size_t count, const struct seated *row, size_t row_count)
{
	unsigned seat = 0;
	for (; count > 0; seat++)
		count -= !is_theirs(row, row_count, seat);
	return seat;
}

static int by_new_seat(const void *a, const void *b)
{
	const struct guest *x = a, *y = b;
	return (x->seat > y->seat) - (x->seat < y->seat);
}

/* Seats for the guests of one hash, without a gap; in their order, since .1 isn't found without .0. */
static void seat_row(struct guest *guests, size_t count, const struct seated *row, size_t row_count)
{
	unsigned limit = limit_of(count, row, row_count), seat = 0;
	for (size_t i = 0; i < count; i++) {
		const struct seated *before = guests[i].before;
		if (!before || before->seat >= limit)
			continue;
		guests[i].seat = before->seat;
		guests[i].placed = true;
	}
	for (size_t i = 0; i < count; i++) {
		if (guests[i].placed)
			continue;
		while (is_theirs(row, row_count, seat) || is_taken(guests, count, seat))
			seat++;
		guests[i].seat = seat;
		guests[i].placed = true;
	}
	if (count > 1)
		qsort(guests, count, sizeof *guests, by_new_seat);
}

static char *path_of(const struct visit *visit, uint32_t hash, unsigned seat)
{
	return mem_format("%s/%08x.%u", visit->target->path, hash, seat);
}

static void content_of(const struct anchor *anchor, struct buf *out)
{
	put_mark(out, MARK_OURS, anchor->name);
	pem_write(out, "CERTIFICATE", anchor->der, anchor->len);
}

static bool same_bytes(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && memcmp(buf_text(a), buf_text(b), a->len) == 0;
}

static bool stage_guest(const struct visit *visit, const char *path, bool whole, struct buf *take,
	struct error *err)
{
	return whole ? stage_public_inside(visit, path, take, err) :
		       stage_public(visit, path, take, NULL, err);
}

static bool write_guest(const struct visit *visit, const struct guest *guest, bool whole,
	struct error *err)
{
	const struct anchor *anchor = &visit->demand->trusted.items[guest->anchor];
	const struct seated *before = guest->before;
	struct buf bytes = { 0 };
	content_of(anchor, &bytes);
	bool keep = before && before->seat == guest->seat && same_bytes(&bytes, &before->bytes);
	plan_note(visit, keep ? DEPLOY_KEEP : before ? DEPLOY_REPLACE : DEPLOY_ADD, &anchor->print,
		anchor->name);
	char *path = path_of(visit, guest->hash, guest->seat);
	bool ok = keep || stage_guest(visit, path, whole, &bytes, err);
	if (keep)
		stage_keep(visit->staging, visit->index, path);
	free(path);
	buf_done(&bytes);
	return ok;
}

/* What nobody sits on any more goes, the last seat of a row first. */
static bool clear_seats(const struct visit *visit, const struct seated *row, size_t count,
	const struct guest *guests, size_t guest_count, struct error *err)
{
	bool ok = true;
	for (size_t i = count; ok && i-- > 0;) {
		if (!row[i].ours || is_taken(guests, guest_count, row[i].seat))
			continue;
		char *path = path_of(visit, row[i].hash, row[i].seat);
		ok = stage_remove(visit->staging, visit->index, path, err);
		free(path);
	}
	return ok;
}

/* Behind a gap OpenSSL doesn't look.  What isn't ours isn't ours to move. */
static void warn_gap(const struct visit *visit, const struct seated *row, size_t count,
	const struct guest *guests, size_t guest_count)
{
	size_t total = guest_count;
	for (size_t i = 0; i < count; i++)
		total += !row[i].ours;
	for (unsigned seat = 0; seat < total; seat++) {
		if (is_taken(guests, guest_count, seat) || is_theirs(row, count, seat))
			continue;
		warn(visit, "%08x.%u will be missing: OpenSSL won't find those behind it, which certary "
			    "didn't put there (openssl rehash mends links).",
			row[0].hash, seat);
		return;
	}
}

/* Both are in the order of their hashes: one row of each at a time. */
static bool stage_rows(const struct visit *visit, const struct hashed *folder, struct guest *guests,
	size_t count, bool whole, struct error *err)
{
	bool ok = true;
	for (size_t at = 0, seat = 0; ok && (at < count || seat < folder->count);) {
		const struct seated *row = folder->items ? &folder->items[seat] : NULL;
		bool has_row = seat < folder->count;
		uint32_t hash = at < count && (!has_row || guests[at].hash <= row->hash) ?
					guests[at].hash : row->hash;
		size_t rows = has_row && row->hash == hash ? hashed_row(folder, seat) : 0, n = 0;
		while (at + n < count && guests[at + n].hash == hash)
			n++;
		seat_row(&guests[at], n, row, rows);
		for (size_t i = 0; ok && i < n; i++)
			ok = write_guest(visit, &guests[at + i], whole, err);
		ok = ok && clear_seats(visit, row, rows, &guests[at], n, err);
		if (rows > 0)
			warn_gap(visit, row, rows, &guests[at], n);
		at += n;
		seat += rows;
	}
	return ok;
}

static void note_removed(const struct visit *visit, const struct hashed *folder)
{
	char hex[FINGERPRINT_HEX];
	struct set told = { 0 };
	anchors_set(&visit->demand->trusted, &told);
	visit->plan->theirs = folder->theirs.count;
	for (size_t i = 0; i < folder->count; i++) {
		const struct seated *item = &folder->items[i];
		if (!item->ours || !set_add(&told, fingerprint_hex(&item->print, hex)))
			continue;
		if (set_has(&folder->theirs, hex))
			warn(visit, "%s is no longer trusted, but somebody else put it there as well, and that stays.",
				item->name);
		else
			plan_note(visit, DEPLOY_REMOVE, &item->print, item->name);
	}
	set_done(&told);
	for (size_t i = 0; i < visit->demand->blocked.count; i++)
		if (set_has(&folder->theirs, fingerprint_hex(&visit->demand->blocked.items[i].print, hex)))
			warn(visit, "%s is blocked here and stays in it: certary didn't put it there.",
				visit->demand->blocked.items[i].name);
}

bool openssl_dir_stage(const struct visit *visit, struct error *err)
{
	struct hashed folder = { 0 };
	struct stat link;
	size_t count;
	bool there, ok = hashed_read(visit->target->path, &folder, &there, err);
	if (ok && !there && lstat(visit->target->path, &link) == 0) {
		unavailable(visit, "it is a link that leads nowhere (make the folder that it names)");
	} else if (ok && (there || folder_is_there(visit, visit->target->path))) {
		struct guest *guests = make_guests(visit, &folder, &count);
		if (!there)
			stage_whole_folder(visit->staging, visit->index, visit->target->path, 0755);
		ok = stage_rows(visit, &folder, guests, count, !there, err);
		note_removed(visit, &folder);
		free(guests);
	}
	hashed_done(&folder);
	return ok;
}

/* --- reading back -------------------------------------------------------------------------------- */

/* What OpenSSL would find: each row until a seat is empty. */
static void see(const struct hashed *folder, struct set *seen)
{
	char hex[FINGERPRINT_HEX];
	for (size_t i = 0, n; i < folder->count; i += n) {
		n = hashed_row(folder, i);
		for (size_t k = 0; k < n && folder->items[i + k].seat == k; k++)
			if (folder->items[i + k].readable)
				set_add(seen, fingerprint_hex(&folder->items[i + k].print, hex));
	}
}

/* Does OpenSSL itself call it so?  What it can't read at all says nothing about the name. */
static bool agrees(const struct visit *visit, const char *openssl, const struct seated *item,
	struct error *err)
{
	struct buf out = { 0 };
	char *path = path_of(visit, item->hash, item->seat), digits[16];
	const char *const argv[] = { openssl, "x509", "-noout", "-subject_hash", "-in", path, NULL };
	struct error ignored;
	snprintf(digits, sizeof digits, "%08x\n", item->hash);
	bool same = !run_tool(argv, TOOL_SECONDS, &out, &ignored) || strcmp(buf_text(&out), digits) == 0;
	if (!same)
		error_set(err, ERROR_FAILED, "openssl looks for %s by another name than %08x", item->name,
			item->hash);
	buf_done(&out);
	free(path);
	return same;
}

/* All of ten thousand would take minutes: some, from everywhere. */
static bool ask_openssl(const struct visit *visit, const struct hashed *folder, const char **reader,
	struct error *err)
{
	char openssl[256];
	bool ok = true;
	if (!find_tool("openssl", openssl))
		return true;
	size_t step = folder->count / SAMPLE + 1;
	for (size_t i = 0; ok && i < folder->count; i += step) {
		if (!folder->items[i].ours)
			continue;
		ok = agrees(visit, openssl, &folder->items[i], err);
		*reader = N_("certary's own reader, and openssl");
	}
	return ok;
}

bool openssl_dir_read_back(const struct visit *visit, struct set *seen, const char **reader,
	struct error *err)
{
	struct hashed folder = { 0 };
	bool there;
	*reader = N_("certary's own reader");
	bool ok = hashed_read(visit->target->path, &folder, &there, err);
	see(&folder, seen);
	ok = ok && ask_openssl(visit, &folder, reader, err);
	hashed_done(&folder);
	return ok;
}

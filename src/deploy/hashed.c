#include "deploy/hashed.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crew.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/pem.h"
#include "deploy/kind.h"
#include "deploy/prints.h"

#define FILE_MOST  (1u << 20)
#define SEATS_MOST 100000
#define SEAT_NAME  16 /* "01234567.99999" */

void hashed_done(struct hashed *folder)
{
	for (size_t i = 0; i < folder->count; i++) {
		buf_done(&folder->items[i].bytes);
		free(folder->items[i].more);
		free(folder->items[i].name);
	}
	free(folder->items);
	set_done(&folder->theirs);
}

static bool parse_name(const char *name, uint32_t *hash, unsigned *seat)
{
	char *end;
	if (strspn(name, "0123456789abcdef") != 8 || name[8] != '.' || !isdigit((unsigned char)name[9]))
		return false;
	*hash = (uint32_t)strtoul(name, NULL, 16);
	unsigned long number = strtoul(name + 9, &end, 10);
	*seat = (unsigned)number;
	return !*end && number < SEATS_MOST && (number == 0 ? end == name + 10 : name[9] != '0');
}

/* Our mark, and behind it one certificate and nothing else. */
static bool is_marked(const struct buf *bytes)
{
	struct pem_reader reader;
	struct pem_block block = { 0 };
	const char *text = buf_text(bytes), *end = memchr(text, '\n', bytes->len);
	pem_start(&reader, text, bytes->len);
	bool is = text_starts(text, MARK_OURS) && end && pem_next(&reader, &block) && !block.broken &&
		  pem_is(&block, "CERTIFICATE") && (size_t)(end + 1 - text) == block.begin &&
		  !pem_next(&reader, &block);
	buf_wipe(&block.der);
	return is;
}

static char *name_in_mark(const char *text)
{
	const char *name = text + strlen(MARK_OURS);
	return text_safe(name, strcspn(name, "\n"));
}

static void take_print(void *ctx, const struct fingerprint *print)
{
	struct seated *item = ctx;
	if (!item->readable) {
		item->print = *print;
		item->readable = true;
		return;
	}
	item->more = mem_grow(item->more, item->more_count, &item->more_cap, sizeof *item->more);
	item->more[item->more_count++] = *print;
}

static void look_inside(struct seated *item, bool regular)
{
	const char *text = buf_text(&item->bytes);
	prints_each(text, item->bytes.len, take_print, item);
	item->ours = regular && is_marked(&item->bytes);
	if (item->ours)
		item->name = name_in_mark(text);
}

struct reading {
	int dir;
	struct hashed *folder;
};

static bool take_name(void *ctx, const char *name)
{
	struct reading *reading = ctx;
	struct hashed *folder = reading->folder;
	struct seated item = { 0 };
	if (!parse_name(name, &item.hash, &item.seat))
		return true;
	folder->items = mem_grow(folder->items, folder->count, &folder->cap, sizeof *folder->items);
	folder->items[folder->count++] = item;
	return true;
}

static void read_item(void *ctx, size_t i)
{
	const struct reading *reading = ctx;
	struct seated *item = &reading->folder->items[i];
	char name[SEAT_NAME];
	snprintf(name, sizeof name, "%08x.%u", item->hash, item->seat);
	bool regular = fs_read(reading->dir, name, FS_NOFOLLOW, FILE_MOST, &item->bytes, NULL, NULL);
	if (regular || fs_read(reading->dir, name, FS_FOLLOW, FILE_MOST, &item->bytes, NULL, NULL))
		look_inside(item, regular);
	if (!item->ours)
		buf_done(&item->bytes);
}

/* Of a file that it opens for one certificate OpenSSL takes them all. */
static void find_theirs(struct hashed *folder)
{
	for (size_t i = 0; i < folder->count; i++) {
		const struct seated *item = &folder->items[i];
		if (item->ours || !item->readable)
			continue;
		prints_add(&folder->theirs, &item->print);
		for (size_t k = 0; k < item->more_count; k++)
			prints_add(&folder->theirs, &item->more[k]);
	}
}

static int by_seat(const void *a, const void *b)
{
	const struct seated *x = a, *y = b;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->seat > y->seat) - (x->seat < y->seat);
}

bool hashed_read(const char *path, struct hashed *out, bool *there, struct error *err)
{
	struct stat st;
	*there = stat(path, &st) == 0;
	if (!*there && errno == ENOENT)
		return true;
	struct reading reading = { fs_open_dir(AT_FDCWD, path, err), out };
	if (reading.dir < 0)
		return false;
	bool ok = fs_list(reading.dir, take_name, &reading, err);
	crew_work(out->count, read_item, &reading);
	find_theirs(out);
	close(reading.dir);
	if (out->count > 1)
		qsort(out->items, out->count, sizeof *out->items, by_seat);
	return ok;
}

size_t hashed_row(const struct hashed *folder, size_t from)
{
	size_t n = 0;
	while (from + n < folder->count && folder->items[from + n].hash == folder->items[from].hash)
		n++;
	return n;
}

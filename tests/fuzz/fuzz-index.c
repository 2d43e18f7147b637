/*
 * Any bytes as an index whose sums are right: header and body, without the rest of the header's
 * page. Whatever is taken from it is safe text, and nothing outside it is read.
 */
#include "fuzz/fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/text.h"
#include "store/index-format.h"
#include "store/internal.h"
#include "store/view.h"

#define NOW 1767225600 /* 2026 */

static bool is_safe(const char *text)
{
	return !text || text_is_safe(text);
}

static void check_entry(const struct entry *e)
{
	const struct cert_info *info = &e->info;
	size_t sans = 0;
	must(e->name && e->note && e->source && e->added && info->subject && info->issuer);
	must(is_safe(e->name) && is_safe(e->note) && is_safe(e->source) && is_safe(e->added));
	must(is_safe(info->subject) && is_safe(info->issuer) && is_safe(info->serial));
	must(is_safe(info->cn) && is_safe(info->org) && is_safe(info->unit));
	must(is_safe(info->key_algorithm) && is_safe(info->signature));
	must(is_safe(info->key_id) && is_safe(info->issuer_key_id));
	must(!strchr(e->file, '/') && strcmp(e->file, "..") != 0);
	for (const char *san = NULL; (san = cert_info_san(info, san)); sans++)
		must(is_safe(san));
	must(sans == info->san_count);
	entry_validity(e, NOW, 30, 15);
}

static void look_up(struct store *store, const struct entry *e)
{
	struct entry other;
	struct error err;
	uint32_t subject = 0, issuer = 0;
	char hex[FINGERPRINT_HEX];
	snapshot_lookup(&store->now, e->state, e->file);
	if (store_find(store, &e->info.sha256, &other))
		check_entry(&other);
	if (store_find_name(store, e->name, &other))
		check_entry(&other);
	if (store_next_subject(store, e->info.issuer, &subject, &other))
		check_entry(&other);
	if (store_next_issuer(store, e->info.subject, &issuer, &other))
		check_entry(&other);
	if (store_resolve(store, fingerprint_hex(&e->info.sha256, hex), &other, &err))
		check_entry(&other);
}

static void walk(struct store *store)
{
	struct entry e;
	struct problem p;
	for (uint32_t at = 0, n = 0; n < 64 && store_next(store, &at, &e); n++) {
		check_entry(&e);
		look_up(store, &e);
	}
	for (uint32_t at = 0, n = 0; n < 64 && store_next_problem(store, &at, &p); n++)
		must(is_safe(p.text) && is_safe(p.code) && !strchr(p.file, '/'));
}

static void view_it(struct store *store, const struct query *query)
{
	struct view view = { 0 };
	view_build(&view, store, query, NOW);
	for (size_t i = 0; i < view.count && i < 64; i++) {
		struct entry e;
		size_t at;
		view_entry(&view, store, i, &e);
		check_entry(&e);
		view_find(&view, store, &e.info.sha256, &at);
	}
	view_done(&view);
}

static void view_all(struct store *store)
{
	static const char *const texts[] = { "a", "e x", "www.a.example", "0123" };
	size_t count;
	const struct view_column *columns = view_columns(&count);
	for (size_t i = 0; i < count; i++)
		view_it(store,
			&(struct query){ .states = 15, .sort = &columns[i], .reverse = i % 2 });
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		view_it(store, &(struct query){ .text = texts[i] });
	view_it(store, &(struct query){ .filters = FILTER_EXPIRED });
	view_it(store, &(struct query){ .filters = FILTER_EXPIRING, .days = 30, .percent = 15 });
}

/* Magic, size and sums are made right, or nothing but these would ever be looked at. */
static int make_file(const uint8_t *data, size_t size)
{
	struct index_header h;
	char page[INDEX_HEADER_SIZE] = { 0 };
	memcpy(&h, data, sizeof h);
	data += sizeof h;
	size -= sizeof h;
	memcpy(h.magic, INDEX_MAGIC, sizeof h.magic);
	h.version = INDEX_VERSION;
	h.byte_order = INDEX_BYTE_ORDER;
	h.size = sizeof page + size;
	h.body_sum = hash_bytes(data, size, 0);
	h.basis.head[sizeof h.basis.head - 1] = '\0';
	h.sum = index_header_sum(&h);
	memcpy(page, &h, sizeof h);
	int fd = memfd_create("index", MFD_CLOEXEC);
	must(fd >= 0 && fs_write_fd(fd, page, sizeof page) && fs_write_fd(fd, data, size));
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct store store = { .root = -1, .inotify = -1, .dirs = { -1, -1, -1, -1 } };
	struct index index;
	if (size < sizeof(struct index_header))
		return 0;
	int fd = make_file(data, size);
	if (index_open(fd, &index)) {
		snapshot_use(&store.now, &index);
		walk(&store);
		view_all(&store);
		must(index_is_verified(&store.now.base));
		snapshot_done(&store.now);
	}
	close(fd);
	return 0;
}

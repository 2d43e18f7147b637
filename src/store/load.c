/*
 * Reading the folders by difference: a file whose size, time and inode are those of last time is not
 * opened again.
 *
 * Readers take no lock.  A file that a writer moves while the folders are read could be seen twice or
 * not at all.  But every writer marks .lock before it moves anything and seals it afterwards, so what
 * was read counts when there was no mark before and after it, and the seal and the folders' times are
 * the same: then nothing moved meanwhile.  Otherwise it is read again.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/entryfile.h"
#include "store/internal.h"
#include "store/lock.h"

#define PATIENCE_MS 2000 /* for a gap between writers */
#define PAUSE_NS    2000000

static void problem_free(struct problem *problem)
{
	if (!problem)
		return;
	free(problem->file);
	free(problem->text);
	free(problem);
}

static void record_done(struct record *r)
{
	free(r->file);
	entry_free(r->entry);
	problem_free(r->problem);
}

static int compare_records(const void *a, const void *b)
{
	const struct record *x = a, *y = b;
	if (x->state != y->state)
		return x->state < y->state ? -1 : 1;
	return strcmp(x->file, y->file);
}

struct listing {
	struct store *store;
	enum state state;
	struct record *items;
	size_t count, cap;
	bool vanished; /* a file was gone when it should be read */
};

static bool note_file(void *ctx, const char *name)
{
	struct listing *l = ctx;
	if (strncmp(name, TEMP_PREFIX, strlen(TEMP_PREFIX)) == 0)
		l->store->stale_temps = true;
	struct record r = { .state = l->state };
	if (name[0] == '.' || !fs_stamp(l->store->dirs[l->state], name, &r.stamp))
		return true;
	r.file = mem_text(name);
	l->items = mem_grow(l->items, l->count, &l->cap, sizeof *l->items);
	l->items[l->count++] = r;
	return true;
}

static void listing_done(struct listing *l)
{
	for (size_t i = 0; i < l->count; i++)
		record_done(&l->items[i]);
	free(l->items);
	*l = (struct listing){ .store = l->store };
}

static bool list_folders(struct listing *l, struct error *err)
{
	l->store->stale_temps = false; /* those of last time may have been a living writer's */
	for (int s = 0; s < STATE_COUNT; s++) {
		l->state = (enum state)s;
		if (l->store->dirs[s] >= 0 && !fs_list(l->store->dirs[s], note_file, l, err))
			return false;
	}
	if (l->count > 1)
		qsort(l->items, l->count, sizeof *l->items, compare_records);
	return true;
}

/* What tells whether anything moved: the writers' own mark and seal, and the folders' times. */
struct stillness {
	bool held;
	struct lock lock;
	struct timespec times[STATE_COUNT];
};

static void look(const struct store *store, struct stillness *out)
{
	struct stat st;
	*out = (struct stillness){ .held = lock_is_held(store->root) };
	lock_peek(store->root, &out->lock); /* after it: whoever lets go has cleared the mark before */
	for (int s = 0; s < STATE_COUNT; s++)
		if (store->dirs[s] >= 0 && fstat(store->dirs[s], &st) == 0)
			out->times[s] = st.st_mtim;
}

/*
 * A mark, or a line that can't be read, is somebody at work, or a crash: then nobody holds the lock,
 * nothing moves, and this is what there is until the next writer finishes it.
 */
static bool stood_still(const struct stillness *before, const struct stillness *after)
{
	bool at_rest = after->lock.open < 0 && after->lock.size >= 0;
	return lock_same(&before->lock, &after->lock) &&
	       memcmp(before->times, after->times, sizeof before->times) == 0 &&
	       (at_rest || !after->held);
}

static void set_problem(struct record *r, const char *code, const char *text)
{
	struct problem *p = mem_new(sizeof *p);
	p->state = r->state;
	p->file = text_safe(r->file, strlen(r->file));
	p->code = code;
	p->text = mem_text(text);
	problem_free(r->problem);
	r->problem = p;
}

static void note_oddities(struct record *r, const struct entry_file *file)
{
	if (file->has_key)
		set_problem(r, "private-key", "holds a private key: move it to a safe place");
	else if (file->certs > 1)
		set_problem(r, "several",
			"holds several certificates: import it, then remove it from here");
}

static void parse_record(struct record *r, const char *bytes, size_t len)
{
	struct entry_file file = { 0 };
	struct cert *cert = NULL;
	struct error err = { 0 };
	entry_file_read(bytes, len, &file);
	if (file.has_key && file.certs == 0)
		note_oddities(r, &file);
	else if (file.certs == 0)
		set_problem(r, "not-a-certificate", "holds no certificate");
	else if (file.broken)
		set_problem(r, "not-a-certificate", file.broken);
	else if (!cert_parse(file.der.data, file.der.len, &cert, &err))
		set_problem(r, "not-a-certificate", err.text);
	if (cert) {
		r->entry = entry_new(r->state, r->file, &file.headers, cert_info(cert), &r->stamp);
		note_oddities(r, &file);
	}
	cert_free(cert);
	entry_file_done(&file);
}

static bool is_certificate_name(const char *file)
{
	static const char *const suffixes[] = { ".pem", ".crt", ".cer", ".der" };
	const char *dot = strrchr(file, '.');
	for (size_t i = 0; dot && i < sizeof suffixes / sizeof *suffixes; i++)
		if (strcasecmp(dot, suffixes[i]) == 0)
			return true;
	return false;
}

/* Links that `openssl rehash` makes: eight hexadecimal digits and a number. */
static bool is_hash_link(const struct record *r)
{
	size_t digits = strspn(r->file, "0123456789abcdef");
	return S_ISLNK(r->stamp.mode) && digits == 8 && r->file[8] == '.';
}

/* False where the file is gone meanwhile. */
static bool read_record(struct store *store, struct record *r)
{
	struct buf bytes = { 0 };
	struct error err = { 0 };
	if (is_hash_link(r))
		return true;
	if (S_ISLNK(r->stamp.mode))
		set_problem(r, "link", "is a symbolic link: put the file itself here");
	else if (!S_ISREG(r->stamp.mode))
		set_problem(r, "not-a-file", "is no file: remove it");
	else if (!is_certificate_name(r->file))
		set_problem(r, "suffix",
			"is not looked at: the name should end in .pem, .crt, .cer or .der");
	else if (fs_read(store->dirs[r->state], r->file, FS_NOFOLLOW, FILE_MOST, &bytes, &r->stamp,
			 &err))
		parse_record(r, buf_text(&bytes), bytes.len);
	else
		set_problem(r, "unreadable", err.text);
	buf_done(&bytes);
	return !r->problem || fs_exists(store->dirs[r->state], r->file);
}

static bool same_stamp(const struct fs_stamp *a, const struct fs_stamp *b)
{
	return a->inode == b->inode && a->size == b->size && a->mtime == b->mtime &&
	       a->mode == b->mode && a->uid == b->uid;
}

/* Take over what an old record knows; true where it was the same file. */
static bool reuse(struct record *fresh, struct record *old)
{
	if (!same_stamp(&fresh->stamp, &old->stamp))
		return false;
	fresh->entry = old->entry;
	fresh->problem = old->problem;
	old->entry = NULL;
	old->problem = NULL;
	return true;
}

/* Both sides are sorted: one walk finds what stayed, came and went.  True where anything changed. */
static bool merge(struct store *store, struct listing *l)
{
	size_t old = 0;
	bool changed = l->count != store->record_count;
	for (size_t i = 0; i < l->count; i++) {
		struct record *r = &l->items[i];
		while (old < store->record_count && compare_records(&store->records[old], r) < 0)
			old++;
		bool there = old < store->record_count &&
			     compare_records(&store->records[old], r) == 0;
		if (there && reuse(r, &store->records[old]))
			continue;
		changed = true;
		if (read_record(store, r))
			continue;
		l->vanished = true;
		r->stamp = (struct fs_stamp){ 0 }; /* it may come back just as it was */
	}
	return changed;
}

static int compare_certs(const void *a, const void *b)
{
	const struct entry *const *x = a, *const *y = b;
	int order = fingerprint_compare(&(*x)->info->sha256, &(*y)->info->sha256);
	return order ? order : (int)(*x)->state - (int)(*y)->state;
}

static void drop_arrays(struct store *store)
{
	free(store->entries);
	free(store->by_cert);
	free(store->problems);
	store->entries = store->by_cert = NULL;
	store->problems = NULL;
	store->entry_count = store->problem_count = 0;
}

static void build_arrays(struct store *store)
{
	drop_arrays(store);
	store->entries = mem_new((store->record_count + 1) * sizeof(struct entry *));
	store->problems = mem_new((store->record_count + 1) * sizeof(struct problem *));
	for (size_t i = 0; i < store->record_count; i++) {
		if (store->records[i].entry)
			store->entries[store->entry_count++] = store->records[i].entry;
		if (store->records[i].problem)
			store->problems[store->problem_count++] = store->records[i].problem;
	}
	store->by_cert = mem_copy(store->entries, store->entry_count * sizeof(struct entry *));
	if (store->entry_count > 1)
		qsort(store->by_cert, store->entry_count, sizeof(struct entry *), compare_certs);
}

static void drop_records(struct store *store)
{
	for (size_t i = 0; i < store->record_count; i++)
		record_done(&store->records[i]);
	free(store->records);
	store->records = NULL;
	store->record_count = 0;
}

static bool load_once(struct store *store, bool *vanished, struct error *err)
{
	struct listing l = { .store = store };
	if (!list_folders(&l, err)) {
		listing_done(&l);
		return false;
	}
	bool changed = merge(store, &l);
	drop_records(store);
	store->records = l.items;
	store->record_count = l.count;
	build_arrays(store);
	if (changed)
		store->generation++;
	*vanished = l.vanished;
	return true;
}

bool store_load(struct store *store, bool quiet, struct error *err)
{
	int64_t end = clock_ms() + PATIENCE_MS;
	for (;;) {
		struct stillness before, after;
		bool vanished;
		look(store, &before);
		if (!load_once(store, &vanished, err))
			return false;
		look(store, &after);
		bool still = !vanished && stood_still(&before, &after);
		if (!quiet || still || clock_ms() >= end)
			return true;
		nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
	}
}

void store_unload(struct store *store)
{
	drop_arrays(store);
	drop_records(store);
}

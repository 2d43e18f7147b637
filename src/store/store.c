#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/entryfile.h"
#include "store/internal.h"
#include "store/lock.h"

/* The words of a foreign or newer store must not be guessed at. */
static bool check_version(struct store *store, struct error *err)
{
	struct buf text = { 0 };
	bool ok = fs_read(store->root, STORE_FILE, FS_NOFOLLOW, 256, &text, NULL, err);
	if (ok && !text_starts(buf_text(&text), "certary-store "))
		ok = error_set(err, ERROR_FAILED, "%s: %s is not a certary store's", store->label,
			STORE_FILE);
	else if (ok && strcmp(buf_text(&text), STORE_TEXT) != 0)
		ok = error_set(err, ERROR_FAILED,
			"%s: a newer certary made this store; install that one (nothing was touched)",
			store->label);
	buf_done(&text);
	return ok;
}

/*
 * /etc/certary is the default store and the folder of the settings, too; a package puts these there
 * before there is a store.
 */
static bool is_settings(const char *name)
{
	return strncmp(name, "certary.conf", strlen("certary.conf")) == 0;
}

static bool only_ours(void *ctx, const char *name)
{
	bool *foreign = ctx;
	int ignored;
	bool ours = folder_parse(name, &ignored) || name[0] == '.' ||
		    is_settings(name);
	*foreign |= !ours;
	return ours;
}

/* The version file is written last: a folder without it is no store yet. */
static bool create(struct store *store, struct error *err)
{
	bool foreign = false;
	if (!fs_list(store->root, only_ours, &foreign, err))
		return false;
	if (foreign)
		return error_set(err, ERROR_FAILED,
			"%s: is no certary store and not empty (choose another folder)",
			store->label);
	return store_make_folders(store, 0, err) &&
	       fs_replace(store->root, STORE_FILE, 0644, STORE_TEXT, strlen(STORE_TEXT), err);
}

static bool make_folder(int root, const char *name, mode_t mode, bool *made, struct error *err)
{
	if (fs_exists(root, name))
		return true;
	if (mkdirat(root, name, mode) != 0 && errno != EEXIST)
		return error_errno(err, "%s: can't be made", name);
	*made = true;
	return true;
}

bool store_make_folders(struct store *store, unsigned more, struct error *err)
{
	bool made = false, ok = true;
	for (int s = 0; ok && s < FOLDER_COUNT; s++)
		if ((s < FOLDER_BASIC && !FOLDER_LATER(s)) || more & 1u << s)
			ok = make_folder(store->root, folder_name(s), folder_row(s)->mode, &made, err);
	return ok && (!made || fs_sync(store->root, err)) && store_open_folders(store, err);
}

/* Not everyone who may read certificates may read keys. */
static bool is_private(int folder)
{
	return folder_row(folder)->secret && errno == EACCES;
}

/* A reader does without a folder that somebody removed; a writer makes it again. */
bool store_open_folders(struct store *store, struct error *err)
{
	for (int s = 0; store->root >= 0 && s < FOLDER_COUNT; s++) {
		struct error missing;
		bool had = store->dirs[s] >= 0;
		if (had)
			close(store->dirs[s]);
		store->dirs[s] = fs_open_subdir(store->root, folder_name(s), &missing);
		if (store->dirs[s] < 0 && errno != ENOENT && !is_private(s)) {
			if (err)
				*err = missing;
			return error_wrap(err, "%s", store->label);
		}
		bool is_to_come = FOLDER_LATER(s) && !had && store->dirs[s] < 0;
		if (!is_to_come && (!had || store->watches[s] < 0))
			store_watch_folder(store, s);
	}
	return true;
}

static bool not_empty(void *ctx, const char *name)
{
	bool *empty = ctx;
	*empty = is_settings(name);
	return *empty;
}

/* Nothing but settings: what has lost its version file isn't taken for an empty store. */
static bool is_empty(const struct store *store)
{
	bool empty = true;
	struct error ignored;
	return fs_list(store->root, not_empty, &empty, &ignored) && empty;
}

static bool imagine_it(struct store *store)
{
	if (store->root >= 0)
		close(store->root);
	store->root = -1;
	return store->read_only = true;
}

static bool fail_no_store(const struct store *store, struct error *err)
{
	return error_set(err, ERROR_NOT_FOUND,
		"%s: no store is there (import a certificate or open the console to make one)",
		store->label);
}

static bool create_with(struct store *store, unsigned mode, struct error *err)
{
	if (mode && fchmod(store->root, mode) != 0)
		return error_errno(err, "%s", store->label);
	return create(store, err);
}

static bool open_root(struct store *store, const struct store_options *options, struct error *err)
{
	bool create_it = options->create && !options->read_only, imagine = options->imagine;
	struct stat st;
	if (create_it && stat(store->path, &st) != 0 && errno == ENOENT &&
		!fs_make_dirs(store->path, 0755, err))
		return false;
	store->root = fs_open_dir(AT_FDCWD, store->path, err);
	if (store->root < 0 && errno == ENOENT && imagine)
		return imagine_it(store);
	if (store->root < 0)
		return errno == ENOENT && fail_no_store(store, err);
	if (fstat(store->root, &st) == 0) {
		store->inode = st.st_ino;
		store->device = st.st_dev;
	}
	if (fs_exists(store->root, STORE_FILE))
		return check_version(store, err);
	if (create_it)
		return create_with(store, options->mode, err);
	if (is_empty(store))
		return imagine ? imagine_it(store) : fail_no_store(store, err);
	return error_set(err, ERROR_NOT_FOUND, "%s: is no certary store (%s is missing)",
		store->label, STORE_FILE);
}

void store_heal(struct store *store)
{
	struct lock lock;
	struct error ignored;
	if (store->read_only || !lock_take(store->root, 0, &lock, &ignored))
		return;
	if (store_recover(store, &lock, &ignored) && store_load(store, false, &ignored))
		store_sweep_temps(store, &ignored);
	lock_release(&lock);
}

/* What a crash left is finished by whoever comes next, where it shows at the first look. */
static void heal(struct store *store)
{
	struct lock mark;
	lock_peek(store->root, &mark);
	if (mark.open >= 0 || store->stale_temps)
		store_heal(store);
}

static struct store *new_store(const struct store_options *options)
{
	struct store *store = mem_new(sizeof *store);
	store->path = mem_text(options->path);
	store->label = text_safe(options->path, strlen(options->path));
	store->read_only = options->read_only;
	store->lock_wait = options->lock_wait;
	store->background = options->background;
	store->basis.journal = -1;
	store->root = store->inotify = -1;
	for (int s = 0; s < FOLDER_COUNT; s++)
		store->dirs[s] = store->watches[s] = -1;
	return store;
}

bool store_open(const struct store_options *options, struct store **out, struct error *err)
{
	struct store *store = new_store(options);
	bool ok = open_root(store, options, err) &&
		  store_open_folders(store, err) && store_load(store, true, err);
	if (!ok) {
		store_close(store);
		return false;
	}
	heal(store);
	*out = store;
	return true;
}

bool store_is_imagined(const struct store *store)
{
	return store->root < 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	store_save_index(store);
	snapshot_done(&store->now);
	for (size_t i = 0; i < store->suspect_count; i++)
		free(store->suspects[i].file);
	free(store->suspects);
	for (int s = 0; s < FOLDER_COUNT; s++)
		if (store->dirs[s] >= 0)
			close(store->dirs[s]);
	if (store->root >= 0)
		close(store->root);
	if (store->inotify >= 0)
		close(store->inotify);
	free(store->path);
	free(store->label);
	free(store);
}

const char *store_path(const struct store *store)
{
	return store->label;
}

bool store_read_only(const struct store *store)
{
	return store->read_only;
}

uint64_t store_generation(const struct store *store)
{
	return store->generation;
}

bool store_reload(struct store *store, struct error *err)
{
	store_watch_read(store); /* a folder that was replaced is watched anew */
	return store_open_folders(store, err) && store_load(store, true, err);
}

size_t store_count(const struct store *store)
{
	return snapshot_entries(&store->now);
}

size_t store_count_state(const struct store *store, enum state state)
{
	return store->now.states[state];
}

size_t store_problem_count(const struct store *store)
{
	return store->now.problems;
}

/* The next living row behind *row that has one of these flags. */
static bool next_row(const struct store *store, uint8_t flags, uint32_t *row)
{
	uint32_t end = snapshot_rows(&store->now);
	for (uint32_t i = *row; i < end; i++) {
		if (!(snapshot_flags(&store->now, i) & flags) || snapshot_is_dead(&store->now, i))
			continue;
		*row = i + 1;
		return true;
	}
	return false;
}

bool store_next(struct store *store, uint32_t *cursor, struct entry *out)
{
	while (next_row(store, ROW_ENTRY, cursor))
		if (snapshot_entry(&store->now, *cursor - 1, out))
			return true;
	return false;
}

bool store_next_problem(struct store *store, uint32_t *cursor, struct problem *out)
{
	const char *file;
	uint32_t at;
	while (next_row(store, ROW_PROBLEM, cursor)) {
		const struct table *t = snapshot_table(&store->now, *cursor - 1, &at);
		out->state = row_state(t->flags[at]);
		file = row_file(t, at);
		out->file = file;
		if (file && row_problem(t, at, &out->code, &out->text))
			return true;
		store->now.damaged = true;
	}
	return false;
}

void store_relax(const struct store *store)
{
	const struct index *x = &store->now.base;
	map_relax(&x->map, 0, (size_t)x->header.parts[PART_FOLD].at);
}

void store_entry(struct store *store, uint32_t row, struct entry *out)
{
	snapshot_entry(&store->now, row, out);
}

static bool changed_meanwhile(struct error *err)
{
	return error_set(err, ERROR_FAILED, "its file was changed meanwhile (look at it again)");
}

bool store_read_der(const struct store *store, const struct entry *entry, struct buf *out,
	struct error *err)
{
	struct fingerprint print;
	struct buf bytes = { 0 };
	size_t from = out->len;
	bool ok = fs_read(store->dirs[entry->state], entry->file, FS_NOFOLLOW, FILE_MOST, &bytes,
		NULL, err);
	if (ok) {
		entry_file_der(buf_text(&bytes), bytes.len, out);
		fingerprint_of(buf_text(out) + from, out->len - from, &print);
		ok = fingerprint_compare(&print, &entry->info.sha256) == 0 || changed_meanwhile(err);
	}
	if (!ok)
		buf_cut(out, from);
	buf_done(&bytes);
	return ok || error_wrap(err, "%s", entry->name);
}

bool store_read_cert(const struct store *store, const struct entry *entry, struct cert **out,
	struct headers *headers, char hash[FINGERPRINT_HEX], struct error *err)
{
	struct fingerprint bytes_hash;
	struct buf bytes = { 0 };
	struct entry_file file = { 0 };
	bool ok = fs_read(store->dirs[entry->state], entry->file, FS_NOFOLLOW, FILE_MOST, &bytes,
		NULL, err);
	if (ok) {
		entry_file_read(buf_text(&bytes), bytes.len, &file);
		fingerprint_of(bytes.data, bytes.len, &bytes_hash);
		if (hash)
			fingerprint_hex(&bytes_hash, hash);
	}
	ok = ok && cert_parse(file.der.data, file.der.len, out, err);
	if (ok && fingerprint_compare(&cert_info(*out)->sha256, &entry->info.sha256) != 0) {
		cert_free(*out);
		*out = NULL;
		ok = changed_meanwhile(err);
	}
	if (ok && headers)
		headers_copy(&file.headers, headers);
	entry_file_done(&file);
	buf_done(&bytes);
	return ok || error_wrap(err, "%s", entry->name);
}

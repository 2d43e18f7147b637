/*
 * Changes from outside: inotify tells which files may have changed.  While it told of all since the
 * folders were read, nothing need be listed.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/endpoints.h"
#include "store/internal.h"

#define GONE (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)

void store_watch_folder(struct store *store, int state)
{
	const uint32_t mask = IN_CREATE | IN_DELETE | IN_MOVE | IN_CLOSE_WRITE | IN_ATTRIB |
			      IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
	if (store->inotify < 0 || state == FOLDER_ROOT) /* that one is watched anyway */
		return;
	char *folder = mem_format("%s/%s", store->path, folder_name(state));
	store->watches[state] = inotify_add_watch(store->inotify, folder, mask);
	store->watching &= state >= STATE_COUNT;
	free(folder);
}

/* A folder that isn't there yet: the store's own tells when somebody makes it. */
static bool is_to_come(const struct store *store, int state)
{
	return FOLDER_LATER(state) && store->dirs[state] < 0;
}

bool store_is_watched(const struct store *store)
{
	for (int s = 0; s < STATE_COUNT; s++)
		if (store->inotify < 0 || (store->watches[s] < 0 && !is_to_come(store, s)))
			return false;
	return true;
}

/* Everything before this moment must have been read already, or nobody was told of it. */
static bool nothing_missed(const struct store *store)
{
	for (int s = 0; s < STATE_COUNT; s++)
		if ((store->watches[s] < 0 && !is_to_come(store, s)) ||
			store->basis.times[s] == 0 ||
			store->basis.times[s] != store_folder_time(store, s))
			return false;
	return !store->incomplete;
}

int store_watch(struct store *store)
{
	if (store->inotify >= 0)
		return store->inotify;
	store->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (store->inotify < 0)
		return -1;
	inotify_add_watch(store->inotify, store->path,
		IN_CREATE | IN_DELETE | IN_MOVE | IN_ONLYDIR);
	for (int s = 0; s < FOLDER_COUNT; s++)
		store_watch_folder(store, s);
	store->watching = nothing_missed(store);
	return store->inotify;
}

void store_suspect(struct store *store, int state, const char *file)
{
	store->suspects = mem_grow(store->suspects, store->suspect_count, &store->suspect_cap,
		sizeof *store->suspects);
	store->suspects[store->suspect_count++] =
		(struct place){ .state = state, .file = mem_text(file) };
}

/* Much comes and goes in the store's own folder; only this file counts. */
static int64_t endpoints_time(const struct store *store)
{
	struct fs_stamp stamp = { 0 };
	fs_stamp(store->root, ENDPOINTS_FILE, &stamp);
	return stamp.mtime ^ (int64_t)(stamp.inode << 1) ^ stamp.size;
}

/* A change of folders behind the states makes a new generation, and costs nothing to read. */
bool store_records_changed(struct store *store)
{
	bool changed = store->records_touched;
	for (int s = STATE_COUNT; s < FOLDER_COUNT; s++) {
		int64_t time = s == FOLDER_ROOT ? endpoints_time(store) :
			       store->dirs[s] < 0 ? 0 :
						    fs_folder_time(store->dirs[s]);
		changed |= time != store->records[s];
		store->records[s] = time;
	}
	store->records_touched = false;
	return changed;
}

static void take_event(struct store *store, const struct inotify_event *event)
{
	if (event->mask & (IN_Q_OVERFLOW | GONE))
		store->watching = false;
	if (event->mask & IN_Q_OVERFLOW)
		store->checked = 0; /* edits in place may be among what was lost */
	for (int s = 0; (event->mask & GONE) && s < FOLDER_COUNT; s++) {
		if (store->watches[s] != event->wd)
			continue;
		inotify_rm_watch(store->inotify, event->wd);
		store->watches[s] = -1; /* another folder may be there: it is watched when it is opened */
	}
	for (int s = 0; event->len > 0 && s < STATE_COUNT; s++)
		if (store->watches[s] == event->wd && event->name[0] != '.')
			store_suspect(store, s, event->name);
	for (int s = STATE_COUNT; event->len > 0 && s < FOLDER_COUNT; s++)
		store->records_touched |= store->watches[s] == event->wd;
}

void store_watch_read(struct store *store)
{
	_Alignas(struct inotify_event) char events[16384];
	ssize_t n;
	while (store->inotify >= 0 && (n = read(store->inotify, events, sizeof events)) > 0) {
		const struct inotify_event *event;
		for (const char *p = events; p < events + n; p += sizeof *event + event->len) {
			event = (const struct inotify_event *)(const void *)p;
			take_event(store, event);
		}
	}
}

/* A folder's time says nothing of an edit in place: each file's own is compared, some at a time. */
bool store_check(struct store *store, size_t files)
{
	const struct snapshot *now = &store->now;
	uint32_t end = snapshot_rows(now);
	for (; files > 0 && store->checked < end; files--, store->checked++) {
		uint32_t at;
		struct fs_stamp was, is;
		const struct table *t = snapshot_table(now, store->checked, &at);
		const char *file = row_file(t, at);
		int state = row_state(t->flags[at]);
		if (!file || snapshot_is_dead(now, store->checked))
			continue;
		was = row_stamp(&t->rows[at]);
		if (!fs_stamp(store->dirs[state], file, &is) || is.size != was.size ||
			is.mtime != was.mtime || is.inode != was.inode)
			store_suspect(store, state, file);
	}
	if (!index_verify(&store->now.base, files < SIZE_MAX / 4096 ? files * 4096 : SIZE_MAX))
		store->now.damaged = true;
	map_relax(&now->base.map, 0, now->base.map.len);
	return store->checked < end || !index_is_verified(&now->base);
}

bool store_has_suspects(const struct store *store)
{
	return store->suspect_count > 0 || store->now.damaged;
}

/*
 * The index in a job: a hostile file meets a process that owns nothing but the new index, and a face
 * goes on meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/job.h"
#include "base/mem.h"
#include "store/internal.h"

/* The new index in the store under a name of its own, or in memory where nothing may be written. */
struct draft {
	int fd;
	char name[48]; /* "" for one in memory */
};

/* What a process that died in the middle left behind. */
static bool remove_orphan(void *ctx, const char *name)
{
	int root = *(int *)ctx;
	size_t len = strlen(INDEX_TEMP);
	if (strncmp(name, INDEX_TEMP, len) != 0)
		return true;
	pid_t pid = (pid_t)strtol(name + len, NULL, 10);
	if (pid <= 0 || pid == getpid() || (kill(pid, 0) != 0 && errno == ESRCH))
		fs_remove(root, name, NULL);
	return true;
}

bool store_may_write_index(const struct store *store)
{
	return !store->read_only && store->root >= 0 &&
	       faccessat(store->root, ".", W_OK, AT_EACCESS) == 0;
}

static bool draft_open(struct store *store, bool in_memory, struct draft *d, struct error *err)
{
	const int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	*d = (struct draft){ .fd = -1 };
	if (!in_memory && store_may_write_index(store)) {
		fs_list(store->root, remove_orphan, &store->root, NULL);
		snprintf(d->name, sizeof d->name, INDEX_TEMP "%ld", (long)getpid());
		d->fd = openat(store->root, d->name, flags, 0644);
	}
	if (d->fd >= 0)
		return true;
	d->name[0] = '\0';
	d->fd = memfd_create("certary-index", MFD_CLOEXEC);
	return d->fd >= 0 || error_errno(err, "%s can't be made", INDEX_FILE);
}

static void draft_drop(struct store *store, struct draft *d)
{
	if (d->name[0])
		fs_remove(store->root, d->name, NULL);
	close(d->fd);
}

/* Give it its name, and go on with it. */
static bool adopt(struct store *store, struct draft *d, struct error *err)
{
	struct index index;
	bool ok = index_open(d->fd, &index);
	if (!ok)
		error_set(err, ERROR_FAILED, "%s: what was built can't be read", INDEX_FILE);
	if (ok && d->name[0] && renameat(store->root, d->name, store->root, INDEX_FILE) == 0)
		d->name[0] = '\0';
	if (ok) {
		snapshot_use(&store->now, &index);
		store->basis = index.header.basis;
		store->incomplete = store->unsaved = store->watching = false;
		store->checked = snapshot_rows(&store->now); /* each file was looked at */
		index_trust(&store->now.base);
		store->generation++;
	}
	draft_drop(store, d);
	return ok;
}

/* By its name another folder may be found by now. */
static bool is_itself(const struct store *store, struct error *err)
{
	struct stat st;
	return (fstat(store->root, &st) == 0 && st.st_ino == store->inode && st.st_dev == store->device) ||
	       error_set(err, ERROR_FAILED, "%s: another folder is there now", store->label);
}

/* In a job nothing of the parent's is open: the folders are opened again. */
bool store_reopen(struct store *store, struct error *err)
{
	store->inotify = -1;
	store->root = fs_open_dir(AT_FDCWD, store->path, err);
	for (int s = 0; s < FOLDER_COUNT; s++)
		store->dirs[s] = -1;
	return store->root >= 0 && is_itself(store, err) && store_open_folders(store, err);
}

struct task {
	struct store *store;
	struct job_pipe *pipe;
};

static void send_progress(void *ctx, size_t done, size_t total)
{
	const struct task *task = ctx;
	const uint64_t numbers[] = { done, total };
	job_send(task->pipe, 1, numbers, sizeof numbers);
	job_flush(task->pipe);
}

static bool run_task(struct job_pipe *pipe, void *arg, struct error *err)
{
	struct task task = { .store = arg, .pipe = pipe };
	return store_reopen(task.store, err) &&
	       index_build(task.store, JOB_KEPT, send_progress, &task, err);
}

static const struct job_limits task_limits = { .cpu_seconds = 3600, .wall_seconds = 3600 };

static void ignore_record(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	(void)ctx, (void)type, (void)bytes, (void)len;
}

static bool build_once(struct store *store, bool in_memory, struct error *err)
{
	struct draft draft;
	const char *const reads[] = { store->path, NULL };
	struct job_limits limits = task_limits;
	limits.walls = (struct confine){ .may = CONFINE_READ, .reads = reads };
	if (!draft_open(store, in_memory, &draft, err))
		return false;
	limits.keep = draft.fd;
	if (job_run(&limits, run_task, store, ignore_record, NULL, err))
		return adopt(store, &draft, err);
	draft_drop(store, &draft);
	return false;
}

/* A full disk is no reason to show nothing. */
bool store_build_now(struct store *store, struct error *err)
{
	return build_once(store, false, err) || build_once(store, true, err) ||
	       error_wrap(err, "%s: reading the certificates", store->label);
}

struct store_build {
	struct store *store;
	struct loop *loop;
	struct draft draft;
	bool in_memory;
	struct job *job;
	store_progress_fn *progress;
	store_built_fn *built;
	void *ctx;
};

static bool start(struct store_build *b, struct error *err);

static void take_progress(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	const struct store_build *b = ctx;
	uint64_t numbers[2];
	if (type != 1 || len != sizeof numbers)
		return;
	memcpy(numbers, bytes, sizeof numbers);
	b->progress(b->ctx, (size_t)numbers[0], (size_t)numbers[1]);
}

/* What changed while the job read may have been read before or after. */
static void end_building(struct store *store)
{
	store->building = false;
	for (size_t i = 0; i < store->again_count; i++) {
		store_suspect(store, store->again[i].state, store->again[i].file);
		free(store->again[i].file);
	}
	free(store->again);
	store->again = NULL;
	store->again_count = store->again_cap = 0;
}

/* Where nothing could be written, a full disk for one, it is built in memory. */
static void take_end(void *ctx, bool ok, const struct error *err)
{
	struct store_build *b = ctx;
	struct error why = *err;
	if (ok)
		ok = adopt(b->store, &b->draft, &why);
	else
		draft_drop(b->store, &b->draft);
	if (!ok && !b->in_memory) {
		b->in_memory = true;
		if (start(b, &why))
			return;
	}
	end_building(b->store);
	b->built(b->ctx, ok, &why);
	free(b);
}

static bool start(struct store_build *b, struct error *err)
{
	const char *const reads[] = { b->store->path, NULL };
	struct job_limits limits = task_limits;
	limits.walls = (struct confine){ .may = CONFINE_READ, .reads = reads };
	if (!draft_open(b->store, b->in_memory, &b->draft, err))
		return false;
	limits.keep = b->draft.fd;
	b->job = job_start(b->loop, &limits, run_task, b->store, take_progress, take_end, b, err);
	if (!b->job)
		draft_drop(b->store, &b->draft);
	return b->job != NULL;
}

bool store_is_incomplete(const struct store *store)
{
	return store->incomplete;
}

bool store_needs_build(const struct store *store)
{
	return store->incomplete || (store->unsaved && store_may_write_index(store)) ||
	       store->now.fresh.count > FRESH_MOST;
}

struct store_build *store_build_start(struct store *store, struct loop *loop,
	store_progress_fn *progress, store_built_fn *built, void *ctx, struct error *err)
{
	struct store_build *b = mem_new(sizeof *b);
	*b = (struct store_build){ .store = store,
		.loop = loop,
		.progress = progress,
		.built = built,
		.ctx = ctx };
	if (!start(b, err)) {
		free(b);
		return NULL;
	}
	store->building = true;
	return b;
}

void store_build_cancel(struct store_build *build)
{
	if (!build)
		return;
	job_cancel(build->job);
	end_building(build->store);
	draft_drop(build->store, &build->draft);
	free(build);
}

void store_save_index(struct store *store)
{
	struct draft draft;
	struct error ignored;
	bool worth = store->unsaved || store->changed || store->now.fresh.count > FRESH_MOST;
	if (!worth || store->incomplete || !store_may_write_index(store))
		return;
	if (!draft_open(store, false, &draft, &ignored))
		return;
	if (draft.name[0] && index_build(store, draft.fd, NULL, NULL, &ignored) &&
		renameat(store->root, draft.name, store->root, INDEX_FILE) == 0)
		draft.name[0] = '\0';
	draft_drop(store, &draft);
}

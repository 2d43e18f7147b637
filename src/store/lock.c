#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/user.h"
#include "store/internal.h"

#define LOCK_SIZE 512

/* An open file description lock: it ends with the process, whatever kills it. */
static bool try_lock(int fd)
{
	struct flock range = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	return fcntl(fd, F_OFD_SETLK, &range) == 0;
}

/* The numbers are those of before there were limits. */
static const char *const time_keys[STATE_COUNT] = { [STATE_TRUSTED] = "t0",
	[STATE_UNTRUSTED] = "t1",
	[STATE_BLOCKED] = "t2",
	[STATE_TRASH] = "t3",
	[STATE_LIMITED] = "t4" };

static size_t read_bytes(int fd, char line[LOCK_SIZE])
{
	ssize_t n = pread(fd, line, LOCK_SIZE, 0);
	return n > 0 ? (size_t)n : 0;
}

static struct json *read_line(int fd)
{
	char line[LOCK_SIZE];
	size_t len = read_bytes(fd, line);
	return len ? json_parse(line, len, NULL) : NULL;
}

static void take_line(const char *bytes, size_t len, struct lock *lock)
{
	struct json *line = len ? json_parse(bytes, len, NULL) : NULL;
	char *head = json_get_text(line, "head");
	lock->open = json_get_int(line, "open", -1);
	lock->size = json_get_int(line, "size", -1);
	lock->known = json_get_int(line, "known", -1);
	lock->start = json_get_int(line, "start", 0);
	for (int i = 0; i < STATE_COUNT; i++)
		lock->times[i] = json_get_int(line, time_keys[i], 0);
	lock->head[0] = '\0';
	if (head && strlen(head) == FINGERPRINT_HEX - 1)
		snprintf(lock->head, sizeof lock->head, "%s", head);
	free(head);
	json_free(line);
}

/* A command asks up to six times, and mostly finds what it found before: then it isn't parsed again. */
static void remember(int fd, struct lock *lock)
{
	static struct {
		char line[LOCK_SIZE];
		size_t len;
		struct lock lock;
	} last;
	char line[LOCK_SIZE];
	size_t len = read_bytes(fd, line);
	if (len == 0 || len != last.len || memcmp(line, last.line, len) != 0) {
		take_line(line, len, &last.lock);
		memcpy(last.line, line, len);
		last.len = len;
	}
	int held = lock->fd;
	*lock = last.lock;
	lock->fd = held;
}

static void tell(const struct lock *lock, bool held, bool named, struct buf *out)
{
	char when[CLOCK_ISO];
	struct json *o = json_new_object();
	if (lock->open >= 0)
		json_int(o, "open", lock->open);
	if (lock->head[0])
		json_text(o, "head", lock->head);
	if (lock->size >= 0)
		json_int(o, "size", lock->size);
	if (lock->known >= 0) {
		json_int(o, "known", lock->known);
		json_int(o, "start", lock->start);
	}
	for (int i = 0; i < STATE_COUNT; i++)
		if (lock->times[i])
			json_int(o, time_keys[i], lock->times[i]);
	if (held) {
		json_int(o, "pid", getpid());
		json_text(o, "since", clock_iso(when, clock_now()));
	}
	if (held && named) {
		json_text(o, "from", user_origin());
		json_text(o, "who", user_name());
	}
	json_dump(o, out);
	json_free(o);
}

/* What was cut short is gone on with, for the sake of the reason that there is then. */
static bool put_line(int fd, const char line[LOCK_SIZE])
{
	for (size_t done = 0; done < LOCK_SIZE;) {
		ssize_t n = pwrite(fd, line + done, LOCK_SIZE - done, (off_t)done);
		if (n < 0 && errno != EINTR)
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* One write of a whole line over the old one.  Cut, it would be unreadable, and mark and seal lost. */
static bool write_line(const struct lock *lock, bool held, struct error *err)
{
	char line[LOCK_SIZE + 1];
	struct buf text = { 0 };
	tell(lock, held, true, &text);
	if (text.len >= LOCK_SIZE) {
		buf_done(&text);
		tell(lock, held, false, &text);
	}
	snprintf(line, sizeof line, "%-*.*s\n", LOCK_SIZE - 1, LOCK_SIZE - 1, buf_text(&text));
	buf_done(&text);
	if (!put_line(lock->fd, line))
		return error_errno(err, "%s: can't be written", LOCK_FILE);
	return true;
}

static bool tell_holder(int fd, struct error *err)
{
	struct json *line = read_line(fd);
	char *who = json_get_text(line, "who"), *from = json_get_text(line, "from");
	error_set(err, ERROR_FAILED,
		"the store is being changed by %s (%s, process %lld); try again in a moment",
		who ? who : _("somebody"), from ? from : _("unknown"),
		(long long)json_get_int(line, "pid", 0));
	free(who);
	free(from);
	json_free(line);
	return false;
}

static int open_lock(int root, struct error *err)
{
	const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
	int fd = openat(root, LOCK_FILE, flags);
	if (fd < 0 && errno == ENOENT)
		fd = openat(root, LOCK_FILE, flags | O_CREAT, 0600);
	if (fd < 0 && (errno == EACCES || errno == EPERM))
		error_set(err, ERROR_FAILED, "you may not change this store (try it with sudo)");
	else if (fd < 0)
		error_errno(err, "%s: can't be opened for writing", LOCK_FILE);
	if (fd < 0 || fs_is_alone(root, fd, LOCK_FILE, err))
		return fd;
	close(fd);
	return -1;
}

static bool wait_for(int fd, int64_t wait_ms, struct error *err)
{
	int64_t end = clock_ms() + wait_ms;
	while (!try_lock(fd)) {
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return error_errno(err, "%s: can't be locked on this file system", LOCK_FILE);
		if (clock_ms() >= end)
			return tell_holder(fd, err);
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	return true;
}

bool lock_take(int root, int64_t wait_ms, struct lock *lock, struct error *err)
{
	*lock = (struct lock){ .fd = open_lock(root, err), .open = -1, .size = -1, .known = -1 };
	if (lock->fd < 0)
		return false;
	if (!wait_for(lock->fd, wait_ms, err)) {
		close(lock->fd);
		lock->fd = -1;
		return false;
	}
	remember(lock->fd, lock);
	if (!write_line(lock, true, err)) {
		lock_release(lock);
		return false;
	}
	return true;
}

bool lock_mark(struct lock *lock, int64_t journal_size, struct error *err)
{
	lock->open = journal_size;
	lock->known = -1;
	memset(lock->times, 0, sizeof lock->times);
	return write_line(lock, true, err) && fs_sync_data(lock->fd, err);
}

bool lock_seal(struct lock *lock, const char *head, int64_t journal_size, struct error *err)
{
	lock->open = -1;
	lock->size = journal_size;
	snprintf(lock->head, sizeof lock->head, "%s", head);
	return write_line(lock, false, err) && fs_sync_data(lock->fd, err);
}

void lock_release(struct lock *lock)
{
	if (lock->fd < 0)
		return;
	close(lock->fd);
	lock->fd = -1;
}

bool lock_is_held(int root)
{
	struct flock range = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = openat(root, LOCK_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	bool held = fcntl(fd, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
	close(fd);
	return held;
}

void lock_peek(int root, struct lock *out)
{
	*out = (struct lock){ .fd = -1, .open = -1, .size = -1, .known = -1 };
	int fd = openat(root, LOCK_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	remember(fd, out);
	close(fd);
}

int64_t lock_times_hash(const int64_t times[STATE_COUNT])
{
	return (int64_t)(hash_bytes(times, STATE_COUNT * sizeof *times, 0) >> 1);
}

bool lock_same(const struct lock *a, const struct lock *b)
{
	return a->open == b->open && a->size == b->size && strcmp(a->head, b->head) == 0;
}

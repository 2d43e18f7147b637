#include "store/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "store/internal.h"

#define TAIL_STEP 65536

void ledger_end_empty(struct ledger_end *out)
{
	*out = (struct ledger_end){ .size = 0 };
	memset(out->head, '0', sizeof out->head - 1);
}

/* Read the last `want` bytes of a file of `size` bytes. */
static bool read_tail(int fd, int64_t size, size_t want, struct buf *out, struct error *err)
{
	buf_cut(out, 0);
	buf_reserve(out, want);
	while (out->len < want) {
		ssize_t n = pread(fd, out->data + out->len, want - out->len,
			size - (int64_t)want + (int64_t)out->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_errno(err, "%s", JOURNAL_FILE);
		out->len += (size_t)n;
	}
	out->data[out->len] = '\0';
	return true;
}

/* Fill out from a tail that holds at least one whole line; false where it doesn't yet. */
static bool end_from_tail(const struct buf *tail, bool whole_file, struct ledger_end *out)
{
	const char *last = memrchr(tail->data, '\n', tail->len);
	size_t end = last ? (size_t)(last - tail->data) : 0;
	out->torn = (int64_t)(tail->len - (last ? end + 1 : 0));
	if (!last)
		return whole_file;
	const char *before = memrchr(tail->data, '\n', end);
	if (!before && !whole_file)
		return false;
	size_t start = before ? (size_t)(before - tail->data) + 1 : 0;
	struct fingerprint hash;
	fingerprint_of(tail->data + start, end - start, &hash);
	fingerprint_hex(&hash, out->head);
	struct json *line = json_parse(tail->data + start, end - start, NULL);
	out->seq = json_get_int(line, "seq", 0);
	json_free(line);
	return true;
}

static bool find_end_in(int fd, int64_t size, struct ledger_end *out, struct error *err)
{
	struct buf tail = { 0 };
	size_t want = TAIL_STEP;
	bool ok = true;
	for (bool found = false; ok && !found; want *= 4) {
		bool whole = (int64_t)want >= size;
		ok = read_tail(fd, size, whole ? (size_t)size : want, &tail, err);
		found = ok && end_from_tail(&tail, whole, out);
	}
	out->size = size - out->torn;
	buf_done(&tail);
	return ok;
}

bool ledger_find_end(int root, struct ledger_end *out, struct error *err)
{
	struct stat st;
	ledger_end_empty(out);
	int fd = openat(root, JOURNAL_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT || error_errno(err, "%s", JOURNAL_FILE);
	bool ok = fstat(fd, &st) == 0 || error_errno(err, "%s", JOURNAL_FILE);
	if (ok && st.st_size > 0)
		ok = find_end_in(fd, st.st_size, out, err);
	close(fd);
	return ok;
}

bool ledger_append(int root, int64_t size, const struct buf *bytes, struct error *err)
{
	bool fresh = !fs_exists(root, JOURNAL_FILE);
	int flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (fresh ? O_CREAT | O_EXCL : 0);
	int fd = openat(root, JOURNAL_FILE, flags, 0644);
	if (fd < 0)
		return error_errno(err, "%s: can't be opened for writing", JOURNAL_FILE);
	bool ok = ftruncate(fd, size) == 0 && fs_write_fd(fd, bytes->data, bytes->len) && fsync(fd) == 0;
	if (!ok)
		error_errno(err, "%s: can't be written", JOURNAL_FILE);
	if (!ok && ftruncate(fd, size) != 0)
		error_wrap(err, "%s: is left with a torn line", JOURNAL_FILE);
	close(fd);
	return ok && (!fresh || fs_sync(root, err));
}

bool ledger_cut(int root, int64_t size, struct error *err)
{
	int fd = openat(root, JOURNAL_FILE, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return (errno == ENOENT && size == 0) || error_errno(err, "%s", JOURNAL_FILE);
	bool ok = ftruncate(fd, size) == 0 && fsync(fd) == 0;
	if (!ok)
		error_errno(err, "%s: can't be shortened", JOURNAL_FILE);
	close(fd);
	return ok;
}

bool ledger_each_text(int root, int64_t offset,
	bool (*each)(void *ctx, const char *text, size_t len, struct error *err), void *ctx,
	struct error *err)
{
	int fd = openat(root, JOURNAL_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "re");
	if (!f)
		return errno == ENOENT || error_errno(err, "%s", JOURNAL_FILE);
	char *line = NULL;
	size_t cap = 0;
	ssize_t n = 0;
	bool ok = fseeko(f, offset, SEEK_SET) == 0;
	while (ok && (n = getline(&line, &cap, f)) > 0)
		if (line[n - 1] != '\n' || !each(ctx, line, (size_t)n - 1, err))
			break;
	if (ok && ferror(f))
		ok = error_errno(err, "%s", JOURNAL_FILE);
	free(line);
	fclose(f);
	return ok;
}

bool ledger_line_begins(int root, int64_t offset)
{
	char before = '\0';
	int fd = openat(root, JOURNAL_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0 && offset > 0 && pread(fd, &before, 1, offset - 1) != 1)
		before = '\0';
	if (fd >= 0)
		close(fd);
	return offset == 0 || before == '\n';
}

struct walk {
	bool (*each)(void *ctx, const struct journal_line *line);
	void *ctx;
	int64_t number;
	bool broken;
};

static bool walk_line(void *ctx, const char *text, size_t len, struct error *err)
{
	struct walk *w = ctx;
	struct journal_line line;
	w->number++;
	if (!journal_line_parse(text, len, &line, err)) {
		w->broken = true;
		return error_wrap(err, "journal line %lld", (long long)w->number);
	}
	bool more = w->each(w->ctx, &line);
	journal_line_done(&line);
	return more;
}

bool journal_each(const struct store *store, bool (*each)(void *ctx, const struct journal_line *line),
	void *ctx, struct error *err)
{
	struct walk w = { .each = each, .ctx = ctx };
	return ledger_each_text(store->root, 0, walk_line, &w, err) && !w.broken;
}

static bool collect_line(void *ctx, const char *text, size_t len, struct error *err)
{
	struct ledger_lines *out = ctx;
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	out->broken = !journal_line_parse(text, len, &out->items[out->count], err);
	if (out->broken)
		return false;
	out->count++;
	return true;
}

bool ledger_lines_from(int root, int64_t offset, struct ledger_lines *out, struct error *err)
{
	return ledger_each_text(root, offset, collect_line, out, err) && !out->broken;
}

void ledger_lines_done(struct ledger_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		journal_line_done(&lines->items[i]);
	free(lines->items);
	*lines = (struct ledger_lines){ 0 };
}

/*
 * The window is a run of the file's bytes.  A line that doesn't lie in it whole moves it there, twice
 * as wide each time, so that it grows to the longest line and no further.  It is read, not mapped:
 * a writer who takes a change back cuts the file, which kills whoever looks at the missing end of a
 * mapping; read, it is the end of the journal.
 */
#include "store/journal-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/internal.h"
#include "store/ledger.h"

#define WINDOW 65536

struct journal_file {
	int fd; /* -1: there is no journal yet */
	int64_t size, torn;
	struct buf window;
	int64_t at; /* where the window begins */
};

static int64_t window_end(const struct journal_file *f)
{
	return f->at + (int64_t)f->window.len;
}

/* Move the window to [from, to), or to as much of it as is left of the file. */
static bool look(struct journal_file *f, int64_t from, int64_t to, struct error *err)
{
	size_t want = (size_t)(to - from);
	buf_cut(&f->window, 0);
	buf_reserve(&f->window, want);
	f->at = from;
	while (f->window.len < want) {
		ssize_t n = pread(f->fd, f->window.data + f->window.len, want - f->window.len,
			window_end(f));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(err, "%s", JOURNAL_FILE);
		if (n == 0)
			break;
		f->window.len += (size_t)n;
	}
	f->window.data[f->window.len] = '\0';
	return true;
}

static bool was_cut(struct error *err)
{
	return error_set(err, ERROR_FAILED, "%s: became shorter while it was read (try again)",
		JOURNAL_FILE);
}

/* The window is moved so that it holds the byte at `byte`, too: the line break of the line before. */
bool journal_line_start(struct journal_file *f, int64_t byte, int64_t *start, struct error *err)
{
	*start = 0;
	for (int64_t end = byte, want = WINDOW; end > 0; end = f->at, want *= 2) {
		bool inside = end > f->at && end < window_end(f);
		if (!inside && !look(f, end > want ? end - want : 0, end + 1, err))
			return false;
		if (window_end(f) <= end)
			return was_cut(err);
		const char *data = f->window.data, *nl = memrchr(data, '\n', (size_t)(end - f->at));
		if (nl) {
			*start = f->at + (nl - data) + 1;
			break;
		}
	}
	return true;
}

bool journal_previous(struct journal_file *f, int64_t *place, struct journal_text *text,
	struct error *err)
{
	int64_t start;
	*text = (struct journal_text){ 0 };
	if (*place <= 0)
		return true;
	if (!journal_line_start(f, *place - 1, &start, err))
		return false;
	bool inside = start >= f->at && *place <= window_end(f);
	if (!inside && !look(f, start, *place, err))
		return false;
	if (*place > window_end(f))
		return was_cut(err);
	*text = (struct journal_text){ .bytes = f->window.data + (start - f->at),
		.len = (size_t)(*place - 1 - start) };
	*place = start;
	return true;
}

static bool take_line(const struct journal_file *f, int64_t *place, struct journal_text *text)
{
	if (*place < f->at || *place >= window_end(f))
		return false;
	const char *start = f->window.data + (*place - f->at);
	const char *nl = memchr(start, '\n', (size_t)(window_end(f) - *place));
	if (!nl)
		return false;
	*text = (struct journal_text){ .bytes = start, .len = (size_t)(nl - start) };
	*place += nl - start + 1;
	return true;
}

bool journal_next(struct journal_file *f, int64_t *place, struct journal_text *text,
	struct error *err)
{
	bool last = false;
	*text = (struct journal_text){ 0 };
	for (int64_t want = WINDOW; *place < f->size && !last; want *= 2) {
		if (take_line(f, place, text))
			return true;
		if (!look(f, *place, *place + want, err))
			return false;
		last = window_end(f) < *place + want;
	}
	take_line(f, place, text);
	return true;
}

/* Where the last line ends: a torn line is left out. */
static bool find_size(struct journal_file *f, struct error *err)
{
	struct stat st;
	if (fstat(f->fd, &st) != 0)
		return error_errno(err, "%s", JOURNAL_FILE);
	f->size = st.st_size;
	if (f->size == 0)
		return true;
	if (!look(f, f->size - 1, f->size, err))
		return false;
	if (f->window.len == 0)
		return was_cut(err);
	if (f->window.data[0] != '\n' && !journal_line_start(f, st.st_size - 1, &f->size, err))
		return false;
	f->torn = st.st_size - f->size;
	return true;
}

struct journal_file *journal_file_open(int root, struct error *err)
{
	struct journal_file *f = mem_new(sizeof *f);
	f->fd = openat(root, JOURNAL_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool ok = f->fd >= 0 ? find_size(f, err) :
			       errno == ENOENT || error_errno(err, "%s", JOURNAL_FILE);
	if (ok)
		return f;
	journal_close(f);
	return NULL;
}

struct journal_file *journal_open(const struct store *store, struct error *err)
{
	return journal_file_open(store->root, err);
}

void journal_close(struct journal_file *f)
{
	if (!f)
		return;
	if (f->fd >= 0)
		close(f->fd);
	buf_done(&f->window);
	free(f);
}

int64_t journal_size(const struct journal_file *f)
{
	return f->size;
}

int64_t journal_torn(const struct journal_file *f)
{
	return f->torn;
}

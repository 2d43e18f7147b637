#include "store/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "store/internal.h"

#define PIECE (256u << 10) /* bytes that are written at once */

void ledger_end_empty(struct ledger_end *out)
{
	*out = (struct ledger_end){ .size = 0 };
	memset(out->head, '0', sizeof out->head - 1);
}

static bool read_end(struct journal_file *file, struct ledger_end *out, struct error *err)
{
	struct journal_text text;
	struct journal_glance glance;
	struct fingerprint hash;
	int64_t place = journal_size(file);
	out->size = place;
	out->torn = journal_torn(file);
	if (!journal_previous(file, &place, &text, err))
		return false;
	if (!text.bytes)
		return true;
	fingerprint_of(text.bytes, text.len, &hash);
	fingerprint_hex(&hash, out->head);
	out->seq = journal_glance(&text, &glance, NULL) ? glance.seq : 0;
	return true;
}

bool ledger_find_end(int root, struct ledger_end *out, struct error *err)
{
	ledger_end_empty(out);
	struct journal_file *file = journal_file_open(root, err);
	bool ok = file && read_end(file, out, err);
	journal_close(file);
	return ok;
}

static int open_for_writing(int root, bool fresh, struct error *err)
{
	int flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (fresh ? O_CREAT | O_EXCL : 0);
	int fd = openat(root, JOURNAL_FILE, flags, 0644);
	if (fd < 0)
		error_errno(err, "%s: can't be opened for writing", JOURNAL_FILE);
	if (fd < 0 || fs_is_alone(root, fd, JOURNAL_FILE, err))
		return fd;
	close(fd);
	return -1;
}

/* In pieces: a change of very many rows doesn't stand in memory a second time as text. */
static bool write_lines(int fd, const struct plan *plan, const struct buf *olds,
	struct ledger_end *end)
{
	struct buf piece = { 0 };
	bool ok = true;
	for (size_t i = 0; ok && i < plan->count; i++) {
		ledger_format(plan, i, &olds[i], end, &piece);
		if (piece.len < PIECE && i + 1 < plan->count)
			continue;
		ok = fs_write_fd(fd, piece.data, piece.len);
		buf_cut(&piece, 0);
	}
	buf_done(&piece);
	return ok;
}

bool ledger_write(int root, const struct plan *plan, const struct buf *olds, struct ledger_end *end,
	struct error *err)
{
	const struct ledger_end start = *end;
	bool fresh = !fs_exists(root, JOURNAL_FILE);
	int fd = open_for_writing(root, fresh, err);
	if (fd < 0)
		return false;
	bool ok = ftruncate(fd, start.size) == 0 && write_lines(fd, plan, olds, end) && fsync(fd) == 0;
	if (!ok) {
		error_errno(err, "%s: can't be written", JOURNAL_FILE);
		*end = start;
	}
	if (!ok && ftruncate(fd, start.size) != 0)
		error_wrap(err, "%s: is left with a torn line", JOURNAL_FILE);
	close(fd);
	return ok && (!fresh || fs_sync(root, err));
}

bool ledger_cut(int root, int64_t size, struct error *err)
{
	int fd = openat(root, JOURNAL_FILE, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return (errno == ENOENT && size == 0) || error_errno(err, "%s", JOURNAL_FILE);
	bool alone = fs_is_alone(root, fd, JOURNAL_FILE, err);
	bool ok = alone && ftruncate(fd, size) == 0 && fsync(fd) == 0;
	if (alone && !ok)
		error_errno(err, "%s: can't be shortened", JOURNAL_FILE);
	close(fd);
	return ok;
}

bool ledger_line_begins(int root, int64_t offset)
{
	char before;
	if (offset == 0)
		return true;
	int fd = openat(root, JOURNAL_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	bool begins = pread(fd, &before, 1, offset - 1) == 1 && before == '\n';
	close(fd);
	return begins;
}

static bool each_text(struct journal_file *file, int64_t place,
	bool (*each)(void *ctx, const struct journal_text *text, struct error *err), void *ctx,
	struct error *err)
{
	struct journal_text text;
	for (;;) {
		if (!journal_next(file, &place, &text, err))
			return false;
		if (!text.bytes || !each(ctx, &text, err))
			return true;
	}
}

bool ledger_each_text(int root, int64_t place,
	bool (*each)(void *ctx, const struct journal_text *text, struct error *err), void *ctx,
	struct error *err)
{
	struct journal_file *file = journal_file_open(root, err);
	bool ok = file && each_text(file, place, each, ctx, err);
	journal_close(file);
	return ok;
}

struct walk {
	bool (*each)(void *ctx, const struct journal_line *line);
	void *ctx;
	const char *word;
	int64_t number;
	bool broken;
};

static bool walk_line(void *ctx, const struct journal_text *text, struct error *err)
{
	struct walk *w = ctx;
	struct journal_line line;
	w->number++;
	if (!journal_line_may_say(text, w->word))
		return true;
	if (!journal_line_parse(text->bytes, text->len, &line, err)) {
		w->broken = true;
		return error_wrap(err, "journal line %lld", (long long)w->number);
	}
	bool more = w->each(w->ctx, &line);
	journal_line_done(&line);
	return more;
}

bool journal_each(const struct store *store, const char *word,
	bool (*each)(void *ctx, const struct journal_line *line), void *ctx, struct error *err)
{
	struct walk w = { .each = each, .ctx = ctx, .word = word };
	return ledger_each_text(store->root, 0, walk_line, &w, err) && !w.broken;
}

/*
 * Where a block begins and ends.
 *
 * A BEGIN counts where it is the first thing in its line (blanks, NULs and a byte-order mark don't
 * count), or where the block before it has just ended: files are put together with cat, and not
 * each ends in a newline.  So a commented-out block or a mail's quotation stays text, as with other
 * tools.  From there the next run of five dashes decides, since base64 has none: END closes the
 * block, BEGIN breaks it off.  Nothing is looked at twice, so that 50 000 BEGIN lines cost no more
 * than their bytes.
 */
#include "codec/pem.h"

#include <string.h>

#include "base/lang.h"
#include "codec/base64.h"

#define DASHES        "-----"
#define BEGIN         "-----BEGIN "
#define END           "-----END "
#define SIZE(literal) (sizeof(literal) - 1)

static bool starts(const char *at, const char *end, const char *what, size_t len)
{
	return (size_t)(end - at) >= len && memcmp(at, what, len) == 0;
}

/* What begins with a dash; base64 has none, so that this steps from block to block. */
static const char *find(const char *at, const char *end, const char *what, size_t len)
{
	while (at < end && (at = memchr(at, '-', (size_t)(end - at)))) {
		if (starts(at, end, what, len))
			return at;
		at++;
	}
	return NULL;
}

static bool is_newline(char c)
{
	return c == '\n' || c == '\r';
}

/* Blanks, and what editors and disks leave before a text: NUL and a byte-order mark. */
static bool is_nothing(char c)
{
	return c == '\0' || strchr(" \t\v\f\xef\xbb\xbf", c);
}

static bool first_in_line(const char *from, const char *at)
{
	while (at > from && is_nothing(at[-1]))
		at--;
	return at == from || is_newline(at[-1]);
}

static const char *find_begin(const char *from, const char *end)
{
	const char *at = find(from, end, BEGIN, SIZE(BEGIN));

	while (at && !first_in_line(from, at))
		at = find(at + SIZE(BEGIN), end, BEGIN, SIZE(BEGIN));
	return at;
}

/* The five dashes that end a BEGIN or END line; NULL, and *line_end set, where there are none. */
static const char *closing_dashes(const char *at, const char *end, const char **line_end)
{
	for (; at < end && !is_newline(*at); at++) {
		if (*at == '-' && starts(at, end, DASHES, SIZE(DASHES)))
			return at;
	}
	*line_end = at;
	return NULL;
}

static const char *next_line(const char *at, const char *end)
{
	while (at < end && !is_newline(*at))
		at++;
	if (end - at >= 2 && at[0] == '\r' && at[1] == '\n')
		at++;
	return at < end ? at + 1 : end;
}

static bool is_blank_line(const char *at, const char *line_end)
{
	while (at < line_end && strchr(" \t\r\n", *at))
		at++;
	return at == line_end;
}

/* "Name: value" lines (RFC 1421), their continuations, and the empty line behind them. */
static const char *skip_headers(const char *at, const char *end)
{
	bool header = false;
	const char *next;

	if (is_blank_line(at, next_line(at, end)))
		at = next_line(at, end);
	for (; at < end; at = next) {
		next = next_line(at, end);
		if (header && is_blank_line(at, next))
			return next;
		if (memchr(at, ':', (size_t)(next - at)))
			header = true;
		else if (!header || !(*at == ' ' || *at == '\t'))
			return at;
	}
	return at;
}

/* A key may have been decoded before: its bytes don't go back to the heap as they are. */
static void make_room(struct buf *der, size_t len)
{
	if (der->cap < len + 4)
		buf_wipe(der);
	buf_reserve(der, len + 3);
}

static void decode(struct pem_block *block, const char *at, const char *end)
{
	at = skip_headers(at, end);
	make_room(&block->der, (size_t)(end - at));
	block->broken = base64_decode(at, (size_t)(end - at), &block->der);
	if (block->broken)
		buf_cut(&block->der, 0);
	else if (block->der.len == 0)
		block->broken = _("it is empty");
}

/* The END line at `at`; the body goes from `body` to there. Returns where the block ends. */
static const char *close_block(
	struct pem_block *block, const char *body, const char *at, const char *end)
{
	const char *label = at + SIZE(END), *line_end = end, *dashes;

	dashes = closing_dashes(label, end, &line_end);
	if (!dashes)
		block->broken = _("its END line doesn't end in five dashes");
	else if (!starts(label, dashes, block->label, block->label_len) ||
		 label + block->label_len != dashes)
		block->broken = _("its BEGIN and END differ");
	else
		decode(block, body, at);
	return dashes ? dashes + SIZE(DASHES) : line_end;
}

/* Returns where the block ends. */
static const char *read_body(struct pem_block *block, const char *body, const char *end)
{
	const char *at = body;

	while ((at = find(at, end, DASHES, SIZE(DASHES)))) {
		while (end - at > (ptrdiff_t)SIZE(DASHES) && at[SIZE(DASHES)] == '-')
			at++;
		if (starts(at, end, END, SIZE(END)))
			return close_block(block, body, at, end);
		if (starts(at, end, BEGIN, SIZE(BEGIN))) {
			block->broken = _("another BEGIN comes before its END");
			return at;
		}
		at += SIZE(DASHES);
	}
	block->broken = _("it has no END line");
	return end;
}

static const char *read_block(struct pem_block *block, const char *begin, const char *end)
{
	const char *line_end = end, *dashes;

	block->label = begin + SIZE(BEGIN);
	dashes = closing_dashes(block->label, end, &line_end);
	block->label_len = (size_t)((dashes ? dashes : line_end) - block->label);
	if (dashes)
		return read_body(block, dashes + SIZE(DASHES), end);
	block->broken = _("its BEGIN line doesn't end in five dashes");
	return line_end;
}

/* Move on and count the lines on the way. */
static void advance(struct pem_reader *reader, const char *to)
{
	const char *at = reader->bytes + reader->pos;

	while (at < to && (at = memchr(at, reader->newline, (size_t)(to - at)))) {
		reader->line++;
		at++;
	}
	reader->pos = (size_t)(to - reader->bytes);
}

void pem_start(struct pem_reader *reader, const void *bytes, size_t len)
{
	*reader = (struct pem_reader){ .bytes = bytes, .len = len, .line = 1 };
	reader->newline = len && memchr(bytes, '\n', len) ? '\n' : '\r';
}

bool pem_next(struct pem_reader *reader, struct pem_block *block)
{
	const char *end = reader->bytes + reader->len, *at;

	if (reader->pos == reader->len)
		return false;
	at = find_begin(reader->bytes + reader->pos, end);
	if (!at)
		return false;
	advance(reader, at);
	block->text = at;
	block->begin = reader->pos;
	block->line = reader->line;
	block->broken = NULL;
	buf_cut(&block->der, 0);
	advance(reader, read_block(block, at, end));
	block->end = reader->pos;
	return true;
}

bool pem_is(const struct pem_block *block, const char *label)
{
	return block->label_len == strlen(label) &&
	       memcmp(block->label, label, block->label_len) == 0;
}

void pem_write(struct buf *out, const char *label, const void *der, size_t len)
{
	buf_format(out, BEGIN "%s" DASHES "\n", label);
	base64_encode(out, der, len);
	buf_format(out, END "%s" DASHES "\n", label);
}

/*
 * An answer of HTTP/1.x, read when all of it has come: the connection is closed behind it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/fetch.h"

struct head {
	int status;
	bool chunked, has_length, coded;
	size_t length;
	char *location; /* raw */
};

static bool broken(struct error *err, const char *why)
{
	return error_set(err, ERROR_NETWORK, "the server's answer can't be used: %s", lang_text(why));
}

/* The line up to its end, without that; *at moves behind it. */
static bool next_line(const char **at, const char *end, const char **line, size_t *len)
{
	const char *stop = memchr(*at, '\n', (size_t)(end - *at));
	if (!stop)
		return false;
	*line = *at;
	*len = (size_t)(stop - *at);
	if (*len > 0 && (*line)[*len - 1] == '\r')
		--*len;
	*at = stop + 1;
	return true;
}

static bool read_status(const char *line, size_t len, int *status)
{
	if (len < 12 || strncmp(line, "HTTP/1.", 7) != 0 || line[8] != ' ')
		return false;
	*status = 0;
	for (size_t i = 9; i < 12; i++) {
		if (!isdigit((unsigned char)line[i]))
			return false;
		*status = *status * 10 + (line[i] - '0');
	}
	return true;
}

static bool field_is(const char *line, size_t len, const char *name, const char **value, size_t *n)
{
	size_t own = strlen(name);
	if (len <= own || strncasecmp(line, name, own) != 0 || line[own] != ':')
		return false;
	*value = line + own + 1;
	*n = len - own - 1;
	while (*n > 0 && (**value == ' ' || **value == '\t'))
		++*value, --*n;
	while (*n > 0 && ((*value)[*n - 1] == ' ' || (*value)[*n - 1] == '\t'))
		--*n;
	return true;
}

/* Digits of a base; false for none and for more than fit. */
static bool read_size(const char *text, size_t len, int base, size_t *out)
{
	char digits[18] = "", *end;
	size_t n = 0;
	for (; n < len && n < sizeof digits - 1 && isxdigit((unsigned char)text[n]); n++)
		digits[n] = text[n];
	*out = strtoull(digits, &end, base);
	return n > 0 && n < sizeof digits - 1 && !*end;
}

static bool read_field(const char *line, size_t len, struct head *head)
{
	const char *value;
	size_t n;
	if (field_is(line, len, "Transfer-Encoding", &value, &n)) {
		head->chunked = n == 7 && strncasecmp(value, "chunked", 7) == 0;
		return head->chunked;
	}
	if (field_is(line, len, "Content-Length", &value, &n)) {
		head->has_length = true;
		return read_size(value, n, 10, &head->length);
	}
	if (field_is(line, len, "Content-Encoding", &value, &n))
		head->coded = !(n == 8 && strncasecmp(value, "identity", 8) == 0);
	if (field_is(line, len, "Location", &value, &n) && !head->location)
		head->location = mem_textn(value, n);
	return true;
}

static bool read_head(const char **at, const char *end, struct head *head, struct error *err)
{
	const char *line;
	size_t len;
	if (!next_line(at, end, &line, &len) || !read_status(line, len, &head->status))
		return broken(err, "it isn't HTTP");
	while (next_line(at, end, &line, &len)) {
		if (len == 0)
			return true;
		if (!read_field(line, len, head))
			return broken(err, "its head makes no sense");
	}
	return broken(err, "it ends within its head");
}

static bool too_much(struct error *err, size_t most)
{
	return error_set(err, ERROR_FAILED, "more than %zu bytes come (limit_file_mb allows more)", most);
}

static bool read_chunks(const char *at, const char *end, size_t most, struct buf *out,
	struct error *err)
{
	const char *line;
	size_t len, size;
	while (next_line(&at, end, &line, &len)) {
		if (!read_size(line, len, 16, &size))
			return broken(err, "a chunk has no length");
		if (size == 0)
			return true;
		if (size > (size_t)(end - at))
			break;
		if (size > most - out->len)
			return too_much(err, most);
		buf_add(out, at, size);
		at += size;
		if (!next_line(&at, end, &line, &len) || len != 0)
			return broken(err, "a chunk doesn't end where it says");
	}
	return broken(err, "it is incomplete");
}

static bool read_body(const char *at, const char *end, const struct head *head, size_t most,
	struct buf *out, struct error *err)
{
	size_t len = (size_t)(end - at);
	if (head->coded)
		return broken(err, "it is compressed, which nobody asked for");
	if (head->chunked)
		return read_chunks(at, end, most, out, err);
	if (head->has_length && head->length > len)
		return broken(err, "it is incomplete");
	len = head->has_length ? head->length : len;
	if (len > most)
		return too_much(err, most);
	buf_add(out, at, len);
	return true;
}

static bool is_redirection(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool fetch_answer(const char *bytes, size_t len, size_t most, struct buf *out, char **to,
	struct error *err)
{
	struct head head = { 0 };
	const char *at = bytes, *end = bytes + len;
	bool ok = read_head(&at, end, &head, err);
	if (ok && to && is_redirection(head.status) && head.location) {
		*to = head.location;
		return true;
	}
	if (ok && head.status != 200)
		ok = error_set(err, ERROR_NETWORK, "the server answers with status %d", head.status);
	ok = ok && read_body(at, end, &head, most, out, err);
	free(head.location);
	return ok;
}

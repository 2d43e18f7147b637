/*
 * Bytes of configurations, within limits, and names that patterns fit.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/declared-reader.h"

char *path_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return mem_text("");
	return slash == path ? mem_text("/") : mem_textn(path, (size_t)(slash - path));
}

char *path_join(const char *base, const char *path)
{
	if (*path == '/' || !base)
		return mem_text(path);
	size_t len = strlen(base);
	return mem_format("%s%s%s", base, len > 0 && base[len - 1] == '/' ? "" : "/", path);
}

const char *source_keep(struct source *source, const char *text)
{
	return set_keep(&source->out->names, text);
}

const char *source_keep_safe(struct source *source, const char *text)
{
	char *safe = text_safe(text, strlen(text));
	const char *kept = source_keep(source, safe);
	free(safe);
	return kept;
}

static void add_trouble(struct source *source, const struct declared_place *at, size_t most,
	const char *format, va_list args)
{
	struct declared *out = source->out;
	struct buf raw = { 0 }, safe = { 0 };
	if (out->trouble_count >= most)
		return;
	buf_vformat(&raw, lang_text(format), args);
	text_guard(&safe, buf_text(&raw));
	buf_done(&raw);
	out->troubles = mem_grow(out->troubles, out->trouble_count, &out->trouble_cap,
		sizeof *out->troubles);
	out->troubles[out->trouble_count++] = (struct declared_trouble){ .kind = source->kind,
		.at = *at, .text = buf_take(&safe) };
}

void source_trouble(struct source *source, const struct declared_place *at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_trouble(source, at, SOURCE_TROUBLES, format, args);
	va_end(args);
}

void source_excess(struct source *source, const struct declared_place *at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_trouble(source, at, (size_t)2 * SOURCE_TROUBLES, format, args);
	va_end(args);
}

/* --- a file --------------------------------------------------------------------------------- */

static bool is_open(const struct scan *scan, const char *path)
{
	for (; scan; scan = scan->from)
		if (strcmp(scan->path, path) == 0)
			return true;
	return false;
}

/* Said once, by the file that is the first too many. */
static bool within_limits(struct source *source, const struct scan *from,
	const struct declared_place *at, const char *path)
{
	if (source->files > SOURCE_FILES || source->bytes > SOURCE_BYTES)
		return false;
	if (is_open(from, path))
		source_trouble(source, at, "includes itself");
	else if (from && from->includes >= SOURCE_INCLUDES)
		source_trouble(source, at, "isn't read: %u files lie within each other",
			SOURCE_INCLUDES);
	else if (source->files++ == SOURCE_FILES)
		source_excess(source, at, "this and what follows isn't read: more than %u files",
			SOURCE_FILES);
	else
		return true;
	return false;
}

static bool load(struct source *source, const char *path, const struct declared_place *at,
	struct buf *bytes)
{
	struct error err;
	if (!fs_read_within(source->root, path, SOURCE_FILE, bytes, NULL, &err)) {
		const char *why = strstr(err.text, ": ");
		source_trouble(source, at, "can't be read: %s", why ? why + 2 : err.text);
		return false;
	}
	source->bytes += bytes->len;
	if (bytes->len > 0 && memchr(bytes->data, '\0', bytes->len))
		source_trouble(source, at, "isn't read: it holds a NUL byte and is no text");
	else if (source->bytes > SOURCE_BYTES)
		source_excess(source, at, "this and what follows isn't read: more than %u MB",
			SOURCE_BYTES >> 20);
	else
		return true;
	return false;
}

static bool scan_one(struct source *source, struct tree *tree, syntax_fn *syntax,
	const struct scan *from, const char *path)
{
	struct buf bytes = { 0 };
	const char *name = source_keep_safe(source, path);
	const struct declared_place at = { .file = name };
	if (!within_limits(source, from, &at, path))
		return false;
	bool ok = load(source, path, &at, &bytes);
	if (ok) {
		struct scan scan = { .source = source,
			.tree = tree,
			.syntax = syntax,
			.from = from,
			.includes = from ? from->includes + 1 : 1,
			.path = source_keep(source, path),
			.name = name,
			.p = buf_text(&bytes),
			.end = buf_text(&bytes) + bytes.len,
			.floor = tree->depth };
		syntax(&scan);
		while (tree->depth > scan.floor)
			scan_close(&scan);
		buf_done(&scan.words);
	}
	buf_done(&bytes);
	return ok;
}

bool scan_file(struct source *source, struct tree *tree, syntax_fn *syntax, const char *path)
{
	return scan_one(source, tree, syntax, NULL, path);
}

struct maybe {
	struct source *source;
	struct tree *tree;
	syntax_fn *syntax;
};

static void scan_found(void *ctx, const char *path)
{
	const struct maybe *m = ctx;
	scan_one(m->source, m->tree, m->syntax, NULL, path);
}

void scan_maybe(struct source *source, struct tree *tree, syntax_fn *syntax, const char *path)
{
	struct maybe maybe = { source, tree, syntax };
	source_expand(source, path, scan_found, &maybe);
}

static void include_one(void *ctx, const char *path)
{
	struct scan *scan = ctx;
	scan_one(scan->source, scan->tree, scan->syntax, scan, path);
}

void scan_include(struct scan *scan, const char *base, const char *pattern, bool needed)
{
	if (scan->source->patterns >= SOURCE_PATTERNS) {
		if (scan->source->patterns++ == SOURCE_PATTERNS) {
			const struct declared_place here = { .file = scan->name, .line = scan->line };
			source_excess(scan->source, &here,
				"this and what follows isn't included: more than %u includes",
				SOURCE_PATTERNS);
		}
		return;
	}
	char *whole = path_join(base, pattern);
	if (source_expand(scan->source, whole, include_one, scan) == 0 && needed) {
		const struct declared_place at = { .file = scan->name, .line = scan->line };
		char *safe = text_safe(whole, strlen(whole));
		source_trouble(scan->source, &at, "includes %s, which isn't there", safe);
		free(safe);
	}
	free(whole);
}

void scan_trouble(struct scan *scan, const char *text)
{
	const struct declared_place at = { .file = scan->name, .line = scan->line };
	source_trouble(scan->source, &at, "%s", lang_text(text));
}

bool scan_line(struct scan *scan, const char **line, size_t *len)
{
	if (scan->p >= scan->end)
		return false;
	const char *feed = memchr(scan->p, '\n', (size_t)(scan->end - scan->p));
	const char *end = feed ? feed : scan->end;
	*line = scan->p;
	scan->p = feed ? feed + 1 : scan->end;
	scan->line++;
	*len = (size_t)(end - *line);
	if (*len > 0 && (*line)[*len - 1] == '\r')
		--*len;
	return true;
}

/* --- patterns ------------------------------------------------------------------------------- */

struct expansion {
	struct source *source;
	source_each_fn *each;
	void *ctx;
	size_t found, budget;
};

struct listing {
	char **names;
	size_t count, cap;
	const char *pattern;
};

static bool list_name(void *ctx, const char *name)
{
	struct listing *l = ctx;
	if (fnmatch(l->pattern, name, FNM_PERIOD) != 0)
		return true;
	l->names = mem_grow(l->names, l->count, &l->cap, sizeof *l->names);
	l->names[l->count++] = mem_text(name);
	return l->count < SOURCE_NAMES;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list_folder(struct expansion *x, const char *folder, struct listing *out)
{
	struct error err;
	errno = 0;
	int dir = fs_open_dir_within(x->source->root, *folder ? folder : "/", &err);
	if (dir >= 0) {
		fs_list(dir, list_name, out, &err);
		close(dir);
	} else if (errno == EACCES) {
		const struct declared_place at = { .file = source_keep_safe(x->source, folder) };
		source_trouble(x->source, &at, "can't be listed: %s", strerror(EACCES));
	}
	if (out->count > 0)
		qsort(out->names, out->count, sizeof *out->names, by_name);
}

static void expand_from(struct expansion *x, const char *done, const char *rest);

static void expand_name(struct expansion *x, const char *done, const char *name, const char *rest)
{
	char *path = mem_format("%s/%s", done, name);
	struct fs_stamp stamp;
	if (*rest) {
		expand_from(x, path, rest);
	} else if (fs_stamp_within(x->source->root, path, &stamp) || errno == EACCES) {
		x->found++;
		x->each(x->ctx, path);
	}
	free(path);
}

/* One component of the pattern at a time; what lies deeper than a pattern can name isn't visited. */
static void expand_from(struct expansion *x, const char *done, const char *rest)
{
	rest += strspn(rest, "/");
	size_t len = strcspn(rest, "/");
	if (len == 0 || x->budget == 0)
		return;
	x->budget--;
	char *part = mem_textn(rest, len);
	if (!strpbrk(part, "*?[")) {
		expand_name(x, done, part, rest + len);
	} else {
		struct listing listing = { .pattern = part };
		list_folder(x, done, &listing);
		for (size_t i = 0; i < listing.count; i++) {
			if (x->source->files <= SOURCE_FILES)
				expand_name(x, done, listing.names[i], rest + len);
			free(listing.names[i]);
		}
		free(listing.names);
	}
	free(part);
}

size_t source_expand(struct source *source, const char *pattern, source_each_fn *each, void *ctx)
{
	struct expansion x = { .source = source, .each = each, .ctx = ctx, .budget = SOURCE_NAMES };
	source->patterns++;
	if (strlen(pattern) < 4096)
		expand_from(&x, "", pattern);
	return x.found;
}

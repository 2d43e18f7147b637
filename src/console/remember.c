#include "console/remember.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/user.h"
#include "conf/tree.h"

#define TEXT_MOST 4096 /* bytes of a value */

static const struct remember_row {
	const char *name; /* in the file */
	const char *text; /* default of a text; NULL: it is a number */
	long number, least, most;
} rows[REMEMBER_COUNT] = {
	[REMEMBER_THEME] = { .name = "theme", .text = "" },
	[REMEMBER_SPLIT] = { .name = "split", .text = "" },
	[REMEMBER_SPLIT_BESIDE] = { .name = "split_beside", .least = 0, .most = 95 },
	[REMEMBER_SPLIT_BELOW] = { .name = "split_below", .least = 0, .most = 95 },
	[REMEMBER_COLUMNS_CERTIFICATES] = { .name = "columns_certificates", .text = "" },
	[REMEMBER_COLUMNS_IDENTITIES] = { .name = "columns_identities", .text = "" },
	[REMEMBER_COLUMNS_ENDPOINTS] = { .name = "columns_endpoints", .text = "" },
	[REMEMBER_COLUMNS_TARGETS] = { .name = "columns_targets", .text = "" },
};

struct value {
	char *text;
	long number;
	bool changed; /* by this console */
};

struct remember {
	char *path;
	struct value values[REMEMBER_COUNT];
};

struct remember *remember_new(const char *path)
{
	struct remember *memory = mem_new(sizeof *memory);
	memory->path = mem_text(path);
	for (size_t i = 0; i < REMEMBER_COUNT; i++) {
		memory->values[i].text = mem_text(rows[i].text);
		memory->values[i].number = rows[i].number;
	}
	return memory;
}

void remember_free(struct remember *memory)
{
	if (!memory)
		return;
	for (size_t i = 0; i < REMEMBER_COUNT; i++)
		free(memory->values[i].text);
	free(memory->path);
	free(memory);
}

static bool is_ours(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid();
}

/* A home that isn't there isn't made; a folder that XDG_STATE_HOME names is, as it asks for. */
char *remember_path(void)
{
	const char *state = user_state_home(), *set = getenv("XDG_STATE_HOME");
	bool named = set && set[0] == '/';
	const char *root = named ? set : getenv("HOME");
	if (!state || !root || !(is_ours(root) || (named && access(root, F_OK) != 0)))
		return NULL;
	return mem_format("%s/certary/console", state);
}

static size_t row_named(const char *name)
{
	size_t i = 0;
	while (i < REMEMBER_COUNT && strcmp(rows[i].name, name) != 0)
		i++;
	return i;
}

static bool is_in_range(const struct remember_row *row, int64_t number)
{
	return number >= row->least && number <= row->most;
}

/* Also of a value that was remembered by a certary that had other kinds and ranges. */
static void take(struct value *to, const struct remember_row *row, const struct conf_node *node)
{
	const char *text = conf_bytes(node);
	int64_t number;
	if (row->text && text && strlen(text) <= TEXT_MOST) {
		free(to->text);
		to->text = mem_text(text);
	} else if (!row->text && conf_int(node, &number) && is_in_range(row, number)) {
		to->number = (long)number;
	}
}

static bool is_there(const char *path)
{
	return path && (access(path, F_OK) == 0 || errno != ENOENT);
}

bool remember_load(struct remember *memory, struct error *err)
{
	struct conf *tree;
	if (!is_there(memory->path))
		return true;
	if (!conf_read(memory->path, &tree, err))
		return false;
	for (size_t i = 0; i < REMEMBER_COUNT; i++)
		take(&memory->values[i], &rows[i], conf_get(conf_root(tree), rows[i].name));
	conf_free(tree);
	return true;
}

static void write_row(struct buf *out, const char *name, const char *text, long number)
{
	buf_format(out, "%s = ", name);
	if (text)
		conf_quote(out, text);
	else
		buf_format(out, "%ld", number);
	buf_text_add(out, ";\n");
}

/* Values of names that this certary doesn't know. */
static void write_others(struct buf *out, const struct conf_node *root)
{
	for (size_t i = 0; i < conf_count(root); i++) {
		const struct conf_node *node = conf_at(root, i);
		const char *text = conf_bytes(node);
		int64_t number = 0;
		if (row_named(conf_name(node)) < REMEMBER_COUNT)
			continue;
		if (text || (conf_int(node, &number) && number <= LONG_MAX && number >= LONG_MIN))
			write_row(out, conf_name(node), text, (long)number);
	}
}

static bool is_default(const struct remember_row *row, const struct value *value)
{
	return row->text ? strcmp(row->text, value->text) == 0 : row->number == value->number;
}

/* What others have written meanwhile, and over it what was changed here. */
static void compose(const struct remember *memory, struct buf *out)
{
	struct remember *now = remember_new(NULL);
	struct conf *tree = NULL;
	buf_text_add(out, "# What certary's console remembers; it can be deleted.\n");
	if (is_there(memory->path))
		conf_read(memory->path, &tree, NULL);
	const struct conf_node *root = tree ? conf_root(tree) : NULL;
	for (size_t i = 0; i < REMEMBER_COUNT; i++) {
		const struct value *value = &memory->values[i];
		take(&now->values[i], &rows[i], conf_get(root, rows[i].name));
		value = value->changed ? value : &now->values[i];
		if (!is_default(&rows[i], value))
			write_row(out, rows[i].name, value->text, value->number);
	}
	write_others(out, root);
	conf_free(tree);
	remember_free(now);
}

static bool is_changed(const struct remember *memory)
{
	bool changed = false;
	for (size_t i = 0; i < REMEMBER_COUNT; i++)
		changed |= memory->values[i].changed;
	return changed;
}

/* Not durable: it may be gone after a power failure, and isn't worth a wait. */
static bool put(int dir, const char *name, const struct buf *text)
{
	char *fresh = mem_format("%s.%ld", name, (long)getpid());
	bool ok = fs_remove(dir, fresh, NULL) &&
		  fs_write(dir, fresh, 0600, text->data, text->len, FS_LATER, NULL);
	if (ok && !fs_rename(dir, fresh, dir, name, NULL))
		ok = fs_remove(dir, fresh, NULL) && false;
	free(fresh);
	return ok;
}

bool remember_save(struct remember *memory)
{
	struct buf text = { 0 };
	if (!memory->path || !is_changed(memory))
		return memory->path != NULL;
	char *folder = mem_text(memory->path);
	char *name = strrchr(folder, '/');
	*name++ = '\0';
	compose(memory, &text);
	int dir = fs_make_dirs(folder, 0700, NULL) ? fs_open_dir(AT_FDCWD, folder, NULL) : -1;
	bool ok = dir >= 0 && put(dir, name, &text);
	for (size_t i = 0; ok && i < REMEMBER_COUNT; i++)
		memory->values[i].changed = false;
	if (dir >= 0)
		close(dir);
	buf_done(&text);
	free(folder);
	return ok;
}

const char *remember_text(const struct remember *memory, enum remembered which)
{
	return rows[which].text ? memory->values[which].text : "";
}

long remember_number(const struct remember *memory, enum remembered which)
{
	return rows[which].text ? 0 : memory->values[which].number;
}

void remember_set_text(struct remember *memory, enum remembered which, const char *text)
{
	struct value *value = &memory->values[which];
	if (!rows[which].text || strlen(text) > TEXT_MOST || strcmp(value->text, text) == 0)
		return;
	free(value->text);
	value->text = mem_text(text);
	value->changed = true;
}

void remember_set_number(struct remember *memory, enum remembered which, long number)
{
	struct value *value = &memory->values[which];
	if (rows[which].text || !is_in_range(&rows[which], number) || value->number == number)
		return;
	value->number = number;
	value->changed = true;
}

/*
 * libconfig reads the text, and its tree is copied into one of our own at once: the copy has what
 * libconfig keeps (name, type, line, value), is plain memory, and leaves the library in this file.
 *
 * What libconfig would take without a word is refused before it sees the text (conf/scan.h).
 */
#include "conf/tree.h"

#include <fcntl.h>
#include <libconfig.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "conf/scan.h"

#define FILE_MAX  ((size_t)1 << 20)
#define DEPTH_MAX 64

struct conf_node {
	const struct conf *tree;
	char *name;
	enum conf_type type;
	unsigned line;
	int64_t number; /* CONF_INT, CONF_BOOL */
	char *bytes;    /* CONF_TEXT */
	char *safe;
	struct conf_node *children;
	size_t count;
};

struct conf {
	char *label;
	struct conf_node root;
};

static bool fail_at(const char *label, unsigned line, struct error *err, const char *what)
{
	return error_set(err, ERROR_FAILED, "%s:%u: %s", label, line, what);
}

static enum conf_type type_of(const config_setting_t *from)
{
	switch (config_setting_type(from)) {
	case CONFIG_TYPE_GROUP:
		return CONF_GROUP;
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return CONF_INT;
	case CONFIG_TYPE_FLOAT:
		return CONF_REAL;
	case CONFIG_TYPE_STRING:
		return CONF_TEXT;
	case CONFIG_TYPE_BOOL:
		return CONF_BOOL;
	default:
		return CONF_LIST;
	}
}

static void copy_value(struct conf_node *to, const config_setting_t *from)
{
	if (to->type == CONF_INT)
		to->number = config_setting_get_int64(from);
	else if (to->type == CONF_BOOL)
		to->number = config_setting_get_bool(from);
	else if (to->type == CONF_TEXT) {
		const char *bytes = config_setting_get_string(from);
		to->bytes = mem_text(bytes ? bytes : "");
		to->safe = text_safe(to->bytes, strlen(to->bytes));
	}
}

static bool copy_node(const struct conf *tree, struct conf_node *to, const config_setting_t *from,
	unsigned depth, struct error *err)
{
	to->tree = tree;
	to->name = mem_text(config_setting_name(from));
	to->type = type_of(from);
	to->line = config_setting_source_line(from);
	copy_value(to, from);
	if (to->type != CONF_GROUP && to->type != CONF_LIST)
		return true;
	if (depth == DEPTH_MAX)
		return fail_at(tree->label, to->line, err, _("nested too deeply"));
	size_t count = (size_t)config_setting_length(from);
	to->children = mem_new(count * sizeof *to->children);
	for (; to->count < count; to->count++) {
		const config_setting_t *child = config_setting_get_elem(from, (unsigned)to->count);
		if (!copy_node(tree, &to->children[to->count], child, depth + 1, err)) {
			to->count++;
			return false;
		}
	}
	return true;
}

static void node_done(struct conf_node *node)
{
	for (size_t i = 0; i < node->count; i++)
		node_done(&node->children[i]);
	free(node->children);
	free(node->name);
	free(node->bytes);
	free(node->safe);
}

void conf_free(struct conf *tree)
{
	if (!tree)
		return;
	node_done(&tree->root);
	free(tree->label);
	free(tree);
}

static struct conf *tree_new(const char *label, const char *text, struct error *err)
{
	struct conf *tree = mem_new(sizeof *tree);
	config_t config;
	tree->label = text_safe(label, strlen(label));
	config_init(&config);
	bool ok = config_read_string(&config, text) == CONFIG_TRUE;
	if (!ok)
		fail_at(tree->label, (unsigned)config_error_line(&config), err,
			config_error_text(&config));
	else
		ok = copy_node(tree, &tree->root, config_root_setting(&config), 0, err);
	config_destroy(&config);
	if (ok)
		return tree;
	conf_free(tree);
	return NULL;
}

bool conf_parse(
	const char *label, const char *bytes, size_t len, struct conf **out, struct error *err)
{
	*out = NULL;
	if (!scan_check(label, bytes, len, err))
		return false;
	char *text = mem_textn(bytes, len);
	*out = tree_new(label, text, err);
	free(text);
	return *out != NULL;
}

static bool read_file(const char *path, bool believed, struct conf **out, struct error *err)
{
	struct buf text = { 0 };
	struct fs_stamp stamp;
	*out = NULL;
	bool ok = fs_read(AT_FDCWD, path, FS_FOLLOW, FILE_MAX, &text, &stamp, err) &&
		  (!believed || fs_is_trusted(&stamp, path, err)) &&
		  conf_parse(path, buf_text(&text), text.len, out, err);
	buf_done(&text);
	return ok;
}

bool conf_read(const char *path, struct conf **out, struct error *err)
{
	return read_file(path, false, out, err);
}

bool conf_read_trusted(const char *path, struct conf **out, struct error *err)
{
	return read_file(path, true, out, err);
}

const struct conf_node *conf_root(const struct conf *tree)
{
	return &tree->root;
}

static const struct conf_node *child_named(
	const struct conf_node *group, const char *name, size_t len)
{
	for (size_t i = 0; i < conf_count(group); i++) {
		const char *have = group->children[i].name;
		if (have && strlen(have) == len && memcmp(have, name, len) == 0)
			return &group->children[i];
	}
	return NULL;
}

const struct conf_node *conf_get(const struct conf_node *group, const char *path)
{
	while (group) {
		size_t len = strcspn(path, ".");
		group = child_named(group, path, len);
		if (!path[len])
			break;
		path += len + 1;
	}
	return group;
}

size_t conf_count(const struct conf_node *node)
{
	return node ? node->count : 0;
}

const struct conf_node *conf_at(const struct conf_node *node, size_t index)
{
	return index < conf_count(node) ? &node->children[index] : NULL;
}

enum conf_type conf_type(const struct conf_node *node)
{
	return node ? node->type : CONF_GROUP;
}

const char *conf_name(const struct conf_node *node)
{
	return node ? node->name : NULL;
}

unsigned conf_line(const struct conf_node *node)
{
	return node ? node->line : 0;
}

const char *conf_file(const struct conf_node *node)
{
	return node ? node->tree->label : "";
}

const char *conf_text(const struct conf_node *node)
{
	return node ? node->safe : NULL;
}

const char *conf_bytes(const struct conf_node *node)
{
	return node ? node->bytes : NULL;
}

bool conf_int(const struct conf_node *node, int64_t *out)
{
	if (!node || node->type != CONF_INT)
		return false;
	*out = node->number;
	return true;
}

bool conf_bool(const struct conf_node *node, bool *out)
{
	if (!node || node->type != CONF_BOOL)
		return false;
	*out = node->number != 0;
	return true;
}

bool conf_fail(const struct conf_node *node, struct error *err, const char *format, ...)
{
	struct buf what = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&what, lang_text(format), args);
	va_end(args);
	fail_at(conf_file(node), conf_line(node), err, buf_text(&what));
	buf_done(&what);
	return false;
}

void conf_quote(struct buf *out, const char *bytes)
{
	buf_char(out, '"');
	for (; *bytes; bytes++) {
		unsigned char c = (unsigned char)*bytes;
		if (c == '"' || c == '\\')
			buf_format(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			buf_format(out, "\\x%02x", c);
		else
			buf_char(out, (char)c);
	}
	buf_char(out, '"');
}

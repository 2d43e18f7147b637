/*
 * A libconfig file as a tree that can only be read.
 *
 * Life: conf_read() … conf_free(); nodes and what the getters return belong to the tree.  Every
 * node knows its line, and conf_fail() makes an error that names file and line, so that whoever
 * gives a file its meaning can say where it is wrong.
 *
 * The file is read whole (1 MB at most) before it is parsed.  @include is refused: a settings file
 * says by itself what it says.
 */
#ifndef CERTARY_CONF_TREE_H
#define CERTARY_CONF_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum conf_type {
	CONF_GROUP, /* { name = value; … } */
	CONF_LIST,  /* ( value, … ) and [ value, … ] */
	CONF_TEXT,
	CONF_INT,
	CONF_REAL, /* known, so that it can be refused by name; nothing here is a fraction */
	CONF_BOOL,
};

struct conf;
struct conf_node;

bool conf_read(const char *path, struct conf **out, struct error *err);

/* The same of a file that is believed: one that others may write to is refused (see fs_is_trusted()). */
bool conf_read_trusted(const char *path, struct conf **out, struct error *err);

/* The same for bytes at hand; label stands for the file in errors. */
bool conf_parse(
	const char *label, const char *bytes, size_t len, struct conf **out, struct error *err);
void conf_free(struct conf *tree);

const struct conf_node *conf_root(const struct conf *tree);

/*
 * "limits.file_mb", seen from a group; NULL where there is no such node.  This and the functions
 * below tolerate a node that is NULL.
 */
const struct conf_node *conf_get(const struct conf_node *group, const char *path);
size_t conf_count(const struct conf_node *node); /* children of a group or list */
const struct conf_node *conf_at(const struct conf_node *node, size_t index);

enum conf_type conf_type(const struct conf_node *node);
const char *conf_name(const struct conf_node *node); /* NULL in a list and at the root */
unsigned conf_line(const struct conf_node *node);
const char *conf_file(const struct conf_node *node); /* safe text */

const char *conf_text(const struct conf_node *node);  /* safe text; NULL if it is no text */
const char *conf_bytes(const struct conf_node *node); /* as written: for paths; NULL likewise */
bool conf_int(const struct conf_node *node, int64_t *out);
bool conf_bool(const struct conf_node *node, bool *out);

/* Fill err with "FILE:LINE: …" and ERROR_FAILED, return false. */
bool conf_fail(const struct conf_node *node, struct error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Append bytes as a libconfig string with its quotes: for those who write such files. */
void conf_quote(struct buf *out, const char *bytes);

#endif

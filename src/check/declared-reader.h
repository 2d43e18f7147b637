/*
 * How configurations are read: a source hands out bytes within limits, a syntax makes statements of
 * them, a reader finds services among these.
 *
 *	source -> scan (a file under way) -> tree of statements -> reader -> services
 *
 * A syntax is a function that is called with each file of its kind and calls scan_word() for each word
 * of a statement, scan_end() behind the last, and scan_include() where another file is named: that one's
 * statements then stand where its name stood, as the service sees them.
 */
#ifndef CERTARY_SRC_CHECK_DECLARED_READER_H
#define CERTARY_SRC_CHECK_DECLARED_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "check/declared.h"

#define SOURCE_FILE       (1u << 20) /* bytes of one file */
#define SOURCE_BYTES      (8u << 20) /* of all the files of a kind */
#define SOURCE_FILES      512
#define SOURCE_INCLUDES   16    /* files within files */
#define SOURCE_STATEMENTS 65536
#define SOURCE_SERVICES   256
#define SOURCE_TROUBLES   64
#define SOURCE_PATTERNS   2048
#define SOURCE_NAMES      4096 /* of one folder */
#define TREE_LEVELS       32

struct source {
	int root;
	struct declared *out;
	const struct declared_kind *kind;
	size_t files, bytes, patterns, services;
};

enum declared_places {
	PLACES_EACH,     /* every place is a configuration of its own */
	PLACES_FIRST,    /* the first that is there counts */
	PLACES_TOGETHER, /* all are one: the reader gets them at once */
};

struct declared_reader {
	enum declared_places places;
	void (*read)(struct source *source, const char *const *paths, size_t count);
};

extern const struct declared_reader reader_postgresql, reader_nginx, reader_httpd, reader_slapd;
extern const struct declared_reader reader_postfix, reader_dovecot, reader_mariadb, reader_vsftpd;
extern const struct declared_reader reader_teamforge;

/* --- statements ------------------------------------------------------------------------------ */

struct statement {
	char *words; /* each behind the NUL of the one before: true bytes */
	unsigned count;
	bool block;    /* it has statements within */
	size_t end;    /* of a block: the number behind its last statement */
	size_t parent; /* the block it stands in; TREE_TOP: none */
	const char *path; /* the file it stands in, true bytes */
	struct declared_place at;
};

#define TREE_TOP ((size_t)-1)

/* Life: `struct tree tree = {0}` … tree_done(&tree). */
struct tree {
	struct statement *items;
	size_t count, cap;
	size_t open[TREE_LEVELS];
	unsigned depth;
	bool any_case; /* names of statements are compared without regard to case */
	const char *base; /* for a syntax whose relative includes have one place */
	unsigned expansions; /* of variables, so far */
};

void tree_done(struct tree *tree);
const char *statement_word(const struct statement *s, unsigned i); /* "" behind the last */

/* The next statement directly in a block (NULL: outside of all) of that name (NULL: any). */
const struct statement *tree_next(const struct tree *tree, const struct statement *block,
	const struct statement *previous, const char *name);
const struct statement *tree_last(const struct tree *tree, const struct statement *block,
	const char *name);
/* The last in this block, or else in those around it. */
const struct statement *tree_above(const struct tree *tree, const struct statement *block,
	const char *name);
/* The block that a statement stands in; NULL: none. */
const struct statement *tree_parent(const struct tree *tree, const struct statement *s);
/* The same as tree_last() for a block of NULL, but its second word; NULL where there is none. */
const char *tree_value(const struct tree *tree, const char *name);

/* --- a file under way ------------------------------------------------------------------------ */

struct scan;
typedef void syntax_fn(struct scan *scan);

struct scan {
	struct source *source;
	struct tree *tree;
	syntax_fn *syntax;
	const struct scan *from; /* the file that includes it */
	unsigned includes;
	const char *path, *name; /* true and safe */
	const char *p, *end;
	unsigned line;  /* the one that is read, from 1 on; 0 before the first */
	unsigned floor; /* the depth it began with: a file closes no block of another */
	struct buf words;
	unsigned count, begun; /* words so far; the line of the first */
};

/* Read a file into the tree; false where that fails, which is then a trouble. */
bool scan_file(struct source *source, struct tree *tree, syntax_fn *syntax, const char *path);

/* The same where it is there; a pattern may have it. */
void scan_maybe(struct source *source, struct tree *tree, syntax_fn *syntax, const char *path);

/* Every file that fits the pattern, relative to base; none is a trouble where it is needed. */
void scan_include(struct scan *scan, const char *base, const char *pattern, bool needed);

void scan_word(struct scan *scan, const char *bytes, size_t len);
void scan_text(struct scan *scan, const char *text);
void scan_end(struct scan *scan, bool block);
void scan_close(struct scan *scan);
void scan_trouble(struct scan *scan, const char *text);

/* The next line without its end, or false; the scan stands on the one behind it. */
bool scan_line(struct scan *scan, const char **line, size_t *len);

/* --- syntaxes -------------------------------------------------------------------------------- */

syntax_fn syntax_postgres; /* name = 'value' */
syntax_fn syntax_equals;   /* NAME=value, # */
syntax_fn syntax_shell;    /* the same with quotes */
syntax_fn syntax_postfix;  /* name = value, continued by blanks */
syntax_fn syntax_fields;   /* words, continued by blanks: master.cf */
syntax_fn syntax_ini;      /* [group] name = value: three words each */
syntax_fn syntax_slapd;    /* name "word" word, continued by blanks */
syntax_fn syntax_ldif;     /* name: value, name:: Base64 */
syntax_fn syntax_nginx;    /* name word "word"; name word { … } */
syntax_fn syntax_httpd;    /* Name word "word"; <Name word> … </Name> */
syntax_fn syntax_dovecot;  /* name = value; name word { … } */

/* --- the source ------------------------------------------------------------------------------ */

char *path_folder(const char *path); /* "/etc/x" of "/etc/x/y"; the caller frees, here and below */
char *path_join(const char *base, const char *path);

/* Call each() for every file below root that a pattern with * ? [] fits, sorted by folder. */
typedef void source_each_fn(void *ctx, const char *path);
size_t source_expand(struct source *source, const char *pattern, source_each_fn *each, void *ctx);

const char *source_keep(struct source *source, const char *text);      /* as long as the result */
const char *source_keep_safe(struct source *source, const char *text); /* its safe text */
void source_trouble(struct source *source, const struct declared_place *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same for a limit, which is said once, however much was amiss before. */
void source_excess(struct source *source, const struct declared_place *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* --- services -------------------------------------------------------------------------------- */

/* NULL where there are too many.  name is true bytes; NULL: the kind alone. */
struct declared_service *source_service(struct source *source, const char *name,
	const struct declared_place *at);

/* A file as word i of a statement names it, relative to base; nothing for NULL and "". */
void service_file(struct declared_service *service, enum declared_role role, unsigned pair,
	const char *setting, const struct statement *s, const char *text, const char *base);
/* One that isn't set, but has to be. */
void service_missing(struct declared_service *service, enum declared_role role, const char *setting);
void service_switch(struct declared_service *service, enum declared_tls tls, const char *setting,
	const struct statement *s);
void service_listen(struct declared_service *service, const char *address, unsigned port,
	const char *dialect, const struct statement *s);

/* "1.2.3.4:443", "[::1]:443", "*:443", "443", "name": false where it is a socket of another kind. */
bool listen_parse(const char *text, unsigned otherwise, char **address, unsigned *port);

/* "on", "yes", "true", "1" … ; anything else is no. */
bool word_is_yes(const char *word);

#endif

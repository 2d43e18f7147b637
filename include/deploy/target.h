/*
 * Targets: the consumers that are fed from the store.
 *
 * A record of what is saved of one, and the table of their kinds; nothing here knows the file that it
 * comes from.  What a kind reads and writes is a row of its own in src/deploy/kinds.c.
 */
#ifndef CERTARY_DEPLOY_TARGET_H
#define CERTARY_DEPLOY_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* What somebody may, or must, say about a target of a kind. */
enum target_field {
	TARGET_PATH = 1 << 0,
	TARGET_FORMAT = 1 << 1,
	TARGET_PASSWORD = 1 << 2,
	TARGET_IDENTITY = 1 << 3, /* and the paths of its key and chain, owner and mode */
	TARGET_WITH_SYSTEM = 1 << 4,
};

struct target_kind {
	const char *name;  /* "pem-bundle": what --kind takes */
	const char *help;  /* one line: what it writes */
	unsigned needs;    /* enum target_field: without these it isn't one */
	unsigned takes;    /* those that may be said besides */
	const char *formats; /* what --format takes, blanks between, the usual one first; NULL */
	const char *usual; /* the path where nobody says another; NULL: none */
	bool blocks;       /* takes what is blocked as well */
	bool shared;       /* it changes more than one application: that is said before */
};

/* The table, in the order in which people look for them; NULL behind the last. */
const struct target_kind *target_kind_at(size_t i);
const struct target_kind *target_kind_named(const char *name); /* NULL: there is none */

/*
 * Texts are as people typed them: not safe text; NULL where nothing was said.  Paths are absolute.
 */
struct target {
	char *name;
	const struct target_kind *kind;
	char *path;          /* what is written: a file, a folder; of `system` and `p11-kit` the root that
	                      * stands for /, of `nss` the profile's folder, of `server-pair` the
	                      * certificate's file */
	char *format;
	char *password_file; /* where the password of a truststore stands; NULL: "changeit" */
	char *identity;      /* of server-pair: whose key and certificate */
	char *key, *chain;   /* of server-pair: the key's file; the chain's, NULL: behind the certificate */
	char *owner;         /* "postgres" or "postgres:postgres"; NULL: as the file is, or the caller */
	char *service;       /* of server-pair: "postgresql", "nginx" … for words; NULL */
	char *reload;        /* the words of a command, an absolute path first; NULL: nothing is run */
	char *note;
	unsigned mode;       /* of what is public; 0: as the file is, else 0644 */
	bool with_system;    /* of pem-bundle: the system's own anchors as well */
};

struct targets {
	struct target *items;
	size_t count, cap;
};

/* Life: `struct targets all = {0}` … targets_done(&all). */
struct target *targets_add(struct targets *targets);
void target_done(struct target *target);
void targets_done(struct targets *targets);

/*
 * Has it what its kind needs, and nothing that it doesn't know; are its paths absolute, is its format
 * one?  ERROR_USAGE names the first thing that is off.
 */
bool target_check(const struct target *target, struct error *err);

/*
 * The words of a command: divided by blanks, "in quotes" where a word has some.  NULL-terminated, in
 * one piece: free() it.  ERROR_USAGE where the first is no absolute path or a quote is open.
 */
char **target_command(const char *text, struct error *err);

#endif

/*
 * Where a distribution keeps anchors, and the tool that puts them into force.
 *
 * A row for each family.  It is told by the folders first and by the tool then, because a stray
 * update-ca-certificates on a system that doesn't read its folder would be run for nothing.
 */
#ifndef CERTARY_SRC_DEPLOY_DISTRO_H
#define CERTARY_SRC_DEPLOY_DISTRO_H

#include <stdbool.h>

#define DISTRO_WORDS 4

struct distro {
	const char *name;
	const char *marks[2];              /* these are there below the root */
	const char *unless;                /* and this isn't; NULL */
	const char *anchors, *blocklist;   /* folders below the root; NULL: it knows no blocked ones */
	const char *suffix;                /* of files in them */
	const char *tool[2][DISTRO_WORDS]; /* what is run, the first that is there */
	const char *bundles[2];            /* what the tool makes, the first that is there */
	bool only_authorities;             /* what isn't a CA's doesn't come into the bundle */
	bool debian;                       /* the tool takes other folders, and has a list of its own */
};

typedef const char *distro_find_tool(const char *name, char path[static 256]);

/* What a system is; NULL where it is none of them.  argv gets what is run; its first word is `path`. */
const struct distro *distro_find(const char *root, distro_find_tool *find, char path[static 256],
	const char *argv[DISTRO_WORDS]);

/* A row at a time, NULL behind the last. */
const struct distro *distro_at(unsigned i);

/* The first bundle of it that is there, else the first; the caller frees, here and below. */
char *distro_bundle(const struct distro *distro, const char *root);
char *below(const char *root, const char *path);

#endif

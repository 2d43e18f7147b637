/*
 * What update-ca-certificates reads besides our files, what it silently ignores, and how it is healed.
 */
#ifndef CERTARY_SRC_DEPLOY_DEBIAN_H
#define CERTARY_SRC_DEPLOY_DEBIAN_H

#include "deploy/anchor-folder.h"

/* Below a root. */
#define DEBIAN_CONF    "etc/ca-certificates.conf"
#define DEBIAN_SHIPPED "usr/share/ca-certificates"
#define DEBIAN_LOCAL   "usr/local/share/ca-certificates"
#define DEBIAN_HOOKS   "etc/ca-certificates/update.d"
#define DEBIAN_LINKS   "etc/ssl/certs"

struct debian_source {
	char *name;       /* of the file, as people know it: "mozilla/X.crt"; safe text */
	struct fingerprint print;
	bool shipped;     /* by the distribution, else somebody's beside ours */
	bool deselected;  /* in ca-certificates.conf */
};

struct debian {
	struct debian_source *items;
	size_t count, cap, deselected;
	struct set index; /* fingerprints of what is in force, and where it stands */
};

/* Life: `struct debian debian = {0}` … debian_done(&debian).  local: the folder of our files, deep. */
void debian_read(const char *root, const struct anchor_folder *local, struct debian *out);
void debian_done(struct debian *debian);

/* What is in force by somebody else's hand; NULL. */
const struct debian_source *debian_has(const struct debian *debian, const struct fingerprint *print);

/* What an operator should know about the files of others, the list and the hooks. */
void debian_warn(const struct visit *visit, const char *root, const struct anchor_folder *local,
	const struct debian *debian);

/* Where the tool can be pointed at another root: the words for it, behind argv's first. */
bool debian_takes_root(const char *tool);
#define DEBIAN_WORDS 14
void debian_words(const char *tool, const char *root, bool fresh, char *argv[DEBIAN_WORDS]);
void debian_words_done(char *argv[DEBIAN_WORDS]);

/*
 * The tool leaves links of removed files behind, and makes no hash links where a run before it was
 * killed: then it must make all of them anew.
 */
bool debian_links_are_off(const char *root);

#endif

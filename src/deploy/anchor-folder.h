/*
 * A folder of which some tool reads every file: a file of ours for each certificate, among those of
 * others, which stay.
 *
 * Ours begin with a comment that says so, and their names with "certary-"; a file that has only one of
 * the two is somebody else's.  The fingerprint is in the name, so that names never collide, and a name
 * is ASCII without blanks, which is what such tools are good at.
 */
#ifndef CERTARY_SRC_DEPLOY_ANCHOR_FOLDER_H
#define CERTARY_SRC_DEPLOY_ANCHOR_FOLDER_H

#include "base/set.h"
#include "deploy/kind.h"

struct anchor_file {
	char *name;               /* as it is: not safe text; with the folders between */
	size_t certificates;      /* that stand in it */
	struct fingerprint print; /* of the first of them */
	bool der;                 /* bytes and no PEM */
	bool ours;
};

struct anchor_folder {
	char *path;
	struct anchor_file *items; /* in the order of their names */
	size_t count, cap;
	struct set ours;           /* fingerprints (hex) of ours, with their index */
};

/* Life: `struct anchor_folder folder = {0}` … anchor_folder_done(&folder). */
void anchor_folder_done(struct anchor_folder *folder);

/*
 * What stands in a folder; none is an empty one.  deep: in those below it as well, links followed, as
 * `find -L` does.  What can't be read is left out.
 */
bool anchor_folder_read(const char *path, bool deep, struct anchor_folder *out, struct error *err);

/* The file of ours that holds this certificate and no other; NULL. */
const struct anchor_file *anchor_folder_ours(const struct anchor_folder *folder,
	const struct fingerprint *print);

struct anchor_wish {
	const struct anchors *wanted;
	const struct set *without; /* fingerprints (hex) that get no new file */
	const struct set *unfit;   /* those that the tool leaves out: no row, and no new file; NULL */
	const struct set *moved;   /* and those whose file goes without a word; NULL */
	const char *suffix;        /* of the files: ".crt" */
	const char *word;          /* behind the name in the plan: " (blocked)"; "" */
	bool all_read;             /* whatever a file's name is, so that nothing is kept aside there */
};

/* Stage the files, and fill the plan's rows.  The folder itself is made where it isn't there. */
bool anchor_folder_stage(const struct visit *visit, const struct anchor_folder *folder,
	const struct anchor_wish *wish, struct error *err);

/* "certary-root-one-1a2b3c4d": what files and other tools call it; the caller frees. */
char *anchor_short_name(const struct anchor *anchor);

#endif

/*
 * Where a change of a file is, and the names beside it: what the steps of deploy/place.h share.
 */
#ifndef CERTARY_SRC_DEPLOY_SPOT_H
#define CERTARY_SRC_DEPLOY_SPOT_H

#include <limits.h>

#include "deploy/place.h"

/* Its folder, its name there, and the names beside it, or in the folder above. */
struct spot {
	int dir, aside;
	const char *name;
	char fresh[NAME_MAX + 1], old[NAME_MAX + 1], half[NAME_MAX + 1];
};

/* False, and errno ENOENT, where its folder isn't there; spot_need() puts it into words. */
bool spot_find(struct places *places, const struct file_change *change, struct spot *out);
bool spot_need(struct places *places, const struct file_change *change, struct spot *out,
	struct error *err);

/* Errors: of errno, which stays as it is; somebody changed it; `name` was left beside it. */
bool spot_told(const char *path, const char *what, struct error *err);
bool spot_is_stale(const struct file_change *change, struct error *err);
bool spot_is_left(const struct file_change *change, const char *name, struct error *err);

/* Not over anything that has appeared there, where the file system can say so. */
bool spot_rename(int from_dir, const char *from, int to_dir, const char *to);
/* An empty file; one that is there is as good. */
bool spot_mark(const struct spot *spot, const char *name);

/* Steps of folders, as those of deploy/place.h: of one that is empty, and of a whole one. */
bool folder_make(const struct spot *spot, const struct file_change *change, struct error *err);
bool folder_back(const struct spot *spot, bool *in_use);
bool whole_check(const struct spot *spot, const struct file_change *change, struct error *err);
bool whole_make(const struct spot *spot, const struct file_change *change, struct error *err);
bool whole_put(const struct spot *spot);
bool whole_back(const struct spot *spot, bool *in_use);
/* The error where it can't go back: the file of somebody else that is in it. */
bool whole_stuck(const struct spot *spot, const struct file_change *change, struct error *err);

/*
 * The whole folder of a file: beside its place, and later there; -1 and errno ENOENT where there is none
 * that is ours.  While it waits for its name all that is in it is ours.
 */
int whole_open(struct places *places, const char *file);
bool whole_waits(struct places *places, const char *file);

#endif

/*
 * Files as they will be: what the stage() functions hand over, and what the transaction puts in place.
 *
 * A change names an absolute path.  What is there is remembered by its stamp, so that somebody else's
 * edit between plan and deed is noticed and not overwritten.
 */
#ifndef CERTARY_SRC_DEPLOY_STAGING_H
#define CERTARY_SRC_DEPLOY_STAGING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/fs.h"
#include "pki/fingerprint.h"

enum file_change_kind {
	FILE_WRITE,
	FILE_REMOVE,
	FILE_FOLDER, /* is made where it is missing, and removed again if it is empty when put back */
};

struct file_change {
	enum file_change_kind kind;
	char *path;
	struct buf bytes;  /* of FILE_WRITE; its secret flag is kept */
	mode_t mode;       /* of a new file; ignored where `keep_mode` and the file is there */
	uid_t uid;         /* (uid_t)-1: as the file is, else the caller's */
	gid_t gid;
	bool keep_mode;
	bool existed;
	bool above;        /* what is written and kept meanwhile stands in the folder above this one, of
	                    * which a tool reads every file whatever its name */
	bool whole;        /* of FILE_FOLDER: made beside its place, and put there as one with what is inside */
	bool inside;       /* of FILE_WRITE: of such a folder, and in place when the folder is */
	struct fs_stamp was;
	size_t target;     /* index in the plan */
	struct fingerprint hash; /* SHA-256 of bytes; the transaction fills it in */
};

/* A file that is as it should be. */
struct file_kept {
	char *path;
	size_t target;
};

struct staging {
	struct file_change *items;
	size_t count, cap;
	struct file_kept *kept;
	size_t kept_count, kept_cap;
};

void file_change_done(struct file_change *change);
void staging_free(struct staging *staging);

/*
 * A file with these bytes, which are taken over; links are followed to the file that is meant, and what
 * is no regular file is refused.  mode is for a new file, 0 for one that keeps its own.  The change is
 * returned for the caller to set owner and group.
 */
struct file_change *stage_write(struct staging *staging, size_t target, const char *path, mode_t mode,
	struct buf *take, struct error *err);
/* What was read there is what it is made from: its stamp, whose inode is 0 where there was no file, counts
 * instead of the one of now. */
void file_change_read(struct file_change *change, const struct fs_stamp *was);
/* A file of the target that stays as it is: it is looked at by whoever asks whether somebody changed it. */
void stage_keep(struct staging *staging, size_t target, const char *path);
bool stage_remove(struct staging *staging, size_t target, const char *path, struct error *err);
struct file_change *staging_add(struct staging *staging, size_t target, enum file_change_kind kind,
	const char *path); /* bare; for who knows all about it: a record that is read again */
bool stage_folder(struct staging *staging, size_t target, const char *path, mode_t mode,
	struct error *err);

/*
 * A folder that isn't there and the files of it, which follow one by one: no consumer sees it before all
 * are in it, and each is written once, without a second name.  The path of a file is the folder's, a
 * slash and its name; the change is returned for the caller to set owner and group.
 */
void stage_whole_folder(struct staging *staging, size_t target, const char *path, mode_t mode);
struct file_change *stage_inside(struct staging *staging, size_t target, const char *path, mode_t mode,
	struct buf *take);

#endif

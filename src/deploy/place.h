/*
 * One change of a file, step by step.
 *
 *	.NAME.certary-new   the new content, until it takes the place of the old; where there was none, its
 *	                    second name until all is done, so that going back removes nobody else's.
 *	                    Of a new folder a mark, for the same end.
 *	.NAME.certary-half  a copy that isn't whole yet; the mark of a new file that can't have two names
 *	.NAME.certary-old   what was there, until all is done: the same file by another name
 *
 * A whole folder, which wasn't there, is .NAME.certary-new with all that will be in it until it gets its
 * name; .NAME.certary-half is the mark that it was made, until all is done.
 *
 * Where some tool reads every file of a folder, whatever its name, both stand in the folder above.
 * Each step can be done again, and going back looks at what is there, not at what anybody remembers: so
 * it is the same after an error and after a crash.
 */
#ifndef CERTARY_SRC_DEPLOY_PLACE_H
#define CERTARY_SRC_DEPLOY_PLACE_H

#include <limits.h>
#include <sys/types.h>

#include "deploy/staging.h"

/* The folders of the changes, each opened once.  Life: `struct places p = {0}` … places_done(&p). */
struct places {
	struct place_folder {
		char *path;
		int fd;
		dev_t device;
	} *items;
	size_t count, cap, last;
	char *missing; /* one that isn't there: thousands of files may be going to be in it */
};
void places_done(struct places *places);

/* The folder that is called by the first len bytes of path, open as long as `places`; -1 and errno. */
int places_open(struct places *places, const char *path, size_t len);
/* The same of one that we made: ELOOP or ENOTDIR where something else has its name. */
int places_open_own(struct places *places, const char *path, size_t len);
void places_forget_missing(struct places *places); /* it may be there now */

/* Everything that was written to their file systems lasts; and the names in them do. */
bool places_barrier(struct places *places, struct error *err);
bool places_sync(struct places *places, struct error *err);

/* Is it still what the plan was made from, and is nothing left beside it? */
bool place_check(struct places *places, const struct file_change *change, struct error *err);

/* The new content beside it, or the new folder. */
bool place_write(struct places *places, const struct file_change *change, enum fs_durable durable,
	struct error *err);

/* Keep what is there; refuse what isn't what was there when it was planned. */
bool place_keep(struct places *places, const struct file_change *change, struct error *err);

/* The new takes the place of the old; what is to be removed goes aside. */
bool place_put(struct places *places, const struct file_change *change, struct error *err);

/*
 * As it was, whatever was done.  False where it can't be: the error says what is left, and where.  Where
 * something else is stuck that was done later, a folder that isn't empty keeps its mark for the next try.
 */
bool place_back(struct places *places, const struct file_change *change, bool any_stuck,
	struct error *err);

/* Nothing is beside it any more. */
bool place_clean(struct places *places, const struct file_change *change, struct error *err);

#endif

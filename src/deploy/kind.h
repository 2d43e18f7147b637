/*
 * What a kind of target is made of: the functions behind its row.
 *
 * stage() reads what is there, compares it with what is wanted, fills the rows of the plan and hands the
 * new files to the staging; it writes nothing.  A target that can't be used now is no error: it calls
 * unavailable().  settle() runs the tool that puts files into force.  read_back() looks with the
 * consumer's own eyes where there is a program for it.
 */
#ifndef CERTARY_SRC_DEPLOY_KIND_H
#define CERTARY_SRC_DEPLOY_KIND_H

#include "base/set.h"
#include "deploy/deploy.h"
#include "deploy/staging.h"

struct visit {
	const struct demand *demand;
	const struct order *order;
	const struct target *target; /* the order's */
	struct deploy_target_plan *plan;
	struct staging *staging;
	size_t index; /* of the target in the demand and in the plan: whose changes the staging keeps */
};

typedef bool stage_fn(const struct visit *visit, struct error *err);
typedef bool settle_fn(const struct target *target, struct error *err);
typedef bool read_back_fn(const struct visit *visit, struct set *seen, const char **reader,
	struct error *err);

struct kind_row {
	struct target_kind facts;
	bool alone; /* no other program takes part in deploying it */
	stage_fn *stage;
	/* Called after the files are in place, and again after they were put back; NULL: nothing to run. */
	settle_fn *settle;
	/*
	 * Add the fingerprints (hex) that the consumer sees to `seen`; *reader gets by what (static).  The
	 * engine compares: all that is wanted must be there, all that was removed must be gone.
	 */
	read_back_fn *read_back;
};

const struct kind_row *kind_of(const struct target *target);

/* For a stage(): the target can't be used now, and why. */
bool unavailable(const struct visit *visit, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void warn(const struct visit *visit, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A row of the plan, counted; name is safe text and copied. */
void plan_note(const struct visit *visit, enum deploy_change change, const struct fingerprint *print,
	const char *name);

/* Who is to own its files: (uid_t)-1 where nobody says.  ERROR_USAGE where there is no such user. */
bool target_owner(const struct target *target, uid_t *uid, gid_t *gid, struct error *err);

/*
 * A public file of the target: with its owner and mode, else as the file is, else 0644.  was: what
 * read_there() told of the file that it is made from; NULL: what is there now.
 */
bool stage_public(const struct visit *visit, const char *path, struct buf *take,
	const struct fs_stamp *was, struct error *err);

/* The same in a whole folder, which was staged before it. */
bool stage_public_inside(const struct visit *visit, const char *path, struct buf *take,
	struct error *err);

/* Is the folder of this file there?  Where not, the target is unavailable. */
bool folder_is_there(const struct visit *visit, const char *path);

/* Append what a file holds, and tell which file that was; its inode is 0, and all is well, where there is
 * none. */
bool read_there(const char *path, size_t most, struct buf *out, struct fs_stamp *was, struct error *err);

/* A name as it stands in a comment of ours: one line without two dashes in a row, which some readers
 * take for the begin of a block.  `mark` is MARK_OURS or MARK_SYSTEM. */
#define MARK_OURS   "# certary: "
#define MARK_SYSTEM "# system: "
void put_mark(struct buf *out, const char *mark, const char *name);

/* The fingerprints in hexadecimal, for set_has(); a number beside each says where it stands. */
void anchors_set(const struct anchors *anchors, struct set *out);

/* Functions of the kinds, for the table. */
extern stage_fn pem_bundle_stage, postgres_client_stage, openssl_dir_stage, file_stage, java_stage,
	server_pair_stage, system_stage, p11_kit_stage, nss_stage;
extern settle_fn java_settle, system_settle, p11_kit_settle;
extern read_back_fn pem_bundle_read_back, postgres_client_read_back, openssl_dir_read_back, file_read_back,
	java_read_back, server_pair_read_back, system_read_back, p11_kit_read_back, nss_read_back;

/*
 * Run a program with fixed arguments and wait for it: its last line of output is the error's where it
 * fails.  Environment: PATH, LC_ALL=C and HOME only.  `out` (may be NULL) gets standard output, bounded.
 */
bool run_tool(const char *const *argv, unsigned seconds, struct buf *out, struct error *err);
/* The same, and what it has as standard input; 0: nothing. */
bool run_tool_with(const char *const *argv, int input, unsigned seconds, struct buf *out, struct error *err);
const char *find_tool(const char *name, char path[static 256]); /* in the usual folders; NULL */

#endif

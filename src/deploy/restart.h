/*
 * Who reads a file, or a Java runtime, at this moment: units and processes that must be restarted, or
 * told to reload, before they see what is new.
 *
 * What a process names in its arguments or its environment, has open or mapped is what can be seen; a
 * daemon that has read a file at its start and closed it names it in its configuration only, and isn't
 * found.  Nothing is ever restarted from here.
 */
#ifndef CERTARY_SRC_DEPLOY_RESTART_H
#define CERTARY_SRC_DEPLOY_RESTART_H

#include "base/buf.h"
#include "deploy/kind.h"

#define READERS_PATHS 6

struct readers_wish {
	const char *proc;                       /* "/proc"; another folder in tests */
	const char *paths[READERS_PATHS];       /* files, or folders with all that is in them */
	const char *runtimes[READERS_PATHS];    /* Java homes: their programs that name no truststore */
	bool only_open;                         /* who has it open, and nobody else */
};

/*
 * Append a line for each, none twice: "tomcat9.service", "java (process 812)"; safe text.  At most 40, and
 * then how many more.  How many there are.
 */
size_t readers_find(const struct readers_wish *wish, struct buf *out);

/* The same in a job, because others' processes are foreign: 0 where it fails. */
size_t readers_ask(const struct readers_wish *wish, struct buf *out);

/* For a stage(): into the plan, instead of what is there. */
void restart_note(const struct visit *visit, const struct readers_wish *wish);

/* The same for a target whose files say it all: what is staged for it, or the folder that it is. */
void restart_note_files(const struct visit *visit);

#endif

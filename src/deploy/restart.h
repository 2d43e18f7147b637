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

struct readers_wish {
	const char *proc;     /* "/proc"; another folder in tests */
	const char *path;     /* a file, or a folder with all that is in it; NULL */
	const char *runtime;  /* a Java home: programs of it that name no truststore of their own; NULL */
	bool only_open;       /* who has it open, and nobody else */
};

/*
 * Append a line for each, none twice: "tomcat9.service", "java (process 812)"; safe text.  At most 40, and
 * then how many more.  How many there are.
 */
size_t readers_find(const struct readers_wish *wish, struct buf *out);

/* The same into the plan. */
void restart_note(const struct visit *visit, const char *path, const char *runtime);

#endif

/*
 * The Java runtimes of this host, and where each keeps what it trusts.
 *
 * Found where JAVA_HOME says, by the system's alternatives, and in the usual places; nothing is run.
 * What is found is told once, however many names lead to it.
 */
#ifndef CERTARY_DEPLOY_JVM_H
#define CERTARY_DEPLOY_JVM_H

#include <stdbool.h>
#include <stddef.h>

struct jvm {
	char *home;    /* "/usr/lib/jvm/java-17-openjdk-amd64", links followed */
	char *cacerts; /* below it, as it is called there: it may be a link */
};

struct jvms {
	struct jvm *items;
	size_t count, cap;
};

/*
 * All below a root, which is "/" but for tests; java_home is what JAVA_HOME says, or NULL.
 *
 * Life: `struct jvms all = {0}; jvms_find(&all, "/", getenv("JAVA_HOME")); … jvms_done(&all)`.
 */
void jvms_find(struct jvms *out, const char *root, const char *java_home);
void jvms_done(struct jvms *jvms);

/*
 * The truststore that a path means: a runtime's folder, its bin/java or a file of its own.  NULL where
 * it is a folder and no runtime; the caller frees.
 */
char *jvm_truststore(const char *path);

/*
 * Is that file made by the distribution, out of the system's anchors, so that whatever is put into it
 * is gone with the next update?  Links are followed.
 */
bool jvm_is_regenerated(const char *truststore);

#endif

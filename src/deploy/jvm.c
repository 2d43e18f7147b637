#include "deploy/jvm.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"

/* Since Java 9 there is no jre folder below a JDK. */
static const char *const below[] = { "lib/security/cacerts", "jre/lib/security/cacerts" };

/* Where distributions and people put them. */
static const char *const usual[] = {
	"/usr/lib/jvm/*",
	"/usr/lib64/jvm/*",
	"/usr/java/*",
	"/usr/local/java/*",
	"/opt/java/*",
	"/opt/*jdk*",
	"/opt/*jre*",
	"/opt/*/jdk*",
	"/opt/*/jre*",
};

/* What the distributions' tools write anew from the system's anchors. */
static const char *const regenerated[] = {
	"/etc/ssl/certs/java/cacerts",              /* Debian: ca-certificates-java */
	"/etc/pki/ca-trust/extracted/java/cacerts", /* Red Hat, Fedora */
	"/etc/pki/java/cacerts",
	"/etc/ca-certificates/extracted/java-cacerts.jks", /* Arch */
	"/etc/ssl/certs/java/cacerts.jks",
	"/var/lib/ca-certificates/java-cacerts", /* SUSE */
};

static bool is_there(const char *path, bool folder)
{
	struct stat st;
	return stat(path, &st) == 0 && (folder ? S_ISDIR(st.st_mode) : S_ISREG(st.st_mode));
}

/* The cacerts of a runtime's folder; NULL where it is none. */
static char *cacerts_of(const char *home)
{
	for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
		char *path = mem_format("%s/%s", home, below[i]);
		if (is_there(path, false))
			return path;
		free(path);
	}
	return NULL;
}

/* HOME of HOME/bin/java and of HOME/jre/bin/java. */
static char *home_of_program(const char *path)
{
	static const char tail[] = "/bin/java";
	char *real = realpath(path, NULL);
	size_t len = real ? strlen(real) : 0, cut = sizeof tail - 1;
	if (len > cut && strcmp(real + len - cut, tail) == 0) {
		real[len - cut] = '\0';
		return real;
	}
	free(real);
	return NULL;
}

static bool is_known(const struct jvms *jvms, const char *home)
{
	for (size_t i = 0; i < jvms->count; i++)
		if (strcmp(jvms->items[i].home, home) == 0)
			return true;
	return false;
}

static void add(struct jvms *jvms, const char *home)
{
	char *real = realpath(home, NULL), *cacerts = real ? cacerts_of(real) : NULL;
	if (!cacerts || is_known(jvms, real)) {
		free(cacerts);
		free(real);
		return;
	}
	jvms->items = mem_grow(jvms->items, jvms->count, &jvms->cap, sizeof *jvms->items);
	jvms->items[jvms->count++] = (struct jvm){ .home = real, .cacerts = cacerts };
}

static void add_program(struct jvms *jvms, const char *path)
{
	char *home = home_of_program(path);
	if (home)
		add(jvms, home);
	free(home);
}

static void add_matching(struct jvms *jvms, const char *pattern)
{
	glob_t found;
	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			add(jvms, found.gl_pathv[i]);
	globfree(&found);
}

void jvms_find(struct jvms *out, const char *root, const char *java_home)
{
	const char *before = strcmp(root, "/") == 0 ? "" : root;
	if (java_home && *java_home == '/')
		add(out, java_home);
	char *chosen = mem_format("%s/etc/alternatives/java", before);
	add_program(out, chosen);
	free(chosen);
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
		char *pattern = mem_format("%s%s", before, usual[i]);
		add_matching(out, pattern);
		free(pattern);
	}
}

void jvms_done(struct jvms *jvms)
{
	for (size_t i = 0; i < jvms->count; i++) {
		free(jvms->items[i].home);
		free(jvms->items[i].cacerts);
	}
	free(jvms->items);
	*jvms = (struct jvms){ 0 };
}

char *jvm_truststore(const char *path)
{
	char *home = home_of_program(path);
	char *found = home			? cacerts_of(home) :
		      is_there(path, true) ? cacerts_of(path) :
						mem_text(path);
	free(home);
	return found;
}

bool jvm_is_regenerated(const char *truststore)
{
	char *real = realpath(truststore, NULL);
	bool is = false;
	for (size_t i = 0; real && i < sizeof regenerated / sizeof *regenerated; i++)
		is |= strcmp(real, regenerated[i]) == 0;
	free(real);
	return is;
}

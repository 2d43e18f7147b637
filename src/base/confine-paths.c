/*
 * The numbers of newer kernels stand here, because the headers of older ones lack them: what a kernel
 * doesn't know is left out of what it is asked to handle.
 */
#include "base/confine-paths.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ACCESS_EXECUTE   (UINT64_C(1) << 0)
#define ACCESS_WRITE     (UINT64_C(1) << 1)
#define ACCESS_READ      (UINT64_C(1) << 2)
#define ACCESS_LIST      (UINT64_C(1) << 3)
#define ACCESS_FIRST     ((UINT64_C(1) << 13) - 1) /* all of the first version */
#define ACCESS_REFER     (UINT64_C(1) << 13)       /* 2: from folder to folder */
#define ACCESS_TRUNCATE  (UINT64_C(1) << 14)       /* 3 */
#define NET_ALL          UINT64_C(3)               /* 4: to bind and to connect TCP */
#define SCOPE_ALL        UINT64_C(3)               /* 6: abstract sockets and signals */
#define ACCESS_MAKE_DEVS ((UINT64_C(1) << 6) | (UINT64_C(1) << 11)) /* character, block */

/* As the newest kernel that is asked knows it; older ones are given as many bytes as they know. */
struct rules {
	uint64_t files, net, scope;
};

struct one_rule {
	uint64_t access;
	int32_t parent;
} __attribute__((packed));

int confine_paths_version(void)
{
#ifdef SYS_landlock_create_ruleset
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1u);
	return version > 0 ? (int)version : 0;
#else
	return 0;
#endif
}

#ifdef SYS_landlock_create_ruleset

static uint64_t handled(int version)
{
	return ACCESS_FIRST | (version >= 2 ? ACCESS_REFER : 0) | (version >= 3 ? ACCESS_TRUNCATE : 0);
}

static int make_rules(int version, unsigned may)
{
	struct rules rules = { .files = handled(version) };
	size_t size = version >= 6 ? sizeof rules : version >= 4 ? 2 * sizeof rules.files :
								    sizeof rules.files;
	if (!(may & CONFINE_NET))
		rules.net = NET_ALL;
	if (!(may & (CONFINE_FORK | CONFINE_RUN)))
		rules.scope = SCOPE_ALL;
	return (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0u);
}

/* Of a file the rights of folders can't be given. */
static void allow(int rules, const char *path, uint64_t access)
{
	struct stat st;
	int fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		access &= ACCESS_EXECUTE | ACCESS_WRITE | ACCESS_READ | ACCESS_TRUNCATE;
	struct one_rule rule = { .access = access, .parent = fd };
	syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0u);
	close(fd);
}

static void allow_each(int rules, const char *const *paths, uint64_t access)
{
	static const char *const all[] = { "/", NULL };
	for (const char *const *path = paths ? paths : all; *path; path++)
		allow(rules, *path, access);
}

/* How names are resolved, in whatever way this host does it: settings, libraries, caches of daemons. */
static const char *const resolving[] = { "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf",
	"/etc/host.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols", "/etc/networks",
	"/etc/passwd", "/etc/group", "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime",
	"/usr/share/locale", "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/nix/store", "/gnu/store",
	"/run/systemd/resolve", "/var/lib/sss", "/var/cache/nscd", "/dev/null", NULL };

bool confine_paths(const struct confine *walls)
{
	const int version = confine_paths_version();
	const uint64_t reading = ACCESS_READ | ACCESS_LIST, all = handled(version);
	const uint64_t writing = (all & ~(ACCESS_EXECUTE | ACCESS_MAKE_DEVS)) | reading;
	/* The first version lets nobody move a file from one folder to another. */
	if (version == 0 || (version == 1 && walls->may & CONFINE_WRITE))
		return false;
	int rules = make_rules(version, walls->may);
	if (rules < 0)
		return false;
	if (walls->may & CONFINE_READ)
		allow_each(rules, walls->reads, reading | (walls->may & CONFINE_RUN ? ACCESS_EXECUTE : 0));
	if (walls->may & CONFINE_WRITE)
		allow_each(rules, walls->writes, writing);
	if (walls->may & CONFINE_NET)
		allow_each(rules, resolving, reading);
#ifdef COVERAGE_FOLDER /* `make cov` only */
	allow(rules, COVERAGE_FOLDER, writing);
#endif
	bool ok = syscall(SYS_landlock_restrict_self, rules, 0u) == 0;
	close(rules);
	return ok;
}

#else

bool confine_paths(const struct confine *walls)
{
	(void)walls;
	return false;
}

#endif

#include "deploy/restart.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/job.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/set.h"
#include "base/text.h"
#include "deploy/jvm.h"

#define TOLD         40
#define ANCESTORS    16
#define PROCESSES    65536u
#define DESCRIPTORS  4096u
#define TEXT_MOST    (1u << 20)
#define STORE_OPTION "-Djavax.net.ssl.trustStore="

struct look {
	const struct readers_wish *wish;
	char *paths[READERS_PATHS], *runtimes[READERS_PATHS]; /* where links lead */
	pid_t ancestors[ANCESTORS];
	struct set told;
	size_t count;
	struct buf *out;
};

struct process {
	int dir;
	struct buf words, environment; /* NUL-separated */
	char exe[PATH_MAX];
};

/* --- one process ------------------------------------------------------------------------------ */

/* Files of /proc have no size: read as far as is sensible. */
static void slurp(int dir, const char *name, struct buf *out)
{
	char bytes[16384];
	ssize_t n;
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	while (fd >= 0 && out->len < TEXT_MOST && (n = read(fd, bytes, sizeof bytes)) > 0)
		buf_add(out, bytes, (size_t)n);
	if (fd >= 0)
		close(fd);
}

/* Is it the path, or below it?  Further characters end a path as they do in lists and options. */
static bool is_at(const char *text, const char *path)
{
	size_t len = path ? strlen(path) : 0;
	return len > 1 && strncmp(text, path, len) == 0 &&
	       (!text[len] || strchr("/:,; '\"\n", text[len]));
}

static bool names(const struct buf *words, const char *path)
{
	if (!path || !words->data)
		return false;
	for (const char *at = words->data;
		(at = memmem(at, words->len - (size_t)(at - words->data), path, strlen(path)));
		at++) {
		/* strchr() finds the NUL between words, too. */
		bool begins = at == words->data || strchr("=:, '\"", at[-1]);
		if (begins && is_at(at, path))
			return true;
	}
	return false;
}

static bool is_at_one(const char *text, char *const paths[READERS_PATHS])
{
	bool is = false;
	for (size_t i = 0; i < READERS_PATHS && !is; i++)
		is = is_at(text, paths[i]);
	return is;
}

static bool has_open(const struct look *look, const struct process *process)
{
	char to[PATH_MAX];
	unsigned most = DESCRIPTORS;
	int fd = openat(process->dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	bool has = false;
	for (const struct dirent *entry; dir && !has && most-- > 0 && (entry = readdir(dir));) {
		ssize_t n = readlinkat(dirfd(dir), entry->d_name, to, sizeof to - 1);
		to[n > 0 ? n : 0] = '\0';
		has = is_at_one(to, look->paths);
	}
	if (dir)
		closedir(dir);
	return has;
}

/* A path stands at the end of its line, behind a blank. */
static bool has_mapped(const struct look *look, const struct process *process)
{
	struct buf maps = { 0 };
	bool has = false;
	slurp(process->dir, "maps", &maps);
	for (const char *at = maps.data; at && !has && (at = strchr(at, '/'));
		at += strcspn(at, "\n"))
		has = at[-(at > maps.data)] == ' ' && is_at_one(at, look->paths);
	buf_done(&maps);
	return has;
}

/* Its executable is the runtime's, and no option of it names another truststore. */
static bool runs_on(const struct look *look, const struct process *process)
{
	if (!is_at_one(process->exe, look->runtimes))
		return false;
	size_t len = strlen(STORE_OPTION);
	return !(process->words.data &&
		       memmem(process->words.data, process->words.len, STORE_OPTION, len)) &&
	       !(process->environment.data && memmem(process->environment.data,
						      process->environment.len, STORE_OPTION, len));
}

static bool names_one(const struct look *look, const struct buf *words)
{
	bool is = false;
	for (size_t i = 0; i < READERS_PATHS && !is; i++)
		is = names(words, look->wish->paths[i]) || names(words, look->paths[i]);
	return is;
}

static bool reads(const struct look *look, const struct process *process)
{
	if (has_open(look, process))
		return true;
	return !look->wish->only_open &&
	       (runs_on(look, process) || names_one(look, &process->words) ||
		       names_one(look, &process->environment) || has_mapped(look, process));
}

/* --- its name --------------------------------------------------------------------------------- */
/* "0::/system.slice/nginx.service": the last part that is a service; user@1000.service holds a
 * session. */
static char *unit_of(const struct process *process)
{
	struct buf groups = { 0 };
	char *unit = NULL, *save = NULL;
	slurp(process->dir, "cgroup", &groups);
	for (char *part = groups.data ? strtok_r(groups.data, "/\n", &save) : NULL; part;
		part = strtok_r(NULL, "/\n", &save)) {
		size_t len = strlen(part);
		if (len < 9 || strcmp(part + len - 8, ".service") != 0 ||
			text_starts(part, "user@"))
			continue;
		free(unit);
		unit = text_safe(part, len);
	}
	buf_done(&groups);
	return unit;
}

static char *process_name(const struct process *process, const char *pid)
{
	struct buf comm = { 0 };
	slurp(process->dir, "comm", &comm);
	size_t len = comm.data ? strcspn(comm.data, "\n") : 0;
	char *name = text_safe(len ? comm.data : "process", len ? len : 7);
	char *told = mem_format(_("%s (process %s)"), name, pid);
	free(name);
	buf_done(&comm);
	return told;
}

static void tell(struct look *look, const struct process *process, const char *pid)
{
	char *name = unit_of(process);
	if (!name)
		name = process_name(process, pid);
	if (set_add(&look->told, name) && look->count++ < TOLD)
		buf_format(look->out, "%s%s", look->out->len ? "\n" : "", name);
	free(name);
}

/* --- all of them ------------------------------------------------------------------------------ */

/*
 * In a container the same path is another file: its root is "/" and isn't ours. Who went into a chroot
 * below our root may have read the file before. Of whom we may not know, we think it's here.
 */
static bool is_elsewhere(int dir)
{
	struct stat its, ours;
	char to[2];
	return fstatat(dir, "root", &its, 0) == 0 && stat("/", &ours) == 0 &&
	       (its.st_dev != ours.st_dev || its.st_ino != ours.st_ino) &&
	       readlinkat(dir, "root", to, sizeof to) == 1 && *to == '/';
}

static void look_at(struct look *look, int proc, const char *pid)
{
	struct process process = { .dir = openat(proc, pid, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
	if (process.dir < 0 || is_elsewhere(process.dir)) {
		if (process.dir >= 0)
			close(process.dir);
		return;
	}
	ssize_t n = readlinkat(process.dir, "exe", process.exe, sizeof process.exe - 1);
	process.exe[n > 0 ? n : 0] = '\0';
	if (!look->wish->only_open) {
		slurp(process.dir, "cmdline", &process.words);
		slurp(process.dir, "environ", &process.environment);
	}
	if (reads(look, &process))
		tell(look, &process, pid);
	buf_done(&process.words);
	buf_wipe(&process.environment);
	close(process.dir);
}

/* Who started a process: behind the name, which may hold anything, stand a letter and the number. */
static pid_t parent_of(int proc, pid_t pid)
{
	struct buf stat = { 0 };
	int parent = 0;
	char *name = mem_format("%d/stat", (int)pid);
	slurp(proc, name, &stat);
	const char *at = stat.data ? memrchr(stat.data, ')', stat.len) : NULL;
	if (!at || sscanf(at + 1, " %*c %d", &parent) != 1)
		parent = 0;
	buf_done(&stat);
	free(name);
	return parent;
}

/* The shells and sudo that we were started from name what we were told: they read nothing of it. */
static void find_ancestors(struct look *look, int proc)
{
	pid_t pid = getpid();
	for (size_t i = 0; i < ANCESTORS && pid > 1; i++) {
		look->ancestors[i] = pid;
		pid = i == 0 ? getppid() : parent_of(proc, pid);
	}
}

static bool is_other(const struct look *look, const char *name)
{
	int64_t pid;
	bool is = text_number(name, 1, INT_MAX, &pid);
	for (size_t i = 0; is && i < ANCESTORS; i++)
		is = look->ancestors[i] != pid;
	return is;
}

static char *resolve(const char *path)
{
	char *real = path ? realpath(path, NULL) : NULL;
	return real ? real : mem_text(path);
}

size_t readers_find(const struct readers_wish *wish, struct buf *out)
{
	struct look look = { .wish = wish, .out = out };
	unsigned most = PROCESSES;
	for (size_t i = 0; i < READERS_PATHS; i++) {
		look.paths[i] = resolve(wish->paths[i]);
		look.runtimes[i] = resolve(wish->runtimes[i]);
	}
	DIR *dir = opendir(wish->proc);
	if (dir)
		find_ancestors(&look, dirfd(dir));
	for (const struct dirent *entry; dir && most-- > 0 && (entry = readdir(dir));)
		if (is_other(&look, entry->d_name))
			look_at(&look, dirfd(dir), entry->d_name);
	if (dir)
		closedir(dir);
	if (look.count > TOLD)
		buf_format(out, _("\nand %zu more"), look.count - TOLD);
	set_done(&look.told);
	for (size_t i = 0; i < READERS_PATHS; i++) {
		free(look.paths[i]);
		free(look.runtimes[i]);
	}
	return look.count;
}

/* --- in a job --------------------------------------------------------------------------------- */

static bool find_in_job(struct job_pipe *out, void *arg, struct error *err)
{
	struct buf text = { 0 };
	size_t count = readers_find(arg, &text);
	(void)err;
	job_send(out, 0, &count, sizeof count);
	job_send(out, 1, buf_text(&text), text.len);
	buf_done(&text);
	return true;
}

struct answer {
	struct buf *out;
	size_t count;
};

static void take_answer(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct answer *answer = ctx;
	if (type == 1)
		buf_add(answer->out, bytes, len);
	else if (len == sizeof answer->count)
		memcpy(&answer->count, bytes, len);
}

size_t readers_ask(const struct readers_wish *wish, struct buf *out)
{
	const struct job_limits limits = { .cpu_seconds = 20, .wall_seconds = 60, .memory = 256u << 20,
		.walls = { .may = CONFINE_READ | CONFINE_LOOK } };
	struct answer answer = { .out = out };
	struct readers_wish copy = *wish;
	struct error ignored;
	return job_run(&limits, find_in_job, &copy, take_answer, &answer, &ignored) ? answer.count : 0;
}

/* --- into the plan ---------------------------------------------------------------------------- */

void restart_note(const struct visit *visit, const struct readers_wish *wish)
{
	struct buf out = { 0 };
	readers_ask(wish, &out);
	free(visit->plan->restart);
	visit->plan->restart = out.len ? buf_take(&out) : NULL;
	buf_done(&out);
}

/* The home of the runtime whose own truststore a path is; the caller frees. */
static char *home_of(const char *path)
{
	static const char *const tails[] = { "/jre/lib/security/cacerts", "/lib/security/cacerts" };
	char *store = jvm_truststore(path), *home = NULL;
	size_t len = store ? strlen(store) : 0;
	for (size_t i = 0; i < 2 && !home; i++) {
		size_t tail = strlen(tails[i]);
		if (len > tail && strcmp(store + len - tail, tails[i]) == 0)
			home = mem_textn(store, len - tail);
	}
	free(store);
	return home;
}

void restart_note_files(const struct visit *visit)
{
	struct readers_wish wish = { .proc = "/proc" };
	const struct target *target = visit->target;
	char *home = target->path && strcmp(target->kind->name, "java") == 0 ? home_of(target->path)
									     : NULL;
	size_t n = 0;
	wish.runtimes[0] = home;
	if (target->path && strcmp(target->path, "/") != 0 && !home)
		wish.paths[n++] = target->path;
	for (size_t i = 0; i < visit->staging->count && n < READERS_PATHS; i++)
		if (visit->staging->items[i].target == visit->index)
			wish.paths[n++] = visit->staging->items[i].path;
	restart_note(visit, &wish);
	free(home);
}

#include "app/listener.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/set.h"
#include "base/text.h"

#define TABLE_MOST ((size_t)16 << 20)
#define LISTENING  0x0a

struct search {
	int proc, pid; /* open folders */
	struct set sockets; /* "socket:[1234]" */
	bool found;
	uint64_t first; /* in ticks since the boot */
};

static bool read_file(int at, const char *name, struct buf *out)
{
	struct error ignored;
	int fd = openat(at, name, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fs_read_fd(fd, name, TABLE_MOST, out, &ignored);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* "  0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000  104 0 23456 …" */
static void take_sockets(struct search *s, const char *table, uint16_t port)
{
	for (const char *line = table; *line; line += strcspn(line, "\n") + (strchr(line, '\n') != NULL)) {
		unsigned local, state;
		unsigned long long inode;
		char name[48];
		if (sscanf(line, " %*u: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s %*s %*s %llu",
			    &local, &state, &inode) != 3 ||
			local != port || state != LISTENING)
			continue;
		snprintf(name, sizeof name, "socket:[%llu]", inode);
		set_add(&s->sockets, name);
	}
}

static bool is_ours(void *ctx, const char *name)
{
	struct search *s = ctx;
	char target[64];
	ssize_t n = readlinkat(s->pid, name, target, sizeof target - 1);
	if (n <= 0)
		return true;
	target[n] = '\0';
	s->found = set_has(&s->sockets, target);
	return !s->found;
}

/* The 22nd field; the second, the program's name, may hold anything, and ends with the last ')'. */
static bool read_start(int pid, uint64_t *out)
{
	struct buf stat = { 0 };
	bool ok = read_file(pid, "stat", &stat);
	const char *at = ok ? strrchr(buf_text(&stat), ')') : NULL;
	unsigned long long ticks = 0;
	ok = at && sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d "
				  "%*d %*d %*d %llu",
			    &ticks) == 1;
	*out = ticks;
	buf_done(&stat);
	return ok;
}

static bool look_at_process(void *ctx, const char *name)
{
	struct search *s = ctx;
	struct error ignored;
	uint64_t start;
	if (!isdigit((unsigned char)*name))
		return true;
	int process = fs_open_dir(s->proc, name, &ignored);
	if (process < 0)
		return true;
	s->pid = fs_open_dir(process, "fd", &ignored);
	s->found = false;
	if (s->pid >= 0) {
		fs_list(s->pid, is_ours, s, &ignored);
		close(s->pid);
	}
	if (s->found && read_start(process, &start) && (!s->first || start < s->first))
		s->first = start;
	close(process);
	return true;
}

static int64_t boot_time(int proc)
{
	struct buf text = { 0 };
	long long seconds = 0;
	const char *at = read_file(proc, "stat", &text) ? strstr(buf_text(&text), "btime ") : NULL;
	if (!at || sscanf(at, "btime %lld", &seconds) != 1)
		seconds = 0;
	buf_done(&text);
	return seconds;
}

int64_t listener_started_in(const char *proc, uint16_t port, long ticks)
{
	static const char *const tables[] = { "net/tcp", "net/tcp6" };
	struct error ignored;
	struct search s = { .proc = ticks > 0 ? fs_open_dir(AT_FDCWD, proc, &ignored) : -1 };
	int64_t boot = 0;
	if (s.proc < 0)
		return 0;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		struct buf table = { 0 };
		if (read_file(s.proc, tables[i], &table))
			take_sockets(&s, buf_text(&table), port);
		buf_done(&table);
	}
	if (s.sockets.count > 0)
		fs_list(s.proc, look_at_process, &s, &ignored);
	if (s.first)
		boot = boot_time(s.proc);
	close(s.proc);
	set_done(&s.sockets);
	return boot ? boot + (int64_t)(s.first / (uint64_t)ticks) : 0;
}

int64_t listener_started(uint16_t port)
{
	return listener_started_in("/proc", port, sysconf(_SC_CLK_TCK));
}

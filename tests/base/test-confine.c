#include "base/confine.h"
#include "base/sanitized.h"

#include "support/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/job.h"
#include "base/mem.h"
#include "support/tmp.h"

/* What a job tried, a letter each: lower case where it was refused. */
struct seen {
	char letters[64];
	size_t count;
};

static void keep(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct seen *s = ctx;
	(void)bytes;
	(void)len;
	if (s->count < sizeof s->letters - 1)
		s->letters[s->count++] = (char)type;
}

static void tell(struct job_pipe *out, char letter, bool done)
{
	job_send(out, (uint32_t)(done ? letter : letter + 'a' - 'A'), "", 0);
}

static bool opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool forks(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return pid > 0 && waitpid(pid, NULL, 0) == pid;
}

static void *idle(void *arg)
{
	return arg;
}

static bool threads(void)
{
	pthread_t thread;
	return pthread_create(&thread, NULL, idle, NULL) == 0 && pthread_join(thread, NULL) == 0;
}

static bool has_socket(int family)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* The files that may be used, and others. */
struct paths {
	const char *folder, *mine, *other, *mine_new, *other_new;
};

static bool try_all(struct job_pipe *out, void *arg, struct error *err)
{
	const struct paths *p = arg;
	(void)err;
	tell(out, 'R', opens(p->mine, O_RDONLY));
	tell(out, 'O', opens(p->other, O_RDONLY));
	tell(out, 'W', opens(p->mine_new, O_WRONLY | O_CREAT));
	tell(out, 'V', opens(p->other_new, O_WRONLY | O_CREAT));
	tell(out, 'M', chmod(p->mine, 0600) == 0);
	tell(out, 'U', unlink(p->mine_new) == 0);
	tell(out, 'N', has_socket(AF_INET));
	tell(out, 'X', has_socket(AF_UNIX));
	tell(out, 'F', forks());
	tell(out, 'P', ptrace(PTRACE_TRACEME, 0, 0, 0) == 0);
	tell(out, 'K', kill(getppid(), 0) == 0);
	tell(out, 'T', threads());
	char *const argv[] = { (char[]){ "true" }, NULL };
	job_flush(out);
	execv("/bin/true", argv);
	tell(out, 'E', errno != EPERM && errno != EACCES);
	return true;
}

static struct paths prepare(struct tmp *tmp)
{
	struct paths p = { .folder = tmp_path(tmp, "in"),
		.mine = tmp_path(tmp, "in/a"),
		.other = tmp_path(tmp, "out/a"),
		.mine_new = tmp_path(tmp, "in/b"),
		.other_new = tmp_path(tmp, "out/b") };
	tmp_text(tmp, "in/a", "mine");
	tmp_text(tmp, "out/a", "other");
	return p;
}

static void expect(const struct job_limits *limits, struct paths *p, const char *letters)
{
	struct seen seen = { .count = 0 };
	struct error err = { 0 };
	assert_true(job_run(limits, try_all, p, keep, &seen, &err));
	/* A sanitizer's look at its own process is let pass. */
	char *trace = SANITIZED ? strchr(seen.letters, 'P') : NULL;
	if (trace)
		*trace = 'p';
	assert_string_equal(seen.letters, letters);
	unlink(p->mine_new);
	unlink(p->other_new);
}

static void test_nothing_is_the_rule(void **state)
{
	struct paths p = prepare(*state);
	static const struct job_limits none = { 0 };
	expect(&none, &p, "rowvmunxfpkTe");
}

/* What only Landlock tells apart is asked only where there is one. */
static void test_paths(void **state)
{
	struct paths p = prepare(*state);
	const char *const mine[] = { p.mine, NULL }, *const folder[] = { p.folder, NULL };
	const bool walls = confine_has_paths();
	const struct job_limits one = { .walls = { .may = CONFINE_READ, .reads = mine } };
	expect(&one, &p, walls ? "RowvmunxfpkTe" : "ROwvmunxfpkTe");
	const struct job_limits any = { .walls = { .may = CONFINE_READ } };
	expect(&any, &p, "ROwvmunxfpkTe");
	const struct job_limits store = { .walls = { .may = CONFINE_WRITE, .writes = folder } };
	expect(&store, &p, walls ? "RoWvMUnxfpkTe" : "ROWVMUnxfpKTe");
}

static void test_sockets(void **state)
{
	struct paths p = prepare(*state);
	const struct job_limits net = { .walls = { .may = CONFINE_NET } };
	expect(&net, &p, confine_has_paths() ? "rowvmuNXfpkTe" : "ROwvmuNXfpkTe");
}

/* --- what nobody here needs ----------------------------------------------------------------------- */

/* Whatever it may do otherwise: no namespaces, no sockets but those of the network and of this host. */
static bool try_odd(struct job_pipe *out, void *arg, struct error *err)
{
	(void)arg;
	(void)err;
	tell(out, 'F', forks());
	tell(out, 'S', has_socket(AF_INET) && has_socket(AF_UNIX));
	errno = 0;
	tell(out, 'A', socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0) >= 0 || errno != EPERM);
	tell(out, 'P', socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0) >= 0 || errno != EPERM);
	long pid = syscall(SYS_clone, (long)(CLONE_NEWUSER | SIGCHLD), 0L, 0L, 0L, 0L);
	if (pid == 0)
		_exit(0);
	tell(out, 'N', pid > 0 || errno != EPERM);
	tell(out, 'U', unshare(CLONE_NEWUSER) == 0 || errno != EPERM);
	tell(out, 'M', mount("none", "/mnt", "tmpfs", 0, NULL) == 0 || errno != EPERM);
	tell(out, 'L', syscall(SYS_syslog, 10, NULL, 0) >= 0 || errno != EPERM);
	return true;
}

static void test_odd_calls(void **state)
{
	static const struct job_limits most = { .walls = { .may = CONFINE_READ | CONFINE_WRITE | CONFINE_NET |
								  CONFINE_FORK | CONFINE_LOOK } };
	struct seen seen = { .count = 0 };
	struct error err = { 0 };
	(void)state;
	assert_true(job_run(&most, try_odd, NULL, keep, &seen, &err));
	assert_string_equal(seen.letters, "FSapnuml");
}

/* --- beyond calls ------------------------------------------------------------------------------ */

static bool tell_state(struct job_pipe *out, void *arg, struct error *err)
{
	struct rlimit core;
	(void)arg;
	(void)err;
	tell(out, 'N', prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	tell(out, 'S', prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2);
	tell(out, 'C', getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0);
	unsigned long powers = 0;
	for (unsigned i = 0; i < 41; i++)
		powers |= (unsigned long)(prctl(PR_CAPBSET_READ, i, 0, 0, 0) == 1) << i;
	tell(out, 'B', geteuid() != 0 || powers == 0);
	return true;
}

static void test_state_of_a_job(void **state)
{
	struct seen seen = { .count = 0 };
	struct error err = { 0 };
	static const struct job_limits none = { 0 };
	(void)state;
	assert_true(job_run(&none, tell_state, NULL, keep, &seen, &err));
	assert_string_equal(seen.letters, "NSCB");
}

static bool fall(struct job_pipe *out, void *arg, struct error *err)
{
	(void)out;
	(void)arg;
	(void)err;
	abort();
}

static void test_abort_still_ends_it(void **state)
{
	struct seen seen = { .count = 0 };
	struct error err = { 0 };
	static const struct job_limits none = { 0 };
	(void)state;
	assert_false(job_run(&none, fall, NULL, keep, &seen, &err));
	assert_non_null(strstr(err.text, "crashed (signal 6)"));
}

static void test_memory(void **state)
{
	pid_t pid = fork();
	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		confine_memory();
		_exit(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
	}
	int status = 1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* --- killed at any moment ------------------------------------------------------------------------ */

struct victim {
	unsigned left; /* records until it dies */
	pid_t pid;
};

static bool go_on(struct job_pipe *out, void *arg, struct error *err)
{
	pid_t own = getpid();
	(void)arg;
	(void)err;
	for (unsigned i = 0; i < 4000; i++) {
		job_send(out, i == 0 ? 1 : 2, &own, sizeof own);
		if (i % 7 == 0)
			job_flush(out);
	}
	pause();
	return true;
}

static void kill_at(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct victim *v = ctx;
	if (type == 1 && len == sizeof v->pid)
		memcpy(&v->pid, bytes, len);
	if (v->left-- == 0)
		kill(v->pid, SIGKILL);
}

static void test_killed_at_any_moment(void **state)
{
	static const struct job_limits none = { 0 };
	(void)state;
	srand(1);
	for (unsigned i = 0; i < 60; i++) {
		struct victim v = { .left = (unsigned)rand() % 4000 };
		struct error err = { 0 };
		assert_false(job_run(&none, go_on, NULL, kill_at, &v, &err));
		assert_true(err.text[0] != '\0');
		assert_null(strchr(err.text, '\n'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_is_the_rule, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_paths, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_sockets, tmp_setup, tmp_teardown),
		cmocka_unit_test(test_odd_calls),
		cmocka_unit_test(test_state_of_a_job),
		cmocka_unit_test(test_abort_still_ends_it),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_killed_at_any_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "store/lock.h"

#include "support/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/user.h"
#include "support/depot.h"

static int open_root(struct depot *d)
{
	int root = open(depot_path(d, NULL), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(root >= 0);
	return root;
}

/* Another process that holds the lock until it is told to end. */
struct holder {
	pid_t pid;
	int go;
};

_Noreturn static void hold(struct depot *d, int ready, int go)
{
	struct lock lock;
	char byte;
	if (!lock_take(open_root(d), 0, &lock, NULL) || write(ready, "x", 1) != 1)
		_exit(1);
	if (read(go, &byte, 1) < 0)
		_exit(1);
	lock_release(&lock);
	_exit(0);
}

static struct holder start_holder(struct depot *d)
{
	int ready[2], go[2];
	char byte;
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(go), 0);
	struct holder h = { .pid = fork(), .go = go[1] };
	if (h.pid == 0) {
		close(go[1]);
		hold(d, ready[1], go[0]);
	}
	close(ready[1]);
	close(go[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return h;
}

static void end_holder(struct holder *h)
{
	int status;
	close(h->go);
	assert_int_equal(waitpid(h->pid, &status, 0), h->pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_second_writer_is_told_who(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	struct plan plan = { .op = "trust" };
	struct holder h = start_holder(d);
	char *want = mem_format("is being changed by %s (%s, process %d)", user_name(), user_origin(),
		(int)h.pid);
	(void)state;
	plan_move(&plan, depot_entry(d, 0), STATE_TRUSTED);
	depot_refuse(d, &plan, want);
	end_holder(&h);
	depot_move(d, 0, STATE_TRUSTED);
	free(want);
	depot_free(d);
}

static void test_it_waits_that_long(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct holder h = start_holder(d);
	struct lock lock;
	struct error err = { 0 };
	int64_t start = clock_ms();
	(void)state;
	int root = open_root(d);
	assert_false(lock_take(root, 100, &lock, &err));
	assert_true(clock_ms() - start >= 100);
	assert_int_equal(lock.fd, -1);
	assert_int_equal(err.code, ERROR_FAILED);
	end_holder(&h);
	close(root);
	depot_free(d);
}

/* The second one comes first in line: it gets the lock while it waits. */
static void test_it_goes_on_when_the_other_is_done(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct holder h = start_holder(d);
	struct lock lock;
	(void)state;
	int root = open_root(d);
	pid_t killer = fork();
	if (killer == 0) {
		usleep(50000);
		kill(h.pid, SIGKILL);
		_exit(0);
	}
	assert_true(lock_take(root, 30000, &lock, NULL));
	lock_release(&lock);
	lock_release(&lock);
	close(h.go);
	assert_int_equal(waitpid(h.pid, NULL, 0), h.pid);
	assert_int_equal(waitpid(killer, NULL, 0), killer);
	close(root);
	depot_free(d);
}

static void test_readers_never_wait(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	struct holder h = start_holder(d);
	(void)state;
	depot_open(d);
	depot_reload(d);
	assert_int_equal(depot_state(d, 0), STATE_UNTRUSTED);
	end_holder(&h);
	depot_free(d);
}

static void test_what_it_remembers(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct lock lock, seen;
	char head[FINGERPRINT_HEX];
	(void)state;
	int root = open_root(d);
	memset(head, 'a', sizeof head - 1);
	head[sizeof head - 1] = '\0';
	lock_peek(root, &seen);
	assert_true(seen.open == -1 && seen.size == -1 && seen.fd == -1);
	assert_true(lock_take(root, 0, &lock, NULL));
	assert_true(lock_mark(&lock, 4711, NULL));
	lock_release(&lock);
	lock_peek(root, &seen);
	assert_true(seen.open == 4711);
	assert_true(lock_take(root, 0, &lock, NULL));
	assert_true(lock.open == 4711);
	assert_true(lock_seal(&lock, head, 5000, NULL));
	lock_release(&lock);
	lock_peek(root, &seen);
	assert_true(seen.open == -1 && seen.size == 5000);
	assert_string_equal(seen.head, head);
	assert_true(lock_take(root, 0, &lock, NULL));
	assert_true(lock_mark(&lock, 5000, NULL));
	lock_release(&lock);
	lock_peek(root, &seen);
	assert_string_equal(seen.head, head); /* the seal outlives a mark */
	close(root);
	depot_free(d);
}

/* A disk takes a part of the line and then no more: the error is that of the rest, and another change
 * may follow when there is room again. */
static void test_no_room_for_the_line(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct error err = { 0 };
	struct rlimit was, now;
	struct lock lock, seen;
	(void)state;
	int root = open_root(d);
	assert_true(lock_take(root, 0, &lock, NULL));
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	now = (struct rlimit){ 149, was.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	bool ok = lock_mark(&lock, 4711, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_false(ok);
	assert_string_equal(err.text, ".lock: can't be written: File too large");
	assert_true(lock_mark(&lock, 4711, NULL));
	lock_release(&lock);
	lock_peek(root, &seen);
	assert_true(seen.open == 4711);
	close(root);
	depot_free(d);
}

/* What a seal knows of the folders is told whole, and holds no longer once a change begins. */
static void test_what_is_known_of_the_folders(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct lock lock, seen;
	(void)state;
	int root = open_root(d);
	assert_true(lock_take(root, 0, &lock, NULL));
	for (int64_t known = 0; known < 2; known++) {
		lock.known = known;
		lock.start = 3 + known;
		for (int i = 0; i < STATE_COUNT; i++)
			lock.times[i] = 100 + i + known;
		assert_true(lock_seal(&lock, "", 5000, NULL));
		lock_peek(root, &seen);
		assert_true(seen.known == known && seen.start == 3 + known);
		for (int i = 0; i < STATE_COUNT; i++)
			assert_true(seen.times[i] == 100 + i + known);
	}
	assert_true(lock_mark(&lock, 5000, NULL));
	lock_peek(root, &seen);
	assert_true(seen.known == -1);
	for (int i = 0; i < STATE_COUNT; i++)
		assert_true(seen.times[i] == 0);
	lock_release(&lock);
	close(root);
	depot_free(d);
}

/* In a process of its own, since names are looked up once. */
_Noreturn static void mark_from(int root, const char *origin)
{
	struct lock lock;
	char head[FINGERPRINT_HEX] = { 0 };
	memset(head, 'a', sizeof head - 1);
	setenv("SSH_CONNECTION", origin, 1);
	if (!lock_take(root, 0, &lock, NULL))
		_exit(1);
	snprintf(lock.head, sizeof lock.head, "%s", head);
	_exit(lock_mark(&lock, 4711, NULL) ? 0 : 1);
}

/*
 * Neither mark nor seal is lost because of how long the name of a host is.  This comes before anything
 * that asks where the user sits, which is remembered.
 */
static void test_a_long_origin(void **state)
{
	struct tmp *tmp = *state;
	for (size_t len = 1; len < 600; len += 7) {
		struct lock seen;
		char *origin = mem_format("%0*d", (int)len, 0);
		int status, root = open(tmp_path(tmp, NULL), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(root >= 0);
		pid_t child = fork();
		if (child == 0)
			mark_from(root, origin);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		lock_peek(root, &seen);
		assert_true(seen.open == 4711);
		assert_int_equal(strlen(seen.head), FINGERPRINT_HEX - 1);
		tmp_remove(tmp, ".lock");
		close(root);
		free(origin);
	}
}

static void test_is_it_held(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	(void)state;
	int root = open_root(d);
	assert_false(lock_is_held(root));
	struct holder h = start_holder(d);
	assert_true(lock_is_held(root));
	end_holder(&h);
	assert_false(lock_is_held(root));
	tmp_remove(d->tmp, "store/.lock");
	assert_false(lock_is_held(root));
	close(root);
	depot_free(d);
}

/* The first look of a process may be at a file that is still empty: this comes before all others. */
static void test_empty_at_first(void **state)
{
	struct tmp *tmp = *state;
	struct lock seen;
	int root = open(tmp_path(tmp, NULL), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(root >= 0);
	tmp_text(tmp, ".lock", "");
	lock_peek(root, &seen);
	assert_true(seen.open == -1 && seen.size == -1 && seen.known == -1);
	close(root);
}

static void test_nonsense_means_nothing_is_known(void **state)
{
	static const char *const lines[] = { "", "nonsense", "{\"open\":\"x\",\"head\":7}",
		"{\"head\":\"abc\"}", "[1,2]" };
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	struct lock seen;
	(void)state;
	int root = open_root(d);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		tmp_text(d->tmp, "store/.lock", lines[i]);
		lock_peek(root, &seen);
		assert_true(seen.open == -1 && seen.size == -1);
		assert_string_equal(seen.head, "");
		depot_move(d, 0, i % 2 ? STATE_UNTRUSTED : STATE_TRUSTED);
	}
	close(root);
	depot_free(d);
}

static void test_a_link_is_not_followed(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct lock lock;
	struct error err = { 0 };
	(void)state;
	int root = open_root(d);
	tmp_remove(d->tmp, "store/.lock");
	tmp_text(d->tmp, "elsewhere", "{\"open\":7}");
	assert_int_equal(symlink("../elsewhere", depot_path(d, ".lock")), 0);
	assert_false(lock_take(root, 0, &lock, &err));
	assert_non_null(strstr(err.text, "can't be opened for writing"));
	assert_string_equal(tmp_read(d->tmp, "elsewhere", NULL), "{\"open\":7}");
	lock_peek(root, &lock);
	assert_true(lock.open == -1);
	assert_false(lock_is_held(root));
	close(root);
	depot_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_empty_at_first, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_a_long_origin, tmp_setup, tmp_teardown),
		cmocka_unit_test(test_second_writer_is_told_who),
		cmocka_unit_test(test_it_waits_that_long),
		cmocka_unit_test(test_it_goes_on_when_the_other_is_done),
		cmocka_unit_test(test_readers_never_wait),
		cmocka_unit_test(test_what_it_remembers),
		cmocka_unit_test(test_no_room_for_the_line),
		cmocka_unit_test(test_what_is_known_of_the_folders),
		cmocka_unit_test(test_is_it_held),
		cmocka_unit_test(test_nonsense_means_nothing_is_known),
		cmocka_unit_test(test_a_link_is_not_followed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

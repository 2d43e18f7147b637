#include "app/listener.h"

#include "support/unit.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "support/tmp.h"

/* The tables of proc(5), of which those of tcp are as the kernel writes them. */
static void lay_out(struct tmp *tmp, const char *name)
{
	char stat[256];
	tmp_text(tmp, "stat", "cpu  1 2 3\nbtime 1000000\nprocesses 7\n");
	tmp_text(tmp, "net/tcp",
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
		"timeout inode\n"
		"   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   104   "
		"     0 23456 1 0000000000000000 100 0 0 10 0\n"
		"   1: 0100007F:1539 0100007F:1538 01 00000000:00000000 00:00000000 00000000   104   "
		"     0 99 1 0000000000000000 100 0 0 10 0\n"
		"   2: rubbish\n");
	snprintf(stat, sizeof stat, "12 (%s) S 1 12 12 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 5000 9 9",
		name);
	tmp_text(tmp, "12/stat", stat);
	tmp_dir(tmp, "12/fd");
	assert_int_equal(symlink("socket:[23456]", tmp_path(tmp, "12/fd/5")), 0);
	tmp_text(tmp, "13/stat", "13 (worker) S 12 12 12 0 -1 1 1 2 3 4 5 6 7 8 20 0 1 0 9000 9 9");
	tmp_dir(tmp, "13/fd");
	assert_int_equal(symlink("socket:[23456]", tmp_path(tmp, "13/fd/5")), 0);
	assert_int_equal(symlink("socket:[99]", tmp_path(tmp, "13/fd/6")), 0);
}

static void test_the_first_of_them(void **state)
{
	struct tmp *tmp = *state;
	lay_out(tmp, "postgres");
	assert_int_equal(listener_started_in(tmp_path(tmp, NULL), 5432, 100), 1000050);
	assert_int_equal(listener_started_in(tmp_path(tmp, NULL), 5433, 100), 0); /* no listener */
	assert_int_equal(listener_started_in(tmp_path(tmp, NULL), 5432, 0), 0);
	assert_int_equal(listener_started_in("/nowhere", 5432, 100), 0);
}

static void test_a_hostile_name(void **state)
{
	struct tmp *tmp = *state;
	lay_out(tmp, "a) S 1 1 (b) 1");
	assert_int_equal(listener_started_in(tmp_path(tmp, NULL), 5432, 100), 1000050);
}

static void test_this_process(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t size = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	(void)state;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	int64_t started = listener_started(ntohs(at.sin_port)), now = time(NULL);
	assert_in_range(started, now - 86400, now + 2);
	close(fd);
	assert_int_equal(listener_started(ntohs(at.sin_port)), 0);
}

#define WITH_TMP(test) cmocka_unit_test_setup_teardown(test, tmp_setup, tmp_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TMP(test_the_first_of_them),
		WITH_TMP(test_a_hostile_name),
		cmocka_unit_test(test_this_process),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

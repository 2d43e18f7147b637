/*
 * Loaded before a program: the allocation number FAIL_MALLOC finds no memory, and with
 * FAIL_MALLOC_ON all behind it.  Who asked for it is appended to the file FAIL_MALLOC_NOTE: "ours", or
 * "theirs" where a function of GnuTLS, of libconfig or of the C library's look into /etc/passwd is among
 * the callers: these don't look whether there is memory.  Without a number
 * it appends how many there were.  A forked child goes on counting where its parent stood.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static long number, count;
static int ready, looking, note_fd = -1;

/* Opened at the start: later the program may be kept to its own files, a job may write to none. */
static void note(const char *text)
{
	if (note_fd >= 0 && write(note_fd, text, strlen(text)) < 0)
		_exit(99);
}

__attribute__((constructor)) static void start(void)
{
	void *frames[2];
	const char *text = getenv("FAIL_MALLOC"), *path = getenv("FAIL_MALLOC_NOTE");
	int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
	if (fd >= 0) { /* out of the way of descriptors that the program gives numbers to */
		note_fd = fcntl(fd, F_DUPFD_CLOEXEC, 200);
		close(fd);
	}
	number = text ? atol(text) : 0;
	backtrace(frames, 2); /* loads what it needs before it counts */
	ready = 1;
}

__attribute__((destructor)) static void end(void)
{
	char text[40];
	ready = 0;
	if (number)
		return;
	snprintf(text, sizeof text, "%ld\n", count);
	note(text);
}

static int is_theirs(void)
{
	static const char *const libraries[] = { "libgnutls", "libp11-kit", "libtasn1", "libnettle",
		"libhogweed", "libgmp", "libidn2", "libunistring", "libffi", "libconfig", "ld-linux" };
	void *frames[64];
	int depth = backtrace(frames, 64);
	for (int i = 0; i < depth; i++) {
		Dl_info info;
		for (size_t l = 0; l < sizeof libraries / sizeof *libraries; l++)
			if (dladdr(frames[i], &info) && info.dli_fname &&
				(strstr(info.dli_fname, libraries[l]) ||
					(info.dli_sname && strstr(info.dli_sname, "getpw"))))
				return 1;
	}
	return 0;
}

static int fails(void)
{
	if (!ready || looking)
		return 0;
	long at = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
	if (number == 0 || at < number || (at > number && !getenv("FAIL_MALLOC_ON")))
		return 0;
	if (at == number) {
		looking = 1;
		note(is_theirs() ? "theirs\n" : "ours\n");
		looking = 0;
	}
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t number_of, size_t size)
{
	return fails() ? NULL : __libc_calloc(number_of, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}

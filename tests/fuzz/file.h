/*
 * For targets whose parser wants a path: the bytes as a file that stands in no folder.
 */
#ifndef CERTARY_TESTS_FUZZ_FILE_H
#define CERTARY_TESTS_FUZZ_FILE_H

#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz/fuzz.h"

struct fuzz_file {
	int fd;
	char path[32];
};

static inline void fuzz_file(struct fuzz_file *file, const uint8_t *data, size_t size)
{
	file->fd = memfd_create("input", MFD_CLOEXEC);
	must(file->fd >= 0 && fchmod(file->fd, 0600) == 0); /* what all may write isn't believed */
	must(write(file->fd, data, size) == (ssize_t)size);
	snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", file->fd);
}

static inline void fuzz_file_done(struct fuzz_file *file)
{
	close(file->fd);
}

#endif

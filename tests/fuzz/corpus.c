/*
 * Every seed, and what fuzzers have learned, through its target, by any compiler and without a fuzzer: what was mended stays so.  A promise
 * that is broken aborts; the last line but one of what is printed then says which seed it was.
 *
 * Run in the folder of the source, since the seeds are tests/fuzz/seeds/<target>/, and the others tests/fuzz/corpus/<target>.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/fs.h"
#include "codec/base64.h"
#include "fuzz/fuzz.h"

/* TARGETS is a row X(name) for each fuzz-name.c, whose function is called fuzz_name here. */
#define X(name) int fuzz_##name(const uint8_t *data, size_t size);
TARGETS
#undef X

typedef int target_fn(const uint8_t *data, size_t size);

static const struct row {
	const char *name;
	target_fn *run;
} rows[] = {
#define X(name) { #name, fuzz_##name },
	TARGETS
#undef X
};

#define ROWS (sizeof rows / sizeof *rows)

static bool run_seed(const struct row *row, int dir, const char *name)
{
	struct buf bytes = { 0 };
	bool ok = fs_read(dir, name, FS_NOFOLLOW, 1 << 20, &bytes, NULL, NULL);
	printf("# %s/%s\n", row->name, name);
	if (ok)
		row->run((const uint8_t *)buf_text(&bytes), bytes.len);
	buf_done(&bytes);
	return ok;
}

/* What fuzzers have learned: an input a line, in base64. */
static bool run_kept(const struct row *row)
{
	char path[80];
	struct buf lines = { 0 };
	bool ok = true;
	size_t number = 0;
	snprintf(path, sizeof path, "tests/fuzz/corpus/%s", row->name);
	if (!fs_read(AT_FDCWD, path, FS_NOFOLLOW, 1 << 20, &lines, NULL, NULL))
		return true;
	for (char *save = NULL, *line = strtok_r(lines.data, "\n", &save); line && ok;
		line = strtok_r(NULL, "\n", &save)) {
		struct buf bytes = { 0 };
		ok = !base64_decode(line, strlen(line), &bytes);
		printf("# %s, line %zu\n", path, ++number);
		if (ok)
			row->run((const uint8_t *)buf_text(&bytes), bytes.len);
		buf_done(&bytes);
	}
	buf_done(&lines);
	return ok;
}

/* Also no bytes at all, which every parser is given sooner or later. */
static bool run_seeds(const struct row *row)
{
	char path[80];
	size_t count = 0;
	bool ok = true;
	snprintf(path, sizeof path, "tests/fuzz/seeds/%s", row->name);
	DIR *dir = opendir(path);
	row->run((const uint8_t *)"", 0);
	for (struct dirent *e; dir && ok && (e = readdir(dir));)
		if (*e->d_name != '.') {
			ok = run_seed(row, dirfd(dir), e->d_name);
			count++;
		}
	if (dir)
		closedir(dir);
	return ok && count > 0;
}

int main(void)
{
	bool good = true;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("1..%zu\n", ROWS);
	for (size_t i = 0; i < ROWS; i++) {
		bool ok = run_seeds(&rows[i]) && run_kept(&rows[i]);
		printf("%sok %zu - %s\n", ok ? "" : "not ", i + 1, rows[i].name);
		good = good && ok;
	}
	return !good;
}

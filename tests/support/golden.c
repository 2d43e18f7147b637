/*
 * Golden texts live in tests/golden/.  A look at `git diff tests/golden` after GOLDEN=update is the
 * review of what a change does to the screens.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "support/roles.h"
#include "support/unit.h"

static void write_golden(const char *path, const char *text)
{
	mkdir("tests/golden", 0755);
	FILE *f = fopen(path, "we");
	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		fail_msg("%s: %s", path, strerror(errno));
}

/* The next line of *text without its newline; NULL behind the last. The caller frees. */
static char *next_line(const char **text)
{
	size_t len = strcspn(*text, "\n");
	if (**text == '\0')
		return NULL;
	char *line = mem_textn(*text, len);
	*text += len + ((*text)[len] == '\n');
	return line;
}

static void print_difference(const char *expected, const char *actual)
{
	for (int row = 1; *expected || *actual; row++) {
		char *was = next_line(&expected), *is = next_line(&actual);
		if (!was || !is || strcmp(was, is) != 0) {
			if (was)
				print_error("%3d - %s\n", row, was);
			if (is)
				print_error("%3d + %s\n", row, is);
		}
		free(was);
		free(is);
	}
}

void golden_text(const char *text, const char *name)
{
	const char *wish = getenv("GOLDEN");
	char *path = mem_format("tests/golden/%s.txt", name);
	if (wish && strcmp(wish, "update") == 0) {
		write_golden(path, text);
		free(path);
		return;
	}
	struct buf expected = { 0 };
	struct error err;
	if (!fs_read(AT_FDCWD, path, FS_NOFOLLOW, 1 << 20, &expected, NULL, &err))
		fail_msg("%s (GOLDEN=update writes it)", err.text);
	if (strcmp(buf_text(&expected), text) != 0) {
		print_error("%s, - expected, + is:\n", path);
		print_difference(buf_text(&expected), text);
		fail_msg("differs from %s", path);
	}
	buf_done(&expected);
	free(path);
}

void golden_check(struct term *t, const char *name)
{
	char *screen = term_screen(t);
	golden_text(screen, name);
	free(screen);
	roles_check(t, name);
}

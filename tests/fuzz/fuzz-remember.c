/* Any bytes as what the console remembers: values of their kind, and what others wrote there stays. */
#include "fuzz/fuzz.h"
#include "fuzz/lsan.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "console/remember.h"

static char folder[] = "/dev/shm/fuzz-XXXXXX", path[64];

static void clean_up(void)
{
	unlink(path);
	rmdir(folder);
}

static void begin(void)
{
	must(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/console", folder);
	atexit(clean_up);
}

static void put(const uint8_t *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
}

static void check(const struct remember *memory)
{
	long beside = remember_number(memory, REMEMBER_SPLIT_BESIDE);
	long below = remember_number(memory, REMEMBER_SPLIT_BELOW);
	must(beside >= 0 && beside <= 95 && below >= 0 && below <= 95);
	must(remember_text(memory, REMEMBER_THEME) && remember_text(memory, REMEMBER_COLUMNS_TARGETS));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = { 0 };
	if (!*path)
		begin();
	put(data, size);
	struct remember *memory = remember_new(path), *again = remember_new(path);
	if (!remember_load(memory, &err))
		must(err.text[0] && text_is_safe(err.text));
	check(memory);
	remember_set_text(memory, REMEMBER_SPLIT, "x\"\\\n");
	must(remember_save(memory));
	must(remember_load(again, &err));
	check(again);
	must(strcmp(remember_text(again, REMEMBER_SPLIT), "x\"\\\n") == 0);
	must(strcmp(remember_text(again, REMEMBER_THEME), remember_text(memory, REMEMBER_THEME)) == 0);
	remember_free(memory);
	remember_free(again);
	return 0;
}

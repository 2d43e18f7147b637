/*
 * Any bytes as the configuration of any service: the first says of which, and a form feed begins a
 * second file, "inc", that the first may include.
 */
#include "fuzz/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "check/declared.h"

static char root[] = "/dev/shm/fuzz-XXXXXX";

static void clean_up(void)
{
	char path[64];
	static const char *const names[] = { "main", "inc", "cn=config.ldif" };
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", root, names[i]);
		unlink(path);
	}
	rmdir(root);
}

static void put(const char *name, const uint8_t *data, size_t size)
{
	char path[64];
	snprintf(path, sizeof path, "%s/%s", root, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
}

static void look_at(const struct declared_service *s)
{
	must(text_is_safe(s->name) && text_is_safe(s->unit) && s->setting);
	must(!s->hosts || text_is_safe(s->hosts));
	for (size_t i = 0; i < s->file_count; i++) {
		must(text_is_safe(s->files[i].shown) && s->files[i].setting);
		must(!s->files[i].at.file || text_is_safe(s->files[i].at.file));
		must(!s->files[i].path || *s->files[i].path);
	}
	for (size_t i = 0; i < s->listen_count; i++)
		must(text_is_safe(s->listens[i].address) && s->listens[i].port &&
			s->listens[i].dialect);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool made;
	struct declared all;
	struct error err = { 0 };
	size_t kinds = 0;
	if (size == 0)
		return 0;
	if (!made) {
		must(mkdtemp(root));
		atexit(clean_up);
	}
	made = true;
	while (declared_kind_at(kinds))
		kinds++;
	const struct declared_kind *kind = declared_kind_at(data[0] % kinds);
	const char *name = data[0] & 0x80 ? "cn=config.ldif" : "main";
	const uint8_t *second = memchr(data, '\f', size);
	size_t first = second ? (size_t)(second - data) : size;
	put(name, data + (first > 0), first > 0 ? first - 1 : 0);
	put("inc", second ? second + 1 : data, second ? size - first - 1 : 0);
	char path[32];
	snprintf(path, sizeof path, "/%s", name);
	must(declared_read_file(root, kind, path, &all, &err));
	for (size_t i = 0; i < all.count; i++)
		look_at(&all.items[i]);
	for (size_t i = 0; i < all.trouble_count; i++)
		must(text_is_safe(all.troubles[i].text) && all.troubles[i].kind == kind);
	declared_done(&all);
	return 0;
}

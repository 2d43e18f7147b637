/* The folders in which a transaction changes files. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "deploy/place.h"

void places_done(struct places *places)
{
	for (size_t i = 0; i < places->count; i++) {
		close(places->items[i].fd);
		free(places->items[i].path);
	}
	free(places->items);
	free(places->missing);
	*places = (struct places){ 0 };
}

static bool is_folder(const struct place_folder *folder, const char *path, size_t len)
{
	return strncmp(folder->path, path, len) == 0 && !folder->path[len];
}

void places_forget_missing(struct places *places)
{
	int reason = errno;
	free(places->missing);
	places->missing = NULL;
	errno = reason;
}

/* Changes stand side by side: mostly it is the folder of the last one. */
static int open_place(struct places *places, const char *path, size_t len, int more)
{
	struct stat st;
	if (places->last < places->count && is_folder(&places->items[places->last], path, len))
		return places->items[places->last].fd;
	for (size_t i = 0; i < places->count; i++)
		if (is_folder(&places->items[i], path, len))
			return places->items[places->last = i].fd;
	if (places->missing && strncmp(places->missing, path, len) == 0 && !places->missing[len]) {
		errno = ENOENT;
		return -1;
	}
	char *name = len ? mem_textn(path, len) : mem_text("/");
	int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | more);
	if (fd >= 0 && fstat(fd, &st) == 0) {
		places->items = mem_grow(places->items, places->count, &places->cap,
			sizeof *places->items);
		places->last = places->count++;
		places->items[places->last] = (struct place_folder){ .path = name,
			.fd = fd,
			.device = st.st_dev };
		places->items[places->last].path[len] = '\0';
		return fd;
	}
	places_forget_missing(places);
	if (fd < 0 && errno == ENOENT)
		places->missing = name;
	else
		free(name);
	return fd;
}

int places_open(struct places *places, const char *path, size_t len)
{
	return open_place(places, path, len, 0);
}

int places_open_own(struct places *places, const char *path, size_t len)
{
	return open_place(places, path, len, O_NOFOLLOW);
}

bool places_barrier(struct places *places, struct error *err)
{
	for (size_t i = 0; i < places->count; i++) {
		bool known = false;
		for (size_t k = 0; k < i; k++)
			known |= places->items[k].device == places->items[i].device;
		if (!known && !fs_barrier(places->items[i].fd, err))
			return false;
	}
	return true;
}

bool places_sync(struct places *places, struct error *err)
{
	for (size_t i = 0; i < places->count; i++)
		if (!fs_sync(places->items[i].fd, err))
			return false;
	return true;
}

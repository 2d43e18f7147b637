#include "deploy/overlap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/text.h"
#include "deploy/kind.h"

/* Take the last part off a path; links are followed by whoever looks at the rest. */
static const char *take_last(char *path, size_t *len)
{
	while (*len > 0 && path[*len - 1] == '/')
		(*len)--;
	path[*len] = '\0';
	while (*len > 0 && path[*len - 1] != '/')
		(*len)--;
	return path + *len;
}

static bool find(char *path, size_t len, struct stat *st)
{
	char kept = path[len];
	path[len] = '\0';
	bool there = stat(len ? path : "/", st) == 0;
	path[len] = kept;
	return there;
}

/* One text for all names of a place: the folder that is there, and what is below it. */
static char *place_of(const char *path)
{
	struct stat st = { 0 };
	struct buf below = { 0 };
	size_t len = strlen(path);
	char *copy = mem_text(path);
	do {
		char *rest = mem_format("/%s%s", take_last(copy, &len), buf_text(&below));
		buf_cut(&below, 0);
		buf_text_add(&below, rest);
		free(rest);
	} while (len > 0 && !find(copy, len, &st));
	char *place = mem_format("%ju:%ju%s", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino, buf_text(&below));
	buf_done(&below);
	free(copy);
	return place;
}

/* Changes stand side by side: mostly the folder is that of the last one. */
struct nearby {
	char *folder, *place; /* the place of the last path, and how much of it is the folder's */
	size_t len;
};

static void nearby_done(struct nearby *last)
{
	free(last->folder);
	free(last->place);
}

static char *place_beside(struct nearby *last, const char *path)
{
	size_t len = (size_t)(strrchr(path, '/') - path);
	if (last->folder && strncmp(last->folder, path, len) == 0 && !last->folder[len])
		return mem_format("%.*s%s", (int)last->len, last->place, path + len);
	nearby_done(last);
	*last = (struct nearby){ mem_textn(path, len), place_of(path), 0 };
	last->len = strlen(last->place) - strlen(path + len);
	return mem_text(last->place);
}

static bool is_same(const struct file_change *a, const struct file_change *b)
{
	if (a->kind != b->kind || a->kind == FILE_FOLDER)
		return a->kind == b->kind;
	return a->bytes.len == b->bytes.len && a->mode == b->mode && a->keep_mode == b->keep_mode &&
	       a->uid == b->uid && a->gid == b->gid && a->existed == b->existed &&
	       memcmp(buf_text(&a->bytes), buf_text(&b->bytes), a->bytes.len) == 0;
}

static void refuse(const struct deploy_plan *plan, const struct file_change *first,
	const struct file_change *second)
{
	const struct visit visit = { .plan = &plan->items[second->target] };
	char *safe = text_safe(second->path, strlen(second->path));
	if (first->target == second->target)
		unavailable(&visit, "two of its files are one: %s (name another)", safe);
	else
		unavailable(&visit, "the target %s changes %s as well, in another way (let one of them have "
				    "another path)",
			plan->items[first->target].name, safe);
	free(safe);
}

static void drop(struct staging *staging, size_t i)
{
	struct file_change *change = &staging->items[i];
	if (change->kind == FILE_WRITE)
		stage_keep(staging, change->target, change->path);
	file_change_done(change);
	*change = (struct file_change){ 0 };
}

/* The later of two; true where it stays. */
static bool stays(struct deploy_plan *plan, struct set *places, struct nearby *last, size_t i)
{
	const struct file_change *change = &plan->staging->items[i];
	if (plan->items[change->target].outcome == DEPLOY_UNAVAILABLE)
		return true;
	char *place = place_beside(last, change->path);
	bool fresh = set_add(places, place);
	unsigned *number = set_number(places, place);
	free(place);
	if (fresh)
		*number = (unsigned)i;
	struct file_change *first = &plan->staging->items[*number];
	bool same = !fresh && is_same(first, change);
	/* By another name: what is put in it isn't seen by its path. */
	if (same && change->kind == FILE_FOLDER && strcmp(first->path, change->path) != 0)
		first->whole = false;
	if (!fresh && !same)
		refuse(plan, first, change);
	return fresh || !same;
}

/* Is something put there that isn't one of its files? */
static bool has_strangers(const struct staging *staging, const struct file_change *folder)
{
	size_t len = strlen(folder->path);
	for (size_t i = 0; i < staging->count; i++) {
		const struct file_change *other = &staging->items[i];
		if (other->target != folder->target && strncmp(other->path, folder->path, len) == 0 &&
			other->path[len] == '/')
			return true;
	}
	return false;
}

/* A folder that targets share is made first, and what they put there a file at a time. */
static void share_folders(struct staging *staging)
{
	const struct file_change *folder = NULL;
	for (size_t i = 0; i < staging->count && staging->items[i].path; i++) {
		struct file_change *change = &staging->items[i];
		change->whole = change->whole && !has_strangers(staging, change);
		if (change->whole)
			folder = change;
		change->inside = change->inside && folder && folder->target == change->target;
	}
}

void overlaps_resolve(struct deploy_plan *plan)
{
	struct set places = { 0 };
	struct nearby last = { 0 };
	struct staging *staging = plan->staging;
	size_t left = 0;
	for (size_t i = 0; i < staging->count; i++)
		if (!stays(plan, &places, &last, i))
			drop(staging, i);
	nearby_done(&last);
	set_done(&places);
	for (size_t i = 0; i < staging->count; i++)
		if (staging->items[i].path)
			staging->items[left++] = staging->items[i];
	staging->count = left;
	share_folders(staging);
}

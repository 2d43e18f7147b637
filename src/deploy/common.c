/* What the kinds share. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "deploy/kind.h"

/* format: of a sentence that names it. */
static bool nobody(const char *format, const char *name, struct error *err)
{
	char *safe = text_safe(name, strlen(name));
	error_set(err, ERROR_USAGE, format, safe);
	free(safe);
	return false;
}

bool target_owner(const struct target *target, uid_t *uid, gid_t *gid, struct error *err)
{
	*uid = (uid_t)-1;
	*gid = (gid_t)-1;
	if (!target->owner)
		return true;
	const char *colon = strchr(target->owner, ':');
	char *name = mem_textn(target->owner, colon ? (size_t)(colon - target->owner) : strlen(target->owner));
	const struct passwd *user = *name ? getpwnam(name) : NULL;
	bool ok = user || (!*name && colon) || nobody(N_("there is no user %s"), name, err);
	if (user)
		*uid = user->pw_uid;
	free(name);
	const struct group *group = ok && colon && colon[1] ? getgrnam(colon + 1) : NULL;
	if (group)
		*gid = group->gr_gid;
	return ok && (group || !colon || !colon[1] || nobody(N_("there is no group %s"), colon + 1, err));
}

bool stage_public_inside(const struct visit *visit, const char *path, struct buf *take,
	struct error *err)
{
	uid_t uid;
	gid_t gid;
	if (!target_owner(visit->target, &uid, &gid, err))
		return false;
	struct file_change *change = stage_inside(visit->staging, visit->index, path,
		(mode_t)visit->target->mode, take);
	change->uid = uid;
	change->gid = gid;
	return true;
}

bool stage_public(const struct visit *visit, const char *path, struct buf *take,
	const struct fs_stamp *was, struct error *err)
{
	uid_t uid;
	gid_t gid;
	if (!target_owner(visit->target, &uid, &gid, err))
		return false;
	struct file_change *change = stage_write(visit->staging, visit->index, path,
		(mode_t)visit->target->mode, take, err);
	if (!change)
		return false;
	change->uid = uid;
	change->gid = gid;
	if (was)
		file_change_read(change, was);
	return true;
}

bool folder_is_there(const struct visit *visit, const char *path)
{
	size_t len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	while (len > 1 && path[len - 1] != '/')
		len--;
	char *folder = mem_textn(path, len);
	bool there = access(folder, F_OK) == 0;
	char *safe = text_safe(folder, strlen(folder));
	if (!there)
		unavailable(visit, "its folder %s isn't there (make it first)", safe);
	free(safe);
	free(folder);
	return there;
}

bool read_there(const char *path, size_t most, struct buf *out, struct fs_stamp *was, struct error *err)
{
	struct stat st;
	*was = (struct fs_stamp){ 0 };
	if (stat(path, &st) != 0 && errno == ENOENT)
		return true;
	return fs_read(AT_FDCWD, path, FS_FOLLOW, most, out, was, err);
}

void put_mark(struct buf *out, const char *mark, const char *name)
{
	buf_text_add(out, mark);
	for (const char *p = name; *p; p++)
		if (p[0] != '-' || p[1] != '-')
			buf_char(out, *p);
	buf_char(out, '\n');
}

void anchors_set(const struct anchors *anchors, struct set *out)
{
	char hex[FINGERPRINT_HEX];
	for (size_t i = 0; i < anchors->count; i++) {
		set_add(out, fingerprint_hex(&anchors->items[i].print, hex));
		*set_number(out, hex) = (unsigned)i;
	}
}

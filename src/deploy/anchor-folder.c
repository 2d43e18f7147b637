#include "deploy/anchor-folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/pem.h"
#include "deploy/prints.h"

#define FILE_MOST  (16u << 20)
#define FILES_MOST 50000u
#define DEPTH_MOST 8u
#define MARK       "# certary: written by it, and replaced or removed when it deploys\n"
#define PREFIX     "certary-"

void anchor_folder_done(struct anchor_folder *folder)
{
	for (size_t i = 0; i < folder->count; i++)
		free(folder->items[i].name);
	free(folder->items);
	free(folder->path);
	set_done(&folder->ours);
	*folder = (struct anchor_folder){ 0 };
}

/* --- what is there ---------------------------------------------------------------------------- */

static void look(const struct buf *bytes, bool top, struct anchor_file *file)
{
	file->certificates = prints_of(bytes->data, bytes->len, NULL, &file->print);
	file->ours = top && file->certificates == 1 && text_starts(file->name, PREFIX) &&
		     text_starts(buf_text(bytes), MARK);
	if (file->certificates > 0 || bytes->len < 4 || bytes->data[0] != 0x30)
		return;
	file->der = true;
	file->certificates = 1;
	fingerprint_of((const uint8_t *)bytes->data, bytes->len, &file->print);
}

struct walk {
	struct anchor_folder *out;
	const char *path;   /* of the folder that is listed */
	const char *prefix; /* of its names */
	unsigned depth;
	bool deep;
};

static bool each(void *ctx, const char *name);

static void look_below(const struct walk *walk, const char *path, const char *name)
{
	struct walk next = *walk;
	char *prefix = mem_format("%s/", name);
	next.path = path;
	next.prefix = prefix;
	int dir = ++next.depth < DEPTH_MOST ? fs_open_dir(AT_FDCWD, path, NULL) : -1;
	if (dir >= 0) {
		fs_list(dir, each, &next, NULL);
		close(dir);
	}
	free(prefix);
}

static void look_at(const struct walk *walk, const char *path, char *name)
{
	struct anchor_folder *out = walk->out;
	struct buf bytes = { 0 };
	struct anchor_file file = { .name = name };
	if (!fs_read(AT_FDCWD, path, FS_FOLLOW, FILE_MOST, &bytes, NULL, NULL)) {
		free(name);
		buf_done(&bytes);
		return;
	}
	look(&bytes, walk->depth == 0, &file);
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	out->items[out->count++] = file;
	buf_done(&bytes);
}

static bool each(void *ctx, const char *entry)
{
	const struct walk *walk = ctx;
	struct stat st;
	char *path = mem_format("%s/%s", walk->path, entry);
	char *name = mem_format("%s%s", walk->prefix, entry);
	bool there = stat(path, &st) == 0;
	if (there && S_ISREG(st.st_mode)) {
		look_at(walk, path, name);
		name = NULL;
	} else if (there && S_ISDIR(st.st_mode) && walk->deep) {
		look_below(walk, path, name);
	}
	free(name);
	free(path);
	return walk->out->count < FILES_MOST;
}

static int by_name(const void *a, const void *b)
{
	const struct anchor_file *x = a, *y = b;
	return strcmp(x->name, y->name);
}

static void note_ours(struct anchor_folder *folder)
{
	char hex[FINGERPRINT_HEX];
	for (size_t i = 0; i < folder->count; i++) {
		if (!folder->items[i].ours ||
			!set_add(&folder->ours, fingerprint_hex(&folder->items[i].print, hex)))
			continue;
		*set_number(&folder->ours, hex) = (unsigned)i;
	}
}

bool anchor_folder_read(const char *path, bool deep, struct anchor_folder *out, struct error *err)
{
	struct walk walk = { .out = out, .path = path, .prefix = "", .deep = deep };
	out->path = mem_text(path);
	if (access(path, F_OK) != 0)
		return true;
	int dir = fs_open_dir(AT_FDCWD, path, err);
	if (dir < 0)
		return false;
	bool ok = fs_list(dir, each, &walk, err);
	close(dir);
	if (out->count > 0)
		qsort(out->items, out->count, sizeof *out->items, by_name);
	note_ours(out);
	return ok;
}

const struct anchor_file *anchor_folder_ours(const struct anchor_folder *folder,
	const struct fingerprint *print)
{
	char hex[FINGERPRINT_HEX];
	const unsigned *index = set_number(&folder->ours, fingerprint_hex(print, hex));
	return index ? &folder->items[*index] : NULL;
}

/* --- what will be ----------------------------------------------------------------------------- */

char *anchor_short_name(const struct anchor *anchor)
{
	char hex[FINGERPRINT_HEX];
	struct buf out = { 0 };
	buf_text_add(&out, PREFIX);
	for (const char *at = anchor->name; at && *at && out.len < 48; at++) {
		char c = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
		if (plain)
			buf_char(&out, c);
		else if (out.data[out.len - 1] != '-')
			buf_char(&out, '-');
	}
	if (out.data[out.len - 1] != '-')
		buf_char(&out, '-');
	buf_add(&out, fingerprint_hex(&anchor->print, hex), 8);
	return buf_take(&out);
}

static bool stage_new(const struct visit *visit, const char *path, const struct anchor_wish *wish,
	const struct anchor *anchor, struct error *err)
{
	char hex[FINGERPRINT_HEX];
	struct buf bytes = { 0 };
	buf_text_add(&bytes, MARK);
	buf_format(&bytes, "# SHA-256: %s\n", fingerprint_hex(&anchor->print, hex));
	pem_write(&bytes, "CERTIFICATE", anchor->der, anchor->len);
	struct file_change *change =
		stage_write(visit->staging, visit->index, path, 0644, &bytes, err);
	if (change)
		change->above = wish->all_read;
	buf_done(&bytes);
	return change;
}

static const struct anchor_file *named(const struct anchor_folder *folder, const char *name)
{
	const struct anchor_file wanted = { .name = (char *)name };
	return folder->items
		       ? bsearch(&wanted, folder->items, folder->count, sizeof wanted, by_name)
		       : NULL;
}

static bool stage_anchor(const struct visit *visit, const struct anchor_folder *folder,
	const struct anchor_wish *wish, const struct anchor *anchor, struct error *err)
{
	const struct anchor_file *ours = anchor_folder_ours(folder, &anchor->print);
	if ((!ours && prints_have(wish->without, &anchor->print)) ||
		(wish->unfit && prints_have(wish->unfit, &anchor->print)))
		return true;
	char *short_name = anchor_short_name(anchor);
	char *name = ours ? mem_text(ours->name) : mem_format("%s%s", short_name, wish->suffix);
	char *path = mem_format("%s/%s", folder->path, name);
	char *told = mem_format("%s%s", name, wish->word);
	bool ok = ours || stage_new(visit, path, wish, anchor, err);
	if (ours)
		stage_keep(visit->staging, visit->index, path);
	if (ok)
		plan_note(visit,
			ours                  ? DEPLOY_KEEP
			: named(folder, name) ? DEPLOY_REPLACE
					      : DEPLOY_ADD,
			&anchor->print, told);
	free(told);
	free(path);
	free(name);
	free(short_name);
	return ok;
}

static bool stage_gone(const struct visit *visit, const struct anchor_folder *folder,
	const struct anchor_wish *wish, const struct anchor_file *file, struct error *err)
{
	char *path = mem_format("%s/%s", folder->path, file->name);
	char *told = mem_format("%s%s", file->name, wish->word);
	size_t before = visit->staging->count;
	bool ok = stage_remove(visit->staging, visit->index, path, err);
	if (ok && visit->staging->count > before)
		visit->staging->items[before].above = wish->all_read;
	if (ok && (!wish->moved || !prints_have(wish->moved, &file->print)))
		plan_note(visit, DEPLOY_REMOVE, &file->print, told);
	free(told);
	free(path);
	return ok;
}

bool anchor_folder_stage(const struct visit *visit, const struct anchor_folder *folder,
	const struct anchor_wish *wish, struct error *err)
{
	struct set wanted = { 0 };
	bool ok = wish->wanted->count == 0 ||
		  stage_folder(visit->staging, visit->index, folder->path, 0755, err);
	for (size_t i = 0; ok && i < wish->wanted->count; i++) {
		prints_add(&wanted, &wish->wanted->items[i].print);
		ok = stage_anchor(visit, folder, wish, &wish->wanted->items[i], err);
	}
	for (size_t i = 0; ok && i < folder->count; i++)
		if (folder->items[i].ours && !prints_have(&wanted, &folder->items[i].print))
			ok = stage_gone(visit, folder, wish, &folder->items[i], err);
	set_done(&wanted);
	return ok;
}

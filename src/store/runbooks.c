#include "store/runbooks.h"

#include <string.h>

#include "store/internal.h"

struct reading {
	const struct store *store;
	runbook_fn *each;
	void *ctx;
	struct error *err;
	bool ok;
};

/* An editor's copies and what is hidden are none. */
static bool is_runbook(const char *file)
{
	size_t len = strlen(file), suffix = strlen(RUNBOOK_SUFFIX);
	return *file != '.' && len > suffix && strcmp(file + len - suffix, RUNBOOK_SUFFIX) == 0;
}

static bool read_one(void *ctx, const char *file)
{
	struct reading *r = ctx;
	struct buf text = { 0 };
	struct fingerprint hash;
	char base[FINGERPRINT_HEX];
	if (!is_runbook(file))
		return true;
	r->ok = fs_read(r->store->dirs[FOLDER_RUNBOOKS], file, FS_NOFOLLOW, RUNBOOK_MOST, &text,
			NULL, r->err) ||
		error_wrap(r->err, "%s", folder_name(FOLDER_RUNBOOKS));
	fingerprint_of(text.data, text.len, &hash);
	bool more = r->ok && r->each(r->ctx, file, &text, fingerprint_hex(&hash, base));
	buf_done(&text);
	return more;
}

bool store_runbooks(const struct store *store, runbook_fn *each, void *ctx, struct error *err)
{
	struct reading r = { store, each, ctx, err, true };
	int dir = store->dirs[FOLDER_RUNBOOKS];
	return dir < 0 || (fs_list(dir, read_one, &r, err) && r.ok);
}

bool store_has_runbook(const struct store *store, const char *file)
{
	int dir = store->dirs[FOLDER_RUNBOOKS];
	return dir >= 0 && fs_exists(dir, file);
}

void plan_runbook(struct plan *plan, const struct runbook_change *c)
{
	struct fingerprint about;
	fingerprint_of(c->name, strlen(c->name), &about);
	const struct plan_file file = { FOLDER_RUNBOOKS, c->file, &about, c->name, c->was, c->now };
	if (!c->text) {
		plan_file_remove(plan, &file);
		plan->rows[plan->count - 1].base = plan_text(plan, c->base);
	} else if (c->base) {
		plan_file_edit(plan, &file, c->text->data, c->text->len, c->base);
	} else {
		plan_file_create(plan, &file, c->text->data, c->text->len);
	}
}

#include "app/listed.h"

#include <stdlib.h>
#include <string.h>

#include "app/endpoint.h"
#include "app/internal.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/endpoints.h"

static char *path_of(const struct app *app)
{
	return mem_format("%s/%s", app_store_path(app), ENDPOINTS_FILE);
}

static bool take_all(const struct conf *tree, const char *list, listed_take_fn *take, void *ctx,
	struct error *err)
{
	const struct conf_node *node = conf_get(conf_root(tree), list);
	bool ok = true;
	for (size_t i = 0; ok && i < conf_count(node); i++)
		ok = take(ctx, conf_at(node, i), err);
	return ok;
}

static const struct plan_row *row_of_file(const struct plan *plan)
{
	for (size_t i = 0; plan && i < plan->count; i++) {
		const struct plan_row *row = &plan->rows[i];
		const struct place *place = row->dst.state == STATE_NONE ? &row->src : &row->dst;
		if (plan_row_is_endpoint(row) && strcmp(place->file, ENDPOINTS_FILE) == 0)
			return row;
	}
	return NULL;
}

/* The file as it is, or as the plan will leave it. */
static bool read_file(struct app *app, const struct plan *plan, struct buf *text, struct error *err)
{
	char base[FINGERPRINT_HEX];
	const struct plan_row *row = row_of_file(plan);
	return !row ? store_read_endpoints(app_store(app), text, base, err) :
	       !row->writes || plan_row_bytes(row, text, err);
}

bool listed_read(struct app *app, const struct plan *plan, const char *list, listed_take_fn *take,
	void *ctx, struct error *err)
{
	struct buf text = { 0 };
	struct conf *tree = NULL;
	char *path = path_of(app);
	bool ok = app_open_store(app, APP_STORE_IMAGINED, err) &&
		  read_file(app, plan, &text, err) &&
		  conf_parse(path, buf_text(&text), text.len, &tree, err);
	if (ok) {
		ok = take_all(tree, list, take, ctx, err);
		conf_free(tree);
	}
	buf_done(&text);
	free(path);
	return ok;
}

bool listed_text(const struct conf_node *node, const char *key, char **out, struct error *err)
{
	const struct conf_node *field = conf_get(node, key);
	if (field && !conf_bytes(field))
		return conf_fail(field, err, "%s: give a text in quotes", key);
	*out = mem_text(conf_bytes(field));
	return true;
}

/* That the list can be read at all is found here, where the file has its path. */
static bool can_be_read(struct app *app, const struct buf *text, struct error *err)
{
	struct conf *tree = NULL;
	char *path = path_of(app);
	bool ok = conf_parse(path, buf_text(text), text->len, &tree, err);
	if (ok)
		conf_free(tree);
	free(path);
	return ok;
}

static bool change_text(const struct listed_change *change, struct buf *text, struct error *err)
{
	if (change->instead && !lists_remove(text, change->list, change->instead, err))
		return false;
	bool ok = change->fields
		? lists_put(text, change->list, change->fields, change->count, err)
		: lists_remove(text, change->list, change->name, err);
	return ok || error_wrap(err, "%s %s", change->what, change->name);
}

/* What can't be read again would take all the others along. */
static bool is_short(const struct listed_change *change, const struct buf *text, size_t before,
	struct error *err)
{
	return text->len <= before || text->len <= ENDPOINTS_MOST ||
	       error_set(err, ERROR_FAILED, "%s %s: the list would be longer than %u bytes",
		       change->what, change->name, ENDPOINTS_MOST);
}

/* A file is changed once by a plan: what comes later goes into the row that is there. */
static struct plan_row *pending_row(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan_row_is_endpoint(&plan->rows[i]) &&
			strcmp(plan->rows[i].dst.file, ENDPOINTS_FILE) == 0)
			return &plan->rows[i];
	return NULL;
}

static void put_pending(struct plan *plan, struct plan_row *row, const struct listed_change *change,
	const struct buf *text)
{
	char *now = mem_format("%s, %s", row->now ? row->now : "", change->now ? change->now : "");
	row->name = plan_text(plan, ENDPOINTS_FILE);
	row->now = plan_text(plan, now);
	plan_row_content(plan, row, text->data, text->len);
	free(now);
}

bool listed_plan(struct app *app, const struct listed_change *change, struct plan *plan,
	struct error *err)
{
	char base[FINGERPRINT_HEX];
	struct buf text = { 0 }, before = { 0 };
	struct plan_row *pending = pending_row(plan);
	plan->op = change->what;
	bool ok = app_open_store(app, APP_STORE_THERE, err) &&
		  (pending ? plan_row_bytes(pending, &text, err)
			   : store_read_endpoints(app_store(app), &text, base, err)) &&
		  can_be_read(app, &text, err);
	buf_add(&before, text.data, text.len);
	ok = ok && change_text(change, &text, err) && is_short(change, &text, before.len, err);
	bool same = text.len == before.len && memcmp(buf_text(&text), buf_text(&before), text.len) == 0;
	if (ok && !same && pending) {
		put_pending(plan, pending, change, &text);
	} else if (ok && !same) {
		char *name = text_safe(change->name, strlen(change->name));
		plan_endpoints(plan, name, change->was, change->now, &text, base);
		free(name);
	}
	buf_done(&before);
	buf_done(&text);
	return ok;
}

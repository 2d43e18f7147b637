#include "app/app.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/user.h"
#include "app/internal.h"
#include "app/source.h"
#include "store/journal.h"

struct app {
	struct settings *settings;
	struct store *store;
	char *store_path, *store_label;
	bool read_only, background;
	bool moved; /* to another store than the one that was named */
	unsigned store_mode; /* of a folder that is made; 0: the usual */
	int64_t lock_wait;
	struct system_anchors *anchors; /* of the system; NULL: not read yet */
	struct shelf *shelf; /* NULL: nobody has asked yet */
	struct origins *origins; /* of the generation below; NULL: not read yet */
	uint64_t origins_generation;
	struct app_ends ends;
	struct store_build *build; /* under way */
	store_progress_fn *progress;
	store_built_fn *built;
	void *built_ctx;
};

const struct system_anchors *app_anchors(struct app *app)
{
	if (!app->anchors && settings_bool(app->settings, SETTING_USE_SYSTEM_TRUST))
		app->anchors = anchors_new();
	return app->anchors;
}

struct shelf *app_shelf(struct app *app)
{
	if (!app->shelf)
		app->shelf = shelf_new();
	return app->shelf;
}

static char *default_store(void)
{
	if (geteuid() == 0)
		return mem_text("/etc/certary");
	const char *home = user_data_home();
	return home ? mem_format("%s/certary", home) : NULL;
}

static char *find_store_path(const struct app_options *options, const struct settings *settings)
{
	const char *named = options->store ? options->store : getenv("CERTARY_STORE");
	if (named && *named)
		return mem_text(named);
	named = settings_text(settings, SETTING_STORE);
	return *named ? mem_text(named) : default_store();
}

bool app_new(const struct app_options *options, struct app **out, struct error *err)
{
	struct app *app = mem_new(sizeof *app);
	if (options->store && !*options->store) {
		free(app);
		return error_set(err, ERROR_USAGE, "--store: the name of the folder is empty");
	}
	app->read_only = options->read_only;
	app->lock_wait = options->lock_wait;
	app->background = options->background;
	app->settings = settings_new();
	bool ok = settings_load(app->settings, options->config, err);
	lang_choose(settings_text(app->settings, SETTING_LANGUAGE));
	app->store_path = ok ? find_store_path(options, app->settings) : NULL;
	if (ok && !app->store_path)
		error_set(err, ERROR_USAGE, "no store: HOME is not set (name one with --store)");
	if (!app->store_path) {
		app_free(app);
		return false;
	}
	app->store_label = text_safe(app->store_path, strlen(app->store_path));
	*out = app;
	return true;
}

void app_free(struct app *app)
{
	if (!app)
		return;
	anchors_free(app->anchors);
	shelf_free(app->shelf);
	origins_free(app->origins);
	store_build_cancel(app->build);
	store_close(app->store);
	settings_free(app->settings);
	free(app->store_path);
	free(app->store_label);
	free(app);
}

const struct settings *app_settings(const struct app *app)
{
	return app->settings;
}

int64_t app_now(void)
{
	return clock_now();
}

void app_use_store(struct app *app, const char *path)
{
	if (strcmp(path, app->store_path) == 0)
		return;
	origins_free(app->origins);
	app->origins = NULL;
	store_close(app->store);
	app->store = NULL;
	free(app->store_path);
	free(app->store_label);
	app->store_path = mem_text(path);
	app->store_label = text_safe(path, strlen(path));
	app->moved = true;
}

void app_store_mode(struct app *app, unsigned mode)
{
	app->store_mode = mode;
}

bool app_store_is_usual(const struct app *app)
{
	const char *named = settings_text(app->settings, SETTING_STORE);
	char *usual = *named ? mem_text(named) : default_store();
	bool is = !app->moved || (usual && strcmp(usual, app->store_path) == 0);
	free(usual);
	return is;
}

/* Where it can't be made, what was imagined is still there to be asked. */
static bool make_real(struct app *app, const struct store_options *options, struct error *err)
{
	struct store *made;
	if (!store_open(options, &made, err))
		return false;
	origins_free(app->origins);
	app->origins = NULL;
	app->ends.known = false;
	store_close(app->store);
	app->store = made;
	return true;
}

bool app_open_store(struct app *app, enum app_store how, struct error *err)
{
	int64_t setting = settings_int(app->settings, SETTING_LOCK_WAIT_SECONDS) * 1000;
	struct store_options options = { .path = app->store_path,
		.read_only = app->read_only,
		.create = how == APP_STORE_CREATE,
		.mode = app->store_mode,
		.imagine = how == APP_STORE_IMAGINED,
		.background = app->background,
		.lock_wait = app->lock_wait ? app->lock_wait : setting };
	if (app->store && options.create && store_is_imagined(app->store))
		return make_real(app, &options, err);
	return app->store || store_open(&options, &app->store, err);
}

bool app_reopen(struct app *app, struct error *err)
{
	app->store = NULL;
	app->build = NULL;
	return app_open_store(app, APP_STORE_THERE, err);
}

struct store *app_store(const struct app *app)
{
	return app->store;
}

const struct origins *app_origins(struct app *app)
{
	uint64_t now = store_generation(app->store);
	if (app->origins && app->origins_generation != now) {
		origins_free(app->origins);
		app->origins = NULL;
	}
	if (!app->origins)
		app->origins = journal_origins(app->store);
	app->origins_generation = now;
	return app->origins;
}

struct app_ends *app_ends(struct app *app)
{
	return &app->ends;
}

const char *app_store_path(const struct app *app)
{
	return app->store_label;
}

const char *app_store_folder(const struct app *app)
{
	return app->store_path;
}

bool app_read_only(const struct app *app)
{
	return app->read_only;
}

bool app_resolve(struct app *app, const char *cert, struct entry *out, struct error *err)
{
	return store_resolve(app->store, cert, out, err);
}

struct query app_query(const struct app *app)
{
	return (struct query){ .days = settings_int(app->settings, SETTING_EXPIRING_DAYS),
		.percent = (int)settings_int(app->settings, SETTING_EXPIRING_PERCENT) };
}

void app_view(struct app *app, const struct query *query, struct view *view)
{
	view_build(view, app->store, query, app_now());
}

void app_view_start(struct app *app, const struct query *query, struct view *view)
{
	view_start(view, app->store, query, app_now());
}

bool app_view_step(struct app *app, struct view *view)
{
	return view_step(view, app->store);
}

bool app_view_is_current(const struct app *app, const struct view *view)
{
	return view->generation == store_generation(app->store);
}

void app_view_entry(struct app *app, const struct view *view, size_t index, struct entry *out)
{
	view_entry(view, app->store, index, out);
}

bool app_view_find(struct app *app, const struct view *view, const struct fingerprint *cert,
	size_t *index)
{
	return view_find(view, app->store, cert, index);
}

bool app_parse_expiring(const char *text, struct query *query, struct error *err)
{
	char *end;
	long n = strtol(text, &end, 10);
	bool percent = strcmp(end, "%") == 0, days = !*end || strcmp(end, "d") == 0;
	if (!isdigit((unsigned char)text[0]) || (!percent && !days) || n > 100000 ||
		(percent && n > 100))
		return error_set(err, ERROR_USAGE,
			"--expiring %s: give days (30 or 30d) or a share of life (20%%)", text);
	query->filters |= FILTER_EXPIRING;
	query->days = percent ? 0 : n;
	query->percent = percent ? (int)n : 0;
	return true;
}

bool app_apply(struct app *app, struct plan *plan, int64_t *seq, struct error *err)
{
	return store_apply(app->store, plan, seq, err);
}

bool app_apply_start(struct app *app, struct plan *plan, struct loop *loop, store_changed_fn *changed,
	void *ctx, struct error *err)
{
	return store_apply_start(app->store, plan, loop, changed, ctx, err) != NULL;
}

bool app_reload(struct app *app, struct error *err)
{
	uint64_t before = store_generation(app->store);
	return store_reload(app->store, err) && store_generation(app->store) != before;
}

size_t app_count(const struct app *app)
{
	return store_count(app->store);
}

size_t app_count_state(const struct app *app, enum state state)
{
	return store_count_state(app->store, state);
}

bool app_find(struct app *app, const struct fingerprint *cert, struct entry *out)
{
	return store_find(app->store, cert, out);
}

bool app_next(struct app *app, uint32_t *cursor, struct entry *out)
{
	return store_next(app->store, cursor, out);
}

bool app_needs_build(const struct app *app)
{
	return !app->build && store_needs_build(app->store);
}

bool app_is_incomplete(const struct app *app)
{
	return store_is_incomplete(app->store);
}

static void build_ended(void *ctx, bool ok, const struct error *err)
{
	struct app *app = ctx;
	app->build = NULL;
	app->built(app->built_ctx, ok, err);
}

static void build_goes_on(void *ctx, size_t done, size_t total)
{
	const struct app *app = ctx;
	app->progress(app->built_ctx, done, total);
}

bool app_build(struct app *app, struct loop *loop, store_progress_fn *progress, store_built_fn *built,
	void *ctx, struct error *err)
{
	app->progress = progress;
	app->built = built;
	app->built_ctx = ctx;
	app->build = store_build_start(app->store, loop, build_goes_on, build_ended, app, err);
	return app->build != NULL;
}

bool app_check(struct app *app, size_t files)
{
	return store_check(app->store, files);
}

void app_relax(const struct app *app)
{
	store_relax(app->store);
}

bool app_has_suspects(const struct app *app)
{
	return store_has_suspects(app->store);
}

size_t app_problem_count(const struct app *app)
{
	return store_problem_count(app->store);
}

int app_watch(struct app *app)
{
	return store_watch(app->store);
}

void app_watch_read(struct app *app)
{
	store_watch_read(app->store);
}

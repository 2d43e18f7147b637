#include "app/programs.h"

#include <stdlib.h>
#include <string.h>

#include "app/asking.h"
#include "app/internal.h"
#include "app/target.h"
#include "base/editor.h"
#include "base/runner.h"
#include "deploy/deploy.h"
#include "store/endpoints.h"

struct programs {
	struct app *app;
	unsigned kinds;
};

static bool is_same(const char *const *a, char *const *b)
{
	size_t i = 0;
	while (a[i] && b[i] && strcmp(a[i], b[i]) == 0)
		i++;
	return !a[i] && !b[i];
}

static bool reloads(const struct target *target, const char *const *argv)
{
	char **words = target->reload ? target_command(target->reload, NULL) : NULL;
	bool same = words && is_same(argv, words) && fs_path_is_trusted(argv[0], NULL);
	free(words);
	return same;
}

/* What the store says now, and not what it said when the runner began. */
static bool is_reload(struct app *app, const char *const *argv)
{
	struct targets targets = { 0 };
	bool found = false;
	if (app_read_only(app) || !app_reopen(app, NULL) || !store_may_run_commands(app_store(app), NULL) ||
		!app_targets(app, &targets, NULL))
		return false;
	for (size_t i = 0; !found && i < targets.count; i++)
		found = reloads(&targets.items[i], argv);
	targets_done(&targets);
	return found;
}

static bool is_own(const char *const *argv)
{
	return strcmp(argv[0], "/proc/self/exe") == 0;
}

static bool may_start(void *ctx, const char *const *argv, const char *const *env)
{
	const struct programs *p = ctx;
	if (env && (!(p->kinds & PROGRAMS_TOOLS) || !deploy_env_is_ours(env)))
		return false;
	if (env && deploy_is_tool(argv)) {
		deploy_confine_tool(argv); /* it is this process that starts it */
		return true;
	}
	if (env)
		return is_reload(p->app, argv);
	return (p->kinds & PROGRAMS_SELF && is_own(argv)) || (p->kinds & PROGRAMS_SSH && asks_by_ssh(argv)) ||
	       (p->kinds & PROGRAMS_EDITOR && is_editor(argv));
}

bool app_programs_begin(struct app *app, unsigned kinds, struct error *err)
{
	struct programs programs = { .app = app, .kinds = kinds };
	return runner_begin(may_start, &programs) || /* it keeps its own copy of all memory */
	       error_errno(err, "starting the process that runs other programs");
}

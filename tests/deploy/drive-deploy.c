/*
 * drive-deploy STORE deploy|recover|status [TARGET…] - a deployment as a test wants it, to be killed at
 * each system call: no question, the targets of the store's file, a line for each of them at the end.
 */
#include <stdio.h>
#include <string.h>

#include "app/deploy.h"

static int failed(const struct error *err)
{
	fprintf(stderr, "%s\n", err->text);
	return err->code ? (int)err->code : 1;
}

static int deploy(struct app *app, char **names, size_t count)
{
	static const char *const outcomes[] = { "planned", "unavailable", "done", "back", "stuck" };
	struct deployment d = { 0 };
	struct error err = { 0 };
	const struct deploy_wish wish = { .names = (const char *const *)names, .count = count };
	const struct deploy_run run = { 0 };
	bool ok = app_deploy_prepare(app, &wish, &d, &err) && app_deploy_carry_out(app, &d, &run, &err);
	for (size_t i = 0; i < d.plan.count; i++) {
		const struct deploy_target_plan *item = &d.plan.items[i];
		printf("%s: %s, %zu read back by %s: %s\n", item->name, outcomes[item->outcome],
			item->read_back, item->reader ? item->reader : "nobody",
			item->why ? item->why : "");
		if (item->warnings)
			printf("%s\n", item->warnings);
	}
	deployment_done(&d);
	return ok ? 0 : failed(&err);
}

static int status(struct app *app)
{
	struct targets targets = { 0 };
	struct target_status *statuses = NULL;
	struct error err = { 0 };
	bool ok = app_targets(app, &targets, &err) && app_target_statuses(app, &targets, &statuses, &err);
	for (size_t i = 0; ok && i < targets.count; i++)
		printf("%s: %s\n", targets.items[i].name, target_state_word(statuses[i].state));
	target_statuses_free(statuses, targets.count);
	targets_done(&targets);
	return ok ? 0 : failed(&err);
}

static int recover(struct app *app)
{
	struct buf told = { 0 };
	struct error err = { 0 };
	bool ok = app_deploy_recover(app, &told, &err);
	fputs(buf_text(&told), stdout);
	buf_done(&told);
	return ok ? 0 : failed(&err);
}

int main(int argc, char **argv)
{
	struct app_options options = { .store = argc > 1 ? argv[1] : NULL };
	struct app *app = NULL;
	struct error err = { 0 };
	int code = 2;
	if (argc < 3)
		return code;
	if (!app_new(&options, &app, &err) || !app_open_store(app, APP_STORE_THERE, &err))
		code = failed(&err);
	else if (strcmp(argv[2], "deploy") == 0)
		code = deploy(app, argv + 3, (size_t)argc - 3);
	else if (strcmp(argv[2], "recover") == 0)
		code = recover(app);
	else if (strcmp(argv[2], "status") == 0)
		code = status(app);
	app_free(app);
	return code;
}

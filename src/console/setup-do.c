/* The end of the wizard: the summary, and what follows a yes. */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "console/setup.h"

void setup_sum_up(struct desk *desk)
{
	struct setup_work *work = desk->setup;
	struct buf words = { 0 };
	struct error err = { 0 };
	char *save = NULL;
	rows_done(&work->summary.rows);
	setup_lists_answer(work);
	if (!app_setup_store(desk->app, &work->answers, NULL, &err))
		rows_add(&work->summary.rows, ROLE_ERROR, NULL, err.text);
	else
		app_setup_words(desk->app, &work->answers, &work->found, &words);
	for (char *line = words.len ? strtok_r(words.data, "\n", &save) : NULL; line;
		line = strtok_r(NULL, "\n", &save))
		rows_add(&work->summary.rows, ROLE_VALUE, "-", line);
	pager_start(&work->summary);
	pager_changed(&work->summary);
	buf_done(&words);
}

static enum reaction save_answered(struct desk *desk, struct dialog *dialog, bool done)
{
	struct error err = { 0 };
	char *path = typed_path(dialog_text(dialog));
	bool ok = done && *path && answers_save(&desk->setup->answers, path, &err);
	free(path);
	if (err.code)
		return desk_error(desk, &err);
	if (ok)
		desk_say(desk, ROLE_GOOD, "saved; certary setup --answers FILE asks nobody");
	return REACT_REPAINT;
}

enum reaction setup_save(struct desk *desk)
{
	struct answers *answers = &desk->setup->answers;
	char *store = typed_place(answers_text(answers, ANSWER_STORE));
	setup_lists_answer(desk->setup);
	answers_set(answers, ANSWER_STORE, store);
	free(store);
	return desk_ask(desk,
		ask_path(N_("Save the answers"), NULL, N_("File"), "setup-answers.conf"),
		save_answered);
}

/* The store is there: what was asked for beside it is begun where the console always does it. */
static enum reaction go_on(struct desk *desk, bool look, bool deploy)
{
	enum reaction r = setup_finish(desk);
	if (look)
		r |= action_view_endpoints(desk);
	if (deploy)
		r |= action_deploy(desk);
	return r;
}

static void tell_done(struct desk *desk, const struct setup_plan *plan, int64_t seq, struct buf *told)
{
	char *counts = setup_counts(plan);
	for (char *c = told->data; c && *c; c++)
		*c = *c == '\n' ? ' ' : *c;
	if (!seq)
		desk_say(desk, ROLE_STATUS, "all of it is there already %s", buf_text(told));
	else
		desk_say(desk, ROLE_GOOD, "%s; u takes it back. %s", counts, buf_text(told));
	free(counts);
}

static enum reaction carry_out(struct desk *desk, const struct new_key *key)
{
	struct setup_work *work = desk->setup;
	struct setup_plan plan = { 0 };
	struct buf told = { 0 };
	struct error err = { 0 };
	int64_t seq = 0;
	bool ok = app_setup_plan(desk->app, &work->answers, &work->found, key, &plan, &err) &&
		  app_setup_apply(desk->app, &work->answers, &plan, &seq, &told, &err);
	enum reaction r = REACT_REPAINT;
	if (ok) {
		bool look = answers_yes(&work->answers, ANSWER_PROBE) &&
			    work->answers.values[ANSWER_ENDPOINTS].count > 0;
		bool deploy = answers_yes(&work->answers, ANSWER_DEPLOY) &&
			      work->answers.values[ANSWER_TARGETS].count > 0;
		work->done = true;
		tell_done(desk, &plan, seq, &told);
		r = go_on(desk, look, deploy);
	} else {
		r = desk_error(desk, &err);
	}
	setup_plan_done(&plan);
	buf_done(&told);
	return r;
}

static void key_made(void *ctx, struct new_key *take, const struct error *err)
{
	struct desk *desk = ctx;
	desk->setup->key_job = NULL;
	desk->pending--;
	making_done(&desk->setup->making);
	desk->reaction |= (take ? carry_out(desk, take) : desk_error(desk, err)) | REACT_REPAINT;
	if (take)
		new_key_done(take);
}

enum reaction setup_do(struct desk *desk)
{
	struct setup_work *work = desk->setup;
	struct error err = { 0 };
	if (work->key_job)
		return REACT_NONE;
	if (work->looking) {
		desk_say(desk, ROLE_STATUS, "still looking around ...");
		return REACT_REPAINT;
	}
	if (!app_setup_store(desk->app, &work->answers, NULL, &err))
		return desk_error(desk, &err);
	if (!app_setup_needs_key(desk->app, &work->answers, &work->found))
		return carry_out(desk, NULL);
	if (!app_setup_making(desk->app, &work->answers, &work->found, &work->making, &err)) {
		making_done(&work->making);
		return desk_error(desk, &err);
	}
	work->key_job = app_key_start(desk->loop, work->making.kind, NULL, key_made, desk, &err);
	if (!work->key_job)
		return desk_error(desk, &err);
	desk->pending++;
	desk_say(desk, ROLE_STATUS, "making a key ...");
	return REACT_REPAINT;
}

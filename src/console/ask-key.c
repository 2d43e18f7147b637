#include "console/desk.h"

#include "base/lang.h"

static enum reaction given(struct desk *desk, struct dialog *dialog, bool done);

static enum reaction ask(struct desk *desk, const struct identity *identity, const char *problem)
{
	struct rows rows = { 0 };
	rows_format(&rows, ROLE_VALUE, NULL, "The key of %s is sealed.", identity_name(identity));
	if (problem)
		rows_add(&rows, ROLE_ERROR, NULL, _(problem));
	return desk_ask(desk,
		dialog_ask(
			desk->key_question.title, &rows, N_("Its passphrase"), LINE_MASKED, NULL),
		given);
}

static enum reaction give_up(struct desk *desk, bool there)
{
	desk_say(desk, ROLE_STATUS, there ? N_("nothing was done") : N_("it is no longer there"));
	return REACT_REPAINT;
}

void ask_key_close(struct desk *desk)
{
	app_key_cancel(desk->key_question.job);
	desk->key_question.job = NULL;
}

static enum reaction stop(struct desk *desk)
{
	ask_key_close(desk);
	return give_up(desk, true);
}

/* Wrong, and it is asked again: nothing that was typed elsewhere is lost. */
static void opened(void *ctx, struct new_key *take, const struct error *err)
{
	struct desk *desk = ctx;
	const struct identity *identity = ids_find(desk, &desk->key_question.id);
	enum reaction r;
	desk->key_question.job = NULL;
	wait_over(desk);
	if (take)
		r = desk->key_question.then(desk, take);
	else if (err->code != ERROR_SECRET)
		r = desk_error(desk, err);
	else if (identity)
		r = ask(desk, identity, N_("That is not its passphrase."));
	else
		r = give_up(desk, false);
	desk->reaction |= r | REACT_REPAINT;
}

static enum reaction given(struct desk *desk, struct dialog *dialog, bool done)
{
	const struct identity *identity = ids_find(desk, &desk->key_question.id);
	struct error err = { 0 };
	if (!done || !identity)
		return give_up(desk, identity != NULL);
	desk->key_question.job = app_key_open_start(desk->app, desk->loop, identity,
		dialog_text(dialog), opened, desk, &err);
	if (!desk->key_question.job)
		return desk_error(desk, &err);
	return wait_open(desk, desk->key_question.title, N_("The key is opened"), NULL, stop);
}

/* A key without a seal is there at once; of one with a seal that much is said at once, too. */
enum reaction ask_key(struct desk *desk, const struct identity *identity, const char *title,
	key_then_fn *then)
{
	struct new_key key;
	struct error err = { 0 };
	ask_key_close(desk);
	desk->key_question = (struct key_question){ identity->id, title, then, NULL };
	if (app_key_open(desk->app, identity, NULL, &key, &err))
		return then(desk, &key);
	return err.code == ERROR_SECRET ? ask(desk, identity, NULL) : desk_error(desk, &err);
}

#include "console/desk.h"

static enum reaction given(struct desk *desk, struct dialog *dialog, bool done);

static enum reaction ask(struct desk *desk, const struct identity *identity, const char *problem)
{
	struct rows rows = { 0 };
	rows_format(&rows, ROLE_VALUE, NULL, "The key of %s is sealed.", identity_name(identity));
	if (problem)
		rows_add(&rows, ROLE_ERROR, NULL, problem);
	return desk_ask(desk, dialog_ask(desk->key_question.title, &rows, "Its passphrase",
		LINE_MASKED, NULL), given);
}

static enum reaction open_key(struct desk *desk, const struct identity *identity,
	const char *passphrase)
{
	struct new_key key;
	struct error err = { 0 };
	if (app_key_open(desk->app, identity, passphrase, &key, &err))
		return desk->key_question.then(desk, &key);
	new_key_done(&key);
	if (err.code == ERROR_SECRET)
		return ask(desk, identity, passphrase ? "That is not its passphrase." : NULL);
	return desk_error(desk, &err);
}

/* Wrong, and it is asked again: nothing that was typed elsewhere is lost. */
static enum reaction given(struct desk *desk, struct dialog *dialog, bool done)
{
	const struct identity *identity = ids_find(desk, &desk->key_question.id);
	if (!done || !identity) {
		desk_say(desk, ROLE_STATUS, identity ? "nothing was done" : "it is no longer there");
		return REACT_REPAINT;
	}
	return open_key(desk, identity, dialog_text(dialog));
}

enum reaction ask_key(struct desk *desk, const struct identity *identity, const char *title,
	key_then_fn *then)
{
	desk->key_question = (struct key_question){ identity->id, title, then };
	return open_key(desk, identity, NULL);
}

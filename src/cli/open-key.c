#include "app/identity.h"
#include "base/lang.h"
#include "cli/run.h"

#define TRIES 3

static bool try_key(struct run *run, const struct identity *identity, const char *passphrase,
	struct new_key *out, struct error *err)
{
	bool ok = app_key_open(run->app, identity, passphrase, out, err);
	if (!ok && passphrase && err->code == ERROR_SECRET)
		err->code = ERROR_FAILED; /* a secret was given, and it is the wrong one */
	return ok;
}

/* A slip of the finger gets another try. */
static bool ask_key(struct run *run, const struct identity *identity, struct new_key *out,
	struct buf *passphrase, struct error *err)
{
	struct buf prompt = { 0 };
	bool ok = false;
	buf_format(&prompt, _("Passphrase of the key of %s"), identity_name(identity));
	for (int i = 0; i < TRIES && !ok; i++) {
		buf_wipe(passphrase);
		if (!ask_secret(buf_text(&prompt), passphrase) || passphrase->len == 0) {
			error_set(err, ERROR_SECRET, "the key of %s: no passphrase was given",
				identity_name(identity));
			break;
		}
		ok = try_key(run, identity, buf_text(passphrase), out, err);
		if (!ok && i + 1 < TRIES)
			print_warning("%s", err->text);
	}
	buf_done(&prompt);
	return ok;
}

static bool open_with(struct run *run, const struct identity *identity, enum option file,
	struct new_key *out, struct buf *passphrase, struct error *err)
{
	if (!read_secret(run, file, passphrase, err))
		return false;
	if (run_has(run, file))
		return try_key(run, identity, buf_text(passphrase), out, err);
	if (!identity_is_sealed(identity))
		return try_key(run, identity, NULL, out, err);
	if (ask_possible())
		return ask_key(run, identity, out, passphrase, err);
	return error_set(err, ERROR_SECRET,
		"the key of %s is sealed with a passphrase (--%s names a file with it)",
		identity_name(identity), option_row(file)->name);
}

bool open_key(struct run *run, const struct identity *identity, enum option file,
	struct new_key *out, struct buf *passphrase, struct error *err)
{
	struct buf own = { .secret = true };
	bool ok = open_with(run, identity, file, out, passphrase ? passphrase : &own, err);
	buf_wipe(&own);
	return ok;
}

bool open_or_imagine(struct run *run, struct error *err)
{
	struct error none = { 0 };
	if (app_open_store(run->app, APP_STORE_IMAGINED, &none))
		return true;
	if (!run_has(run, OPTION_DRY_RUN))
		return app_open_store(run->app, APP_STORE_CREATE, err); /* one that was begun */
	*err = none;
	return false;
}

bool make_store(struct run *run, struct error *err)
{
	return run_has(run, OPTION_DRY_RUN) || app_open_store(run->app, APP_STORE_CREATE, err);
}

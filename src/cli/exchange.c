#include "app/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "app/identity.h"
#include "base/lang.h"
#include "base/text.h"
#include "cli/run.h"

static struct json *exchange_json(const struct run *run, const struct exchange *x)
{
	struct json *o = json_new_object(), *files = json_new_array();
	char *folder = text_safe(x->folder, strlen(x->folder));
	for (size_t i = 0; i < x->count; i++)
		json_append_text(files, x->files[i].name);
	json_bool(o, "dry_run", run_has(run, OPTION_DRY_RUN));
	json_text(o, "folder", folder);
	json_set(o, "files", files);
	json_text(o, "sha256", x->sha256);
	json_text(o, "sha256_plain", x->sha256_plain);
	json_text(o, "sha1", x->sha1);
	json_text(o, "sha1_plain", x->sha1_plain);
	free(folder);
	return o;
}

static void print_pack(const struct run *run, const struct exchange *x)
{
	char *folder = text_safe(x->folder, strlen(x->folder));
	for (size_t i = 0; i < x->count; i++)
		print_format(run_has(run, OPTION_DRY_RUN) ? _("would write %s/%s: %s\n") :
							     _("wrote %s/%s: %s\n"),
			folder, x->files[i].name, lang_text(x->files[i].what));
	print_format("SHA-256 %s\n", x->sha256);
	free(folder);
}

static bool may_replace(const struct run *run, const struct exchange *x, struct error *err)
{
	bool is;
	if (!exchange_replaces(x, &is, err))
		return false;
	if (!is || run_has(run, OPTION_YES) || run_has(run, OPTION_DRY_RUN) || !ask_possible() ||
		run_has(run, OPTION_JSON))
		return true;
	return ask_yes("The folder is there already. Replace it?") ||
	       error_set(err, ERROR_SECRET, "%s: not confirmed, nothing was written", x->folder);
}

/* Where a question was possible, it was answered with yes by now. */
static bool save(struct run *run, const struct exchange *x, struct error *err)
{
	bool asked = ask_possible() && !run_has(run, OPTION_JSON);
	return may_replace(run, x, err) &&
	       (run_has(run, OPTION_DRY_RUN) ||
		       exchange_save(run->app, x, asked || run_has(run, OPTION_YES), err));
}

static bool make(struct run *run, const struct identity *identity, struct error *err)
{
	struct exchange x;
	bool ok = app_exchange(run->app, identity, run->args->text[OPTION_PARTNER],
			  run->args->text[OPTION_OUTPUT], &x, err) &&
		  save(run, &x, err);
	if (ok && run_has(run, OPTION_JSON)) {
		struct json *o = exchange_json(run, &x);
		print_json(o);
		json_free(o);
	} else if (ok) {
		print_pack(run, &x);
	}
	exchange_done(&x);
	return ok;
}

bool run_exchange(struct run *run, struct error *err)
{
	struct identities all = { 0 };
	const struct identity *identity;
	bool ok = app_identities(run->app, &all, err) &&
		  identities_find(&all, run->args->words[0], false, &identity, err) &&
		  make(run, identity, err);
	identities_done(&all);
	return ok;
}

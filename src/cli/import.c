#include "app/import.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lang.h"
#include "base/text.h"
#include "cli/run.h"

#define STDIN_MOST ((size_t)1 << 30)

static bool haul_stdin(struct run *run, const struct import_options *options, struct haul *haul,
	struct error *err)
{
	size_t most = (size_t)settings_int(app_settings(run->app), SETTING_LIMIT_FILE_MB) << 20;
	struct buf bytes = { .secret = true };
	bool ok = fs_read_fd(STDIN_FILENO, "standard input", options->no_limits ? STDIN_MOST : most,
			  &bytes, err);
	if (ok)
		import_haul_bytes(run->app, "standard input", buf_text(&bytes), bytes.len, options,
			haul);
	buf_wipe(&bytes);
	return ok;
}

static bool haul_all(struct run *run, const struct import_options *options, struct haul *haul,
	struct error *err)
{
	for (size_t i = 0; i < run->args->count; i++) {
		const char *path = run->args->words[i];
		if (strcmp(path, "-") != 0)
			import_haul(run->app, path, options, haul);
		else if (!haul_stdin(run, options, haul, err))
			return false;
	}
	return true;
}

/* A keystore that wants a password gets a second try on a terminal. */
static bool haul_with_password(struct run *run, struct haul *haul, struct error *err)
{
	struct import_options options = { .no_limits = run_has(run, OPTION_NO_LIMITS) };
	struct buf password = { .secret = true };
	bool ok = read_password(run, &password, err);
	if (run_has(run, OPTION_PASSWORD_FILE))
		options.password = buf_text(&password);
	ok = ok && haul_all(run, &options, haul, err);
	bool again = ok && haul->secret && !options.password && ask_possible();
	if (again && ask_secret("Password of the keystore", &password)) {
		import_done(haul);
		options.password = buf_text(&password);
		ok = haul_all(run, &options, haul, err);
	}
	buf_wipe(&password);
	return ok;
}

/* What is said of the files of a haul, each looked up by its name once for a problem. */
struct told {
	struct set taken;    /* files of which something is taken */
	struct set problems; /* files with problems, and how many */
	struct set keys;     /* files whose key was told */
	struct set first;    /* files whose first problem was told */
};

static void look_at_files(const struct haul *haul, struct told *told)
{
	for (size_t i = 0; i < haul->count; i++)
		if (!haul->items[i].left_out)
			set_lend(&told->taken, haul->items[i].file);
	for (size_t i = 0; i < haul->problem_count; i++) {
		const struct import_problem *p = &haul->problems[i];
		set_lend(&told->problems, p->file);
		++*set_number(&told->problems, p->file);
		if (p->key)
			set_lend(&told->keys, p->file);
	}
}

static void told_done(struct told *told)
{
	set_done(&told->taken);
	set_done(&told->problems);
	set_done(&told->keys);
	set_done(&told->first);
}

/* The problem that says most about a file: its key, else its first. */
static bool speaks_for_file(struct told *told, const struct import_problem *p)
{
	bool other = !p->key && set_has(&told->keys, p->file);
	return !other && set_lend(&told->first, p->file);
}

/* A file that yields nothing is refused in one line; otherwise each bad part is named. */
static void print_problem(struct told *told, const struct import_problem *p)
{
	bool refusal = import_is_refusal(p), whole = refusal && !set_has(&told->taken, p->file);
	const char *colon = *p->where ? ": " : "";
	if (whole && !speaks_for_file(told, p))
		return;
	size_t more = whole && !p->key ? *set_number(&told->problems, p->file) - 1 : 0;
	if (!refusal)
		print_format("%s%s%s: %s\n", p->file, colon, p->where, p->why);
	else if (more)
		print_warning("%s%s%s: %s (and %zu more)", p->file, colon, p->where, p->why,
			more);
	else
		print_warning(p->secret ? _("%s%s%s: %s (--password-file names a file with it)") :
					  "%s%s%s: %s",
			p->file, colon, p->where, p->why);
}

static void print_problems(const struct haul *haul, bool only_refusals)
{
	struct told told = { 0 };
	look_at_files(haul, &told);
	for (size_t i = 0; i < haul->problem_count; i++)
		if (!only_refusals || import_is_refusal(&haul->problems[i]))
			print_problem(&told, &haul->problems[i]);
	told_done(&told);
}

static struct json *result_json(const struct haul *haul, const struct import_result *r)
{
	struct json *o = json_new_object(), *problems = json_new_array();
	json_int(o, "imported", (int64_t)r->fresh);
	json_int(o, "known", (int64_t)r->known);
	json_int(o, "repeated", (int64_t)r->twice);
	for (size_t i = 0; i < haul->problem_count; i++) {
		struct json *p = json_new_object();
		json_text(p, "file", haul->problems[i].file);
		json_text(p, "where", haul->problems[i].where);
		json_text(p, "why", haul->problems[i].why);
		json_bool(p, "refused", import_is_refusal(&haul->problems[i]));
		json_append(problems, p);
	}
	json_set(o, "problems", problems);
	return o;
}

/* The name is asked before the file is taken, where there is one certificate and somebody to ask. */
static bool choose_name(struct run *run, const struct haul *haul, struct buf *name)
{
	const char *given = run->args->text[OPTION_NAME];
	bool ask = !given && haul->count == 1 && ask_possible() && !run_has(run, OPTION_YES) &&
		   !run_has(run, OPTION_DRY_RUN) && !run_has(run, OPTION_JSON);
	if (given)
		buf_text_add(name, given);
	if (!ask)
		return true;
	struct buf raw = { 0 };
	text_unescape(&raw, haul->items[0].proposed);
	bool answered = ask_line("Name", haul->items[0].proposed, buf_text(&raw), name);
	buf_done(&raw);
	return answered;
}

static bool outcome(const struct haul *haul, const struct import_result *r, struct error *err)
{
	if (r->refused == 0)
		return true;
	if (r->fresh > 0 || r->known > 0)
		return error_set(err, ERROR_VERDICT, "%s", "");
	return error_set(err, haul->secret ? ERROR_SECRET : ERROR_FAILED, "%s", "");
}

/* A haul that holds nothing to take must not leave a new, empty store behind. */
static bool plan_haul(struct run *run, struct haul *haul, enum state state, struct plan *plan,
	struct import_result *r, struct error *err)
{
	struct buf name = { 0 };
	*r = (struct import_result){ .refused = import_refused(haul) };
	if (!import_takes(haul))
		return true;
	bool dry = run_has(run, OPTION_DRY_RUN);
	bool ok = app_open_store(run->app, dry ? APP_STORE_IMAGINED : APP_STORE_CREATE, err);
	ok = ok && choose_name(run, haul, &name) &&
		  import_plan(run->app, haul, name.len || run_has(run, OPTION_NAME) ?
						     buf_text(&name) : NULL,
			  state, plan, r, err);
	buf_done(&name);
	return ok;
}

static bool import_haul_of(struct run *run, struct haul *haul, enum state state, struct error *err)
{
	struct plan plan = { .op = "import" };
	struct import_result r;
	bool json = run_has(run, OPTION_JSON);
	bool ok = plan_haul(run, haul, state, &plan, &r, err);
	if (ok)
		print_problems(haul, json);
	if (ok && haul->note)
		print_warning("%s", haul->note);
	if (ok && (plan.count || json))
		ok = carry_out(run, &plan, CARRY_FREELY, state == STATE_TRUSTED,
			json ? result_json(haul, &r) : NULL, err);
	if (ok && !json && (r.fresh || r.known) && r.fresh + r.known > 1)
		print_format(run_has(run, OPTION_DRY_RUN) ?
				     _("would import %zu, known already %zu, refused %zu\n") :
				     _("imported %zu, known already %zu, refused %zu\n"),
			r.fresh, r.known, r.refused);
	plan_done(&plan);
	return ok && outcome(haul, &r, err);
}

bool run_import(struct run *run, struct error *err)
{
	struct haul haul = { 0 };
	enum state state = STATE_TRUSTED;
	const char *wanted = run->args->text[OPTION_STATE], *pick = run->args->text[OPTION_PICK];
	if (wanted && (!state_parse(wanted, &state) || state == STATE_TRASH || state == STATE_LIMITED))
		return error_set(err, ERROR_USAGE, "--state %s: give trusted, untrusted or blocked",
			wanted);
	bool ok = haul_with_password(run, &haul, err) && (!pick || import_pick(&haul, pick, err)) &&
		  import_haul_of(run, &haul, state, err);
	import_done(&haul);
	return ok;
}

/* The same, but nothing that isn't a revocation list. */
bool run_crl_import(struct run *run, struct error *err)
{
	struct haul haul = { 0 };
	bool ok = haul_with_password(run, &haul, err);
	haul.picked = true;
	for (size_t i = 0; i < haul.count; i++)
		haul.items[i].left_out = true;
	if (ok && haul.count > 0 && haul.list_count == 0)
		ok = error_set(err, ERROR_FAILED, "crl import: there is no revocation list in it "
			"(certary import takes certificates)");
	ok = ok && import_haul_of(run, &haul, STATE_UNTRUSTED, err);
	import_done(&haul);
	return ok;
}

#include "app/explain.h"

#include <stdlib.h>
#include <string.h>

#include "app/remedy.h"
#include "base/lang.h"
#include "base/mem.h"
#include "cli/probe.h"
#include "cli/run.h"

/* ---- for people ---- */

static void print_step(const struct explained_line *line)
{
	const char *branch = line->depth == 0 ? "" : print_is_ascii() ? "` " : "└ ";
	int indent = line->depth > 0 ? 2 * (int)(line->depth - 1) : 0;
	if (print_is_in_words()) {
		print_format("%s%s%s\n", line->name, *line->name && *line->text ? ": " : "",
			line->text);
		return;
	}
	print_format("  %*s%s%s%*s%s\n", indent, "", branch, line->name, (int)line->gap, "",
		line->text);
}

void print_explained(const struct explained_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		const struct explained_line *line = &lines->items[i];
		switch (line->kind) {
		case EXPLAINED_TRUSTED:
		case EXPLAINED_REFUSED:
			print_format("%s%s\n", i ? "\n" : "", line->text);
			break;
		case EXPLAINED_STEP:
		case EXPLAINED_MISSING:
			print_step(line);
			break;
		case EXPLAINED_BREAKS:
			print_format("also: %s: %s\n", line->name, line->text);
			break;
		case EXPLAINED_MARKS:
			print_format("note: %s: %s\n", line->name, line->text);
			break;
		case EXPLAINED_TELLS:
			print_format("also: %s: %s\n", line->name, line->text);
			break;
		case EXPLAINED_NOTE:
			print_format("%s\n", line->text);
			break;
		}
	}
}

/* ---- for programs ---- */

static void put_fingerprint(struct json *o, const struct cert_info *info)
{
	char hex[FINGERPRINT_HEX];
	json_text(o, "fingerprint", fingerprint_hex(&info->sha256, hex));
}

static struct json *reasons_json(const struct explained_path *path)
{
	struct json *a = json_new_array();
	for (size_t i = 0; i < path->reason_count; i++) {
		const struct judge_reason *reason = &path->reasons[i];
		struct json *o = json_new_object();
		json_text(o, "code", reason->code);
		json_text(o, "text", reason->text);
		put_fingerprint(o, path->steps[reason->at].info);
		json_text(o, "weight", reason->weight == JUDGE_BREAKS ? "breaks" : "marks");
		json_append(a, o);
	}
	return a;
}

static struct json *step_json(const struct explained_step *step)
{
	struct json *o = json_new_object();
	json_text(o, "name", step->name);
	json_text(o, "state", step->state == STATE_NONE ? NULL : state_name(step->state));
	put_fingerprint(o, step->info);
	json_text(o, "subject", step->info->subject);
	json_text(o, "issuer", step->info->issuer);
	json_bool(o, "presented", step->presented);
	json_text(o, "revocation", step->revocation);
	return o;
}

static struct json *path_json(const struct explained_path *path)
{
	struct json *o = json_new_object(), *steps = json_new_array();
	for (size_t i = 0; i < path->step_count; i++)
		json_append(steps, step_json(&path->steps[i]));
	json_bool(o, "trusted", path->trusted);
	json_bool(o, "anchored", path->anchored);
	json_set(o, "steps", steps);
	json_set(o, "reasons", reasons_json(path));
	return o;
}

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static void put_anchor(struct json *out, const struct explanation *x)
{
	if (!x->anchor) {
		json_text(out, "anchor", NULL);
		return;
	}
	struct json *o = json_new_object();
	json_text(o, "name", x->anchor->name);
	put_fingerprint(o, x->anchor->info);
	json_text(o, "added", or_null(x->added));
	json_text(o, "by", or_null(x->by));
	json_text(o, "source", or_null(x->source));
	json_set(out, "anchor", o);
}

struct json *explanation_json(const struct explanation *x)
{
	struct json *o = json_new_object(), *paths = json_new_array();
	const struct explained_step *leaf = &x->paths[0].steps[0];
	for (size_t i = 0; i < x->path_count; i++)
		json_append(paths, path_json(&x->paths[i]));
	json_bool(o, "trusted", x->trusted);
	json_bool(o, "direct", x->direct);
	json_text(o, "name", leaf->name);
	put_fingerprint(o, leaf->info);
	put_anchor(o, x);
	json_set(o, "reasons", reasons_json(&x->paths[0]));
	json_set(o, "paths", paths);
	json_bool(o, "cut", x->cut);
	return o;
}

/* ---- what would mend it ---- */

static void print_remedy(const struct remedy *remedy)
{
	const char *label = remedy->kind == REMEDY_CHAIN || remedy->kind == REMEDY_FETCH ? _("note") :
													 _("to mend");
	if (remedy->command && print_is_in_words())
		print_format("%s: %s\n%s: %s\n", label, remedy->command, _("which"), remedy->text);
	else if (remedy->command)
		print_format("%s: %s   %s\n", label, remedy->command, remedy->text);
	else
		print_format("%s: %s\n", label, remedy->text);
}

bool print_remedies(struct run *run, const struct explanation *x, struct error *err)
{
	struct remedies remedies = { 0 };
	bool ok = app_remedies(run->app, x, &remedies, err);
	if (remedies.nearest)
		print_format("near: %s\n", remedies.nearest);
	for (size_t i = 0; i < remedies.count; i++)
		print_remedy(&remedies.items[i]);
	remedies_done(&remedies);
	return ok;
}

bool put_remedies(struct run *run, const struct explanation *x, struct json *out,
	struct error *err)
{
	struct remedies remedies = { 0 };
	struct json *list = json_new_array();
	bool ok = app_remedies(run->app, x, &remedies, err);
	for (size_t i = 0; i < remedies.count; i++) {
		const struct remedy *remedy = &remedies.items[i];
		struct json *o = json_new_object();
		json_text(o, "kind", remedy_kind_name(remedy->kind));
		json_text(o, "command", remedy->command);
		json_text(o, "text", remedy->text);
		json_int(o, "others", (int64_t)remedy->others);
		json_append(list, o);
	}
	json_set(out, "remedies", list);
	json_text(out, "nearest", remedies.nearest);
	remedies_done(&remedies);
	return ok;
}

static bool read_question(const struct run *run, struct explain_question *out, struct error *err)
{
	const char *purpose = run->args->text[OPTION_PURPOSE];
	out->host = run->args->text[OPTION_HOST];
	if (out->host && !*out->host)
		return error_set(err, ERROR_USAGE, "explain: --host: NAME is missing");
	return !purpose || explain_parse_purpose(purpose, &out->purpose, err) ||
	       error_wrap(err, "explain: --purpose");
}

static bool print_answer(struct run *run, const struct explanation *x, struct error *err)
{
	struct explained_lines lines = { 0 };
	if (run_has(run, OPTION_JSON)) {
		struct json *o = explanation_json(x);
		bool ok = put_remedies(run, x, o, err);
		if (ok)
			print_json(o);
		json_free(o);
		return ok;
	}
	explanation_lines(x, &lines);
	print_explained(&lines);
	explained_lines_done(&lines);
	return print_remedies(run, x, err);
}

static bool explain_here(struct run *run, struct error *err)
{
	struct explanation x = { 0 };
	struct explain_question question = { .purpose = PURPOSE_ANY };
	bool ok = read_question(run, &question, err) &&
		  app_explain_text(run->app, run->args->words[0], &question, &x, err) &&
		  print_answer(run, &x, err) &&
		  (x.trusted || error_set(err, ERROR_VERDICT, "%s", ""));
	explanation_done(&x);
	return ok;
}

/* Neither a certificate nor a file, and it reads like a service. */
static bool is_service(const char *word)
{
	struct probe_wish wish;
	struct error ignored;
	bool is = strchr(word, ':') && probe_wish_parse(word, NULL, &wish, &ignored);
	if (is)
		probe_wish_done(&wish);
	return is;
}

static bool explain_service(struct run *run, const char *word, const struct endpoint *saved,
	struct error *err)
{
	if (run_has(run, OPTION_HOST) || run_has(run, OPTION_PURPOSE))
		return error_set(err, ERROR_USAGE, "explain: a service is judged as a server of its "
			"own name (--sni gives another)");
	bool as_saved = saved && !run->args->text[OPTION_SNI] && !run->args->text[OPTION_DIALECT];
	if (as_saved)
		return explain_endpoint(run, saved, err);
	char *place = saved ? endpoint_place(saved) : mem_text(word);
	bool ok = probe_and_explain(run, place, err);
	free(place);
	return ok;
}

bool run_explain(struct run *run, struct error *err)
{
	const char *word = run->args->words[0];
	struct endpoints all = { 0 };
	const struct endpoint *saved = NULL;
	struct error ignored;
	if (explain_here(run, err))
		return true;
	if (err->code != ERROR_NOT_FOUND)
		return false;
	bool service = is_service(word), ok = false;
	if (!service && app_endpoints(run->app, &all, &ignored) &&
		!app_endpoint_find(&all, word, &saved, &ignored))
		saved = NULL;
	if (service || saved) {
		error_clear(err);
		ok = explain_service(run, word, saved, err);
	}
	endpoints_done(&all);
	return ok;
}

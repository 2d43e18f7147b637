#include "app/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/text.h"
#include "cli/run.h"

static bool plan_undo(struct run *run, struct plan *plan, struct error *err)
{
	const char *word = run->args->count ? run->args->words[0] : NULL;
	int64_t seq = 0;
	if (word && !text_number(word, 1, INT64_MAX, &seq))
		return error_set(err, ERROR_USAGE, "undo %s: give the number of a change (certary log)",
			word);
	return app_plan_undo(run->app, seq, plan, err);
}

bool run_undo(struct run *run, struct error *err)
{
	return plan_and_carry_out(run, plan_undo, CARRY_FREELY, false, err);
}

struct log_run {
	struct run *run;
	size_t count; /* lines printed */
};

static void print_line_json(const struct journal_line *line, bool first)
{
	struct json *o = json_new_object();
	struct buf out = { 0 };
	json_int(o, "seq", line->seq);
	json_text(o, "time", line->time);
	json_text(o, "who", line->who);
	json_text(o, "from", line->from);
	json_text(o, "op", line->op);
	json_text(o, "cert", line->cert);
	json_text(o, "name", line->name);
	json_text(o, "was", line->was);
	json_text(o, "now", line->now);
	json_text(o, "why", line->why);
	json_dump(o, &out);
	print_format("%s\n%s", first ? "" : ",", buf_text(&out));
	buf_done(&out);
	json_free(o);
}

static bool print_line(void *ctx, const struct journal_line *line)
{
	struct log_run *log = ctx;
	if (run_has(log->run, OPTION_JSON)) {
		print_line_json(line, log->count++ == 0);
		return true;
	}
	char *words = app_log_words(line), when[CLOCK_ISO];
	print_format("%lld  %s  %s  %s  %s%s%s%s\n", (long long)line->seq, lang_kept(when, line->time),
		line->who ? line->who : "", line->from ? line->from : "", words,
		line->why ? "  (" : "", line->why ? line->why : "", line->why ? ")" : "");
	free(words);
	return true;
}

static bool verify(struct run *run, struct error *err)
{
	struct journal_check check;
	if (!app_log_verify(run->app, &check, err))
		return false;
	if (run_has(run, OPTION_JSON)) {
		struct json *o = json_new_object();
		json_bool(o, "ok", check.bad_line == 0);
		json_int(o, "lines", check.lines);
		json_int(o, "bad_line", check.bad_line);
		json_text(o, "why", check.bad_line ? check.why : NULL);
		json_bool(o, "sealed", check.head_known);
		print_json(o);
		json_free(o);
	} else if (check.bad_line == 0) {
		print_format(check.head_known ?
				     _("the journal is as it was written: %lld lines\n") :
				     _("the journal is as it was written: %lld lines (its last line could "
				       "not be compared: no seal)\n"),
			(long long)check.lines);
	}
	return check.bad_line == 0 ||
	       error_set(err, ERROR_VERDICT, "journal line %lld: %s", (long long)check.bad_line,
		       check.why);
}

bool run_log(struct run *run, struct error *err)
{
	struct log_run log = { .run = run };
	struct buf pattern = { 0 };
	if (run_has(run, OPTION_VERIFY))
		return verify(run, err);
	for (size_t i = 0; i < run->args->count; i++) {
		text_fold(&pattern, i ? " " : "");
		text_fold(&pattern, run->args->words[i]);
	}
	if (run_has(run, OPTION_JSON))
		print_text("[");
	bool ok = app_log(run->app, buf_text(&pattern), print_line, &log, err);
	if (run_has(run, OPTION_JSON))
		print_text("\n]\n");
	buf_done(&pattern);
	return ok;
}

#include "app/doctor.h"

#include "base/lang.h"
#include "cli/run.h"

static struct json *findings_json(const struct findings *findings)
{
	struct json *a = json_new_array();
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->items[i];
		struct json *o = json_new_object();
		json_text(o, "code", f->code);
		json_text(o, "file", f->file);
		json_text(o, "text", f->text);
		json_bool(o, "mended", f->mended);
		json_bool(o, "note", f->note);
		json_append(a, o);
	}
	return a;
}

static void print_findings(const struct run *run, const struct findings *findings)
{
	if (run_has(run, OPTION_JSON)) {
		struct json *a = findings_json(findings);
		print_json(a);
		json_free(a);
		return;
	}
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->items[i];
		print_format(f->mended ? _("%s%s%s [mended]\n") : f->note ? _("%s%s%s [only told]\n") : "%s%s%s\n", f->file,
			*f->file ? ": " : "", f->text);
	}
	if (findings->count == 0)
		print_format("%s: nothing is amiss\n", app_store_path(run->app));
}

bool run_doctor(struct run *run, struct error *err)
{
	struct findings findings = { 0 };
	size_t open = 0;
	bool ok = app_doctor(run->app, run_has(run, OPTION_MEND), &findings, err);
	if (ok)
		print_findings(run, &findings);
	for (size_t i = 0; i < findings.count; i++)
		open += !findings.items[i].mended && !findings.items[i].note;
	findings_done(&findings);
	return ok && (open == 0 || error_set(err, ERROR_VERDICT, "%s", ""));
}

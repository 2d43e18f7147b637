/*
 * Parity: for each server the differences and what to type, and at the end a line for each of them.
 */
#include "app/parity.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/text.h"
#include "cli/run.h"

/* --- this server's own --------------------------------------------------------------------- */

static void write_entries(const struct run *run, struct buf *out)
{
	uint32_t cursor = 0;
	struct entry e;
	size_t n = 0;
	while (app_next(run->app, &cursor, &e)) {
		if (e.state == STATE_TRASH)
			continue;
		struct json *o = entry_json(&e);
		buf_text_add(out, n++ ? ",\n" : "\n");
		json_dump(o, out);
		json_free(o);
	}
}

static void write_targets(const struct manifest *m, struct buf *out)
{
	for (size_t i = 0; i < m->target_count; i++) {
		struct json *o = app_manifest_target(&m->targets[i]);
		buf_text_add(out, i ? ",\n" : "\n");
		json_dump(o, out);
		json_free(o);
	}
}

/* A value a line, so that neither side has to hold all of it as a tree. */
static void write_manifest(const struct run *run, const struct manifest *m, struct buf *out)
{
	struct json *head = json_new_object();
	json_text(head, "host", m->host);
	json_text(head, "made", m->made);
	json_dump(head, out);
	buf_cut(out, out->len - 1);
	json_free(head);
	buf_text_add(out, ",\"entries\":[");
	write_entries(run, out);
	buf_text_add(out, "\n]");
	if (m->has_targets) {
		buf_text_add(out, ",\"targets\":[");
		write_targets(m, out);
		buf_text_add(out, "\n]");
	}
	buf_text_add(out, "}\n");
}

static bool run_manifest(struct run *run, struct error *err)
{
	struct manifest m = { 0 };
	struct buf out = { 0 };
	if (run->args->count)
		return error_set(err, ERROR_USAGE,
			"parity --manifest: it asks nobody, and takes no words");
	bool ok = output_check(run, OPTION_OUTPUT, err) && app_manifest(run->app, &m, err);
	if (ok)
		write_manifest(run, &m, &out);
	if (ok && output_path(run, OPTION_OUTPUT))
		ok = output_save(run, OPTION_OUTPUT, &out, false, err);
	else if (ok)
		print_text(buf_text(&out));
	buf_done(&out);
	manifest_done(&m);
	return ok;
}

/* --- in words ------------------------------------------------------------------------------ */

static void print_names(const struct parity_row *row)
{
	char hex[FINGERPRINT_HEX];
	const struct manifest_entry *e = row->here ? row->here : row->there;
	print_format("%.16s  %s", fingerprint_hex(&e->sha256, hex), e->name);
	if (!row->here || !row->there)
		print_format(" (%s)", lang_text(state_name((int)e->state)));
	else if (row->kind == PARITY_STATE)
		print_format(": %s there, %s here", lang_text(state_name((int)row->there->state)),
			lang_text(state_name((int)row->here->state)));
	else if (row->kind == PARITY_NAME)
		print_format(": called %s there", row->there->name);
	else
		print_format(": there it is %.16s", fingerprint_hex(&row->there->sha256, hex));
}

static void print_target(const struct parity_row *row)
{
	const struct manifest_target *t = row->target_here ? row->target_here : row->target_there;
	print_format("%s", t->name);
	if (row->kind == PARITY_TARGET_OTHER)
		print_format(
			": %zu certificates less and %zu more there", row->lacking, row->further);
	else if (row->kind == PARITY_TARGET_STATE)
		print_format(": %s there",
			lang_text(t == row->target_here ? row->target_there->state : t->state));
}

static void print_row(const struct parity_row *row, size_t columns)
{
	struct buf cell = { 0 };
	print_cell(&cell, lang_text(parity_name(row->kind)), columns, false);
	print_format("  %s", buf_text(&cell));
	if (row->here || row->there)
		print_names(row);
	else
		print_target(row);
	print_text("\n");
	buf_done(&cell);
}

static void print_files(const struct parity_steps *steps)
{
	bool any = false;
	for (size_t i = 0; i < steps->count; i++) {
		if (!steps->items[i].file)
			continue;
		if (!any)
			print_format("\n  copy these files there first:\n");
		any = true;
		print_format("    %s\n", steps->items[i].file);
	}
}

/* Flush left, ready to be pasted: a block that is indented is none for the shell. */
static void print_steps(const char *head, const struct parity_steps *steps)
{
	if (!steps->count)
		return;
	print_files(steps);
	print_format("\n  %s\n\n", head);
	for (size_t i = 0; i < steps->count; i++) {
		const struct parity_step *step = &steps->items[i];
		print_format("%s%s\n", step->command, step->pem ? " <<'EOF'" : "");
		if (step->pem)
			print_format("%sEOF\n", step->pem);
	}
}

static bool print_server(struct run *run, const struct parity_server *s, struct error *err)
{
	struct parity_steps there = { 0 }, here = { 0 };
	size_t columns = 20;
	for (size_t i = 0; i < s->parity.count; i++)
		columns = print_columns(columns, parity_name(s->parity.rows[i].kind));
	print_format("%s\n", s->label);
	for (size_t i = 0; i < s->parity.count; i++)
		print_row(&s->parity.rows[i], columns);
	bool ok = app_parity_there(run->app, s, &there, err);
	app_parity_here(s, &here);
	if (ok) {
		print_steps(_("there, to have what is here:"), &there);
		print_steps(_("or here, to take over what only it has:"), &here);
		print_text("\n");
	}
	parity_steps_done(&there);
	parity_steps_done(&here);
	return ok;
}

static void print_line(const struct parity_server *s)
{
	struct buf line = { 0 };
	char *words = s->compared ? parity_words(&s->parity) : NULL;
	buf_format(&line, "[%c] ", s->compared && !s->parity.count ? 'x' : ' ');
	print_cell(&line, s->label, 28, false);
	buf_text_add(&line, words ? words : s->unreached ? _("not reached") : _("not read"));
	print_format("%s\n", buf_text(&line));
	free(words);
	buf_done(&line);
}

static bool print_all(struct run *run, const struct parities *p, struct error *err)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct parity_server *s = &p->servers[i];
		if (!s->compared)
			print_warning("%s", s->error.text);
		else if (s->parity.count && !print_server(run, s, err))
			return false;
	}
	for (size_t i = 0; i < p->count; i++)
		print_line(&p->servers[i]);
	return true;
}

/* --- for programs -------------------------------------------------------------------------- */

static struct json *entry_of(const struct manifest_entry *e)
{
	char hex[FINGERPRINT_HEX];
	struct json *o = e ? json_new_object() : NULL;
	if (o) {
		json_text(o, "name", e->name);
		json_text(o, "state", state_name((int)e->state));
		json_text(o, "fingerprint", fingerprint_hex(&e->sha256, hex));
		json_text(o, "subject", e->subject);
	}
	return o;
}

static struct json *row_json(const struct parity_row *row)
{
	struct json *o = json_new_object();
	const struct manifest_target *t = row->target_here ? row->target_here : row->target_there;
	json_text(o, "kind", parity_code(row->kind));
	if (row->here)
		json_set(o, "here", entry_of(row->here));
	if (row->there)
		json_set(o, "there", entry_of(row->there));
	if (t) {
		json_text(o, "target", t->name);
		json_int(o, "lacking", (int64_t)row->lacking);
		json_int(o, "further", (int64_t)row->further);
	}
	return o;
}

static struct json *steps_json(const struct parity_steps *steps)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < steps->count; i++) {
		struct json *o = json_new_object();
		json_text(o, "command", steps->items[i].command);
		if (steps->items[i].pem)
			json_text(o, "stdin", steps->items[i].pem);
		if (steps->items[i].file)
			json_text(o, "copy", steps->items[i].file);
		json_append(list, o);
	}
	return list;
}

static bool put_compared(struct run *run, const struct parity_server *s, struct json *o,
	struct error *err)
{
	struct parity_steps there = { 0 }, here = { 0 };
	struct json *rows = json_new_array();
	for (size_t i = 0; i < s->parity.count; i++)
		json_append(rows, row_json(&s->parity.rows[i]));
	bool ok = app_parity_there(run->app, s, &there, err);
	app_parity_here(s, &here);
	json_int(o, "same", (int64_t)s->parity.same);
	json_set(o, "differences", rows);
	json_set(o, "there", steps_json(&there));
	json_set(o, "here", steps_json(&here));
	parity_steps_done(&there);
	parity_steps_done(&here);
	return ok;
}

static bool print_as_json(struct run *run, const struct parities *p, struct error *err)
{
	struct json *list = json_new_array();
	bool ok = true;
	for (size_t i = 0; ok && i < p->count; i++) {
		const struct parity_server *s = &p->servers[i];
		struct json *o = json_new_object();
		json_text(o, "server", s->label);
		json_text(o, "host", s->manifest.host);
		json_text(o, "made", s->manifest.made);
		json_bool(o, "compared", s->compared);
		json_text(o, "error", s->compared ? NULL : s->error.text);
		if (s->compared)
			ok = put_compared(run, s, o, err);
		json_append(list, o);
	}
	if (ok)
		print_json(list);
	json_free(list);
	return ok;
}

/* ------------------------------------------------------------------------------------------- */

/* What is missing from the answer counts for more than what it says. */
static bool judge(const struct parities *p, struct error *err)
{
	enum error_code code = ERROR_NONE;
	for (size_t i = 0; i < p->count; i++) {
		const struct parity_server *s = &p->servers[i];
		if (s->unreached)
			code = ERROR_NETWORK;
		else if (!s->compared && code != ERROR_NETWORK)
			code = ERROR_FAILED;
		else if (s->compared && s->parity.count && code == ERROR_NONE)
			code = ERROR_VERDICT;
	}
	return code == ERROR_NONE || error_set(err, code, "%s", "");
}

bool run_parity(struct run *run, struct error *err)
{
	struct parities p = { 0 };
	if (run_has(run, OPTION_MANIFEST))
		return run_manifest(run, err);
	if (!run->args->count)
		return error_set(err, ERROR_USAGE,
			"parity: with whom? (give a host or a file; --manifest "
			"writes this server's own)");
	if (run_has(run, OPTION_OUTPUT))
		return error_set(err, ERROR_USAGE, "parity: --output is for --manifest");
	bool ok = app_parity(run->app, (const char *const *)run->args->words, run->args->count, &p,
			  err) &&
		  (run_has(run, OPTION_JSON) ? print_as_json : print_all)(run, &p, err) &&
		  judge(&p, err);
	parities_done(&p);
	return ok;
}

/*
 * What the services of this server declare, store and serve.
 */
#include <stdlib.h>
#include <string.h>

#include "app/declared.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/run.h"

#define INDENT "          "

/* --- for people ---------------------------------------------------------------------------- */

static void put_listens(struct buf *line, const struct declared_service *s)
{
	for (size_t i = 0; i < s->listen_count; i++) {
		const struct declared_listen *l = &s->listens[i];
		bool six = strchr(l->address, ':');
		buf_text_add(line, i ? ", " : _(" at "));
		buf_format(line, l->off ? _("%s%s%s:%u (plain text)") : "%s%s%s:%u", six ? "[" : "",
			l->address, six ? "]" : "", l->port);
	}
}

static size_t role_columns(void)
{
	size_t columns = 15;
	for (int i = 0; i < DECLARED_ROLE_COUNT; i++)
		columns = print_columns(columns, declared_role_name((enum declared_role)i));
	return columns;
}

static void print_file(const struct declared_file *file, const struct stored *stored)
{
	struct buf line = { 0 };
	char date[CLOCK_ISO];
	const struct cert_info *first = stored->cert_count ? stored->certs[0] : NULL;
	if (!*file->shown)
		return;
	buf_text_add(&line, INDENT);
	print_cell(&line, lang_text(declared_role_name(file->role)), role_columns(), false);
	buf_text_add(&line, file->shown);
	if (file->role == DECLARED_CERTIFICATE && first)
		buf_format(&line, _(", until %s"), lang_date(date, first->not_after));
	print_format("%s\n", buf_text(&line));
	buf_done(&line);
}

static void print_service(const struct declared_judged *item)
{
	struct buf line = { 0 };
	const struct declared_service *s = item->service;
	print_cell(&line, lang_text(outcome_name(item->level)), level_columns(), false);
	print_cell(&line, s->name, 22, false);
	buf_format(&line, "TLS %s", lang_text(declared_tls_name(s->tls)));
	put_listens(&line, s);
	print_format("%s\n", buf_text(&line));
	for (size_t i = 0; s->tls != DECLARED_OFF && i < s->file_count; i++)
		print_file(&s->files[i], &item->stored[i]);
	for (size_t i = 0; i < item->findings.count; i++) {
		const struct declared_finding *f = &item->findings.items[i];
		print_format(INDENT "%s %s\n" INDENT "  (%s)\n", f->level == OUTCOME_OK ? "-" : "!",
			f->text, f->where);
	}
	buf_done(&line);
}

static void print_trouble(const struct declared_trouble *trouble)
{
	struct buf line = { 0 };
	char *where = declared_place_words(&trouble->at);
	print_cell(&line, lang_text(outcome_name(OUTCOME_WARNING)), level_columns(), false);
	print_cell(&line, trouble->kind->name, 22, false);
	print_format("%s%s: %s\n", buf_text(&line), where, trouble->text);
	buf_done(&line);
	free(where);
}

static void print_all(const struct declarations *d)
{
	for (size_t i = 0; i < d->count; i++)
		print_service(&d->items[i]);
	for (size_t i = 0; i < d->all.trouble_count; i++)
		print_trouble(&d->all.troubles[i]);
	if (d->count == 0 && d->all.trouble_count == 0)
		print_format("no configuration of a known service lies where they usually lie\n");
}

/* --- for programs -------------------------------------------------------------------------- */

static void put_place(struct json *o, const struct declared_place *at)
{
	json_text(o, "file", at->file);
	if (at->line)
		json_int(o, "line", at->line);
}

static void put_stored(struct json *o, const struct stored *s)
{
	static const char *const states[] = { [STORED_UNKNOWN] = "unknown", [STORED_THERE] = "there",
		[STORED_MISSING] = "missing", [STORED_UNREADABLE] = "unreadable",
		[STORED_ALIEN] = "no-content" };
	char when[CLOCK_ISO];
	struct buf mode = { 0 };
	json_text(o, "state", states[s->state]);
	if (s->state == STORED_UNKNOWN || s->state == STORED_MISSING)
		return;
	buf_format(&mode, "%04o", s->mode);
	json_text(o, "changed", clock_iso(when, s->changed));
	json_text(o, "owner", s->owner);
	json_text(o, "group", s->group);
	json_text(o, "mode", buf_text(&mode));
	buf_done(&mode);
	struct json *certs = json_new_array();
	for (size_t i = 0; i < s->cert_count; i++) {
		struct json *one = json_new_object();
		info_json(one, s->certs[i]);
		json_append(certs, one);
	}
	json_set(o, "certificates", certs);
	json_int(o, "keys", (int64_t)s->keys);
}

static struct json *files_json(const struct declared_judged *item)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < item->service->file_count; i++) {
		const struct declared_file *f = &item->service->files[i];
		struct json *o = json_new_object(), *said = json_new_object();
		json_text(o, "role", declared_role_name(f->role));
		json_int(o, "pair", f->pair);
		json_text(o, "setting", f->setting);
		json_text(o, "path", *f->shown ? f->shown : NULL);
		put_place(said, &f->at);
		json_set(o, "declared", said);
		put_stored(o, &item->stored[i]);
		json_append(list, o);
	}
	return list;
}

static struct json *listens_json(const struct declared_service *s)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < s->listen_count; i++) {
		struct json *o = json_new_object();
		json_text(o, "address", s->listens[i].address);
		json_int(o, "port", s->listens[i].port);
		json_text(o, "dialect", s->listens[i].off ? NULL : s->listens[i].dialect->name);
		json_append(list, o);
	}
	return list;
}

static struct json *served_json(const struct declared_judged *item)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < item->served_count; i++) {
		const struct served *s = &item->served[i];
		struct json *o = json_new_object(), *leaf = s->leaf ? json_new_object() : NULL;
		json_text(o, "address", s->listen->address);
		json_int(o, "port", s->listen->port);
		json_bool(o, "answered", s->answered);
		json_bool(o, "without_tls", s->no_tls || s->plain);
		if (leaf) {
			info_json(leaf, s->leaf);
			json_set(o, "leaf", leaf);
		}
		json_append(list, o);
	}
	return list;
}

struct json *declared_findings_json(const struct declared_findings *findings)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < findings->count; i++) {
		struct json *o = json_new_object();
		json_text(o, "code", findings->items[i].code);
		json_text(o, "level", outcome_name(findings->items[i].level));
		json_text(o, "text", findings->items[i].text);
		json_text(o, "where", findings->items[i].where);
		json_append(list, o);
	}
	return list;
}

static struct json *service_json(const struct declared_judged *item)
{
	const struct declared_service *s = item->service;
	struct json *o = json_new_object(), *said = json_new_object();
	json_text(o, "kind", s->kind->name);
	json_text(o, "name", s->name);
	json_text(o, "unit", s->unit);
	json_text(o, "hosts", s->hosts);
	json_text(o, "level", outcome_name(item->level));
	json_text(o, "tls", declared_tls_name(s->tls));
	json_text(said, "setting", s->setting);
	put_place(said, &s->tls_at);
	json_set(o, "declared", said);
	json_set(o, "listens", listens_json(s));
	json_set(o, "files", files_json(item));
	json_set(o, "served", served_json(item));
	json_set(o, "findings", declared_findings_json(&item->findings));
	return o;
}

static void print_all_json(const struct declarations *d)
{
	struct json *o = json_new_object(), *services = json_new_array(), *troubles = json_new_array();
	for (size_t i = 0; i < d->count; i++)
		json_append(services, service_json(&d->items[i]));
	for (size_t i = 0; i < d->all.trouble_count; i++) {
		struct json *one = json_new_object();
		json_text(one, "kind", d->all.troubles[i].kind->name);
		put_place(one, &d->all.troubles[i].at);
		json_text(one, "text", d->all.troubles[i].text);
		json_append(troubles, one);
	}
	json_set(o, "services", services);
	json_set(o, "troubles", troubles);
	print_json(o);
	json_free(o);
}

/* --- the command --------------------------------------------------------------------------- */

static bool read_kind(const struct run *run, const struct declared_kind **out, struct error *err)
{
	const char *name = run->args->count ? run->args->words[0] : NULL;
	struct buf known = { 0 };
	*out = name ? declared_kind_named(name) : NULL;
	if (!name || *out)
		return true;
	for (size_t i = 0; declared_kind_at(i); i++)
		buf_format(&known, "%s%s", i ? ", " : "", declared_kind_at(i)->name);
	error_set(err, ERROR_USAGE, "services %s: there is no such kind (%s)", name,
		buf_text(&known));
	buf_done(&known);
	return false;
}

bool run_services(struct run *run, struct error *err)
{
	struct declared_wish wish = { .root = run->args->text[OPTION_ROOT] };
	struct declarations d;
	wish.ask = !wish.root;
	if (!read_kind(run, &wish.kind, err))
		return false;
	if (!app_declared(run->app, &wish, &d, err))
		return error_wrap(err, "%s", "services");
	if (run_has(run, OPTION_JSON))
		print_all_json(&d);
	else
		print_all(&d);
	enum outcome_level level = declarations_level(&d);
	declarations_done(&d);
	return level == OUTCOME_OK || error_set(err, ERROR_VERDICT, "%s", "");
}

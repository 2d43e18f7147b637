#include "app/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/text.h"
#include "cli/run.h"

#define NAMED_MOST 5

static char *name_of(const struct outlook *o, size_t number)
{
	const char *name = outlook_endpoint(o, number)->name;
	return text_safe(name, strlen(name));
}

/* ---- for people ---- */

static const char *part_word(enum timeline_part part)
{
	return part == TIMELINE_TRUST ? NC_("ends", "trust") : timeline_part_name(part);
}

static size_t part_columns(void)
{
	size_t columns = 12;
	for (int i = 0; i <= TIMELINE_TRUST; i++)
		columns = print_columns(columns, part_word((enum timeline_part)i));
	return columns;
}

/* Those that one certificate's end breaks, or whose it is. */
static void put_names(const struct outlook *o, size_t at, size_t count, bool breaks, struct buf *out)
{
	size_t named = 0;
	for (size_t i = at; i < at + count; i++) {
		if (o->timeline.items[i].breaks != breaks)
			continue;
		if (named < NAMED_MOST) {
			char *name = name_of(o, o->timeline.items[i].number);
			buf_format(out, "%s%s", named ? ", " : "", name);
			free(name);
		}
		named++;
	}
	if (named > NAMED_MOST)
		buf_format(out, _(" and %zu more"), named - NAMED_MOST);
}

/* "breaks a, b; also of c" */
static void put_concerned(const struct outlook *o, size_t at, size_t count, struct buf *out)
{
	struct buf broken = { 0 }, other = { 0 };
	put_names(o, at, count, true, &broken);
	put_names(o, at, count, false, &other);
	if (broken.len && other.len)
		buf_format(out, _("breaks %s; also of %s"), buf_text(&broken), buf_text(&other));
	else if (broken.len)
		buf_format(out, _("breaks %s"), buf_text(&broken));
	else if (other.len)
		buf_format(out, _("of %s"), buf_text(&other));
	buf_done(&broken);
	buf_done(&other);
}

static void print_group(const struct outlook *o, size_t at, size_t count)
{
	const struct timeline_event *event = &o->timeline.items[at];
	struct buf line = { 0 }, left = { 0 };
	char date[CLOCK_ISO], *name = outlook_name(o, event);
	long long days = (long long)clock_days(o->from, event->when);
	buf_format(&left, lang_n("in %lld day", "in %lld days", days < 0 ? 2 : (size_t)days), days);
	print_cell(&line, lang_date(date, event->when), 10, false);
	print_cell(&line, buf_text(&left), print_columns(12, buf_text(&left)), false);
	print_cell(&line, lang_text(part_word(event->part)), part_columns(), false);
	print_cell(&line, name, 28, false);
	put_concerned(o, at, count, &line);
	print_format("%s\n", buf_text(&line));
	buf_done(&left);
	buf_done(&line);
	free(name);
}

static void print_outlook(const struct outlook *o)
{
	for (size_t i = 0; i < o->red_count; i++) {
		char *name = name_of(o, o->red[i].number);
		print_format("red already: %s: %s\n", name, lang_text(o->red[i].reason));
		free(name);
	}
	for (size_t at = 0, n; (n = timeline_group(&o->timeline, at)) > 0; at += n)
		print_group(o, at, n);
	if (o->count == 0)
		print_format("no endpoints yet (certary endpoint add HOST:PORT)\n");
	else if (o->unseen)
		print_format("%zu of %zu never presented a chain (certary check)\n", o->unseen,
			o->count);
}

/* ---- for programs ---- */

static struct json *group_json(const struct outlook *o, size_t at, size_t count)
{
	const struct timeline_event *event = &o->timeline.items[at];
	char date[CLOCK_ISO], hex[FINGERPRINT_HEX], *name = outlook_name(o, event);
	struct json *json = json_new_object(), *list = json_new_array();
	for (size_t i = at; i < at + count; i++) {
		struct json *one = json_new_object();
		char *endpoint = name_of(o, o->timeline.items[i].number);
		json_text(one, "endpoint", endpoint);
		json_bool(one, "breaks", o->timeline.items[i].breaks);
		json_append(list, one);
		free(endpoint);
	}
	json_text(json, "ends", clock_iso(date, event->when));
	json_int(json, "days_left", clock_days(o->from, event->when));
	json_text(json, "part", timeline_part_name(event->part));
	json_text(json, "name", name);
	json_text(json, "fingerprint", fingerprint_hex(&event->info->sha256, hex));
	json_set(json, "endpoints", list);
	free(name);
	return json;
}

static void print_outlook_json(const struct outlook *o)
{
	struct json *all = json_new_object(), *red = json_new_array(), *ends = json_new_array();
	for (size_t i = 0; i < o->red_count; i++) {
		struct json *one = json_new_object();
		char *name = name_of(o, o->red[i].number);
		json_text(one, "endpoint", name);
		json_text(one, "reason", o->red[i].reason);
		json_append(red, one);
		free(name);
	}
	for (size_t at = 0, n; (n = timeline_group(&o->timeline, at)) > 0; at += n)
		json_append(ends, group_json(o, at, n));
	json_set(all, "red", red);
	json_set(all, "ends", ends);
	json_int(all, "never_seen", (int64_t)o->unseen);
	print_json(all);
	json_free(all);
}

/* ---- the command ---- */

void warn_of_clock(struct run *run)
{
	struct buf text = { 0 };
	if (app_clock_doubt(run->app, &text))
		print_warning("%s", buf_text(&text));
	buf_done(&text);
}

bool show_timeline(struct run *run, int64_t from, struct error *err)
{
	struct outlook outlook = { 0 };
	bool ok = app_outlook(run->app, (const char *const *)run->args->words, run->args->count,
		from, &outlook, err);
	if (ok && !from)
		warn_of_clock(run);
	if (ok && run_has(run, OPTION_JSON))
		print_outlook_json(&outlook);
	else if (ok)
		print_outlook(&outlook);
	ok = ok && (outlook.red_count == 0 || error_set(err, ERROR_VERDICT, "%s", ""));
	outlook_done(&outlook);
	return ok;
}

#include "app/compare.h"

#include "base/text.h"
#include "cli/run.h"

#define COLUMNS_USUAL 100
#define COLUMNS_MOST  160

/* --- for people ---------------------------------------------------------------------------- */

/* In plain words one below the other. */
static size_t columns_here(void)
{
	size_t here = print_width();
	here = !here ? COLUMNS_USUAL : here < COLUMNS_MOST ? here : COLUMNS_MOST;
	return print_is_in_words() && here >= PAIR_BESIDE_FROM ? PAIR_BESIDE_FROM - 1 : here;
}

/* Differences are marked at the margin where all rows stand. */
static void print_pair(const struct run *run, const struct pair *pair)
{
	bool all = run_has(run, OPTION_ALL);
	struct pair_lines lines = { 0 };
	pair_lines(pair, columns_here() - (all ? 2 : 0), all, &lines);
	for (size_t i = 0; i < lines.count; i++)
		print_format("%s%s\n", !all || !*lines.items[i].text ? "" :
			lines.items[i].kind == PAIR_DIFFERS		? "! " :
									  "  ",
			lines.items[i].text);
	pair_lines_done(&lines);
}

/* --- for programs -------------------------------------------------------------------------- */

static struct json *side_json(const struct pair *pair, int side)
{
	const struct shown *s = &pair->sides[side];
	struct json *o = s->is_entry ? entry_json(&s->entry) : json_new_object();
	if (!s->is_entry) {
		json_text(o, "name", pair->names[side]);
		json_text(o, "state", NULL);
		info_json(o, cert_info(s->cert));
	}
	return o;
}

static struct json *rows_json(const struct comparison *c, bool all)
{
	struct json *a = json_new_array();
	for (size_t i = 0; i < c->count; i++) {
		const struct compared *row = &c->items[i];
		if (!all && !row->differs)
			continue;
		struct json *o = json_new_object();
		json_text(o, "section", row->section);
		json_text(o, "label", row->label);
		json_text(o, "left", row->left);
		json_text(o, "right", row->right);
		json_bool(o, "differs", row->differs);
		json_append(a, o);
	}
	return a;
}

static void print_pair_json(const struct run *run, const struct pair *pair)
{
	const struct comparison *c = &pair->result;
	struct json *o = json_new_object();
	json_bool(o, "same", c->same);
	json_text(o, "verdict", c->verdict);
	json_bool(o, "same_key", c->same_key);
	json_bool(o, "same_subject", c->same_subject);
	json_bool(o, "same_names", c->same_names);
	json_bool(o, "same_issuer", c->same_issuer);
	json_set(o, "left", side_json(pair, 0));
	json_set(o, "right", side_json(pair, 1));
	json_set(o, "rows", rows_json(c, run_has(run, OPTION_ALL)));
	print_json(o);
	json_free(o);
}

bool run_compare(struct run *run, struct error *err)
{
	struct pair pair;
	char *const *words = run->args->words;
	bool ok = app_compare_text(run->app, words[0], words[1], &pair, err);
	if (ok && run_has(run, OPTION_JSON))
		print_pair_json(run, &pair);
	else if (ok)
		print_pair(run, &pair);
	ok = ok && (pair.result.same || error_set(err, ERROR_VERDICT, "%s", ""));
	pair_done(&pair);
	return ok;
}

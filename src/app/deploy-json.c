/* The plan of a deployment as JSON and back: what scripts read is what a child sends its parent. */
#include <stdlib.h>
#include <string.h>

#include "app/deploy.h"
#include "base/mem.h"

static const char *const outcomes[] = {
	[DEPLOY_PLANNED] = "planned",
	[DEPLOY_UNAVAILABLE] = "unavailable",
	[DEPLOY_DONE] = "done",
	[DEPLOY_BACK] = "put-back",
	[DEPLOY_STUCK] = "stuck",
};
#define OUTCOMES (sizeof outcomes / sizeof *outcomes)

const char *deploy_outcome_word(enum deploy_outcome outcome)
{
	return outcomes[outcome];
}

/* The texts of a target's plan that are one text, a row each. */
static const struct {
	const char *key;
	size_t offset;
} texts[] = {
	{ "name", offsetof(struct deploy_target_plan, name) },
	{ "kind", offsetof(struct deploy_target_plan, kind) },
	{ "place", offsetof(struct deploy_target_plan, place) },
	{ "why", offsetof(struct deploy_target_plan, why) },
	{ "tool", offsetof(struct deploy_target_plan, tool) },
	{ "reload", offsetof(struct deploy_target_plan, reload) },
	{ "reader", offsetof(struct deploy_target_plan, reader) },
};
#define TEXTS (sizeof texts / sizeof *texts)

static char **text_of(const struct deploy_target_plan *plan, size_t i)
{
	return (char **)(uintptr_t)((const char *)plan + texts[i].offset);
}

/* --- writing ------------------------------------------------------------------------------- */

static struct json *row_json(const struct deploy_row *row)
{
	char hex[FINGERPRINT_HEX];
	struct json *o = json_new_object();
	json_text(o, "name", row->name);
	json_text(o, "fingerprint", fingerprint_hex(&row->print, hex));
	return o;
}

static struct json *rows_json(const struct deploy_target_plan *plan, enum deploy_change change)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < plan->count; i++)
		if (plan->rows[i].change == change)
			json_append(list, row_json(&plan->rows[i]));
	return list;
}

/* Lines of a text as a list. */
static struct json *lines_json(const char *text)
{
	struct json *list = json_new_array();
	char *copy = mem_text(text ? text : ""), *save = NULL;
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		json_append_text(list, line);
	free(copy);
	return list;
}

static struct json *target_json(const struct deploy_target_plan *plan)
{
	struct json *o = json_new_object();
	for (size_t i = 0; i < TEXTS; i++)
		json_text(o, texts[i].key, *text_of(plan, i));
	json_text(o, "outcome", outcomes[plan->outcome]);
	json_bool(o, "stale", plan->stale);
	json_bool(o, "shared", plan->shared);
	for (int change = 0; change < DEPLOY_CHANGES; change++)
		json_set(o, deploy_change_word(change), rows_json(plan, change));
	json_int(o, "theirs", (int64_t)plan->theirs);
	json_int(o, "read_back", (int64_t)plan->read_back);
	json_set(o, "warnings", lines_json(plan->warnings));
	json_set(o, "restart", lines_json(plan->restart));
	return o;
}

struct json *deploy_plan_json(const struct deploy_plan *plan)
{
	struct json *o = json_new_object(), *list = json_new_array();
	for (size_t i = 0; i < plan->count; i++)
		json_append(list, target_json(&plan->items[i]));
	json_int(o, "anchors", (int64_t)plan->anchors);
	json_set(o, "targets", list);
	if (*plan->sum)
		json_text(o, "sum", plan->sum);
	return o;
}

/* --- reading ------------------------------------------------------------------------------- */

static void read_rows(const struct json *list, enum deploy_change change,
	struct deploy_target_plan *out)
{
	for (size_t i = 0; i < json_count(list); i++) {
		out->rows = mem_grow(out->rows, out->count, &out->cap, sizeof *out->rows);
		struct deploy_row *row = &out->rows[out->count++];
		char *hex = json_get_text(json_at(list, i), "fingerprint");
		*row = (struct deploy_row){ .change = change,
			.name = json_get_text(json_at(list, i), "name") };
		if (hex)
			fingerprint_parse(hex, &row->print);
		free(hex);
		out->tally[change]++;
	}
}

static char *read_lines(const struct json *list)
{
	struct buf text = { 0 };
	for (size_t i = 0; i < json_count(list); i++) {
		char *line = json_text_of(json_at(list, i));
		buf_format(&text, "%s%s", text.len ? "\n" : "", line ? line : "");
		free(line);
	}
	return text.len ? buf_take(&text) : NULL;
}

static enum deploy_outcome read_outcome(const struct json *json)
{
	char *word = json_get_text(json, "outcome");
	size_t i = OUTCOMES - 1;
	while (word && i > 0 && strcmp(word, outcomes[i]) != 0)
		i--;
	free(word);
	return word ? (enum deploy_outcome)i : DEPLOY_PLANNED;
}

static void read_target(const struct json *json, struct deploy_target_plan *out)
{
	*out = (struct deploy_target_plan){ .outcome = read_outcome(json),
		.stale = json_get_bool(json, "stale"),
		.shared = json_get_bool(json, "shared"),
		.theirs = (size_t)json_get_int(json, "theirs", 0),
		.read_back = (size_t)json_get_int(json, "read_back", 0),
		.warnings = read_lines(json_get(json, "warnings")),
		.restart = read_lines(json_get(json, "restart")) };
	for (size_t i = 0; i < TEXTS; i++)
		*text_of(out, i) = json_get_text(json, texts[i].key);
	for (int change = 0; change < DEPLOY_CHANGES; change++)
		read_rows(json_get(json, deploy_change_word(change)), change, out);
}

static void read_sum(const struct json *json, char out[FINGERPRINT_HEX])
{
	struct fingerprint sum;
	char *hex = json_get_text(json, "sum");
	if (hex && fingerprint_parse(hex, &sum))
		fingerprint_hex(&sum, out);
	free(hex);
}

void deploy_plan_read(const struct json *json, struct deploy_plan *out)
{
	const struct json *list = json_get(json, "targets");
	*out = (struct deploy_plan){ .anchors = (size_t)json_get_int(json, "anchors", 0) };
	read_sum(json, out->sum);
	for (size_t i = 0; i < json_count(list); i++) {
		out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
		read_target(json_at(list, i), &out->items[out->count]);
		out->unavailable |= out->items[out->count++].outcome == DEPLOY_UNAVAILABLE;
	}
}

#include "app/import.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/set.h"
#include "base/text.h"
#include "base/user.h"
#include "app/internal.h"

void import_item_done(struct import_item *item)
{
	cert_info_free(item->info);
	free(item->der);
	free(item->file);
	free(item->where);
	free(item->proposed);
	free(item->label);
}

void import_done(struct haul *haul)
{
	for (size_t i = 0; i < haul->count; i++)
		import_item_done(&haul->items[i]);
	for (size_t i = 0; i < haul->problem_count; i++) {
		free(haul->problems[i].file);
		free(haul->problems[i].where);
		free(haul->problems[i].why);
	}
	free(haul->items);
	free(haul->problems);
	free(haul->format);
	free(haul->note);
	*haul = (struct haul){ 0 };
}

/* "3" or "3-5" at *p; false where it is neither. */
static bool parse_range(const char **p, size_t *first, size_t *last)
{
	char *end;
	if (!isdigit((unsigned char)**p))
		return false;
	*first = *last = strtoul(*p, &end, 10);
	if (*end == '-' && isdigit((unsigned char)end[1]))
		*last = strtoul(end + 1, &end, 10);
	*p = end;
	return *first > 0 && *last >= *first;
}

bool import_pick(struct haul *haul, const char *list, struct error *err)
{
	haul->picked = true;
	for (size_t i = 0; i < haul->count; i++)
		haul->items[i].left_out = true;
	for (const char *p = list; *p;) {
		size_t first, last;
		bool good = parse_range(&p, &first, &last) && (*p == ',' || !*p);
		if (!good || last > haul->count)
			return error_set(err, ERROR_USAGE,
				"--pick %s: give numbers from 1 to %zu, as in 1,3-5", list, haul->count);
		for (size_t i = first; i <= last; i++)
			haul->items[i - 1].left_out = false;
		if (*p == ',')
			p++;
	}
	return true;
}

/* `names` are those that are taken: in the store and in this import. */
static char *unique_name(struct app *app, struct set *names, const char *wish)
{
	struct entry other;
	char *name = mem_text(wish);
	for (unsigned n = 2; store_find_name(app_store(app), name, &other) || !set_add(names, name);
		n++) {
		free(name);
		name = mem_format("%s (%u)", wish, n);
	}
	return name;
}

static void plan_item(struct plan *plan, const struct import_item *item, const char *name,
	enum state state)
{
	char when[CLOCK_ISO];
	struct headers headers = { 0 };
	char *source = item->where && *item->where ? mem_format("%s, %s", item->file, item->where) :
						     mem_text(item->file);
	headers_set(&headers, "Name", name);
	headers_set(&headers, "Added", clock_iso(when, clock_now()));
	headers_set(&headers, "By", user_name());
	headers_set(&headers, "Source", source);
	if (item->label && strcmp(item->label, name) != 0)
		headers_set(&headers, "Alias", item->label);
	plan_create(plan, state, &headers, item->info, item->der, item->len);
	headers_done(&headers);
	free(source);
}

static void tell(struct haul *haul, const struct import_item *item, char *take_why)
{
	haul->problems = mem_grow(haul->problems, haul->problem_count, &haul->problem_cap,
		sizeof *haul->problems);
	haul->problems[haul->problem_count++] =
		(struct import_problem){ .file = mem_text(item->file),
			.where = mem_text(item->where ? item->where : ""),
			.why = take_why,
			.known = true };
}

/* What an earlier plan of the same haul said of certificates that the store has. */
static void forget_known(struct haul *haul)
{
	size_t kept = 0;
	for (size_t i = 0; i < haul->problem_count; i++) {
		struct import_problem *p = &haul->problems[i];
		if (!p->known) {
			haul->problems[kept++] = *p;
			continue;
		}
		free(p->file);
		free(p->where);
		free(p->why);
	}
	haul->problem_count = kept;
}

/* A certificate that the store has: only from the trash it comes back by being imported. */
static void plan_known(struct haul *haul, const struct import_item *item, const struct entry *known,
	enum state state, struct plan *plan, struct import_result *result)
{
	static const char *const verbs[STATE_COUNT] = { "trust", "untrust", "block", "delete" };
	if (known->state == STATE_TRASH && state != STATE_TRASH) {
		plan_move(plan, known, state);
		result->fresh++;
		return;
	}
	result->known++;
	if (known->state == state)
		tell(haul, item, mem_format("is known already, as %s", known->name));
	else
		tell(haul, item,
			mem_format("is known already, as %s, and %s (certary %s changes that)",
				known->name, state_name((int)known->state), verbs[state]));
	if (known->state == STATE_BLOCKED)
		result->refused++;
}

/* The same certificate may stand in one haul more than once: only the first is taken. */
static void mark_twice(struct haul *haul)
{
	struct set seen = { 0 };
	char hex[FINGERPRINT_HEX];
	for (size_t i = 0; i < haul->count; i++) {
		struct import_item *item = &haul->items[i];
		item->twice = !item->left_out &&
			      !set_add(&seen, fingerprint_hex(&item->info->sha256, hex));
	}
	set_done(&seen);
}

static void plan_one(struct app *app, struct haul *haul, const struct import_item *item,
	const char *wish, struct set *names, enum state state, struct plan *plan,
	struct import_result *result)
{
	struct entry known;
	if (item->twice) {
		result->twice++;
		return;
	}
	if (store_find(app_store(app), &item->info->sha256, &known)) {
		plan_known(haul, item, &known, state, plan, result);
		return;
	}
	char *name = unique_name(app, names, wish ? wish : item->proposed);
	plan_item(plan, item, name, state);
	free(name);
	result->fresh++;
}

static bool check_name(const char *name, char **safe, struct error *err)
{
	*safe = NULL;
	if (!name)
		return true;
	*safe = text_typed(name);
	return **safe || error_set(err, ERROR_USAGE, "import: the name is empty");
}

bool import_is_refusal(const struct import_problem *problem)
{
	return !problem->known && !problem->remark;
}

size_t import_refused(const struct haul *haul)
{
	size_t n = 0;
	for (size_t i = 0; i < haul->problem_count; i++)
		n += import_is_refusal(&haul->problems[i]);
	return n;
}

/* Whoever keeps keys and certificates in one file should not have it taken apart unasked. */
static void leave_files_with_keys(struct haul *haul)
{
	for (size_t p = 0; p < haul->problem_count; p++)
		for (size_t i = 0; haul->problems[p].key && i < haul->count; i++)
			if (strcmp(haul->items[i].file, haul->problems[p].file) == 0)
				haul->items[i].left_out = true;
}

bool import_takes(struct haul *haul)
{
	if (!haul->picked)
		leave_files_with_keys(haul);
	for (size_t i = 0; i < haul->count; i++)
		if (!haul->items[i].left_out)
			return true;
	return false;
}

bool import_plan(struct app *app, struct haul *haul, const char *name, enum state state,
	struct plan *plan, struct import_result *result, struct error *err)
{
	struct set names = { 0 };
	char *wish;
	if (!check_name(name, &wish, err)) {
		free(wish);
		return false;
	}
	forget_known(haul);
	*result = (struct import_result){ .refused = import_refused(haul) };
	plan->op = "import";
	import_takes(haul);
	mark_twice(haul);
	for (size_t i = 0; i < haul->count; i++)
		if (!haul->items[i].left_out)
			plan_one(app, haul, &haul->items[i], wish, &names, state, plan, result);
	set_done(&names);
	free(wish);
	return true;
}

const char *import_system_bundle(void)
{
	static const char *const paths[] = {
		"/etc/ssl/certs/ca-certificates.crt",   /* Debian, Ubuntu, Alpine, Arch */
		"/etc/pki/tls/certs/ca-bundle.crt",     /* Fedora, RHEL */
		"/var/lib/ca-certificates/ca-bundle.pem", /* SUSE */
		"/etc/ssl/cert.pem",
	};
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (access(paths[i], R_OK) == 0)
			return paths[i];
	return NULL;
}

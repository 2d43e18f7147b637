#include "app/import.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/set.h"
#include "base/text.h"
#include "base/user.h"
#include "app/crl.h"
#include "app/haul.h"
#include "app/internal.h"
#include "app/written.h"

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

/* Names that are taken: in the store and in this import. */
struct names {
	struct store *store;
	struct set set;
};

static bool is_taken(struct names *names, const char *name)
{
	struct entry other;
	return set_has(&names->set, name) || store_find_name(names->store, name, &other);
}

/*
 * "x", "x (2)", "x (3)", …: the first that is free.  Names only ever get taken, so that the next who
 * wishes for the same goes on counting where this one stopped.
 */
static char *unique_name(struct names *names, const char *wish)
{
	char *name = mem_text(wish);
	const unsigned *known = set_number(&names->set, wish);
	unsigned n = known && *known ? *known : 2;
	for (; is_taken(names, name); n++) {
		free(name);
		name = mem_format("%s (%u)", wish, n);
	}
	set_add(&names->set, name);
	set_add(&names->set, wish);
	*set_number(&names->set, wish) = n;
	return name;
}

static void plan_item(struct plan *plan, const struct import_item *item,
	const struct import_more *more, const char *name, enum state state)
{
	char when[CLOCK_ISO];
	struct headers headers = { 0 };
	struct piece der = { .at = item->record.at, .len = item->der_len };
	char *source = *more->where ? mem_format("%s, %s", item->file, more->where) :
				      mem_text(item->file);
	headers_set(&headers, "Name", name);
	headers_set(&headers, "Added", clock_iso(when, clock_now()));
	headers_set(&headers, "By", user_name());
	headers_set(&headers, "Source", source);
	if (more->label && strcmp(more->label, name) != 0)
		headers_set(&headers, "Alias", more->label);
	plan_create(plan, state, &headers, &item->sha256, more->subject, der);
	headers_done(&headers);
	free(source);
}

/* What an earlier plan of the same haul said of certificates that the store has. */
static void forget_known(struct haul *haul)
{
	size_t kept = 0;
	for (size_t i = 0; i < haul->problem_count; i++)
		if (!haul->problems[i].known && !haul->problems[i].listed)
			haul->problems[kept++] = haul->problems[i];
	haul->problem_count = kept;
}

static void tell_known(struct haul *haul, const struct import_item *item,
	const struct import_more *more, const struct entry *known, enum state state)
{
	static const char *const verbs[STATE_COUNT] = { [STATE_TRUSTED] = "trust",
		[STATE_LIMITED] = "trust",
		[STATE_UNTRUSTED] = "untrust",
		[STATE_BLOCKED] = "block",
		[STATE_TRASH] = "delete" };
	char *why = known->state == state ?
			    mem_format(_("is known already, as %s"), known->name) :
			    mem_format(_("is known already, as %s, and %s (certary %s changes that)"),
				    known->name, lang_text(state_name((int)known->state)), verbs[state]);
	haul_problem(haul, item->file, more->where, why)->known = true;
	free(why);
}

/* What an import is planned with. */
struct planning {
	struct haul *haul;
	struct plan *plan;
	struct import_result *result;
	struct names names;
	const char *wish; /* the name that was given, or NULL */
	enum state state;
};

/* A certificate that the store has: only from the trash it comes back by being imported. */
static void plan_known(struct planning *p, const struct import_item *item,
	const struct import_more *more, const struct entry *known)
{
	if (known->state == STATE_TRASH && p->state != STATE_TRASH) {
		plan_move(p->plan, known, p->state);
		p->result->fresh++;
		return;
	}
	p->result->known++;
	tell_known(p->haul, item, more, known, p->state);
	if (known->state == STATE_BLOCKED)
		p->result->refused++;
}

static int compare_items(const void *a, const void *b)
{
	const struct import_item *const *x = a, *const *y = b;
	int order = fingerprint_compare(&(*x)->sha256, &(*y)->sha256);
	return order ? order : (*x > *y) - (*x < *y);
}

/* The same certificate may stand in one haul more than once: only the first is taken. */
static void mark_twice(struct haul *haul)
{
	struct import_item **sorted = mem_new(haul->count * sizeof(struct import_item *));
	size_t count = 0;
	for (size_t i = 0; i < haul->count; i++) {
		haul->items[i].twice = false;
		if (!haul->items[i].left_out)
			sorted[count++] = &haul->items[i];
	}
	if (count > 1)
		qsort(sorted, count, sizeof(struct import_item *), compare_items);
	for (size_t i = 1; i < count; i++)
		sorted[i]->twice =
			fingerprint_compare(&sorted[i - 1]->sha256, &sorted[i]->sha256) == 0;
	free(sorted);
}

static bool plan_one(struct app *app, struct planning *p, const struct import_item *item,
	struct error *err)
{
	struct entry known;
	struct import_more more = { 0 };
	if (item->twice) {
		p->result->twice++;
		return true;
	}
	bool is_known = store_find(app_store(app), &item->sha256, &known);
	bool ok = import_item_read(p->haul, item, &more, err);
	if (ok && is_known) {
		plan_known(p, item, &more, &known);
	} else if (ok) {
		char *name = unique_name(&p->names, p->wish ? p->wish : item->proposed);
		plan_item(p->plan, item, &more, name, p->state);
		free(name);
		p->result->fresh++;
	}
	import_more_done(&more);
	return ok;
}

static bool check_name(const char *name, char **safe, struct error *err)
{
	*safe = NULL;
	if (!name)
		return true;
	*safe = text_typed(name);
	if (!**safe)
		return error_set(err, ERROR_USAGE, "import: the name is empty");
	return name_is_short(*safe, err) || error_wrap(err, "%s", "import");
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
	struct set files = { 0 };
	for (size_t i = 0; i < haul->problem_count; i++)
		if (haul->problems[i].key)
			set_lend(&files, haul->problems[i].file);
	for (size_t i = 0; files.count && i < haul->count; i++)
		if (set_has(&files, haul->items[i].file))
			haul->items[i].left_out = true;
	set_done(&files);
}

bool import_takes(struct haul *haul)
{
	if (!haul->picked)
		leave_files_with_keys(haul);
	for (size_t i = 0; i < haul->count; i++)
		if (!haul->items[i].left_out)
			return true;
	return haul->list_count > 0;
}

#define ISSUERS_MOST 64

/* Those that come along in the same files: the CA of a list may be among them. */
static size_t read_issuers(const struct haul *haul, struct cert *out[ISSUERS_MOST])
{
	size_t count = 0;
	for (size_t i = 0; i < haul->count && i < ISSUERS_MOST; i++) {
		struct import_more more = { 0 };
		if (import_item_read(haul, &haul->items[i], &more, NULL) &&
			cert_parse(more.der.data, more.der.len, &out[count], NULL))
			count++;
		import_more_done(&more);
	}
	return count;
}

/* What can't be taken is a problem of that list alone. */
static void plan_list(struct app *app, struct planning *p, const struct import_list *list)
{
	struct crl *crl = NULL;
	struct buf der = { 0 }, note = { 0 };
	struct error err = { 0 };
	size_t rows = p->plan->count;
	bool ok = spool_read(p->haul->spool, list->der, &der, &err) &&
		  crl_read(der.data, der.len, &crl, &err);
	struct cert *issuers[ISSUERS_MOST];
	const struct crl_offer offer = { .crl = crl,
		.source = list->file,
		.issuers = (const struct cert *const *)issuers,
		.issuer_count = read_issuers(p->haul, issuers) };
	ok = ok && app_plan_crl(app, &offer, p->plan, &note, &err);
	if (!ok || note.len) {
		struct import_problem *problem = haul_problem(p->haul, list->file, list->where,
			ok ? buf_text(&note) : err.text);
		problem->remark = ok;
		problem->listed = true;
	}
	p->result->refused += !ok;
	p->result->lists += p->plan->count - rows;
	p->result->fresh += p->plan->count - rows;
	p->result->known += ok && p->plan->count == rows;
	buf_done(&der);
	for (size_t i = 0; i < offer.issuer_count; i++)
		cert_free(issuers[i]);
	buf_done(&note);
	crl_free(crl);
}

bool import_plan(struct app *app, struct haul *haul, const char *name, enum state state,
	struct plan *plan, struct import_result *result, struct error *err)
{
	struct planning p = { .haul = haul, .plan = plan, .result = result, .state = state,
		.names.store = app_store(app) };
	char *wish;
	bool ok = check_name(name, &wish, err);
	p.wish = wish;
	forget_known(haul);
	*result = (struct import_result){ .refused = import_refused(haul) };
	plan->op = "import";
	if (haul->spool)
		plan_share(plan, haul->spool);
	if (ok) {
		import_takes(haul);
		mark_twice(haul);
	}
	for (size_t i = 0; ok && i < haul->count; i++)
		if (!haul->items[i].left_out)
			ok = plan_one(app, &p, &haul->items[i], err);
	for (size_t i = 0; ok && i < haul->list_count; i++)
		plan_list(app, &p, &haul->lists[i]);
	set_done(&p.names.set);
	free(wish);
	return ok;
}

const char *import_bundle_at(size_t i)
{
	static const char *const paths[] = {
		"/etc/ssl/certs/ca-certificates.crt",   /* Debian, Ubuntu, Alpine, Arch */
		"/etc/pki/tls/certs/ca-bundle.crt",     /* Fedora, RHEL */
		"/var/lib/ca-certificates/ca-bundle.pem", /* SUSE */
		"/etc/ssl/cert.pem",
	};
	return i < sizeof paths / sizeof *paths ? paths[i] : NULL;
}

const char *import_system_bundle(void)
{
	const char *path;
	for (size_t i = 0; (path = import_bundle_at(i)); i++)
		if (access(path, R_OK) == 0)
			return path;
	return NULL;
}

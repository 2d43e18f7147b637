/*
 * Most of the time goes into signatures, so that a chain is judged once where that is enough: a root
 * that is trusted no longer, or what is gone and isn't presented, takes the paths through it along and
 * leaves the others as they are.  Everything else is judged twice.
 */
#include "app/impact.h"

#include <stdlib.h>
#include <string.h>

#include "app/endpoint.h"
#include "app/internal.h"
#include "app/services.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/crls.h"

/* Nobody plans for more by hand, and each is looked for among all. */
#define ROWS_MOST 200

void impact_done(struct impact *impact)
{
	for (size_t i = 0; i < impact->count; i++) {
		struct impact_row *row = &impact->items[i];
		free(row->name);
		free(row->place);
		free(row->through);
		free(row->reason);
		free(row->warning);
	}
	free(impact->items);
	*impact = (struct impact){ 0 };
}

/* ---- one service ---- */

static bool is_meant(const struct imagined *im, const struct cert *cert)
{
	for (size_t i = 0; i < im->count; i++)
		if (fingerprint_compare(&im->items[i].print, &cert_info(cert)->sha256) == 0)
			return true;
	return false;
}

static bool stands_in(const struct imagined *im, const struct judge_path *path)
{
	for (size_t i = 0; i < path->step_count; i++)
		if (is_meant(im, path->steps[i].cert))
			return true;
	return false;
}

/* As the store calls it. */
static char *name_of(struct app *app, const struct cert *cert)
{
	struct entry e;
	const struct cert_info *info = cert_info(cert);
	return app_find(app, &info->sha256, &e) ? mem_text(e.name) : cert_proposed_name(info);
}

static char *place_of(const struct endpoint *endpoint)
{
	char *place = endpoint_place(endpoint), *safe = text_safe(place, strlen(place));
	free(place);
	return safe;
}

static struct impact_row *add_row(const struct service *service, bool was, bool is,
	struct impact *out)
{
	const char *name = service->endpoint->name;
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	struct impact_row *row = &out->items[out->count++];
	*row = (struct impact_row){ .name = text_safe(name, strlen(name)),
		.place = place_of(service->endpoint),
		.was = was,
		.is = is };
	out->red += was && !is;
	return row;
}

static char *anchor_of(struct app *app, const struct judge_path *path)
{
	return name_of(app, path->steps[path->step_count - 1].cert);
}

static void judge_again(const struct services *services, const struct service *service,
	const struct imagined *im, const struct judgement *before, struct impact *out)
{
	struct judgement after;
	service_judge(services, service, im->items, im->count, 0, &after);
	const struct judge_path *path = &after.paths[0];
	if (before->trusted != after.trusted ||
		(before->trusted && stands_in(im, &before->paths[0]))) {
		struct impact_row *row = add_row(service, before->trusted, after.trusted, out);
		if (after.trusted && !before->trusted)
			row->warning = service_warning(services, service, path);
		out->warned += row->warning != NULL;
		out->green += after.trusted && !before->trusted && !row->warning;
		if (after.trusted)
			row->through = anchor_of(services->app, path);
		else
			row->reason =
				mem_text(path->reason_count ? path->reasons[0].text : "");
	}
	judgement_done(&after);
}

/* What is left when all paths through them are gone. */
static void take_away(const struct services *services, const struct service *service,
	const struct imagined *im, const struct judgement *before, struct impact *out)
{
	const struct judge_path *left = NULL;
	if (!before->trusted || !stands_in(im, &before->paths[0]))
		return;
	for (size_t i = 1; i < before->path_count && !left; i++)
		if (before->paths[i].trusted && !stands_in(im, &before->paths[i]))
			left = &before->paths[i];
	struct impact_row *row = add_row(service, true, left != NULL, out);
	if (left) {
		row->through = anchor_of(services->app, left);
		return;
	}
	char *anchor = anchor_of(services->app, &before->paths[0]);
	row->reason = mem_format(_("It is trusted through %s, and no other path is there."), anchor);
	free(anchor);
}

static bool is_presented(const struct service *service, const struct fingerprint *print)
{
	for (size_t i = 0; i < service->last.chain_count; i++)
		if (fingerprint_compare(&cert_info(service->last.chain[i])->sha256, print) == 0)
			return true;
	return false;
}

static bool narrows(struct store *store, const struct pretence *item, struct entry *e)
{
	return store_find(store, &item->print, e) && item->standing != STANDING_TRUSTED &&
	       !item->limits && e->state != STATE_BLOCKED && e->state != STATE_TRASH;
}

static bool only_takes_away(const struct imagined *im, const struct service *service)
{
	for (size_t i = 0; i < im->count; i++) {
		struct entry e;
		const struct pretence *item = &im->items[i];
		if (!narrows(app_store(im->app), item, &e) ||
			(!e.info.self_signed && (item->standing != STANDING_STRANGER ||
							is_presented(service, &item->print))))
			return false;
	}
	return true;
}

static void judge_service(const struct services *services, const struct service *service,
	const struct imagined *im, struct impact *out)
{
	struct judgement before;
	service_judge(services, service, NULL, 0, 0, &before);
	if (!before.cut && only_takes_away(im, service))
		take_away(services, service, im, &before, out);
	else
		judge_again(services, service, im, &before, out);
	judgement_done(&before);
}

/* ---- all of them ---- */

enum { RED, GREEN, WARNED, STAYS, RANKS };

static unsigned rank(const struct impact_row *row)
{
	return row->was && !row->is ? RED : row->was ? STAYS : row->warning ? WARNED : GREEN;
}

static int worst_first(const void *a, const void *b)
{
	const struct impact_row *x = a, *y = b;
	if (rank(x) != rank(y))
		return rank(x) < rank(y) ? -1 : 1;
	return strcmp(x->name, y->name);
}

static bool impact_of(struct app *app, const struct pretence *items, size_t count,
	struct impact *out, struct error *err)
{
	struct services services = { 0 };
	struct reach reach;
	struct entry e;
	const struct imagined im = { .app = app, .items = items, .count = count };
	bool ok = services_read(app, &services, err);
	reach_init(app_store(app), items, count, &reach);
	for (size_t i = 0; ok && i < services.count; i++)
		if (reach_touches(&reach, &services.items[i]))
			judge_service(&services, &services.items[i], &im, out);
	reach_done(&reach);
	out->endpoints = services.count;
	out->unseen = services.unseen;
	for (size_t i = 0; i < count; i++)
		out->narrows = out->narrows || narrows(app_store(app), &items[i], &e) ||
			       (items[i].limits && app_find(app, &items[i].print, &e) &&
				       e.state == STATE_TRUSTED);
	if (out->count > 0)
		qsort(out->items, out->count, sizeof *out->items, worst_first);
	services_done(&services);
	return ok;
}

bool app_impact_entry(struct app *app, const struct entry *entry, enum state as, struct impact *out,
	struct error *err)
{
	const struct pretence one = { .print = entry->info.sha256,
		.standing = standing_of_state((int)as) };
	return impact_of(app, &one, 1, out, err);
}

/* ---- a plan ---- */

static bool is_list(const struct plan_row *row)
{
	return row->src.state == FOLDER_CRLS || row->dst.state == FOLDER_CRLS;
}

/* Does a row change how a certificate is held? */
static bool changes(const struct plan_row *row)
{
	int from = row->src.state, to = row->dst.state;
	bool limits = from == STATE_LIMITED || to == STATE_LIMITED;
	return from < STATE_COUNT && to < STATE_COUNT &&
	       (limits || standing_of_state(from) != standing_of_state(to));
}

/* What a plan says of a certificate, with what that borrows. */
struct plan_pretences {
	struct pretence items[ROWS_MOST];
	struct cert *certs[ROWS_MOST];
	struct headers headers[ROWS_MOST];
	struct limits limits[ROWS_MOST];
	struct crl *lists[ROWS_MOST];
	struct crl_record gone[ROWS_MOST];
	size_t count;
};

static const char *header_of(const struct headers *headers, const char *key)
{
	const char *value = headers_get(headers, key);
	return value ? value : "";
}

/* Within which limits: those that the row writes, or those of the file that it moves. */
static void take_limits(struct app *app, const struct plan_row *row, struct plan_pretences *p)
{
	struct headers *headers = &p->headers[p->count];
	struct entry e;
	struct cert *cert;
	if (row->dst.state != STATE_LIMITED)
		return;
	if (!plan_row_headers(row, headers) && store_find(app_store(app), &row->cert, &e) &&
		store_read_cert(app_store(app), &e, &cert, headers, NULL, NULL))
		cert_free(cert);
	p->limits[p->count] = (struct limits){ header_of(headers, LIMITS_FOR),
		header_of(headers, LIMITS_UNTIL), header_of(headers, LIMITS_TICKET) };
	p->items[p->count].limits = &p->limits[p->count];
}

/* As the row writes it, or as if it were gone. */
static void pretend_list(struct app *app, const struct plan_row *row, struct plan_pretences *p)
{
	struct crl **own = &p->lists[p->count];
	struct crl_record *gone = &p->gone[p->count];
	struct buf bytes = { 0 };
	if (row->dst.state == FOLDER_CRLS && row->writes && plan_row_bytes(row, &bytes, NULL))
		crl_read(bytes.data, bytes.len, own, NULL);
	else if (row->dst.state != FOLDER_CRLS)
		store_crl(app_store(app), &row->cert, gone, NULL);
	buf_done(&bytes);
	const struct crl *told = *own ? *own : gone->crl;
	if (told)
		p->items[p->count++] = (struct pretence){ .print = crl_info(told)->id,
			.standing = STANDING_STRANGER,
			.is_list = true,
			.list = *own,
			.issuer = crl_info(told)->issuer };
}

static void pretend_row(struct app *app, const struct plan_row *row, struct plan_pretences *p)
{
	struct cert **own = &p->certs[p->count];
	p->items[p->count] = (struct pretence){ .print = row->cert,
		.standing = standing_of_state(row->dst.state) };
	if (row->src.state == STATE_NONE && app_row_cert(app, row, own))
		p->items[p->count].cert = *own;
	take_limits(app, row, p);
	p->count++;
}

bool app_impact_plan(struct app *app, const struct plan *plan, struct impact *out,
	struct error *err)
{
	if (plan->count > ROWS_MOST)
		return true;
	struct plan_pretences *p = mem_new(sizeof *p);
	for (size_t i = 0; i < plan->count; i++)
		if (is_list(&plan->rows[i]))
			pretend_list(app, &plan->rows[i], p);
		else if (changes(&plan->rows[i]))
			pretend_row(app, &plan->rows[i], p);
	bool ok = p->count == 0 || impact_of(app, p->items, p->count, out, err);
	for (size_t i = 0; i < p->count; i++) {
		cert_free(p->certs[i]);
		headers_done(&p->headers[i]);
		crl_free(p->lists[i]);
		crl_record_done(&p->gone[i]);
	}
	free(p);
	return ok;
}

/* ---- in words ---- */

#define NAMED_MOST 5

/* "3 endpoints turn red: a, b, c." */
static void put_group(const struct impact *impact, unsigned which, struct buf *out)
{
	size_t count = 0;
	struct buf names = { 0 };
	for (size_t i = 0; i < impact->count; i++) {
		const struct impact_row *row = &impact->items[i];
		if (rank(row) != which)
			continue;
		if (count < NAMED_MOST)
			buf_format(&names, "%s%s", count ? ", " : "", row->name);
		if (count < NAMED_MOST && which == STAYS)
			buf_format(&names, _(" (through %s)"), row->through);
		if (count < NAMED_MOST && which == WARNED)
			buf_format(&names, " (%s)", row->warning);
		count++;
	}
	if (count > NAMED_MOST)
		buf_format(&names, _(" and %zu more"), count - NAMED_MOST);
	if (count > 0)
		buf_format(out,
			which == RED ? lang_n("%zu endpoint turns red: %s.\n",
					       "%zu endpoints turn red: %s.\n", count) :
			which == GREEN ? lang_n("%zu endpoint turns green: %s.\n",
						 "%zu endpoints turn green: %s.\n", count) :
			which == WARNED ?
				lang_n("%zu endpoint becomes trusted and keeps a warning: %s.\n",
					"%zu endpoints become trusted and keep a warning: %s.\n",
					count) :
				lang_n("%zu endpoint stays green: %s.\n",
					"%zu endpoints stay green: %s.\n", count),
			count, buf_text(&names));
	buf_done(&names);
}

void impact_words(const struct impact *impact, struct buf *out)
{
	size_t seen = impact->endpoints - impact->unseen;
	if (seen == 0)
		return;
	for (unsigned which = 0; which < RANKS; which++)
		put_group(impact, which, out);
	if (impact->count == 0 && impact->narrows)
		buf_text_add(out, seen == 1 ?
			_("No endpoint needs it: safe for the one that was checked.\n") :
			_("No endpoint needs it: safe for all that were checked.\n"));
	if (impact->unseen && (impact->narrows || impact->count > 0))
		buf_format(out, lang_n("%zu endpoint never presented a chain: certary check asks.\n",
					"%zu endpoints never presented a chain: certary check asks.\n",
					impact->unseen),
			impact->unseen);
}

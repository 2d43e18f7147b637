#include "app/services.h"

#include <stdlib.h>
#include <string.h>

#include "app/endpoint.h"
#include "app/internal.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"

bool services_read(struct app *app, struct services *out, struct error *err)
{
	*out = (struct services){ .app = app, .now = app_now() };
	if (!app_endpoints(app, &out->endpoints, err))
		return false;
	out->items = mem_new((out->endpoints.count + 1) * sizeof *out->items);
	for (size_t i = 0; i < out->endpoints.count; i++) {
		struct service *s = &out->items[out->count];
		s->endpoint = &out->endpoints.items[i];
		if (!store_history_shown(app_store(app), s->endpoint->name, &s->last, err))
			return false;
		s->place = endpoint_place(s->endpoint);
		out->count++;
		out->unseen += s->last.chain_count == 0;
	}
	return true;
}

void services_done(struct services *services)
{
	for (size_t i = 0; i < services->count; i++) {
		sighting_done(&services->items[i].last);
		free(services->items[i].place);
	}
	free(services->items);
	endpoints_done(&services->endpoints);
	*services = (struct services){ 0 };
}

const char *endpoint_host(const struct endpoint *endpoint)
{
	return endpoint->sni && *endpoint->sni ? endpoint->sni : endpoint->host;
}

void service_judge(const struct services *services, const struct service *service,
	const struct pretence *items, size_t count, int64_t at, struct judgement *out)
{
	const struct imagined im = { services->app, items, count, service->place,
		at ? at : services->now };
	const struct judge_source source = imagined_source(&im);
	const struct judge_question question = {
		.now = im.now,
		.host = endpoint_host(service->endpoint),
		.purpose = PURPOSE_SERVER,
		.leaf_first = true,
	};
	judge((const struct cert *const *)service->last.chain, service->last.chain_count, &question,
		&source, out);
}

/* Whatever of the path ends first. */
static char *ends_soon(const struct services *services, const struct service *service,
	const struct judge_path *path)
{
	char date[CLOCK_ISO];
	struct expiry ends;
	const struct thresholds thresholds = endpoint_thresholds(services->app, service->endpoint);
	const struct cert_info **chain = mem_new((path->step_count + 1) * sizeof(struct cert_info *));
	for (size_t i = 0; i < path->step_count; i++)
		chain[i] = cert_info(path->steps[i].cert);
	expiry_of(chain, path->step_count, services->now, &ends);
	free(chain);
	return expiry_level(&ends, &thresholds) == OUTCOME_OK ? NULL :
	       mem_format(_("%lld days left, until %s"), (long long)ends.days_left,
		       lang_date(date, ends.when));
}

char *service_warning(const struct services *services, const struct service *service,
	const struct judge_path *path)
{
	for (size_t i = 1; i + 1 < path->step_count; i++)
		if (!path->steps[i].presented)
			return mem_format(_("the server doesn't send %s"),
				cert_info(path->steps[i].cert)->subject);
	for (size_t i = 0; i < path->reason_count; i++)
		if (strcmp(path->reasons[i].code, "another-path") == 0)
			return mem_text(_("the chain as it was sent leads elsewhere"));
	return ends_soon(services, service, path);
}

enum { UNKNOWN, RED, GREEN };

bool service_is_green(struct services *services, struct service *service)
{
	struct judgement j;
	if (service->known == UNKNOWN) {
		service_judge(services, service, NULL, 0, 0, &j);
		service->known = j.trusted ? GREEN : RED;
		judgement_done(&j);
	}
	return service->known == GREEN;
}

/* ---- whom it may touch ---- */

static void meet(struct reach *out, const char *subject)
{
	if (set_has(&out->issuers, subject))
		return;
	out->names = mem_grow(out->names, out->name_count, &out->name_cap, sizeof *out->names);
	out->names[out->name_count++] = set_keep(&out->issuers, subject);
}

/* What may stand between: of version 3 only a CA, as nothing else's signature counts. */
static void spread(struct store *store, struct reach *out)
{
	struct entry e;
	for (size_t i = 0; i < out->name_count; i++)
		for (uint32_t at = 0; store_next_issuer(store, out->names[i], &at, &e);)
			if (e.info.ca || e.info.version < 3)
				meet(out, e.info.subject);
}

void reach_init(struct store *store, const struct pretence *items, size_t count, struct reach *out)
{
	struct entry e;
	*out = (struct reach){ .items = items, .count = count };
	for (size_t i = 0; i < count; i++) {
		if (items[i].is_list)
			meet(out, items[i].issuer);
		else if (items[i].cert)
			meet(out, cert_info(items[i].cert)->subject);
		else if (store_find(store, &items[i].print, &e))
			meet(out, e.info.subject);
	}
	spread(store, out);
}

static bool is_meant(const struct reach *reach, const struct cert_info *info)
{
	for (size_t i = 0; i < reach->count; i++)
		if (fingerprint_compare(&reach->items[i].print, &info->sha256) == 0)
			return true;
	return false;
}

bool reach_touches(const struct reach *reach, const struct service *service)
{
	for (size_t i = 0; i < service->last.chain_count; i++) {
		const struct cert_info *info = cert_info(service->last.chain[i]);
		if (set_has(&reach->issuers, info->issuer) || is_meant(reach, info))
			return true;
	}
	return false;
}

void reach_done(struct reach *reach)
{
	set_done(&reach->issuers);
	free(reach->names);
}

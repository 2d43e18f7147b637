/*
 * Looking around, in the parent: what the child found, put together.  Its word counts only where it
 * holds together: haul.c hashes each certificate again.
 */
#include <stdlib.h>
#include <string.h>

#include "app/probe.h"
#include "app/setting-up.h"
#include "base/mem.h"
#include "base/text.h"

#define LIST_MOST 2000 /* endpoints, targets: nobody has more by hand */

struct setup_job {
	struct job *job;
	struct app *app;
	struct looking looking;
	struct setup_found found;
	bool java; /* the source under way is a runtime's */
	setup_found_fn *done;
	void *ctx;
};

void setup_found_done(struct setup_found *found)
{
	import_done(&found->haul);
	for (size_t i = 0; i < found->source_count; i++) {
		free(found->sources[i].path);
		free(found->sources[i].what);
	}
	for (size_t i = 0; i < found->endpoint_count; i++) {
		free(found->endpoints[i].place);
		free(found->endpoints[i].purpose);
		free(found->endpoints[i].where);
	}
	for (size_t i = 0; i < found->target_count; i++) {
		target_done(&found->targets[i].target);
		free(found->targets[i].what);
	}
	free(found->sources);
	free(found->endpoints);
	free(found->targets);
	free(found->host);
	free(found->root);
	*found = (struct setup_found){ 0 };
}

const struct setup_source *setup_source_of(const struct setup_found *found, size_t item)
{
	for (size_t i = 0; i < found->source_count; i++) {
		const struct setup_source *s = &found->sources[i];
		if (item >= s->first && item - s->first < s->count)
			return s;
	}
	return NULL;
}

/* --- records --------------------------------------------------------------------------------- */

static void take_source(struct setup_job *job, unsigned flags, struct unpack *u)
{
	struct setup_found *found = &job->found;
	found->sources = mem_grow(found->sources, found->source_count, &found->source_cap,
		sizeof *found->sources);
	struct setup_source *s = &found->sources[found->source_count++];
	*s = (struct setup_source){ .proposed = flags & SETUP_PROPOSED,
		.named = flags & SETUP_NAMED,
		.system = flags & SETUP_SYSTEM,
		.presented = flags & SETUP_PRESENTED,
		.first = found->haul.count };
	s->path = haul_text(u);
	s->what = haul_text(u);
	job->java = flags & SETUP_JAVA;
	found->has_bundle |= s->system;
}

static bool knows_place(const struct setup_found *found, const char *place)
{
	for (size_t i = 0; i < found->endpoint_count; i++)
		if (strcmp(found->endpoints[i].place, place) == 0)
			return true;
	return false;
}

static void take_endpoint(struct setup_found *found, unsigned flags, struct unpack *u)
{
	char *place = haul_text(u);
	struct setup_endpoint e = { .purpose = haul_text(u),
		.where = haul_text(u),
		.proposed = flags & SETUP_PROPOSED };
	e.place = place;
	if (!place || knows_place(found, place) || found->endpoint_count >= LIST_MOST) {
		free(place);
		free(e.purpose);
		free(e.where);
		return;
	}
	found->endpoints = mem_grow(found->endpoints, found->endpoint_count, &found->endpoint_cap,
		sizeof *found->endpoints);
	found->endpoints[found->endpoint_count++] = e;
}

/* A path is true bytes in a target. */
static char *true_text(char *take)
{
	struct buf out = { 0 };
	if (!take)
		return NULL;
	text_unescape(&out, take);
	free(take);
	return buf_take(&out);
}

static void take_target(struct setup_found *found, unsigned flags, struct unpack *u)
{
	struct setup_target t = { .proposed = flags & SETUP_PROPOSED, .pair = flags & SETUP_PAIR };
	t.target.name = haul_text(u);
	char *kind = haul_text(u);
	t.target.path = true_text(haul_text(u));
	t.target.service = haul_text(u);
	t.what = haul_text(u);
	t.target.kind = kind ? target_kind_named(kind) : NULL;
	free(kind);
	if (!t.target.kind || !t.target.name || !t.what || found->target_count >= LIST_MOST) {
		target_done(&t.target);
		free(t.what);
		return;
	}
	found->targets = mem_grow(found->targets, found->target_count, &found->target_cap,
		sizeof *found->targets);
	found->targets[found->target_count++] = t;
}

/* What distributions and makers of runtimes put in has aliases of their own, and ours are ours. */
static bool came_with_it(const char *bytes, size_t len)
{
	struct unpack u = { .at = bytes, .end = bytes + len };
	size_t skipped;
	for (int i = 0; i < 6; i++) /* file, name, hash, end, DER, place */
		unpack_bytes(&u, &skipped);
	char *alias = haul_text(&u);
	size_t end = alias ? strlen(alias) : 0;
	bool is = alias && (text_starts(alias, "debian:") || text_starts(alias, "certary:") ||
				   (end > 6 && strcmp(alias + end - 6, " [jdk]") == 0) ||
				   (end > 5 && strcmp(alias + end - 5, "[jdk]") == 0));
	free(alias);
	return is;
}

bool setup_in_bundle(const struct setup_found *found, const struct fingerprint *print)
{
	for (size_t i = 0; i < found->source_count; i++) {
		const struct setup_source *s = &found->sources[i];
		for (size_t k = s->first; s->system && k < s->first + s->count; k++)
			if (fingerprint_compare(&found->haul.items[k].sha256, print) == 0)
				return true;
	}
	return false;
}

static bool in_others(const struct setup_found *found, const struct fingerprint *print)
{
	for (size_t i = 0; i < found->source_count; i++) {
		const struct setup_source *s = &found->sources[i];
		for (size_t k = s->first; !s->system && k < s->first + s->count; k++)
			if (fingerprint_compare(&found->haul.items[k].sha256, print) == 0)
				return true;
	}
	return false;
}

static void take_cert(struct setup_job *job, uint32_t type, const char *bytes, size_t len)
{
	struct setup_found *found = &job->found;
	struct haul *haul = &found->haul;
	size_t before = haul->count;
	if (!found->source_count || (job->java && came_with_it(bytes, len)))
		return;
	haul_record(haul, type, bytes, len);
	if (haul->count == before)
		return;
	struct setup_source *s = &found->sources[found->source_count - 1];
	const struct fingerprint *print = &haul->items[before].sha256;
	if (!s->system && (in_others(found, print) || (job->java && setup_in_bundle(found, print))))
		haul->count--;
	else
		s->count++;
}

static void take_record(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct setup_job *job = ctx;
	struct unpack u = { .at = bytes + (len > 0), .end = bytes + len };
	unsigned flags = len ? (unsigned char)bytes[0] : 0;
	if (type == RECORD_CERT)
		take_cert(job, type, bytes, len);
	else if (type < SETUP_SOURCE && type != RECORD_LIST)
		haul_record(&job->found.haul, type, bytes, len);
	else if (type == SETUP_SOURCE)
		take_source(job, flags, &u);
	else if (type == SETUP_ENDPOINT)
		take_endpoint(&job->found, flags, &u);
	else if (type == SETUP_TARGET)
		take_target(&job->found, flags, &u);
	else if (type == SETUP_HOST && !job->found.host)
		job->found.host = haul_text(&u);
}

/* --- the job --------------------------------------------------------------------------------- */

static void prepare(struct app *app, const struct setup_wish *wish, struct setup_job *job,
	struct job_limits *limits)
{
	const struct import_options options = { 0 };
	job->app = app;
	job->looking.wish = *wish;
	job->found.root = mem_text(wish->root);
	*limits = import_limits(app, &options);
	/* Whose mail others take is asked of DNS; of an image nobody is asked. */
	bool here = strcmp(wish->root, "/") == 0;
	limits->walls = (struct confine){ .may = CONFINE_READ | (here ? CONFINE_NET : 0) };
	import_reading_limits(&job->looking.reading, app, &options);
}

bool app_setup_find(struct app *app, const struct setup_wish *wish, struct setup_found *out,
	struct error *err)
{
	struct setup_job job = { 0 };
	struct job_limits limits;
	prepare(app, wish, &job, &limits);
	bool ok = job_run(&limits, setup_look, &job.looking, take_record, &job, err);
	if (!ok)
		setup_found_done(&job.found);
	*out = job.found;
	return ok || error_wrap(err, "looking for what is here");
}

static void ended(void *ctx, bool ok, const struct error *err)
{
	struct setup_job *job = ctx;
	job->done(job->ctx, &job->found, ok ? NULL : err);
	setup_found_done(&job->found);
	free(job);
}

struct setup_job *app_setup_find_start(struct app *app, struct loop *loop,
	const struct setup_wish *wish, setup_found_fn *done, void *ctx, struct error *err)
{
	struct setup_job *job = mem_new(sizeof *job);
	struct job_limits limits;
	prepare(app, wish, job, &limits);
	job->done = done;
	job->ctx = ctx;
	job->job = job_start(loop, &limits, setup_look, &job->looking, take_record, ended, job, err);
	if (job->job)
		return job;
	setup_found_done(&job->found);
	free(job);
	return NULL;
}

void app_setup_find_cancel(struct setup_job *job)
{
	if (!job)
		return;
	job_cancel(job->job);
	setup_found_done(&job->found);
	free(job);
}

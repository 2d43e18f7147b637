/* Fetching revocation lists: which, in a job, and what becomes of what came. */
#include <stdlib.h>
#include <string.h>

#include "app/crl.h"
#include "app/explain.h"
#include "app/internal.h"
#include "app/services.h"
#include "app/source.h"
#include "base/job.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/fetch.h"
#include "pki/pack.h"
#include "store/journal.h"

#define URLS_OF_ONE  4    /* of a certificate that are looked at */
#define WISHES_MOST  200
#define CERTS_MOST   2000 /* that are looked at for what they name */
#define SIDE_BY_SIDE 8
#define DEADLINE_MS  20000

/* --- what is wished for ------------------------------------------------------------------------ */

static struct cert *copy_of(const struct cert *cert)
{
	size_t len;
	struct cert *copy = NULL;
	const uint8_t *der = cert_der(cert, &len);
	cert_parse(der, len, &copy, NULL);
	return copy;
}

static bool is_needed(struct app *app, const struct cert *issuer)
{
	const struct judge_source source = app_source(app);
	const struct crl *crl = source.crl(source.ctx, issuer, 0);
	return !crl || strcmp(crl_state(crl, app_now()), "current") != 0;
}

static void put_wish(struct crl_fetch *out, char *take, const char *name, const struct cert *issuer)
{
	struct error err = { 0 };
	char *shown = text_safe(take, strlen(take)), hex[FINGERPRINT_HEX];
	fingerprint_hex(&cert_info(issuer)->sha256, hex);
	char *key = mem_format("%s %s", hex, shown);
	if (out->count >= WISHES_MOST || !set_add(&out->urls, key)) {
		free(take);
	} else {
		out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
		struct crl_wish *wish = &out->items[out->count++];
		*wish = (struct crl_wish){ .url = take,
			.shown = arena_text(&out->texts, shown),
			.name = arena_text(&out->texts, name),
			.issuer = copy_of(issuer) };
		if (!fetch_takes(take, &err))
			wish->why = mem_text(err.text);
	}
	free(key);
	free(shown);
}

/* The first place by http; where there is none, the first at all, so that somebody is told. */
static void wish_of(struct app *app, const struct cert *cert, const struct cert *issuer, bool needed,
	struct crl_fetch *out)
{
	char *best = NULL, *url;
	struct error ignored;
	for (size_t n = 0; n < URLS_OF_ONE && (url = cert_crl_url(cert, n)); n++) {
		bool take = !best || (!fetch_takes(best, &ignored) && fetch_takes(url, &ignored));
		free(take ? best : url);
		best = take ? url : best;
	}
	out->unnamed += !best;
	if (best && (!needed || is_needed(app, issuer))) {
		char *name = cert_proposed_name(cert_info(cert));
		put_wish(out, best, name, issuer);
		free(name);
	} else {
		free(best);
	}
}

/* What is needed is fetched unasked, so a chain that anybody can present must be one that is trusted. */
static void wish_paths(struct app *app, const struct judgement *j, bool needed,
	struct crl_fetch *out)
{
	for (size_t p = 0; p < j->path_count; p++) {
		const struct judge_path *path = &j->paths[p];
		if (needed && !path->trusted)
			continue;
		for (size_t i = 0; i + 1 < path->step_count; i++)
			wish_of(app, path->steps[i].cert, path->steps[i + 1].cert, needed, out);
	}
}

static void wish_chain(struct app *app, const struct cert *const *chain, size_t count, bool needed,
	struct crl_fetch *out)
{
	struct judgement j;
	struct judge_source source = app_source(app);
	const struct judge_question question = { .now = app_now(), .leaf_first = true };
	judge(chain, count, &question, &source, &j);
	wish_paths(app, &j, needed, out);
	judgement_done(&j);
}

/* An anchor has a path of its own alone: who issued it is found where it counts for nothing. */
static enum standing nobody(void *ctx, const struct fingerprint *print)
{
	(void)ctx, (void)print;
	return STANDING_UNTRUSTED;
}

static void wish_entry(struct app *app, const struct entry *e, bool needed, struct crl_fetch *out)
{
	struct cert *cert;
	struct judgement j;
	struct judge_source source = app_source(app);
	const struct judge_question question = { .now = app_now(), .leaf_first = true };
	if (!store_read_cert(app_store(app), e, &cert, NULL, NULL, NULL))
		return;
	source.standing = nobody;
	source.crl = NULL;
	judge((const struct cert *const[]){ cert }, 1, &question, &source, &j);
	wish_paths(app, &j, needed, out);
	judgement_done(&j);
	cert_free(cert);
}

static bool wish_services(struct app *app, const char *name, bool needed, size_t *met,
	struct crl_fetch *out, struct error *err)
{
	struct services services = { 0 };
	bool ok = services_read(app, &services, err);
	for (size_t i = 0; ok && i < services.count; i++) {
		const struct service *s = &services.items[i];
		if (name && strcmp(s->endpoint->name, name) != 0)
			continue;
		++*met;
		wish_chain(app, (const struct cert *const *)s->last.chain, s->last.chain_count, needed,
			out);
	}
	services_done(&services);
	return ok;
}

bool app_crl_wish(struct app *app, const char *cert_or_endpoint, struct crl_fetch *out,
	struct error *err)
{
	struct entry e;
	struct error unknown = { 0 };
	size_t met = 0;
	if (!app_open_store(app, APP_STORE_THERE, err))
		return false;
	if (app_resolve(app, cert_or_endpoint, &e, &unknown)) {
		wish_entry(app, &e, false, out);
		return true;
	}
	if (!wish_services(app, cert_or_endpoint, false, &met, out, err))
		return false;
	if (met == 0)
		*err = unknown;
	return met > 0;
}

bool app_crl_wish_all(struct app *app, bool needed, struct crl_fetch *out, struct error *err)
{
	size_t met = 0, looked = 0;
	uint32_t cursor = 0;
	struct entry e;
	out->unasked = needed;
	if (!app_open_store(app, APP_STORE_THERE, err) ||
		!wish_services(app, NULL, needed, &met, out, err))
		return false;
	while (!needed && looked < CERTS_MOST && app_next(app, &cursor, &e))
		if (e.state == STATE_TRUSTED && !e.info.self_signed && ++looked)
			wish_entry(app, &e, false, out);
	return true;
}

void crl_fetch_done(struct crl_fetch *fetch)
{
	for (size_t i = 0; i < fetch->count; i++) {
		free(fetch->items[i].url);
		cert_free(fetch->items[i].issuer);
		crl_free(fetch->items[i].crl);
		free(fetch->items[i].why);
	}
	free(fetch->items);
	arena_done(&fetch->texts);
	set_done(&fetch->urls);
	*fetch = (struct crl_fetch){ 0 };
}

/* --- in the child ------------------------------------------------------------------------------ */

enum { RECORD_GOT = 1, RECORD_WHY };

struct fetching {
	const struct crl_fetch *fetch;
	struct job_pipe *out;
	struct loop *loop;
	size_t most, next, running;
};

struct one {
	struct fetching *all;
	size_t number;
};

static void start_more(struct fetching *all);

static void send_outcome(const struct one *one, uint32_t type, const void *bytes, size_t len)
{
	struct buf packed = { 0 };
	pack_bytes(&packed, &one->number, sizeof one->number);
	pack_bytes(&packed, bytes, len);
	job_send(one->all->out, type, packed.data, packed.len);
	job_flush(one->all->out);
	buf_done(&packed);
}

/* Taken apart here, so that what the parent gets is a list. */
static void on_fetched(void *ctx, bool ok, struct buf *body, const struct error *err)
{
	struct one *one = ctx;
	struct fetching *all = one->all;
	struct crl *crl = NULL;
	struct error why = { 0 };
	size_t len;
	if (!ok)
		why = *err;
	else if (!crl_read(body->data, body->len, &crl, &why))
		error_wrap(&why, "what came");
	if (crl) {
		const uint8_t *der = crl_der(crl, &len);
		send_outcome(one, RECORD_GOT, der, len);
	} else {
		send_outcome(one, RECORD_WHY, why.text, strlen(why.text));
	}
	crl_free(crl);
	free(one);
	all->running--;
	start_more(all);
}

static void start_more(struct fetching *all)
{
	struct error err = { 0 };
	while (all->running < SIDE_BY_SIDE && all->next < all->fetch->count) {
		size_t number = all->next++;
		const struct fetch_wish wish = { .url = all->fetch->items[number].url,
			.most = all->most,
			.deadline_ms = DEADLINE_MS,
			.wary = all->fetch->unasked };
		if (all->fetch->items[number].why)
			continue;
		struct one *one = mem_new(sizeof *one);
		*one = (struct one){ all, number };
		if (fetch_start(all->loop, &wish, on_fetched, one, &err))
			all->running++;
		else
			free(one);
	}
	if (all->running == 0)
		loop_stop(all->loop);
}

static bool fetch_all(struct job_pipe *out, void *arg, struct error *err)
{
	struct fetching all = *(struct fetching *)arg;
	all.out = out;
	all.loop = loop_new(err);
	if (!all.loop)
		return false;
	start_more(&all);
	if (all.running > 0)
		loop_run(all.loop);
	loop_free(all.loop);
	return true;
}

/* --- in the parent ------------------------------------------------------------------------------ */

static void take_outcome(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct crl_fetch *fetch = ctx;
	struct unpack u = { .at = bytes, .end = bytes + len };
	size_t size, number, n;
	const void *packed = unpack_bytes(&u, &size);
	if (!packed || size != sizeof number)
		return;
	memcpy(&number, packed, sizeof number);
	const void *body = unpack_bytes(&u, &n);
	struct crl_wish *wish = number < fetch->count && body ? &fetch->items[number] : NULL;
	if (!wish || wish->crl || wish->why)
		return;
	if (type == RECORD_WHY)
		wish->why = text_safe(body, n);
	else if (type == RECORD_GOT && !crl_read(body, n, &wish->crl, NULL))
		wish->why = mem_text(_("its reader was led astray"));
}

bool app_crl_fetch(struct app *app, struct crl_fetch *fetch, struct error *err)
{
	size_t most = (size_t)settings_int(app_settings(app), SETTING_LIMIT_FILE_MB) << 20;
	struct fetching all = { .fetch = fetch, .most = most < CRL_MOST ? most : CRL_MOST };
	const struct job_limits limits = {
		.memory = (size_t)settings_int(app_settings(app), SETTING_LIMIT_MEMORY_MB) << 20,
		.walls = { .may = CONFINE_NET } };
	bool ok = fetch->count == 0 ||
		  job_run(&limits, fetch_all, &all, take_outcome, fetch, err);
	for (size_t i = 0; i < fetch->count; i++)
		if (!fetch->items[i].crl && !fetch->items[i].why)
			fetch->items[i].why = mem_text(_("nothing came"));
	return ok;
}

bool app_plan_fetched(struct app *app, struct crl_fetch *fetch, struct plan *plan,
	struct error *err)
{
	(void)err;
	plan->op = plan->op ? plan->op : "crl fetch";
	for (size_t i = 0; i < fetch->count; i++) {
		struct crl_wish *wish = &fetch->items[i];
		struct buf note = { 0 };
		struct error why = { 0 };
		const struct crl_offer offer = { .crl = wish->crl,
			.source = wish->shown,
			.issuers = (const struct cert *const *)&wish->issuer,
			.issuer_count = wish->issuer != NULL,
			.fetched = true };
		if (!wish->crl)
			continue;
		bool ok = app_plan_crl(app, &offer, plan, &note, &why);
		wish->refused = !ok;
		if (!ok || note.len)
			wish->why = mem_text(ok ? buf_text(&note) : why.text);
		buf_done(&note);
	}
	return true;
}

bool app_crl_refresh(struct app *app, struct error *err)
{
	struct crl_fetch fetch = { 0 };
	struct plan plan = { .op = OP_REFRESH };
	if (!settings_bool(app_settings(app), SETTING_FETCH_CRLS) || app_read_only(app))
		return true;
	bool ok = app_crl_wish_all(app, true, &fetch, err) && app_crl_fetch(app, &fetch, err) &&
		  app_plan_fetched(app, &fetch, &plan, err) &&
		  (plan.count == 0 || app_apply(app, &plan, NULL, err));
	if (ok && plan.count > 0)
		app_reload(app, err);
	plan_done(&plan);
	crl_fetch_done(&fetch);
	return ok;
}

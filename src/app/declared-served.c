/*
 * What the ports of declared services serve: asked on this host, by probes as any other service is.
 */
#include <stdlib.h>
#include <string.h>

#include "app/declaring.h"
#include "app/listener.h"
#include "base/job.h"
#include "base/mem.h"
#include "net/plaintext.h"
#include "net/probe.h"

#define ASKED_MOST 256
#define DEADLINE   3000 /* ms: it is this host */

/* --- sessions without TLS ------------------------------------------------------------------- */

struct plain_question {
	const char *address;
	uint16_t port;
	bool taken;
};

static bool ask_plain(struct job_pipe *out, void *arg, struct error *err)
{
	const struct plain_question *q = arg;
	(void)err;
	if (plaintext_ask(q->address, q->port, DEADLINE, NULL) == PLAINTEXT_TAKEN)
		job_send(out, 1, "", 0);
	return true;
}

static void take_plain(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct plain_question *q = ctx;
	(void)bytes;
	(void)len;
	q->taken = type == 1;
}

bool declared_takes_plain(const char *address, uint16_t port)
{
	static const struct job_limits limits = { .cpu_seconds = 1, .wall_seconds = 5,
		.memory = (size_t)16 << 20, .walls = { .may = CONFINE_NET } };
	struct plain_question q = { .address = address, .port = port };
	struct error ignored;
	return job_run(&limits, ask_plain, &q, take_plain, &q, &ignored) && q.taken;
}

/* --- probes --------------------------------------------------------------------------------- */

struct asking {
	struct probe_wish *wishes;
	struct declared_judged **whose;
	size_t *which, count;
};

/* Where a client on this host finds it. */
static const char *address_of(const struct declared_listen *listen)
{
	if (strcmp(listen->address, "*") == 0 || strcmp(listen->address, "0.0.0.0") == 0)
		return "127.0.0.1";
	return strcmp(listen->address, "::") == 0 ? "::1" : listen->address;
}

/* The first of its names that is one. */
static char *name_of(const struct declared_service *service)
{
	for (const char *at = service->hosts; at && *at;) {
		size_t len = strcspn(at, " ");
		if (*at != '*' && *at != '.')
			return mem_textn(at, len);
		at += len + (at[len] == ' ');
	}
	return NULL;
}

static void wish_for(struct asking *asking, struct declared_judged *item, size_t listen)
{
	const struct declared_listen *l = &item->service->listens[listen];
	char *name = name_of(item->service);
	if (name && !probe_words_fit("localhost", name, NULL, NULL)) {
		free(name);
		name = NULL;
	}
	asking->wishes[asking->count] = (struct probe_wish){ .host = mem_text(address_of(l)),
		.port = l->port,
		.dialect = l->dialect,
		.sni = name,
		.deadline_ms = DEADLINE };
	asking->whose[asking->count] = item;
	asking->which[asking->count++] = item->served_count;
	item->served[item->served_count++] = (struct served){ .listen = l };
}

static void wish_for_all(struct asking *asking, struct declarations *d)
{
	for (size_t i = 0; i < d->count; i++) {
		struct declared_judged *item = &d->items[i];
		size_t most = item->service->listen_count;
		item->served = mem_new((most + 1) * sizeof *item->served);
		item->probed = mem_new((most + 1) * sizeof *item->probed);
		item->probed_done = mem_new((most + 1) * sizeof *item->probed_done);
		for (size_t j = 0; j < most && asking->count < ASKED_MOST; j++)
			if (!item->service->listens[j].off)
				wish_for(asking, item, j);
	}
}

static void take_probed(void *ctx, size_t number, struct probed *take)
{
	struct asking *asking = ctx;
	struct declared_judged *item = asking->whose[number];
	size_t which = asking->which[number];
	const struct report *r = take->report;
	struct served *served = &item->served[which];
	if (item->probed_done[which]) {
		probed_done(take);
		return;
	}
	item->probed[which] = *take;
	item->probed_done[which] = true;
	served->answered = r->steps[STEP_CONNECT].outcome == STEP_PASS;
	served->no_tls = r->plaintext_only;
	served->leaf = r->chain_count && r->chain[0].cert ? cert_info(r->chain[0].cert) : NULL;
}

static void ask_the_rest(struct declarations *d)
{
	for (size_t i = 0; i < d->count; i++)
		for (size_t j = 0; j < d->items[i].served_count; j++) {
			struct served *served = &d->items[i].served[j];
			if (served->answered && !served->no_tls &&
				d->items[i].service->tls != DECLARED_OFF &&
				strcmp(served->listen->dialect->name, "postgres") == 0)
				served->plain = declared_takes_plain(
					d->items[i].probed[j].report->address, served->listen->port);
			if (served->leaf)
				served->started = listener_started(served->listen->port);
		}
}

bool declared_ask(struct app *app, struct declarations *d, struct error *err)
{
	struct asking asking = { .wishes = mem_new(ASKED_MOST * sizeof *asking.wishes),
		.whose = mem_new(ASKED_MOST * sizeof(struct declared_judged *)),
		.which = mem_new(ASKED_MOST * sizeof *asking.which) };
	const struct probe_calls calls = { .each = take_probed, .ctx = &asking };
	wish_for_all(&asking, d);
	bool ok = app_probe_all(app, asking.wishes, asking.count, &calls, err) ||
		  error_wrap(err, "the ports of services");
	if (ok)
		ask_the_rest(d);
	for (size_t i = 0; i < asking.count; i++)
		probe_wish_done(&asking.wishes[i]);
	free(asking.wishes);
	free(asking.whose);
	free(asking.which);
	return ok;
}
